"""Joining the requirements of several parts into those of the whole inquiry."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import TypeVar

from kumihimo.model.requirement import Requirements

T = TypeVar("T", bound=Hashable)


def unite(parts: Sequence[Requirements]) -> Requirements:
    """Return the requirements of all parts together, in the order of the parts.

    Lists are joined without repetition. A single value (quantity, size, thickness, roughness, hardness, coating) is
    kept when all parts that name it agree; where they differ the whole has none, and the parts keep theirs. Of several
    due dates the earliest counts.
    """
    if len(parts) == 1:
        return parts[0]
    quantities = {(part.quantity, part.per) for part in parts if part.quantity is not None}
    quantity, per = quantities.pop() if len(quantities) == 1 else (None, "once")
    return Requirements(
        materials=_joined(part.materials for part in parts),
        processes=_joined(part.processes for part in parts),
        quantity=quantity,
        per=per,
        size_mm=_agreed([part.size_mm for part in parts if part.size_mm]) or (),
        thickness_mm=_agreed([part.thickness_mm for part in parts if part.thickness_mm is not None]),
        tolerances=_joined(part.tolerances for part in parts),
        geometric=_joined(part.geometric for part in parts),
        roughness_ra_um=_agreed([part.roughness_ra_um for part in parts if part.roughness_ra_um is not None]),
        hardness=_agreed([part.hardness for part in parts if part.hardness is not None]),
        coating_um=_agreed([part.coating_um for part in parts if part.coating_um is not None]),
        due_date=min((part.due_date for part in parts if part.due_date is not None), default=None),
        prefectures=_joined(part.prefectures for part in parts),
        certificates=_joined(part.certificates for part in parts),
    )


def _joined(lists: Iterable[Sequence[T]]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(value for values in lists for value in values))


def _agreed(values: Sequence[T]) -> T | None:
    return values[0] if values and all(value == values[0] for value in values) else None
