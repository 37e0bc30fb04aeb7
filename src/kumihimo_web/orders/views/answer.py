"""The page of an order by the link in a message, without a login: for that firm and that order, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts.access import ANYBODY, access
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.channels import services as channels
from kumihimo_web.orders import drawings
from kumihimo_web.orders.views import found, partner
from kumihimo_web.orders.views.drawings import drawing_answer
from kumihimo_web.orders.views.orders import paper_answer


class _NoLink(Exception):
    """The link was made up, has expired, or was closed."""


@contextmanager
def _on_behalf(token: str, *, by_person: bool = False) -> Iterator[tuple[str, str]]:
    """Do something for the firm of a link; give the firm and the number of the order."""
    linked = channels.opened(token, by_person=by_person)
    if linked is None or not linked.about:
        raise _NoLink
    with scoped(linked.scope):
        yield linked.firm, linked.about


@access(ANYBODY)
@require_GET
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the request or order."""
    try:
        with _on_behalf(token) as (firm, ref):
            shown = partner.context(ref, firm, partial(_address, token))
    except (_NoLink, Http404):
        return _closed(request)
    return render(request, "orders/answer.html", {**shown, "token": token})


@access(ANYBODY)
@require_POST
def answer_seen(request: HttpRequest, token: str) -> HttpResponse:
    """Take down that somebody, and no machine that looks mails through, has the page before them."""
    try:
        with _on_behalf(token, by_person=True):
            return HttpResponse(status=204)
    except _NoLink:
        return _closed(request)


@access(ANYBODY)
@require_POST
def answer_do(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """Take down what the firm says."""
    try:
        with _on_behalf(token, by_person=True) as (firm, ref):
            status, form = partner.take(request, ref, kind, firm)
            shown = {} if status == 302 else partner.context(ref, firm, partial(_address, token), form)
    except (_NoLink, Http404):
        return _closed(request)
    if status == 302:
        return redirect("answer", token)
    return render(request, "orders/answer.html", {**shown, "token": token, "is_late": status == 409}, status=status)


@access(ANYBODY)
@require_GET
def answer_paper(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Send a document of that order."""
    try:
        with _on_behalf(token) as (_firm, ref):
            paper = found.paper(pk)
            if paper.order is None or paper.order.ref != ref:
                raise Http404
            return paper_answer(paper)
    except _NoLink:
        return _closed(request)


@access(ANYBODY)
@require_GET
def answer_drawing(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Send a drawing of that order."""
    try:
        with _on_behalf(token) as (_firm, ref):
            row = drawings.drawing(pk)
            if row is None or row.order.ref != ref:
                raise Http404
            return drawing_answer(row)
    except _NoLink:
        return _closed(request)


def _address(token: str, kind: str) -> str:
    return reverse("answer_do", args=[token, kind])


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "channels/link_closed.html", status=404)
