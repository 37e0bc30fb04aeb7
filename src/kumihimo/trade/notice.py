"""What an order must state 発注内容の明示 (Art. 4 of 取適法): given, left open with a reason, or not called for.

Whether what is stated is lawful is judged by `kumihimo.trade.law`; here it is only kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class NoticeItem(StrEnum):
    """What an order states, in the order of the rule."""

    PARTIES = "parties"
    ORDERED_ON = "ordered_on"
    CONTENT = "content"
    RECEIPT_ON = "receipt_on"
    RECEIPT_PLACE = "receipt_place"
    INSPECTION_BY = "inspection_by"
    AMOUNT = "amount"
    PAYMENT_DUE = "payment_due"
    PAYMENT_MEANS = "payment_means"
    FACTORING = "factoring"
    ELECTRONIC_CLAIM = "electronic_claim"
    SUPPLIED_MATERIAL = "supplied_material"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return _LABELS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _LABELS[self][1]


_LABELS: Mapping[NoticeItem, tuple[str, str]] = {
    NoticeItem.PARTIES: ("発注者と受注者の名称", "names of both parties"),
    NoticeItem.ORDERED_ON: ("発注日", "day of the order"),
    NoticeItem.CONTENT: ("給付の内容", "what is to be done"),
    NoticeItem.RECEIPT_ON: ("受領する日", "day of receipt"),
    NoticeItem.RECEIPT_PLACE: ("受領する場所", "place of receipt"),
    NoticeItem.INSPECTION_BY: ("検査を終える日", "day by which inspection ends"),
    NoticeItem.AMOUNT: ("代金の額または算定方法", "amount or how it is worked out"),
    NoticeItem.PAYMENT_DUE: ("支払期日", "day of payment"),
    NoticeItem.PAYMENT_MEANS: ("支払方法", "means of payment"),
    NoticeItem.FACTORING: ("一括決済方式の内容", "factoring of the payment"),
    NoticeItem.ELECTRONIC_CLAIM: ("電子記録債権の内容", "electronically recorded claim"),
    NoticeItem.SUPPLIED_MATERIAL: ("有償支給材の内容", "material supplied for pay"),
}

IF_IT_APPLIES = frozenset(
    {
        NoticeItem.INSPECTION_BY,
        NoticeItem.FACTORING,
        NoticeItem.ELECTRONIC_CLAIM,
        NoticeItem.SUPPLIED_MATERIAL,
    }
)
"""Items that an order without inspection, factoring, claims or supplied material marks as not applicable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeEntry:
    """What an order says about one item.

    Attributes
    ----------
    value
        As it is printed; None when it is left open or does not apply.
    undecided_reason, planned_date
        Why it cannot be told yet, and the day on which it will be.
    """

    item: NoticeItem
    value: str | int | None = None
    undecided_reason: str = ""
    planned_date: date | None = None

    @property
    def is_undecided(self) -> bool:
        """Whether the item is left open for now."""
        return bool(self.undecided_reason)


def notice_of(data: Mapping[str, Mapping[str, Any]]) -> tuple[NoticeEntry, ...]:
    """Return the entries of a notice as commands carry it: item -> ``{"value": …}``,
    ``{"undecided_reason": …, "planned_date": …}`` or ``{"not_applicable": true}``.
    """
    return tuple(entry_of(item, data[item]) for item in NoticeItem if item in data)


def entry_of(item: NoticeItem, entry: Mapping[str, Any]) -> NoticeEntry:
    """Return one entry of a notice as commands carry it."""
    if "undecided_reason" in entry:
        planned = date.fromisoformat(entry["planned_date"])
        return NoticeEntry(item=item, undecided_reason=entry["undecided_reason"], planned_date=planned)
    return NoticeEntry(item=item, value=entry.get("value"))
