"""The API: every operation says who may call it, tells no more than the pages, and keeps to its own description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application

from kumihimo_web.accounts.api_access import Allowed
from kumihimo_web.project.api import api

from .access import PEOPLE
from .conftest import OWN_FIRM, RIVAL_FIRM, STRANGE_FIRM

# Operation, its path -> what each of PEOPLE gets; 1 = 401, 3 = 403, 4 = 404, O = 200.
MATRIX = {
    ("firms", "/firms"): "1OOOOO3O",
    ("firm", f"/firms/{OWN_FIRM}"): "1OOOOO34",
    ("firm", f"/firms/{STRANGE_FIRM}"): "144444" + "3O",
    ("job", "/jobs/00000000-0000-0000-0000-000000000007"): "14444444",
}


def operations() -> Iterator[Any]:
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            yield from view.operations


def test_every_operation_says_who_may_call_it() -> None:
    for operation in operations():
        assert [type(one) for one in operation.auth_callbacks] == [Allowed], operation.operation_id


def test_every_operation_is_listed_here() -> None:
    assert {operation.operation_id for operation in operations()} == {name for name, _ in MATRIX}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_everybody_gets(who: str, browser: Callable[[str], Any]) -> None:
    client, letters = browser(who), {200: "O", 401: "1", 403: "3", 404: "4"}
    got = {key: letters.get(client.get(f"/api/v1{key[1]}").status_code) for key in MATRIX}
    assert got == {key: expected[PEOPLE.index(who)] for key, expected in MATRIX.items()}


@pytest.mark.parametrize(("who", "shown"), [("factory", True), ("rival", False), ("coordinator", False)])
def test_prices_are_for_the_own_firm_alone(who: str, shown: bool, browser: Callable[[str], Any]) -> None:
    told = browser(who).get(f"/api/v1/firms/{OWN_FIRM}").json()
    assert ("hourly_jpy" in told["tables"]["capabilities"][0]["values"]) is shown
    assert told["firm"]["id"] == OWN_FIRM


def test_its_root_is_closed(browser: Callable[[str], Any]) -> None:
    assert browser("administrator").get("/api/v1/").status_code == 403


def test_the_description_is_openapi_3_1(browser: Callable[[str], Any]) -> None:
    described = browser("").get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "/api/v1/firms/{ref}" in described["paths"]
    assert RIVAL_FIRM not in str(described)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_schemathesis_finds_nothing(browser: Callable[[str], Any]) -> None:
    import schemathesis
    from hypothesis import HealthCheck, Phase, given, settings

    client = browser("coordinator")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=40,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def check(case: Any) -> None:
            nonlocal asked
            asked += 1
            case.call_and_validate(cookies=cookies)

        check()
    assert asked >= len(MATRIX) * 5
