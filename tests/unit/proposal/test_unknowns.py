"""What nobody said is asked and marked, never filled in silently."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.model import Capability, Network
from kumihimo.proposal.delivery import delivery_of
from kumihimo.proposal.freight import GROUPAGE, PARCEL, freight_for
from kumihimo.proposal.html import proposal_html
from kumihimo.proposal.missing import missing
from kumihimo.proposal.propose import Proposed, Proposer
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.team_plan import own_lead_days

TODAY = date(2026, 11, 22)
WHOLE = "A5052 マシニング 100×50×20mm 10個 2027年1月29日 納入先：長野県諏訪市"


def test_a_complete_inquiry_misses_nothing() -> None:
    assert missing(read_text(WHOLE, today=TODAY)) == ()


def test_everything_missing_is_asked() -> None:
    text = " ".join(item.ja for item in missing(read_text("旋盤でお願い", today=TODAY)))
    for word in ("材質", "数量", "寸法", "納期", "納入先"):
        assert word in text
    assert "工程" not in text


def test_what_is_asked_already_is_not_asked_twice() -> None:
    inquiry = read_text("A5052 マシニング 100×50×20mm 50〜100個 2027年1月29日 納入先：長野県", today=TODAY)
    assert [question.field for question in inquiry.questions] == ["quantity"]
    assert missing(inquiry) == ()


def test_guesses_stand_beside_the_price(proposer: Proposer) -> None:
    proposal = proposer.propose(read_text("旋盤でお願い", today=TODAY), stem="x").proposal
    assert any("仮に 10 個" in item.ja for item in proposal.guesses)
    assert any("材質が不明" in item.ja for item in proposal.guesses)
    page = proposal_html(proposal)
    assert "確認が要る点はありません" not in page
    assert "仮に 10 個" in page


def test_quality_without_records_is_unknown(network: Network) -> None:
    proposer = Proposer(replace(network, deliveries=()), TODAY)
    proposal = proposer.propose(read_text(WHOLE, today=TODAY), stem="x").proposal
    assert proposal.teams
    assert all(team.defect_known_steps == 0 for team in proposal.teams)
    assert all(label.en != "best quality" for team in proposal.teams for label in team.labels)
    page = proposal_html(proposal)
    assert "納入実績なし（不明）" in page
    assert "納入実績から見た" not in page


def test_what_is_late_never_stands_first_while_something_is_on_time(proposals: dict[str, Proposed]) -> None:
    for proposed in proposals.values():
        late = [team.late_days > 0 for team in proposed.proposal.teams]
        assert late == sorted(late)
        assert [team.name for team in proposed.proposal.teams] == list("ABCDEFGH")[: len(late)]


@pytest.mark.parametrize(("least", "usual", "days"), [(5, 10, 5), (None, 14, 14), (None, None, 0)])
def test_the_firms_own_lead_time_is_never_undercut(least: int | None, usual: int | None, days: int) -> None:
    row = Capability(
        id="c", site="s", process="mach.mill5", material_family="steel", lead_days_min=least, lead_days_typ=usual
    )
    assert own_lead_days(row) == days


def test_light_goods_travel_as_parcels() -> None:
    settings = ProposalSettings()
    assert freight_for(8.0, settings) is PARCEL
    assert freight_for(300.0, settings) is GROUPAGE
    assert freight_for(3000.0, settings).jpy_per_km == settings.jpy_per_km


def test_the_named_town_is_the_delivery_place() -> None:
    place = delivery_of(read_text(WHOLE, today=TODAY))
    assert place.name_ja == "長野県 諏訪市"
    assert place.point is not None
    assert place.point[0] == pytest.approx(36.04, abs=0.02)
    only = delivery_of(read_text("A5052 切削 10個 長野県", today=TODAY))
    assert only.name_ja == "長野県"
    assert "県庁所在地" in only.assumption.ja


def test_a_part_without_a_process_is_said_to_be_left_out(proposer: Proposer) -> None:
    text = (
        "部品1：ブラケット\n材質：SS400\n加工：マシニング\n数量：10個\n\n"
        "部品2：パッキン\n材質：NBR\n数量：20個\n納期：2027年1月29日"
    )
    inquiry = read_text(text, today=TODAY)
    assert len(inquiry.parts) == 2
    proposal = proposer.propose(inquiry, stem="x").proposal
    assert any("パッキン" in item.ja and "含みません" in item.ja for item in proposal.guesses)
    assert any("パッキン" in item.ja and "工程" in item.ja for item in proposal.missing)


def test_a_team_that_only_finishes_is_not_proposed_before_the_shape_is_known(proposer: Proposer) -> None:
    text = "S45C φ30×120 高周波焼入れ 100本 2027年1月29日 納入先：長野県諏訪市"
    proposal = proposer.propose(read_text(text, today=TODAY), stem="x").proposal
    assert proposal.teams == ()
    assert proposal.reason is not None
    assert "どう形を作りますか" in proposal.reason.ja
    assert [item.ja for item in proposal.missing if "どう形を作りますか" in item.ja]
    supplied = proposer.propose(read_text(f"{text} 支給品", today=TODAY), stem="x").proposal
    assert supplied.reason is None or "どう形を作りますか" not in supplied.reason.ja
    assert not any("どう形を作りますか" in item.ja for item in supplied.missing)


def test_a_date_that_is_gone_rejects_nobody(proposer: Proposer) -> None:
    text = "A5052 マシニング 100×50×20mm 10個 納期2026年11月2日 長野県"
    proposal = proposer.propose(read_text(text, today=TODAY), stem="x").proposal
    assert proposal.status == "proposed"
    assert all(team.late_days > 0 for team in proposal.teams)
