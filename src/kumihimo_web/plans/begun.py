"""The current plan as it is being carried out, ready for whatever changes it: what every new version is made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from kumihimo.model import Network
from kumihimo.planning.events import ActualFinish, ActualStart, Event
from kumihimo.planning.problem import Problem, Step
from kumihimo.planning.result import Plan, PlannedStep, Unplanned
from kumihimo_web.firms import queries as firms
from kumihimo_web.jobs.registry import Running
from kumihimo_web.plans import earlier, queries, reported
from kumihimo_web.plans.mapping import Solved, thawed, told
from kumihimo_web.plans.models import Freeze, PlanStep, Report, Version
from kumihimo_web.plans.queries import Carried
from kumihimo_web.plans.rolling import rolled

_TABLES = "firms", "sites", "calendars", "capacities"
"""What planning reads of a network; who can do what stands in the work orders."""


def network() -> Network:
    """Return what planning needs of the network."""
    return firms.whole_network(*_TABLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A plan that is being carried out.

    Attributes
    ----------
    base
        The version.
    known
        Its plan as it stands, from the midnight of today on.
    before
        The same with everything that was reported since: what a new plan goes on from.
    now
        The present as a minute of both.
    promised
        (order, step) -> start and end as the firm was last told, in minutes of both.
    held
        (order, step) that nobody spoke of, while a step behind it has begun: it stays where it was planned.
    heard_at
        When the latest word was said that is known; None = nobody has said anything.
    """

    base: Carried
    known: Solved
    before: Solved
    now: int
    promised: Mapping[tuple[str, str], tuple[int, int]]
    held: frozenset[tuple[str, str]] = frozenset()
    heard_at: datetime | None = None

    def told(self, after: Plan) -> Solved:
        """Return the plan that another one is compared with, so that everybody hears of what is not as it was told.

        What the other plan moves stands here where the firm was last told, also where small moves have put it elsewhere
        since; what it leaves alone, and what has begun, stands where it does.
        """
        spots = {(row.order, row.step): _spot(row) for row in after.steps}
        facts = {(o.id, s.id) for o in self.known.problem.orders for s in o.steps if s.freeze in ("running", "done")}

        def as_told(row: PlannedStep) -> PlannedStep:
            key = row.order, row.step
            if key in facts or spots.get(key) == _spot(row):
                return row
            start, end = self.promised[key]
            return replace(row, start=start, end=end)

        plan = self.known.plan
        return replace(self.known, plan=replace(plan, steps=tuple(as_told(row) for row in plan.steps)))

    def carry(self, rows: Iterable[PlanStep]) -> None:
        """Keep in the rows of a new version what firms were told of steps that it leaves alone, or that have begun."""
        spots = {(row.order, row.step): _spot(row) for row in self.known.plan.steps}
        for row in rows:
            key = row.order.ref, row.step
            spot = spots.get(key)
            if spot is not None and (row.freeze >= Freeze.RUNNING or spot == (row.resource, row.start, row.end)):
                row.told_start, row.told_end = self.promised[key]
                if key in self.held:
                    # It may move again once the report behind it is taken back.
                    row.freeze = self.base.levels[key]


def _spot(row: PlannedStep) -> tuple[str, int, int]:
    return row.resource, row.start, row.end


def begun(running: Running, *, from_today: bool = True) -> Begun:
    """Return the base of a task as it is being carried out.

    Parameters
    ----------
    from_today
        Whether minute 0 is the midnight of today; otherwise it stays that of the base.
    """
    payload = running.payload
    running.tell(0.02, "今の計画を読み込んでいます", "Reading the plan")
    base = queries.carried(payload["base"])
    version, now = base.version, int(payload["now"])
    reports = Reported.of(base)
    problem, plan = told(base.solved.problem, reports.planned(base.solved.plan), reports.levels(base.levels), now=now)
    today = timezone.localdate(version.moment(now))
    if from_today and today > problem.start.date():
        problem, plan = rolled(problem, plan, today, network())
    by = (version.start - problem.start) // timedelta(minutes=1)
    known = replace(base.solved, problem=problem, plan=plan)
    running.tell(0.1, "計画しています", "Planning")
    before = reports.followed(known, now=now + by, by=by)
    promised = {key: (start + by, end + by) for key, (start, end) in base.promised.items()}
    return Begun(
        base=base,
        known=known,
        before=before,
        now=now + by,
        promised=promised,
        held=reports.held,
        heard_at=reports.heard_at,
    )


