"""ISO 2768-1/-2 (JIS B 0405, JIS B 0419): tolerances of dimensions that carry none on the drawing."""

from __future__ import annotations

from bisect import bisect_left

from kumihimo.errors import InputError, UnknownTerm

# Upper limits of the size steps in mm and the half width in mm for f, m, c, v. `None`: the standard gives none.
_LINEAR_STEPS = (3.0, 6.0, 30.0, 120.0, 400.0, 1000.0, 2000.0, 4000.0)
_LINEAR: dict[str, tuple[float | None, ...]] = {
    "f": (0.05, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, None),
    "m": (0.1, 0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2.0),
    "c": (0.2, 0.3, 0.5, 0.8, 1.2, 2.0, 3.0, 4.0),
    "v": (None, 0.5, 1.0, 1.5, 2.5, 4.0, 6.0, 8.0),
}
# External radii and chamfer heights.
_RADIUS_STEPS = (3.0, 6.0, float("inf"))
_RADIUS: dict[str, tuple[float | None, ...]] = {
    "f": (0.2, 0.5, 1.0),
    "m": (0.2, 0.5, 1.0),
    "c": (0.4, 1.0, 2.0),
    "v": (0.4, 1.0, 2.0),
}
# Angles in minutes of arc, by the length of the shorter leg.
_ANGLE_STEPS = (10.0, 50.0, 120.0, 400.0, float("inf"))
_ANGLE: dict[str, tuple[float | None, ...]] = {
    "f": (60.0, 30.0, 20.0, 10.0, 5.0),
    "m": (60.0, 30.0, 20.0, 10.0, 5.0),
    "c": (90.0, 60.0, 30.0, 15.0, 10.0),
    "v": (180.0, 120.0, 60.0, 30.0, 20.0),
}
# Part 2: mm.
_FORM_STEPS = (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
_WIDE_STEPS = (100.0, 300.0, 1000.0, 3000.0)
_GEOMETRIC: dict[str, tuple[tuple[float, ...], dict[str, tuple[float | None, ...]]]] = {
    "straightness": (
        _FORM_STEPS,
        {
            "H": (0.02, 0.05, 0.1, 0.2, 0.3, 0.4),
            "K": (0.05, 0.1, 0.2, 0.4, 0.6, 0.8),
            "L": (0.1, 0.2, 0.4, 0.8, 1.2, 1.6),
        },
    ),
    "perpendicularity": (
        _WIDE_STEPS,
        {"H": (0.2, 0.3, 0.4, 0.5), "K": (0.4, 0.6, 0.8, 1.0), "L": (0.6, 1.0, 1.5, 2.0)},
    ),
    "symmetry": (
        _WIDE_STEPS,
        {"H": (0.5, 0.5, 0.5, 0.5), "K": (0.6, 0.6, 0.8, 1.0), "L": (0.6, 1.0, 1.5, 2.0)},
    ),
    "runout": ((float("inf"),), {"H": (0.1,), "K": (0.2,), "L": (0.5,)}),
}
_GEOMETRIC["flatness"] = _GEOMETRIC["straightness"]

LINEAR_CLASSES = ("f", "m", "c", "v")
"""精級 f, 中級 m, 粗級 c, 極粗級 v."""
GEOMETRIC_CLASSES = ("H", "K", "L")


def linear_mm(nominal_mm: float, tolerance_class: str) -> float | None:
    """Return the half width ± in mm of a linear dimension (JIS B 0405 table 1).

    Parameters
    ----------
    nominal_mm
        0.5 to 4000 mm; smaller sizes must carry their own tolerance.
    tolerance_class
        ``"f"``, ``"m"``, ``"c"`` or ``"v"``.

    Returns
    -------
    float or None
        `None` where the standard gives no value (v up to 3 mm, f over 2000 mm).

    Raises
    ------
    UnknownTerm
        Unknown class.
    InputError
        Size outside the table.
    """
    return _look_up(_LINEAR, _LINEAR_STEPS, nominal_mm, tolerance_class, smallest_mm=0.5)


def radius_mm(nominal_mm: float, tolerance_class: str) -> float | None:
    """Return the half width ± in mm of an external radius or chamfer (table 2). Raises like `linear_mm`."""
    return _look_up(_RADIUS, _RADIUS_STEPS, nominal_mm, tolerance_class, smallest_mm=0.5)


def angle_deg(shorter_leg_mm: float, tolerance_class: str) -> float | None:
    """Return the half width ± in degrees of an angle by its shorter leg (table 3). Raises like `linear_mm`."""
    minutes = _look_up(_ANGLE, _ANGLE_STEPS, shorter_leg_mm, tolerance_class, smallest_mm=0.0)
    return None if minutes is None else minutes / 60


def geometric_mm(kind: str, length_mm: float, tolerance_class: str) -> float:
    """Return a general geometric tolerance in mm (ISO 2768-2 / JIS B 0419).

    Parameters
    ----------
    kind
        ``"straightness"``, ``"flatness"``, ``"perpendicularity"``, ``"symmetry"`` or ``"runout"``.
    length_mm
        Nominal length, up to 3000 mm (not used for run-out).
    tolerance_class
        ``"H"``, ``"K"`` or ``"L"``.

    Raises
    ------
    UnknownTerm
        Unknown kind or class.
    InputError
        Length outside the table.
    """
    if kind not in _GEOMETRIC:
        raise _unknown(kind, tuple(_GEOMETRIC))
    steps, table = _GEOMETRIC[kind]
    value = _look_up(table, steps, length_mm, tolerance_class, smallest_mm=0.0)
    if value is None:  # cannot happen: part 2 has no empty cell
        raise _unknown(tolerance_class, GEOMETRIC_CLASSES)
    return value


def _look_up(
    table: dict[str, tuple[float | None, ...]],
    steps: tuple[float, ...],
    nominal_mm: float,
    tolerance_class: str,
    *,
    smallest_mm: float,
) -> float | None:
    if tolerance_class not in table:
        raise _unknown(tolerance_class, tuple(table))
    if not (smallest_mm <= nominal_mm <= steps[-1]) or nominal_mm <= 0:
        raise InputError(
            f"寸法 {nominal_mm:g} mm は普通公差の表の範囲外です({smallest_mm:g}〜{steps[-1]:g} mm)。"
            "個別に公差を指示してください。",
            f"{nominal_mm:g} mm is outside the general tolerance table ({smallest_mm:g} to {steps[-1]:g} mm); "
            "state a tolerance of its own.",
        )
    return table[tolerance_class][bisect_left(steps, nominal_mm)]


def _unknown(value: str, known: tuple[str, ...]) -> UnknownTerm:
    return UnknownTerm(
        f"普通公差の等級・種類「{value}」はありません。{'、'.join(known)} のどれかを書いてください。",
        f"General tolerance class or kind {value!r} does not exist; use one of {', '.join(known)}.",
    )
