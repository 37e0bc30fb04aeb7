"""Foreign documents are only pre-filled for a person."""

from __future__ import annotations

import shutil
import subprocess

import numpy as np
import pytest
from paper_desk import Desk

from kumihimo.errors import Unavailable
from kumihimo.paper import ocr
from kumihimo.paper.reading.load import load_pages
from kumihimo.simulate.fax import Level, fax


def _has_japanese() -> bool:
    program = shutil.which("tesseract")
    if program is None:
        return False
    return "jpn" in subprocess.run([program, "--list-langs"], capture_output=True, text=True, check=False).stdout


needs_tesseract = pytest.mark.skipif(
    not _has_japanese(), reason="NOT TESTED: tesseract with Japanese is not installed (sh scripts/system_parts.sh)"
)


@needs_tesseract
def test_words_of_a_leaning_fax_are_suggested_with_their_place(acknowledgement: Desk) -> None:
    (page,) = load_pages(fax(acknowledgement.blank, Level.L1, np.random.default_rng(4)))
    found = ocr.prefill(page, time_limit_s=400)
    suggested = {(one.field, one.text) for one in found.suggestions}
    assert ("order", "PO-2026-000123") in suggested
    line = next(one.line for one in found.suggestions if one.field == "order")
    assert 0 <= line.x <= 1
    assert 0.05 < line.y < 0.98
    assert 0 <= line.confidence <= 1


@needs_tesseract
def test_a_limit_of_time_ends_it() -> None:
    page = np.tile(np.array([0, 255], np.uint8), (2000, 800))
    with pytest.raises(Unavailable, match="longer than"):
        ocr.prefill(page, time_limit_s=0.01)


def test_without_tesseract_a_person_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Unavailable, match="tesseract-ocr-jpn"):
        ocr.prefill(np.full((300, 200), 255, np.uint8))


def test_a_leaning_page_is_put_level() -> None:
    import cv2

    page = np.full((1400, 1000), 255, np.uint8)
    for y in range(200, 1200, 60):
        page[y : y + 14, 150:850] = 0
    turn = cv2.getRotationMatrix2D((500, 700), 2.3, 1.0)
    leaning = np.asarray(cv2.warpAffine(page, turn, (1000, 1400), borderValue=(255,)), np.uint8)
    rows = (255.0 - ocr.deskewed(leaning)).mean(axis=1)
    assert np.abs(np.diff(rows)).max() > 3 * np.abs(np.diff((255.0 - leaning).mean(axis=1))).max()
