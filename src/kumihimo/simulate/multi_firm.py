"""The public multi-firm planning benchmark: synthetic networks of firms with orders, as planning problems.

Many firms in regional clusters do one to three processes each; orders wander from firm to firm and on to a customer.
Every process is loaded alike, so that no hidden bottleneck decides. The same name, kind, eligibility and seed give the
same problem on every machine; `docs/how-to/beat-the-benchmark.md` tells how to take part.

Nothing in here is about a real firm: places are random points, and every site and resource is called synthetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

import numpy as np

from kumihimo.errors import InputError
from kumihimo.logistics.transport import FormulaTransport
from kumihimo.planning.bulk import in_bulk
from kumihimo.planning.problem import Mode, Objective, Order, PlanSite, Problem, Resource, Step
from kumihimo.simulate.multi_firm_orders import Orders, make_orders
from kumihimo.simulate.multi_firm_shops import DAY_MIN, FAMILIES, Shops, make_shops

Kind = Literal["plain", "full"]
Eligibility = Literal["narrow", "wide"]

START = datetime(2027, 6, 7, tzinfo=timezone(timedelta(hours=9)))
"""Minute 0, a Monday in Japan."""
SIZES: Mapping[str, tuple[int, int]] = MappingProxyType(
    {"mf-100": (40, 100), "mf-300": (80, 300), "mf-1000": (200, 1000), "mf-18000": (2000, 18000)}
)
"""Name -> firms and orders; about 560, 1,670, 5,570 and 100,300 steps."""
ELIGIBLE: Mapping[str, int] = MappingProxyType({"narrow": 8, "wide": 30})
"""At most so many firms for a step."""
MOST_FIRMS, MOST_ORDERS = 9_999, 99_999
_TAIL_DAYS = 120
"""Days after the last release; enough for every order even where due dates are missed by weeks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiFirmSpec:
    """What a multi-firm problem is made of.

    Attributes
    ----------
    firms, orders
        12 to 9,999 firms, 1 to 99,999 orders of 3 to 8 steps.
    seed
        Of every random choice.
    max_eligible
        At most so many firms for a step.
    load
        Work of every process over the open time its firms have for it, in the weeks in which orders are released.
    assemblies, lot_splits
        Shares of orders whose routing is a tree of parts, or does one step in two half lots side by side.
    capacity_n
        Share of firms with 2 to 4 machines alike.
    has_setups, has_batch
        Whether machines need set-ups between materials, and some processes run in ovens or baths that orders share.
    jpy_per_kg_co2
        Price of emissions in the objective; with 0 no emissions are given.
    """

    firms: int
    orders: int
    seed: int = 1
    max_eligible: int = 8
    load: float = 0.85
    assemblies: float = 0.0
    lot_splits: float = 0.0
    capacity_n: float = 0.0
    has_setups: bool = False
    has_batch: bool = False
    jpy_per_kg_co2: float = 0.0


def named_spec(name: str, kind: Kind = "plain", eligibility: Eligibility = "narrow", seed: int = 1) -> MultiFirmSpec:
    """Return the specification of a named instance of the public set.

    Parameters
    ----------
    name
        One of `SIZES`.
    kind
        ``plain``: chains, calendars, transport, delivery. ``full``: also assemblies, split lots, machines alike,
        set-ups, ovens and emissions.
    eligibility
        ``narrow``: at most 8 firms for a step; ``wide``: at most 30.

    Raises
    ------
    InputError
        An unknown name.
    """
    if name not in SIZES or kind not in ("plain", "full") or eligibility not in ELIGIBLE:
        known = ", ".join(SIZES)
        raise InputError(
            f"ベンチマーク「{name} {kind} {eligibility}」はありません。名前は {known}、"
            "種類は plain か full、選択肢は narrow か wide です。",
            f"There is no benchmark '{name} {kind} {eligibility}'; names are {known}, kinds plain and full, "
            "eligibility narrow and wide.",
        )
    firms, orders = SIZES[name]
    spec = MultiFirmSpec(firms=firms, orders=orders, seed=seed, max_eligible=ELIGIBLE[eligibility])
    if kind == "plain":
        return spec
    return replace(
        spec,
        # Set-ups and half-filled ovens take open time that `load` does not count.
        load=0.75,
        assemblies=0.25,
        lot_splits=0.1,
        capacity_n=0.15,
        has_setups=True,
        has_batch=True,
        jpy_per_kg_co2=5.0,
    )


def instance_name(name: str, kind: Kind = "plain", eligibility: Eligibility = "narrow", seed: int = 1) -> str:
    """Return what an instance of the public set is called, for example ``mf-1000-full-wide-s3``."""
    return f"{name}-{kind}-{eligibility}-s{seed}"


def multi_firm_problem(spec: MultiFirmSpec) -> Problem:
    """Return the planning problem of a specification.

    Raises
    ------
    InputError
        A number is out of range.
    """
    _check(spec)
    # Calendars need their length before the orders tell how many weeks the work fills: half a year covers every
    # balanced instance, and calendars without exceptions go on as usual after it.
    shops = make_shops(
        spec.firms,
        seed=spec.seed,
        days=182,
        capacity_n=spec.capacity_n,
        has_setups=spec.has_setups,
        has_batch=spec.has_batch,
    )
    orders = make_orders(
        shops,
        spec.orders,
        seed=spec.seed,
        load=spec.load,
        max_eligible=spec.max_eligible,
        assemblies=spec.assemblies,
        lot_splits=spec.lot_splits,
    )
    with in_bulk():
        return _build(spec, shops, orders)


