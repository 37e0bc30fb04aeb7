"""What of every order can still matter: modes, starts and ways that a plan no worse than the incumbent may use.

Two things narrow an order down. *Time*: earliest ends forwards and latest ends backwards through its routing, with
calendars, transports and frozen steps. *Price*: when the incumbent plans every order at U in all, and every order o
costs at least L(o) by itself, a plan no worse than U spends at most V(o) = U - sum of the other L on order o. So every
mode whose cheapest way through the routing costs more than V(o) is dropped (reduced-cost fixing), and what V(o) leaves
for lateness is a latest completion. The closer the incumbent is to the bound, the less is left to decide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from kumihimo.planning.arrays import NEVER, Arrays
from kumihimo.planning.cpsat.facts import Facts
from kumihimo.planning.cpsat.pieces import OpenRows, Piece, cut, trim

_ROUNDS = 4
_TOLERANCE = 1.0
"""Yen; more than floating point and the rounding of emissions can ever shift."""


@dataclass(slots=True)
class ModeReach:
    """A mode that may still be used.

    Attributes
    ----------
    pieces
        Its possible starts.
    earliest, latest
        End minutes.
    spent
        Least price up to and including this mode.
    through
        Least price of the whole order when it uses this mode.
    arrivals
        Per predecessor, least price of its part up to here.
    """

    mode: int
    resource: int
    site: int
    duration: int
    price: float
    pieces: list[Piece]
    earliest: int = 0
    latest: int = NEVER
    spent: float = 0.0
    through: float = 0.0
    arrivals: list[float] = field(default_factory=list)


@dataclass(slots=True)
class StepReach:
    """A step with the modes left; a frozen step has its one."""

    step: int
    order: int
    is_fact: bool
    preds: list[StepReach]
    succs: list[StepReach]
    modes: list[ModeReach]
    share: float = 1.0
    """Of the step's price that the followed copy of it bears, see `Reach._prices`."""


@dataclass(slots=True)
class OrderReach:
    """An order, its steps in topological order; `most` is the largest useful value or infinite."""

    order: int
    steps: list[StepReach]
    most: float


