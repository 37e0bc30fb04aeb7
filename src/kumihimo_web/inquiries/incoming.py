"""What came in, and what it says. Every file is hostile until the library has looked at it."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from kumihimo.errors import FileRefused
from kumihimo.intake import decode_text, without_controls
from kumihimo.model import Inquiry
from kumihimo_web.inquiries.rules import AT_ONCE_BYTES, MAX_BYTES, MAX_CHARS

# The reader is imported where something is read: its patterns take most of a second, in every command of the shell.
_LONGEST_STEM = 60
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A file or a text as it came in.

    Attributes
    ----------
    kind
        ``text``, ``mail``, ``form``, ``dxf`` or ``step``: what it really is, whatever its name says.
    """

    name: str
    kind: str
    data: bytes


def incoming_text(text: str) -> Incoming:
    """Return a text that was pasted.

    Raises
    ------
    FileRefused
        It is empty, too long, or no text at all.
    """
    if not text.strip():
        raise FileRefused("文章が空です。引合の文章を貼り付けてください。", "The text is empty. Paste the inquiry.")
    from kumihimo.inquiry.open_file import kind_of

    _check_length(text)
    name, data = _pasted(), text.encode("utf-8")
    return Incoming(name=name, kind=kind_of(data, Path(name)), data=data)


def is_pasted(name: str) -> bool:
    """Tell whether a name is the one that a pasted text gets, in any language of the pages."""
    names = []
    for code, _name in settings.LANGUAGES:
        with override(code):
            names.append(_pasted())
    return name in names


def _pasted() -> str:
    return f"{_('貼り付けた文章')}.txt"


def incoming_file(name: str, data: bytes) -> Incoming:
    """Return a file, after a look at its size and its first bytes.

    Raises
    ------
    FileRefused
        It is empty, too large, of a kind that is not read, or not what its name says.
    """
    from kumihimo.inquiry.open_file import kind_of

    name = safe_name(name)
    if not data:
        raise FileRefused(
            f"{name}: 空のファイルです。内容を確かめて、もう一度お試しください。",
            f"{name} is empty; check it and try again.",
        )
    if len(data) > MAX_BYTES:
        raise too_large(name, len(data))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        kind = kind_of(data, path)
    if kind == "text":
        _check_length(decode_text(data, name))
    return Incoming(name=name, kind=kind, data=data)


def too_large(name: str, size: int) -> FileRefused:
    """Return the refusal of a file beyond the limit."""
    most = MAX_BYTES // _MEGABYTE
    return FileRefused(
        f"{name}: 大きすぎます（{size / _MEGABYTE:.0f} MB）。上限は {most} MB です。分けて送ってもらってください。",
        f"{name} is too large ({size / _MEGABYTE:.0f} MB); the limit is {most} MB. Ask for it in pieces.",
    )


def safe_name(name: str) -> str:
    """Return the last part of a file's name, without what steers a terminal, and short enough for any disk."""
    path = PurePosixPath(without_controls(name).replace("\\", "/").replace("\n", " "))
    return f"{path.stem[:_LONGEST_STEM].strip('. ') or 'file'}{path.suffix[:10]}"


def is_quick(incoming: Incoming) -> bool:
    """Return whether it is read within a moment: a short text."""
    return incoming.kind in ("text", "mail") and len(incoming.data) <= AT_ONCE_BYTES


def read(incoming: Incoming, today: date) -> Inquiry:
    """Return what an inquiry says.

    Raises
    ------
    KumihimoError
        It cannot be read; with what to send instead.
    """
    from kumihimo.inquiry.open_file import ReadLimits, read_file

    limits = ReadLimits(
        max_bytes=MAX_BYTES,
        max_text_bytes=3 * MAX_CHARS,
        max_form_bytes=MAX_BYTES,
        max_dxf_bytes=MAX_BYTES,
        max_step_bytes=MAX_BYTES,
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / incoming.name
        path.write_bytes(incoming.data)
        return read_file(path, today=today, limits=limits)


def _check_length(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise FileRefused(
            f"文章が長すぎます（{len(text):,}文字）。上限は{MAX_CHARS:,}文字です。要点を残すか、分けてください。",
            f"The text is too long ({len(text):,} characters); the limit is {MAX_CHARS:,}. Shorten or split it.",
        )
