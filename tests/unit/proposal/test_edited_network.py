"""A proposer that is brought up to date proposes as one that is made anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kumihimo.inquiry.open_file import read_file
from kumihimo.matching import MatchIndex, edited_firms
from kumihimo.model import Network
from kumihimo.proposal import propose
from kumihimo.proposal.propose import Proposed, Proposer
from kumihimo.proposal.to_json import proposal_to_json

TODAY = date(2026, 11, 22)
EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "inquiries"


def edited(network: Network, proposed: Proposed) -> tuple[Network, set[str]]:
    """Change the firms of the best team: one loses a site's rows, one is dearer, one leaves, all say they are full."""
    firms = list(dict.fromkeys(step.firm for step in proposed.proposal.teams[0].steps))
    emptied, dearer, gone = (firms * 3)[:3]
    site_firm = {site.id: site.firm for site in network.sites}
    left = {site.id for site in network.sites if site.firm != gone}
    without = {
        table: tuple(row for row in getattr(network, table) if row.site in left)
        for table in ("equipment", "capabilities", "skills", "capacities", "deliveries")
    }
    without |= {
        table: tuple(row for row in getattr(network, table) if row.firm != gone)
        for table in ("sites", "certificates", "quality_systems", "assessments")
    }
    now = replace(network, firms=tuple(one for one in network.firms if one.id != gone), **without)
    rows = tuple(
        replace(row, hourly_jpy=90_000) if site_firm[row.site] == dearer else row
        for row in now.capabilities
        if site_firm[row.site] != emptied
    )
    asked = tuple(
        replace(row, hours_booked=row.hours_available, asked_on=TODAY) if site_firm[row.site] == dearer else row
        for row in now.capacities
    )
    return replace(now, capabilities=rows, capacities=asked), set(firms[:3])


@pytest.mark.parametrize("name", ["01-mail.txt", "06-assembly.txt"])
def test_after_firms_have_changed(
    name: str, network: Network, proposer: Proposer, proposals: dict[str, Proposed], monkeypatch: pytest.MonkeyPatch
) -> None:
    now, changed = edited(network, proposals[name])
    assert edited_firms(network, now) == changed
    inquiry = read_file(EXAMPLES / name, today=TODAY)
    anew = proposal_to_json(Proposer(now, TODAY).propose(inquiry, stem="x").proposal)
    assert anew["teams"] != proposal_to_json(proposals[name].proposal)["teams"]
    # What proposes on the edited network lays nothing out anew, and says the same.
    monkeypatch.setattr(MatchIndex, "from_network", None)
    after = Proposer(now, TODAY, before=proposer)
    assert proposal_to_json(after.propose(inquiry, stem="x").proposal) == anew
    back = Proposer(network, TODAY, before=after)
    assert proposal_to_json(back.propose(inquiry, stem="x").proposal) == proposal_to_json(
        proposer.propose(inquiry, stem="x").proposal
    )


def test_a_network_that_is_another_is_laid_out_anew(
    network: Network, proposer: Proposer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(propose, "MOST_EDITED", 1)
    some = [one.id for one in network.firms[:2]]
    firms = tuple(replace(one, employees=1) if one.id in some else one for one in network.firms)
    after = Proposer(replace(network, firms=firms), TODAY, before=proposer)
    assert after._index.edited_firms == 0
