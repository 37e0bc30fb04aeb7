"""Files that come as evidence: only what they say they are, and without what they tell about place and person.

Nothing is decoded: a picture is cut into its parts, the parts that show the picture are kept, all others (Exif with the
GPS position, XMP, comments, second pictures) are left out. So a picture that unfolds to something huge cannot hurt, and
no picture library is needed. Of the Exif of a JPEG the orientation alone is written again, or photographs would lie on
their side. A PDF is kept as it is; its author and title stay in it, and the page says so.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 64_000_000
"""A browser needs four bytes for each; telephones take up to 50 million."""

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"bKGD", b"pHYs", b"cICP"}
)
_WEBP_KEPT = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_SOF = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ORIENTATION = 0x0112


class BadFile(Exception):
    """The file cannot be taken.

    Attributes
    ----------
    why
        ``"size"``, ``"kind"``, ``"broken"`` or ``"pixels"``; ``"empty"`` for no bytes at all.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleaned:
    """What is kept of a file."""

    content: bytes
    content_type: str
    extension: str


def clean(data: bytes) -> Cleaned:
    """Return what is kept of a file that was sent.

    Parameters
    ----------
    data
        All of it. Its name and what the sender says about its type do not count.

    Raises
    ------
    BadFile
        It is none of the kinds that are taken, is damaged, or too large.
    """
    if not data:
        raise BadFile("empty")
    if len(data) > MOST_BYTES:
        raise BadFile("size")
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return Cleaned(content=_jpeg(data), content_type="image/jpeg", extension="jpg")
        if data.startswith(_PNG):
            return Cleaned(content=_png(data), content_type="image/png", extension="png")
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return Cleaned(content=_webp(data), content_type="image/webp", extension="webp")
    except (struct.error, IndexError) as error:
        raise BadFile("broken") from error
    if data.startswith(b"%PDF-1.") or data.startswith(b"%PDF-2."):
        if b"%%EOF" not in data[-2048:]:
            raise BadFile("broken")
        return Cleaned(content=data, content_type="application/pdf", extension="pdf")
    raise BadFile("kind")


def _check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise BadFile("broken")
    if width * height > MOST_PIXELS:
        raise BadFile("pixels")


# JPEG (ISO/IEC 10918-1 annex B): segments, then the picture itself


def _jpeg(data: bytes) -> bytes:
    kept, orientation, is_framed, has_picture, at = [], 1, False, False, 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1
        if data[at] != 0xFF:
            raise BadFile("broken")
        marker = data[at + 1]
        if marker == 0xD9:
            break
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise BadFile("broken")
        body = data[at + 4 : end]
        if marker in _SOF:
            height, width = struct.unpack_from(">xHH", body)
            _check_pixels(width, height)
            is_framed = True
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:])
        if _is_kept(marker, body):
            kept.append(data[at:end])
        at = end
        if marker == 0xDA:
            at = _end_of_scan(data, end)
            kept.append(data[end:at])
            has_picture = True
    if not (is_framed and has_picture):
        raise BadFile("broken")
    return b"".join([b"\xff\xd8", _exif(orientation), *kept, b"\xff\xd9"])


def _is_kept(marker: int, body: bytes) -> bool:
    """Return whether a segment belongs to the picture: no application data but JFIF, colour profile and Adobe's."""
    if marker == 0xFE:
        return False
    if 0xE0 <= marker <= 0xEF:
        return body.startswith({0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}.get(marker, b"\xff\xff"))
    return True


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where the coded picture ends: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise BadFile("broken")
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1 if data[at + 1] == 0xFF else 2


def _orientation(tiff: bytes) -> int:
    """Return the orientation in an Exif block, 1 (upright) where none can be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, first)
        for number in range(min(count, 200)):
            tag, kind, _n, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * number)
            if tag == _ORIENTATION and kind == 3 and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return 1
    return 1


def _exif(orientation: int) -> bytes:
    """Return an Exif segment that says the orientation and nothing else; none for an upright picture."""
    if orientation == 1:
        return b""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# PNG (ISO/IEC 15948): chunks with a checksum


def _png(data: bytes) -> bytes:
    kept, at = [_PNG], len(_PNG)
    seen: set[bytes] = set()
    while True:
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise BadFile("broken")
        (checksum,) = struct.unpack_from(">I", data, end - 4)
        if zlib.crc32(data[at + 4 : end - 4]) != checksum:
            raise BadFile("broken")
        if not seen:
            if name != b"IHDR" or length != 13:
                raise BadFile("broken")
            _check_pixels(*struct.unpack_from(">II", data, at + 8))
        seen.add(name)
        if name in _PNG_KEPT:
            kept.append(data[at:end])
        if name == b"IEND":
            break
        at = end
    if b"IDAT" not in seen:
        raise BadFile("broken")
    return b"".join(kept)


# WebP (RFC 9649): RIFF chunks


def _webp(data: bytes) -> bytes:
    (length,) = struct.unpack_from("<I", data, 4)
    if length + 8 > len(data):
        raise BadFile("broken")
    kept, at, has_picture = [], 12, False
    while at < length + 8:
        name, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise BadFile("broken")
        at += 8 + size + size % 2
        if name not in _WEBP_KEPT:
            continue
        if name == b"VP8X":
            _check_pixels(*(int.from_bytes(body[i : i + 3], "little") + 1 for i in (4, 7)))
            # The flags of Exif and XMP are taken away with them.
            body = bytes([body[0] & ~0x0C]) + body[1:]
        elif name == b"VP8 ":
            if body[3:6] != b"\x9d\x01\x2a":
                raise BadFile("broken")
            _check_pixels(*(side & 0x3FFF for side in struct.unpack_from("<HH", body, 6)))
        elif name == b"VP8L":
            (bits,) = struct.unpack_from("<xI", body)
            _check_pixels((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
        has_picture = has_picture or name in (b"VP8 ", b"VP8L", b"ANMF")
        kept.append(name + struct.pack("<I", size) + body + b"\0" * (size % 2))
    if not has_picture:
        raise BadFile("broken")
    content = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(content)) + content
