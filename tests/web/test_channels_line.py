"""LINE's webhook: open to everybody, and of use only to whoever has the secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kumihimo.model import Channel
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.channels import address_services
from kumihimo_web.channels.models import Inbound
from kumihimo_web.project.channel_environment import ChannelSettings, Server

from .conftest import OWN_FIRM, People

SECRET = "a secret of the channel"
USER = f"U{'1' * 32}"


@pytest.fixture
def line(people: People, settings: Any) -> People:
    server = Server(host="127.0.0.1", port=1, is_tls=False)
    settings.CHANNELS = ChannelSettings(line=server, line_token="t", line_secret=SECRET)
    return people


def event(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "type": "message",
        "webhookEventId": f"event-{number}",
        "timestamp": 1_795_485_600_000,
        "source": {"type": "user", "userId": USER},
        "deliveryContext": {"isRedelivery": False},
        "message": {"type": "text", "id": "1", "text": "承知しました"},
    } | more


def body_of(*events: Any) -> bytes:
    return json.dumps({"destination": "x", "events": list(events)}, ensure_ascii=False).encode()


def send(body: bytes, signature: str | None = None) -> int:
    own = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    # As strict as a browser's forms are treated: LINE has no token of ours.
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        reverse("line_webhook"),
        body,
        content_type="application/json",
        headers={"X-Line-Signature": own if signature is None else signature},
    )
    return answer.status_code


def all_of(people: People) -> list[Inbound]:
    with scoped(system_scope(people.network.pk)):
        return list(Inbound.objects.order_by("number"))


def test_what_line_brings_is_stored_once(line: People) -> None:
    with scoped(system_scope(line.network.pk)):
        address_services.add(OWN_FIRM, Channel.LINE, USER)
    postback = event(2, type="postback", postback={"data": "KH1.A1;answer=accept"})
    assert send(body_of(event(1), postback, {"type": "unfollow", "webhookEventId": "event-3"})) == 200
    again = event(1, deliveryContext={"isRedelivery": True})
    assert send(body_of(again)) == 200
    first, second = all_of(line)
    assert (first.firm, first.is_known, first.subject, first.copies) == (OWN_FIRM, True, "承知しました", 1)
    assert json.loads(bytes(first.raw)) == event(1)
    assert second.subject == "KH1.A1;answer=accept"
    # Two that say yes are two.
    assert send(body_of(event(4))) == 200
    assert [one.state for one in all_of(line)] == ["new", "new", "new"]


@pytest.mark.parametrize("signature", ["", "x", "あ", "\xff", "QUFB" * 50])
def test_without_the_signature_nothing_is_stored(line: People, signature: str) -> None:
    assert send(body_of(event()), signature) == 403
    assert all_of(line) == []


def test_a_signature_of_other_words_is_none(line: People) -> None:
    other = base64.b64encode(hmac.new(SECRET.encode(), body_of(event(2)), hashlib.sha256).digest()).decode()
    assert send(body_of(event(1)), other) == 403
    assert all_of(line) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'{"events": 1}',
        b'{"events": {"a": 1}}',
        b'{"events": [1]}',
        b'{"events": [{"type": "message"}]}',
        b'{"events": [{"type": "message", "webhookEventId": "1", "message": [1]}]}',
        b'{"events": [{"type": "message", "webhookEventId": "1", "source": "x"}]}',
        b"\xff\xfe",
        b"[" * 200_000,
    ],
)
def test_a_body_that_line_does_not_send_is_refused(line: People, body: bytes) -> None:
    assert send(body) in (200, 400, 415)
    assert all_of(line) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"timestamp": -1},
        {"timestamp": 10**30},
        {"timestamp": "soon"},
        {"webhookEventId": "x" * 5_000},
        {"webhookEventId": "a\x00b\ud800"},
        {"source": {"userId": {"a": 1}}},
        {"source": None},
        {"message": {"text": ["a"]}},
        {"message": {"text": "あ\x00\ud800" * 5_000}},
    ],
)
def test_odd_values_are_stored_without_harm(line: People, odd: dict[str, Any]) -> None:
    body = json.dumps({"events": [event() | odd]}).encode()
    assert send(body) == 200
    assert len(all_of(line)) == 1


def test_too_much_is_refused_before_it_is_read(line: People) -> None:
    assert send(body_of(event(message={"text": "x" * 1_100_000}))) == 413
    assert all_of(line) == []


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "text/plain"])
def test_a_form_is_no_message_of_line(line: People, kind: str) -> None:
    body = body_of(event())
    own = base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()
    answer = Client().post(reverse("line_webhook"), body, content_type=kind, headers={"X-Line-Signature": own})
    assert answer.status_code == 415
    assert all_of(line) == []


def test_without_line_there_is_nothing_here(people: People, settings: Any) -> None:
    settings.CHANNELS = ChannelSettings()
    assert send(body_of(event())) == 404
