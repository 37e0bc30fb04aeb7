"""From a grey page to ink on white: the form upright, even light, no streaks of a dirty scanner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kumihimo.paper.layout import FormLayout
from kumihimo.paper.reading.load import Grey
from kumihimo.paper.reading.register import Registration, rectify

Ink = NDArray[np.uint8]
"""1 where there is ink."""

PX_MM = 8.0
"""Of the upright form: as many dots as a FAX has across."""
_DARK = 0.64
"""Ink is darker than this part of the paper around it; a pencil on a photo has some 0.55."""
_SPECK_MM, _SPECK_MM2 = 0.6, 0.12
"""What is shorter, or covers less, is a speck."""
_PHOTO_PART = 0.04
"""A scan is black and white; where more is in between, a lamp and shadows were at work, and no scanner."""
_BROKEN_PART = 0.3
_LEAST_STRIPS = 3
_STREAK_MM = 22.0
"""No printed line is so long and upright: longer ones are dirt on the glass. Frames of boxes have 7 mm."""
_STREAK_GAP_MM = 0.6
"""A streak that comes and goes has short gaps; frames of boxes that stand in line are further apart."""
_DASH_MM, _LONGEST_DASH_MM = 0.6, 5.0
_SCAN_LINE_MM, _HIGHEST_DASH_MM = 0.26, 0.38
"""Height of a line of the scanner at standard resolution, and what becomes of some where dots are made square."""
_BAD_LINE_DASHES = 110
"""Dashes one line of the scanner high: a form, or a page of a dirty machine, has up to 100, a bad line hundreds."""


def upright_ink(page: Grey, registration: Registration, layout: FormLayout) -> Ink:
    """Return the ink of the form, upright, `PX_MM` pixels a millimetre."""
    import cv2

    scale = registration.px_per_mm(layout.width_mm / 2, layout.height_mm / 2)
    if scale > 1.6 * PX_MM:
        page = np.asarray(cv2.GaussianBlur(page, (0, 0), scale / PX_MM * 0.45), np.uint8)
    upright = rectify(page, registration, (0, 0, layout.width_mm, layout.height_mm), PX_MM)
    ink = np.asarray(cv2.compare(upright, _darkest_paper(upright), cv2.CMP_LT) > 0, np.uint8)
    # A streak that was on the paper before it was laid askew is upright only now.
    streaks = _streaks(ink, PX_MM, broken=True)
    return ink if streaks is None else np.asarray(ink & ~streaks, np.uint8)


def without_machine_dirt(page: Grey) -> Grey:
    """Return a scanned page without what no hand and no press puts there.

    Those are lines straight up or across for longer than anything printed, from dirt on the scanner's glass, and
    dashes within one line of the scanner, which a bad telephone line leaves. A photo comes back as it is.
    """
    if float(np.mean((page[::7, ::7] > 70) & (page[::7, ::7] < 185))) > _PHOTO_PART:
        return page
    px_mm = max(page.shape) / 297
    dark = np.asarray(page < 128, np.uint8)
    gone = _streaks(dark, px_mm)
    dashes = _dashes(dark, px_mm)
    if dashes is not None:
        gone = dashes if gone is None else gone | dashes
    return page if gone is None else np.where(gone, np.uint8(255), page)


def _dashes(dark: Ink, px_mm: float) -> NDArray[np.bool_] | None:
    """Return where dashes lie that are one line of the scanner high, if there are as many as only noise leaves.

    A dash from which ink goes on may be the step of a drawn line, or of a frame that lies askew, and stays; one that
    only runs into something upright, such as the side of a frame, goes.
    """
    import cv2

    if int((~_level(dark, px_mm, _SCAN_LINE_MM).goes_on(dark).any(axis=0)).sum()) < _BAD_LINE_DASHES:
        return None
    found = _level(dark, px_mm, _HIGHEST_DASH_MM)
    upright = np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((round(px_mm), 1), np.uint8)), np.uint8)
    inked, runs_into = found.goes_on(dark), found.goes_on(upright)
    stays = inked.all(axis=0) | (inked.any(axis=0) & (runs_into.sum(axis=0) != 1))
    gone = np.zeros(found.labels.max() + 1, np.bool_)
    gone[found.numbers[~stays]] = True
    return gone[found.labels]


@dataclass(frozen=True, slots=True)
class _Level:
    """Level dashes: the labels of the picture, and the number, left, top, width and height of each dash."""

    labels: NDArray[np.int32]
    numbers: NDArray[np.intp]
    places: NDArray[np.int32]

    def goes_on(self, dark: Ink) -> NDArray[np.bool_]:
        """Return for both ends of each dash whether ink lies beside it, from the row above it to the row below."""
        left, top, width, height = self.places.T
        return np.stack([_ink_beside(dark, end, top, height) for end in (left - 1, left + width)])


def _level(dark: Ink, px_mm: float, highest_mm: float) -> _Level:
    import cv2

    high = round(highest_mm * px_mm)
    thick = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((high + 1, 1), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(dark & ~np.asarray(thick, np.uint8), connectivity=8)
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    dash = (height <= high) & (width >= _DASH_MM * px_mm) & (width <= _LONGEST_DASH_MM * px_mm)
    dash[0] = False
    numbers = np.flatnonzero(dash)
    return _Level(np.asarray(labels, np.int32), numbers, np.asarray(stats[numbers, :4], np.int32))


def _ink_beside(
    dark: Ink, column: NDArray[np.int32], top: NDArray[np.int32], height: NDArray[np.int32]
) -> NDArray[np.bool_]:
    rows, columns = dark.shape
    inside = (column >= 0) & (column < columns)
    found = np.zeros(len(column), np.bool_)
    for step in range(-1, int(height.max(initial=0)) + 1):
        row = np.clip(top + step, 0, rows - 1)
        found |= (step <= height) & inside & (dark[row, np.clip(column, 0, columns - 1)] > 0)
    return found


def _streaks(dark: Ink, px_mm: float, *, broken: bool = False) -> NDArray[np.bool_] | None:
    """Return where streaks lie; not where they cross ink, for what is dark on both sides of one is dark below it."""
    import cv2

    length = max(15, round(_STREAK_MM * px_mm))
    found: NDArray[np.bool_] | None = None
    for down in (True, False):
        picture = dark if down else np.ascontiguousarray(dark.T)
        gap = round(_STREAK_GAP_MM * px_mm) if down else 1
        strips = _streak_columns(picture, length, gap, broken=broken and down)
        if not strips.any():
            continue
        mask = np.repeat(strips, length, axis=0)[: picture.shape[0]].astype(np.uint8) & picture
        width = _widest(np.asarray(strips.any(axis=0))) + 3
        healed = cv2.morphologyEx(picture & ~mask, cv2.MORPH_CLOSE, np.ones((1, width), np.uint8))
        gone = (mask & ~np.asarray(healed, np.uint8)) > 0
        gone = gone if down else gone.T
        found = gone if found is None else found | gone
    return found


def _streak_columns(dark: Ink, length: int, gap: int, *, broken: bool) -> NDArray[np.bool_]:
    """Return for each strip of `length` rows which columns a streak darkens, gaps of less than `gap` rows closed.

    With `broken`, faint ones too.
    """
    import cv2

    # Two columns at a time: a streak that leans a little leaves one of them and goes on in the other.
    pair = dark.copy()
    pair[:, :-1] |= dark[:, 1:]
    part = _dark_part(pair, length)
    streak = part > 0.85
    if gap > 1:
        whole = np.asarray(cv2.morphologyEx(pair, cv2.MORPH_CLOSE, np.ones((gap, 1), np.uint8)), np.uint8)
        streak |= _dark_part(whole, length) > 0.95
    if broken:
        # A faint streak has gaps all the way, but it goes all the way down an upright form: frames of boxes do not.
        throughout = np.quantile(part, 0.3, axis=0) > _BROKEN_PART
        streak |= throughout & (part > _BROKEN_PART / 3)
    # A wide dark band is a shadow or the edge of the table, no streak. Frames in line with a mark between are shorter.
    streak &= ~_wide(streak)
    streak &= _beside(streak).sum(axis=0) >= _LEAST_STRIPS
    for _ in range(2):
        if streak.any():
            streak |= _next_to(streak) & (part > 0.25)
    streak[:, 1:] |= streak[:, :-1]
    return streak


def _dark_part(picture: Ink, length: int) -> NDArray[np.float64]:
    """Return how much of each column is dark, for each strip of `length` rows."""
    import cv2

    edges = range(0, picture.shape[0], length)
    sums = [cv2.reduce(picture[edge : edge + length], 0, cv2.REDUCE_SUM, dtype=cv2.CV_32S)[0] for edge in edges]
    return np.stack(sums) / length


def _next_to(streak: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the strips above and below a streak, up to two columns beside it."""
    near = np.zeros_like(streak)
    near[1:] |= streak[:-1]
    near[:-1] |= streak[1:]
    return _beside(near)


