# ruff: noqa: E501 - a pattern is easier to check in one line
"""Size tolerances, fits, geometric tolerances, roughness, hardness and coating thickness."""

from __future__ import annotations

import re

from kumihimo.inquiry import numbers
from kumihimo.inquiry.numbers import NUM, tidy
from kumihimo.inquiry.scan import Scan
from kumihimo.model.requirement import Coating, GeometricTolerance, Hardness, Tolerance

_MICRON = r"(?:μ\s?m|μ|um|micron(?:s)?|microm|ミクロン|みくろん|マイクロメートル|マイクロ)"
_MM = r"(?:mm|ミリ|㎜)"
_TO = r"(?:[ ]*\n?[ ]*~[ ]*\n?|[ ]*(?:-|から|to|乃至|→|ないし|…))[ ]*"
_LESS = r"(?:以[下内]|未満|迄|まで|max\.?|MAX|アンダー|or less|or better)"
_MORE = r"(?:以上|超|min\.?|MIN|or more|or higher|~(?!\s*\d)|より(?:大|上)|オーバー)"

# Geometric tolerances -----------------------------------------------------------------------------------------------
_KINDS = {
    "平面度": "flatness", "平坦度": "flatness", "flatness": "flatness",
    "真円度": "roundness", "roundness": "roundness", "circularity": "roundness",
    "円筒度": "cylindricity", "cylindricity": "cylindricity",
    "平行度": "parallelism", "parallelism": "parallelism",
    "直角度": "perpendicularity", "垂直度": "perpendicularity", "perpendicularity": "perpendicularity", "squareness": "perpendicularity",
    "同軸度": "concentricity", "同芯度": "concentricity", "同心度": "concentricity", "concentricity": "concentricity", "coaxiality": "concentricity",
    "円周振れ": "runout", "全振れ": "runout", "振れ精度": "runout", "振れ": "runout", "フレ": "runout", "runout": "runout", "run-out": "runout",
    "位置度": "position", "true position": "position", "真直度": "straightness", "straightness": "straightness",
    "輪郭度": "profile", "対称度": "symmetry", "傾斜度": "angularity", "position": "position",
}  # fmt: skip
_KIND = "|".join(sorted(map(re.escape, _KINDS), key=len, reverse=True))
_GEOMETRIC = re.compile(
    rf"(?P<kinds>(?:{_KIND})(?:\s*(?:・|、|,|と|及び|および|/|and|&|も|とも)?\s*(?:{_KIND}))*)"
    rf"\s*(?:は|が|も|を|で|に|:|=|公差|指定|:|of|within|≦|<|とも|共に|ともに|いずれも|それぞれ|\(|各| |\n)*"
    rf"(?:φ|±|最大|max\.?)?\s*(?P<value>1000分の\d+|100分の\d+|百分の[一二三四五]|\d+\s*/\s*100(?!\d)|{NUM})\s*(?P<unit>{_MICRON}|{_MM})?(?:\s*{_LESS})?",
    re.I,
)
# 曲がりは0.05以内: how straight a shaft is, in the words of a shop; 管の曲がり 1mあたり1 is another thing
_BEND = re.compile(
    rf"(?<![一-龥])(?:曲が?り|まがり|真直)\s*(?:量|公差)?\s*(?:は|が|を|:|=|\s)*(?:最大|max\.?)?\s*(?P<value>0\.\d+)\s*(?P<unit>{_MM})?\s*(?:{_LESS})?",
    re.I,
)
_GEOMETRIC_BEHIND = re.compile(
    rf"(?P<value>\d+\s*/\s*100|100分の\d+|{NUM})\s*(?P<unit>{_MICRON}|{_MM})?\s*{_LESS}?\s*の\s*(?P<kinds>{_KIND})",
    re.I,
)

