# ruff: noqa: E501 - a pattern is easier to check in one line
"""Delivery place and wanted region; towns of senders and family names that look like places are left alone."""

from __future__ import annotations

import re
from functools import cache

from kumihimo import terms
from kumihimo.inquiry.normalise import BLANK
from kumihimo.inquiry.scan import Scan, overlaps

# What customers mean by a region whose extent people draw differently.
_USUAL = {"東海": ("21", "22", "23", "24"), "関西": ("25", "26", "27", "28", "29", "30")}


@cache
def _names() -> tuple[re.Pattern[str], dict[str, tuple[str, tuple[str, ...], bool]]]:
    """Return a pattern of first pairs of characters and name -> (kind, prefectures, precise)."""
    table: dict[str, tuple[str, tuple[str, ...], bool]] = {}
    stems: dict[str, set[str]] = {}
    cities: dict[str, set[str]] = {}
    for town in terms.municipalities().values():
        name = town.name.removeprefix(town.city) if town.city else town.name
        for word in {name, town.name}:
            kind, codes, _ = table.get(word, ("town", (), True))
            if town.prefecture not in codes:
                codes = (*codes, town.prefecture)
            table[word] = (kind, codes, len(codes) == 1)
        if name[-1] in "市区町村" and len(name) >= 3 and not town.city:
            stems.setdefault(name[:-1], set()).add(town.prefecture)
            if name[-1] == "市":
                cities.setdefault(name[:-1], set()).add(town.prefecture)
    for stem, every in stems.items():
        # 横浜 is the city, not the small town of the same name
        found = cities.get(stem, every)
        table.setdefault(stem, ("stem", tuple(sorted(found)), len(found) == 1))
    for region in terms.regions().values():
        usual = _USUAL.get(region.name)
        table[region.name] = ("region", usual or region.prefectures, region.precise or usual is not None)
    for prefecture in terms.prefectures().values():
        table[prefecture.ja] = ("prefecture", (prefecture.code,), True)
        table[prefecture.short] = ("short", (prefecture.code,), True)
    table.pop("中央区", None)
    return re.compile(""), table


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for name in _names()[1]:
        found.setdefault(name[:2], set()).add(len(name))
    return {head: tuple(sorted(sizes, reverse=True)) for head, sizes in found.items()}


@cache
def _firsts() -> frozenset[str]:
    return frozenset(head[0] for head in _lengths())


@cache
def _english() -> re.Pattern[str]:
    regions = {item.en.removesuffix(" region") for item in terms.regions().values() if item.en.isascii()}
    names = "|".join(
        sorted(map(re.escape, {*(item.en for item in terms.prefectures().values()), *regions}), key=len, reverse=True)
    )
    return re.compile(rf"(?<![A-Za-z])(?P<n>{names})(?![A-Za-z])", re.I)


@cache
def _english_regions() -> dict[str, tuple[tuple[str, ...], bool]]:
    return {
        item.en.removesuffix(" region").lower(): (
            _USUAL.get(item.name, item.prefectures),
            item.precise or item.name in _USUAL,
        )
        for item in terms.regions().values()
    }


