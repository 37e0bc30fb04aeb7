"""Finds the corner marks, and from them where every millimetre of the form lies, however it was laid on the glass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kumihimo.paper.codes_and_marks import mark_dictionary
from kumihimo.paper.layout import Mark
from kumihimo.paper.reading.load import Grey

if TYPE_CHECKING:
    import cv2

Floats = NDArray[np.float64]

ENOUGH_MARKS = 3
_SEARCH_PX = 1250
"""Long side of the small picture that is searched first: a 12 mm mark has some 50 pixels there, and specks are gone."""
_BENT_MM = 1.2
"""Largest distance of a mark's corner from where the others say it is; beyond, the page is bent."""
_FLAT_MM = 0.15
_NEAR_MM = 9.0
_LOCAL_PX_MM = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """Where the form lies on the page.

    Attributes
    ----------
    to_px
        Homography from millimetres of the form to pixels of the page.
    marks
        Numbers of the marks that were found.
    error_mm
        Largest distance of a found corner from where it should be.
    """

    to_px: Floats
    marks: tuple[int, ...]
    error_mm: float

    @property
    def good(self) -> bool:
        """Whether enough marks were found, and they fit."""
        return len(self.marks) >= ENOUGH_MARKS and self.error_mm <= _BENT_MM

    def px_per_mm(self, x_mm: float, y_mm: float) -> float:
        """Return the scale of the page around a place."""
        around = self.pixels(np.array([[x_mm, y_mm], [x_mm + 1, y_mm], [x_mm, y_mm + 1]]))
        return float(np.linalg.norm(around[1:] - around[0], axis=1).mean())

    def pixels(self, mm: Floats) -> Floats:
        """Return where places (rows of x, y) lie on the page."""
        return _project(self.to_px, mm)


def register(page: Grey, marks: Sequence[Mark]) -> Registration:
    """Return where the form lies; no good where fewer than three of its marks are found, or they do not fit."""
    found: dict[int, Floats] = {}
    for picture, scale in _pictures(page):
        for number, corners in _detect(picture).items():
            found.setdefault(number, (corners + 0.5) / scale - 0.5)
        found = {number: corners for number, corners in found.items() if number in {mark.id for mark in marks}}
        if len(found) == len(marks):
            break
        if len(found) >= ENOUGH_MARKS:
            found |= _look_near(page, marks, found)
            break
    if len(found) < ENOUGH_MARKS:
        return Registration(to_px=np.eye(3), marks=tuple(sorted(found)), error_mm=np.inf)
    return _fit(marks, found)


def rectify(page: Grey, registration: Registration, box: tuple[float, float, float, float], px_mm: float) -> Grey:
    """Return the part of the form in `box` (x, y, width, height in mm), upright, with `px_mm` pixels a millimetre."""
    import cv2

    x_mm, y_mm, width, height = box
    # Pixel centres: pixel 0 covers the first 1/px_mm of a millimetre, and its middle is half of that.
    to_mm = np.array([[1 / px_mm, 0, x_mm + 0.5 / px_mm], [0, 1 / px_mm, y_mm + 0.5 / px_mm], [0, 0, 1]])
    size = (round(width * px_mm), round(height * px_mm))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    made = cv2.warpPerspective(page, registration.to_px @ to_mm, size, flags=flags, borderValue=(255,))
    return np.asarray(made, np.uint8)


