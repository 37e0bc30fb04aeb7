# ruff: noqa: E501 - a pattern is easier to check in one line
"""From the words found to the materials, processes and certificates that are wanted."""

from __future__ import annotations

import itertools
import re

from kumihimo import terms
from kumihimo.inquiry import lexicon, material_families, negation
from kumihimo.inquiry.lexicon import Hit, Word
from kumihimo.inquiry.scan import Found, Scan, overlaps

_SUPPLIED_TOOL = re.compile(
    r"^\s*(?:費|代)|^の?\s*(?:減価)?(?:償却|保管|管理|メンテ|保守|移管|所有権)|^(?:(?:・|、|と|や|及び)[一-龥]{1,4})?(?:は|ハ|が|も|を|一式|[:：= ])*\s*(?:(?:当社|弊社|客先|こちら|先方|お客様|向こう|手前|当方|自社)(?:で|が|に|から|より|の|にて)*)?\s*(?:支給|あり(?!ません)|有り|有(?=[\s。、\n]|$)|保有|手持ち|既存|既(?=[\s。、\n]|$)|貸与|お持ち|持って|流用)"
)
# ABSライク, 木目調: only looks so
_LIKE = re.compile(r"ライク|風(?!呂)|調(?![質整])|っぽ|色の?塗")
_LENT = re.compile(r"お貸し|貸出|貸与|貸し出|支給|引き上げ|流用|そのまま使|持ち込|置いた|お預け|手持ち")
_FOR_USE = re.compile(r"^(?:用|部品|プレート|の(?:部品|ベース|プレート)|に(?:使|取)|ベース)")
_BLANK_WORD = re.compile(r"^\s*(?:素材|品|材|ブランク|粗材)?\s*(?:支給|を支給)")
# 組立工場, 塗装用治具, 押出材: a place, a purpose, the stock; not work to be done
_NO_WORK = re.compile(
    r"^(?:加工|処理)?(?:課(?!題)|係(?!数)|部門|部(?=[のへに様]|$|[ \n])|(?:部品)?事業[部所]|部品[部課]|資材|購買|ライン|現場|棟|班|室|商社|機(?!械加工|能)|装置|設備|ロボット|容器|組合|団地|協会|学校|技能|技術者|経験|実績|歴|"
    r"性(?!能)|(?:やってた|をやってた)?の(?:人|職人|名人)|用(?!意|件|途|紙|いる|いて|い)|冶具|治具|工具|条件|時に|工程で|の?(?:経験|知識|歴))"
)
# プレス工場, めっき業者: the trade of the writer or of a place, unless one is looked for
_TRADE = re.compile(r"^(?:加工|処理)?(?:専門)?の?(?:工場|業者|屋|メーカー|会社|企業|職人|業(?!務)|専門)")
_LOOKED_FOR = re.compile(
    r"探|さが|捜|紹介|教え|知(?:り|ら)ません|希望|お願い|募集|頼め|いません|ありません|いない|ないか|ください|できる|出来る|対応可|求|looking|need"
)
_STOCK_FORM = re.compile(r"^(?:成形)?(?:材(?!質|料)|形材|鋼管(?!を|の製)|素材|ブランク)")
# 鋳物は支給します: 鋳物加工 then means machining them
_BLANK_SUPPLIED = re.compile(r"^\s*(?:素材|品|材)?(?:は|を|も)?\s*支給")
_TEMPERED = re.compile(r"^\s*(?:プレート|材|鋼|丸棒|丸材|板|品|角材|の(?:板|丸|角|プレート))")
_RUST = re.compile(r"^\s*(?:油|止め)")
# Cutting off bar or tube is sawing; of plate it may be shearing, laser or gas.
_BAR = re.compile(
    r"押し?出し?[形型]?材|形材|引き?抜き?材|アングル|チャンネル|角パイプ|パイプ|H形?鋼|フラットバー|定尺|丸棒|棒材|バー材|角棒|六角棒|ミガキ棒"
)
# M4タップ is a detail of the part, タップ加工 is work
_SIZED_TAP = re.compile(r"M\s?\d+(?:\.\d)?(?:×[\d.]+)?\s*(?:深さ?\s*[\d.]+\s*)?(?:の|ねじ|ネジ)?$")
_PIPE = re.compile(r"パイプ|鋼管|配管|チューブ|ﾊﾟｲﾌﾟ|pipe|tube", re.I)
_UNCHECKED = re.compile(r"(?:□|\[ ?\]|\( ?\)(?=\S))\s*[^\s□■☑☒✓✔\[\](),、/]{1,14}")
_CHECKED = re.compile(r"■|☑|☒|✓|✔|\[[xXレ✓o○●]\]|レ点")


