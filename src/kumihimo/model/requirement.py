"""What an inquiry asks for: values of a part, and what one process step must be able to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Tolerance:
    """A size tolerance: limits in mm, or an ISO 286 fit such as ``"H7"``; `nominal_mm` None when none is named."""

    upper: float | None = None
    lower: float | None = None
    fit: str | None = None
    nominal_mm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GeometricTolerance:
    """A geometric tolerance: flatness, roundness, cylindricity, parallelism, perpendicularity, ..."""

    kind: str
    value_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hardness:
    """A hardness range; ``None`` on a side that the text leaves open."""

    scale: str
    min: float | None
    max: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coating:
    """A coating thickness range in µm; ``None`` on a side that the text leaves open."""

    min: float | None
    max: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirements:
    """What an inquiry, or one part of it, asks for. Empty and ``None`` mean that the text does not say.

    Attributes
    ----------
    materials
        Grade codes, or family ids where only a family is named.
    processes
        Process ids in the order of the work.
    quantity, per
        Pieces ``"once"``, per ``"month"`` or per ``"year"``.
    size_mm
        Overall size, sorted descending; a turned part gives (longest, diameter).
    prefectures
        JIS X 0401 codes of the delivery place or wanted region.
    """

    materials: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    quantity: int | None = None
    per: str = "once"
    size_mm: tuple[float, ...] = ()
    thickness_mm: float | None = None
    tolerances: tuple[Tolerance, ...] = ()
    geometric: tuple[GeometricTolerance, ...] = ()
    roughness_ra_um: float | None = None
    hardness: Hardness | None = None
    coating_um: Coating | None = None
    due_date: date | None = None
    prefectures: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRequirement:
    """What one process step must be able to do: the left side of matching.

    Only what this step is answerable for stands here: the coating thickness belongs to the plating step, the fit to
    the step that finishes the size. ``None`` and empty mean "not asked", and then nothing is compared.

    Attributes
    ----------
    materials
        Alternatives: grade codes or family ids. A step may be done by whoever works one of them.
    tolerance_it, tolerance_nominal_mm
        ISO 286 grade to be held on that nominal size; ``None`` when the grade cannot be told (then it was asked).
    tolerance_mm
        Total width in mm, for the sentence that explains; compared only when a row knows no IT grade.
    round_part
        The size is (length, diameter) of a round part.
    needs_qualification
        A special process: its result cannot be verified by final inspection.
    """

    process: str
    materials: tuple[str, ...] = ()
    size_mm: tuple[float, ...] = ()
    round_part: bool = False
    thickness_mm: float | None = None
    mass_kg: float | None = None
    tolerance_it: int | None = None
    tolerance_nominal_mm: float | None = None
    tolerance_mm: float | None = None
    geometric: tuple[GeometricTolerance, ...] = ()
    roughness_ra_um: float | None = None
    hardness: Hardness | None = None
    coating_um: Coating | None = None
    quantity: int | None = None
    per: str = "once"
    due_date: date | None = None
    prefectures: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    needs_qualification: bool = False
