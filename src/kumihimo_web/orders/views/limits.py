"""決裁の限度額: up to which amounts one person decides."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.orders.forms.limits import LimitsForm
from kumihimo_web.orders.limit_services import AMOUNTS, set_limits
from kumihimo_web.orders.limits import limits as limits_now


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def limits(request: HttpRequest) -> HttpResponse:
    """Show up to which amounts one person decides; administrators change it."""
    held, can_change = limits_now(), current_scope().role == Role.ADMINISTRATOR
    form = LimitsForm(request.POST or None, initial={name: getattr(held, name) for name in AMOUNTS})
    status, is_late = 200, False
    if request.method == "POST":
        if not can_change:
            raise PermissionDenied("only administrators change limits")
        status = 422
        if form.is_valid():
            try:
                set_limits(version_seen(request), **form.cleaned_data)
            except SomebodyWasFaster:
                status, is_late = 409, True
            except ValidationError as why:
                form.add_error(None, why)
            else:
                messages.success(request, _("決裁の限度額を変えました。これから行う発注・承認・確定に効きます。"))
                return redirect("limits")
    shown = {
        "form": form,
        "held": held,
        "rows": [(form.fields[name].label, getattr(held, name), form.fields[name].help_text) for name in AMOUNTS],
        "version": held.version,
        "can_change": can_change,
        "is_late": is_late,
    }
    return render(request, "orders/limits.html", shown, status=status)
