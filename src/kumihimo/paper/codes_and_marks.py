"""The machine-readable pictures of a form: corner marks and codes, as squares of black and white modules."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kumihimo.errors import InputError

if TYPE_CHECKING:
    import cv2

Modules = NDArray[np.bool_]
"""True is black."""


@cache
def mark_dictionary() -> cv2.aruco.Dictionary:
    """Return the dictionary of the corner marks: few, coarse modules, because FAX lines are 0.26 mm high."""
    import cv2

    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)


def mark_modules(number: int) -> Modules:
    """Return the six by six modules of a corner mark, its black border among them."""
    import cv2

    return np.asarray(cv2.aruco.generateImageMarker(mark_dictionary(), number, 6, borderBits=1) < 128)


def code_modules(symbology: str, text: str) -> Modules:
    """Return the modules of a code without its quiet zone.

    Raises
    ------
    InputError
        We do not print this kind of code.
    """
    import zxingcpp

    if symbology == "QRCode":
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    elif symbology == "DataMatrix":
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix)
    else:
        raise InputError(
            f"コードの種類 {symbology!r} は印刷できません。QRCode か DataMatrix を指定してください。",
            f"codes of the kind {symbology!r} are not printed; name QRCode or DataMatrix.",
        )
    return np.asarray(code.to_image(scale=1, add_quiet_zones=False)) < 128


def modules_svg(modules: Modules) -> str:
    """Return the modules as an SVG picture of one path, so that no hair lines appear between them."""
    rows, columns = modules.shape
    runs: list[str] = []
    for y in range(rows):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], modules[y], [False]))))
        for first, after in zip(edges[::2], edges[1::2], strict=True):
            runs.append(f"M{first} {y}h{after - first}v1h{first - after}z")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns} {rows}">'
        f'<path shape-rendering="crispEdges" fill="#000" d="{"".join(runs)}"/></svg>'
    )
