"""Whole yen, or whole pieces, shared by weight so that the parts add up."""

from __future__ import annotations

from collections.abc import Sequence

from kumihimo.errors import InputError


def shared(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `total` in proportion to `weights` into whole numbers that add up to it.

    Largest remainder (Hare quota): everybody gets the whole part, and what is left goes one by one to the largest
    remainders, at a tie to whoever stands first. Exact: nothing is computed in floating point.
    """
    base = sum(weights)
    if base <= 0 or min(weights) < 0:
        raise InputError(
            f"{total:,}を分ける重みが {list(weights)} です。0以上で、少なくとも1つは正の整数にしてください。",
            f"the weights to share {total:,} are {list(weights)}; expected whole numbers from 0, one above 0.",
        )
    if total < 0:
        return tuple(-part for part in shared(-total, weights))
    parts = [total * weight // base for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(total * weights[at] % base), at))
    for at in by_remainder[: total - sum(parts)]:
        parts[at] += 1
    return tuple(parts)
