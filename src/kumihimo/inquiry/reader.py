"""Reading the text of an inquiry: requirements, each with its source words, and the questions to ask back.

The order of the work: normal form with a map to the original, blanking of what misleads, patterns that protect their
digits (codes, hardness, tolerances, sizes, dates, counts), the lexicon, then what is doubtful. Nothing that the text
does not say is filled in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from kumihimo.inquiry import (
    asides,
    consistency,
    dates,
    details,
    masks,
    material_codes,
    part_split,
    places,
    process_order,
    quantities,
    questions,
    shaping,
    sizes,
    tables,
    tolerances,
    wanted_terms,
)
from kumihimo.inquiry.normalise import normalise
from kumihimo.inquiry.numbers import NUM, plain
from kumihimo.inquiry.part_split import Section
from kumihimo.inquiry.scan import Doubt, Found, Scan
from kumihimo.inquiry.unite import unite
from kumihimo.model.inquiry import Inquiry, Part, Question, ReadValue
from kumihimo.model.requirement import Requirements

_SET_FAMILIES = ("assy.", "insp.", "join.")


def read_text(text: str, *, today: date, id: str = "", file: str = "", style: str = "text") -> Inquiry:
    """Read one inquiry.

    Parameters
    ----------
    text
        As the customer wrote it; any width, dash or line end.
    today
        Day against which 2週間 and 来月末 are resolved.
    id, file, style
        Kept in the result.

    Returns
    -------
    Inquiry
        Every value's offsets are those of `text`. Single values that a part names twice differently are ``None`` and
        asked. A quantity or size in which the parts differ stays with the parts and is not asked.
    """
    scan = Scan(normalise(text), today)
    for step in _STEPS:
        step(scan)
    sections = part_split.split(scan)
    if not sections:
        needs, values, doubts = _assemble(scan, None, ())
        part = Part(id="p1", name=_part_name(scan), requirements=needs)
        parts: tuple[Part, ...] = (part,)
        united = needs
        asked = list(dict.fromkeys(questions.question(scan, doubt, "") for doubt in _once(doubts)))
    else:
        parts, united, values, asked = _several(scan, sections)
    shaping.read(scan, parts)
    return Inquiry(
        id=id,
        file=file,
        style=style,
        text=text,
        today=today,
        requirements=united,
        fields=tuple(_read_value(scan, item, name) for item, name in values),
        questions=tuple(asked),
        parts=parts,
        context=tuple(
            _read_value(scan, item, _part_at(sections, item.start))
            for item in sorted(scan.context, key=lambda item: item.start)
        ),
    )


_STEPS: tuple[Callable[[Scan], None], ...] = (
    masks.mask,
    asides.read,
    tables.read,
    wanted_terms.drop_unchecked,
    material_codes.read,
    details.read,
    tolerances.read,
    sizes.read_mass,
    dates.read,
    quantities.read,
    sizes.read,
    places.read,
    wanted_terms.read,
)


def _read_value(scan: Scan, item: Found, part: str) -> ReadValue:
    start, end = scan.normal.span(item.start, item.end)
    value = item.value
    if item.field == "quantity" and isinstance(value, tuple):
        value = value[0]
    return ReadValue(
        field=item.field,
        value=value,
        text=scan.normal.original[start:end],
        start=start,
        end=end,
        source="rule",
        confidence=item.confidence,
        part=part,
    )


def _part_at(sections: Sequence[Section], start: int) -> str:
    """Return the part in whose section a place is; empty outside of all, and where there is one part only."""
    return next((f"p{n}" for n, section in enumerate(sections, 1) if section.start <= start < section.end), "")


_NAME = re.compile(r"(?:品名|部品名|製品名|件名|名称|part name|item)\s*[:：=]?\s*([^\s、。,\n\x00]{1,20})", re.I)


def _part_name(scan: Scan) -> str:
    match = _NAME.search(scan.normal.text)
    return scan.normal.words(*match.span(1)) if match else ""


def _several(
    scan: Scan, sections: Sequence[Section]
) -> tuple[tuple[Part, ...], Requirements, list[tuple[Found, str]], list[Question]]:
    parts: list[Part] = []
    values: list[tuple[Found, str]] = []
    asked: list[Question] = []
    for number, section in enumerate(sections, 1):
        identity = f"p{number}"
        needs, found, doubts = _assemble(scan, section, sections)
        parts.append(Part(id=identity, name=section.name, requirements=needs, per_set=_per_set(scan, section)))
        for item, _ in found:
            own = section.start <= item.start < section.end
            pair = (item, identity if own else "")
            if pair not in values:
                values.append(pair)
        for doubt in doubts:
            own = doubt.start < 0 or section.start <= doubt.start < section.end
            one = questions.question(scan, doubt, identity if own else "")
            if one not in asked:
                asked.append(one)
    common = [item for item in _common(scan, sections, "processes") if _is_of_set(item)]
    for item in wanted_terms.specific("processes", common):
        values.append((item, ""))
    united = unite([part.requirements for part in parts])
    of_set = [str(item.value) for item in wanted_terms.specific("processes", common)]
    united = replace(united, processes=tuple(dict.fromkeys((*united.processes, *of_set))))
    values.sort(key=lambda pair: (pair[0].start, pair[0].field))
    return tuple(parts), united, values, asked


_SET = re.compile(
    r"(?:1|一)?(?:台|セット|組|set)(?:に|あたり|当たり|につき|分|per)?\s*(\d{1,3})\s*(?:個|本|枚|ヶ|コ|pcs)(?:使用|使い|必要|組)?|員数\s*[:=]?\s*(\d{1,3})",
    re.I,
)


def _per_set(scan: Scan, section: Section) -> int:
    match = _SET.search(scan.normal.text, section.start, section.end)
    return int(match[1] or match[2]) if match else 1


def _common(scan: Scan, sections: Sequence[Section], field: str) -> list[Found]:
    return [item for item in scan.of(field) if not any(s.start <= item.start < s.end for s in sections)]


def _is_of_set(item: Found) -> bool:
    return str(item.value).startswith(_SET_FAMILIES)


def _items(scan: Scan, field: str, section: Section | None, sections: Sequence[Section]) -> list[Found]:
    """Return a part's own values of a field, or those for all parts when it has none of its own."""
    if section is None:
        return scan.of(field)
    own = [item for item in scan.of(field) if section.start <= item.start < section.end]
    common = _common(scan, sections, field)
    if field == "processes":
        return (
            own + [item for item in common if not _is_of_set(item) and not item.general]
            if own
            else [item for item in common if not _is_of_set(item)]
        )
    if field in ("certificates", "prefectures", "due_date"):
        return own or common
    return own or common


