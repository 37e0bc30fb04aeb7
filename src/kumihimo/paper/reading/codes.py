"""Reads the QR code and the DataMatrix of a form: as they are, then smoothed, then module by module."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kumihimo.paper.layout import Code
from kumihimo.paper.reading.load import Grey
from kumihimo.paper.reading.register import Registration, rectify

if TYPE_CHECKING:
    import zxingcpp

_QUIET_MM = 3.0
_PX_MM = 9.0
_MODULES = {"QRCode": (29, 33, 25, 37), "DataMatrix": (22, 24, 26, 20, 32)}
_SHIFTS_MM = (0.0, 0.25, -0.25)


def read_codes(page: Grey, registration: Registration, codes: Sequence[Code]) -> dict[str, str]:
    """Return the text of each code that can be read, by its symbology."""
    found: dict[str, str] = {}
    for code in codes:
        text = _read_at(page, registration, code)
        if text is not None:
            found[code.symbology] = text
    return found


def search_codes(page: Grey) -> dict[str, str]:
    """Return the codes on a page whose marks were not found: which order it is helps the person who looks at it."""
    import zxingcpp

    formats = zxingcpp.barcode_formats_from_str("QRCode,DataMatrix")
    found: dict[str, str] = {}
    for picture in _smoothed(page):
        for one in zxingcpp.read_barcodes(picture, formats=formats, try_downscale=True):
            found.setdefault(_symbology(one), one.text)
        if found:
            break
    return found


def _read_at(page: Grey, registration: Registration, code: Code) -> str | None:
    import zxingcpp

    wanted = getattr(zxingcpp.BarcodeFormat, code.symbology)
    side = code.side_mm + 2 * _QUIET_MM
    crop = rectify(page, registration, (code.x_mm - _QUIET_MM, code.y_mm - _QUIET_MM, side, side), _PX_MM)
    for picture in _smoothed(crop):
        found = zxingcpp.read_barcode(picture, formats=wanted, try_rotate=False, try_invert=False, try_downscale=False)
        if found is not None and found.valid:
            return str(found.text)
    for picture in _resampled(crop, code):
        found = zxingcpp.read_barcode(picture, formats=wanted, is_pure=True, try_rotate=False, try_invert=False)
        if found is not None and found.valid:
            return str(found.text)
    return None


def _smoothed(picture: Grey) -> Iterator[Grey]:
    import cv2

    yield picture
    for sigma in (1.2, 2.0):
        yield np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)
    yield np.asarray(cv2.medianBlur(picture, 5), np.uint8)


def _resampled(crop: Grey, code: Code) -> Iterator[Grey]:
    """The code drawn anew: each module is black where the mean of its place is, for it is known where it must be."""
    import cv2

    side = round(code.side_mm * _PX_MM)
    soft = cv2.GaussianBlur(crop, (0, 0), 1.0)
    level, _ = cv2.threshold(soft, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    for modules in _MODULES[code.symbology]:
        for down in _SHIFTS_MM:
            for right in _SHIFTS_MM:
                x, y = round((_QUIET_MM + right) * _PX_MM), round((_QUIET_MM + down) * _PX_MM)
                means = cv2.resize(crop[y : y + side, x : x + side], (modules, modules), interpolation=cv2.INTER_AREA)
                drawn = np.full((modules + 8, modules + 8), 255, np.uint8)
                drawn[4:-4, 4:-4] = np.where(np.asarray(means) < level, 0, 255)
                yield np.ascontiguousarray(np.kron(drawn, np.ones((3, 3), np.uint8)))


def _symbology(one: zxingcpp.Barcode) -> str:
    import zxingcpp

    return "QRCode" if one.format == zxingcpp.BarcodeFormat.QRCode else "DataMatrix"
