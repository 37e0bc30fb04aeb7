"""Random resources that fill up step by step; run as a script it prints every place the kernel found.

Printed with and without the compiler the lines must be the same (`test_planning_slots`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import numpy as np

from kumihimo.planning.arrays import BATCH, COUNT, SINGLE
from kumihimo.planning.kernel import slots

END_OF_TIME = 140
FAMILIES = 3
ROOM = 20


@dataclass
class Held:
    """A step that holds the resource; `work` -1 = nobody may share its run."""

    start: int
    end: int
    family: int
    load: int
    work: int


@dataclass
class Wish:
    """A step that wants a place."""

    ready: int
    work: int
    family: int
    load: int
    limit: int


@dataclass
class Case:
    """One resource as plain numbers."""

    kind: int
    capacity: int
    intervals: list[tuple[int, int]]
    setup: list[list[int]] | None
    held: list[Held] = field(default_factory=list)


class Kernel:
    """The same resource as the arrays that the kernel takes."""

    def __init__(self, case: Case) -> None:
        self.open_start = np.array([a for a, _ in case.intervals], np.int64)
        self.open_end = np.array([b for _, b in case.intervals], np.int64)
        lengths = self.open_end - self.open_start
        self.open_before = np.cumsum(lengths) - lengths
        self.resource = np.zeros((1, slots.RESOURCE_WIDTH), np.int64)
        row = self.resource[0]
        row[slots.OPEN_LAST] = len(case.intervals)
        row[slots.KIND], row[slots.CAPACITY] = case.kind, case.capacity
        row[slots.TABLE] = 0 if case.setup is not None else -1
        row[slots.TABLE_WIDTH] = FAMILIES
        row[slots.SLOT_ROOM] = ROOM
        self.slot = np.zeros((ROOM, slots.SLOT_WIDTH), np.int64)
        self.table = np.array(case.setup or np.zeros((FAMILIES, FAMILIES)), np.int64).ravel()
        self.local = np.arange(FAMILIES, dtype=np.int64).reshape(1, FAMILIES)
        self.active = np.zeros(ROOM, np.int64)
        self.steps = 0
        for held in case.held:
            self.hold(held)

    def earliest(self, wish: Wish) -> tuple[int, int]:
        found = slots.earliest(
            self.resource,
            self.slot,
            self.open_start,
            self.open_end,
            self.open_before,
            self.table,
            self.local,
            self.active,
            0,
            wish.ready,
            wish.work,
            wish.family,
            wish.load,
            wish.limit,
        )
        return int(found[0]), int(found[1])

    def hold(self, held: Held) -> None:
        slots.hold(
            self.resource,
            self.slot,
            self.open_start,
            self.open_end,
            self.open_before,
            0,
            held.start,
            held.end,
            self.steps,
            held.family,
            held.load,
            held.work,
        )
        self.steps += 1


def random_case(r: Random, kind: int) -> Case:
    """Return a resource with facts on it: anywhere, also in closed time."""
    borders = sorted(r.sample(range(END_OF_TIME), 2 * r.randint(1, 5)))
    intervals = list(zip(borders[::2], borders[1::2], strict=True)) if r.random() < 0.8 else [(0, END_OF_TIME)]
    setup = None
    if kind == SINGLE and r.random() < 0.7:
        setup = [[0 if a == b else r.randint(0, 12) for b in range(FAMILIES)] for a in range(FAMILIES)]
    capacity = {SINGLE: 1, COUNT: r.randint(2, 3), BATCH: 4}[kind]
    case = Case(kind, capacity, intervals, setup)
    for _ in range(r.randint(0, 3)):
        start = r.randint(-10, 100)
        fact = Held(
            start, start + r.randint(1, 25), r.randint(-1, FAMILIES - 1), r.randint(1, 3), r.choice([-1, 5, 10])
        )
        # Facts that overlap are joined before the kernel sees them, except where several may run at once.
        if kind == COUNT or all(fact.end <= other.start or fact.start >= other.end for other in case.held):
            case.held.append(fact)
    return case


def random_wishes(r: Random) -> Iterator[Wish]:
    """Yield steps one after the other."""
    for _ in range(8):
        yield Wish(
            r.randint(0, 60),
            r.choice([1, 3, 5, 10, 10, 18]),
            r.randint(-1, FAMILIES - 1),
            r.randint(1, 3),
            r.choice([40, 90, END_OF_TIME]),
        )


def main() -> None:
    """Print what the kernel finds for fixed seeds."""
    for seed in range(120):
        random = Random(seed)
        case = random_case(random, (SINGLE, COUNT, BATCH)[seed % 3])
        kernel = Kernel(case)
        for wish in random_wishes(random):
            start, end = kernel.earliest(wish)
            print(seed, start, end)
            if start >= 0:
                kernel.hold(Held(start, end, wish.family, wish.load, wish.work))


if __name__ == "__main__":
    main()
