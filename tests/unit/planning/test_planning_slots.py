"""The earliest place on a resource, against a search through every minute that is written from the format's text."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
import slot_cases
from slot_cases import Case, Held, Kernel, Wish, random_case, random_wishes

from kumihimo.planning.arrays import BATCH, COUNT, SINGLE
from kumihimo.planning.compiled import SWITCH
from kumihimo.planning.kernel import slots

KINDS = {"single": SINGLE, "count": COUNT, "batch": BATCH}


def is_open(case: Case, minute: int) -> bool:
    return any(a <= minute < b for a, b in case.intervals)


def end_of(case: Case, start: int, work: int) -> int | None:
    minute = start
    while work:
        if minute > slot_cases.END_OF_TIME:
            return None
        work -= is_open(case, minute)
        minute += 1
    return minute


def setup(case: Case, before: int, after: int) -> int:
    return 0 if case.setup is None or min(before, after) < 0 else case.setup[before][after]


def fits_single(case: Case, start: int, end: int, wish: Wish) -> bool:
    if any(held.start < end and start < held.end for held in case.held):
        return False
    earlier = [held for held in case.held if held.end <= start]
    later = [held for held in case.held if held.start >= end]

    def between(a: int, b: int) -> int:
        return sum(is_open(case, minute) for minute in range(a, b))

    if earlier:
        last = max(earlier, key=lambda held: held.end)
        if between(last.end, start) < setup(case, last.family, wish.family):
            return False
    if later:
        first = min(later, key=lambda held: held.start)
        if between(end, first.start) < setup(case, wish.family, first.family):
            return False
    return True


def fits_count(case: Case, start: int, end: int, wish: Wish) -> bool:
    return all(
        sum(held.start <= minute < held.end for held in case.held) < case.capacity for minute in range(start, end)
    )


def fits_batch(case: Case, start: int, end: int, wish: Wish) -> bool:
    touching = [held for held in case.held if held.start < end and start < held.end]
    return all(
        (held.start, held.end, held.family, held.work) == (start, end, wish.family, wish.work) for held in touching
    ) and (not touching or sum(held.load for held in touching) + wish.load <= case.capacity)


FITS = {SINGLE: fits_single, COUNT: fits_count, BATCH: fits_batch}


def by_every_minute(case: Case, wish: Wish) -> tuple[int, int]:
    for start in range(wish.ready, slot_cases.END_OF_TIME):
        end = end_of(case, start, wish.work) if is_open(case, start) else None
        if end is not None and end <= wish.limit and FITS[case.kind](case, start, end, wish):
            return start, end
    return -1, -1


@pytest.mark.parametrize("kind", KINDS)
def test_earliest_is_what_a_search_through_every_minute_finds(kind: str) -> None:
    placed = 0
    for seed in range(250):
        random = Random(seed)
        case = random_case(random, KINDS[kind])
        kernel = Kernel(case)
        for wish in random_wishes(random):
            found = kernel.earliest(wish)
            assert found == by_every_minute(case, wish), (seed, case, wish)
            if found[0] >= 0:
                held = Held(*found, wish.family, wish.load, wish.work)
                case.held.append(held)
                kernel.hold(held)
                placed += 1
    assert placed > 500


def test_the_compiler_changes_nothing() -> None:
    printed = []
    for switch in ("1", "0"):
        run = subprocess.run(
            [sys.executable, str(Path(slot_cases.__file__))],
            env={**os.environ, SWITCH: switch},
            capture_output=True,
            text=True,
            check=True,
        )
        printed.append(run.stdout)
    assert printed[0] == printed[1]
    assert len(printed[0].splitlines()) == 120 * 8


@pytest.mark.parametrize("kind", KINDS)
def test_hold_and_free_leave_the_rows_as_they_were(kind: str) -> None:
    for seed in range(40):
        random = Random(seed)
        kernel = Kernel(random_case(random, KINDS[kind]))
        facts = kernel.steps
        before = kernel.slot[:facts].copy()
        put = []
        for wish in random_wishes(random):
            start, end = kernel.earliest(wish)
            if start >= 0:
                put.append((start, kernel.steps))
                kernel.hold(Held(start, end, wish.family, wish.load, wish.work))
        rows = kernel.slot[: kernel.resource[0, slots.SLOT_COUNT], slots.START].tolist()
        assert rows == sorted(rows)
        random.shuffle(put)
        for start, step in put:
            slots.free(kernel.resource, kernel.slot, 0, start, step)
        assert kernel.resource[0, slots.SLOT_COUNT] == facts
        assert sorted(kernel.slot[:facts].tolist()) == sorted(before.tolist())


def test_missing_setup_is_noticed_in_open_minutes() -> None:
    case = Case(SINGLE, 1, [(0, 20), (50, 90)], [[0, 8, 0], [0, 0, 0], [0, 0, 0]])
    for start, lacks in ((53, True), (54, False)):
        kernel = Kernel(case)
        kernel.hold(Held(0, 16, 0, 1, 16))
        kernel.hold(Held(start, start + 5, 1, 1, 5))
        assert (
            slots.lacks_setup(
                kernel.resource,
                kernel.slot,
                kernel.open_start,
                kernel.open_end,
                kernel.open_before,
                kernel.table,
                kernel.local,
                0,
                1,
            )
            == lacks
        )
