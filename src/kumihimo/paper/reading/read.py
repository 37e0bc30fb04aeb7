"""Reads a reply: which form of which order it is, and what was marked; or why a person must look at it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from kumihimo.errors import InputError
from kumihimo.paper.layout import FormLayout, Zone
from kumihimo.paper.reading.answer import Answer, answers_of, full_date
from kumihimo.paper.reading.boxes import measure_boxes
from kumihimo.paper.reading.codes import read_codes, search_codes
from kumihimo.paper.reading.ink import PX_MM, Ink, upright_ink, without_machine_dirt, without_specks
from kumihimo.paper.reading.load import DEFAULT_LIMITS, Grey, PaperLimits, load_pages, square_pixels
from kumihimo.paper.reading.reasons import Review, ReviewReason, review
from kumihimo.paper.reading.register import ENOUGH_MARKS, Registration, rectify, register
from kumihimo.paper.reply_forms import CODES, FARTHEST_DAYS, MARKS, reply_form
from kumihimo.paper.token import Forged, FormToken, read_token
from kumihimo.trade.wording import day_ja

_CROP_PX_MM = 6.0
_WRITTEN_MM2 = 4.0
"""Ink in a zone for handwriting beyond dirt and its printed label."""


class Outcome(StrEnum):
    """What may happen with a reply now."""

    AUTOMATIC = "automatic"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Crop:
    """A picture of a place of the form, for a person: `name` of the zone or group, upright, as PNG."""

    name: str
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadForm:
    """What one page says.

    Attributes
    ----------
    page
        From 1.
    outcome
        Automatic only where nothing at all speaks against it.
    token
        Which form of which order; None where no valid code was read.
    answers
        By name; on a page for review they are only proposed.
    reviews
        Why a person must look.
    notes
        Pictures of handwriting, to be read by a person even where the answer is automatic.
    crops
        Pictures of the groups that are in doubt.
    marks
        Corner marks found.
    codes
        Kinds of code that were read.
    """

    page: int
    outcome: Outcome
    token: FormToken | None
    answers: Mapping[str, Answer]
    reviews: tuple[Review, ...]
    notes: tuple[Crop, ...]
    crops: tuple[Crop, ...]
    marks: int
    codes: tuple[str, ...]


def printed_layout(code: str) -> FormLayout | None:
    """Return the layout of one of our own forms, None where the code is not ours."""
    try:
        return reply_form(code).layout
    except InputError:
        return None


def with_day_judged(form: ReadForm, issued_on: Mapping[str, date]) -> ReadForm:
    """Return a form for review where a day that it names lies before the form was issued.

    A day is read as the first such day from the issue on; where that is most of a year ahead, the one that has passed
    was written down.

    Parameters
    ----------
    issued_on
        Number of an order (or daily sheet) -> the day on which its form went out; others are not judged.
    """
    first = None if form.token is None else issued_on.get(form.token.order)
    if first is None:
        return form
    found: list[Review] = []
    for name, answer in form.answers.items():
        if not (isinstance(answer.value, tuple) and isinstance(answer.value[0], int)):
            continue
        month, number = int(answer.value[0]), int(answer.value[1])
        day = full_date(month, number, not_before=first)
        if day is not None and (day - first).days > FARTHEST_DAYS:
            told = {"month": month, "day": number, "issued": first, "next": day}
            shown = {"issued_ja": day_ja(first), "next_ja": day_ja(day)}
            found.append(review(ReviewReason.DAY_BEFORE_ISSUE, group=name, **told, **shown))
    return replace(form, outcome=Outcome.REVIEW, reviews=(*form.reviews, *found)) if found else form


def read_pages(
    data: bytes,
    *,
    secret: bytes,
    current_revision: Callable[[str], int | None],
    layout_of: Callable[[str], FormLayout | None] = printed_layout,
    name: str = "page",
    limits: PaperLimits = DEFAULT_LIMITS,
) -> tuple[ReadForm, ...]:
    """Read every page of a TIFF, PNG, JPEG or PDF file.

    Parameters
    ----------
    secret
        What the forms were signed with.
    current_revision
        Given the number of an order (or daily sheet), its revision that is in force; None where it is unknown.
    layout_of
        Given the code of a layout, the layout; our own forms unless told otherwise.

    Raises
    ------
    FileRefused
        The file cannot be opened safely.
    """
    pages = load_pages(data, name=name, limits=limits)
    several = [review(ReviewReason.SEVERAL_PAGES, count=len(pages))] if len(pages) > 1 else []
    return tuple(
        _read_page(page, number, several, secret, current_revision, layout_of)
        for number, page in enumerate(pages, start=1)
    )


def _read_page(
    page: Grey,
    number: int,
    reviews: Sequence[Review],
    secret: bytes,
    current_revision: Callable[[str], int | None],
    layout_of: Callable[[str], FormLayout | None],
) -> ReadForm:
    found = list(reviews)
    page = without_machine_dirt(page)
    placed = register(page, MARKS)
    if not placed.good and page.shape[0] < page.shape[1]:
        # A FAX of standard resolution whose file forgot to say so: its lines are twice as high as they seem.
        tall = square_pixels(page, 2, 1)
        placed_tall = register(tall, MARKS)
        if placed_tall.good:
            page, placed = tall, placed_tall
    codes = (read_codes(page, placed, CODES) if placed.good else {}) or search_codes(page)
    token, wrong = _token(codes, secret)
    found += wrong
    if token is not None:
        found += _revision(token, current_revision(token.order))
    layout = layout_of(token.code) if token is not None else None
    if token is not None and layout is None:
        found.append(review(ReviewReason.UNKNOWN_FORM))
    if len(placed.marks) < ENOUGH_MARKS:
        found.append(review(ReviewReason.MARKS_MISSING, found=len(placed.marks)))
    elif not placed.good:
        found.append(review(ReviewReason.PAGE_BENT))
    answers: dict[str, Answer] = {}
    crops: tuple[Crop, ...] = ()
    notes: tuple[Crop, ...] = ()
    if layout is not None and placed.good:
        ink = upright_ink(page, placed, layout)
        boxes = measure_boxes(ink, layout)
        answers, doubts = answers_of(boxes, layout)
        found += doubts
        doubted = dict.fromkeys(one.group for one in doubts if one.group is not None)
        crops = tuple(_group_crop(page, placed, layout, group) for group in doubted)
        notes = tuple(_zone_crop(page, placed, zone) for zone in layout.zones if _written(ink, zone))
    return ReadForm(
        page=number,
        outcome=Outcome.REVIEW if found else Outcome.AUTOMATIC,
        token=token,
        answers=answers,
        reviews=tuple(found),
        notes=notes,
        crops=crops,
        marks=len(placed.marks),
        codes=tuple(sorted(codes)),
    )


def _token(codes: Mapping[str, str], secret: bytes) -> tuple[FormToken | None, list[Review]]:
    tokens = {text: read_token(text, secret) for text in codes.values()}
    if not tokens:
        return None, [review(ReviewReason.NO_TOKEN)]
    good = [token for token in tokens.values() if isinstance(token, FormToken)]
    reviews: list[Review] = []
    if len(tokens) > 1:
        reviews.append(review(ReviewReason.CODES_DISAGREE))
    if any(isinstance(token, Forged) for token in tokens.values()):
        reviews.append(review(ReviewReason.FORGED))
    return (good[0] if len(tokens) == 1 and good else None), reviews


def _revision(token: FormToken, current: int | None) -> list[Review]:
    if current is None:
        return [review(ReviewReason.UNKNOWN_ORDER, order=token.order)]
    if token.revision == current:
        return []
    reason = ReviewReason.OLD_REVISION if token.revision < current else ReviewReason.NEWER_REVISION
    return [review(reason, found=token.revision, current=current)]


def _written(ink: Ink, zone: Zone) -> bool:
    """Whether somebody wrote in the zone, below its printed label."""
    top, left = round((zone.y_mm + 5) * PX_MM), round((zone.x_mm + 1.5) * PX_MM)
    bottom, right = round((zone.y_mm + zone.height_mm - 1.5) * PX_MM), round((zone.x_mm + zone.width_mm - 1.5) * PX_MM)
    return float(without_specks(ink[top:bottom, left:right]).sum()) / PX_MM**2 > _WRITTEN_MM2


def _zone_crop(page: Grey, placed: Registration, zone: Zone) -> Crop:
    return _crop(page, placed, zone.name, (zone.x_mm, zone.y_mm, zone.width_mm, zone.height_mm))


def _group_crop(page: Grey, placed: Registration, layout: FormLayout, group: str) -> Crop:
    """The boxes of a group with the words around them."""
    boxes = layout.boxes_of(group)
    left = max(0.0, min(box.x_mm for box in boxes) - 22)
    top = max(0.0, min(box.y_mm for box in boxes) - 8)
    right = min(layout.width_mm, max(box.x_mm + box.side_mm for box in boxes) + 40)
    bottom = min(layout.height_mm, max(box.y_mm + box.side_mm for box in boxes) + 5)
    return _crop(page, placed, group, (left, top, right - left, bottom - top))


def _crop(page: Grey, placed: Registration, name: str, place: tuple[float, float, float, float]) -> Crop:
    import cv2

    done, png = cv2.imencode(".png", rectify(page, placed, place, _CROP_PX_MM))
    assert done
    return Crop(name=name, png=bytes(png.tobytes()))
