"""A synthetic order book: work orders that the firms of a synthetic network could be carrying out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from kumihimo import terms
from kumihimo.costing import StepQuote, process_rate, quote_step
from kumihimo.errors import InputError
from kumihimo.matching.material_fit import may_be_worked
from kumihimo.model import (
    Capability,
    FirmStatus,
    Network,
    OrderStep,
    StepOffer,
    StepRequirement,
    WorkOrder,
    standard_calendar,
)
from kumihimo.simulate.dice import Dice, Floats, generator
from kumihimo.simulate.names import LEGAL_WORDS, Namer
from kumihimo.simulate.work_order_recipes import PIECES, Recipe, RecipeStep, recipes

MOST_ORDERS = 20_000
OFFERS = 6
"""Most offers of a step."""
LEAST_MIN, MOST_MIN = 30, 1440
"""Work minutes of a step: half an hour to three days of eight hours."""
LOAD = 0.5
"""Share of a machine's free hours that the orders fill over the weeks of their release, in the mean over all work."""
UNKNOWN_FREE = 0.3
"""Free share of a site's hours where it has answered nothing."""
WEEKS = 8
"""Weeks of calendar that give the average week."""
CROWDED = 1.5
"""How much dearer a site looks to whoever chooses for each week of its free hours that the book fills already."""
SLOWEST = 1.15
"""Most time that a firm takes of the usual time."""
LEG_DAYS = 0.7
"""Days from one site to the next."""
LEFT_OUT_SHARE = 0.15
"""Share of the steps that may be left out and are."""
BESIDE_DEG = 0.03
"""How far beside a site of the network a buyer stands, both ways."""
NEAR_DEG = 0.5
"""Distance in degrees that is no reason to ask somebody else."""
PROMISED = (1.75, 3.5)
"""Limits of the promised time, in times of what an order takes when it waits for nobody else."""
HOPELESS_SHARE, HOPELESS = 0.02, 0.4
"""Share of the orders that were promised for a day that cannot be met, and how little time those have."""
SPLIT_SHARE = 0.04
"""Share of the orders that share out their longest step between two sites."""
ORDERS_A_BUYER = 12
_WEIGHTS = (1.0, 1.0, 1.0, 1.0, 2.0, 3.0)
_ASSEMBLERS = 30
"""Archetype whose words of trade the buyers' names have."""


@dataclass(frozen=True, slots=True)
class _Able:
    """Who can do a process with a grade, one row a firm.

    Attributes
    ----------
    lat, lon
        Degrees, shape (rows,).
    most
        Most pieces, shape (rows,); infinite where the firm names no limit.
    """

    rows: tuple[Capability, ...]
    firms: tuple[str, ...]
    lat: Floats
    lon: Floats
    most: Floats


@dataclass(frozen=True, slots=True)
class _Work:
    """What is done in one step of an order."""

    id: str
    process: str
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Draft:
    """An order before it has dates: its steps, and its days where its sites are free as in an average week."""

    title: str
    home: tuple[float, float]
    steps: tuple[OrderStep, ...]
    days: float


def generate_work_orders(network: Network, orders: int, seed: int, today: date) -> tuple[WorkOrder, ...]:
    """Return a synthetic order book: the same arguments give the same orders on every machine.

    Every step has up to six offers of different firms, out of capability rows that name its process and material. The
    sites that are chosen are cheap ones with free hours. Orders are released over as many weeks as their work takes,
    and a few are promised for a day that nobody can keep.

    Parameters
    ----------
    network
        A synthetic one: no real firm is ever said to have an order.
    orders
        1 to `MOST_ORDERS`.
    seed
        Any whole number from 0.
    today
        First day on which work may begin.

    Raises
    ------
    InputError
        The network is not synthetic or too small for any part, or a number is out of range.
    """
    _check(network, orders, seed)
    book = _Book(network, seed, today)
    drafts = [book.draft() for _ in range(orders)]
    dice = Dice(generator(seed, 92))
    weeks = book.weeks()
    buyers = _buyers(network, seed, max(2, math.ceil(orders / ORDERS_A_BUYER)))
    release = dice.between(0.0, max(1.0, 7.0 * weeks), orders).tolist()
    promised = dice.between(*PROMISED, orders).tolist()
    hopeless = dice.chance(HOPELESS_SHARE, orders).tolist()
    buyer = dice.whole(0, len(buyers) - 1, orders).tolist()
    weight = dice.whole(0, len(_WEIGHTS) - 1, orders).tolist()
    found = []
    for number, draft in enumerate(drafts):
        begin = today + timedelta(days=int(release[number]))
        lead = draft.days * (HOPELESS if hopeless[number] else promised[number])
        found.append(
            WorkOrder(
                id=f"SYN-W{number + 1:05d}",
                title=draft.title,
                buyer=buyers[buyer[number]],
                release=begin,
                due=_workday(begin + timedelta(days=max(1, round(lead)))),
                weight=_WEIGHTS[weight[number]],
                ship_to=draft.home,
                steps=draft.steps,
            )
        )
    return tuple(found)


