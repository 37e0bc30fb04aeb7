"""What may happen to a plan that is being carried out; times are whole minutes from the start of the problem."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from kumihimo.errors import InputError
from kumihimo.planning.problem import Order, PlanCalendar, Problem, Step

_SHOWN = 12
"""Names listed in an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RushOrder:
    """A new order that wants its place among the others."""

    order: Order


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """An order is no longer wanted; steps that are done or running stay facts."""

    order_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayStep:
    """A step comes later than planned.

    Attributes
    ----------
    start
        Minute before which it cannot start (its material is late); None = not told.
    end
        Minute before which it will not end (the work takes longer); None = not told. One of the two is given.
    """

    order: str
    step: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StopResource:
    """A machine stands still in [start, end)."""

    resource: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StopSite:
    """Every machine of a site stands still in [start, end)."""

    site: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeCalendar:
    """A machine works by another calendar from now on; None = it is always open."""

    resource: str
    calendar: PlanCalendar | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualStart:
    """A step was started: it is running on `resource` since `start`."""

    order: str
    step: str
    resource: str
    start: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualFinish:
    """A step is done: it was on `resource` from `start` to `end`."""

    order: str
    step: str
    resource: str
    start: int
    end: int


Event = RushOrder | CancelOrder | DelayStep | StopResource | StopSite | ChangeCalendar | ActualStart | ActualFinish


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What an event may name; a plan that lives keeps one at hand, so that a check costs no look at every order.

    Attributes
    ----------
    orders
        Order id -> order.
    machines
        Resource id -> site id.
    sites
        Every site, also those without machines.
    """

    orders: Mapping[str, Order]
    machines: Mapping[str, str]
    sites: Collection[str]

    @classmethod
    def of(cls, problem: Problem) -> Known:
        """Return what events about `problem` may name."""
        return cls(
            orders={o.id: o for o in problem.orders},
            machines={r.id: r.site for r in problem.resources},
            sites={s.id for s in problem.sites},
        )


def check_event(known: Known, event: Event) -> None:
    """Refuse an event that cannot have happened to this problem.

    Raises
    ------
    InputError
        Naming the field, what stands there and what was expected.
    """
    match event:
        case RushOrder(order=order):
            _rush(known, order)
        case CancelOrder(order_id=name):
            _named("order", "注文", name, known.orders)
        case DelayStep(start=start, end=end):
            where = f"{event.order}/{event.step}"
            _step(known, event.order, event.step)
            if start is None and end is None:
                raise InputError(
                    f"工程「{where}」の遅れに start も end もありません。どちらかを指定してください。",
                    f"the delay of '{where}' has neither start nor end; give one of them.",
                )
            if start is not None and end is not None:
                _in_turn(where, start, end, is_open=False)
        case StopResource(resource=name, start=start, end=end):
            _named("resource", "設備", name, known.machines)
            _in_turn(name, start, end, is_open=True)
        case StopSite(site=name, start=start, end=end):
            _named("site", "設備のある拠点", name, known.machines.values())
            _in_turn(name, start, end, is_open=True)
        case ChangeCalendar(resource=name):
            _named("resource", "設備", name, known.machines)
        case ActualStart(resource=name):
            _on_resource(known, event.order, event.step, name)
        case ActualFinish(resource=name, start=start, end=end):
            _on_resource(known, event.order, event.step, name)
            _in_turn(f"{event.order}/{event.step}", start, end, is_open=False)


def _named(field: str, ja: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise InputError(
            f"{field}: {ja}「{name}」は問題にありません。IDを確かめてください。",
            f"{field}: the problem has no such {field}: '{name}'; check the id.",
        )


def _in_turn(name: str, start: int, end: int, *, is_open: bool) -> None:
    if end < start or (is_open and end == start):
        raise InputError(
            f"{name}: 終わり {end:,}分 が始まり {start:,}分 より後ではありません。順番を確かめてください。",
            f"{name}: the end {end:,} is not after the start {start:,}; check their order.",
        )


def _step(known: Known, order_id: str, step_id: str) -> Step:
    _named("order", "注文", order_id, known.orders)
    steps = known.orders[order_id].steps
    for step in steps:
        if step.id == step_id:
            return step
    names = ", ".join(s.id for s in steps[:_SHOWN])
    raise InputError(
        f"step: 注文「{order_id}」に工程「{step_id}」はありません。工程: {names}",
        f"step: order '{order_id}' has no step '{step_id}'; its steps: {names}",
    )


def _on_resource(known: Known, order_id: str, step_id: str, resource: str) -> None:
    able = [m.resource for m in _step(known, order_id, step_id).modes]
    if resource not in able:
        names = ", ".join(able[:_SHOWN])
        raise InputError(
            f"resource: 工程「{order_id}/{step_id}」は設備「{resource}」ではできません。できる設備: {names}",
            f"resource: step '{order_id}/{step_id}' cannot be done on '{resource}'; it can be on: {names}",
        )


def _rush(known: Known, order: Order) -> None:
    if order.id in known.orders:
        raise InputError(
            f"order.id: 注文「{order.id}」はもうあります。別のIDを付けてください。",
            f"order.id: the problem already has an order '{order.id}'; give it another id.",
        )
    names = {s.id for s in order.steps}
    if len(names) != len(order.steps) or not names:
        raise InputError(
            f"order.steps: 注文「{order.id}」には重複しないIDの工程が1つ以上必要です。",
            f"order.steps: order '{order.id}' needs at least one step, each with an id of its own.",
        )
    if order.ship_to is not None:
        _named("ship_to", "納入先", order.ship_to, known.sites)
    for step in order.steps:
        if step.is_frozen and step.fixed is None:
            raise InputError(
                f"order.steps: 工程「{step.id}」の freeze には fixed が必要です。",
                f"order.steps: step '{step.id}' is frozen and needs 'fixed'.",
            )
        machines = [m.resource for m in step.modes] + ([step.fixed.resource] if step.fixed is not None else [])
        for machine in machines:
            _named("resource", "設備", machine, known.machines)
        for name in step.after:
            _named("after", "工程", name, names)
    done: set[str] = set()
    waiting = list(order.steps)
    while waiting:
        ready = [s for s in waiting if done.issuperset(s.after)]
        if not ready:
            circle = " → ".join(s.id for s in waiting)
            raise InputError(
                f"order.steps: 工程が循環しています（{circle}）。after を直してください。",
                f"order.steps: these steps wait for each other: {circle}; mend 'after'.",
            )
        done.update(s.id for s in ready)
        waiting = [s for s in waiting if s.id not in done]