_FIGURES = {"OBJECTIVE", "LATE", "CAUSES", "STATUS", "LOWER_BOUND", "REASON"}
"""Rules about what a plan says of itself, not about where its steps stand."""


def stands(problem: Problem, plan: Plan) -> bool:
    """Return whether every step of a plan may stand where it does; its figures may be those of another plan."""
    from kumihimo.planning.verify import verify_plan

    return all(one.code in _FIGURES for one in verify_plan(problem, plan))


def lived(solved: Solved, events: Iterable[Event], now: int, running: Running | None = None) -> Solved:
    """Return the plan after events, mended only where they touch it."""
    from kumihimo.planning.living import LivingPlan

    living = LivingPlan(solved.problem, solved.plan, seed=1)
    listed = list(events)
    for number, event in enumerate(listed):
        if running is not None:
            running.tell(0.3 + 0.5 * number / len(listed), "影響のある所を直しています", "Mending what is touched")
        living.apply(event, now=now)
    if running is not None:
        running.tell(0.8, "遅れの理由を調べています", "Finding out why orders are late")
    return replace(solved, problem=living.problem, plan=living.plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What was said of steps since a version was made, in its minutes.

    Attributes
    ----------
    fresh
        (order, step) -> what was reported that the plan does not hold yet.
    withdrawn
        (order, step) -> (start, end) planned before a report that the plan holds and that was taken back.
    held
        (order, step) that nobody spoke of, while a step behind it has begun. What was said contradicts what is planned:
        the step stays where it stands, for the engine compares facts with nothing, and the order keeps its place.
    heard_at
        When the latest of all this was said; None when nothing was.
    """

    version: Version
    fresh: dict[tuple[str, str], Report]
    withdrawn: dict[tuple[str, str], tuple[int, int]]
    held: frozenset[tuple[str, str]]
    heard_at: datetime | None

    @classmethod
    def of(cls, base: Carried) -> Reported:
        """Compare what was reported with what the plan of a version holds."""
        steps = {(order.id, step.id): step for order in base.solved.problem.orders for step in order.steps}
        fresh, withdrawn = {}, {}
        heard_at = None
        for report in reported.reports(base.version):
            heard_at = report.told_at if heard_at is None else max(heard_at, report.told_at)
            key = (report.ref, report.step)
            step = steps.get(key)
            if step is None:
                continue
            if report.level is None:
                if step.freeze in ("running", "done"):
                    minute = base.version.minute
                    withdrawn[key] = minute(report.planned_start), minute(report.planned_end)
            elif not _holds(step, report, base.version):
                fresh[key] = report
        held = _held(base.solved.problem, base.levels)
        return cls(version=base.version, fresh=fresh, withdrawn=withdrawn, held=held, heard_at=heard_at)

    def planned(self, plan: Plan) -> Plan:
        """Return the plan with those steps back in their place of which a report was taken back."""
        if not self.withdrawn:
            return plan
        steps = []
        for row in plan.steps:
            start, end = self.withdrawn.get((row.order, row.step), (row.start, row.end))
            steps.append(replace(row, start=start, end=end))
        return replace(plan, steps=tuple(steps))

    def levels(self, rows: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], int]:
        """Return the freeze levels without those of reports that the plan does not hold yet."""
        found = dict(rows)
        for key, report in self.fresh.items():
            if found.get(key, Freeze.PROPOSED) >= Freeze.RUNNING:
                found[key] = report.level_before
        for key in self.held:
            found[key] = Freeze.COMMITTED
        return found

    def followed(self, known: Solved, *, now: int, by: int) -> Solved:
        """Return a plan that follows the reports.

        Parameters
        ----------
        known
            The plan as the firms know it, `by` minutes away from the version's.
        now
            The present as a minute of it.
        """
        if self.withdrawn:
            known = _with_room(known, set(self.withdrawn), now)
        if not self.fresh:
            return known
        # What was done first is told first: no order loses its place on the way.
        place = _depths(known.problem, {order for order, _step in self.fresh})
        told_in_turn = [self.fresh[key] for key in sorted(self.fresh, key=lambda key: (key[0], place[key], key[1]))]
        after = lived(known, [self._event(report, by) for report in told_in_turn], now)
        return _without_loss(known, after, now)

    def _event(self, report: Report, by: int) -> Event:
        start = self.version.minute(report.started_at) + by
        named = {"order": report.ref, "step": report.step, "resource": report.resource}
        if report.finished_at is None:
            return ActualStart(start=start, **named)
        return ActualFinish(start=start, end=self.version.minute(report.finished_at) + by, **named)


def _holds(step: Step, report: Report, version: Version) -> bool:
    """Return whether a step of a plan stands as it was reported."""
    fixed = step.fixed
    if fixed is None or (fixed.resource, fixed.start) != (report.resource, version.minute(report.started_at)):
        return False
    if report.finished_at is None:
        return step.freeze == "running"
    return step.freeze == "done" and fixed.end == version.minute(report.finished_at)


def _held(problem: Problem, levels: Mapping[tuple[str, str], int]) -> frozenset[tuple[str, str]]:
    """Return the steps of which nobody has spoken, before one that has begun."""
    found: set[tuple[str, str]] = set()
    for order in problem.orders:
        begun = {step.id for step in order.steps if levels.get((order.id, step.id), 0) >= Freeze.RUNNING}
        if begun:
            routing = {step.id: step.after for step in order.steps}
            found |= {(order.id, name) for name in earlier.before(routing, begun) - begun if (order.id, name) in levels}
    return frozenset(found)


def _depths(problem: Problem, orders: set[str]) -> dict[tuple[str, str], int]:
    """Return how many steps are before each one of some orders."""
    found: dict[tuple[str, str], int] = {}
    for order in problem.orders:
        if order.id in orders:
            routing = {step.id: step.after for step in order.steps}
            found |= {(order.id, name): len(earlier.before(routing, [name])) for name in routing}
    return found


def _with_room(known: Solved, steps: set[tuple[str, str]], now: int) -> Solved:
    """Return a valid plan where steps that were put back may stand in the way of others: then their orders give way."""
    orders = {order for order, _step in steps}
    if stands(known.problem, known.plan) and not any(one.order in orders for one in known.plan.unplanned):
        return known
    return _given_way(known, steps, now)


def _without_loss(known: Solved, after: Solved, now: int) -> Solved:
    """Return a plan in which no order has lost its place to what was reported: what was only fixed gives way to it."""
    lost = {one.order for one in after.plan.unplanned} - {one.order for one in known.plan.unplanned}
    fixed = {
        (order.id, step.id)
        for order in after.problem.orders
        if order.id in lost
        for step in order.steps
        if step.freeze == "committed"
    }
    return _given_way(after, fixed, now) if fixed else after


def _given_way(known: Solved, steps: set[tuple[str, str]], now: int) -> Solved:
    """Return a plan with the orders of some steps put in anew, around what has begun."""
    from kumihimo.planning.engine import plan

    orders = {order for order, _step in steps}
    problem: Problem = thawed(known.problem, steps)
    facts = {(o.id, s.id) for o in problem.orders for s in o.steps if s.is_frozen}
    left = replace(
        known.plan,
        steps=tuple(r for r in known.plan.steps if r.order not in orders or (r.order, r.step) in facts),
        late=tuple(one for one in known.plan.late if one.order not in orders),
        unplanned=(
            *(one for one in known.plan.unplanned if one.order not in orders),
            *(Unplanned(order=name, why=()) for name in sorted(orders)),
        ),
    )
    return replace(known, problem=problem, plan=plan(problem, iterations=0, begin=left, now=now))
