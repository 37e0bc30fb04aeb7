"""Our own forms read back: clear answers by themselves, everything else to a person with the reason."""

from __future__ import annotations

import io
from datetime import date

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from paper_desk import PEN, SECRET, Desk, png, read_one
from PIL import Image

from kumihimo.paper.codes_and_marks import code_modules
from kumihimo.paper.layout import Choose, FormKind
from kumihimo.paper.reading.answer import full_date
from kumihimo.paper.reading.read import Outcome, ReadForm, read_pages
from kumihimo.paper.reading.reasons import ReviewReason
from kumihimo.paper.token import FormToken
from kumihimo.simulate.fax import Level, fax, photo, tiff_bytes
from kumihimo.simulate.handwriting import ANSWERS, PX_MM, Grey, Stroke, draw_mark, write_note
from kumihimo.simulate.replies import expected_answers, mark_sheet, some_reply

CHANGED = ("answer.change", "month.12", "day.21", "quantity.10.8", "quantity.1.0")


def reasons(form: ReadForm) -> set[ReviewReason]:
    return {one.reason for one in form.reviews}


def values(form: ReadForm) -> dict[str, object]:
    return {name: answer.value for name, answer in form.answers.items()}


@pytest.mark.parametrize("stroke", [*ANSWERS, Stroke.FILLED])
def test_a_marked_form_is_read_by_itself(acknowledgement: Desk, stroke: Stroke) -> None:
    form = read_one(png(acknowledgement.marked(*CHANGED, stroke=stroke)))
    assert form.reviews == ()
    assert form.outcome is Outcome.AUTOMATIC
    assert values(form) == {"answer": "change", "date": (12, 21), "quantity": 80}
    assert form.token == FormToken(code="A1", order="PO-2026-000123", revision=2)
    assert min(answer.confidence for answer in form.answers.values()) > 0.4
    assert form.codes == ("DataMatrix", "QRCode")
    assert form.notes == form.crops == ()


@pytest.mark.parametrize("kind", list(FormKind))
def test_every_kind_of_form_is_read_over_a_bad_line(desks: dict[FormKind, Desk], kind: FormKind) -> None:
    desk = desks[kind]
    rng = np.random.default_rng(7)
    reply = some_reply(desk.layout, rng)
    page = fax(mark_sheet(desk.blank, desk.layout, reply, rng, pen=PEN), Level.L1, rng, fine=False)
    form = read_one(page)
    assert form.reviews == ()
    assert values(form) == expected_answers(desk.layout, reply)


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_a_page_may_lie_any_way_round(acknowledgement: Desk, turns: int) -> None:
    rng = np.random.default_rng(turns)
    sheet = acknowledgement.marked("answer.accept")
    for page in (fax(sheet, Level.L1, rng, quarter_turns=turns), photo(sheet, rng, quarter_turns=turns)):
        form = read_one(page)
        assert form.outcome is Outcome.AUTOMATIC
        assert values(form) == {"answer": "accept"}


def test_half_the_resolution_is_enough(acknowledgement: Desk) -> None:
    sheet = acknowledgement.marked(*CHANGED)
    small = cv2.resize(sheet, None, fx=100 / 305, fy=100 / 305, interpolation=cv2.INTER_AREA)
    form = read_one(png(np.asarray(small, np.uint8)))
    assert form.outcome is Outcome.AUTOMATIC
    assert values(form)["date"] == (12, 21)


def test_a_standard_fax_that_does_not_say_so_is_read(acknowledgement: Desk) -> None:
    """Some gateways hand on the dots without their resolution."""
    small = cv2.resize(acknowledgement.marked(*CHANGED), (1728, 1144), interpolation=cv2.INTER_AREA)
    form = read_one(png(np.where(np.asarray(small) < 150, np.uint8(0), np.uint8(255))))
    assert form.outcome is Outcome.AUTOMATIC
    assert values(form)["date"] == (12, 21)


@pytest.mark.parametrize(("revision", "reason"), [(3, ReviewReason.OLD_REVISION), (1, ReviewReason.NEWER_REVISION)])
def test_another_revision_goes_to_a_person(acknowledgement: Desk, revision: int, reason: ReviewReason) -> None:
    form = read_one(png(acknowledgement.marked("answer.accept")), revision=revision)
    assert form.outcome is Outcome.REVIEW
    assert reasons(form) == {reason}
    assert values(form) == {"answer": "accept"}, "the answer is still proposed"