# Size tolerances ----------------------------------------------------------------------------------------------------
_GEOMETRIC_GATE = re.compile(r"度|振れ|フレ|ness|city|ity|runout|run-out|parallel|perpend|position", re.I)
_NOMINAL = rf"(?:(?<![×\d.])(?P<nominal>(?:φ|穴径|内径|外径|直径|寸法|ピッチ|板厚|厚さ|全長|長さ|幅|高さ|深さ)?\s*(?P<nominal_value>{NUM})\s*{_MM}?)\s*[ (の]?\s*)?"
_HUNDREDTH = r"(?P<over>\d+|[一二三四五六七八九]+)\s*/\s*(?P<under>100|1000|10)(?![\d])|(?P<under2>百|千|100|1000|1/?00)分の\s*(?P<over2>\d+|[一二三四五六七八九]+)"
_ABOUT = re.compile(r"\s*(?:くらい|ぐらい|位(?![置相])|程度|ほど|前後|あたり|見当)")
_SIGN = r"(?:±|\+\s*/\s*-|\+-|プラスマイナス|プラマイ|ぷらまい|plus ?(?:or|/)? ?minus)"
_LIMITS_GATE = re.compile(r"\+\s*[\d.]|(?<![A-Za-z\d])-\s*[0.]")
_SYMMETRIC_GATE = re.compile(r"[±+]|プラ|ぷら|plus", re.I)
_SYMMETRIC = re.compile(
    _NOMINAL
    + rf"(?:の?(?:公差|精度|交差)\s*)?{_SIGN}\s*(?:(?:{_HUNDREDTH})|(?P<value>{NUM}|コンマ[\d〇一二三四五六七八九]+))\s*(?P<unit>{_MICRON}|{_MM}|%|°|度|℃|deg|g|kg|N)?",
    re.I,
)
_LIMITS = re.compile(
    _NOMINAL
    + rf"(?P<upper>[+-]\s*{NUM}|(?<![\d.+-])[0](?![\d.]))\s*(?P<unit0>{_MICRON}|{_MM})?\s*(?:/|~|、|,|\s|,\s*|\n)\s*(?P<lower>[-+]\s*{NUM}|0(?![\d.]))\s*(?P<unit>{_MICRON}|{_MM})?(?![\d])",
    re.I,
)
_BAND_GATE = re.compile(r"公差|精度|誤差|交差|accuracy|tolerance", re.I)
_BAND_WORDS = re.compile(
    rf"(?:公差|精度|寸法精度|加工精度|誤差|交差|accuracy|tolerance)s?\s*(?:は|が|を|:|=|of|within|で|も| )*\s*(?:(?:{_HUNDREDTH})|(?P<value>{NUM}))\s*(?:台)?\s*(?P<unit>{_MICRON}|{_MM})?\s*(?P<less>{_LESS}|台|程度|くらい|クラス)?",
    re.I,
)
_BARE_BAND = re.compile(
    rf"(?:(?:{_HUNDREDTH})|(?P<value>{NUM})\s*(?P<unit>{_MICRON}|(?:1/100\s*)?{_MM}))\s*(?P<dai>台)?\s*{_LESS}?\s*(?:の|で|が|くらいの|程度の|レベルの|クラスの)?\s*(?:寸法|加工)?(?:公差|精度|誤差|交差)",
    re.I,
)
_FIT_LETTERS = r"(?:JS|js|[EFGHKNP]|[efghkmnp]|Z[ABC]?)"
_FIT = re.compile(
    rf"(?:(?P<nominal>φ\s*(?P<nominal_value>{NUM})(?:\s*(?:mm)?\s*の?(?:外径|内径|軸部|軸径?|穴径?|外周|径|部)(?:部|側|公差)?(?:は|を|が|の|公差|:)*)?|(?<![A-Za-z\d.×φ])(?P<bare>\d+(?:\.\d+)?))\s*(?:mm)?\s*[(]?\s*)?"
    rf"(?<![A-Za-z])(?P<hole>{_FIT_LETTERS})\s?(?P<grade>1[0-3]|[4-9])(?:\s*/\s*(?P<shaft>js|JS|[a-zA-Z])(?P<shaft_grade>1[0-3]|[4-9]))?(?![\dA-Za-z.mM]|\s*(?:mm|ネジ|ねじ|タップ|月|日|個|本|枚|台|年|セット))",
)
_FIT_RARE = re.compile(
    rf"(?P<nominal>φ\s*(?P<nominal_value>{NUM})\s*\(?|(?:公差|はめあい|嵌合|はめ合い)\s*[:は=]?\s*)(?P<hole>[A-Z]|[a-z])(?P<grade>1[0-3]|[4-9])(?![\dA-Za-z.×])"
)
_STRICT = re.compile(
    r"(?:公差|寸法精度|精度)(?:は|が|も|に)?\s*(?:かなり|結構|割と|とても|やや|特[にニ]|少し|非常に)?\s*(?:厳[しシ]|きつ|キツ|シビア|うるさ)[めくい]?|(?:tight|close) tolerances?",
    re.I,
)
_GRADE = re.compile(r"\bIT\s?(?P<grade>\d{1,2})(?:級)?")

