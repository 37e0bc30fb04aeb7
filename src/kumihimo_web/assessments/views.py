"""Pages of assessments that are signed: lists, one of them, and what happens to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.assessments import queries, services, storage
from kumihimo_web.assessments.forms import InterestForm, ReasonForm, ReplyForm, ResolveForm
from kumihimo_web.assessments.models import Resolution, Sheet, State
from kumihimo_web.assessments.rules import is_assessed, sees_all, writes
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.firms import queries as firms
from kumihimo_web.jobs.services import ask

PAGE = 50


@access(COORDINATORS, Role.ASSESSOR, Role.FACTORY)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show what the role has to do with assessments."""
    today = timezone.localdate()
    scope = current_scope()
    if scope.is_coordinator:
        return _all(request)
    groups = _of_factory() if scope.firm else _of_assessor()
    renewals = [] if scope.firm else queries.renewals(today)
    listed = [*renewals, *(sheet for _state, _title, _empty, sheets in groups for sheet in sheets)]
    shown = {
        "groups": groups,
        "renewals": renewals,
        "names": firms.names(sheet.firm for sheet in listed),
        "may_begin": scope.role == Role.ASSESSOR,
    }
    return render(request, "assessments/own.html", shown)


def _of_assessor() -> list[tuple[State, str, str, list[Sheet]]]:
    return [
        (
            State.DRAFT,
            _("下書き"),
            _("書きかけの評価はありません。「評価を始める」から企業を選んでください。"),
            queries.own(State.DRAFT),
        ),
        (
            State.SHARED,
            _("企業の意見を待っている評価"),
            _("企業の意見を待っている評価はありません。"),
            queries.own(State.SHARED),
        ),
        (
            State.DISPUTED,
            _("異議のある評価"),
            _("異議のある評価はありません。調整機関の決定を待つものがここに並びます。"),
            queries.own(State.DISPUTED),
        ),
        (
            State.PUBLISHED,
            _("公開した評価"),
            _("公開した評価はまだありません。署名すると、企業の確認の後に公開されます。"),
            queries.own(State.PUBLISHED),
        ),
        (
            State.WITHDRAWN,
            _("取り下げた評価"),
            _("取り下げた評価はありません。"),
            queries.own(State.WITHDRAWN),
        ),
    ]


def _of_factory() -> list[tuple[State, str, str, list[Sheet]]]:
    return [
        (
            State.SHARED,
            _("確かめていただきたい評価"),
            _("いま確かめていただく評価はありません。評価機関が評価すると、公開の前にここに届きます。"),
            queries.own(State.SHARED),
        ),
        (
            State.DISPUTED,
            _("異議を申し立てた評価"),
            _("異議を申し立てた評価はありません。"),
            queries.own(State.DISPUTED),
        ),
        (
            State.PUBLISHED,
            _("公開されている評価"),
            _("公開されている評価はまだありません。"),
            queries.own(State.PUBLISHED),
        ),
        (
            State.EXPIRED,
            _("期限が切れた評価"),
            _("期限が切れた評価はありません。"),
            queries.own(State.EXPIRED),
        ),
    ]


