"""The interpreter is the oracle of the compiler: whole plans are the same to the last byte."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import planning_bytes

from kumihimo.planning.compiled import SWITCH, is_compiled


def printed(switch: str, first: int, count: int, iterations: int) -> list[str]:
    run = subprocess.run(
        [sys.executable, planning_bytes.__file__, str(first), str(count), str(iterations)],
        env={**os.environ, SWITCH: switch, "PYTHONPATH": str(Path(planning_bytes.__file__).parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_interpreted_plans_are_the_compiled_ones() -> None:
    interpreted = printed("0", -1, 25, 12)
    assert len(interpreted) == 25
    assert interpreted == [planning_bytes.line(seed, 12) for seed in range(-1, 24)]
    # The problems are worth comparing: orders late, left out, and wholly planned are all among them.
    for part in ('"late_min"', '"unplanned": [{', '"status": "optimal"', '"status": "feasible"'):
        assert any(part in row for row in interpreted), part


def test_the_switch_really_switches() -> None:
    code = "from kumihimo.planning.compiled import is_compiled; print(is_compiled)"
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, SWITCH: "0"}, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
    assert is_compiled == (os.environ.get(SWITCH) != "0")
