"""From rows of the columns to what is shown: candidates with score parts, violations and questions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import numpy as np

from kumihimo.logistics import great_circle_km
from kumihimo.matching.answer import Candidate, Ranking, ScorePart, Unknown, Violation
from kumihimo.matching.index import IndexPart
from kumihimo.matching.labels import day_ja, number
from kumihimo.matching.questions import question_of
from kumihimo.matching.reasons import UNKNOWN_SHIFT, VIOLATED_MASK, Reason, reasons_in
from kumihimo.matching.row_view import RowView
from kumihimo.matching.score import PPM_PRIOR_DEFECTS, PPM_PRIOR_PIECES, Term, Weights, on_time_bound, score_rows
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
        columns, free = part.columns, part.free_weeks(need.today)
        scores = score_rows(columns, need, rows, free, weights, ship_to)
        sites = columns.row_site[rows]
        first_free = free.first_free(need.step.process, sites).tolist()
        records = columns.site_deliveries[sites].tolist()
        points, known = scores.points.tolist(), scores.known.tolist()
        for line, place in enumerate(places):
            view = RowView(part, picks[place][1])
            facts = _Facts(view, need, ship_to, first_free[line], records[line])
            parts = _score_parts(facts, points[line], known[line], weights)
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


class _Facts(NamedTuple):
    """What the sentences of one row's score draw on."""

    view: RowView
    need: Need
    ship_to: _Place
    first_free: int
    record: list[int]


def _score_parts(facts: _Facts, points: list[int], known: list[bool], weights: Weights) -> tuple[ScorePart, ...]:
    parts = []
    for term, own, told in zip(Term, points, known, strict=True):
        ja, en = _TOLD[term](facts) if told else _UNTOLD[term]
        most = getattr(weights, term)
        parts.append(ScorePart(term=term, points=own, max_points=most, known=told, ja=ja, en=en))
    return tuple(parts)


_Words = tuple[str, str]


def _headroom(facts: _Facts) -> _Words:
    step, ja, en = facts.need.step, [], []
    grade, longest = facts.view.precision["it_best"], facts.view.size["env_l_mm"]
    if step.tolerance_it is not None and grade is not None:
        spare = step.tolerance_it - int(grade)
        ja.append(f"公差に{spare}等級の余裕")
        en.append(f"{spare} IT grades to spare")
    if step.size_mm and longest is not None:
        ja.append(f"最大{number(longest)}mmまで対応")
        en.append(f"takes up to {number(longest)} mm")
    return "、".join(ja), ", ".join(en)


def _jobs(facts: _Facts) -> _Words:
    count = int(facts.view.part.columns.row_jobs[facts.view.row])
    return f"同じ工程・材料の納入実績{count}件", f"{count} delivered jobs of this process and material"


def _quality(facts: _Facts) -> _Words:
    _, _, pieces, defects = facts.record
    ppm = f"{(defects + PPM_PRIOR_DEFECTS) / (pieces + PPM_PRIOR_PIECES) * 1e6:,.0f}"
    return f"不良{defects}個／{pieces:,}個（補正後{ppm}ppm）", f"{defects} defects in {pieces:,} ({ppm} ppm smoothed)"


def _delivery(facts: _Facts) -> _Words:
    jobs, on_time, _, _ = facts.record
    bound = f"{100.0 * float(on_time_bound(jobs, on_time)):.0f}"
    return (
        f"納期順守{on_time}／{jobs}件（控えめに見て{bound}%）",
        f"{on_time} of {jobs} on time (lower bound {bound} %)",
    )


def _capacity(facts: _Facts) -> _Words:
    if facts.first_free == 0:
        return "今週から空きあり", "free from this week"
    today = facts.need.today
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=facts.first_free)
    return f"{day_ja(monday)}の週から空きあり", f"free from the week of {monday}"


def _distance(facts: _Facts) -> _Words:
    if facts.ship_to is None:
        return _UNTOLD[Term.DISTANCE]
    columns, site = facts.view.part.columns, facts.view.site
    km = great_circle_km(float(columns.site_lat[site]), float(columns.site_lon[site]), *facts.ship_to)
    return f"届け先まで直線{km:.0f}km", f"{km:.0f} km to the destination as the crow flies"


def _lead(facts: _Facts) -> _Words:
    days, usual = facts.need.lead_days or 0, facts.view.volume["lead_days_typ"] or 0
    return f"標準{usual}日、納期まで{days}日", f"usually {usual} days, {days} to the due date"


def _evidence(facts: _Facts) -> _Words:
    level, day = facts.view.evidence, facts.view.evidence_on
    told = f"（{day_ja(day)}）" if day else ""
    return f"根拠: {level.ja}{told}", f"evidence: {level.en}" + (f" ({day})" if day else "")


def _response(facts: _Facts) -> _Words:
    return _UNTOLD[Term.RESPONSE]


def _strength(facts: _Facts) -> _Words:
    level = int(facts.view.part.columns.row_strength[facts.view.row])
    return f"得意度{level}／5（自己評価）", f"strength {level} of 5 (own rating)"


_TOLD: dict[Term, Callable[[_Facts], _Words]] = {
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


def ranking_sentence(ranking: Ranking, lang: str = "ja") -> str:
    """Say how many firms remain and which requirement rejects how many, the hardest first.

    Parameters
    ----------
    ranking
        The answer for one step.
    lang
        ``"ja"`` or ``"en"``.
    """
    english, total = lang == "en", ranking.firms_total
    doing = total - ranking.rejections.get(Reason.PROC_NONE, 0)
    if not total:
        return "There is no firm in the network." if english else "ネットワークに企業が1社もありません。"
    if not doing:
        if english:
            return f"None of the {total} firms lists this process."
        return f"{total}社の中に、この工程を登録している企業はありません。"
    ordered = sorted(ranking.rejections.items(), key=lambda item: -item[1])
    lost = [item for item in ordered if item[0] is not Reason.PROC_NONE]
    if english:
        head = f"{doing} of {total} firms do this process: {ranking.fitting} fit, {ranking.asking} to ask."
        tail = ", ".join(f"{reason.en} {count}" for reason, count in lost)
        return head + (f" Rejected by: {tail}." if tail else "")
    head = f"{total}社のうちこの工程は{doing}社。適合{ranking.fitting}社、要確認{ranking.asking}社。"
    tail = "、".join(f"{reason.ja}{count}社" for reason, count in lost)
    return head + (f"対象外の理由: {tail}。" if tail else "")
