"""Replies as workshops would send them: which boxes are marked, and what a reader has to say about it. Synthetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kumihimo.paper.layout import Box, Choose, DateRule, FormLayout, NumberRule, OnlyWith
from kumihimo.simulate.handwriting import ANSWERS, CORRECTIONS, Grey, Pen, Stroke, draw_mark, some_pen, write_note


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply as it was meant.

    Attributes
    ----------
    chosen
        Value by group, only of groups that are marked.
    corrected
        A group in which another box was marked first and then struck out: a person must look.
    """

    chosen: dict[str, str]
    corrected: str | None = None


def some_reply(layout: FormLayout, rng: np.random.Generator, *, corrected: bool = False) -> Reply:
    """Return a reply that keeps the rules of the form; with `corrected`, one that was put right by hand."""
    chosen: dict[str, str] = {}
    for group in layout.groups:
        if group.choose is Choose.EXACTLY_ONE:
            chosen[group.name] = _pick(layout, group.name, rng)
    for rule in layout.rules:
        if isinstance(rule, OnlyWith) and chosen.get(rule.group) in rule.values and rule.required:
            chosen.update({group: _pick(layout, group, rng) for group in rule.groups})
    for rule in layout.rules:
        if isinstance(rule, DateRule) and rule.day in chosen:
            most = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[int(chosen[rule.month]) - 1]
            chosen[rule.day] = str(min(most, int(chosen[rule.day])))
        if isinstance(rule, NumberRule) and _may_have(layout, rule.places[0], chosen) and _wanted(rule, chosen, rng):
            digits = str(int(rng.integers(1, 10 ** int(rng.integers(1, len(rule.places) + 1)))))
            chosen |= zip(rule.places[-len(digits) :], digits, strict=True)
    wrong = str(rng.choice(sorted(chosen))) if corrected else None
    return Reply(chosen=chosen, corrected=wrong)


def mark_sheet(
    sheet: Grey,
    layout: FormLayout,
    reply: Reply,
    rng: np.random.Generator,
    *,
    pen: Pen | None = None,
    strokes: tuple[Stroke, ...] = ANSWERS,
    note: bool = False,
) -> Grey:
    """Return the sheet with the reply drawn on it, one pen and mostly one habit of marking throughout."""
    made = sheet.copy()
    pen = pen or some_pen(rng)
    habit = strokes[int(rng.integers(len(strokes)))]
    for box in layout.boxes:
        if reply.chosen.get(box.group) == box.value:
            stroke = habit if rng.random() < 0.8 else strokes[int(rng.integers(len(strokes)))]
            draw_mark(made, box, stroke, pen, rng)
    if reply.corrected is not None:
        others = [box for box in layout.boxes_of(reply.corrected) if box.value != reply.chosen[reply.corrected]]
        wrong: Box = others[int(rng.integers(len(others)))]
        draw_mark(made, wrong, CORRECTIONS[int(rng.integers(len(CORRECTIONS)))], pen, rng)
    if note:
        for zone in layout.zones:
            write_note(made, zone, pen, rng)
    return made


def expected_answers(layout: FormLayout, reply: Reply) -> dict[str, str | int | tuple[int, int]]:
    """Return what a reader has to answer, under the names of the layout's rules."""
    rest = dict(reply.chosen)
    found: dict[str, str | int | tuple[int, int]] = {}
    for rule in layout.rules:
        if isinstance(rule, DateRule) and rule.day in rest:
            found[rule.name] = (int(rest.pop(rule.month)), int(rest.pop(rule.day)))
        if isinstance(rule, NumberRule) and rule.places[-1] in rest:
            found[rule.name] = int("".join(rest.pop(place, "") for place in rule.places))
    return {**found, **rest}


def _pick(layout: FormLayout, group: str, rng: np.random.Generator) -> str:
    boxes = layout.boxes_of(group)
    return boxes[int(rng.integers(len(boxes)))].value


def _may_have(layout: FormLayout, group: str, chosen: dict[str, str]) -> bool:
    return all(
        chosen.get(rule.group) in rule.values
        for rule in layout.rules
        if isinstance(rule, OnlyWith) and group in rule.groups
    )


def _wanted(rule: NumberRule, chosen: dict[str, str], rng: np.random.Generator) -> bool:
    return rule.places[-1] in chosen or bool(rng.random() < 0.6)
