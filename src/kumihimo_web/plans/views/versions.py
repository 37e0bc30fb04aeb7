"""Versions of the plan: what changes, whom to call, approving and rejecting, comparing, exporting."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.design.language import language, say
from kumihimo_web.plans import queries, services, words
from kumihimo_web.plans.forms import EventForm
from kumihimo_web.plans.models import Kind, Version
from kumihimo_web.plans.spreadsheet import orders_csv, steps_csv
from kumihimo_web.plans.views import found
from kumihimo_web.plans.views.packed import packed

PAGE = 50
MOST_COMPARED = 4


@access(COORDINATORS)
@require_GET
def plan_versions(request: HttpRequest) -> HttpResponse:
    """Show all versions, the latest first."""
    page = Paginator(queries.versions(), PAGE).get_page(request.GET.get("page"))
    return render(request, "plans/versions.html", {"page": page, "most": MOST_COMPARED})


@access(COORDINATORS)
@require_GET
def plan_diff(request: HttpRequest, number: int) -> HttpResponse:
    """Show what a version changes, and ask for a decision."""
    return _diff(request, found.version(number))


def _diff(request: HttpRequest, version: Version, *, status: int = 200, **more: Any) -> HttpResponse:
    now = queries.current()
    base = queries.base_of(version)
    is_stale = version.is_draft and queries.is_stale(version, now)
    diff = dict(version.diff)
    moves = [_move(version, one) for one in diff.get("moves", ())]
    shown = {
        "version": version,
        "base": base,
        "now": now,
        "is_stale": is_stale,
        "is_trial": version.kind == Kind.WHATIF,
        "sentence": words.change_words(version.moved, version.called, must_agree="agree" in diff),
        "diff": diff,
        "moves": Paginator(moves, PAGE).get_page(request.GET.get("page")),
        "calls": _calls(version, diff, moves),
        "agree": _agree(diff),
        "promises": [_promise(version, one) for one in diff.get("promises", ())],
        "affected": [_affected(version, one) for one in diff.get("affected", ())],
        "figures": _figures([base, version], diff.get("reported", {}).get("totals")) if base is not None else (),
        "wish": found.new_wish(),
        "lost": lost_orders(version),
        **more,
    }
    return render(request, "plans/diff.html", shown, status=status)


def lost_orders(version: Version) -> list[dict[str, Any]]:
    """Return the orders that lose their place when a draft is approved, each with the reasons."""
    if not version.is_draft:
        return []
    return [{"row": row, "why": words.why_not(row)} for row in queries.newly_unplanned(version)]


def _move(version: Version, one: dict[str, Any]) -> dict[str, Any]:
    def spot(side: dict[str, Any] | None) -> dict[str, Any] | None:
        if side is None:
            return None
        return {
            "firm": side["firm"],
            "label": f"{side['firm_name']} {queries.process_label(side['process'])}",
            "starts_at": version.moment(side["start"]),
            "ends_at": version.moment(side["end"]),
        }

    return {**one, "label": one[language()], "before": spot(one["from"]), "after": spot(one["to"])}


def _agree(diff: dict[str, Any]) -> dict[str, Any] | None:
    """Return what somebody has to agree to before the draft is approved."""
    asked = diff.get("agree")
    return None if asked is None else {**asked, "words": say(asked)}


def _calls(version: Version, diff: dict[str, Any], moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the firms to call; the one that has to agree to something stands first."""
    calls = [_call(version, one, moves) for one in diff.get("calls", ())]
    agree = _agree(diff)
    if agree is None or not agree["firm"]:
        return calls
    of_firm = next((one for one in calls if one["firm"] == agree["firm"]), None)
    if of_firm is None:
        asked = {"firm": agree["firm"], "firm_name": agree["firm_name"], "again": False, "moves": []}
        of_firm = _call(version, asked, moves)
    return [{**of_firm, "agree": agree}, *(one for one in calls if one is not of_firm)]


