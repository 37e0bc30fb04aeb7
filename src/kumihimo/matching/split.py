"""Sharing a quantity among peers of one step: who makes how many, at the lowest price, with minimum lots.

A firm makes nothing, or between its minimum lot and what it can take. Dynamic programming over the pieces: the best
price of q pieces with the first i firms is a sliding-window minimum of the one with i - 1 firms, hence exact, in
O(firms × pieces).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kumihimo.errors import InputError, NoTeam

MAX_CELLS = 60_000_000
"""Numbers kept for tracing back, 8 bytes each."""
_NEVER = np.int64(2**61)


@dataclass(frozen=True, slots=True, kw_only=True)
class LotOption:
    """What one firm could take of a step.

    Attributes
    ----------
    lot_min, lot_max
        Fewest and most pieces; the most is the smaller of its largest lot and what it has time for.
    unit_jpy, setup_jpy
        Yen a piece, and once for taking part at all.
    """

    firm: str
    site: str
    lot_min: int
    lot_max: int
    unit_jpy: int
    setup_jpy: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Pieces of one firm and their price, set-up included."""

    firm: str
    site: str
    pieces: int
    price_jpy: int


def split_lot(quantity: int, options: Sequence[LotOption], *, max_firms: int | None = None) -> tuple[Share, ...]:
    """Return the cheapest way to share `quantity`, in the order of the options; ties favour earlier options.

    Raises
    ------
    NoTeam
        No set of the firms can make exactly that many; the sentence says what the most is.
    InputError
        The quantity is below 1, or the problem needs more than `MAX_CELLS` numbers.
    """
    if quantity < 1 or (max_firms is not None and max_firms < 1):
        raise InputError("数量と企業数の上限は1以上にしてください。", "Quantity and max_firms must be at least 1.")
    usable = [one for one in options if 0 < max(one.lot_min, 1) <= one.lot_max]
    layers = 1 if max_firms is None or max_firms >= len(usable) else max_firms + 1
    if (len(usable) + 1) * layers * (quantity + 1) > MAX_CELLS:
        raise InputError(
            f"{quantity:,}個を{len(usable)}社に分ける計算は大きすぎます。候補を絞るか、月ごとに分けてください。",
            f"Sharing {quantity:,} pieces among {len(usable)} firms is too large. Shorten the list or split by month.",
        )
    tables = [np.full((layers, quantity + 1), _NEVER, dtype=np.int64)]
    tables[0][:, 0] = 0
    for one in usable:
        tables.append(_with(tables[-1], one, counted=layers > 1))
    if tables[-1][-1, quantity] >= _NEVER:
        most = sum(sorted((one.lot_max for one in usable), reverse=True)[: max_firms or len(usable)])
        raise NoTeam(
            f"{quantity:,}個を分担できません（最大{most:,}個、または最小ロットが合いません）。候補を増やしてください。",
            f"{quantity:,} pieces cannot be shared (at most {most:,}, or the minimum lots do not add up). Add firms.",
        )
    return _traced(tables, usable, quantity, counted=layers > 1)


def _window(one: LotOption, quantity: int) -> tuple[int, int]:
    return max(one.lot_min, 1), min(one.lot_max, quantity)


def _with(before: NDArray[np.int64], one: LotOption, *, counted: bool) -> NDArray[np.int64]:
    """Return the best prices once this firm may take part; line l of a counted table uses at most l firms."""
    quantity = before.shape[1] - 1
    low, high = _window(one, quantity)
    after = before.copy()
    if low > quantity:
        return after
    pieces = np.arange(quantity + 1, dtype=np.int64)
    source = before[:-1] if counted else before
    target = after[1:] if counted else after
    for line in range(len(source)):
        # price(q) = min over x in [low, high] of before(q - x) + unit·x  =  unit·q + min of (before(p) - unit·p)
        reduced = np.where(source[line] >= _NEVER, _NEVER, source[line] - one.unit_jpy * pieces)
        lowest = _sliding_minimum(reduced, high - low + 1)[: quantity + 1 - low]
        taken = np.where(lowest >= _NEVER, _NEVER, lowest + one.unit_jpy * pieces[low:] + one.setup_jpy)
        np.minimum(target[line, low:], taken, out=target[line, low:])
    return after


def _sliding_minimum(values: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """Return the minimum of values[i - width + 1 .. i] for each i (van Herk 1992: two running minima a block)."""
    front = np.full(width - 1, _NEVER, dtype=np.int64)
    padded = np.concatenate([front, values])
    blocks = -(-len(padded) // width)
    padded = np.concatenate([padded, np.full(blocks * width - len(padded), _NEVER, dtype=np.int64)])
    grid = padded.reshape(blocks, width)
    forward = np.minimum.accumulate(grid, axis=1).ravel()
    backward = np.minimum.accumulate(grid[:, ::-1], axis=1)[:, ::-1].ravel()
    count = len(values)
    lowest: NDArray[np.int64] = np.minimum(backward[:count], forward[width - 1 : width - 1 + count])
    return lowest


def _traced(
    tables: list[NDArray[np.int64]], usable: Sequence[LotOption], quantity: int, *, counted: bool
) -> tuple[Share, ...]:
    left, line = quantity, tables[0].shape[0] - 1
    shares: list[Share] = []
    for number in range(len(usable), 0, -1):
        if tables[number][line, left] == tables[number - 1][line, left]:
            continue
        one = usable[number - 1]
        low, high = _window(one, left)
        below = line - 1 if counted else line
        pieces = np.arange(low, high + 1, dtype=np.int64)
        prices = tables[number - 1][below, left - pieces] + one.unit_jpy * pieces + one.setup_jpy
        taken = int(pieces[int(np.argmin(prices))])
        shares.append(Share(firm=one.firm, site=one.site, pieces=taken, price_jpy=one.unit_jpy * taken + one.setup_jpy))
        left, line = left - taken, below
    return tuple(reversed(shares))
