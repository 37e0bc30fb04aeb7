"""What of a letter goes through a FAX: pages, as far as they are few; what stays behind is named on a page of its own.

Where there are no pages at all, the words are set on one.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from kumihimo_web.channels.adapters.base import Enclosed, Letter

PAGES = frozenset({"application/pdf", "image/tiff"})
MOST_BYTES = 1024 * 1024
MOST_SHEETS = 10
"""What goes along with a letter is faxed up to here: a page takes a line for about a minute, and somebody's paper."""
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: 20mm)
#set text(font: "Noto Sans JP", size: 12pt, lang: "ja")
#set par(leading: 0.9em)
#text(size: 15pt, weight: "bold", data.subject)
#v(6mm)
#for line in data.lines [#line #linebreak()]
#if data.code != "" { v(6mm); image(bytes(data.code), format: "svg", width: 45mm, height: 45mm) }
"""


def pages_of(letter: Letter) -> tuple[Enclosed, ...]:
    """Return the files of a letter that are pages, or one page with its words."""
    pages = tuple(one for one in letter.enclosed if one.content_type in PAGES)
    if not pages:
        return (_page("letter.pdf", letter.subject, letter.text.splitlines()),)
    faxed = tuple(one for one in pages[1:] if _is_small(one))
    behind = [one.name for one in letter.enclosed if one not in (pages[0], *faxed, *_answer_sheets(letter))]
    left = [*behind, *letter.linked] if letter.link else []
    return (pages[0], *faxed, *([_left_behind(letter, left)] if left else []))


def _answer_sheets(letter: Letter) -> list[Enclosed]:
    """Return what a FAX leaves out without a word: whoever gets it answers on its form."""
    return [one for one in letter.enclosed if one.content_type == _SHEET]


def _is_small(one: Enclosed) -> bool:
    if len(one.content) > MOST_BYTES:
        return False
    return one.content_type != "application/pdf" or 0 < _sheets(one.content) <= MOST_SHEETS


def _sheets(pdf: bytes) -> int:
    """Return how many pages a file has; 0 where it cannot be told, for it came from somebody else."""
    import pypdfium2 as pdfium

    try:
        book = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError:
        return 0
    try:
        return len(book)
    finally:
        book.close()


def _left_behind(letter: Letter, names: Sequence[str]) -> Enclosed:
    from kumihimo.paper.codes_and_marks import code_modules, modules_svg

    lines = [
        "次のファイルは、FAX では送れません。",
        *(f"・{name}" for name in names),
        "",
        "携帯電話で下のコードを読むか、次のアドレスで開けます（登録は要りません）。",
        letter.link,
        "",
        "開けないときは、お電話ください。このページの返送は要りません。",
    ]
    return _page("files.pdf", letter.subject, lines, modules_svg(code_modules("QRCode", letter.link)))


def _page(name: str, subject: str, lines: Sequence[str], code: str = "") -> Enclosed:
    from kumihimo.paper.typesetting import compile_pdf

    told = json.dumps({"subject": subject, "lines": list(lines), "code": code}, ensure_ascii=False)
    return Enclosed(name=name, content_type="application/pdf", content=compile_pdf(_SOURCE.encode(), told))
