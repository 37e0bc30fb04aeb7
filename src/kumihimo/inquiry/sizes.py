# ruff: noqa: E501 - a pattern is easier to check in one line
"""Overall size and thickness."""

from __future__ import annotations

import re

from kumihimo.inquiry import numbers
from kumihimo.inquiry.numbers import NUM, tidy
from kumihimo.inquiry.scan import Scan

_U = r"(?:mm|ミリ|cm|センチ|m(?![a-zA-Zμ\d])|メートル|メーター|inch(?:es)?|インチ|in\b|\"|尺)"
_MARK = r"(?:φ|dia(?:meter)?\.?|[OI]D(?=\s*\d)|Φ|□|直径|外径|径|(?<![A-Za-z])(?!(?<=\d)[WDHLtT]\s)(?:[WDHL](?=\s*[=:]?\s*\d)|[tT](?=\s*[=:.]?\s*\d))|縦|横|高さ|高(?=\s*\d)|歯幅|深さ|幅|巾|奥行き?|長さ|厚[みさ]|板厚|タテ|ヨコ|たて|よこ|たかさ|はば|約|全長|R(?=\d))"
_ONE = rf"(?P<m@>(?:{_MARK})\s*[=:]?\s*(?:φ)?)?\s*(?:約)?\s*(?P<n@>{NUM})\s*(?P<u@>{_U})?\s*(?P<b@>(?:[tWDHL](?!\s?=)(?![a-zA-Z\d])|角|厚(?![みさ])|φ|dia(?:meter)?\b\.?|(?:long|wide|high|deep|tall|thick)\b|in length|in diameter|\((?:W|D|H|L|t|幅|奥行|高さ|長さ|厚さ|縦|横)\)))?"
_BY = r"\s*(?:×|かける|掛ける|カケル|掛け|(?<=\d)の(?=\d)|\bby\b)\s*"
_CROSS = re.compile(
    r"(?=[φdoi□直外径wdhlt縦横高歯深幅巾奥長厚板タヨたよは約全r\d.])"
    + _ONE.replace("@", "1")
    + _BY
    + _ONE.replace("@", "2")
    + r"(?:"
    + _BY
    + _ONE.replace("@", "3")
    + r")?",
    re.I,
)
_CROSS_GATE = re.compile(r"×|かける|掛け|カケル|\d\s*の\s*\d|by", re.I)
_INCH_FRACTION = re.compile(
    r"(?<![\d./])(?:(?P<whole>\d{1,2})(?:\s?-\s?|\s+))?(?P<over>\d{1,2})/(?P<under>2|4|8|16|32|64)\s*(?:インチ|inch(?:es)?|in\b|\"|吋)",
    re.I,
)
_XYZ = re.compile(
    rf"(?<![A-Za-z\d])[X×]\s*[=:]?\s*(?P<x>{NUM})\s*(?:mm)?[ /、,×]*Y\s*[=:]?\s*(?P<y>{NUM})\s*(?:mm)?[ /、,×]*Z\s*[=:]?\s*(?P<z>{NUM})"
)
_SIDE_BEHIND = re.compile(
    rf"\s*(?:mm|ミリ)?[、, (]*(?:深さ|高さ|高(?=\s*\d)|H(?=\s*[=\d])|全長|長さ|L(?=\s*[=\d]))\s*[=:は]?\s*(?P<n>{NUM})\s*(?P<u>{_U})?",
    re.I,
)
_STOCK = re.compile(
    r"(?:(?:素材|材料)(?:は|を)[^。\n]{0,12}(?:送|持ち込)|支給(?!品)|定尺|素材(?:寸法|サイズ)|材料(?:寸法|サイズ)|取り?都合|原板|材料取り|板取り)"
)
# S45C φ60×250 8本 素材支給: a remark of its own, not about the size
_SUPPLIED_ALONE = re.compile(
    r"(?<= )(?:(?:素材|材料|母材|ワーク)支給|(?:金?型|[治冶]具|ねじ|ネジ|ボルト|部品)(?:は|を)?(?:客先|弊社|当社|当方)?(?:より|から)?支給)(?=[ ]|$)"
)
_HOLE_BEHIND = re.compile(
    r"\s*(?:mm)?\s*(?:(?:の|が|を|は|:)?\s*(?:貫通|下|通し|止まり|ネジ|ねじ|リーマ|タップ|キリ|ピン|ボルト|取付|位置決め|長|ばか|バカ|丸)?(?:穴|孔|キリ|ドリル|リーマ|ザグリ|座ぐり|深ザグリ|ボス|ピン|溝|通し|holes?|タップ|ポケット|段|面取り|のバー材|棒|の棒|丸棒|の丸棒))",
    re.I,
)
# 100×50×10 穴径φ8: a hole with a size of its own, which the size before is not
_OWN_SIZE = re.compile(r"\s*径?\s*[:は=]?\s*(?:φ|[MCR]\s?\d)|径\s*[:は=]?\s*\d")
_HOLE_BEFORE = re.compile(
    r"(?:穴|孔|内径|穴径|ザグリ|リーマ|ピッチ|PCD|P\.C\.D\.?|深さ|溝(?:幅|深さ)?|段差|隙間|肉厚|ボス|ピン径?|ねじ(?:長さ|部|径)?|ネジ(?:長さ|部|径)?|面取り|コーナー|隅|(?<![A-Za-z-])[RC]|突き出し|出代|取り代|削り代|\(内\)|(?<![A-Za-z])ID|有効長|最小|ワイヤ径|線径|距離|軸間|芯間|キー幅|刃径|エンドミル|工具径?|素材径?|材料径?|浸炭深さ|硬化層|有効硬化層(?:深さ)?|hole|bore|直線部|公差|ストローク|クリアランス)"
    r"\s*(?:は|が|:|=|で|を|約|の|部)?\s*$", re.I
)  # fmt: skip
_ROUND_AND_LENGTH = re.compile(
    rf"(?:φ|直径|外径|径|太さ|丸棒|\bOD\b|dia(?:meter)?\.?|⌀)\s*(?:は|=|:|φ|約|\.|が)*\s*(?P<d>{NUM})\s*(?P<du>{_U})?(?P<gap>[^。\d]{{0,24}}?(?:、\s*)?(?:内径\s*[:は]?\s*φ?\s*{NUM}\s*(?:mm|ミリ)?[^。\n\d]{{0,6}}?)?)(?:長さ|全長|長|高さ|歯?幅|L|length|x)\s*(?:は|=|:|約|が)*\s*(?P<l>{NUM})\s*(?P<lu>{_U})?",
    re.I,
)
_LENGTH_AND_ROUND = re.compile(
    rf"(?:長さ|全長|L\s*=)\s*(?:は|=|:|約|が)*\s*(?P<l>{NUM})\s*(?P<lu>{_U})?[^。\n\d]{{0,14}}?(?:φ|直径|外径|径|太さ)\s*(?:は|=|:|φ|約|が)*\s*(?P<d>{NUM})\s*(?P<du>{_U})?",
    re.I,
)
_SQUARE = re.compile(
    rf"(?:(?P<a>{NUM})\s*(?P<au>{_U})?\s*角|□\s*(?P<a2>{NUM}))\s*(?:の|で|、|,)?\s*(?:長さ|L|×|全長|高さ|厚さ?)\s*[=:]?\s*(?P<l>{NUM})\s*(?P<lu>{_U})?",
    re.I,
)
_SQUARE_ONLY = re.compile(
    rf"(?<![\d.])(?P<a>{NUM})\s*(?P<au>{_U})?\s*角(?![度穴ね])|□\s*(?P<a2>{NUM})(?!\s*[×穴])", re.I
)
_NAMED = re.compile(
    rf"(?<![A-Za-z])(?P<word>縦|横幅?|高さ|幅|巾|奥行き?|長さ|タテ|ヨコ|たて|よこ|W|D|H|L|length|width|height|全長|たかさ|はば|最大長|高(?=\s*\d))\s*(?:は|が|:|=|of|約|で|方向| )*\s*(?P<n>{NUM})\s*(?P<u>{_U})?(?![\d%個本枚台])",
    re.I,
)
_MAX_ROUND = re.compile(
    rf"(?P<word>最大|外径|直径|径|大きさ|サイズ|寸法|素材|製品|ワーク)?\s*(?:は|が|:|=|約|で|径)*\s*(?:φ|直径|外径)\s*(?:は|が|:|=|約)*\s*(?P<n>{NUM})\s*(?P<u>{_U})?",
    re.I,
)
_LONE = re.compile(
    rf"(?<![\d.A-Za-z±+φ~-])(?P<word>(?:最大|全長|長さ|サイズ|寸法|大きさ|外形|長辺|一辺|製品長)?(?:は|が|:|=|で|約|[ ])*)(?P<n>{NUM})\s*(?P<u>mm|ミリ|cm|センチ|m(?![a-zA-Z²³2-3μ])|メートル|メーター|インチ|inch)(?![\d²³])(?P<after>.{{0,4}})",
    re.I,
)

