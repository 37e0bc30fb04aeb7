"""Opens what came in: TIFF, PNG, JPEG or PDF, as grey pages. Every file is hostile until it has passed here."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kumihimo.errors import FileRefused

if TYPE_CHECKING:
    from PIL import Image

Grey = NDArray[np.uint8]

PDF_DPI = 200
_LONGEST_PX = 4200
"""A page is read at no more than this: a phone's 50 megapixels hold no more about 7 mm boxes."""
_KINDS = (
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"%PDF-", "PDF"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperLimits:
    """How large; a file beyond is refused before it is decoded.

    Attributes
    ----------
    max_bytes
        Of the file.
    max_pages
        A reply has one page; a few more may come in one call.
    max_pixels
        Of one page.
    """

    max_bytes: int = 32 * 1024 * 1024
    max_pages: int = 20
    max_pixels: int = 64_000_000


DEFAULT_LIMITS = PaperLimits()


def load_pages(data: bytes, *, name: str = "page", limits: PaperLimits = DEFAULT_LIMITS) -> tuple[Grey, ...]:
    """Return the pages of a file, 0 black to 255 white, with square pixels where the file says how high its lines are.

    Parameters
    ----------
    name
        What the file is called in an error.

    Raises
    ------
    FileRefused
        Empty, too large, damaged, of another kind, too many pages or pixels.
    """
    if not data:
        raise FileRefused(
            f"{name}: 空のファイルです。送り直してもらってください。", f"{name} is empty; have it sent again."
        )
    if len(data) > limits.max_bytes:
        raise FileRefused(
            f"{name}: 大きすぎます（{len(data) / 1048576:.0f} MB、上限 {limits.max_bytes / 1048576:.0f} MB）。"
            "ページを分けるか、解像度を下げてください。",
            f"{name} is too large ({len(data) / 1048576:.0f} MB, the limit is {limits.max_bytes / 1048576:.0f} MB); "
            "split it or lower its resolution.",
        )
    kind = next((kind for head, kind in _KINDS if data.startswith(head)), None)
    if kind is None:
        raise FileRefused(
            f"{name}: TIFF・PNG・JPEG・PDF のどれでもありません（名前ではなく中身で見ています）。"
            "FAXやスキャンの画像を渡してください。",
            f"{name} is none of TIFF, PNG, JPEG, PDF by its content; give an image of a FAX or a scan.",
        )
    open_pages: Callable[[bytes, str, PaperLimits], tuple[Grey, ...]]
    open_pages = _pdf_pages if kind == "PDF" else lambda data, name, limits: _image_pages(data, kind, name, limits)
    return open_pages(data, name, limits)


def _image_pages(data: bytes, kind: str, name: str, limits: PaperLimits) -> tuple[Grey, ...]:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = Image.open(io.BytesIO(data), formats=(kind,))
            count = _frames(picture, limits.max_pages)
            if count > limits.max_pages:
                raise _too_many_pages(name, f"{limits.max_pages}枚を超え", limits)
            pages: list[Grey] = []
            for page in range(count):
                picture.seek(page)
                _check_pixels(name, picture.size, limits)
                pages.append(_grey(picture, kind))
    except FileRefused:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(name, "> 178 million", limits) from error
    except Exception as error:  # a decoder may raise anything at a damaged file
        raise _damaged(name) from error
    return tuple(pages)


def _frames(picture: Image.Image, most: int) -> int:
    """Count the pages without walking through a chain of thousands."""
    count = 1
    while count <= most:
        try:
            picture.seek(count)
        except EOFError:
            break
        count += 1
    picture.seek(0)
    return count


def _grey(picture: Image.Image, kind: str) -> Grey:
    from PIL import ImageOps

    across, down = _dots(picture)
    if kind == "JPEG":
        # A phone's photo is decoded at a half or a quarter where that is all the reader needs.
        picture.draft("L", (_LONGEST_PX * 2 // 3, _LONGEST_PX * 2 // 3))
        picture = ImageOps.exif_transpose(picture)
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        from PIL import Image

        picture = picture.convert("RGBA")
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture)
    if picture.mode.startswith(("I", "F")):
        values = np.asarray(picture, dtype=np.float64)
        peak = float(values.max()) or 1.0
        grey = np.clip(values * (255.0 / peak), 0, 255).astype(np.uint8)
    else:
        grey = np.asarray(picture.convert("L"), dtype=np.uint8)
    return square_pixels(_bounded(grey), across, down)


def _dots(picture: Image.Image) -> tuple[float, float]:
    """Return the dots per inch across and down; equal where the file does not say."""
    dots = picture.info.get("dpi")
    try:
        across, down = (float(one) for one in dots)  # type: ignore[union-attr]
    except (TypeError, ValueError, ZeroDivisionError):
        return 1.0, 1.0
    return (across, down) if 10 < across < 5000 and 10 < down < 5000 else (1.0, 1.0)


def square_pixels(grey: Grey, across: float, down: float) -> Grey:
    """Return the page with as many dots down as across: a FAX of standard resolution has half as many lines."""
    import cv2

    stretch = across / down
    if 0.8 < stretch < 1.25 or not 0.2 < stretch < 5:
        return grey
    height, width = grey.shape
    if stretch > 1:
        return np.asarray(cv2.resize(grey, (width, round(height * stretch)), interpolation=cv2.INTER_LINEAR), np.uint8)
    return np.asarray(cv2.resize(grey, (round(width / stretch), height), interpolation=cv2.INTER_LINEAR), np.uint8)


def _bounded(grey: Grey) -> Grey:
    import cv2

    longest = max(grey.shape)
    if longest <= _LONGEST_PX:
        return grey
    part = _LONGEST_PX / longest
    size = (max(1, round(grey.shape[1] * part)), max(1, round(grey.shape[0] * part)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _pdf_pages(data: bytes, name: str, limits: PaperLimits) -> tuple[Grey, ...]:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise (_locked(name) if "password" in str(error).lower() else _damaged(name)) from error
    try:
        if len(document) > limits.max_pages:
            raise _too_many_pages(name, f"{len(document)}枚あり", limits)
        return tuple(_pdf_page(document[number], name, limits) for number in range(len(document)))
    except pdfium.PdfiumError as error:
        raise _damaged(name) from error
    finally:
        document.close()


def _pdf_page(page: object, name: str, limits: PaperLimits) -> Grey:
    import pypdfium2 as pdfium
    import pypdfium2.raw as pdfium_c

    assert isinstance(page, pdfium.PdfPage)
    width, height = page.get_size()
    scale = PDF_DPI / 72
    _check_pixels(name, (width * scale, height * scale), limits)
    for one in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        _check_pixels(name, one.get_px_size(), limits)
    grey = page.render(scale=scale, grayscale=True, may_draw_forms=False).to_numpy()
    return _bounded(np.ascontiguousarray(grey.reshape(grey.shape[0], grey.shape[1])))


def _check_pixels(name: str, size: tuple[float, float], limits: PaperLimits) -> None:
    width, height = size
    if width < 1 or height < 1 or width * height > limits.max_pixels:
        raise _too_many_pixels(name, f"{width:.0f} × {height:.0f}", limits)


def _too_many_pixels(name: str, found: str, limits: PaperLimits) -> FileRefused:
    most = f"{limits.max_pixels / 1e6:.0f}"
    return FileRefused(
        f"{name}: 画素数が多すぎます（{found}、上限 {most} 百万画素）。300 dpi 以下で取り込み直してください。",
        f"{name} has too many pixels ({found}, at most {most} million); scan it again at 300 dpi or less.",
    )


def _too_many_pages(name: str, found: str, limits: PaperLimits) -> FileRefused:
    return FileRefused(
        f"{name}: ページが{found}ます。上限は{limits.max_pages}枚です。ファイルを分けてください。",
        f"{name} has too many pages; the limit is {limits.max_pages}. Split it.",
    )


def _locked(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: パスワードがかかっていて開けません。パスワードなしで送り直してもらってください。",
        f"{name} is locked with a password; have it sent again without one.",
    )


def _damaged(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: 壊れているか、途中で切れています。送り直してもらうか、紙をスキャンし直してください。",
        f"{name} is damaged or cut off; have it sent again, or scan the paper again.",
    )