class Reach:
    """Narrowed orders of a problem."""

    def __init__(self, arrays: Arrays, wanted: list[int], most: dict[int, float], ceiling: float) -> None:
        """`most` holds V(o); `ceiling` is the makespan of the incumbent, infinite when there is none."""
        self.arrays = arrays
        self.rows = OpenRows(arrays)
        self.legs: dict[tuple[int, int], tuple[int, float]] = {}
        self.ceiling = ceiling
        self._most = most
        used: set[int] = set()
        for order in wanted:
            low = int(arrays.mode_first[arrays.step_first[order]])
            high = int(arrays.mode_first[arrays.step_first[order + 1]])
            used.update(arrays.mode_resource[low:high].tolist())
        self.facts = Facts(arrays, used)
        self.orders: list[OrderReach] = []
        for order in wanted:
            row = self._order(order, most.get(order, math.inf))
            self._narrow(row)
            # What has no place beside frozen steps stays unplanned.
            if all(step.modes for step in row.steps):
                self.orders.append(row)

    def _order(self, order: int, most: float) -> OrderReach:
        a = self.arrays
        horizon = int(a.goal[0])
        steps: dict[int, StepReach] = {}
        for at in range(int(a.step_first[order]), int(a.step_first[order + 1])):
            fact = int(a.fact_mode[at])
            modes = []
            for mode in [fact] if fact >= 0 else range(int(a.mode_first[at]), int(a.mode_first[at + 1])):
                resource = int(a.mode_resource[mode])
                price = float(a.mode_price[mode])
                if fact < 0 and a.was_resource[at] >= 0 and a.was_resource[at] != resource:
                    price += float(a.goal[2])
                modes.append(
                    ModeReach(
                        mode=mode,
                        resource=resource,
                        site=int(a.resource_site[resource]),
                        duration=int(a.mode_duration[mode]),
                        price=price,
                        pieces=[],
                        latest=horizon,
                    )
                )
            first, last = int(a.pred_first[at]), int(a.pred_first[at + 1])
            preds = [steps[p] for p in a.pred[first:last].tolist()]
            steps[at] = StepReach(at, order, fact >= 0, preds, [], modes)
            for pred in preds:
                pred.succs.append(steps[at])
        return OrderReach(order, list(steps.values()), most)

    def _narrow(self, row: OrderReach) -> None:
        """Alternate time and price until nothing more falls away."""
        self._find_pieces(row)
        for _ in range(_ROUNDS):
            before = sum(len(step.modes) for step in row.steps)
            self._forwards(row)
            self._prices(row)
            self._backwards(row)
            if not all(step.modes for step in row.steps):
                return
            if sum(len(step.modes) for step in row.steps) == before:
                break
        self._forwards(row)
        self._prices(row)

    def leg(self, origin: int, site: int) -> tuple[int, float]:
        """Return minutes (-1: no way) and price between two sites."""
        found = self.legs.get((origin, site))
        if found is None:
            minutes = int(self.arrays.travel_minutes[origin, site])
            found = (minutes, float(self.arrays.travel_price[origin, site]) if minutes >= 0 else 0.0)
            self.legs[origin, site] = found
        return found

    def minutes(self, before: ModeReach, after: ModeReach, both_facts: bool) -> int:
        """Return the minutes between two modes, -1 when there is no way (0 between two facts)."""
        found = self.leg(before.site, after.site)[0]
        return 0 if found < 0 and both_facts else found

    def _find_pieces(self, row: OrderReach) -> None:
        """Give every mode its starts within a first window, calendars ignored."""
        a = self.arrays
        early: dict[int, int] = {}
        late: dict[int, int] = {}
        for step in row.steps:
            for mode in step.modes:
                ready = int(a.order_release[row.order]) if not step.preds else 0
                for pred in step.preds:
                    both = step.is_fact and pred.is_fact
                    ways = [early[m.mode] + way for m in pred.modes if (way := self.minutes(m, mode, both)) >= 0]
                    ready = max(ready, min(ways, default=NEVER))
                early[mode.mode] = int(a.fact_end[step.step]) if step.is_fact else min(NEVER, ready + mode.duration)
        for step in reversed(row.steps):
            for mode in step.modes:
                last = self._latest_by_goal(row, step, mode)
                for succ in step.succs:
                    both = step.is_fact and succ.is_fact
                    if both:
                        continue
                    ways = [
                        late[m.mode] - m.duration - way if not succ.is_fact else int(a.fact_start[succ.step]) - way
                        for m in succ.modes
                        if (way := self.minutes(mode, m, both)) >= 0
                    ]
                    last = min(last, max(ways, default=-NEVER))
                late[mode.mode] = last
                if step.is_fact:
                    start, end = int(a.fact_start[step.step]), int(a.fact_end[step.step])
                    mode.pieces = [Piece(start, start, end - start)]
                    mode.earliest = mode.latest = end
                    continue
                first = max(0, early[mode.mode] - mode.duration)
                calendar = int(a.resource_calendar[mode.resource])
                mode.pieces = self.rows.pieces(calendar, mode.duration, first, last) if first <= last else []
                if mode.duration:
                    family, load = int(a.step_family[step.step]), int(a.step_load[step.step])
                    blocks = self.facts.blocks(mode.resource, mode.duration, family, load)
                    mode.pieces = cut(mode.pieces, blocks)
            step.modes = [m for m in step.modes if m.pieces]

    def _latest_by_goal(self, row: OrderReach, step: StepReach, mode: ModeReach) -> int:
        """Return the latest useful end of a mode as far as its order's own price tells; the horizon counts too."""
        a = self.arrays
        horizon = int(a.goal[0])
        if step.succs:
            return horizon
        ship = int(a.ship_minutes[mode.mode])
        if ship < 0:
            return -NEVER
        if a.goal[1]:
            return horizon if math.isinf(self.ceiling) else min(horizon, int(self.ceiling) - ship)
        price = float(a.late_price[row.order])
        if math.isinf(row.most) or price <= 0 or a.order_due[row.order] >= NEVER:
            return horizon
        late = math.floor((row.most - mode.through + _TOLERANCE) / price)
        return min(horizon, int(a.order_due[row.order]) + late - ship) if late >= 0 else -NEVER

    def _forwards(self, row: OrderReach) -> None:
        """Tighten the starts from the release on."""
        a = self.arrays
        for step in row.steps:
            if step.is_fact:
                continue
            kept = []
            for mode in step.modes:
                ready = int(a.order_release[row.order]) if not step.preds else 0
                for pred in step.preds:
                    ways = [m.earliest + way for m in pred.modes if (way := self.minutes(m, mode, False)) >= 0]
                    ready = max(ready, min(ways, default=NEVER))
                mode.pieces = trim(mode.pieces, ready, mode.latest)
                if mode.pieces:
                    mode.earliest = mode.pieces[0].low + mode.pieces[0].size
                    kept.append(mode)
            step.modes = kept

    def _backwards(self, row: OrderReach) -> None:
        """Tighten the ends from the latest useful completion back."""
        for step in reversed(row.steps):
            if step.is_fact:
                continue
            kept = []
            for mode in step.modes:
                last = min(mode.latest, self._latest_by_goal(row, step, mode))
                for succ in step.succs:
                    ways = [m.pieces[-1].high - way for m in succ.modes if (way := self.minutes(mode, m, False)) >= 0]
                    last = min(last, max(ways, default=-NEVER))
                mode.latest = last
                mode.pieces = trim(mode.pieces, 0, last)
                if mode.pieces:
                    kept.append(mode)
            step.modes = kept

    def _prices(self, row: OrderReach) -> None:
        """Find the least price through every mode, and drop those that cost more than the order may."""
        a = self.arrays
        if a.goal[1]:
            return
        for step in row.steps:
            for mode in step.modes:
                mode.arrivals = [
                    min((self._way(pred, before, step, mode) for before in pred.modes), default=math.inf)
                    for pred in step.preds
                ]
                mode.spent = mode.price + sum(mode.arrivals)
        sinks = [step for step in row.steps if not step.succs]
        least = [min((self._sent(mode) for mode in step.modes), default=math.inf) for step in sinks]
        for step in reversed(row.steps):
            if not step.succs:
                others = sum(least) - least[sinks.index(step)] if not math.isinf(sum(least)) else math.inf
                step.share = 1.0
                for mode in step.modes:
                    mode.through = self._sent(mode) + others
                continue
            # Steps with several successors are unrolled into copies at a share of the price each; one is followed.
            succ = step.succs[0]
            at = next(n for n, pred in enumerate(succ.preds) if pred is step)
            step.share = succ.share / len(step.succs)
            for mode in step.modes:
                mode.through = min(
                    (
                        there.through + succ.share * (cost - there.arrivals[at])
                        for there in succ.modes
                        if (cost := self._way(step, mode, succ, there)) < math.inf
                    ),
                    default=math.inf,
                )
        if math.isinf(row.most):
            return
        for step in row.steps:
            if not step.is_fact:
                step.modes = [m for m in step.modes if m.through <= row.most + _TOLERANCE]

    def _sent(self, mode: ModeReach) -> float:
        return mode.spent + float(self.arrays.ship_price[mode.mode])

    def _way(self, pred: StepReach, before: ModeReach, step: StepReach, after: ModeReach) -> float:
        """Return the least price of a part up to its arrival at a mode; infinite when it cannot come in time."""
        both = pred.is_fact and step.is_fact
        way = self.minutes(before, after, both)
        if way < 0 or (not both and before.earliest + way > after.pieces[-1].high):
            return math.inf
        return before.spent / len(pred.succs) + self.leg(before.site, after.site)[1]

    def way_is_useful(self, pred: StepReach, before: ModeReach, step: StepReach, after: ModeReach) -> bool:
        """Return whether a plan no worse than the incumbent may go from one mode to the other."""
        cost = self._way(pred, before, step, after)
        if math.isinf(cost):
            return False
        most = self._most.get(step.order, math.inf)
        if self.arrays.goal[1] or math.isinf(most) or pred.succs[0] is not step:
            return True
        at = next(n for n, other in enumerate(step.preds) if other is pred)
        return after.through + step.share * (cost - after.arrivals[at]) <= most + _TOLERANCE
