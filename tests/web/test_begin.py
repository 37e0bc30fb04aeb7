"""The first administrator of a network: on an empty database nobody could log in to make one."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.test import Client

from kumihimo_web.accounts.models import Network, Organisation, User
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit import queries as audit

NAMES = {"network": "架空の会議", "office": "架空の事務局", "person": "開始 一郎"}


@pytest.mark.django_db
def test_whoever_begins_can_log_in_and_add_people(client: Client) -> None:
    told = io.StringIO()
    call_command("begin", user="ichiro", stdout=told, **NAMES)
    (password,) = [line.partition(": ")[2] for line in told.getvalue().splitlines() if line.startswith("パスワード: ")]
    assert client.login(username="ichiro", password=password)
    assert client.get("/account/people/").status_code == 200
    network = Network.objects.get(name=NAMES["network"])
    assert not network.synthetic
    with scoped(system_scope(network.pk)):
        assert audit.broken_at() is None
        assert {line.verb for line in audit.lines()} == {"organisation.added", "user.added"}


@pytest.mark.django_db
@pytest.mark.parametrize("user", ["ichiro", "with a space"], ids=["taken", "cannot be typed"])
def test_a_name_that_cannot_be_used_makes_nothing(user: str) -> None:
    call_command("begin", user="ichiro", stdout=io.StringIO(), **NAMES)
    before = (Network.objects.count(), Organisation.objects.count(), User.objects.count())
    told = io.StringIO()
    with pytest.raises(SystemExit, match="2"):
        call_command("begin", user=user, stderr=told, **NAMES)
    assert "何も作っていません" in told.getvalue()
    assert (Network.objects.count(), Organisation.objects.count(), User.objects.count()) == before
