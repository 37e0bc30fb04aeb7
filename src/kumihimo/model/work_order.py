"""A work order 製造注文: an order that was placed with a team, with every way in which its steps could be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOffer:
    """One way to do a step: one site, for so many minutes and yen.

    Attributes
    ----------
    capability
        Id of the capability row that the offer rests on.
    minutes
        Open minutes of the site.
    quantity
        Pieces, where the lot is split: the share of a chosen site; for any other site the largest share, so that it can
        take over each of them. None = the whole lot.
    """

    firm: str
    site: str
    capability: str
    minutes: int
    jpy: int
    quantity: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStep:
    """One step 工程 of a work order.

    Attributes
    ----------
    id
        Unique in the order; without ``@``.
    after
        Ids of the steps that must be finished first; they stand before this one.
    chosen
        Ids of the sites that do it; more than one = the lot is split.
    offers
        At most one for each site: those of the chosen sites, then the others, best first.
    """

    id: str
    label_ja: str
    label_en: str
    process: str
    quantity: int
    after: tuple[str, ...] = ()
    chosen: tuple[str, ...]
    offers: tuple[StepOffer, ...]

    @property
    def is_split(self) -> bool:
        """Whether several sites share the lot."""
        return len(self.chosen) > 1

    def offer_of(self, site: str) -> StepOffer:
        """Return the offer of a site.

        Raises
        ------
        KeyError
            The site offers nothing.
        """
        for offer in self.offers:
            if offer.site == site:
                return offer
        raise KeyError(site)

    def plan_step(self, site: str) -> str:
        """Return the id that the work of a chosen site has in a planning problem; shares differ by their site."""
        return f"{self.id}@{site}" if self.is_split else self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """An order that was placed with a team of firms.

    Attributes
    ----------
    release
        Day on which work may begin: the order is placed, and material is there.
    due
        Day until whose midnight the goods may arrive; None when nobody waits for a day.
    weight
        How much a late minute counts against those of other orders.
    ship_to
        Latitude and longitude of the delivery place; None when it is not known.
    mass_kg
        What the goods weigh, which decides how they travel; None when it is not known.
    steps
        In an order in which every step stands behind its predecessors.
    """

    id: str
    title: str
    buyer: str
    release: date
    due: date | None = None
    weight: float = 1.0
    ship_to: tuple[float, float] | None = None
    mass_kg: float | None = None
    steps: tuple[OrderStep, ...]
