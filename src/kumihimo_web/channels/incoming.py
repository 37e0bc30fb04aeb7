"""What is in something that came: words and files. Whatever the bytes are, nothing here raises or grows endlessly."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32

from kumihimo_web.channels.adapters.base import Enclosed
from kumihimo_web.channels.states import Held

MAIL = "message/rfc822"
HEAD_ONLY = "text/rfc822-headers"
"""Of a mail that is too large only the head is fetched."""
MOST_PARTS = 200
MOST_DEPTH = 12
MOST_ENCLOSED = 50
MOST_TEXT = 200_000
_MOST_SEAMS = 2_000
"""Lines that may be the seam between two parts: the parser makes an object of each."""
_MOST_HEADERS = 64 * 1024
_CHARSETS = "utf-8", "iso-2022-jp", "cp932", "euc-jp"
_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is in something that came.

    Attributes
    ----------
    text
        The words that somebody wrote, without those of files; HTML is left out where there is plain text.
    problem
        Why it was not looked into, or not to its end; empty when everything is here.
    """

    text: str = ""
    enclosed: tuple[Enclosed, ...] = ()
    problem: Held = Held.NONE


def parts_of(raw: bytes, content_type: str, name: str = "") -> Parts:
    """Return words and files of a mail, or the one file that it is."""
    if content_type != MAIL:
        return Parts(enclosed=(Enclosed(name=file_name(name), content_type=content_type, content=raw),))
    found = parsed(raw)
    if found is None:
        return Parts(problem=Held.UNREADABLE)
    try:
        return _gathered(found)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return Parts(problem=Held.UNREADABLE)


def parsed(raw: bytes) -> Message | None:
    """Return a mail as a tree of parts; None when it is built to break whoever opens it."""
    head = re.split(rb"\r?\n\r?\n", raw[: _MOST_HEADERS + 1], maxsplit=1)[0]
    if len(head) > _MOST_HEADERS or raw.count(b"\n--") > _MOST_SEAMS or raw.count(b"message/rfc822") > MOST_DEPTH:
        return None
    try:
        return BytesParser(policy=compat32).parsebytes(raw)
    except (MessageError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def _gathered(found: Message) -> Parts:
    plain: list[str] = []
    html: list[str] = []
    enclosed: list[Enclosed] = []
    waiting: list[tuple[Message, int]] = [(found, 0)]
    seen = 0
    while waiting:
        part, depth = waiting.pop()
        seen += 1
        if seen > MOST_PARTS or depth > MOST_DEPTH or len(enclosed) > MOST_ENCLOSED:
            return Parts(problem=Held.UNREADABLE)
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting.extend((one, depth + 1) for one in reversed(inner) if isinstance(one, Message))
            continue
        data = part.get_payload(decode=True)
        content = data if isinstance(data, bytes) else b""
        kind, name = part.get_content_type(), words_of(part.get_filename() or "")
        if kind in ("text/plain", "text/html") and not name and part.get_content_disposition() != "attachment":
            (plain if kind == "text/plain" else html).append(_read(content, _charset(part)))
        elif content or name:
            # A file of no bytes is one too: whoever sent it thinks that something arrived.
            enclosed.append(Enclosed(name=file_name(name), content_type=kind[:100], content=content))
    text = "\n".join(plain) or "\n".join(_without_tags(one) for one in html)
    return Parts(text=text.replace("\x00", "")[:MOST_TEXT].strip(), enclosed=tuple(enclosed))


def fingerprint(raw: bytes, content_type: str, *, with_words: bool) -> str:
    """Return a hash of what is said, whatever the envelope; empty where there is nothing to go by.

    Parameters
    ----------
    with_words
        Whether words count too. A FAX service writes the time of day into its mail, a person writes what is meant:
        the same short "yes" to two questions is two letters, so subject and what it answers count with the words.
    """
    if content_type != MAIL:
        return hashlib.sha256(raw).hexdigest()
    found = parsed(raw)
    parts = parts_of(raw, content_type)
    if found is None or parts.problem or not (parts.enclosed or (with_words and parts.text)):
        return ""
    told = [hashlib.sha256(one.content).digest() for one in parts.enclosed]
    if with_words:
        words = (parts.text, words_of(found.get("Subject", "")), str(found.get("In-Reply-To", "")))
        told.append(hashlib.sha256("\x00".join(words).encode("utf-8", "replace")).digest())
    return hashlib.sha256(b"".join(told)).hexdigest()


def words_of(header: object) -> str:
    """Return a header as it is read: encoded words decoded, one line, at most 300 characters."""
    try:
        pieces = decode_header(str(header)[:4_000])
    except (MessageError, ValueError, TypeError, IndexError):
        pieces = [(str(header)[:4_000], None)]
    text = "".join(one if isinstance(one, str) else _read(one, charset or "") for one, charset in pieces)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:300]


def _charset(part: Message) -> str:
    try:
        return str(part.get_content_charset() or "")
    except (LookupError, ValueError, TypeError, AttributeError):
        return ""


def _read(data: bytes, charset: str) -> str:
    """Return text in whatever character set it is; what a liar wrote into the header is tried first."""
    for name in (charset, *_CHARSETS):
        try:
            return data.decode(name) if name else data.decode("ascii")
        except (LookupError, ValueError, TypeError):
            continue
    return data.decode("utf-8", "replace")


def _without_tags(html: str) -> str:
    text = re.sub(r"(?is)<(script|style)\b[^>]{0,500}>.{0,100000}?</\1>", " ", html[:MOST_TEXT])
    return re.sub(r"[ \t]+", " ", re.sub(r"<[^<>]{0,2000}>", " ", text))


def file_name(name: str) -> str:
    """Return the name of a file without its folders and whatever else no file is called."""
    return _NAME.sub("_", name).strip(" .")[:150] or "file"
