"""Connections to PostgreSQL: whoever is done gives its own back, a stream between looks too, and one that breaks."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client

from kumihimo_web.jobs import queries, services, views
from kumihimo_web.jobs.models import Job
from kumihimo_web.project import environment

from .conftest import People

pytestmark = pytest.mark.django_db(transaction=True)
needs_pool = pytest.mark.skipif(
    not str(settings.DATABASES["default"]["ENGINE"]).endswith("postgresql"),
    reason="SQLite has no pool of connections: run it with scripts/with_postgres.sh",
)


def lent() -> int:
    """Return how many connections are held; those who ask have closed their own."""
    own: Any = connection
    told = own.pool.get_stats()
    return int(told["pool_size"] - told["pool_available"])


@pytest.fixture
def job(as_user: Callable[[str], Any]) -> Job:
    from kumihimo_web.jobs import registry

    registry.register(registry.Task(kind="test.waiting", work=lambda running: None, save=lambda value, asked: {}))
    with as_user("coordinator"):
        made = services.ask("test.waiting", lambda: "待つだけ", {})
    del registry._tasks["test.waiting"]
    return made


async def answered(path: str, cookies: str, *, until: Callable[[list[Any]], bool]) -> list[Any]:
    """Ask the application as a server does; go away when `until` says so."""
    from kumihimo_web.project.asgi import application

    sent: list[Any] = []
    gone, asked = asyncio.Event(), False

    async def receive() -> Any:
        nonlocal asked
        if not asked:
            asked = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)
        if until(sent):
            gone.set()

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), (b"cookie", cookies.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    await application(scope, receive, send)
    return sent


def cookies_of(people: People, name: str) -> str:
    client = Client()
    client.force_login(people.of(name), backend="django.contrib.auth.backends.ModelBackend")
    connection.close()
    return "; ".join(f"{key}={morsel.value}" for key, morsel in client.cookies.items())


def has_ended(sent: list[Any]) -> bool:
    return bool(sent) and sent[-1]["type"] == "http.response.body" and not sent[-1].get("more_body")


@needs_pool
@pytest.mark.parametrize("path", ["/health/ready/", "/inquiries/", "/inquiries/Q-999999/"])
def test_a_request_gives_it_back(path: str, people: People) -> None:
    sent = asyncio.run(answered(path, cookies_of(people, "coordinator"), until=has_ended))
    assert sent[0]["status"] == (404 if "999999" in path else 200)
    assert lent() == 0


@needs_pool
def test_a_stream_gives_it_back_between_two_looks(people: People, job: Job) -> None:
    held: list[int] = []

    def look(sent: list[Any]) -> bool:
        # The first piece is on its way: the stream has looked, and will look again.
        if sent[-1]["type"] == "http.response.body" and sent[-1].get("body"):
            held.append(lent())
        return bool(held)

    path = f"/jobs/{job.pk}/events/"
    sent = asyncio.run(answered(path, cookies_of(people, "coordinator"), until=look))
    assert sent[0]["status"] == 200
    assert "待つだけ" in sent[1]["body"].decode()
    assert held == [0]
    assert lent() == 0


@needs_pool
@pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning")
def test_a_stream_that_breaks_gives_it_back(people: People, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        connection.ensure_connection()
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(views, "close_old_connections", lambda: None)
    monkeypatch.setattr(queries, "document", fail)
    with pytest.raises(RuntimeError, match="on purpose"):
        asyncio.run(answered(f"/jobs/{job.pk}/events/", cookies_of(people, "coordinator"), until=has_ended))
    assert lent() == 0
    # Django leaves the file of the body open, which must not be told to the test that comes next.
    gc.collect()


@pytest.mark.parametrize("given", ["3", "0", "many", "-5"])
def test_too_few_are_refused_with_the_reason(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.DATABASE, "postgresql://kumihimo@/kumihimo")
    monkeypatch.setenv(environment.CONNECTIONS, given)
    with pytest.raises(ImproperlyConfigured, match="KUMIHIMO_CONNECTIONS must be a number, at least 4"):
        environment.database()


def test_their_number_is_that_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.DATABASE, "postgresql://kumihimo@/kumihimo")
    monkeypatch.setenv(environment.CONNECTIONS, "25")
    assert environment.database()["OPTIONS"]["pool"]["max_size"] == 25
    monkeypatch.delenv(environment.CONNECTIONS)
    assert environment.database()["OPTIONS"]["pool"]["max_size"] == 10
