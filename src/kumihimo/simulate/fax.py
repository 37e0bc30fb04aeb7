"""What a FAX line, an old scanner or a phone's camera makes of a page. Synthetic noise, for tests and benchmarks."""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from kumihimo.simulate.handwriting import PX_MM, Grey

_ACROSS_MM, _FINE_MM, _STANDARD_MM = 8.04, 7.7, 3.85
"""Dots a millimetre of group 3 FAX: 1728 across 215 mm, and lines down."""
_WIDTH_PX = 1728


class Level(StrEnum):
    """How bad the line is."""

    L0 = "L0"
    L1 = "L1"
    L2 = "L2"
    L3 = "L3"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaxNoise:
    """What happens to a page on its way.

    Attributes
    ----------
    skew_deg
        Least and most, to either side.
    specks
        Part of the dots that turn over.
    streaks
        Most dark lines of a dirty scanner, full height.
    blur_px
        Of the scanner, in its dots.
    shrink
        Most that the page becomes smaller or larger.
    dropped
        Most groups of one to three lines that are lost.
    """

    skew_deg: tuple[float, float]
    specks: float
    streaks: int
    blur_px: float
    shrink: float
    dropped: int


LEVELS = {
    Level.L0: FaxNoise(skew_deg=(0.0, 0.0), specks=0.0, streaks=0, blur_px=0.4, shrink=0.0, dropped=0),
    Level.L1: FaxNoise(skew_deg=(0.0, 0.6), specks=0.001, streaks=0, blur_px=0.6, shrink=0.01, dropped=0),
    Level.L2: FaxNoise(skew_deg=(0.6, 1.5), specks=0.004, streaks=1, blur_px=0.8, shrink=0.02, dropped=3),
    Level.L3: FaxNoise(skew_deg=(1.0, 3.0), specks=0.010, streaks=2, blur_px=1.2, shrink=0.04, dropped=4),
}


def fax(sheet: Grey, level: Level, rng: np.random.Generator, *, fine: bool = True, quarter_turns: int = 0) -> bytes:
    """Return the page as the TIFF file (G4) that a FAX machine hands on.

    Parameters
    ----------
    sheet
        The marked sheet, `PX_MM` pixels a millimetre.
    fine
        204 × 196 dots an inch; otherwise 204 × 98.
    quarter_turns
        How often the page was turned by 90° before it was put in.
    """
    import cv2

    noise = LEVELS[level]
    sheet = np.rot90(sheet, quarter_turns).copy()
    down_mm = _FINE_MM if fine else _STANDARD_MM
    height_mm, width_mm = sheet.shape[0] / PX_MM, sheet.shape[1] / PX_MM
    size = (_WIDTH_PX, round(height_mm * down_mm))
    low, high = noise.skew_deg
    angle = np.deg2rad((low + (high - low) * rng.random()) * rng.choice([-1, 1]))
    fit = min(1.0, 215 / width_mm)
    scale = fit * (1 - noise.shrink * rng.random())
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    middle_mm = np.array([width_mm, height_mm]) / 2
    landed_mm = np.array([215.0, height_mm]) / 2 + (rng.random(2) - 0.5) * noise.shrink * 40
    place = np.diag([_ACROSS_MM, down_mm]) @ np.column_stack([turn / PX_MM, landed_mm - turn @ middle_mm])
    source = cv2.GaussianBlur(sheet, (0, 0), max(0.6, (noise.blur_px + 0.3) * PX_MM / _ACROSS_MM * 0.6))
    grey = np.asarray(cv2.warpAffine(source, place, size, flags=cv2.INTER_LINEAR, borderValue=(255,)), np.float64)
    dots = grey < 128 + 50 * (rng.random() - 0.35) * (noise.blur_px > 0.5)
    dots = _streaked(dots, noise.streaks, rng)
    dots = _specked(dots, noise.specks, rng)
    dots = _without_lines(dots, noise.dropped, rng)
    return tiff_bytes(dots, (204, 196 if fine else 98))


def photo(sheet: Grey, rng: np.random.Generator, *, quarter_turns: int = 0) -> bytes:
    """Return the page as a phone's camera sees it: leaning, in uneven light, a little out of focus, as JPEG."""
    import cv2

    sheet = np.rot90(sheet, quarter_turns).copy()
    height, width = sheet.shape
    canvas = (2200, round(2200 * height / width)) if width < height else (round(2200 * width / height), 2200)
    margin = 0.04 + 0.06 * rng.random(8).reshape(4, 2)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
    landed = np.abs(corners - margin) * np.array(canvas)
    lean = cv2.getPerspectiveTransform(
        (corners * np.array([width, height])).astype(np.float32), landed.astype(np.float32)
    )
    table = 60 + 90 * rng.random()
    seen = cv2.warpPerspective(
        cv2.GaussianBlur(sheet, (0, 0), 1.2), lean, canvas, flags=cv2.INTER_AREA, borderValue=(float(table),)
    ).astype(np.float64)
    seen = np.asarray(cv2.GaussianBlur(seen, (0, 0), 0.6 + 0.9 * rng.random()), np.float64)
    lit = 175 + 40 * rng.random()
    rows, columns = np.mgrid[0 : canvas[1], 0 : canvas[0]] / max(canvas)
    slope = (rng.random(2) - 0.5) * 0.5
    light = 1 + slope[0] * (rows - 0.5) + slope[1] * (columns - 0.5)
    edge = (columns * np.cos(0.6) + rows * np.sin(0.6)) - (0.3 + 0.6 * rng.random())
    light *= 1 - (0.15 + 0.25 * rng.random()) / (1 + np.exp(-edge * 60))
    # Ink on paper never is quite black in a photo.
    picture = (0.12 + 0.88 * seen / 255) * lit * light + (rng.random(seen.shape) - 0.5) * 14
    grey = np.clip(picture, 0, 255).astype(np.uint8)
    done, made = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(60 + 30 * rng.random())])
    assert done
    return bytes(made.tobytes())


def tiff_bytes(dots: NDArray[np.bool_], dpi: tuple[int, int]) -> bytes:
    """Return black dots as a TIFF file of group 4."""
    from PIL import Image

    out = io.BytesIO()
    Image.fromarray(~dots).save(out, format="TIFF", compression="group4", dpi=dpi)
    return out.getvalue()


def _streaked(dots: NDArray[np.bool_], most: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    for _ in range(most):
        x = int(rng.integers(40, dots.shape[1] - 40))
        width = int(rng.integers(1, 4))
        dots[:, x : x + width] |= rng.random((dots.shape[0], 1)) < 0.97
    return dots


def _specked(dots: NDArray[np.bool_], part: float, rng: np.random.Generator) -> NDArray[np.bool_]:
    if not part:
        return dots
    dots ^= rng.random(dots.shape) < part * 0.8
    # Some specks are larger than a dot: dirt on the glass.
    for y, x in zip(*np.nonzero(rng.random(dots.shape) < part * 0.02), strict=True):
        dots[y : y + int(rng.integers(1, 4)), x : x + int(rng.integers(2, 4))] = True
    return dots


def _without_lines(dots: NDArray[np.bool_], most: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Lose lines: those below move up, and the machine fills the page with white."""
    for _ in range(int(rng.integers(0, most + 1)) if most else 0):
        y, count = int(rng.integers(0, dots.shape[0] - 3)), int(rng.integers(1, 4))
        white = np.zeros((count, dots.shape[1]), np.bool_)
        dots = np.concatenate([dots[:y], dots[y + count :], white])
    return dots
