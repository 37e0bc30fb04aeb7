"""A person changes what was read: the words go through the same reader, and stand at the end of the text.

So a value of a person is found in the text like any other, and what somebody types is understood as if the customer
had written it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.inquiry import consistency, shaping
from kumihimo.inquiry.questions import LABELS
from kumihimo.inquiry.unite import unite
from kumihimo.intake import without_controls
from kumihimo.matching.labels import material_label
from kumihimo.model import Inquiry, Part, Question, ReadValue, Requirements
from kumihimo_web.inquiries.wording import EXAMPLES, entered

MAX_CHARS = 300
_WORDS = {"prefectures": "納入先", "processes": "加工"}
"""Where the label of a question is not how the reader knows the field."""
_SEPARATORS = re.compile(r"[、,，/／→\n]+")
_SIZE_ALONE = re.compile(r"[^\d±+-]{0,10}?((?:φ\s*)?\d+(?:\.\d+)?)\s*(?:mm|ミリ)?[^\d±+-]{0,10}")
"""The answer to which size a tolerance belongs: 100, 全長100mm, φ30の外径."""


def read_value(field: str, words: str, today: date) -> tuple[dict[str, Any], tuple[Question, ...]]:
    """Return what words say of one field, as attributes of `Requirements`, and what must still be asked about them.

    Raises
    ------
    InputError
        Nothing could be read, with the reader's own question or an example.
    """
    if field in ("materials", "certificates", "prefectures"):
        codes = _codes(field, words)
        if codes:
            return {field: codes}, ()
    # Not above: see incoming.py.
    from kumihimo.inquiry.reader import read_text

    read = read_text(f"{_WORDS.get(field, LABELS[field][0])}: {words}", today=today)
    large = [one for one in consistency.too_large(read.requirements) if one[0] == field]
    if large:
        ja, en = EXAMPLES[field]
        raise InputError(f"{large[0][1]} 例: {ja}", f"{large[0][2]} For example: {en}")
    value = getattr(read.requirements, field)
    asked = tuple(question for question in read.questions if question.field == field)
    if value is None or value == () or (field == "due_date" and value < today):
        ja, en = LABELS[field]
        why_ja = asked[0].ja if asked else f"{ja}として読み取れません。"
        why_en = asked[0].en if asked else f"This could not be read as the {en}."
        example_ja, example_en = EXAMPLES[field]
        raise InputError(f"{why_ja} 例: {example_ja}", f"{why_en} For example: {example_en}")
    return ({"quantity": value, "per": read.requirements.per} if field == "quantity" else {field: value}), asked


def not_taken(inquiry: Inquiry, field: str, words: str) -> tuple[tuple[str, str], ...]:
    """Return what words say of other fields than the one they were typed for, as (field, words): none of it was kept.

    What the inquiry says anyway is left out, and so is the size that a tolerance is given with.
    """
    # Not above: see incoming.py.
    from kumihimo.inquiry.reader import read_text

    own = "processes" if field == shaping.FIELD else field
    told = {own, "size_mm", "thickness_mm"} if own in ("tolerances", "geometric") else {own}
    read = read_text(f"{_WORDS.get(own, LABELS[own][0])}: {_cleaned(words)}", today=inquiry.today)
    found = (item for item in read.fields if item.field not in told and not _stands(inquiry, item))
    return tuple(dict.fromkeys((item.field, item.text) for item in found))


def _stands(inquiry: Inquiry, item: ReadValue) -> bool:
    return any((one.field, one.value) == (item.field, item.value) for one in inquiry.fields)


def amend(inquiry: Inquiry, *, field: str, part: str, words: str) -> Inquiry:
    """Return the inquiry with one value of a person.

    Parameters
    ----------
    field
        A field of `Requirements`, or `shaping.FIELD`.
    part
        Id of the part; empty for the whole inquiry.
    words
        What was typed; empty takes the value away.

    Raises
    ------
    InputError
        The words could not be read.
    KeyError
        There is no such field or part.
    """
    if field == shaping.FIELD:
        return _say_shape(inquiry, part=part, words=words)
    if field not in LABELS or part not in {"", *(one.id for one in inquiry.parts)}:
        raise KeyError(field)
    words = _cleaned(words)
    if field == "tolerances":
        words = _with_tolerance(inquiry, part, words)
    empty: Any = None if getattr(Requirements(), field) is None else ()
    values, asked = read_value(field, words, inquiry.today) if words else ({field: empty}, ())
    several = len(inquiry.parts) > 1
    of_set = set_processes(inquiry)
    touched = {part} if several and part else {"", *(one.id for one in inquiry.parts)}
    if several and not part and field == "processes":
        # A process of the whole of several parts is done on the assembled set, and belongs to none of them.
        touched, of_set, parts = {""}, tuple(values["processes"]), inquiry.parts
    else:
        parts = tuple(_changed(one, values) if one.id in touched else one for one in inquiry.parts)
    whole = unite([one.requirements for one in parts])
    whole = replace(whole, processes=tuple(dict.fromkeys((*whole.processes, *of_set))))
    kept = tuple(item for item in inquiry.fields if item.field != field or item.part not in touched)
    own = part if several else ""
    text, read = _written(inquiry.text, field, values[field], own, words)
    still = tuple(one for one in inquiry.questions if one.field != field or one.part not in touched)
    return replace(
        inquiry,
        text=text,
        parts=parts,
        requirements=whole,
        fields=(*kept, *read),
        questions=(*still, *(replace(one, part=own) for one in asked)),
    )


def _say_shape(inquiry: Inquiry, *, part: str, words: str) -> Inquiry:
    """Return the inquiry with the answer to how a part gets its shape (`kumihimo.inquiry.shaping`).

    Processes are added to those that were read; words that say that the part is supplied are kept as such.
    """
    if part not in {"", *(one.id for one in inquiry.parts)}:
        raise KeyError(part)
    words, is_supplied = _cleaned(words), shaping.says_supplied(words)
    try:
        values, asked = read_value("processes", words, inquiry.today)
    except InputError:
        if not is_supplied:
            raise
        values, asked = {"processes": ()}, ()
    added: tuple[str, ...] = values["processes"]
    own = part if len(inquiry.parts) > 1 else ""
    of_set = set_processes(inquiry)
    parts = tuple(_with_processes(one, added) if own in ("", one.id) else one for one in inquiry.parts)
    whole = unite([one.requirements for one in parts])
    whole = replace(whole, processes=tuple(dict.fromkeys((*whole.processes, *of_set))))
    text, read = _written(inquiry.text, "processes", added, own, words)
    context = inquiry.context
    if is_supplied:
        start = text.rindex(words)
        end = start + len(words)
        told = ReadValue(
            field=shaping.SUPPLIED, value=True, text=words, start=start, end=end, source="person", part=own
        )
        context = (*context, told)
    return replace(
        inquiry,
        text=text,
        parts=parts,
        requirements=whole,
        fields=(*inquiry.fields, *read),
        questions=(*inquiry.questions, *(replace(one, part=own) for one in asked)),
        context=context,
    )


def _with_processes(part: Part, added: tuple[str, ...]) -> Part:
    """Return the part with further processes, in the usual order of work."""
    together = dict.fromkeys((*added, *part.requirements.processes))
    return _changed(part, {"processes": tuple(sorted(together, key=lambda one: terms.process(one).stage))})


def _cleaned(words: str) -> str:
    return " ".join(without_controls(words).split())[:MAX_CHARS]


def _with_tolerance(inquiry: Inquiry, part: str, words: str) -> str:
    """Return a size alone together with the one tolerance whose size was asked: 100 says 100 ±0.02."""
    needs = next((one.requirements for one in inquiry.parts if one.id == part), inquiry.requirements)
    size = _SIZE_ALONE.fullmatch(words)
    if size is None or len(needs.tolerances) != 1 or needs.tolerances[0].nominal_mm is not None:
        return words
    try:
        read_value("tolerances", words, inquiry.today)
    except InputError:
        return f"{size[1]} {entered(inquiry, needs, 'tolerances', ())}"
    # 0.05 is no size but another tolerance.
    return words


def _changed(part: Part, values: dict[str, Any]) -> Part:
    return replace(part, requirements=replace(part.requirements, **values))


def set_processes(inquiry: Inquiry) -> tuple[str, ...]:
    """Return the processes that are done on all parts together."""
    of_parts = {process for part in inquiry.parts for process in part.requirements.processes}
    return tuple(process for process in inquiry.requirements.processes if process not in of_parts)


def _written(text: str, field: str, value: Any, part: str, words: str) -> tuple[str, list[ReadValue]]:
    """Return the text with the words as a line of their own, and the values that point to them."""
    if not words:
        return text, []
    before = f"{text.rstrip()}\n{LABELS[field][0]}: "
    made = ReadValue(
        field=field,
        value=value,
        text=words,
        start=len(before),
        end=len(before) + len(words),
        source="person",
        part=part,
    )
    items = value if isinstance(value, tuple) and field != "size_mm" else (value,)
    return f"{before}{words}\n", [replace(made, value=item) for item in items]


def _codes(field: str, words: str) -> tuple[str, ...]:
    """Return the codes when every word is exactly one of the list: not every name stands in the reader's lexicon."""
    known = _names(field)
    found = [known.get(terms.fold(word)) for word in _SEPARATORS.split(words) if word.strip()]
    return tuple(dict.fromkeys(code for code in found if code)) if all(found) else ()


def _names(field: str) -> dict[str, str]:
    if field == "certificates":
        return {terms.fold(name): code for code, one in terms.certificates().items() for name in (code, one.ja, one.en)}
    if field == "prefectures":
        return {terms.fold(name): code for code, one in terms.prefectures().items() for name in (one.ja, one.en)}
    codes = [*terms.materials(), *terms.material_families()]
    return {terms.fold(name): code for code in codes for name in (code, *material_label(code))}
