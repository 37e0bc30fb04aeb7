"""Teams for an inquiry: propose, compare, choose with a reason, tell the buyer, print."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.inquiries import queries, services
from kumihimo_web.inquiries.forms import Reason, new_key
from kumihimo_web.inquiries.models import Inquiry
from kumihimo_web.inquiries.state import CHANGEABLE, State
from kumihimo_web.inquiries.views import found_or_404, not_now


@access(COORDINATORS)
@require_POST
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for teams."""
    found = found_or_404(number)
    once = request.POST.get("once", "")
    try:
        job = services.ask_teams(found, version=version_seen(request), once=once if len(once) == 32 else new_key())
    except SomebodyWasFaster:
        messages.warning(request, _("ほかの人が先に変えました。今の要件を確かめてから、もう一度提案してください。"))
        return redirect("inquiry", number=number)
    except services.NotNow:
        return not_now(request, number)
    return redirect("job", pk=job.pk)


@access(COORDINATORS)
@require_GET
def teams(request: HttpRequest, number: str) -> HttpResponse:
    """Compare the teams; without a proposal go where it is asked for."""
    return _page(request, found_or_404(number))


@access(COORDINATORS)
@require_POST
def choose(request: HttpRequest, number: str, team: str) -> HttpResponse:
    """Choose a team, with the reason."""
    found, form = found_or_404(number), Reason(request.POST)
    text = request.POST.get("proposal", "")
    proposal = queries.proposal_of(int(text)) if text.isascii() and text.isdecimal() and len(text) < 18 else None
    if proposal is None:
        raise Http404
    if not form.is_valid():
        return _page(request, found, reasons={team: form}, status=422)
    try:
        services.choose(found, proposal, team, why=form.cleaned_data["why"], version=version_seen(request))
    except KeyError:
        raise Http404 from None
    except SomebodyWasFaster as late:
        return _page(request, late.now, reasons={team: form}, status=409)
    except services.NotNow:
        return not_now(request, number)
    messages.success(request, _("チーム %(team)s に決めました。") % {"team": team})
    return redirect("inquiry_teams", number=number)


@access(COORDINATORS)
@require_POST
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """Tell the buyer total price and day, or take that back."""
    found = found_or_404(number)
    is_back = bool(request.POST.get("back"))
    do = services.take_back_offer if is_back else services.offer
    try:
        do(found, version=version_seen(request))
    except SomebodyWasFaster as late:
        return _page(request, late.now, status=409)
    except services.NotNow:
        return not_now(request, number)
    messages.success(request, _("提示を取り消しました。") if is_back else _("合計金額と納期を発注元に見せました。"))
    return redirect("inquiry_teams", number=number)


@access(COORDINATORS)
@require_POST
def print_out(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for the proposal on paper."""
    proposal = queries.latest_proposal(found_or_404(number))
    if proposal is None:
        raise Http404
    once = request.POST.get("once", "")
    return redirect("job", pk=services.ask_pdf(proposal, once=once if len(once) == 32 else new_key()).pk)


@access(COORDINATORS)
@require_GET
def paper(request: HttpRequest, number: str) -> HttpResponse:
    """Send the proposal as PDF, once it was asked for."""
    proposal = queries.latest_proposal(found_or_404(number))
    if proposal is None or proposal.pdf is None:
        raise Http404
    answer = HttpResponse(bytes(proposal.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{number}.pdf"'
    return answer


def _page(
    request: HttpRequest, found: Inquiry, *, reasons: dict[str, Reason] | None = None, status: int = 200
) -> HttpResponse:
    proposed = queries.teams(found)
    if proposed is None:
        return redirect("inquiry", number=found.number)
    forms = reasons or {}
    shown = {
        "inquiry": found,
        "proposed": proposed,
        "p": proposed.data,
        "teams": [(team, forms.get(team["name"])) for team in proposed.data["teams"]],
        "has_paper": queries.has_paper(proposed.proposal),
        "can_choose": found.state in CHANGEABLE and not proposed.is_old,
        "is_chosen": found.state in (State.CHOSEN, State.OFFERED, State.BOOKED),
        "is_late": status == 409,
        "once": new_key(),
        "print_once": new_key(),
    }
    return render(request, "inquiries/teams.html", shown, status=status)
