"""What a revision changed, in words: before beside after, as a change order prints it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from kumihimo.paper.document_parts import Change
from kumihimo.terms import processes
from kumihimo.trade import OperationOrder
from kumihimo.trade.notice import NoticeEntry, NoticeItem
from kumihimo.trade.order import OrderLine
from kumihimo.trade.wording import day_ja


def process_words(code: str) -> str:
    """Return a process as people call it, where it is a code of the terms."""
    found = processes().get(code)
    return code if found is None else found.ja


def changes(before: OperationOrder, after: OperationOrder) -> Iterable[Change]:
    """Yield what a revision says otherwise than the one before, each in words."""
    old, new = ({line.no: line for line in order.lines} for order in (before, after))
    for no in sorted(old.keys() | new.keys()):
        yield from _line_changes(no, old.get(no), new.get(no))
    if before.due_on != after.due_on:
        yield Change(subject="納期", before=_day_or_open(before.due_on), after=_day_or_open(after.due_on))
    was, now = ({entry.item: entry for entry in order.notice} for order in (before, after))
    for item in NoticeItem:
        said = (entry_words(was.get(item)), entry_words(now.get(item)))
        # The day and the sum have a row of their own, and the day of the order is that of the revision.
        if said[0] != said[1] and item not in (NoticeItem.RECEIPT_ON, NoticeItem.AMOUNT, NoticeItem.ORDERED_ON):
            yield Change(subject=item.ja, before=said[0], after=said[1])
    drawings = tuple(
        "、".join(f"{one.number} {one.revision}" for one in order.drawings) or "なし" for order in (before, after)
    )
    if before.drawings != after.drawings and drawings[0] != drawings[1]:
        yield Change(subject="図面", before=drawings[0], after=drawings[1])


def _line_changes(no: int, old: OrderLine | None, new: OrderLine | None) -> Iterable[Change]:
    if old is None or new is None:
        yield Change(
            subject=f"明細{no}",
            before=_line_words(old) if old else "なし",
            after=_line_words(new) if new else "取りやめ",
        )
        return
    said = (
        ("品名", old.item, new.item),
        ("図番", f"{old.drawing} {old.revision}".strip() or "なし", f"{new.drawing} {new.revision}".strip() or "なし"),
        ("工程", process_words(old.process) or "なし", process_words(new.process) or "なし"),
        ("数量", f"{old.quantity:,} {old.unit}", f"{new.quantity:,} {new.unit}"),
        ("単価", _price_words(old), _price_words(new)),
    )
    for name, was, now in said:
        if was != now:
            yield Change(subject=f"{new.item} {name}", before=was, after=now)


def _line_words(line: OrderLine) -> str:
    return f"{line.item} {line.quantity:,} {line.unit}"


def _price_words(line: OrderLine) -> str:
    return "未定" if line.unit_price_jpy is None else f"{line.unit_price_jpy:,} 円"


def _day_or_open(day: date | None) -> str:
    return "未定" if day is None else day_ja(day)


def entry_words(entry: NoticeEntry | None) -> str:
    """Return what a notice says about an item."""
    if entry is None:
        return "―"
    if entry.is_undecided:
        return f"未定（{entry.undecided_reason}）"
    if entry.value is None:
        return "該当なし"
    if isinstance(entry.value, int):
        return f"{entry.value:,} 円"
    try:
        return day_ja(date.fromisoformat(entry.value))
    except ValueError:
        return entry.value


_SAID: Mapping[str, str] = {
    "due_on": "納期",
    "on": "日付",
    "valid_until": "見積の有効期限",
    "reason": "理由",
    "words": "ご連絡",
    "slip": "納品書番号",
    "number": "請求番号",
    "amount_jpy": "金額（税抜）",
    "revision": "注文の版",
}


def said_words(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a firm said, one line for each thing."""
    lines = [f"{label}: {_value_words(data[name])}" for name, label in _SAID.items() if name in data]
    lines += [f"明細{row['line']} 単価: {row['unit_price_jpy']:,} 円" for row in data.get("prices", ())]
    lines += [f"明細{row['line']} 数量: {row['quantity']:,}" for row in data.get("items", ())]
    return tuple(lines)


def _value_words(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    try:
        return day_ja(date.fromisoformat(str(value)))
    except ValueError:
        return str(value)
