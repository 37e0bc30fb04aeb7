"""Every page that a role comes to, in both languages: WCAG 2.2 AA, content policy, Japanese dates, no side scroll."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from .conftest import AXE, PHONE, WIDE, Visitor

BEHIND = {
    "coordinator": (
        ("/map/", "#lanes tbody th a"),
        ("/firms/", "#rows tbody th a"),
        ("/inquiries/Q-000001/hands/", "a[href*='/ask/']"),
        ("/plans/", "#orders ~ .wide tbody th a"),
        ("/plans/versions/", "a[href$='/diff/']"),
        ("/status/", "ul.status h2 a"),
        ("/account/settings/", "a[href='/account/people/']"),
    ),
    "administrator": (("/account/settings/", "a[href='/account/organisations/']"),),
    "factory": (("/firms/own/", "article a[href*='/edit/']"), ("/plans/", "a[href*='/report/']")),
    "assessor": (("/assessments/", "a[href$='/write/']"), ("/assessments/firms/", "ul a[href*='/begin/']")),
    "buyer": (("/status/", "ul.status h2 a"), ("/inquiries/", "a[href$='/new/']")),
}
"""Role -> (address, what leads on from there): the pages that no menu leads to."""
ALSO = {
    "coordinator": (
        *("/inquiries/Q-000001/teams/", "/inquiries/Q-000001/edit/", "/plans/compare/?v=1&v=2"),
        *("/map/?colour=room", "/styleguide/", "/tour/"),
    )
}
LANGUAGES = ("ja", "en")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ENGLISH_DATES = re.compile(
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|Mon|Tue|Wed|Thu|Fri|Sat|Sun|[ap]\.?m\.?)\b"
)


def links(visitor: Visitor, selector: str) -> list[str]:
    """Return where the links of a page lead, without those that lead to a file."""
    found = visitor.page.eval_on_selector_all(selector, "links => links.map(link => link.getAttribute('href'))")
    return [link for link in found if link.startswith("/") and "." not in link.rpartition("/")[2]]


def addresses(visitor: Visitor, role: str) -> list[str]:
    """Return where the navigation leads, the first page behind each list, and what stands behind those."""
    found = links(visitor, "nav.rail a")
    for path in list(found):
        visitor.open(path)
        found += links(visitor, "main tbody th a, main article a, main ol.attention a")[:1]
    for path, selector in BEHIND[role]:
        visitor.open(path)
        behind = links(visitor, selector)[:1]
        assert behind, f"{path} has no {selector}"
        found += behind
    return [*dict.fromkeys([*found, *ALSO.get(role, ())])]


def faults(visitor: Visitor) -> list[Any]:
    """Return what is wrong with the page that is open, on a desk and on a phone."""
    told: list[Any] = []
    for size in (WIDE, PHONE):
        visitor.page.set_viewport_size(size)
        # Without fetching style sheets once more: they would be put into the page, against our content policy.
        options = {"runOnly": {"type": "tag", "values": TAGS}, "preload": False}
        found = visitor.page.evaluate("options => axe.run(options)", options)
        told += [
            (size["width"], one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found["violations"]
        ]
        if visitor.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"):
            told.append((size["width"], "scrolls sideways"))
    return told


@pytest.mark.parametrize("role", BEHIND)
def test_everybody_can_use_every_page(role: str, visitor: Callable[..., Visitor]) -> None:
    who = visitor(role)
    axe = AXE.read_text(encoding="utf-8")
    wrong: dict[str, Any] = {}
    for path in addresses(who, role):
        for language in LANGUAGES:
            cookie = {"name": "django_language", "value": language, "url": who.address}
            who.page.context.add_cookies([cookie])
            who.open(path)
            who.page.wait_for_load_state("networkidle")
            # By the browser itself: the content policy, which is under test too, refuses scripts that are not ours.
            who.page.evaluate(axe)
            if told := faults(who):
                wrong[f"{path} {language}"] = told
            if language == "ja" and (dates := ENGLISH_DATES.findall(who.page.inner_text("main"))):
                wrong[f"{path} says"] = dates[:5]
    assert wrong == {}
    # Violations of the content policy are errors of the console: the fixture `visitor` fails on them. That labels and
    # headings are Japanese, `tests/web/test_english.py` holds.


def test_the_bar_of_a_phone_shows_where_one_is(visitor: Callable[..., Visitor]) -> None:
    who = visitor("coordinator", PHONE)
    who.open("/account/settings/")
    here = who.page.locator("nav.rail a[aria-current]").bounding_box()
    assert here is not None
    assert 0 <= here["x"] <= PHONE["width"] - here["width"]
    who.open("/desk/")
    label = who.page.locator("nav.rail a", has_text="企業アセスメント").locator("span")
    lines = label.evaluate(
        "label => { const range = document.createRange(); range.selectNodeContents(label);"
        " return [...new Set([...range.getClientRects()].map(line => Math.round(line.top)))].length }"
    )
    assert lines == 2
    assert label.evaluate("label => label.textContent") == "企業アセスメント"
