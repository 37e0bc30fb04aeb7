"""The process that opens a STEP file, apart from the one that serves people.

A CAD kernel is a million lines of C++ fed with a stranger's file: it may crash, loop, or take all memory. So it runs
here, limited in memory and processor time, and answers with one JSON object on its standard output::

    python -m kumihimo.inquiry.step_worker FILE MEMORY_MB CPU_SECONDS

Exit codes: 0 answered, 3 the kernel is not installed, 4 the file is not readable as STEP, 5 it holds no shape,
6 the limits are too small.
"""

from __future__ import annotations

import json
import math
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXIT_NO_KERNEL = 3
EXIT_UNREADABLE = 4
EXIT_NO_SHAPE = 5
EXIT_TOO_HEAVY = 6

_FULL_TURN = 2 * math.pi * 0.999
_UNIT_ENTITY = re.compile(
    r"\(?\s*LENGTH_UNIT\s*\(\s*\)[^;]*?SI_UNIT\s*\(\s*(\$|\.[A-Z]+\.)\s*,\s*\.METRE\.\s*\)"
    r"|CONVERSION_BASED_UNIT\s*\(\s*'([^']+)'[^;]*LENGTH_UNIT",
)


def main(arguments: list[str]) -> int:
    """Measure the file named by the arguments and print the result."""
    path, memory_mb, cpu_seconds = arguments[0], int(arguments[1]), int(arguments[2])
    _limit(memory_mb, cpu_seconds)
    # the kernel chats on standard output; keep that channel for the answer
    answer = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    try:
        import OCP.STEPControl  # noqa: F401 - only to see whether it is there
    except ModuleNotFoundError:
        return EXIT_NO_KERNEL
    except ImportError as error:
        # the loader fails like this when the memory limit is too small for the kernel's own code
        return EXIT_TOO_HEAVY if re.search(r"map segment|allocate|memory", str(error)) else EXIT_NO_KERNEL
    except MemoryError:
        return EXIT_TOO_HEAVY
    shape = _load(path)
    if shape is None:
        return EXIT_UNREADABLE
    result = measure(shape)
    if result is None:
        return EXIT_NO_SHAPE
    result["unit"] = length_unit(path)
    json.dump(result, answer)
    answer.flush()
    return 0


def _limit(memory_mb: int, cpu_seconds: int) -> None:
    try:
        import resource
    except ImportError:
        # not on Windows; there only the parent's time limit holds
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 1048576, memory_mb * 1048576))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _load(path: str) -> Any:
    from OCP.IFSelect import IFSelect_RetDone
    from OCP.STEPControl import STEPControl_Reader

    reader = STEPControl_Reader()
    if reader.ReadFile(path) != IFSelect_RetDone:
        return None
    reader.TransferRoots()
    return reader.OneShape() if reader.NbShapes() else None


def measure(shape: Any) -> dict[str, Any] | None:
    """Return box, volume, area, faces and holes of a shape in mm; None when it holds no face.

    A hole is a cylinder whose material lies outside and that goes round by 360° on one axis; the quarter cylinders of
    a pocket's corners and the half cylinders of a slot do not. ``holes`` is None ("unknown") when a free-form surface
    might hide a cylinder.
    """
    from OCP.BRepAdaptor import BRepAdaptor_Surface
    from OCP.TopAbs import TopAbs_FACE, TopAbs_REVERSED, TopAbs_SOLID

    kinds: Counter[str] = Counter()
    cylinders = []
    for face in _explore(shape, TopAbs_FACE):
        surface = BRepAdaptor_Surface(face)
        kind = str(surface.GetType()).rsplit("_", 1)[-1].lower()
        kinds[kind] += 1
        if kind == "cylinder":
            cylinders.append(_cylinder(surface, face.Orientation() == TopAbs_REVERSED))
    if not kinds:
        return None
    solids = sum(1 for _ in _explore(shape, TopAbs_SOLID))
    inner = full_turns([c for c in cylinders if c[0]])
    outer = full_turns([c for c in cylinders if not c[0]])
    free_form = sum(count for kind, count in kinds.items() if kind in ("bsplinesurface", "beziersurface"))
    box = _box(shape)
    return {
        "box_mm": sorted((round(side, 4) for side in box), reverse=True),
        "round": _round(box, outer),
        "volume_mm3": round(_properties(shape, volume=True), 3) if solids else None,
        "area_mm2": round(_properties(shape, volume=False), 3),
        "solids": solids,
        "faces": dict(sorted(kinds.items())),
        "holes": None if free_form and not cylinders else _counted(inner),
        "holes_sure": free_form == 0,
    }


