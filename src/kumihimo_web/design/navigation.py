"""The navigation: the verbs of the loop, and under each the pages that the user's role may open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils.translation import gettext_lazy as _

from kumihimo_web.accounts.access import roles_of
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope, has_scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page in the navigation.

    Attributes
    ----------
    url
        Name of its address.
    icon
        Symbol of the sprite.
    is_daily
        Whether it stands in the bar of a phone, as far as there is room; the others are behind its menu.
    """

    url: str
    label: Any
    icon: str
    is_daily: bool = False


PAGES: tuple[Page, ...] = (
    Page(url="desk", label=_("今日の調整"), icon="today", is_daily=True),
    Page(url="map", label=_("拠点マップ"), icon="map"),
    Page(url="firms", label=_("企業"), icon="firm"),
    Page(url="own_firm", label=_("自社"), icon="own_firm"),
    Page(url="capacity", label=_("今週の余力"), icon="capacity", is_daily=True),
    Page(url="hands", label=_("届いた引合"), icon="inquiry", is_daily=True),
    Page(url="assessments", label=_("企業アセスメント"), icon="assess"),
    Page(url="inquiries", label=_("引合"), icon="inquiry", is_daily=True),
    Page(url="plans", label=_("生産計画"), icon="plan", is_daily=True),
    Page(url="emergency", label=_("緊急対応"), icon="emergency"),
    Page(url="orders", label=_("注文"), icon="order", is_daily=True),
    Page(url="own_orders", label=_("依頼と注文"), icon="order", is_daily=True),
    Page(url="inbox", label=_("受信箱"), icon="inbox"),
    Page(url="chasing", label=_("催促"), icon="chase"),
    Page(url="messages", label=_("送信の記録"), icon="sent"),
    Page(url="consortium", label=_("共同受注"), icon="consortium"),
    Page(url="orders_status", label=_("案件の状況"), icon="status", is_daily=True),
    Page(url="audit", label=_("監査ログ"), icon="audit"),
    Page(url="settings", label=_("設定"), icon="settings"),
)


BAR = 4
"""Pages in the bar of a phone beside its menu."""


def pages_of(role: str) -> list[tuple[str, Page]]:
    """Return (address, page) of the pages that a role may open, in the order of the loop."""
    return [(address, page) for address, page, allowed in _addresses() if role in allowed]


@cache
def _addresses() -> tuple[tuple[str, Page, frozenset[str]], ...]:
    # Looked up once: every page of everybody asks.
    found = []
    for page in PAGES:
        try:
            address = reverse(page.url)
        except NoReverseMatch:
            continue
        found.append((address, page, roles_of(get_resolver().resolve(address).func) or frozenset()))
    return tuple(found)


def context(request: HttpRequest) -> dict[str, Any]:
    """Return what the frame of every page needs."""
    if not has_scope():
        return {"navigation": [], "role_label": ""}
    scope = current_scope()
    here = request.path
    # The own firm is opened by an address of its own, and stands at that of its profile.
    own = reverse("firm", args=[scope.firm]) if scope.firm else ""
    pages = [(address, page, own if page.url == "own_firm" else address) for address, page in pages_of(scope.role)]
    nearest = max((start for _address, _page, start in pages if here.startswith(start)), key=len, default="")
    in_bar = _in_bar([page for _address, page, _start in pages])
    items = [
        {"address": address, "page": page, "is_here": bool(nearest) and start == nearest, "is_in_bar": page in in_bar}
        for address, page, start in pages
    ]
    return {"navigation": items, "role_label": Role(scope.role).label, "scope": scope}


def _in_bar(pages: list[Page]) -> set[Page]:
    """Return the pages in the bar of a phone: all where they have room, else what one needs daily."""
    if len(pages) <= BAR + 1:
        return set(pages)
    return set(sorted(pages, key=lambda page: not page.is_daily)[:BAR])