# Roughness ----------------------------------------------------------------------------------------------------------
_RA = re.compile(
    rf"(?<![A-Za-z])(?:R[aA]|ra)[ ]*(?:は|=|:|≦|<|以下|\(|値|が)*[ ]*(?P<first>{NUM})[ ]*(?:{_MICRON})?(?:{_TO}(?:R[aA])?[ ]*(?P<second>{NUM}))?[ ]*(?:{_MICRON})?(?:[ ]*{_LESS})?"
    rf"|(?<![A-Za-z\d.])(?P<old>{NUM})\s?(?:a|Ra)(?![A-Za-z\d])(?:[ ]*{_LESS})?"
    rf"|算術平均粗さ[ ]*[:は=]?[ ]*(?P<mean>{NUM})[ ]*(?:{_MICRON})?",
)
_ROUGH_WORD = re.compile(
    rf"(?:表面)?(?:面?粗さ|面?粗度|あらさ|surface (?:finish|roughness))[ ]*(?:は|が|を|:|=)*[ ]*(?P<value>{NUM})[ ]*(?P<unit>{_MICRON})?[ ]*(?P<s>[SsZz](?![a-z]))?(?:[ ]*{_LESS})?",
    re.I,
)
_RZ = re.compile(
    rf"(?<![A-Za-z])R(?:z|max|y|t)\s*(?:は|=|:|≦|<)?\s*{NUM}\s*(?:{_MICRON})?(?:\s*{_LESS})?|(?<![A-Za-z\d.#]){NUM}\s?[SZ](?![A-Za-z\d])(?:\s*{_LESS})?",
    re.I,
)
_TRIANGLES = re.compile(r"▽{1,4}(?:仕上げ?)?|(?:三角|△)(?:マーク)?[2-4二三四]つ|[二三四]つ三角")

# Hardness -----------------------------------------------------------------------------------------------------------
_SCALES = {
    "hrc": "HRC", "ロックウェルc": "HRC", "hrb": "HRB", "hra": "HRA", "hv": "HV", "mhv": "HV", "ビッカース": "HV", "hbw": "HBW", "hb": "HB",
    "ブリネル": "HB", "hs": "HS", "ショア": "HS", "rc": "HRC",
}  # fmt: skip
_SCALE = r"HRC|HRB|HRA|m?Hv(?![a-z])|HBW?|HS|ロックウェル\s?C|ビッカース|ブリネル|(?<![A-Za-z])Rc"
_HARDNESS = re.compile(
    rf"(?<![A-Za-z])(?P<scale>{_SCALE})[ ]*(?:硬度|硬さ)?(?:は|=|:|が|\(|で|[ ])*[ ]*(?P<ge>≧|>|≦|<)?[ ]*(?P<first>\d{{2,4}}(?:\.\d)?)[ ]*°?(?:(?P<pm>±|\+/-)[ ]*(?P<dev>\d{{1,3}})|{_TO}(?:{_SCALE})?[ ]*(?P<second>\d{{2,4}}(?:\.\d)?)|[ ]*\+[ ]*(?P<plus>\d{{1,2}})[ ]*/?[ ]*-?0)?[ ]*°?[ ]*(?P<side>{_MORE}|{_LESS}|程度|前後|くらい|狙い)?",
    re.I,
)
_HARDNESS_BEHIND = re.compile(
    rf"(?<![\d.])(?P<first>\d{{2,4}})[ ]*(?:(?P<pm>±)[ ]*(?P<dev>\d{{1,2}})|{_TO}(?P<second>\d{{2,4}}))?[ ]*(?P<scale>HRC|HRB|HRA|HV|HBW?|HS)(?![A-Za-z\d])[ ]*(?P<side>{_MORE}|{_LESS})?",
    re.I,
)
_HARDNESS_BARE = re.compile(
    r"(?:硬度|硬さ|かたさ)\s*(?:は|が|:|=|を)*\s*(?P<first>\d{2,3})(?:\s*~\s*\d{2,3})?\s*(?:度|°)?\s*(?:以上|以下|程度|くらい)?"
)
_RUBBER = re.compile(r"(?:ショア\s?[AD]|(?:JIS|デュロ(?:メータ)?)\s?A|ゴム硬度|shore ?[AD])\s*\d{2}|A\d{2}\s*°", re.I)

