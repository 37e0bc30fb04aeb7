"""Pages of the money: settling a joint order, quoting and reporting to its buyer, and the papers."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo.errors import InputError
from kumihimo.trade.consortium import Settlement as Reckoned
from kumihimo.trade.law.tax import Rounding
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.consortium import charter_queries, queries
from kumihimo_web.consortium import settlement_services as services
from kumihimo_web.consortium.charter_services import NotNow
from kumihimo_web.consortium.holding import NoCharter
from kumihimo_web.consortium.mapping import charter_of, settlement_of
from kumihimo_web.consortium.models import JointOrder, Paper
from kumihimo_web.consortium.papers import title_in
from kumihimo_web.consortium.rules import can
from kumihimo_web.consortium.settlement_forms import QuoteForm, SettlementForm
from kumihimo_web.consortium.views import not_now, order_or_404, page_of, papers_shown
from kumihimo_web.design.language import language, say

_PAY_DAYS = 30
"""Days after the delivery that are proposed for paying members, and to the buyer."""
_LANGUAGES = ("ja", "en")


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def settle(request: HttpRequest, number: str) -> HttpResponse:
    """Reckon the settlement, show that it adds up, and keep it once everything is signed."""
    found, today = order_or_404(number), timezone.localdate()
    if not can("settle", found.state) or found.charter is None or found.delivered_on is None:
        return (
            redirect("joint_order_settlement", number=number) if found.state == "settled" else not_now(request, number)
        )
    agreed = charter_of(found.charter)
    lines, shares = queries.lines(found), [one for one in queries.shares(found) if one.quantity]
    sent = request.POST if request.method == "POST" else None
    due_on = max(today, found.delivered_on + timedelta(days=_PAY_DAYS))
    stands = {"payment_due": due_on, "invoice_due": due_on}
    form = SettlementForm(sent, lines=lines, shares=shares, initial=stands)
    is_final = sent is not None and "settle" in sent
    status, refused = 200, ""
    draft: services.Draft | None = None
    reasons: dict[str, str] = {}
    if sent is None:
        draft, refused = _reckon(found, None, Rounding.FLOOR, stands["payment_due"])
    elif not form.is_valid():
        status = 422
    else:
        work, due = form.work(), form.cleaned_data["payment_due"]
        rounding = Rounding(form.cleaned_data["rounding"])
        draft, refused = _reckon(found, work, rounding, due)
        if draft is None:
            status = 422
        else:
            reasons = {one.key: sent.get(f"why-{one.key}", "").strip()[:500] for one in draft.signatures}
            if is_final and (draft.is_forbidden or not all(reasons.values())):
                status = 422
            elif is_final:
                try:
                    _kept, job = services.settle_up(
                        found,
                        work=work,
                        rounding=rounding,
                        payment_due=due,
                        invoice_due=form.cleaned_data["invoice_due"],
                        reasons=reasons,
                        version=version_seen(request),
                        today=today,
                    )
                except SomebodyWasFaster as late:
                    found, status = late.now, 409
                except NotNow:
                    return not_now(request, number)
                else:
                    messages.success(request, _("精算を確定しました。請求書と支払通知を作っています。"))
                    return redirect("job", pk=job.pk)
    names = charter_queries.names(found.consortium)
    shown = {
        "order": found,
        "agreed": agreed,
        "form": form,
        "shares": shares,
        "draft": draft,
        "table": None if draft is None else table(draft.settled, names),
        "signatures": []
        if draft is None
        else [(one, names.get(one.firm, one.firm), reasons.get(one.key, "")) for one in draft.signatures],
        "verdicts": []
        if draft is None
        else [(names.get(firm, firm), verdict) for firm, verdict in draft.verdicts.items()],
        "is_unsigned": status == 422 and is_final and draft is not None,
        "is_late": status == 409,
        "refused": refused,
    }
    return render(request, "consortium/settle.html", shown, status=status)


def _reckon(found: JointOrder, work: Any, rounding: Rounding, due: date) -> tuple[services.Draft | None, str]:
    try:
        return services.draft(found, work=work, rounding=rounding, payment_due=due), ""
    except InputError as why:
        return None, why.text(language())


def table(settled: Reckoned, names: dict[str, str]) -> dict[str, Any]:
    """Return the settlement as it is shown: the one invoice, what became of it, and that nothing is left over."""
    notices = [(names.get(one.firm, one.firm), one) for one in settled.notices]
    return {
        "settled": settled,
        "principal": say(settled.principal).replace(settled.principal.firm, names.get(settled.principal.firm, "")),
        "invoice": settled.invoice,
        "tax": settled.invoice.total_jpy - settled.invoice.before_tax_jpy,
        "notices": [
            (name, one, sum(total.tax_jpy or 0 for total in one.totals), one.fee_jpy + one.fee_tax_jpy)
            for name, one in notices
        ],
        "before_tax": sum(one.before_tax_jpy for one in settled.notices),
        "notice_tax": sum(total.tax_jpy or 0 for one in settled.notices for total in one.totals),
        "fees": sum(one.fee_jpy + one.fee_tax_jpy for one in settled.notices),
        "deducted": sum(one.deducted_jpy for one in settled.notices),
        "payable": sum(one.payable_jpy for one in settled.notices),
        "lead": names.get(settled.invoice.issuer, settled.invoice.issuer),
        "sum": sum(one.payable_jpy + one.deducted_jpy for one in settled.notices)
        + settled.fee_jpy
        + settled.fee_tax_jpy
        + settled.kept_tax_jpy,
    }


@access(COORDINATORS)
@require_GET
def settlement(request: HttpRequest, number: str) -> HttpResponse:
    """Show how the money of an order was shared."""
    found = order_or_404(number)
    kept = getattr(found, "settlement", None)
    if kept is None:
        raise Http404
    names = charter_queries.names(found.consortium)
    shown = {
        "order": found,
        "kept": kept,
        "agreed": charter_of(kept.charter),
        "table": table(settlement_of(kept.data), names),
        "signed": [(names.get(one["firm"], one["firm"]), one) for one in kept.signed],
        **papers_shown(found),
    }
    return render(request, "consortium/settlement.html", shown)


@access(COORDINATORS)
@require_POST
def quote(request: HttpRequest, number: str) -> HttpResponse:
    """Write a quotation to the buyer."""
    found, form = order_or_404(number), QuoteForm(request.POST)
    if not form.is_valid():
        return page_of(request, found, sent={"quote": form}, status=422)
    try:
        _paper, job = services.quote(
            found, **form.cleaned_data, version=version_seen(request), today=timezone.localdate()
        )
    except SomebodyWasFaster as late:
        return page_of(request, order_or_404(late.now.number), sent={"quote": form}, status=409)
    except (NotNow, NoCharter):
        return not_now(request, number)
    return redirect("job", pk=job.pk)


@access(COORDINATORS)
@require_POST
def papers_again(request: HttpRequest, number: str) -> HttpResponse:
    """Have the papers made that were not."""
    job = services.print_again(order_or_404(number))
    if job is None:
        messages.info(request, _("書類はもうできています。"))
        return redirect("joint_order", number=number)
    return redirect("job", pk=job.pk)


@access(COORDINATORS)
@require_POST
def report(request: HttpRequest, number: str) -> HttpResponse:
    """Put on paper how far an order is."""
    found, lang = order_or_404(number), request.POST.get("lang", "")
    if lang not in _LANGUAGES:
        raise Http404
    try:
        _paper, job = services.report(found, lang=lang, version=version_seen(request), today=timezone.localdate())
    except SomebodyWasFaster as late:
        return page_of(request, order_or_404(late.now.number), status=409)
    except (NotNow, NoCharter):
        return not_now(request, number)
    return redirect("job", pk=job.pk)


@access(COORDINATORS, Role.BUYER)
@require_GET
def status(request: HttpRequest, number: str, lang: str) -> HttpResponse:
    """Show how far an order is, in the language of the buyer; made to be printed."""
    found = order_or_404(number)
    if lang not in _LANGUAGES:
        raise Http404
    shown = {
        "order": found,
        "lang": lang,
        "other": next(one for one in _LANGUAGES if one != lang),
        "title": title_in(found, lang),
        "lines": queries.lines(found),
        "milestones": queries.status_in(found, lang),
        "papers": queries.papers(found).filter(firm=""),
        "today": timezone.localdate(),
    }
    return render(request, "consortium/status.html", shown)


@access(COORDINATORS, Role.FACTORY, Role.BUYER)
@require_GET
def paper(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a paper as PDF, once it was set."""
    found = queries.paper(pk)
    if found is None:
        raise Http404
    return pdf_answer(found)


def pdf_answer(found: Paper) -> HttpResponse:
    """Send a paper as PDF, once it was set."""
    if found.pdf is None:
        raise Http404
    answer = HttpResponse(bytes(found.pdf), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="{found}.pdf"'
    return answer
