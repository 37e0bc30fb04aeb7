"""The rows of one process, laid out so that a query touches each row a few times only.

Two ideas. What rows share is *combined*: the pairs (material, precision) and (size, finish), and all that is fixed on a
day, stand once in a list and a row holds a number of 16 bits where that is enough. And rows lie in *layers*: first one
row of every firm, then the second of those that have two, firms with more rows in front, so that the best row of each
firm is found by whole-array minima of neighbouring pieces.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kumihimo.matching.columns import CapabilityColumns

Numbers = NDArray[np.uint16] | NDArray[np.uint32]
_DIRECT = 1 << 22
"""Up to this many possible values are numbered through a table, more by sorting."""
NOTHING = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Combined:
    """The distinct combinations of some properties of rows.

    Attributes
    ----------
    of_row
        (n,) for each row, in the order of the layers, the number of its combination.
    used
        For each property the distinct values, ascending.
    parts
        For each property and combination the place in `used`.
    """

    of_row: Numbers
    used: tuple[NDArray[np.intp], ...]
    parts: tuple[Numbers, ...]

    @staticmethod
    def of(*properties: NDArray[Any]) -> Combined:
        """Combine properties, non-negative integers of the same length."""
        count = len(properties[0])
        found = [_numbered(values, int(values.max(initial=0)) + 1) for values in properties]
        together, kinds = found[0][1], len(found[0][0])
        for used, places in found[1:]:
            bound = kinds * len(used)
            distinct, together = _numbered(together * len(used) + places, bound)
            kinds = len(distinct)
        example = np.zeros(kinds, dtype=np.intp)
        example[together] = np.arange(count)
        return Combined(
            of_row=_small(together, kinds),
            used=tuple(used for used, _ in found),
            parts=tuple(_small(places[example], len(used)) for used, places in found),
        )

    def spread(self, which: int, values: NDArray[Any]) -> NDArray[Any]:
        """Return for each combination what `values` says of its property number `which`."""
        return np.take(values, self.parts[which])


def _numbered(values: NDArray[Any], bound: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the distinct values and for each value its place among them."""
    if bound > _DIRECT:
        distinct, places = np.unique(values, return_inverse=True)
        return distinct.astype(np.intp), places.astype(np.intp)
    seen = np.zeros(bound, dtype=bool)
    seen[values] = True
    used = np.flatnonzero(seen)
    place = np.zeros(bound, dtype=np.intp)
    place[used] = np.arange(len(used))
    return used, np.take(place, values)


def _small(values: NDArray[np.intp], bound: int) -> Numbers:
    return values.astype(np.uint16) if bound <= 2**16 else values.astype(np.uint32)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProcessRows:
    """The rows of one process on one day; *position* is a place in the order of the layers, *slot* that of a firm.

    Attributes
    ----------
    span
        The rows.
    rows
        (n,) row numbers by position.
    firms
        (f,) firm numbers by slot.
    begins, sizes
        Layer *k* holds the positions from ``begins[k]``, one for each of the first ``sizes[k]`` slots.
    worked
        Combinations of material and precision entries.
    shaped
        Combinations of size and finish entries.
    volume
        Volume entries in use.
    standing
        Combinations of firm at work, process avoided, first day, last day, weeks to the first free one (255: none
        known) and weeks known to be full.
    """

    span: slice
    rows: NDArray[np.int32]
    firms: NDArray[np.int32]
    begins: NDArray[np.intp]
    sizes: NDArray[np.intp]
    worked: Combined
    shaped: Combined
    volume: Combined
    standing: Combined
    _kept: dict[Any, NDArray[np.int16]] = field(default_factory=dict)

    @staticmethod
    def of(
        columns: CapabilityColumns, span: slice, first_free: NDArray[np.uint8], full_run: NDArray[np.uint8]
    ) -> ProcessRows:
        """Lay out the rows of `span`, of which the last two arrays tell the free capacity."""
        firms = columns.site_firm[columns.row_site[span]]
        starts = np.flatnonzero(np.concatenate([[len(firms) > 0], firms[1:] != firms[:-1]]))
        counts = np.diff(np.append(starts, len(firms)))
        order = np.argsort(-counts, kind="stable")
        sizes = np.array([np.count_nonzero(counts > layer) for layer in range(int(counts.max(initial=0)))], dtype=int)
        local = np.concatenate([starts[order[:size]] + layer for layer, size in enumerate(sizes.tolist())] or [starts])

        def own(name: str) -> NDArray[Any]:
            values: NDArray[Any] = getattr(columns, name)[span][local]
            return values

        return ProcessRows(
            span=span,
            rows=(local + span.start).astype(np.int32),
            firms=firms[starts[order]],
            begins=(np.cumsum(sizes) - sizes).astype(np.intp),
            sizes=sizes.astype(np.intp),
            worked=Combined.of(own("row_material"), own("row_precision")),
            shaped=Combined.of(own("row_size"), own("row_finish")),
            volume=Combined.of(own("row_volume")),
            standing=Combined.of(
                columns.firm_active[firms[local]].view(np.uint8),
                own("row_avoided").view(np.uint8),
                own("row_valid_from"),
                own("row_valid_until"),
                first_free[local],
                full_run[local],
            ),
        )

    @property
    def nbytes(self) -> int:
        """Bytes of the large arrays."""
        groups = (self.worked, self.shaped, self.volume, self.standing)
        lists = sum(group.of_row.nbytes + sum(part.nbytes for part in group.parts) for group in groups)
        return self.rows.nbytes + self.firms.nbytes + lists + sum(array.nbytes for array in self._kept.values())

    def kept(self, key: Any, make: Callable[[], NDArray[np.int16]]) -> NDArray[np.int16]:
        """Return what `make` returned for the last `key`; one array is kept."""
        found = self._kept.get(key)
        if found is None:
            found = make()
            self._kept.clear()
            self._kept[key] = found
        return found

    def least(self, values: NDArray[np.uint32]) -> NDArray[np.uint32]:
        """Return for each slot the least of the values, one a position."""
        best = values[: len(self.firms)].copy()
        for begin, size in zip(self.begins[1:].tolist(), self.sizes[1:].tolist(), strict=True):
            np.minimum(best[:size], values[begin : begin + size], out=best[:size])
        return best

    def least_of(self, positions: NDArray[np.intp], values: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return for each slot the least of the values of some ascending positions; `NOTHING` where there is none."""
        best = np.full(len(self.firms), NOTHING)
        cuts = [*np.searchsorted(positions, self.begins).tolist(), len(positions)]
        for begin, first, last in zip(self.begins.tolist(), cuts[:-1], cuts[1:], strict=True):
            if first < last:
                slots = positions[first:last] - begin
                best[slots] = np.minimum(best[slots], values[first:last])
        return best

    def slots(self, positions: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the slots of ascending positions."""
        cuts = np.append(np.searchsorted(positions, self.begins), len(positions))
        slots: NDArray[np.intp] = positions - np.repeat(self.begins, np.diff(cuts))
        return slots

    def below(self, values: NDArray[np.uint32], limits: NDArray[np.uint32]) -> NDArray[np.intp]:
        """Return the positions, ascending, whose value is below the limit of their slot."""
        found = [
            np.flatnonzero(values[begin : begin + size] < limits[:size]) + begin
            for begin, size in zip(self.begins.tolist(), self.sizes.tolist(), strict=True)
        ]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.intp)
