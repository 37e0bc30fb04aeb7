"""Several workers at once: every letter goes out once, and what two of them bring is stored once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from kumihimo.model import Channel
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit import queries as audit
from kumihimo_web.channels import address_services, sending, services, tasks
from kumihimo_web.channels.adapters.base import Letter, Taken
from kumihimo_web.channels.models import Attempt, Inbound, Message

from .conftest import OWN_FIRM, People
from .wires import working_hour

WORKERS, LETTERS = 3, 9


class Remembering:
    """A way out that remembers what went out."""

    repeats = False

    def __init__(self) -> None:
        self.taken: list[str] = []
        self._one = threading.Lock()

    def send(self, letter: Letter, address: str, key: str) -> Taken:
        with self._one:
            self.taken.append(letter.subject)
        return Taken()

    def look(self, provider_id: str) -> Taken | None:
        return None


def together(work: Callable[[], None]) -> None:
    begin, broken = threading.Barrier(WORKERS), []

    def run() -> None:
        try:
            begin.wait()
            work()
        except Exception as why:  # noqa: BLE001  # told below, in the thread of the test
            broken.append(why)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert broken == []


@pytest.mark.django_db(transaction=True)
def test_every_letter_goes_out_once(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    way, at = Remembering(), working_hour()
    for place in ("routing", "sending"):
        monkeypatch.setattr(f"kumihimo_web.channels.{place}.adapter_of", lambda channel: way)
    with scoped(system_scope(people.network.pk)):
        address_services.add(OWN_FIRM, Channel.FAX, "0265-11-1111")
        for number in range(LETTERS):
            services.post(f"{number}", OWN_FIRM, f"注文書{number}", "本文", kind="order")

    def work() -> None:
        while sending.send_one(at):
            pass

    together(work)
    assert sorted(way.taken) == [f"注文書{number}" for number in range(LETTERS)]
    with scoped(system_scope(people.network.pk)):
        assert {one.state for one in Message.objects.all()} == {"sent"}
        assert Attempt.objects.count() == LETTERS
        assert audit.broken_at() is None


@pytest.mark.django_db(transaction=True)
def test_what_two_bring_is_stored_once(people: People) -> None:
    def work() -> None:
        with scoped(system_scope(people.network.pk)):
            for number in range(4):
                services.receive("fax", f"job-{number}", "0265111111", b"II*%d" % number, "image/tiff")

    together(work)
    with scoped(system_scope(people.network.pk)):
        assert [(one.number, one.copies) for one in Inbound.objects.order_by("number")] == [
            (number, WORKERS - 1) for number in (1, 2, 3, 4)
        ]


@pytest.mark.django_db(transaction=True)
def test_posting_the_same_at_once_makes_one(people: People) -> None:
    def work() -> None:
        with scoped(system_scope(people.network.pk)):
            services.post("the same", OWN_FIRM, "注文書", "本文", kind="order")

    together(work)
    with scoped(system_scope(people.network.pk)):
        assert Message.objects.count() == 1


def test_a_worker_between_jobs_sends_what_waits(people: People, as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        address_services.add(OWN_FIRM, Channel.WEB, "")
        posted = services.post("1", OWN_FIRM, "注文書", "本文", kind="order")
    tasks._sending.end()
    assert tasks.send() is True
    assert tasks.send() is False
    assert tasks.send() is False  # it rests, and asks nobody
    posted.refresh_from_db()
    # On the web nobody is disturbed at night; it has arrived when somebody uses the page.
    assert posted.state == "sent"
    assert services.opened(services.link(posted)) is not None
    posted.refresh_from_db()
    assert posted.state == "sent"
    assert services.opened(services.link(posted), by_person=True) is not None
    posted.refresh_from_db()
    assert posted.state == "delivered"
