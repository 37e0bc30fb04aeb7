"""Who does which step when: the planning problem, the plan, the engine behind `plan()`, and an independent check."""

from kumihimo.planning.engine import plan
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
