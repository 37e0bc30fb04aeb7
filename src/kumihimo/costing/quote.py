"""A quote built up from set-up, run time, material and finish, with every assumption shown.

The time models are plain rules of thumb (chip volume over removal rate, area over area rate, batches in a furnace):
good enough to compare teams and to plan, no substitute for the firm's own quotation, and labelled so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumihimo import terms
from kumihimo.costing.rates import ProcessRate, material_rate, process_rate
from kumihimo.model import Capability, StepRequirement

FURNACE_CYCLE_MIN = 480
"""One heat treatment batch, loading to unloading: eight hours."""

BATH_CYCLE_MIN = 90
"""One plating or chemical batch, racking to drying: an hour and a half."""

SMALLEST_SHARE = 0.05
"""Least share of a furnace or bath run that is charged."""

CHIP_FRACTION = 0.35
"""Share of the bounding box that is cut away when nothing is known about the shape."""

STOCK_FACTOR = 1.2
"""Raw material bought per volume of the bounding box: saw cut and clamping allowance."""

DEFAULT_SIZE_MM = (100.0, 60.0, 30.0)
"""Size assumed for cost and time alone when the inquiry names none; it is never used for matching."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One thing that the quote takes for granted, in words for the coordinator."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StepQuote:
    """Price and time of one step for one lot at one firm.

    The four amounts add up to `total_jpy`. `setup_min` and `run_min` are work minutes on one machine; `lot_kg` is the
    estimated mass of the lot; `registered` tells that the firm's own rates were used.
    """

    setup_jpy: int
    run_jpy: int
    material_jpy: int
    minimum_jpy: int
    setup_min: int
    run_min: int
    lot_kg: float
    registered: bool
    assumptions: tuple[Assumption, ...]

    @property
    def total_jpy(self) -> int:
        """Sum of set-up, run time, material and the supplement up to the minimum order."""
        return self.setup_jpy + self.run_jpy + self.material_jpy + self.minimum_jpy

    @property
    def total_min(self) -> int:
        """Work minutes on one machine."""
        return self.setup_min + self.run_min


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """Bounding figures of one piece: volume cm³, surface cm², seam and cut length mm, mass kg."""

    volume_cm3: float
    surface_cm2: float
    length_mm: float
    mass_kg: float


def quote_step(
    requirement: StepRequirement,
    capability: Capability | None,
    *,
    quantity: int,
    buys_material: bool,
) -> StepQuote:
    """Estimate price and time of a step.

    Parameters
    ----------
    requirement
        What the step must do.
    capability
        The firm's row; its own set-up price, hourly rate and minimum order win over ours. None for a neutral estimate.
    quantity
        Pieces of the lot, at least 1.
    buys_material
        Whether this step buys the raw material (the first step of a part, unless material is supplied).

    Returns
    -------
    StepQuote

    Raises
    ------
    ValueError
        When `quantity` is below 1.
    """
    if quantity < 1:
        raise ValueError("a lot has at least one piece")
    rate = process_rate(requirement.process)
    notes: list[Assumption] = []
    shape = _shape(requirement, notes)
    run_min, paid_min = _run_minutes(requirement, rate, shape, quantity, notes)

    hourly = capability.hourly_jpy if capability and capability.hourly_jpy is not None else None
    setup = capability.setup_jpy if capability and capability.setup_jpy is not None else None
    minimum = capability.min_order_jpy if capability and capability.min_order_jpy is not None else None
    if hourly is None or setup is None:
        notes.append(
            Assumption(
                ja="時間単価・段取費は同社の登録がないため目安値",
                en="hourly rate and set-up price are rules of thumb: the firm has named none",
            )
        )
    run_jpy = round((hourly if hourly is not None else rate.hourly_jpy) * paid_min / 60)
    setup_jpy = setup if setup is not None else rate.setup_jpy
    material_jpy = _material_jpy(requirement, shape, quantity, notes) if buys_material else 0
    floor = minimum if minimum is not None else rate.min_order_jpy
    return StepQuote(
        setup_jpy=setup_jpy,
        run_jpy=run_jpy,
        material_jpy=material_jpy,
        minimum_jpy=max(0, floor - setup_jpy - run_jpy),
        setup_min=max(1, round(rate.setup_min)),
        run_min=max(1, math.ceil(round(run_min, 6))),
        lot_kg=round(shape.mass_kg * quantity, 3),
        registered=hourly is not None and setup is not None,
        assumptions=tuple(notes),
    )


def _shape(requirement: StepRequirement, notes: list[Assumption]) -> _Shape:
    size = tuple(requirement.size_mm)
    thickness = requirement.thickness_mm
    if not size:
        size = DEFAULT_SIZE_MM if thickness is None else (200.0, 150.0, thickness)
        shown = "×".join(f"{value:g}" for value in size)
        notes.append(Assumption(ja=f"寸法不明のため {shown} mm と仮定", en=f"size unknown, {shown} mm assumed"))
    elif len(size) == 1:
        size = (size[0], size[0], thickness or size[0] / 2)
    elif len(size) == 2:
        size = (size[0], size[1], size[1] if requirement.round_part else (thickness or min(size[1], 20.0)))
    if requirement.round_part and len(requirement.size_mm) == 2:
        # (length, diameter): a disc is shorter than it is wide, so the order of the sizes cannot tell which is which.
        bar_mm, diameter_mm = requirement.size_mm
        size = (bar_mm, diameter_mm, diameter_mm)
    length, width, height = sorted(size[:3], reverse=True)
    if thickness is not None and not requirement.round_part:
        # A sheet part: its volume is the blank's, not that of the folded box.
        volume = (length + height) * (width + height) * thickness / 1000 if height > thickness else 0.0
        volume = volume or length * width * thickness / 1000
    elif requirement.round_part:
        # Two of the three sides are the diameter: of a bar the smaller two, of a disc the larger two.
        volume = math.pi / 4 * length * width * height / 1000
    else:
        volume = length * width * height / 1000
    surface = 2 * (length * width + length * height + width * height) / 100
    mass = requirement.mass_kg if requirement.mass_kg is not None else volume * _density(requirement.materials) / 1000
    return _Shape(volume_cm3=volume, surface_cm2=surface, length_mm=length + width, mass_kg=mass)


