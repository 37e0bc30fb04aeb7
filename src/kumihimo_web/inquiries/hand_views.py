"""Asking firms to raise their hands: the coordinator's pages, and the factory's on a phone."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.inquiries import hand_services, queries, services
from kumihimo_web.inquiries.forms import Ask, HandAnswer, new_key
from kumihimo_web.inquiries.models import Hand, Inquiry
from kumihimo_web.inquiries.rules import MOST_ASKED
from kumihimo_web.inquiries.state import Answer
from kumihimo_web.inquiries.views import found_or_404, not_now

_ANSWER_DAYS = 3
"""Days to answer that are proposed."""


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Choose whom to ask for a step, and ask."""
    found = found_or_404(number)
    proposal = queries.latest_proposal(found)
    wanted = None if proposal is None else queries.step_of(proposal, step)
    if proposal is None or wanted is None:
        raise Http404
    rows = queries.askable(proposal, step)
    stands = {"once": new_key(), "answer_by": timezone.localdate() + timedelta(days=_ANSWER_DAYS)}
    sent = request.POST if request.method == "POST" else None
    form = Ask(sent, initial=stands, inquiry=found, rows=rows)
    if sent is not None and form.is_valid():
        asked = form.cleaned_data
        try:
            made = hand_services.broadcast(
                found,
                proposal,
                step,
                firms=asked["firm"],
                answer_by=asked["answer_by"],
                note=asked["note"],
                once=asked["once"],
            )
        except services.NotNow:
            return not_now(request, number)
        n = made.hands.count()
        messages.success(request, ngettext("%(n)d社に声をかけました。", "%(n)d社に声をかけました。", n) % {"n": n})
        return redirect("inquiry_hands", number=number)
    shown = {
        "inquiry": found,
        "step": wanted,
        "rows": rows,
        "free": len(form.open_rows),
        "form": form,
        "chosen": set(sent.getlist("firm")) if sent is not None else set(),
        "most": MOST_ASKED,
    }
    return render(request, "inquiries/ask.html", shown, status=200 if sent is None else 422)


@access(COORDINATORS)
@require_GET
def hands(request: HttpRequest, number: str) -> HttpResponse:
    """Show who was asked and what they said."""
    return _hands(request, found_or_404(number))


@access(COORDINATORS)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a broadcast."""
    found = queries.broadcast(pk)
    if found is None:
        raise Http404
    hand_services.close(found)
    messages.success(request, _("募集 %(number)s を締め切りました。") % {"number": found.number})
    return redirect("inquiry_hands", number=found.inquiry.number)


@access(Role.FACTORY)
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """Show a factory what it is asked: made for a thumb."""
    return _own(request)


@access(COORDINATORS, Role.FACTORY)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Take down what a firm says; a coordinator may do so with its word."""
    found = queries.hand(pk)
    if found is None:
        raise Http404
    is_coordinator = current_scope().is_coordinator
    form = HandAnswer(request.POST, needs_word=is_coordinator)
    status = 422
    if form.is_valid():
        said = form.cleaned_data
        try:
            hand_services.take_answer(
                found,
                Answer(said["answer"]),
                price_jpy=said["price_jpy"],
                days=said["days"],
                words=said["words"],
                version=version_seen(request),
                today=timezone.localdate(),
                said=said["said"] if is_coordinator else "",
            )
        except services.NotNow:
            messages.warning(request, _("この募集は締め切られました。答えは届いていません。電話でお知らせください。"))
        except SomebodyWasFaster:
            status = 409
        else:
            messages.success(request, _("ありがとうございます。お答えを受け取りました。"))
            status = 302
        if status != 409:
            return (
                redirect("inquiry_hands", number=found.broadcast.inquiry.number)
                if is_coordinator
                else redirect("hands")
            )
    if is_coordinator:
        return _hands(request, found.broadcast.inquiry, sent=(found, form), status=status)
    return _own(request, sent=(found, form), status=status)


def _own(request: HttpRequest, *, sent: tuple[Hand, HandAnswer] | None = None, status: int = 200) -> HttpResponse:
    today = timezone.localdate()
    open_ones, over = queries.own_hands(today)
    shown = {
        "hands": [(hand, sent[1] if sent and sent[0].pk == hand.pk else None) for hand in open_ones],
        "over": over,
        "answers": Answer,
        "is_late": status == 409,
    }
    return render(request, "inquiries/own_hands.html", shown, status=status)


def _hands(
    request: HttpRequest, found: Inquiry, *, sent: tuple[Hand, HandAnswer] | None = None, status: int = 200
) -> HttpResponse:
    today = timezone.localdate()
    shown = {
        "inquiry": found,
        "broadcasts": [
            (
                one,
                hand_services.is_over(one, today),
                [(hand, sent[1] if sent and sent[0].pk == hand.pk else None) for hand in one.hands.all()],
            )
            for one in queries.broadcasts(found)
        ],
        "answers": Answer,
        "is_late": status == 409,
        "steps": queries.steps_proposed(found),
    }
    return render(request, "inquiries/hands.html", shown, status=status)
