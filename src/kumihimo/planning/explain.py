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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kumihimo.planning.arrays import NEVER, Compiled, Ints
from kumihimo.planning.bulk import make_all
from kumihimo.planning.kernel.blame import O_DUE, O_FINISH, Scene, blame
from kumihimo.planning.occupancy import Occupancy
from kumihimo.planning.placement import Placement
from kumihimo.planning.result import CAUSE_CODES, Cause, Late


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
        self._scene = _scene(compiled, self.occupancy)
        # Index -1 is nobody's and nothing's.
        self._step_ids = [*(step.id for step in compiled.steps), ""]
        self._order_ids = [*(order.id for order in compiled.orders), ""]
        self._resource_ids = [*(resource.id for resource in compiled.problem.resources), ""]

    def late(self, earliest: Sequence[int] | Ints) -> tuple[Late, ...]:
        """Return what `late_orders` tells."""
        late = late_indices(self.compiled, self.occupancy.placement)
        return self._told(late, np.asarray(earliest, np.int64)[late])

    def of(self, order: int, earliest: int) -> Late:
        """Return why one late order is late; `earliest` is the completion it could reach alone."""
        return self._told(np.array([order], np.int64), np.array([earliest], np.int64))[0]

    def _told(self, asked: Ints, earliest: Ints) -> tuple[Late, ...]:
        """Return why orders, each with its earliest completion, are late."""
        shares, cuts = blame(self._scene, asked, earliest)
        code, minutes, step, resource, behind = shares.T.tolist()
        steps, orders, resources = self._step_ids, self._order_ids, self._resource_ids
        causes = make_all(
            Cause,
            len(code),
            code=[CAUSE_CODES[at] for at in code],
            minutes=minutes,
            step=[steps[at] for at in step],
            resource=[resources[at] for at in resource],
            behind=[orders[at] for at in behind],
        )
        table = self._scene.order
        return tuple(
            make_all(
                Late,
                len(asked),
                order=[orders[at] for at in asked.tolist()],
                late_min=(table[O_FINISH, asked] - table[O_DUE, asked]).tolist(),
                causes=[tuple(causes[low:high]) for low, high in pairwise(cuts.tolist())],
            )
        )


def _scene(compiled: Compiled, held: Occupancy) -> Scene:
    """Return a final plan as the tables of `kernel.blame`."""
    arrays, placement = compiled.arrays, held.placement
    stands = np.flatnonzero(placement.mode >= 0)
    work, least, sent = (np.zeros(len(placement.mode), np.int64) for _ in range(3))
    work[stands] = arrays.mode_duration[placement.mode[stands]]
    sent[stands] = np.maximum(arrays.ship_minutes[placement.mode[stands]], 0)
    able = np.flatnonzero(np.diff(arrays.mode_first))
    if len(able):
        least[able] = np.minimum.reduceat(arrays.mode_duration, arrays.mode_first[able])
    finish, sink = _sinks(compiled, placement)
    has_fact = np.zeros(len(finish), np.int64)
    has_fact[arrays.step_order[arrays.fact_mode >= 0]] = 1
    full_first, *full = held.full()
    calendar = arrays.resource_calendar
    resources = (
        calendar,
        arrays.calendar_first[calendar],
        arrays.calendar_first[calendar + 1],
        arrays.resource_kind,
        arrays.resource_capacity,
        arrays.resource_setup,
    )
    return Scene(
        step=np.stack(
            [
                placement.start,
                placement.end,
                held.ready,
                held.critical,
                held.resource,
                held.work_ready,
                held.holder_of,
                work,
                least,
                sent,
                arrays.step_order,
                arrays.step_family,
                arrays.step_load,
                arrays.fact_mode,
            ]
        ),
        order=np.stack([arrays.order_due, arrays.order_release, finish, sink, has_fact]),
        holder=np.stack(
            [
                held.step,
                held.start,
                held.end,
                held.work_start,
                held.work_end,
                held.is_fact.astype(np.int64),
                held.load,
                held.duration,
                held.before,
                held.by_end(),
            ]
        ),
        resource=np.stack([*(np.append(column, -1) for column in resources), held.first, full_first]),
        full=np.stack(full),
        open_start=arrays.open_start,
        open_end=arrays.open_end,
        open_before=arrays.open_before,
        table_first=arrays.table_first,
        table_width=arrays.table_width,
        table_minutes=arrays.table_minutes,
        table_local=arrays.table_local,
    )


def _sinks(compiled: Compiled, placement: Placement) -> tuple[Ints, Ints]:
    """Return per order when its last goods arrive, and the last step that brings them (the first of several)."""
    arrays = compiled.arrays
    sinks = np.flatnonzero((arrays.succ_first[1:] == arrays.succ_first[:-1]) & (placement.mode >= 0))
    arrival = placement.end[sinks] + np.maximum(arrays.ship_minutes[placement.mode[sinks]], 0)
    orders = arrays.step_order[sinks]
    sequence = np.lexsort((-sinks, arrival, orders))
    finish = np.full(len(arrays.order_release), -NEVER, np.int64)
    sink = np.full(len(finish), -1, np.int64)
    # Of several entries for one order the last one stays.
    finish[orders[sequence]], sink[orders[sequence]] = arrival[sequence], sinks[sequence]
    return finish, sink


def late_indices(compiled: Compiled, placement: Placement) -> Ints:
    """Return the indices of the late orders of a plan, ascending."""
    arrays = compiled.arrays
    is_sink = (arrays.succ_first[1:] == arrays.succ_first[:-1]) & (placement.mode >= 0)
    sinks = np.flatnonzero(is_sink)
    arrival = placement.end[sinks] + np.maximum(arrays.ship_minutes[placement.mode[sinks]], 0)
    is_late = arrival > arrays.order_due[arrays.step_order[sinks]]
    late = np.unique(arrays.step_order[sinks[is_late]])
    return late[placement.planned[late] > 0]


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
