"""Every folder of tests/golden is named by the rule it proves: a small problem and the plan that follows from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kumihimo.interop.planning_json import plan_from_bytes, plan_to_bytes, problem_from_bytes
from kumihimo.planning import Plan, plan, verify_plan

GOLDEN = Path(__file__).resolve().parents[2] / "golden"
CASES = sorted(path.parent for path in GOLDEN.glob("*/problem.json"))


def solve(case: Path) -> tuple[bytes, Plan]:
    data = (case / "problem.json").read_bytes()
    return data, plan(problem_from_bytes(data), iterations=60, seed=1)


def test_there_are_golden_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_golden(case: Path) -> None:
    data, made = solve(case)
    expected: dict[str, Any] = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    wanted = ("optimal", "feasible") if expected["status"] == "optimal-or-feasible" else (expected["status"],)
    assert made.status in wanted
    assert made.objective == expected["objective"]
    if "steps" in expected:
        assert {f"{s.order}/{s.step}": [s.resource, s.start, s.end] for s in made.steps} == expected["steps"]
    told = {u.order: [w.code for w in u.why] for u in made.unplanned}
    assert told == expected.get("unplanned", {})
    for order, late in expected.get("late", {}).items():
        found = next(item for item in made.late if item.order == order)
        sums: dict[str, int] = {}
        for cause in found.causes:
            sums[cause.code] = sums.get(cause.code, 0) + cause.minutes
        assert (found.late_min, sums) == (late["late_min"], late["codes"])
    written = plan_from_bytes(plan_to_bytes(made))
    assert verify_plan(problem_from_bytes(data), written, data) == ()