def test_an_order_that_nobody_knows_goes_to_a_person(acknowledgement: Desk) -> None:
    page = png(acknowledgement.marked("answer.accept"))
    (form,) = read_pages(page, secret=SECRET, current_revision={}.get)
    assert reasons(form) == {ReviewReason.UNKNOWN_ORDER}


def test_a_form_signed_with_another_key_is_forged(acknowledgement: Desk) -> None:
    page = png(acknowledgement.marked("answer.accept"))
    (form,) = read_pages(page, secret=b"another key, also 32 bytes long.", current_revision={"PO-2026-000123": 2}.get)
    assert reasons(form) == {ReviewReason.FORGED}
    assert form.token is None


def _with_other_code(desk: Desk, sheet: Grey, symbology: str, text: str) -> Grey:
    code = next(one for one in desk.layout.codes if one.symbology == symbology)
    modules = np.where(code_modules(symbology, text), np.uint8(0), np.uint8(255))
    side = round(code.side_mm * PX_MM)
    x, y = round(code.x_mm * PX_MM), round(code.y_mm * PX_MM)
    sheet[y : y + side, x : x + side] = cv2.resize(modules, (side, side), interpolation=cv2.INTER_NEAREST)
    return sheet


def test_two_codes_that_disagree_go_to_a_person(acknowledgement: Desk) -> None:
    other = FormToken(code="A1", order="PO-2026-000124", revision=2).signed(SECRET)
    sheet = _with_other_code(acknowledgement, acknowledgement.marked("answer.accept"), "DataMatrix", other)
    form = read_one(png(sheet))
    assert reasons(form) == {ReviewReason.CODES_DISAGREE}
    assert form.token is None


def test_a_form_of_a_newer_kind_goes_to_a_person(acknowledgement: Desk) -> None:
    newer = FormToken(code="A9", order="PO-2026-000123", revision=2).signed(SECRET)
    sheet = acknowledgement.marked("answer.accept")
    for symbology in ("QRCode", "DataMatrix"):
        sheet = _with_other_code(acknowledgement, sheet, symbology, newer)
    assert reasons(read_one(png(sheet))) == {ReviewReason.UNKNOWN_FORM}


def _cover(sheet: Grey, x_mm: float, y_mm: float, side_mm: float) -> None:
    x, y, side = (round(one * PX_MM) for one in (x_mm, y_mm, side_mm))
    sheet[y : y + side, x : x + side] = 255


@pytest.mark.parametrize("lost", [1, 2])
def test_one_lost_corner_is_borne_two_are_not(acknowledgement: Desk, lost: int) -> None:
    sheet = acknowledgement.marked("answer.accept")
    for mark in acknowledgement.layout.marks[:lost]:
        _cover(sheet, mark.x_mm, mark.y_mm, mark.side_mm)
    form = read_one(png(sheet))
    assert form.marks == 4 - lost
    if lost == 1:
        assert form.outcome is Outcome.AUTOMATIC
    else:
        assert reasons(form) == {ReviewReason.MARKS_MISSING}
        assert form.token is not None, "the codes still tell which order it is"


def test_one_lost_code_is_borne_two_are_not(acknowledgement: Desk) -> None:
    sheet = acknowledgement.marked("answer.accept")
    first, second = acknowledgement.layout.codes
    _cover(sheet, first.x_mm, first.y_mm, first.side_mm)
    assert read_one(png(sheet)).outcome is Outcome.AUTOMATIC
    _cover(sheet, second.x_mm, second.y_mm, second.side_mm)
    assert reasons(read_one(png(sheet))) == {ReviewReason.NO_TOKEN}


def test_an_empty_form_goes_to_a_person(acknowledgement: Desk) -> None:
    form = read_one(png(acknowledgement.blank))
    assert reasons(form) == {ReviewReason.NOTHING_MARKED}
    assert [crop.name for crop in form.crops] == ["answer"]
    assert form.crops[0].png.startswith(b"\x89PNG")


def test_two_marks_in_a_group_go_to_a_person(acknowledgement: Desk) -> None:
    form = read_one(png(acknowledgement.marked("answer.accept", "answer.decline", "reason.price")))
    assert ReviewReason.TWO_MARKED in reasons(form)
    assert "answer" in {one.group for one in form.reviews}