def _doubts(scan: Scan, section: Section | None, sections: Sequence[Section]) -> list[Doubt]:
    if section is None:
        return list(scan.doubts)
    return [
        doubt
        for doubt in scan.doubts
        if section.start <= doubt.start < section.end or not any(s.start <= doubt.start < s.end for s in sections)
    ]


def _assemble(
    scan: Scan, section: Section | None, sections: Sequence[Section]
) -> tuple[Requirements, list[tuple[Found, str]], list[Doubt]]:
    """Put the values of one part together; doubts that a plain value settles are dropped."""
    doubts = _doubts(scan, section, sections)
    used: list[Found] = []

    def items(field: str) -> list[Found]:
        return _items(scan, field, section, sections)

    materials = wanted_terms.specific("materials", items("materials"))
    processes = process_order.process_order(scan, wanted_terms.specific("processes", items("processes")))
    certificates = wanted_terms.specific("certificates", items("certificates"))
    prefectures = _distinct(items("prefectures"))
    sized = _distinct(items("tolerances"))
    geometric = _distinct(items("geometric"))
    used += materials + processes + certificates + prefectures + sized + geometric
    quantity, per = _quantity(items("quantity"), doubts, used)
    singles = {field: _single(field, items(field), doubts, used) for field in _SINGLES}
    needs = Requirements(
        materials=tuple(item.value for item in materials),
        processes=tuple(item.value for item in processes),
        quantity=quantity,
        per=per,
        size_mm=singles["size_mm"] or (),
        thickness_mm=singles["thickness_mm"],
        tolerances=tuple(item.value for item in sized),
        geometric=tuple(item.value for item in geometric),
        roughness_ra_um=singles["roughness_ra_um"],
        hardness=singles["hardness"],
        coating_um=singles["coating_um"],
        due_date=singles["due_date"],
        prefectures=tuple(item.value for item in prefectures),
        certificates=tuple(item.value for item in certificates),
    )
    doubts = _settled(doubts, needs)
    doubts += _vague_words(items("generic"), needs)
    doubts += _features(scan, sized, items("size_mm"), needs)
    if (
        not any(doubt.field == "tolerances" for doubt in doubts)
        and len(items("tolerances")) == 1
        and sized[0].value.fit is None
    ):
        doubts += _one_for_several(scan, section, sized[0], needs)
    doubts += _nonsense(needs, used)
    return needs, [(item, "") for item in sorted(used, key=lambda item: (item.start, item.field))], doubts


