"""緊急対応: what stops, what that touches, and one button to the substitutes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.plans import queries, services, words
from kumihimo_web.plans.forms import StopForm
from kumihimo_web.plans.models import Kind, Version
from kumihimo_web.plans.views import found

_SHOWN = 100


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def emergency(request: HttpRequest) -> HttpResponse:
    """Show what a stop touches (GET), and ask for substitutes (POST)."""
    current = queries.current()
    if current is None:
        return render(request, "plans/none.html", {"drafts": queries.drafts()})
    entered: Any = (
        request.POST.dict() if request.method == "POST" else request.GET.dict() if "what" in request.GET else None
    )
    form = StopForm(current, entered)
    if request.method == "POST" and form.stop is not None and form.is_good:
        job = services.ask_emergency(current, form.stop, form.subject, wish=form.entered.get("wish", "")[:32])
        return redirect("job", job.pk)
    shown = {
        "version": current,
        "form": form,
        "wish": found.new_wish(),
        "drafts": queries.drafts(Kind.EMERGENCY),
        **_touched(current, form),
    }
    return render(request, "plans/emergency.html", shown, status=422 if form.errors else 200)


def _touched(version: Version, form: StopForm) -> dict[str, Any]:
    if form.stop is None or not form.is_good:
        return {"is_asked": False}
    stop = form.stop
    machines = queries.stopped(version, stop)
    steps = list(queries.hit(version, machines.values("resource"), stop.start, stop.end))
    labels = queries.labels_of(version, [step.resource for step in steps[:_SHOWN]])
    return {
        "is_asked": True,
        "from": version.moment(stop.start),
        "to": version.moment(stop.end),
        "machines": machines.count(),
        "firms": machines.values("firm").distinct().order_by().count(),
        "orders": len({step.order_id for step in steps}),
        "count": len(steps),
        "steps": [(step, words.step_label(step), labels.get(step.resource, step.resource)) for step in steps[:_SHOWN]],
    }