def _all(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    found = Paginator(queries.listing(state), PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    renewals = queries.renewals(today)
    published, expired = queries.due(today)
    shown = {
        "page": found,
        "state": state,
        "states": State.choices,
        "renewals": renewals,
        "due": [*published, *expired],
        "names": firms.names([*(sheet.firm for sheet in found), *(sheet.firm for sheet in renewals)]),
    }
    return render(request, "assessments/all.html", shown)


@access(COORDINATORS)
@require_POST
def settle(request: HttpRequest) -> HttpResponse:
    """Ask for what is due to be published and ended."""
    job = ask(services.DUE, lambda: _("期日の来た評価の処理"), {"today": timezone.localdate().isoformat()})
    return redirect("job", pk=job.pk)


@access(COORDINATORS, Role.ASSESSOR, Role.FACTORY)
@require_GET
def of_firm(request: HttpRequest, firm: str) -> HttpResponse:
    """Show all assessments of a firm that the viewer may see, the latest first."""
    return _firm_page(request, firm, InterestForm())


def _firm_page(request: HttpRequest, ref: str, form: forms.Form, status: int = 200) -> HttpResponse:
    firm = firms.firm(ref)
    if firm is None:
        raise Http404
    scope = current_scope()
    if not scope.is_coordinator:
        form.fields.pop("organisation", None)
    shown = {
        "firm": firm,
        "sheets": queries.listing(firm=ref),
        "imported": queries.imported_of(ref),
        "labels": queries.capability_labels(ref),
        "form": form if scope.is_coordinator or scope.role == Role.ASSESSOR else None,
        "may_begin": scope.role == Role.ASSESSOR,
    }
    return render(request, "assessments/of_firm.html", shown, status=status)


@access(COORDINATORS, Role.ASSESSOR, Role.FACTORY)
@require_GET
def page(request: HttpRequest, ref: str) -> HttpResponse:
    """Show an assessment as the viewer may see it."""
    return _page(request, _sheet(ref))


def _page(
    request: HttpRequest, sheet: Sheet, *, status: int = 200, problem: str = "", **entered: forms.Form
) -> HttpResponse:
    scope = current_scope()
    today = timezone.localdate()
    state = sheet.state_on(today)
    in_time = sheet.reply_until is not None and today <= sheet.reply_until
    is_open = state in (State.SHARED, State.PUBLISHED)
    blank: dict[str, tuple[bool, Callable[[], forms.Form]]] = {
        "reply_form": (is_assessed(scope, sheet) and state == State.SHARED, lambda: ReplyForm(prefix="reply")),
        "dispute_form": (is_assessed(scope, sheet) and is_open, lambda: ReasonForm(prefix="dispute")),
        "resolve_form": (scope.is_coordinator and state == State.DISPUTED, lambda: ResolveForm(prefix="resolve")),
        "withdraw_form": (writes(scope, sheet) and is_open, lambda: ReasonForm(prefix="withdraw")),
    }
    shown: dict[str, Any] = {
        "sheet": sheet,
        "state": state,
        "problem": problem,
        "noun": None if sheet.assessment is None else firms.noun(sheet.assessment),
        "firm": firms.firm(sheet.firm),
        "about": queries.capability_label(sheet),
        "effect": queries.effect(sheet, today),
        "criteria": queries.criteria_of(sheet),
        "lines": queries.lines(sheet),
        "signature": queries.signature(sheet),
        "sees_all": sees_all(scope, sheet),
        "broken": queries.broken(sheet, with_files="check" in request.GET),
        "is_checked": "check" in request.GET,
        "disputes": queries.disputes(sheet),
        "history": queries.history(sheet),
        "successor_allowed": writes(scope, sheet) and not sheet.is_draft,
        "may_publish": state == State.SHARED and not in_time and (scope.is_coordinator or writes(scope, sheet)),
    }
    shown |= {name: entered.get(name) or make() for name, (may, make) in blank.items() if may}
    # What was written for something that is no longer possible is shown, so that it can be copied.
    shown["unsent"] = [
        value
        for name, form in entered.items()
        if not blank[name][0]
        for value in form.cleaned_data.values()
        if isinstance(value, str)
    ]
    return render(request, "assessments/page.html", shown, status=status)


@access(COORDINATORS, Role.ASSESSOR, Role.FACTORY)
@require_GET
def evidence(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Send a file of an assessment to whoever may see it; the browser never runs what is in it."""
    found = queries.evidence(ref, pk)
    content = None if found is None else storage.read(found.sha256)
    if found is None or content is None:
        raise Http404
    answer = HttpResponse(content, content_type=found.content_type)
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=found.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=600"
    return answer


@access(Role.FACTORY)
@require_POST
def reply(request: HttpRequest, ref: str) -> HttpResponse:
    """Take what the firm says, and publish."""
    sheet = _sheet(ref)
    entered: dict[str, forms.Form] = {}
    text = ""
    if "agree" not in request.POST:
        form = ReplyForm(request.POST, prefix="reply")
        entered = {"reply_form": form}
        if not form.is_valid():
            return _page(request, sheet, status=422, reply_form=form)
        text = form.cleaned_data["text"]
    return _done(
        request,
        sheet,
        lambda version: services.reply(ref, text, version=version, today=timezone.localdate()),
        _("ありがとうございます。評価を公開しました。"),
        **entered,
    )


@access(Role.FACTORY)
@require_POST
def dispute(request: HttpRequest, ref: str) -> HttpResponse:
    """Take down that the firm does not agree."""
    sheet = _sheet(ref)
    form = ReasonForm(request.POST, prefix="dispute")
    if not form.is_valid():
        return _page(request, sheet, status=422, dispute_form=form)
    return _done(
        request,
        sheet,
        lambda version: services.dispute(ref, form.cleaned_data["reason"], version=version, today=timezone.localdate()),
        _("異議を受け取りました。調整機関が決めるまで、評価は「異議あり」になります。"),
        dispute_form=form,
    )


@access(COORDINATORS)
@require_POST
def resolve(request: HttpRequest, ref: str) -> HttpResponse:
    """End a dispute."""
    sheet = _sheet(ref)
    form = ResolveForm(request.POST, prefix="resolve")
    if not form.is_valid():
        return _page(request, sheet, status=422, resolve_form=form)
    return _done(
        request,
        sheet,
        lambda version: services.resolve(
            ref,
            Resolution(form.cleaned_data["resolution"]),
            form.cleaned_data["answer"],
            version=version,
            today=timezone.localdate(),
        ),
        _("異議への決定を伝えました。"),
        resolve_form=form,
    )


@access(COORDINATORS, Role.ASSESSOR)
@require_POST
def publish(request: HttpRequest, ref: str) -> HttpResponse:
    """Publish what nobody replied to in time."""
    return _done(
        request,
        _sheet(ref),
        lambda version: services.publish(ref, version=version, today=timezone.localdate()),
        _("評価を公開しました。"),
    )


@access(Role.ASSESSOR)
@require_POST
def withdraw(request: HttpRequest, ref: str) -> HttpResponse:
    """Take a signed assessment back."""
    sheet = _sheet(ref)
    form = ReasonForm(request.POST, prefix="withdraw")
    if not form.is_valid():
        return _page(request, sheet, status=422, withdraw_form=form)
    return _done(
        request,
        sheet,
        lambda version: services.withdraw(
            ref, form.cleaned_data["reason"], version=version, today=timezone.localdate()
        ),
        _("評価を取り下げました。新しい評価を作れます。"),
        withdraw_form=form,
    )


def _done(
    request: HttpRequest, sheet: Sheet, act: Callable[[int], Sheet], told: str, **entered: forms.Form
) -> HttpResponse:
    """Do something to an assessment and go back to it; whoever was slower is told and loses nothing."""
    try:
        act(version_seen(request))
    except SomebodyWasFaster:
        newer = _sheet(sheet.ref)
        problem = _("ほかの人が先に変えました。今の状態を下に示します。見比べてから、もう一度送ってください。")
        return _page(request, newer, status=409, problem=problem, **entered)
    except services.Refused as refused:
        return _page(request, _sheet(sheet.ref), status=422, problem=str(refused), **entered)
    messages.success(request, told)
    return redirect("assessment", ref=sheet.ref)


# Interests


@access(COORDINATORS, Role.ASSESSOR)
@require_GET
def interests(request: HttpRequest) -> HttpResponse:
    """Show which office has an interest in which firm."""
    found = list(queries.interests())
    shown = {"interests": found, "names": firms.names(one.firm for one in found)}
    return render(request, "assessments/interests.html", shown)


@access(COORDINATORS, Role.ASSESSOR)
@require_POST
def declare_interest(request: HttpRequest, firm: str) -> HttpResponse:
    """Take down an interest in a firm."""
    scope = current_scope()
    if firms.firm(firm) is None:
        raise Http404
    form = InterestForm(request.POST) if scope.is_coordinator else ReasonForm(request.POST)
    if not form.is_valid():
        return _firm_page(request, firm, form, status=422)
    chosen = form.cleaned_data.get("organisation")
    organisation = scope.organisation if chosen is None else chosen.pk
    assert organisation is not None
    services.declare_interest(organisation, firm, form.cleaned_data["reason"], today=timezone.localdate())
    messages.success(request, _("利害関係を登録しました。この評価機関は、この企業を評価できません。"))
    return redirect("interests")


@access(COORDINATORS)
@require_POST
def end_interest(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down that an interest is over."""
    if not queries.interests().filter(pk=pk).exists():
        raise Http404
    services.end_interest(pk, today=timezone.localdate())
    messages.success(request, _("利害関係の登録を終えました。"))
    return redirect("interests")


def _sheet(ref: str) -> Sheet:
    found = queries.sheet(ref)
    if found is None:
        raise Http404
    return found
