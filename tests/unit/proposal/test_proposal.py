"""The main job: every figure that is shown agrees with every other, and every plan passes the verifier."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.interop.planning_json import problem_from_bytes
from kumihimo.model import Network
from kumihimo.planning import verify_plan
from kumihimo.proposal import to_json
from kumihimo.proposal.html import proposal_html
from kumihimo.proposal.pdf import proposal_pdf
from kumihimo.proposal.propose import Proposed, Proposer
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.write import write_proposal

TODAY = date(2026, 11, 22)
NAMES = ("01-mail.txt", "02-fax.txt", "03-phone-memo.txt", "04-form.xlsx", "05-drawing.dxf", "06-assembly.txt")
SCHEMA = Path(to_json.__file__).parent / "schema" / "proposal.schema.json"


def test_published_schema_is_the_one_of_the_classes() -> None:
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == to_json.proposal_schema()


@pytest.mark.parametrize("name", NAMES)
def test_each_demo_inquiry_gets_at_least_three_teams(name: str, proposals: dict[str, Proposed]) -> None:
    proposal = proposals[name].proposal
    assert proposal.status == "proposed", proposal.reason
    assert len(proposal.teams) >= 3
    named = {label.en for team in proposal.teams for label in team.labels}
    assert {"fastest", "cheapest", "disaster-diverse", "best quality"} <= named


@pytest.mark.parametrize("name", NAMES)
def test_json_is_valid(name: str, proposals: dict[str, Proposed]) -> None:
    jsonschema.validate(
        to_json.proposal_to_json(proposals[name].proposal),
        to_json.proposal_schema(),
        format_checker=jsonschema.FormatChecker(),
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_plan_passes_the_verifier(name: str, proposals: dict[str, Proposed]) -> None:
    for team in proposals[name].plans:
        problem = problem_from_bytes(team.problem_bytes)
        assert verify_plan(problem, team.plan, team.problem_bytes) == ()


@pytest.mark.parametrize("name", NAMES)
def test_shown_figures_agree(name: str, proposals: dict[str, Proposed]) -> None:
    proposal = proposals[name].proposal
    for step in proposal.steps:
        for candidate in step.candidates:
            assert round(sum(part.points for part in candidate.parts), 1) == candidate.score
        assert step.candidates or step.none_ja
    for team in proposal.teams:
        price = team.price
        assert price.total_jpy == price.steps_jpy + price.transport_jpy + price.fee_jpy
        assert price.steps_jpy == sum(item.price_jpy for item in team.steps)
        assert price.transport_jpy == sum(leg.jpy for leg in team.legs)
        assert {item.firm for item in team.steps} == {firm.firm for firm in team.firms}
        moments = [item.end for item in team.steps if item.end] + [leg.end for leg in team.legs]
        assert team.finish == max(moments).date()


@pytest.mark.parametrize("name", NAMES)
def test_labels_go_to_the_best_shown_figure(name: str, proposals: dict[str, Proposed]) -> None:
    teams = proposals[name].proposal.teams
    by_label = {label.en: team for team in teams for label in team.labels}
    assert by_label["cheapest"].price.total_jpy == min(team.price.total_jpy for team in teams)
    assert by_label["fastest"].finish == min(team.finish for team in teams if team.finish)
    assert by_label["best quality"].defect_pct == min(team.defect_pct for team in teams)


def test_steps_keep_their_order_and_the_trucks_between(proposals: dict[str, Proposed]) -> None:
    proposal = proposals["06-assembly.txt"].proposal
    after = {step.id: step.after for step in proposal.steps}
    assert len(after[proposal.steps[-1].id]) == 3
    for team in proposal.teams:
        end = {item.step: item.end for item in team.steps}
        start = {item.step: item.start for item in team.steps}
        for step, before in after.items():
            for earlier in before:
                assert start[step] >= end[earlier]  # type: ignore[operator]


def test_assembly_counts_sets(proposals: dict[str, Proposed]) -> None:
    last = proposals["06-assembly.txt"].proposal.teams[0].steps[-1]
    assert (last.label, last.quantity) == ("機械組立", 25)


def test_no_private_rate_is_shown(proposals: dict[str, Proposed], network: Network) -> None:
    text = json.dumps(to_json.proposal_to_json(proposals["01-mail.txt"].proposal), ensure_ascii=False)
    assert "hourly" not in text.replace("hourly rate and set-up price are rules of thumb", "")
    assert "円/h" not in text


def test_the_same_question_gets_the_same_answer(proposer: Proposer, proposals: dict[str, Proposed]) -> None:
    from kumihimo.inquiry.open_file import read_file

    path = Path(__file__).resolve().parents[3] / "examples" / "inquiries" / "02-fax.txt"
    again = proposer.propose(read_file(path, today=TODAY), stem="02-fax")
    assert again.proposal == proposals["02-fax.txt"].proposal


def test_no_process_means_a_question_not_an_empty_page(proposer: Proposer) -> None:
    proposed = proposer.propose(read_text("S45Cの部品を10個お願いします。", today=TODAY), stem="x")
    assert proposed.proposal.status == "no_team"
    assert proposed.proposal.reason is not None
    assert "工程が読み取れません" in proposed.proposal.reason.ja
    assert "工程が読み取れません" in proposal_html(proposed.proposal)


def test_nobody_fits_and_the_reason_counts_firms(proposer: Proposer) -> None:
    text = "A5052 同時5軸加工 9000×8000×7000mm 3個 2027年1月29日まで"
    proposed = proposer.propose(read_text(text, today=TODAY), stem="x")
    assert proposed.proposal.status == "no_team"
    assert proposed.proposal.reason is not None
    assert "大きさ超過" in proposed.proposal.reason.ja
    misses = proposed.proposal.steps[0].near_misses
    assert misses
    assert misses[0].violations[0].code == "SIZE_OVER"
    assert misses[0].violations[0].relaxation_ja


def test_a_lot_too_large_for_one_firm_is_shared(network: Network) -> None:
    proposer = Proposer(network, TODAY, ProposalSettings(horizon_days=400))
    text = "SUS304 支給品 バフ研磨 φ20×30 16000個 2027年3月31日まで 新潟県"
    proposal = proposer.propose(read_text(text, today=TODAY), stem="x").proposal
    assert proposal.status == "proposed", proposal.reason
    shared = [team for team in proposal.teams if len(team.steps) > 1]
    assert shared
    for team in shared:
        assert sum(item.quantity for item in team.steps) == 16000


def test_page_is_japanese_and_escapes_what_it_quotes(proposer: Proposer) -> None:
    text = "件名：<script>alert(1)</script> A5052 マシニング 100×50×20 10個"
    page = proposal_html(proposer.propose(read_text(text, today=TODAY), stem="x").proposal)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "チームの比較" in page
    assert "None" not in page


def test_english_page_and_pdf(proposals: dict[str, Proposed]) -> None:
    page = proposal_html(proposals["02-fax.txt"].proposal, lang="en")
    assert "Teams compared" in page
    assert "チームの比較" not in page
    pdf = proposal_pdf(proposals["02-fax.txt"].proposal, lang="en")
    assert pdf.startswith(b"%PDF")
    assert pdf == proposal_pdf(proposals["02-fax.txt"].proposal, lang="en")


def test_written_folder_is_complete(tmp_path: Path, proposals: dict[str, Proposed]) -> None:
    page = write_proposal(proposals["01-mail.txt"], tmp_path, "01-mail")
    assert page.name == "01-mail.html"
    for team in proposals["01-mail.txt"].proposal.teams:
        assert (tmp_path / team.problem_file).exists()
        assert (tmp_path / team.plan_file).exists()
    import pypdf

    text = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "01-mail.pdf").pages)
    assert "合成データ" in text
