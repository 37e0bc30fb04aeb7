"""The door for files from outside. Every upload is hostile until it has passed here.

What is checked before any parser sees a byte: the size, what the file really is (by its first bytes, not by its
name), whether it is encrypted, and whether a small archive would unpack to a huge one. Each refusal is one clear line.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from kumihimo.errors import FileRefused, InputError, system_reason_ja

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_BYTES = 64 * 1024 * 1024
"""Largest file that is read, 64 MiB; a drawing or a workbook of 10,000 firms stays far below."""

MAX_TEXT_BYTES = 2 * 1024 * 1024
"""Largest plain-text inquiry, 2 MiB."""

MAX_UNPACKED_BYTES = 512 * 1024 * 1024
"""Largest total size of an archive's members after unpacking."""

MAX_RATIO = 200
"""Largest unpacked/packed ratio of one archive member above 1 MiB; XML tables compress about 10 to 60 times."""

MAX_MEMBERS = 4096

CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Characters that steer a terminal or turn the direction of writing; tab and line feed are not among them."""

_DXF_HEAD = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:999[ \t]*\r?\n[^\n]*\n\s*)*0[ \t]*\r?\n[ \t]*SECTION[ \t]*\r?\n")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def without_controls(text: str) -> str:
    """Return text without `CONTROLS`: names and inquiries come from outside, and are shown to people as they are."""
    return CONTROLS.sub("", text)


def is_dxf(data: bytes) -> bool:
    """Return whether a file begins as a DXF drawing does, whatever its name says."""
    return data.startswith(b"AutoCAD Binary DXF") or _DXF_HEAD.match(data) is not None


def is_step(data: bytes) -> bool:
    """Return whether a file begins as a STEP model does, whatever its name says."""
    return b"ISO-10303-21" in data[:512]


def read_bytes(path: Path, *, max_bytes: int = MAX_BYTES) -> bytes:
    """Read a file after checking that it exists, is a file, is not empty and is not too large.

    Raises
    ------
    FileRefused
        When one of these does not hold, or the file cannot be read.
    """
    name = path.name or str(path)
    try:
        if path.is_dir():
            raise FileRefused(
                f"{name}: フォルダです。ファイルを指定してください。", f"{name} is a folder; name a file."
            )
        size = path.stat().st_size
        if size == 0:
            raise FileRefused(
                f"{name}: 空のファイルです。内容を確かめて、もう一度お試しください。",
                f"{name} is empty; check it and try again.",
            )
        if size > max_bytes:
            raise FileRefused(
                f"{name}: 大きすぎます（{size / 1048576:.0f} MB）。上限 {max_bytes / 1048576:.0f} MB。分けてください。",
                f"{name} is too large ({size / 1048576:.0f} MB); the limit is {max_bytes / 1048576:.0f} MB. Split it.",
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise FileRefused(
            f"{path}: ファイルが見つかりません。場所と名前を確かめてください。",
            f"{path}: no such file; check place and name.",
        ) from None
    except OSError as error:
        raise FileRefused(
            f"{name}: 読めません（{system_reason_ja(error)}）。", f"{name} cannot be read ({error.strerror})."
        ) from None


def decode_text(data: bytes, name: str) -> str:
    """Decode Japanese text: UTF-8 (with or without BOM), UTF-16 with BOM, Shift_JIS (cp932) or EUC-JP.

    Raises
    ------
    FileRefused
        When it is binary or in none of these encodings.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return _unix_lines(data.decode("utf-16"))
        except UnicodeDecodeError:
            pass
    if b"\x00" not in data:
        found = {code: text for code in ("utf-8-sig", "cp932", "euc_jp") if (text := _decoded(data, code)) is not None}
        if "cp932" in found and _is_kana_salad(found["cp932"]) and _has_hiragana(found.get("euc_jp", "")):
            del found["cp932"]
        for text in found.values():
            return _unix_lines(text)
    raise FileRefused(
        f"{name}: 文字として読めません。UTF-8 か Shift_JIS のテキストで保存し直してください。",
        f"{name} is not readable as text; save it as UTF-8 or Shift_JIS.",
    )


