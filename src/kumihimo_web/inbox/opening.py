"""Opens what came in, whatever it is: pages, workbooks, mails, messages. Runs in a worker only, and writes nothing.

Nothing is lost here: whatever cannot be read becomes an item that says why.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from kumihimo.errors import KumihimoError
from kumihimo.paper.reply_forms import MOST_ITEMS
from kumihimo_web.channels.contents import LINE_EVENT
from kumihimo_web.channels.incoming import MAIL, parts_of
from kumihimo_web.inbox.contents import Content, content_of
from kumihimo_web.inbox.messages import read_line_event, read_order_message
from kumihimo_web.inbox.reasons import Reason, Why, reason
from kumihimo_web.inbox.rules import MOST_PARTS, MOST_TEXT
from kumihimo_web.inbox.state import Kind
from kumihimo_web.inbox.wording import guess, storable

if TYPE_CHECKING:
    from kumihimo.interop.reply_sheet_read import ReplySheet
    from kumihimo.paper.reading.load import Grey
    from kumihimo.paper.reading.read import ReadForm

_LONGEST_PX = 2400
_LARGEST_PNG = 600_000
"""A picture that is larger as PNG than this is a photo, and kept as JPEG."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing to decide, as it was read; see `kumihimo_web.inbox.models.Item`."""

    kind: Kind
    page: int
    part: int = 0
    line: int = 0
    reading: dict[str, Any]
    pixels: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A picture of a page or of a place on it."""

    page: int
    name: str
    content_type: str
    content: bytes = field(repr=False)
    width: int
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """All that a message holds; at least one item."""

    items: tuple[Found, ...]
    pictures: tuple[Shot, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trust:
    """What our own papers are known by.

    Attributes
    ----------
    secret
        They were signed with it.
    current_revision
        Given the number of an order or a sheet, the revision in force; None where it is unknown.
    """

    secret: bytes
    current_revision: Callable[[str], int | None]


def open_message(
    raw: bytes, content_type: str, *, channel: str, subject: str, trust: Trust, lacking: str = ""
) -> Opened:
    """Return what came in as items; never raises for what the message holds.

    Parameters
    ----------
    content_type
        As the channel says; only ``message/rfc822`` and an event of LINE are believed, the rest is told by the bytes.
    lacking
        Why content is not here; see `kumihimo_web.channels.states.Held`.
    """
    if channel == "line" and content_type == LINE_EVENT:
        return Opened(items=(read_line(raw, trust, lacking),))
    if content_type == MAIL:
        return _open_mail(raw, subject, is_mail=channel == "mail", trust=trust)
    return _Opening(trust).file(raw, subject, part=0).opened()


class _Opening:
    """Items and pictures of a message while it is being opened; pages are counted through all attachments."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self.items: list[Found] = []
        self._pictures: list[Shot] = []
        self._page = 0

    def opened(self) -> Opened:
        return Opened(items=tuple(self.items), pictures=tuple(self._pictures))

    def next_page(self) -> int:
        self._page += 1
        return self._page

    def file(self, data: bytes, name: str, *, part: int) -> _Opening:
        """Open one file."""
        content, _media_type = content_of(data)
        if content is Content.PAGES:
            self._pages(data, name, part)
        elif content is Content.WORKBOOK:
            self._add(Kind.EXCEL, part, name, _workbook(data, name, self._trust))
        elif content is Content.JSON:
            self._add(Kind.EDI, part, name, read_order_message(data))
        else:
            why = reason(Why.UNKNOWN_KIND, name=name or "—") if data else reason(Why.EMPTY)
            self._add(Kind.UNKNOWN, part, name, refused_reading(why))
        return self

    def _add(self, kind: Kind, part: int, name: str, reading: dict[str, Any]) -> None:
        self.items.append(Found(kind=kind, page=self.next_page(), part=part, reading={**reading, "name": name}))

    def _pages(self, data: bytes, name: str, part: int) -> None:
        from kumihimo.paper.reading.load import load_pages
        from kumihimo.paper.reading.read import read_pages

        try:
            pages = load_pages(data, name=name or "FAX/scan")
            forms = read_pages(
                data,
                secret=self._trust.secret,
                current_revision=self._trust.current_revision,
                name=name or "FAX/scan",
            )
        except KumihimoError as why:
            refusal = reason(Why.REFUSED, ja=why.text("ja"), en=why.text("en"))
            self._add(Kind.UNKNOWN, part, name, refused_reading(refusal))
            return
        for grey, form in zip(pages, forms, strict=True):
            page = self.next_page()
            pixels = hashlib.sha256(repr(grey.shape).encode() + grey.tobytes()).hexdigest()
            self._pictures.append(_shot(grey, page))
            self._pictures.extend(_crops(form, page))
            for line, reading in _lines_of(form):
                self.items.append(
                    Found(
                        kind=Kind.FORM if form.token is not None else Kind.UNKNOWN,
                        page=page,
                        part=part,
                        line=line,
                        reading={**reading, "name": name},
                        pixels=pixels,
                    )
                )