_TOWN_BEHIND = re.compile(r"(?:の|\()([一-龥ぁ-んァ-ヶ]{2,5})")
_LABEL = re.compile(
    r"(?:納入|納め|納品|納(?=[所先場])|送(?=先)|届(?=先)|配達|直送|持ち?込み?(?=先)|据付|設置|ノウニュウ(?:サキ)?|オクリサキ|現場|客先|配送|発送|送り|送付|届け?|お届け|引き?渡し?|荷受|着荷|出荷|搬入|受け渡し)(?:場所|先|所|地|住所|先住所)?(?:の?郵便番号)?(?:は|が|:|=|希望|→|\||・|は弊社|の住所)*\s*[^\n。、]{0,14}$"
    r"|(?:希望(?:地域|エリア|地区)|(?:対象|対応|発注)?(?:地域|エリア|地区)|所在地希望|場所|行き?先|どこへ|お届け|地域要望|発注先(?:エリア|地域)?|deliver(?:y|ed)?(?: place| address)?(?: to)?|ship(?:ped|ping)?(?: to)?|destination|located in|based in|around|near|region)\s*(?:は|:|=|希望|\||→|in|to)*\s*[^\n。、]{0,8}$",
    re.I,
)
_NEAR = re.compile(
    r"^(?:\s|市内|県内|周り)*(?:近辺|近郊|周辺|エリア|地区|地域|地方|方面|近く|付近|あたり|辺り|界隈|圏|内(?:で|の|に)|市内|県内|のほう|の方(?=で|に|の)|在住|所在|近隣|側|の近)|^(?:県|都|府|市)?(?:内)?の?(?:近辺|周辺|近く|近隣|付近)"
)
_TO_PLACE = re.compile(
    r"^[^。、\n]{0,12}?(?:(?:まで|へ|に|宛|宛て|の(?:弊社|当社|自社|客先|倉庫|工場|本社|事業所|物流)[^。、\n]{0,8}(?:まで|へ|に|着))(?:に|の|ご|お)?\s*(?:納|持って|運|配送|配達|発送|送|届|お?届|着払|搬入|運|入れて|出荷|直送|郵送|持ち込|持込|納品|引取)|着(?:で|、|。|$|払|指定|希望)|渡し|納(?:品|入|め))"
)
# 大阪府堺市の弊社倉庫まで: nothing else follows
_UNTIL = re.compile(
    r"^[^。、\n:]{0,16}?(?:まで|迄|宛て?|へ|着)(?:です|でお願い|にお願い|をお願い|希望|渡し|必着)?\s*(?:[。、)）\n]|$)"
)
_DUE_LINE = re.compile(r"(?:納|届|希望|期日|期限|必着|\d\s*月\s*\d+\s*日|\d/\d)[^。\n]*[、 ,)]$")
_MAKER_THERE = re.compile(
    r"^[^。、\n]{0,6}?(?:で|の|にある|に(?:ある|工場))[^。、\n]{0,24}?(?:会社|工場|業者|メーカー|企業|町工場|屋さん|加工屋|協力(?:会社|工場)|(?:でき|出来|対応(?:可|でき)|探|お願い|頼め|受け)|業者さん|ところ)[^。\n]{0,16}?(?:探|さが|ない|教え|紹介|お願い|希望|ありま|いま(?:せ|す)|でき|出来|頼|を|に|へ|が|限)"
)
_MAKER_SIMPLE = re.compile(
    r"^\s*(?:で(?=[^すしあ]))(?:[^。、\n]{0,16})?(?:探|でき|出来|お願い|頼|希望|対応|加工|受け|作|切削|溶接|メッキ|めっき|板金)"
)
_LATIN = re.compile(r"[A-Za-z]{4}")
_LIST = re.compile(r"\s*(?:、|,|・|や|か|または|又は|もしくは|/|と|or|and|\s)\s*")
_PERSON = re.compile(
    r"^\s*(?:様|さん|氏|殿|部長|課長|係長|社長|です(?!が)|と申|と言|といい|より|拝|\(携帯|まで(?:ご?連絡|お電話|ご?返)|\s*(?:TEL|tel|Tel))"
)
_SENDER = re.compile(
    r"^[^。、\n]{0,20}?(?:です(?:[。、\n ]|$)|と申し|でございます|と言います|といいます|より(?:お電話|ご連絡|連絡|失礼|問い合わせ|お世話)|から(?:電話|TEL|お電話|入電|の(?:電話|引合|依頼|問い?合))|をして(?:い|お)|の者|様(?:より|から)|さん(?:より|から))"
)


