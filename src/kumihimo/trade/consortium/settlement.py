"""Settlement 精算: the buyer's one invoice, the fee, and a payment notice to each member that add up to the yen.

Prime: the lead firm sells to the buyer and buys from the members. The fee stays with it as its margin; each member is
paid its part of the rest, with tax once for each rate of its own notice. Broker: the members sell to the buyer. The one
invoice is written on their behalf, its tax is handed on to the yen, and the fee, with its tax, is taken off.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kumihimo.errors import InputError
from kumihimo.trade.consortium.charter import Charter, Mode
from kumihimo.trade.consortium.liability import Borne, Defect, borne_by
from kumihimo.trade.largest_remainder import shared
from kumihimo.trade.law.tax import RateTotal, Rounding, TaxedLine, tax_on, totals_by_rate


@dataclass(frozen=True, slots=True, kw_only=True)
class JointLine:
    """A line of the buyer's invoice, before tax, and with which weights it is shared among those who did the work."""

    item: str
    amount_jpy: int
    rate_percent: int
    work: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointJob:
    """An order that the consortium delivered.

    Attributes
    ----------
    ordered_jpy
        What was stated in the order to a member before tax, where that was an amount and not a way to reckon it: nobody
        may be paid less without a person who answers for it.
    """

    id: str
    buyer: str
    on: date
    lines: tuple[JointLine, ...]
    ordered_jpy: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who orders the work from the members 委託事業者, and why. Whether the law applies is judged by its size."""

    firm: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JointInvoice:
    """The one invoice to the buyer; `sellers` are those in whose name it is written."""

    buyer: str
    issuer: str
    sellers: tuple[str, ...]
    lines: tuple[TaxedLine, ...]
    totals: tuple[RateTotal, ...]

    @property
    def before_tax_jpy(self) -> int:
        """Sum of the lines."""
        return sum(total.total_jpy for total in self.totals)

    @property
    def total_jpy(self) -> int:
        """What the buyer pays."""
        return _with_tax(self.totals)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNotice:
    """What a member is paid 支払通知書, and what is taken off, each with its reason."""

    firm: str
    invoice_number: str | None
    totals: tuple[RateTotal, ...]
    fee_jpy: int
    fee_tax_jpy: int
    deductions: tuple[Borne, ...]

    @property
    def before_tax_jpy(self) -> int:
        """The member's part before tax and before anything is taken off."""
        return sum(total.total_jpy for total in self.totals)

    @property
    def gross_jpy(self) -> int:
        """The member's part with tax, less the broker's fee."""
        return _with_tax(self.totals) - self.fee_jpy - self.fee_tax_jpy

    @property
    def deducted_jpy(self) -> int:
        """Sum of the deductions for defects."""
        return sum(row.jpy for row in self.deductions)

    @property
    def payable_jpy(self) -> int:
        """What is paid; negative only where defects cost more than the work was worth, and the member owes the rest."""
        return self.gross_jpy - self.deducted_jpy


