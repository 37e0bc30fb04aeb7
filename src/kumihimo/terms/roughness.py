"""Surface roughness: old ▽ marks of JIS B 0601:1952–1970 and rules of thumb between Ra, Rz and Rmax."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kumihimo.errors import InputError

RZ_PER_RA = 4.0
"""Rule of thumb Rz (old Rmax, Ry) ≈ 4 Ra, the step of the old JIS series (Ra 1.6 beside 6.3 S); not a definition."""

RA_SERIES_UM = (0.012, 0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.3, 12.5, 25.0, 50.0, 100.0)
"""Preferred Ra values in µm (JIS B 0601, JIS B 0031)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishMark:
    """An old finish mark.

    Attributes
    ----------
    ra_max_um
        Coarsest Ra the mark usually stands for; `None`: no machining required (〜).
    ra_fine_um
        Finest Ra of the usual range; `None` likewise.
    """

    mark: str
    ja: str
    en: str
    ra_fine_um: float | None
    ra_max_um: float | None


_MARKS = (
    FinishMark(mark="▽▽▽▽", ja="精密仕上げ", en="superfine finish", ra_fine_um=0.025, ra_max_um=0.2),
    FinishMark(mark="▽▽▽", ja="上仕上げ", en="fine finish", ra_fine_um=0.4, ra_max_um=1.6),
    FinishMark(mark="▽▽", ja="並仕上げ", en="medium finish", ra_fine_um=3.2, ra_max_um=6.3),
    FinishMark(mark="▽", ja="荒仕上げ", en="rough finish", ra_fine_um=12.5, ra_max_um=25.0),
    FinishMark(mark="〜", ja="加工しない面(素地)", en="not machined", ra_fine_um=None, ra_max_um=None),
)


def finish_marks() -> Mapping[str, FinishMark]:
    """Return the old marks. They name a class, not a value: a reader should ask for Ra."""
    return MappingProxyType({item.mark: item for item in _MARKS})


def ra_from_rz_um(rz_um: float) -> float:
    """Return Ra in µm from Rz, Ry or old Rmax in µm by `RZ_PER_RA`. Raises `InputError` if not > 0."""
    return _positive(rz_um) / RZ_PER_RA


def rz_from_ra_um(ra_um: float) -> float:
    """Return Rz in µm from Ra in µm by `RZ_PER_RA`. Raises `InputError` if not > 0."""
    return _positive(ra_um) * RZ_PER_RA


def _positive(value_um: float) -> float:
    if not value_um > 0:
        raise InputError(
            f"表面粗さ {value_um:g} µm は 0 より大きい値にしてください。",
            f"Roughness {value_um:g} µm must be greater than 0.",
        )
    return value_um