def _check(network: Network, orders: int, seed: int) -> None:
    if not network.synthetic:
        raise InputError(
            f"ネットワーク「{network.name}」は合成データではありません。注文の生成は合成ネットワークだけにできます。",
            f"the network {network.name!r} is not synthetic; orders are only made up for a synthetic network.",
        )
    if not 1 <= orders <= MOST_ORDERS or seed < 0:
        raise InputError(
            f"注文 {orders} 件・シード {seed} は範囲外です。注文は 1〜{MOST_ORDERS:,}、シードは 0 以上にしてください。",
            f"{orders} orders or seed {seed} is out of range; give 1 to {MOST_ORDERS:,} orders and a seed from 0.",
        )


def _workday(day: date) -> date:
    """Return the day, or the Monday after it where it is a Saturday or Sunday."""
    return day + timedelta(days=(0, 0, 0, 0, 0, 2, 1)[day.weekday()])


def _buyers(network: Network, seed: int, count: int) -> list[str]:
    """Return names of buyers that no firm of the network has."""
    namer = Namer(seed)
    taken = " ".join(firm.name for firm in network.firms)
    found: list[str] = []
    number = len(network.firms)
    while len(found) < count:
        name = namer.name(number, _ASSEMBLERS).ja
        number += 1
        if name not in taken:
            found.append(f"{LEGAL_WORDS['kabushiki'][0]}{name}（架空）")
    return found


