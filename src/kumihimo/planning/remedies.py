"""What would make a late order less late, and what it would cost: each answer is a real insertion, then undone.

Prices of things the problem does not price (an opened hour, a second machine) follow from what its modes cost: the
yen per work minute of the resource, times the premium of `Premiums`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kumihimo.planning.arrays import ALWAYS, BATCH, NEVER, Arrays, Compiled
from kumihimo.planning.clock_words import moment_words, span_words
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.explain import Explainer
from kumihimo.planning.placement import Placement, placement_of
from kumihimo.planning.problem import Interval, Problem
from kumihimo.planning.result import Plan, PlannedStep
from kumihimo.planning.workbench import FASTEST, USUAL, Standing, Workbench, standing_of

_MOST_BLOCKERS = 4
_MOST_RIVALS = 6
_MOST_DAYS = 5
_MOST_ALIKE = 3
_EXTRA_DAYS = 2
_PLAIN = "MOVE", "REROUTE"
_URGENT = 1e9
"""Yen per minute late that make the earliest completion win."""
_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Premiums:
    """What time costs that the problem does not price, as multiples of the resource's yen per work minute.

    Attributes
    ----------
    overtime
        Per minute opened after a shift (Labour Standards Act, article 37: 25 % at least).
    shift
        Per minute of a shift on closed days or at night (article 37: 35 % for days of rest).
    machine
        Per minute of work on a second machine.
    overtime_min, shift_min
        Most minutes of overtime per day, and of an extra shift.
    """

    overtime: float = 1.25
    shift: float = 1.35
    machine: float = 1.0
    overtime_min: int = 120
    shift_min: int = 480


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """One thing to do about a late (or unplanned) order, found by inserting it anew.

    Attributes
    ----------
    kind
        MOVE (into time that is free), REROUTE (another firm or mode), OVERTIME, SHIFT, SECOND_MACHINE, SWAP (before
        order `behind`), DUE (a later due date).
    ja, en
        What to do.
    ask
        Whom to ask: the site of the resource, or the customer (empty) for DUE; for SWAP also order `behind`.
    price_jpy
        What it adds: opened or rented time, and the change of the order's own work, transport and CO2.
    late_min, saved_min
        Lateness with it, and how much less that is; of an unplanned order, less than at the end of the horizon.
    others_min, others_jpy
        Lateness of other orders that comes on top (negative: they gain), and the change of their objective.
    per_hour_jpy
        (price_jpy + others_jpy) per hour saved: what remedies are sorted by.
    opened
        Intervals opened on `resource`, in minutes from the start.
    due
        The later due date of DUE.
    steps
        New places of all steps that change; on a second machine they carry the id of the first.
    """

    kind: str
    ja: str
    en: str
    price_jpy: int
    late_min: int
    saved_min: int
    others_min: int
    others_jpy: int
    per_hour_jpy: float
    resource: str = ""
    behind: str = ""
    ask: str = ""
    opened: tuple[Interval, ...] = ()
    due: int | None = None
    steps: tuple[PlannedStep, ...] = ()


def remedies(
    problem: Problem, plan: Plan, order_id: str, *, premiums: Premiums | None = None, most: int = 8
) -> tuple[Remedy, ...]:
    """Return what would truly make an order less late, the least yen per hour saved first.

    Parameters
    ----------
    problem, plan
        The plan as it is; it is not changed.
    order_id
        A late or an unplanned order. For one that is on time the answer is empty.
    premiums
        What opened and rented time costs; None = the default.
    most
        Remedies returned.

    Raises
    ------
    ValueError
        The problem has no such order.
    """
    compiled = compile_problem(problem)
    return Remedies(compiled, placement_of(compiled, plan), premiums).of(order_id, most=most)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Idea:
    """What a remedy does, before it is priced."""

    kind: str
    ja: str
    en: str
    extra: float = 0.0
    resource: int = -1
    behind: int = -1
    opened: tuple[Interval, ...] = ()
    due: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A late or unplanned order: how it stands, its lateness, what blocks it and who stands in its way."""

    order: int
    now: Standing | None
    late: int
    blockers: tuple[int, ...]
    rivals: tuple[tuple[int, int], ...]


