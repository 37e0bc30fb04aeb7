"""Reads the words of documents that are not ours, to fill in fields that a person then checks. It decides nothing."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import unicodedata
from dataclasses import dataclass

import numpy as np

from kumihimo.errors import Unavailable
from kumihimo.paper.reading.load import Grey

_STEEPEST_DEG = 5.0
_PATTERNS = {
    "order": re.compile(r"\b(?:PO|DS)-[0-9A-Z][0-9A-Z-]{4,37}"),
    "invoice_number": re.compile(r"\bT\d{13}\b"),
    "date": re.compile(r"\b20\d\d\s*[年/.-]\s*\d{1,2}\s*[月/.-]\s*\d{1,2}"),
    "amount": re.compile(r"[¥\\]\s*\d[\d,]{2,}|\d[\d,]{2,}\s*円"),
    "quantity": re.compile(r"\b\d[\d,]*\s*(?:個|本|枚|台|セット|pcs)"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OcrLine:
    """A line of text.

    Attributes
    ----------
    confidence
        The engine's own, 0 to 1, of its weakest word.
    x, y, width, height
        Parts of the page, 0 to 1.
    """

    text: str
    confidence: float
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A value that stands in a line; a person confirms or corrects it."""

    field: str
    text: str
    line: OcrLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefill:
    """What a foreign document seems to say."""

    lines: tuple[OcrLine, ...]
    suggestions: tuple[Suggestion, ...]


def prefill(page: Grey, *, time_limit_s: float = 30.0) -> Prefill:
    """Return the lines of a page, and what looks like order numbers, dates, amounts and quantities.

    Raises
    ------
    Unavailable
        Tesseract or its Japanese data is not installed, or it took too long.
    """
    upright = deskewed(page)
    lines = _lines(_tesseract(upright, time_limit_s), upright.shape[1], upright.shape[0])
    suggestions = tuple(
        Suggestion(field=field, text=found[0].strip(), line=line)
        for line in lines
        for field, pattern in _PATTERNS.items()
        for found in pattern.finditer(unicodedata.normalize("NFKC", line.text))
    )
    return Prefill(lines=lines, suggestions=suggestions)


def deskewed(page: Grey) -> Grey:
    """Return the page turned so that its lines of text run level: both engines fail on lines that lean."""
    import cv2

    scale = 700 / max(page.shape)
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    dark = np.asarray(255 - small, np.uint8)

    def sharpness(angle: float) -> float:
        turn = cv2.getRotationMatrix2D((dark.shape[1] / 2, dark.shape[0] / 2), angle, 1.0)
        rows = cv2.warpAffine(dark, turn, (dark.shape[1], dark.shape[0])).sum(axis=1, dtype=np.float64)
        return float((np.diff(rows) ** 2).sum())

    coarse = max(np.arange(-_STEEPEST_DEG, _STEEPEST_DEG + 0.1, 0.5), key=sharpness)
    angle = float(max(np.arange(coarse - 0.4, coarse + 0.41, 0.1), key=sharpness))
    turn = cv2.getRotationMatrix2D((page.shape[1] / 2, page.shape[0] / 2), angle, 1.0)
    size = (page.shape[1], page.shape[0])
    return np.asarray(cv2.warpAffine(page, turn, size, flags=cv2.INTER_LINEAR, borderValue=(255,)), np.uint8)


def _tesseract(page: Grey, time_limit_s: float) -> str:
    import cv2

    program = shutil.which("tesseract")
    if program is None:
        raise Unavailable(
            "tesseract が入っていません。入れるか(Debian: tesseract-ocr tesseract-ocr-jpn)、手で入力してください。",
            "tesseract is not installed; install it (Debian: tesseract-ocr tesseract-ocr-jpn), or type the values in.",
        )
    done, png = cv2.imencode(".png", page)
    assert done
    try:
        # One thread: its threads only get in each other's way where several pages are read at once.
        ran = subprocess.run(
            [program, "stdin", "stdout", "-l", "jpn", "--psm", "3", "--dpi", "200", "tsv"],
            input=png.tobytes(),
            capture_output=True,
            timeout=time_limit_s,
            check=False,
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(
            f"文字の読み取りが{time_limit_s:.0f}秒で終わりませんでした。手で入力してください。",
            f"reading the text took longer than {time_limit_s:.0f} s; type the values in.",
        ) from None
    if ran.returncode != 0:
        said = ran.stderr.decode("utf-8", "replace").strip()[-200:]
        raise Unavailable(
            f"tesseract が読めませんでした（{said}）。日本語データ(tesseract-ocr-jpn)が入っているか確かめてください。",
            f"tesseract failed ({said}); check that its Japanese data (tesseract-ocr-jpn) is installed.",
        )
    return ran.stdout.decode("utf-8", "replace")


def _lines(table: str, width: int, height: int) -> tuple[OcrLine, ...]:
    words: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["level"] == "5" and (row["text"] or "").strip():
            words.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    return tuple(_line(row, width, height) for row in words.values())


def _line(words: list[dict[str, str]], width: int, height: int) -> OcrLine:
    left = min(int(word["left"]) for word in words)
    top = min(int(word["top"]) for word in words)
    right = max(int(word["left"]) + int(word["width"]) for word in words)
    bottom = max(int(word["top"]) + int(word["height"]) for word in words)
    return OcrLine(
        text=_joined([word["text"] for word in words]),
        confidence=max(0.0, min(float(word["conf"]) for word in words) / 100),
        x=left / width,
        y=top / height,
        width=(right - left) / width,
        height=(bottom - top) / height,
    )


def _joined(words: list[str]) -> str:
    """Join words: a space only between two that are written with Latin letters or digits."""
    text = ""
    for word in words:
        apart = text and text[-1].isascii() and word[0].isascii() and text[-1].isalnum() and word[0].isalnum()
        text += (" " if apart else "") + word
    return text