def read(scan: Scan) -> None:
    """Read delivery place and region; which mention counts is told by the words around it."""
    table, lengths = _names()[1], _lengths()
    text = scan.text
    at, size = 0, len(text)
    accepted: list[tuple[int, int, str, tuple[str, ...], bool]] = []
    context_end = -1
    firsts = _firsts()
    while at < size - 1:
        if text[at] not in firsts:
            at += 1
            continue
        found = None
        for length in lengths.get(text[at : at + 2], ()):
            name = text[at : at + length]
            if len(name) == length and name in table:
                found = name
                break
        if found is None:
            at += 1
            continue
        start, end = at, at + len(found)
        at = end
        kind, codes, precise = table[found]
        # 長野県諏訪市: the town belongs to the prefecture before it
        if start == context_end and accepted and kind in ("town", "stem", "region"):
            last = accepted[-1]
            if set(codes) & set(last[3]):
                accepted[-1] = (last[0], end, last[2], last[3] if last[2] == "prefecture" else codes, last[4])
                context_end = end
                continue
        if kind in ("short", "prefecture"):
            # 静岡の沼津, 埼玉(三郷): a town of that prefecture makes it a place, not a family name
            town = _TOWN_BEHIND.match(text, end)
            if town:
                name = next((town[1][:n] for n in range(len(town[1]), 1, -1) if town[1][:n] in table), "")
                if name and codes[0] in table[name][1] and table[name][0] in ("town", "stem"):
                    whole = town.start(1) + len(name)
                    at = whole
                    line = text[text.rfind("\n", 0, start) + 1 : start]
                    end_of_place = re.match(
                        r"[市町村]?(?:\)|の?(?:弊社|工場|倉庫|造船所|研究所|ヤード|現場)?)?\s*(?:[。、\n]|$|へ|に|まで|宛|着|で)",
                        text[whole:],
                    )
                    if (_LABEL.search(line) or end_of_place or _TO_PLACE.match(text[whole : whole + 40])) and not (
                        _SENDER.match(text[whole : whole + 30]) or _PERSON.match(text[whole : whole + 8])
                    ):
                        accepted.append((start, whole, "prefecture", codes, True))
                        context_end = whole
                    continue
        if kind == "short" and text[end : end + 1] in ("都", "道", "府", "県"):
            end += 1
            at = end
        if kind == "prefecture":
            whole = _skip_address(text, end)
            if whole > end and _counts(scan, start, whole, kind):
                accepted.append((start, whole, kind, codes, precise))
                at = context_end = whole
                continue
        chained = accepted and _LIST.fullmatch(text[accepted[-1][1] : start])
        if not chained and not _counts(scan, start, end, kind):
            # still hides the town behind it: 長野県諏訪市の山田です
            at = max(at, _skip_address(text, end)) if kind == "prefecture" else at
            continue
        accepted.append((start, end, kind, codes, precise))
        context_end = end
    if not accepted:
        accepted += _fragments(scan)
    for match in _english().finditer(scan.text) if _LATIN.search(scan.text) else ():
        before = scan.text[max(0, match.start() - 24) : match.start()]
        if re.search(
            r"(?:deliver\w*|ship\w*|sent?|destination|near|around|in|to|region|based in|located in|area)\s*(?:to|in|:|is|the|place|address)*\s*(?:[\w .,-]{0,14},\s*)?$",
            before,
            re.I,
        ) and not re.search(
            r"(?:we are|i am|our (?:company|office is|address|head office)|address is|from)[^.\n]{0,30}$",
            scan.text[max(0, match.start() - 48) : match.start()],
            re.I,
        ):
            item = terms.find_prefecture(match["n"])
            region = _english_regions().get(match["n"].lower())
            if item is not None:
                accepted.append((match.start(), match.end(), "prefecture", (item.code,), True))
            elif region is not None:
                accepted.append((match.start(), match.end(), "region", *region))
    for start, end, _, codes, precise in accepted:
        if precise:
            for code in codes:
                scan.add("prefectures", code, start, end)
        else:
            scan.doubt("prefectures", "ambiguous", start, end, key="place", codes="|".join(codes))


# Prefectures and towns that are family names as often as places: alone they tell nothing.
_FAMILY_NAMES = frozenset((
    "山口", "宮崎", "福島", "石川", "千葉", "長野", "福井", "富山", "香川", "徳島", "秋田", "青森", "宮城", "山形", "奈良", "福岡", "高知", "長崎", "大分", "佐賀", "滋賀",
    "三重", "上田", "太田", "長井", "小松", "三木", "高岡", "堺", "燕", "呉", "伊那", "諏訪", "厚木", "草津", "福山", "川口", "神戸", "水島", "水沢", "長岡", "岡谷",
    "坂城", "蒲田", "墨田", "葛飾", "北上", "豊橋", "長浜", "多摩", "桑名", "磐田", "刈谷", "花巻", "会津", "室蘭", "倉敷", "桐生",
))  # fmt: skip
_FRAGMENT = re.compile(r"(?<=[ \n、。\x00])[^ \n、。\x00]{2,10}(?=[ 、。]*(?:\n|$))")
_FRAGMENTS = re.compile(r"[ \n、]+")
_SENTENCE_LIKE = re.compile(r"です|ます|株式会社|有限会社|様|御中|さん|:|TEL|FAX", re.I)