_THICK = (
    re.compile(
        rf"(?<![A-Za-z])(?!(?<=\d)[tT]\s)[tT]\s*[=:.]?\s*(?P<n>{NUM})\s*(?:mm|ミリ)?(?![\d℃%]|処理|調質|\s*時効)"
    ),
    re.compile(
        rf"(?:板厚|イタアツ|肉厚|厚さ|厚み|厚|thickness|thick)(?:\(t\))?\s*(?:は|が|を|:|=|of|約|[ ])*\s*t?\s*(?P<n>{NUM})\s*(?P<u>mm|ミリ|cm|センチ)?(?P<range>\s*(?:~|から|か|or|または)\s*\d)?(?!\s*(?:μ|um|ミクロン|のみ|部(?:分|の)|に対し|方向))",
        re.I,
    ),
    re.compile(
        rf"(?<![\d.A-Za-z/φ×-])(?P<n>{NUM})\s*(?P<u>mm|ミリ|cm|センチ)?\s*(?:厚(?![さみ])|の厚(?:さ|み)|(?:mm)?[ -]?thick)",
        re.I,
    ),
    re.compile(rf"(?<![\d.A-Za-z/φ±-])(?P<n>{NUM})\s?t(?![A-Za-z\d]|on|車)"),
    re.compile(rf"(?<![\d.A-Za-z/φ×±-])(?P<n>{NUM})\s*(?P<u>mm|ミリ)の?(?:板(?!金)|プレート|シート)"),
)
_SCALE = {
    "cm": 10.0,
    "センチ": 10.0,
    "m": 1000.0,
    "メートル": 1000.0,
    "メーター": 1000.0,
    "inch": 25.4,
    "inches": 25.4,
    "インチ": 25.4,
    "in": 25.4,
    '"': 25.4,
    "尺": 303.0,
}
_TONS = re.compile(
    rf"(?P<w>重量|重さ|クレーン|行車|天井走行|リフト|フォーク|耐荷重|ホイスト|プレス(?:能力)?)\s*(?:は|が|約|:)?\s*(?P<n>{NUM})\s*[tT](?![A-Za-z\d=])"
)
_TEMPER = re.compile(r"T\s?(?:4|5|6|61|73|651)$")
_MASS = re.compile(
    rf"(?P<n>{NUM})\s*(?P<u>kg|キロ(?!メ)|g(?![a-zA-Z])|グラム|トン|ton\b|tons\b|t(?=クラス|級|プレス|の?プレス))", re.I
)


