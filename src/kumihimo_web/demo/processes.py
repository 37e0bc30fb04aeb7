"""The processes of the demo, started together, watched, and stopped together."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

_STOP_S = 10.0
_MOST_STARTS = 5
"""A process that ends so often is broken, not unlucky."""


class GaveUp(Exception):
    """A process ends again and again."""

    def __init__(self, process: Process) -> None:
        super().__init__(process.name)
        self.process = process


class Process:
    """A command of `kumihimo_web` that is started again when it dies; what it says goes to a file."""

    def __init__(self, name: str, arguments: Sequence[str], *, log: Path, environment: Mapping[str, str]) -> None:
        self.name, self.log = name, log
        self._arguments, self._environment = arguments, dict(environment)
        self._starts = 0
        self._running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; in a session of its own, so that Ctrl-C reaches it through us and in good order."""
        self._starts += 1
        with self.log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "kumihimo_web", *self._arguments],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def keep_up(self) -> bool:
        """Start it again if it has ended; return whether it had.

        Raises
        ------
        GaveUp
            It has ended too often.
        """
        if self._running is None or self._running.poll() is None:
            return False
        if self._starts >= _MOST_STARTS:
            raise GaveUp(self)
        time.sleep(1.0)
        self.start()
        return True

    def stop(self) -> None:
        """Ask it to stop: the request or the job at hand is finished first."""
        if self._running is not None and self._running.poll() is None:
            self._running.terminate()

    def wait(self) -> None:
        """Wait until it has stopped; a worker in a long job is cut off, another takes the job up after the lease."""
        if self._running is None:
            return
        try:
            self._running.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._running.kill()
            self._running.wait()
