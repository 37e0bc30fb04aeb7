"""From the paper that really went out to the answer that comes back: the form behind an order, the sheet in Excel."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import numpy as np
import openpyxl
import pypdf
import pytest

from kumihimo.interop.reply_sheet import NAME_HEAD
from kumihimo.paper.layout import FormLayout
from kumihimo.paper.reply_forms import reply_form
from kumihimo.paper.token import FormToken, read_token
from kumihimo.simulate.fax import Level, fax
from kumihimo.simulate.handwriting import blank_sheet
from kumihimo.simulate.replies import Reply, mark_sheet
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.inbox.state import Kind, Result, State
from kumihimo_web.orders import outbox, papers
from kumihimo_web.orders.models import Paper

from .conftest import OWN_FIRM, People
from .inboxed import ACCEPT, codes, come, day_boxes, know, order_now, today
from .ordered import Pen, issued

pytestmark = pytest.mark.any_database

MAIL = "own@example.jp"


def made(people: People, pen: Pen, kind: str) -> Paper:
    """Let a worker make what waits, and return a document for the own firm."""
    with scoped(system_scope(people.network.pk)):
        while outbox.work():
            pass
    return Paper._base_manager.filter(order__ref=pen.ref, kind=kind, firm=OWN_FIRM).latest("pk")


def form_of(paper: Paper) -> tuple[bytes, FormLayout]:
    """Return the page of a document on which the firm answers, and its layout."""
    assert paper.layout is not None
    assert paper.pdf is not None
    out, writer = io.BytesIO(), pypdf.PdfWriter()
    writer.add_page(pypdf.PdfReader(io.BytesIO(bytes(paper.pdf))).pages[-1])
    writer.write(out)
    with scoped(system_scope(paper.network_id)):
        token = read_token(paper.layout[0]["token"], papers.secret())
    assert isinstance(token, FormToken)
    return out.getvalue(), reply_form(token.code).layout


def faxed_back(paper: Paper, chosen: dict[str, str], *, fine: bool = True, level: Level = Level.L2) -> bytes:
    """Return the document's form as the firm marks and faxes it."""
    pdf, layout = form_of(paper)
    rng = np.random.default_rng(11)
    return fax(mark_sheet(blank_sheet(pdf), layout, Reply(chosen=chosen), rng), level, rng, fine=fine)


@pytest.mark.parametrize("fine", [True, False], ids=["fine", "standard"])
def test_the_form_behind_an_order_comes_back(people: People, fine: bool) -> None:
    know(people)
    pen = issued(people)
    paper = made(people, pen, "order")
    (item,) = come(people, faxed_back(paper, ACCEPT, fine=fine))
    assert (codes(item), item.state, item.outcome) == ([], State.DONE, Result.APPLIED)
    assert pen.state == "accepted"


def test_the_form_behind_a_request_names_the_firm(people: People) -> None:
    know(people)
    pen = Pen(people).ask()
    paper = made(people, pen, "rfq")
    chosen = {"answer": "unit_price", "price.1000": "3", "price.100": "9", "price.10": "0", "price.1": "0"}
    (item,) = come(people, faxed_back(paper, chosen | day_boxes(today() + timedelta(days=25))))
    assert (codes(item), item.firm, item.order_ref) == ([], OWN_FIRM, pen.ref)
    assert order_now(people, pen.ref).quote_of(OWN_FIRM).prices[0].unit_price_jpy == 3_900


def excel(people: People, paper: Paper, **values: Any) -> bytes:
    """Return the answer sheet of a document, filled in as a firm does."""
    with scoped(system_scope(people.network.pk)):
        blank = papers.excel_of(paper)
    assert blank is not None
    book = openpyxl.load_workbook(io.BytesIO(blank))
    for name, value in values.items():
        title, _, place = book.defined_names[NAME_HEAD + name].attr_text.rpartition("!")
        book[title.strip("'")][place.replace("$", "")] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_answer_in_excel_is_a_quotation(people: People) -> None:
    know(people, channel="mail", value=MAIL)
    pen = Pen(people).ask()
    day = today() + timedelta(days=25)
    raw = excel(people, made(people, pen, "rfq"), answer="見積します", price_1=4_150, due_on=day)
    (item,) = come(people, raw, channel="mail", sender=MAIL, content_type="application/octet-stream")
    assert (item.kind, codes(item), item.outcome) == (Kind.EXCEL, [], Result.APPLIED)
    quote = order_now(people, pen.ref).quote_of(OWN_FIRM)
    assert (quote.prices[0].unit_price_jpy, quote.due_on) == (4_150, day)


def test_words_in_excel_are_read_by_a_person(people: People) -> None:
    know(people, channel="mail", value=MAIL)
    pen = issued(people)
    raw = excel(people, made(people, pen, "order"), answer="このまま請けます", words="ただし材料は支給で")
    (item,) = come(people, raw, channel="mail", sender=MAIL, content_type="application/octet-stream")
    assert (item.kind, item.state) == (Kind.EXCEL, State.WAITING)
    assert codes(item) == ["words"]
    assert item.command == {"kind": "accept", "data": {"firm": OWN_FIRM, "revision": 1}}
    assert pen.state != "accepted"
