"""Why an order is late or not planned, computed from the final plan.

Late: the critical chain is walked back from the completion to the release and cut into pieces (queue, set-up, closed
time, transport, work). Minutes that no plan could have saved come first (RELEASE, LEAD_IMPOSSIBLE: what the order
needs even if it were alone); the rest is laid on the pieces, avoidable ones first, so that the sum is the lateness.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kumihimo.planning.calendar import NEVER
from kumihimo.planning.capacity_free import alone, usable_modes
from kumihimo.planning.instance import Instance, OrderRow, Placement
from kumihimo.planning.result import Cause, Why

_AVOIDABLE_FIRST = ("QUEUE", "FROZEN", "SETUP", "CLOSED", "TRANSPORT", "WORK", "RELEASE", "LEAD_IMPOSSIBLE")


@dataclass(frozen=True, slots=True)
class _Busy:
    order: OrderRow
    start: int
    end: int
    family: str | None
    is_fact: bool


class Occupation:
    """Who holds each resource when, in order of start; made once per plan."""

    def __init__(self, instance: Instance, placed: Sequence[tuple[Placement, ...] | None]) -> None:
        self.rows: list[list[_Busy]] = [[] for _ in instance.resources]
        for order, places in zip(instance.orders, placed, strict=True):
            for at, step in enumerate(order.steps):
                place = places[at] if places is not None else step.fact
                if place is not None and place.start < place.end:
                    self.rows[place.mode.resource].append(
                        _Busy(order, place.start, place.end, step.family, step.fact is not None)
                    )
        for row in self.rows:
            row.sort(key=lambda busy: (busy.start, busy.end, busy.order.index))


def late_causes(
    instance: Instance, occupation: Occupation, order: OrderRow, places: tuple[Placement, ...], earliest: int
) -> tuple[Cause, ...]:
    """Return causes whose minutes sum exactly to the lateness of a late order.

    Parameters
    ----------
    occupation
        Of the final plan.
    places
        Where the steps of the order stand, topological.
    earliest
        Completion that the order could reach alone.
    """
    sink, finish = _last_sink(instance, order, places)
    due = order.due if order.due is not None else finish
    late = finish - due
    causes: list[Cause] = []
    first = order.steps[_root(instance, order, places, sink)]
    released = 0 if first.fact is not None else min(late, max(0, order.release - due))
    if released:
        causes.append(Cause(code="RELEASE", minutes=released, step=first.id))
    alone_late = min(late - released, max(0, earliest - due - released))
    if alone_late:
        causes.append(Cause(code="LEAD_IMPOSSIBLE", minutes=alone_late))
    rest = late - released - alone_late
    pieces = _pieces(instance, occupation, order, places, sink)
    for code in _AVOIDABLE_FIRST:
        for piece in pieces:
            if piece.code == code and rest > 0 and piece.minutes > 0:
                taken = min(rest, piece.minutes)
                rest -= taken
                causes.append(
                    Cause(code=code, minutes=taken, step=piece.step, resource=piece.resource, behind=piece.behind)
                )
    if rest > 0:
        causes.append(Cause(code="FROZEN", minutes=rest, step=order.steps[sink].id))
    return tuple(_joined(causes))


def _joined(causes: list[Cause]) -> list[Cause]:
    sums: dict[tuple[str, str, str, str], int] = {}
    for cause in causes:
        key = (cause.code, cause.step, cause.resource, cause.behind)
        sums[key] = sums.get(key, 0) + cause.minutes
    return [
        Cause(code=code, step=step, resource=resource, behind=behind, minutes=minutes)
        for (code, step, resource, behind), minutes in sums.items()
    ]


def _last_sink(instance: Instance, order: OrderRow, places: tuple[Placement, ...]) -> tuple[int, int]:
    best = (-1, -NEVER)
    for at, step in enumerate(order.steps):
        if not step.succs:
            arrival = places[at].end + _minutes(instance, places[at].mode.site, order.ship_to)
            if arrival > best[1]:
                best = (at, arrival)
    return best


def _minutes(instance: Instance, origin: int, destination: int | None) -> int:
    link = instance.link(origin, destination) if destination is not None else (0, 0.0)
    return link[0] if link is not None else 0


def _critical_pred(instance: Instance, order: OrderRow, places: tuple[Placement, ...], at: int) -> tuple[int, int]:
    """Return the predecessor that arrives last and its arrival."""
    best = (-1, -NEVER)
    for pred in order.steps[at].preds:
        arrival = places[pred].end + _minutes(instance, places[pred].mode.site, places[at].mode.site)
        if arrival > best[1]:
            best = (pred, arrival)
    return best


def _root(instance: Instance, order: OrderRow, places: tuple[Placement, ...], sink: int) -> int:
    at = sink
    while order.steps[at].preds and order.steps[at].fact is None:
        at = _critical_pred(instance, order, places, at)[0]
    return at


def _pieces(
    instance: Instance, occupation: Occupation, order: OrderRow, places: tuple[Placement, ...], sink: int
) -> list[Cause]:
    """Return the critical chain, last piece first; together the pieces cover release to completion."""
    pieces: list[Cause] = []
    sent = _minutes(instance, places[sink].mode.site, order.ship_to)
    if sent:
        pieces.append(Cause(code="TRANSPORT", minutes=sent, step=order.steps[sink].id))
    at = sink
    while True:
        step, place = order.steps[at], places[at]
        resource = instance.resources[place.mode.resource].id
        open_minutes = instance.calendars[place.mode.resource].work_between(place.start, place.end)
        if step.fact is not None:
            pieces.append(Cause(code="FROZEN", minutes=place.end - place.start, step=step.id, resource=resource))
        else:
            closed = place.end - place.start - open_minutes
            pieces.append(Cause(code="WORK", minutes=open_minutes, step=step.id, resource=resource))
            pieces.append(Cause(code="CLOSED", minutes=closed, step=step.id, resource=resource))
        pred, ready = (-1, order.release) if not step.preds else _critical_pred(instance, order, places, at)
        if step.fact is not None:
            # Nothing before a fact made it late: it stands where it was promised to stand.
            waited = max(0, place.start - ready)
            pieces.append(Cause(code="FROZEN", minutes=waited, step=step.id, resource=resource))
            return pieces
        pieces += _waiting(instance, occupation, order, at, place, ready)
        if pred < 0:
            return pieces
        moved = ready - places[pred].end
        if moved:
            pieces.append(Cause(code="TRANSPORT", minutes=moved, step=step.id))
        at = pred


def _waiting(
    instance: Instance, occupation: Occupation, order: OrderRow, at: int, place: Placement, ready: int
) -> list[Cause]:
    """Cut the time between `ready` and the start of a step: closed, set-up, queue behind whom."""
    if place.start <= ready:
        return []
    step = order.steps[at]
    calendar = instance.calendars[place.mode.resource]
    resource = instance.resources[place.mode.resource]
    row = occupation.rows[place.mode.resource]
    pieces: list[Cause] = []
    free = calendar.work_between(ready, place.start)
    closed = place.start - ready - free
    if closed:
        pieces.append(Cause(code="CLOSED", minutes=closed, step=step.id, resource=resource.id))
    setup = 0
    before = [b for b in row if b.end <= place.start and b.order is not order]
    if resource.setup and before and step.family is not None:
        last = max(before, key=lambda b: (b.start, b.end))
        if last.family is not None and last.family != step.family:
            setup = min(free, resource.setup.get(last.family, {}).get(step.family, 0))
            if setup:
                pieces.append(Cause(code="SETUP", minutes=setup, step=step.id, resource=resource.id))
    free -= setup
    others = [b for b in row if b.order is not order and b.start < place.start and b.end > ready]
    # The set-up was cut from the end of the wait, so the queue is counted from `ready` on.
    clock = ready
    for busy in others:
        start, end = max(busy.start, clock), min(busy.end, place.start)
        minutes = min(free, calendar.work_between(start, end)) if end > start else 0
        if minutes > 0:
            code = "FROZEN" if busy.is_fact else "QUEUE"
            pieces.append(Cause(code=code, minutes=minutes, step=step.id, resource=resource.id, behind=busy.order.id))
            free -= minutes
        clock = max(clock, end)
    if free > 0:
        pieces.append(_gap(row, order, step.id, resource.id, place, free))
    return pieces


def _gap(row: list[_Busy], order: OrderRow, step: str, resource: str, place: Placement, free: int) -> Cause:
    """Explain open, idle minutes before a step: a gap too short to use belongs to whoever comes next before it."""
    others = [b for b in row if b.order is not order]
    if not others:
        return Cause(
            code="FROZEN" if any(b.is_fact for b in row) else "WORK", minutes=free, step=step, resource=resource
        )
    nearest = min(others, key=lambda b: (abs(b.start - place.start), b.start, b.order.index))
    code = "FROZEN" if nearest.is_fact else "QUEUE"
    return Cause(code=code, minutes=free, step=step, resource=resource, behind=nearest.order.id)


def why_unplanned(instance: Instance, order: OrderRow) -> tuple[Why, ...]:
    """Return why an order has no place in the plan; each text is Japanese and English."""
    reasons: list[Why] = []
    for step in order.steps:
        if step.fact is not None:
            continue
        if not step.source.modes:
            text = f"工程{step.id}をできる設備がありません / no resource can do step {step.id}"
            reasons.append(Why(code="NO_RESOURCE", step=step.id, text=text))
        elif not step.modes:
            text = (
                f"工程{step.id}の量({step.load:g})がどの炉・槽にも入りません / "
                f"the load of step {step.id} fits no batch plant"
            )
            reasons.append(Why(code="LOAD_TOO_LARGE", step=step.id, text=text))
    if reasons:
        return tuple(reasons)
    bound = alone(instance, order)
    if bound.possible:
        text = (
            f"計画期間{instance.horizon}分以内に空きが見つかりません(単独なら{bound.completion}分で完了) / "
            f"no free capacity found within the horizon of {instance.horizon} min "
            f"(alone it would be done at {bound.completion})"
        )
        return (Why(code="NO_CAPACITY", text=text),)
    for at, end in enumerate(bound.ends):
        if end >= NEVER:
            return (_first_obstacle(instance, order, at),)
    text = f"納入先{order.source.ship_to}への輸送がありません / no transport to {order.source.ship_to} is known"
    return (Why(code="NO_TRANSPORT", text=text),)


def _first_obstacle(instance: Instance, order: OrderRow, at: int) -> Why:
    """Explain the first step that cannot end within the horizon even if the order is alone."""
    step = order.steps[at]
    if step.fact is not None:
        text = (
            f"確定済みの工程{step.id}(開始{step.fact.start}分)に前工程が間に合いません / "
            f"nothing can arrive before the frozen step {step.id} starts at {step.fact.start}"
        )
        return Why(code="FROZEN", step=step.id, text=text)
    for pred in step.preds:
        ways = [instance.link(a.site, b.site) for a in usable_modes(order.steps[pred]) for b in usable_modes(step)]
        if all(way is None for way in ways):
            text = (
                f"工程{order.steps[pred].id}から{step.id}への輸送がありません / "
                f"no transport from step {order.steps[pred].id} to {step.id} is known"
            )
            return Why(code="NO_TRANSPORT", step=step.id, text=text)
    text = (
        f"単独でも工程{step.id}が計画期間{instance.horizon}分以内に終わりません / "
        f"even alone, step {step.id} cannot end within the horizon of {instance.horizon} min"
    )
    return Why(code="HORIZON", step=step.id, text=text)
