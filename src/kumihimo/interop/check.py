"""What a coordinator should look at in a network: mistakes, duplicates, stale and expiring facts, single sources."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from kumihimo.errors import Located
from kumihimo.interop.assemble import ReadResult
from kumihimo.interop.dedupe import Duplicate, entries_of, find_duplicates
from kumihimo.interop.table_spec import table_specs
from kumihimo.model import STALE_AFTER_DAYS, FirmStatus, Network

EXPIRES_WITHIN_DAYS = 90
"""A certificate that ends within this time is told: an audit is booked about three months ahead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was found.

    Attributes
    ----------
    rows
        Table -> number of rows that were read.
    duplicates
        Proposals, with the names of the firms.
    stale_capacities
        (site, name of the firm, day last asked) of sites whose capacity is older than two weeks.
    expiring
        (certificate, name of the firm, scheme, last day), the expired ones included, the earliest first.
    single_source
        (process, name of the firm) where one active firm alone does a process: its loss stops the network.
    """

    name: str
    synthetic: bool
    today: date
    rows: dict[str, int]
    problems: tuple[Located, ...]
    duplicates: tuple[tuple[Duplicate, str, str], ...]
    stale_capacities: tuple[tuple[str, str, date], ...]
    expiring: tuple[tuple[str, str, str, date], ...]
    single_source: tuple[tuple[str, str], ...]


def check_network(result: ReadResult, *, today: date) -> Check:
    """Look through a network that was read.

    Parameters
    ----------
    result
        From a reader with ``keep_going=True``.
    today
        Day of reference.
    """
    network = result.network
    names = {firm.id: firm.name for firm in network.firms}
    found = find_duplicates(entries_of(network))
    return Check(
        name=network.name,
        synthetic=network.synthetic,
        today=today,
        rows={table: len(getattr(network, table)) for table in table_specs()},
        problems=result.problems,
        duplicates=tuple((item, names[item.first], names[item.second]) for item in found),
        stale_capacities=_stale(network, today),
        expiring=_expiring(network, today),
        single_source=_single_source(network),
    )


def check_to_json(check: Check) -> dict[str, Any]:
    """Return the findings as plain JSON."""
    return {
        "name": check.name,
        "synthetic": check.synthetic,
        "today": check.today.isoformat(),
        "rows": check.rows,
        "problems": [
            {
                "sheet": item.sheet,
                "row": item.row,
                "column": item.column,
                "value": item.value,
                "expected_ja": item.expected_ja,
                "expected_en": item.expected_en,
            }
            for item in check.problems
        ],
        "duplicates": [
            {
                "firms": [item.first, item.second],
                "names": [first, second],
                "score": item.score,
                "reasons_ja": list(item.reasons_ja),
                "reasons_en": list(item.reasons_en),
            }
            for item, first, second in check.duplicates
        ],
        "stale_capacities": [
            {"site": site, "firm": firm, "asked_on": day.isoformat()} for site, firm, day in check.stale_capacities
        ],
        "expiring_certificates": [
            {"certificate": identifier, "firm": firm, "scheme": scheme, "expires_on": day.isoformat()}
            for identifier, firm, scheme, day in check.expiring
        ],
        "single_source": [{"process": process, "firm": firm} for process, firm in check.single_source],
    }


def _stale(network: Network, today: date) -> tuple[tuple[str, str, date], ...]:
    last: dict[str, date] = {}
    for row in network.capacities:
        last[row.site] = max(row.asked_on, last.get(row.site, date.min))
    old = [(site, day) for site, day in last.items() if (today - day).days > STALE_AFTER_DAYS]
    return tuple((site, network.firm_of_site(site).name, day) for site, day in sorted(old, key=lambda item: item[1]))


def _expiring(network: Network, today: date) -> tuple[tuple[str, str, str, date], ...]:
    rows = [
        (row.id, network.firm(row.firm).name, row.scheme, row.expires_on)
        for row in network.certificates
        if row.expires_on is not None and (row.expires_on - today).days <= EXPIRES_WITHIN_DAYS
    ]
    return tuple(sorted(rows, key=lambda row: row[3]))


def _single_source(network: Network) -> tuple[tuple[str, str], ...]:
    doers: dict[str, set[str]] = defaultdict(set)
    for row in network.capabilities:
        firm = network.firm_of_site(row.site)
        if firm.status is FirmStatus.ACTIVE:
            doers[row.process].add(firm.id)
    return tuple(
        (process, network.firm(next(iter(firms))).name) for process, firms in sorted(doers.items()) if len(firms) == 1
    )