def _open_mail(raw: bytes, subject: str, *, is_mail: bool, trust: Trust) -> Opened:
    """Return attachments, and the text where a person wrote it: that of a FAX service says nothing."""
    parts = parts_of(raw, MAIL)
    opening = _Opening(trust)
    for number, enclosed in enumerate(parts.enclosed[:MOST_PARTS], 1):
        opening.file(enclosed.content, enclosed.name, part=number)
    reasons = []
    if len(parts.enclosed) > MOST_PARTS:
        reasons.append(reason(Why.MANY_PARTS, count=len(parts.enclosed), most=MOST_PARTS))
    if parts.problem:
        reasons.append(reason(Why.UNKNOWN_KIND, name=subject or "—"))
    written = bool(parts.text.strip()) and is_mail
    if written or reasons or not opening.items:
        why = reason(Why.FREE_TEXT) if parts.text.strip() else reason(Why.EMPTY)
        reading = {
            "text": storable(f"{subject}\n\n{parts.text}".strip()[:MOST_TEXT]),
            "reasons": [one.to_data() for one in (*reasons, why)],
            "guess": guess(f"{subject}\n{parts.text}"),
        }
        opening.items.append(Found(kind=Kind.MAIL, page=opening.next_page(), reading=reading))
    return opening.opened()


def read_line(raw: bytes, trust: Trust, lacking: str = "") -> Found:
    """Return a message of LINE: the answer to a numbered prompt, or free text for a person."""
    return Found(kind=Kind.LINE, page=1, reading=read_line_event(raw, trust.secret, lacking))


def refused_reading(why: Reason) -> dict[str, Any]:
    """Return the reading of what could not be read."""
    return {"reasons": [why.to_data()]}


def _workbook(data: bytes, name: str, trust: Trust) -> dict[str, Any]:
    from kumihimo.interop.reply_sheet_read import read_reply_sheet

    sheet = read_reply_sheet(
        data, secret=trust.secret, current_revision=trust.current_revision, name=name or "reply.xlsx"
    )
    return _sheet_reading(sheet)


def _sheet_reading(sheet: ReplySheet) -> dict[str, Any]:
    token = sheet.token
    return {
        "form": None if token is None else _form(token.code, token.order, token.revision, token.page),
        "sheet": {
            "answer": sheet.answer,
            "due_on": _iso(sheet.due_on),
            "valid_until": _iso(sheet.valid_until),
            "prices": [[one.line, one.unit_price_jpy] for one in sheet.prices],
            "reason": sheet.reason,
            "words": sheet.words,
        },
        "reasons": [
            {"code": one.reason.value, "ja": one.ja, "en": one.en, "group": one.field} for one in sheet.reviews
        ],
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _form(code: str, number: str, revision: int, page: int) -> dict[str, Any]:
    return {"code": code, "order": number, "revision": revision, "page": page}


def _lines_of(form: ReadForm) -> Iterator[tuple[int, dict[str, Any]]]:
    """Return (line of the sheet, reading) of a page: one of each block of a daily sheet, else one with line 0."""
    from kumihimo.paper.reading.to_json import read_form_to_json

    whole = read_form_to_json(form)
    told = {
        "form": whole["form"],
        "codes": whole["codes_read"],
        "marks": whole["marks_found"],
    }
    reasons = [
        {"code": one["reason"], "ja": one["ja"], "en": one["en"], "group": one["group"]} for one in whole["reviews"]
    ]
    if form.token is None or not form.token.code.startswith("D1-"):
        yield 0, {**told, "answers": whole["answers"], "reasons": reasons, "notes": whole["notes"]}
        return
    for block in range(1, int(form.token.code[-1]) + 1):
        name = f"item{block}"
        own = {key.partition(".")[2]: value for key, value in whole["answers"].items() if key.partition(".")[0] == name}
        mine = [one for one in reasons if one["group"] is None or one["group"].partition(".")[0] == name]
        line = (form.token.page - 1) * MOST_ITEMS + block
        yield line, {**told, "answers": own, "reasons": mine, "notes": [], "block": block}


def _shot(grey: Grey, page: int) -> Shot:
    import cv2

    longest = max(grey.shape)
    if longest > _LONGEST_PX:
        part = _LONGEST_PX / longest
        size = (max(1, round(grey.shape[1] * part)), max(1, round(grey.shape[0] * part)))
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)  # type: ignore[assignment]
    done, encoded = cv2.imencode(".png", grey)
    content_type = "image/png"
    if done and encoded.nbytes > _LARGEST_PNG:
        done, encoded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, 80])
        content_type = "image/jpeg"
    assert done
    height, width = grey.shape
    return Shot(
        page=page,
        name="page",
        content_type=content_type,
        content=bytes(encoded.tobytes()),
        width=width,
        height=height,
    )


def _crops(form: ReadForm, page: int) -> Iterator[Shot]:
    for crop in {one.name: one for one in (*form.notes, *form.crops)}.values():
        width, height = _size(crop.png)
        yield Shot(page=page, name=crop.name, content_type="image/png", content=crop.png, width=width, height=height)


def _size(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG, which stand in its first chunk."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


def answers_hash(form: dict[str, Any], answers: Any, line: int) -> str:
    """Return the hash of a form and what was answered on it, by which a second FAX of the same paper is known."""
    told: Sequence[Any] = [form["code"], form["order"], form["revision"], form["page"], line, answers]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
