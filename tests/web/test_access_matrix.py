"""Who may open what: made from the addresses there are, so that a new one fails until it is listed here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from kumihimo_web.accounts.access import roles_of
from kumihimo_web.accounts.middleware import _LIBRARIES

from .conftest import OWN_FIRM, RIVAL_FIRM, STRANGE_FIRM

PEOPLE = ("", "coordinator", "administrator", "factory", "rival", "assessor", "buyer", "stranger")
NOBODY_S_JOB = UUID(int=7)

# (Address, arguments) -> what each of PEOPLE gets, in their sequence. O open, L to the login page, - forbidden,
# 0 nothing there (or not to be told), > sent on, M only for forms that are sent.
MATRIX: dict[tuple[str, tuple[Any, ...]], str] = {
    ("home", ()): "L>>>>>>>",
    ("desk", ()): "LOO---OO",
    ("language", ()): "MMMMMMMM",
    ("tour_done", ()): "LMMMMMMM",
    ("firms", ()): "LOOOOO-O",
    ("own_firm", ()): "L-->>---",
    ("firm", (OWN_FIRM,)): "LOOOOO-0",
    ("firm", (RIVAL_FIRM,)): "LOOOOO-0",
    ("firm", (STRANGE_FIRM,)): "L00000-O",
    ("map", ()): "LOO--O-O",
    ("capacity", ()): "L--OO---",
    ("firm_sheet", (OWN_FIRM,)): "LOOOOO-0",
    ("firm_sheet", (STRANGE_FIRM,)): "L00000-O",
    ("firm_edit", ("firms", OWN_FIRM)): "LOOO0--0",
    ("firm_edit", ("firms", RIVAL_FIRM)): "LOO0O--0",
    ("firm_edit", ("capabilities", f"{OWN_FIRM}-K")): "LOOO0--0",
    ("firm_edit", ("assessments", "A")): "L0000--0",
    ("firm_edit", ("nothing", "A")): "L0000--0",
    ("job", (NOBODY_S_JOB,)): "L0000000",
    ("job_events", (NOBODY_S_JOB,)): "L0000000",
    ("job_cancel", (NOBODY_S_JOB,)): "LMMMMMMM",
    ("audit", ()): "LOO----O",
    ("live", ()): "OOOOOOOO",
    ("ready", ()): "OOOOOOOO",
}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for found in resolver.url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found)
        else:
            yield found


def own_patterns() -> list[URLPattern]:
    return [p for p in patterns(get_resolver()) if not p.callback.__module__.startswith(_LIBRARIES)]


def test_every_address_says_who_may_open_it() -> None:
    assert [p.name for p in own_patterns() if roles_of(p.callback) is None] == []


def test_every_address_is_listed_here() -> None:
    assert {p.name for p in own_patterns()} == {name for name, _ in MATRIX}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_everybody_gets(who: str, browser: Callable[[str], Any]) -> None:
    client = browser(who)
    wrong = {}
    for (name, arguments), expected in MATRIX.items():
        answer = client.get(reverse(name, args=arguments))
        got = _letter(answer)
        if got != expected[PEOPLE.index(who)]:
            wrong[name, arguments] = (expected[PEOPLE.index(who)], got, answer.status_code)
    assert wrong == {}


def _letter(answer: Any) -> str:
    if answer.status_code == 302:
        return "L" if "/account/login/" in answer["Location"] else ">"
    return {200: "O", 403: "-", 404: "0", 405: "M"}.get(answer.status_code, str(answer.status_code))


def test_a_view_that_says_nothing_is_closed(browser: Callable[[str], Any], rf: Any) -> None:
    from django.core.exceptions import PermissionDenied

    from kumihimo_web.accounts.middleware import ScopeMiddleware

    def silent(request: Any) -> None:
        raise AssertionError("it was called")

    with pytest.raises(PermissionDenied):
        ScopeMiddleware(silent).process_view(rf.get("/"), silent, (), {})  # type: ignore[arg-type]