class Remedies:
    """Remedies for the orders of one plan, which is made ready once."""

    def __init__(self, compiled: Compiled, placement: Placement, premiums: Premiums | None = None) -> None:
        arrays = compiled.arrays
        self._compiled, self._arrays, self._placement = compiled, arrays, placement
        self._bench = Workbench(compiled, placement)
        self._explainer = Explainer(compiled, placement)
        self._premiums = premiums if premiums is not None else Premiums()
        count = len(arrays.resource_site)
        yen = np.bincount(arrays.mode_resource, arrays.mode_price, count)
        minutes = np.bincount(arrays.mode_resource, arrays.mode_duration, count)
        self._rate: list[float] = (yen / np.maximum(minutes, 1)).tolist()
        self._order_of = {order.id: at for at, order in enumerate(compiled.orders)}
        self._resource_of = {resource.id: at for at, resource in enumerate(compiled.problem.resources)}

    def of(self, order_id: str, *, most: int = 8) -> tuple[Remedy, ...]:
        """Return the remedies for an order; see `remedies`."""
        order = self._order_of.get(order_id, -1)
        if order < 0:
            raise ValueError(f"the problem has no such order: {order_id}")
        now = self._bench.standing(order)
        if not self._bench.is_movable(order) or (now is not None and not now.late_min):
            return ()
        case = self._case(order, now)
        found = list(self._plain(case))
        # Whatever moving into free time gives for nothing is not the merit of anything dearer.
        free = min((remedy.late_min for remedy in found if remedy.kind == "MOVE"), default=case.late)
        if now is None and not found:
            free = NEVER
        for part in (self._opened, self._second, self._swapped, self._later_due):
            found += [remedy for remedy in part(case) if remedy.late_min < free]
        return _undominated(found)[:most]

    def _case(self, order: int, now: Standing | None) -> _Case:
        if now is None:
            blockers = self._usable(order)
            late = max(0, self._compiled.problem.horizon - int(self._arrays.order_due[order]))
            lighter = self._lighter(order, blockers)
            return _Case(order=order, now=None, late=late, blockers=blockers, rivals=lighter)
        minutes: dict[int, int] = {}
        rivals: dict[int, int] = {}
        for cause in self._explainer.of(order, int(self._bench.earliest[order])).causes:
            resource = self._resource_of.get(cause.resource, -1)
            if resource < 0:
                continue
            minutes[resource] = minutes.get(resource, 0) + cause.minutes
            rival = self._order_of.get(cause.behind, -1)
            if rival >= 0 and self._bench.is_movable(rival):
                rivals.setdefault(rival, resource)
        # What the order needs even alone names no resource: its own machines come last.
        for mode in now.placed[0].tolist():
            minutes.setdefault(int(self._arrays.mode_resource[mode]), 0)
        blockers = tuple(sorted(minutes, key=lambda at: (-minutes[at], at))[:_MOST_BLOCKERS])
        found = tuple(rivals.items())[:_MOST_RIVALS]
        return _Case(order=order, now=now, late=now.late_min, blockers=blockers, rivals=found)

    def _usable(self, order: int) -> tuple[int, ...]:
        """Return resources on which an unplanned order could be made."""
        arrays = self._arrays
        first, last = arrays.step_first[order], arrays.step_first[order + 1]
        modes = slice(int(arrays.mode_first[first]), int(arrays.mode_first[last]))
        return tuple(dict.fromkeys(arrays.mode_resource[modes].tolist()))[: 2 * _MOST_BLOCKERS]

    def _lighter(self, order: int, resources: Sequence[int]) -> tuple[tuple[int, int], ...]:
        """Return orders of less weight that keep machines on which an unplanned one could be made."""
        arrays, held = self._arrays, self._explainer.occupancy
        found: dict[int, int] = {}
        for resource in resources:
            for holder in range(held.first[resource], held.first[resource + 1]):
                rival = int(arrays.step_order[held.step[holder]])
                is_lighter = arrays.order_weight[rival] < arrays.order_weight[order]
                if is_lighter and self._placement.planned[rival] and self._bench.is_movable(rival):
                    found.setdefault(rival, resource)
        return tuple(found.items())[:_MOST_RIVALS]

    # The parts of the answer

    def _plain(self, case: _Case) -> Iterator[Remedy]:
        """The same problem: free time on the same machines, or other machines."""
        for tried in self._tried(case, [case.order]):
            moved = self._changes(case.now, tried[0])
            if moved:
                ja = "、".join(f"工程{step}を{a}から{b}へ" for step, (a, b, _) in moved.items())
                en = ", ".join(f"step {step} from {a} to {b}" for step, (a, b, _) in moved.items())
                first = next(iter(moved.values()))[2]
                idea = _Idea(kind="REROUTE", ja=f"{ja}移す", en=f"move {en}", resource=first)
            else:
                idea = _Idea(kind="MOVE", ja="空いている時間に入れ直す", en="move it into time that is free")
            yield from self._remedy(idea, case, tried)

    def _opened(self, case: _Case) -> Iterator[Remedy]:
        """Open closed time of a resource that keeps the order waiting."""
        for resource in case.blockers:
            groups = list(self._queues(case, resource))
            # What the same insertion gives without opening anything is not the merit of the opened time.
            closed = [min((self._late(t, case) for t in self._tried(case, g)), default=NEVER) for g in groups]
            for kind, gaps in self._gaps(case, resource):
                idea = self._opening(kind, gaps, resource)
                with self._bench.opened(resource, gaps) as (changed, sooner):
                    others = sorted({int(self._arrays.step_order[step]) for step in sooner} - {case.order})
                    gains = [now for other in others if (now := self._bench.standing(other)) is not None]
                    for group, late in zip(groups, closed, strict=True):
                        for tried in self._tried(case, group, changed):
                            if self._late(tried, case) < late:
                                yield from self._remedy(self._with_queue(idea, case, group), case, tried, gains)

    def _with_queue(self, idea: _Idea, case: _Case, group: Sequence[int]) -> _Idea:
        """Name the orders that move up together with the late one."""
        names = [self._compiled.orders[order].id for order in group if order != case.order]
        if not names:
            return idea
        return replace(
            idea,
            ja=f"{idea.ja}。前にいる注文{'、'.join(names)}も早める",
            en=f"{idea.en}, and bring forward {', '.join(names)} ahead of it",
        )

    def _opening(self, kind: str, gaps: tuple[Interval, ...], resource: int) -> _Idea:
        minutes = sum(b - a for a, b in gaps)
        premium = self._premiums.overtime if kind == "OVERTIME" else self._premiums.shift
        name = self._compiled.problem.resources[resource].id
        (from_ja, from_en), (to_ja, to_en) = self._at(gaps[0][0]), self._at(gaps[0][1])
        long_ja, long_en = span_words(minutes)
        if kind == "OVERTIME":
            hours = [self._hours(gap) for gap in gaps]
            ja = f"設備{name}を時間外にも動かす（{'、'.join(ja for ja, _ in hours)}。計{long_ja}）"
            en = f"run {name} outside its hours ({', '.join(en for _, en in hours)}; {long_en} in all)"
        else:
            ja = f"設備{name}を{from_ja}から{to_ja}まで動かす（1交代追加、{long_ja}）"
            en = f"one more shift on {name} from {from_en} to {to_en}, {long_en}"
        extra = minutes * self._rate[resource] * premium
        return _Idea(kind=kind, ja=ja, en=en, extra=extra, resource=resource, opened=gaps)

    def _second(self, case: _Case) -> Iterator[Remedy]:
        """A second machine of the same kind beside the one that keeps the order waiting."""
        for resource in case.blockers:
            name = self._compiled.problem.resources[resource].id
            for tried in self._tried(case, [case.order], second=resource):
                modes = tried[0].placed[0]
                used = modes[self._arrays.mode_resource[modes] == resource]
                minutes = int(self._arrays.mode_duration[used].sum())
                long_ja, long_en = span_words(minutes)
                idea = _Idea(
                    kind="SECOND_MACHINE",
                    ja=f"設備{name}と同じものをもう1台使う（加工{long_ja}）",
                    en=f"a second machine like {name}, for {long_en} of work",
                    extra=minutes * self._rate[resource] * self._premiums.machine,
                    resource=resource,
                )
                if len(used):
                    yield from self._remedy(idea, case, tried)

    def _swapped(self, case: _Case) -> Iterator[Remedy]:
        """Let the order go before one that stands in its way."""
        for rival, resource in case.rivals:
            name, place = self._compiled.orders[rival].id, self._compiled.problem.resources[resource].id
            idea = _Idea(
                kind="SWAP",
                ja=f"設備{place}で注文{name}より先に入れる",
                en=f"let it go before order {name} on {place}",
                resource=resource,
                behind=rival,
            )
            for tried in self._tried(case, [case.order, rival]):
                yield from self._remedy(idea, case, tried)

    def _later_due(self, case: _Case) -> Iterator[Remedy]:
        """A due date that is later by some days."""
        arrays = self._arrays
        if arrays.order_due[case.order] >= NEVER:
            return
        # As many days as it takes; of an order that has no place yet nobody knows how many that would be.
        days = _EXTRA_DAYS if case.now is None else max(_EXTRA_DAYS, -(-case.late // _DAY))
        dues = arrays.order_due.copy()
        dues[case.order] += days * _DAY
        tried = self._bench.tried([case.order], [case.order], arrays=arrays._replace(order_due=dues))
        if tried is None:
            return
        due = int(dues[case.order])
        ja, en = self._at(due)
        idea = _Idea(
            kind="DUE",
            ja=f"納期を{days}日延ばしてもらう（{ja}まで）",
            en=f"a due date {days} days later, {en}",
            due=due,
        )
        yield from self._remedy(idea, case, tried)

    # What they are made of

    def _tried(
        self, case: _Case, group: list[int], arrays: Arrays | None = None, second: int = -1
    ) -> Iterator[tuple[Standing, ...]]:
        """Insert a group of orders anew: as cheaply as it goes, and as early as it goes whatever it costs."""
        arrays = arrays or self._arrays
        urgent = arrays.late_price.copy()
        urgent[case.order] = _URGENT
        cheap = self._bench.tried(group, group, USUAL, arrays=arrays, second=second)
        if cheap is not None:
            yield cheap
        fast = self._bench.tried(group, group, FASTEST, arrays=arrays._replace(late_price=urgent), second=second)
        if fast is not None and (cheap is None or self._late(fast, case) < self._late(cheap, case)):
            yield fast

    @staticmethod
    def _late(tried: Sequence[Standing], case: _Case) -> int:
        return next(standing.late_min for standing in tried if standing.order == case.order)

    def _queues(self, case: _Case, resource: int) -> Iterator[list[int]]:
        """The order alone; and behind those that it waits for on the resource, which move up too."""
        yield [case.order]
        ahead = [rival for rival, place in case.rivals if place == resource]
        if ahead:
            # Causes name the last wait first; the queue is inserted in the sequence in which it stands.
            yield [*ahead[::-1], case.order]

    def _gaps(self, case: _Case, resource: int) -> Iterator[tuple[str, tuple[Interval, ...]]]:
        """Closed time in the wait and the work of the order on a resource: overtime after shifts, and single shifts."""
        arrays, horizon = self._arrays, self._compiled.problem.horizon
        calendar = int(arrays.resource_calendar[resource])
        held = self._explainer.occupancy
        facts = any(held.is_fact[held.first[resource] : held.first[resource + 1]])
        if calendar == ALWAYS or (facts and arrays.resource_kind[resource] == BATCH):
            # A frozen run keeps its end, so those that share it cannot end sooner.
            return
        begin, end = self._window(case, resource)
        low, high = int(arrays.calendar_first[calendar]), int(arrays.calendar_first[calendar + 1])
        closes = arrays.open_end[low:high].tolist()
        opens = [*arrays.open_start[low + 1 : high].tolist(), horizon]
        closed = [(a, min(b, horizon)) for a, b in zip(closes, opens, strict=True) if a < end and b > begin]
        long = self._premiums.overtime_min
        overtime = tuple((a, min(b, a + long)) for a, b in closed if begin <= a < b)[-_MOST_DAYS:]
        if overtime:
            yield "OVERTIME", overtime
        if len(overtime) > 1:
            yield "OVERTIME", overtime[-1:]
        shifts = [(max(a, begin), b) for a, b in closed if b - max(a, begin) > long]
        for at in sorted({0, len(shifts) // 2, len(shifts) - 1} & set(range(len(shifts)))):
            a, b = shifts[at]
            yield "SHIFT", ((a, min(b, a + self._premiums.shift_min)),)

    def _window(self, case: _Case, resource: int) -> Interval:
        """Return from when to when the order waits for or is on a resource."""
        arrays = self._arrays
        if case.now is None:
            return int(arrays.order_release[case.order]), self._compiled.problem.horizon
        first = int(arrays.step_first[case.order])
        here = [k for k, mode in enumerate(case.now.placed[0].tolist()) if arrays.mode_resource[mode] == resource]
        ready = min((int(self._explainer.occupancy.ready[first + k]) for k in here), default=0)
        return max(0, ready), max((int(case.now.placed[2, k]) for k in here), default=0)

    def _changes(self, now: Standing | None, new: Standing) -> dict[str, tuple[str, str, int]]:
        """Return step id -> (resource before, resource after, its index) of the steps that change machine or mode."""
        arrays, resources = self._arrays, self._compiled.problem.resources
        first = int(arrays.step_first[new.order])
        found: dict[str, tuple[str, str, int]] = {}
        for k, mode in enumerate(new.placed[0].tolist()):
            old = mode if now is None else int(now.placed[0, k])
            if old != mode:
                before, after = int(arrays.mode_resource[old]), int(arrays.mode_resource[mode])
                a, b = resources[before].id, resources[after].id
                if a == b:
                    a, b = f"{a}({arrays.mode_file[old] + 1})", f"{b}({arrays.mode_file[mode] + 1})"
                found[self._compiled.steps[first + k].id] = (a, b, after)
        return found

    def _remedy(
        self, idea: _Idea, case: _Case, tried: Sequence[Standing], gains: Sequence[Standing] = ()
    ) -> Iterator[Remedy]:
        """Price an idea; nothing when it does not make the order less late."""
        own = next(standing for standing in tried if standing.order == case.order)
        if own.late_min >= case.late and case.now is not None:
            return
        others = {standing.order: standing for standing in (*gains, *tried) if standing.order != case.order}
        more_min, more_yen = 0, 0.0
        for rival, standing in others.items():
            before = standing_of(self._arrays, self._placement, rival)
            if before is not None:
                more_min += standing.late_min - before.late_min
                more_yen += standing.value - before.value
        price = idea.extra + own.price - (case.now.price if case.now is not None else 0.0)
        saved = case.late - own.late_min
        resources = self._compiled.problem.resources
        yield Remedy(
            kind=idea.kind,
            ja=idea.ja,
            en=idea.en,
            price_jpy=round(price),
            late_min=own.late_min,
            saved_min=saved,
            others_min=more_min,
            others_jpy=round(more_yen),
            per_hour_jpy=(price + more_yen) / max(saved, 1) * 60,
            resource=resources[idea.resource].id if idea.resource >= 0 else "",
            behind=self._compiled.orders[idea.behind].id if idea.behind >= 0 else "",
            ask=resources[idea.resource].site if idea.resource >= 0 else "",
            opened=idea.opened,
            due=idea.due,
            steps=tuple(self._rows([own, *others.values()])),
        )

    def _rows(self, standings: Sequence[Standing]) -> Iterator[PlannedStep]:
        """The steps that stand elsewhere than in the plan."""
        arrays, place, compiled = self._arrays, self._placement, self._compiled
        for standing in standings:
            first = int(arrays.step_first[standing.order])
            for step, (mode, start, end) in enumerate(standing.placed.T.tolist(), first):
                if (place.mode[step], place.start[step], place.end[step]) != (mode, start, end):
                    yield PlannedStep(
                        order=compiled.orders[standing.order].id,
                        step=compiled.steps[step].id,
                        mode=int(arrays.mode_file[mode]),
                        resource=compiled.problem.resources[int(arrays.mode_resource[mode])].id,
                        start=start,
                        end=end,
                    )

    def _hours(self, gap: Interval) -> tuple[str, str]:
        """Return an interval as day and hours, (ja, en)."""
        (from_ja, from_en), (to_ja, to_en) = self._at(gap[0]), self._at(gap[1])
        until_ja = to_ja.removeprefix(from_ja.rpartition(" ")[0]).strip()
        until_en = to_en.removeprefix(from_en.rpartition(" ")[0]).strip()
        return f"{from_ja}–{until_ja}", f"{from_en}–{until_en}"

    def _at(self, minute: int) -> tuple[str, str]:
        """Return a minute as date and time, (ja, en)."""
        ja, en = moment_words(self._compiled.problem.start, minute)
        return ja.partition("（")[0], en.partition(" (")[0]


def _undominated(found: Sequence[Remedy]) -> tuple[Remedy, ...]:
    """Keep per kind and place what nothing beats in both yen and lateness; least yen per hour saved first.

    Nor is anything kept that a mere move to free time or to another machine beats in both: what is opened or rented
    must gain something. Of equal ones, what nobody need be asked for comes first, and asking the customer last.
    """
    kept: list[Remedy] = []
    for remedy in sorted(found, key=lambda r: (r.price_jpy + r.others_jpy, r.late_min)):
        alike = (remedy.kind, remedy.resource, remedy.behind)
        rivals = (k for k in kept if k.kind in _PLAIN or (k.kind, k.resource, k.behind) == alike)
        if not any(rival.late_min <= remedy.late_min for rival in rivals):
            kept.append(remedy)
    asks = {"MOVE": 0, "DUE": 2}
    kept.sort(key=lambda r: (r.per_hour_jpy, asks.get(r.kind, 1), r.late_min, r.kind, r.resource, r.behind))
    shown: list[Remedy] = []
    for remedy in kept:
        if sum(other.kind == remedy.kind for other in shown) < _MOST_ALIKE:
            shown.append(remedy)
    return tuple(shown)
