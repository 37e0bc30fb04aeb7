"""Pictures and files sent on LINE: the event is stored first, its content fetched once, else a person asks for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo.model import Channel
from kumihimo.paper.layout import FormKind
from kumihimo.simulate.fax import photo
from kumihimo.simulate.replies import Reply, mark_sheet
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.channels import address_services, contents, fetching, queries, services, tasks
from kumihimo_web.channels.adapters import line_contents
from kumihimo_web.channels.models import Fetch, Inbound
from kumihimo_web.channels.rules import FETCHED_AGAIN_AFTER
from kumihimo_web.inbox.models import Item
from kumihimo_web.inbox.state import Kind, State
from kumihimo_web.orders.models import Event
from kumihimo_web.project.channel_environment import ChannelSettings

from .conftest import OWN_FIRM, People
from .inboxed import ACCEPT, codes, sheet_of, work
from .ordered import issued
from .test_channels_line import SECRET, USER, body_of, event, send
from .wires import LineServer, as_worker, free_port, line_server

pytestmark = pytest.mark.any_database

TOKEN = "token of the channel"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 40


@pytest.fixture
def line(people: People, settings: Any) -> Iterator[LineServer]:
    with line_server() as server:
        settings.CHANNELS = ChannelSettings(
            line=server.server, line_data=server.server, line_token=TOKEN, line_secret=SECRET
        )
        with scoped(system_scope(people.network.pk)):
            address_services.add(OWN_FIRM, Channel.LINE, USER)
            yield server


def sent(number: str = "101", kind: str = "image", *, event_number: int = 1, **more: Any) -> dict[str, Any]:
    provider = {"contentProvider": {"type": "line"}} if kind != "file" else {}
    return event(event_number, message={"type": kind, "id": number, **provider, **more})


def fetch(at: datetime | None = None) -> int:
    """Fetch whatever may be fetched, and return how often LINE was asked or somebody gave up."""
    count = 0
    while as_worker(fetching.fetch_one)(at or timezone.now()):
        count += 1
    return count


def later() -> datetime:
    return timezone.now() + timedelta(days=2)


def states() -> list[tuple[str, str]]:
    return [(one.state, one.reason) for one in Inbound.objects.order_by("number")]


def test_a_photo_of_our_form_is_read_like_any_paper(people: People, line: LineServer) -> None:
    pen = issued(people)
    sheet, layout = sheet_of(people, FormKind.ACKNOWLEDGEMENT, pen.ref)
    rng = np.random.default_rng(5)
    taken = photo(mark_sheet(sheet, layout.layout, Reply(chosen=ACCEPT), rng), rng)
    line.contents["101"] = [(200, taken)]
    assert send(body_of(sent())) == 200
    assert (states(), line.fetched) == ([("fetching", "")], []), "LINE's call is answered before anything is fetched"
    assert not Item.objects.exists()
    assert fetch() == 1
    assert line.fetched == [("/v2/bot/message/101/content", f"Bearer {TOKEN}")]
    told, came = Inbound.objects.order_by("number")
    assert (bytes(came.raw), came.sender, came.firm, came.received_at) == (taken, USER, OWN_FIRM, told.received_at)
    assert json.loads(bytes(told.raw)) == sent()
    work()
    (item,) = Item.objects.all()
    assert (item.kind, item.state, codes(item)) == (Kind.FORM, State.DONE, [])
    assert pen.state == "accepted"
    assert Event._base_manager.get(order__ref=pen.ref, kind="accept").key == f"inbound/{came.sha256}/1/0"
    assert states() == [("taken", ""), ("taken", "")]


def test_what_line_still_prepares_is_asked_for_again(line: LineServer) -> None:
    line.contents["101"] = [(202, b""), (202, b""), (200, PNG)]
    send(body_of(sent(kind="video")))
    now = timezone.now()
    assert (fetch(now), fetch(now + timedelta(seconds=5))) == (1, 0)
    assert [title for title in attention() if "受け取れて" in title] == [], "not yet is no fault"
    assert fetch(now + FETCHED_AGAIN_AFTER[0]) == 1
    assert states() == [("fetching", "")]
    assert "届いたものを受け取れていません" in attention()
    assert fetch(now + FETCHED_AGAIN_AFTER[0] + FETCHED_AGAIN_AFTER[1]) == 1
    assert (states(), len(line.fetched)) == ([("taken", ""), ("new", "")], 3)
    assert "届いたものを受け取れていません" not in attention()


def attention() -> list[str]:
    return [str(one.title) for one in queries.attention()]


@pytest.mark.parametrize("status", [404, 410])
def test_what_line_no_longer_has_is_asked_for_by_a_person(
    status: int, line: LineServer, browser: Callable[[str], Any]
) -> None:
    line.contents["101"] = [(status, b"{}")]
    send(body_of(sent(kind="file", fileName="返信.pdf", fileSize=10)))
    assert (fetch(), fetch(later())) == (1, 0)
    work()
    (item,) = Item.objects.all()
    assert (item.kind, item.state, item.firm) == (Kind.LINE, State.WAITING, OWN_FIRM)
    assert codes(item)[0] == "gone"
    page = browser("coordinator").get(reverse("inbox_item", args=[item.pk])).content.decode()
    assert "もう一度送ってもらってください" in page


def test_what_never_comes_ends_with_a_person_and_not_before(line: LineServer) -> None:
    line.contents["101"] = [(500, b"")]
    send(body_of(sent()))
    at, asked = timezone.now(), 0
    for pause in (*FETCHED_AGAIN_AFTER, timedelta()):
        asked += fetch(at)
        at += pause
    assert asked == len(line.fetched) == len(FETCHED_AGAIN_AFTER) + 1
    work()
    (item,) = Item.objects.all()
    assert (item.state, codes(item)[0]) == (State.WAITING, "unfetched")
    assert fetch(later()) == 0


@pytest.mark.parametrize("length", [None, -1], ids=["told", "in chunks"])
def test_what_is_too_large_is_left_and_told(
    length: int | None, line: LineServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_contents, "MOST_BYTES", 100_000)
    line.told_length = length
    line.contents["101"] = [(200, b"\xff\xd8\xff" + b"x" * 300_000)]
    send(body_of(sent(kind="video")))
    assert fetch() == 1
    work()
    (item,) = Item.objects.all()
    assert (item.state, codes(item)[0]) == (State.WAITING, "too_large")
    assert Inbound.objects.count() == 1


def test_what_comes_in_chunks_is_put_together(line: LineServer) -> None:
    line.told_length = -1
    line.contents["101"] = [(200, PNG * 1000)]
    send(body_of(sent()))
    fetch()
    assert bytes(Inbound.objects.latest("number").raw) == PNG * 1000


def test_half_a_picture_is_none(line: LineServer) -> None:
    line.told_length = 5_000
    line.contents["101"] = [(200, PNG)]
    send(body_of(sent()))
    assert (fetch(), states()) == (1, [("fetching", "")])
    assert "broke off" in Fetch.objects.get().words
    line.told_length = None
    assert (fetch(later()), states()) == (1, [("taken", ""), ("new", "")])


def test_a_server_that_is_not_there_is_asked_again(line: LineServer, settings: Any) -> None:
    from dataclasses import replace

    there = settings.CHANNELS
    send(body_of(sent()))
    settings.CHANNELS = replace(there, line_data=replace(there.line_data, port=free_port()))
    assert (fetch(), states()) == (1, [("fetching", "")])
    settings.CHANNELS = replace(there, line_data=None)
    assert fetch(timezone.now() + timedelta(minutes=1)) == 1
    settings.CHANNELS = there
    line.contents["101"] = [(200, PNG)]
    assert (fetch(later()), states()) == (1, [("taken", ""), ("new", "")])


def test_nobody_is_followed_elsewhere(line: LineServer) -> None:
    with line_server() as other:
        line.elsewhere = f"http://127.0.0.1:{other.server.port}/v2/bot/message/101/content"
        line.contents["101"] = [(302, b"")]
        send(body_of(sent()))
        assert (fetch(), states(), other.fetched) == (1, [("fetching", "")], [])


# Again and again


def test_the_same_event_again_neither_fetches_nor_stores(line: LineServer) -> None:
    line.contents["101"] = [(200, PNG)]
    again = sent() | {"deliveryContext": {"isRedelivery": True}}
    for body in (body_of(sent()), body_of(again)):
        assert send(body) == 200
    fetch()
    assert send(body_of(again, again)) == 200
    assert fetch(later()) == 0
    assert len(line.fetched) == 1
    assert [(one.state, one.copies) for one in Inbound.objects.order_by("number")] == [("taken", 3), ("new", 0)]
    work()
    assert Item.objects.count() == 1


def test_the_same_content_under_another_event_is_stored_once(line: LineServer) -> None:
    line.contents["101"] = [(200, PNG)]
    send(body_of(sent(), sent(event_number=2)))
    fetch()
    assert states() == [("taken", ""), ("taken", ""), ("new", "")]


def test_a_worker_that_was_slow_stores_nothing_twice(line: LineServer, monkeypatch: pytest.MonkeyPatch) -> None:
    line.contents["101"] = [(200, PNG)]
    send(body_of(sent()))
    slow = fetching._claim(timezone.now())
    assert slow is not None
    assert fetch() == 0, "somebody is asking"
    assert fetch(later()) == 1, "that worker is taken for dead"
    fetching._keep(slow, PNG)
    fetching._give_up(slow, contents.Held.GONE, "")
    assert states() == [("taken", ""), ("new", "")]
    assert Inbound.objects.latest("number").copies == 0


def test_what_kills_its_workers_is_left_to_a_person(line: LineServer) -> None:
    send(body_of(sent()))
    Fetch.objects.update(attempts=len(FETCHED_AGAIN_AFTER) + 1)
    assert fetch(later()) == 1
    assert (line.fetched, states()) == ([], [("new", "unfetched")])


def test_workers_look_by_themselves(line: LineServer) -> None:
    line.contents["101"] = [(200, PNG)]
    send(body_of(sent()))
    tasks._fetching.end()
    assert as_worker(tasks.fetch_content)() is True
    assert states() == [("taken", ""), ("new", "")]
    assert as_worker(tasks.fetch_content)() is False


# Nobody is believed


def test_a_forged_event_fetches_nothing(line: LineServer) -> None:
    assert send(body_of(sent()), "QUFB") == 403
    assert (fetch(later()), line.fetched, states()) == (0, [], [])


@pytest.mark.parametrize(
    "message",
    [
        {"type": "image", "id": "../../../v2/bot/info"},
        {"type": "image", "id": "101/content?x="},
        {"type": "image", "id": "1" * 41},
        {"type": "image", "id": "１０１"},
        {"type": "image", "id": 101},
        {"type": "file"},
        {"type": "image", "id": "101", "contentProvider": {"type": "external", "originalContentUrl": "http://[::1]/"}},
    ],
)
def test_only_what_line_keeps_is_asked_for(message: dict[str, Any], line: LineServer) -> None:
    assert send(body_of(event(message=message))) == 200
    assert (fetch(later()), line.fetched) == (0, [])
    work()
    (item,) = Item.objects.all()
    assert (item.state, codes(item)[0]) == (State.WAITING, "unfetched")


@pytest.mark.parametrize("odd", [{"contentProvider": "x"}, {"contentProvider": [1]}, {"fileName": ["a"]}])
def test_odd_events_are_kept(odd: dict[str, Any], line: LineServer) -> None:
    line.contents["101"] = [(200, PNG)]
    assert send(body_of(sent(kind="file", **odd))) == 200
    fetch()
    work()
    assert Item.objects.count() == 1


HOSTILE = {
    "event in a file": (json.dumps(sent("102")).encode(), Kind.EDI),
    "button in a file": (b'{"type": "postback", "postback": {"data": "KH1.A1"}}', Kind.EDI),
    "mail in a file": (b"From: a@b.example\r\nSubject: x\r\n\r\nyes", Kind.UNKNOWN),
    "program": (b"MZ" + b"\x00" * 500, Kind.UNKNOWN),
    "page": (b"<html><script>alert(1)</script>", Kind.UNKNOWN),
    "cut off": (PNG, Kind.UNKNOWN),
    "nothing": (b"", Kind.UNKNOWN),
    "video": (b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 500, Kind.UNKNOWN),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_whatever_was_sent_is_what_its_bytes_are(
    name: str, line: LineServer, people: People, browser: Callable[[str], Any]
) -> None:
    raw, kind = HOSTILE[name]
    line.contents["101"] = [(200, raw)]
    send(body_of(sent(kind="file", fileName="../../etc/\u202eexe.pdf\x00", fileSize=len(raw))))
    assert (fetch(), fetch(later())) == (1, 0)
    work()
    (item,) = Item.objects.all()
    assert (item.state, item.kind) == (State.WAITING, kind)
    assert item.reading["reasons"]
    answer = browser("coordinator").get(reverse("inbox_original", args=[item.pk]))
    assert answer.content == raw, "nothing is lost"
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "/" not in item.reading.get("name", "")


def test_a_flood_of_pictures_is_stopped_and_let_in_by_a_person(
    line: LineServer, monkeypatch: pytest.MonkeyPatch, as_user: Callable[[str], Any]
) -> None:
    monkeypatch.setattr(contents, "MOST_FETCHED_A_DAY", 2)
    line.contents = {str(number): [(200, PNG + bytes([number]))] for number in (101, 102, 103)}
    send(body_of(*(sent(str(100 + number), event_number=number) for number in (1, 2, 3))))
    assert states() == [("fetching", ""), ("fetching", ""), ("held", "flood")]
    assert fetch() == 2
    with as_user("coordinator"):
        held = Inbound.objects.get(reason="flood")
        assert services.release(held.pk).state == "fetching"
        services.release(held.pk)
    assert fetch() == 1
    assert sorted(path for path, _token in line.fetched) == [
        f"/v2/bot/message/{number}/content" for number in (101, 102, 103)
    ]
