"""`kill -INT` in the middle of the search: the best plan so far is written, and it is valid."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from random import Random

from kumihimo.interop.planning_json import problem_from_bytes, problem_to_bytes, read_plan
from kumihimo.planning import verify_plan
from kumihimo.planning.problem import Mode, Objective, Order, PlanSite, Problem, Resource, Step


def busy_shop(orders: int = 80) -> Problem:
    """Return a problem that keeps a search busy for as long as it is let."""
    dice = Random(1)
    machines = [f"m{at}" for at in range(8)]

    def step(at: int) -> Step:
        modes = tuple(
            Mode(resource=name, duration=dice.randint(20, 200), jpy=dice.randint(0, 900))
            for name in dice.sample(machines, 3)
        )
        return Step(id=str(at), modes=modes, after=(str(at - 1),) if at else ())

    return Problem(
        start=datetime.fromisoformat("2026-12-01T00:00:00+09:00"),
        horizon=200_000,
        sites=(PlanSite(id="here"),),
        resources=tuple(Resource(id=name, site="here") for name in machines),
        orders=tuple(
            Order(id=f"o{at}", due=dice.randint(300, 3000), steps=tuple(step(k) for k in range(5)))
            for at in range(orders)
        ),
        objective=Objective(jpy_per_weighted_late_min=7),
    )


def test_kill_int_leaves_a_valid_plan_file(tmp_path: Path) -> None:
    problem, out = tmp_path / "problem.json", tmp_path / "plan.json"
    problem.write_bytes(problem_to_bytes(busy_shop()))
    ours, theirs = pty.openpty()
    start = "from kumihimo.cli.app import main; main()"
    command = [sys.executable, "-c", start, "plan", str(problem), "--budget", "600", "--out", str(out)]
    # The search is watched as a person watches it: a terminal shows when it improves a plan.
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env={**os.environ, "COLUMNS": "160"})
    os.close(theirs)
    seen = b""
    try:
        while "改善".encode() not in seen:
            seen += os.read(ours, 4096)
        running.send_signal(signal.SIGINT)
        while True:
            try:
                more = os.read(ours, 4096)
            except OSError:
                break
            if not more:
                break
            seen += more
        assert running.wait(timeout=120) == 130
    finally:
        running.kill()
        running.communicate()
        os.close(ours)
    assert "そこまでで最良の計画" in seen.decode()
    data = problem.read_bytes()
    plan = read_plan(out)
    assert verify_plan(problem_from_bytes(data), plan, data) == ()
    assert plan.unplanned == ()
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["plan.json", "problem.json"]
