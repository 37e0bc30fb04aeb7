"""Ctrl-C while CP-SAT looks at a small shop ends the search, not the process."""

from __future__ import annotations

import subprocess
import sys

_SCRIPT = """
import os, signal, threading
from random import Random
from kumihimo.planning.effort import Effort
from kumihimo.planning.makespan.search import search_shop
from kumihimo.planning.makespan.shop import make_shop

r = Random(1)
modes = [[(m, r.randint(20, 90)) for m in r.sample(range(4), 2)] for _ in range(40)]
shop = make_shop(modes, [(at, at + 1) for at in range(40) if at % 5 != 4], machines=4)
effort = Effort(None, 20.0)
with effort.interruptible():
    threading.Timer(1.0, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    found = search_shop(shop, out_of_time=effort.is_over, threads=2)
print("interrupted" if effort.interrupted or found.makespan == found.lower_bound else "ran on", found.makespan)
"""


def test_an_interrupt_beside_the_exact_solver_leaves_a_plan() -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("interrupted")
