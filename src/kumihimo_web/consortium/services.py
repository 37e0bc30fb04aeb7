"""Writes of joint orders: taking, allotting, inspecting, delivering, defects. Each in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo.trade.consortium import Allotment as KeptAllotment
from kumihimo.trade.consortium import Candidate, Job, allot, borne_by, settle
from kumihimo.trade.consortium import Charter as AgreedCharter
from kumihimo.trade.consortium.allotment import Part
from kumihimo.trade.consortium.charter import AllotmentRule, Mode
from kumihimo.trade.largest_remainder import shared
from kumihimo_web.accounts.queries import lock_network, organisations
from kumihimo_web.accounts.roles import OrganisationKind
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.consortium import bid_queries, bid_services, charter_queries, letters, queries
from kumihimo_web.consortium.charter_services import NotNow, coordinators_only
from kumihimo_web.consortium.holding import NoCharter, grow, hold
from kumihimo_web.consortium.mapping import allotment_of, charter_of, defect_of, job_of, plain
from kumihimo_web.consortium.models import (
    Allotment,
    Burden,
    Consortium,
    Defect,
    Inspection,
    JointLine,
    JointOrder,
    Share,
)
from kumihimo_web.consortium.state import JointState

_FIELDS = (
    "title", "title_en", "buyer_name", "buyer_address", "is_overseas", "inquiry", "due_on", "place", "split_into",
)  # fmt: skip


# Taking an order


@transaction.atomic
def take(
    found: Consortium, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], *, once: str = "", today: date
) -> JointOrder:
    """Take in an order of a buyer."""
    coordinators_only()
    scope = current_scope()
    # Numbers run on: whoever takes one waits here for the one before.
    lock_network(scope.network)
    if once:
        known: JointOrder | None = JointOrder.objects.filter(once=once).first()
        if known is not None:
            return known
    last = JointOrder._base_manager.filter(network_id=scope.network).aggregate(last=Max("serial"))["last"] or 0
    made: JointOrder = JointOrder.objects.create(
        consortium=found,
        serial=last + 1,
        number=f"JO-{today.year:04d}-{last + 1:06d}",
        once=once,
        **_columns(values),
    )
    _write_lines(made, lines)
    record("joint_order.received", made, after={"number": made.number, "title": made.title, "buyer": made.buyer_name})
    return made


@transaction.atomic
def change(
    found: JointOrder, values: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], *, version: int
) -> JointOrder:
    """Change an order that nobody was given yet; a proposal that was made for it falls away.

    Raises
    ------
    NotNow
        Members were asked to bid on it as it is: that has to be called off first.
    """
    held = hold(found, "change", version)
    if held.biddings.filter(called_off_at=None).exists():
        raise NotNow
    for key, value in _columns(values).items():
        setattr(held, key, value)
    held.save()
    held.lines.all().delete()
    _write_lines(held, lines)
    Allotment.objects.filter(order=held).update(is_superseded=True)
    grow(held)
    record("joint_order.changed", held, after={"number": held.number, "title": held.title})
    return held


def _columns(values: Mapping[str, Any]) -> dict[str, Any]:
    buyer = None
    if values.get("buyer") is not None:
        buyer = organisations(OrganisationKind.BUYER).filter(pk=values["buyer"]).first()
        if buyer is None:
            raise PermissionDenied("no such buyer")
    columns = {key: values[key] for key in _FIELDS}
    if buyer is not None:
        columns["buyer_name"] = buyer.name
    return {**columns, "buyer": buyer}


def _write_lines(order: JointOrder, lines: Sequence[Mapping[str, Any]]) -> None:
    for no, line in enumerate(lines, 1):
        JointLine.objects.create(order=order, no=no, **line)


@transaction.atomic
def cancel(found: JointOrder, *, why: str, version: int) -> JointOrder:
    """Give an order up before anything was inspected; it counts in no record of fairness any more."""
    held = hold(found, "cancel", version)
    if Inspection.objects.filter(share__order=held).exists():
        raise NotNow
    if held.state == JointState.OPEN:
        for bidding in held.biddings.filter(called_off_at=None):
            bid_services.give_up(bidding, why)
    held.state, held.cancelled_why = JointState.CANCELLED, why
    held.save(update_fields=["state", "cancelled_why"])
    grow(held)
    record("joint_order.withdrawn", held, after={"number": held.number}, note=why)
    return held


# Allotting it


@transaction.atomic
def propose(found: JointOrder, candidates: Iterable[Candidate], *, version: int, today: date) -> Allotment:
    """Work out who is to get an order by the rule of the charter; a person decides.

    Under the rule of bids it goes by those that members made, whatever the candidates say.

    Raises
    ------
    NoCharter
        No charter holds today.
    NotNow
        Nobody was asked to bid, or the deadline is not over.
    InputError
        A candidate is no member today.
    """
    held = hold(found, "allot", version)
    charter = charter_queries.charter_on(held.consortium, today)
    if charter is None:
        raise NoCharter
    agreed = charter_of(charter)
    asked, bidding = list(candidates), None
    if agreed.allotment is AllotmentRule.BID:
        bidding = bid_queries.bidding(held)
        if bidding is None or not bidding.is_over(today):
            raise NotNow
        asked = bid_queries.with_bids(bidding, asked)
    # An order that is allotted anew does not count as a turn of those who had it.
    rows = [one for one in queries.record(held.consortium) if one.job != held.number]
    job = Job(
        id=held.number,
        quantity=queries.quantity(held),
        amount_jpy=_for_members(held, agreed),
        split_into=held.split_into,
    )
    proposed = allot(agreed, job, asked, rows, today)
    Allotment.objects.filter(order=held, decided__isnull=True).update(is_superseded=True)
    made: Allotment = Allotment.objects.create(
        order=held, charter=charter, bidding=bidding, on=today, candidates=plain(asked), proposed=plain(proposed)
    )
    after = {"number": held.number, "firms": len(proposed.parts), **_bids(made)}
    record("joint_order.drafted", made, after=after)
    return made


def _bids(row: Allotment) -> dict[str, dict[str, int]]:
    """Return the bids that an allotment goes by, as the log tells them; nothing under the other rules."""
    if row.bidding_id is None:
        return {}
    return {"bids": {one["firm"]: one["bid_jpy"] for one in row.candidates if one["bid_jpy"] is not None}}


def _for_members(order: JointOrder, agreed: AgreedCharter) -> int:
    """Return what members share before tax: as prime contractor the consortium keeps its fee first."""
    amount = queries.amount_jpy(order)
    return amount - agreed.fee.fee(amount) if agreed.mode is Mode.PRIME else amount


@transaction.atomic
def decide(row: Allotment, quantities: Mapping[str, int], *, why: str, version: int) -> JointOrder:
    """Give an order to members, as proposed or otherwise.

    Parameters
    ----------
    quantities
        Firm -> pieces.
    why
        Needed where it is not as proposed, and where the order was given to others before; members read it.

    Raises
    ------
    NotNow
        Another proposal was made since, work was inspected already, or the reason is missing.
    InputError
        The pieces do not add up, or a firm was not considered.
    """
    held = hold(row.order, "allot", version)
    found: Allotment = Allotment.objects.select_for_update().get(pk=row.pk)
    if found.is_superseded or found.decided is not None or Inspection.objects.filter(share__order=held).exists():
        raise NotNow
    proposed = allotment_of(found.proposed)
    given = {firm: count for firm, count in quantities.items() if count}
    is_other = given != {part.firm: part.quantity for part in proposed.parts}
    if (is_other or held.state != JointState.OPEN) and not why:
        raise NotNow
    _check_pieces(held, proposed, given)
    agreed = charter_of(found.charter)
    weights, amounts = _money(held, found, proposed, agreed, given)
    parts = tuple(Part(firm=firm, quantity=count, amount_jpy=amounts[firm]) for firm, count in given.items())
    decided = replace(proposed, parts=parts, unplaced=0)
    Allotment.objects.filter(order=held).exclude(pk=found.pk).update(is_superseded=True)
    found.decided, found.why = plain(decided), why
    found.decided_by, found.decided_at = current_scope().actor, timezone.now()
    found.save()
    found.fairness = plain(queries.fairness_on(held.consortium, agreed, found.on))
    found.save(update_fields=["fairness"])
    _write_shares(held, decided, note=why if is_other else "")
    JointLine.objects.filter(order=held).update(work=weights)
    held.state, held.charter = JointState.ALLOTTED, found.charter
    held.save(update_fields=["state", "charter"])
    grow(held)
    record(
        "joint_order.allotted",
        held,
        before={"parts": {part.firm: part.quantity for part in proposed.parts}},
        after={"parts": given, "number": held.number, **_bids(found)},
        note=why,
    )
    for share in held.shares.all():
        letters.post_share(found, share)
    return held


def _check_pieces(order: JointOrder, proposed: KeptAllotment, given: Mapping[str, int]) -> None:
    known = {one.firm for one in proposed.considered}
    strange = sorted(given.keys() - known)
    total, wanted = sum(given.values()), queries.quantity(order)
    if strange or min(given.values(), default=0) < 0 or total != wanted:
        raise InputError(
            f"配分は合計{total:,}個です。注文の{wanted:,}個に合わせ、案に出ている会員だけに配ってください。",
            f"the parts add up to {total:,} pieces; share the {wanted:,} ordered, among members of the proposal only.",
        )


def _money(
    order: JointOrder, row: Allotment, proposed: KeptAllotment, agreed: AgreedCharter, given: Mapping[str, int]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return by which weights the lines are shared, and what is ordered from each member before tax."""
    if proposed.rule is AllotmentRule.BID:
        bids = {one["firm"]: one["bid_jpy"] for one in row.candidates if one["bid_jpy"] is not None}
        wanted = sum(given.values())
        # Who made no bid cannot be given the order under this rule without one.
        if missing := sorted(given.keys() - bids.keys()):
            raise InputError(
                f"入札のない会員（{'、'.join(missing)}）には配れません。入札した会員に配るか、入札を取りやめて募り直してください。",
                f"{', '.join(missing)} made no bid; share among those that did, or call the bids off and ask anew.",
            )
        amounts = {firm: shared(bids[firm], [count, wanted - count])[0] for firm, count in given.items()}
        # Bids of nothing share by pieces: money that is nobody's weight could not be shared.
        return (amounts if sum(amounts.values()) else dict(given)), amounts
    lines = list(order.lines.all())
    job = job_of(order, lines, row.on, work={line.no: given for line in lines})
    return dict(given), {notice.firm: notice.before_tax_jpy for notice in settle(agreed, job).notices}


