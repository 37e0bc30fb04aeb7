"""Documents: what each is made of, its pages, its answer sheet, and which of them an answer belongs to."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kumihimo.errors import InputError
from kumihimo.paper.document import Document
from kumihimo.paper.document_json import document_from_json, document_to_json
from kumihimo.paper.document_parts import DocumentParty
from kumihimo.paper.form_key import make_form_key, read_form_key
from kumihimo.paper.kinds import DocumentKind
from kumihimo.trade import fold, fold_one
from kumihimo_web.accounts.queries import organisations, own_network
from kumihimo_web.accounts.roles import OrganisationKind
from kumihimo_web.firms import queries as firms
from kumihimo_web.orders.folding import events_of
from kumihimo_web.orders.models import Order, Paper
from kumihimo_web.orders.office_models import Letterhead
from kumihimo_web.orders.paper_content import Told, document_of
from kumihimo_web.project.environment import form_key_file

if TYPE_CHECKING:
    from kumihimo.paper.token import FormToken

OF_ORDERS = frozenset({DocumentKind.ORDER.value, DocumentKind.ORDER_CHANGE.value})
"""Kinds whose revision is that of the order, and whose answer names the order."""
OF_THEMSELVES = frozenset({DocumentKind.RFQ.value, DocumentKind.DAILY.value})
"""Kinds whose answer names the document: which firm was asked, and about what, is known by it."""
_WITH_SHEET = frozenset({DocumentKind.RFQ.value, *OF_ORDERS})
WITH_DRAWINGS = _WITH_SHEET
"""Kinds that say what is made, and go out with its drawings."""
AGAIN = "再送"
"""What a line of a daily sheet says whose document goes out once more behind it."""
_REGISTRATION = re.compile(r"T[0-9]{13}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What is kept of a document: its content, its pages, and which form each page with boxes is, with its token."""

    content: dict[str, Any]
    pdf: bytes
    sha256: str
    layout: list[dict[str, Any]] | None
    warnings: tuple[str, ...]


def secret() -> bytes:
    """Return the key that signs forms, answer sheets and buttons; it is made when this machine first needs it.

    Raises
    ------
    InputError
        The file cannot be read or written, or is too short.
    """
    path = form_key_file()
    make_form_key(path)
    return read_form_key(path)


def of_token(token: FormToken) -> Paper | None:
    """Return the document that an answer belongs to, as far as the scope may see it; None where there is none."""
    own = Paper.objects.filter(kind__in=OF_THEMSELVES, number=token.order, revision=token.revision)
    rows = Paper.objects.filter(order__ref=token.order).order_by("-pk")
    if token.code.startswith("R"):
        rows = rows.filter(kind=DocumentKind.REMINDER.value)
    else:
        rows = rows.filter(kind__in=OF_ORDERS, revision=token.revision)
    found: Paper | None = own.first() or rows.first()
    return found


def current_revision(number: str) -> int | None:
    """Return the revision in force of an order, a request or a daily sheet; None where the number is not known."""
    own = Paper.objects.filter(kind__in=OF_THEMSELVES, number=number).values_list("revision", flat=True).first()
    if own is not None:
        return int(own)
    revision = Order.objects.filter(ref=number).values_list("revision", flat=True).first()
    return int(revision) if revision else None


def pdf_of(paper: Paper) -> bytes | None:
    """Return the pages of a document as they were sent; None until they are made."""
    return None if paper.pdf is None else bytes(paper.pdf)


def excel_of(paper: Paper) -> bytes | None:
    """Return the answer sheet of a document; None where none is expected, or until the document is made."""
    if paper.kind not in _WITH_SHEET or not paper.content or paper.order is None:
        return None
    from kumihimo.interop.reply_sheet import write_reply_sheet

    document = document_from_json(paper.content, DocumentKind(paper.kind), lang=paper.lang)
    order = fold(events_of(paper.order.ref)[: paper.seq])
    return write_reply_sheet(document, secret=secret(), line_numbers=[line.no for line in order.lines])


