"""A network ネットワーク: all firms and everything that is known about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from kumihimo.model.assessment import Assessment
from kumihimo.model.calendar import WorkCalendar
from kumihimo.model.capability import Capability
from kumihimo.model.capacity import Capacity
from kumihimo.model.certificate import Certificate
from kumihimo.model.delivery import Delivery
from kumihimo.model.equipment import Equipment
from kumihimo.model.firm import Firm
from kumihimo.model.quality_system import QualitySystem
from kumihimo.model.site import Site
from kumihimo.model.skill_count import SkillCount

TABLES: dict[str, type] = {
    "firms": Firm,
    "sites": Site,
    "equipment": Equipment,
    "capabilities": Capability,
    "certificates": Certificate,
    "skills": SkillCount,
    "capacities": Capacity,
    "deliveries": Delivery,
    "quality_systems": QualitySystem,
    "assessments": Assessment,
    "calendars": WorkCalendar,
}
"""Table name of the network -> the noun it holds, in the order in which references point backwards."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """All tables of a network. Rows refer to each other by id; `missing_references` finds those that point nowhere.

    Attributes
    ----------
    name
        Shown in headings.
    synthetic
        True when every row is invented; shown wherever the network is shown.
    """

    name: str = ""
    synthetic: bool = False
    firms: tuple[Firm, ...] = ()
    sites: tuple[Site, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    skills: tuple[SkillCount, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    quality_systems: tuple[QualitySystem, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    calendars: tuple[WorkCalendar, ...] = ()
    _by_id: dict[str, dict[str, Any]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def _table(self, name: str) -> dict[str, Any]:
        if name not in self._by_id:
            self._by_id[name] = {row.id: row for row in getattr(self, name)}
        return self._by_id[name]

    def firm(self, identifier: str) -> Firm:
        """Return a firm by id; KeyError when there is none."""
        row: Firm = self._table("firms")[identifier]
        return row

    def site(self, identifier: str) -> Site:
        """Return a site by id; KeyError when there is none."""
        row: Site = self._table("sites")[identifier]
        return row

    def capability(self, identifier: str) -> Capability:
        """Return a capability row by id; KeyError when there is none."""
        row: Capability = self._table("capabilities")[identifier]
        return row

    def calendar(self, identifier: str) -> WorkCalendar:
        """Return a calendar by id; KeyError when there is none."""
        row: WorkCalendar = self._table("calendars")[identifier]
        return row

    def firm_of_site(self, site: str) -> Firm:
        """Return the firm that a site belongs to."""
        return self.firm(self.site(site).firm)

    def deliveries_of(self, site: str) -> tuple[Delivery, ...]:
        """Return the delivery records of a site."""
        if "deliveries_of" not in self._by_id:
            by_site: dict[str, list[Delivery]] = {}
            for row in self.deliveries:
                by_site.setdefault(row.site, []).append(row)
            self._by_id["deliveries_of"] = {key: tuple(rows) for key, rows in by_site.items()}
        found: tuple[Delivery, ...] = self._by_id["deliveries_of"].get(site, ())
        return found

    def missing_references(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield (table, row id, attribute, value) of each reference that points to no row."""
        targets = {
            "firm": "firms",
            "site": "sites",
            "parent": "firms",
            "capability": "capabilities",
            "calendar": "calendars",
        }
        lists = {"rivals": "firms", "equipment": "equipment", "sites": "sites"}
        for table in TABLES:
            for row in getattr(self, table):
                for attribute, target in targets.items():
                    value = getattr(row, attribute, None)
                    if value and value not in self._table(target):
                        yield table, row.id, attribute, value
                for attribute, target in lists.items():
                    for value in getattr(row, attribute, None) or ():
                        if value not in self._table(target):
                            yield table, row.id, attribute, value
