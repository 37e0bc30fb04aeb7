"""Pages of a member: its bid by login, and its part of one joint order by the link in a letter, without a login."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from kumihimo_web.accounts.access import ANYBODY, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.channels import services as channels
from kumihimo_web.consortium import own_pages, queries
from kumihimo_web.consortium.letters import KINDS
from kumihimo_web.consortium.models import JointOrder
from kumihimo_web.consortium.settlement_views import pdf_answer
from kumihimo_web.consortium.views import order_or_404


@access(Role.FACTORY)
@require_POST
def bid(request: HttpRequest, number: str) -> HttpResponse:
    """Take down what the own firm bids."""
    found = order_or_404(number)
    status, form = own_pages.take(request, found)
    if status == 302:
        return redirect("joint_order", number=number)
    shown = {**own_pages.context(found, form), "is_late": status == 409}
    return render(request, "consortium/own_part.html", shown, status=status)


class _NoLink(Exception):
    """The link was made up, has expired, was closed, or is one of another page."""


@contextmanager
def _on_behalf(token: str, *, by_person: bool = False) -> Iterator[JointOrder]:
    """Do something for the firm of a link; give the one order that it is about."""
    linked = channels.opened(token, by_person=by_person)
    if linked is None or linked.kind not in KINDS:
        raise _NoLink
    with scoped(linked.scope):
        found = queries.order(linked.about)
        if found is None:
            raise _NoLink
        yield found


@access(ANYBODY)
@require_GET
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the part of the firm."""
    try:
        with _on_behalf(token) as found:
            shown = own_pages.context(found)
    except (_NoLink, Http404):
        return _closed(request)
    return render(request, "consortium/own_part.html", {**shown, "token": token})


@access(ANYBODY)
@require_POST
def link_seen(request: HttpRequest, token: str) -> HttpResponse:
    """Take down that somebody, and no machine that looks mails through, has the page before them."""
    try:
        with _on_behalf(token, by_person=True):
            return HttpResponse(status=204)
    except _NoLink:
        return _closed(request)


@access(ANYBODY)
@require_POST
def link_bid(request: HttpRequest, token: str) -> HttpResponse:
    """Take down what the firm bids."""
    try:
        with _on_behalf(token, by_person=True) as found:
            status, form = own_pages.take(request, found)
            shown = {} if status == 302 else own_pages.context(found, form)
    except (_NoLink, Http404):
        return _closed(request)
    if status == 302:
        return redirect("joint_link", token)
    shown = {**shown, "token": token, "is_late": status == 409}
    return render(request, "consortium/own_part.html", shown, status=status)


@access(ANYBODY)
@require_GET
def link_paper(request: HttpRequest, token: str, pk: int) -> HttpResponse:
    """Send a paper of that order to the firm that it is for."""
    try:
        with _on_behalf(token) as found:
            paper = queries.paper(pk)
            if paper is None or paper.order_id != found.pk:
                raise Http404
            return pdf_answer(paper)
    except (_NoLink, Http404):
        return _closed(request)


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "channels/link_closed.html", status=404)