def drop_unchecked(scan: Scan) -> None:
    """Blank the unticked boxes of a form line that has a ticked one: ☑切削 □板金."""
    at = 0
    for line in scan.text.split("\n"):
        if _CHECKED.search(line) and ("□" in line or "[ ]" in line or "[]" in line):
            for match in _UNCHECKED.finditer(line):
                scan.blank(at + match.start(), at + match.end())
        at += len(line) + 1


def read(scan: Scan) -> None:
    """Apply the lexicon to the unread text and to the codes that were read before."""
    hits = lexicon.find(scan)
    _certificates(scan, [hit for hit in hits if hit.word.kind == "certificate"])
    _materials(scan, [hit for hit in hits if hit.word.kind == "material"])
    _processes(scan, [hit for hit in hits if hit.word.kind == "process"])
    for hit in hits:
        if hit.word.kind == "generic" and (
            overlaps((hit.start, hit.end), scan.asides) or _NO_WORK.match(scan.normal.text[hit.end : hit.end + 12])
        ):
            continue
        if hit.word.kind == "generic" and "mach.saw" in hit.word.targets and _BAR.search(scan.normal.text):
            hit = Hit(Word("process", hit.word.word, ("mach.saw",), "processes"), hit.start, hit.end)
            if not negation.is_negated(scan, hit.start, hit.end) and not negation.is_done(scan, hit.start, hit.end):
                scan.add("processes", "mach.saw", hit.start, hit.end, confidence=0.7, note=hit.word.word)
            continue
        if (
            hit.word.kind == "generic"
            and not negation.is_negated(scan, hit.start, hit.end)
            and not negation.is_done(scan, hit.start, hit.end)
        ):
            scan.add("generic", hit.word, hit.start, hit.end, note=hit.word.field)


def _certificates(scan: Scan, hits: list[Hit]) -> None:
    for hit in hits:
        if negation.is_negated(scan, hit.start, hit.end):
            continue
        if overlaps((hit.start, hit.end), scan.asides):
            continue
        if negation.is_wish(scan, hit.start, hit.end):
            scan.note("wished_certificate", hit.word.targets[0], hit.start, hit.end)
            continue
        left, _ = scan.clause(hit.start, hit.end)
        if re.search(r"(?:弊社|当社|私ども)(?:は|では|も)", scan.normal.text[left : hit.start]):
            continue
        sentence = scan.sentence(hit.start, hit.end)
        if re.search(r"\bwe (?:are|have|hold)\b", scan.normal.text[max(sentence[0], hit.start - 24) : hit.start], re.I):
            continue
        scan.add("certificates", hit.word.targets[0], hit.start, hit.end)


_COMMA = re.compile(r"(?:加工|処理)?\s*[、,]\s*")
_BOTH = re.compile(r"(?:加工|処理)?(?:とも|共|も|など|等|はいずれも|はどちらも)")


def _both(scan: Scan, first: tuple[int, int], second: tuple[int, int]) -> bool:
    """Tell whether 'A、Bとも' joins the two."""
    text = scan.normal.text
    return bool(_COMMA.fullmatch(text[first[1] : second[0]]) and _BOTH.match(text, second[1]))


def _spread(flags: dict[int, bool], items: list[tuple[int, int]], scan: Scan) -> None:
    """めっき・塗装は不要: what is said of the last holds for those joined to it."""
    for index in range(len(items) - 2, -1, -1):
        if flags[index + 1] and (
            negation.is_and(scan, items[index][1], items[index + 1][0])
            or negation.is_or(scan, items[index][1], items[index + 1][0])
            or _both(scan, items[index], items[index + 1])
        ):
            flags[index] = True


_COPPER_ALLOY = "銅合金"
# Shapes that stand for steel only when no other material is named.
_SHAPES = ("角パイプ", "丸パイプ", "パイプ", "アングル", "チャンネル", "フラットバー")


