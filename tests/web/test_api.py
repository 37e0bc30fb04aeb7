"""The API: every operation says who may call it, tells no more than the pages, and keeps to its own description."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections

from kumihimo_web.accounts.api_access import Allowed
from kumihimo_web.project.api import api

from .access import PEOPLE
from .conftest import OWN_FIRM, RIVAL_FIRM, STRANGE_FIRM, People

# Operation, its path -> what each of PEOPLE gets; 1 = 401, 3 = 403, 4 = 404, O = 200.
MATRIX = {
    ("firms", "/firms"): "1OOOOO3O",
    ("firm", f"/firms/{OWN_FIRM}"): "1OOOOO34",
    ("firm", f"/firms/{STRANGE_FIRM}"): "144444" + "3O",
    ("inquiries", "/inquiries"): "1OO333OO",
    ("inquiry", "/inquiries/Q-000001"): "144333" + "44",
    ("inquiry_new", "POST /inquiries"): "1OO333OO",
    ("plan_orders", "/plan/orders"): "1OOOO3OO",
    ("plan_order", "/plan/orders/W1"): "144443" + "44",
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
    client, letters = browser(who), {200: "O", 201: "O", 401: "1", 403: "3", 404: "4"}

    def ask(path: str) -> int:
        if not path.startswith("POST "):
            return int(client.get(f"/api/v1{path}").status_code)
        sent = {"text": "A5052 の板 3枚 穴あけ"}
        return int(client.post(f"/api/v1{path[5:]}", sent, content_type="application/json").status_code)

    got = {key: letters.get(ask(key[1])) for key in MATRIX}
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


@pytest.fixture
def one_connection() -> Iterator[None]:
    """Keep the connection of the test's transaction open from request to request, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.usefixtures("one_connection")
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
            max_examples=20,
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


def test_an_inquiry_that_is_sent_twice_is_one(browser: Callable[[str], Any]) -> None:
    client = browser("buyer")
    sent = {"text": "S45C のシャフト 20本、調質", "key": "abc"}
    first, second = (client.post("/api/v1/inquiries", sent, content_type="application/json") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["number"] == second.json()["number"]
    assert any(value["field"] == "materials" for value in first.json()["values"])
    assert client.get("/api/v1/inquiries").json()["count"] == 1
    assert browser("coordinator").get("/api/v1/inquiries").json()["count"] == 1


def test_a_page_of_another_site_cannot_send_in_somebody_s_name(people: People) -> None:
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(people.buyer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.post("/api/v1/inquiries", {"text": "x"}, content_type="application/json")
    assert answer.status_code == 403


def test_the_character_nul_is_refused_everywhere(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    assert client.get("/api/v1/firms", {"words": "\x00"}).status_code == 400
    assert client.get("/firms/", {"words": "a\x00"}).status_code == 400
    assert client.post("/account/people/", {"username": "a\x00b"}).status_code == 400
    sent = {"text": "A5052 \x00 3枚"}
    assert client.post("/api/v1/inquiries", sent, content_type="application/json").status_code == 422
