"""催促: what is chased today, one proposed action each; nothing goes out before somebody presses."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kumihimo.trade.chasing import DailyList, DailyMessage, Reminder
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.design.language import say
from kumihimo_web.firms.queries import names as firm_names
from kumihimo_web.orders import queries, services, words
from kumihimo_web.plans.queries import contact_of


@access(COORDINATORS)
@require_GET
def chasing(request: HttpRequest) -> HttpResponse:
    """Show the list of today."""
    return _list(request, timezone.localdate())


def _list(request: HttpRequest, today: date, *, wrong: str = "", error: str = "", status: int = 200) -> HttpResponse:
    found: DailyList = queries.chase_list(today)
    partners = {
        *(one.partner for one in found.messages),
        *(one.partner for one in found.tasks),
        *(one.reminder.partner for one in found.waiting),
    }
    names = firm_names(partners)
    written_to = queries.written_to(today)
    shown = {
        "today": today,
        "messages_today": [_message(one, names) for one in found.messages],
        "tasks": [_task(one, names, today, written_to) for one in found.tasks],
        "waiting": [(names.get(one.reminder.partner, ""), say(one.reminder), say(one)) for one in found.waiting],
        "wrong": wrong,
        "error": error,
    }
    return render(request, "orders/chasing.html", shown, status=status)


def _message(one: DailyMessage, names: dict[str, str]) -> dict[str, Any]:
    return {
        "partner": one.partner,
        "firm": names.get(one.partner, one.partner),
        "channel": words.label(one.channel),
        "asked": [(say(row), row.item.order if row.item else "", words.label(row.action)) for row in one.reminders],
        "also": [say(row, "words") for row in one.also_open],
        "from": one.windows[0][0] if one.windows else None,
        "to": one.windows[-1][1] if one.windows else None,
    }


def _task(one: Reminder, names: dict[str, str], today: date, written_to: frozenset[str]) -> dict[str, Any]:
    is_overdue = one.item is not None and queries.is_overdue(one.item, today)
    return {
        "may_remind": is_overdue and one.partner not in written_to and queries.paper_channel(one.partner) is not None,
        "key": one.key,
        "partner": one.partner,
        "firm": names.get(one.partner, one.partner),
        "action": words.label(one.action),
        "is_check": one.item is None,
        "level": one.level.value,
        "text": say(one),
        "order": one.item.order if one.item else "",
        "phone": contact_of(one.partner).get("phone", ""),
    }


@access(COORDINATORS)
@require_POST
def chasing_send(request: HttpRequest) -> HttpResponse:
    """Send the message of the day to a partner; a second press sends nothing."""
    today = timezone.localdate()
    partner = request.POST.get("partner", "")[:80]
    name = firm_names([partner]).get(partner)
    if name is None:
        raise Http404
    if services.send_daily(partner, today):
        messages.success(request, _("%(firm)sに今日の連絡を1通送ります。") % {"firm": name})
    else:
        messages.info(request, _("%(firm)sへの今日の連絡は、もう送ったか、送るものがなくなりました。") % {"firm": name})
    return redirect("chasing")


@access(COORDINATORS)
@require_POST
def chasing_remind(request: HttpRequest) -> HttpResponse:
    """Send a reminder 督促状 about an overdue order; on one day a firm gets one message."""
    ref, firm = request.POST.get("order", "")[:80], request.POST.get("firm", "")[:80]
    name = firm_names([firm]).get(firm)
    if name is None or queries.row(ref) is None:
        raise Http404
    paper = services.remind(ref, firm, timezone.localdate())
    if paper is not None:
        messages.success(request, _("%(firm)sに督促状 %(number)s を送ります。") % {"firm": name, "number": paper})
    else:
        messages.info(request, _("%(firm)sには今日もう連絡したか、督促するものがなくなりました。") % {"firm": name})
    return redirect("chasing") if request.POST.get("from") == "chasing" else redirect("order", ref)


@access(COORDINATORS)
@require_POST
def chasing_done(request: HttpRequest) -> HttpResponse:
    """Take down what a person did about a task."""
    today = timezone.localdate()
    key, said = request.POST.get("key", "")[:300], request.POST.get("said", "").strip()[:2_000]
    if not said and any(one.key == key for one in queries.chase_list(today).tasks):
        return _list(request, today, wrong=key, error=_("誰と何を話したか、何をしたかを書いてください。"), status=422)
    if said and services.task_done(key, said, today):
        messages.success(request, _("記録しました。"))
    else:
        messages.info(request, _("この件はもう記録されています。"))
    return redirect("chasing")
