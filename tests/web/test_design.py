"""What every page shares: where one is in the menu, labels that part well, links to further pages, fields, versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import RequestFactory
from django.urls import reverse

from kumihimo_web.accounts import views as accounts
from kumihimo_web.audit import views as audit
from kumihimo_web.audit.versions import version_seen
from kumihimo_web.design.templatetags.ja import partable
from kumihimo_web.firms import views as firms

from .conftest import OWN_FIRM, RIVAL_FIRM


@pytest.mark.parametrize(
    ("who", "address", "label"),
    [
        ("factory", reverse("firm", args=[OWN_FIRM]), "自社"),
        ("factory", reverse("firm", args=[RIVAL_FIRM]), "企業"),
        ("coordinator", reverse("firm", args=[OWN_FIRM]), "企業"),
        ("coordinator", reverse("inquiry_new"), "引合"),
    ],
)
def test_the_menu_says_where_one_is_once(who: str, address: str, label: str, browser: Callable[[str], Any]) -> None:
    page = browser(who).get(address).content.decode()
    here = re.findall(r'aria-current="page".*?<span>(.*?)</span>', page)
    assert here == [label]


def test_a_label_parts_between_its_words_and_is_escaped() -> None:
    assert partable("企業アセスメント") == "企業<wbr>アセスメント"
    assert partable("今日の調整") == "今日の調整"
    assert partable("<b>企業ア") == "&lt;b&gt;企業<wbr>ア"


@pytest.mark.parametrize(
    ("module", "name"), [(audit, "audit"), (accounts, "people"), (accounts, "organisations"), (firms, "firms")]
)
def test_a_list_that_goes_on_leads_on(
    module: Any, name: str, browser: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE", 1)
    client = browser("coordinator")
    first = client.get(reverse(name)).content.decode()
    further = re.search(r'rel="next" href="([^"]+)"', first)
    assert further is not None
    second = client.get(reverse(name) + further[1]).content.decode()
    assert 'rel="prev"' in second
    rows = [re.search("<tbody>(.*?)</tbody>", page, re.DOTALL) for page in (first, second)]
    assert rows[0] is not None
    assert rows[1] is not None
    assert rows[0][1] != rows[1][1]


def test_a_mistake_is_told_at_its_field_and_to_those_who_listen(browser: Callable[[str], Any]) -> None:
    answer = browser("coordinator").post(reverse("people"), {"username": "coordinator", "name": "同名"})
    page = answer.content.decode()
    assert answer.status_code == 422
    told = re.findall(r'aria-describedby="([^"]+)"', page)
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert any(one.endswith("_error") and one in ids for names in told for one in names.split())


@pytest.mark.parametrize(
    ("sent", "seen"), [("3", 3), ("", -1), ("x", -1), ("-1", -1), ("３", -1), ("9" * 12, -1), (None, -1)]
)
def test_a_version_that_nobody_can_have_seen_is_none(sent: str | None, seen: int) -> None:
    request = RequestFactory().post("/", {} if sent is None else {"version": sent})
    assert version_seen(request) == seen
