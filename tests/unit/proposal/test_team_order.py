"""A team can be booked as it was proposed: same firms, same price, same dates."""

from __future__ import annotations

from datetime import date

import pytest

from kumihimo.inquiry.open_file import read_text
from kumihimo.interop.work_order_json import work_order_from_json, work_order_to_json
from kumihimo.model import Network
from kumihimo.planning import plan, verify_plan
from kumihimo.proposal.network_plan import network_problem, with_substitutes
from kumihimo.proposal.propose import Proposed, Proposer
from kumihimo.proposal.settings import ProposalSettings

TODAY = date(2026, 11, 22)
SHARED = "SUS304 支給品 バフ研磨 φ20×30 16000個 2027年3月31日まで 新潟県"


@pytest.fixture(scope="module")
def shared(network: Network) -> Proposed:
    proposer = Proposer(network, TODAY, ProposalSettings(horizon_days=400))
    return proposer.propose(read_text(SHARED, today=TODAY), stem="shared")


def test_each_team_has_its_order(proposals: dict[str, Proposed]) -> None:
    for proposed in proposals.values():
        assert len(proposed.work_orders) == len(proposed.proposal.teams) > 0
        for team, order in zip(proposed.proposal.teams, proposed.work_orders, strict=True):
            done = [(step.id, site, step.offer_of(site)) for step in order.steps for site in step.chosen]
            assert {(step, site) for step, site, _ in done} == {(item.step, item.site) for item in team.steps}
            assert sum(offer.jpy for _, _, offer in done) == team.price.steps_jpy
            assert order.title == proposed.proposal.inquiry["title"]
            assert order.due == proposed.proposal.due
            assert work_order_from_json(work_order_to_json(order)) == order


def test_further_offers_are_the_ranked_candidates(proposals: dict[str, Proposed]) -> None:
    for proposed in proposals.values():
        asked = {step.id: [item.site for item in step.candidates] for step in proposed.proposal.steps}
        for order in proposed.work_orders:
            for step in order.steps:
                further = [offer.site for offer in step.offers if offer.site not in step.chosen]
                ranked = [site for site in asked[step.id] if site not in step.chosen]
                assert further[: len(ranked)] == [site for site in ranked if site in further]
                assert len(further) <= ProposalSettings().ranked
        assert any(len(step.offers) > 1 for order in proposed.work_orders for step in order.steps)


def test_a_booked_team_starts_when_it_was_promised(network: Network, proposals: dict[str, Proposed]) -> None:
    for proposed in proposals.values():
        for team, order in zip(proposed.proposal.teams, proposed.work_orders, strict=True):
            problem = network_problem([order], network, start=TODAY)
            found = plan(problem, iterations=50, seed=1)
            assert not verify_plan(problem, found)
            # Minutes and free hours are the team's own; only the carrier may be another one.
            starts = [step.start for step in team.steps if step.start is not None]
            first = min(step.start for step in found.steps)
            assert (problem.start.date() - TODAY).days == 0
            assert first == (min(starts) - problem.start).total_seconds() / 60


def test_a_shared_lot_is_booked_in_shares(network: Network, shared: Proposed) -> None:
    split = [order for order in shared.work_orders if order.steps[0].is_split]
    assert split
    for order in split:
        step = order.steps[0]
        shares = [step.offer_of(site).quantity or 0 for site in step.chosen]
        assert sum(shares) == step.quantity == 16000
        for offer in step.offers:
            row = network.capability(offer.capability)
            assert (offer.quantity or 0) <= (row.lot_max or 16000)
            if offer.site not in step.chosen:
                assert offer.quantity == max(shares)
        assert work_order_from_json(work_order_to_json(order)) == order
        problem = network_problem([order], network, start=TODAY, settings=ProposalSettings(horizon_days=400))
        found = plan(problem, iterations=50, seed=1)
        assert len(found.steps) == len(step.chosen)
        opened = with_substitutes(problem, [order], network, [(order.id, step.id)])
        assert not verify_plan(opened, found)


def test_without_a_team_there_is_nothing_to_book(proposer: Proposer) -> None:
    proposed = proposer.propose(read_text("よろしくお願いします", today=TODAY), stem="x")
    assert proposed.proposal.status == "no_team"
    assert proposed.work_orders == ()
