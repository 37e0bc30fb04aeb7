"""What resources ask for: one step at a time, n at a time, shared runs, set-ups, and what frozen steps hold."""

from __future__ import annotations

from math import gcd
from typing import Any

from kumihimo.planning.arrays import BATCH, COUNT
from kumihimo.planning.cpsat.facts import Fact, is_run
from kumihimo.planning.cpsat.model import Held, Model, ModeVars
from kumihimo.planning.cpsat.setups import add_setups


def add_holding(model: Model) -> None:
    """Add the rules of every resource that movable steps may use."""
    a = model.arrays
    for resource, held in sorted(holders(model).items()):
        kind = int(a.resource_kind[resource])
        if kind == BATCH:
            _share_runs(model, resource, held)
        elif kind == COUNT:
            _count(model, resource, held)
        else:
            # Frozen steps are cut out of the starts already.
            model.cp.add_no_overlap([_interval(model, row, row[1].chosen) for row in held])
            if a.resource_setup[resource] >= 0:
                add_setups(model, resource, held)


def holders(model: Model) -> dict[int, list[Held]]:
    """Return the modes of some length by resource."""
    found: dict[int, list[Held]] = {}
    for step in model.steps.values():
        for mode in step.modes:
            if mode.reach.duration > 0:
                found.setdefault(mode.reach.resource, []).append((step, mode))
    return found


def _interval(model: Model, row: Held, literal: Any) -> Any:
    step, mode = row
    sizes = {piece.size for piece in mode.reach.pieces}
    size = sizes.pop() if len(sizes) == 1 else step.size
    end = step.start + size if isinstance(size, int) else step.end
    if isinstance(literal, int):
        return model.cp.new_interval_var(step.start, size, end, "")
    return model.cp.new_optional_interval_var(step.start, size, end, literal, "")


def _count(model: Model, resource: int, held: list[Held]) -> None:
    """At most n at a time; frozen steps take what they take."""
    capacity = int(model.arrays.resource_capacity[resource])
    intervals = [_interval(model, row, row[1].chosen) for row in held]
    demands = [1] * len(held)
    low = min(row[1].reach.pieces[0].low for row in held)
    high = max(row[1].reach.latest for row in held)
    for start, end, places in model.reach.facts.levels(resource):
        if end > low and start < high:
            intervals.append(model.cp.new_fixed_size_interval_var(start, end - start, ""))
            demands.append(places)
    model.cp.add_cumulative(intervals, demands, capacity)


def _share_runs(model: Model, resource: int, held: list[Held]) -> None:
    """Give every run a leader, the first of its members; only leaders take the resource, members start with them."""
    cp, a = model.cp, model.arrays
    family = [int(a.step_family[step.reach.step]) for step, _ in held]
    load = [int(a.step_load[step.reach.step]) for step, _ in held]
    work = [mode.reach.duration for _, mode in held]
    room = int(a.resource_capacity[resource])
    groups = model.reach.facts.groups(resource)
    unit = gcd(room, *load, *(f.load for group in groups for f in group)) or 1
    leads: list[list[Any]] = [[] for _ in held]
    members: list[list[tuple[int, Any]]] = [[] for _ in held]
    intervals: list[Any] = []
    for at, (step, mode) in enumerate(held):
        for leader in range(at):
            other, its = held[leader]
            alike = (family[leader], work[leader]) == (family[at], work[at])
            if not alike or other is step or load[leader] + load[at] > room or not _may_meet(mode, its):
                continue
            literal = model.literal(_leader(model, held, at) == leader)
            cp.add(step.start == other.start).only_enforce_if(literal)
            leads[at].append(literal)
            members[leader].append((load[at] // unit, literal))
    joined: list[list[tuple[int, Any]]] = [[] for _ in groups]
    for at, (step, mode) in enumerate(held):
        own = model.literal(_leader(model, held, at) == at)
        for _, literal in members[at]:
            cp.add_implication(literal, own)
        if members[at]:
            used = sum(units * literal for units, literal in members[at])
            cp.add(used <= (room - load[at]) // unit * own)
        ways = [own, *leads[at]]
        for number, group in enumerate(groups):
            literal = _join(model, (step, mode), group, family[at], work[at])
            if literal is not None:
                ways.append(literal)
                joined[number].append((load[at] // unit, literal))
        cp.add(sum(ways) == mode.chosen)
        intervals.append(_interval(model, (step, mode), own))
    for group, rows in zip(groups, joined, strict=True):
        start, end = group[0].start, max(f.end for f in group)
        intervals.append(cp.new_fixed_size_interval_var(start, end - start, ""))
        if rows:
            left = max(0, room - sum(f.load for f in group)) // unit
            cp.add(sum(units * literal for units, literal in rows) <= left)
    cp.add_no_overlap(intervals)


def _may_meet(one: ModeVars, other: ModeVars) -> bool:
    """Return whether two modes have starts in common."""
    return any(
        p.low <= q.high and q.low <= p.high and p.size == q.size for p in one.reach.pieces for q in other.reach.pieces
    )


def _leader(model: Model, held: list[Held], at: int) -> int:
    """Return who leads the run of a holder in the incumbent; -1: it is not there, or it has joined a frozen run."""
    a = model.arrays
    step, mode = held[at]
    if not mode.is_hint:
        return -1

    def run(row: Held) -> tuple[int, int, int, int]:
        return row[0].hint[1], row[0].hint[2], int(a.step_family[row[0].reach.step]), row[1].reach.duration

    mine = run((step, mode))
    if any((f.start, f.end, f.family, f.work) == mine for f in model.reach.facts.of(mode.reach.resource)):
        return -1
    return next(number for number, row in enumerate(held) if row[1].is_hint and run(row) == mine)


def _join(model: Model, row: Held, group: list[Fact], family: int, work: int) -> Any:
    """Return the literal of joining a frozen run, or None where that cannot be."""
    step, mode = row
    fact = group[0]
    if not is_run(group) or (fact.family, fact.work) != (family, work):
        return None
    if not any(p.low <= fact.start <= p.high and p.size == fact.end - fact.start for p in mode.reach.pieces):
        return None
    literal = model.literal(mode.is_hint and step.hint[1:] == (fact.start, fact.end))
    model.cp.add(step.start == fact.start).only_enforce_if(literal)
    return literal
