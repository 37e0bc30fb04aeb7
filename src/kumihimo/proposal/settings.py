"""What a coordinator may set before teams are proposed, with defaults that the proposal shows as assumptions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalSettings:
    """Settings of a proposal.

    Attributes
    ----------
    answer_days
        Working days until the firms have answered and the order is placed.
    material_days
        Working days to buy raw material, when a step buys it.
    fee_pct
        Coordinator's fee in percent of the firms' and transport prices.
    max_firms
        Most firms in one team.
    teams
        Most teams that are compared.
    ranked
        Candidates and near-misses listed per step.
    horizon_days
        How far the plan looks ahead.
    unknown_load
        Share of a site's hours taken as booked where no fresh answer is known.
    unknown_quantity
        Pieces assumed for price and dates when the inquiry gives no number.
    detour, speed_kmh, handling_min, jpy_per_km, jpy_fixed, kg_co2_per_km
        Transport formula; see `docs/reference/plan-format.md`.
    iterations, seed
        Work limit and seed of the planner.
    """

    answer_days: int = 2
    material_days: int = 3
    fee_pct: float = 3.0
    max_firms: int = 6
    teams: int = 5
    ranked: int = 8
    horizon_days: int = 150
    unknown_load: float = 0.7
    unknown_quantity: int = 10
    detour: float = 1.3
    speed_kmh: float = 50.0
    handling_min: float = 60.0
    jpy_per_km: float = 120.0
    jpy_fixed: float = 1500.0
    kg_co2_per_km: float = 0.5
    jpy_per_late_min: int = 20
    iterations: int = 200
    seed: int = 1