class _Book:
    """Draws orders one after the other and remembers how much of each machine's hours they fill."""

    def __init__(self, network: Network, seed: int, today: date) -> None:
        self._network = network
        self._dice = Dice(generator(seed, 91))
        self._rows = _rows_by_process(network, today)
        self._weekly_min = _weekly_minutes(network, today)
        # Of one firm all steps take a little longer, or shorter, than usual.
        paces = Dice(generator(seed, 93)).between(0.85, SLOWEST, len(network.sites)).tolist()
        self._pace = {site.id: pace for site, pace in zip(network.sites, paces, strict=True)}
        self._places = [(s.lat, s.lon) for s in network.sites if s.lat is not None and s.lon is not None]
        self._booked: dict[tuple[str, str], int] = {}
        self._known: dict[tuple[str, str], _Able] = {}
        self._quotes: dict[tuple[str, str, str, int], StepQuote] = {}
        self._makeable = [
            (recipe, grade)
            for recipe in recipes()
            for grade in recipe.grades
            if all(step.optional or self._processes(step, grade) for step in recipe.steps)
        ]
        if not self._makeable:
            raise InputError(
                f"ネットワーク「{network.name}」では、どの見本の部品も全工程をまかなえません。企業を増やしてください。",
                f"the network {network.name!r} cannot do all steps of any sample part; give it more firms.",
            )

    def weeks(self) -> float:
        """Return the weeks over which the orders drawn so far are released."""
        weeks = sum(work**2 / self._weekly_min[site] for (site, _), work in self._booked.items())
        return weeks / (sum(self._booked.values()) * LOAD)

    def draft(self) -> _Draft:
        """Return the next order."""
        pick, size, home, split = self._dice.unit(4).tolist()
        recipe, grade = self._makeable[int(pick * len(self._makeable))]
        work = self._work(recipe, grade)
        pieces = self._pieces(recipe, grade, work, recipe.pieces[int(size * len(recipe.pieces))])
        lat, lon = self._places[int(home * len(self._places))]
        place = (round(lat + BESIDE_DEG, 4), round(lon - BESIDE_DEG, 4))
        longest = max(work, key=lambda item: self._quote(item.process, recipe, grade, pieces).total_min)
        steps = tuple(
            self._step(item, recipe, grade, pieces, place, split=item is longest and split < SPLIT_SHARE)
            for item in work
        )
        for step in steps:
            for site in step.chosen:
                key = (site, step.process)
                self._booked[key] = self._booked.get(key, 0) + step.offer_of(site).minutes
        return _Draft(title=f"{recipe.part_ja} {grade} {pieces:,}個", home=place, steps=steps, days=self._days(steps))

    def _processes(self, step: RecipeStep, grade: str) -> list[str]:
        return [process for process in step.processes if self._able(process, grade).rows]

    def _work(self, recipe: Recipe, grade: str) -> list[_Work]:
        """Return what is done for one order: of each step one process; some steps that may be left out are."""
        found: list[_Work] = []
        behind: dict[int, tuple[str, ...]] = {}
        for number, step in enumerate(recipe.steps):
            after = tuple(dict.fromkeys(name for before in step.after for name in behind[before]))
            kind, left_out = self._dice.unit(2).tolist()
            processes = self._processes(step, grade)
            if not processes or (step.optional and left_out < LEFT_OUT_SHARE):
                behind[number] = after
                continue
            found.append(_Work(id=f"p1-{number + 1}0", process=processes[int(kind * len(processes))], after=after))
            behind[number] = (found[-1].id,)
        return found

    def _pieces(self, recipe: Recipe, grade: str, work: list[_Work], wanted: int) -> int:
        """Return the pieces of the lot: no more than somebody takes for each step, none of which lasts too long."""
        pieces = min([wanted, *(int(min(self._able(item.process, grade).most.max(), wanted)) for item in work)])
        while pieces > 1:
            longest = max(self._quote(item.process, recipe, grade, pieces).total_min for item in work)
            if longest * SLOWEST <= MOST_MIN:
                break
            pieces = max((count for count in PIECES if count < pieces), default=1)
        return max(1, pieces)

    def _step(
        self, work: _Work, recipe: Recipe, grade: str, pieces: int, place: tuple[float, float], *, split: bool
    ) -> OrderStep:
        """Return a step with its offers; the best is chosen, or the best two of a lot that is split."""
        able = self._able(work.process, grade)
        half = pieces - pieces // 2
        split = split and pieces > 1 and int((able.most >= half).sum()) > 1
        largest = half if split else pieces
        # Whoever is near is asked more often; whoever cannot take so many pieces is not asked at all.
        far = np.abs(able.lat - place[0]) + np.abs(able.lon - place[1]) + NEAR_DEG
        rank = np.where(able.most >= largest, far * (0.2 + self._dice.unit(len(able.rows))), np.inf)
        asked = [at for at in np.argsort(rank, kind="stable")[:OFFERS].tolist() if rank[at] < np.inf]
        quote = self._quote(work.process, recipe, grade, largest)
        offers = [self._offer(able, at, quote, largest if split else None) for at in asked]
        order = sorted(range(len(asked)), key=lambda at: self._crowded(offers[at], work.process))
        if split:
            rest = self._quote(work.process, recipe, grade, pieces - half)
            offers[order[1]] = self._offer(able, asked[order[1]], rest, pieces - half)
        process = terms.process(work.process)
        return OrderStep(
            id=work.id,
            label_ja=process.ja,
            label_en=process.en,
            process=work.process,
            quantity=pieces,
            after=work.after,
            chosen=tuple(offers[at].site for at in order[: 2 if split else 1]),
            offers=tuple(offers[at] for at in order),
        )

    def _offer(self, able: _Able, at: int, quote: StepQuote, quantity: int | None) -> StepOffer:
        row = able.rows[at]
        rate = process_rate(row.process)
        setup = rate.setup_jpy if row.setup_jpy is None else row.setup_jpy
        hourly = rate.hourly_jpy if row.hourly_jpy is None else row.hourly_jpy
        least = rate.min_order_jpy if row.min_order_jpy is None else row.min_order_jpy
        return StepOffer(
            firm=able.firms[at],
            site=row.site,
            capability=row.id,
            minutes=min(MOST_MIN, max(LEAST_MIN, round(quote.total_min * self._pace[row.site]))),
            jpy=max(least, setup + round(quote.run_jpy / rate.hourly_jpy * hourly)),
            quantity=quantity,
        )

    def _crowded(self, offer: StepOffer, process: str) -> float:
        """Return the price of an offer as whoever chooses sees it: dearer where the book fills the hours already."""
        weeks = self._booked.get((offer.site, process), 0) / self._weekly_min[offer.site]
        return offer.jpy * (1 + CROWDED * weeks)

    def _quote(self, process: str, recipe: Recipe, grade: str, pieces: int) -> StepQuote:
        key = (process, recipe.part_ja, grade, pieces)
        if key not in self._quotes:
            need = StepRequirement(
                process=process, materials=(grade,), size_mm=recipe.size_mm, round_part=recipe.round_part
            )
            self._quotes[key] = quote_step(need, None, quantity=pieces, buys_material=False)
        return self._quotes[key]

    def _able(self, process: str, grade: str) -> _Able:
        key = (process, grade)
        if key not in self._known:
            by_firm: dict[str, Capability] = {}
            for firm, row in self._rows.get(process, ()):
                if _works(row, grade):
                    by_firm.setdefault(firm, row)
            sites = [self._network.site(row.site) for row in by_firm.values()]
            self._known[key] = _Able(
                rows=tuple(by_firm.values()),
                firms=tuple(by_firm),
                lat=np.array([site.lat for site in sites], dtype=np.float64),
                lon=np.array([site.lon for site in sites], dtype=np.float64),
                most=np.array(
                    [min(row.lot_max or math.inf, row.monthly_max or math.inf) for row in by_firm.values()],
                    dtype=np.float64,
                ),
            )
        return self._known[key]

    def _days(self, steps: Sequence[OrderStep]) -> float:
        """Return the days of an order in average weeks, when it waits for nobody else."""
        end: dict[str, float] = {}
        for step in steps:
            work = max(step.offer_of(site).minutes / self._weekly_min[site] for site in step.chosen)
            end[step.id] = max((end[name] for name in step.after), default=0.0) + 7 * work + LEG_DAYS
        return max(end.values())


