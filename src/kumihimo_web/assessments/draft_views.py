"""Pages on which an assessor writes and signs an assessment, made for a tablet."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import authenticate
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo_web.accounts.access import access
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.assessments import queries, services
from kumihimo_web.assessments.forms import UNCHECKED, BeginForm, HeadForm, MarkForm, ReasonForm, SignForm, why_not_taken
from kumihimo_web.assessments.models import Sheet
from kumihimo_web.assessments.photograph import MOST_BYTES, BadFile
from kumihimo_web.assessments.rules import writes
from kumihimo_web.assessments.sealing import seal_of
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.firms import queries as firms

PAGE = 30


@access(Role.ASSESSOR)
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """Choose the firm to assess."""
    words = request.GET.get("words", "").strip()[:80]
    found = Paginator(firms.search(words=words), PAGE).get_page(request.GET.get("page"))
    return render(request, "assessments/choose.html", {"page": found, "words": words})


@access(Role.ASSESSOR)
@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, firm: str) -> HttpResponse:
    """Choose what is assessed, and declare to be neutral; or read why not."""
    row = firms.firm(firm)
    if row is None:
        raise Http404
    refused = queries.why_not_assess(firm)
    form = BeginForm(queries.capability_labels(firm), request.POST or None, initial={"capability": "-"})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() and not refused:
            try:
                made = services.begin(
                    firm, form.chosen, is_neutral=form.cleaned_data["is_neutral"], today=timezone.localdate()
                )
            except services.Refused as error:
                refused = str(error)
            else:
                return redirect("assessment_write", ref=made.ref)
    shown = {"firm": row, "form": form, "refused": refused, "interest_form": ReasonForm()}
    return render(request, "assessments/begin.html", shown, status=status)


@access(Role.ASSESSOR)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the checklist of a draft, and save what it says as a whole."""
    sheet = _draft(ref)
    if isinstance(sheet, HttpResponse):
        return sheet
    form = HeadForm(sheet, request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return _checklist(request, sheet, form)
    if not form.is_valid():
        return _checklist(request, sheet, form, status=422)
    try:
        saved = services.save_head(ref, form.cleaned_data, version=version_seen(request))
    except SomebodyWasFaster as late:
        return _checklist(request, cast("Sheet", late.now), form, status=409, newer=late.now)
    except services.Refused as refused:
        return _checklist(request, sheet, form, status=422, problem=str(refused))
    if request.htmx:  # type: ignore[attr-defined]
        return _checklist(request, saved, HeadForm(saved))
    messages.success(request, _("保存しました。"))
    return HttpResponseRedirect(f"{reverse('assessment_write', args=[ref])}#head")


def _checklist(request: HttpRequest, sheet: Sheet, form: HeadForm, status: int = 200, **more: Any) -> HttpResponse:
    shown = {
        "sheet": sheet,
        "firm": firms.firm(sheet.firm),
        "about": queries.capability_label(sheet),
        "criteria": queries.criteria_of(sheet),
        "form": form,
        "lines": queries.lines(sheet),
        "missing": queries.missing(sheet),
        "is_saved": request.method == "POST" and status == 200,
        **_progress(sheet),
        **more,
    }
    is_part = request.htmx and request.method == "POST"  # type: ignore[attr-defined]
    template = "assessments/_head.html" if is_part else "assessments/write.html"
    return render(request, template, shown, status=status)


@access(Role.ASSESSOR)
@require_POST
def mark(request: HttpRequest, ref: str, item: str) -> HttpResponse:
    """Save one criterion: at once where the page can, else by its button."""
    sheet = _draft(ref)
    if isinstance(sheet, HttpResponse):
        return sheet
    if queries.criteria_of(sheet).criterion(item) is None:
        raise Http404
    form = MarkForm(request.POST)
    status, told = 200, ""
    if not form.is_valid():
        status, told = 422, " ".join(str(error) for errors in form.errors.values() for error in errors)
    else:
        try:
            services.mark(ref, item, version=version_seen(request), **form.values)
        except SomebodyWasFaster:
            status = 409
            told = _("別の画面で先に保存されました。この項目を選び直してください。下が今の保存内容です。")
        except services.Refused as refused:
            status, told = 422, str(refused)
    line = next(line for line in queries.lines(sheet) if line.criterion.id == item)
    if request.htmx:  # type: ignore[attr-defined]
        shown = {"sheet": sheet, "line": line, "problem": told, "is_saved": status == 200, **_progress(sheet)}
        return render(request, "assessments/_saved.html", shown, status=status)
    if status != 200:
        entered = {"item": item, "score": form.data.get("score", ""), "note": form.data.get("note", "")}
        return _checklist(
            request, sheet, HeadForm(sheet), status=status, problem=told, problem_at=item, entered=entered
        )
    return HttpResponseRedirect(f"{reverse('assessment_write', args=[ref])}#c-{item}")


@access(Role.ASSESSOR)
@require_POST
def attach(request: HttpRequest, ref: str, item: str) -> HttpResponse:
    """Add a photograph or a PDF to a criterion."""
    sheet = _draft(ref)
    if isinstance(sheet, HttpResponse):
        return sheet
    if queries.criteria_of(sheet).criterion(item) is None:
        raise Http404
    sent, problem = request.FILES.get("file"), ""
    try:
        if sent is None:
            raise BadFile("empty")
        if (sent.size or 0) > MOST_BYTES:
            raise BadFile("size")
        services.attach(ref, item, sent.name or "", sent.read())
    except BadFile as bad:
        problem = why_not_taken(bad.why)
    except services.Refused as refused:
        problem = str(refused)
    return _files(request, sheet, item, problem)


@access(Role.ASSESSOR)
@require_POST
def detach(request: HttpRequest, ref: str, pk: int) -> HttpResponse:
    """Take a file off a draft."""
    sheet = _draft(ref)
    if isinstance(sheet, HttpResponse):
        return sheet
    file = queries.evidence(ref, pk)
    if file is None:
        raise Http404
    services.detach(ref, pk)
    return _files(request, sheet, file.item, "")


def _files(request: HttpRequest, sheet: Sheet, item: str, problem: str) -> HttpResponse:
    status = 422 if problem else 200
    if request.htmx:  # type: ignore[attr-defined]
        line = next(line for line in queries.lines(sheet) if line.criterion.id == item)
        return render(
            request, "assessments/_files.html", {"sheet": sheet, "line": line, "problem": problem}, status=status
        )
    if problem:
        return _checklist(request, sheet, HeadForm(sheet), status=422, file_problem=problem, problem_at=item)
    return HttpResponseRedirect(f"{reverse('assessment_write', args=[sheet.ref])}#c-{item}")


@access(Role.ASSESSOR)
@require_http_methods(["GET", "POST"])
def sign(request: HttpRequest, ref: str) -> HttpResponse:
    """Show what is signed and its seal, make sure who is there, and sign."""
    sheet = _draft(ref)
    if isinstance(sheet, HttpResponse):
        return sheet
    user = cast("User", request.user)
    form = SignForm(user, request.POST if request.method == "POST" else None)
    status, problem = 200, ""
    if request.method == "POST":
        status = 422
        # Through Django's own check, so that guessing is counted and stopped as at the login.
        if form.is_valid() and "password" in form.fields:
            found = authenticate(request, username=user.username, password=form.cleaned_data["password"])
            if found is None or found.pk != user.pk:
                form.add_error("password", _("パスワードが違います。もう一度入れてください。"))
        if form.is_valid():
            try:
                services.sign(ref, seal=request.POST.get("seal", ""), today=timezone.localdate())
            except services.Incomplete:
                problem = _("足りない項目があります。")
            except SomebodyWasFaster:
                status = 409
                problem = _("表示した後に内容が変わりました。下の今の内容を確かめてから、もう一度署名してください。")
            except services.Refused as refused:
                problem = str(refused)
            else:
                messages.success(request, _("署名しました。企業に共有しました。"))
                return redirect("assessment", ref=ref)
    shown = {
        "sheet": sheet,
        "firm": firms.firm(sheet.firm),
        "about": queries.capability_label(sheet),
        "criteria": queries.criteria_of(sheet),
        "lines": queries.lines(sheet),
        "missing": queries.missing(sheet),
        "effect": queries.effect(sheet, timezone.localdate()),
        "seal": seal_of(queries.to_sign(sheet)),
        "form": form,
        "problem": problem,
        "reply_days": services.REPLY_DAYS,
    }
    return render(request, "assessments/sign.html", shown, status=status)


@access(Role.ASSESSOR)
@require_POST
def discard(request: HttpRequest, ref: str) -> HttpResponse:
    """Throw a draft away."""
    sheet = _draft(ref)
    if isinstance(sheet, HttpResponse):
        return sheet
    services.discard(ref)
    messages.success(request, _("下書き %(ref)s を削除しました。") % {"ref": ref})
    return redirect("assessments")


def _progress(sheet: Sheet) -> dict[str, Any]:
    answers = queries.marks(sheet)
    open_one = next((mark.item for mark in answers if not mark.is_answered), None)
    return {
        "next": None if open_one is None else queries.criteria_of(sheet).criterion(open_one),
        "answered": sum(mark.is_answered for mark in answers),
        "of_all": len(answers),
        "unchecked": UNCHECKED,
    }


def _draft(ref: str) -> Sheet | HttpResponse:
    """Return an own draft; whoever comes back to one that is signed by now is sent to it."""
    found = queries.sheet(ref)
    scope = current_scope()
    if found is None or not writes(scope, found):
        raise Http404
    if not found.is_draft:
        return redirect("assessment", ref=ref)
    if found.user != scope.user:
        raise Http404
    return found
