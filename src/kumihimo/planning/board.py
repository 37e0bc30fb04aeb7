"""The state of a plan under construction: timelines, placed orders, and the insertion of one order.

An order is inserted step by step in topological order. For each step every mode is tried in its earliest gap and
judged by price + time * (price of time) + a capacity-free estimate of the rest. Several prices of time are tried and
the one whose order costs least is kept (idea: label setting with a Lagrangian price, forward only).
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from kumihimo.planning.calendar import NEVER
from kumihimo.planning.capacity_free import Alone, alone, usable_modes
from kumihimo.planning.instance import Instance, ModeRow, OrderRow, Placement, StepRow, completion, order_value
from kumihimo.planning.timeline import BatchTimeline, CountTimeline, SingleTimeline, Timeline

Placed = tuple[Placement, ...]
_FASTEST = 1e7
_WIDE = 100
_BLINK = 0.15
"""Share of modes passed over under a random insertion."""


class Board:
    """All timelines and where every order stands; an order is either wholly placed or not at all."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.alone: list[Alone] = [alone(instance, order) for order in instance.orders]
        self.possible = [a.possible for a in self.alone]
        self._rest: dict[tuple[int, float], list[list[float]]] = {}
        self._latest: dict[int, list[list[int]]] = {}
        self._blinks: random.Random | None = None
        self.timelines: list[Timeline] = []
        self.placed: list[Placed | None] = []
        self.values: list[float] = []
        self.clear()

    def clear(self) -> None:
        """Take everything out but the facts."""
        instance = self.instance
        self.placed = [None] * len(instance.orders)
        self.values = [0.0] * len(instance.orders)
        facts: list[list[tuple[Placement, StepRow]]] = [[] for _ in instance.resources]
        for order in instance.orders:
            for step in order.steps:
                if step.fact is not None and step.fact.start < step.fact.end:
                    facts[step.fact.mode.resource].append((step.fact, step))
        self.timelines = []
        for at, resource in enumerate(instance.resources):
            calendar = instance.calendars[at]
            if resource.kind == "batch":
                batch = BatchTimeline(calendar, resource.capacity)
                batch.add_facts([(f.start, f.end, f.mode.duration, s.family, s.load) for f, s in facts[at]])
                self.timelines.append(batch)
            elif resource.capacity == 1:
                single = SingleTimeline(calendar, resource.setup)
                single.add_facts([(f.start, f.end, s.family) for f, s in facts[at]])
                self.timelines.append(single)
            else:
                count = CountTimeline(calendar, resource.capacity)
                for fact, step in facts[at]:
                    count.add(fact.start, fact.end, fact.mode.duration, step.family, step.load, -1)
                self.timelines.append(count)

    def score(self) -> tuple[int, int, float, float]:
        """Return unplanned weight, unplanned orders, objective, and a tie-breaker (sum of completions for makespan)."""
        weight = count = 0
        for order, placed in zip(self.instance.orders, self.placed, strict=True):
            if placed is None:
                weight += order.weight
                count += 1
        if self.instance.makespan:
            return weight, count, max(self.values, default=0.0), sum(self.values)
        return weight, count, sum(self.values), 0.0

    def put(self, order: int, placed: Placed) -> None:
        """Put an order where it is known to fit."""
        row = self.instance.orders[order]
        for step, place in zip(row.steps, placed, strict=True):
            self._add(row, step, place)
        self.placed[order] = placed
        self.values[order] = order_value(self.instance, row, placed)

    def take(self, order: int) -> Placed:
        """Take an order out and return where it was."""
        placed = self.placed[order]
        if placed is None:
            raise ValueError(f"order {self.instance.orders[order].id} is not placed")
        row = self.instance.orders[order]
        for step, place in zip(row.steps, placed, strict=True):
            self._drop(row, step, place)
        self.placed[order] = None
        self.values[order] = 0.0
        return placed

    def insert(
        self,
        order: int,
        prices: tuple[float, ...] = (0.0, 0.1, 0.5, 1.0, _FASTEST),
        blinks: random.Random | None = None,
    ) -> bool:
        """Insert an order at the least price found; return whether it fits.

        Parameters
        ----------
        order
            Index of the order.
        prices
            Prices of time to try, as multiples of the order's own price of lateness.
        blinks
            When given, a step now and then passes over a mode although it is the best one (idea: the blinks of
            Christiaens and Vanden Berghe, "Slack Induction by String Removals", Transportation Science 54, 2020).
        """
        row = self.instance.orders[order]
        if not self.possible[order]:
            return False
        self._blinks = blinks
        best: Placed | None = None
        best_key = (float("inf"), NEVER)
        floor = self.alone[order].value
        for price in dict.fromkeys(self._price(row, p) for p in prices):
            placed = self._attempt(row, price)
            if placed is None:
                continue
            finish = completion(self.instance, row, placed)
            if finish is None:
                continue
            key = (order_value(self.instance, row, placed), finish)
            if key < best_key:
                best, best_key = placed, key
            if key[0] <= floor + 1e-9:
                break
        if best is None:
            return False
        self.put(order, best)
        return True

    def _price(self, row: OrderRow, multiple: float) -> float:
        if multiple >= _FASTEST or self.instance.makespan:
            return _FASTEST
        return multiple * row.late_price

    def _add(self, row: OrderRow, step: StepRow, place: Placement) -> None:
        if step.fact is None and place.start < place.end:
            mode = place.mode
            self.timelines[mode.resource].add(place.start, place.end, mode.duration, step.family, step.load, row.index)

    def _drop(self, row: OrderRow, step: StepRow, place: Placement) -> None:
        if step.fact is None and place.start < place.end:
            self.timelines[place.mode.resource].remove(place.start, place.end, step.load, row.index)

    def _attempt(self, row: OrderRow, price: float) -> Placed | None:
        """Place all steps greedily, then leave the timelines as they were."""
        placed: dict[int, Placement] = {}
        rest = self._rest_of(row, price)
        latest = self._latest_of(row)
        for at in range(len(row.steps)) if self._blinks is None else _any_sequence(row, self._blinks):
            place = self._place(row, at, placed, price, rest[at], latest[at])
            if place is None:
                break
            placed[at] = place
            self._add(row, row.steps[at], place)
        for at, place in placed.items():
            self._drop(row, row.steps[at], place)
        if len(placed) < len(row.steps):
            return None
        return tuple(placed[at] for at in range(len(row.steps)))

    def _place(
        self,
        row: OrderRow,
        at: int,
        placed: Mapping[int, Placement],
        price: float,
        rest: list[float],
        latest: list[int],
    ) -> Placement | None:
        step = row.steps[at]
        if step.fact is not None:
            return step.fact if self._fact_holds(row, step, step.fact, placed) else None
        best: Placement | None = None
        best_key = (float("inf"), NEVER, 0)
        for position, mode in enumerate(step.modes):
            ready, fare = 0 if step.preds else row.release, 0.0
            for pred in step.preds:
                link = self.instance.link(placed[pred].mode.site, mode.site)
                if link is None:
                    ready = NEVER
                    break
                ready = max(ready, placed[pred].end + link[0])
                fare += link[1]
            limit = latest[position]
            if ready > limit:
                continue
            left = best is not None or position + 1 < len(step.modes)
            if self._blinks is not None and left and self._blinks.random() < _BLINK:
                continue
            for start, end, moved in self._spots(step, mode, ready, limit):
                value = mode.price + fare + moved + price * end + rest[position]
                key = (value, end, mode.index)
                if key < best_key:
                    best, best_key = Placement(mode, start, end), key
        return best

    def earliest_places(self, row: OrderRow, at: int, before: list[Placement]) -> list[Placement]:
        """Return the earliest place of a movable step in every mode that leaves time for what follows.

        Parameters
        ----------
        row, at
            Order and position of the step in it.
        before
            Where its predecessors stand.
        """
        step = row.steps[at]
        found: list[Placement] = []
        for mode, limit in zip(step.modes, self._latest_of(row)[at], strict=True):
            ready = 0 if step.preds else row.release
            for place in before:
                link = self.instance.link(place.mode.site, mode.site)
                ready = NEVER if link is None else max(ready, place.end + link[0])
            spot = self._earliest(step, mode, ready, limit) if ready <= limit else None
            if spot is not None:
                found.append(Placement(mode, *spot))
        return found

    def hold(self, row: OrderRow, at: int, place: Placement) -> None:
        """Take one step's room, as part of an order that is not placed yet."""
        self._add(row, row.steps[at], place)

    def free(self, row: OrderRow, at: int, place: Placement) -> None:
        """Give back what `hold` took."""
        self._drop(row, row.steps[at], place)

    def _fact_holds(self, row: OrderRow, step: StepRow, fact: Placement, placed: Mapping[int, Placement]) -> bool:
        """Return whether the movable predecessors of a frozen step arrive in time; two facts are never compared."""
        for pred in step.preds:
            if row.steps[pred].fact is None:
                link = self.instance.link(placed[pred].mode.site, fact.mode.site)
                if link is None or placed[pred].end + link[0] > fact.start:
                    return False
        return True

    def _spots(self, step: StepRow, mode: ModeRow, ready: int, limit: int) -> list[tuple[int, int, int]]:
        """Return the earliest place and, for a step with a former place, that one: (start, end, price of moving)."""
        spots: list[tuple[int, int, int]] = []
        former = step.was[1] if step.was is not None and step.was[0] == mode.resource else None
        readies = [ready] if former is None or former <= ready else [ready, former]
        for moment in readies:
            spot = self._earliest(step, mode, moment, limit)
            if spot is None:
                break
            moved = 0 if step.was is None or spot[0] == former else self.instance.moved_price
            spots.append((*spot, moved))
        return spots

    def _earliest(self, step: StepRow, mode: ModeRow, ready: int, limit: int) -> tuple[int, int] | None:
        if mode.duration == 0:
            start = self.instance.calendars[mode.resource].next_open(ready)
            return (start, start) if start <= limit else None
        return self.timelines[mode.resource].earliest(ready, mode.duration, step.family, step.load, limit)

    def _rest_of(self, row: OrderRow, price: float) -> list[list[float]]:
        """Return per step and mode a capacity-free estimate of what follows (price and time)."""
        key = (row.index, price)
        found = self._rest.get(key)
        if found is not None:
            return found
        link_of = self.instance.link
        rest: list[list[float]] = [[] for _ in row.steps]
        for at in range(len(row.steps) - 1, -1, -1):
            step = row.steps[at]
            for mode in usable_modes(step):
                total = 0.0
                if not step.succs and row.ship_to is not None:
                    link = link_of(mode.site, row.ship_to)
                    total = 1e15 if link is None else link[1] + price * link[0]
                for succ in step.succs:
                    later = row.steps[succ]
                    modes = usable_modes(later)
                    narrow = len(modes) * len(usable_modes(step)) <= _WIDE
                    least = 1e15
                    for other, beyond in zip(modes, rest[succ], strict=True):
                        link = link_of(mode.site, other.site) if narrow else (0, 0.0)
                        if link is not None:
                            value = link[1] + other.price + price * (link[0] + other.duration) + beyond
                            least = min(least, value)
                    total += least
                rest[at].append(total)
        self._rest[key] = rest
        return rest

    def _latest_of(self, row: OrderRow) -> list[list[int]]:
        """Return per step and mode the latest end that leaves time for what follows; capacity, calendars ignored."""
        found = self._latest.get(row.index)
        if found is not None:
            return found
        horizon = self.instance.horizon
        latest: list[list[int]] = [[] for _ in row.steps]
        for at in range(len(row.steps) - 1, -1, -1):
            step = row.steps[at]
            for mode in usable_modes(step):
                bound = horizon
                if not step.succs and row.ship_to is not None and self.instance.link(mode.site, row.ship_to) is None:
                    bound = -NEVER
                for succ in step.succs:
                    later = row.steps[succ]
                    bound = min(bound, self._latest_before(mode, later, latest[succ]))
                latest[at].append(bound)
        self._latest[row.index] = latest
        return latest

    def _latest_before(self, mode: ModeRow, later: StepRow, ends: list[int]) -> int:
        if later.fact is not None:
            link = self.instance.link(mode.site, later.fact.mode.site)
            return -NEVER if link is None else later.fact.start - link[0]
        best = -NEVER
        for other, end in zip(later.modes, ends, strict=True):
            link = self.instance.link(mode.site, other.site)
            if link is not None:
                best = max(best, end - other.duration - link[0])
        return best


def _any_sequence(row: OrderRow, rnd: random.Random) -> list[int]:
    """Return the steps in a random sequence that keeps predecessors first."""
    missing = [len(step.preds) for step in row.steps]
    free = [at for at, count in enumerate(missing) if not count]
    sequence: list[int] = []
    while free:
        at = free.pop(rnd.randrange(len(free)) if len(free) > 1 else 0)
        sequence.append(at)
        for succ in row.steps[at].succs:
            missing[succ] -= 1
            if not missing[succ]:
                free.append(succ)
    return sequence
