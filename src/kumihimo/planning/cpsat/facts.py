"""What frozen steps hold on each resource, in the forms the model needs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from kumihimo.planning.arrays import BATCH, COUNT, Arrays
from kumihimo.planning.cpsat.pieces import Blocks


class Fact(NamedTuple):
    """A frozen step of some length."""

    start: int
    end: int
    family: int
    work: int
    load: int


class Facts:
    """Frozen steps by resource, sorted by start and end."""

    def __init__(self, arrays: Arrays, resources: set[int]) -> None:
        self._arrays = arrays
        self._by_resource: dict[int, list[Fact]] = {}
        steps = np.flatnonzero((arrays.fact_mode >= 0) & (arrays.fact_start < arrays.fact_end))
        modes = arrays.fact_mode[steps]
        for step, mode, resource in zip(
            steps.tolist(), modes.tolist(), arrays.mode_resource[modes].tolist(), strict=True
        ):
            if resource in resources:
                row = Fact(
                    int(arrays.fact_start[step]),
                    int(arrays.fact_end[step]),
                    int(arrays.step_family[step]),
                    int(arrays.mode_duration[mode]),
                    int(arrays.step_load[step]),
                )
                self._by_resource.setdefault(resource, []).append(row)
        for rows in self._by_resource.values():
            rows.sort(key=lambda f: (f.start, f.end))

    def of(self, resource: int) -> list[Fact]:
        """Return the frozen steps of a resource."""
        return self._by_resource.get(resource, [])

    def groups(self, resource: int) -> list[list[Fact]]:
        """Return the frozen steps in groups; those of one group overlap."""
        found: list[list[Fact]] = []
        end = 0
        for fact in self.of(resource):
            if found and fact.start < end:
                found[-1].append(fact)
                end = max(end, fact.end)
            else:
                found.append([fact])
                end = fact.end
        return found

    def levels(self, resource: int) -> list[tuple[int, int, int]]:
        """Return (start, end, how many places frozen steps take), at most the capacity, which alone they may pass."""
        changes: dict[int, int] = {}
        for fact in self.of(resource):
            changes[fact.start] = changes.get(fact.start, 0) + 1
            changes[fact.end] = changes.get(fact.end, 0) - 1
        capacity = int(self._arrays.resource_capacity[resource])
        found: list[tuple[int, int, int]] = []
        minutes = sorted(changes)
        held = 0
        for at, minute in enumerate(minutes[:-1]):
            held += changes[minute]
            if held > 0:
                found.append((minute, minutes[at + 1], min(held, capacity)))
        return found

    def blocks(self, resource: int, work: int, family: int, load: int) -> Blocks:
        """Return where no movable step of some length can be; runs that a step may join are left open to it."""
        kind = int(self._arrays.resource_kind[resource])
        if kind == COUNT:
            capacity = int(self._arrays.resource_capacity[resource])
            return [(a, b) for a, b, held in self.levels(resource) if held >= capacity]
        found: Blocks = []
        for group in self.groups(resource):
            if kind == BATCH and is_run(group) and self._takes(resource, group, work, family, load):
                continue
            found.append((group[0].start, max(f.end for f in group)))
        return found

    def _takes(self, resource: int, run: list[Fact], work: int, family: int, load: int) -> bool:
        room = int(self._arrays.resource_capacity[resource]) - sum(f.load for f in run)
        return (run[0].family, run[0].work) == (family, work) and load <= room


def is_run(group: list[Fact]) -> bool:
    """Return whether frozen steps that overlap are one run of a batch plant."""
    return len({(f.start, f.end, f.family, f.work) for f in group}) == 1
