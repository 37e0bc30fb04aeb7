"""Running it: numbers of requests, log lines, metrics, and what people see when something is refused."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponseNotModified
from django.test import Client
from django.utils import timezone

from kumihimo_web.accounts import services as accounts
from kumihimo_web.jobs import services
from kumihimo_web.jobs.models import Job, Worker
from kumihimo_web.jobs.registry import Running, Task, _tasks, register
from kumihimo_web.jobs.worker import run_forever
from kumihimo_web.project.logs import JsonLines
from kumihimo_web.project.metrics import Requests
from kumihimo_web.project.private_pages import PrivatePages
from kumihimo_web.project.upload_limit import limited

from .conftest import OWN_FIRM, People

BACKEND = "django.contrib.auth.backends.ModelBackend"
WEEK = {"site": f"{OWN_FIRM}-S", "week": "2026-W48", "level": "full"}


class Lines(logging.Handler):
    """Log lines as they are written."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(JsonLines())
        self.written: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.written.append(json.loads(self.format(record)))


@pytest.fixture
def access_lines() -> Any:
    handler = Lines()
    logger = logging.getLogger("kumihimo.access")
    logger.addHandler(handler)
    yield handler.written
    logger.removeHandler(handler)


def test_a_request_has_a_number_and_one_line_without_names(
    browser: Callable[[str], Any], people: People, access_lines: list[dict[str, Any]]
) -> None:
    answer = browser("factory").get("/firms/", {"q": "ひみつの会社"})
    (line,) = access_lines
    assert re.fullmatch(r"[0-9a-f]{32}", answer["X-Request-ID"])
    assert line["request"] == answer["X-Request-ID"]
    assert (line["route"], line["status"], line["method"]) == ("firms", 200, "GET")
    assert line["user"] == people.factory.pk
    assert line["ms"] > 0
    assert "ひみつ" not in json.dumps(line, ensure_ascii=False)
    assert "factory" not in json.dumps(line)


