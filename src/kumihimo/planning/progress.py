"""What a planning run tells while it runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One message of the engine to whoever watches.

    Attributes
    ----------
    share
        Part of the effort spent, 0 to 1; None where nobody can know.
    phase
        What is being done: ``construct``, ``improve``, ``cpsat``, ``bound``, ``explain``.
    objective
        Of the best plan so far; None before there is one.
    lower_bound
        Proven so far; None before there is one.
    unplanned
        Orders without a place in the best plan so far.
    steps_per_s
        Steps placed per second since the last message; None when not measured.
    """

    share: float | None = None
    phase: str = ""
    objective: int | None = None
    lower_bound: int | None = None
    unplanned: int = 0
    steps_per_s: float | None = None
