"""Counts, seconds and Ctrl-C: the first asks, the second interrupts."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kumihimo.planning.effort import Effort

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "problems" / "three-firms.json"
SEND = "import os, signal, sys\nfrom pathlib import Path\nsend = lambda: os.kill(os.getpid(), signal.SIGINT)\n"


def run(code: str, *arguments: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", SEND + code, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_without_limits_there_is_always_time() -> None:
    effort = Effort(None, None)
    assert effort.left() == float("inf")
    assert not effort.is_over()


def test_a_budget_of_nothing_is_over_at_once() -> None:
    assert Effort(None, 0.0).is_over()
    assert not Effort(None, 3600.0).is_over()


def test_an_interrupt_ends_every_effort() -> None:
    effort = Effort(None, 3600.0)
    effort.interrupted = True
    assert effort.is_over()


def test_clocks_start_at_the_beginning() -> None:
    effort = Effort(5, None)
    first = effort.passed()
    assert 0 <= first <= effort.passed()
    assert effort.cpu_s() >= 0


def test_the_first_interrupt_asks_and_the_second_interrupts() -> None:
    code = """
from kumihimo.planning.effort import Effort
effort = Effort(None, None)
before = signal.getsignal(signal.SIGINT)
try:
    with effort.interruptible():
        print(effort.interrupted)
        send()
        print(effort.interrupted)
        send()
        print("not reached")
except KeyboardInterrupt:
    print("interrupted", signal.getsignal(signal.SIGINT) is before)
"""
    assert run(code) == ["False", "True", "interrupted", "True"]


def test_afterwards_ctrl_c_does_what_it_did_before() -> None:
    code = """
from kumihimo.planning.effort import Effort
heard = []
signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
with Effort(None, None).interruptible():
    send()
print(len(heard))
send()
print(len(heard))
"""
    assert run(code) == ["0", "1"]


def test_a_plan_that_is_interrupted_is_a_valid_plan() -> None:
    code = """
from kumihimo.interop.planning_json import read_problem
from kumihimo.planning import plan, verify_plan
problem = read_problem(Path(sys.argv[1]))
sent = []
def told(progress):
    if not sent:
        sent.append(progress.phase)
        send()
made = plan(problem, budget_s=3600.0, progress=told)
codes = {why.code for left in made.unplanned for why in left.why}
print(len(verify_plan(problem, made)), made.solver.info["stopped"], len(sent), len(made.steps) + len(codes) > 0)
"""
    assert run(code, str(EXAMPLE)) == ["0", "interrupted", "1", "True"]


def test_a_second_interrupt_ends_the_call() -> None:
    code = """
from kumihimo.interop.planning_json import read_problem
from kumihimo.planning import plan
def told(progress):
    send()
    send()
try:
    plan(read_problem(Path(sys.argv[1])), iterations=50, progress=told)
except KeyboardInterrupt:
    print("interrupted")
"""
    assert run(code, str(EXAMPLE)) == ["interrupted"]


def test_in_other_threads_signals_are_left_alone() -> None:
    before = signal.getsignal(signal.SIGINT)
    seen: list[object] = []

    def work() -> None:
        with Effort(None, None).interruptible():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [before]


def test_the_handler_is_put_back_after_an_error() -> None:
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(RuntimeError), Effort(None, None).interruptible():
        raise RuntimeError
    assert signal.getsignal(signal.SIGINT) is before
