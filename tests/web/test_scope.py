"""Default deny: no rows without a scope, none of another network, no hidden values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from kumihimo_web.accounts.scope import NoScope, scoped
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.firms import queries, services
from kumihimo_web.firms.models import ROWS, Firm

from .conftest import OWN_FIRM, STRANGE_FIRM, People


@pytest.mark.parametrize("table", ROWS)
def test_rows_without_a_scope_raise(table: str, people: People) -> None:
    with scoped(None), pytest.raises(NoScope):
        list(ROWS[table].objects.all())


@pytest.mark.parametrize("who", ["coordinator", "factory", "assessor", "buyer"])
def test_nobody_sees_another_network(who: str, people: People, as_user: Callable[[str], Any]) -> None:
    with as_user(who):
        assert not Firm.objects.filter(ref=STRANGE_FIRM).exists()
        assert queries.search().filter(ref=STRANGE_FIRM).count() == 0


@pytest.mark.parametrize(
    ("who", "shown"), [("factory", True), ("rival", False), ("coordinator", False), ("assessor", False)]
)
def test_prices_are_for_the_own_firm_alone(who: str, shown: bool, as_user: Callable[[str], Any]) -> None:
    with as_user(who):
        rows = queries.profile(OWN_FIRM)["capabilities"]
        names = {value.column.name for entry in rows for value in entry.values}
        assert ("hourly_jpy" in names) is shown


def test_buyers_see_no_firms(as_user: Callable[[str], Any]) -> None:
    with as_user("buyer"):
        assert list(queries.search()) == []


def test_a_rival_cannot_change_a_profile(as_user: Callable[[str], Any]) -> None:
    with as_user("rival"), pytest.raises(PermissionDenied):
        services.change("firms", OWN_FIRM, {"employees": 3}, version=1)


def test_the_second_of_two_editors_is_told(as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        services.change("firms", OWN_FIRM, {"employees": 12}, version=1)
        with pytest.raises(SomebodyWasFaster) as late:
            services.change("firms", OWN_FIRM, {"employees": 13}, version=1)
        assert late.value.now.data["employees"] == 12
        assert Firm.objects.get(ref=OWN_FIRM).data["employees"] == 12


def test_a_coordinator_enters_a_price_only_with_the_word_of_the_firm(as_user: Callable[[str], Any]) -> None:
    row = f"{OWN_FIRM}-K"
    with as_user("coordinator"):
        with pytest.raises(PermissionDenied):
            services.change("capabilities", row, {"hourly_jpy": 8000}, version=1)
        changed = services.change("capabilities", row, {"hourly_jpy": 8000}, version=1, said="社長に電話で確認")
        assert changed.data["hourly_jpy"] == 8000
        shown = queries.entry(changed)
        assert "hourly_jpy" not in {value.column.name for value in shown.values}
