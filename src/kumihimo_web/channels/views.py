"""Pages of the channels: where a firm is reached, what was sent and how it went, what was stopped on its way in."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.channels import address_services, queries, services
from kumihimo_web.channels.forms import AddressForm, CalledForm
from kumihimo_web.channels.links import about_address
from kumihimo_web.channels.models import Message
from kumihimo_web.channels.rules import may_edit
from kumihimo_web.channels.states import Sent, Tried, channel_choices
from kumihimo_web.firms import queries as firms

PAGE = 50
SHOWN = frozenset({"application/pdf", "image/tiff", "image/png", "image/jpeg"})
"""Types that may be opened in the browser; everything else is only saved."""


# Where a firm is reached


@access(COORDINATORS, Role.FACTORY)
@require_http_methods(["GET", "POST"])
def addresses(request: HttpRequest, firm: str) -> HttpResponse:
    """Show where a firm is reached and in which sequence, and add an address."""
    form = AddressForm(request.POST or None)
    row = firms.firm(firm)
    if row is None or not may_edit(current_scope(), firm):
        raise Http404
    if request.method == "POST" and form.is_valid():
        try:
            address_services.add(firm, form.cleaned_data["channel"], form.cleaned_data["value"])
        except ValidationError as why:
            form.add_error("value", why)
        else:
            messages.success(request, _("連絡先を加えました。"))
            return redirect("addresses", firm=firm)
    return _addresses(request, firm, form, status=422 if request.method == "POST" else 200)


@access(COORDINATORS, Role.FACTORY)
@require_POST
def address(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an address first, use it or stop using it, or confirm it."""
    held = queries.address(pk)
    if held is None or not may_edit(current_scope(), held.firm):
        raise Http404
    version, wanted = version_seen(request), request.POST.get("do", "")
    if wanted == "confirm" and not current_scope().is_coordinator:
        raise Http404
    try:
        if wanted == "first":
            address_services.put_first(pk, version=version)
        elif wanted in ("use", "stop"):
            address_services.set_active(pk, wanted == "use", version=version)
        elif wanted == "confirm":
            address_services.confirm(pk, version=version)
        else:
            raise Http404
    except SomebodyWasFaster:
        messages.warning(request, _("ほかの人が先に変えました。今の状態を見てから、もう一度押してください。"))
        return _addresses(request, held.firm, AddressForm(), status=409)
    messages.success(request, _("連絡先を変えました。"))
    return redirect("addresses", firm=held.firm)


def _addresses(request: HttpRequest, firm: str, form: AddressForm, *, status: int) -> HttpResponse:
    rows = queries.addresses(firm)
    shown = {
        "firm": firms.firm(firm),
        "rows": [(one, queries.has_way(one.channel) or one.channel == "phone") for one in rows],
        "from_profile": bool(rows) and rows[0].pk is None,
        "form": form,
    }
    return render(request, "channels/addresses.html", shown, status=status)


# What was sent


@access(COORDINATORS)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show what was sent, the latest first, and what waits for a person."""
    asked = {key: request.GET.get(key, "").strip()[:80] for key in ("words", "state", "channel", "firm")}
    page = Paginator(queries.messages(**asked), PAGE).get_page(request.GET.get("page"))
    tried = queries.attempts(*(one.pk for one in page))
    names = firms.names(one.firm for one in page)
    shown = {
        "page": page,
        "rows": [(one, names.get(one.firm, one.firm), tried[one.pk]) for one in page],
        "asked": asked,
        "is_filtered": any(asked.values()),
        "states": [("person", _("人の確認が必要なもの")), *Sent.choices],
        "channels": channel_choices(),
        "waiting": queries.waiting(),
    }
    return render(request, "channels/messages.html", shown)


@access(COORDINATORS)
@require_GET
def message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message, how it went, and what a person has to decide."""
    return _message(request, _found(pk), CalledForm())


def _message(request: HttpRequest, held: Message, form: CalledForm, *, status: int = 200) -> HttpResponse:
    shown = {
        "message": held,
        "name": firms.names([held.firm]).get(held.firm, held.firm),
        "attempts": queries.attempts(held.pk)[held.pk],
        "enclosures": queries.enclosures(held),
        "has_link": "{link}" in held.text,
        "about_address": about_address(held) if held.about else "",
        "form": form,
        "phones": [one for one in queries.addresses(held.firm) if one.channel == "phone"],
    }
    return render(request, "channels/message.html", shown, status=status)


@access(COORDINATORS)
@require_GET
def enclosure(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a file that went with a message."""
    held = queries.enclosure(pk)
    if held is None:
        raise Http404
    is_shown = held.content_type in SHOWN
    answer = HttpResponse(
        bytes(held.content), content_type=held.content_type if is_shown else "application/octet-stream"
    )
    answer.headers["Content-Disposition"] = _disposition("inline" if is_shown else "attachment", held.name)
    return answer


def _disposition(kind: str, name: str) -> str:
    return f"{kind}; filename*=UTF-8''{urlencode({'': name})[1:].replace('+', '%20')}"


@access(COORDINATORS)
@require_POST
def settle(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Take down whether an attempt of which nobody could tell has arrived."""
    held = next((one for one in queries.attempts(_found(pk).pk)[pk] if one.number == number), None)
    arrived = {"yes": True, "no": False}.get(request.POST.get("arrived", ""))
    if held is None or arrived is None:
        raise Http404
    if not held.is_for_a_person:
        messages.warning(request, _("この送信は、もう記録されています。今の状態を見てください。"))
        return redirect("message", pk=pk)
    done = services.settle(held.pk, arrived=arrived)
    if done.state == Tried.DELIVERED:
        messages.success(request, _("届いていたと記録しました。"))
    else:
        messages.success(request, _("届いていないと記録しました。相手の営業時間に、もう一度送ります。"))
    return redirect("message", pk=pk)


@access(COORDINATORS)
@require_POST
def called(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down a telephone call."""
    held, form = _found(pk), CalledForm(request.POST)
    if not form.is_valid():
        return _message(request, held, form, status=422)
    services.say_called(pk, said=form.cleaned_data["said"])
    messages.success(request, _("電話で伝えたと記録しました。"))
    return redirect("message", pk=pk)


@access(COORDINATORS)
@require_POST
def close_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop the link of a message."""
    services.close_link(_found(pk).pk)
    messages.success(request, _("この送信のリンクを止めました。今後は開けません。"))
    return redirect("message", pk=pk)


def _found(pk: int) -> Message:
    held = queries.message(pk)
    if held is None:
        raise Http404
    return held


# What was stopped on its way in


@access(COORDINATORS)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """Show what was stopped, and why."""
    page = Paginator(queries.held(), PAGE).get_page(request.GET.get("page"))
    names = firms.names(one.firm for one in page)
    rows = [(one, names.get(one.firm, "")) for one in page]
    return render(request, "channels/held.html", {"page": page, "rows": rows})


@access(COORDINATORS)
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in something that was stopped, or leave it."""
    row = queries.held().filter(pk=pk).first()
    wanted = request.POST.get("do", "")
    if queries.inbound(pk) is None or wanted not in ("release", "aside"):
        raise Http404
    if row is not None:
        (services.release if wanted == "release" else services.put_aside)(pk)
        messages.success(request, _("受信箱に入れました。") if wanted == "release" else _("処理しないことにしました。"))
    return HttpResponseRedirect(reverse("held"))
