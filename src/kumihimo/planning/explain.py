"""Why an order is late or not planned, computed from the final plan.

Late: the critical chain is walked back from the completion to the release and cut into pieces (queue, set-up, closed
time, transport, work). Minutes that no plan could have saved come first (RELEASE, LEAD_IMPOSSIBLE: what the order
needs even if it were alone); the rest is laid on the pieces, avoidable ones first, so that the sum is the lateness.

Within what others cause, the last wait before completion comes first: minutes won earlier in the chain would only be
waited off again there, so the last wait is the one to take away.

Who is waited for:

* One at a time: whoever holds the machine, with the idle time before it that is too short for the waiting step.
* Several at a time: back from the moment a place came free, the step that gave it back, and before that the one that
  gave that place to it.
* Oven or bath: the runs before, each in the name of the step whose part came last and so set the run; then that step
  of the own run.
* Time that was free and long enough is nobody's queue: the step stands where the plan put it (FROZEN, `behind` empty).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import BATCH, COUNT, NEVER, Arrays, Compiled, Ints
from kumihimo.planning.bulk import make_all
from kumihimo.planning.occupancy import Occupancy
from kumihimo.planning.placement import Placement
from kumihimo.planning.result import Cause, Late

_BY_OTHERS, _BY_CHOICE, _BY_CALENDAR, _BY_DISTANCE, _BY_WORK = range(5)
"""What is blamed first: other orders, a slower machine than there is, closed time, ways, the work itself."""


class _Piece(NamedTuple):
    level: int
    code: str
    minutes: int
    step: int
    resource: int = -1
    behind: int = -1


_as_piece: Callable[[tuple[int, str, int, int, int, int]], _Piece] = partial(tuple.__new__, _Piece)
"""A third of the time of `_Piece(...)`: of 7,000 late orders hundreds of thousands are made."""

_Share = tuple[str, int, int, int]
"""A cause with indices: code, step, resource, order behind which it waits."""


class _Link(NamedTuple):
    """A step of a critical chain, the one before it, and what it waited for."""

    step: int
    pred: int
    waited: Sequence[_Piece]


@dataclass(frozen=True, slots=True, kw_only=True)
class DelayedOrder:
    """An order that a resource delays."""

    order: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceDelay:
    """What one resource costs in lateness.

    Attributes
    ----------
    minutes
        Sum over the orders it delays.
    orders
        Most delayed first.
    by_code
        (code, minutes), most first.
    """

    resource: str
    minutes: int
    orders: tuple[DelayedOrder, ...]
    by_code: tuple[tuple[str, int], ...]


def late_orders(compiled: Compiled, placement: Placement, earliest: Sequence[int] | Ints) -> tuple[Late, ...]:
    """Return every late order of a plan with causes whose minutes sum exactly to its lateness.

    Parameters
    ----------
    compiled, placement
        The problem and its final plan.
    earliest
        Per order the completion it could reach alone, shape (n,); `NEVER` where unknown or impossible.

    Returns
    -------
    tuple of Late
        In the sequence of the orders; empty when all are on time.
    """
    return Explainer(compiled, placement).late(earliest)


class Explainer:
    """Answers why for one final plan."""

    def __init__(self, compiled: Compiled, placement: Placement) -> None:
        self.compiled = compiled
        self.occupancy = Occupancy(compiled, placement)
        arrays = compiled.arrays
        self._start: list[int] = placement.start.tolist()
        self._end: list[int] = placement.end.tolist()
        self._order: list[int] = arrays.step_order.tolist()
        self._family: list[int] = arrays.step_family.tolist()
        self._load: list[int] = arrays.step_load.tolist()
        self._fact: list[int] = arrays.fact_mode.tolist()
        self._resource = self.occupancy.resource
        self._modes(arrays, placement)
        self._sinks(arrays, placement)
        self._calendar: list[int] = arrays.resource_calendar.tolist()
        self._kind: list[int] = arrays.resource_kind.tolist()
        self._table: list[int] = arrays.resource_setup.tolist()
        self._release: list[int] = arrays.order_release.tolist()
        self._due: list[int] = arrays.order_due.tolist()
        self._capacity: list[int] = arrays.resource_capacity.tolist()
        # Index -1 is nobody's and nothing's.
        self._step_ids = [*(step.id for step in compiled.steps), ""]
        self._order_ids = [*(order.id for order in compiled.orders), ""]
        self._resource_ids = [*(resource.id for resource in compiled.problem.resources), ""]
        self._has_fact = set(arrays.step_order[arrays.fact_mode >= 0].tolist())

    def _modes(self, arrays: Arrays, placement: Placement) -> None:
        """Per step that stands: its work, the least work of its modes, and its way to the customer."""
        stands = np.flatnonzero(placement.mode >= 0)
        work, least, sent = (np.zeros(len(placement.mode), np.int64) for _ in range(3))
        work[stands] = arrays.mode_duration[placement.mode[stands]]
        sent[stands] = np.maximum(arrays.ship_minutes[placement.mode[stands]], 0)
        able = np.flatnonzero(np.diff(arrays.mode_first))
        if len(able):
            least[able] = np.minimum.reduceat(arrays.mode_duration, arrays.mode_first[able])
        self._work: list[int] = work.tolist()
        self._least: list[int] = least.tolist()
        self._sent: list[int] = sent.tolist()

    def _sinks(self, arrays: Arrays, placement: Placement) -> None:
        """Per order: the last step whose goods arrive last (the first of several), and when."""
        is_sink = (arrays.succ_first[1:] == arrays.succ_first[:-1]) & (placement.mode >= 0)
        sinks = np.flatnonzero(is_sink)
        arrival = placement.end[sinks] + np.maximum(arrays.ship_minutes[placement.mode[sinks]], 0)
        orders = arrays.step_order[sinks]
        sequence = np.lexsort((-sinks, arrival, orders))
        finish = np.full(len(arrays.order_release), -NEVER, np.int64)
        sink = np.full(len(finish), -1, np.int64)
        # Of several entries for one order the last one stays.
        finish[orders[sequence]], sink[orders[sequence]] = arrival[sequence], sinks[sequence]
        self._finish: list[int] = finish.tolist()
        self._sink: list[int] = sink.tolist()

    def late(self, earliest: Sequence[int] | Ints) -> tuple[Late, ...]:
        """Return what `late_orders` tells."""
        late = late_indices(self.compiled, self.occupancy.placement).tolist()
        return self._told([(order, int(earliest[order])) for order in late])

    def of(self, order: int, earliest: int) -> Late:
        """Return why one late order is late; `earliest` is the completion it could reach alone."""
        return self._told([(order, earliest)])[0]

    def _told(self, asked: Sequence[tuple[int, int]]) -> tuple[Late, ...]:
        """Return why orders, each with its earliest completion, are late."""
        keys: list[_Share] = []
        minutes: list[int] = []
        cuts = [0]
        for order, earliest in asked:
            shares = self._causes(order, earliest)
            keys += shares
            minutes += shares.values()
            cuts.append(len(keys))
        steps, orders, resources = self._step_ids, self._order_ids, self._resource_ids
        causes = make_all(
            Cause,
            len(keys),
            code=[key[0] for key in keys],
            minutes=minutes,
            step=[steps[key[1]] for key in keys],
            resource=[resources[key[2]] for key in keys],
            behind=[orders[key[3]] for key in keys],
        )
        return tuple(
            make_all(
                Late,
                len(asked),
                order=[orders[order] for order, _ in asked],
                late_min=[self._finish[order] - self._due[order] for order, _ in asked],
                causes=[tuple(causes[low:high]) for low, high in pairwise(cuts)],
            )
        )

    def _causes(self, order: int, earliest: int) -> dict[_Share, int]:
        due, release, sink = self._due[order], self._release[order], self._sink[order]
        shares: dict[_Share, int] = {}
        late = rest = self._finish[order] - due
        root, waited = sink, None
        if release > due or order in self._has_fact:
            root, waited = self._root(sink)
        if release > due and self._fact[root] < 0:
            rest -= _take(shares, _Piece(0, "RELEASE", release - due, root), rest)
        alone = 0 if earliest >= NEVER else max(0, earliest - due) - (late - rest)
        if waited is not None:
            # Alone, the order also waits for its own frozen steps; what they wait themselves is no lead time.
            taken = _take(shares, waited._replace(minutes=min(alone, waited.minutes)), rest)
            rest, alone = rest - taken, alone - taken
        if alone > 0:
            rest -= _take(shares, _Piece(0, "LEAD_IMPOSSIBLE", alone, -1), rest)
        if rest > 0:
            chain, others = self._chain(sink, rest)
            for piece in others:
                rest -= _take(shares, piece, rest)
                if not rest:
                    return shares
            for piece in sorted(self._own(chain), key=itemgetter(0)):
                rest -= _take(shares, piece, rest)
                if not rest:
                    return shares
        if rest > 0:
            _take(shares, _Piece(0, "FROZEN", rest, sink), rest)
        return shares

    def _root(self, sink: int) -> tuple[int, _Piece | None]:
        """Return the first step of the critical chain, and how long its frozen steps waited where they stand."""
        step, waited, fact = sink, 0, -1
        while True:
            if self._fact[step] >= 0:
                fact = step if fact < 0 else fact
                waited += max(0, self._start[step] - self.occupancy.ready[step])
            elif fact >= 0:
                break
            pred = self.occupancy.critical[step]
            if pred < 0:
                break
            step = pred
        if fact < 0:
            return step, None
        return step, _Piece(0, "FROZEN", waited, fact, self._resource[fact])

    def _chain(self, sink: int, enough: int) -> tuple[list[_Link], list[_Piece]]:
        """Walk the critical chain back until others have cost `enough`, a frozen step, or the release.

        Return its links and what others cost, both last first.
        """
        held = self.occupancy
        chain: list[_Link] = []
        others: list[_Piece] = []
        step, by_others = sink, 0
        while True:
            start, ready = self._start[step], held.ready[step]
            if self._fact[step] >= 0:
                # Nothing before a fact made it late: it stands where it was promised to stand.
                stood = self._end[step] - start + max(0, start - ready)
                others.append(_Piece(_BY_OTHERS, "FROZEN", stood, step, self._resource[step]))
                chain.append(_Link(step, -1, ()))
                return chain, others
            waited = self._waited(step, self._resource[step], ready) if start > ready else ()
            for piece in waited:
                if piece[0] == _BY_OTHERS:
                    others.append(piece)
                    by_others += piece[2]
            pred = held.critical[step] if by_others < enough else -1
            chain.append(_Link(step, pred, waited))
            if pred < 0:
                return chain, others
            step = pred

    def _own(self, chain: Sequence[_Link]) -> list[_Piece]:
        """Return what the links of a critical chain cost without others: work, closed time and ways, last first."""
        held = self.occupancy
        pieces: list[_Piece] = []
        sent = self._sent[chain[0].step]
        if sent:
            pieces.append(_Piece(_BY_DISTANCE, "TRANSPORT", sent, chain[0].step))
        for step, pred, waited in chain:
            if self._fact[step] >= 0:
                break
            start, ready, resource = self._start[step], held.ready[step], self._resource[step]
            work, least = self._work[step], self._least[step]
            if work > least:
                pieces.append(_as_piece((_BY_CHOICE, "WORK", work - least, step, resource, -1)))
            pieces.append(_as_piece((_BY_WORK, "WORK", least, step, resource, -1)))
            closed = self._end[step] - start - work
            if start > ready:
                holder = held.holder_of[step]
                open_start = held.work_start[holder] if holder >= 0 else self._before(resource, start)
                closed += start - ready - (open_start - held.work_ready[step])
                pieces += [piece for piece in waited if piece.level != _BY_OTHERS]
            if closed:
                pieces.append(_as_piece((_BY_CALENDAR, "CLOSED", closed, step, resource, -1)))
            if pred >= 0:
                pieces.append(_as_piece((_BY_DISTANCE, "TRANSPORT", ready - self._end[pred], step, -1, -1)))
        return pieces

    def _waited(self, step: int, resource: int, ready: int) -> list[_Piece]:
        """Cut the open minutes from `ready` to the start of a step, last piece first."""
        if self.occupancy.holder_of[step] < 0:
            return self._behind(step, resource, self._open(resource, ready, self._start[step]), -1)
        if self._kind[resource] == COUNT:
            return self._one_of_several(step, resource, ready)
        return self._one_by_one(step, resource, ready)

    def _open(self, resource: int, start: int, end: int) -> int:
        return self._before(resource, end) - self._before(resource, start)

    def _before(self, resource: int, minute: int) -> int:
        return self.occupancy.time.work_before(self._calendar[resource], minute)

    def _behind(self, step: int, resource: int, free: int, holder: int) -> list[_Piece]:
        """Open minutes in which a holder was in the way; -1: nobody."""
        if not free:
            return []
        if holder < 0:
            return [_Piece(_BY_OTHERS, "FROZEN", free, step, resource)]
        other = self.occupancy.step[holder]
        if self._order[other] == self._order[step]:
            return [_Piece(_BY_WORK, "WORK", free, other, resource)]
        code = "FROZEN" if self.occupancy.is_fact[holder] else "QUEUE"
        return [_as_piece((_BY_OTHERS, code, free, step, resource, self._order[other]))]

    def _setup(self, resource: int, before: int, after: int) -> int:
        """Return the set-up minutes between two steps on a resource; -1: no step."""
        table = self._table[resource]
        if table < 0 or before < 0 or after < 0:
            return 0
        one, two = self._family[before], self._family[after]
        if one < 0 or two < 0 or one == two:
            return 0
        arrays = self.compiled.arrays
        a, b = int(arrays.table_local[table, one]), int(arrays.table_local[table, two])
        if a < 0 or b < 0:
            return 0
        return int(arrays.table_minutes[arrays.table_first[table] + a * arrays.table_width[table] + b])

    def _one_by_one(self, step: int, resource: int, ready: int) -> list[_Piece]:
        """On a machine that does one step at a time, or an oven that does one run at a time."""
        held = self.occupancy
        holder = held.holder_of[step]
        own_start, own_ready = held.work_start[holder], held.work_ready[step]
        before = held.before[holder]
        # Positions on the work axis: from `free_from` on nobody held the resource, `until` is told already.
        free_from = own_ready if before < 0 else max(own_ready, held.work_end[before])
        pieces = self._own_turn(step, resource, holder, before, free_from) if own_start != free_from else []
        until, is_batch = free_from, self._kind[resource] == BATCH
        all_before, work_start, work_end = held.before, held.work_start, held.work_end
        while before >= 0 and until > own_ready:
            current, before = before, all_before[before]
            begun = work_start[current]
            if is_batch and held.start[current] >= ready and self._joins(step, current):
                until = begun
                pieces = self._behind(step, resource, own_start - until, -1)
            free_from = own_ready
            if before >= 0 and work_end[before] > own_ready:
                free_from = work_end[before]
            if begun > free_from and self._fits(step, resource, before, current, own_ready):
                pieces = self._idle(step, resource, own_start, before, free_from)
            elif until > free_from:
                pieces += self._behind(step, resource, until - free_from, current)
            until = free_from
        return pieces

    def _own_turn(self, step: int, resource: int, holder: int, before: int, free_from: int) -> list[_Piece]:
        """Open minutes in which nobody holds the resource any more, up to the own start."""
        held = self.occupancy
        own_start, last = held.work_start[holder], held.step[holder]
        pieces: list[_Piece] = []
        if last != step and own_start - free_from < self._work[step]:
            # Too late to go alone before the run: it waits for the part that comes last.
            come = min(own_start, held.work_ready[last])
            if come > free_from:
                pieces, free_from = self._behind(step, resource, come - free_from, holder), come
        return self._idle(step, resource, own_start, before, free_from) + pieces

    def _idle(self, step: int, resource: int, own_start: int, before: int, free_from: int) -> list[_Piece]:
        """Open minutes in which nobody was in the way: the set-up, and what the plan left unused."""
        setup = 0
        if before >= 0 and self._table[resource] >= 0:
            held = self.occupancy
            setup = self._setup(resource, held.step[before], step) - (free_from - held.work_end[before])
            setup = max(0, min(setup, own_start - free_from))
        pieces = self._behind(step, resource, own_start - free_from - setup, -1)
        if setup:
            previous = self._order[self.occupancy.step[before]]
            behind = previous if previous != self._order[step] else -1
            pieces.insert(0, _Piece(_BY_OTHERS, "SETUP", setup, step, resource, behind))
        return pieces

    def _joins(self, step: int, holder: int) -> bool:
        """Return whether the step could have gone with a run of another."""
        held, other = self.occupancy, self.occupancy.step[holder]
        return (
            self._family[other] == self._family[step]
            and held.duration[holder] == self._work[step]
            and held.duration[holder] == held.work_end[holder] - held.work_start[holder]
            and held.load[holder] + self._load[step] <= self._capacity[self._resource[step]]
        )

    def _fits(self, step: int, resource: int, before: int, after: int, own_ready: int) -> bool:
        """Return whether the idle time between two holders would have been long enough for the step."""
        held = self.occupancy
        here = held.work_start[after] - self._work[step]
        if self._table[resource] < 0:
            return own_ready <= here and (before < 0 or held.work_end[before] <= here)
        here -= self._setup(resource, step, held.step[after])
        if own_ready > here:
            return False
        return before < 0 or held.work_end[before] + self._setup(resource, held.step[before], step) <= here

    def _one_of_several(self, step: int, resource: int, ready: int) -> list[_Piece]:
        """On machines that do several steps at a time."""
        held, start = self.occupancy, self._start[step]
        work = self._work[step]
        until = ready
        begins, ends = held.full(resource)
        for at in range(bisect_right(ends, ready), len(begins)):
            begin = begins[at]
            if begin >= start or (begin > until and self._open(resource, until, begin) >= work):
                break
            until = min(ends[at], start)
        pieces = self._behind(step, resource, self._open(resource, until, start), -1)
        while until > ready:
            current = held.last_ended(resource, until)
            begin = ready
            if current >= 0:
                earlier = held.last_ended(resource, held.start[current])
                begin = max(ready, held.end[earlier]) if earlier >= 0 else ready
            pieces += self._behind(step, resource, self._open(resource, begin, until), current)
            until = begin
        return pieces


def late_indices(compiled: Compiled, placement: Placement) -> Ints:
    """Return the indices of the late orders of a plan, ascending."""
    arrays = compiled.arrays
    is_sink = (arrays.succ_first[1:] == arrays.succ_first[:-1]) & (placement.mode >= 0)
    sinks = np.flatnonzero(is_sink)
    arrival = placement.end[sinks] + np.maximum(arrays.ship_minutes[placement.mode[sinks]], 0)
    is_late = arrival > arrays.order_due[arrays.step_order[sinks]]
    late = np.unique(arrays.step_order[sinks[is_late]])
    return late[placement.planned[late] > 0]


def _take(shares: dict[_Share, int], piece: _Piece, most: int) -> int:
    """Lay up to `most` minutes on a piece and return how many it took."""
    _, code, minutes, step, resource, behind = piece
    minutes = min(most, minutes)
    if minutes <= 0:
        return 0
    key = (code, step, resource, behind)
    shares[key] = shares.get(key, 0) + minutes
    return minutes


def delays_by_resource(late: Iterable[Late]) -> tuple[ResourceDelay, ...]:
    """Return the resources that delay orders, the one that costs most minutes first."""
    by_resource: dict[str, dict[str, int]] = {}
    by_code: dict[str, dict[str, int]] = {}
    for order in late:
        for cause in order.causes:
            if cause.resource:
                orders = by_resource.setdefault(cause.resource, {})
                orders[order.order] = orders.get(order.order, 0) + cause.minutes
                codes = by_code.setdefault(cause.resource, {})
                codes[cause.code] = codes.get(cause.code, 0) + cause.minutes
    found = [
        ResourceDelay(
            resource=name,
            minutes=sum(orders.values()),
            orders=tuple(
                DelayedOrder(order=order, minutes=minutes)
                for order, minutes in sorted(orders.items(), key=lambda item: (-item[1], item[0]))
            ),
            by_code=tuple(sorted(by_code[name].items(), key=lambda item: (-item[1], item[0]))),
        )
        for name, orders in by_resource.items()
    ]
    return tuple(sorted(found, key=lambda delay: (-delay.minutes, delay.resource)))