@dataclass(frozen=True, slots=True, kw_only=True)
class ToSign:
    """Something that a person must look at and sign before the notices go out."""

    firm: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How the money of one job is shared.

    Attributes
    ----------
    fee_jpy, fee_tax_jpy
        What the consortium keeps; the tax on it is its own only in the mode of a broker.
    kept_tax_jpy
        Tax of the invoice that the prime contractor does not pay on to the members: that on its margin and the yen from
        rounding; below 0 where rounding costs it some. Always 0 for a broker.
    """

    charter: str
    job: str
    principal: Principal
    invoice: JointInvoice
    notices: tuple[PaymentNotice, ...]
    fee_jpy: int
    fee_tax_jpy: int
    kept_tax_jpy: int
    to_sign: tuple[ToSign, ...]

    @property
    def difference_jpy(self) -> int:
        """The invoice less all that it became; 0, or something is wrong."""
        paid = sum(notice.payable_jpy + notice.deducted_jpy for notice in self.notices)
        return self.invoice.total_jpy - paid - self.fee_jpy - self.fee_tax_jpy - self.kept_tax_jpy


def settle(
    charter: Charter, job: JointJob, defects: Sequence[Defect] = (), *, rounding: Rounding = Rounding.FLOOR
) -> Settlement:
    """Share the money of a job.

    Parameters
    ----------
    rounding
        Of tax on the invoice, the notices and the fee.

    Raises
    ------
    InputError
        A line is negative or shared by nobody, a firm is no member, or a defect cannot be charged (see `borne_by`).
    """
    _check(charter, job)
    amounts = [line.amount_jpy for line in job.lines]
    lines = tuple(TaxedLine(item=x.item, amount_jpy=x.amount_jpy, rate_percent=x.rate_percent) for x in job.lines)
    totals = totals_by_rate(lines, rounding)
    fee = charter.fee.fee(sum(amounts))
    firms = tuple(dict.fromkeys(firm for line in job.lines for firm, weight in line.work.items() if weight))
    if charter.mode is Mode.PRIME:
        parts = _by_firm(job.lines, [a - f for a, f in zip(amounts, _shared(fee, amounts), strict=True)])
        paid = {firm: _taxed(parts.get(firm, {}), rounding) for firm in firms}
        fees = dict.fromkeys(firms, 0)
    else:
        parts = _by_firm(job.lines, amounts)
        paid = _tax_handed_on(parts, firms, totals)
        asked = _shared(fee, [sum(parts[firm].values()) for firm in firms])
        fees = {
            f: _payable_fee(part, _with_tax(paid[f]), charter, rounding) for f, part in zip(firms, asked, strict=True)
        }
        fee = sum(fees.values())
    fee_tax = {firm: tax_on(part, charter.fee.tax_percent, rounding) for firm, part in fees.items()}
    borne = [row for defect in defects for row in borne_by(charter, defect)]
    notices = tuple(
        PaymentNotice(
            firm=firm,
            invoice_number=_invoice_number(charter, firm, job.on),
            totals=paid.get(firm, ()),
            fee_jpy=fees.get(firm, 0),
            fee_tax_jpy=fee_tax.get(firm, 0),
            deductions=tuple(row for row in borne if row.firm == firm),
        )
        for firm in dict.fromkeys((*firms, *(row.firm for row in borne)))
    )
    handed_on = sum(total.tax_jpy or 0 for notice in notices for total in notice.totals)
    return Settlement(
        charter=charter.id,
        job=job.id,
        principal=principal(charter, job.buyer),
        invoice=JointInvoice(
            buyer=job.buyer,
            issuer=charter.lead,
            sellers=(charter.lead,) if charter.mode is Mode.PRIME else firms,
            lines=lines,
            totals=totals,
        ),
        notices=notices,
        fee_jpy=fee,
        fee_tax_jpy=sum(fee_tax.values()),
        kept_tax_jpy=sum(total.tax_jpy or 0 for total in totals) - handed_on,
        to_sign=tuple(_to_sign(job, notices)),
    )


def principal(charter: Charter, buyer: str) -> Principal:
    """Return who orders the work from the members and owes them the notice, the day of payment and the record."""
    size_ja = "取適法が当てはまるかは、資本金・従業員数と委託の内容で判定します。"
    size_en = "whether the law applies depends on capital, employees and the kind of work"
    if charter.mode is Mode.PRIME:
        return Principal(
            firm=charter.lead,
            ja=f"元請の「{charter.lead}」が会員に委託するので、会員に対する委託事業者は「{charter.lead}」です。{size_ja}",
            en=f"the prime contractor '{charter.lead}' orders from the members; {size_en}",
        )
    return Principal(
        firm=buyer,
        ja=f"会員は発注元「{buyer}」と直接契約するので、委託事業者は「{buyer}」です。{size_ja}",
        en=f"the members contract with the buyer '{buyer}' directly; {size_en}",
    )


def _check(charter: Charter, job: JointJob) -> None:
    for line in job.lines:
        if line.amount_jpy < 0 or not 0 <= line.rate_percent <= 100:
            raise InputError(
                f"「{line.item}」の金額は{line.amount_jpy:,}円、税率は{line.rate_percent}%です。"
                "0以上にし、値引きは単価に入れるか別の精算にしてください。",
                f"'{line.item}' has {line.amount_jpy:,} yen at {line.rate_percent} %; expected from 0 on, "
                "put a discount into the price or settle it apart.",
            )
        if not line.work or sum(line.work.values()) <= 0 or min(line.work.values()) < 0:
            raise InputError(
                f"「{line.item}」を分ける会員がいません。作業した会員と重み（正の整数）を入れてください。",
                f"nobody shares '{line.item}'; name the members who did it with whole weights above 0.",
            )
        for firm in line.work:
            charter.member(firm, job.on)


def _by_firm(lines: Sequence[JointLine], amounts: Sequence[int]) -> dict[str, dict[int, int]]:
    """Share each line by its weights; firm -> rate -> yen before tax."""
    parts: dict[str, dict[int, int]] = {}
    for line, amount in zip(lines, amounts, strict=True):
        for firm, part in zip(line.work, shared(amount, list(line.work.values())), strict=True):
            own = parts.setdefault(firm, {})
            own[line.rate_percent] = own.get(line.rate_percent, 0) + part
    return parts


def _taxed(by_rate: Mapping[int, int], rounding: Rounding) -> tuple[RateTotal, ...]:
    """Tax of a notice of its own: once for each rate."""
    return totals_by_rate(
        [TaxedLine(item="", amount_jpy=jpy, rate_percent=rate) for rate, jpy in by_rate.items()], rounding
    )


def _tax_handed_on(
    parts: Mapping[str, Mapping[int, int]], firms: Sequence[str], totals: Sequence[RateTotal]
) -> dict[str, tuple[RateTotal, ...]]:
    """Share the tax of the one invoice: it was rounded once, and is not rounded again."""
    rows: dict[str, list[RateTotal]] = {firm: [] for firm in firms}
    for total in totals:
        sales = [parts[firm].get(total.rate_percent, 0) for firm in firms]
        for firm, sale, tax in zip(firms, sales, _shared(total.tax_jpy or 0, sales), strict=True):
            if sale:
                rows[firm].append(RateTotal(rate_percent=total.rate_percent, total_jpy=sale, tax_jpy=tax))
    return {firm: tuple(own) for firm, own in rows.items()}


def _shared(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share by weight where there is something to share."""
    return shared(total, weights) if total else (0,) * len(weights)


