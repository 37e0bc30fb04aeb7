"""What of a letter goes through a FAX: pages. Where there are none, the words are set on one."""

from __future__ import annotations

import json

from kumihimo_web.channels.adapters.base import Enclosed, Letter

PAGES = frozenset({"application/pdf", "image/tiff"})
_SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set page(paper: "a4", margin: 20mm)
#set text(font: "Noto Sans JP", size: 12pt, lang: "ja")
#set par(leading: 0.9em)
#text(size: 15pt, weight: "bold", data.subject)
#v(6mm)
#for line in data.lines [#line #linebreak()]
"""


def pages_of(letter: Letter) -> tuple[Enclosed, ...]:
    """Return the files of a letter that are pages, or one page with its words."""
    found = tuple(one for one in letter.enclosed if one.content_type in PAGES)
    return found or (Enclosed(name="letter.pdf", content_type="application/pdf", content=_set(letter)),)


def _set(letter: Letter) -> bytes:
    from kumihimo.paper.typesetting import compile_pdf

    told = {"subject": letter.subject, "lines": letter.text.splitlines()}
    return compile_pdf(_SOURCE.encode(), json.dumps(told, ensure_ascii=False))
