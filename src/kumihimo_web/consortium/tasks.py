"""Long work of the consortium: setting papers. Workers load the typesetter, pages never."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from kumihimo.errors import InputError
from kumihimo_web.consortium import queries
from kumihimo_web.consortium.models import Paper
from kumihimo_web.consortium.papers import SHEETS
from kumihimo_web.consortium.settlement_services import PRINT, keep_pdf
from kumihimo_web.jobs.registry import Running, Task, register


def _print(running: Running) -> list[dict[str, Any]]:
    """Set the papers that have no bytes yet."""
    keys = running.payload["papers"]
    made = []
    for at, pk in enumerate(keys):
        found = queries.paper(pk)
        if found is None:
            raise InputError(
                "書類が見つかりません。注文の頁を開き直してください。", "the paper is gone; open the order again"
            )
        running.tell(at / len(keys), f"{found} を作っています", f"Setting {found}")
        if found.pdf is None:
            made.append({"pk": pk, **_set(found)})
    return made


def _set(found: Paper) -> dict[str, Any]:
    from kumihimo.paper.document_json import document_from_json
    from kumihimo.paper.kinds import DocumentKind
    from kumihimo.paper.rendering import render
    from kumihimo.paper.sheet import render_sheet, sheet_from_json

    if found.kind in SHEETS:
        rendered = render_sheet(sheet_from_json(found.content))
    else:
        rendered = render(document_from_json(found.content, DocumentKind(found.kind), lang=found.lang))
    warnings = [{"ja": one.ja, "en": one.en} for one in rendered.warnings]
    return {"pdf": rendered.pdf, "sha256": rendered.sha256, "warnings": warnings}


def _keep(value: list[dict[str, Any]], payload: dict[str, Any]) -> dict[str, Any]:
    for one in value:
        keep_pdf(**one)
    found = queries.paper(payload["papers"][0])
    return {
        "url": reverse("consortium") if found is None else f"{reverse('joint_order', args=[found.order.number])}#papers"
    }


register(Task(kind=PRINT, work=_print, save=_keep))
