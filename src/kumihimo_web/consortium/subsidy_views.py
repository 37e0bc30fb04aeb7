"""Pages of the subsidy programs: what is open, what is to be checked, and the check."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from kumihimo.trade.consortium.subsidy import STALE_AFTER_DAYS
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.consortium import queries
from kumihimo_web.consortium import subsidy_services as services
from kumihimo_web.consortium.models import Subsidy
from kumihimo_web.consortium.subsidy_forms import SubsidyForm


@access(COORDINATORS, Role.FACTORY)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the programs: those about to close first, closed ones last."""
    area = request.GET.get("area", "").strip()[:80]
    today = timezone.localdate()
    shown = {"programs": queries.subsidies(today, area), "area": area, "days": STALE_AFTER_DAYS}
    return render(request, "consortium/subsidies.html", shown)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Add a program that was just read in its call."""
    form = SubsidyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = services.add(form.cleaned_data, today=timezone.localdate())
        messages.success(request, _("%(name)sを加えました。") % {"name": made.name_ja})
        return redirect("subsidies")
    return _form(request, form, None)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, ref: str) -> HttpResponse:
    """Compare a program with its source, mend it, and note the day."""
    found = queries.subsidy(ref)
    if found is None:
        raise Http404
    form = SubsidyForm(request.POST if request.method == "POST" else None, stands=found)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.check(found, form.cleaned_data, version=version_seen(request), today=timezone.localdate())
        except SomebodyWasFaster as late:
            found, status = late.now, 409
        else:
            messages.success(request, _("今日、確認したことにしました。"))
            return redirect("subsidies")
    return _form(request, form, found, status=status)


def _form(request: HttpRequest, form: SubsidyForm, found: Subsidy | None, *, status: int = 200) -> HttpResponse:
    if request.method == "POST" and status == 200:
        status = 422
    return render(
        request, "consortium/subsidy_form.html", {"form": form, "row": found, "is_late": status == 409}, status=status
    )
