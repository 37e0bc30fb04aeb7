"""The steps before a step of the current plan: whoever begins a later one says that they are done.

A firm sees its own steps alone, yet its report speaks of the others too: rows are read here whoever asks, and pages
show of them only what the scope may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.plans.models import Freeze, PlanStep, Report

_MINUTE = timedelta(minutes=1)


class BegunLater(Exception):
    """A step before it was reported as begun after the start that is reported now.

    Attributes
    ----------
    step
        The earlier step.
    """

    def __init__(self, step: PlanStep) -> None:
        super().__init__(step.step)
        self.step = step


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """When a step that nobody spoke of was done at the latest, since a later one has begun."""

    row: PlanStep
    started_at: datetime
    finished_at: datetime
    was_started: bool


def before(after: Mapping[str, Iterable[str]], names: Iterable[str]) -> set[str]:
    """Return the steps before some, however far.

    Parameters
    ----------
    after
        Step -> steps directly before it.
    """
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        for name in after.get(waiting.pop(), ()):
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found


def rows_of(row: PlanStep) -> dict[str, PlanStep]:
    """Return step -> row, of all steps of the order that a step belongs to."""
    rows = PlanStep._base_manager.filter(network_id=current_scope().network, order_id=row.order_id)
    return {one.step: one for one in rows.select_related("version", "order").order_by("position", "start")}


def routing_of(rows: Mapping[str, PlanStep]) -> dict[str, list[str]]:
    """Return step -> steps directly before it."""
    return {name: [other for other, _minutes in row.after] for name, row in rows.items()}


def reports_of(ref: str) -> dict[str, Report]:
    """Return step -> what was said of it and holds, of an order."""
    rows = Report._base_manager.filter(network_id=current_scope().network, ref=ref, withdrawn_at=None)
    return {one.step: one for one in rows}


def still_open(row: PlanStep) -> list[PlanStep]:
    """Return the steps before one that nobody has reported as done, in the sequence of the routing."""
    rows = rows_of(row)
    names = before(routing_of(rows), [row.step])
    return [one for name, one in rows.items() if name in names and one.freeze < Freeze.DONE]


def pasts(row: PlanStep, waiting: Sequence[PlanStep], start: datetime) -> list[Past]:
    """Return when the open steps before one were done, that was started at a moment: as planned, or just in time.

    Raises
    ------
    BegunLater
        One of them was reported as begun after that moment.
    """
    return _Chain(row, waiting, start).pasts()


class _Chain:
    def __init__(self, row: PlanStep, waiting: Sequence[PlanStep], start: datetime) -> None:
        self.rows, self.waiting = rows_of(row), {one.step for one in waiting}
        self.reports = reports_of(row.order.ref)
        self.known: dict[str, Past] = {}
        self.step, self.start = row.step, start

    def pasts(self) -> list[Past]:
        return [self._past(name) for name in self.rows if name in self.waiting]

    def _past(self, name: str) -> Past:
        if name not in self.known:
            self.known[name] = self._found(self.rows[name])
        return self.known[name]

    def _found(self, row: PlanStep) -> Past:
        said = self.reports.get(row.step)
        end = min([row.ends_at, *self._latest(row.step, is_begun=said is not None)])
        if said is not None:
            if said.started_at >= self.start:
                raise BegunLater(row)
            end = max(end, said.started_at + _MINUTE)
            return Past(row=row, started_at=said.started_at, finished_at=end, was_started=True)
        began, floor = min(usual_start(row, end), end - _MINUTE), self._earliest(row)
        if floor is not None:
            # In a hurry rather than before what is known of the steps before it.
            began = max(began, min(floor, end - _MINUTE))
        return Past(row=row, started_at=began, finished_at=end, was_started=False)

    def _earliest(self, row: PlanStep) -> datetime | None:
        """Return when the steps before one can have been done as far as they were reported; None = nothing was."""
        found = []
        for name, _minutes in row.after:
            said, other = self.reports.get(name), self.rows.get(name)
            if said is not None:
                found.append(said.finished_at or said.started_at + _MINUTE)
            elif other is not None:
                floor = self._earliest(other)
                found += [] if floor is None else [floor + _MINUTE]
        return max(found, default=None)

    def _latest(self, name: str, *, is_begun: bool) -> list[datetime]:
        """Return when the goods had to leave a step for each one after it that has begun."""
        found = []
        for later in self.rows.values():
            minutes = dict(later.after).get(name)
            if minutes is None:
                continue
            if later.step == self.step:
                start = self.start
            elif later.step in self.waiting:
                start = self._past(later.step).started_at
            elif later.step in self.reports and not is_begun:
                start = self.reports[later.step].started_at
            else:
                continue
            found.append(start - timedelta(minutes=minutes))
        return found


def usual_start(row: PlanStep, finished_at: datetime) -> datetime:
    """Return when a step was probably started that is done: as planned, or as long before as it was planned to take."""
    return row.starts_at if row.starts_at < finished_at else finished_at - (row.ends_at - row.starts_at)
