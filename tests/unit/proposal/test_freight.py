"""A booked team travels in the network's plan as it was proposed: parcel, groupage or a truck of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kumihimo.interop.work_order_json import work_order_from_json, work_order_to_json
from kumihimo.model import Network, WorkOrder
from kumihimo.planning import Plan, Problem, plan
from kumihimo.planning.compare import cost_of
from kumihimo.proposal.freight import GROUPAGE, freight_for, transport_by
from kumihimo.proposal.machines import site_points
from kumihimo.proposal.network_plan import network_problem, with_substitutes
from kumihimo.proposal.propose import Proposed
from kumihimo.proposal.settings import ProposalSettings

TODAY = date(2026, 11, 22)
SETTINGS = ProposalSettings()


def freight_in(problem: Problem, found: Plan, order: WorkOrder) -> int:
    """Return what a plan pays beyond the work of the chosen firms."""
    work = sum(step.offer_of(site).jpy for step in order.steps for site in step.chosen)
    cost = cost_of(problem, found)
    return cost.modes + cost.transport - work


def legs_of(order: WorkOrder, network: Network) -> int:
    """Return the freight of an order, leg by leg."""
    chosen = {step.id: step.chosen for step in order.steps}
    points = site_points(network, (site for step in order.steps for site in step.chosen))
    ways = [(a, b) for step in order.steps for n in step.after for a in chosen[n] for b in step.chosen]
    if order.ship_to is not None:
        points["customer"] = order.ship_to
        inner = {name for step in order.steps for name in step.after}
        ways += [(site, "customer") for step in order.steps if step.id not in inner for site in step.chosen]
    transport = transport_by(freight_for(order.mass_kg, SETTINGS), points, SETTINGS)
    legs = [transport.leg(*way) for way in ways]
    return sum(leg.jpy for leg in legs if leg is not None)


def test_a_booked_team_pays_the_freight_of_its_proposal(network: Network, proposals: dict[str, Proposed]) -> None:
    masses = set()
    for proposed in proposals.values():
        for team, order in zip(proposed.proposal.teams, proposed.work_orders, strict=True):
            problem = network_problem([order], network, start=TODAY)
            found = plan(problem, iterations=0)
            assert freight_in(problem, found, order) == team.price.transport_jpy
            masses.add(order.mass_kg)
    assert None not in masses
    assert len(masses) > 1


@pytest.mark.parametrize("mass_kg", [2.0, 300.0, 3000.0, None])
def test_every_mass_travels_by_one_rule(
    mass_kg: float | None, network: Network, proposals: dict[str, Proposed]
) -> None:
    orders = [order for proposed in proposals.values() for order in proposed.work_orders]
    order = replace(max(orders, key=lambda one: len(one.steps)), mass_kg=mass_kg)
    problem = network_problem([order], network, start=TODAY)
    assert freight_in(problem, plan(problem, iterations=0), order) == legs_of(order, network) > 0


def test_what_nobody_weighed_is_no_parcel() -> None:
    assert freight_for(None, SETTINGS) is GROUPAGE


def test_the_mass_is_kept_with_the_order(proposals: dict[str, Proposed]) -> None:
    order = next(iter(proposals.values())).work_orders[0]
    assert work_order_from_json(work_order_to_json(order)).mass_kg == order.mass_kg is not None
    unknown = replace(order, mass_kg=None)
    assert "mass_kg" not in work_order_to_json(unknown)
    assert work_order_from_json(work_order_to_json(unknown)) == unknown


def test_a_substitute_is_priced_with_its_own_way(network: Network, proposals: dict[str, Proposed]) -> None:
    orders = [order for proposed in proposals.values() for order in proposed.work_orders]
    order = next(one for one in orders if one.ship_to and any(len(s.offers) > 1 and not s.is_split for s in one.steps))
    heavy = replace(order, mass_kg=300.0)
    step = next(one for one in heavy.steps if len(one.offers) > 1 and not one.is_split)
    problem = with_substitutes(network_problem([heavy], network, start=TODAY), [heavy], network, [(heavy.id, step.id)])
    modes = next(one for one in problem.orders[0].steps if one.id == step.id).modes
    other = next(offer for offer in step.offers if offer.site not in step.chosen)
    mode = next(one for one in modes if one.resource.startswith(f"{other.site}/"))
    moved = replace(step, chosen=(other.site,))
    taken = replace(heavy, steps=tuple(moved if one.id == step.id else one for one in heavy.steps))
    same = network_problem([taken], network, start=TODAY).orders[0]
    assert next(one for one in same.steps if one.id == step.id).modes[0] == mode