_SINGLES = ("size_mm", "thickness_mm", "roughness_ra_um", "hardness", "coating_um", "due_date")


def _distinct(found: list[Found]) -> list[Found]:
    kept: list[Found] = []
    for item in found:
        if all(item.value != other.value for other in kept):
            kept.append(item)
    return kept


def _single(field: str, found: list[Found], doubts: list[Doubt], used: list[Found]) -> Any:
    """Return the one value, or `None` and a doubt when the text gives several."""
    kept = _distinct(found)
    if field == "size_mm":
        kept = _without_parts_of(kept)
    if field == "hardness" and len(kept) > 1:
        kept = _without_bounds_of(kept)
    if field == "due_date" and len(kept) > 1:
        kept = _without_month_ends(kept)
        marked = [item for item in kept if item.note]
        kept = marked or kept
    if not kept:
        return None
    if len(kept) > 1:
        doubts.append(_several_values(field, kept))
        return None
    if any(doubt.field == field and doubt.why == "range" for doubt in doubts):
        return None
    used.append(kept[0])
    return kept[0].value


def _without_parts_of(kept: list[Found]) -> list[Found]:
    """A size that only repeats some sides of another is no second size."""
    return [
        item
        for item in kept
        if not any(
            other is not item and len(other.value) > len(item.value) and set(item.value) <= set(other.value)
            for other in kept
        )
    ]


def _without_month_ends(kept: list[Found]) -> list[Found]:
    """1月いっぱい、1月29日: a day of the same month says more than its end."""
    return [
        item
        for item in kept
        if not any(
            other is not item
            and (other.value.year, other.value.month) == (item.value.year, item.value.month)
            and (item.value + timedelta(days=1)).month != item.value.month
            and other.value < item.value
            for other in kept
        )
    ]


def _without_bounds_of(kept: list[Found]) -> list[Found]:
    """A bound that only repeats one end of a range (33HRC以上 … HRC33~40) is no second hardness."""
    ranges = [item.value for item in kept if item.value.min is not None and item.value.max is not None]
    return [
        item
        for item in kept
        if (item.value.min is not None and item.value.max is not None)
        or not any(
            other.scale == item.value.scale
            and (item.value.min is None or item.value.min == other.min)
            and (item.value.max is None or item.value.max == other.max)
            for other in ranges
        )
    ]


def _several_values(field: str, kept: list[Found]) -> Doubt:
    return Doubt(
        field,
        "contradiction",
        kept[0].start,
        kept[-1].end,
        detail={"spans": "|".join(f"{i.start},{i.end}" for i in kept)},
    )


def _quantity(found: list[Found], doubts: list[Doubt], used: list[Found]) -> tuple[int | None, str]:
    exact = _distinct([item for item in found if item.value is not None])
    totals = [item for item in exact if item.note == "total"]
    if len(totals) == 1:
        exact = totals
    if len(exact) > 1 and any(item.note == "lot" for item in exact) and any(item.note != "lot" for item in exact):
        exact = [item for item in exact if item.note != "lot"]
    if any(item.value is None for item in found):
        return None, "once"
    if len(exact) == 2:
        rates = {item.value[1]: item.value[0] for item in exact}
        if rates.get("year") and rates.get("month") and abs(rates["year"] - 12 * rates["month"]) <= 12:
            exact = exact[:1]
    if not exact:
        return None, "once"
    if len(exact) > 1:
        doubts.append(_several_values("quantity", exact))
        return None, "once"
    used.append(exact[0])
    value: tuple[int, str] = exact[0].value
    return value


