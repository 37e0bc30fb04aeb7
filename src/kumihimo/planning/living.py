"""A plan that is being carried out: events change it, and only what they touch moves."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kumihimo.errors import InputError
from kumihimo.planning.arrays import NEVER, Ints
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.calendar import open_intervals, week_phase
from kumihimo.planning.compare import PlanDiff, Pricing, compare_orders, cost_of, sum_costs
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.events import (
    ActualFinish,
    ActualStart,
    CancelOrder,
    ChangeCalendar,
    DelayStep,
    Event,
    Known,
    RushOrder,
    StopResource,
    StopSite,
    check_event,
)
from kumihimo.planning.frozen import is_movable
from kumihimo.planning.kernel.clock import place
from kumihimo.planning.kernel.slots import OPEN_FIRST, OPEN_LAST, SLOT_COUNT, SLOT_FIRST, STEP, earliest
from kumihimo.planning.live_state import GAIN_JPY, LiveState
from kumihimo.planning.outcome import build_plan
from kumihimo.planning.placement import placement_of
from kumihimo.planning.problem import Fixed, Freeze, Interval, Order, PlanCalendar, Problem
from kumihimo.planning.result import Plan, PlannedStep, SolverRun

ROUNDS = 180
"""Rounds of ruin and recreate after an event, when the orders it touched cost more than they would alone."""
PATIENCE_MIN = 24 * 60
"""A delayed step rather takes free time, and leaves others where they are, when that ends it at most so much later."""


class LivingPlan:
    """A problem and its plan, kept ready for events.

    Parameters
    ----------
    problem, plan
        A valid plan of the problem (`verify_plan` tells).
    seed
        Of every random choice; the same events give the same plans.

    Raises
    ------
    ValueError
        The plan is not one of this problem.
    """

    def __init__(self, problem: Problem, plan: Plan, *, seed: int = 0) -> None:
        compiled = compile_problem(problem)
        self._base = problem
        self._state = LiveState(compiled, placement_of(compiled, plan), seed)
        self._calendars: dict[str, PlanCalendar | None] = {}
        self._known = Known(
            orders=self._state.orders,
            machines={r.id: r.site for r in problem.resources},
            sites={s.id for s in problem.sites},
        )
        self._pricing = Pricing(problem)
        self._objective = plan.objective
        # Emissions are rounded once, over the whole plan: where they have a price, kilograms are carried along.
        self._cost = cost_of(problem, plan) if problem.objective.jpy_per_kg_co2 else None
        self._now = 0
        self._events = 0

    @property
    def problem(self) -> Problem:
        """The problem as the events have left it."""
        if not self._events:
            return self._base
        own = {name: c for name, c in self._calendars.items() if c is not None}
        return replace(
            self._base,
            orders=tuple(self._state.orders.values()),
            resources=tuple(
                replace(r, calendar=own[r.id].id if r.id in own else None) if r.id in self._calendars else r
                for r in self._base.resources
            ),
            calendars=(*self._base.calendars, *own.values()),
            sha256="",
        )

    @property
    def plan(self) -> Plan:
        """The plan as it stands, with reasons; made anew at each call."""
        compiled = compile_problem(self.problem)
        earliest_ends = alone(compiled.arrays, with_value=False).completion
        run = SolverRun(info={"engine": "living plan", "events": self._events})
        return build_plan(compiled, self._state.placement(compiled), earliest_ends, None, run)

    @property
    def objective(self) -> int:
        """The objective as it stands."""
        return self._objective

    def copy(self, *, seed: int = 0) -> LivingPlan:
        """Return a plan of its own to play through a what-if; nothing that happens to it comes back."""
        return LivingPlan(self.problem, self.plan, seed=seed)

    def apply(self, event: Event, *, rounds: int | None = None, now: int | None = None) -> PlanDiff:
        """Let an event happen and repair the plan around it.

        Parameters
        ----------
        rounds
            Effort spent on displacing others where that pays; 0 = only free time is used. By default others are
            displaced for a rush order, for new open time, and where an order would lose its place altogether.
        now
            Minute before which nothing that has not begun can be planned any more; by default the latest actual time
            heard of.

        Returns
        -------
        PlanDiff
            What moved, whom to call, which promises changed, objective before and after.

        Raises
        ------
        InputError
            The event names something that is not there, or cannot have happened; nothing has changed then.
        """
        check_event(self._known, event)
        orders: dict[str, Order | None] = {}
        calendars: dict[str, PlanCalendar | None] = {}
        match event:
            case RushOrder(order=order):
                orders[order.id] = order
            case CancelOrder(order_id=name):
                orders[name] = _what_is_left(self._state.orders[name])
            case StopResource(resource=name, start=start, end=end):
                calendars[name] = self._closed(name, start, end)
            case StopSite(site=site, start=start, end=end):
                names = [r.id for r in self._base.resources if r.site == site]
                calendars = {name: self._closed(name, start, end) for name in names}
            case ChangeCalendar(resource=name, calendar=calendar):
                calendars[name] = None if calendar is None else replace(calendar, id=self._calendar_id(name))
            case DelayStep(order=name, step=step, start=first, end=last):
                orders[name] = self._delayed(name, step, first, last)
            case ActualStart(order=name, step=step, resource=resource, start=start):
                orders[name] = self._begun(name, step, resource, start)
                now = max(now or 0, self._now, start)
            case ActualFinish(order=name, step=step, resource=resource, start=start, end=end):
                fixed = Fixed(resource=resource, start=start, end=end)
                orders[name] = self._with(name, step, "done", fixed)
                now = max(now or 0, self._now, end)
        if now is not None and now > self._now:
            self._now = now
        self._state.grown.arrays.goal[3] = self._now
        self._events += 1
        if rounds is None:
            rounds = ROUNDS if isinstance(event, RushOrder | ChangeCalendar) else 0
            return self._repair(orders, calendars, rounds, rescue=ROUNDS)
        return self._repair(orders, calendars, rounds, rescue=rounds)

    def _repair(
        self, orders: dict[str, Order | None], calendars: dict[str, PlanCalendar | None], rounds: int, rescue: int
    ) -> PlanDiff:
        """Replace orders and calendars, take out what no longer fits, put it back as well as it pays."""
        state = self._state
        board = state.grown.board
        before = (board.mode.copy(), board.start.copy(), board.end.copy())
        old = {name: (state.index[name], state.orders[name]) for name in orders if name in state.index}
        state.out.clear()
        touched: set[int] = set()
        for index, _ in old.values():
            touched |= state.take_out(index)
        for name, order in orders.items():
            if name in old:
                touched |= state.drop(name, keep_place=order is not None)
            if order is not None:
                touched |= state.add(order)
        for name, calendar in calendars.items():
            at = state.number[name]
            state.set_calendar(at, self._calendar_rows(calendar))
            self._calendars[name] = calendar
            touched.add(at)
        state.settle(touched)
        gone = {index for index, _ in old.values()}
        fresh = [state.index[name] for name in orders if orders[name] is not None]
        stood = {
            state.index[name]: {r.step: (r.resource, r.start, r.end) for r in state.rows(name, index, *before)}
            for name, (index, _) in old.items()
            if orders[name] is not None
        }
        kept = {index for index in fresh if index in stood and state.stays(index, stood[index])}
        waiting = [index for index in (*fresh, *state.out) if index not in gone]
        left = state.insert([index for index in waiting if index not in kept])
        gain = max(GAIN_JPY, self._base.objective.jpy_per_moved_step)
        state.improve(left, rescue, gain)
        state.improve(self._seeds(waiting, calendars), rounds, gain)
        return self._told(orders, old, before)

    def _seeds(self, waiting: list[int], calendars: dict[str, PlanCalendar | None]) -> list[int]:
        """Return orders around which to look for something better: those touched, and those on changed calendars."""
        state = self._state
        arrays, board = state.grown.arrays, state.grown.board
        seeds = list(waiting)
        for name in calendars:
            at = state.number[name]
            first, count = int(board.resource[at, SLOT_FIRST]), int(board.resource[at, SLOT_COUNT])
            steps = board.slot[first : first + count, STEP]
            seeds += arrays.step_order[steps[steps >= 0]].tolist()
        return list(dict.fromkeys(seeds))

    def _told(
        self,
        orders: dict[str, Order | None],
        old: dict[str, tuple[int, Order]],
        before: tuple[Ints, Ints, Ints],
    ) -> PlanDiff:
        """Compare the orders that changed with where they stood."""
        state = self._state
        board, arrays = state.grown.board, state.grown.arrays
        used = len(before[0])
        now_at = (board.mode[:used], board.start[:used], board.end[:used])
        mode, start, end = (a != b for a, b in zip(now_at, before, strict=True))
        moved = np.flatnonzero(mode | start | end)
        names = dict.fromkeys([*orders])
        for index in dict.fromkeys(arrays.step_order[moved].tolist()):
            if index in state.name:
                names.setdefault(state.name[index])
        rows_before: dict[str, list[PlannedStep]] = {}
        rows_after: dict[str, list[PlannedStep]] = {}
        pairs: list[tuple[Order | None, Order | None]] = []
        for name in names:
            now = state.index.get(name)
            was, order = old.get(name, (now, state.orders.get(name)))
            if name in orders and name not in old:
                was, order = None, None
            if was is not None:
                rows_before[name] = state.rows(name, was, *before)
            if now is not None:
                rows_after[name] = state.rows(name, now, board.mode, board.start, board.end)
            pairs.append((order, state.orders.get(name)))
        makespan = int(board.value.max(initial=0.0)) if arrays.goal[1] else None
        found = compare_orders(
            self._pricing,
            rows_before,
            self._pricing,
            rows_after,
            pairs,
            objective_before=self._objective,
            objective_after=makespan,
        )
        if self._cost is not None and makespan is None:
            self._cost = sum_costs([self._cost, found.cost_after]).less(found.cost_before)
            found = replace(found, objective_after=self._cost.total)
        self._objective = found.objective_after
        return found

    # From events to orders and calendars

    def _calendar_id(self, resource: str) -> str:
        taken = {c.id for c in self._base.calendars}
        name = f"{resource}#{self._events + 1}"
        while name in taken:
            name += "#"
        return name

    def _closed(self, resource: str, start: int, end: int) -> PlanCalendar:
        """Return the calendar of a resource with [start, end) closed."""
        low, high = min(0, start), max(self._base.horizon, end) + 1
        kept: list[Interval] = []
        for a, b in self._state.open_rows(self._state.number[resource]):
            for x, y in ((max(a, low), min(b, start)), (max(a, end), min(b, high))):
                if x < y:
                    kept.append((x, y))
        return PlanCalendar(id=self._calendar_id(resource), open=tuple(kept))

    def _calendar_rows(self, calendar: PlanCalendar | None) -> list[Interval]:
        if calendar is None:
            return [(-NEVER, NEVER)]
        board = self._state.grown.board
        low = min(0, int(board.start.min(initial=0)))
        high = max(self._base.horizon, int(board.end.max(initial=0))) + 1
        return open_intervals(calendar, week_phase(self._base.start), low, high)

    def _step_at(self, order: str, step: str) -> int:
        state = self._state
        return next(at for at in state.span(state.index[order]) if state.steps[at].id == step)

    def _with(self, order: str, step: str, freeze: Freeze, fixed: Fixed) -> Order:
        """Return an order with one step made a fact."""
        known = self._state.orders[order]
        steps = tuple(replace(s, freeze=freeze, fixed=fixed) if s.id == step else s for s in known.steps)
        return replace(known, steps=steps)

    def _begun(self, order: str, step: str, resource: str, start: int) -> Order:
        """Return the order with a step running since `start`; its end counts by the calendar."""
        at, number = self._step_at(order, step), self._state.number[resource]
        arrays, board = self._state.grown.arrays, self._state.grown.board
        chosen = int(board.mode[at])
        if chosen < 0 or arrays.mode_resource[chosen] != number:
            modes = range(int(arrays.mode_first[at]), int(arrays.mode_first[at + 1]))
            chosen = next((m for m in modes if arrays.mode_resource[m] == number), -1)
        work = int(arrays.mode_duration[chosen]) if chosen >= 0 else 0
        end = start
        if work:
            first, last = int(board.resource[number, OPEN_FIRST]), int(board.resource[number, OPEN_LAST])
            end = int(place(arrays.open_start, arrays.open_end, arrays.open_before, first, last, start, work)[1])
            # After the calendar's last day nothing is known but the work itself.
            end = start + work if end >= NEVER else end
        return self._with(order, step, "running", Fixed(resource=resource, start=start, end=end))

    def _delayed(self, order: str, step: str, start: int | None, end: int | None) -> Order:
        """Return the order with the step fixed where it will really be: later, on the resource it stands on."""
        at = self._step_at(order, step)
        arrays, board = self._state.grown.arrays, self._state.grown.board
        mode = int(board.mode[at])
        if mode < 0:
            raise InputError(
                f"工程「{order}/{step}」はまだ計画されていないため、遅れを登録できません。",
                f"step '{order}/{step}' is not planned, so it cannot be late.",
            )
        known = self._state.steps[at]
        first, last = int(board.start[at]), int(board.end[at])
        if start is not None and start > first:
            first, last = self._later(at, mode, start)
        if end is not None:
            last = max(last, end)
        resource = self._base.resources[int(arrays.mode_resource[mode])].id
        fixed = Fixed(resource=resource, start=first, end=last)
        return self._with(order, step, known.freeze if known.is_frozen else "committed", fixed)

    def _later(self, at: int, mode: int, ready: int) -> tuple[int, int]:
        """Return where a step on its resource goes that cannot start before a minute.

        It keeps its turn: beside what is frozen there, so that others make room, unless free time lets it end nearly as
        early.
        """
        arrays = self._state.grown.arrays
        if not arrays.mode_duration[mode]:
            return ready, ready
        free = self._first_place(at, mode, ready, beside_movable=True)
        making_room = self._first_place(at, mode, ready, beside_movable=False)
        if making_room is None:
            raise InputError(
                f"{ready:,}分より後に、その設備に空きがありません。設備を替えるか期間を延ばしてください。",
                f"the resource has no free time after minute {ready:,}; change it or lengthen the horizon.",
            )
        return free if free is not None and free[1] <= making_room[1] + PATIENCE_MIN else making_room

    def _first_place(self, at: int, mode: int, ready: int, *, beside_movable: bool) -> tuple[int, int] | None:
        """Return the first place of a step from a minute on, as if it stood nowhere; beside frozen ones in any case."""
        arrays, board = self._state.grown.arrays, self._state.grown.board
        number = int(arrays.mode_resource[mode])
        base = int(board.resource[number, SLOT_FIRST])
        slots = board.slot[base : base + int(board.resource[number, SLOT_COUNT])]
        stays = slots[:, STEP] != at
        if not beside_movable:
            stays &= [not is_movable(arrays, board, row) for row in slots.tolist()]
        resource, slots = board.resource.copy(), slots[stays]
        resource[number, SLOT_FIRST], resource[number, SLOT_COUNT] = 0, len(slots)
        start, end = earliest(
            resource,
            slots,
            arrays.open_start,
            arrays.open_end,
            arrays.open_before,
            board.table_minutes,
            board.table_local,
            self._state.scratch.active,
            number,
            ready,
            int(arrays.mode_duration[mode]),
            int(arrays.step_family[at]),
            int(arrays.step_load[at]),
            NEVER - 1,
        )
        return (int(start), int(end)) if start >= 0 else None


def _what_is_left(order: Order) -> Order | None:
    """Return what stays of a cancelled order: steps done or running, for which nobody waits any more."""
    facts = {s.id for s in order.steps if s.freeze in ("done", "running")}
    kept = tuple(
        replace(s, after=tuple(name for name in s.after if name in facts)) for s in order.steps if s.id in facts
    )
    return replace(order, steps=kept, due=None, ship_to=None) if kept else None