# Coating ------------------------------------------------------------------------------------------------------------
_COATING_GATE = re.compile(r"[μ厚]|(?:mm|ミリ)\s*以[上下]|um|ミクロン|マイクロ|micron|thickness", re.I)
_COATING = re.compile(
    rf"(?:膜厚|膜(?=は|:|が|\s*\d)|皮膜厚?さ?|被膜厚?さ?|めっき厚さ?|メッキ厚さ?|鍍金厚|コーティング厚さ?|コート厚|塗膜厚?さ?|(?:thickness|厚さ|厚み|厚)(?=\s*(?:of|:|は|が|約)?\s*[\d.]+\s*(?:(?:~|-|to|±)\s*[\d.]+)?\s*(?:μ|um|micron|ミクロン))|coating thickness|film thickness|thickness of coating|plating thickness)\s*(?:は|が|を|:|=|\(|指定|[ ])*\s*"
    rf"(?P<ge>≧|>|≦|<)?\s*(?:片側|片面)?\s*(?P<first>{NUM})\s*(?P<unit1>{_MICRON}|{_MM})?\s*(?:(?P<pm>±|\+/-)\s*(?P<dev>{NUM})|{_TO}(?P<second>{NUM}))?\s*(?P<unit>{_MICRON}|{_MM})?\s*(?P<side>{_MORE}|{_LESS})?",
    re.I,
)
_COAT_WORD = r"(?:めっき|メッキ|鍍金|アルマイト|無電解ニッケル|ニッケル|クロム|コート|コーティング|塗装|ユニクロ|クロメート|DLC|溶射|カニゼン|処理|anodi[sz](?:ing|ed?)|plating|plated|plate|coating|nickel|chrome)"
_COATING_NEAR = re.compile(
    rf"{_COAT_WORD}\s*(?:[ ()、,:]|の|で|は|を|厚さ?|膜厚|三価|六価|ブルー|ブラック|白色?|黒色?|片[肉側面](?:で|に)?)*\s*(?P<ge>≧|>|≦|<)?\s*(?P<first>{NUM})\s*(?:(?P<pm>±)\s*(?P<dev>{NUM})|(?:{_MICRON})?{_TO}(?P<second>{NUM}))?\s*(?P<unit>{_MICRON}|{_MM}(?=\s*(?:{_MORE}|{_LESS})))\s*(?P<side>{_MORE}|{_LESS})?"
    rf"|(?P<first2>{NUM})\s*(?:{_TO}(?P<second2>{NUM}))?\s*(?P<unit2>{_MICRON})\s*(?P<side2>{_MORE}|{_LESS})?\s*(?:の|厚の?|thick)?\s*(?:硬質|無電解|三価|黒|白|hard|electroless)?\s*{_COAT_WORD}",
    re.I,
)
_ZINC_CODE = re.compile(r"(?:Ep-?Fe/Zn|MFZn|Ep-?Fe/Ni|ELp-?Fe/Ni)\s?-?(?P<value>\d{1,2})", re.I)


_COMMA = re.compile(r"コンマ([\d〇一二三四五六七八九]{1,3})")


def _unit(value: float, unit: str | None) -> float:
    """Return millimetres."""
    value = value or 0.0  # no negative zero
    if unit and re.match(_MICRON, unit, re.I):
        return tidy(value / 1000)
    return tidy(value)


def _is_micron(match: re.Match[str]) -> bool:
    return bool(re.match(_MICRON, match["unit"] or match["unit0"] or "", re.I))


def _fraction(match: re.Match[str]) -> float | None:
    over, under = match["over"] or match["over2"], match["under"] or match["under2"]
    if not over or not under:
        return None
    top = numbers.count(over)
    bottom = {"百": 100, "千": 1000}.get(under) or float(under.replace("/", ""))
    return tidy((top or 0) / bottom)


