"""Who may open what: made from the addresses there are, so that a new one fails until it is listed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kumihimo_web.accounts.access import roles_of
from kumihimo_web.accounts.middleware import _LIBRARIES

from .access import PEOPLE, Matrix, assessments, channels, consortium, firms, inbox, inquiries, orders, plans, shell
from .conftest import People

APPS = (shell, firms, assessments, inquiries, plans, channels, orders, inbox, consortium)


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found)
        else:
            yield found


def own_patterns() -> list[URLPattern]:
    # The root of the API is the framework's: it says nothing, and so is closed to all (`test_api`).
    found = [p for p in patterns(get_resolver()) if p.name != "api-root"]
    return [p for p in found if not p.callback.__module__.startswith(_LIBRARIES)]


def test_every_address_says_who_may_open_it() -> None:
    assert [p.name for p in own_patterns() if roles_of(p.callback) is None] == []


def test_every_address_is_listed_and_gives_everybody_what_is_theirs(
    people: People, browser: Callable[[str], Any]
) -> None:
    matrix: Matrix = {key: value for app in APPS for key, value in app.rows(people).items()}
    assert {p.name for p in own_patterns()} == {name for name, _ in matrix}
    wrong = {}
    for at, who in enumerate(PEOPLE):
        client = browser(who)
        for (name, arguments), expected in matrix.items():
            answer = client.get(reverse(name, args=arguments))
            got = _letter(answer)
            if got != expected[at]:
                wrong[who, name, arguments] = (expected[at], got, answer.status_code)
    assert wrong == {}


def _letter(answer: Any) -> str:
    if answer.status_code == 302:
        return "L" if "/account/login/" in answer["Location"] else ">"
    return {200: "O", 400: "B", 403: "-", 404: "0", 405: "M"}.get(answer.status_code, str(answer.status_code))


def test_a_view_that_says_nothing_is_closed(browser: Callable[[str], Any], rf: Any) -> None:
    from django.core.exceptions import PermissionDenied

    from kumihimo_web.accounts.middleware import ScopeMiddleware

    def silent(request: Any) -> None:
        raise AssertionError("it was called")

    with pytest.raises(PermissionDenied):
        ScopeMiddleware(silent).process_view(rf.get("/"), silent, (), {})  # type: ignore[arg-type]
