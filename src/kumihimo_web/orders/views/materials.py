"""支給材: what every firm has of the material that was supplied to it, lot by lot."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kumihimo.errors import InputError
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.design.language import language
from kumihimo_web.firms.queries import names as firm_names
from kumihimo_web.orders import queries, services
from kumihimo_web.orders.forms.material import MaterialForm


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def materials(request: HttpRequest) -> HttpResponse:
    """Show the ledger (GET), and book a movement (POST)."""
    form = MaterialForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.book_material(form.move(), unit=form.cleaned_data["unit"])
        except InputError as why:
            form.add_error(None, why.text(language()))
        else:
            messages.success(request, _("支給材の動きを記録しました。"))
            return redirect("materials")
    accounts = queries.material_ledger().accounts
    units = {(move.at.material, move.at.lot): unit for move, unit in queries.moves()}
    names = firm_names({at.firm for at in accounts})
    shown = {
        "rows": [
            (at, account, names.get(at.firm, at.firm), units.get((at.material, at.lot), ""))
            for at, account in accounts.items()
        ],
        "form": form,
        "suggested": firm_names(queries.firms_with_orders()),
    }
    return render(request, "orders/materials.html", shown, status=422 if form.errors else 200)