def read_text(path: Path, *, max_bytes: int = MAX_TEXT_BYTES) -> str:
    """Read and decode a text file; see `read_bytes` and `decode_text` for what is refused."""
    text = decode_text(read_bytes(path, max_bytes=max_bytes), path.name)
    if not text.strip():
        raise FileRefused(
            f"{path.name}: 文字が書かれていません。内容を確かめてください。", f"{path.name} holds no text; check it."
        )
    return text


def check_archive(path: Path, *, max_unpacked: int = MAX_UNPACKED_BYTES) -> None:
    """Refuse an archive that is encrypted, damaged, or would unpack to far more than it should.

    Parameters
    ----------
    max_unpacked
        Most bytes that its members may have together.

    Raises
    ------
    FileRefused
        With the reason.
    """
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FileRefused(
            f"{name}: 壊れているか、途中で切れています。もう一度送ってもらってください。",
            f"{name} is damaged or cut off.",
        ) from None
    if any(member.flag_bits & 1 for member in members):
        raise FileRefused(
            f"{name}: パスワードがかかっています。解除して保存し直してください。",
            f"{name} is password-protected; save it without a password.",
        )
    total = sum(member.file_size for member in members)
    worst = max((m.file_size / max(1, m.compress_size) for m in members if m.file_size > 1048576), default=0.0)
    if total > max_unpacked or worst > MAX_RATIO or len(members) > MAX_MEMBERS:
        raise FileRefused(
            f"{name}: 展開すると異常に大きくなるため開きません（{total / 1048576:.0f} MB、圧縮率 {worst:.0f} 倍）。",
            f"{name} would unpack to an abnormal size ({total / 1048576:.0f} MB, ratio {worst:.0f}); it is not opened.",
        )


def open_workbook(path: Path, *, max_bytes: int = MAX_BYTES) -> Workbook:
    """Open an Excel workbook (.xlsx, .xlsm) with its formulas' last values; macros are never run.

    Raises
    ------
    FileRefused
        When it is missing, empty, too large, encrypted, an old .xls, a bomb, or damaged.
    """
    head = read_bytes(path, max_bytes=max_bytes)[:8]
    name = path.name
    if head == _OLE:
        raise FileRefused(
            f"{name}: パスワード付きか古い形式(.xls)です。パスワードを外し .xlsx で保存し直してください。",
            f"{name} is password-protected or an old .xls; save it as .xlsx without a password.",
        )
    if not head.startswith(_ZIP):
        raise FileRefused(
            f"{name}: Excel ブック(.xlsx)ではありません。ファイルの種類を確かめてください。",
            f"{name} is not an Excel workbook (.xlsx).",
        )
    check_archive(path)
    import openpyxl

    try:
        # openpyxl leaves a file open that it opened itself and could not read.
        with path.open("rb") as file:
            return openpyxl.load_workbook(file, data_only=True, keep_links=False)
    except InputError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises a dozen kinds of errors on damaged or hostile XML
        raise FileRefused(
            f"{name}: Excel ブックとして開けません。壊れているかもしれません。Excel で開いて保存し直してください。",
            f"{name} cannot be opened as a workbook; it may be damaged. Open it in Excel and save it again.",
        ) from None


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_kana_salad(text: str) -> bool:
    """Tell whether EUC-JP bytes were read as Shift_JIS: they come out as half-width katakana."""
    foreign = [char for char in text if not char.isascii()]
    return sum("\uff61" <= char <= "\uff9f" for char in foreign) > 0.6 * len(foreign)


def _has_hiragana(text: str) -> bool:
    return any("\u3041" <= char <= "\u3096" for char in text)


def _unix_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