def _write_shares(order: JointOrder, decided: KeptAllotment, *, note: str) -> None:
    names = charter_queries.names(order.consortium)
    got = {part.firm: part for part in decided.parts}
    order.shares.all().delete()
    for one in decided.considered:
        part = got.get(one.firm)
        Share.objects.create(
            order=order,
            firm=one.firm,
            name=names[one.firm],
            quantity=0 if part is None else part.quantity,
            amount_jpy=0 if part is None else part.amount_jpy,
            why_ja=one.ja,
            why_en=one.en,
            note=note,
        )


# Inspecting and delivering


@transaction.atomic
def inspect(
    found: Share, *, inspector: str, received_on: date, inspected_on: date, accepted: int, rejected: int, words: str,
    version: int,
) -> Inspection:  # fmt: skip
    """Keep what an inspector of the charter found in the work of one member.

    Raises
    ------
    InputError
        The inspector is not of the charter, or of the same firm; or there are more pieces than were given.
    """
    held = hold(found.order, "inspect", version)
    assert held.charter is not None
    able = [one.name for one in charter_of(held.charter).inspectors_for(frozenset({found.firm}))]
    if inspector not in able:
        raise InputError(
            f"「{inspector}」はこの会員の検査をできません。規約の検査員で、その会員に属さない人を選んでください。",
            f"'{inspector}' cannot inspect this member; choose an inspector of the charter who is not of that firm.",
        )
    if not 1 <= accepted + rejected <= found.quantity or min(accepted, rejected) < 0:
        raise InputError(
            f"合格と不合格の合計が{accepted + rejected:,}個です。"
            f"1個以上、割り当ての{found.quantity:,}個以下にしてください。",
            f"{accepted + rejected:,} pieces were inspected; expected 1 to the {found.quantity:,} that were given.",
        )
    if received_on > inspected_on:
        raise InputError(
            "受領日が検査日より後です。受け取ってから検査した日にしてください。",
            "the day of receipt is after the inspection; enter them in the order in which they happened.",
        )
    made: Inspection = Inspection.objects.create(
        share=found, firm=found.firm, inspector=inspector, received_on=received_on, inspected_on=inspected_on,
        accepted=accepted, rejected=rejected, words=words, made_by=current_scope().actor,
    )  # fmt: skip
    parts = held.shares.filter(quantity__gt=0)
    latest = [one.inspections.last() for one in parts]
    is_done = all(one is not None for one in latest) and sum(
        one.accepted + one.rejected for one in latest if one is not None
    ) == sum(one.quantity for one in parts)
    held.state = JointState.INSPECTED if is_done else JointState.ALLOTTED
    held.save(update_fields=["state"])
    grow(held)
    counts = {"accepted": accepted, "rejected": rejected, "inspector": inspector}
    record("joint_order.inspected", made, firm=found.firm, after={"number": held.number, **counts}, note=words)
    return made


