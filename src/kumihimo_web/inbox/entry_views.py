"""Pages on which a person puts something into the inbox: scans and files, and notes of calls."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.inbox import queries, services, taking
from kumihimo_web.inbox.contents import content_of
from kumihimo_web.inbox.forms import NOTE_ONLY, Call, Decision, Upload, new_key, objection_to
from kumihimo_web.inbox.rules import MAX_BYTES, MOST_FILES
from kumihimo_web.inbox.state import State
from kumihimo_web.orders import queries as orders

CALL_FORMAT = "kumihimo-call-note/1"


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Take in files; each that cannot be read at all is refused by name, the others are taken."""
    form = Upload(request.POST, request.FILES) if request.method == "POST" else Upload(initial={"once": new_key()})
    refused: list[str] = []
    if form.is_bound and form.is_valid():
        taken, known = 0, []
        for number, sent in enumerate(form.cleaned_data["scans"]):
            name = (sent.name or "file")[:120]
            head = sent.read(200)
            objection = objection_to(sent, head)
            if objection:
                refused.append(f"{name}: {objection}")
                continue
            once = f"{form.cleaned_data['once']}/{number}"
            came = taking.upload(
                name, head + sent.read(), content_of(head)[1], firm=form.cleaned_data["firm"], once=once
            )
            if came.channel_id == once:
                taken += 1
            else:
                known.append((name, came.pk))
        for why in refused:
            messages.error(request, why)
        for name, inbound in known:
            first = queries.of_inbound(inbound)
            which = {"name": name, "first": first.pk if first is not None else "—"}
            messages.warning(request, _("%(name)s: 受信 #%(first)s と同じ内容です。二重には取り込みません。") % which)
        if taken:
            told = ngettext(
                "%(n)dファイルを受け取りました。読み取っています。",
                "%(n)dファイルを受け取りました。読み取っています。",
                taken,
            )
            messages.success(request, told % {"n": taken})
        if taken or known:
            return redirect(f"{reverse('inbox')}?state={State.READING}" if taken else "inbox")
    shown = {"form": form, "refused": refused, "most_mb": MAX_BYTES // (1024 * 1024), "most_files": MOST_FILES}
    return render(request, "inbox/upload.html", shown, status=422 if form.is_bound else 200)


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def call(request: HttpRequest) -> HttpResponse:
    """Take down a call: first the order that it is about, then who said what."""
    ref = (request.POST.get("order") or request.GET.get("order", "")).strip().upper()[:40]
    words = request.GET.get("words", "").strip()[:80]
    order = orders.order(ref) if ref else None
    if order is None:
        found = list(orders.orders(words=words)[:20]) if words else []
        listed = {"ref": ref, "words": words, "found": found, "names": orders.names([one.firm for one in found])}
        return render(request, "inbox/call_order.html", listed, status=422 if request.method == "POST" else 200)
    today = timezone.localdate()
    problem = ""
    if request.method == "POST":
        form, decision = Call(request.POST), Decision(order, request.POST, received=today)
        if form.is_valid() & decision.is_valid():
            told = form.cleaned_data
            command = decision.command()
            firm = command["data"].get("firm") or order.firm
            note = {
                "format": CALL_FORMAT,
                "order": ref,
                "firm": firm,
                "caller": told["caller"],
                "direction": told["direction"],
                "said": told["said"],
                "command": command,
                "by": current_scope().actor,
                "once": told["once"],
            }
            try:
                item = services.note_call(
                    once=told["once"],
                    order_ref=ref,
                    firm=firm,
                    caller=told["caller"],
                    words=told["said"],
                    command=command,
                    raw=json.dumps(note, ensure_ascii=False).encode(),
                )
            except services.Refused as why:
                problem = str(why)
            else:
                messages.success(request, _noted(item.state == State.SECOND, decision.cleaned_data["kind"]))
                return redirect("inbox_item", pk=item.pk)
    else:
        form, decision = Call(initial={"once": new_key()}), Decision(order, received=today)
    shown: dict[str, Any] = {
        "form": form,
        "decision": decision,
        "order": order,
        "names": orders.names([order.firm]),
        "problem": problem,
    }
    return render(request, "inbox/call.html", shown, status=422 if request.method == "POST" else 200)


def _noted(is_second: bool, kind: str) -> str:
    if is_second:
        return _("電話メモを書き留めました。金額が大きいので、ほかの人の確認を待ちます。")
    if kind == NOTE_ONLY:
        return _("電話メモを書き留めました。注文の状態は変わりません。")
    return _("電話メモを書き留めました。確認書を相手に送り、送れたところで注文に反映します。")
