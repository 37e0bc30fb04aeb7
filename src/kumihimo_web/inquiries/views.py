"""Pages of an inquiry: the list, a new one, what was read, its questions, its files."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo.errors import InputError
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.queries import lines
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.design.language import language
from kumihimo_web.inquiries import queries, services
from kumihimo_web.inquiries.forms import BuyersInquiry, Heading, Incomings, NewInquiry, Reason, new_key
from kumihimo_web.inquiries.models import Inquiry, Source
from kumihimo_web.inquiries.reading import draft
from kumihimo_web.inquiries.rules import MAX_BYTES
from kumihimo_web.inquiries.state import CHANGEABLE, State

PAGE = 50
_MEGABYTE = 1024 * 1024


@access(COORDINATORS, Role.BUYER)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the inquiries that fit words and state; a buyer sees its own."""
    asked = {"words": request.GET.get("words", "").strip()[:80], "state": request.GET.get("state", "")[:12]}
    shown = {
        "page": Paginator(queries.search(**asked), PAGE).get_page(request.GET.get("page")),
        "asked": asked,
        "states": State.choices,
    }
    return render(request, "inquiries/_rows.html" if _is_part(request) else "inquiries/list.html", shown)


@access(COORDINATORS, Role.BUYER)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Take in an inquiry: a text or a file."""
    kind = NewInquiry if current_scope().is_coordinator else BuyersInquiry
    form = kind(request.POST, request.FILES) if request.method == "POST" else kind(initial={"once": new_key()})
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data
        made = services.receive(
            form.incoming,
            title=asked["title"],
            buyer=asked.get("buyer"),
            buyer_name=asked.get("buyer_name", ""),
            once=asked["once"],
        )
        latest = queries.sources(made)[0]
        return _read(latest) if made.state == State.READING else redirect("inquiry", number=made.number)
    shown = {"form": form, "most_mb": MAX_BYTES // _MEGABYTE}
    return render(request, "inquiries/new.html", shown, status=422 if form.is_bound else 200)


@access(COORDINATORS, Role.BUYER)
@require_GET
def inquiry(request: HttpRequest, number: str) -> HttpResponse:
    """Show an inquiry: what was read and its words, the questions, what comes next."""
    return _page(request, found_or_404(number))


@access(COORDINATORS)
@require_POST
def value(request: HttpRequest, number: str) -> HttpResponse:
    """Change a value that was read; what cannot be read comes back with its reason, at its place."""
    found = found_or_404(number)
    field, part, words = _asked(request)
    try:
        services.correct(found, field=field, part=part, words=words, version=version_seen(request))
    except KeyError:
        raise Http404 from None
    except InputError as why:
        return _page(request, found, row=(field, part, words, why), status=422)
    except SomebodyWasFaster as late:
        return _page(request, late.now, row=(field, part, words, None), status=409)
    except services.NotNow:
        return not_now(request, number)
    messages.success(request, _("直しました。"))
    _say_what_is_left(request, number, field, words)
    return HttpResponseRedirect(f"{reverse('inquiry', args=[number])}#v-{part or 'whole'}-{field}")


@access(COORDINATORS, Role.BUYER)
@require_POST
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """Take down the answer to a question."""
    found = found_or_404(number)
    field, part, words = _asked(request)
    if not words:
        why = InputError("答えを書いてください。", "Write the answer.")
        return _page(request, found, question=(field, part, words, why), status=422)
    try:
        was_read = services.answer(found, field=field, part=part, words=words, version=version_seen(request))
    except KeyError:
        raise Http404 from None
    except SomebodyWasFaster as late:
        return _page(request, late.now, question=(field, part, words, None), status=409)
    except services.NotNow:
        return not_now(request, number)
    if was_read:
        messages.success(request, _("答えを要件に反映しました。"))
        _say_what_is_left(request, number, field, words)
    else:
        messages.warning(request, _("答えを控えました。値としては読み取れないため、必要なら「直す」で入れてください。"))
    return HttpResponseRedirect(f"{reverse('inquiry', args=[number])}#questions")


@access(COORDINATORS)
@require_GET
def questions(request: HttpRequest, number: str) -> HttpResponse:
    """Show all questions as one letter, to be copied into a mail or read on the phone."""
    found = found_or_404(number)
    read = queries.reading(found)
    if read is None:
        raise Http404
    letter = draft(f"{found.number} {found.title}", read.questions)
    shown = {"inquiry": found, "questions": read.questions, "letter": letter}
    return render(request, "inquiries/questions.html", shown)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change title and buyer; whoever was slower is told and loses nothing."""
    found, newer, status = found_or_404(number), None, 200
    stands = {"title": found.title, "buyer": found.buyer_id, "buyer_name": found.buyer_name}
    form = Heading(request.POST) if request.method == "POST" else Heading(initial=stands)
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                services.rename(found, version=version_seen(request), **form.cleaned_data)
            except SomebodyWasFaster as late:
                newer, status = late.now, 409
            except services.NotNow:
                return not_now(request, number)
            else:
                messages.success(request, _("保存しました。"))
                return redirect("inquiry", number=number)
    shown = {"inquiry": newer or found, "newer": newer, "form": form}
    return render(request, "inquiries/edit.html", shown, status=status)


