"""Hostile files are refused in plain words, before they cost time or memory."""

from __future__ import annotations

import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from kumihimo.errors import FileRefused
from kumihimo.paper.reading.load import PaperLimits, load_pages
from kumihimo.simulate.fax import tiff_bytes

DOTS = np.random.default_rng(3).random((400, 300)) < 0.2


def _saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.uint8(255) * ~DOTS).save(out, format=kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def _png_header(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is enormous."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


def _pdf(pages: int) -> bytes:
    import pypdfium2 as pdfium

    document, out = pdfium.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        document.new_page(200, 300)
    document.save(out)
    return out.getvalue()


def _animated_gif() -> bytes:
    frames = [Image.new("L", (50, 50), grey) for grey in (0, 90, 250)]
    out = io.BytesIO()
    frames[0].save(out, format="GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


def _many_pages() -> bytes:
    pages = [Image.new("1", (20, 20)) for _ in range(300)]
    out = io.BytesIO()
    pages[0].save(out, format="TIFF", save_all=True, append_images=pages[1:])
    return out.getvalue()


def _png_in_pdf() -> bytes:
    out = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(out, format="PDF", resolution=1000.0)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"an order, in words", "none of TIFF"),
        (_animated_gif(), "none of TIFF"),
        (_png_header(30_000, 30_000), "pixels"),
        (_pdf(1000), "too many pages"),
        (_many_pages(), "too many pages"),
        (_png_in_pdf(), "pixels"),
        (tiff_bytes(DOTS, (204, 196))[:200], "damaged"),
        (b"II*\x00" + b"\xff" * 400, "damaged"),
        (b"%PDF-1.7\n" + b"\0" * 400, "damaged"),
        (b"\xff\xd8\xff" + b"\0" * 400, "damaged"),
        (_saved("PNG")[:300], "damaged"),
    ],
    ids=["empty", "text", "gif", "bomb", "1000-page-pdf", "300-page-tiff", "bomb-in-pdf", "cut-tiff", "tiff-noise",
         "pdf-noise", "jpeg-noise", "cut-png"],
)  # fmt: skip
def test_hostile_files_are_refused_at_once(data: bytes, words: str) -> None:
    began = time.process_time()
    with pytest.raises(FileRefused, match=words) as caught:
        load_pages(data, name="x.tif")
    assert time.process_time() - began < 5
    assert "x.tif" in caught.value.ja


def test_too_many_bytes_are_refused() -> None:
    with pytest.raises(FileRefused, match="too large"):
        load_pages(_saved("PNG"), limits=PaperLimits(max_bytes=100))


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("TIFF", {}), ("JPEG", {"quality": 95})])
def test_images_become_grey_pages(kind: str, options: dict[str, int]) -> None:
    (page,) = load_pages(_saved(kind, **options))
    assert page.shape == DOTS.shape
    assert np.mean((page < 128) == DOTS) > 0.99


def test_lines_of_a_standard_fax_are_doubled() -> None:
    (page,) = load_pages(tiff_bytes(DOTS, (204, 98)))
    assert page.shape == (round(400 * 204 / 98), 300)


def test_a_transparent_page_is_white_paper() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (30, 30), (0, 0, 0, 0)).save(out, format="PNG")
    (page,) = load_pages(out.getvalue())
    assert page.min() == 255