def _fragments(scan: Scan) -> list[tuple[int, int, str, tuple[str, ...], bool]]:
    """Read a place that stands alone at the end of a line of a memo: FCD450 素材支給 四十個 年度内 兵庫."""
    text = scan.text
    found: list[tuple[int, int, str, tuple[str, ...], bool]] = []
    for match in _FRAGMENT.finditer(text):
        kind, codes, precise = _place(match[0])
        line = text.rfind("\n", 0, match.start()) + 1
        others = text[line : match.start()].strip(" 、")
        if not precise or match[0] in _FAMILY_NAMES or overlaps(match.span(), scan.asides):
            continue
        # On a line of its own the lines before must be fragments as well; a signature is none.
        told = scan.normal.text[line if others else 0 : match.start()]
        # Behind a telephone number or a firm it is the sender's; behind a date or a size it is not.
        masked = BLANK in text[max(0, match.start() - 2) : match.start()]
        if masked and not any(match.start() - 3 <= item.end <= match.start() for item in scan.found):
            continue
        if _SENTENCE_LIKE.search(told) or len(_FRAGMENTS.split(told.strip())) < 3:
            continue
        found.append((match.start(), match.end(), kind, codes, precise))
    return found[:1] if len(found) == 1 else []


def _place(word: str) -> tuple[str, tuple[str, ...], bool]:
    """Return (kind, prefectures, certain) of a word that as a whole is a place; a mere stem of a town is not certain."""
    table = _names()[1]
    kind, codes, precise = table.get(word, ("", (), False))
    if kind in ("prefecture", "short", "region", "town"):
        return kind, codes, precise
    if word[:2] in _lengths():
        # 愛知県岡崎市
        for size in _lengths()[word[:2]]:
            first = table.get(word[:size])
            rest = table.get(word[size:])
            if first and rest and first[0] == "prefecture" and first[1][0] in rest[1]:
                return "prefecture", first[1], True
    return "", (), False


def _skip_address(text: str, end: int) -> int:
    match = re.compile(r"[一-龥ァ-ヶ]{1,5}?[市区町村郡](?:[一-龥ァ-ヶ]{1,5}?[区町村])?").match(text, end)
    return match.end() if match else end


def _counts(scan: Scan, start: int, end: int, kind: str) -> bool:
    text = scan.text
    if overlaps((start, end), scan.asides):
        return False
    _left, right = scan.sentence(start, end)
    line_left = text.rfind("\n", 0, start) + 1
    before = text[max(line_left, start - 30) : start]
    behind = text[end : min(right, end + 60)]
    if _LABEL.search(before):
        return not _PERSON.match(behind) or kind in ("prefecture", "town")
    if _PERSON.match(behind) and kind in ("short", "stem", "region"):
        return False
    # A name in kanji before it makes it part of another word: 新潟三条 is fine, 山口川 is not.
    if (
        kind in ("stem", "short")
        and start
        and re.match(r"[一-龥]", text[start - 1])
        and text[max(0, start - 2) : start] not in ("弊社", "当社", "自社", "御社", "客先")
    ):
        return False
    near = _NEAR.match(behind)
    if near:
        return True
    if kind == "prefecture" and re.match(r"\s*(?:[。\n(]|$)", behind) and _DUE_LINE.search(before):
        return True
    if _SENDER.match(behind) and not _TO_PLACE.match(behind) and not _MAKER_THERE.match(behind):
        return False
    if _TO_PLACE.match(behind):
        return kind != "stem" or bool(
            re.match(r"^(?:市|の|まで|へ|着|工場|倉庫|納|事業所|営業所|支店|支社|センター|本社)", behind)
        )
    if (
        kind != "stem"
        and _UNTIL.match(behind)
        and not re.search(r"(?:連絡|電話|問い?合わ?せ|返信|担当)[^。\n]{0,6}$", before)
    ):
        return True
    if _MAKER_THERE.match(behind):
        return kind != "stem"
    if kind in ("prefecture", "town", "region", "short") and _MAKER_SIMPLE.match(behind):
        return True
    if kind in ("prefecture", "region", "town", "short"):
        return bool(
            re.match(
                r"^\s*(?:限定|希望|内|優先|を希望|なら|だと(?:助|あり)|のどこ|どこでも|が(?:希望|良|いい|理想|助))",
                behind,
            )
        )
    return False
