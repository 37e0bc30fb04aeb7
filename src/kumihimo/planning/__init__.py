"""Who does which step when: the planning problem, the plan, the engine behind `plan()`, and an independent check."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kumihimo.planning.problem import (
    Fixed,
    Mode,
    Objective,
    Order,
    PlanCalendar,
    PlanSite,
    Problem,
    Resource,
    Step,
)
from kumihimo.planning.result import Cause, Late, Plan, PlannedStep, SolverRun, Unplanned, Why
from kumihimo.planning.verify import Violation, verify_plan

if TYPE_CHECKING:
    from kumihimo.planning.engine import plan

__all__ = [
    "Cause",
    "Fixed",
    "Late",
    "Mode",
    "Objective",
    "Order",
    "Plan",
    "PlanCalendar",
    "PlanSite",
    "PlannedStep",
    "Problem",
    "Resource",
    "SolverRun",
    "Step",
    "Unplanned",
    "Violation",
    "Why",
    "plan",
    "verify_plan",
]


def __getattr__(name: str) -> Any:
    """Load the engine when it is asked for: its compiler takes half a second that readers of problems need not pay."""
    if name == "plan":
        from kumihimo.planning.engine import plan

        return plan
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
