"""Check a plan: ``python -m benchmarks.planning.check PROBLEM PLAN``; ends with 0 when it keeps every rule.

PROBLEM is kumihimo-problem/1, a published shop, or the name of an instance of the multi-firm set, which is then made
anew. The rules are those of ``docs/reference/plan-format.md``; the verifier shares no arithmetic with the engine.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.planning.make import names, problem_and_bytes
from benchmarks.planning.multi_firm_values import best_values
from kumihimo.errors import InputError, LocatedErrors
from kumihimo.interop.planning_json import read_plan
from kumihimo.interop.published_shops import read_any_problem
from kumihimo.planning import Problem, verify_plan


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning.check", description=__doc__)
    parser.add_argument("problem", help="problem file, or a name such as mf-1000-full-narrow-s1")
    parser.add_argument("plan", type=Path, help="kumihimo-plan/1")
    asked = parser.parse_args(argv)
    try:
        problem = _problem(asked.problem)
        plan = read_plan(asked.plan)
    except InputError as error:
        print(error.text("en"), file=sys.stderr)
        if isinstance(error, LocatedErrors):
            for problem_at in error.problems[:10]:
                print("  " + problem_at.text("en"), file=sys.stderr)
        return 2
    violations = verify_plan(problem, plan)
    for violation in violations:
        print(violation.text("en"))
    if violations:
        print(f"{len(violations)} rule(s) broken")
        return 1
    print(f"valid: objective {plan.objective}, {len(plan.unplanned)} unplanned, {len(plan.late)} late order(s)")
    for line in _against_best(problem.sha256, plan.objective, len(plan.unplanned)):
        print(line)
    return 0


def _problem(text: str) -> Problem:
    if text in names() and not Path(text).exists():
        problem, data = problem_and_bytes(text)
        return replace(problem, sha256=hashlib.sha256(data).hexdigest())
    return read_any_problem(Path(text))


def _against_best(sha256: str, objective: int, unplanned: int) -> list[str]:
    known = next((value for value in best_values().values() if value.sha256 == sha256), None)
    if known is None:
        return []
    lines = [f"best known of {known.instance}: {known.objective} by {known.by}, {known.date}"]
    if unplanned:
        lines.append("an order is unplanned: this does not compare with it")
    elif objective < known.objective:
        lines.append(f"NEW BEST, {100 * (1 - objective / known.objective):.3f} % lower: please send it")
    if known.lower_bound is not None:
        lines.append(
            f"proven bound {known.lower_bound}: this plan is at most "
            f"{100 * (objective - known.lower_bound) / max(1, objective):.2f} % above the least"
        )
        if objective < known.lower_bound:
            lines.append("this lies below the proven bound: the bound is wrong; please send it")
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
