"""The plan: figures, chart, orders with the late ones first, one order, how busy the machines are."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.language import language
from kumihimo_web.inquiries import queries as inquiries
from kumihimo_web.plans import bars, queries, reported, services, words
from kumihimo_web.plans.models import Version
from kumihimo_web.plans.views import found
from kumihimo_web.plans.views.packed import packed
from kumihimo_web.plans.views.remedies import shown_remedies
from kumihimo_web.plans.views.versions import lost_orders

PAGE = 25
_CAUSES_SHOWN = 2
_WEEKS_SHOWN = 8
_CARDS = 3
"""Steps that a firm can report with one press; more are clutter on a phone."""


@access(COORDINATORS, Role.FACTORY)
@require_GET
def plans(request: HttpRequest) -> HttpResponse:
    """Show the current plan; to a factory its own work in it."""
    current = queries.current()
    if not current_scope().is_coordinator:
        return _own(request, current)
    if current is None:
        return render(request, "plans/none.html", {"drafts": queries.drafts()})
    return _plan(request, current)


@access(COORDINATORS)
@require_GET
def plan_version(request: HttpRequest, number: int) -> HttpResponse:
    """Show another version of the plan."""
    return _plan(request, found.version(number))


def _plan(request: HttpRequest, version: Version) -> HttpResponse:
    asked = {key: request.GET.get(key, "").strip()[:80] for key in ("words", "state")}
    page = Paginator(queries.orders(version, **asked), PAGE).get_page(request.GET.get("page"))
    causes = words.causes_of(version, page.object_list, most=_CAUSES_SHOWN)
    shown = {
        "version": version,
        "totals": version.totals,
        "parts": words.parts_of(version.totals),
        "asked": asked,
        "is_filtered": any(asked.values()),
        "page": page,
        "rows": [(row, causes.get(row.pk, ()), words.why_not(row)) for row in page],
        "drafts": queries.drafts(),
        "unfollowed": queries.unfollowed(version) if version.is_current else None,
        "efforts": _efforts(),
        "wish": found.new_wish(),
        "lost": lost_orders(version),
    }
    return render(request, "plans/plan.html", shown)


def _own(request: HttpRequest, current: Version | None) -> HttpResponse:
    now = 0 if current is None else queries.minute_now(current)
    steps = () if current is None else queries.own_steps(current, since=now)
    shown = {
        "version": current,
        "page": Paginator(steps, PAGE).get_page(request.GET.get("page")),
        "cards": [] if current is None else queries.to_report(current, now, _CARDS),
        "now": timezone.localtime(),
    }
    return render(request, "plans/own.html", shown)


def _efforts() -> list[tuple[str, Any]]:
    names = {"short": _("短く"), "usual": _("ふつう"), "long": _("じっくり")}
    return [(key, names[key]) for key in services.EFFORTS]


@access(COORDINATORS, Role.FACTORY)
@require_GET
def plan_bars(request: HttpRequest, number: int) -> HttpResponse:
    """Send the plan in columns for the chart; what the browser has already is not sent again."""
    version = found.version(number)
    return packed(request, bars.bars_tag(version), lambda: bars.bars(version))


@access(COORDINATORS)
@require_GET
def plan_order(request: HttpRequest, number: int, ref: str) -> HttpResponse:
    """Show an order: its steps with firms and times, why it is late, what would help."""
    version = found.version(number)
    row = found.order(version, ref)
    steps = list(version.steps.filter(order=row).order_by("position", "start"))
    labels = queries.labels_of(version, [step.resource for step in steps])
    reports = reported.reports_of(row)
    causes = words.causes_of(version, [row]).get(row.pk, ())
    shown = {
        "version": version,
        "row": row,
        "forecast": words.forecast(row),
        "steps": [
            (step, words.step_label(step), labels.get(step.resource, step.resource), reports.get(step.step))
            for step in steps
        ],
        "causes": causes,
        "shares": [(label, words.exact_span(minutes)) for label, minutes in words.cause_shares(row)],
        "late": words.span(row.late_min) if row.late_min else "",
        "late_exact": words.exact_span(row.late_min),
        "why_not": words.why_not(row),
        "remedies": shown_remedies(row.remedies),
        "inquiry": inquiries.booked_as(row.ref),
        "can_ask": not row.is_closed and (row.late_min > 0 or row.finish is None),
        "wish": found.new_wish(),
        "is_english": language() == "en",
    }
    return render(request, "plans/order.html", shown)


@access(COORDINATORS)
@require_GET
def plan_current_order(request: HttpRequest, ref: str) -> HttpResponse:
    """Go to an order in the plan that is being carried out, whatever its number is; or in the last that held it."""
    row = queries.known_order(ref)
    if row is None:
        raise Http404
    return redirect("plan_order", row.version.number, row.ref)


@access(COORDINATORS)
@require_GET
def plan_load(request: HttpRequest, number: int) -> HttpResponse:
    """Show how busy each machine is, week by week."""
    version = found.version(number)
    page = Paginator(queries.machines(version), PAGE).get_page(request.GET.get("page"))
    first = queries.week_now(version)
    monday = _monday(version, first)
    rows = [
        {
            "machine": machine,
            "process": queries.process_label(machine.process),
            "weeks": [_percent(week) for week in (machine.weeks[first:] + [None] * _WEEKS_SHOWN)[:_WEEKS_SHOWN]],
        }
        for machine in page
    ]
    shown = {
        "version": version,
        "page": page,
        "rows": rows,
        "mondays": [monday + timedelta(days=7 * at) for at in range(_WEEKS_SHOWN)],
    }
    return render(request, "plans/load.html", shown)


def _monday(version: Version, week: int) -> date:
    start = timezone.localtime(version.start).date()
    return start + timedelta(days=7 * week - start.weekday())


def _percent(week: list[int] | None) -> int | None:
    """Return how busy a week is; None where the machine is closed or the plan has ended."""
    return round(100 * week[0] / week[1]) if week and week[1] else None


@access(COORDINATORS)
@require_GET
def plan_load_data(request: HttpRequest, number: int) -> HttpResponse:
    """Send the hours of every machine, for the graph."""
    version = found.version(number)
    tag = f'W/"load-{version.pk}-{version.created_at.timestamp()}-{version.reports}-{language()}"'
    return packed(request, tag, lambda: _load(version))


def _load(version: Version) -> str:
    machines = list(queries.machines(version).values_list("firm_name", "process", "weeks"))
    weeks = max((len(found) for _name, _process, found in machines), default=0)
    monday = _monday(version, 0)
    labels = {process: queries.process_label(process) for process in {process for _name, process, _weeks in machines}}
    document = {
        "weeks": [f"{monday + timedelta(days=7 * at):%m/%d}" for at in range(weeks)],
        "rows": [
            {
                "label": f"{name} {labels[process]}",
                "open_h": [round(opened / 60, 1) for _busy, opened in found],
                "busy_h": [round(busy / 60, 1) for busy, _opened in found],
            }
            for name, process, found in machines
        ],
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


@access(COORDINATORS)
@require_POST
def plan_freeze(request: HttpRequest, number: int, ref: str) -> HttpResponse:
    """Fix a step (or all steps) of an order where it stands, or let it move again."""
    version = found.version(number)
    found.order(version, ref)
    is_fixed = request.POST.get("level") == "fixed"
    try:
        changed = services.freeze(number, ref, request.POST.get("step", "")[:200], is_fixed=is_fixed)
    except services.NotToBeDecided:
        messages.error(
            request, _("この計画は今の計画ではなくなったため、固定を変えられません。今の計画で変えてください。")
        )
        return redirect("plan_order", number, ref)
    if changed and is_fixed:
        text = ngettext("%(n)d工程を固定しました。", "%(n)d工程を固定しました。", changed)
    elif changed:
        text = ngettext("%(n)d工程の固定を解きました。", "%(n)d工程の固定を解きました。", changed)
    else:
        text = _("変わった工程はありません。")
    messages.success(request, text % {"n": changed} if changed else text)
    return redirect(f"{reverse('plan_order', args=[number, ref])}#steps")


@access(COORDINATORS)
@require_POST
def plan_replan(request: HttpRequest) -> HttpResponse:
    """Ask for a better plan of the same orders."""
    effort = request.POST.get("effort", "usual")
    if effort not in services.EFFORTS:
        raise Http404
    return redirect("job", services.ask_replan(found.current(), effort, wish=request.POST.get("wish", "")[:32]).pk)


@access(COORDINATORS)
@require_POST
def plan_book(request: HttpRequest, number: str, team: str) -> HttpResponse:
    """Put the order of a chosen team into the plan, as a draft to approve."""
    try:
        order = inquiries.work_order(number, team)
    except KeyError:
        raise Http404 from None
    current = queries.current()
    wish = f"{number}-{team}-{current.number if current is not None else 0}-{request.POST.get('wish', '')}"[:80]
    if current is None:
        return redirect("job", services.ask_first([order], today=timezone.localdate(), inquiry=number, wish=wish).pk)
    if queries.known_order(order["id"]) is not None:
        messages.info(request, _("この案件はもう計画に入っています。"))
        return redirect("plan_current_order", order["id"])
    return redirect("job", services.ask_order(current, order, inquiry=number, wish=wish).pk)
