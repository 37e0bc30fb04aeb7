"""Between rows and the values of `kumihimo.trade.consortium`; the library reckons, rows only keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from kumihimo.trade.consortium import Charter, Defect, Settlement, SubsidyProgram, read_charter
from kumihimo.trade.consortium.allotment import Allotment, Considered, Part
from kumihimo.trade.consortium.charter import AllotmentRule
from kumihimo.trade.consortium.fairness import FairnessRecord, MemberShare
from kumihimo.trade.consortium.liability import Borne
from kumihimo.trade.consortium.settlement import (
    JointInvoice,
    JointJob,
    JointLine,
    PaymentNotice,
    Principal,
    ToSign,
)
from kumihimo.trade.law.tax import RateTotal, TaxedLine
from kumihimo_web.consortium import models


def plain(value: Any) -> Any:
    """Return a value of the library as JSON."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def charter_of(row: models.Charter) -> Charter:
    """Return the charter of a revision."""
    return read_charter(row.document)


def allotment_of(data: Mapping[str, Any]) -> Allotment:
    """Return an allotment of its JSON."""
    return Allotment(
        job=data["job"],
        charter=data["charter"],
        rule=AllotmentRule(data["rule"]),
        on=date.fromisoformat(data["on"]),
        parts=tuple(Part(**row) for row in data["parts"]),
        considered=tuple(Considered(**row) for row in data["considered"]),
        unplaced=data["unplaced"],
    )


def fairness_of(data: Mapping[str, Any]) -> FairnessRecord:
    """Return a record of fairness of its JSON."""
    days = {key: date.fromisoformat(data[key]) for key in ("first", "last")}
    return FairnessRecord(**{**data, **days, "members": tuple(MemberShare(**row) for row in data["members"])})


def job_of(
    order: models.JointOrder,
    lines: Iterable[models.JointLine],
    on: date,
    *,
    work: Mapping[int, Mapping[str, int]] | None = None,
    ordered_jpy: Mapping[str, int] | None = None,
) -> JointJob:
    """Return what the consortium delivered.

    Parameters
    ----------
    work
        Number of a line -> firm -> weight, in place of what stands in the lines.
    ordered_jpy
        What was ordered from each member, where that is to be held against its part.
    """
    return JointJob(
        id=order.number,
        buyer=order.buyer_name,
        on=on,
        lines=tuple(
            JointLine(
                item=line.item,
                amount_jpy=line.amount_jpy,
                rate_percent=line.rate_percent,
                work=dict(line.work if work is None else work[line.no]),
            )
            for line in lines
        ),
        ordered_jpy=dict(ordered_jpy or {}),
    )


def defect_of(row: models.Defect) -> Defect:
    """Return a defect; without English its reason is said in Japanese."""
    return Defect(
        id=row.ref,
        happened_on=row.happened_on,
        cost_jpy=row.cost_jpy,
        caused_by=row.caused_by,
        inspected_by=row.inspected_by,
        reason_ja=row.reason,
        reason_en=row.reason_en or row.reason,
    )


def settlement_of(data: Mapping[str, Any]) -> Settlement:
    """Return a settlement of its JSON."""
    invoice = data["invoice"]
    return Settlement(
        charter=data["charter"],
        job=data["job"],
        principal=Principal(**data["principal"]),
        invoice=JointInvoice(
            buyer=invoice["buyer"],
            issuer=invoice["issuer"],
            sellers=tuple(invoice["sellers"]),
            lines=tuple(TaxedLine(**row) for row in invoice["lines"]),
            totals=_totals(invoice["totals"]),
        ),
        notices=tuple(notice_of(row) for row in data["notices"]),
        fee_jpy=data["fee_jpy"],
        fee_tax_jpy=data["fee_tax_jpy"],
        kept_tax_jpy=data["kept_tax_jpy"],
        to_sign=tuple(ToSign(**row) for row in data["to_sign"]),
    )


def notice_of(data: Mapping[str, Any]) -> PaymentNotice:
    """Return what a member is paid, of its JSON."""
    return PaymentNotice(
        firm=data["firm"],
        invoice_number=data["invoice_number"],
        totals=_totals(data["totals"]),
        fee_jpy=data["fee_jpy"],
        fee_tax_jpy=data["fee_tax_jpy"],
        deductions=tuple(Borne(**row) for row in data["deductions"]),
    )


def _totals(rows: Iterable[Mapping[str, Any]]) -> tuple[RateTotal, ...]:
    return tuple(RateTotal(**row) for row in rows)


def program_of(row: models.Subsidy) -> SubsidyProgram:
    """Return a subsidy program."""
    names = [field.name for field in fields(SubsidyProgram) if field.name not in ("id", "areas")]
    return SubsidyProgram(id=row.ref, areas=tuple(row.areas), **{name: getattr(row, name) for name in names})
