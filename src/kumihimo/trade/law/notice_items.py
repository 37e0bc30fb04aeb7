"""The twelve items that an order must state 4条明示: stated, left open with a reason and a day, or not called for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from kumihimo.trade.law.rules import Rule, in_force
from kumihimo.trade.law.verdict import Colour, Verdict, judged
from kumihimo.trade.notice import IF_IT_APPLIES, NoticeEntry, NoticeItem
from kumihimo.trade.wording import day_ja

_ADDED_IN_2026 = frozenset({NoticeItem.FACTORING, NoticeItem.ELECTRONIC_CLAIM})
"""Items to which 2026 added something that could not be read."""


def judge_notice(entries: Iterable[NoticeEntry], *, on: date) -> tuple[Verdict, ...]:
    """Return one verdict for each of the twelve items, in their order.

    Parameters
    ----------
    entries
        What the order says; an item that is not among them is missing.
    on
        The day on which it is judged: an open item whose planned day has passed is overdue.
    """
    told = {entry.item: entry for entry in entries}
    return tuple(judge_item(item, told.get(item), on=on) for item in NoticeItem)


def judge_item(item: NoticeItem, entry: NoticeEntry | None, *, on: date) -> Verdict:
    """Return the verdict on one item; None = the order does not say anything about it."""
    if entry is not None and entry.is_undecided:
        return _undecided(item, entry, on)
    rule = in_force(f"toriteki.notice.{item.value}", on)
    if entry is None:
        return judged(
            rule,
            Colour.RED,
            f"「{item.ja}」が書かれていません。注文書に書くか、決まっていなければ理由と決める予定日を書いてください。",
            f"the {item.en} is not stated; state it or, where it is open, the reason and the day it will be told.",
        )
    if entry.value is None:
        if item in IF_IT_APPLIES:
            return judged(rule, Colour.GREEN, f"「{item.ja}」は該当なしです。", f"the {item.en} does not apply.")
        return judged(
            rule,
            Colour.RED,
            f"「{item.ja}」は必ず明示する事項で、「該当なし」にはできません。内容を書いてください。",
            f"the {item.en} must always be stated and cannot be marked as not applicable; state it.",
        )
    if isinstance(entry.value, str) and not entry.value.strip():
        return judged(
            rule, Colour.RED, f"「{item.ja}」が空です。内容を書いてください。", f"the {item.en} is empty; state it."
        )
    if item in _ADDED_IN_2026:
        return judged(
            rule,
            Colour.UNKNOWN,
            f"「{item.ja}」は書かれていますが、2026年に加わった事項を確かめられないため、足りているか判定できません。"
            "公正取引委員会の資料と照らし合わせて、理由を書いて署名してください。",
            f"the {item.en} is stated, but what 2026 added could not be read, so it cannot be told whether it is "
            "complete; compare it with the Fair Trade Commission's text and sign with the reason.",
        )
    return judged(rule, Colour.GREEN, f"「{item.ja}」は明示されています。", f"the {item.en} is stated.")


def _undecided(item: NoticeItem, entry: NoticeEntry, on: date) -> Verdict:
    rule = _of_item(item, in_force("toriteki.notice.undecided", on), on)
    if not entry.undecided_reason.strip():
        return judged(
            rule,
            Colour.RED,
            f"「{item.ja}」が理由のない未定です。決まらない理由を書くか、内容を書いてください。",
            f"the {item.en} is left open without a reason; give the reason or state it.",
        )
    if entry.planned_date is None:
        return judged(
            rule,
            Colour.RED,
            f"未定の「{item.ja}」に、決める予定日がありません。予定日を書いてください。",
            f"the open item '{item.en}' has no day on which it will be told; give the day.",
        )
    if entry.planned_date < on:
        return judged(
            rule,
            Colour.RED,
            f"未定の「{item.ja}」は、決める予定日の{day_ja(entry.planned_date)}を過ぎました。"
            "すぐに決めて知らせるか、新しい予定日と理由を知らせてください。",
            f"the open item '{item.en}' was to be told by {entry.planned_date}, which has passed; tell it at once, "
            "or give a new day and the reason.",
        )
    return judged(
        rule,
        Colour.AMBER,
        f"「{item.ja}」は未定です（理由: {entry.undecided_reason}。予定日: {day_ja(entry.planned_date)}）。"
        "正当な理由かどうかを人が判断し、署名してください。決まったら直ちに知らせます。",
        f"the {item.en} is open (reason: {entry.undecided_reason}; planned: {entry.planned_date}); a person decides "
        "whether the reason is good and signs. It is told at once when it is fixed.",
    )


def _of_item(item: NoticeItem, clause: Rule, on: date) -> Rule:
    """Return a clause under the name of the item that it is applied to, so that each signature names its item."""
    named = in_force(f"toriteki.notice.{item.value}", on)
    return replace(clause, id=named.id, title_ja=named.title_ja, title_en=named.title_en)