def millimetres(text: str, unit: str | None) -> float:
    """Return a length in mm; no unit means mm, as on a drawing."""
    return tidy(numbers.plain(text) * _SCALE.get((unit or "").lower(), 1.0))


def read_mass(scan: Scan) -> None:
    """Take masses and press forces out of the text; they are context."""
    for match in scan.matches(_INCH_FRACTION) if "/" in scan.text else ():
        inches = float(match["whole"] or 0) + float(match["over"]) / float(match["under"])
        figure = f"{tidy(inches * 25.4):g}"
        room = len(match[0]) - len(figure)
        if room >= 0:
            filled = figure + ("mm" if room >= 2 else "") + " " * (room - 2 if room >= 2 else room)
            scan.text = scan.text[: match.start()] + filled + scan.text[match.end() :]
    for match in scan.matches(_TONS):
        scan.note(
            "mass_kg" if match["w"].startswith("重") else "capacity_t",
            numbers.plain(match["n"]) * (1000 if match["w"].startswith("重") else 1),
            *match.span(),
        )
        scan.blank(*match.span())
    for match in scan.matches(_MASS):
        value, unit = numbers.plain(match["n"]), match["u"].lower()
        before = scan.text[max(0, match.start() - 8) : match.start()]
        behind = scan.text[match.end() : match.end() + 6]
        if unit in ("トン", "ton", "tons", "t"):
            pressed = re.search(r"プレス|クラス|級|press|機", behind + before, re.I)
            scan.note("press_force_t" if pressed else "mass_kg", value if pressed else value * 1000, *match.span())
        else:
            scan.note("mass_kg", value / 1000 if unit in ("g", "グラム") else value, *match.span())
        scan.blank(*match.span())


