"""The inquiries in the API: a system of the buyer's may hand them in, and follow them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status
from ninja.errors import HttpError
from pydantic import Field

from kumihimo.errors import FileRefused
from kumihimo_web.accounts.access import COORDINATORS
from kumihimo_web.accounts.api_access import NO_NUL, REFUSALS, Allowed, Ref, Refused
from kumihimo_web.accounts.roles import Role
from kumihimo_web.design.language import language
from kumihimo_web.inquiries import queries, services
from kumihimo_web.inquiries.incoming import incoming_text
from kumihimo_web.inquiries.models import Inquiry
from kumihimo_web.inquiries.rules import MAX_CHARS
from kumihimo_web.inquiries.state import State

PAGE = 100
ASKERS = Allowed(COORDINATORS, Role.BUYER)
router = Router(tags=["inquiries"])


class InquiryLine(Schema):
    """An inquiry in a list."""

    number: str
    title: str
    state: str
    buyer: str
    due: date | None
    open_questions: int
    changed_at: datetime


class InquiryPage(Schema):
    """One page of a list."""

    count: int
    page: int
    pages: int
    items: list[InquiryLine]


class InquirySearch(Schema):
    """What inquiries are looked for."""

    words: str = Field("", max_length=80, pattern=NO_NUL)
    state: str = Field("", max_length=12, pattern=NO_NUL)
    page: int = Field(1, ge=1, le=100_000)


class NewInquiry(Schema):
    """A text that asks for something; `key` makes a second sending harmless."""

    text: str = Field(max_length=MAX_CHARS, pattern=NO_NUL)
    title: str = Field("", max_length=200, pattern=NO_NUL)
    key: str = Field("", max_length=64, pattern=NO_NUL)


class InquiryState(InquiryLine):
    """An inquiry with what was read: field, value, the words it was read from, and how sure the reader is."""

    values: list[dict[str, Any]]
    questions: list[dict[str, Any]]


@router.get("", response={200: InquiryPage, **REFUSALS}, auth=ASKERS, operation_id="inquiries")
def inquiries(request: HttpRequest, asked: Query[InquirySearch]) -> dict[str, Any]:
    """List the inquiries that fit; a buyer's are its own."""
    page = Paginator(queries.search(words=asked.words, state=asked.state), PAGE).get_page(asked.page)
    pages = page.paginator.num_pages
    return {"count": page.paginator.count, "page": page.number, "pages": pages, "items": [_line(one) for one in page]}


@router.get("/{number}", response={200: InquiryState, **REFUSALS, 404: Refused}, auth=ASKERS, operation_id="inquiry")
def inquiry(request: HttpRequest, number: Ref) -> dict[str, Any]:
    """Give an inquiry with what was read and what must be asked."""
    found = queries.inquiry(number)
    if found is None:
        raise HttpError(404, _("この引合はありません。"))
    return _state(found)


@router.post("", response={201: InquiryState, **REFUSALS}, auth=ASKERS, operation_id="inquiry_new")
def new(request: HttpRequest, sent: NewInquiry) -> Status[dict[str, Any]]:
    """Hand in an inquiry as text; it is kept first, then read."""
    try:
        incoming = incoming_text(sent.text)
    except FileRefused as why:
        raise HttpError(400, why.text(language())) from why
    made = services.receive(incoming, title=sent.title, once=sent.key)
    if made.state == State.READING:
        services.begin_reading(queries.sources(made)[0])
    found = queries.inquiry(made.number)
    assert found is not None
    return Status(201, _state(found))


def _line(found: Inquiry) -> dict[str, Any]:
    return {
        "number": found.number,
        "title": found.title,
        "state": found.state,
        "buyer": found.asked_by,
        "due": found.due,
        "open_questions": found.open_questions,
        "changed_at": found.changed_at,
    }


def _state(found: Inquiry) -> dict[str, Any]:
    reading = found.reading or {}
    return {**_line(found), "values": reading.get("fields", []), "questions": reading.get("questions", [])}
