"""How long to go on: a count of iterations, seconds, or until somebody interrupts."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Effort:
    """The effort of one planning run.

    Parameters
    ----------
    iterations
        Rounds of the search, None = no limit.
    budget_s
        Seconds of wall clock from now, None = no limit.
    """

    def __init__(self, iterations: int | None, budget_s: float | None) -> None:
        self.iterations = iterations
        self.budget_s = budget_s
        self.interrupted = False
        self._began = time.monotonic()
        self._began_cpu = time.process_time()

    def passed(self) -> float:
        """Return the seconds of wall clock since the start."""
        return time.monotonic() - self._began

    def cpu_s(self) -> float:
        """Return the CPU seconds since the start."""
        return time.process_time() - self._began_cpu

    def left(self) -> float:
        """Return the seconds left, infinite without a budget."""
        return float("inf") if self.budget_s is None else self.budget_s - self.passed()

    def is_over(self) -> bool:
        """Return whether to stop now: interrupted, or no seconds left."""
        return self.interrupted or self.left() <= 0

    @contextmanager
    def interruptible(self) -> Iterator[None]:
        """Turn the first Ctrl-C into a request to stop at the next safe moment; the second one interrupts as usual.

        An exception in the middle of a change would leave half a change behind; a request cannot. In threads other
        than the main one signals never arrive and nothing is done.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(number: int, frame: FrameType | None) -> None:
            self.interrupted = True
            signal.signal(signal.SIGINT, signal.default_int_handler)

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)
