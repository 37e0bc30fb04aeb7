"""Reading an inquiry file of any kind: what it really is decides, its name only helps.

Mail and plain text, Excel and CSV forms, DXF drawings and STEP models are read; everything else is refused with one
line that says what to send instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path

from kumihimo import intake
from kumihimo.errors import FileRefused
from kumihimo.inquiry import dxf, form, step
from kumihimo.inquiry.reader import read_text
from kumihimo.model.inquiry import Inquiry, ReadValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadLimits:
    """How large and how long; a file beyond is refused.

    Attributes
    ----------
    max_bytes
        Any file.
    max_text_bytes, max_form_bytes, max_dxf_bytes, max_step_bytes
        By kind.
    max_entities
        Lines and texts of a drawing.
    step_memory_mb, step_time_s
        The process that reads STEP.
    """

    max_bytes: int = intake.MAX_BYTES
    max_text_bytes: int = intake.MAX_TEXT_BYTES
    max_form_bytes: int = form.MAX_FORM_BYTES
    max_dxf_bytes: int = dxf.MAX_DXF_BYTES
    max_step_bytes: int = step.MAX_STEP_BYTES
    max_entities: int = dxf.MAX_ENTITIES
    step_memory_mb: int = step.MEMORY_MB
    step_time_s: float = step.TIME_LIMIT_S


DEFAULT_LIMITS = ReadLimits()

_TEXT_SUFFIXES = frozenset({".txt", ".text", ".md", ".eml", ".mail", ".fax", ""})
_NAMED_KINDS = {
    ".xlsx": ("Excel ブック", "an Excel workbook"),
    ".xlsm": ("Excel ブック", "an Excel workbook"),
    ".dxf": ("DXF 図面", "a DXF drawing"),
    ".stp": ("STEP モデル", "a STEP model"),
    ".step": ("STEP モデル", "a STEP model"),
}
_MAIL_HEAD = re.compile(rb"\A(?:From |(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n)")
_MAIL_FIELD = re.compile(rb"(?im)^(?:mime-version|message-id|return-path|received|content-transfer-encoding):")
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")


def read_file(path: Path, *, today: date, limits: ReadLimits = DEFAULT_LIMITS) -> Inquiry:
    """Read one inquiry file.

    Parameters
    ----------
    path
        ``.txt .md .eml`` (mail, text), ``.xlsx .xlsm .csv`` (form), ``.dxf`` (drawing), ``.stp .step`` (model).
    today
        Day that relative dates are counted from.

    Raises
    ------
    FileRefused
        With one line that says why, and what to send instead.
    LocatedErrors
        When cells of a form hold what cannot be.
    Unavailable
        When a STEP model is given and the optional CAD kernel is not installed.
    """
    path = Path(path)
    data = intake.read_bytes(path, max_bytes=limits.max_bytes)
    kind = kind_of(data, path)
    if kind == "form":
        return form.read_form(path, today=today, max_bytes=limits.max_form_bytes)
    if kind == "dxf":
        return dxf.read_dxf(path, today=today, max_bytes=limits.max_dxf_bytes, max_entities=limits.max_entities)
    if kind == "step":
        return step.read_step(
            path,
            today=today,
            max_bytes=limits.max_step_bytes,
            memory_mb=limits.step_memory_mb,
            time_limit_s=limits.step_time_s,
        )
    if kind == "mail":
        return _read_mail(data, path, today, limits.max_text_bytes)
    text = intake.read_text(path, max_bytes=limits.max_text_bytes)
    return read_text(text, today=today, id=path.stem, file=path.name)


def kind_of(data: bytes, path: Path) -> str:
    """Return what a file is: ``"text"``, ``"mail"``, ``"form"``, ``"dxf"`` or ``"step"``.

    Raises
    ------
    FileRefused
        When it is something that is not read, or not what its name says.
    """
    name, suffix = path.name, path.suffix.lower()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileRefused(
            f"{name}: パスワード付きか古い形式(.xls .doc .msg)です。パスワードを外し .xlsx で保存し直してください。",
            f"{name} is password-protected or an old format (.xls .doc .msg); save it as .xlsx or text.",
        )
    if data.startswith(b"PK\x03\x04"):
        if b"xl/" in data:
            return "form"
        intake.check_archive(path)
        raise _refused(name, "圧縮ファイルか Excel 以外の文書です", "is an archive or a document other than Excel")
    if data.startswith(b"%PDF"):
        raise _refused(
            name,
            "PDF は読み取りません（図面の多くはスキャン画像で、読み違いが起きるためです）",
            "is a PDF, which is not read (most drawings are scans, and a misread size is worse than none)",
        )
    if data.startswith(_IMAGES) or data[8:12] in (b"WEBP",) or data[4:12] in (b"ftypheic", b"ftypmif1"):
        raise _refused(name, "画像です。文字は読み取りません", "is a picture; its words are not read")
    if data.startswith(b"AC10") and suffix != ".txt":
        raise FileRefused(
            f"{name}: DWG は読めません。CAD から DXF で書き出してください。",
            f"{name} is a DWG; export it as DXF from the CAD.",
        )
    if intake.is_step(data):
        return "step"
    if intake.is_dxf(data):
        return "dxf"
    if suffix in _NAMED_KINDS:
        if suffix == ".dxf" and b"SECTION" in data[:4096]:
            return "dxf"
        ja, en = _NAMED_KINDS[suffix]
        raise FileRefused(
            f"{name}: 名前は{ja}ですが、中身が違うか壊れています。元のファイルを送り直してもらってください。",
            f"{name} is named as {en}, but holds something else or is damaged; ask for the file again.",
        )
    if suffix in (".csv", ".tsv"):
        return "form"
    head = data[:20_000].replace(b"\r\n", b"\n")
    if b'"kumihimo-network/' in head[:1000]:
        raise form.is_network(name)
    if suffix == ".eml" or (_MAIL_HEAD.match(head) and _MAIL_FIELD.search(head)):
        return "mail"
    if suffix in _TEXT_SUFFIXES:
        return "text"
    raise _refused(name, f"この種類（{suffix}）は読めません", f"is of a kind ({suffix}) that is not read")


def _refused(name: str, why_ja: str, why_en: str) -> FileRefused:
    return FileRefused(
        f"{name}: {why_ja}。文章(.txt .eml)・見積依頼書(.xlsx .csv)・.dxf・.step で送るか、手で入力してください。",
        f"{name} {why_en}. Send text (.txt .eml), a form (.xlsx .csv), a drawing (.dxf) or a model (.step), "
        "or enter it by hand.",
    )


# --- mail -------------------------------------------------------------------------------------------------------------


def _read_mail(data: bytes, path: Path, today: date, max_text_bytes: int) -> Inquiry:
    """Read subject and body; attachments are named, not opened, for each is an inquiry file of its own."""
    try:
        message = message_from_bytes(data, policy=policy.default)
    except (ValueError, LookupError):
        raise _unreadable_mail(path.name) from None
    assert isinstance(message, EmailMessage)
    body = _body(message, path.name)
    subject = _header(message, "subject")
    text = f"件名: {subject}\n\n{body}" if subject else body
    if not text.strip():
        raise FileRefused(
            f"{path.name}: 本文がありません。添付ファイルを保存して、そちらを指定してください。",
            f"{path.name} has no text; save its attachments and name those.",
        )
    if len(text.encode()) > max_text_bytes:
        raise FileRefused(
            f"{path.name}: 本文が長すぎます。上限 {max_text_bytes:,} バイト。必要な所だけを保存してください。",
            f"the text of {path.name} is longer than {max_text_bytes:,} bytes; save the part that matters as text.",
        )
    read = read_text(text, today=today, id=path.stem, file=path.name, style="mail")
    context = list(read.context)
    sender = _header(message, "from")
    for field, words in (("sender.mail", sender), *(("attachment", name) for name in _attachments(message))):
        if words:
            start = len(text)
            # named after the text, so that the offset of every value points to its words
            text = f"{text}\n{words}" if not text.endswith("\n") else f"{text}{words}"
            start = len(text) - len(words)
            context.append(
                ReadValue(field=field, value=words, text=words, start=start, end=start + len(words), source="rule")
            )
    return replace(read, text=text, context=tuple(context))


def _unreadable_mail(name: str) -> FileRefused:
    return FileRefused(
        f"{name}: メールとして読めません。本文をテキスト(.txt)で保存し直してください。",
        f"{name} is not readable as a mail; save its text as .txt.",
    )


def _header(message: EmailMessage, name: str) -> str:
    try:
        value = message.get(name, "")
    except (ValueError, LookupError, IndexError, TypeError, AttributeError):
        # the header parser of the standard library trips over malformed addresses
        return ""
    return re.sub(r"\s+", " ", str(value)).strip()


def _body(message: EmailMessage, name: str) -> str:
    try:
        part = message.get_body(preferencelist=("plain", "html"))
        if part is None:
            return ""
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, KeyError, AttributeError, TypeError):
        raise _unreadable_mail(name) from None
    raw = payload if isinstance(payload, bytes) else b""
    text = _decoded(raw, part.get_content_charset() or "", name)
    return _html_text(text) if part.get_content_type() == "text/html" else text


def _decoded(raw: bytes, charset: str, name: str) -> str:
    # iso-2022-jp in mail mostly means Microsoft's extension of it, with ① and ㈱
    names = {"iso-2022-jp": "iso2022_jp_ext", "shift_jis": "cp932", "us-ascii": "", "ascii": ""}
    for encoding in (names.get(charset, charset), "iso2022_jp_2" if b"\x1b$" in raw else ""):
        if encoding:
            try:
                return raw.decode(encoding).replace("\r\n", "\n")
            except (LookupError, UnicodeDecodeError):
                continue
    if b"\x1b$" in raw:
        return raw.decode("iso2022_jp", errors="replace").replace("\r\n", "\n")
    return intake.decode_text(raw, name) if raw else ""


def _attachments(message: EmailMessage) -> Iterator[str]:
    for part in message.walk():
        filename = part.get_filename()
        if filename:
            yield re.sub(r"[\x00-\x1f]", "", filename)[:200]


class _Words(HTMLParser):
    """Collects the words of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a hidden part, or break the line."""
        if tag in ("script", "style", "head"):
            self._hidden += 1
        elif tag in ("br", "p", "div", "tr", "li", "h1", "h2", "h3"):
            self.pieces.append("\n")
        elif tag in ("td", "th"):
            self.pieces.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Leave a hidden part."""
        if tag in ("script", "style", "head") and self._hidden:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        """Keep words that are shown."""
        if not self._hidden:
            self.pieces.append(re.sub(r"\s+", " ", data))


def _html_text(page: str) -> str:
    words = _Words()
    words.feed(page)
    words.close()
    return re.sub(r"\n\s*\n+", "\n", "".join(words.pieces)).strip()
