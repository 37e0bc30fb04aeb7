"""Many objects at once are the objects that one call after the other would make, and the collector comes back."""

from __future__ import annotations

import gc

import pytest

from kumihimo.planning.bulk import in_bulk, make_all
from kumihimo.planning.result import Cause, PlannedStep


def test_objects_made_by_column_are_those_of_their_calls() -> None:
    rows = [("a", "1", 0, "m", 5, 7), ("b", "2", 3, "n", -1, 1 << 60)]
    names = ("order", "step", "mode", "resource", "start", "end")
    columns = dict(zip(names, zip(*rows, strict=True), strict=True))
    made = make_all(PlannedStep, len(rows), **columns)
    assert made == [
        PlannedStep(order=order, step=step, mode=mode, resource=resource, start=start, end=end)
        for order, step, mode, resource, start, end in rows
    ]
    assert len({*made, *made}) == 2


def test_nothing_is_made_of_nothing() -> None:
    assert make_all(Cause, 0, code=[], minutes=[], step=[], resource=[], behind=[]) == []


def _fail() -> None:
    with in_bulk():
        assert not gc.isenabled()
        raise ValueError("no")


def test_the_collector_comes_back_even_after_a_failure() -> None:
    assert gc.isenabled()
    with pytest.raises(ValueError, match="no"):
        _fail()
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with in_bulk(), in_bulk():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_many_objects_are_not_looked_at_when_the_collector_comes_back() -> None:
    looked: list[str] = []

    def note(phase: str, info: dict[str, int]) -> None:
        looked.append(phase)

    gc.collect()
    gc.callbacks.append(note)
    try:
        with in_bulk():
            made = [[at] for at in range(100_000)]
        more = [[at] for at in range(100)]
    finally:
        gc.callbacks.remove(note)
    assert len(made) + len(more) == 100_100
    assert looked == []
    assert gc.get_freeze_count() == 0
