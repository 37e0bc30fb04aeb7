"""Arrays with room to spare: orders and calendars are appended without copying what is there."""

from __future__ import annotations

import numpy as np

from kumihimo.planning.arrays import Arrays, Ints
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import OrderCompiler, in_sequence
from kumihimo.planning.kernel.board import Board
from kumihimo.planning.kernel.limits import Limits, fill_limits
from kumihimo.planning.kernel.slots import OPEN_FIRST, OPEN_LAST, SLOT_COUNT, SLOT_FIRST, SLOT_ROOM
from kumihimo.planning.problem import Interval, Order

_ORDER = ("order_release", "order_due", "order_weight", "late_price", "order_ship")
_STEP = (
    "step_order",
    "step_family",
    "step_load",
    "fact_mode",
    "fact_start",
    "fact_end",
    "was_resource",
    "was_start",
)
_MODE = ("mode_resource", "mode_duration", "mode_price", "mode_file", "ship_minutes", "ship_price")
_OPEN = ("open_start", "open_end", "open_before")
_FIRST = {"step_first": "orders", "mode_first": "steps", "pred_first": "steps", "succ_first": "steps"}
_KIND = {
    **dict.fromkeys(_ORDER, "orders"),
    **dict.fromkeys(_STEP, "steps"),
    **dict.fromkeys(_MODE, "modes"),
    **dict.fromkeys(_OPEN, "opens"),
    "pred": "arcs",
    "succ": "arcs",
}
_BOARD = {"mode": "steps", "start": "steps", "end": "steps", "planned": "orders", "value": "orders"}
_LIMITS = {
    "latest": "modes",
    "rest_price": "modes",
    "rest_minutes": "modes",
    "possible": "orders",
    "completion": "orders",
    "value": "orders",
}
_LEAST_ROOM = {"orders": 256, "steps": 2048, "modes": 16_384, "arcs": 4096, "opens": 16_384}


