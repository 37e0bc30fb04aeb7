"""Writes of the money: settling a joint order, quoting and reporting to its buyer, and what is put on paper for it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.trade.consortium import Charter as AgreedCharter
from kumihimo.trade.consortium import Settlement as Reckoned
from kumihimo.trade.consortium import settle
from kumihimo.trade.consortium.charter import Mode
from kumihimo.trade.consortium.settlement import PaymentNotice, ToSign
from kumihimo.trade.law.payment_date import judge_payment_date
from kumihimo.trade.law.tax import Rounding
from kumihimo.trade.law.verdict import Colour, Verdict
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.consortium import charter_queries, letters, papers
from kumihimo_web.consortium.charter_services import NotNow, coordinators_only
from kumihimo_web.consortium.holding import NoCharter, grow, hold
from kumihimo_web.consortium.mapping import charter_of, defect_of, job_of, plain
from kumihimo_web.consortium.models import JointLine, JointOrder, Notice, Paper, Settlement, Share
from kumihimo_web.consortium.state import JointState, PaperKind
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.services import ask

PRINT = "consortium.papers"
"""Kind of the job that sets papers; `tasks` does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """Something that a person has to look at and sign with a reason; `key` names it on the page."""

    key: str
    firm: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A settlement as it would be kept.

    Attributes
    ----------
    verdicts
        Firm -> what the law says of its day of payment.
    is_forbidden
        A day of payment is beyond what the law allows; it cannot be signed away.
    """

    settled: Reckoned
    signatures: tuple[Signature, ...]
    verdicts: Mapping[str, Verdict]

    @property
    def is_forbidden(self) -> bool:
        """Whether a day of payment has to be changed first."""
        return any(one.colour is Colour.RED for one in self.verdicts.values())


def draft(
    found: JointOrder, *, work: Mapping[int, Mapping[str, int]] | None, rounding: Rounding, payment_due: date
) -> Draft:
    """Reckon a settlement without keeping it.

    Raises
    ------
    NotNow
        The order was not delivered.
    InputError
        The weights or the defects do not fit; the sentence says why.
    """
    if found.delivered_on is None or found.charter is None:
        raise NotNow
    agreed = charter_of(found.charter)
    rows = list(JointLine._base_manager.filter(order=found).order_by("no"))
    parts = list(Share._base_manager.filter(order=found, quantity__gt=0))
    job = job_of(found, rows, found.delivered_on, work=work, ordered_jpy={one.firm: one.amount_jpy for one in parts})
    defects = [defect_of(one) for one in found.defects.filter(withdrawn_at=None)]
    settled = settle(agreed, job, defects, rounding=rounding)
    verdicts = _verdicts(found, agreed, parts, settled.notices, payment_due)
    signs = [*settled.to_sign, *_rejected(parts), *_to_pay(verdicts)]
    return Draft(settled=settled, signatures=tuple(map(_signature, signs)), verdicts=verdicts)


def received_on(found: JointOrder, agreed: AgreedCharter, share: Share | None) -> date:
    """Return the day from which the payment of a member is counted.

    As prime contractor the consortium received the work; for a broker the buyer did.
    """
    assert found.delivered_on is not None
    if agreed.mode is Mode.BROKER or share is None:
        return found.delivered_on
    days: list[date] = list(share.inspections.values_list("received_on", flat=True))
    return min(days, default=found.delivered_on)


def _verdicts(
    found: JointOrder,
    agreed: AgreedCharter,
    parts: Iterable[Share],
    notices: Iterable[PaymentNotice],
    payment_due: date,
) -> dict[str, Verdict]:
    by_firm = {one.firm: one for one in parts}
    ordered_on = timezone.localdate(found.created_at)
    return {
        notice.firm: judge_payment_date(
            received_on(found, agreed, by_firm.get(notice.firm)), payment_due, on=ordered_on
        ).verdict
        for notice in notices
    }


def _rejected(parts: Iterable[Share]) -> Iterable[ToSign]:
    for one in parts:
        latest = one.inspections.last()
        if latest is not None and latest.rejected:
            yield ToSign(
                firm=one.firm,
                ja=f"検査で不合格の{latest.rejected:,}個が残っています。納め直しを検査して入れるか、不具合として費用を決めるか、"
                "このまま精算する理由を書いて人が署名してください。",
                en=f"{latest.rejected:,} pieces are rejected; inspect what replaces them, enter a defect with its "
                "cost, or sign with the reason for settling as it is",
            )


def _to_pay(verdicts: Mapping[str, Verdict]) -> Iterable[ToSign]:
    for firm, verdict in verdicts.items():
        if verdict.needs_signature:
            yield ToSign(firm=firm, ja=verdict.ja, en=verdict.en)


def _signature(one: ToSign) -> Signature:
    key = hashlib.sha256(f"{one.firm}\n{one.ja}".encode()).hexdigest()[:12]
    return Signature(key=key, firm=one.firm, ja=one.ja, en=one.en)


@transaction.atomic
def settle_up(
    found: JointOrder,
    *,
    work: Mapping[int, Mapping[str, int]],
    rounding: Rounding,
    payment_due: date,
    invoice_due: date,
    reasons: Mapping[str, str],
    version: int,
    today: date,
) -> tuple[Settlement, Job]:
    """Keep the settlement of an order, write its papers and ask for them to be set.

    Parameters
    ----------
    payment_due, invoice_due
        When members are paid, and when the buyer pays.
    reasons
        Key of a signature -> why it is right as it is.

    Raises
    ------
    NotNow
        Something that has to be signed has no reason, or a day of payment is not allowed.
    """
    held = hold(found, "settle", version)
    assert held.charter is not None
    made = draft(held, work=work, rounding=rounding, payment_due=payment_due)
    if made.is_forbidden or any(not reasons.get(one.key) for one in made.signatures):
        raise NotNow
    if made.settled.difference_jpy:
        raise papers.PaperDiffers(f"{held.number}: {made.settled.difference_jpy} yen")
    scope, agreed = current_scope(), charter_of(held.charter)
    for line in held.lines.all():
        line.work = dict(work[line.no])
        line.save(update_fields=["work"])
    kept: Settlement = Settlement.objects.create(
        order=held,
        charter=held.charter,
        on=today,
        payment_due=payment_due,
        invoice_due=invoice_due,
        data=plain(made.settled),
        signed=[
            {"firm": one.firm, "ja": one.ja, "en": one.en, "why": reasons[one.key], "by": scope.actor}
            for one in made.signatures
        ],
        settled_by=scope.actor,
    )
    names = charter_queries.names(held.consortium)
    for notice in made.settled.notices:
        Notice.objects.create(
            settlement=kept,
            firm=notice.firm,
            name=names[notice.firm],
            data=plain(notice),
            payable_jpy=notice.payable_jpy,
        )
    written = _write_papers(held, agreed, kept, made.settled, rounding)
    held.state = JointState.SETTLED
    held.save(update_fields=["state"])
    grow(held)
    record(
        "joint_order.accounted",
        kept,
        after={"number": held.number, "price_jpy": made.settled.invoice.total_jpy, "firms": len(made.settled.notices)},
        note="; ".join(reasons[one.key] for one in made.signatures),
    )
    return kept, _ask_print(held, written)


def _write_papers(
    order: JointOrder, agreed: AgreedCharter, kept: Settlement, settled: Reckoned, rounding: Rounding
) -> list[Paper]:
    parts = {one.firm: one for one in order.shares.all()}
    common: dict[str, Any] = {"made_on": kept.on, "payment_due": kept.payment_due}
    content = papers.invoice(order, agreed, settled, made_on=kept.on, payment_due=kept.invoice_due, rounding=rounding)
    lang = "en" if order.is_overseas else "ja"
    written = [_write(order, PaperKind.INVOICE, content, lang=lang)]
    for at, notice in enumerate(settled.notices, 1):
        if agreed.mode is Mode.PRIME and notice.payable_jpy >= 0:
            kind = PaperKind.PAYMENT_NOTICE
            content = papers.payment_notice(
                order,
                agreed,
                notice,
                at=at,
                received_on=received_on(order, agreed, parts.get(notice.firm)),
                rounding=rounding,
                **common,
            )
        else:
            kind = PaperKind.STATEMENT
            content = papers.statement(order, agreed, notice, at=at, **common)
        written.append(_write(order, kind, content, firm=notice.firm))
    return written


def _write(order: JointOrder, kind: PaperKind, content: dict[str, Any], *, firm: str = "", lang: str = "ja") -> Paper:
    made: Paper = Paper.objects.create(
        order=order,
        kind=kind,
        firm=firm,
        number=content["number"],
        revision=content.get("revision", 1),
        lang=lang,
        content=content,
    )
    return made


def _ask_print(order: JointOrder, written: list[Paper]) -> Job:
    keys = [one.pk for one in written]
    told = {"number": order.number}
    return ask(
        PRINT, lambda: _("%(number)s の書類を作る") % told, {"papers": keys}, once=f"{PRINT}:{keys[0]}-{keys[-1]}"
    )


@transaction.atomic
def print_again(found: JointOrder) -> Job | None:
    """Ask once more for the papers that were not made; None where all are."""
    coordinators_only()
    left = list(Paper.objects.filter(order=found, made_at=None).order_by("pk"))
    return _ask_print(found, left) if left else None


# What the buyer gets before


@transaction.atomic
def quote(
    found: JointOrder, *, lang: str, valid_until: date, notes: str, version: int, today: date
) -> tuple[Paper, Job]:
    """Write a quotation, and ask for it to be set; a further one is a new revision."""
    held, agreed = _for_paper(found, version, today)
    content = papers.quotation(
        held,
        agreed,
        lang=lang,
        made_on=today,
        valid_until=valid_until,
        notes=notes,
        revision=_next_revision(held, PaperKind.QUOTATION),
    )
    return _written(held, PaperKind.QUOTATION, content, lang)


@transaction.atomic
def report(found: JointOrder, *, lang: str, version: int, today: date) -> tuple[Paper, Job]:
    """Write how far an order is, and ask for it to be set; a further one is a new revision."""
    held, agreed = _for_paper(found, version, today)
    content = papers.status(held, agreed, lang=lang, made_on=today, revision=_next_revision(held, PaperKind.STATUS))
    return _written(held, PaperKind.STATUS, content, lang)


def _for_paper(found: JointOrder, version: int, today: date) -> tuple[JointOrder, AgreedCharter]:
    held = hold(found, "paper", version)
    charter = held.charter or charter_queries.charter_on(held.consortium, today)
    if charter is None:
        raise NoCharter
    return held, charter_of(charter)


def _next_revision(order: JointOrder, kind: PaperKind) -> int:
    last: int | None = order.papers.filter(kind=kind).aggregate(last=Max("revision"))["last"]
    return (last or 0) + 1


def _written(order: JointOrder, kind: PaperKind, content: dict[str, Any], lang: str) -> tuple[Paper, Job]:
    made = _write(order, kind, content, lang=lang)
    grow(order)
    record("joint_order.printed", made, after={"number": str(made), "kind": kind.value})
    return made, _ask_print(order, [made])


@transaction.atomic
def keep_pdf(pk: int, *, pdf: bytes, sha256: str, warnings: list[dict[str, str]]) -> Paper:
    """Keep the bytes of a paper, and send it to the member that it is for; once they are there, nothing changes."""
    rows = Paper.objects.select_for_update(of=("self",)).select_related("order__consortium")
    row: Paper = rows.get(pk=pk)
    if row.pdf is None:
        row.pdf, row.sha256, row.warnings, row.made_at = pdf, sha256, warnings, timezone.now()
        row.save(update_fields=["pdf", "sha256", "warnings", "made_at"])
        record("joint_order.paper_made", row, firm=row.firm, after={"number": str(row), "sha256": sha256})
        if row.firm:
            letters.post_paper(row)
    return row