def read(scan: Scan) -> None:
    """Read all of this module's fields, the more specific patterns first."""
    if "コンマ" in scan.text:
        # コンマ2ミリ, コンマ二: figures of the same length
        scan.text = _COMMA.sub(lambda match: " 0." + _kanji_digits(match[1]), scan.text)
    _hardness(scan)
    _geometric(scan)
    _roughness(scan)
    _coating(scan)
    _sizes(scan)
    _fits(scan)


def _geometric(scan: Scan) -> None:
    for match in scan.matches(_BEND):
        straight = GeometricTolerance(kind="straightness", value_mm=numbers.plain(match["value"]))
        scan.add("geometric", straight, *match.span(), confidence=0.8)
        scan.blank(*match.span())
    if not _GEOMETRIC_GATE.search(scan.text):
        return
    for pattern in (_GEOMETRIC, _GEOMETRIC_BEHIND):
        for match in scan.matches(pattern):
            text = match["value"]
            if "分の" in text or "/" in text:
                scale = 1000 if "1000分の" in text else 100
                digits = re.findall(
                    r"\d+|[一二三四五]",
                    text.replace("1000分の", "").replace("100分の", "").replace("百分の", "").split("/")[0],
                )
                value = tidy((numbers.count(digits[0]) or 0) / scale) if digits else 0.0
            else:
                value = _unit(numbers.plain(text), match["unit"])
            if not 0 < value <= 5:
                continue
            for kind in re.findall(_KIND, match["kinds"], re.I):
                scan.add("geometric", GeometricTolerance(kind=_KINDS[kind.lower()], value_mm=value), *match.span())
            scan.blank(*match.span())


def _roughness(scan: Scan) -> None:
    for match in scan.matches(_RA):
        if match["second"]:
            scan.doubt("roughness_ra_um", "range", *match.span())
        else:
            value = numbers.plain(match["first"] or match["old"] or match["mean"])
            if value > 100:
                continue
            scan.add("roughness_ra_um", value, *match.span())
        scan.blank(*match.span())
    for match in scan.matches(_RZ):
        if match[0][-1] in "SZ" and numbers.plain(re.match(NUM, match[0])[0]) not in _S_VALUES:  # type: ignore[index]
            continue
        scan.doubt("roughness_ra_um", "ambiguous", *match.span(), key="rz")
        scan.blank(*match.span())
    for match in scan.matches(_ROUGH_WORD):
        if match["s"]:
            scan.doubt("roughness_ra_um", "ambiguous", *match.span(), key="rz")
        else:
            scan.add("roughness_ra_um", numbers.plain(match["value"]), *match.span(), confidence=0.7)
        scan.blank(*match.span())
    for match in scan.matches(_TRIANGLES):
        scan.doubt("roughness_ra_um", "ambiguous", *match.span(), key="triangle")
        scan.blank(*match.span())


_S_VALUES = frozenset({0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.3, 12.5, 25, 50, 100, 1.5, 3, 6, 12, 18, 35})


def _sides(match: re.Match[str], first: float, second: str | None) -> tuple[float | None, float | None]:
    """Return (min, max) of a bound, a range, a value ± deviation or a single value."""
    groups = match.groupdict()
    side = groups.get("side") or groups.get("side2") or ""
    sign = groups.get("ge") or ""
    if groups.get("dev"):
        dev = numbers.plain(groups["dev"])
        return tidy(first - dev), tidy(first + dev)
    if groups.get("plus"):
        return first, tidy(first + numbers.plain(groups["plus"]))
    if second:
        low, high = sorted((first, numbers.plain(second)))
        return low, high
    if sign in ("≧", ">") or re.match(_MORE, side, re.I):
        return first, None
    if sign in ("≦", "<") or re.match(_LESS, side, re.I):
        return None, first
    return first, first


def _hardness(scan: Scan) -> None:
    scan.blank_all(_RUBBER)
    for pattern in (_HARDNESS, _HARDNESS_BEHIND):
        for match in scan.matches(pattern):
            first = float(match["first"])
            scale = _SCALES[match["scale"].lower().replace(" ", "")]
            if not _HARD_LIMITS[scale][0] <= first <= _HARD_LIMITS[scale][1]:
                continue
            low, high = _sides(match, first, match["second"])
            scan.add("hardness", Hardness(scale=scale, min=low, max=high), *match.span())
            scan.blank(*match.span())
    for match in scan.matches(_HARDNESS_BARE):
        scan.doubt("hardness", "vague", *match.span(), key="scale")
        scan.blank(*match.span())