def read(scan: Scan) -> None:
    """Read thickness and overall size; sizes of supplied stock, of holes and of details are left alone."""
    pins = _crosses(scan)
    for pattern in _THICK:
        for match in scan.matches(pattern):
            groups = match.groupdict()
            before = scan.text[max(0, match.start() - 5) : match.start()]
            if _TEMPER.match(match[0].strip()) and any(
                str(item.value).startswith("A") for item in scan.of("materials")
            ):
                continue
            if re.search(r"めっき$|メッキ$|膜$|リブ$|フランジ$|壁$|底$", before):
                continue
            if groups.get("range"):
                scan.doubt("thickness_mm", "range", *match.span())
            else:
                value = millimetres(match["n"], groups.get("u"))
                if not 0 < value <= 600:
                    continue
                scan.add("thickness_mm", value, *match.span())
            scan.blank(*match.span())
    _rounds(scan)
    _named(scan)
    _single(scan)
    if len(pins) == 1 and not scan.of("size_mm"):
        scan.add("size_mm", pins[0][0], *pins[0][1:], confidence=0.7, note="round")


def _is_stock(scan: Scan, start: int, end: int) -> bool:
    text = scan.normal.text
    left, right = scan.clause(start, end)
    # CFRP(支給、1,000×1,000の板 2枚): the bracket holds what is supplied
    line = text.rfind("\n", 0, start) + 1
    opened = text.rfind("(", line, start)
    if opened >= 0 and ")" not in text[opened:start]:
        return bool(_STOCK.search(text[min(left, opened) : right]))
    return bool(_STOCK.search(_SUPPLIED_ALONE.sub("", text[left:right])))


def _is_detail(scan: Scan, start: int, end: int) -> bool:
    if _HOLE_BEFORE.search(scan.text[max(0, start - 10) : start]):
        return True
    behind = _HOLE_BEHIND.match(scan.text[end : end + 14])
    # What is read of the hole by now, such as its fit, no longer stands in the unread text.
    return bool(behind and not _OWN_SIZE.match(scan.normal.text, end + behind.end()))


_PIN = re.compile(
    r"\s*の?[一-龥ァ-ヶー]{0,5}(?:ピン|丸棒|棒)(?!穴|孔|[^。\n]{0,10}(?:圧入|打ち|打っ|立て|取り?付|挿入|付属))"
)


def _crosses(scan: Scan) -> list[tuple[tuple[float, ...], int, int]]:
    """Read sides with a cross between; return those of pins, which are the part when nothing else has a size."""
    pins: list[tuple[tuple[float, ...], int, int]] = []
    for match in scan.matches(_XYZ) if "Z" in scan.text else ():
        sides = [numbers.plain(match[name]) for name in "xyz"]
        scan.add("size_mm", tuple(sorted(sides, reverse=True)), *match.span())
        scan.blank(*match.span())
    for match in scan.matches(_CROSS) if _CROSS_GATE.search(scan.text) else ():
        start, end = match.span()
        groups = match.groupdict()
        count = 3 if groups["n3"] else 2
        first = groups["m1"] or ""
        # φ6×4 穴, M6×20: a detail, no overall size
        if re.search(r"(?<![A-Za-z])[MmPGR]\s*$", scan.text[max(0, start - 3) : start]) or _is_detail(scan, start, end):
            if "φ" in match[0] and _PIN.match(scan.text, end) and not _is_stock(scan, start, end):
                sides = [millimetres(groups[f"n{i}"], groups[f"u{i}"]) for i in range(1, count + 1)]
                pins.append((tuple(sorted(sides, reverse=True)), start, end))
            scan.blank(start, end)
            continue
        if (
            re.match(r"[ ]*(?:個|本|枚|台(?![形座])|回|セット|箇所|ヶ所|か所|pcs|穴)(?!数)", scan.text[end : end + 5])
            and count == 2
        ):
            continue
        last_unit = next((groups[f"u{i}"] for i in range(count, 0, -1) if groups[f"u{i}"]), None)
        # φ150×1.8m: only the length is in metres
        metres = (last_unit or "").lower() in ("m", "メートル", "メーター")
        sides = []
        thickness: float | None = None
        square = False
        for i in range(1, count + 1):
            mark, behind = groups[f"m{i}"] or "", groups[f"b{i}"] or ""
            unit = groups[f"u{i}"] or (None if metres and numbers.plain(groups[f"n{i}"]) >= 10 else last_unit)
            value = millimetres(groups[f"n{i}"], unit)
            if re.match(r"[tT]|厚|板厚", mark) or behind in ("t", "厚", "(t)", "(厚さ)", "thick"):
                thickness = value
                continue
            if mark.startswith("R"):
                continue
            sides.append(value)
            if "□" in mark or behind == "角":
                square = True
        if not sides or max(sides) < 0.5:
            continue
        if square:
            sides.append(sides[0])
        # 300×220、深さ35 and φ34×2.0t 全長950: the last side stands behind
        behind_side = _SIDE_BEHIND.match(scan.text, end)
        if behind_side and len(sides) + int(len(sides) == 1 and thickness is None) < 3:
            sides.append(millimetres(behind_side["n"], behind_side["u"]))
            end = behind_side.end()
        # φ50×φ20×100: the second diameter is the bore
        if (
            count == 3
            and re.match(r"φ|外径|直径|OD", first, re.I)
            and re.search(r"φ|内径|ID", groups["m2"] or "", re.I)
            and groups["n3"]
        ):
            sides = [sides[0], sides[-1]]
        if not _is_stock(scan, start, end):
            round_part = bool(re.search(r"φ|径|dia|OD", first + (groups["m2"] or ""))) or bool(
                re.search(r"φ|dia", f"{groups['b1'] or ''}{groups['b2'] or ''}", re.I)
            )
            scan.add("size_mm", tuple(sorted(sides, reverse=True)), start, end, note="round" if round_part else "")
            if thickness is not None:
                scan.add("thickness_mm", thickness, start, end)
        else:
            scan.note("stock_size_mm", sides, start, end)
        scan.blank(start, end)
    return pins