def _run_minutes(
    requirement: StepRequirement, rate: ProcessRate, shape: _Shape, quantity: int, notes: list[Assumption]
) -> tuple[float, float]:
    """Return the minutes that the lot takes, and those that are paid: a furnace or a bath is shared with other lots."""
    if rate.model in ("furnace", "bath"):
        furnace = rate.model == "furnace"
        amount = shape.mass_kg * quantity if furnace else shape.surface_cm2 / 100 * quantity
        cycle = FURNACE_CYCLE_MIN if furnace else BATH_CYCLE_MIN
        batches = max(1, math.ceil(amount / rate.rate))
        share = max(amount / rate.rate, SMALLEST_SHARE)
        unit = "kg" if furnace else "dm²"
        notes.append(
            Assumption(
                ja=f"{'炉' if furnace else '処理槽'}は他の仕事と相乗り：{amount:.1f} {unit}／1回 {rate.rate:g} {unit}、"
                f"{cycle / 60:g} 時間 × {batches} 回",
                en=f"{'furnace' if furnace else 'bath'} shared with other lots: {amount:.1f} of {rate.rate:g} {unit} a "
                f"run, {batches} run(s) of {cycle / 60:g} h",
            )
        )
        handling = rate.handling_min * quantity
        return batches * cycle + handling, share * cycle + handling
    piece = rate.handling_min
    if rate.model == "removal":
        speed = _removal_speed(requirement.materials) * rate.rate
        piece += shape.volume_cm3 * CHIP_FRACTION / speed
        notes.append(
            Assumption(
                ja=f"外形の {CHIP_FRACTION:.0%} を {speed:.0f} cm³/分で削ると仮定",
                en=f"{CHIP_FRACTION:.0%} of the box cut at {speed:.0f} cm³/min",
            )
        )
    elif rate.model == "area":
        piece += shape.surface_cm2 / 2 / rate.rate
        notes.append(
            Assumption(
                ja=f"表面積の半分を {rate.rate:g} cm²/分で仕上げると仮定",
                en=f"half of the surface finished at {rate.rate:g} cm²/min",
            )
        )
    elif rate.model in ("sheet", "weld"):
        factor = 4.0 if rate.model == "sheet" else 1.0
        piece += factor * shape.length_mm / rate.rate
        notes.append(
            Assumption(
                ja=f"切断・溶接長さを外形から推定（{factor * shape.length_mm:.0f} mm/個）",
                en=f"cut or seam length estimated from the size ({factor * shape.length_mm:.0f} mm a piece)",
            )
        )
    elif rate.model == "mass":
        piece += shape.mass_kg / rate.rate
    piece *= _precision_factor(requirement, notes)
    return piece * quantity, piece * quantity


def _precision_factor(requirement: StepRequirement, notes: list[Assumption]) -> float:
    grade = requirement.tolerance_it
    factor = 1.0 if grade is None or grade >= 8 else {7: 1.2, 6: 1.5}.get(grade, 2.0)
    if factor > 1.0:
        notes.append(
            Assumption(ja=f"IT{grade} のため加工時間 {factor:g} 倍", en=f"run time × {factor:g} for IT{grade}")
        )
    return factor


def _material_jpy(requirement: StepRequirement, shape: _Shape, quantity: int, notes: list[Assumption]) -> int:
    rate = next((found for item in requirement.materials if (found := material_rate(_family(item)))), None)
    if rate is None:
        notes.append(Assumption(ja="材質不明のため材料費は含まない", en="material unknown: its price is not included"))
        return 0
    kilograms = shape.mass_kg * STOCK_FACTOR * quantity
    notes.append(
        Assumption(
            ja=f"材料 {kilograms:.1f} kg × {rate.jpy_per_kg:,} 円/kg（目安）",
            en=f"material {kilograms:.1f} kg at {rate.jpy_per_kg:,} JPY/kg (rule of thumb)",
        )
    )
    return round(kilograms * rate.jpy_per_kg)


def _family(material: str) -> str:
    grade = terms.materials().get(material)
    return grade.family if grade else material


def _density(materials: tuple[str, ...]) -> float:
    for item in materials:
        grade = terms.materials().get(item)
        if grade and grade.density_g_cm3:
            return grade.density_g_cm3
        for other in terms.materials().values():
            if other.family.split(".")[0] == item.split(".")[0] and other.density_g_cm3:
                return other.density_g_cm3
    return 7.85


def _removal_speed(materials: tuple[str, ...]) -> float:
    found = [rate.removal_cm3_per_min for item in materials if (rate := material_rate(_family(item)))]
    return min(found, default=12.0)