@pytest.mark.parametrize(
    ("given", "is_kept"),
    [("a1b2c3d4-proxy", True), ("short", False), ('x" onload="alert(1)', False), ("a" * 99, False)],
)
def test_the_number_of_a_proxy_is_kept_when_it_is_one(given: str, is_kept: bool, db: None) -> None:
    answer = Client().get("/health/live/", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is is_kept


def test_the_histogram_counts_up() -> None:
    seen = Requests()
    for seconds in (0.004, 0.03, 99.0):
        seen.observe("GET", "desk", 200, seconds)
    seen.observe("BREW", "desk", 405, 0.001)
    lines = list(seen.lines())
    start = 'kumihimo_request_seconds_bucket{method="GET",route="desk",status="200",le='
    assert f'{start}"0.005"}} 1' in lines
    assert f'{start}"0.05"}} 2' in lines
    assert f'{start}"10.0"}} 2' in lines
    assert f'{start}"+Inf"}} 3' in lines
    assert 'kumihimo_request_seconds_sum{method="GET",route="desk",status="200"} 99.034000' in lines
    assert any('method="OTHER"' in line for line in lines)


def test_metrics_tell_how_the_jobs_stand(people: People, as_user: Callable[[str], Any]) -> None:
    register(Task(kind="test.wait", work=_work, save=lambda value, payload: {}))
    try:
        with as_user("coordinator"):
            services.ask("test.wait", lambda: "ひみつの題", {})
            services.cancel(services.ask("test.wait", lambda: "待つ", {}))
    finally:
        del _tasks["test.wait"]
    Job._base_manager.update(created_at=timezone.now() - timedelta(seconds=90))
    services.hear("machine:7")
    client = Client()
    client.get("/health/live/")
    text = client.get("/health/metrics/").content.decode()
    values = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert values["kumihimo_database_up"] == "1"
    assert values['kumihimo_jobs{state="queued"}'] == "1"
    assert values['kumihimo_jobs{state="cancelled"}'] == "1"
    assert values['kumihimo_jobs{state="running"}'] == "0"
    assert 90 <= float(values["kumihimo_job_waiting_seconds"]) < 100
    assert values["kumihimo_workers"] == "1"
    assert float(values["kumihimo_worker_heard_seconds"]) < 10
    assert int(values['kumihimo_request_seconds_count{method="GET",route="live",status="200"}']) >= 1
    assert "ひみつ" not in text
    assert OWN_FIRM not in text


def _work(running: Running) -> Any:
    return None


def test_metrics_are_for_this_machine_or_for_the_token(settings: Any, db: None) -> None:
    client = Client()
    assert client.get("/health/metrics/", REMOTE_ADDR="192.0.2.7").status_code == 404
    # A proxy on the same machine asks for somebody else.
    assert client.get("/health/metrics/", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    assert client.get("/health/metrics/").status_code == 200
    settings.METRICS_TOKEN = "a-token-that-is-long-enough"
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/health/metrics/", headers={"Authorization": "Bearer wrong"}, **far).status_code == 404
    good = {"Authorization": "Bearer a-token-that-is-long-enough"}
    assert client.get("/health/metrics/", headers=good, **far).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_worker_is_heard_of_and_says_goodbye() -> None:
    import threading

    stop, seen = threading.Event(), threading.Event()
    worker = threading.Thread(target=run_forever, args=(stop,), kwargs={"pause_s": 0.01})
    worker.start()
    for _ in range(500):
        if Worker.objects.exists():
            seen.set()
            break
        stop.wait(0.02)
    stop.set()
    worker.join(30)
    assert seen.is_set()
    assert not Worker.objects.exists()


def test_pages_are_not_kept_by_the_browser(browser: Callable[[str], Any]) -> None:
    client = browser("coordinator")
    assert client.get("/firms/")["Cache-Control"] == "no-store"
    assert "no-store" in Client().get("/account/login/")["Cache-Control"]


def test_what_the_browser_has_already_keeps_its_rule(rf: Any) -> None:
    answer = PrivatePages(lambda request: HttpResponseNotModified())(rf.get("/"))
    assert not answer.has_header("Cache-Control")


def test_no_page_runs_script_that_stands_in_it(db: None) -> None:
    policy = Client().get("/account/login/")["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_whoever_is_stopped_is_out_at_once(people: People, as_user: Callable[[str], Any]) -> None:
    client = Client()
    client.force_login(people.factory, backend=BACKEND)
    assert client.get("/capacity/").status_code == 200
    with as_user("coordinator"):
        accounts.set_active(people.factory, False)
    assert client.get("/capacity/")["Location"].startswith("/account/login/")


def test_a_form_sent_after_the_login_ran_out_is_sent_after_the_next(people: People) -> None:
    client = Client()
    sent = client.post("/capacity/", WEEK, headers={"Referer": "http://testserver/capacity/?x=1"})
    assert sent.status_code == 302
    assert sent["Location"] == "/account/login/?next=/again/"
    assert "入力したものは預かっています" in client.get(sent["Location"]).content.decode()
    logged_in = client.post("/account/login/?next=/again/", {"login": "factory", "password": "a-long-password"})
    assert logged_in["Location"] == "/again/"
    page = client.get("/again/").content.decode()
    for name, value in WEEK.items():
        assert re.search(rf'name="{name}">\s*{value}</textarea>', page), name
    assert 'action="/capacity/"' in page
    assert 'href="/capacity/?x=1"' in page


def test_a_kept_form_holds_no_password_and_is_not_for_another_role(people: People) -> None:
    client = Client()
    client.post("/capacity/", {**WEEK, "new_password": "geheim-geheim"})
    client.force_login(people.factory, backend=BACKEND)
    assert "geheim" not in client.get("/again/").content.decode()
    other = Client()
    other.post("/capacity/", WEEK)
    other.force_login(people.buyer, backend=BACKEND)
    assert other.get("/again/").status_code == 302
    # It is thrown away, not kept for whoever comes next.
    assert "kept_form" not in other.session


def test_too_much_is_not_kept(people: People) -> None:
    client = Client()
    sent = client.post("/capacity/", {**WEEK, "note": "あ" * 60_000})
    assert sent["Location"] == "/account/login/?next=/"
    assert "保存されていません" in client.get(sent["Location"]).content.decode()


def test_a_part_of_a_page_does_not_become_a_login_form(db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/firms/?q=a"}
    answer = Client().get("/firms/", headers=headers)
    assert answer["HX-Redirect"] == "/account/login/?next=/firms/%3Fq%3Da"


def test_a_page_older_than_the_login_can_be_sent_again_when_it_is_ours(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.factory, backend=BACKEND)
    ours = client.post("/capacity/", WEEK, headers={"Origin": "http://testserver"})
    assert ours.status_code == 403
    assert "もう一度送る" in ours.content.decode()
    assert WEEK["week"] in ours.content.decode()
    for origin in ({"Origin": "https://evil.example"}, {}):
        foreign = client.post("/capacity/", WEEK, headers=origin)
        assert foreign.status_code == 403
        assert "受け付けられませんでした" in foreign.content.decode()
        assert WEEK["week"] not in foreign.content.decode()


def test_too_many_wrong_passwords_are_told_in_japanese(settings: Any, people: People) -> None:
    settings.AXES_ENABLED = True
    client = Client()
    wrong = {"login": "factory", "password": "wrong"}
    answers = [client.post("/account/login/", wrong) for _ in range(settings.AXES_FAILURE_LIMIT)]
    assert [answer.status_code for answer in answers] == [200] * (settings.AXES_FAILURE_LIMIT - 1) + [429]
    assert "しばらくログインできません" in answers[-1].content.decode()
    # Not even the right password, and nobody else is shut out.
    right = {"password": "a-long-password"}
    assert client.post("/account/login/", {"login": "factory", **right}).status_code == 429
    assert client.post("/account/login/", {"login": "buyer", **right}).status_code == 302


def test_a_form_with_too_many_values_is_told(browser: Callable[[str], Any], settings: Any) -> None:
    many = {f"field{number}": "x" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)}
    answer = browser("factory").post("/capacity/", many)
    assert answer.status_code == 400
    assert "読み取れませんでした" in answer.content.decode()
    huge = browser("factory").post(
        "/capacity/",
        "a=" + "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE,
        content_type="application/x-www-form-urlencoded",
    )
    assert huge.status_code == 413
    assert "大きすぎます" in huge.content.decode()


def test_another_host_name_is_refused_without_a_fault(db: None) -> None:
    answer = Client(headers={"Host": "evil.example"}).get("/firms/")
    assert answer.status_code == 400
    assert "evil" not in answer.content.decode()


def test_a_fault_of_ours_shows_the_number_of_the_log(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    from kumihimo_web.firms import queries

    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(queries, "loads", fail)
    client = Client(raise_request_exception=False)
    client.force_login(people.factory, backend=BACKEND)
    answer = client.get("/capacity/")
    assert answer.status_code == 500
    text = answer.content.decode()
    assert "うまくいきませんでした" in text
    assert answer["X-Request-ID"] in text
    assert "on purpose" not in text


@pytest.mark.parametrize("has_length", [True, False], ids=["with its length", "in pieces"])
@pytest.mark.parametrize(("size", "status"), [(90, 200), (110, 413)])
def test_more_than_may_be_sent_is_refused_before_it_is_stored(size: int, status: int, has_length: bool) -> None:
    read: list[int] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            read.append(len(message["body"]))
            more = message["more_body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"ok"})

    pieces = [{"type": "http.request", "body": b"x" * 10, "more_body": at < size // 10 - 1} for at in range(size // 10)]
    sent: list[Any] = []

    async def receive() -> Any:
        return pieces.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"content-length", str(size).encode())] if has_length else []
    asyncio.run(limited(app, 100)({"type": "http", "headers": headers}, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] == status
    assert sum(read) <= 100
    if status == 413:
        assert "大きすぎます" in sent[1]["body"].decode()
