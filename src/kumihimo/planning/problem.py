"""The planning problem: what must be made, by when, on what, at what price.

Times are whole minutes from `Problem.start`, money is whole yen. `docs/reference/plan-format.md` tells the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from kumihimo.logistics.transport import FormulaTransport, MatrixTransport

Interval = tuple[int, int]
Freeze = Literal["done", "running", "committed", "proposed"]
WEEK_MIN = 7 * 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSite:
    """A place where work is done or goods are sent; coordinates are needed by the transport formula only."""

    id: str
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanCalendar:
    """Open time: `weekly` minus `closed` plus `open` (open wins).

    Attributes
    ----------
    weekly
        Half-open intervals in minutes of the week, minute 0 = Monday 00:00 local; beyond 10080 they go on on Monday.
    closed, open
        Exceptions in minutes from the start of the problem.
    """

    id: str
    weekly: tuple[Interval, ...] = ()
    closed: tuple[Interval, ...] = ()
    open: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A machine (or n alike) or a batch plant (oven, bath).

    Attributes
    ----------
    calendar
        Calendar id; None = always open.
    capacity
        Machine: steps at one time. Batch: sum of loads in one run.
    setup
        Family before -> family after -> work minutes.
    """

    id: str
    site: str
    calendar: str | None = None
    capacity: int = 1
    kind: Literal["machine", "batch"] = "machine"
    setup: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """One way of doing a step: `duration` counts open minutes of the resource."""

    resource: str
    duration: int
    jpy: int = 0
    kg_co2: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """Where and when a step was put before."""

    resource: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One operation of an order; `after` names steps of the same order."""

    id: str
    after: tuple[str, ...] = ()
    load: float = 1
    family: str | None = None
    modes: tuple[Mode, ...] = ()
    freeze: Freeze = "proposed"
    fixed: Fixed | None = None

    @property
    def is_frozen(self) -> bool:
        """Whether the step must stay exactly as `fixed`."""
        return self.freeze != "proposed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a customer waits for: a DAG of steps; `due` None = never late."""

    id: str
    steps: tuple[Step, ...]
    release: int = 0
    due: int | None = None
    weight: int = 1
    ship_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What is minimised; with `makespan` the largest completion alone."""

    jpy_per_weighted_late_min: int = 0
    jpy_per_moved_step: int = 0
    jpy_per_kg_co2: float = 0.0
    makespan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A whole planning problem.

    Attributes
    ----------
    start
        Minute 0, timezone-aware; also the phase of weekly calendars.
    horizon
        Minute by which every movable step must have ended.
    sha256
        Of the bytes it was read from; empty when it was made in memory.
    """

    start: datetime
    horizon: int
    sites: tuple[PlanSite, ...]
    resources: tuple[Resource, ...]
    orders: tuple[Order, ...]
    calendars: tuple[PlanCalendar, ...] = ()
    transport: FormulaTransport | MatrixTransport = field(default_factory=MatrixTransport)
    objective: Objective = field(default_factory=Objective)
    sha256: str = ""
