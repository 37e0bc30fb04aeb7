"""The plan: what an engine answers and what anybody may verify."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["optimal", "feasible", "infeasible", "partial"]
CAUSE_CODES = ("RELEASE", "WORK", "QUEUE", "SETUP", "CLOSED", "TRANSPORT", "FROZEN", "LEAD_IMPOSSIBLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedStep:
    """A step with its mode (index into the step's modes), resource and wall-clock minutes."""

    order: str
    step: str
    mode: int
    resource: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """One reason why an order could not be planned; `step` is empty when the whole order is meant."""

    code: str
    text: str
    step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unplanned:
    """An order that is not planned, with at least one reason."""

    order: str
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Minutes of lateness and what they went into; `behind` names an order when the code is QUEUE."""

    code: str
    minutes: int
    step: str = ""
    resource: str = ""
    behind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Late:
    """A late order; the minutes of its causes sum to `late_min`."""

    order: str
    late_min: int
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverRun:
    """How the plan was found; `info` holds further facts (the format leaves this part open)."""

    iterations: int = 0
    seed: int = 0
    cpu_s: float = 0.0
    info: Mapping[str, str | int | float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A dated plan with its price, its proven bound, and what is late or missing."""

    problem_sha256: str
    status: Status
    objective: int
    lower_bound: int
    steps: tuple[PlannedStep, ...]
    unplanned: tuple[Unplanned, ...] = ()
    late: tuple[Late, ...] = ()
    solver: SolverRun = field(default_factory=SolverRun)
