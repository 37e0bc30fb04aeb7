"""What an order adds to the objective where it stands, and a whole plan onto an empty board."""

from __future__ import annotations

import numpy as np

from kumihimo.planning.arrays import NEVER, Arrays, Floats, Ints
from kumihimo.planning.compiled import compiled
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.insertion import put


@compiled
def completion_of(arrays: Arrays, mode: Ints, end: Ints, order: int) -> int:
    """Return when the last goods of a wholly placed order arrive; `NEVER` when a last step cannot be sent."""
    finish = -NEVER
    for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
        if arrays.succ_first[step] == arrays.succ_first[step + 1]:
            way = arrays.ship_minutes[mode[step]]
            if way < 0:
                return NEVER
            finish = max(finish, end[step] + way)
    return finish


@compiled
def price_of(arrays: Arrays, mode: Ints, start: Ints, order: int) -> float:
    """Return yen (CO2 priced in) of the placed steps of an order, lateness not counted.

    Of an order that is not planned these are its frozen steps and the ways between them.
    """
    total = 0.0
    for step in range(arrays.step_first[order], arrays.step_first[order + 1]):
        own = mode[step]
        if own < 0:
            continue
        total += arrays.mode_price[own]
        site = arrays.resource_site[arrays.mode_resource[own]]
        for arc in range(arrays.pred_first[step], arrays.pred_first[step + 1]):
            before = mode[arrays.pred[arc]]
            if before >= 0:
                there = arrays.resource_site[arrays.mode_resource[before]]
                if arrays.travel_minutes[there, site] >= 0:
                    total += arrays.travel_price[there, site]
        if arrays.succ_first[step] == arrays.succ_first[step + 1] and arrays.ship_minutes[own] >= 0:
            total += arrays.ship_price[own]
        if arrays.was_resource[step] >= 0 and (
            arrays.was_resource[step] != arrays.mode_resource[own] or arrays.was_start[step] != start[step]
        ):
            total += arrays.goal[2]
    return total


@compiled
def value_of(arrays: Arrays, mode: Ints, start: Ints, end: Ints, order: int) -> float:
    """Return what a wholly placed order adds to the objective (with makespan: its completion)."""
    finish = completion_of(arrays, mode, end, order)
    if arrays.goal[1] == 1:
        return float(finish)
    late = max(0, finish - arrays.order_due[order])
    return float(price_of(arrays, mode, start, order) + arrays.late_price[order] * late)


@compiled
def fill_values(arrays: Arrays, mode: Ints, start: Ints, end: Ints, planned: Ints, finish: Ints, price: Floats) -> None:
    """Fill completion (`NEVER` where not planned) and `price_of` of every order."""
    for order in range(len(planned)):
        finish[order] = NEVER
        if planned[order] == 1:
            finish[order] = completion_of(arrays, mode, end, order)
        price[order] = price_of(arrays, mode, start, order)


@compiled
def load(arrays: Arrays, board: Board, mode: Ints, start: Ints, end: Ints, planned: Ints) -> None:
    """Put every planned order where a known valid plan has it, onto a board that holds frozen steps only."""
    widest = 1
    for order in range(len(planned)):
        widest = max(widest, arrays.step_first[order + 1] - arrays.step_first[order])
    placed = np.zeros((3, widest), np.int64)
    for order in range(len(planned)):
        if planned[order] == 0:
            continue
        first = arrays.step_first[order]
        for step in range(first, arrays.step_first[order + 1]):
            placed[0, step - first] = mode[step]
            placed[1, step - first] = start[step]
            placed[2, step - first] = end[step]
        put(arrays, board, placed, order, value_of(arrays, mode, start, end, order))
