"""The firms of the multi-firm benchmark: where they stand, what they do, when they are open, how fast and how dear.

Every firm is invented. The rectangle they stand in is the middle of Honshu, because distances and truck times should be
those of a real network; the clusters in it are random points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kumihimo.planning.problem import Interval, PlanCalendar
from kumihimo.simulate.dice import Bools, Dice, Floats, Ints, generator

DAY_MIN = 1440
WEEK_MIN = 7 * DAY_MIN
BATCH_FILL = 0.6
"""Share of an oven that is counted as filled when loads are balanced: a run is seldom full."""
FAMILIES = ("steel", "stainless", "aluminium", "copper")

_LAT, _LON = (35.0, 37.0), (137.0, 140.0)
_SCATTER_DEG = 0.1
_PER_PROCESS = 12
"""Firms in the network for each kind of process; with 1 to 3 processes a firm, nearly twice as many do it."""
_MOST_PROCESSES = 40
_CAPABILITIES = (0.4, 0.35, 0.25)
_HOLIDAY, _SUMMER = (42, 43), (67, 71)
"""Days from the start, 7 June: the third Monday of July, and mid-August, when nearly everybody is closed."""
_PATTERNS: tuple[tuple[float, tuple[Interval, ...], int, tuple[Interval, ...]], ...] = (
    (0.34, ((480, 720), (780, 1020)), 5, ()),
    (0.22, ((510, 720), (780, 1080)), 5, ()),
    (0.16, ((480, 720), (780, 1020)), 5, ((480, 720),)),
    (0.12, ((540, 720), (780, 1140)), 5, ()),
    (0.16, ((360, 840), (885, 1350)), 5, ()),
)
"""Share of firms, open minutes of a day, days a week, open minutes of Saturday."""
_OVEN_WEEK: tuple[Interval, ...] = ((480, 5 * DAY_MIN + 480),)
"""Ovens and baths run through from Monday to Saturday morning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shops:
    """The firms as columns.

    Attributes
    ----------
    lat, lon
        Degrees, shape (firms,).
    region
        Cluster of each firm, shape (firms,).
    does
        Which firm does which process, shape (firms, processes).
    batch_processes
        How many of the last processes are done in ovens or baths.
    is_oven
        Firms with a batch resource, shape (firms,).
    capacity
        Machines alike, or load of an oven, shape (firms,).
    slowness
        Duration per standard minute, shape (firms,).
    jpy_per_min, kg_co2_per_min
        Price and emission of a work minute, shape (firms,).
    open_min
        Open minutes of a usual week, shape (firms,).
    calendars
        One for each firm.
    setups
        Set-up table of each firm; empty where none is needed.
    """

    lat: Floats
    lon: Floats
    region: Ints
    does: Bools
    batch_processes: int
    is_oven: Bools
    capacity: Ints
    slowness: Floats
    jpy_per_min: Floats
    kg_co2_per_min: Floats
    open_min: Ints
    calendars: tuple[PlanCalendar, ...]
    setups: tuple[Mapping[str, Mapping[str, int]], ...]

    @property
    def processes(self) -> int:
        """How many kinds of process there are."""
        return int(self.does.shape[1])

    @property
    def share_min(self) -> Ints:
        """Open minutes of a week that a firm has for each of its processes, machines alike counted, shape (firms,)."""
        machines = np.where(self.is_oven, 1, self.capacity)
        return np.asarray(self.open_min * machines // self.does.sum(axis=1))


def make_shops(firms: int, *, seed: int, days: int, capacity_n: float, has_setups: bool, has_batch: bool) -> Shops:
    """Return firms drawn from a seed.

    Parameters
    ----------
    firms
        How many, 12 or more.
    days
        Length of the calendars' exceptions.
    capacity_n
        Share of firms with 2 to 4 machines alike.
    """
    dice = Dice(generator(seed, 1))
    processes = max(8, min(_MOST_PROCESSES, firms // _PER_PROCESS))
    batch_processes = max(1, processes // 10) if has_batch else 0
    ovens = max(5 * batch_processes, firms // 25) if has_batch else 0
    is_oven = np.zeros(firms, dtype=np.bool_)
    is_oven[np.argsort(dice.unit(firms), kind="stable")[:ovens]] = True
    does = _capabilities(dice, is_oven, processes, batch_processes)

    regions = max(3, min(24, firms // 60))
    centre_lat, centre_lon = dice.between(*_LAT, regions), dice.between(*_LON, regions)
    region = dice.whole(0, regions - 1, firms)
    many = dice.chance(capacity_n, firms) & ~is_oven
    capacity = np.where(is_oven, dice.whole(8, 14, firms), np.where(many, dice.whole(2, 4, firms), 1))
    slowness = dice.between(0.75, 1.35, firms)
    # Who is faster takes more for a minute, so that neither the fast nor the cheap firm is always right.
    jpy_per_min = dice.between(70.0, 130.0, firms) * (1.5 - 0.5 * slowness)
    kg_co2_per_min = dice.between(0.03, 0.15, firms)
    calendars, open_min = _calendars(dice, is_oven, days)
    return Shops(
        lat=np.round(centre_lat[region] + _SCATTER_DEG * dice.bell(firms), 4),
        lon=np.round(centre_lon[region] + _SCATTER_DEG * dice.bell(firms), 4),
        region=region,
        does=does,
        batch_processes=batch_processes,
        is_oven=is_oven,
        capacity=capacity.astype(np.int64),
        slowness=slowness,
        jpy_per_min=jpy_per_min,
        kg_co2_per_min=kg_co2_per_min,
        open_min=open_min,
        calendars=calendars,
        setups=_setups(Dice(generator(seed, 2)), (capacity == 1) & ~is_oven if has_setups else np.zeros(firms, bool)),
    )


def _capabilities(dice: Dice, is_oven: Bools, processes: int, batch_processes: int) -> Bools:
    """Deal 1 to 3 processes to every firm, each time those that fewest firms do: counts differ by one at most.

    Ovens and baths do one process only, and nobody else does it.
    """
    firms = len(is_oven)
    wanted = 1 + dice.weighted(_CAPABILITIES, firms)
    does = np.zeros((firms, processes), dtype=np.bool_)
    tie = dice.unit(firms, processes)
    first_batch = processes - batch_processes
    count = np.zeros(processes)
    for firm in range(firms):
        low, high, many = (first_batch, processes, 1) if is_oven[firm] else (0, first_batch, int(wanted[firm]))
        rarest = np.argsort(count[low:high] + tie[firm, low:high], kind="stable")[:many] + low
        does[firm, rarest] = True
        count[rarest] += 1
    return does


def _calendars(dice: Dice, is_oven: Bools, days: int) -> tuple[tuple[PlanCalendar, ...], Ints]:
    """Return a calendar for every firm and its open minutes of a usual week."""
    firms = len(is_oven)
    pattern = dice.weighted([share for share, *_ in _PATTERNS], firms)
    earlier = 15 * dice.whole(-3, 3, firms)
    holidays = max(1, days // 60)
    own_closed = dice.whole(0, max(0, days - 1), firms * holidays).reshape(firms, holidays)
    works_saturday = dice.chance(0.1, firms)
    saturday = 5 + 7 * dice.whole(0, max(0, days // 7 - 1), firms)
    calendars, open_min = [], np.zeros(firms, dtype=np.int64)
    for firm in range(firms):
        if is_oven[firm]:
            weekly, opened = _OVEN_WEEK, []
            closed = set(range(*_SUMMER))
        else:
            _, daily, workdays, half_day = _PATTERNS[pattern[firm]]
            shift = int(earlier[firm])
            weekly = tuple(
                (day * DAY_MIN + low + shift, day * DAY_MIN + high + shift)
                for day in range(workdays)
                for low, high in daily
            ) + tuple((5 * DAY_MIN + low + shift, 5 * DAY_MIN + high + shift) for low, high in half_day)
            closed = {*range(*_HOLIDAY), *range(*_SUMMER), *(int(day) for day in own_closed[firm])}
            at = int(saturday[firm]) * DAY_MIN
            opened = [(at + low + shift, at + high + shift) for low, high in daily] if works_saturday[firm] else []
        open_min[firm] = sum(high - low for low, high in weekly)
        calendars.append(
            PlanCalendar(
                id=f"synthetic-cal-{firm + 1:04d}",
                weekly=weekly,
                closed=tuple((day * DAY_MIN, (day + 1) * DAY_MIN) for day in sorted(closed) if day < days),
                open=tuple(opened),
            )
        )
    return tuple(calendars), open_min


def _setups(dice: Dice, needs: Bools) -> tuple[Mapping[str, Mapping[str, int]], ...]:
    """Return set-up tables in steps of 5 minutes, 10 to 60 minutes between different materials."""
    size = len(FAMILIES)
    minutes = (5 * dice.whole(2, 12, len(needs) * size * size)).reshape(len(needs), size, size)
    return tuple(
        {
            before: {after: int(minutes[firm, i, j]) for j, after in enumerate(FAMILIES) if i != j}
            for i, before in enumerate(FAMILIES)
        }
        if needs[firm]
        else {}
        for firm in range(len(needs))
    )