def _beside(columns: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the columns and up to two on each side."""
    for _ in range(2):
        wider = columns.copy()
        wider[:, 1:] |= columns[:, :-1]
        wider[:, :-1] |= columns[:, 1:]
        columns = wider
    return columns


def _wide(streak: NDArray[np.bool_]) -> NDArray[np.bool_]:
    import cv2

    lines = streak.astype(np.uint8)
    return np.asarray(cv2.morphologyEx(lines, cv2.MORPH_OPEN, np.ones((1, 9), np.uint8)) > 0)


def _widest(columns: NDArray[np.bool_]) -> int:
    """Return the length of the longest run of streaky columns."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], columns, [False]))))
    return int((edges[1::2] - edges[::2]).max(initial=1))


def without_specks(ink: Ink) -> Ink:
    """Return the ink without what is smaller than any stroke of a pen."""
    import cv2

    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count <= 1:
        return ink
    longest = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT])
    large = (stats[:, cv2.CC_STAT_AREA] >= _SPECK_MM2 * PX_MM**2) & (longest >= _SPECK_MM * PX_MM)
    keep = large.astype(np.uint8)
    keep[0] = 0
    return np.asarray(keep[labels], np.uint8)


def _darkest_paper(upright: Grey) -> Grey:
    """How dark paper may be at every place: a part of what it is without the ink, with the edges of shadows kept."""
    import cv2

    small = cv2.resize(upright, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    # Whatever is narrower than 10 mm is ink, not shadow.
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((21, 21), np.uint8))
    level = cv2.convertScaleAbs(cv2.GaussianBlur(paper, (0, 0), 1.5), alpha=_DARK)
    return np.asarray(cv2.resize(level, (upright.shape[1], upright.shape[0]), interpolation=cv2.INTER_LINEAR), np.uint8)