def _pictures(page: Grey) -> Iterator[tuple[Grey, float]]:
    """The page small and smoothed, then without thin lines, then in other sizes: most pages need the first only."""
    import cv2

    # Whole divisors are quickest.
    divisor = max(1, round(max(page.shape) / _SEARCH_PX))
    for divide, blur in ((divisor, 3), (max(1, divisor - 1), 7), (divisor + 1, 3)):
        size = (page.shape[1] // divide, page.shape[0] // divide)
        whole = page[: size[1] * divide, : size[0] * divide]
        small = cv2.resize(whole, size, interpolation=cv2.INTER_AREA)
        yield np.asarray(cv2.GaussianBlur(small, (blur, blur), 0), np.uint8), 1 / divide
        if divide == divisor:
            yield _without_thin_lines(np.asarray(small, np.uint8), max(page.shape) / divide / 297), 1 / divide


def _without_thin_lines(picture: Grey, px_mm: float) -> Grey:
    """Return the picture without what is thinner than 1 mm: streaks that touch a mark, pens that run through it."""
    import cv2

    wide = max(3, round(px_mm) | 1)
    healed = cv2.morphologyEx(picture, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    return np.asarray(cv2.morphologyEx(healed, cv2.MORPH_CLOSE, np.ones((wide, wide), np.uint8)), np.uint8)


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    import cv2

    settings = cv2.aruco.DetectorParameters()
    settings.adaptiveThreshWinSizeMin = 19
    settings.adaptiveThreshWinSizeMax = 43
    settings.adaptiveThreshWinSizeStep = 24
    settings.minMarkerPerimeterRate = 0.05
    settings.maxMarkerPerimeterRate = 0.6
    settings.polygonalApproxAccuracyRate = 0.06
    settings.perspectiveRemovePixelPerCell = 6
    settings.maxErroneousBitsInBorderRate = 0.25
    settings.errorCorrectionRate = 0.5
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_SUBPIX
    settings.cornerRefinementWinSize = 4
    settings.relativeCornerRefinmentWinSize = 0.2
    return cv2.aruco.ArucoDetector(mark_dictionary(), settings)


def _detect(picture: Grey) -> dict[int, Floats]:
    """Return the corners of each mark that is there once: two with one number cannot both be ours."""
    corners, numbers, _ = _detector().detectMarkers(picture)
    if numbers is None:
        return {}
    names = [int(one) for one in np.asarray(numbers).ravel()]
    return {
        name: np.asarray(corner, np.float64).reshape(4, 2)
        for name, corner in zip(names, corners, strict=True)
        if names.count(name) == 1
    }


def _look_near(page: Grey, marks: Sequence[Mark], found: dict[int, Floats]) -> dict[int, Floats]:
    """Look again, closely, where the missing marks must be."""
    import cv2

    rough = _fit(marks, found)
    if not rough.good:
        return {}
    more: dict[int, Floats] = {}
    for mark in marks:
        if mark.id in found:
            continue
        side = mark.side_mm + 2 * _NEAR_MM
        corner = (mark.x_mm - _NEAR_MM, mark.y_mm - _NEAR_MM)
        crop = rectify(page, rough, (*corner, side, side), _LOCAL_PX_MM)
        smoothed = (np.asarray(cv2.GaussianBlur(crop, (blur, blur), 0), np.uint8) for blur in (3, 7, 11))
        for picture in (*smoothed, _without_thin_lines(crop, _LOCAL_PX_MM)):
            here = _detect(picture).get(mark.id)
            if here is not None:
                more[mark.id] = rough.pixels((here + 0.5) / _LOCAL_PX_MM + np.array(corner))
                break
    return more


def _fit(marks: Sequence[Mark], found: dict[int, Floats]) -> Registration:
    import cv2

    known = [mark for mark in marks if mark.id in found]
    mm = np.concatenate([_corners(mark) for mark in known])
    px = np.concatenate([found[mark.id] for mark in known])
    fits: list[Floats] = []
    if len(known) < len(marks):
        # Three marks tell a flat page's place well, but hardly how it leans: the simple fit is taken where it is good.
        fits.append(_least_squares(mm, px))
    leaning, _ = cv2.findHomography(mm, px, 0)
    if leaning is not None:
        fits.append(np.asarray(leaning, np.float64))
    numbers = tuple(mark.id for mark in known)
    tried = [Registration(to_px=to_px, marks=numbers, error_mm=_error_mm(to_px, mm, px)) for to_px in fits]
    if not tried:
        return Registration(to_px=np.eye(3), marks=(), error_mm=np.inf)
    return next((one for one in tried if one.error_mm <= _FLAT_MM), tried[-1])


def _least_squares(mm: Floats, px: Floats) -> Floats:
    places = np.column_stack([mm, np.ones(len(mm))])
    solved, *_ = np.linalg.lstsq(places, px, rcond=None)
    return np.vstack([solved.T, [0.0, 0.0, 1.0]])


def _error_mm(to_px: Floats, mm: Floats, px: Floats) -> float:
    try:
        back = _project(np.asarray(np.linalg.inv(to_px), np.float64), px)
    except np.linalg.LinAlgError:
        return np.inf
    return float(np.linalg.norm(back - mm, axis=1).max())


def _corners(mark: Mark) -> Floats:
    """Corners in the order of the detector: clockwise from the top left."""
    x, y, side = mark.x_mm, mark.y_mm, mark.side_mm
    return np.array([[x, y], [x + side, y], [x + side, y + side], [x, y + side]], np.float64)


def _project(matrix: Floats, places: Floats) -> Floats:
    with_one = np.column_stack([places, np.ones(len(places))]) @ matrix.T
    return np.asarray(with_one[:, :2] / with_one[:, 2:], np.float64)