@pytest.mark.parametrize("stroke", [Stroke.SCRIBBLE, Stroke.STRUCK])
@pytest.mark.parametrize("seed", range(4))
def test_a_correction_goes_to_a_person_even_alone(acknowledgement: Desk, stroke: Stroke, seed: int) -> None:
    form = read_one(png(acknowledgement.marked("answer.accept", stroke=stroke, seed=seed)))
    assert form.outcome is Outcome.REVIEW


@pytest.mark.parametrize("seed", [52, 89, 99])
def test_a_scribble_so_close_that_it_fills_the_box_is_no_filled_box(acknowledgement: Desk, seed: int) -> None:
    form = read_one(png(acknowledgement.marked("answer.accept", stroke=Stroke.SCRIBBLE, seed=seed)))
    assert reasons(form) == {ReviewReason.STRUCK_OUT}


def test_a_wide_cross_of_the_thickest_pen_is_no_scribble(acknowledgement: Desk) -> None:
    sheet, box = acknowledgement.blank.copy(), acknowledgement.box("answer.accept")
    (left, right), (top, bottom) = (
        (round((edge - 0.8) * PX_MM), round((edge + box.side_mm + 0.8) * PX_MM)) for edge in (box.x_mm + 0.4, box.y_mm)
    )
    for begin, end in (((left, top), (right, bottom)), ((left, bottom), (right, top))):
        cv2.line(sheet, begin, end, 30, round(1.5 * PX_MM), cv2.LINE_AA)
    form = read_one(png(sheet))
    assert form.reviews == ()
    assert values(form) == {"answer": "accept"}


def test_specks_within_a_circle_are_no_lines(acknowledgement: Desk) -> None:
    sheet, box = acknowledgement.blank.copy(), acknowledgement.box("answer.accept")
    x, y = (round((edge + box.side_mm / 2) * PX_MM) for edge in (box.x_mm, box.y_mm))
    cv2.circle(sheet, (x, y), round(2.6 * PX_MM), 30, round(0.5 * PX_MM), cv2.LINE_AA)
    for down in (-1.2, 0.0, 1.2):
        corner = (x - round(0.2 * PX_MM), y + round((down - 0.4) * PX_MM))
        cv2.rectangle(sheet, corner, (corner[0] + round(0.4 * PX_MM), corner[1] + round(0.8 * PX_MM)), 0, -1)
    form = read_one(png(sheet))
    assert form.reviews == ()
    assert values(form) == {"answer": "accept"}


@pytest.mark.parametrize(
    "names",
    [
        ("answer.accept", "month.12", "day.21"),
        ("answer.change",),
        ("answer.change", "month.12"),
        ("answer.change", "month.2", "day.30"),
        ("answer.change", "month.12", "day.21", "quantity.100.1", "quantity.1.0"),
        ("answer.change", "month.12", "day.21", "quantity.1.0"),
        ("answer.decline",),
        ("answer.accept", "reason.price"),
    ],
)
def test_answers_that_do_not_fit_together_go_to_a_person(acknowledgement: Desk, names: tuple[str, ...]) -> None:
    form = read_one(png(acknowledgement.marked(*names)))
    assert ReviewReason.RULE_BROKEN in reasons(form)
    assert all("電話で聞いてください" in one.ja for one in form.reviews)


def test_handwriting_is_shown_and_decides_nothing(acknowledgement: Desk) -> None:
    sheet = acknowledgement.marked("answer.accept")
    note = next(zone for zone in acknowledgement.layout.zones if zone.name == "note")
    write_note(sheet, note, PEN, np.random.default_rng(2))
    form = read_one(png(sheet))
    assert form.outcome is Outcome.AUTOMATIC
    assert [crop.name for crop in form.notes] == ["note"]


def test_several_pages_go_to_a_person(acknowledgement: Desk) -> None:
    pages = [Image.fromarray(acknowledgement.marked("answer.accept")), Image.fromarray(acknowledgement.blank)]
    out = io.BytesIO()
    pages[0].save(out, format="TIFF", save_all=True, append_images=pages[1:])
    read = read_pages(out.getvalue(), secret=SECRET, current_revision={"PO-2026-000123": 2}.get)
    assert [form.page for form in read] == [1, 2]
    assert all(ReviewReason.SEVERAL_PAGES in reasons(form) for form in read)
    assert values(read[0]) == {"answer": "accept"}


