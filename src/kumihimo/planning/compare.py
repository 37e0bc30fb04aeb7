"""What changed from one plan to the next: steps moved, sites to call, promises, money.

Two ways in. `compare_plans` reads two whole plans in one pass. `diff_of` is given the orders that changed and touches
nothing else, so that an event in a plan of 100,000 steps costs what its few orders cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_FLOOR, Decimal

from kumihimo.planning.problem import Order, Problem
from kumihimo.planning.result import Plan, PlannedStep

_NOTHING = Decimal(0)
_HALF = Decimal("0.5")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What orders cost, in the parts of the objective, whole yen.

    Attributes
    ----------
    modes, transport, lateness, moves
        Yen of the chosen modes, of the trucks, of weighted lateness and of moved steps.
    kg_co2
        Kilograms of modes and trucks, exact.
    jpy_per_kg_co2
        Price of a kilogram in the problem.
    """

    modes: int = 0
    transport: int = 0
    lateness: int = 0
    moves: int = 0
    kg_co2: Decimal = _NOTHING
    jpy_per_kg_co2: Decimal = _NOTHING

    @property
    def co2(self) -> int:
        """Yen of the emissions, summed first and then rounded half up."""
        return int((self.kg_co2 * self.jpy_per_kg_co2 + _HALF).to_integral_value(ROUND_FLOOR))

    @property
    def total(self) -> int:
        """Yen of all parts."""
        return self.modes + self.transport + self.lateness + self.moves + self.co2

    def less(self, other: Cost) -> Cost:
        """Return what is left without the part of some orders."""
        return replace(
            self,
            modes=self.modes - other.modes,
            transport=self.transport - other.transport,
            lateness=self.lateness - other.lateness,
            moves=self.moves - other.moves,
            kg_co2=self.kg_co2 - other.kg_co2,
        )


def sum_costs(costs: Iterable[Cost]) -> Cost:
    """Return the cost of several orders together; emissions are rounded after they are summed."""
    modes = transport = lateness = moves = 0
    kg = price = _NOTHING
    for cost in costs:
        modes += cost.modes
        transport += cost.transport
        lateness += cost.lateness
        moves += cost.moves
        kg += cost.kg_co2
        price = cost.jpy_per_kg_co2 or price
    return Cost(modes=modes, transport=transport, lateness=lateness, moves=moves, kg_co2=kg, jpy_per_kg_co2=price)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """How one order stands in a plan.

    Attributes
    ----------
    steps
        Step id -> planned step.
    completion
        Minute of the last arrival; None when the order is not planned completely.
    cost
        Its own part of the objective.
    """

    steps: Mapping[str, PlannedStep]
    completion: int | None
    cost: Cost


