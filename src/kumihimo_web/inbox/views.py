"""Pages of the inbox: the queues, one item with its picture, and what a person decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from kumihimo.trade.order import OperationOrder
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.queries import lines
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.channels import queries as channels
from kumihimo_web.design.language import say
from kumihimo_web.inbox import presenting, queries, services, taking
from kumihimo_web.inbox.carrying import NotNow
from kumihimo_web.inbox.contents import Content, content_of
from kumihimo_web.inbox.forms import Aside, Decision, Link, filled_in
from kumihimo_web.inbox.models import Item
from kumihimo_web.inbox.queries import Asked
from kumihimo_web.inbox.rules import is_forged, needs_second_key, second_key_jpy
from kumihimo_web.inbox.state import OPEN, Kind, Result, State
from kumihimo_web.orders import queries as orders
from kumihimo_web.plans.queries import contact_of

_LATE = frozenset({Result.PARKED, Result.STALE})


@access(COORDINATORS)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show a queue: what waits for somebody, unless another one is asked for."""
    asked = _asked(request)
    listed = queries.listing(asked)
    counted = queries.counts()
    shown = {
        "asked": asked,
        "listed": listed,
        "names": queries.names(listed.items),
        "states": [(state, label, queries.shown_count(counted[state])) for state, label in State.choices],
        "kinds": queries.kinds(),
        "is_untouched": not any(counted.values()),
    }
    return render(request, "inbox/_rows.html" if request.htmx else "inbox/list.html", shown)  # type: ignore[attr-defined]


@access(COORDINATORS)
@require_GET
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show an item: the picture, what was read of it, what it comes to and what speaks against it."""
    return _page(request, found_or_404(pk))


@access(COORDINATORS)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve what is proposed, or what was put right."""
    found = found_or_404(pk)
    command = None
    if request.POST.get("is_corrected"):
        order = orders.order(found.order_ref) if found.order_ref else None
        if order is None:
            return _page(request, found, problem=_("どの注文への返事かを先に決めてください。"), status=422)
        form = _decision(found, order, request)
        if not form.is_valid():
            return _page(request, found, form=form, status=422)
        command = form.command()

    def do() -> Item:
        return services.approve(found, version=version_seen(request), command=command)

    done = _try(request, found, do)
    if isinstance(done, HttpResponse):
        return done
    _tell(request, done)
    return _onwards(done)


@access(COORDINATORS)
@require_POST
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which order an item is about."""
    found, form = found_or_404(pk), Link(request.POST)
    if not form.is_valid():
        return _page(request, found, link_form=form, status=422)
    ref = form.cleaned_data["order"]
    done = _try(request, found, lambda: services.link(found, ref, version=version_seen(request)), link_form=form)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, _("注文 %(ref)s に結び付けました。返事の内容を入れて承認してください。") % {"ref": ref})
    return redirect("inbox_item", pk=pk)


@access(COORDINATORS)
@require_POST
def aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Put an item aside, with the reason."""
    found, form = found_or_404(pk), Aside(request.POST)
    if not form.is_valid():
        return _page(request, found, aside_form=form, status=422)
    why = form.cleaned_data["why"]
    done = _try(request, found, lambda: services.set_aside(found, why, version=version_seen(request)), aside_form=form)
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, _("#%(n)s を脇に置きました。「脇に置いたもの」から戻せます。") % {"n": pk})
    return _onwards(done)


@access(COORDINATORS)
@require_POST
def back(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring an item back that was put aside."""
    found = found_or_404(pk)
    done = _try(request, found, lambda: services.bring_back(found, version=version_seen(request)))
    if isinstance(done, HttpResponse):
        return done
    messages.success(request, _("受信箱に戻しました。"))
    return redirect("inbox_item", pk=pk)


@access(COORDINATORS)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """Have an item read once more."""
    found = found_or_404(pk)
    try:
        job = taking.read_again(found)
    except NotNow:
        return _not_now(request, pk)
    return redirect("job", pk=job.pk)


@access(COORDINATORS)
@require_POST
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the words of a page read, as a draft."""
    return redirect("job", pk=services.ask_draft(found_or_404(pk)).pk)


@access(COORDINATORS)
@require_GET
def original(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the message as it came; never shown by the browser itself, whatever it is."""
    found = found_or_404(pk)
    inbound = channels.inbound(found.inbound_id)
    if inbound is None:
        raise Http404
    raw = bytes(inbound.raw)
    name = str(found.reading.get("name") or inbound.subject or f"inbound-{inbound.number}")[:80]
    if "." not in name[-6:]:
        name += _ending(inbound.content_type, raw)
    answer = HttpResponse(raw, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@access(COORDINATORS)
@require_GET
def picture(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Send a picture that the worker made of a page."""
    found = queries.picture(pk, name[:80])
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.content), content_type=found.content_type)


# What the other pages of the inbox use too


def found_or_404(pk: int) -> Item:
    """Return an item that the scope may see."""
    found = queries.item(pk)
    if found is None:
        raise Http404
    return found


