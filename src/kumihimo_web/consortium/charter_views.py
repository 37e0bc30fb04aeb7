"""Pages of the charters: making a consortium, reading its rules, revising them, objecting and answering."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.consortium import charter_queries, charter_services, queries
from kumihimo_web.consortium.charter_forms import AnswerForm, CharterForm, NewCharter, ObjectionForm, Revision, Window
from kumihimo_web.consortium.forms import Why
from kumihimo_web.consortium.models import Charter, Consortium
from kumihimo_web.consortium.rules import OBJECTION_DAYS
from kumihimo_web.consortium.state import CharterState
from kumihimo_web.firms.queries import search
from kumihimo_web.inquiries.forms import new_key

_MOST_OFFERED = 1000
"""Firms that a page carries as suggestions; where there are more, one types what one knows."""


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a consortium of a charter that its members have agreed on."""
    form = NewCharter(request.POST if request.method == "POST" else None, initial={"once": new_key()})
    if request.method == "POST" and not form.wants_more and form.is_valid():
        window = {key: form.cleaned_data[key] for key in charter_services.WINDOW}
        made = charter_services.begin(form.document, window, once=form.cleaned_data["once"])
        messages.success(request, _("%(name)sを登録しました。") % {"name": made.name})
        return redirect("consortium_charter", ref=made.ref)
    return _form(request, form, None)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, ref: str) -> HttpResponse:
    """Propose a new revision."""
    found, today = found_or_404(ref), timezone.localdate()
    revisions = charter_queries.charters(found, today)
    if any(one.is_open for one in revisions):
        messages.warning(request, _("発効していない改定があります。発効を待つか、取り下げてから改定してください。"))
        return redirect("consortium_charter", ref=ref)
    latest = next(one for one in revisions if one.row.withdrawn_at is None)
    form = Revision(request.POST if request.method == "POST" else None, stands=latest.row.document, today=today)
    status, version = 200, found.version
    if request.method == "POST" and not form.wants_more and form.is_valid():
        try:
            charter_services.revise(
                found,
                form.document,
                takes_effect_on=form.cleaned_data["takes_effect_on"],
                why=form.cleaned_data["why"],
                version=version_seen(request),
                today=today,
            )
        except SomebodyWasFaster as late:
            status, version = 409, late.now.version
        except charter_services.NotNow:
            messages.warning(request, _("ほかの改定が先に出ました。今の規約を確かめてください。"))
            return redirect("consortium_charter", ref=ref)
        else:
            messages.success(request, _("改定を会員に示しました。発効日までに異議を受け付けます。"))
            return redirect("consortium_charter", ref=ref)
    return _form(request, form, found, version=version, status=status)


def _form(
    request: HttpRequest, form: CharterForm, found: Consortium | None, *, version: int = 0, status: int = 200
) -> HttpResponse:
    offered = search(status="active")[:_MOST_OFFERED]
    shown = {
        "form": form,
        "consortium": found,
        "version": version,
        "offered": [(one.ref, one.name) for one in offered],
        "is_late": status == 409,
        "days": OBJECTION_DAYS,
    }
    if request.method == "POST" and status == 200 and not form.wants_more:
        status = 422
    return render(request, "consortium/charter_form.html", shown, status=status)


@access(COORDINATORS, Role.FACTORY)
@require_GET
def charter(request: HttpRequest, ref: str) -> HttpResponse:
    """Show the rules, how they stand, and how work was shared under them."""
    return _page(request, found_or_404(ref))


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def window(request: HttpRequest, ref: str) -> HttpResponse:
    """Change how the window stands on paper."""
    found = found_or_404(ref)
    sent = request.POST if request.method == "POST" else None
    form = Window(sent, initial={key: getattr(found, key) for key in charter_services.WINDOW})
    status, version = 200 if sent is None else 422, found.version
    if sent is not None and form.is_valid():
        try:
            charter_services.change_window(found, form.cleaned_data, version=version_seen(request))
        except SomebodyWasFaster as late:
            status, version = 409, late.now.version
        else:
            messages.success(request, _("保存しました。"))
            return redirect("consortium_charter", ref=ref)
    shown = {"form": form, "consortium": found, "version": version, "is_late": status == 409}
    return render(request, "consortium/window.html", shown, status=status)


