"""When a site is free: its calendar, less what is already booked there.

Booked hours are taken from the beginning of each working day, in proportion to the week's load: a shop that is 60 %
booked works on our part in the last 40 % of every day. Where nobody has asked within 14 days, the load is unknown; a
stated share is assumed and the question is listed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from kumihimo.model import Capacity, Network, WorkCalendar, standard_calendar
from kumihimo.model.calendar import DAY_MIN
from kumihimo.planning.problem import Interval

DAYS_A_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLoad:
    """Free time of one site for one process.

    Attributes
    ----------
    open
        Free intervals in minutes after midnight of the first day.
    minutes_a_week
        Free minutes of an average week of the horizon.
    load
        Mean booked share of the weeks that were answered; the assumed share when none was.
    known
        Whether any week was answered within 14 days.
    """

    open: tuple[Interval, ...]
    minutes_a_week: float
    load: float
    known: bool


@dataclass(frozen=True, kw_only=True)
class LoadBook:
    """Free time of every site of a network, worked out when asked for."""

    network: Network
    today: date
    days: int
    unknown_load: float
    _capacities: dict[str, list[Capacity]] = field(default_factory=dict, init=False, repr=False)
    _calendars: dict[str, list[list[Interval]]] = field(default_factory=dict, init=False, repr=False)
    _loads: dict[tuple[str, str], SiteLoad] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for capacity in self.network.capacities:
            self._capacities.setdefault(capacity.site, []).append(capacity)

    def load(self, site: str, process: str) -> SiteLoad:
        """Return the free time of a site for a process.

        Parameters
        ----------
        site
            Site id.
        process
            Process id; answers for this process win over answers for the whole site.
        """
        key = (site, process)
        if key not in self._loads:
            self._loads[key] = self._work_out(site, process)
        return self._loads[key]

    def _work_out(self, site: str, process: str) -> SiteLoad:
        shares = self._week_shares(site, process)
        known = bool(shares)
        mean = sum(shares.values()) / len(shares) if shares else self.unknown_load
        free: list[Interval] = []
        for index, day_open in enumerate(self._open_days(self.network.site(site).calendar)):
            day = self.today + timedelta(days=index)
            share = shares.get(_iso_week(day), mean)
            free.extend(_without_first(day_open, share))
        weeks = self.days / DAYS_A_WEEK
        return SiteLoad(
            open=tuple(free),
            minutes_a_week=sum(b - a for a, b in free) / weeks,
            load=mean,
            known=known,
        )

    def _week_shares(self, site: str, process: str) -> Mapping[str, float]:
        shares: dict[str, float] = {}
        # Rows for the whole site first, so that a row for the process overwrites them.
        rows = [row for row in self._capacities.get(site, ()) if row.process in ("", process)]
        for row in sorted(rows, key=lambda item: item.process != ""):
            free = row.hours_free(self.today)
            if free is not None:
                # No hours at all in a week is an answer too: the site is closed for us, not unknown.
                shares[row.week] = 1.0 - free / row.hours_available if row.hours_available > 0 else 1.0
        return shares

    def _open_days(self, calendar: str | None) -> list[list[Interval]]:
        key = calendar or ""
        if key not in self._calendars:
            found: WorkCalendar = self.network.calendar(calendar) if calendar else standard_calendar()
            days: list[list[Interval]] = [[] for _ in range(self.days)]
            for a, b in found.open_minutes(self.today, self.days):
                while a < b:
                    index = a // DAY_MIN
                    end = min(b, (index + 1) * DAY_MIN)
                    days[index].append((a, end))
                    a = end
            self._calendars[key] = days
        return self._calendars[key]


def _iso_week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _without_first(intervals: list[Interval], share: float) -> list[Interval]:
    """Take `share` of the minutes away, from the beginning."""
    taken = round(sum(b - a for a, b in intervals) * min(1.0, max(0.0, share)))
    left: list[Interval] = []
    for a, b in intervals:
        cut = min(taken, b - a)
        taken -= cut
        if a + cut < b:
            left.append((a + cut, b))
    return left