def test_a_page_that_is_no_form_goes_to_a_person() -> None:
    noise = (np.random.default_rng(1).random((1200, 900)) * 255).astype(np.uint8)
    assert reasons(read_one(png(noise))) == {ReviewReason.NO_TOKEN, ReviewReason.MARKS_MISSING}


def test_a_streak_of_a_dirty_scanner_is_no_mark(acknowledgement: Desk) -> None:
    """The streak runs through the middle of a row of boxes, and through the mark itself."""
    sheet = acknowledgement.marked("answer.accept")
    for name in ("day.13", "answer.accept"):
        x = round((acknowledgement.box(name).x_mm + 3.3) * PX_MM)
        sheet[:, x : x + 3] = 0
    form = read_one(png(sheet))
    assert form.reviews == ()
    assert values(form) == {"answer": "accept"}


def test_a_streak_on_a_page_that_lies_askew_is_no_mark(acknowledgement: Desk) -> None:
    sheet = acknowledgement.marked("answer.accept")
    x = round((acknowledgement.box("day.13").x_mm + 3.3) * PX_MM)
    sheet[:, x : x + 3] = 0
    turn = cv2.getRotationMatrix2D((1260, 1780), 2.0, 0.97)
    page = np.asarray(cv2.warpAffine(sheet, turn, sheet.shape[::-1], borderValue=(255,)), np.uint8)
    form = read_one(png(page))
    assert form.reviews == ()
    assert values(form) == {"answer": "accept"}


def _sent(desk: Desk) -> NDArray[np.bool_]:
    """Return the dots of a sheet that came by FAX at standard resolution, straight, with one answer."""
    page = fax(desk.marked("answer.accept"), Level.L0, np.random.default_rng(1), fine=False)
    return ~np.asarray(Image.open(io.BytesIO(page)))


def _dot(desk: Desk, name: str) -> tuple[int, int]:
    """Return row and column of the middle of a box in dots of a FAX at standard resolution."""
    box, size = desk.box(name), desk.layout
    x_mm, y_mm = box.x_mm + box.side_mm / 2, box.y_mm + box.side_mm / 2
    return round(y_mm * 3.85), round((x_mm + (215 - size.width_mm) / 2) * 8.04)


def test_a_streak_with_gaps_is_no_mark(acknowledgement: Desk) -> None:
    """Dirt that comes and goes darkens three lines of four, all the way down, beside a column of boxes."""
    dots = _sent(acknowledgement)
    _, column = _dot(acknowledgement, "day.13")
    beside = column + round((acknowledgement.box("day.13").side_mm / 2 + 0.7) * 8.04)
    dots[:, beside : beside + 2] |= np.random.default_rng(2).random((dots.shape[0], 1)) < 0.75
    form = read_one(tiff_bytes(dots, (204, 98)))
    assert form.reviews == ()
    assert values(form) == {"answer": "accept"}


@pytest.mark.parametrize(("elsewhere", "found"), [(300, set()), (20, {ReviewReason.DOUBTFUL_MARK})])
def test_dashes_of_a_bad_line_are_no_marks(acknowledgement: Desk, elsewhere: int, found: set[ReviewReason]) -> None:
    """One dash in a box may be drawn; where hundreds lie on the page, the telephone line made it."""
    dots, rng = _sent(acknowledgement), np.random.default_rng(3)
    height, width = dots.shape
    for row, column in zip(rng.integers(0, height, elsewhere), rng.integers(0, width - 20, elsewhere), strict=True):
        dots[row, column : column + int(rng.integers(8, 20))] = True
    for name in ("day.13", "month.5"):
        row, column = _dot(acknowledgement, name)
        dots[row, column - 14 : column + 14] = True
    row, column = _dot(acknowledgement, "day.21")
    edge = column + round(acknowledgement.box("day.21").side_mm / 2 * 8.04)
    dots[row, edge - 25 : edge] = True
    form = read_one(tiff_bytes(dots, (204, 98)))
    assert reasons(form) == found
    assert values(form)["answer"] == "accept"


def test_a_weak_dot_is_neither_empty_nor_marked(acknowledgement: Desk) -> None:
    sheet = acknowledgement.marked("answer.accept")
    box = acknowledgement.box("day.13")
    centre = (round((box.x_mm + 3.5) * PX_MM), round((box.y_mm + 3.5) * PX_MM))
    cv2.circle(sheet, centre, round(0.6 * PX_MM), 20, -1)
    form = read_one(png(sheet))
    assert reasons(form) == {ReviewReason.DOUBTFUL_MARK}
    assert [one.group for one in form.reviews] == ["day"]


