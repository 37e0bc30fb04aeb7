"""From boxes to answers: one box a group, rules that hold, and everything else a reason to ask a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kumihimo.paper.layout import Box, Choose, DateRule, FormLayout, Group, NumberRule, OnlyWith, Words
from kumihimo.paper.reading.boxes import DEFAULT_THRESHOLDS, BoxInk, Seen, thresholds_for
from kumihimo.paper.reading.reasons import Review, ReviewReason, review

Value = str | int | tuple[int, int] | tuple[str, ...]
"""A choice; a number; month and day; or the choices of a group that takes any number of them."""

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_TROUBLE = {
    Seen.DOUBTFUL: ReviewReason.DOUBTFUL_MARK,
    Seen.STRUCK_OUT: ReviewReason.STRUCK_OUT,
    Seen.NO_FRAME: ReviewReason.FRAME_LOST,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was answered to one question.

    Attributes
    ----------
    value
        A choice, a number, or (month, day).
    confidence
        How far its boxes are from a doubt, 0 to 1: a margin, no probability.
    """

    value: Value
    confidence: float


def answers_of(boxes: Sequence[BoxInk], layout: FormLayout) -> tuple[dict[str, Answer], list[Review]]:
    """Return the answers by name, and why they cannot be taken as they are, if so.

    Numbers and dates stand under the names of their rules, the boxes that they are made of no longer by themselves.
    """
    limits = thresholds_for(boxes)
    # A mark that was set beside its box shows in no other box of the group: what dirt may explain is doubtful there.
    unmarked = replace(limits, empty_traces=DEFAULT_THRESHOLDS.empty_traces)
    chosen: dict[str, tuple[str, ...]] = {}
    confidence: dict[str, float] = {}
    reviews: list[Review] = []
    for group in layout.groups:
        here = [one for one in boxes if one.box.group == group.name]
        seen = {one.box: one.seen(limits) for one in here}
        if Seen.MARKED not in seen.values():
            seen = {one.box: one.seen(unmarked) for one in here}
        chosen[group.name] = tuple(box.value for box, state in seen.items() if state is Seen.MARKED)
        confidence[group.name] = min((one.confidence(limits) for one in here), default=0.0)
        reviews += _group_reviews(group, chosen[group.name], seen)
    if not reviews:
        reviews += _broken_rules(layout, chosen)
    return _answers(layout, chosen, confidence), reviews


def full_date(month: int, day: int, *, not_before: date) -> date | None:
    """Return the first such day from `not_before` on; None where there is none within four years (30 February)."""
    for year in range(not_before.year, not_before.year + 5):
        try:
            found = date(year, month, day)
        except ValueError:
            continue
        if found >= not_before:
            return found
    return None


def _group_reviews(group: Group, marked: tuple[str, ...], seen: Mapping[Box, Seen]) -> list[Review]:
    found = [
        review(reason, group=group.name, label=group.label, values=_labels(seen, state))
        for state, reason in _TROUBLE.items()
        if state in seen.values()
    ]
    if group.choose is not Choose.ANY and len(marked) > 1:
        values = _labels(seen, Seen.MARKED)
        found.append(review(ReviewReason.TWO_MARKED, group=group.name, label=group.label, values=values))
    if group.choose is Choose.EXACTLY_ONE and not marked and not found:
        found.append(review(ReviewReason.NOTHING_MARKED, group=group.name, label=group.label))
    return found


def _labels(seen: Mapping[Box, Seen], state: Seen) -> Words:
    labels = [box.label for box, one in seen.items() if one is state]
    return Words(ja="、".join(one.ja for one in labels), en=", ".join(one.en for one in labels))


def _broken_rules(layout: FormLayout, chosen: Mapping[str, tuple[str, ...]]) -> list[Review]:
    labels = {group.name: group.label for group in layout.groups}
    found: list[Review] = []
    for rule in layout.rules:
        what: tuple[str, str, str] | None = None
        if isinstance(rule, OnlyWith):
            what = _only_with(rule, chosen, labels)
        elif isinstance(rule, DateRule):
            what = _date(rule, chosen)
        else:
            what = _number(rule, chosen, labels)
        if what is not None:
            group, ja, en = what
            found.append(review(ReviewReason.RULE_BROKEN, group=group, what_ja=ja, what_en=en))
    return found


def _only_with(
    rule: OnlyWith, chosen: Mapping[str, tuple[str, ...]], labels: Mapping[str, Words]
) -> tuple[str, str, str] | None:
    applies = any(value in rule.values for value in chosen[rule.group])
    for group in rule.groups:
        label = labels[group]
        if applies and rule.required and not chosen[group]:
            return group, f"「{label.ja}」に印がありません", f"“{label.en}” has no mark"
        if not applies and chosen[group]:
            return group, f"「{label.ja}」の印が回答と合いません", f"“{label.en}” does not go with the answer"
    return None


def _date(rule: DateRule, chosen: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
    months, days = chosen[rule.month], chosen[rule.day]
    if bool(months) != bool(days):
        return rule.month, "月と日の片方だけに印があります", "only one of month and day is marked"
    if months and int(days[0]) > _DAYS[int(months[0]) - 1]:
        return rule.day, f"{months[0]}月{days[0]}日はありません", f"there is no day {days[0]} in month {months[0]}"
    return None


def _number(
    rule: NumberRule, chosen: Mapping[str, tuple[str, ...]], labels: Mapping[str, Words]
) -> tuple[str, str, str] | None:
    digits = [chosen[place] for place in rule.places]
    if not any(digits):
        return None
    first = next(at for at, digit in enumerate(digits) if digit)
    for place, digit in zip(rule.places[first:], digits[first:], strict=True):
        if not digit:
            return place, f"「{labels[place].ja}」が空いています", f"“{labels[place].en}” is empty"
    if all(digit[0] == "0" for digit in digits if digit):
        return rule.places[-1], "数が0です", "the number is zero"
    return None


def _answers(
    layout: FormLayout, chosen: Mapping[str, tuple[str, ...]], confidence: Mapping[str, float]
) -> dict[str, Answer]:
    found: dict[str, Answer] = {}
    parts: set[str] = set()
    for rule in layout.rules:
        if isinstance(rule, DateRule):
            parts |= {rule.month, rule.day}
            both = (chosen[rule.month], chosen[rule.day])
            if all(len(one) == 1 for one in both):
                sure = min(confidence[rule.month], confidence[rule.day])
                found[rule.name] = Answer(value=(int(both[0][0]), int(both[1][0])), confidence=round(sure, 3))
        elif isinstance(rule, NumberRule):
            parts |= set(rule.places)
            digits = [chosen[place] for place in rule.places]
            if any(digits) and all(len(digit) <= 1 for digit in digits):
                number = int("".join(digit[0] if digit else "0" for digit in digits))
                sure = min(confidence[place] for place in rule.places)
                found[rule.name] = Answer(value=number, confidence=round(sure, 3))
    for group in layout.groups:
        marked = chosen[group.name]
        if group.name in parts or not marked:
            continue
        value: Value = marked[0] if len(marked) == 1 and group.choose is not Choose.ANY else marked
        found[group.name] = Answer(value=value, confidence=round(confidence[group.name], 3))
    return found
