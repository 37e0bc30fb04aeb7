"""The plan's order of work as a graph: what each step waits for when every resource keeps its sequence.

A node is a step, or a run of steps in an oven or bath. Nodes stand in the sequence of their planned starts, so that
whatever a node waits for stands before it.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import accumulate
from typing import Literal
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.arrays import ALWAYS, COUNT, NEVER, Compiled, Ints
from kumihimo.planning.compile_problem import calendar_row
from kumihimo.planning.kernel.simulate import ALL_FIXED, FREE, START_FIXED, Network, reach
from kumihimo.planning.occupancy import Occupancy
from kumihimo.planning.placement import Placement

Hold = Literal["committed", "all"]
"""Which steps do not start before their planned minute even when they could: frozen ones, or every one."""
_MASK = 0xFFFFFFFF
_WEEK = 7 * 24 * 60


class Fates:
    """The names of random numbers: the same for the same step and way in every plan, for one seed.

    Attributes
    ----------
    step, arc, ship
        Per step, per arc of `Arrays.pred`, and per step for its way to the customer.
    """

    def __init__(self, compiled: Compiled, seed: int = 0) -> None:
        base = crc32(f"{seed}".encode())
        arrays, steps = compiled.arrays, compiled.steps
        owner = [compiled.orders[order].id for order in arrays.step_order.tolist()]
        names = [f"{order}/{step.id}" for order, step in zip(owner, steps, strict=True)]
        first, pred = arrays.pred_first.tolist(), arrays.pred.tolist()
        arcs = (f"{name}<{steps[pred[at]].id}" for k, name in enumerate(names) for at in range(first[k], first[k + 1]))
        self.step = np.fromiter((crc32(name.encode(), base) for name in names), np.int64)
        self.arc = np.fromiter((crc32(name.encode(), base) for name in arcs), np.int64)
        self.ship = np.fromiter((crc32(f"{name}>".encode(), base) for name in names), np.int64)


class OrderOfWork:
    """A plan made ready for simulation.

    Attributes
    ----------
    network
        For the kernel.
    node_of
        Per step its node, or -1 where it does not stand or does not matter.
    orders
        Indices of the planned orders, in the sequence of the network's.
    """

    def __init__(
        self,
        compiled: Compiled,
        placement: Placement,
        spread_of: Ints,
        *,
        fates: Fates | None = None,
        hold: Hold = "committed",
        only: Collection[int] | None = None,
    ) -> None:
        """Read the order of work off a plan.

        Parameters
        ----------
        compiled, placement
            The problem and the plan.
        spread_of
            Per resource the row of its spread, shape (r,).
        fates
            Names of the random numbers; None = those of seed 0.
        hold
            Which steps do not start before their planned minute.
        only
            Indices of the orders asked about; nodes that cannot touch them are left out. None = all planned ones.

        Raises
        ------
        ValueError
            A movable step of the plan starts before its part arrives or its machine is free.
        """
        asked = np.flatnonzero(placement.planned).tolist() if only is None else sorted(only)
        self.orders: list[int] = [order for order in asked if placement.planned[order]]
        if only is not None:
            placement = _until_done(compiled, placement, self.orders)
        self._compiled, self._placement = compiled, placement
        self._held = Occupancy(compiled, placement)
        self._fates = fates if fates is not None else Fates(compiled)
        self._nodes()
        self._arcs = self._arrivals()
        self._machine = self._machines()
        if only is not None:
            self._keep(self._needed())
        self.network = self._network(spread_of, hold)

    def _nodes(self) -> None:
        """Give every standing step its node, numbered by planned start."""
        held, place = self._held, self._placement
        holders = len(held.start)
        raw = held.holder_of.copy()
        blinks = np.flatnonzero((place.mode >= 0) & (raw < 0))
        raw[blinks] = holders + np.arange(len(blinks))
        standing = np.flatnonzero(raw >= 0)
        count = holders + len(blinks)
        lead = np.full(count, len(raw), np.int64)
        np.minimum.at(lead, raw[standing], standing)
        starts, lasts = place.start[lead], place.end[lead] > place.start[lead]
        sequence = np.lexsort((lead, lasts, starts))
        rank = np.empty(count, np.int64)
        rank[sequence] = np.arange(count)
        self.node_of = np.where(raw >= 0, rank[raw], -1)
        self._lead = lead[sequence]
        self._rank = rank
        self.count = count

    def _arrivals(self) -> Ints:
        """Return (node, node before, minutes, name) of every arrival that counts, shape (4, k)."""
        arrays, place = self._compiled.arrays, self._placement
        after = np.repeat(np.arange(len(place.mode)), np.diff(arrays.pred_first))
        both = np.flatnonzero((place.mode[after] >= 0) & (place.mode[arrays.pred] >= 0))
        after, before = after[both], arrays.pred[both]
        if not len(after):
            return np.zeros((4, 0), np.int64)
        here = arrays.resource_site[arrays.mode_resource[place.mode[after]]]
        there = arrays.resource_site[arrays.mode_resource[place.mode[before]]]
        minutes = np.maximum(arrays.travel_minutes[there, here], 0).astype(np.int64)
        broken = place.end[before] + minutes > place.start[after]
        facts = (arrays.fact_mode[after] >= 0) & (arrays.fact_mode[before] >= 0)
        if np.any(broken & ~facts):
            step = self._compiled.steps[int(after[broken & ~facts][0])]
            raise ValueError(f"the plan is not valid: step {step.id} starts before its part arrives")
        # Two facts are never compared: what happened, happened.
        rows = np.stack([self.node_of[after], self.node_of[before], minutes, self._fates.arc[both]])
        return rows[:, ~broken]

    def _machines(self) -> Ints:
        """Return (node, node before, set-up minutes) of resources that do one thing at a time, shape (3, k)."""
        held, arrays = self._held, self._compiled.arrays
        start, end, is_fact = held.start, held.end, held.is_fact
        owner = np.repeat(np.arange(len(arrays.resource_kind)), np.diff(held.first))
        beside = np.flatnonzero((owner[1:] == owner[:-1]) & (arrays.resource_kind[owner[1:]] != COUNT)) + 1
        facts = np.zeros(len(arrays.resource_kind), bool)
        facts[owner[is_fact]] = True
        broken = beside[(end[beside - 1] > start[beside]) & ~(is_fact[beside] & is_fact[beside - 1])]
        if len(broken):
            step = self._compiled.steps[int(held.step[broken[0]])]
            raise ValueError(f"the plan is not valid: step {step.id} starts before its machine is free")
        plain = beside[~facts[owner[beside]]]
        after, before = [plain], [plain - 1]
        happened = self._happened()
        for at in beside[facts[owner[beside]]].tolist():
            others = [] if at in happened else self._before(int(held.first[owner[at]]), at, happened)
            after.append(np.full(len(others), at, np.int64))
            before.append(np.array(others, np.int64))
        one, two = np.concatenate(before), np.concatenate(after)
        setup = np.where(one == two - 1, self._setups(owner[two], one, two), 0)
        return np.stack([self._rank[two], self._rank[one], setup])

    def _happened(self) -> set[int]:
        """Return the holders that have begun: they wait for nobody."""
        facts = np.flatnonzero(self._compiled.arrays.fact_mode >= 0).tolist()
        begun = (step for step in facts if self._compiled.steps[step].freeze in ("done", "running"))
        return {int(self._held.holder_of[step]) for step in begun}

    def _before(self, low: int, at: int, happened: set[int]) -> list[int]:
        """Return the holders that must leave before holder `at` can start.

        Mostly the one before, which itself waits for those before it; a fact does not, and facts may overlap.
        """
        held = self._held
        found = []
        for other in range(at - 1, low - 1, -1):
            if held.end[other] <= held.start[at]:
                found.append(other)
                earlier = held.before[other]
                if other not in happened and (earlier < 0 or held.end[earlier] <= held.start[other]):
                    break
        return found

    def _setups(self, resource: Ints, before: Ints, after: Ints) -> Ints:
        """Return set-up minutes between holders; between facts no more than there were."""
        held, arrays = self._held, self._compiled.arrays
        family = arrays.step_family[held.step]
        one, two, table = family[before], family[after], arrays.resource_setup[resource]
        minutes = np.zeros(len(before), np.int64)
        rows = np.flatnonzero((table >= 0) & (one >= 0) & (two >= 0) & (one != two))
        a, b = arrays.table_local[table[rows], one[rows]], arrays.table_local[table[rows], two[rows]]
        rows, a, b = (column[(a >= 0) & (b >= 0)] for column in (rows, a, b))
        width = arrays.table_width[table[rows]]
        minutes[rows] = arrays.table_minutes[arrays.table_first[table[rows]] + a * width + b]
        there = held.work_start[after] - held.work_end[before]
        kept: Ints = np.minimum(minutes, np.maximum(there, 0))
        return kept

    def _needed(self) -> NDArray[np.bool_]:
        """Return the nodes that the orders asked about wait for, directly or not."""
        arrays = self._compiled.arrays
        needed = np.zeros(self.count, bool)
        for order in self.orders:
            needed[self.node_of[arrays.step_first[order] : arrays.step_first[order + 1]]] = True
        in_first, arcs = _rows(self._arcs, self.count)
        machine_first, machine = _rows(self._machine, self.count)
        resource = self._resource()
        # Of several places whoever came earlier may have taken the one.
        several = np.where(arrays.resource_kind[resource] == COUNT, resource, -1)
        wanted = np.zeros(len(arrays.resource_kind), np.bool_)
        reach(needed, in_first, arcs[1], machine_first, machine[1], several, wanted)
        return needed

    def _keep(self, needed: NDArray[np.bool_]) -> None:
        renumber = np.where(needed, np.cumsum(needed) - 1, -1)
        self.node_of = np.where(self.node_of >= 0, renumber[self.node_of], -1)
        self._lead = self._lead[needed]
        self.count = int(needed.sum())
        for name in ("_arcs", "_machine"):
            table = getattr(self, name)
            table = table[:, needed[table[0]]]
            table[:2] = renumber[table[:2]]
            setattr(self, name, table)

    def _resource(self) -> Ints:
        return self._compiled.arrays.mode_resource[self._placement.mode[self._lead]]

    def _network(self, spread_of: Ints, hold: Hold) -> Network:
        arrays, place = self._compiled.arrays, self._placement
        lead, count = self._lead, self.count
        steps = np.flatnonzero(self.node_of >= 0)
        nodes = self.node_of[steps]
        resource, start, end = self._resource(), place.start[lead], place.end[lead]
        fixed, floor = self._facts(steps, nodes)
        # Only first steps wait for the release; the others have arrivals.
        roots = np.flatnonzero(arrays.pred_first[steps] == arrays.pred_first[steps + 1])
        release = np.where(arrays.fact_mode[steps] >= 0, -NEVER, arrays.order_release[arrays.step_order[steps]])
        np.maximum.at(floor, nodes[roots], release[roots])
        floor = start.copy() if hold == "all" else np.where(fixed == FREE, floor, start)
        is_fact = np.zeros(count, bool)
        is_fact[nodes[arrays.fact_mode[steps] >= 0]] = True
        first, opens, closes = self._calendars(int(end.max()) if count else 0)
        calendar, work = self._work(is_fact, resource, start, end)
        hint = np.empty(count, np.int64)
        for c in np.unique(calendar).tolist():
            rows = calendar == c
            hint[rows] = first[c] + np.searchsorted(closes[first[c] : first[c + 1]], start[rows], "right")
        key = np.full(count, _MASK, np.int64)
        np.minimum.at(key, nodes, self._fates.step[steps])
        slots = np.where(arrays.resource_kind == COUNT, arrays.resource_capacity, 0)
        slot_of = np.cumsum(slots) - slots
        has_slot = (slots[resource] > 0) & (end > start)
        in_first, arcs = _rows(self._arcs, count)
        machine_first, machine = _rows(self._machine, count)
        out_first, out = self._sinks()
        orders = np.array(self.orders, np.int64)
        calendar_rows = np.array(first, np.int64)
        return Network(
            fixed=fixed,
            floor=floor,
            planned_end=end,
            work=work,
            spread=spread_of[resource],
            key=key,
            calendar_low=calendar_rows[calendar],
            calendar_high=calendar_rows[calendar + 1],
            hint=hint,
            is_shared=(np.bincount(nodes, minlength=count) > 1).astype(np.int64),
            resource=resource,
            in_first=in_first,
            in_node=arcs[1],
            in_minutes=arcs[2],
            in_key=arcs[3],
            machine_first=machine_first,
            machine_node=machine[1],
            machine_setup=machine[2],
            slot_first=np.where(has_slot, slot_of[resource], -1),
            slot_count=np.where(has_slot, slots[resource], 0),
            out_first=out_first,
            out_node=out[1],
            out_minutes=out[2],
            out_key=out[3],
            due=arrays.order_due[orders],
            weight=arrays.order_weight[orders],
            open_start=opens,
            open_end=closes,
        )

    def _facts(self, steps: Ints, nodes: Ints) -> tuple[Ints, Ints]:
        """Return what of each node is a fact, and the minute before which it does not start."""
        arrays, place, count = self._compiled.arrays, self._placement, self.count
        fixed, floor = np.full(count, FREE, np.int64), np.zeros(count, np.int64)
        for step in steps[arrays.fact_mode[steps] >= 0].tolist():
            node, freeze = self.node_of[step], self._compiled.steps[step].freeze
            state = {"done": ALL_FIXED, "running": START_FIXED}.get(freeze, FREE)
            resource = int(arrays.mode_resource[place.mode[step]])
            if arrays.resource_kind[resource] == COUNT and place.start[step] < place.end[step]:
                row = slice(self._held.first[resource], self._held.first[resource + 1])
                spans = zip(self._held.start[row], self._held.end[row], strict=True)
                at_once = sum(a <= place.start[step] < b for a, b in spans)
                if at_once > arrays.resource_capacity[resource]:
                    # More facts than places: it cannot have waited for one.
                    state = max(state, START_FIXED)
            fixed[node] = max(fixed[node], state)
            floor[node] = arrays.fact_start[step]
        return fixed, floor

    def _work(self, is_fact: NDArray[np.bool_], resource: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
        """Return calendar and open minutes per node; a fact that its calendar does not explain counts by the clock."""
        arrays, time = self._compiled.arrays, self._held.time
        calendar = arrays.resource_calendar[resource].copy()
        work = arrays.mode_duration[self._placement.mode[self._lead]].copy()
        for node in np.flatnonzero(is_fact).tolist():
            a, b, c = int(start[node]), int(end[node]), int(calendar[node])
            minutes = time.work_before(c, b) - time.work_before(c, a)
            regular = time.next_open(c, a) == a and (a == b or time.finish(c, a, max(1, minutes)) == b)
            if not regular:
                calendar[node], minutes = ALWAYS, b - a
            work[node] = minutes
        return calendar, work

    def _calendars(self, latest: int) -> tuple[list[int], Ints, Ints]:
        """Return the open intervals from well before to well after the plan; beyond that all is open."""
        problem = self._compiled.problem
        low = min(0, int(self._placement.start.min(initial=0)))
        high = latest + latest // 2 + 8 * _WEEK
        rows: list[list[tuple[int, int]]] = [[(-NEVER, NEVER)]]
        rows += [[*calendar_row(problem, calendar, low, high), (high, NEVER)] for calendar in problem.calendars]
        first = list(accumulate(map(len, rows), initial=0))
        opens = np.fromiter((a for row in rows for a, _ in row), np.int64)
        closes = np.fromiter((b for row in rows for _, b in row), np.int64)
        return first, opens, closes

    def _sinks(self) -> tuple[Ints, Ints]:
        """Return (order, node, minutes, key) of every way to a customer, with the run of each order."""
        arrays, place = self._compiled.arrays, self._placement
        number = np.full(len(arrays.order_release), -1, np.int64)
        number[np.array(self.orders, np.int64)] = np.arange(len(self.orders))
        is_last = arrays.succ_first[1:] == arrays.succ_first[:-1]
        steps = np.flatnonzero(is_last & (number[arrays.step_order] >= 0))
        minutes = np.maximum(arrays.ship_minutes[place.mode[steps]], 0) if len(steps) else steps
        rows = np.stack([number[arrays.step_order[steps]], self.node_of[steps], minutes, self._fates.ship[steps]])
        return _rows(rows, len(self.orders))


def _until_done(compiled: Compiled, placement: Placement, orders: list[int]) -> Placement:
    """Leave out the steps that start when the orders asked about are done: they cannot touch them."""
    first = compiled.arrays.step_first
    ends = [int(placement.end[first[order] : first[order + 1]].max(initial=0)) for order in orders]
    begun = placement.start < max(ends, default=0)
    for order in orders:
        begun[first[order] : first[order + 1]] = True
    return placement._replace(mode=np.where(begun, placement.mode, -1))


def _rows(table: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the table sorted by its first row, and where each number's run begins, shape (count + 1,)."""
    table = np.ascontiguousarray(table[:, np.argsort(table[0], kind="stable")])
    return np.searchsorted(table[0], np.arange(count + 1)), table