def _circled(desk: Desk, name: str, part: float) -> tuple[Grey, tuple[int, int], int]:
    """Return a sheet with a circle around a box, as wide as a part of its side, and its middle and radius in pixels."""
    sheet, box = desk.marked("answer.change", "month.12"), desk.box(name)
    middle = (round((box.x_mm + box.side_mm / 2 + 0.3) * PX_MM), round((box.y_mm + box.side_mm / 2 - 0.2) * PX_MM))
    radius = round(part * box.side_mm * PX_MM)
    cv2.circle(sheet, middle, radius, 30, round(0.4 * PX_MM), cv2.LINE_AA)
    return sheet, middle, radius


@pytest.mark.parametrize("part", [0.58, 0.62, 0.7, 0.85])
def test_a_circle_may_run_along_the_frame(acknowledgement: Desk, part: float) -> None:
    sheet, _middle, _radius = _circled(acknowledgement, "day.21", part)
    for fine in (True, False):
        form = read_one(fax(sheet, Level.L1, np.random.default_rng(4), fine=fine))
        assert form.reviews == ()
        assert values(form) == {"answer": "change", "date": (12, 21)}


@pytest.mark.parametrize("part", [0.5, 0.54, 0.56])
def test_a_circle_on_the_frame_itself_is_never_taken_for_an_empty_box(acknowledgement: Desk, part: float) -> None:
    sheet, _middle, _radius = _circled(acknowledgement, "day.21", part)
    form = read_one(png(sheet))
    assert form.outcome is Outcome.REVIEW or values(form) == {"answer": "change", "date": (12, 21)}


@pytest.mark.parametrize("part", [0.62, 0.7, 0.85])
def test_a_circle_struck_out_with_one_thin_line_goes_to_a_person(acknowledgement: Desk, part: float) -> None:
    sheet, (x, y), radius = _circled(acknowledgement, "day.21", part)
    cv2.line(sheet, (x - radius - 12, y + 9), (x + radius + 12, y - 6), 30, round(0.3 * PX_MM), cv2.LINE_AA)
    assert read_one(png(sheet)).outcome is Outcome.REVIEW


def test_a_page_crossed_out_as_a_whole_goes_to_a_person(acknowledgement: Desk) -> None:
    sheet = acknowledgement.marked("answer.accept")
    cv2.line(sheet, (300, 900), (2200, 3000), 20, 8)
    cv2.line(sheet, (2200, 900), (300, 3000), 20, 8)
    assert read_one(png(sheet)).outcome is Outcome.REVIEW


def test_the_day_is_the_next_such_day() -> None:
    assert full_date(1, 8, not_before=date(2026, 12, 4)) == date(2027, 1, 8)
    assert full_date(12, 4, not_before=date(2026, 12, 4)) == date(2026, 12, 4)
    assert full_date(2, 29, not_before=date(2026, 12, 4)) == date(2028, 2, 29)
    assert full_date(2, 30, not_before=date(2026, 12, 4)) is None


def test_replies_of_the_simulation_keep_the_rules_of_the_forms(desks: dict[FormKind, Desk]) -> None:
    for desk in desks.values():
        rng = np.random.default_rng(11)
        for _ in range(60):
            reply = some_reply(desk.layout, rng)
            for group in desk.layout.groups:
                if group.choose is Choose.EXACTLY_ONE:
                    assert group.name in reply.chosen
            assert set(reply.chosen) <= {group.name for group in desk.layout.groups}


def test_marks_of_every_stroke_leave_ink(acknowledgement: Desk) -> None:
    for stroke in Stroke:
        sheet = acknowledgement.blank.copy()
        draw_mark(sheet, acknowledgement.box("day.13"), stroke, PEN, np.random.default_rng(3))
        assert (sheet < acknowledgement.blank).sum() > 2 * PX_MM


def test_the_rest_of_a_streak_in_one_box_is_no_mark(acknowledgement: Desk) -> None:
    sheet = acknowledgement.marked("answer.accept")
    box = acknowledgement.box("day.13")
    x, y = round((box.x_mm + 3.3) * PX_MM), round((box.y_mm + 1.2) * PX_MM)
    sheet[y : y + round(4.5 * PX_MM), x : x + 5] = 0
    assert reasons(read_one(png(sheet))) == {ReviewReason.DOUBTFUL_MARK}
