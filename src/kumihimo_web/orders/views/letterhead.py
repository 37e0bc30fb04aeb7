"""差出人: who stands on all documents."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.orders import papers
from kumihimo_web.orders.forms.letterhead import LetterheadForm
from kumihimo_web.orders.letterhead_services import FIELDS, set_letterhead


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def letterhead(request: HttpRequest) -> HttpResponse:
    """Show who stands on documents, and change it."""
    held = papers.held_letterhead()
    now = held or papers.letterhead()
    form = LetterheadForm(request.POST or None, initial={name: getattr(now, name, None) for name in FIELDS})
    status, is_late, version = 200, False, held.version if held else 0
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                set_letterhead(version_seen(request), **form.cleaned_data)
            except SomebodyWasFaster:
                status, is_late = 409, True
            except ValidationError as why:
                form.add_error(None, why)
            else:
                messages.success(request, _("差出人を変えました。これから作る書類に使われます。"))
                return redirect("letterhead")
    shown = {"form": form, "version": version, "is_late": is_late, "is_new": held is None}
    return render(request, "orders/letterhead.html", shown, status=status)
