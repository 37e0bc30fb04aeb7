"""From the requirements that were read to the process steps, each with what it is answerable for."""

from __future__ import annotations

from collections.abc import Sequence

from kumihimo import terms
from kumihimo.inquiry.consistency import grade_on
from kumihimo.model.inquiry import Inquiry, Part
from kumihimo.model.requirement import GeometricTolerance, Requirements, StepRequirement, Tolerance
from kumihimo.model.routing import Routing, RoutingStep
from kumihimo.terms import iso286

_SIZE_MAKERS = (
    "grind.",
    "edm.",
    "mach.",
    "etch.",
    "ecm",
    "poly.",
    "pm.",
    "am.",
    "cast.",
    "form.",
    "sheet.",
    "fab.",
    "join.",
    "tool.",
)
"""Families that make a size; the last such step of a part answers for its tolerances."""
_NOT_SIZE = frozenset({"mach.saw", "mach.engrave", "join.solder", "join.bond"})
_SURFACE_MAKERS = ("fin.", "grind.", "edm.", "mach.", "poly.", "pm.", "am.", "cast.", "form.", "etch.")
_NOT_SURFACE = frozenset(
    {"fin.deburr", "fin.print", "fin.clean", "fin.impreg", "fin.passiv", "mach.saw", "fin.shotpeen"}
)
_SET = ("assy.", "join.", "insp.")
_FLAT = frozenset({"sheet.laser", "sheet.punch", "sheet.shear", "sheet.plasma", "sheet.gas", "sheet.waterjet"})
"""Cutting flat sheet: the height of the folded part does not exist yet."""
_ROUND = ("mach.turn", "grind.cyl", "grind.centerless", "form.spin")


def to_routing(inquiry: Inquiry) -> Routing:
    """Return the steps of an inquiry; none when it names no process, for then the process is asked.

    The processes of a part are done one after the other, in the order of the requirements (see
    `kumihimo.inquiry.process_order.process_order`). Steps that were named for all parts together (assembly, joining,
    inspection) come when every part is ready, in the usual order of work.

    A step carries only what it is answerable for: tolerances belong to the last step that makes the size, roughness to
    the last that makes the surface, hardness to the heat treatment, coating thickness to the coating. Material,
    size, quantity, due date, region and certificates go to every step.
    """
    steps: list[RoutingStep] = []
    sinks: list[str] = []
    several = len(inquiry.parts) > 1
    for part in inquiry.parts:
        last = ""
        for number, requirement in enumerate(part_steps(part, inquiry), 1):
            identity = f"{part.id}-{number * 10}"
            steps.append(RoutingStep(id=identity, part=part.id, requirement=requirement, after=(last,) if last else ()))
            last = identity
        if last:
            sinks.append(last)
    if several:
        _add_set_steps(inquiry, steps, tuple(sinks))
    return Routing(steps=tuple(steps))


def _add_set_steps(inquiry: Inquiry, steps: list[RoutingStep], sinks: tuple[str, ...]) -> None:
    common = {item.value for item in inquiry.fields if item.field == "processes" and item.part == ""}
    wanted = [process for process in inquiry.requirements.processes if process in common and process.startswith(_SET)]
    needs = inquiry.requirements
    after = sinks
    for number, process in enumerate(sorted(wanted, key=lambda item: terms.process(item).stage), 1):
        identity = f"set-{number * 10}"
        requirement = StepRequirement(
            process=process,
            materials=needs.materials,
            quantity=needs.quantity,
            per=needs.per,
            due_date=needs.due_date,
            prefectures=needs.prefectures,
            certificates=needs.certificates,
            needs_qualification=terms.process(process).special,
        )
        steps.append(RoutingStep(id=identity, part="", requirement=requirement, after=after))
        after = (identity,)


