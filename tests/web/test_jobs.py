"""Long work: asked for once, done once whatever dies, stopped when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override

from kumihimo.errors import InputError
from kumihimo_web.audit import queries as audit
from kumihimo_web.jobs import registry, services
from kumihimo_web.jobs.models import Job, State
from kumihimo_web.jobs.queries import document
from kumihimo_web.jobs.registry import Running, Task, register
from kumihimo_web.jobs.worker import run_one

SAVED: list[Any] = []


def _work(running: Running) -> Any:
    running.tell(0.5, "半分", "half")
    if running.payload.get("fail"):
        raise InputError("だめでした。", "It failed.")
    return running.payload["number"] * 2


def _save(value: Any, payload: dict[str, Any]) -> dict[str, Any]:
    SAVED.append(value)
    return {"value": value}


@pytest.fixture(autouse=True)
def kind() -> Iterator[None]:
    SAVED.clear()
    register(Task(kind="test.double", work=_work, save=_save))
    yield
    del registry._tasks["test.double"]


def ask(**payload: Any) -> Job:
    return services.ask("test.double", lambda: "倍にする", payload)


def test_a_job_is_done_and_saved_once(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        job = ask(number=21)
        assert run_one()
        assert not run_one()
        job.refresh_from_db()
    assert (job.state, job.result, SAVED) == (State.DONE, {"value": 42}, [42])


def test_a_title_is_read_in_both_languages(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"), override("en"):
        kept = services.ask("test.double", lambda: gettext("ログアウト"), {"number": 1})
    assert (kept.title, kept.title_en) == ("ログアウト", "Log out")
    with override("en"):
        assert document(kept)["title"] == "Log out"
    with override("ja"):
        assert document(kept)["title"] == "ログアウト"
    with as_user("coordinator"):
        assert ask(number=2).title_en == "倍にする"


def test_a_dead_worker_s_job_runs_again_and_is_saved_once(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        ask(number=4)
        lost = services.claim()
        assert lost is not None
        assert services.claim() is None
        Job.objects.filter(pk=lost.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
        assert run_one()
        # The first worker was only slow; its result comes too late.
        assert services.finish(lost, 99) is False
    assert SAVED == [8]


def test_a_job_that_kills_its_workers_is_given_up(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        job = ask(number=4)
        for _ in range(services.MOST_ATTEMPTS):
            assert services.claim() is not None
            Job.objects.filter(pk=job.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
        assert services.claim() is None
        job.refresh_from_db()
    assert (job.state, SAVED) == (State.FAILED, [])
    assert "もう一度" in job.error_ja


def test_an_error_is_told_in_both_languages(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        job = ask(fail=True)
        run_one()
        job.refresh_from_db()
    assert (job.state, job.error_ja, job.error_en) == (State.FAILED, "だめでした。", "It failed.")


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_word(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        waiting = services.cancel(ask(number=1))
        assert waiting.state == State.CANCELLED
        running = ask(number=2)
        claimed = services.claim()
        assert claimed is not None
        services.cancel(running)
        assert services.renew(claimed, 0.1, "", "") is False
        assert services.finish(claimed, 4) is False
        running.refresh_from_db()
    assert (running.state, SAVED) == (State.CANCELLED, [])


def test_the_same_wish_is_one_job(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        one = services.ask("test.double", lambda: "倍", {"number": 1}, once="key")
        two = services.ask("test.double", lambda: "倍", {"number": 1}, once="key")
    assert one.pk == two.pk


def verbs(job: Job) -> list[str]:
    return [line.verb for line in audit.lines(row=str(job.pk))]


def test_whoever_asks_again_after_a_failure_gets_a_new_job(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        failed = services.ask("test.double", lambda: "倍", {"fail": True}, once="key")
        assert run_one()
        again = services.ask("test.double", lambda: "倍", {"number": 1}, once="key")
        assert again.pk != failed.pk
        assert services.claim() is not None
        services.cancel(again)
        third = services.ask("test.double", lambda: "倍", {"number": 2}, once="key")
        assert third.pk != again.pk
        assert run_one()
        assert services.ask("test.double", lambda: "倍", {"number": 3}, once="key").result == {"value": 4}
    assert SAVED == [4]


def test_a_job_that_cannot_start_does_not_hold_up_the_next(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        tired, stopped, waiting = ask(number=1), ask(number=2), ask(number=3)
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.filter(pk=tired.pk).update(state=State.RUNNING, leased_until=past, attempts=services.MOST_ATTEMPTS)
        Job.objects.filter(pk=stopped.pk).update(state=State.RUNNING, leased_until=past, is_cancel_asked=True)
        assert run_one()
        for job in (tired, stopped, waiting):
            job.refresh_from_db()
        assert [job.state for job in (tired, stopped, waiting)] == [State.FAILED, State.CANCELLED, State.DONE]
        assert SAVED == [6]
        assert verbs(tired) == ["job.failed", "job.asked"]
        assert verbs(stopped) == ["job.halted", "job.asked"]
        assert audit.broken_at() is None


def test_every_end_of_a_job_leaves_a_line(as_user: Callable[[str], Any]) -> None:
    with as_user("factory"):
        done, failed = ask(number=1), ask(fail=True)
        assert run_one()
        assert run_one()
        cancelled = ask(number=2)
        claimed = services.claim()
        assert claimed is not None
        services.cancel(cancelled)
        services.stopped(claimed)
        late = ask(number=3)
        slow = services.claim()
        assert slow is not None
        services.cancel(late)
        assert services.finish(slow, 6) is False
    with as_user("coordinator"):
        assert verbs(done) == ["job.done", "job.asked"]
        assert verbs(failed) == ["job.failed", "job.asked"]
        assert verbs(cancelled) == ["job.halted", "job.cancelled", "job.asked"]
        assert verbs(late) == ["job.halted", "job.cancelled", "job.asked"]
    assert SAVED == [2]


def test_another_organisation_does_not_see_it(as_user: Callable[[str], Any]) -> None:
    with as_user("coordinator"):
        job = ask(number=1)
    with as_user("factory"):
        assert not Job.objects.filter(pk=job.pk).exists()
