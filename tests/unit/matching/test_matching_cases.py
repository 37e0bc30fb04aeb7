"""Single rules of matching on a network small enough to read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from kumihimo.errors import InputError, NoTeam
from kumihimo.logistics import FormulaTransport
from kumihimo.matching import (
    CapabilityColumns,
    LotOption,
    MatchIndex,
    Reason,
    StepOption,
    Weights,
    columns_of,
    explain_firm,
    rank,
    ranking_sentence,
    shortlist,
    split_lot,
    teams,
)
from kumihimo.matching.columns import from_day, iso_week_number, to_day, to_week
from kumihimo.matching.nearness import wu_palmer
from kumihimo.model import (
    Capability,
    Firm,
    Network,
    Routing,
    RoutingStep,
    Site,
    StepRequirement,
)

TODAY = date(2026, 11, 22)


def row(identifier: str, site: str = "A-1", **changes: object) -> Capability:
    base = Capability(
        id=identifier,
        site=site,
        process="mach.mill3",
        material_family="aluminium",
        env_l_mm=500.0,
        env_w_mm=300.0,
        env_h_mm=200.0,
        it_best=8,
        ra_best_um=1.6,
        lot_min=1,
        lot_max=100,
        lead_days_min=5,
        lead_days_typ=10,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def network(*rows: Capability) -> Network:
    sites = sorted({one.site for one in rows})
    return Network(
        synthetic=True,
        firms=tuple(Firm(id=site[0], name=f"架空{site[0]}", synthetic=True) for site in sites),
        sites=tuple(Site(id=site, firm=site[0], municipality="202061") for site in sites),
        capabilities=rows,
    )


def test_rows_of_a_firm_are_never_flattened() -> None:
    coarse = row("r1", it_best=11, grades_include=("A5052",))
    fine = row("r2", it_best=6, material_family="steel.carbon", grades_include=("S45C",))
    index = MatchIndex.from_network(network(coarse, fine))
    step = StepRequirement(
        process="mach.mill3", materials=("A5052",), tolerance_it=7, tolerance_nominal_mm=50.0, quantity=5
    )
    ranking = rank(index, step, today=TODAY)
    assert ranking.candidates == ()
    assert len(ranking.near_misses) == 1
    assert len(ranking.near_misses[0].violations) == 1


def test_a_tolerance_outside_the_size_band_is_a_question() -> None:
    index = MatchIndex.from_network(network(row("r1", it_best=6, it_band_min_mm=0.0, it_band_max_mm=120.0)))
    step = StepRequirement(process="mach.mill3", tolerance_it=7, tolerance_nominal_mm=300.0)
    (candidate,) = rank(index, step, today=TODAY).candidates
    assert Reason.TOL in {question.reason for question in candidate.questions}
    assert any("IT7" in question.ja for question in candidate.questions)


def test_a_rejection_says_needed_offered_gap_and_the_smallest_relaxation() -> None:
    index = MatchIndex.from_network(network(row("r1")))
    step = StepRequirement(process="mach.mill3", size_mm=(620.0, 300.0, 50.0))
    ranking = rank(index, step, today=TODAY)
    (violation,) = ranking.near_misses[0].violations
    assert (violation.reason, violation.needed, violation.offered, violation.gap, violation.unit) == (
        Reason.SIZE_OVER,
        620.0,
        500.0,
        120.0,
        "mm",
    )
    assert violation.relaxation is not None
    assert dict(violation.relaxation.changes) == {"size_mm": (500.0, 300.0, 50.0)}
    assert ranking.rejections == {Reason.SIZE_OVER: 1}
    assert "大きさ超過1社" in ranking_sentence(ranking)
    assert "too large 1" in ranking_sentence(ranking, "en")
    assert violation.ja == "長さ620mmに対し、対応は500mmまで（120mm超過）。"


def test_a_quantity_too_large_for_each_lists_peers_to_share_it() -> None:
    index = MatchIndex.from_network(network(row("r1", "A-1"), row("r2", "B-1", lot_max=80)))
    ranking = rank(index, StepRequirement(process="mach.mill3", quantity=150), today=TODAY)
    assert ranking.candidates == ()
    assert {one.firm for one in ranking.split_peers} == {"A", "B"}
    assert all(near.split_possible for near in ranking.near_misses)
    shares = split_lot(
        150,
        [
            LotOption(firm=one.firm, site=one.site, lot_min=one.lot_min or 1, lot_max=one.lot_max or 0, unit_jpy=100)
            for one in ranking.split_peers
        ],
    )
    assert sum(share.pieces for share in shares) == 150


def test_a_process_that_nobody_does_and_an_empty_network() -> None:
    index = MatchIndex.from_network(network(row("r1")))
    step = StepRequirement(process="coat.zn")
    assert rank(index, step, today=TODAY).rejections == {Reason.PROC_NONE: 1}
    verdict = explain_firm(index, step, "A", today=TODAY)
    assert verdict.outcome == "rejected"
    assert verdict.violation is not None
    assert verdict.violation.reason is Reason.PROC_NONE
    nobody = rank(index, step, today=TODAY)
    assert ranking_sentence(nobody) == "1社の中に、この工程を登録している企業はありません。"
    assert ranking_sentence(nobody, "en") == "None of the 1 firms lists this process."
    empty = rank(MatchIndex.from_network(Network()), step, today=TODAY)
    assert empty.firms_total == 0
    assert ranking_sentence(empty) == "ネットワークに企業が1社もありません。"
    assert ranking_sentence(empty, "en") == "There is no firm in the network."


def test_impossible_arguments_are_refused_with_a_sentence() -> None:
    index = MatchIndex.from_network(network(row("r1")))
    step = StepRequirement(process="mach.mill3")
    with pytest.raises(InputError, match="limit"):
        rank(index, step, today=TODAY, limit=0)
    with pytest.raises(InputError, match="no firm"):
        explain_firm(index, step, "nobody", today=TODAY)
    with pytest.raises(InputError, match="no site"):
        index.refresh_site(network(row("r1")), "nowhere")
    with pytest.raises(InputError, match="no site"):
        columns_of(replace(network(row("r1")), sites=()))
    with pytest.raises(ValueError, match="1000"):
        Weights(jobs=300)


def test_damaged_columns_are_refused(tmp_path) -> None:
    columns = columns_of(network(row("r1"), row("r2")))
    with pytest.raises(InputError, match="row_size points outside"):
        replace(columns, row_size=columns.row_size + 7).check()
    with pytest.raises(InputError, match="expected uint16"):
        replace(columns, row_jobs=columns.row_jobs.astype(np.int64)).check()
    columns.save(tmp_path)
    (tmp_path / "row_site.npy").write_bytes(b"nonsense")
    with pytest.raises(InputError, match="damaged"):
        CapabilityColumns.load(tmp_path)


def test_days_and_weeks() -> None:
    assert from_day(to_day(TODAY)) == TODAY
    assert (to_day(None), from_day(0), to_day(date(1970, 1, 1))) == (0, None, 1)
    assert iso_week_number("2026-W48") == to_week(date(2026, 11, 23)) == to_week(TODAY) + 1
    with pytest.raises(InputError, match="2026-W48"):
        iso_week_number("next week")


def test_nearness_in_the_tree() -> None:
    assert wu_palmer("steel.carbon", "steel.carbon") == 1.0
    assert wu_palmer("steel.carbon", "steel.alloy") > wu_palmer("steel.carbon", "aluminium.5000")


TRANSPORT = FormulaTransport(
    points={}, detour=1.3, speed_kmh=40.0, handling_min=30.0, jpy_per_km=100.0, jpy_fixed=1000.0
)


def option(step: str, firm: str, prefecture: str, price: int, days: float, score: int = 500) -> StepOption:
    return StepOption(
        step=step,
        firm=firm,
        site=f"{firm}-1",
        lat=36.0,
        lon=138.0,
        price_jpy=price,
        days=days,
        quality=0.01,
        score=score,
        prefecture=prefecture,
    )


def chain(*names: str) -> Routing:
    return Routing(
        steps=tuple(
            RoutingStep(
                id=name,
                part="p1",
                requirement=StepRequirement(process="x"),
                after=(names[number - 1],) if number else (),
            )
            for number, name in enumerate(names)
        )
    )


def test_teams_name_what_they_are_best_at_and_what_would_stop_them() -> None:
    options = {
        "a": [option("a", "A", "20", 1000, 1.0), option("a", "B", "13", 900, 3.0)],
        "b": [option("b", "C", "20", 1000, 1.0), option("b", "D", "27", 5000, 2.0)],
    }
    found = teams(chain("a", "b"), options, TRANSPORT)
    labels = {label.code: team for team in found for label in team.labels}
    assert set(labels) == {"fastest", "cheapest", "robust", "quality", "balanced"}
    assert [step.option.firm for step in labels["fastest"].steps] == ["A", "C"]
    assert labels["robust"].shared_place == 0.0
    assert [cause.ja for cause in labels["fastest"].common_causes] == ["長野県に2工程が集中"]
    assert "最短" in {label.ja for label in labels["fastest"].labels}


def test_a_firm_with_several_steps_is_told_by_its_id_in_the_place_only() -> None:
    options = {"a": [option("a", "F0001", "20", 1, 1.0)], "b": [option("b", "F0001", "13", 1, 1.0)]}
    (team,) = teams(chain("a", "b"), options, TRANSPORT)
    (cause,) = team.common_causes
    assert (cause.kind, cause.place, cause.steps) == ("firm", "F0001", ("a", "b"))
    assert (cause.ja, cause.en) == ("1社に2工程が集中", "2 steps depend on one firm")


def test_nobody_for_a_step_and_rivals_end_with_a_reason() -> None:
    with pytest.raises(NoTeam, match="step b"):
        teams(chain("a", "b"), {"a": [option("a", "A", "20", 1, 1.0)]}, TRANSPORT)
    alone = {"a": [option("a", "A", "20", 1, 1.0)], "b": [option("b", "B", "20", 1, 1.0)]}
    assert len(teams(chain("a", "b"), alone, TRANSPORT)) == 1
    with pytest.raises(NoTeam, match="rivals"):
        teams(chain("a", "b"), alone, TRANSPORT, rivals=[("B", "A")])
    with pytest.raises(NoTeam, match="step a"):
        teams(chain("a", "b"), alone, TRANSPORT, excluded=["A"])


def test_a_shortlist_keeps_the_best_of_every_prefecture() -> None:
    options = [option("a", f"F{number:02d}", "20", 1, 1.0, score=900 - number) for number in range(60)]
    far = option("a", "Z", "47", 1, 1.0, score=1)
    kept = shortlist([*options, far], keep=50)
    assert len(kept) == 51
    assert far in kept


def test_a_late_due_date_opens_the_lead_time() -> None:
    index = MatchIndex.from_network(network(row("r1", lead_days_min=12)))
    tight = StepRequirement(process="mach.mill3", due_date=TODAY + timedelta(days=7))
    near = rank(index, tight, today=TODAY).near_misses[0]
    assert [one.reason for one in near.violations] == [Reason.LEAD]
    assert near.violations[0].relaxation is not None
    assert dict(near.violations[0].relaxation.changes)["due_date"] == TODAY + timedelta(days=12)