def _asked(request: HttpRequest) -> Asked:
    state, kind, after = request.GET.get("state", ""), request.GET.get("kind", ""), request.GET.get("after", "")
    return Asked(
        state=state if state in State.values else State.WAITING.value,
        kind=kind if kind in Kind.values else "",
        firm=request.GET.get("firm", "").strip()[:80],
        order=request.GET.get("order", "").strip().upper()[:40],
        after=int(after) if after.isascii() and after.isdecimal() and len(after) < 16 else 0,
    )


def _decision(found: Item, order: OperationOrder, request: HttpRequest | None = None) -> Decision:
    received = timezone.localdate(found.received_at)
    if request is not None:
        return Decision(order, request.POST, received=received, firm=found.firm)
    return Decision(order, received=received, firm=found.firm, initial=filled_in(found, order))


def _try(request: HttpRequest, found: Item, do: Callable[[], Item], **forms: Any) -> Item | HttpResponse:
    """Do something with an item; where it cannot be done, return the page that says why."""
    try:
        return do()
    except SomebodyWasFaster as late:
        newer = queries.item(late.now.pk) or late.now
        return _page(request, newer, is_late=True, status=409, **forms)
    except NotNow:
        return _not_now(request, found.pk)
    except services.Refused as why:
        return _page(request, found, problem=str(why), status=422, **forms)


def _page(
    request: HttpRequest,
    found: Item,
    *,
    form: Decision | None = None,
    link_form: Link | None = None,
    aside_form: Aside | None = None,
    problem: str = "",
    is_late: bool = False,
    status: int = 200,
) -> HttpResponse:
    """Show the page of an item, with what was sent and why it cannot be used."""
    order = orders.order(found.order_ref) if found.order_ref else None
    is_open = found.state in OPEN
    if form is None and order is not None and is_open:
        form = _decision(found, order, request if request.POST.get("is_corrected") else None)
    pictures = queries.pictures(found)
    before, after = queries.neighbours(found)
    command = found.command
    scope = current_scope()
    shown = {
        "item": found,
        "order": order,
        "names": queries.names([found]),
        "pictures": pictures,
        "page_picture": next((one for one in pictures if one.name == "page"), None),
        "other_pictures": [one for one in pictures if one.name != "page"],
        "answers": presenting.answers(found, pictures),
        "facts": presenting.command_facts(command, order),
        "siblings": queries.siblings(found),
        "is_open": is_open,
        "is_own_first_key": found.state == State.SECOND and found.first_by == scope.user,
        "needs_second": command is not None and needs_second_key(command["kind"], found.amount_jpy),
        "limit": second_key_jpy(),
        "form": form,
        "is_forged": is_forged(found),
        "link_form": link_form or Link(initial={"order": found.order_ref or _named(found)}),
        "aside_form": aside_form or Aside(),
        "problem": problem,
        "is_late": is_late,
        "before": before,
        "after": after,
        "can_draft": bool(pictures) and is_open and found.kind != Kind.FORM,
        "phone": contact_of(found.firm).get("phone", "") if found.firm and is_open else "",
        "is_late_outcome": found.outcome in _LATE,
        "suggested": _suggested(found, order),
        "history": lines(kind="item", row=str(found.pk))[:20],
    }
    return render(request, "inbox/item.html", shown, status=status)


def _named(found: Item) -> str:
    """Return an order that a text or a draft names."""
    named = found.reading.get("guess", {}).get("orders") or [
        one["text"] for one in found.reading.get("draft", {}).get("suggestions", ()) if one["field"] == "order"
    ]
    return str(named[0]) if named else ""


def _suggested(found: Item, order: OperationOrder | None) -> list[Any]:
    """Return orders of the firm that it may be about, where nothing says which."""
    if order is not None or not found.firm or found.state not in OPEN:
        return []
    return list(orders.orders(firm=found.firm)[:8])


def _tell(request: HttpRequest, done: Item) -> None:
    if done.state == State.SECOND:
        told = _("一人目として承認しました。%(limit)s円を超えるので、ほかの人の確認を待ちます。")
        messages.success(request, told % {"limit": f"{second_key_jpy():,}"})
        return
    name = Result(done.outcome).label
    words = " ".join(filter(None, (f"#{done.pk}", done.order_ref, f"{name}。", say(done, "said"))))
    (messages.warning if done.outcome in _LATE else messages.success)(request, words)


def _onwards(done: Item) -> HttpResponse:
    """Go on to what is to be decided next, else back to the list."""
    following = queries.next_waiting(done.pk)
    return redirect("inbox") if following is None else redirect("inbox_item", pk=following)


def _not_now(request: HttpRequest, pk: int) -> HttpResponse:
    messages.warning(request, _("これはもう処理されているか、読み取りの途中です。何も変わっていません。"))
    return HttpResponseRedirect(reverse("inbox_item", args=[pk]))


def _ending(content_type: str, raw: bytes) -> str:
    if content_type == "message/rfc822":
        return ".eml"
    content, media_type = content_of(raw)
    if content is Content.WORKBOOK:
        return ".xlsx"
    return {
        "image/tiff": ".tif",
        "image/png": ".png",
        "image/jpeg": ".jpg",
        "application/pdf": ".pdf",
        "application/json": ".json",
    }.get(media_type, "")