def _check(spec: MultiFirmSpec) -> None:
    limits = (
        ("firms", spec.firms, 12, MOST_FIRMS),
        ("orders", spec.orders, 1, MOST_ORDERS),
        ("seed", spec.seed, 0, 2**31 - 1),
        ("max_eligible", spec.max_eligible, 1, 200),
        ("load", spec.load, 0.05, 2.0),
        ("assemblies", spec.assemblies, 0.0, 1.0),
        ("lot_splits", spec.lot_splits, 0.0, 1.0 - spec.assemblies),
        ("capacity_n", spec.capacity_n, 0.0, 1.0),
        ("jpy_per_kg_co2", spec.jpy_per_kg_co2, 0.0, 1e6),
    )
    for key, value, low, high in limits:
        if not low <= value <= high:
            raise InputError(
                f"{key}={value}: {low}以上{high}以下にしてください。",
                f"{key}={value}: give a value from {low} to {high}.",
            )


def _build(spec: MultiFirmSpec, shops: Shops, orders: Orders) -> Problem:
    firm_site = [f"synthetic-firm-{firm + 1:04d}" for firm in range(spec.firms)]
    resource_id = [f"synthetic-{firm + 1:04d}" for firm in range(spec.firms)]
    customer_site = [f"synthetic-customer-{number + 1:03d}" for number in range(len(orders.customer_lat))]
    lat, lon = (
        [*shops.lat.tolist(), *orders.customer_lat.tolist()],
        [*shops.lon.tolist(), *orders.customer_lon.tolist()],
    )
    sites = [*firm_site, *customer_site]
    points = dict(zip(sites, zip(lat, lon, strict=True), strict=True))
    return Problem(
        start=START,
        horizon=(int(orders.weeks * 7) + _TAIL_DAYS) * DAY_MIN,
        sites=tuple(PlanSite(id=site, lat=points[site][0], lon=points[site][1]) for site in sites),
        calendars=shops.calendars,
        resources=tuple(
            Resource(
                id=resource_id[firm],
                site=firm_site[firm],
                calendar=shops.calendars[firm].id,
                capacity=int(shops.capacity[firm]),
                kind="batch" if shops.is_oven[firm] else "machine",
                setup=shops.setups[firm],
            )
            for firm in range(spec.firms)
        ),
        orders=_orders(spec, shops, orders, resource_id, customer_site),
        transport=FormulaTransport(
            points=points,
            detour=1.3,
            speed_kmh=45.0,
            handling_min=60.0,
            jpy_per_km=120.0,
            jpy_fixed=1500.0,
            kg_co2_per_km=0.5 if spec.jpy_per_kg_co2 else 0.0,
        ),
        objective=Objective(jpy_per_weighted_late_min=10, jpy_per_kg_co2=spec.jpy_per_kg_co2),
    )


def _orders(
    spec: MultiFirmSpec, shops: Shops, orders: Orders, resource_id: list[str], customer_site: list[str]
) -> tuple[Order, ...]:
    # An oven is paid for by the share of it that a step takes.
    is_oven = shops.is_oven[orders.firm]
    share = np.where(is_oven, orders.load[:, None] / shops.capacity[orders.firm], 1.0)
    jpy = (np.floor(orders.minutes * shops.jpy_per_min[orders.firm] * share / 10.0) * 10.0).astype(np.int64).tolist()
    if spec.jpy_per_kg_co2:
        grams = np.rint(orders.minutes * shops.kg_co2_per_min[orders.firm] * share * 100.0)
        kg_co2 = (grams / 100.0).tolist()
    else:
        kg_co2 = np.zeros(orders.firm.shape).tolist()
    minutes, firm = orders.minutes.tolist(), orders.firm.tolist()
    in_oven = shops.is_oven[orders.firm[:, 0]].tolist()
    family, load, process = orders.family.tolist(), orders.load.tolist(), orders.process.tolist()
    first = orders.first.tolist()
    release, due = orders.release.tolist(), orders.due.tolist()
    weight, customer = orders.weight.tolist(), orders.customer.tolist()
    built = []
    for number, (low, high) in enumerate(pairwise(first)):
        names = [f"{10 * (step - low + 1)}-P{process[step]:02d}" for step in range(low, high)]
        steps = []
        for step in range(low, high):
            label = None
            if in_oven[step]:
                label = f"recipe-{family[step] + 1}"
            elif spec.has_setups:
                label = FAMILIES[family[step]]
            modes = tuple(
                Mode(resource=resource_id[at], duration=length, jpy=price, kg_co2=kilograms)
                for at, length, price, kilograms in zip(firm[step], minutes[step], jpy[step], kg_co2[step], strict=True)
                if at >= 0
            )
            before = tuple(names[other - low] for other in orders.after[step])
            steps.append(Step(id=names[step - low], after=before, load=load[step], family=label, modes=modes))
        built.append(
            Order(
                id=f"O{number + 1:05d}",
                steps=tuple(steps),
                release=release[number],
                due=due[number],
                weight=weight[number],
                ship_to=customer_site[customer[number]],
            )
        )
    return tuple(built)