@access(COORDINATORS, Role.BUYER)
@require_POST
def source(request: HttpRequest, number: str) -> HttpResponse:
    """Take another file or text for an inquiry that could not be read, or read the one there is again."""
    found = found_or_404(number)
    if request.POST.get("again"):
        try:
            return _read(services.read_again(found), again=new_key())
        except services.NotNow:
            return not_now(request, number)
    form = Incomings(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, found, form=form, status=422)
    try:
        taken = services.replace_source(found, form.incoming, version=version_seen(request))
    except SomebodyWasFaster as late:
        return _page(request, late.now, form=form, status=409)
    except services.NotNow:
        return not_now(request, number)
    return _read(taken)


@access(COORDINATORS)
@require_GET
def download(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Send a file as it came in; never shown by the browser itself, whatever it is."""
    found = queries.source(pk)
    if found is None or found.inquiry.number != number:
        raise Http404
    answer = HttpResponse(bytes(found.data), content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, found.name) or "attachment"
    return answer


@access(COORDINATORS, Role.BUYER)
@require_POST
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw an inquiry, with the reason."""
    found, form = found_or_404(number), Reason(request.POST)
    if not form.is_valid():
        return _page(request, found, reason=form, status=422)
    try:
        services.withdraw(found, why=form.cleaned_data["why"], version=version_seen(request))
    except SomebodyWasFaster as late:
        return _page(request, late.now, reason=form, status=409)
    except services.NotNow:
        return not_now(request, number)
    messages.success(request, _("取り下げました。「もう一度取り上げる」で元に戻せます。"))
    return redirect("inquiry", number=number)


@access(COORDINATORS, Role.BUYER)
@require_POST
def reopen(request: HttpRequest, number: str) -> HttpResponse:
    """Take a withdrawn inquiry up again."""
    found = found_or_404(number)
    try:
        services.reopen(found, version=version_seen(request))
    except SomebodyWasFaster as late:
        return _page(request, late.now, status=409)
    except services.NotNow:
        return not_now(request, number)
    messages.success(request, _("もう一度取り上げました。"))
    return redirect("inquiry", number=number)


# What the other pages of inquiries use too


def found_or_404(number: str) -> Inquiry:
    """Return an inquiry that the scope may see."""
    found = queries.inquiry(number)
    if found is None:
        raise Http404
    return found


def not_now(request: HttpRequest, number: str) -> HttpResponse:
    """Say that the inquiry is in another state by now, and show it."""
    messages.warning(request, _("この引合は、今はその操作ができない状態です。何も変わっていません。"))
    return redirect("inquiry", number=number)


def _page(
    request: HttpRequest,
    found: Inquiry,
    *,
    row: tuple[str, str, str, InputError | None] | None = None,
    question: tuple[str, str, str, InputError | None] | None = None,
    form: Incomings | None = None,
    reason: Reason | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the page of an inquiry; `row` and `question` hold what was sent and why it cannot be used."""
    read = queries.reading(found)
    if read is not None and row is not None:
        _put_back(read.row(row[0], row[1]), row)
    if read is not None and question is not None:
        wanted = (one for one in read.questions if (one.field, one.part) == question[:2])
        _put_back(next(wanted, None), question)
    is_coordinator = current_scope().is_coordinator
    shown = {
        "inquiry": found,
        "reading": read,
        "sources": queries.sources(found),
        "can_change": found.state in CHANGEABLE,
        "can_withdraw": found.state not in (State.BOOKED, State.WITHDRAWN),
        "is_waiting": found.state in (State.READING, State.UNREAD),
        "is_late": status == 409,
        "form": form or Incomings(initial={"once": new_key()}),
        "reason": reason,
        "once": new_key(),
        "teams": queries.teams(found) if is_coordinator else None,
        "broadcasts": queries.broadcasts(found) if is_coordinator else (),
        "history": lines(kind="inquiry", row=str(found.pk))[:20],
        "most_mb": MAX_BYTES // _MEGABYTE,
        "sent": (row or question or ("", "", ""))[2],
    }
    template = "inquiries/inquiry.html" if is_coordinator else "inquiries/of_buyer.html"
    return render(request, template, shown, status=status)


def _say_what_is_left(request: HttpRequest, number: str, field: str, words: str) -> None:
    """Say what of the words belongs to another field and was not kept."""
    left = queries.not_taken(number, field, words)
    if left:
        told = _("%(words)sは、まだ要件に反映していません。") % {"words": left}
        if current_scope().is_coordinator:
            told = " ".join((told, _("必要なら、その欄に入れてください。")))
        messages.warning(request, told)


def _put_back(place: Any, sent: tuple[str, str, str, InputError | None]) -> None:
    """Put what was sent back into its field, so that nothing has to be typed again."""
    if place is None:
        return
    place.entered = sent[2]
    if sent[3] is not None:
        place.error = sent[3].text(language())
    else:
        place.error = _("ほかの人が先に変えました。今の値を確かめて、もう一度保存してください。")


def _read(latest: Source, *, again: str = "") -> HttpResponse:
    waiting = services.begin_reading(latest, again=again)
    return redirect("job", pk=waiting.pk) if waiting else redirect("inquiry", number=latest.inquiry.number)


def _asked(request: HttpRequest) -> tuple[str, str, str]:
    return (
        request.POST.get("field", "")[:40],
        request.POST.get("part", "")[:40],
        " ".join(request.POST.get("words", "").split())[:300],
    )


def _is_part(request: Any) -> bool:
    return bool(request.htmx)
