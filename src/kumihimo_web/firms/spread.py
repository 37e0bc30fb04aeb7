"""How abilities and room are spread over the country: firms by prefecture, and processes that hang on one firm.

Only firms that take part are counted. What is read is narrowed by the scope: who may not see how busy others are finds
every answer unknown. What was counted is kept until a firm changes or the day is over.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from kumihimo.model import FirmStatus
from kumihimo.model.capacity import STALE_AFTER_DAYS
from kumihimo_web.accounts.kept import kept
from kumihimo_web.accounts.queries import own_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.firms.load_level import LoadLevel, iso_week, level_of_hours
from kumihimo_web.firms.models import ROWS, Capability, Firm, Site

_BEST_FIRST: dict[LoadLevel | None, int] = {LoadLevel.FREE: 0, None: 1, LoadLevel.USUAL: 2, LoadLevel.FULL: 3}
"""What a firm of several sites has in a prefecture: room at one of them is enough; where nobody knows about one of
them and the others have no room, nobody knows about the firm."""


@dataclass(slots=True, kw_only=True)
class Spread:
    """The firms of one prefecture.

    Attributes
    ----------
    firms
        How many have a site there (with the process asked for).
    loads
        Answer for this week -> number of firms; None stands for those that nobody knows about.
    only
        Id of the firm, where it is the only one.
    """

    firms: int = 0
    loads: Counter[LoadLevel | None] = field(default_factory=Counter)
    only: str = ""

    @property
    def known(self) -> int:
        """Number of firms whose answer is known."""
        return self.firms - self.loads[None]


def by_prefecture(today: date, process: str = "") -> dict[str, Spread]:
    """Return prefecture -> its firms, all or those with a capability row of the process.

    Parameters
    ----------
    process
        Id of a known process: what is counted of each is kept.
    """
    return kept(f"spread-{process}", (today, own_network().state), lambda: _by_prefecture(today, process))


def _by_prefecture(today: date, process: str) -> dict[str, Spread]:
    found: defaultdict[str, Spread] = defaultdict(Spread)
    for prefecture, firm, level in _firms(today, process):
        here = found[prefecture]
        here.firms += 1
        here.loads[level] += 1
        here.only = firm if here.firms == 1 else ""
    return dict(found)


def with_room(today: date, *, process: str = "", prefecture: str = "") -> QuerySet[Firm]:
    """Return the firms that said 空きあり for this week, of one prefecture or of all."""
    refs = {
        firm for place, firm, level in _firms(today, process) if level == LoadLevel.FREE and prefecture in ("", place)
    }
    found: QuerySet[Firm] = Firm.objects.filter(ref__in=refs)
    return found


def _firms(today: date, process: str) -> Iterator[tuple[str, str, LoadLevel | None]]:
    """Yield (prefecture, firm, answer for this week) of every firm in every prefecture where it has a site."""
    sites = Site.objects.exclude(firm__in=_not_active())
    if process:
        sites = sites.filter(ref__in=_sites_of(process))
    answers = _answers(today, process)
    best: dict[tuple[str, str], LoadLevel | None] = {}
    for ref, firm, prefecture in sites.values_list("ref", "firm", "prefecture"):
        key, level = (prefecture, firm), answers.get(ref)
        if key not in best or _BEST_FIRST[level] < _BEST_FIRST[best[key]]:
            best[key] = level
    for (prefecture, firm), level in best.items():
        yield prefecture, firm, level


def _answers(today: date, process: str) -> dict[str, LoadLevel]:
    """Return site -> answer for this week; one for the process itself counts more than one for the whole site."""
    fresh = ROWS["capacities"].objects.filter(
        week=iso_week(today), asked_on__gte=today - timedelta(days=STALE_AFTER_DAYS)
    )
    if process:
        fresh = fresh.filter(site__in=_sites_of(process))
    whole: dict[str, LoadLevel] = {}
    own: dict[str, LoadLevel] = {}
    rows = fresh.filter(process__in={"", process}).values_list("site", "process", "hours_available", "hours_booked")
    for site, of, available, booked in rows:
        (own if of else whole)[site] = level_of_hours(available, booked)
    return whole | own


def _sites_of(process: str) -> QuerySet[Any]:
    return Capability.objects.filter(process=process).values("site")


def sources() -> dict[str, str | None]:
    """Return process that somebody does -> the only firm of the whole network that does it, None where several do."""
    return kept("sources", own_network().state, _sources)


def _sources() -> dict[str, str | None]:
    scope = current_scope()
    table = Capability._meta.db_table
    with connection.cursor() as cursor:
        values: dict[str, int | str] = {"network": scope.network, "active": FirmStatus.ACTIVE.value}
        cursor.execute(_SOURCES.format(capability=table, firm=Firm._meta.db_table), values)
        found = cursor.fetchall()
    return {process: first if first == last else None for process, first, last in found if first}


_SOURCES = """
WITH RECURSIVE done(process) AS (
  SELECT MIN(process) FROM {capability} WHERE network_id = %(network)s
  UNION ALL
  SELECT (SELECT MIN(process) FROM {capability} WHERE network_id = %(network)s AND process > done.process)
  FROM done WHERE done.process IS NOT NULL
), absent(ref) AS (
  SELECT ref FROM {firm} WHERE network_id = %(network)s AND status <> %(active)s
)
SELECT process,
  (SELECT firm FROM {capability} WHERE network_id = %(network)s AND process = done.process
   AND firm NOT IN (SELECT ref FROM absent) ORDER BY firm LIMIT 1),
  (SELECT firm FROM {capability} WHERE network_id = %(network)s AND process = done.process
   AND firm NOT IN (SELECT ref FROM absent) ORDER BY firm DESC LIMIT 1)
FROM done WHERE process IS NOT NULL
"""
"""First and last firm of every process, each a leap in the index of the processes: grouping all capability rows of
10,000 firms takes ten times as long. Written out, since the ORM has no such leap; the network is that of the scope."""


def _not_active() -> QuerySet[Any]:
    # The few that do not take part: cheaper to leave out than to look for the many that do.
    return Firm.objects.exclude(status=FirmStatus.ACTIVE).values("ref")
