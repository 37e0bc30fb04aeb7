"""Kinds of jobs. An app names its own in `tasks.py`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

log = logging.getLogger(__name__)


class Running(Protocol):
    """What a task sees of its job while it works."""

    @property
    def payload(self) -> dict[str, Any]:
        """What was asked for."""

    def tell(self, share: float | None, ja: str, en: str) -> None:
        """Show progress; raises `Cancelled` when somebody asked to stop."""


class Cancelled(Exception):
    """Somebody asked to stop; whatever was done is thrown away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFile:
    """A file that a job made; kept with the job, for those who may see it."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A kind of job, in two halves, so that a job that is started twice is saved once.

    Attributes
    ----------
    work
        Reads and computes; writes nothing. May be run again after a crash.
    save
        Writes what came of it and returns the result to show (JSON), in the transaction that finishes the job. None
        where `work` returns a `MadeFile`.
    back
        Returns of a payload the page to go back to when nothing came of the job; None where there is no such page.
    """

    kind: str
    work: Callable[[Running], Any]
    save: Callable[[Any, dict[str, Any]], dict[str, Any]] | None = None
    back: Callable[[dict[str, Any]], str | None] | None = None


_tasks: dict[str, Task] = {}
_preparations: list[Callable[[], Iterator[None]]] = []
_chores: list[Callable[[date], None]] = []
_steady: list[Callable[[], bool]] = []


def register(task: Task) -> Task:
    """Add a kind of job; each name once."""
    if task.kind in _tasks:
        raise ValueError(f"two tasks are called {task.kind}")
    _tasks[task.kind] = task
    return task


def task_of(kind: str) -> Task:
    """Return the task of a kind; KeyError when no app names it."""
    return _tasks[kind]


def get_ready(pieces: Callable[[], Iterator[None]]) -> Callable[[], Iterator[None]]:
    """Name what a worker does once while nothing waits, so that the first job finds it done.

    Parameters
    ----------
    pieces
        Does the work and yields between its pieces: a job that has come by then goes first. It may hold no scope and
        no transaction while it yields.
    """
    _preparations.append(pieces)
    return pieces


def preparations() -> Iterator[None]:
    """Do what was named, piece by piece."""
    for pieces in _preparations:
        yield from pieces()


def daily(chore: Callable[[date], None]) -> Callable[[date], None]:
    """Name what every worker looks after when a day begins, and when it starts.

    Parameters
    ----------
    chore
        Takes the day, and asks for jobs with a key of that day: of several workers all ask and one works.
    """
    _chores.append(chore)
    return chore


def do_chores(today: date) -> None:
    """Do what was named."""
    for chore in _chores:
        chore(today)


def steady(chore: Callable[[], bool]) -> Callable[[], bool]:
    """Name what every worker looks after between jobs: what waits in a table of its own, as a letter to be sent.

    Parameters
    ----------
    chore
        Does one piece and returns whether there was one. It is called often, so a look at nothing must cost next to
        nothing; several workers call it at once.
    """
    _steady.append(chore)
    return chore


def do_steady() -> bool:
    """Do one piece of each; False when there was none. One that fails does not keep the others from their turn."""
    is_busy = False
    for chore in _steady:
        try:
            is_busy = chore() or is_busy
        except Exception:
            log.exception("%s.%s failed", chore.__module__, chore.__name__)
    return is_busy