def _materials(scan: Scan, hits: list[Hit]) -> None:
    for hit in hits:
        if overlaps((hit.start, hit.end), scan.asides) or _LIKE.match(scan.normal.text[hit.end : hit.end + 4]):
            scan.note("excluded_material", hit.word.targets[0], hit.start, hit.end)
            continue
        scan.add(
            "materials",
            hit.word.targets[0],
            hit.start,
            hit.end,
            general=hit.word.general,
            confidence=0.9,
            note=hit.word.word if hit.word.word in (_COPPER_ALLOY, *_SHAPES) else "",
        )
        # カーボン … グラファイト: the second word settles the first
        if hit.word.ask and not any(
            other.word.targets[0] == hit.word.targets[0] and not other.word.ask for other in hits
        ):
            scan.doubt("materials", "ambiguous", hit.start, hit.end, key="word", codes="|".join(hit.word.targets))
    found = scan.of("materials")
    spans = [(item.start, item.end) for item in found]
    flags = {
        index: negation.is_negated(scan, *span) or negation.is_mate(scan, *span) for index, span in enumerate(spans)
    }
    for index, item in enumerate(found):
        if flags[index]:
            scan.found.remove(item)
            scan.note("excluded_material", item.value, item.start, item.end)
        elif negation.is_equivalent(scan, item.start, item.end):
            scan.doubt("materials", "equivalent", item.start, item.end)
    kept = scan.of("materials")
    _ask_alternatives(scan, "materials", kept)


def _ask_alternatives(scan: Scan, field: str, kept: list[Found]) -> None:
    for first, second in itertools.pairwise(kept):
        if first.value == second.value or not negation.is_or(scan, first.end, second.start):
            continue
        if field == "processes" and _is_sequence(scan, first, second):
            continue
        first.note = second.note = "alternative"
        if not negation.is_either(scan, first.start, second.end):
            scan.doubt(field, "alternatives", first.start, second.end)


def _is_sequence(scan: Scan, first: Found, second: Found) -> bool:
    """歯切り / イオン窒化: a slash between steps of different trades is a list, no choice."""
    gap = scan.normal.text[first.end : second.start]
    return "/" in gap and first.value.partition(".")[0] != second.value.partition(".")[0]


def _processes(scan: Scan, hits: list[Hit]) -> None:
    spans = [(hit.start, hit.end) for hit in hits]
    negated = {index: negation.is_negated(scan, *span) for index, span in enumerate(spans)}
    done = {index: negation.is_done(scan, *span) for index, span in enumerate(spans)}
    _spread(negated, spans, scan)
    _spread(done, spans, scan)
    supplied = {hit.word.targets[0] for hit in hits if _BLANK_SUPPLIED.match(scan.normal.text[hit.end : hit.end + 8])}
    for index, hit in enumerate(hits):
        target = hit.word.targets[0]
        if target in supplied and hit.word.general and target.partition(".")[0] in ("cast", "form", "pm"):
            scan.note("done_process", target, hit.start, hit.end)
            continue
        if (
            hit.word.word.startswith("調質")
            and _TEMPERED.match(scan.normal.text[hit.end : hit.end + 6])
            and any(item.field == "materials" and item.end == hit.start for item in scan.found)
        ):
            scan.note("done_process", target, hit.start, hit.end)
            continue
        behind = scan.normal.text[hit.end : hit.end + 12]
        if (
            target == "mach.drill"
            and _SIZED_TAP.search(scan.normal.text[max(0, hit.start - 14) : hit.start])
            and not behind.startswith(("加工", "立て", "切り"))
        ):
            continue
        if _NO_WORK.match(behind) and not hit.word.word.endswith(("機", "屋")):
            scan.note("other_process", target, hit.start, hit.end)
            continue
        if _TRADE.match(behind) and not _LOOKED_FOR.search(
            scan.normal.text, hit.end, scan.sentence(hit.start, hit.end)[1]
        ):
            scan.note("other_process", target, hit.start, hit.end)
            continue
        if _STOCK_FORM.match(behind) and target.partition(".")[0] in ("form", "cast", "pm"):
            scan.note("done_process", target, hit.start, hit.end)
            continue
        if target == "sheet.bend" and _PIPE.search(scan.normal.text, *scan.sentence(hit.start, hit.end)):
            target = "form.bend_pipe"
        if target == "form.extrude_al" and "アルミ" not in hit.word.word and material_families.is_polymer(scan):
            target = "poly.extrusion"
        if (
            target == "coat.zn"
            and "クロメート" in hit.word.word
            and "亜鉛" not in hit.word.word
            and material_families.is_light(scan)
        ):
            target = "coat.chem"
        if target.startswith("tool.") and (
            _LENT.search(scan.normal.text, hit.end, scan.sentence(hit.start, hit.end)[1])
            or _SUPPLIED_TOOL.match(behind)
            or _FOR_USE.match(behind)
        ):
            scan.note("supplied_tool", target, hit.start, hit.end)
        elif negated[index]:
            scan.note("negated_process", target, hit.start, hit.end)
        elif (
            done[index]
            or overlaps((hit.start, hit.end), scan.asides)
            or (target.split(".")[0] in ("cast", "form", "pm") and _BLANK_WORD.match(behind))
        ):
            scan.note("done_process", target, hit.start, hit.end)
        else:
            scan.add(
                "processes",
                target,
                hit.start,
                hit.end,
                general=hit.word.general,
                confidence=0.8 if hit.word.general else 1.0,
                note="" if _joined_noun(scan, hits, index) else hit.word.word,
            )
            if hit.word.ask:
                scan.doubt("processes", "ambiguous", hit.start, hit.end, key="word", codes="|".join(hit.word.targets))
    _drop_names(scan)
    _drop_subject_trade(scan)
    _ask_alternatives(scan, "processes", scan.of("processes"))