def part_steps(part: Part, inquiry: Inquiry) -> tuple[StepRequirement, ...]:
    """Return what each step of one part must be able to do, in the order of the work."""
    needs = part.requirements
    processes = needs.processes
    # A reamed hole is finished on the machining centre that drills it: a drilling step answers for a fit only when no
    # other step makes sizes.
    size_step = _last(processes, _SIZE_MAKERS, _NOT_SIZE | {"mach.drill"})
    if size_step is None:
        size_step = _last(processes, _SIZE_MAKERS, _NOT_SIZE)
    surface_step = _last(processes, _SURFACE_MAKERS, _NOT_SURFACE)
    heat_step = _last(processes, ("ht.",), frozenset({"ht.anneal", "ht.norm", "ht.subzero"})) or _last(
        processes, ("ht.",), frozenset()
    )
    coat_step = _last(processes, ("coat.",), frozenset()) or _last(processes, ("fin.passiv",), frozenset())
    round_part = is_round(part, inquiry)
    grade, nominal, width = tolerance_asked(needs, round_part)
    mass = _mass(inquiry) if len(inquiry.parts) == 1 else None
    return tuple(
        StepRequirement(
            process=process,
            materials=needs.materials,
            size_mm=_step_size(process, needs),
            round_part=round_part,
            thickness_mm=needs.thickness_mm,
            mass_kg=mass,
            tolerance_it=grade if index == size_step else None,
            tolerance_nominal_mm=nominal if index == size_step else None,
            tolerance_mm=width if index == size_step else None,
            geometric=needs.geometric if index == size_step else _no_geometric(),
            roughness_ra_um=needs.roughness_ra_um if index == surface_step else None,
            hardness=needs.hardness if index == heat_step else None,
            coating_um=needs.coating_um if index == coat_step else None,
            quantity=needs.quantity,
            per=needs.per,
            due_date=needs.due_date,
            prefectures=needs.prefectures,
            certificates=needs.certificates,
            needs_qualification=terms.process(process).special,
        )
        for index, process in enumerate(processes)
    )


def _step_size(process: str, needs: Requirements) -> tuple[float, ...]:
    """Return the size that a step must handle; of a folded sheet part the cutting sees the two largest sides."""
    if process in _FLAT and needs.thickness_mm is not None and len(needs.size_mm) > 2:
        return tuple(sorted(needs.size_mm, reverse=True)[:2])
    return needs.size_mm


def _no_geometric() -> tuple[GeometricTolerance, ...]:
    return ()


def _last(processes: Sequence[str], heads: tuple[str, ...], without: frozenset[str]) -> int | None:
    found = [index for index, process in enumerate(processes) if process.startswith(heads) and process not in without]
    return found[-1] if found else None


def is_round(part: Part, inquiry: Inquiry) -> bool:
    """Tell whether the size is (length, diameter) or one diameter: a φ stands in its words, or the part is turned."""
    size = part.requirements.size_mm
    if not size or len(size) > 2:
        return False
    words = [item.text for item in inquiry.fields if item.field == "size_mm" and item.part in (part.id, "")]
    signs = ("φ", "Φ", "ø", "Ø", "⌀", "径", "∅", "ϕ")
    if any(sign in text for text in words for sign in signs):
        return True
    return any(process.startswith(_ROUND) for process in part.requirements.processes)


def tolerance_asked(needs: Requirements, round_part: bool) -> tuple[int | None, float | None, float | None]:
    """Return (ISO 286 grade, nominal in mm, width in mm) of the finest tolerance whose size is known.

    The nominal is the one that is written with the tolerance; for a fit on a round part it is the diameter, and for a
    ± without a feature the largest size unless that would be finer than a shop is asked for without naming the
    feature. A tolerance whose size cannot be told gives only its width: then it was asked.
    """
    best: tuple[int, float, float] | None = None
    narrowest: float | None = None
    for tolerance in needs.tolerances:
        nominal = tolerance.nominal_mm or _assumed_nominal(needs, round_part, tolerance)
        width = _width(tolerance, nominal)
        if width is None:
            continue
        if narrowest is None or width < narrowest:
            narrowest = width
        grade = grade_on(nominal, width * 1000) if nominal else None
        if nominal and grade is not None and (best is None or grade < best[0]):
            best = (grade, nominal, width)
    return best if best is not None else (None, None, narrowest)


def _assumed_nominal(needs: Requirements, round_part: bool, tolerance: Tolerance) -> float | None:
    if not needs.size_mm:
        return None
    if round_part and tolerance.fit is not None:
        return min(needs.size_mm)
    if tolerance.fit is not None or tolerance.upper is None or tolerance.lower is None:
        return None
    from kumihimo.inquiry.consistency import needs_feature

    return None if needs_feature(tolerance, needs.size_mm, round_part) else max(needs.size_mm)


def _width(tolerance: Tolerance, nominal: float | None) -> float | None:
    if tolerance.upper is not None and tolerance.lower is not None:
        return round(tolerance.upper - tolerance.lower, 6)
    if tolerance.fit is None or nominal is None:
        return None
    grade = "".join(char for char in tolerance.fit if char.isdigit())
    try:
        return round(iso286.tolerance_um(nominal, int(grade)) / 1000, 6)
    except (ValueError, LookupError):
        return None


def _mass(inquiry: Inquiry) -> float | None:
    masses = {float(item.value) for item in inquiry.context if item.field == "mass_kg"}
    return masses.pop() if len(masses) == 1 else None
