"""How goods of a weight travel: as parcels, with a groupage carrier, or on a truck of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kumihimo.logistics import FormulaTransport
from kumihimo.proposal.settings import ProposalSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Freight:
    """A way of sending goods: rules of thumb, named in the proposal's assumptions.

    Attributes
    ----------
    handling_min
        Minutes beside the driving: pick-up round, depot, delivery round.
    """

    ja: str
    en: str
    jpy_fixed: float
    jpy_per_km: float
    handling_min: float
    kg_co2_per_km: float


PARCEL = Freight(ja="宅配便", en="parcel", jpy_fixed=1500, jpy_per_km=1.5, handling_min=720, kg_co2_per_km=0.01)
GROUPAGE = Freight(
    ja="路線便", en="groupage carrier", jpy_fixed=4500, jpy_per_km=12, handling_min=720, kg_co2_per_km=0.08
)
PARCEL_MAX_KG = 30.0
GROUPAGE_MAX_KG = 800.0


def freight_for(mass_kg: float | None, settings: ProposalSettings) -> Freight:
    """Return how a lot of `mass_kg` travels: the cheapest way that takes it.

    What nobody has weighed is taken for too heavy for a parcel. The truck of its own has the figures of the settings.
    """
    if mass_kg is not None and mass_kg <= PARCEL_MAX_KG:
        return PARCEL
    if mass_kg is None or mass_kg <= GROUPAGE_MAX_KG:
        return GROUPAGE
    return Freight(
        ja="専用便",
        en="dedicated truck",
        jpy_fixed=settings.jpy_fixed,
        jpy_per_km=settings.jpy_per_km,
        handling_min=settings.handling_min,
        kg_co2_per_km=settings.kg_co2_per_km,
    )


def transport_by(
    freight: Freight, points: Mapping[str, tuple[float, float]], settings: ProposalSettings
) -> FormulaTransport:
    """Return the transport formula of a way of sending over the given site positions."""
    return FormulaTransport(
        points=points,
        detour=settings.detour,
        speed_kmh=settings.speed_kmh,
        handling_min=freight.handling_min,
        jpy_per_km=freight.jpy_per_km,
        jpy_fixed=freight.jpy_fixed,
        kg_co2_per_km=freight.kg_co2_per_km,
    )
