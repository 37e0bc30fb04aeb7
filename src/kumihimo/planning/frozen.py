"""A board that holds the frozen steps: facts that others must respect, even where they contradict each other."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kumihimo.planning.arrays import BATCH, SINGLE, Arrays, Ints
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.slots import (
    CAPACITY,
    END,
    FAMILY,
    KIND,
    LOAD,
    LONGEST,
    OPEN_FIRST,
    OPEN_LAST,
    RESOURCE_WIDTH,
    SLOT_COUNT,
    SLOT_FIRST,
    SLOT_ROOM,
    SLOT_WIDTH,
    START,
    STEP,
    TABLE,
    TABLE_FIRST,
    TABLE_WIDTH,
    WORK,
    renew_open,
)

SPARE = 4
"""Free slots of every resource beyond the steps that may come to it."""

_Fact = tuple[int, int, int, int, int, int]
"""start, end, step, family, load, work; step -1 and work -1 for a block that nobody may join."""


def new_board(arrays: Arrays, spare: int = SPARE) -> Board:
    """Return a board that holds the frozen steps and nothing else."""
    resources = len(arrays.resource_site)
    eligible = np.bincount(arrays.mode_resource, minlength=resources) if resources else np.zeros(0, np.int64)
    rooms = (eligible + spare).astype(np.int64)
    resource = np.zeros((resources, RESOURCE_WIDTH), np.int64)
    resource[:, OPEN_FIRST] = arrays.calendar_first[arrays.resource_calendar]
    resource[:, OPEN_LAST] = arrays.calendar_first[arrays.resource_calendar + 1]
    resource[:, KIND] = arrays.resource_kind
    resource[:, CAPACITY] = arrays.resource_capacity
    resource[:, SLOT_FIRST] = np.cumsum(rooms) - rooms
    resource[:, SLOT_ROOM] = rooms
    resource[:, TABLE] = arrays.resource_setup
    with_table = arrays.resource_setup >= 0
    resource[with_table, TABLE_FIRST] = arrays.table_first[:-1][arrays.resource_setup[with_table]]
    resource[with_table, TABLE_WIDTH] = arrays.table_width[arrays.resource_setup[with_table]]
    local = arrays.table_local if arrays.table_local.size else np.full((1, 1), -1, np.int64)
    frozen = arrays.fact_mode >= 0
    board = Board(
        resource=resource,
        slot=np.zeros((int(rooms.sum()), SLOT_WIDTH), np.int64),
        mode=np.where(frozen, arrays.fact_mode, -1),
        start=np.where(frozen, arrays.fact_start, -1),
        end=np.where(frozen, arrays.fact_end, -1),
        planned=np.zeros(len(arrays.order_release), np.int64),
        value=np.zeros(len(arrays.order_release), np.float64),
        table_minutes=arrays.table_minutes,
        table_local=local,
    )
    at_resource: dict[int, list[int]] = {}
    for step in np.flatnonzero(frozen).tolist():
        at_resource.setdefault(int(arrays.mode_resource[arrays.fact_mode[step]]), []).append(step)
    for at, steps in at_resource.items():
        board = with_facts(arrays, board, at, steps)
    return board


def with_facts(arrays: Arrays, board: Board, at: int, steps: Iterable[int]) -> Board:
    """Return the board with exactly these frozen steps on a resource; movable ones there must not be in their way.

    The slots are written in place; the board is a new one only where set-up tables had to grow.
    """
    facts = sorted(_row(arrays, step) for step in steps if arrays.fact_start[step] < arrays.fact_end[step])
    if arrays.resource_kind[at] == SINGLE:
        facts, families = _single_blocks(facts)
        for row, several in families.items():
            board, joint = _joint(board, at, several)
            facts[row] = (*facts[row][:3], joint, *facts[row][4:])
    elif arrays.resource_kind[at] == BATCH:
        facts = _batch_blocks(facts)
    base = int(board.resource[at, SLOT_FIRST])
    rows = board.slot[base : base + int(board.resource[at, SLOT_COUNT]), : WORK + 1].tolist()
    movable = [tuple(row) for row in rows if is_movable(arrays, board, row)]
    _put_rows(board.resource, board.slot, at, [*facts, *movable])
    renew_open(board.resource, board.slot, arrays.open_start, arrays.open_end, arrays.open_before, at)
    return board


def is_movable(arrays: Arrays, board: Board, row: list[int]) -> bool:
    """Return whether a slot holds a movable step that is still wanted (not what a forgotten fact left behind)."""
    step = row[STEP]
    return step >= 0 and bool(arrays.fact_mode[step] < 0) and bool(board.mode[step] >= 0)


def _put_rows(resource: Ints, slot: Ints, at: int, rows: list[_Fact]) -> None:
    """Write the slots of one resource anew, sorted by start."""
    base = int(resource[at, SLOT_FIRST])
    for row, (start, end, step, family, load, work) in enumerate(sorted(rows, key=lambda f: (f[0], f[2]))):
        slot[base + row, START] = start
        slot[base + row, END] = end
        slot[base + row, STEP] = step
        slot[base + row, FAMILY] = family
        slot[base + row, LOAD] = load
        slot[base + row, WORK] = work
    resource[at, SLOT_COUNT] = len(rows)
    resource[at, LONGEST] = max((f[1] - f[0] for f in rows), default=0)


def _row(arrays: Arrays, step: int) -> _Fact:
    mode = int(arrays.fact_mode[step])
    return (
        int(arrays.fact_start[step]),
        int(arrays.fact_end[step]),
        step,
        int(arrays.step_family[step]),
        int(arrays.step_load[step]),
        int(arrays.mode_duration[mode]),
    )


def _single_blocks(facts: list[_Fact]) -> tuple[list[_Fact], dict[int, list[int]]]:
    """Join frozen steps that overlap on one machine; also return the families of blocks that have several."""
    blocks: list[_Fact] = []
    families: dict[int, list[int]] = {}
    for fact in facts:
        if blocks and fact[0] < blocks[-1][1]:
            last = blocks[-1]
            at = len(blocks) - 1
            families.setdefault(at, [last[3]]).append(fact[3])
            blocks[-1] = (last[0], max(last[1], fact[1]), -1, last[3], 0, -1)
        else:
            blocks.append(fact)
    return blocks, families


def _batch_blocks(facts: list[_Fact]) -> list[_Fact]:
    """Keep alike frozen steps as one run; what overlaps otherwise becomes a block that nobody may join."""
    runs: list[list[_Fact]] = []
    for fact in facts:
        last = runs[-1] if runs else []
        if not last or fact[0] >= max(f[1] for f in last):
            runs.append([fact])
        elif last[0][5] >= 0 and (last[0][0], last[0][1], last[0][3], last[0][5]) == (
            fact[0],
            fact[1],
            fact[3],
            fact[5],
        ):
            last.append(fact)
        else:
            runs[-1] = [(last[0][0], max(fact[1], *(f[1] for f in last)), -1, -1, 0, -1)]
    return [fact for run in runs for fact in run]


def _joint(board: Board, at: int, families: list[int]) -> tuple[Board, int]:
    """Return a family that needs the longest set-up of several, in and out, known to the table of one resource."""
    several = sorted({f for f in families if f >= 0})
    table = int(board.resource[at, TABLE])
    if table < 0 or not several:
        return board, -1
    if len(several) == 1:
        return board, several[0]
    first, width = int(board.resource[at, TABLE_FIRST]), int(board.resource[at, TABLE_WIDTH])
    old = board.table_minutes[first : first + width * width].reshape(width, width)
    known = [f for f in several if f < board.table_local.shape[1]]
    rows = [int(board.table_local[table, f]) for f in known if board.table_local[table, f] >= 0]
    new = np.zeros((width + 1, width + 1), np.int64)
    new[:width, :width] = old
    if rows:
        new[width, :width] = old[rows].max(axis=0)
        new[:width, width] = old[:, rows].max(axis=1)
    column = np.full((len(board.table_local), 1), -1, np.int64)
    column[table, 0] = width
    # A table of its own: others that share the old one go on with it.
    board.resource[at, TABLE_FIRST], board.resource[at, TABLE_WIDTH] = len(board.table_minutes), width + 1
    grown = board._replace(
        table_minutes=np.concatenate([board.table_minutes, new.ravel()]),
        table_local=np.concatenate([board.table_local, column], axis=1),
    )
    return grown, int(grown.table_local.shape[1]) - 1
