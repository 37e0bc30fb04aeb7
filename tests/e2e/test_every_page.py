"""Every page that a role comes to, in both languages: WCAG 2.2 AA, content policy, Japanese dates, no side scroll."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from .conftest import AXE, PHONE, WIDE, Visitor

pytestmark = pytest.mark.any_database

BEHIND: dict[str, dict[str, str | tuple[str, ...]]] = {
    "coordinator": {
        "/map/": "#lanes tbody th a",
        "/firms/": "#rows tbody th a",
        "/inquiries/Q-000001/hands/": "a[href*='/ask/']",
        "/plans/": "#orders ~ .wide tbody th a",
        "/plans/versions/": "a[href$='/diff/']",
        "/status/": "ul.status h2 a",
        "/account/settings/": "a[href='/account/people/']",
        "/orders/?state=quoted": ("#rows tbody th a", "a[href$='/quotes/']", "a[href*='/do/award/']"),
        "/orders/?state=countered": ("#rows tbody th a", "a[href$='/do/revise/']"),
        "/orders/?state=draft": ("#rows tbody th a", "a[href$='/do/send_rfq/']"),
        "/orders/?state=inspected": ("#rows tbody th a", "p.crumbs a[href*='/flow/']"),
        "/inbox/calls/?words=PO": "tbody th a",
        "/channels/": ("tbody th a", "a[href*='/addresses/of/']"),
        "/consortium/": ("a[href^='/consortium/C-']", "a[href$='/window/']"),
        "/consortium/?state=settled": ("tbody th a", "a[href$='/settlement/']"),
        "/consortium/?state=open": ("tbody th a", "a[href$='/allot/']"),
    },
    "administrator": {"/account/settings/": "a[href='/account/organisations/']"},
    "factory": {"/firms/own/": "article a[href*='/edit/']", "/plans/": "a[href*='/report/']"}
    | {
        "/orders/own/": "ul.own-list a",
        "/consortium/": ("a[href^='/consortium/orders/']", "a[href^='/consortium/C-']"),
    },
    "assessor": {"/assessments/": "a[href$='/write/']", "/assessments/firms/": "ul a[href*='/begin/']"},
    "buyer": {
        "/status/": "ul.status h2 a",
        "/inquiries/": "a[href$='/new/']",
        "/consortium/": "h2 a",
    },
}
"""Role -> address -> what leads on from there, to a page that no menu leads to; several: one behind the other."""
ALSO = {
    "coordinator": (
        *("/inquiries/Q-000001/teams/", "/inquiries/Q-000001/edit/", "/plans/compare/?v=1&v=2"),
        *("/map/?colour=room", "/styleguide/", "/tour/"),
        *("/orders/materials/", "/orders/letterhead/", "/orders/limits/", "/inbox/upload/", "/channels/held/"),
        *("/consortium/new/", "/consortium/subsidies/", "/consortium/subsidies/new/"),
    ),
    "administrator": ("/account/people/", "/tour/"),
}
AXE_AT = {"ja": (WIDE, PHONE), "en": (PHONE,)}
"""Language -> sizes. What English changes is how long the words are, which matters most where there is least room."""
OPTIONS = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    "resultTypes": ["violations"],
    # Without fetching style sheets once more: they would be put into the page, against our content policy.
    "preload": False,
}
ENGLISH_DATES = re.compile(
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|[ap]\.?m\.?)\b"
)


def links(visitor: Visitor, selector: str) -> list[str]:
    """Return where the links of a page lead, without those that lead to a file."""
    found = visitor.page.eval_on_selector_all(selector, "links => links.map(link => link.getAttribute('href'))")
    return [link for link in found if link.startswith("/") and "." not in link.rpartition("/")[2]]


def every_page(visitor: Visitor, role: str, language: str) -> Iterator[str]:
    """Open where the navigation leads, the first page behind each list, and what stands behind; yield the address."""
    cookie = {"name": "django_language", "value": language, "url": visitor.address}
    visitor.page.context.add_cookies([cookie])
    visitor.open("/")
    # The pages of an administrator are the coordinator's to the letter, but for the people and organisations.
    menu = [] if role == "administrator" else links(visitor, "nav.rail a")
    to_see, seen = [*menu, *BEHIND[role], *ALSO.get(role, ())], set()
    for path in to_see:
        if path in seen:
            continue
        seen.add(path)
        visitor.page.set_viewport_size(WIDE)
        visitor.open(path)
        # Charts and parts that a page fetches by itself; to wait at every page takes half a second each.
        if visitor.page.locator("[data-island], [hx-trigger~=load]").count():
            visitor.page.wait_for_load_state("networkidle")
        yield path
        if path in menu:
            to_see += links(visitor, "main tbody th a, main article a, main ol.attention a")[:1]
        if path in BEHIND[role]:
            selectors = BEHIND[role][path]
            to_see += lead_on(visitor, *((selectors,) if isinstance(selectors, str) else selectors))
        if path == "/status/" and role == "buyer":
            to_see.append(milestones(visitor))


def lead_on(visitor: Visitor, first: str, *others: str) -> list[str]:
    """Return where the selectors lead, one behind the other: by the first row that has them all."""
    rows = links(visitor, first)
    assert rows, f"{visitor.page.url} has no {first}"
    if not others:
        return rows[:1]
    for row in rows:
        visitor.open(row)
        if links(visitor, others[0]):
            return [row, *lead_on(visitor, *others)]
    raise AssertionError(f"nothing that {first} leads to has {others[0]}")


def milestones(visitor: Visitor) -> str:
    """Return the page of the first order that tells what was ordered: a page of its own only where no script runs."""
    for row in links(visitor, "ul.status h2 a"):
        visitor.open(row)
        visitor.page.wait_for_load_state("networkidle")
        if visitor.page.locator("#milestones").count():
            return f"{row}orders/"
    raise AssertionError("no order of the buyer tells what was ordered")


def faults(visitor: Visitor, language: str) -> list[Any]:
    """Return what is wrong with the page that is open, on a desk and on a phone."""
    told: list[Any] = []
    # By the browser itself: the content policy, which is under test too, refuses scripts that are not ours.
    visitor.page.evaluate(AXE.read_text(encoding="utf-8"))
    for size in (WIDE, PHONE):
        visitor.page.set_viewport_size(size)
        if size in AXE_AT[language]:
            told += [
                (size["width"], one["id"], [node["html"][:120] for node in one["nodes"][:3]])
                for one in visitor.page.evaluate("options => axe.run(options).then(all => all.violations)", OPTIONS)
            ]
        if visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            told.append((size["width"], "scrolls sideways"))
    return told


@pytest.mark.parametrize("language", AXE_AT)
@pytest.mark.parametrize("role", BEHIND)
def test_everybody_can_use_every_page(role: str, language: str, visitor: Callable[..., Visitor]) -> None:
    who = visitor(role)
    wrong: dict[str, Any] = {}
    for path in every_page(who, role, language):
        if told := faults(who, language):
            wrong[path] = told
        if language == "ja" and (dates := ENGLISH_DATES.findall(who.page.inner_text("main"))):
            wrong[f"{path} says"] = dates[:5]
    assert wrong == {}
    # Violations of the content policy are errors of the console: the fixture `visitor` fails on them. That labels and
    # headings are Japanese, `tests/web/test_english.py` holds.


def test_the_menu_of_a_phone_holds_every_page(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator", PHONE)
    who.open("/account/settings/")
    bar = who.page.locator("nav.rail")
    every = bar.locator("a").count()
    assert bar.locator("a:visible").count() == 4
    assert not bar.locator("a[aria-current]").is_visible()
    bar.locator("summary").click()
    assert bar.locator("a:visible").count() == every
    for link in bar.locator("a").all():
        box = link.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= PHONE["width"] - box["width"]
        assert 0 <= box["y"] <= PHONE["height"] - box["height"]
    bar.locator("a", has_text="緊急対応").click()
    who.page.wait_for_url("**/emergency/")
    assert bar.locator("a:visible").count() == 4
