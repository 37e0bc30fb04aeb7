"""The second reader, tried against a small server that plays good, broken and lying answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from kumihimo.errors import InputError
from kumihimo.inquiry.llm import MAX_ANSWER_BYTES, PROMPT_VERSION, LlmSettings, read_with_llm
from kumihimo.model.inquiry import Inquiry, Question
from kumihimo.model.requirement import Requirements

TODAY = date(2026, 11, 22)
TEXT = "材質はA5052です。数量は50個です。塗装は不要です。硬質アルマイトをお願いします。"

Play = Callable[[BaseHTTPRequestHandler, dict[str, Any]], None]


class Stage:
    """The server: plays `play`, and keeps what was sent."""

    def __init__(self) -> None:
        self.play: Play = answer([])
        self.sent: list[tuple[dict[str, str], dict[str, Any]]] = []
        stage = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                stage.sent.append((dict(self.headers), {**body, "path": self.path}))
                try:
                    stage.play(self, body)
                except (BrokenPipeError, ConnectionResetError):
                    return

            def log_message(self, format: str, *args: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.thread.start()

    def settings(self, timeout_s: float = 5.0, key: str = "") -> LlmSettings:
        return LlmSettings(
            base_url=f"http://127.0.0.1:{self.server.server_address[1]}/v1",
            model="small",
            api_key=key,
            timeout_s=timeout_s,
        )


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.server.shutdown()
    stage.server.server_close()
    stage.thread.join(timeout=5)


def raw(content: bytes, status: int = 200) -> Play:
    def play(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    return play


def answer(claims: list[dict[str, Any]], *, fence: bool = False) -> Play:
    content = json.dumps({"fields": claims}, ensure_ascii=False)
    if fence:
        content = f"```json\n{content}\n```"
    return raw(json.dumps({"choices": [{"message": {"content": content}}]}).encode())


def bare(text: str = TEXT, **needs: Any) -> Inquiry:
    """An inquiry as if the rules had passed over everything but `needs`."""
    return Inquiry(id="x", file="x.txt", style="mail", text=text, today=TODAY, requirements=Requirements(**needs))


def note(read: Inquiry) -> dict[str, Any]:
    found = [v.value for v in read.context if v.field == "llm"]
    assert len(found) == 1
    value: dict[str, Any] = found[0]
    return value


def reasons(read: Inquiry) -> list[str]:
    return [item["reason"] for item in note(read)["rejected"]]


def test_a_value_with_its_quote_is_accepted(stage: Stage) -> None:
    stage.play = answer(
        [
            {"field": "materials", "value": ["A5052"], "quote": "材質はA5052"},
            {"field": "quantity", "value": 50, "quote": "数量は50個"},
            {"field": "processes", "value": "coat.anod_hard", "quote": "硬質アルマイトをお願い"},
        ]
    )
    read = read_with_llm(bare(), stage.settings(key="secret"))
    assert read.requirements.materials == ("A5052",)
    assert read.requirements.quantity == 50
    assert read.requirements.processes == ("coat.anod_hard",)
    assert {v.source for v in read.fields} == {"llm"}
    assert all(read.text[v.start : v.end] == v.text for v in read.fields)
    assert note(read)["prompt"] == PROMPT_VERSION
    headers, body = stage.sent[0]
    assert body["path"] == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer secret"
    assert body["messages"][1]["content"] == TEXT


def test_a_code_fence_around_the_json_is_forgiven(stage: Stage) -> None:
    stage.play = answer([{"field": "materials", "value": "A5052", "quote": "A5052"}], fence=True)
    assert read_with_llm(bare(), stage.settings()).requirements.materials == ("A5052",)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ({"field": "materials", "value": "SUS304", "quote": "材質はSUS304"}, "quote_not_in_text"),
        ({"field": "materials", "value": "SUS304", "quote": "材質はA5052"}, "not_confirmed"),
        ({"field": "quantity", "value": 500, "quote": "数量は50個"}, "not_confirmed"),
        ({"field": "thickness_mm", "value": 3, "quote": "材質はA5052"}, "not_confirmed"),
        ({"field": "processes", "value": "coat.paint", "quote": "塗装"}, "not_a_requirement"),
        ({"field": "price", "value": 3, "quote": "A5052"}, "unknown_field"),
        ({"field": "materials", "value": "A5052"}, "no_quote"),
        ({"field": "materials", "value": "A5052", "quote": ""}, "no_quote"),
        ({"field": "materials", "value": None, "quote": "A5052"}, "no_value"),
        ({"field": ["materials"], "value": "A5052", "quote": "A5052"}, "unknown_field"),
        ({"field": "quantity", "value": True, "quote": "数量は50個"}, "not_confirmed"),
    ],
)
def test_what_the_text_does_not_prove_is_rejected_and_logged(stage: Stage, claim: dict[str, Any], reason: str) -> None:
    stage.play = answer([claim])
    read = read_with_llm(bare(), stage.settings())
    assert read.requirements == Requirements()
    assert read.fields == ()
    assert reasons(read) == [reason]


def test_the_rules_win_on_numbers(stage: Stage) -> None:
    stage.play = answer([{"field": "quantity", "value": 50, "quote": "数量は50個"}])
    read = read_with_llm(bare(quantity=40), stage.settings())
    assert read.requirements.quantity == 40
    assert reasons(read) == ["rule_wins"]


def test_what_must_be_asked_stays_asked(stage: Stage) -> None:
    stage.play = answer([{"field": "quantity", "value": 50, "quote": "数量は50個"}])
    doubt = Question(field="quantity", why="range", ja="数量は。", en="How many?")
    inquiry = bare()
    inquiry = Inquiry(
        id="x", file="", style="", text=TEXT, today=TODAY, requirements=inquiry.requirements, questions=(doubt,)
    )
    read = read_with_llm(inquiry, stage.settings())
    assert read.requirements.quantity is None
    assert reasons(read) == ["asked_back"]
    assert read.questions == (doubt,)


def hang(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    time.sleep(2.0)


def drip(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _n in range(100):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def redirect(handler: BaseHTTPRequestHandler, _: dict[str, Any]) -> None:
    handler.send_response(302)
    handler.send_header("Location", "http://127.0.0.1:9/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize(
    ("play", "error"),
    [
        (raw(b"{not json"), "not_json"),
        (raw(b"[]"), "not_json"),
        (raw(b'{"choices": [{"message": {"content": null}}]}'), "not_json"),
        (raw(json.dumps({"choices": [{"message": {"content": '{"fields": 7}'}}]}).encode()), "not_json"),
        (raw(b"\xff\xfe\x00garbage"), "not_json"),
        (raw(b"[" * 100_000), "not_json"),
        (raw(b"oops", status=500), "http_500"),
        (raw(b"", status=401), "http_401"),
        (raw(b" " * (MAX_ANSWER_BYTES + 10)), "answer_too_large"),
        (redirect, "http_302"),
        (hang, "timeout"),
        (drip, "timeout"),
    ],
)
def test_a_failing_model_leaves_the_reading_untouched(stage: Stage, play: Play, error: str) -> None:
    stage.play = play
    before = bare(quantity=40)
    read = read_with_llm(before, stage.settings(timeout_s=0.4 if error == "timeout" else 5.0))
    assert (read.requirements, read.fields, read.questions) == (before.requirements, (), ())
    assert note(read)["error"] == error


def test_no_server_at_all() -> None:
    read = read_with_llm(bare(), LlmSettings(base_url="http://127.0.0.1:9/v1", model="m", timeout_s=1.0))
    assert note(read)["error"] == "no_connection"


@pytest.mark.parametrize("address", ["", "file:///etc/passwd", "ftp://x/", "http://"])
def test_only_http_addresses_are_settings(address: str) -> None:
    with pytest.raises(InputError):
        LlmSettings(base_url=address, model="m")


def test_the_key_is_not_shown() -> None:
    assert "secret" not in repr(LlmSettings(base_url="http://127.0.0.1/v1", model="m", api_key="secret"))
