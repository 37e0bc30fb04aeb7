"""図面 of an order: attached by the coordinator, opened by those who were sent them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo.errors import InputError
from kumihimo.trade import OperationOrder, OrderState
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role as UserRole
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.versions import version_seen
from kumihimo_web.design.language import language
from kumihimo_web.firms.queries import names as firm_names
from kumihimo_web.orders import drawing_services, drawings, queries, words
from kumihimo_web.orders.drawing_file import file_name
from kumihimo_web.orders.forms.drawing import DrawingForm
from kumihimo_web.orders.models import Drawing
from kumihimo_web.orders.views import found


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def order_drawings(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the drawings of an order with who was sent which, and attach one."""
    held, order = found.row(ref), found.order(ref)
    inquiry = held.work_order.inquiry
    form = DrawingForm(order, inquiry, *((request.POST, request.FILES) if request.method == "POST" else ()))
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and form.found is not None:
            try:
                made = drawing_services.attach(
                    ref,
                    form.found,
                    number=form.cleaned_data["number"],
                    revision=form.cleaned_data["revision"],
                    lines=form.chosen_lines(),
                    expected_version=version_seen(request),
                    key=f"web/{form.cleaned_data['key']}",
                )
            except InputError as why:
                form.add_error(None, why.full_text(language()))
            else:
                return _attached(request, made, order.state)
        order = found.order(ref)
    shown = {
        "order": order,
        "item": held.item,
        "state": words.state(order.state),
        "form": form,
        "rows": rows_of(ref),
        "why_not": drawing_services.why_not_now(order, "", ""),
        "missing": _("、").join(missing_from(order)),
        "is_draft": order.state is OrderState.DRAFT,
    }
    return render(request, "orders/drawings.html", shown, status=status)


def rows_of(ref: str) -> list[tuple[Drawing, tuple[str, ...]]]:
    """Return the drawings of an order, each with the names of the firms that were sent it."""
    went = drawings.sent(queries.timeline(ref))
    names = firm_names({firm for one in went.values() for firm in one.firms})
    return [
        (row, tuple(names.get(firm, firm) for firm in one.firms))
        if (one := went.get((row.number, row.revision))) is not None
        else (row, ())
        for row in drawings.kept(ref)
    ]


def missing_from(order: OperationOrder) -> list[str]:
    """Return the drawings that lines name and for which no file is kept."""
    there = {(one["number"], one["revision"]) for one in drawings.told(order, order.lines)}
    return [
        f"{line.drawing} {line.revision}"
        for line in order.lines
        if line.drawing and (line.drawing, line.revision) not in there
    ]


def _attached(request: HttpRequest, made: Drawing, state: OrderState) -> HttpResponse:
    ref = made.order.ref
    if state in (OrderState.DRAFT, OrderState.AWARDED):
        messages.success(request, _("図面 %(drawing)s を付けました。") % {"drawing": made})
        return redirect("order_drawings", ref)
    text = _("図面 %(drawing)s を付けました。相手に届くのは、下の変更注文を出したときです。")
    messages.success(request, text % {"drawing": made})
    return redirect("order_do", ref, "revise")


@access(COORDINATORS)
@require_POST
def order_drawing_away(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away a drawing that nobody was sent."""
    row = drawings.drawing(pk)
    if row is None:
        raise Http404
    ref = row.order.ref
    try:
        gone = drawing_services.take_away(pk, expected_version=version_seen(request), key=f"drawing/away/{pk}")
    except InputError as why:
        messages.error(request, why.full_text(language()))
    else:
        if gone is not None:
            messages.success(request, _("図面 %(drawing)s を外しました。") % {"drawing": gone})
    return redirect("order_drawings", ref)


@access(COORDINATORS, UserRole.FACTORY)
@require_GET
def order_drawing(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the file of a drawing."""
    row = drawings.drawing(pk)
    if row is None:
        raise Http404
    return drawing_answer(row)


def drawing_answer(row: Drawing) -> HttpResponse:
    """Return the file of a drawing, to be saved and never shown by the browser itself; who took it is taken down."""
    if current_scope().firm:
        drawing_services.note_opened(row)
    answer = HttpResponse(bytes(row.content), content_type=row.content_type)
    answer["Content-Disposition"] = content_disposition_header(True, file_name(row)) or "attachment"
    return answer
