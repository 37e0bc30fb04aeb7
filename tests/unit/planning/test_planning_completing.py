"""Orders that greedy insertion leaves out come in when a choice is taken back."""

from __future__ import annotations

from pathlib import Path

from kumihimo.interop.planning_json import read_problem
from kumihimo.planning.board import Board
from kumihimo.planning.completing import insert_waiting
from kumihimo.planning.instance import Instance

CASE = Path(__file__).resolve().parents[2] / "golden" / "takes_a_choice_back" / "problem.json"


def test_greedy_insertion_fails_and_the_search_finds_a_place() -> None:
    board = Board(Instance(read_problem(CASE)))
    assert not board.insert(0)
    assert board.placed == [None]
    assert insert_waiting(board) == 1
    assert board.placed[0] is not None
    assert [(place.start, place.end) for place in board.placed[0]] == [(0, 3), (0, 9)]


def test_what_cannot_fit_stays_out_and_leaves_nothing_behind() -> None:
    instance = Instance(read_problem(CASE))
    instance.horizon = 8
    board = Board(instance)
    assert insert_waiting(board) == 0
    assert all(timeline.earliest(0, 2, None, 1, 8) == (0, 2) for timeline in board.timelines)