def _joined_noun(scan: Scan, hits: list[Hit], index: int) -> bool:
    """伸線とスプリング: the name of a thing, set beside a work word, stands for making it."""
    if not index or hits[index].word.word not in _NOUNS or hits[index - 1].word.word in _NOUNS:
        return False
    gap = scan.normal.text[hits[index - 1].end : hits[index].start]
    return gap in ("と", "+", "→", "、その後")


_NAME_LINE = re.compile(
    r"^[ ■●・【\[(\d.)*]*(?:品\s*名|製品名|部品名|名称|対象|もの|part(?: name)?|item)[】\])*]*\s*(?:[:：=/…]| )[^\n]*",
    re.I | re.M,
)


def _drop_names(scan: Scan) -> None:
    """A word of work in the name of the part (測定ステージ, 溶接フレーム) counts only when no work is named elsewhere."""
    lines = [match.span() for match in _NAME_LINE.finditer(scan.normal.text)]
    if not lines:
        return
    found = scan.of("processes")
    named = [item for item in found if overlaps((item.start, item.end), lines)]
    # A line that goes on with other fields is no mere name.
    if len(named) == len(found) or any(
        item.field in ("materials", "size_mm", "quantity") and overlaps((item.start, item.end), lines)
        for item in scan.found
    ):
        return
    for item in named:
        scan.found.remove(item)
        scan.note("named_process", item.value, item.start, item.end)


_TRADE_SUBJECT = re.compile(r"^[^\n]{1,16}の(?:件|お願い|依頼|ご?相談|見積(?:依頼)?)[ \t]*$", re.M)


def _drop_subject_trade(scan: Scan) -> None:
    """工具研削の件 … プロファイル研削: the subject names the trade, the text the work."""
    subject = _TRADE_SUBJECT.search(scan.normal.text)
    if subject is None:
        return
    found = [item for item in scan.of("processes") if str(item.value).startswith("grind.")]
    for item in found:
        if item.start < subject.end() <= found[-1].start and item.start >= subject.start():
            scan.found.remove(item)
            scan.note("named_process", item.value, item.start, item.end)


# Most general words of machining: any other machining word says more.
_MACHINING = re.compile(r"切削|機械加工|削|machin|CNC加工|NC加工|CNC ?mach", re.I)


def _is_plain_beside(item: Found, others: list[Found]) -> bool:
    """押出 beside 異形押出, 大物加工 beside NC旋盤: the word tells of the trade or the size, the other of the work."""
    values = {other.value for other in others if other is not item}
    if item.note == "刃付け":
        return "grind.tool" in values
    if item.value == "form.extrude_al" and "アルミ" not in item.note:
        return "poly.extrusion" in values
    return item.note.startswith("大物") and any(
        value.startswith("mach.") and value != item.value and value not in _SMALL_MACHINING for value in values
    )


