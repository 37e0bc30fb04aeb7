"""書類: the answer sheet of one, and another try for one that could not be made."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.orders import outbox, papers, queries


@access(COORDINATORS, Role.FACTORY)
@require_GET
def order_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the answer sheet of a document in Excel."""
    paper = queries.paper(pk)
    sheet = None if paper is None else papers.excel_of(paper)
    if sheet is None:
        raise Http404
    name = {"Content-Disposition": f'attachment; filename="{paper}.xlsx"'}
    return HttpResponse(sheet, content_type=outbox.SHEET_TYPE, headers=name)


@access(COORDINATORS)
@require_POST
def paper_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a document that could not be made be tried once more."""
    paper = queries.paper(pk)
    if paper is None:
        raise Http404
    outbox.again(paper)
    messages.success(request, _("もう一度作ります。少ししてから開き直してください。"))
    return redirect("orders") if paper.order is None else redirect("order", paper.order.ref)
