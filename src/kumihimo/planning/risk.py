"""How sure the promises are: the plan's order of work, simulated with durations and ways that spread.

Every resource keeps its planned sequence; each step starts as early as its parts, its machine, its calendar and its
release allow. Frozen steps do not start before their planned minute. With no spread at all nothing ends later than
planned (the plan itself obeys the same rules), so whatever is late in the samples comes from the spread.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from kumihimo.planning.arrays import NEVER, Compiled, Ints
from kumihimo.planning.compile_problem import compile_problem
from kumihimo.planning.kernel.simulate import LEVELS, UNIT_BITS, Sums, run
from kumihimo.planning.order_of_work import Fates, Hold, OrderOfWork
from kumihimo.planning.placement import Placement, placement_of
from kumihimo.planning.problem import Problem
from kumihimo.planning.result import Plan

_BLOCK = 32
_QUANTILES = (0.5, 0.8, 0.9, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far actual times lie from planned ones.

    Attributes
    ----------
    duration_cv, transport_cv
        Standard deviation over mean of actual / planned, lognormal with mean 1; 0 = exactly as planned.
    resources
        Resource id -> its own spread of durations: a coefficient of variation, or measured quantiles of
        actual / planned, evenly spaced from the lowest to the highest (two or more, ascending, > 0).
    """

    duration_cv: float = 0.15
    transport_cv: float = 0.2
    resources: Mapping[str, float | tuple[float, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse spreads that no time can have.

        Raises
        ------
        ValueError
            A coefficient is negative or not finite, or quantiles are too few, not ascending or not positive.
        """
        for value in (self.duration_cv, self.transport_cv, *self.resources.values()):
            if isinstance(value, tuple):
                if len(value) < 2 or value[0] <= 0 or list(value) != sorted(value) or not math.isfinite(value[-1]):
                    raise ValueError(f"quantiles must be two or more, ascending and above 0: {value}")
            elif not (math.isfinite(value) and value >= 0):
                raise ValueError(f"a coefficient of variation must be 0 or more: {value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRisk:
    """What may become of one order.

    Attributes
    ----------
    on_time
        Share of samples in which it is complete by its due date; 1 without a due date.
    planned, p50, p80, p90, p95
        Completion in the plan, and the minutes by which it is complete in that share of the samples.
    mean_late_min, late_jpy
        Expected lateness and its price.
    """

    order: str
    due: int | None
    on_time: float
    planned: int
    p50: int
    p80: int
    p90: int
    p95: int
    mean_late_min: float
    late_jpy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRisk:
    """A step on critical chains.

    Attributes
    ----------
    share
        Share of samples in which it lies on the critical chain of a late order (of any order, not only its own).
    late_min
        Expected weighted minutes of lateness whose chain passes it.
    """

    order: str
    step: str
    resource: str
    share: float
    late_min: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceRisk:
    """A resource on critical chains; `share` of samples in which it lies on that of a late order."""

    resource: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Buffer:
    """Minutes that make a promise safe.

    Attributes
    ----------
    order
        On time in the plan, but not in enough samples.
    minutes
        To promise later, or to start earlier before `step`, so that `target` of the samples are on time.
    step
        Where its chain most often comes in from elsewhere when it is late (a machine that is still held): the
        buffer belongs before it.
    on_time, target
        Share on time without and with it.
    saves_jpy
        Expected price of lateness that it takes away.
    """

    order: str
    step: str
    resource: str
    minutes: int
    on_time: float
    target: float
    saves_jpy: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What a plan risks.

    Attributes
    ----------
    orders
        Every planned order asked about, in the sequence of the problem.
    steps, resources
        Those on critical chains of late orders, most critical first.
    buffers
        Where they matter: orders on time in the plan that reach the target too seldom, dearest first.
    late_jpy
        Expected price of all lateness.
    """

    samples: int
    seed: int
    orders: tuple[OrderRisk, ...]
    steps: tuple[StepRisk, ...]
    resources: tuple[ResourceRisk, ...]
    buffers: tuple[Buffer, ...]
    late_jpy: float


def simulate(
    problem: Problem,
    plan: Plan,
    *,
    samples: int = 1000,
    seed: int = 0,
    spread: Spread | None = None,
    threads: int = 2,
    target: float = 0.9,
    hold: Hold = "committed",
    orders: Collection[str] | None = None,
    most: int = 20,
) -> Risk:
    """Simulate a valid plan.

    Parameters
    ----------
    samples, seed
        How often, and which fate; the same step meets the same fate in every plan simulated with the same seed.
    spread
        How far times lie from plan; None = the default of `Spread`.
    threads
        The answer does not depend on their number.
    target
        Share on time that buffers aim at.
    hold
        Which steps do not start before their planned minute: those that are frozen, or all.
    orders
        Ids of the orders asked about; None = all.
    most
        Steps, resources and buffers listed.

    Raises
    ------
    ValueError
        `samples` or `threads` below 1, `target` outside (0, 1], an unknown resource or order, or the plan is not
        valid.
    """
    compiled = compile_problem(problem)
    return simulate_compiled(
        compiled,
        placement_of(compiled, plan),
        samples=samples,
        seed=seed,
        spread=spread,
        threads=threads,
        target=target,
        hold=hold,
        orders=orders,
        most=most,
    )


def simulate_compiled(
    compiled: Compiled,
    placement: Placement,
    *,
    samples: int = 1000,
    seed: int = 0,
    spread: Spread | None = None,
    threads: int = 2,
    target: float = 0.9,
    hold: Hold = "committed",
    orders: Collection[str] | None = None,
    most: int = 20,
    fates: Fates | None = None,
) -> Risk:
    """Simulate a plan that is already compiled.

    `fates`, made once for the seed, saves time when several plans of one problem are simulated; the rest as `simulate`.
    """
    if samples < 1 or threads < 1 or not 0 < target <= 1:
        raise ValueError(f"samples and threads must be 1 or more, target within (0, 1]: {samples}, {threads}, {target}")
    tables, spread_of = _tables(compiled, spread if spread is not None else Spread())
    only = None
    if orders is not None:
        index = {order.id: at for at, order in enumerate(compiled.orders)}
        unknown = sorted(set(orders) - set(index))
        if unknown:
            raise ValueError(f"the problem has no such order: {unknown[0]}")
        only = [index[name] for name in orders]
    fates = fates if fates is not None else Fates(compiled, seed)
    work = OrderOfWork(compiled, placement, spread_of, fates=fates, hold=hold, only=only)
    completion, sums = _sampled(work, tables, samples, threads)
    return _Reading(compiled, placement, work, completion, sums, target, most).risk(seed)


def _sampled(work: OrderOfWork, tables: Ints, samples: int, threads: int) -> tuple[NDArray[np.int32], Sums]:
    """Run the kernel over the samples, split among threads."""
    net = work.network
    completion = np.zeros((len(work.orders), samples), np.int32)
    resources = int(net.resource.max(initial=-1)) + 1
    parts = [Sums(*(np.zeros(size, np.int64) for size in (len(net.fixed),) * 3 + (resources,))) for _ in range(threads)]
    blocks = -(-samples // _BLOCK)
    bounds = [min(samples, _BLOCK * (blocks * at // threads)) for at in range(threads + 1)]
    if threads == 1:
        run(net, tables, 0, samples, _BLOCK, completion, parts[0])
    else:
        with ThreadPoolExecutor(threads) as pool:
            jobs = [
                pool.submit(run, net, tables, bounds[at], bounds[at + 1], _BLOCK, completion, part)
                for at, part in enumerate(parts)
            ]
            for job in jobs:
                job.result()
    return completion, Sums(*(np.sum(rows, axis=0) for rows in zip(*parts, strict=True)))


def _tables(compiled: Compiled, spread: Spread) -> tuple[Ints, Ints]:
    """Return factors per distinct spread, shape (spreads, LEVELS), row 0 that of ways; and the row per resource."""
    row_of = {resource.id: at for at, resource in enumerate(compiled.problem.resources)}
    found: dict[float | tuple[float, ...], int] = {}
    rows = [_factors(spread.transport_cv)]
    spread_of = np.zeros(len(row_of), np.int64)
    for at in range(-1, len(spread.resources)):
        name, value = list(spread.resources.items())[at] if at >= 0 else ("", spread.duration_cv)
        if value not in found:
            found[value] = len(rows)
            rows.append(_factors(value))
        if at < 0:
            spread_of[:] = found[value]
        elif name not in row_of:
            raise ValueError(f"the problem has no such resource: {name}")
        else:
            spread_of[row_of[name]] = found[value]
    return np.stack(rows), spread_of


def _factors(spread: float | tuple[float, ...]) -> Ints:
    """Return `LEVELS` equally likely factors in units of `1 << UNIT_BITS`."""
    middles = (np.arange(LEVELS) + 0.5) / LEVELS
    if isinstance(spread, tuple):
        factors = np.interp(middles, np.linspace(0, 1, len(spread)), spread)
    else:
        sigma = math.sqrt(math.log1p(spread * spread))
        normal = NormalDist()
        factors = np.exp(sigma * np.array([normal.inv_cdf(p) for p in middles.tolist()]))
        factors /= factors.mean()
    return np.rint(factors * (1 << UNIT_BITS)).astype(np.int64)


class _Reading:
    """From samples to words."""

    def __init__(
        self,
        compiled: Compiled,
        placement: Placement,
        work: OrderOfWork,
        completion: NDArray[np.int32],
        sums: Sums,
        target: float,
        most: int,
    ) -> None:
        self.compiled, self.placement, self.work = compiled, placement, work
        self.sums, self.target, self.most = sums, target, most
        self.samples: int = completion.shape[1]
        completion.sort(axis=1)
        self.completion = completion
        net = work.network
        self.due = net.due
        self.price = compiled.arrays.late_price[np.array(work.orders, np.int64)]
        self.mean_late = np.array(
            [self.lateness(at, due) / self.samples for at, due in enumerate(net.due.tolist())], np.float64
        )
        kept = [int(np.searchsorted(row, due, "right")) for row, due in zip(completion, net.due, strict=True)]
        self.on_time = np.array(kept, np.float64) / self.samples

    def lateness(self, at: int, due: int) -> int:
        """Return the minutes of lateness of all samples of an order, had it been due then."""
        row = self.completion[at]
        kept = int(np.searchsorted(row, due, "right"))
        return int(row[kept:].sum(dtype=np.int64)) - due * (self.samples - kept)

    def quantile(self, share: float) -> Ints:
        """Return the minutes by which that share of the samples is complete, per order."""
        at = max(0, math.ceil(share * self.samples - 1e-9) - 1)
        return self.completion[:, at].astype(np.int64)

    def risk(self, seed: int) -> Risk:
        """Return the whole answer."""
        return Risk(
            samples=self.samples,
            seed=seed,
            orders=self.orders(),
            steps=self.steps(),
            resources=self.resources(),
            buffers=self.buffers(),
            late_jpy=float(self.mean_late @ self.price),
        )

    def planned(self) -> Ints:
        """Return the completion of every order in the plan."""
        net = self.work.network
        if not len(net.due):
            return np.zeros(0, np.int64)
        return np.maximum.reduceat(net.planned_end[net.out_node] + net.out_minutes, net.out_first[:-1])

    def orders(self) -> tuple[OrderRisk, ...]:
        """Return the risk of every order."""
        columns = [self.planned(), *(self.quantile(q) for q in _QUANTILES)]
        rows = zip(
            self.work.orders,
            self.due.tolist(),
            self.on_time.tolist(),
            *(column.tolist() for column in columns),
            self.mean_late.tolist(),
            (self.mean_late * self.price).tolist(),
            strict=True,
        )
        return tuple(
            OrderRisk(
                order=self.compiled.orders[order].id,
                due=None if due >= NEVER else due,
                on_time=on_time,
                planned=planned,
                p50=p50,
                p80=p80,
                p90=p90,
                p95=p95,
                mean_late_min=late,
                late_jpy=price,
            )
            for order, due, on_time, planned, p50, p80, p90, p95, late, price in rows
        )

    def steps(self) -> tuple[StepRisk, ...]:
        """Return the steps that most lateness passes; of a run every step."""
        nodes = self.work.node_of
        standing = np.flatnonzero(nodes >= 0)
        late, critical = self.sums.late[nodes[standing]], self.sums.critical[nodes[standing]]
        best = np.lexsort((standing, -critical, -late))[: self.most]
        return tuple(
            StepRisk(
                **self._named(int(standing[at])),
                share=int(critical[at]) / self.samples,
                late_min=int(late[at]) / self.samples,
            )
            for at in best.tolist()
            if late[at]
        )

    def _named(self, step: int) -> dict[str, str]:
        arrays = self.compiled.arrays
        resource = int(arrays.mode_resource[self.placement.mode[step]])
        return {
            "order": self.compiled.orders[int(arrays.step_order[step])].id,
            "step": self.compiled.steps[step].id,
            "resource": self.compiled.problem.resources[resource].id,
        }

    def resources(self) -> tuple[ResourceRisk, ...]:
        """Return the resources that are on critical chains most often."""
        counts = self.sums.resources
        best = np.argsort(-counts, kind="stable")[: self.most]
        names = self.compiled.problem.resources
        return tuple(
            ResourceRisk(resource=names[at].id, share=int(counts[at]) / self.samples)
            for at in best.tolist()
            if counts[at]
        )

    def buffers(self) -> tuple[Buffer, ...]:
        """Return what makes promises safe that the plan keeps but the samples do not."""
        short = self.quantile(self.target) - self.due
        weak = np.flatnonzero((short > 0) & (self.planned() <= self.due))
        kept = [self.lateness(at, int(self.due[at] + short[at])) / self.samples for at in weak.tolist()]
        saves = (self.mean_late[weak] - np.array(kept, np.float64)) * self.price[weak]
        best = np.lexsort((weak, -short[weak], -saves))[: self.most].tolist()
        return tuple(
            Buffer(
                **self._named(self._entry(self.work.orders[int(weak[at])])),
                minutes=int(short[weak[at]]),
                on_time=float(self.on_time[weak[at]]),
                target=self.target,
                saves_jpy=float(saves[at]),
            )
            for at in best
        )

    def _entry(self, order: int) -> int:
        """Return the step of an order before which its lateness most often comes in."""
        first = self.compiled.arrays.step_first
        steps = range(int(first[order]), int(first[order + 1]))
        return max(steps, key=lambda step: (self.sums.entered[self.work.node_of[step]], -step))
