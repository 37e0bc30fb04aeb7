"""A document as it is sent: its own pages, and behind them the form on which the recipient answers, in one file."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Sequence

from kumihimo.paper.document import Document
from kumihimo.paper.document_parts import DocumentParty
from kumihimo.paper.document_tables import single
from kumihimo.paper.form import write_form
from kumihimo.paper.kinds import KINDS, DocumentKind
from kumihimo.paper.legible import breakable, legible
from kumihimo.paper.order_brief import Item, OrderBrief, Party
from kumihimo.paper.rendering import Rendered, render

_FILE_ID = re.compile(rb"/ID\[<[0-9A-F]{32}><[0-9A-F]{32}>\]")
_MADE_AT = re.compile(rb"/CreationDate\(D:\d{14}")
_LONGEST = 60
"""Characters of a text on the form, which has little room; the document before it says all."""


def render_with_form(document: Document, *, secret: bytes) -> Rendered:
    """Set a document and, where an answer is expected, the reply form behind it.

    Parameters
    ----------
    secret
        Signs the codes; whoever reads the form back needs the same.
    """
    made = render(document, secret=secret)
    kind = KINDS[document.kind].reply_form
    if kind is None or document.kind is DocumentKind.DAILY:
        return made
    form = write_form(kind, _brief(document), secret=secret, lang=document.lang)
    pdf = joined((made.pdf, form.pdf))
    return Rendered(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), warnings=made.warnings, forms=(form.layout,))


def joined(files: Sequence[bytes]) -> bytes:
    """Return the pages of several PDF files in one."""
    import pypdfium2 as pdfium

    if len(files) == 1:
        return files[0]
    book = pdfium.PdfDocument.new()
    try:
        for data in files:
            part = pdfium.PdfDocument(data)
            try:
                book.import_pages(part)
            finally:
                part.close()
        out = io.BytesIO()
        book.save(out)
    finally:
        book.close()
    # The library puts a random name and the clock there: the same pages shall be the same bytes.
    whole = _MADE_AT.sub(b"/CreationDate(D:19700101000000", out.getvalue(), count=1)
    return _FILE_ID.sub(lambda found: b"/ID[<" + b"0" * 32 + b"><" + b"0" * 32 + b">]", whole)


def _brief(document: Document) -> OrderBrief:
    lines = document.lines
    first, english = lines[0], document.lang == "en"
    more = "" if len(lines) == 1 else (f" and {len(lines) - 1} more" if english else f" ほか{len(lines) - 1}件")
    totals = document.totals
    item = Item(
        name=_shown(first.item) + more,
        drawing=None if more else _shown(f"{first.drawing} {first.revision}") or None,
        process=_shown(first.process) or None,
        quantity=None if more else first.quantity,
        unit=_shown(first.unit),
        due=first.due_on or document.due_on,
        place=_shown(document.place) or None,
        price_jpy=None if totals is None or document.kind is DocumentKind.RFQ else totals.net_jpy,
    )
    return OrderBrief(
        number=document.reply_order,
        revision=document.reply_revision,
        issued_on=document.made_on,
        sender=_party(document.sender),
        recipient=_party(document.recipient),
        items=(item,),
        answer_by=document.answer_by,
        synthetic=document.is_synthetic,
    )


def _party(party: DocumentParty) -> Party:
    return Party(name=_shown(party.name), fax=_shown(party.fax) or None, phone=_shown(party.phone) or None)


def _shown(text: str) -> str:
    text = single(text)
    cut = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return breakable(legible(cut)[0])
