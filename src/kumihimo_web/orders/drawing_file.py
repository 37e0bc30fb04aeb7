"""Files that come as drawings: only what their first bytes say they are, and never what a browser would carry out.

Nothing is decoded and nothing is changed: the file that was frozen by its hash is the file that a firm opens. Of a
picture the head alone is looked at, for how large it would unfold.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kumihimo.errors import FileRefused
from kumihimo.intake import is_dxf

if TYPE_CHECKING:
    from kumihimo_web.orders.models import Drawing

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 300_000_000
"""A0 at 400 dpi, as plans are scanned, has 250 million."""
_MEGABYTE = 1024 * 1024
_PNG = b"\x89PNG\r\n\x1a\n"
_TIFF = {b"II*\0": "<", b"MM\0*": ">"}
_MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script")
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WIDTH, _LENGTH = 256, 257
"""Tags of TIFF 6.0, section 8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """What a file is.

    Attributes
    ----------
    is_page
        Whether a FAX can carry it.
    """

    content_type: str
    extension: str
    is_page: bool = False


PDF = Kind(content_type="application/pdf", extension="pdf", is_page=True)
TIFF = Kind(content_type="image/tiff", extension="tif", is_page=True)
PNG = Kind(content_type="image/png", extension="png")
JPEG = Kind(content_type="image/jpeg", extension="jpg")
DXF = Kind(content_type="image/vnd.dxf", extension="dxf")
STEP = Kind(content_type="model/step", extension="step")
KINDS = {kind.content_type: kind for kind in (PDF, TIFF, PNG, JPEG, DXF, STEP)}
ACCEPT = ".pdf,.dxf,.step,.stp,.tif,.tiff,.png,.jpg,.jpeg"


def file_name(drawing: Drawing) -> str:
    """Return what the file of a drawing is called where it goes: number and revision, whatever it was called before."""
    return f"{drawing.number}_{drawing.revision}.{KINDS[drawing.content_type].extension}"


def kind_of(name: str, data: bytes) -> Kind:
    """Return what a file is.

    Parameters
    ----------
    name
        As it was sent; for the sentence of a refusal alone.

    Raises
    ------
    FileRefused
        It is empty, too large, damaged, or none of the kinds that are taken.
    """
    if not data:
        raise FileRefused(
            f"{name}: 空のファイルです。内容を確かめて、もう一度選んでください。",
            f"{name} is empty; check it and choose it again.",
        )
    if len(data) > MOST_BYTES:
        raise FileRefused(
            f"{name}: 大きすぎます（{len(data) / _MEGABYTE:.0f} MB）。上限は {MOST_BYTES // _MEGABYTE} MB です。"
            "必要な図面だけにするか、解像度を下げてください。",
            f"{name} is too large ({len(data) / _MEGABYTE:.0f} MB); the limit is {MOST_BYTES // _MEGABYTE} MB. "
            "Keep the drawing alone, or scan it coarser.",
        )
    try:
        found = _by_content(name, data)
    except (struct.error, IndexError):
        raise _broken(name) from None
    if found is None:
        raise _not_taken(name, data)
    return found


def _by_content(name: str, data: bytes) -> Kind | None:
    if data.startswith((b"%PDF-1.", b"%PDF-2.")):
        if b"%%EOF" not in data[-2048:]:
            raise _broken(name)
        return PDF
    for kind, starts, size in _PICTURES:
        if data.startswith(starts):
            width, height = size(data)
            if not 0 < width * height <= MOST_PIXELS:
                raise _too_many_pixels(name) if width * height else _broken(name)
            return kind
    if is_dxf(data):
        return DXF
    # The standard lets a file begin with nothing else; a page that only mentions the words is no model.
    return STEP if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"ISO-10303-21;") else None


def _png_size(data: bytes) -> tuple[int, int]:
    length, name, width, height = struct.unpack_from(">I4sII", data, len(_PNG))
    return (width, height) if (length, name) == (13, b"IHDR") else (0, 0)


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        (length,) = struct.unpack_from(">H", data, at + 2)
        if marker in _SOF:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        if length < 2 or marker == 0xDA:
            break
        at += 2 + length
    return 0, 0


def _tiff_size(data: bytes) -> tuple[int, int]:
    order = _TIFF[data[:4]]
    (first,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, first)
    sides = {_WIDTH: 0, _LENGTH: 0}
    for number in range(min(count, 200)):
        at = first + 2 + 12 * number
        tag, kind = struct.unpack_from(order + "HH", data, at)
        if tag in sides and kind in (3, 4):
            (sides[tag],) = struct.unpack_from(order + ("H" if kind == 3 else "I"), data, at + 8)
    return sides[_WIDTH], sides[_LENGTH]


_PICTURES: tuple[tuple[Kind, tuple[bytes, ...], Callable[[bytes], tuple[int, int]]], ...] = (
    (PNG, (_PNG,), _png_size),
    (JPEG, (b"\xff\xd8\xff",), _jpeg_size),
    (TIFF, tuple(_TIFF), _tiff_size),
)


def _broken(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: 壊れているか、途中で切れています。元のファイルをもう一度選んでください。",
        f"{name} is damaged or cut off; choose the original again.",
    )


def _too_many_pixels(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: 画像が大きすぎます（{MOST_PIXELS // 1_000_000}百万画素まで）。解像度を下げるか、PDF にしてください。",
        f"{name} has too many pixels (at most {MOST_PIXELS // 1_000_000} million); scan it coarser, or send a PDF.",
    )


def _not_taken(name: str, data: bytes) -> FileRefused:
    ja, en = "図面として受け取れる種類ではありません", "is of no kind that is taken as a drawing"
    head = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(_MARKUP) or b"<svg" in head or b"<html" in head:
        ja, en = "HTML・SVG は中で何かが動くことがあるため受け取りません", "is HTML or SVG, which can carry programs"
    elif data.startswith(b"AC10"):
        ja, en = "DWG は開ける人が限られるため受け取りません", "is a DWG, which few can open"
    elif data.startswith(b"PK\x03\x04"):
        ja, en = "圧縮ファイルか Office の文書です", "is an archive or an office document"
    return FileRefused(
        f"{name}: {ja}。名前ではなく中身で見ています。PDF・DXF・STEP・TIFF・PNG・JPEG のどれかにしてください。",
        f"{name} {en}; what counts is its content, not its name. Use PDF, DXF, STEP, TIFF, PNG or JPEG.",
    )