def _is_covered(item: Found, others: list[Found]) -> bool:
    """Tell whether a more specific word of the same operation makes a general one superfluous."""
    if any(
        other is not item and other.value == item.value and item.note in _NOUNS and other.note not in _NOUNS
        for other in others
    ):
        return True
    if item.note not in _NOUNS:
        # 歯車 … 切削で: the name of the thing gives way to the work, never the other way round
        others = [other for other in others if other.note not in _NOUNS]
    milled = item.value in ("mach.mill3", "mach.turn_cnc")
    if milled and any(other.value == "mach.turnmill" for other in others):
        return True
    if _is_plain_beside(item, others):
        return True
    if not item.general and item.note not in _NOUNS:
        return False
    head, _, leaf = item.value.partition(".")
    for other in others:
        if other is item or other.value == item.value:
            continue
        value = other.value
        if item.note in _NOUNS and value.partition(".")[0] in (
            "mach",
            "poly",
            "cast",
            "pm",
            "form",
            "am",
            "edm",
            "sheet",
            "grind",
            "coat",
            "ht",
            "fin",
        ):
            return True
        if item.value == "mach.mill3":
            if _MACHINING.search(item.note):
                if value.startswith("mach.") and value not in _SMALL_MACHINING:
                    return True
                if value == "poly.cutting":
                    return True
            elif value.startswith("mach.mill"):
                return True
        elif item.value == "mach.turn_cnc":
            if value.startswith("mach.turn"):
                return True
        elif item.value == "sheet.laser":
            if "レーザ" in other.note or "laser" in other.note.lower():
                return True
        elif item.value == "sheet.fab":
            if value.startswith(("sheet.", "form.bend")) and not other.general:
                return True
        elif item.value == "form.press_blank":
            if value.startswith(("form.press", "form.deepdraw", "form.shave")):
                return True
        elif item.value == "fin.buff":
            if value.startswith(("grind.", "fin.")) and value not in (
                "fin.deburr",
                "fin.print",
                "fin.clean",
                "fin.impreg",
                "fin.passiv",
                "fin.blast",
                "fin.shotpeen",
            ):
                return True
        elif item.value == "ht.qt":
            if value.startswith(("ht.induction", "ht.carb", "ht.vacuum", "ht.flame", "ht.austemper")):
                return True
        elif item.value == "coat.paint":
            if value in ("coat.powder", "coat.ed"):
                return True
        elif head in ("cast", "am", "tool", "insp") and leaf:
            if (value.startswith(head + ".") and not other.general and head != "tool") or (
                head == "tool" and value.startswith("tool.")
            ):
                return True
        elif (head == "form" and value.startswith(item.value.split("_")[0])) or (
            head == "mach" and value.startswith("mach.gear")
        ):
            return True
    return False


# Names of things that stand for making them only when nothing else is said of the work.
_NOUNS = frozenset(
    (
        "スプロケット",
        "プーリ",
        "プーリー",
        "歯車",
        "平歯車",
        "スプライン",
        "ウォームホイール",
        "ウォームギヤ",
        "ウォーム",
        "はすば歯車",
        "かさ歯車",
        "傘歯車",
        "内歯車",
        "ギヤ",
        "ギア",
        "ラック",
        "ばね",
        "バネ",
        "板ばね",
        "板バネ",
        "スプリング",
        "ハーネス",
        "架台",
        "銘板",
        "治具",
        "冶具",
        "フレーム",
        "gear",
        "spring",
        "sprocket",
        "pulley",
    )
)
_SMALL_MACHINING = frozenset({"mach.saw", "mach.drill", "mach.thread", "mach.engrave", "mach.broach", "mach.slot"})


def specific(field: str, items: list[Found]) -> list[Found]:
    """Return the values of one part without those that a more specific one makes superfluous, each once."""
    if field == "processes":
        kept = [item for item in items if not _is_covered(item, items)]
    else:
        values = {item.value for item in items}
        kept = [item for item in items if not _is_family_of(item, values)]
    seen: set[str] = set()
    return [item for item in kept if not (item.value in seen or seen.add(item.value))]  # type: ignore[func-returns-value]


def _is_family_of(item: Found, values: set[str]) -> bool:
    families = terms.material_families()
    if item.value not in families:
        return False
    grades = terms.materials()
    for value in values:
        if value == item.value:
            continue
        if item.note in _SHAPES:
            return True
        family = (
            grades[value].family if value in grades else value if value in families else material_families.guess(value)
        )
        if family and (
            family == item.value
            or family.startswith(item.value + ".")
            or (item.value == "steel" and family.startswith("iron"))
            or (item.note == _COPPER_ALLOY and family.startswith(("brass", "bronze")))
        ):
            return True
        # 合金鋼 SCM435 / 樹脂 rubber: the same root named by a narrower word that the grade's family does not match
        if family and item.value.split(".")[0] == family.split(".")[0] and value in grades:
            return True
    return False