def _rounds(scan: Scan) -> None:
    for pattern in (_ROUND_AND_LENGTH, _LENGTH_AND_ROUND, _SQUARE):
        for match in scan.matches(pattern):
            start, end = match.span()
            if _HOLE_BEFORE.search(scan.text[max(0, start - 10) : start]):
                continue
            groups = match.groupdict()
            length = millimetres(match["l"], match["lu"])
            if pattern is _SQUARE:
                side = millimetres(groups["a"] or groups["a2"], groups["au"])
                sides = [side, side, length]
            else:
                sides = [length, millimetres(match["d"], match["du"])]
            if _is_stock(scan, start, end):
                scan.note("stock_size_mm", sides, start, end)
            else:
                scan.add(
                    "size_mm",
                    tuple(sorted(sides, reverse=True)),
                    start,
                    end,
                    note="" if pattern is _SQUARE else "round",
                )
            scan.blank(start, end)


_PIECE = re.compile(r"歯|リブ|キー|深|溝|穴|ピッチ|ねじ|ネジ|段|肉|隙|突|内")


def _named(scan: Scan) -> None:
    """Read 幅300 奥行200 高さ100: two or three named sides that stand near each other."""
    group: list[tuple[float, int, int, str]] = []
    groups = [group]
    for match in scan.matches(_NAMED):
        if _is_detail(scan, match.start(), match.end()) or _PIECE.search(
            scan.text[max(0, match.start() - 2) : match.start()]
        ):
            continue
        item = (millimetres(match["n"], match["u"]), match.start(), match.end(), match["word"])
        if group and (match.start() - group[-1][2] > 12 or item[3] in {side[3] for side in group}):
            group = []
            groups.append(group)
        group.append(item)
    for group in groups:
        if not group:
            continue
        start, end = group[0][1], group[-1][2]
        if len(group) == 1 and scan.of("size_mm"):
            continue
        if len(group) == 1 and group[0][3].upper() in ("W", "D", "H"):
            continue
        values = [side[0] for side in group]
        if _is_stock(scan, start, end):
            scan.note("stock_size_mm", values, start, end)
        else:
            scan.add("size_mm", tuple(sorted(values, reverse=True)), start, end)
        scan.blank(start, end)


def _single(scan: Scan) -> None:
    """Read a diameter, a square or a length that stands alone, only where no size was found before."""
    if scan.of("size_mm"):
        return
    for pattern in (_MAX_ROUND, _SQUARE_ONLY, _LONE):
        for match in scan.matches(pattern):
            start, end = match.span()
            groups = match.groupdict()
            number_end = match.end("n") if "n" in groups else end
            unit_end = max(number_end, match.end("u") if groups.get("u") else -1)
            if _is_detail(scan, start, unit_end) or _is_stock(scan, start, end):
                continue
            if pattern is _SQUARE_ONLY:
                side = millimetres(groups["a"] or groups["a2"], groups["au"])
                scan.add("size_mm", (side, side), start, end)
                scan.blank(start, end)
                return
            if pattern is _LONE and re.match(
                r"\s*(?:以[内下]|公差|精度|の(?:精度|公差|平面|ピッチ|穴|隙|段|位置|深)|ピッチ|/|ごと|単位|厚|幅|深|間隔|程度の(?:穴|溝|段))",
                match["after"],
            ):
                continue
            value = millimetres(match["n"], match["u"])
            if value < 1:
                continue
            scan.add(
                "size_mm", (value,), start, unit_end, confidence=0.8, note="round" if pattern is _MAX_ROUND else "lone"
            )
            scan.blank(start, unit_end)
            return
