"""The orders of the multi-firm benchmark: routings, who may do which step at what price, releases and due dates."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kumihimo.simulate.dice import Bools, Dice, Floats, Ints, allot, generator
from kumihimo.simulate.multi_firm_shops import BATCH_FILL, DAY_MIN, FAMILIES, WEEK_MIN, Shops

RECIPES = 3
"""Ways of running an oven; only steps with the same one share a run."""
_LENGTHS = (16, 16, 16, 17, 17, 18)
"""Weights of 3 to 8 steps, 5.57 steps an order."""
_LOT = (0.45, 0.6, 0.8, 1.0, 1.3, 1.7)
"""Work of small and large lots; the price list of lot sizes from one piece to 200."""
_CYCLES_MIN = (300, 480, 720)
_MEAN_STEP_MIN = 230
_MEAN_LOAD = 3.5
_KM_PER_DEG_LAT, _KM_PER_DEG_LON = 111.2, 89.9
"""At 36 degrees north; only for the guess of a lead time, where trigonometry would differ between processors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """The orders as columns; steps of an order stand together, `first` says where.

    Attributes
    ----------
    first
        Step number where each order begins, shape (orders + 1,).
    after
        Steps that come directly before a step, as step numbers, one tuple a step.
    process
        Shape (steps,).
    family
        Index into `FAMILIES` (machines) or recipe (ovens), shape (steps,).
    load
        What a step takes of an oven, 1 elsewhere, shape (steps,).
    firm, minutes
        Who may do it and how long it takes there, shape (steps, width); -1 where there are fewer firms.
    release, due
        Minutes, shape (orders,).
    weight, customer
        Shape (orders,).
    customer_lat, customer_lon
        Degrees, shape (customers,).
    weeks
        Weeks in which orders are released.
    """

    first: Ints
    after: tuple[tuple[int, ...], ...]
    process: Ints
    family: Ints
    load: Ints
    firm: Ints
    minutes: Ints
    release: Ints
    due: Ints
    weight: Ints
    customer: Ints
    customer_lat: Floats
    customer_lon: Floats
    weeks: float


