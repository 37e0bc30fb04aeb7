"""What a file really is, told by its first bytes: nothing is decoded here, so that the web process may ask."""

from __future__ import annotations

from enum import StrEnum


class Content(StrEnum):
    """What is done with a file: it is read as pages, as a workbook, as a message of a program, or by a person."""

    PAGES = "pages"
    WORKBOOK = "workbook"
    JSON = "json"
    UNKNOWN = "unknown"


_HEADS = (
    (b"II*\x00", Content.PAGES, "image/tiff"),
    (b"MM\x00*", Content.PAGES, "image/tiff"),
    (b"\x89PNG\r\n\x1a\n", Content.PAGES, "image/png"),
    (b"\xff\xd8\xff", Content.PAGES, "image/jpeg"),
    (b"%PDF-", Content.PAGES, "application/pdf"),
    (b"PK\x03\x04", Content.WORKBOOK, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)


def content_of(data: bytes) -> tuple[Content, str]:
    """Return what a file is and its media type."""
    for head, content, media_type in _HEADS:
        if data.startswith(head):
            return content, media_type
    if data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return Content.JSON, "application/json"
    return Content.UNKNOWN, "application/octet-stream"