def length_unit(path: str) -> str | None:
    """Return the length unit that the file names (``"mm"``, ``"inch"``, …); None when it names none or several."""
    names = {"$": "m", ".MILLI.": "mm", ".CENTI.": "cm", ".MICRO.": "um", ".DECI.": "dm", ".KILO.": "km"}
    text = Path(path).read_text(encoding="latin-1")
    # an inch is defined by way of the millimetre, so a conversion-based unit wins
    found, based = set(), set()
    for match in _UNIT_ENTITY.finditer(text):
        if match.group(2):
            based.add(match.group(2).lower())
        else:
            found.add(names.get(match.group(1), match.group(1)))
    units = based or found
    return units.pop() if len(units) == 1 else None


def _explore(shape: Any, kind: Any) -> Iterator[Any]:
    from OCP.TopAbs import TopAbs_FACE
    from OCP.TopExp import TopExp_Explorer
    from OCP.TopoDS import TopoDS

    down = TopoDS.Face if kind == TopAbs_FACE else TopoDS.Solid
    if hasattr(TopoDS, "Face_s"):
        # OCP before 8 names static functions with _s
        down = TopoDS.Face_s if kind == TopAbs_FACE else TopoDS.Solid_s
    explorer = TopExp_Explorer(shape, kind)
    while explorer.More():
        yield down(explorer.Current())
        explorer.Next()


def _box(shape: Any) -> tuple[float, float, float]:
    from OCP.Bnd import Bnd_Box
    from OCP.BRepBndLib import BRepBndLib

    box = Bnd_Box()
    BRepBndLib.AddOptimal_s(shape, box, False, False)
    # Bnd_Box.Get() raises "Unregistered type" in OCP 8.0.1
    low, high = box.CornerMin(), box.CornerMax()
    return high.X() - low.X(), high.Y() - low.Y(), high.Z() - low.Z()


def _properties(shape: Any, *, volume: bool) -> float:
    from OCP.BRepGProp import BRepGProp
    from OCP.GProp import GProp_GProps

    properties = GProp_GProps()
    if volume:
        BRepGProp.VolumeProperties_s(shape, properties)
    else:
        BRepGProp.SurfaceProperties_s(shape, properties)
    return float(properties.Mass())


Cylinder = tuple[bool, float, tuple[float, ...], float, float, float]
"""Hole or not, radius, axis (direction and foot point), span of the angle, start and end along the axis."""


def _cylinder(surface: Any, is_reversed: bool) -> Cylinder:
    cylinder = surface.Cylinder()
    position = cylinder.Position()
    direction, location = position.Direction(), position.Location()
    d = [direction.X(), direction.Y(), direction.Z()]
    p = [location.X(), location.Y(), location.Z()]
    v0, v1 = surface.FirstVParameter(), surface.LastVParameter()
    along = sum(a * b for a, b in zip(d, p, strict=True))
    ends = [along + v0, along + v1]
    # one axis, one sign: the first component that is not zero is positive
    lead = next(x for x in d if abs(x) > 1e-9)
    if lead < 0:
        d = [-x for x in d]
        ends = [-x for x in ends]
        along = -along
    foot = [a - along * b for a, b in zip(p, d, strict=True)]
    axis = tuple(round(x, 4) + 0.0 for x in (*d, *foot))
    # a left-handed placement turns the surface's normal inward
    is_hole = is_reversed == bool(position.Direct())
    span = surface.LastUParameter() - surface.FirstUParameter()
    return is_hole, round(cylinder.Radius(), 4), axis, span, min(ends), max(ends)


def full_turns(cylinders: list[Cylinder]) -> list[tuple[float, tuple[float, ...]]]:
    """Return (radius, axis) of every cylinder that goes round fully, each once.

    Faces on the same axis with the same radius are put together where they overlap along the axis, and their angles
    are added: two halves make a hole, four corner radii at different places do not.
    """
    by_axis: dict[tuple[float, tuple[float, ...]], list[Cylinder]] = {}
    for cylinder in cylinders:
        by_axis.setdefault((cylinder[1], cylinder[2]), []).append(cylinder)
    full = []
    for key, faces in by_axis.items():
        for face in faces:
            middle = (face[4] + face[5]) / 2
            if sum(other[3] for other in faces if other[4] <= middle <= other[5]) >= _FULL_TURN:
                full.append(key)
                break
    return full


def _counted(full: list[tuple[float, tuple[float, ...]]]) -> list[dict[str, float | int]]:
    counts = Counter(round(2 * radius, 4) for radius, _ in full)
    return [{"diameter_mm": diameter, "count": count} for diameter, count in sorted(counts.items(), reverse=True)]


def _round(box: tuple[float, float, float], outer: list[tuple[float, tuple[float, ...]]]) -> bool:
    """Whether the part is round: a full outer cylinder along a main axis that fills the box across."""
    for radius, axis in outer:
        for main in range(3):
            across = [box[i] for i in range(3) if i != main]
            if abs(axis[main]) > 0.9999 and all(math.isclose(2 * radius, side, rel_tol=1e-4) for side in across):
                return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
