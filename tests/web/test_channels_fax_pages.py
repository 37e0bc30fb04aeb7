"""What goes through a FAX: the letter, few pages along with it, and a page that leads to all the rest."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest

from kumihimo_web.channels.adapters import fax_pages
from kumihimo_web.channels.adapters.base import Enclosed, Letter

LINK = "https://kumihimo.example/answer/abc/"


def pdf(pages: int) -> bytes:
    book, out = pdfium.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        book.new_page(595, 842)
    book.save(out)
    book.close()
    return out.getvalue()


def file(name: str, content: bytes, content_type: str = "application/pdf") -> Enclosed:
    return Enclosed(name=name, content_type=content_type, content=content)


def words_of(page: Enclosed) -> str:
    book = pdfium.PdfDocument(page.content)
    return str(book[0].get_textpage().get_text_range())


ORDER, SMALL = file("order.pdf", pdf(2)), file("D-1_A.pdf", pdf(1))
TIFF = file("D-2_A.tif", b"II*\0", "image/tiff")
DXF = file("D-3_A.dxf", b"0\nSECTION", "image/vnd.dxf")
LONG = file("D-4_A.pdf", pdf(fax_pages.MOST_SHEETS + 1))
SHEET = file("order.xlsx", b"PK", fax_pages._SHEET)


def test_a_few_pages_go_along() -> None:
    letter = Letter(subject="s", text="t", enclosed=(ORDER, SHEET, SMALL, TIFF), link=LINK)
    assert fax_pages.pages_of(letter) == (ORDER, SMALL, TIFF)


@pytest.mark.parametrize("heavy", [DXF, LONG, file("D-5_A.pdf", b"%PDF-1.7 damaged"), file("D-6_A.pdf", b"x" * 2**21)])
def test_what_is_no_page_or_too_much_is_named_with_its_link(heavy: Enclosed) -> None:
    *sent, last = fax_pages.pages_of(Letter(subject="s", text="t", enclosed=(ORDER, heavy, SMALL), link=LINK))
    assert sent == [ORDER, SMALL]
    told = words_of(last)
    assert heavy.name in told
    assert SMALL.name not in told
    assert LINK in told.replace("\r\n", "")


def test_what_did_not_fit_into_the_message_is_named_too() -> None:
    letter = Letter(subject="s", text="t", enclosed=(ORDER,), linked=("D-9_A.step",), link=LINK)
    assert "D-9_A.step" in words_of(fax_pages.pages_of(letter)[-1])


def test_a_long_document_of_ours_always_goes() -> None:
    assert fax_pages.pages_of(Letter(subject="s", text="t", enclosed=(LONG,), link=LINK)) == (LONG,)
