"""One capability row of the columns as plain Python values, for the sentences that explain it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from kumihimo.matching.columns import FINISH_FIELDS, PRECISION_FIELDS, SIZE_FIELDS, VOLUME_FIELDS, from_day
from kumihimo.matching.index import IndexPart
from kumihimo.model import EvidenceLevel


@dataclass(frozen=True)
class RowView:
    """A row of one part of the index; values that are unknown are None."""

    part: IndexPart
    row: int

    @property
    def site(self) -> int:
        """Number of the site."""
        return int(self.part.columns.row_site[self.row])

    @property
    def firm(self) -> int:
        """Number of the firm."""
        return int(self.part.columns.site_firm[self.site])

    @property
    def paused(self) -> bool:
        """Whether the firm takes no part at the moment."""
        return bool(self.part.columns.firm_paused[self.firm])

    @cached_property
    def size(self) -> dict[str, float | None]:
        """Limits of size in mm and kg, by `SIZE_FIELDS`."""
        columns = self.part.columns
        return _named(SIZE_FIELDS, columns.size_table[columns.row_size[self.row]])

    @cached_property
    def precision(self) -> dict[str, float | None]:
        """Precision, by `PRECISION_FIELDS`."""
        columns = self.part.columns
        return _named(PRECISION_FIELDS, columns.precision_table[columns.row_precision[self.row]])

    @cached_property
    def finish(self) -> dict[str, float | None]:
        """Hardness, coating and form, by `FINISH_FIELDS`; the scale as its number."""
        columns = self.part.columns
        return _named(FINISH_FIELDS, columns.finish_table[columns.row_finish[self.row]])

    @property
    def hardness_scale(self) -> str:
        """Scale of the hardness range, empty when unknown."""
        number = self.finish["hardness_scale"]
        return "" if number is None else self.part.columns.scales[int(number)]

    @cached_property
    def volume(self) -> dict[str, int | None]:
        """Lots, monthly output and lead days, by `VOLUME_FIELDS`."""
        columns = self.part.columns
        numbers = columns.volume_table[columns.row_volume[self.row]].tolist()
        return {name: None if value < 0 else value for name, value in zip(VOLUME_FIELDS, numbers, strict=True)}

    @property
    def family(self) -> str:
        """Material family."""
        columns = self.part.columns
        return columns.families[int(columns.material_family[columns.row_material[self.row]])]

    @property
    def grades(self) -> tuple[str, ...]:
        """Grades that the row is known to work; empty claims the family."""
        columns = self.part.columns
        return _grades(columns.grades, columns.material_include[columns.row_material[self.row]])

    @property
    def grades_excluded(self) -> tuple[str, ...]:
        """Grades that the row is known not to work."""
        columns = self.part.columns
        return _grades(columns.grades, columns.material_exclude[columns.row_material[self.row]])

    @property
    def evidence(self) -> EvidenceLevel:
        """How well the row is supported."""
        return EvidenceLevel(int(self.part.columns.row_evidence[self.row]))

    @property
    def evidence_on(self) -> date | None:
        """When it was confirmed."""
        return from_day(int(self.part.columns.row_evidence_on[self.row]))

    @property
    def valid_from(self) -> date | None:
        """First day of the row."""
        return from_day(int(self.part.columns.row_valid_from[self.row]))

    @property
    def valid_until(self) -> date | None:
        """Last day of the row."""
        return from_day(int(self.part.columns.row_valid_until[self.row]))

    @property
    def qualified(self) -> int:
        """Day number of `row_qualified`."""
        return int(self.part.columns.row_qualified[self.row])


def _named(names: tuple[str, ...], values: np.ndarray[Any, Any]) -> dict[str, float | None]:
    return {name: None if math.isnan(value) else value for name, value in zip(names, values.tolist(), strict=True)}


def _grades(names: tuple[str, ...], bits: np.ndarray[Any, np.dtype[np.uint64]]) -> tuple[str, ...]:
    words = bits.tolist()
    return tuple(name for number, name in enumerate(names) if words[number // 64] >> (number % 64) & 1)
