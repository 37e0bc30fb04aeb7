"""The numbers of a team problem: what options cost, and the trucks between them, as matrices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kumihimo.logistics import FormulaTransport, Transport, great_circle_km_many
from kumihimo.matching.team_answer import StepOption

MINUTES_A_DAY = 1440.0
UNKNOWN_PLACE_KM = 500.0
"""Road kilometres assumed where a position is unknown: about Tokyo to Osaka, so that it never looks near."""
UNKNOWN_HAZARD = 0.5

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Legs:
    """Trucks from the options of one step to those of another; shape (m, m')."""

    jpy: Matrix
    minutes: Matrix


def legs_between(transport: Transport, origin: Sequence[StepOption], target: Sequence[StepOption]) -> Legs:
    """Return the legs of all pairs; infinite where the transport knows no way."""
    if not isinstance(transport, FormulaTransport):
        return _asked(transport, [one.site for one in origin], [one.site for one in target])
    lat1, lon1 = _degrees(origin)
    lat2, lon2 = _degrees(target)
    same = np.array([[one.site == other.site for other in target] for one in origin], dtype=bool)
    return _formula(transport, great_circle_km_many(lat1[:, None], lon1[:, None], lat2[None, :], lon2[None, :]), same)


def legs_to(transport: Transport, origin: Sequence[StepOption], customer: str | tuple[float, float] | None) -> Legs:
    """Return the legs to the customer, shape (m, 1): a site id, (latitude, longitude), or None for free collection."""
    if customer is None:
        return Legs(jpy=np.zeros((len(origin), 1)), minutes=np.zeros((len(origin), 1)))
    if isinstance(customer, tuple) and isinstance(transport, FormulaTransport):
        lat, lon = _degrees(origin)
        km = great_circle_km_many(lat[:, None], lon[:, None], customer[0], customer[1])
        return _formula(transport, km, np.zeros(km.shape, dtype=bool))
    if isinstance(customer, tuple):
        raise ValueError("a transport matrix needs the customer's site id, not coordinates")
    return _asked(transport, [one.site for one in origin], [customer])


def _degrees(options: Sequence[StepOption]) -> tuple[Matrix, Matrix]:
    nan = float("nan")
    lat = np.array([nan if one.lat is None else one.lat for one in options])
    lon = np.array([nan if one.lon is None else one.lon for one in options])
    return lat, lon


def _formula(transport: FormulaTransport, great_circle_km: Matrix, same: NDArray[np.bool_]) -> Legs:
    """Vectorised `FormulaTransport.leg`: minutes round up, yen half up, nothing within a site."""
    km = np.where(np.isnan(great_circle_km), UNKNOWN_PLACE_KM, great_circle_km * transport.detour)
    minutes = np.ceil(transport.handling_min + km / transport.speed_kmh * 60)
    jpy = np.floor(transport.jpy_fixed + km * transport.jpy_per_km + 0.5)
    return Legs(jpy=np.where(same, 0.0, jpy), minutes=np.where(same, 0.0, minutes))


def _asked(transport: Transport, origin: Sequence[str], target: Sequence[str]) -> Legs:
    legs = [[transport.leg(one, other) for other in target] for one in origin]
    return Legs(
        jpy=np.array([[np.inf if leg is None else float(leg.jpy) for leg in line] for line in legs]),
        minutes=np.array([[np.inf if leg is None else float(leg.minutes) for leg in line] for line in legs]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCosts:
    """What the options of one step cost; shape (m,) each.

    Attributes
    ----------
    risk
        -ln(1 - quality risk): adds up to that of the team.
    hazard
        0 to 1.
    """

    price: Matrix
    days: Matrix
    risk: Matrix
    hazard: Matrix
    misfit: Matrix


def step_costs(options: Sequence[StepOption]) -> StepCosts:
    """Return the costs of the options of a step."""
    return StepCosts(
        price=np.array([float(one.price_jpy) for one in options]),
        days=np.array([one.days for one in options]),
        risk=np.array([-np.log1p(-one.quality) for one in options]),
        hazard=np.array([hazard_of(one) for one in options]),
        misfit=np.array([1.0 - one.score / 1000.0 for one in options]),
    )


def hazard_of(option: StepOption) -> float:
    """Return the worse of flood and quake level, 0 to 1; half where neither is known."""
    levels = [level for level in (option.flood, option.quake) if level is not None]
    return max(levels) / 5.0 if levels else UNKNOWN_HAZARD
