"""遅れの手だて: what would make an order less late, and one button that puts it into a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.design.language import say
from kumihimo_web.plans import services, words
from kumihimo_web.plans.views import found


@access(COORDINATORS)
@require_POST
def plan_remedies(request: HttpRequest, number: int, ref: str) -> HttpResponse:
    """Ask what would make an order less late."""
    version = found.version(number)
    found.order(version, ref)
    return redirect("job", services.ask_remedies(version, ref, wish=request.POST.get("wish", "")[:32]).pk)


@access(COORDINATORS)
@require_POST
def plan_remedy(request: HttpRequest, number: int, ref: str) -> HttpResponse:
    """Ask for a draft with one of the remedies that were found."""
    version = found.version(number)
    row = found.order(version, ref)
    # Its key says what it does: when others have looked for remedies since, the wrong one cannot be meant.
    wanted = next((one for one in row.remedies or () if one["key"] == request.POST.get("remedy")), None)
    if wanted is None or not version.is_current:
        messages.error(request, _("手だてか計画が変わりました。今の計画で、もう一度調べてから選んでください。"))
        return redirect(f"{reverse('plan_order', args=[number, ref])}#remedies")
    job = services.ask_remedy(version, ref, wanted, wish=request.POST.get("wish", "")[:32])
    return redirect("job", job.pk)


def shown_remedies(rows: list[dict[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return remedies as they are shown, the useful and cheap first; None before anybody has asked."""
    if rows is None:
        return None
    return [
        {
            **one,
            "words": say(one),
            "left": words.span(one["late_min"]) if one["late_min"] else "",
            "others": words.span(abs(one["others_min"])) if one["others_min"] else "",
        }
        for one in sorted(rows, key=_rank)
    ]


def _rank(one: dict[str, Any]) -> tuple[int, float, int]:
    """Return what remedies are shown by.

    What brings the order home in time without harm to others stands first, then to ask the buyer for another day, then
    what others pay for with lateness; the cheapest first. Last what helps but is not enough, by its price for an hour.
    """
    harm, price = max(0, one["others_min"]), one["price_jpy"]
    if one["late_min"]:
        return (4 if harm else 3), price / max(1, one["saved_min"]), harm
    if harm:
        return 2, price, harm
    return (1 if one["kind"] == "DUE" else 0), price, harm
