"""The index: the immutable columns of a network and a small delta of the profiles edited since."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kumihimo.errors import InputError
from kumihimo.matching.columns import CapabilityColumns
from kumihimo.matching.free_weeks import FreeWeeks
from kumihimo.matching.from_network import columns_of
from kumihimo.model import Network


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class IndexPart:
    """Columns, and which of their firms were replaced by a newer part (None: none)."""

    columns: CapabilityColumns
    replaced: NDArray[np.bool_] | None = None
    _free: dict[date, FreeWeeks] = field(default_factory=dict)

    def free_weeks(self, today: date) -> FreeWeeks:
        """Return the free capacity as known on `today`; the summary of one day is kept."""
        found = self._free.get(today)
        if found is None:
            found = FreeWeeks.of(self.columns, today)
            self._free.clear()
            self._free[today] = found
        return found

    @property
    def firm_count(self) -> int:
        """Number of firms that this part answers for."""
        gone = 0 if self.replaced is None else int(self.replaced.sum())
        return self.columns.firm_count - gone


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchIndex:
    """What `rank` searches.

    Attributes
    ----------
    base
        The columns that were built or loaded.
    delta
        Columns of the firms edited since; None when there are none.
    """

    base: IndexPart
    delta: IndexPart | None = None
    _edited: Network | None = None

    @staticmethod
    def from_columns(columns: CapabilityColumns) -> MatchIndex:
        """Search these columns."""
        return MatchIndex(base=IndexPart(columns=columns))

    @staticmethod
    def from_network(network: Network, *, as_of: date | None = None) -> MatchIndex:
        """Search a network; see `columns_of`."""
        return MatchIndex.from_columns(columns_of(network, as_of=as_of))

    @staticmethod
    def load(directory: Path) -> MatchIndex:
        """Search what `CapabilityColumns.save` wrote. Raises `InputError`."""
        return MatchIndex.from_columns(CapabilityColumns.load(directory))

    @property
    def parts(self) -> tuple[IndexPart, ...]:
        """The parts to search; a firm is in exactly one of them."""
        return (self.base,) if self.delta is None else (self.base, self.delta)

    @property
    def firm_count(self) -> int:
        """Number of firms."""
        return sum(part.firm_count for part in self.parts)

    @property
    def edited_firms(self) -> int:
        """Number of firms in the delta; rebuild the columns when it grows to some thousands."""
        return 0 if self.delta is None else self.delta.columns.firm_count

    def prepare(self, *, today: date) -> None:
        """Lay out all processes for one day now, so that the first query of each need not (some 0.2 s a million rows).

        What is laid out is kept until a query names another day.
        """
        for part in self.parts:
            free = part.free_weeks(today)
            for process in part.columns.processes:
                free.process_rows(process)

    def with_profiles(self, profiles: Network, *, removed: Iterable[str] = (), as_of: date | None = None) -> MatchIndex:
        """Return an index in which the firms of `profiles` stand as given there, and `removed` firms are gone.

        Parameters
        ----------
        profiles
            The whole profiles (all sites and rows) of the edited or new firms, and nothing else.
        removed
            Ids of firms that left the network.
        as_of
            As in `columns_of`.
        """
        gone = set(removed)
        fresh = {firm.id for firm in profiles.firms}
        before = self._edited if self._edited is not None else Network()
        merged = _joined(_without(before, fresh | gone), profiles)
        columns = self.base.columns
        replaced = np.zeros(columns.firm_count, dtype=bool) if self.base.replaced is None else self.base.replaced.copy()
        ids = np.array([name.encode() for name in sorted(fresh | gone)], dtype=columns.firm_ids.dtype)
        wanted = [name.encode() for name in sorted(fresh | gone)]
        places = np.searchsorted(columns.firm_ids, ids)
        for name, place in zip(wanted, places.tolist(), strict=True):
            if place < len(columns.firm_ids) and columns.firm_ids[place] == name:
                replaced[place] = True
        base = replace(self.base, replaced=replaced)
        delta = IndexPart(columns=columns_of(merged, as_of=as_of)) if merged.firms else None
        return MatchIndex(base=base, delta=delta, _edited=merged)

    def refresh_site(self, network: Network, site: str, *, as_of: date | None = None) -> MatchIndex:
        """Return an index in which the firm of `site` stands as it does in `network`.

        Raises
        ------
        InputError
            The network holds no such site.
        """
        try:
            firm = network.firm_of_site(site).id
        except KeyError:
            raise InputError(
                f"拠点「{site}」がネットワークにありません。拠点IDを確かめてください。",
                f"The network holds no site {site!r}. Check the site id.",
            ) from None
        return self.with_profiles(profiles_of(network, {firm}), as_of=as_of)


_BY_FIRM = ("certificates", "quality_systems", "assessments")
_BY_SITE = ("equipment", "capabilities", "skills", "capacities", "deliveries")


def profiles_of(network: Network, firms: set[str]) -> Network:
    """Return the part of a network that says all there is about some firms."""
    sites = tuple(row for row in network.sites if row.firm in firms)
    named = {row.id for row in sites}
    tables: dict[str, Any] = {"firms": tuple(row for row in network.firms if row.id in firms), "sites": sites}
    for name in _BY_FIRM:
        tables[name] = tuple(row for row in getattr(network, name) if row.firm in firms)
    for name in _BY_SITE:
        tables[name] = tuple(row for row in getattr(network, name) if row.site in named)
    return replace(network, **tables)


def edited_firms(before: Network, now: Network) -> set[str]:
    """Return the firms of which some row is there in one state of a network only.

    Rows are told apart as objects: what has not changed must be the same object in both states.
    """
    firm_of = {row.id: row.firm for network in (before, now) for row in network.sites}
    found: set[str] = set()
    for name in ("firms", "sites", *_BY_FIRM, *_BY_SITE):
        old, new = ({id(row): row for row in getattr(network, name)} for network in (before, now))
        for row in [*(old[key] for key in old.keys() - new.keys()), *(new[key] for key in new.keys() - old.keys())]:
            found.add(row.id if name == "firms" else firm_of.get(row.site, "") if name in _BY_SITE else row.firm)
    return found - {""}


def _without(network: Network, firms: set[str]) -> Network:
    return profiles_of(network, {row.id for row in network.firms} - firms)


def _joined(left: Network, right: Network) -> Network:
    names = ("firms", "sites", *_BY_FIRM, *_BY_SITE)
    tables: dict[str, Any] = {name: getattr(left, name) + getattr(right, name) for name in names}
    return replace(right, **tables)