def _settled(doubts: list[Doubt], needs: Requirements) -> list[Doubt]:
    """Drop doubts that a plain value elsewhere settles: 至急 beside a date, ▽ beside Ra."""
    kept: list[Doubt] = []
    for doubt in doubts:
        has = getattr(needs, doubt.field, None)
        if doubt.field == "due_date" and doubt.key in ("urgent", "part") and has is not None:
            continue
        if doubt.field == "roughness_ra_um" and doubt.key in ("triangle", "rz") and has is not None:
            continue
        if doubt.field == "hardness" and doubt.key == "scale" and has is not None:
            continue
        if doubt.field == "quantity" and doubt.why == "vague" and has is not None:
            continue
        if doubt.field == "prefectures" and doubt.key == "place" and has:
            continue
        kept.append(doubt)
    return kept


def _vague_words(found: list[Found], needs: Requirements) -> list[Doubt]:
    """Ask about words such as 溶接 or メッキ when no process of that kind is named."""
    doubts: list[Doubt] = []
    heads = {process.partition(".")[0] for process in needs.processes}
    for item in found:
        word = item.value
        if word.field == "processes":
            families = {code.partition(".")[0] for code in word.targets}
            known = bool(families & heads) or (word.weak and bool(needs.processes))
        else:
            known = word.field not in questions.LABELS or bool(getattr(needs, word.field))
        if not known:
            doubts.append(Doubt(word.field, "vague", item.start, item.end, detail={"codes": "|".join(word.targets)}))
    return doubts


_FEATURE = re.compile(
    r"外径|内径|穴|溝|板厚|ピッチ|位置|軸径|軸部|(?<![0-9同時五三])軸(?!加工)|全長|幅|長さ|厚|径|端面|段差|高さ|深さ|間|各部|指示なき|輪郭|形状|一般|全て|すべて|bore|diameter|hole|width|length|general",
    re.I,
)


def _names_feature(scan: Scan, item: Found) -> bool:
    left, _ = scan.clause(item.start, item.end)
    text = scan.normal.text
    return bool(
        _FEATURE.search(text, max(left, item.start - 14), item.end)
        or _FEATURE.match(text[item.end : item.end + 6].lstrip(" (の"))
    )


def _features(scan: Scan, sized: list[Found], shapes: list[Found], needs: Requirements) -> list[Doubt]:
    round_part = any(item.note == "round" for item in shapes)
    return [
        Doubt("tolerances", "ambiguous", item.start, item.end, key="which")
        for item in sized
        if not _names_feature(scan, item) and consistency.needs_feature(item.value, needs.size_mm, round_part)
    ]


_DETAIL = re.compile(rf"(?:φ|径|穴|深さ|溝|ピッチ|幅|高さ|長さ|全長|厚さ|板厚)(?:は|が|を|:|=|\s)*(?P<mm>{NUM})", re.I)


def _one_for_several(scan: Scan, section: Section | None, item: Found, needs: Requirements) -> list[Doubt]:
    """100×50×20 ±0.02: a fine tolerance that is given once beside several sizes may belong to any of them."""
    start, end = (0, len(scan.normal.text)) if section is None else (section.start, section.end)
    details = (plain(match["mm"]) for match in _DETAIL.finditer(scan.normal.text, start, end))
    sizes = {*needs.size_mm, *details, *(() if needs.thickness_mm is None else (needs.thickness_mm,))}
    if _names_feature(scan, item) or not consistency.is_open_among(item.value, sizes):
        return []
    return [Doubt("tolerances", "ambiguous", item.start, item.end, key="which")]


def _nonsense(needs: Requirements, used: list[Found]) -> list[Doubt]:
    doubts: list[Doubt] = []
    for process, material in consistency.impossible_processes(needs):
        item = next(item for item in used if item.field == "processes" and item.value == process)
        for field in ("processes", "materials"):
            doubts.append(
                Doubt(field, "contradiction", item.start, item.end, key="nonsense", detail={"material": material})
            )
    soft = consistency.impossible_hardness(needs.hardness, needs.materials)
    if soft:
        item = next(item for item in used if item.field == "hardness")
        for field in ("hardness", "materials"):
            doubts.append(
                Doubt(field, "contradiction", item.start, item.end, key="nonsense", detail={"material": soft})
            )
    return doubts


def _once(doubts: list[Doubt]) -> list[Doubt]:
    """Return the doubts in the order of the text, one for the same words and field."""
    seen: set[tuple[str, int]] = set()
    kept: list[Doubt] = []
    for doubt in sorted(doubts, key=lambda item: item.start):
        key = (doubt.field, doubt.start)
        if key not in seen:
            seen.add(key)
            kept.append(doubt)
    return kept