def _works(row: Capability, grade: str) -> bool:
    if grade in row.grades_exclude:
        return False
    if may_be_worked(row.process, row.material_family, grade):
        return True
    within = terms.is_family_within(terms.material(grade).family, row.material_family)
    return within and (not row.grades_include or grade in row.grades_include)


def _rows_by_process(network: Network, today: date) -> dict[str, list[tuple[str, Capability]]]:
    """Return (firm, row) of every valid row of an active firm whose place is known."""
    found: dict[str, list[tuple[str, Capability]]] = {}
    for row in network.capabilities:
        firm, site = network.firm_of_site(row.site), network.site(row.site)
        is_valid = row.valid_until is None or row.valid_until >= today
        if firm.status is FirmStatus.ACTIVE and is_valid and site.lat is not None and site.lon is not None:
            found.setdefault(row.process, []).append((firm.id, row))
    return found


def _weekly_minutes(network: Network, today: date) -> dict[str, float]:
    """Return the free minutes of a machine of each site in an average week: its calendar less what is booked."""
    free: dict[str, list[float]] = {}
    for row in network.capacities:
        hours = row.hours_free(today)
        if hours is not None and row.hours_available > 0:
            free.setdefault(row.site, []).append(hours / row.hours_available)
    weekly: dict[str | None, float] = {}
    found = {}
    for site in network.sites:
        if site.calendar not in weekly:
            calendar = network.calendar(site.calendar) if site.calendar else standard_calendar()
            weekly[site.calendar] = sum(b - a for a, b in calendar.open_minutes(today, 7 * WEEKS)) / WEEKS
        shares = free.get(site.id, [UNKNOWN_FREE])
        # A site without a free hour is not worth a division by zero; it looks crowded enough.
        found[site.id] = max(60.0, weekly[site.calendar] * sum(shares) / len(shares))
    return found
