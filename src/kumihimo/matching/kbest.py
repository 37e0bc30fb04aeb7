"""Exact k-best choices, one option a step, over an in-tree of steps with costs on options and on edges.

Every step has at most one successor (a chain, or parts that join in an assembly). With additive costs the k best
choices of a subtree follow from the k best of its children (dynamic programming, Bellman 1957; k-best by merging sorted
lists, Lawler 1972), so the result is exact. ``longest=True`` adds along paths and takes the maximum where paths join:
the makespan; that is monotone too, hence exact as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Costs = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One option number for each step, and what it costs."""

    cost: float
    options: tuple[int, ...]


@dataclass(slots=True)
class _Solved:
    """Best values of one subtree: `cost` (options, k), and for each of them what the children chose."""

    cost: Costs
    children: list[tuple[int, NDArray[np.intp], NDArray[np.intp]]]


def k_best(
    nodes: Sequence[Costs],
    edges: Sequence[Costs | None],
    parent: Sequence[int],
    k: int,
    *,
    longest: bool = False,
) -> list[Choice]:
    """Return the k cheapest choices, cheapest first, ties by option numbers.

    Parameters
    ----------
    nodes
        For each step the costs of its options, shape (m_i,).
    edges
        For each step the costs from its options to those of its successor, shape (m_i, m_successor); None at the root.
        Infinite costs forbid a pair.
    parent
        For each step the number of its successor, which is larger; -1 at the last step, the only root.
    k
        How many choices.
    longest
        Whether paths that join count as the longest of them instead of their sum.
    """
    children: list[list[int]] = [[] for _ in nodes]
    for child, successor in enumerate(parent):
        if successor >= 0:
            children[successor].append(child)
    solved: list[_Solved] = []
    for number, own in enumerate(nodes):
        solved.append(_solve(own, [(child, solved[child], edges[child]) for child in children[number]], k, longest))
    root = solved[-1]
    order = np.lexsort((np.arange(root.cost.size), root.cost.ravel()))
    found = []
    for flat in order[:k].tolist():
        option, place = divmod(flat, root.cost.shape[1])
        cost = float(root.cost[option, place])
        if not np.isfinite(cost):
            break
        chosen = [-1] * len(nodes)
        _trace(solved, len(nodes) - 1, option, place, chosen)
        found.append(Choice(cost=cost, options=tuple(chosen)))
    return found


def _solve(own: Costs, below: list[tuple[int, _Solved, Costs | None]], k: int, longest: bool) -> _Solved:
    count = len(own)
    total = np.zeros((count, 1))
    ranks: list[tuple[int, NDArray[np.intp]]] = []
    picked: list[tuple[int, NDArray[np.intp], NDArray[np.intp]]] = []
    for child, inner, edge in below:
        if edge is None:
            raise ValueError("a step with a successor needs edge costs")
        lines, width = inner.cost.shape
        # (child option, rank) x own option
        reached = (inner.cost[:, :, None] + edge[:, None, :]).reshape(lines * width, count)
        reached, source = _cut(reached.T, k)
        picked.append((child, source // width, source % width))
        joined = (
            np.maximum(total[:, :, None], reached[:, None, :]) if longest else total[:, :, None] + reached[:, None, :]
        )
        widths = joined.shape[1:]
        total, flat = _cut(joined.reshape(count, -1), k)
        ranks = [(one, np.take_along_axis(rank, flat // widths[1], axis=1)) for one, rank in ranks]
        ranks.append((len(picked) - 1, flat % widths[1]))
    children = []
    for which, rank in ranks:
        child, option, place = picked[which]
        children.append((child, np.take_along_axis(option, rank, axis=1), np.take_along_axis(place, rank, axis=1)))
    return _Solved(cost=total + own[:, None], children=children)


def _cut(values: Costs, k: int) -> tuple[Costs, NDArray[np.intp]]:
    """Return the k smallest of each line, sorted, and where they stood."""
    if values.shape[1] > k:
        where = np.argpartition(values, k - 1, axis=1)[:, :k]
        where.sort(axis=1)
    else:
        where = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    kept = np.take_along_axis(values, where, axis=1)
    order = np.argsort(kept, axis=1, kind="stable")
    return np.take_along_axis(kept, order, axis=1), np.take_along_axis(where, order, axis=1)


def _trace(solved: list[_Solved], step: int, option: int, place: int, chosen: list[int]) -> None:
    chosen[step] = option
    for child, options, places in solved[step].children:
        _trace(solved, child, int(options[option, place]), int(places[option, place]), chosen)


def best_assignment(costs: Costs) -> list[int]:
    """Return for each line the column of the cheapest assignment, every column used at most once.

    Hungarian method with potentials (Kuhn 1955; O(n²m)).

    Parameters
    ----------
    costs
        Shape (n, m) with n <= m; infinite costs forbid a pair, but some assignment must be finite.
    """
    lines, columns = costs.shape
    big = float(np.sum(np.where(np.isfinite(costs), np.abs(costs), 0.0))) + 1.0
    finite = np.where(np.isfinite(costs), costs, big)
    by_line, by_column = np.zeros(lines + 1), np.zeros(columns + 1)
    owner = np.zeros(columns + 1, dtype=np.intp)
    for line in range(1, lines + 1):
        owner[0], column = line, 0
        slack = np.full(columns + 1, np.inf)
        came_from = np.zeros(columns + 1, dtype=np.intp)
        done = np.zeros(columns + 1, dtype=bool)
        while owner[column]:
            done[column] = True
            open_ = ~done[1:]
            reduced = finite[owner[column] - 1] - by_line[owner[column]] - by_column[1:]
            better = open_ & (reduced < slack[1:])
            slack[1:][better] = reduced[better]
            came_from[1:][better] = column
            following = int(np.argmin(np.where(open_, slack[1:], np.inf))) + 1
            step = slack[following]
            by_line[owner[done]] += step
            by_column[done] -= step
            slack[~done] -= step
            column = following
        while column:
            owner[column], column = owner[came_from[column]], int(came_from[column])
    result = [0] * lines
    for column in range(1, columns + 1):
        if owner[column]:
            result[owner[column] - 1] = column - 1
    return result