@transaction.atomic
def deliver(found: JointOrder, *, delivered_on: date, version: int) -> JointOrder:
    """Note the day on which the buyer received everything."""
    held = hold(found, "deliver", version)
    held.state, held.delivered_on = JointState.DELIVERED, delivered_on
    held.save(update_fields=["state", "delivered_on"])
    grow(held)
    record("joint_order.handed_over", held, after={"number": held.number, "end": delivered_on.isoformat()})
    return held


# Defects


@transaction.atomic
def add_defect(found: JointOrder, values: Mapping[str, Any], *, version: int) -> Defect:
    """Keep a damage and who bears it.

    Raises
    ------
    InputError
        It cannot be charged like that; the sentence says why.
    """
    held = hold(found, "defect", version)
    assert held.charter is not None
    count = held.defects.count()
    made = Defect(
        network_id=held.network_id, order=held, ref=f"{held.number}-D{count + 1}", made_by=current_scope().actor,
        **values,
    )  # fmt: skip
    borne = borne_by(charter_of(held.charter), defect_of(made))
    made.save(force_insert=True)
    names = charter_queries.names(held.consortium)
    for one in borne:
        Burden.objects.create(
            defect=made, firm=one.firm, name=names[one.firm], jpy=one.jpy, why_ja=one.ja, why_en=one.en
        )
    grow(held)
    shares = {one.firm: one.jpy for one in borne}
    record("joint_order.defect", made, after={"number": made.ref, "burdens": shares, "price_jpy": made.cost_jpy})
    return made


@transaction.atomic
def withdraw_defect(found: Defect, *, why: str, version: int) -> Defect:
    """Take a damage back that was none, or was entered wrongly; doing it twice does it once."""
    held = hold(found.order, "defect", version)
    row: Defect = Defect.objects.get(pk=found.pk)
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_why = timezone.now(), why
        row.save(update_fields=["withdrawn_at", "withdrawn_why"])
        grow(held)
        record("joint_order.defect_withdrawn", row, after={"number": row.ref}, note=why)
    return row
