"""Subsidy programs: read by a person, with a source, and stale unless somebody reads again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from kumihimo.trade.consortium.subsidy import STALE_AFTER_DAYS, Standing
from kumihimo_web.consortium import queries, subsidy_services
from kumihimo_web.consortium.models import Subsidy

from .access.consortium import subsidy_data
from .conftest import People
from .test_consortium_charter import page

Browser = Callable[[str], Any]
Doing = Callable[[str], Any]


def sent(**changed: Any) -> dict[str, Any]:
    today = timezone.localdate()
    form = {
        "name_ja": "【記入例】共同設備",
        "authority_ja": "見本市",
        "purpose_ja": "設備",
        "areas": "見本市、となり町",
        "opens_on": today.isoformat(),
        "closes_on": (today + timedelta(days=9)).isoformat(),
        "rate_percent": "50",
        "most_jpy": "3,000,000円",
        "source_title": "募集要項",
        "source_url": "https://subsidy.example/call",
        "is_read": "on",
    }
    return {**form, **changed}


def test_without_any_the_page_says_why(browser: Browser) -> None:
    assert "実在の制度を1件も持たない" in page(browser("factory"), "subsidies")


def test_a_program_needs_a_source_that_was_read_today(browser: Browser) -> None:
    client, address = browser("coordinator"), reverse("subsidy_new")
    for changed, words in (
        ({"is_read": ""}, "出典を読んで"),
        ({"source_url": "見たページ"}, "URL"),
        ({"closes_on": "2020-01-01"}, "始まりより前"),
        ({"rate_percent": "101"}, "100"),
    ):
        answer = client.post(address, sent(**changed))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    for _twice in range(2):
        assert client.post(address, sent()).status_code == 302
    row = Subsidy._base_manager.get()
    assert (row.areas, row.most_jpy, row.last_checked) == (["見本市", "となり町"], 3_000_000, timezone.localdate())
    shown = page(browser("factory"), "subsidies")
    for words in ("募集中", "3,000,000円", "最後の確認", "https://subsidy.example/call"):
        assert words in shown
    assert "確かめ直してください" not in shown
    assert "見本市" in client.get(reverse("subsidies"), {"area": "となり"}).content.decode()
    assert "この地域の補助金は入っていません" in client.get(reverse("subsidies"), {"area": "沖縄"}).content.decode()


def test_a_row_grows_stale_and_is_checked_again(people: People, browser: Browser, as_user: Doing) -> None:
    today = timezone.localdate()
    days = {"opens_on": today - timedelta(days=1), "closes_on": today + timedelta(days=9)}
    with as_user("coordinator"):
        made = subsidy_services.add(subsidy_data(**days), today=today - timedelta(days=STALE_AFTER_DAYS + 1))
        assert queries.subsidies(today)[0].standing is Standing.TO_CHECK
    shown = page(browser("factory"), "subsidies")
    assert "要確認" in shown
    assert "確かめ直してください" in shown
    client, address = browser("coordinator"), reverse("subsidy_check", args=[made.ref])
    form = sent(name_ja=made.name_ja, most_jpy="5000000")
    assert client.post(address, {**form, "version": 9}).status_code == 409
    assert client.post(address, {**form, "version": 1}).status_code == 302
    row = Subsidy._base_manager.get()
    assert (row.last_checked, row.most_jpy, row.version, row.checked_by) == (
        today,
        5_000_000,
        2,
        str(people.coordinator),
    )
    assert "募集中" in page(browser("factory"), "subsidies")


def test_firms_write_none(people: People, as_user: Doing) -> None:
    with as_user("factory"), pytest.raises(PermissionDenied):
        subsidy_services.add(subsidy_data(), today=timezone.localdate())
    with as_user("buyer"):
        assert not queries.subsidies(timezone.localdate())
