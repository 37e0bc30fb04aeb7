"""Several files at once: what each process gives, and what becomes of a file whose process fails or dies."""

from __future__ import annotations

import os
from multiprocessing import get_all_start_methods

import pytest

from kumihimo.cli import side_by_side as module
from kumihimo.cli.side_by_side import side_by_side
from kumihimo.errors import InputError

pytestmark = pytest.mark.skipif("fork" not in get_all_start_methods(), reason="this system cannot fork processes")


@pytest.fixture(autouse=True)
def two_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.os, "sched_getaffinity", lambda _pid: {0, 1}, raising=False)


def test_every_piece_is_done_once_in_another_process() -> None:
    told: list[int] = []
    found = dict(side_by_side(lambda at: (at * at, os.getpid()), 7, told.append))
    assert {at: square for at, (square, _process) in found.items()} == {at: at * at for at in range(7)}
    assert os.getpid() not in {process for _square, process in found.values()}
    assert told == [1, 2, 3, 4, 5, 6, 7]


def test_a_piece_with_an_error_is_left_to_who_asked() -> None:
    def work(at: int) -> int:
        if at == 1:
            raise InputError("読めません", "cannot be read")
        return at

    assert dict(side_by_side(work, 4, lambda _made: None)) == {0: 0, 2: 2, 3: 3}


def test_a_process_that_dies_takes_only_its_piece_with_it() -> None:
    def work(at: int) -> int:
        if at == 0:
            os._exit(9)
        return at

    assert dict(side_by_side(work, 4, lambda _made: None)) == {1: 1, 2: 2, 3: 3}


def test_who_stops_asking_leaves_no_process_behind() -> None:
    pieces = side_by_side(lambda at: (at, os.getpid()), 50, lambda _made: None)
    _at, (_piece, process) = next(pieces)
    pieces.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


@pytest.mark.parametrize(("cores", "count"), [({0}, 5), ({0, 1}, 1)])
def test_one_core_or_one_piece_needs_no_process(monkeypatch: pytest.MonkeyPatch, cores: set[int], count: int) -> None:
    monkeypatch.setattr(module.os, "sched_getaffinity", lambda _pid: cores, raising=False)
    assert list(side_by_side(lambda at: at, count, lambda _made: None)) == []
