"""Every change leaves a line, lines are only added, and a changed line is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from kumihimo_web.audit import queries
from kumihimo_web.audit.models import AppendOnly, Line
from kumihimo_web.audit.services import record_about
from kumihimo_web.audit.words import value_words
from kumihimo_web.firms import services

from .conftest import OWN_FIRM, RIVAL_FIRM


def test_a_change_tells_who_what_before_and_after(as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        services.change("firms", OWN_FIRM, {"employees": 12}, version=1)
        line = queries.lines(kind="firm").first()
        assert line is not None
        assert (line.verb, line.firm, line.role) == ("firms.changed", OWN_FIRM, "factory")
        assert (line.values_before["employees"], line.values_after["employees"]) == (None, 12)


def test_the_chain_is_whole_until_somebody_changes_a_line(as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        for count in (5, 6, 7):
            services.change("firms", OWN_FIRM, {"employees": count}, version=count - 4)
    with as_user("coordinator"):
        assert queries.broken_at() is None
        third = Line.objects.get(number=3)
        Line._base_manager.filter(pk=third.pk).update(after='{"employees": 99}')
        assert queries.broken_at() == 3


def test_a_line_is_never_changed_or_deleted(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        line = Line.objects.first()
        with pytest.raises(AppendOnly):
            line.save()
        with pytest.raises(AppendOnly):
            line.delete()


@pytest.mark.django_db(transaction=True)
def test_a_line_belongs_into_a_transaction(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"), pytest.raises(RuntimeError, match="transaction"):
        record_about("something.done", kind="thing", row="1")


def test_a_line_goes_when_its_change_is_undone(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        before = Line.objects.count()
        with transaction.atomic():
            record_about("something.done", kind="thing", row="1")
            transaction.set_rollback(True)
        assert Line.objects.count() == before
        assert queries.broken_at() is None


def test_a_firm_reads_the_lines_about_itself_alone(as_user: Callable[[str], Any]) -> None:
    with as_user("rival"):
        services.change("firms", RIVAL_FIRM, {"employees": 4}, version=1)
    with as_user("factory"):
        assert {line.firm for line in Line.objects.all()} <= {OWN_FIRM}


@pytest.mark.parametrize(
    ("verb", "name", "value", "said"),
    [
        ("user.tour", "done", True, "はい"),
        ("user.tour", "done", False, "いいえ"),
        ("assessments.changed", "assessed_on", "2026-12-04", "2026年12月4日(金)"),
        ("firms.changed", "employees", 12, 12),
        ("firms.changed", "employees", None, None),
        ("user.language", "language", "ja", "日本語"),
        ("message.posted", "channel", "fax", "FAX"),
        ("address.adopted", "addresses", ["fax 0265-11-1111", "phone"], "FAX 0265-11-1111、電話"),
        ("inbox.read", "kind", "form", "返信用紙"),
        ("inbox.read", "reasons", [{"ja": "二つある", "en": "two"}, {"ja": "弱い", "en": "weak"}], "二つある、弱い"),
        ("inbox.approved", "command", {"kind": "accept", "data": {"revision": 1}}, "受注の承諾"),
        ("joint_order.allotted", "parts", {"F-1": 3, "F-2": 2}, "F-1: 3、F-2: 2"),
    ],
)
def test_values_are_told_in_words(verb: str, name: str, value: Any, said: Any) -> None:
    assert value_words(verb, name, value) == said
