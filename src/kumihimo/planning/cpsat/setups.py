"""Sequence-dependent set-ups: the steps of a machine stand in a circuit, since a set-up counts between neighbours only.

Frozen steps are nodes too, in groups that overlap: the first of a group is what comes after the step before it, the
last is what the next step follows. Set-ups take open time, so they are written in work minutes.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from kumihimo.planning.arrays import ALWAYS, SINGLE, Arrays
from kumihimo.planning.cpsat.facts import Fact
from kumihimo.planning.cpsat.model import Held, Model


class _Side(NamedTuple):
    """Begin or end of a node: wall-clock and work minute (variables or numbers), family, and its range."""

    wall: Any
    work: Any
    family: int
    earliest: int
    latest: int


class _Node(NamedTuple):
    """A movable step (`held`) or a group of frozen ones; `key` sorts the incumbent."""

    begin: _Side
    end: _Side
    held: Held | None
    key: int
    in_hint: bool


def setup_minutes(arrays: Arrays, resource: int, before: int, after: int) -> int:
    """Return the work minutes of the set-up between two families (-1: none) on a resource."""
    table = int(arrays.resource_setup[resource])
    if arrays.resource_kind[resource] != SINGLE or table < 0 or before < 0 or after < 0 or before == after:
        return 0
    one, two = int(arrays.table_local[table, before]), int(arrays.table_local[table, after])
    if one < 0 or two < 0:
        return 0
    return int(arrays.table_minutes[arrays.table_first[table] + one * arrays.table_width[table] + two])


def add_setups(model: Model, resource: int, held: list[Held]) -> None:
    """Add the circuit of one machine."""
    cp, a = model.cp, model.arrays
    calendar = int(a.resource_calendar[resource])
    low = min(mode.reach.pieces[0].low for _, mode in held)
    high = max(mode.reach.latest for _, mode in held)
    groups = [_frozen(model, calendar, group) for group in _near(model.reach.facts.groups(resource), low, high)]
    nodes = [*groups, *(_movable(model, calendar, row) for row in held)]
    if len(nodes) < 2:
        return
    order = sorted((n for n in range(len(nodes)) if nodes[n].in_hint), key=lambda n: nodes[n].key)
    follows = set(pairwise(order))
    arcs: list[tuple[int, int, Any]] = []
    if not groups:
        arcs.append((0, 0, model.literal(not order)))
    for at, node in enumerate(nodes):
        if node.held is not None or at == 0:
            arcs.append((0, at + 1, model.literal(bool(order) and order[0] == at)))
        if node.held is not None or at == len(groups) - 1:
            arcs.append((at + 1, 0, model.literal(bool(order) and order[-1] == at)))
        if node.held is not None:
            chosen = node.held[1].chosen
            if not isinstance(chosen, int):
                arcs.append((at + 1, at + 1, chosen.negated()))
    for one in range(len(nodes)):
        for two in range(len(nodes)):
            if one == two or not _may_follow(nodes, len(groups), one, two):
                continue
            literal = model.literal((one, two) in follows)
            arcs.append((one + 1, two + 1, literal))
            end, begin = nodes[one].end, nodes[two].begin
            if nodes[one].held is None and nodes[two].held is None:
                continue
            cp.add(begin.wall >= end.wall).only_enforce_if(literal)
            pause = setup_minutes(a, resource, end.family, begin.family)
            if pause:
                cp.add(begin.work >= end.work + pause).only_enforce_if(literal)
    cp.add_circuit(arcs)


def _may_follow(nodes: list[_Node], groups: int, one: int, two: int) -> bool:
    """Return whether a node may come directly after another one."""
    before, after = nodes[one], nodes[two]
    if before.held is None and after.held is None:
        return two == one + 1
    if before.held is not None and after.held is not None and before.held[0] is after.held[0]:
        return False
    if before.end.earliest > after.begin.latest:
        return False
    # Between a frozen group and a step there must be nothing frozen: the step lies in the gap beside the group.
    if before.held is None and after.held is not None:
        wall = nodes[one + 1].begin.wall if one + 1 < groups else None
        return any(p.low >= before.end.wall and (wall is None or p.low < wall) for p in after.held[1].reach.pieces)
    if before.held is not None and after.held is None:
        wall = nodes[two - 1].end.wall if two > 0 else None
        return any(
            p.low + p.size <= after.begin.wall and (wall is None or p.low >= wall) for p in before.held[1].reach.pieces
        )
    return True


def _near(groups: list[list[Fact]], low: int, high: int) -> list[list[Fact]]:
    """Return the groups within a range and the neighbours on both sides."""
    first = sum(max(f.end for f in group) <= low for group in groups)
    last = sum(group[0].start < high for group in groups)
    return groups[max(0, first - 1) : last + 1]


def _frozen(model: Model, calendar: int, group: list[Fact]) -> _Node:
    rows = model.reach.rows
    first, last = group[0], group[-1]
    end = max(f.end for f in group)
    begin = _Side(first.start, rows.work_before(calendar, first.start), first.family, first.start, first.start)
    return _Node(
        begin, _Side(end, rows.work_before(calendar, last.end), last.family, end, end), None, first.start, True
    )


def _movable(model: Model, calendar: int, row: Held) -> _Node:
    step, mode = row
    family = int(model.arrays.step_family[step.reach.step])
    work = _work_start(model, calendar, row)
    pieces = mode.reach.pieces
    latest = pieces[-1].high
    return _Node(
        _Side(step.start, work, family, pieces[0].low, latest),
        _Side(step.end, work + mode.reach.duration, family, pieces[0].low + pieces[0].size, latest + pieces[-1].size),
        row,
        step.hint[1],
        mode.is_hint,
    )


def _work_start(model: Model, calendar: int, row: Held) -> Any:
    """Return the start of a step in work minutes of its resource."""
    step, mode = row
    if calendar == ALWAYS:
        return step.start
    rows = model.reach.rows
    shifts = [rows.work_before(calendar, piece.low) - piece.low for _, piece in mode.ties]
    if len(set(shifts)) == 1:
        return step.start + shifts[0]
    low = min(piece.low + shift for (_, piece), shift in zip(mode.ties, shifts, strict=True))
    high = max(piece.high + shift for (_, piece), shift in zip(mode.ties, shifts, strict=True))
    hint = rows.work_before(calendar, step.hint[1]) if mode.is_hint else low
    work = model.integer(low, high, hint)
    for (literal, _), shift in zip(mode.ties, shifts, strict=True):
        tie = model.cp.add(work == step.start + shift)
        if not isinstance(literal, int):
            tie.only_enforce_if(literal)
    return work