_HARD_LIMITS = {
    "HRC": (10, 75),
    "HRB": (20, 110),
    "HRA": (40, 95),
    "HV": (50, 4000),
    "HB": (50, 700),
    "HBW": (50, 700),
    "HS": (15, 110),
}


def _coating(scan: Scan) -> None:
    gate = _COATING_GATE.search(scan.text)
    for pattern in (_COATING, _COATING_NEAR) if gate else ():
        for match in scan.matches(pattern):
            groups = match.groupdict()
            unit = groups["unit"] or groups.get("unit1") or groups.get("unit2")
            if unit is None and pattern is _COATING_NEAR:
                continue
            first = numbers.plain(groups["first"] or groups.get("first2") or "0")
            low, high = _sides(match, first, groups["second"] or groups.get("second2"))
            if unit and re.fullmatch(_MM, unit, re.I):
                low, high = (tidy(v * 1000) if v is not None else None for v in (low, high))
            scan.add("coating_um", Coating(min=low, max=high), *match.span())
            # The words of the process stay readable, only the number is taken.
            start = match.start("first") if groups["first"] else match.start("first2")
            stop = match.end()
            if groups["first"] is None:
                stop = match.end("side2") if groups.get("side2") else match.end("unit2")
            elif pattern is _COATING:
                start = match.start()
            scan.blank(start, stop)
    for match in scan.matches(_ZINC_CODE):
        value = float(match["value"])
        scan.add("coating_um", Coating(min=value, max=None), *match.span(), confidence=0.7)
        scan.blank(*match.span())


def _nominal(match: re.Match[str]) -> float | None:
    return numbers.plain(match["nominal_value"]) if match["nominal_value"] else None


_OVERALL = re.compile(r"(?:外径|全長|長さ|総長|幅|高さ|厚さ?み?|板厚|直径|OD)\s*[:は=]?\s*φ?\s*$", re.I)


_SHAFT = re.compile(r"φ|軸径|外径|直径")
_BORE = re.compile(r"穴|内径|孔|ボア")
_LENGTH = re.compile(r"[^。\n\d×]{0,8}(?:長さ|全長|総長|L\s*=?|×)\s*\d")


def _blank(scan: Scan, match: re.Match[str]) -> None:
    """Take out a tolerance; the size before it stays readable when it is called an overall one (外径, 全長)."""
    start, end = match.span()
    if match["nominal"]:
        first = match.start("nominal_value") if match.groupdict().get("nominal_value") else match.start("nominal")
        before = scan.normal.text[max(0, first - 8) : first]
        shaft = (
            _SHAFT.search(match["nominal"])
            and not _BORE.search(before)
            and not str(match.groupdict().get("hole") or "").isupper()
        )
        if _OVERALL.search(before + match["nominal"][:-1]) or (shaft and _LENGTH.match(scan.text[end : end + 14])):
            start = match.end("nominal")
    scan.blank(start, end)


def _sizes(scan: Scan) -> None:
    for match in scan.matches(_LIMITS) if _LIMITS_GATE.search(scan.text) else ():
        upper, lower = (numbers.plain(match[name].replace(" ", "")) for name in ("upper", "lower"))
        if upper == lower or max(abs(upper), abs(lower)) > (500 if _is_micron(match) else 5):
            continue
        if upper < lower:
            upper, lower = lower, upper
        tolerance = Tolerance(
            upper=_unit(upper, match["unit"] or match["unit0"]),
            lower=_unit(lower, match["unit"] or match["unit0"]),
            nominal_mm=_nominal(match),
        )
        scan.add("tolerances", tolerance, *match.span())
        _blank(scan, match)
    for match in scan.matches(_SYMMETRIC) if _SYMMETRIC_GATE.search(scan.text) else ():
        unit = match["unit"] or ""
        if unit in ("%", "°", "度", "℃", "deg", "g", "kg", "N"):
            scan.blank(*match.span())
            continue
        value = _fraction(match)
        if value is None:
            text = match["value"]
            value = numbers.count(text) if not text.startswith("コンマ") else float("0." + _kanji_digits(text[3:]))
            value = _unit(value or 0, unit)
        if not 0 < value <= 20:
            continue
        about = _ABOUT.match(scan.text, match.end())
        tolerance = Tolerance(upper=value, lower=-value, nominal_mm=_nominal(match))
        scan.add("tolerances", tolerance, *match.span(), confidence=0.5 if about else 1.0)
        if about:
            scan.doubt("tolerances", "vague", match.start(), about.end(), key="about")
        _blank(scan, match)
    for pattern in (_BAND_WORDS, _BARE_BAND) if _BAND_GATE.search(scan.text) else ():
        for match in scan.matches(pattern):
            _band(scan, match)
    for match in scan.matches(_STRICT):
        if not _says_how_strict(scan, match):
            scan.doubt("tolerances", "vague", *match.span(), key="strict")


