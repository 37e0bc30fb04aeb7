"""Long work of the demo: the answers that come in by FAX, made as workshops would make them. Synthetic."""

from __future__ import annotations

import io
from typing import Any

from django.urls import reverse

from kumihimo_web.channels import services as channels
from kumihimo_web.channels.address_services import addresses_of
from kumihimo_web.jobs.registry import Running, Task, register
from kumihimo_web.orders import papers
from kumihimo_web.orders.models import Paper

FAXES = "demo.faxes"
"""Kind of the job."""


def _faxes(running: Running) -> list[tuple[str, str, bytes]]:
    """Make the documents that are answered, mark their forms as workshops do, and send them through a FAX line."""
    import numpy as np

    from kumihimo.simulate.fax import Level, fax

    made: list[tuple[str, str, bytes]] = []
    refs = running.payload["orders"]
    habits: tuple[tuple[dict[str, str], dict[str, str], Level], ...] = (
        ({"answer": "accept"}, {}, Level.L1),
        ({"answer": "accept"}, {"answer": "decline"}, Level.L1),
        ({"answer": "call"}, {}, Level.L2),
        ({"answer": "decline", "reason": "capacity"}, {}, Level.L2),
    )
    for number, (ref, (chosen, also, level)) in enumerate(zip(refs, habits, strict=False)):
        running.tell(number / len(refs), "返信のFAXを作っています（合成データ）", "Making answers by FAX (synthetic)")
        paper = _order_paper(ref)
        if paper is None:
            continue
        rng = np.random.default_rng(number + 1)
        made.append((ref, paper.firm, fax(_marked(papers.make(paper), chosen, also, rng), level, rng)))
    return made


def _order_paper(ref: str) -> Paper | None:
    found: Paper | None = Paper.objects.filter(order__ref=ref, kind="order").first()
    return found


def _marked(made: papers.Made, chosen: dict[str, str], also: dict[str, str], rng: Any) -> Any:
    """Return the form of a document, its last page, with boxes marked; `also` marks a second one of a group."""
    import pypdfium2 as pdfium

    from kumihimo.paper.reading.read import printed_layout
    from kumihimo.simulate.handwriting import blank_sheet
    from kumihimo.simulate.replies import Reply, mark_sheet

    assert made.layout is not None
    layout = printed_layout(made.layout[-1]["code"])
    assert layout is not None
    book, whole, page = pdfium.PdfDocument.new(), pdfium.PdfDocument(made.pdf), io.BytesIO()
    book.import_pages(whole, [len(whole) - 1])
    book.save(page)
    whole.close()
    book.close()
    sheet = mark_sheet(blank_sheet(page.getvalue()), layout, Reply(chosen=chosen), rng)
    return mark_sheet(sheet, layout, Reply(chosen=also), rng) if also else sheet


def _send(value: list[tuple[str, str, bytes]], payload: dict[str, Any]) -> dict[str, Any]:
    for ref, firm, tiff in value:
        numbers = [one.value for one in addresses_of(firm) if one.channel == "fax"]
        channels.receive("fax", f"demo-{ref}", next(iter(numbers), "0263000009"), tiff, "image/tiff", ref)
    return {"url": reverse("inbox")}


register(Task(kind=FAXES, work=_faxes, save=_send))
