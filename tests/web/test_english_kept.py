"""What the program writes down by itself is kept in both languages, whoever was at work when it did."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from kumihimo.paper.layout import FormKind
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.inbox import services
from kumihimo_web.inbox.answers import reason_in_english
from kumihimo_web.inbox.models import Item
from kumihimo_web.jobs.models import Job

from .conftest import People
from .inboxed import ACCEPT, come, faxed, know, sheet_of, work
from .ordered import issued

pytestmark = pytest.mark.any_database

JAPANESE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")


def test_jobs_of_the_inbox_are_called_something_in_english(people: People) -> None:
    (item,) = come(people, b"a scan that nobody can read", content_type="application/octet-stream")
    with scoped(people.coordinator.scope()):
        services.ask_draft(item)
    jobs = Job._base_manager.filter(kind__startswith="inbox.")
    assert {one.kind for one in jobs} == {"inbox.read", "inbox.draft"}
    assert not [one.title_en for one in jobs if JAPANESE.search(one.title_en)]
    assert all(JAPANESE.search(one.title) for one in jobs)


def test_a_second_copy_is_explained_in_the_language_of_the_page(people: People, browser: Callable[[str], Any]) -> None:
    know(people)
    pen = issued(people)
    sheet = sheet_of(people, FormKind.ACKNOWLEDGEMENT, pen.ref)
    (first,) = come(people, faxed(sheet, ACCEPT))
    (again,) = come(people, faxed(sheet, ACCEPT, seed=7))
    work()
    type(people.coordinator).objects.update(language="en")
    client = browser("coordinator")
    for address in (reverse("inbox_item", args=[again.pk]), reverse("inbox") + "?state=aside"):
        page = client.get(address, headers={"accept-language": "en"}).content.decode()
        assert f"#{first.pk}" in page
        assert "もう一度届きました" not in page
    history = client.get(reverse("inbox_item", args=[first.pk]), headers={"accept-language": "en"}).content.decode()
    assert "受信箱（自動）" not in history
    (other,) = come(people, faxed(sheet, {"answer": "decline", "reason": "capacity"}, seed=3))
    assert Item._base_manager.get(pk=other.pk).summary_en.endswith("no capacity")


@pytest.mark.parametrize(
    ("words", "english"),
    [
        ("手がいっぱい", "no capacity"),
        ("設備・技術が合わない・手がいっぱい", "not our equipment, no capacity"),
        ("理由の印なし", "no reason marked"),
        ("社長が入院しました", "社長が入院しました"),
    ],
)
def test_what_was_marked_has_english_and_what_was_written_has_not(words: str, english: str) -> None:
    assert reason_in_english(words) == english