@access(COORDINATORS)
@require_POST
def withdraw(request: HttpRequest, ref: str, revision: int) -> HttpResponse:
    """Take back a revision that has not taken effect."""
    found, form = found_or_404(ref), Why(request.POST, auto_id="withdraw_%s")
    row = _charter_or_404(found, revision)
    if not form.is_valid():
        return _page(request, found, withdraw_form=form, status=422)
    try:
        charter_services.withdraw(row, why=form.cleaned_data["why"], today=timezone.localdate())
    except charter_services.NotNow:
        messages.warning(request, _("もう発効しています。変えるには、あらためて改定してください。"))
    else:
        messages.success(request, _("第%(revision)s版を取り下げました。") % {"revision": revision})
    return redirect("consortium_charter", ref=ref)


@access(COORDINATORS, Role.FACTORY)
@require_POST
def object_to(request: HttpRequest, ref: str, revision: int) -> HttpResponse:
    """Take down what a member has against a revision."""
    found, scope = found_or_404(ref), current_scope()
    row = _charter_or_404(found, revision)
    form = ObjectionForm(
        request.POST, names=charter_queries.names(found), needs_word=scope.is_coordinator, auto_id="object_%s"
    )
    if not form.is_valid():
        return _page(request, found, objection_form=form, status=422)
    sent = form.cleaned_data
    try:
        charter_services.object_to(
            row,
            firm=sent.get("firm") or scope.firm,
            words=sent["words"],
            said=sent.get("said", ""),
            today=timezone.localdate(),
        )
    except charter_services.NotNow:
        messages.warning(request, _("もう発効しているか、取り下げられています。窓口にご相談ください。"))
    else:
        messages.success(request, _("異議を受け取りました。調整役が答えるまで、この改定は発効しません。"))
    return redirect("consortium_charter", ref=ref)


@access(COORDINATORS)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an objection."""
    found = charter_queries.objection(pk)
    if found is None:
        raise Http404
    form = AnswerForm(request.POST, auto_id=f"answer{pk}_%s")
    if not form.is_valid():
        return _page(request, found.charter.consortium, answer_form=(pk, form), status=422)
    try:
        charter_services.answer(found, words=form.cleaned_data["words"], today=timezone.localdate())
    except SomebodyWasFaster:
        messages.warning(request, _("ほかの人が先に答えました。"))
    else:
        messages.success(request, _("異議に答えました。"))
    return redirect("consortium_charter", ref=found.charter.consortium.ref)


def _page(
    request: HttpRequest,
    found: Consortium,
    *,
    withdraw_form: Why | None = None,
    objection_form: ObjectionForm | None = None,
    answer_form: tuple[int, AnswerForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    today, scope = timezone.localdate(), current_scope()
    revisions = charter_queries.charters(found, today)
    in_force = next((one for one in revisions if one.state in (CharterState.IN_FORCE, CharterState.OVER)), None)
    coming = next((one for one in revisions if one.is_open), None)
    names = charter_queries.names(found)
    shown: dict[str, Any] = {
        "consortium": found,
        "in_force": in_force,
        "coming": coming,
        "revisions": revisions,
        "names": names,
        "withdraw_form": withdraw_form or Why(auto_id="withdraw_%s"),
        "objection_form": objection_form
        or ObjectionForm(names=names, needs_word=scope.is_coordinator, auto_id="object_%s"),
        "answers": [
            (
                one,
                answer_form[1]
                if answer_form and answer_form[0] == one.pk
                else AnswerForm(auto_id=f"answer{one.pk}_%s"),
            )
            for revision in revisions
            for one in revision.objections
        ],
    }
    if in_force is not None:
        record = queries.fairness_on(found, in_force.agreed, today)
        shown["fairness"] = record
        shown["fair_rows"] = [
            (names.get(one.firm, one.firm), one)
            for one in record.members
            if scope.is_coordinator or one.firm == scope.firm
        ]
    return render(request, "consortium/charter.html", shown, status=status)


def found_or_404(ref: str) -> Consortium:
    """Return a consortium that the scope may see."""
    found = charter_queries.consortium(ref)
    if found is None:
        raise Http404
    return found


def _charter_or_404(found: Consortium, revision: int) -> Charter:
    row = charter_queries.charter_row(found, revision)
    if row is None:
        raise Http404
    return row