def make(paper: Paper) -> Made:
    """Set a document, with its reply form behind it. Workers only: it loads the typesetter.

    Raises
    ------
    InputError
        Something is missing that the kind needs; the sentence says what.
    """
    from kumihimo.paper.letter import joined, render_with_form

    document = content_of(paper)
    rendered = render_with_form(document, secret=secret())
    pdf, sha256 = rendered.pdf, rendered.sha256
    again = _once_more(paper, document)
    if again:
        pdf = joined((pdf, *again))
        sha256 = hashlib.sha256(pdf).hexdigest()
    return Made(
        content=document_to_json(document),
        pdf=pdf,
        sha256=sha256,
        layout=[{"code": form.layout.code, "token": form.token} for form in rendered.forms] or None,
        warnings=tuple(one.ja for one in rendered.warnings),
    )


def content_of(paper: Paper) -> Document:
    """Return what a document says: as it was noted, or as its event tells.

    Raises
    ------
    InputError
        Something is missing that the kind needs.
    """
    kind = DocumentKind(paper.kind)
    if paper.content:
        return document_from_json(paper.content, kind, lang=paper.lang)
    if paper.order is None:
        raise InputError(
            "注文の分からない書類は作れません。書類を取り消して、注文の画面から作り直してください。",
            "a document without its order cannot be made; make it anew from the page of the order.",
        )
    events = events_of(paper.order.ref)[: paper.seq]
    before = fold(events[:-1]) if len(events) > 1 else None
    told = Told(
        number=paper.number,
        revision=paper.revision,
        event=events[-1],
        before=before,
        order=fold_one(before, events[-1]),
        us=letterhead(),
        firm=party_of(paper.firm),
        is_synthetic=own_network().synthetic,
    )
    return document_of(kind, told)


def held_letterhead() -> Letterhead | None:
    """Return what was entered about who runs the network; None before anything was."""
    found: Letterhead | None = Letterhead.objects.first()
    return found


def letterhead() -> DocumentParty:
    """Return who runs the network, as it stands on documents; the organisation's name alone where no more is told."""
    row = held_letterhead()
    if row is None:
        office = organisations(OrganisationKind.COORDINATOR).first()
        return DocumentParty(name=office.name if office is not None else own_network().name, is_registered=False)
    return DocumentParty(
        name=row.name,
        address=row.address,
        phone=row.phone,
        fax=row.fax,
        email=row.email,
        person=row.person,
        invoice_number=row.invoice_number,
        is_registered=bool(row.invoice_number),
    )


def party_of(firm: str) -> DocumentParty:
    """Return a firm as it stands on documents."""
    found = firms.firm(firm)
    if found is None:
        return DocumentParty(name=firm or "―", is_registered=False)
    noun = firms.noun(found)
    site = next((one for one in firms.sites_of(firm) if one.address), None)
    address = "" if site is None else " ".join(filter(None, (_postal(site.postal_code), site.address)))
    number = noun.invoice_number if _REGISTRATION.fullmatch(noun.invoice_number or "") else ""
    return DocumentParty(
        name=noun.name,
        address=address,
        phone=noun.phone,
        fax=noun.fax,
        email=noun.email,
        invoice_number=number,
        is_registered=bool(number),
    )


def _postal(code: str) -> str:
    return f"〒{code}" if code and not code.startswith("〒") else code


def _once_more(paper: Paper, document: Document) -> list[bytes]:
    """Return the pages of what goes out once more behind a daily sheet."""
    refs = [line.order for line in document.lines if paper.kind == DocumentKind.DAILY.value and line.reason == AGAIN]
    found: list[bytes] = []
    for ref in refs:
        rows = Paper.objects.filter(order__ref=ref, firm=paper.firm, kind__in=_WITH_SHEET).exclude(pdf=None)
        latest = rows.order_by("-pk").first()
        if latest is not None:
            found.append(bytes(latest.pdf))
    return found
