"""Pages of the Excel way in and out: the empty form, what was sent in, the report, the workbook to take away."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.firms import importing, queries
from kumihimo_web.firms.models import Import
from kumihimo_web.firms.tasks import EXCEL
from kumihimo_web.jobs.services import ask

PAGE = 50
_SHOWN = 200
"""Changes and mistakes on one page."""


@access(COORDINATORS, Role.FACTORY)
@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest) -> HttpResponse:
    """Take a workbook, and show those that were sent in before."""
    error = ""
    if request.method == "POST":
        sent = request.FILES.get("workbook")
        if sent is None:
            error = _("Excelのファイルを選んでください。")
        elif not sent.size:
            error = _("「%(name)s」は空のファイルです。") % {"name": sent.name}
        elif sent.size > importing.LARGEST:
            error = _("「%(name)s」は大きすぎます（%(most)d MBまで）。シートを分けてください。") % {
                "name": sent.name,
                "most": importing.LARGEST // 1024**2,
            }
        else:
            _made, job = importing.receive(sent.name or "", sent.read())
            return redirect("job", pk=job.pk)
    page = Paginator(queries.imports(), PAGE).get_page(request.GET.get("page"))
    return render(request, "firms/imports.html", {"page": page, "error": error}, status=422 if error else 200)


@access(COORDINATORS, Role.FACTORY)
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show every mistake at its place, or what would change; take it over."""
    held = _import(pk)
    on_behalf = current_scope().is_coordinator
    said, needs_word, late = request.POST.get("said", "").strip()[:300], False, None
    if request.method == "POST":
        needs_word = on_behalf and not said
        if held.state == "done":
            return redirect("firm_import", pk=pk)
        if not needs_word and held.state == "ready":
            try:
                importing.take_over(pk, said=said)
            except SomebodyWasFaster as error:
                late = error.now
            else:
                messages.success(request, _("取り込みました。"))
                return redirect("firm_import", pk=pk)
    changes = queries.changes_of(held)
    shown = {
        "held": held,
        "problems": held.problems[:_SHOWN],
        "more_problems": max(0, len(held.problems) - _SHOWN),
        "changes": changes[:_SHOWN],
        "more_changes": max(0, len(changes) - _SHOWN),
        "added": sum(change.is_new for change in changes),
        "changed": sum(not change.is_new for change in changes),
        "on_behalf": on_behalf,
        "said": said,
        "needs_word": needs_word,
        "late": late,
    }
    return render(request, "firms/import.html", shown, status=409 if late else 422 if needs_word else 200)


@access(COORDINATORS, Role.FACTORY)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take nothing over."""
    _import(pk)
    importing.withdraw(pk)
    messages.success(request, _("取り込みをやめました。何も変わっていません。"))
    return redirect("firm_imports")


@access(COORDINATORS, Role.FACTORY)
@require_GET
def template(request: HttpRequest) -> HttpResponse:
    """Send the empty workbook."""
    from kumihimo.interop.template import write_template

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path)
        content = path.read_bytes()
    name = {"Content-Disposition": 'attachment; filename="kumihimo.xlsx"'}
    return HttpResponse(content, content_type=EXCEL, headers=name)


@access(COORDINATORS, Role.FACTORY)
@require_POST
def workbook(request: HttpRequest, ref: str = "") -> HttpResponse:
    """Ask for the workbook of one firm, or of the whole network."""
    if ref and queries.firm(ref) is None:
        raise Http404
    if not current_scope().is_coordinator and ref != current_scope().firm:
        raise Http404
    job = ask("firms.workbook", lambda: _("Excelの書き出し"), {"firm": ref})
    return redirect("job", pk=job.pk)


def _import(pk: int) -> Import:
    found = queries.import_of(pk)
    if found is None:
        raise Http404
    return found
