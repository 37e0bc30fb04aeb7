"""From rows of the columns to what is shown: candidates with score parts, violations and questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from kumihimo.logistics import great_circle_km
from kumihimo.matching.answer import Candidate, Ranking, ScorePart, Unknown, Violation
from kumihimo.matching.index import IndexPart
from kumihimo.matching.labels import number
from kumihimo.matching.questions import question_of
from kumihimo.matching.reasons import UNKNOWN_SHIFT, VIOLATED_MASK, Reason, reasons_in
from kumihimo.matching.row_view import RowView
from kumihimo.matching.score import Term, Weights, on_time_bound, score_rows, smoothed_ppm
from kumihimo.matching.verdicts import Need
from kumihimo.matching.violations import violation_of
from kumihimo.model import StepRequirement

_Place = tuple[float, float] | None


def text(value: np.bytes_ | bytes) -> str:
    """Return an id or name of the columns as text."""
    return bytes(value).decode()


def verdict_of(part: IndexPart, row: int, word: int, need: Need) -> tuple[tuple[Violation, ...], tuple[Unknown, ...]]:
    """Return the violations and questions that a verdict word of a row stands for."""
    view = RowView(part, row)
    missed = tuple(violation_of(reason, view, need) for reason in reasons_in(word & VIOLATED_MASK))
    asked = tuple(question_of(reason, view, need) for reason in reasons_in(word >> UNKNOWN_SHIFT))
    return missed, asked


def relaxed(requirement: StepRequirement, violations: Sequence[Violation]) -> StepRequirement:
    """Return the requirement with the relaxations of `violations` made; those without one change nothing."""
    changes = {name: value for item in violations if item.relaxation for name, value in item.relaxation.changes}
    return replace(requirement, **changes)


def candidates_of(
    need: Need, picks: Sequence[tuple[IndexPart, int, int]], *, weights: Weights, ship_to: _Place
) -> tuple[Candidate, ...]:
    """Describe rows, given as (part, row, verdict word), in the order given."""
    shown: dict[int, Candidate] = {}
    for part in {id(pick[0]): pick[0] for pick in picks}.values():
        places = [place for place, pick in enumerate(picks) if pick[0] is part]
        rows = np.array([picks[place][1] for place in places], dtype=np.intp)
        scores = score_rows(part.columns, need, rows, part.free_weeks(need.today), weights, ship_to)
        for line, place in enumerate(places):
            view = RowView(part, picks[place][1])
            parts = _score_parts(
                view, need, scores.points[line].tolist(), scores.known[line].tolist(), weights, ship_to
            )
            _, questions = verdict_of(part, view.row, picks[place][2] & ~VIOLATED_MASK, need)
            shown[place] = _candidate(view, parts, questions)
    return tuple(shown[place] for place in range(len(picks)))


def _candidate(view: RowView, parts: tuple[ScorePart, ...], questions: tuple[Unknown, ...]) -> Candidate:
    columns, site = view.part.columns, view.site
    lat, lon = float(columns.site_lat[site]), float(columns.site_lon[site])
    prefecture = int(columns.site_prefecture[site])
    flood, quake, tsunami = (None if level < 0 else level for level in columns.site_hazards[site].tolist())
    return Candidate(
        firm=text(columns.firm_ids[view.firm]),
        firm_name=text(columns.firm_names[view.firm]),
        site=text(columns.site_ids[site]),
        capability=text(columns.row_ids[view.row]),
        score=sum(part.points for part in parts),
        parts=parts,
        questions=questions,
        lat=None if math.isnan(lat) else lat,
        lon=None if math.isnan(lon) else lon,
        prefecture=f"{prefecture:02d}" if prefecture else "",
        flood=flood,
        quake=quake,
        tsunami=tsunami,
        lot_min=view.volume["lot_min"],
        lot_max=view.volume["lot_max"],
        monthly_max=view.volume["monthly_max"],
        lead_days_typ=view.volume["lead_days_typ"],
        lead_days_min=view.volume["lead_days_min"],
    )


def _score_parts(
    view: RowView, need: Need, points: list[int], known: list[bool], weights: Weights, ship_to: _Place
) -> tuple[ScorePart, ...]:
    parts = []
    for term, own, told in zip(Term, points, known, strict=True):
        ja, en = _TOLD[term](view, need, ship_to) if told else _UNTOLD[term]
        parts.append(
            ScorePart(term=term, points=own, max_points=getattr(weights, term.value), known=told, ja=ja, en=en)
        )
    return tuple(parts)


_Words = tuple[str, str]


def _headroom(view: RowView, need: Need, ship_to: _Place) -> _Words:
    ja, en = [], []
    grade, longest = view.precision["it_best"], view.size["env_l_mm"]
    if need.step.tolerance_it is not None and grade is not None:
        spare = need.step.tolerance_it - int(grade)
        ja.append(f"公差に{spare}等級の余裕")
        en.append(f"{spare} IT grades to spare")
    if need.step.size_mm and longest is not None:
        ja.append(f"最大{number(longest)}mmまで対応")
        en.append(f"takes up to {number(longest)} mm")
    return "、".join(ja), ", ".join(en)


def _jobs(view: RowView, need: Need, ship_to: _Place) -> _Words:
    count = int(view.part.columns.row_jobs[view.row])
    return f"同じ工程・材料の納入実績{count}件", f"{count} delivered jobs of this process and material"


def _record(view: RowView) -> tuple[float, float, float, float]:
    jobs, on_time, pieces, defects = view.part.columns.site_deliveries[view.site].astype(float).tolist()
    return jobs, on_time, pieces, defects


def _quality(view: RowView, need: Need, ship_to: _Place) -> _Words:
    _, _, pieces, defects = _record(view)
    ppm = number(float(round(smoothed_ppm(np.array(pieces), np.array(defects)).item())))
    return (
        f"不良{defects:.0f}個／{number(pieces)}個（補正後{ppm}ppm）",
        f"{defects:.0f} defects in {number(pieces)} ({ppm} ppm smoothed)",
    )


def _delivery(view: RowView, need: Need, ship_to: _Place) -> _Words:
    jobs, on_time, _, _ = _record(view)
    bound = 100.0 * on_time_bound(np.array(jobs), np.array(on_time)).item()
    return (
        f"納期順守{on_time:.0f}／{jobs:.0f}件（控えめに見て{bound:.0f}%）",
        f"{on_time:.0f} of {jobs:.0f} on time (lower bound {bound:.0f} %)",
    )


def _capacity(view: RowView, need: Need, ship_to: _Place) -> _Words:
    sites = np.array([view.site], dtype=np.int32)
    week = int(view.part.free_weeks(need.today).first_free(need.step.process, sites)[0])
    if week == 0:
        return "今週から空きあり", "free from this week"
    monday = need.today - timedelta(days=need.today.weekday()) + timedelta(weeks=week)
    return f"{monday}の週から空きあり", f"free from the week of {monday}"


def _distance(view: RowView, need: Need, ship_to: _Place) -> _Words:
    if ship_to is None:
        return _UNTOLD[Term.DISTANCE]
    columns, site = view.part.columns, view.site
    km = great_circle_km(float(columns.site_lat[site]), float(columns.site_lon[site]), *ship_to)
    return f"届け先まで直線{km:.0f}km", f"{km:.0f} km to the destination as the crow flies"


def _lead(view: RowView, need: Need, ship_to: _Place) -> _Words:
    days, usual = need.lead_days or 0, view.volume["lead_days_typ"] or 0
    return f"標準{usual}日、納期まで{days}日", f"usually {usual} days, {days} to the due date"


def _evidence(view: RowView, need: Need, ship_to: _Place) -> _Words:
    day = view.evidence_on
    return (
        f"根拠: {view.evidence.ja}" + (f"（{day}）" if day else ""),
        f"evidence: {view.evidence.en}" + (f" ({day})" if day else ""),
    )


def _response(view: RowView, need: Need, ship_to: _Place) -> _Words:
    return _UNTOLD[Term.RESPONSE]


def _strength(view: RowView, need: Need, ship_to: _Place) -> _Words:
    level = int(view.part.columns.row_strength[view.row])
    return f"得意度{level}／5（自己評価）", f"strength {level} of 5 (own rating)"


_TOLD: dict[Term, Callable[[RowView, Need, _Place], _Words]] = {
    Term.HEADROOM: _headroom,
    Term.JOBS: _jobs,
    Term.QUALITY: _quality,
    Term.DELIVERY: _delivery,
    Term.CAPACITY: _capacity,
    Term.DISTANCE: _distance,
    Term.LEAD: _lead,
    Term.EVIDENCE: _evidence,
    Term.RESPONSE: _response,
    Term.STRENGTH: _strength,
}

_UNTOLD: dict[Term, _Words] = {
    Term.HEADROOM: ("能力の余裕は不明（平均とみなす）", "headroom unknown (counted as average)"),
    Term.JOBS: ("類似実績は不明（平均とみなす）", "similar jobs unknown (counted as average)"),
    Term.QUALITY: ("品質実績なし（平均とみなす）", "no quality record (counted as average)"),
    Term.DELIVERY: ("納期実績なし（平均とみなす）", "no delivery record (counted as average)"),
    Term.CAPACITY: ("余力は未確認（平均とみなす）", "capacity not confirmed (counted as average)"),
    Term.DISTANCE: ("距離は不明（平均とみなす）", "distance unknown (counted as average)"),
    Term.LEAD: ("納期の余裕は不明（平均とみなす）", "lead-time slack unknown (counted as average)"),
    Term.EVIDENCE: ("根拠は不明", "evidence unknown"),
    Term.RESPONSE: ("回答の早さは未記録（平均とみなす）", "response time not recorded (counted as average)"),
    Term.STRENGTH: ("得意度は未記入（平均とみなす）", "strength not told (counted as average)"),
}


def ranking_sentence(ranking: Ranking, lang: str) -> str:
    """Say how many firms remain and which requirement rejects how many, the hardest first."""
    ordered = sorted(ranking.rejections.items(), key=lambda item: -item[1])
    lost = [item for item in ordered if item[0] is not Reason.PROC_NONE]
    doing = ranking.firms_total - ranking.rejections.get(Reason.PROC_NONE, 0)
    if lang == "en":
        head = (
            f"{doing} of {ranking.firms_total} firms do this process: {ranking.fitting} fit, {ranking.asking} to ask."
        )
        tail = ", ".join(f"{reason.en} {count}" for reason, count in lost)
        return head + (f" Rejected by: {tail}." if tail else "")
    head = f"{ranking.firms_total}社のうちこの工程は{doing}社。適合{ranking.fitting}社、要確認{ranking.asking}社。"
    tail = "、".join(f"{reason.ja}{count}社" for reason, count in lost)
    return head + (f"対象外の理由: {tail}。" if tail else "")
