"""Start one run, wait for it, and end it when it does not come back."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.planning.machine import PEER_PYTHON, ROOT

_GRACE_S = 240.0
"""For reading, building and writing; beyond it, twice the seconds and those for a bound, a run is ended."""


def _limit_s(request: dict[str, Any]) -> float:
    return 2 * float(request["seconds"]) + float(request.get("bound_s", 0.0)) + _GRACE_S


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """Return the answer of a worker; its `status` is ``killed`` or ``crashed`` when there is none."""
    if request["solver"] == "pyjobshop":
        command: list[str | Path] = [PEER_PYTHON, Path(__file__).with_name("peer_pyjobshop.py")]
    else:
        command = [sys.executable, "-m", "benchmarks.planning.worker"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as child:
        try:
            out, err = child.communicate(json.dumps(request), timeout=_limit_s(request))
        except subprocess.TimeoutExpired:
            child.kill()
            return {"status": "killed", "faults": [f"did not end within {_limit_s(request):.0f} s"]}
        except BaseException:
            child.kill()
            raise
    if child.returncode != 0:
        last = err.strip().splitlines()[-1:] or [f"exit code {child.returncode}"]
        return {"status": "crashed", "faults": last}
    answer: dict[str, Any] = json.loads(out)
    return answer
