"""Frozen steps that cannot both be true: more of them on a machine at one time than it has places.

The plan format takes every frozen step as a fact and does not compare facts with each other, so a plan with such a pair
is valid. It is nearly always a slip of the pen, and somebody should be told.
"""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.planning.problem import Fixed, Order, Problem, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubleBooked:
    """A frozen step that begins while a machine is full of others.

    Attributes
    ----------
    resource
        Where.
    one, other
        (order, step) of the step that comes too many, and of one that holds the machine then.
    start, end
        When both are there, in minutes.
    """

    resource: str
    one: tuple[str, str]
    other: tuple[str, str]
    start: int
    end: int


def double_booked(problem: Problem) -> tuple[DoubleBooked, ...]:
    """Return frozen steps that begin on a machine that has no place left, by machine and start.

    Batch plants are left out: what shares a run there is the verifier's business.
    """
    held: dict[str, list[tuple[Fixed, Order, Step]]] = {}
    for order in problem.orders:
        for step in order.steps:
            if step.is_frozen and step.fixed is not None and step.fixed.start < step.fixed.end:
                held.setdefault(step.fixed.resource, []).append((step.fixed, order, step))
    found: list[DoubleBooked] = []
    for resource in problem.resources:
        if resource.kind != "machine":
            continue
        busy: list[tuple[Fixed, Order, Step]] = []
        for fixed, order, step in sorted(held.get(resource.id, ()), key=lambda item: (item[0].start, item[0].end)):
            busy = [item for item in busy if item[0].end > fixed.start]
            if len(busy) >= resource.capacity:
                last, holder, held_step = max(busy, key=lambda item: item[0].end)
                found.append(
                    DoubleBooked(
                        resource=resource.id,
                        one=(order.id, step.id),
                        other=(holder.id, held_step.id),
                        start=fixed.start,
                        end=min(fixed.end, last.end),
                    )
                )
            busy.append((fixed, order, step))
    return tuple(found)
