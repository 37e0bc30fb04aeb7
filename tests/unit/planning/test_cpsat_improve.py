"""The CP-SAT stage: pieces of starts, limits, repeatable effort, stopping."""

from __future__ import annotations

import numpy as np
import pytest

from kumihimo.planning.arrays import Compiled
from kumihimo.planning.bounds.alone import alone
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.cpsat import improve, suiting
from kumihimo.planning.cpsat.pieces import OpenRows, Piece, cut, trim
from kumihimo.planning.cpsat.worth import order_value
from kumihimo.planning.engine import plan
from kumihimo.planning.placement import Placement, placement_of
from kumihimo.simulate.multi_firm import MultiFirmSpec, multi_firm_problem


def case(orders: int = 6) -> tuple[Compiled, Placement]:
    """Return a small synthetic problem and its first plan."""
    problem = multi_firm_problem(MultiFirmSpec(firms=12, orders=orders, seed=2, max_eligible=4))
    compiled = compile_problem(problem)
    return compiled, placement_of(compiled, plan(problem, iterations=0))


def worth(compiled: Compiled, placement: Placement) -> float:
    return sum(order_value(compiled.arrays, placement, o) for o in range(len(compiled.orders)))


def starts(pieces: list[Piece]) -> dict[int, int]:
    found: dict[int, int] = {}
    for low, high, size in pieces:
        for start in range(low, high + 1):
            assert start not in found
            found[start] = size
    return found


@pytest.mark.parametrize("work", [0, 1, 5, 9, 14])
@pytest.mark.parametrize("blocks", [[], [(12, 14)], [(2, 4), (9, 20), (33, 34)]])
def test_pieces_are_the_starts_found_minute_by_minute(work: int, blocks: list[tuple[int, int]]) -> None:
    compiled, _ = case(1)
    opened = [(0, 6), (9, 16), (20, 22), (30, 41)]
    before = np.cumsum([0] + [b - a for a, b in opened])[:-1]
    arrays = compiled.arrays._replace(
        calendar_first=np.array([0, 0, len(opened)]),
        open_start=np.array([a for a, _ in opened]),
        open_end=np.array([b for _, b in opened]),
        open_before=before,
    )
    minutes = [any(a <= t < b for a, b in opened) for t in range(50)]
    low, high = 3, 39
    expected = {}
    for start in range(low, high + 1):
        end, done = start, 0
        while done < work and end < 49:
            done += minutes[end]
            end += 1
        is_free = work == 0 or not any(start < b and end > a for a, b in blocks)
        if minutes[start] and done == work and end <= high and is_free:
            expected[start] = end - start
    found = OpenRows(arrays).pieces(1, work, low, high)
    assert starts(cut(found, blocks)) == expected
    late = {s: size for s, size in expected.items() if s >= 10 and s + size <= 35}
    assert starts(trim(cut(found, blocks), 10, 35)) == late


def test_the_answer_is_no_worse_than_the_hint_and_stays_above_its_bound() -> None:
    compiled, start = case()
    possible = alone(compiled.arrays).possible
    answer = improve.improve_placement(compiled, start, possible, seed=0, effort=1, wall_s=None)
    assert answer.placement is not None
    assert answer.bound is not None
    assert answer.bound <= worth(compiled, answer.placement) <= worth(compiled, start)


def test_the_same_effort_gives_the_same_plan() -> None:
    compiled, start = case()
    possible = alone(compiled.arrays).possible
    one, two = (improve.improve_placement(compiled, start, possible, seed=3, effort=1, wall_s=None) for _ in range(2))
    assert one.placement is not None
    assert two.placement is not None
    assert all((a == b).all() for a, b in zip(one.placement, two.placement, strict=True))
    assert (one.bound, one.info) == (two.bound, two.info)


def test_better_plans_are_told_and_the_last_one_is_returned() -> None:
    compiled, start = case()
    told: list[float] = []
    answer = improve.improve_placement(
        compiled,
        start,
        alone(compiled.arrays).possible,
        seed=0,
        effort=1,
        wall_s=None,
        on_better=lambda found: told.append(worth(compiled, found)),
    )
    assert answer.placement is not None
    assert told == sorted(told, reverse=True)
    assert told[-1] == worth(compiled, answer.placement)


def test_out_of_time_stops_the_solver() -> None:
    compiled, start = case(16)
    answer = improve.improve_placement(
        compiled,
        start,
        alone(compiled.arrays).possible,
        seed=0,
        effort=None,
        wall_s=600.0,
        out_of_time=lambda: True,
    )
    assert answer.info in ("unknown", "feasible")
    assert not answer.interrupted


def test_an_interrupt_returns_the_best_so_far() -> None:
    compiled, start = case(16)
    asked: list[int] = []

    def interrupt() -> bool:
        asked.append(1)
        if len(asked) == 2:
            raise KeyboardInterrupt
        return False

    answer = improve.improve_placement(
        compiled,
        start,
        alone(compiled.arrays).possible,
        seed=0,
        effort=None,
        wall_s=600.0,
        out_of_time=interrupt,
    )
    assert answer.interrupted
    assert answer.info in ("unknown", "feasible")


def test_what_is_too_large_is_skipped_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled, start = case()
    possible = alone(compiled.arrays).possible
    for name, word in (
        ("MAX_STEPS", "steps"),
        ("MAX_MODES", "modes"),
        ("MAX_WAYS", "ways"),
        ("MAX_ROUGH", "open intervals"),
        ("MAX_PIECES", "stretches"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(suiting, name, 1)
            answer = improve.improve_placement(compiled, start, possible, seed=0, effort=1, wall_s=None)
        assert answer.placement is None
        assert answer.info.startswith("skipped:")
        assert word in answer.info


def test_no_effort_is_no_work() -> None:
    compiled, start = case(1)
    answer = improve.improve_placement(compiled, start, alone(compiled.arrays).possible, seed=0, effort=0, wall_s=None)
    assert answer.info == "skipped: no effort left"
