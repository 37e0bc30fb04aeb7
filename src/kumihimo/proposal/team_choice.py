"""From priced options to teams: peers that share a lot, and the search of `matching.teams`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kumihimo.errors import InputError, NoTeam
from kumihimo.matching import Candidate, CommonCause, LotOption, StepOption, Team, shortlist, split_lot, teams
from kumihimo.model import Network, Routing
from kumihimo.proposal.freight import Freight, transport_by
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.step_options import Option
from kumihimo.proposal.team_plan import Assignment

PEERS = 12
"""Most firms considered for sharing one step."""
EVEN_PEERS = 8
"""Firms among which an even share is made."""
EVEN_SLACK = 1.3
"""How far above the mean a firm's even share may lie, so that a cheap firm takes a little more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOptions:
    """Everything a team may pick for one step.

    Attributes
    ----------
    whole
        Firms that take the whole lot.
    peers
        Firms that fit but for the quantity.
    price
        Prices a candidate for some pieces of the step.
    """

    whole: tuple[Option, ...]
    peers: tuple[Candidate, ...]
    quantity: int
    price: Callable[[Candidate, int], Option]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenTeam:
    """A team before it is dated.

    Attributes
    ----------
    options
        One for each step, several where a lot is shared.
    disaster_risk
        See `matching.Team`; smaller is more robust.
    balanced
        Whether matching found it the best balanced one.
    """

    options: tuple[Option, ...]
    disaster_risk: float
    common_causes: tuple[CommonCause, ...]
    balanced: bool

    @property
    def assignments(self) -> tuple[Assignment, ...]:
        """What each firm does."""
        return tuple(option.assignment for option in self.options)


def choose_teams(
    routing: Routing,
    options: Mapping[str, StepOptions],
    network: Network,
    settings: ProposalSettings,
    customer: tuple[float, float] | None,
    freight: Freight,
) -> tuple[ChosenTeam, ...]:
    """Return the teams to compare.

    Raises
    ------
    NoTeam
        A step has no option, or the limits leave no team.
    """
    behind: dict[StepOption, tuple[Option, ...]] = {}
    offered: dict[str, tuple[StepOption, ...]] = {}
    for step, found in options.items():
        rows = [_step_option(step, (option,)) for option in found.whole]
        groups: list[tuple[Option, ...]] = [(option,) for option in found.whole]
        for shared in _shared(found):
            rows.append(_step_option(step, shared))
            groups.append(shared)
        for row, group in zip(rows, groups, strict=True):
            behind.setdefault(row, group)
        offered[step] = shortlist(rows)
    picked = _within_limits(routing, offered, network, settings, customer, freight)
    chosen = [_chosen(team, behind) for team in picked[: settings.teams]]
    # The balanced team comes first: it is what a coordinator looks at when in a hurry.
    return tuple(sorted(chosen, key=lambda team: not team.balanced))


def _chosen(team: Team, behind: Mapping[StepOption, tuple[Option, ...]]) -> ChosenTeam:
    return ChosenTeam(
        options=tuple(option for step in team.steps for option in behind[step.option]),
        disaster_risk=team.disaster_risk,
        common_causes=team.common_causes,
        balanced=any(label.code == "balanced" for label in team.labels),
    )


def _within_limits(
    routing: Routing,
    offered: Mapping[str, tuple[StepOption, ...]],
    network: Network,
    settings: ProposalSettings,
    customer: tuple[float, float] | None,
    freight: Freight,
) -> tuple[Team, ...]:
    """Return teams of at most `max_firms` firms; where there is none, teams of as many as it takes."""
    rivals = [(firm.id, rival) for firm in network.firms for rival in firm.rivals]
    transport = transport_by(freight, {}, settings)
    for most in (settings.max_firms, None):
        try:
            return teams(
                routing,
                offered,
                transport,
                customer=customer,
                max_firms=most,
                rivals=rivals,
                limit=settings.teams,
            )
        except NoTeam:
            if most is None:
                raise
    return ()


def _step_option(step: str, group: Sequence[Option]) -> StepOption:
    lead = max(group, key=lambda option: option.assignment.quantity)
    place = lead.candidate
    share = tuple((option.candidate.firm, option.assignment.quantity) for option in group) if len(group) > 1 else ()
    return StepOption(
        step=step,
        firm=place.firm,
        site=place.site,
        lat=place.lat,
        lon=place.lon,
        price_jpy=sum(option.price_jpy for option in group),
        days=float(max(option.days for option in group)),
        quality=max(option.defect_rate for option in group),
        score=min(option.candidate.score for option in group),
        prefecture=place.prefecture,
        flood=place.flood,
        quake=place.quake,
        share=share,
    )


def _shared(found: StepOptions) -> list[tuple[Option, ...]]:
    """Return options of peers that share the lot: at the lowest price, and evenly, which takes less time."""
    pool = {candidate.firm: candidate for candidate in found.peers[:PEERS]}
    if len(pool) < 2:
        return []
    even = math.ceil(found.quantity / min(len(pool), EVEN_PEERS) * EVEN_SLACK)
    groups = [_share_out(found, pool, found.quantity - 1), _share_out(found, pool, even)]
    return [group for number, group in enumerate(groups) if group and group not in groups[:number]]


def _share_out(found: StepOptions, pool: Mapping[str, Candidate], at_most: int) -> tuple[Option, ...]:
    """Return the cheapest options of peers with at most so many pieces each; empty when they cannot make the lot."""
    lots: list[LotOption] = []
    for candidate in pool.values():
        most = min(at_most, candidate.lot_max or found.quantity, candidate.monthly_max or found.quantity)
        least = candidate.lot_min or 1
        if not 0 < least <= most:
            continue
        priced = found.price(candidate, most).assignment.quote
        lots.append(
            LotOption(
                firm=candidate.firm,
                site=candidate.site,
                lot_min=least,
                lot_max=most,
                unit_jpy=round((priced.run_jpy + priced.material_jpy) / most),
                setup_jpy=priced.setup_jpy,
            )
        )
    try:
        shares = split_lot(found.quantity, lots)
    except (NoTeam, InputError):
        # Too few pieces between them, or too many pieces to share exactly: then no shared option is offered.
        return ()
    return tuple(found.price(pool[share.firm], share.pieces) for share in shares)
