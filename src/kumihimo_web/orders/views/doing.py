"""One page for each command to an order: its form, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import HiddenInput
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kumihimo.trade.order import Call, OperationOrder
from kumihimo.trade.states import Role
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.versions import version_seen
from kumihimo_web.orders import drawings, queries, services, words
from kumihimo_web.orders.forms.asking import amount_with
from kumihimo_web.orders.forms.choosing import FORMS, OF_FIRM, WITH_CANDIDATES, WITH_NOTICE, form_for
from kumihimo_web.orders.forms.entering import CommandForm
from kumihimo_web.orders.forms.issuing import IssueForm
from kumihimo_web.orders.views import found
from kumihimo_web.orders.views.carried import status_of


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def order_do(request: HttpRequest, ref: str, kind: str) -> HttpResponse:
    """Show the form of a command (GET), and carry it out (POST)."""
    order = found.order(ref)
    role = role_of(kind, request)
    if kind not in FORMS:
        raise Http404
    if kind not in queries.possible(order, role):
        return _not_now(request, order, kind)
    names = found.names_in(order)
    form = made_form(kind, order, request.POST if request.method == "POST" else None, role, names)
    if "firm" in form.fields and request.GET.get("firm") in dict(form.fields["firm"].choices):  # type: ignore[attr-defined]
        form.initial["firm"] = request.GET["firm"]
    if request.method == "GET":
        return _page(request, order, form, role, names)
    if not _is_ready(form):
        return _page(request, order, form, role, names, status=422 if is_wrong(form) else 200)
    key = f"web/{form.cleaned_data['key']}"
    if "said" in form.fields:
        decision = services.phone_note(ref, kind, form.command_data(), form.cleaned_data["said"], key=key)
    else:
        decision = services.give(
            kind, ref, form.command_data(), key=key, role=role, expected_version=version_seen(request)
        )
    status = status_of(request, decision, form, _("%(what)sを記録しました。") % {"what": words.noun(kind)})
    if status == 302:
        return redirect("order", ref)
    if status == 409:
        order = found.order(ref)
        form.renew(order)
    return _page(request, order, form, role, names, status=status)


def role_of(kind: str, request: HttpRequest) -> Role:
    """Return for what the coordinator gives a command; an invoice is the buyer's statement or the firm's own."""
    if kind == "invoice" and (request.GET.get("as") or request.POST.get("as")) == "clerk":
        return Role.CLERK
    return words.role_for(kind) if kind in FORMS else Role.BUYER


def made_form(kind: str, order: OperationOrder, sent: Any, role: Role, names: dict[str, str]) -> CommandForm:
    """Return the form of a command with what it needs."""
    needs: dict[str, Any] = {}
    if kind in OF_FIRM:
        asked = [(one.firm, names.get(one.firm, one.firm)) for one in order.recipients]
        chosen = sent.get("who", "") if sent is not None else ""
        first = order.firm or (asked[0][0] if asked else "")
        needs = {"asked": asked, "firm": chosen if chosen in dict(asked) else first}
    elif kind in WITH_CANDIDATES:
        needs = {"candidates": candidates(kind, order, names)}
    elif kind in WITH_NOTICE:
        needs = {
            "notice": services.notice_for(order.id),
            "judge": lambda notice: services.verdicts_for(order.id, notice),
            "signer": current_scope().actor,
        }
    return form_for(kind, order, sent, today=timezone.localdate(), role=role, **needs)


def candidates(kind: str, order: OperationOrder, names: dict[str, str]) -> list[tuple[str, str]]:
    """Return (firm, name) of those that can be asked or chosen; those that quoted first, by their price."""
    quoted = [one.firm for one in order.quotes]
    known = {firm: name for firm, name, _verdict in queries.candidates(order.id)} | names
    if kind == "approve":
        known = {firm: known[firm] for firm in known if firm == order.firm or firm in quoted}
    return sorted(known.items(), key=lambda item: (item[0] not in quoted, amount_with(order, item[0]) or 0))


def _is_ready(form: CommandForm) -> bool:
    return form.may_go_out if isinstance(form, IssueForm) else form.is_valid()


def is_wrong(form: CommandForm) -> bool:
    """Return whether something has to be mended; an order that was only to be checked again has nothing wrong."""
    if isinstance(form, IssueForm):
        return bool(form.errors) or form.wants_to_issue
    return bool(form.errors)


def withdrawal_of(order: OperationOrder, call: Call, number: int) -> CommandForm:
    """Return the form that takes back one note of a call; `number` tells its fields from those of the others."""
    form = form_for("withdraw_call", order, None, today=timezone.localdate(), role=Role.CLERK)
    form.fields["note"].widget = HiddenInput()
    form.initial["note"] = call.key
    form.auto_id = f"withdraw_call-{number}-%s"
    return form


def _not_now(request: HttpRequest, order: OperationOrder, kind: str) -> HttpResponse:
    """Lead whoever comes too early or too late to the order, with what can be done instead."""
    text = _("今の状態は「%(state)s」なので、%(what)sはできません。今すること: %(next)s")
    firm = found.names_in(order).get(order.firm, "")
    told = words.next_step(order, timezone.localdate(), firm).text
    shown = {"state": words.state(order.state), "what": words.noun(kind), "next": told}
    messages.warning(request, text % shown)
    return redirect("order", order.id)


def _page(
    request: HttpRequest,
    order: OperationOrder,
    form: CommandForm,
    role: Role,
    names: dict[str, str],
    *,
    status: int = 200,
) -> HttpResponse:
    shown = {
        "order": order,
        "state": words.state(order.state),
        "firm_name": names.get(order.firm, ""),
        "is_awarded": words.is_awarded(order.state),
        "kind": form.kind,
        "label": _("請求を書き取る") if form.kind == "invoice" and role is Role.CLERK else words.BUTTONS[form.kind],
        "form": form,
        "is_call": role is Role.CLERK and form.kind in OF_FIRM,
        "as_clerk": role is Role.CLERK,
        "is_danger": form.kind in words.DANGEROUS,
        "is_late": status == 409,
        "asked_of": queries.candidates(order.id) if form.kind == "send_rfq" else (),
        "drawn": list(drawings.kept(order.id)) if form.kind == "send_rfq" else (),
    }
    name = "orders/issue.html" if form.kind in WITH_NOTICE else "orders/do.html"
    return render(request, name, shown, status=status)
