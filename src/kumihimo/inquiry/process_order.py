# ruff: noqa: E501 - a pattern is easier to check in one line
"""The order of the work: that of the text, unless it cannot be."""

from __future__ import annotations

import re

from kumihimo import terms
from kumihimo.inquiry.scan import Found, Scan


def process_order(scan: Scan, items: list[Found]) -> list[Found]:
    """Return the processes in the order of the work.

    The order of the text holds unless it cannot be: making the blank comes first, a surface treatment that the text
    names before the cutting comes after it (A7075の硬質アルマイト、切削), inspection comes last, and "B の前に A" is turned
    round. An explicit 後 or → between two processes always holds.
    """
    stages = terms.processes()
    text = scan.normal.text
    order = _by_subject(text, sorted(items, key=lambda item: item.start))
    moved = True
    rounds = 0
    while moved and rounds < len(order) + 2:
        moved = False
        rounds += 1
        for index in range(len(order) - 1):
            first, second = order[index], order[index + 1]
            gap = text[first.end : second.start] if first.end <= second.start else ""
            swap = _is_swapped(gap, _stage(stages[first.value]), _stage(stages[second.value]))
            if swap and (first.start, second.start) == tuple(sorted((first.start, second.start))):
                order[index], order[index + 1] = second, first
                moved = True
    return order


_SUBJECT = re.compile(r"^[ ■【\[]*(?:件\s*名|題名|タイトル|subject|re|品名|名称)[】\]]?\s*[:：]?[^\n]*", re.I | re.M)


def _by_subject(text: str, order: list[Found]) -> list[Found]:
    """A process that only the subject line names stands where the order of work puts it, not first."""
    subject = _SUBJECT.search(text)
    if subject is None:
        return order
    stages = terms.processes()
    named = [item for item in order if subject.start() <= item.start < subject.end()]
    rest = [item for item in order if item not in named]
    if not rest:
        return order
    for item in named:
        before = [i for i, other in enumerate(rest) if _stage(stages[other.value]) <= _stage(stages[item.value])]
        rest.insert(before[-1] + 1 if before else 0, item)
    return rest


def _stage(process: terms.Process) -> int:
    """Return the place in the order of work; rolling threads or teeth follows the turning."""
    return 40 if process.id == "form.roll_thread" else process.stage


_AFTER_WORD = re.compile(
    r"^(?:加工|処理|仕上げ?)?(?:を?(?:した|して|終えた)?(?:の)?(?:後|あと)|してから|→|⇒|->|=>|の次|から|の上に?|、その後|次に|後に)"
)
_BEFORE_WORD = re.compile(r"^(?:加工|処理)?(?:する|の)?前に")


def _is_swapped(gap: str, first: int, second: int) -> bool:
    if re.fullmatch(r"\s*(?:か|または|又は|or|もしくは)\s*", gap):
        return False
    if _BEFORE_WORD.match(gap.strip()):
        return True
    if _AFTER_WORD.match(gap.strip()) or "→" in gap or "->" in gap or "その後" in gap:
        return False
    if second <= 20 and first >= 25:
        return second < 20 or first >= 40
    if first >= 60 and second <= 50 and first < 66:
        return True
    return first >= 80 and second < 76
