"""Dimensions of a drawing with their tolerances, as they are shown."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumihimo.inquiry.drawing_notes import plain_words
from kumihimo.model.requirement import GeometricTolerance, Tolerance

if TYPE_CHECKING:
    from ezdxf.document import Drawing


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawingUnit:
    """Millimetres in one drawing unit, the scale that the dimensions agree on (DIMLFAC), and whether both are sure."""

    mm: float
    scale: float
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A dimension of the drawing as it is shown: ``φ20H7``, ``120±0.01``."""

    words: str
    nominal_mm: float
    tolerance: Tolerance | None
    is_diameter: bool
    place: str


_FIT = re.compile(r"(?<![A-Za-z])(?P<fit>(?:js|JS|[a-hj-np-zA-HJ-NP-Z]{1,2})(?:1[0-8]|[1-9]))(?![0-9.])")
_PLUS_MINUS = re.compile(r"±\s*(\d+(?:\.\d+)?|\.\d+)")
_SIGNED = re.compile(r"(?<![\d.])([+\-−]\s*(?:\d+(?:\.\d+)?|\.\d+)|(?<=[\s/^])0(?![\d.]))")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STACK = re.compile(r"\\S([^;^/#]*)[\^/#]\s*([^;]*);")


def dimensions_of(drawing: Drawing, unit: DrawingUnit) -> Iterator[Dimension]:
    """Yield the dimensions of model space that name a size; angles and ordinates are left out."""
    for entity in drawing.modelspace().query("DIMENSION"):
        made = _dimension(entity, unit)
        if made is not None:
            yield made


def _dimension(entity: Any, unit: DrawingUnit) -> Dimension | None:
    kind = entity.dimtype & 15
    if kind in (2, 5, 6):
        # angles and ordinates are no sizes
        return None
    style = entity.override()
    # a detail view at 2:1 has a DIMLFAC of its own
    factor = float(style.get("dimlfac", 1.0) or 1.0) if unit.mm == 1.0 and unit.sure else unit.scale
    measured = entity.get_measurement()
    if not isinstance(measured, int | float) or not math.isfinite(measured):
        return None
    decimals = int(style.get("dimdec", 2) or 0)
    value = abs(float(measured)) * (factor if factor > 0 else 1.0) * unit.mm
    shown_value = f"{round(value, max(decimals, 0)):.12g}"
    override = str(entity.dxf.get("text", "") or "<>")
    prefix = {3: "φ", 4: "R"}.get(kind, "")
    post = str(style.get("dimpost", "") or "")
    if "<>" in override or not override.strip():
        body = _plain_dimension(override.replace("<>", f"{prefix}{shown_value}"))
        body = _plain_dimension(post.replace("<>", body)) if "<>" in post else body + _plain_dimension(post)
    else:
        body = _plain_dimension(override)
    is_diameter = kind == 3 or "φ" in body or body.startswith("M")
    number = _NUMBER.search(body)
    if number is None:
        return None
    nominal = float(number.group())
    tolerance, suffix = _tolerance(body[number.end() :], nominal, style, unit.mm)
    return Dimension(
        words=body + suffix,
        nominal_mm=nominal,
        tolerance=tolerance,
        is_diameter=is_diameter,
        place=f"DIMENSION #{entity.dxf.get('handle') or '?'}",
    )


def _plain_dimension(words: str) -> str:
    """Undo MTEXT formatting of a dimension text; stacked tolerances become ``+0.02 0``."""
    words = _STACK.sub(lambda match: f" {match.group(1).strip()} {match.group(2).strip()} ", words)
    words = re.sub(r"\\[AHCTQWfFp][^;\\{}]*;", "", words)
    words = words.replace("\\P", " ").replace("\\X", " ").replace("{", "").replace("}", "")
    words = re.sub(r"\\[LlOoKk~]", " ", words)
    return plain_words(words)


def _tolerance(rest: str, nominal: float, style: Any, unit_mm: float) -> tuple[Tolerance | None, str]:
    """Return the tolerance after the nominal size, and the words to show when it stands in the style and not the text.

    Precedence: text of the dimension, then DIMTOL (deviations) or DIMLIM (limits) of its style.
    """
    if match := _PLUS_MINUS.search(rest):
        width = float(match.group(1))
        return Tolerance(upper=width, lower=-width, nominal_mm=nominal), ""
    signed = [float(re.sub(r"\s|−", lambda m: "-" if m.group() == "−" else "", s)) for s in _SIGNED.findall(rest)]
    if len(signed) >= 2:
        return Tolerance(upper=max(signed[:2]), lower=min(signed[:2]), nominal_mm=nominal), ""
    if len(signed) == 1 and signed[0] != 0:
        return Tolerance(upper=max(signed[0], 0.0), lower=min(signed[0], 0.0), nominal_mm=nominal), ""
    if match := _FIT.search(rest):
        return Tolerance(fit=match.group("fit"), nominal_mm=nominal), ""
    if style.get("dimtol", 0) or style.get("dimlim", 0):
        upper = round(float(style.get("dimtp", 0.0) or 0.0) * unit_mm, 6)
        lower = round(-float(style.get("dimtm", 0.0) or 0.0) * unit_mm, 6) + 0.0
        if upper == lower == 0.0:
            return None, ""
        words = f"±{upper:g}" if upper == -lower else f" {upper:+g}/{lower:+g}"
        return Tolerance(upper=upper, lower=lower, nominal_mm=nominal), words
    return None, ""


_FRAME_KINDS = {
    "a": "angularity",
    "b": "perpendicularity",
    "c": "flatness",
    "d": "profile",
    "e": "roundness",
    "f": "parallelism",
    "g": "cylindricity",
    "h": "runout",
    "i": "symmetry",
    "j": "position",
    "k": "profile",
    "r": "concentricity",
    "t": "runout",
    "u": "straightness",
}
"""Letters of the font ``gdt.shx`` in a TOLERANCE entity -> kind of geometric tolerance (AutoCAD's own code)."""

_FRAME = re.compile(r"\{\\Fgdt;([a-z])\}%%v(?:\{\\Fgdt;n\})?\s*(\d*\.?\d+)", re.IGNORECASE)


def geometric_of(drawing: Drawing) -> Iterator[tuple[GeometricTolerance, str, str]]:
    """Yield (tolerance, words, place) of every feature control frame of model space."""
    for entity in drawing.modelspace().query("TOLERANCE"):
        frame: Any = entity
        for letter, number in _FRAME.findall(str(frame.dxf.get("content", ""))):
            kind = _FRAME_KINDS.get(letter.lower())
            value = float(number)
            if kind and 0 < value <= 5:
                yield (
                    GeometricTolerance(kind=kind, value_mm=value),
                    f"幾何公差 {kind} {value:g}",
                    f"TOLERANCE #{frame.dxf.get('handle') or '?'}",
                )