def _says_how_strict(scan: Scan, match: re.Match[str]) -> bool:
    """Tell whether a tolerance stands in the same sentence: 公差は厳しく±0.01. A fit says so of one hole only."""
    left, right = scan.sentence(*match.span())
    return any(left <= item.start < right and item.value.fit is None for item in scan.of("tolerances"))


def _band(scan: Scan, match: re.Match[str]) -> None:
    """Read 精度は5ミクロン以内 (taken as ±, asked) and 100分の1台の精度 (no value, asked)."""
    value = _fraction(match)
    groups = match.groupdict()
    if value is None:
        text = match["value"]
        if text is None or (not match["unit"] and numbers.plain(text) >= 1):
            return
        value = _unit(numbers.plain(text), match["unit"])
    if not 0 < value <= 2:
        return
    vague = groups.get("dai") or groups.get("less") in ("台", "程度", "くらい", "クラス") or "台" in match[0]
    scan.doubt("tolerances", "vague", *match.span(), key="band")
    if not vague:
        scan.add("tolerances", Tolerance(upper=value, lower=-value), *match.span(), confidence=0.7)
    scan.blank(*match.span())


def _kanji_digits(text: str) -> str:
    return "".join(str("〇一二三四五六七八九".index(char)) if char in "〇一二三四五六七八九" else char for char in text)


def _fits(scan: Scan) -> None:
    for pattern in (_FIT, _FIT_RARE):
        for match in scan.matches(pattern):
            groups = match.groupdict()
            if _is_no_fit(scan, match):
                continue
            nominal = numbers.plain(groups.get("nominal_value") or groups.get("bare") or "0") or None
            fits = [match["hole"] + match["grade"]]
            if groups.get("shaft"):
                fits.append(match["shaft"] + match["shaft_grade"])
            for fit in fits:
                scan.add("tolerances", Tolerance(fit=fit, nominal_mm=nominal), *match.span())
            if re.match(r"\s*×\s*\d{2}", scan.text[match.end() : match.end() + 5]) and match["nominal"]:
                # φ20h7×150: the fit goes, the size stays one
                first = match.start("hole")
                scan.text = scan.text[:first] + " " * (match.end() - first) + scan.text[match.end() :]
            else:
                _blank(scan, match)
                count = re.match(r"\s*×\s*\d(?!\d)", scan.text[match.end() : match.end() + 5])
                scan.blank(match.end(), match.end() + (count.end() if count else 0))


def _is_no_fit(scan: Scan, match: re.Match[str]) -> bool:
    letter = match["hole"]
    before = scan.text[max(0, match.start() - 8) : match.start()]
    groups = match.groupdict()
    bound = (
        bool(groups.get("nominal"))
        or bool(groups.get("shaft"))
        or bool(re.search(r"公差|はめ|嵌|交差|fit|穴|軸|径|[/,、]\s*$", before, re.I))
        or bool(
            re.search(
                r"(?:穴|軸|はめ合?い|圧入|嵌合|ベアリング|軸受)[^。\n]{0,28}$",
                scan.text[max(0, match.start() - 34) : match.start()],
            )
            and re.match(r"\s*(?:で|の|に|と|公差|です|。|、|$|\n)", scan.text[match.end() : match.end() + 4])
        )
    )
    if letter in "MKNPEFZ" and letter.isupper() and not bound:
        return True
    # H6, P6: a name of a machine, a page, an era; R6, D10: a radius, a diameter.
    return letter in "mnpekf" and not bound