class GrowingArrays:
    """Arrays, limits and board of a plan that lives.

    Rows beyond those in use, and rows of orders that are gone, count as planned with value 0 and no steps: no kernel
    ever looks at them.

    Attributes
    ----------
    arrays, limits, board
        As the kernels take them; new objects whenever more room is made.
    """

    def __init__(self, arrays: Arrays, limits: Limits, board: Board, compiler: OrderCompiler) -> None:
        self.arrays, self.limits, self.board, self.compiler = arrays, limits, board, compiler
        self.used = {
            "orders": len(arrays.order_release),
            "steps": len(arrays.step_order),
            "modes": len(arrays.mode_resource),
            "arcs": len(arrays.pred),
            "opens": len(arrays.open_start),
        }
        self._room = dict(self.used)
        self._make_room({})

    def append(self, order: Order) -> int:
        """Append an order and return its index; it is not planned yet, and its frozen steps hold nothing yet."""
        steps = list(in_sequence(order))
        rows = self.compiler.rows([order], steps)
        self._make_room(
            {"orders": 1, "steps": len(steps), "modes": len(rows["mode_resource"]), "arcs": len(rows["pred"])}
        )
        used, index = self.used, self.used["orders"]
        arrays = self.arrays
        shift = {"step_order": index, "pred": used["steps"], "succ": used["steps"]}
        columns = arrays._asdict()
        for name, kind in _KIND.items():
            if kind == "opens":
                continue
            values = rows[name]
            if name == "fact_mode":
                values = np.where(values >= 0, values + used["modes"], -1)
            columns[name][used[kind] : used[kind] + len(values)] = values + shift.get(name, 0)
        into = {"step_first": "steps", "mode_first": "modes", "pred_first": "arcs", "succ_first": "arcs"}
        for name, kind in _FIRST.items():
            values = rows[name]
            columns[name][used[kind] : used[kind] + len(values)] = values + used[into[name]]
            columns[name][used[kind] + len(values) :] = values[-1] + used[into[name]]
        step = used["steps"]
        here = slice(step, step + len(steps))
        frozen = arrays.fact_mode[here] >= 0
        self.board.mode[here] = np.where(frozen, arrays.fact_mode[here], -1)
        self.board.start[here] = np.where(frozen, arrays.fact_start[here], -1)
        self.board.end[here] = np.where(frozen, arrays.fact_end[here], -1)
        self.board.planned[index], self.board.value[index] = 0, 0.0
        for kind, more in (
            ("orders", 1),
            ("steps", len(steps)),
            ("modes", len(rows["mode_resource"])),
            ("arcs", len(rows["pred"])),
        ):
            used[kind] += more
        limits = self.limits
        fill_limits(arrays, limits.latest, limits.rest_price, limits.rest_minutes, step, used["steps"])
        found = alone(self._only(index))
        limits.possible[index], limits.completion[index] = found.possible[0], found.completion[0]
        limits.value[index] = found.value[0]
        return index

    def _only(self, index: int) -> Arrays:
        """Return the arrays as if one order were the only one."""
        arrays = self.arrays
        step, last = int(arrays.step_first[index]), int(arrays.step_first[index + 1])
        arc = slice(int(arrays.pred_first[step]), int(arrays.pred_first[last]))
        mode = slice(int(arrays.mode_first[step]), int(arrays.mode_first[last]))
        rows = arrays._asdict()
        spans = {"orders": slice(index, index + 1), "steps": slice(step, last), "modes": mode, "arcs": arc}
        for name, kind in _KIND.items():
            if kind != "opens":
                rows[name] = rows[name][spans[kind]]
        rows["pred"], rows["succ"] = rows["pred"] - step, rows["succ"] - step
        rows["step_order"] = rows["step_order"] - index
        rows["fact_mode"] = np.where(rows["fact_mode"] >= 0, rows["fact_mode"] - mode.start, -1)
        for name in _FIRST:
            span = slice(index, index + 2) if name == "step_first" else slice(step, last + 1)
            rows[name] = rows[name][span] - rows[name][span.start]
        return Arrays(**rows)

    def forget(self, index: int) -> None:
        """Drop an order that is off the board; its frozen steps must be off the resources already."""
        arrays, board = self.arrays, self.board
        here = slice(int(arrays.step_first[index]), int(arrays.step_first[index + 1]))
        board.mode[here], board.start[here], board.end[here] = -1, -1, -1
        arrays.fact_mode[here] = -1
        board.planned[index], board.value[index] = 1, 0.0
        self.limits.possible[index] = 0

    def set_calendar(self, resource: int, rows: list[Interval]) -> None:
        """Give a resource open intervals of its own."""
        self._make_room({"opens": len(rows)})
        at, arrays = self.used["opens"], self.arrays
        starts = np.array([a for a, _ in rows], np.int64)
        ends = np.array([b for _, b in rows], np.int64)
        arrays.open_start[at : at + len(rows)] = starts
        arrays.open_end[at : at + len(rows)] = ends
        lengths = ends - starts
        arrays.open_before[at : at + len(rows)] = np.cumsum(lengths) - lengths
        self.board.resource[resource, OPEN_FIRST] = at
        self.board.resource[resource, OPEN_LAST] = at + len(rows)
        self.used["opens"] += len(rows)

    def make_slots(self, resources: set[int], more: int) -> None:
        """Make sure that each of the resources can hold so many more steps."""
        for at in resources:
            table, slot = self.board.resource, self.board.slot
            count = int(table[at, SLOT_COUNT])
            if count + more <= table[at, SLOT_ROOM]:
                continue
            base, room = int(table[at, SLOT_FIRST]), 2 * (count + more)
            self.board = self.board._replace(slot=np.concatenate([slot, np.zeros((room, slot.shape[1]), np.int64)]))
            self.board.slot[len(slot) : len(slot) + count] = slot[base : base + count]
            table[at, SLOT_FIRST], table[at, SLOT_ROOM] = len(slot), room

    def _make_room(self, more: dict[str, int]) -> None:
        short = {
            kind: self.used[kind] + max(more.get(kind, 0), self.used[kind] // 16, least)
            for kind, least in _LEAST_ROOM.items()
            if self._room[kind] < self.used[kind] + more.get(kind, 0) or not more
        }
        if not short:
            return
        self._room.update(short)
        rows = self.arrays._asdict()
        for name, kind in _KIND.items():
            if kind in short:
                rows[name] = _longer(rows[name], short[kind], -1 if name == "fact_mode" else 0)
        for name, kind in _FIRST.items():
            if kind in short:
                rows[name] = _longer(rows[name], short[kind] + 1, int(rows[name][self.used[kind]]))
        self.arrays = Arrays(**rows)
        fill = {"mode": -1, "start": -1, "end": -1, "planned": 1}
        board = self.board._asdict()
        for name, kind in _BOARD.items():
            if kind in short:
                board[name] = _longer(board[name], short[kind], fill.get(name, 0))
        self.board = Board(**board)
        limits = self.limits._asdict()
        for name, kind in _LIMITS.items():
            if kind in short:
                limits[name] = _longer(limits[name], short[kind], 0)
        self.limits = Limits(**limits)


def _longer(column: Ints, length: int, fill: int) -> Ints:
    """Return a copy of a column with room for more."""
    grown = np.full(length, fill, column.dtype)
    kept = min(length, len(column))
    grown[:kept] = column[:kept]
    return grown