def _call(version: Version, one: dict[str, Any], moves: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a firm to call with what to tell it; of what happens at other firms it hears nothing."""
    told = []
    for at in one["moves"]:
        move = moves[at]
        here, was = (
            side if side is not None and side["firm"] == one["firm"] else None
            for side in (move["after"], move["before"])
        )
        told.append({"ref": move["ref"], "title": move["title"], "label": move["label"], "now": here, "was": was})
        told[-1]["reported"] = move.get("reported", False)
    return {**one, "contact": queries.contact_of(one["firm"]), "told": told}


def _promise(version: Version, one: dict[str, Any]) -> dict[str, Any]:
    def day(minute: int | None) -> Any:
        return None if minute is None else version.moment(minute)

    due, due_before = one["due"], one.get("due_before", one["due"])
    return {
        **one,
        # The due minute is the midnight at the end of that day.
        "due_on": None if due is None else version.moment(due - 1),
        "due_was": None if due_before is None or due_before == due else version.moment(due_before - 1),
        "was": day(one["before"]),
        "now": day(one["after"]),
        "late": words.span(one["late_after"]) if one["late_after"] else "",
    }


def _affected(version: Version, one: dict[str, Any]) -> dict[str, Any]:
    to = one.get("to")
    return {
        **one,
        "label": one[language()],
        "starts_at": version.moment(one["start"]),
        "ends_at": version.moment(one["end"]),
        "is_lost": "to" in one and to is None,
        "goes_to": None if to is None else {**to, "starts_at": version.moment(to["start"])},
        "others": [
            {**other, "free_at": None if other.get("free") is None else version.moment(other["free"])}
            for other in one["substitutes"]
        ],
    }


@access(COORDINATORS)
@require_GET
def plan_calls(request: HttpRequest, number: int) -> HttpResponse:
    """Show the call list alone, to be printed."""
    version = found.version(number)
    diff = dict(version.diff)
    moves = [_move(version, one) for one in diff.get("moves", ())]
    shown = {"version": version, "calls": _calls(version, diff, moves), "agree": _agree(diff)}
    return render(request, "plans/calls.html", shown)


@access(COORDINATORS)
@require_POST
def plan_approve(request: HttpRequest, number: int) -> HttpResponse:
    """Let a draft become the current plan, unless its base has moved on."""
    version = found.version(number)
    try:
        services.approve(number, without_place=bool(request.POST.get("without_place")))
    except services.WithoutPlace:
        error = _("計画できなくなる案件があります。理由を確かめて、印を付けてから承認してください。")
        return _diff(request, version, status=422, lost_error=error)
    except services.BaseHasMoved:
        return _diff(request, version, status=409, is_refused=True)
    except services.NotToBeDecided as error:
        return _diff(request, error.found, status=409, is_decided=True)
    if version.base_id is None:
        messages.success(request, _("計画 %(n)d を今の計画にしました。各社に予定を伝えてください。") % {"n": number})
        return redirect("plans")
    messages.success(request, _("計画 %(n)d を今の計画にしました。電話する会社に連絡してください。") % {"n": number})
    return redirect("plan_diff", number)


@access(COORDINATORS)
@require_POST
def plan_reject(request: HttpRequest, number: int) -> HttpResponse:
    """Put a draft aside, with the reason."""
    version, reason = found.version(number), request.POST.get("reason", "").strip()
    if not reason:
        return _diff(
            request,
            version,
            status=422,
            reason_error=_("却下の理由を入力してください。後で見た人に分かるように残します。"),
        )
    try:
        services.reject(number, reason)
    except services.NotToBeDecided as error:
        return _diff(request, error.found, status=409, is_decided=True)
    messages.success(request, _("下書き %(n)d を却下しました。今の計画は変わっていません。") % {"n": number})
    return redirect("plans")


@access(COORDINATORS)
@require_POST
def plan_redo(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for the same as a draft or a trial did, on the current plan."""
    version = found.version(number)
    if version.base_id is None:
        raise Http404
    return redirect("job", services.ask_again(version, found.current(), wish=request.POST.get("wish", "")[:32]).pk)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def plan_whatif(request: HttpRequest) -> HttpResponse:
    """Try what an event would do, or make a draft of what has happened."""
    current = queries.current()
    if current is None:
        return render(request, "plans/none.html", {"drafts": queries.drafts()})
    form = EventForm(current, request.POST.dict() if request.method == "POST" else None)
    if form.is_good:
        wish = form.entered.get("wish", "")[:32]
        job = services.ask_events(current, form.events, form.subject, is_trial=form.is_trial, wish=wish)
        return redirect("job", job.pk)
    ref = (form.entered.get("order") or request.GET.get("order", ""))[:120]
    row = queries.order(current, ref) if ref else None
    shown = {
        "version": current,
        "form": form,
        "order": ref,
        "steps": [] if row is None else [(one.step, words.step_label(one)) for one in row.steps.order_by("position")],
        "trials": queries.versions().filter(kind=Kind.WHATIF)[:10],
        "wish": found.new_wish(),
    }
    return render(request, "plans/whatif.html", shown, status=422 if form.is_sent else 200)


@access(COORDINATORS)
@require_GET
def plan_compare(request: HttpRequest) -> HttpResponse:
    """Put two to four versions side by side."""
    numbers = list(dict.fromkeys(int(text) for text in request.GET.getlist("v") if text.isdecimal() and len(text) < 9))
    if not 2 <= len(numbers) <= MOST_COMPARED:
        if numbers:
            messages.error(request, _("2つから4つの計画を選んでください。"))
        return redirect("plan_versions")
    known = {version.number: version for version in queries.versions().filter(number__in=numbers)}
    if len(known) < len(numbers):
        raise Http404
    chosen = [known[number] for number in numbers]
    return render(request, "plans/compare.html", {"versions": chosen, "figures": _figures(chosen)})


def _figures(versions: Iterable[Version], first: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """Return what versions are compared by: a row each, with a value a version and the difference to the first.

    Parameters
    ----------
    first
        Figures of the first instead of its own: with what was reported since.
    """
    listed = list(versions)
    totals = [one.totals if at or first is None else first for at, one in enumerate(listed)]
    rows: list[tuple[str, str, list[Any]]] = [
        (_("遅れる案件"), "whole", [one["late"] for one in totals]),
        (_("遅れの合計（時間）"), "whole", [one["late_min"] / 60 for one in totals]),
        (_("計画できない案件"), "whole", [one["unplanned"] for one in totals]),
        (_("費用の合計"), "yen", [one["jpy"]["total"] for one in totals]),
        (_("加工"), "yen", [one["jpy"]["modes"] for one in totals]),
        (_("輸送"), "yen", [one["jpy"]["transport"] for one in totals]),
        (_("遅れ（重みつき）"), "yen", [one["jpy"]["lateness"] for one in totals]),
        (_("輸送のCO2（kg）"), "whole", [one["kg_co2"] for one in totals]),
        (_("動かした工程"), "whole", [one.moved for one in listed]),
        (_("電話する会社"), "whole", [one.called for one in listed]),
    ]
    found = []
    for label, unit, values in rows:
        changes = [round(value - values[0]) if at else None for at, value in enumerate(values)]
        found.append({"label": label, "unit": unit, "values": list(zip(values, changes, strict=True))})
    return found


_TABLES = {"orders.csv": orders_csv, "steps.csv": steps_csv}
_DOCUMENTS = {"problem.json": "problem", "plan.json": "plan"}
EXPORTS = (*_DOCUMENTS, *_TABLES)


@access(COORDINATORS)
@require_GET
def plan_export(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """Send a version as a file: the JSON as it was solved, or tables for a spreadsheet."""
    version = found.version(number)
    if name not in EXPORTS:
        raise Http404
    if name in _TABLES:
        changes = f"{version.edits}.{version.reports}"
        tag = f'W/"{name}-{version.pk}-{version.created_at.timestamp()}-{changes}-{language()}"'
        answer = packed(request, tag, lambda: _TABLES[name](version), content_type="text/csv; charset=utf-8")
    else:
        data: bytes = zlib.decompress(getattr(version, _DOCUMENTS[name]))
        answer = HttpResponse(data, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="plan-{number}-{name}"'
    return answer
