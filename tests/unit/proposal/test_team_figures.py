"""Figures and words of teams where the easy way would be wrong: shared lots, single teams, dropped labels."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kumihimo.errors import InputError
from kumihimo.inquiry.open_file import read_text
from kumihimo.model import Capacity, Network, WorkCalendar
from kumihimo.planning import verify_plan
from kumihimo.proposal.html import index_html, proposal_html
from kumihimo.proposal.machines import position
from kumihimo.proposal.propose import Proposed, Proposer
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.site_load import LoadBook
from kumihimo.proposal.step_answer import place_of
from kumihimo.proposal.step_options import Option
from kumihimo.proposal.team_answer import defect_share, team_letter
from kumihimo.proposal.team_choice import ChosenTeam, choose_teams
from kumihimo.proposal.team_words import with_labels

TODAY = date(2026, 11, 22)
MILLING = "A5052 マシニング 100×50×20 10個 2026年12月25日まで 長野県"


def option(proposer: Proposer, proposed: Proposed, step: str, pieces: int, rate: float) -> Option:
    from kumihimo.inquiry.routing import to_routing
    from kumihimo.matching import rank
    from kumihimo.proposal.step_options import option_of

    routing = to_routing(read_text(MILLING, today=TODAY))
    need = routing.steps[0].requirement
    found = rank(proposer._index, need, today=TODAY, limit=1).candidates[0]
    made = option_of(
        found,
        replace(routing.steps[0], id=step),
        need,
        pieces,
        buys_material=False,
        network=proposer.network,
        book=proposer._book,
    )
    return replace(made, defect_rate=rate)


@pytest.fixture(scope="module")
def milling(proposer: Proposer) -> Proposed:
    return proposer.propose(read_text(MILLING, today=TODAY), stem="x")


def test_peers_that_share_a_step_average_their_defects(proposer: Proposer, milling: Proposed) -> None:
    shared = [option(proposer, milling, "1", 75, 0.01), option(proposer, milling, "1", 25, 0.05)]
    assert defect_share(shared) == pytest.approx(0.02)
    assert defect_share([*shared, option(proposer, milling, "2", 100, 0.1)]) == pytest.approx(1 - 0.98 * 0.9)


def test_letters_go_on_after_z() -> None:
    assert [team_letter(n) for n in (0, 25, 26, 53)] == ["A", "Z", "AA", "BB"]


def test_the_only_team_is_not_compared(milling: Proposed) -> None:
    answer = milling.proposal.teams[0]
    chosen = ChosenTeam(options=(), disaster_risk=0.0, common_causes=(), balanced=False)
    (alone,) = with_labels([(chosen, answer)])
    words = " ".join(reason.ja for reason in alone.reasons)
    assert "この案だけ" in words
    assert "最安の案より" not in words
    assert "1案のうち" not in words
    # The balanced team dropped out: nobody inherits the label.
    assert "balanced" not in {label.en for label in alone.labels}


def test_equal_prices_are_called_equal(milling: Proposed) -> None:
    answer = milling.proposal.teams[0]
    chosen = ChosenTeam(options=(), disaster_risk=0.0, common_causes=(), balanced=True)
    first, second = with_labels([(chosen, answer), (chosen, replace(answer, name="B"))])
    assert "同額" in first.reasons[0].ja
    assert second.reasons[0].ja == "価格は最安の案と同じ"


def test_a_week_without_hours_is_closed_not_unknown() -> None:
    from kumihimo.model import Firm, Site

    network = Network(
        firms=(Firm(id="f", name="架空"),),
        sites=(Site(id="s", firm="f", municipality="202061"),),
        capacities=(Capacity(id="c", site="s", week="2026-W49", hours_available=0.0, asked_on=date(2026, 11, 30)),),
    )
    load = LoadBook(network=network, today=date(2026, 11, 30), days=7, unknown_load=0.5).load("s", "mach.mill5")
    assert load.known
    assert load.open == ()


def test_firms_that_fit_but_never_open_are_named_as_the_reason(network: Network) -> None:
    closed = replace(
        network,
        sites=tuple(replace(site, calendar="closed") for site in network.sites),
        calendars=(*network.calendars, WorkCalendar(id="closed")),
    )
    proposal = Proposer(closed, TODAY).propose(read_text(MILLING, today=TODAY), stem="x").proposal
    assert proposal.status == "no_team"
    assert proposal.reason is not None
    assert "空き時間がありません" in proposal.reason.ja
    assert "none has a free hour" in proposal.steps[0].none_en


def test_an_open_quantity_turns_no_firm_away(proposer: Proposer) -> None:
    text = MILLING.replace(" 10個", "")
    guessed = Proposer(proposer.network, TODAY, ProposalSettings(unknown_quantity=90_000))
    few, many = (who.propose(read_text(text, today=TODAY), stem="x").proposal.steps[0] for who in (proposer, guessed))
    assert few.rejections == many.rejections
    assert "個" not in few.need_ja


def test_material_of_unknown_price_is_still_waited_for(proposer: Proposer) -> None:
    text = "マシニング 100×50×20 10個 2026年12月25日まで 長野県"
    proposed = proposer.propose(read_text(text, today=TODAY), stem="x")
    settings = proposer.settings
    # Monday to Friday, less Labour Thanksgiving Day on the 23rd.
    assert settings.answer_days + settings.material_days == 5
    assert all(team.start and team.start >= date(2026, 11, 30) for team in proposed.proposal.teams)
    assert any("材料手配に" in item.ja for item in proposed.proposal.assumptions)


def test_shared_lots_keep_their_own_price(network: Network) -> None:
    """Two ways to share a lot among the same firms differ by their pieces and must not be mixed up."""
    proposer = Proposer(network, TODAY, ProposalSettings(horizon_days=400))
    text = "SUS304 バフ研磨 φ20×30 16000個 2027年3月31日まで 新潟県"
    inquiry = read_text(text, today=TODAY)
    from kumihimo.inquiry.routing import to_routing
    from kumihimo.proposal.delivery import delivery_of
    from kumihimo.proposal.freight import PARCEL

    routing = to_routing(inquiry)
    delivery = delivery_of(inquiry)
    work = [proposer._step_work(step, routing, inquiry, delivery) for step in routing.steps]
    options = {item.step.id: item.options for item in work}
    from kumihimo.proposal import team_choice

    picked = []
    original = team_choice._chosen

    def spy(team, behind):  # type: ignore[no-untyped-def]
        made = original(team, behind)
        picked.append((sum(step.option.price_jpy for step in team.steps), sum(item.price_jpy for item in made.options)))
        return made

    team_choice._chosen = spy
    try:
        choose_teams(routing, options, network, proposer.settings, delivery.point, PARCEL)
    finally:
        team_choice._chosen = original
    assert picked
    assert all(matched == shown for matched, shown in picked)


def test_an_unknown_town_is_a_clear_error(network: Network) -> None:
    site = replace(network.sites[0], municipality="999999", lat=None, lon=None)
    with pytest.raises(InputError, match="999999"):
        position(network, site)
    lost = replace(network, sites=(site, *network.sites[1:]))
    assert place_of(lost, site.id) == ("", "")


def test_the_style_sheet_is_not_escaped(milling: Proposed) -> None:
    style = proposal_html(milling.proposal).partition("<style>")[2].partition("</style>")[0]
    assert '"Noto Sans JP"' in style
    assert ".two>*" in style
    assert "&#34;" not in style


def test_links_are_addresses_not_file_names(milling: Proposed) -> None:
    page = index_html([("javascript:alert(1).html", milling.proposal), ("50%#2.html", milling.proposal)])
    assert 'href="./javascript%3Aalert%281%29.html"' in page
    assert 'href="./50%25%232.html"' in page


def test_english_page_names_steps_and_delivery_in_english(proposals: dict[str, Proposed]) -> None:
    page = proposal_html(proposals["02-fax.txt"].proposal, lang="en")
    assert "→ 静岡県" not in page
    assert "-shi, Shizuoka" in page
    assert "<td>NC旋盤加工</td>" not in page
    assert "<h3>NC旋盤加工</h3>" not in page


def test_price_agrees_with_the_plan(proposals: dict[str, Proposed]) -> None:
    from kumihimo.interop.planning_json import problem_from_bytes

    for proposed in proposals.values():
        for team, made in zip(proposed.proposal.teams, proposed.plans, strict=True):
            problem = problem_from_bytes(made.problem_bytes)
            assert not verify_plan(problem, made.plan)
            if not team.late_days:
                assert made.plan.objective == team.price.steps_jpy + team.price.transport_jpy


def test_the_page_shows_no_control_characters(proposer: Proposer) -> None:
    text = MILLING + "\n件名：架空\x1b[31m\u202e<b>部品"
    page = proposal_html(proposer.propose(read_text(text, today=TODAY), stem="x").proposal)
    assert not any(char in page for char in "\x1b\u202e")
    assert "&lt;b&gt;" in page