def _payable_fee(fee: int, sales_with_tax: int, charter: Charter, rounding: Rounding) -> int:
    """Cut a fee that with its tax would be more than the member is paid: nobody pays for having worked."""
    percent = charter.fee.tax_percent
    fee = min(fee, -(-sales_with_tax * 100 // (100 + percent)))
    while fee + tax_on(fee, percent, rounding) > sales_with_tax:
        fee -= 1
    return fee


def _invoice_number(charter: Charter, firm: str, on: date) -> str | None:
    """Return the registration number of a member; of one that has left, the last that was known."""
    rows = [member for member in charter.members if member.firm == firm]
    return next((m.invoice_number for m in rows if m.belongs_on(on)), rows[-1].invoice_number if rows else None)


def _with_tax(totals: Sequence[RateTotal]) -> int:
    return sum(total.total_jpy + (total.tax_jpy or 0) for total in totals)


def _to_sign(job: JointJob, notices: Sequence[PaymentNotice]) -> list[ToSign]:
    rows = []
    for notice in notices:
        ordered = job.ordered_jpy.get(notice.firm)
        if ordered is not None and notice.before_tax_jpy < ordered:
            rows.append(
                ToSign(
                    firm=notice.firm,
                    ja=f"配分{notice.before_tax_jpy:,}円は、注文で示した{ordered:,}円（税抜）より少なくなります。"
                    "代金の減額にあたるおそれがあります。注文の額を払うか、理由を書いて人が署名してください。",
                    en=f"the part of {notice.before_tax_jpy:,} yen is below the {ordered:,} ordered (before tax), "
                    "which may be an unlawful reduction; pay what was ordered, or sign with the reason",
                )
            )
        if notice.deductions:
            rows.append(
                ToSign(
                    firm=notice.firm,
                    ja=f"不具合の負担{notice.deducted_jpy:,}円を差し引きます。会員の責任でない部分の差し引きは"
                    "減額にあたります。検査の記録を確かめ、人が署名してください。",
                    en=f"{notice.deducted_jpy:,} yen is taken off for defects; what is not the member's fault may not "
                    "be: check the record of the inspection and sign",
                )
            )
        if notice.invoice_number is None and notice.before_tax_jpy:
            rows.append(
                ToSign(
                    firm=notice.firm,
                    ja="インボイスの登録番号がありません。仕入税額控除の扱いを税理士に確かめ、人が署名してください。",
                    en="has no registration number for invoices; ask the tax adviser about the input tax and sign",
                )
            )
    return rows