class Pricing:
    """Prices orders of one problem; made once, asked often.

    Attributes
    ----------
    sites
        Resource id -> site id.
    """

    __slots__ = ("_legs", "_price", "_weights", "problem", "sites")

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.sites: dict[str, str] = {r.id: r.site for r in problem.resources}
        self._legs: dict[tuple[str, str], tuple[int, int, Decimal]] = {}
        self._weights: dict[float, Decimal] = {}
        self._price = Decimal(repr(problem.objective.jpy_per_kg_co2))

    def state(self, order: Order, rows: Iterable[PlannedStep]) -> OrderState:
        """Return how an order stands.

        Parameters
        ----------
        rows
            The planned steps of this order, in any order; all of them, or only the frozen ones of an unplanned order.

        Raises
        ------
        KeyError
            A resource that the problem does not have.
        """
        held = {row.step: row for row in rows}
        goal = self.problem.objective
        sites = self.sites
        modes = transport = moves = 0
        kg = _NOTHING
        inner: set[str] = set()
        for step in order.steps:
            inner.update(step.after)
        is_complete = True
        completion: int | None = None
        for step in order.steps:
            row = held.get(step.id)
            if row is None:
                is_complete = False
                continue
            mode = step.modes[row.mode]
            modes += mode.jpy
            if mode.kg_co2:
                kg += self._exact(mode.kg_co2)
            here = sites[row.resource]
            for name in step.after:
                before = held.get(name)
                if before is not None:
                    origin = sites[before.resource]
                    if origin != here:
                        leg = self._leg(origin, here)
                        transport += leg[1]
                        kg += leg[2]
            if step.id not in inner:
                arrival = row.end
                if order.ship_to is not None and order.ship_to != here:
                    leg = self._leg(here, order.ship_to)
                    arrival += leg[0]
                    transport += leg[1]
                    kg += leg[2]
                completion = arrival if completion is None else max(completion, arrival)
            fixed = step.fixed
            if fixed is not None and not step.is_frozen and (row.resource, row.start) != (fixed.resource, fixed.start):
                moves += goal.jpy_per_moved_step
        if not is_complete:
            completion = None
        lateness = 0
        if completion is not None and order.due is not None and completion > order.due:
            lateness = order.weight * (completion - order.due) * goal.jpy_per_weighted_late_min
        cost = Cost(
            modes=modes,
            transport=transport,
            lateness=lateness,
            moves=moves,
            kg_co2=kg,
            jpy_per_kg_co2=self._price,
        )
        return OrderState(steps=held, completion=completion, cost=cost)

    def _leg(self, origin: str, destination: str) -> tuple[int, int, Decimal]:
        key = (origin, destination)
        known = self._legs.get(key)
        if known is None:
            leg = self.problem.transport.leg(origin, destination)
            known = (0, 0, _NOTHING) if leg is None else (leg.minutes, leg.jpy, self._exact(leg.kg_co2))
            self._legs[key] = known
        return known

    def _exact(self, kg: float) -> Decimal:
        exact = self._weights.get(kg)
        if exact is None:
            exact = self._weights[kg] = Decimal(repr(kg))
        return exact


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderChange:
    """One order before and after; None on a side = the order did not exist there.

    Attributes
    ----------
    order_before, order_after
        The order as the problem of that side tells it.
    before, after
        How it stood and stands; from `Pricing.state`.
    """

    order_before: Order | None = None
    order_after: Order | None = None
    before: OrderState | None = None
    after: OrderState | None = None

    @property
    def order(self) -> str:
        """Id of the order."""
        known = self.order_after if self.order_after is not None else self.order_before
        assert known is not None, "an order that stands on neither side did not change"
        return known.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where and when a step stands."""

    resource: str
    site: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMove:
    """A step that stands elsewhere, is new (`before` None) or gone (`after` None).

    Attributes
    ----------
    is_told
        Whether the firm had been told its place: the step carried `fixed` in the problem before.
    is_reported
        Whether the step has begun or is done where it stands now: the site knows, it is no reason to call.
    """

    order: str
    step: str
    before: Place | None
    after: Place | None
    is_told: bool = False
    is_reported: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCall:
    """A firm to be called, with the steps to tell it about.

    Attributes
    ----------
    is_again
        Whether it had been told another time before for at least one of them.
    """

    site: str
    moves: tuple[StepMove, ...]
    is_again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseChange:
    """An order whose completion or due date is another one.

    Attributes
    ----------
    due_before, due_after
        None = no due date.
    completion_before, completion_after
        None = not planned, or the order did not exist.
    """

    order: str
    due_before: int | None
    due_after: int | None
    completion_before: int | None
    completion_after: int | None

    @property
    def late_before(self) -> int:
        """Minutes late before; 0 when on time or not planned."""
        return _late(self.completion_before, self.due_before)

    @property
    def late_after(self) -> int:
        """Minutes late after; 0 when on time or not planned."""
        return _late(self.completion_after, self.due_after)


def _late(completion: int | None, due: int | None) -> int:
    return max(0, completion - due) if completion is not None and due is not None else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanDiff:
    """Everything that somebody must be told when one plan takes the place of another.

    Attributes
    ----------
    moves
        Steps that stand elsewhere, in the order of the orders and their steps.
    calls
        Sites to call, the earliest affected time first.
    promises
        Orders whose completion or due date changed.
    newly_late, no_longer_late
        Orders, of those that are planned on the side where they are late.
    newly_unplanned, newly_planned
        Orders that lost or found their place; a new order that found none is newly unplanned.
    added, removed
        Orders that exist on one side only.
    objective_before, objective_after
        Of the whole plans: yen, or minutes where the makespan is the objective.
    cost_before, cost_after
        The parts of the objective, in yen, of the orders that changed; all others cost the same on both sides.
    """

    moves: tuple[StepMove, ...] = ()
    calls: tuple[SiteCall, ...] = ()
    promises: tuple[PromiseChange, ...] = ()
    newly_late: tuple[str, ...] = ()
    no_longer_late: tuple[str, ...] = ()
    newly_unplanned: tuple[str, ...] = ()
    newly_planned: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    objective_before: int = 0
    objective_after: int = 0
    cost_before: Cost = field(default_factory=Cost)
    cost_after: Cost = field(default_factory=Cost)

    @property
    def is_empty(self) -> bool:
        """Whether nobody need be told anything."""
        return not (self.moves or self.promises or self.added or self.removed)


def diff_of(
    changes: Sequence[OrderChange],
    *,
    sites_before: Mapping[str, str],
    sites_after: Mapping[str, str] | None = None,
    objective_before: int,
    objective_after: int | None = None,
) -> PlanDiff:
    """Return the difference that some changed orders make; orders that are not given count as unchanged.

    Parameters
    ----------
    changes
        Each order at most once.
    sites_before, sites_after
        Resource id -> site id (`Pricing.sites`); the same on both sides when not given.
    objective_before
        Of the whole plan before.
    objective_after
        Of the whole plan after. When not given, it is what the costs of the changed orders make of the one before:
        right to the yen but for the rounding of emissions, and meaningless for a makespan.
    """
    cost_before = sum_costs(c.before.cost for c in changes if c.before is not None)
    cost_after = sum_costs(c.after.cost for c in changes if c.after is not None)
    if objective_after is None:
        objective_after = objective_before + cost_after.total - cost_before.total
    places_after = sites_before if sites_after is None else sites_after
    moves: list[StepMove] = []
    promises: list[PromiseChange] = []
    newly_late, no_longer_late, newly_unplanned, newly_planned = [], [], [], []
    for change in changes:
        moves += _moves(change, sites_before, places_after)
        promise = PromiseChange(
            order=change.order,
            due_before=change.order_before.due if change.order_before is not None else None,
            due_after=change.order_after.due if change.order_after is not None else None,
            completion_before=change.before.completion if change.before is not None else None,
            completion_after=change.after.completion if change.after is not None else None,
        )
        was, now = (promise.completion_before, promise.due_before), (promise.completion_after, promise.due_after)
        if was != now:
            promises.append(promise)
        if promise.late_after and not promise.late_before:
            newly_late.append(change.order)
        if promise.late_before and not promise.late_after:
            no_longer_late.append(change.order)
        if change.after is not None and now[0] is None and (change.before is None or was[0] is not None):
            newly_unplanned.append(change.order)
        if change.before is not None and was[0] is None and now[0] is not None:
            newly_planned.append(change.order)
    return PlanDiff(
        moves=tuple(moves),
        calls=_calls(moves),
        promises=tuple(promises),
        newly_late=tuple(newly_late),
        no_longer_late=tuple(no_longer_late),
        newly_unplanned=tuple(newly_unplanned),
        newly_planned=tuple(newly_planned),
        added=tuple(c.order for c in changes if c.order_before is None),
        removed=tuple(c.order for c in changes if c.order_after is None),
        objective_before=objective_before,
        objective_after=objective_after,
        cost_before=cost_before,
        cost_after=cost_after,
    )


def _moves(change: OrderChange, sites_before: Mapping[str, str], sites_after: Mapping[str, str]) -> list[StepMove]:
    old = change.before.steps if change.before is not None else {}
    new = change.after.steps if change.after is not None else {}
    told = {s.id for s in change.order_before.steps if s.fixed is not None} if change.order_before is not None else ()
    facts = change.order_after.steps if change.order_after is not None else ()
    reported = {s.id for s in facts if s.freeze in ("done", "running")}
    found = []
    for name in (*new, *(name for name in old if name not in new)):
        was, now = old.get(name), new.get(name)
        if was is not None and now is not None and _stands(was) == _stands(now):
            continue
        found.append(
            StepMove(
                order=change.order,
                step=name,
                before=_place(was, sites_before),
                after=_place(now, sites_after),
                is_told=name in told,
                is_reported=name in reported,
            )
        )
    return found


def _stands(row: PlannedStep) -> tuple[str, int, int]:
    return row.resource, row.start, row.end


def _place(row: PlannedStep | None, sites: Mapping[str, str]) -> Place | None:
    if row is None:
        return None
    return Place(resource=row.resource, site=sites[row.resource], start=row.start, end=row.end)


def _calls(moves: Sequence[StepMove]) -> tuple[SiteCall, ...]:
    by_site: dict[str, list[StepMove]] = {}
    first: dict[str, int] = {}
    for move in moves:
        places = [place for place in (move.before, move.after) if place is not None]
        for site in dict.fromkeys(place.site for place in places):
            if move.is_reported and move.after is not None and move.after.site == site:
                continue
            by_site.setdefault(site, []).append(move)
            earliest = min(place.start for place in places if place.site == site)
            first[site] = min(first.get(site, earliest), earliest)
    return tuple(
        SiteCall(
            site=site,
            moves=tuple(by_site[site]),
            # Only the site that had been told is called again; one that takes a step over hears of it first now.
            is_again=any(m.is_told and m.before is not None and m.before.site == site for m in by_site[site]),
        )
        for site in sorted(by_site, key=lambda name: (first[name], name))
    )


def compare_plans(problem_before: Problem, plan_before: Plan, problem_after: Problem, plan_after: Plan) -> PlanDiff:
    """Return everything that changed between two plans, of the same problem or of two.

    Orders that stand the same on both sides are compared and not priced, so that 100,000 steps of which few moved take
    a fraction of a second.

    Raises
    ------
    KeyError, IndexError
        A plan does not belong to its problem (an unknown resource or mode).
    """
    before_price = Pricing(problem_before)
    is_same = problem_after is problem_before
    after_price = before_price if is_same else Pricing(problem_after)
    before_rows, after_rows = rows_by_order(plan_before), rows_by_order(plan_after)
    before_orders = {o.id: o for o in problem_before.orders}
    after_orders = before_orders if is_same else {o.id: o for o in problem_after.orders}
    changes: list[OrderChange] = []
    for name in (*before_orders, *(name for name in after_orders if name not in before_orders)):
        old, new = before_orders.get(name), after_orders.get(name)
        old_rows, new_rows = before_rows.get(name, ()), after_rows.get(name, ())
        if old_rows == new_rows and (old is new or old == new):
            continue
        changes.append(
            OrderChange(
                order_before=old,
                order_after=new,
                before=before_price.state(old, old_rows) if old is not None else None,
                after=after_price.state(new, new_rows) if new is not None else None,
            )
        )
    return diff_of(
        changes,
        sites_before=before_price.sites,
        sites_after=after_price.sites,
        objective_before=plan_before.objective,
        objective_after=plan_after.objective,
    )


def compare_orders(
    before: Pricing,
    rows_before: Mapping[str, Sequence[PlannedStep]],
    after: Pricing,
    rows_after: Mapping[str, Sequence[PlannedStep]],
    orders: Iterable[tuple[Order | None, Order | None]],
    *,
    objective_before: int,
    objective_after: int | None = None,
) -> PlanDiff:
    """Return the difference that the given orders make, without a look at any other.

    Parameters
    ----------
    before, after
        Pricing of the problem on each side; the same object when the problem did not change.
    rows_before, rows_after
        Order id -> its planned steps; only the given orders are looked up.
    orders
        Each order as (before, after); None = it does not exist on that side.
    objective_before, objective_after
        As in `diff_of`.
    """
    changes = [
        OrderChange(
            order_before=old,
            order_after=new,
            before=before.state(old, rows_before.get(old.id, ())) if old is not None else None,
            after=after.state(new, rows_after.get(new.id, ())) if new is not None else None,
        )
        for old, new in orders
    ]
    return diff_of(
        changes,
        sites_before=before.sites,
        sites_after=after.sites,
        objective_before=objective_before,
        objective_after=objective_after,
    )


def cost_of(problem: Problem, plan: Plan) -> Cost:
    """Return what a whole plan costs, in parts; the total is its objective unless the makespan is."""
    pricing = Pricing(problem)
    rows = rows_by_order(plan)
    return sum_costs(pricing.state(order, rows.get(order.id, ())).cost for order in problem.orders)


def rows_by_order(plan: Plan) -> dict[str, list[PlannedStep]]:
    """Return order id -> its planned steps, in the order of the plan."""
    rows: dict[str, list[PlannedStep]] = {}
    for row in plan.steps:
        rows.setdefault(row.order, []).append(row)
    return rows