def make_orders(
    shops: Shops,
    orders: int,
    *,
    seed: int,
    load: float,
    max_eligible: int,
    assemblies: float,
    lot_splits: float,
) -> Orders:
    """Return orders that load every process of the firms alike.

    Each process gets steps in proportion to the open time that firms have for it; then its durations are scaled so that
    the mean work over eligible firms is `load` of that open time in the weeks of release. Sums are of whole numbers, so
    that they come out alike on every machine.
    """
    dice = Dice(generator(seed, 3))
    lengths = np.repeat(np.arange(3, 9), allot(_LENGTHS, orders, 0))[np.argsort(dice.unit(orders), kind="stable")]
    first = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    steps = int(first[-1])
    owner = np.repeat(np.arange(orders), lengths)

    customers = max(5, min(200, orders // 20))
    at_firm = dice.whole(0, len(shops.region) - 1, customers)
    # Customers stand beside firms, so that regions with more firms also get more orders.
    customer_lat = np.round(shops.lat[at_firm] + dice.between(-0.08, 0.08, customers), 4)
    customer_lon = np.round(shops.lon[at_firm] + dice.between(-0.08, 0.08, customers), 4)
    customer = dice.whole(0, customers - 1, orders)
    home = shops.region[at_firm[customer]]

    is_batch_process = np.arange(shops.processes) >= shops.processes - shops.batch_processes
    process = _processes(dice, shops, is_batch_process, steps)
    after, halves = _routings(Dice(generator(seed, 4)), first, assemblies, lot_splits)
    process[halves + 1] = process[halves]
    in_oven = is_batch_process[process]

    recipe = dice.whole(0, RECIPES - 1, steps)
    material = dice.whole(0, len(FAMILIES) - 1, orders)[owner]
    lot = np.asarray(_LOT)[dice.whole(0, len(_LOT) - 1, orders)][owner]
    standard = (30.0 + 350.0 * dice.unit(steps)) * lot
    standard[halves] /= 2
    standard[halves + 1] = standard[halves]
    standard = np.where(in_oven, np.asarray(_CYCLES_MIN)[recipe], standard)
    step_load = np.where(in_oven, dice.whole(1, 6, steps), 1)

    firm = _eligible(Dice(generator(seed, 5)), shops, process, home[owner], max_eligible)
    minutes, weeks = _durations(Dice(generator(seed, 6)), shops, process, in_oven, standard, step_load, firm, load)
    release, due = _dates(Dice(generator(seed, 7)), shops, first, owner, firm, minutes, weeks, customer_lat[customer])
    return Orders(
        first=first,
        after=after,
        process=process,
        family=np.where(in_oven, recipe, material),
        load=step_load,
        firm=firm,
        minutes=minutes,
        release=release,
        due=due,
        weight=Dice(generator(seed, 8)).whole(1, 5, orders),
        customer=customer,
        customer_lat=customer_lat,
        customer_lon=customer_lon,
        weeks=weeks,
    )


def _processes(dice: Dice, shops: Shops, is_batch_process: Bools, steps: int) -> Ints:
    """Return the process of every step, as many of each as its firms can take."""
    can_do = np.array([int(shops.share_min[shops.does[:, kind]].sum()) for kind in range(shops.processes)])
    room = np.array(
        [float(shops.capacity[shops.does[:, kind]].mean()) * BATCH_FILL / _MEAN_LOAD for kind in range(shops.processes)]
    )
    runs = np.where(is_batch_process, can_do * room / (sum(_CYCLES_MIN) / len(_CYCLES_MIN)), can_do / _MEAN_STEP_MIN)
    process = np.repeat(np.arange(shops.processes), allot(runs.tolist(), steps, 1))
    return np.asarray(process[np.argsort(dice.unit(steps), kind="stable")])


def _routings(
    dice: Dice, first: Ints, assemblies: float, lot_splits: float
) -> tuple[tuple[tuple[int, ...], ...], Ints]:
    """Return the steps before each step, and the first of every pair of half lots.

    An assembly has two or three branches that meet in one step; a split lot does one step in two halves side by side.
    """
    orders = len(first) - 1
    roll, branch, place = dice.unit(orders), dice.unit(orders), dice.unit(orders)
    after: list[tuple[int, ...]] = []
    halves: list[int] = []
    for order, (low, high) in enumerate(pairwise(first.tolist())):
        size = high - low
        if size >= 5 and roll[order] < assemblies:
            branches = 3 if size >= 7 and branch[order] < 0.4 else 2
            meet = branches + 1 + int((size - branches - 1) * place[order]) if size > branches + 1 else branches
            starts = [part * meet // branches for part in range(branches)]
            ends = [*(start - 1 for start in starts[1:]), meet - 1]
            for step in range(size):
                if step in starts:
                    after.append(())
                elif step == meet:
                    after.append(tuple(low + end for end in ends))
                else:
                    after.append((low + step - 1,))
            continue
        split = 1 + int((size - 3) * place[order]) if size >= 4 and roll[order] > 1 - lot_splits else -1
        for step in range(size):
            if step == 0:
                after.append(())
            elif step == split + 1 and split > 0:
                after.append((low + step - 2,))
            elif step == split + 2 and split > 0:
                after.append((low + step - 2, low + step - 1))
            else:
                after.append((low + step - 1,))
        if split > 0:
            halves.append(low + split)
    return tuple(after), np.asarray(halves, dtype=np.int64)


def _eligible(dice: Dice, shops: Shops, process: Ints, home: Ints, most: int) -> Ints:
    """Return up to `most` firms for every step, firms of the customer's region drawn more often."""
    steps = len(process)
    firm = np.full((steps, most), -1, dtype=np.int64)
    for kind in range(shops.processes):
        at = np.flatnonzero(process == kind)
        able = np.flatnonzero(shops.does[:, kind])
        if len(able) <= most:
            firm[at, : len(able)] = able
            continue
        key = dice.unit(len(at), len(able)) * np.where(shops.region[able][None, :] == home[at][:, None], 0.5, 1.0)
        firm[at] = np.sort(able[np.argsort(key, axis=1, kind="stable")[:, :most]], axis=1)
    return firm


def _durations(
    dice: Dice,
    shops: Shops,
    process: Ints,
    in_oven: Bools,
    standard: Floats,
    step_load: Ints,
    firm: Ints,
    load: float,
) -> tuple[Ints, float]:
    """Return minutes on every eligible firm, -1 where there is none, and the weeks that this work fills."""
    there = firm >= 0
    # An oven takes its time whatever lies in it: steps of one recipe take the same time there and can share a run.
    spread = np.where(in_oven[:, None], 1.0, 0.9 + 0.2 * dice.unit(*firm.shape))
    raw = standard[:, None] * shops.slowness[firm] * spread
    filled = np.where(in_oven[:, None], step_load[:, None] / (shops.capacity[firm] * BATCH_FILL), 1.0)
    milli = np.where(there, np.rint(raw * filled * 1000.0), 0.0).astype(np.int64)
    per_step = milli.sum(axis=1) // there.sum(axis=1)
    work = np.array([int(per_step[process == kind].sum()) for kind in range(shops.processes)]) / 1000.0
    can_do = np.array([int(shops.share_min[shops.does[:, kind]].sum()) for kind in range(shops.processes)])
    weeks = int(work.astype(np.int64).sum()) / (int(can_do.sum()) * load)
    # In a tiny problem a process may have no step at all.
    scale = load * weeks * can_do / np.maximum(work, 1.0)
    minutes = np.maximum(10, np.rint(raw * scale[process][:, None])).astype(np.int64)
    return np.where(there, minutes, -1), weeks


def _dates(
    dice: Dice,
    shops: Shops,
    first: Ints,
    owner: Ints,
    firm: Ints,
    minutes: Ints,
    weeks: float,
    customer_lat: Floats,
) -> tuple[Ints, Ints]:
    """Return releases spread evenly over the weeks, and due dates at 1.0 to 2.2 times a usual lead time plus a day."""
    orders = len(first) - 1
    days = max(1, int(weeks * 7 + 0.5))
    release = dice.whole(0, days - 1, orders) * DAY_MIN
    # A day's work of a five-day week was waiting already: the same in a long instance as in a short one.
    release[dice.chance(min(0.2, 0.2 / weeks), orders)] = 0
    there = firm >= 0
    usual = np.where(there, minutes, 0).sum(axis=1) // there.sum(axis=1)
    work = np.add.reduceat(usual, first[:-1])
    open_share = int(shops.open_min.sum()) / (len(shops.open_min) * WEEK_MIN)
    apart = np.abs(customer_lat - float(np.round(shops.lat.sum() / len(shops.lat), 2))) * _KM_PER_DEG_LAT
    trucks = np.diff(first) * (60 + 90) + apart
    lead = np.floor(work / open_share * 0.75 + trucks)
    days_due = np.floor((release + lead * dice.between(1.0, 2.2, orders)) / DAY_MIN) + 1
    # Due at five in the afternoon.
    return release, (days_due * DAY_MIN + 1020).astype(np.int64)
