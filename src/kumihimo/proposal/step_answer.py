"""The answer for one step: candidates with price and days, near-misses, and who is rejected why."""

from __future__ import annotations

from collections.abc import Mapping

from kumihimo import terms
from kumihimo.matching import Candidate, NearMiss, Ranking, Term, Unknown, Violation, ranking_sentence
from kumihimo.matching.labels import counted, material_label, process_label
from kumihimo.model import Network, RoutingStep, StepRequirement
from kumihimo.proposal.as_said import size_text
from kumihimo.proposal.proposal import (
    CandidateAnswer,
    Finding,
    NearMissAnswer,
    RejectionCount,
    ScorePart,
    StepAnswer,
)
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.step_options import Option
from kumihimo.proposal.understood import (
    geometric_label,
    range_text,
)

POINTS = 10
"""Matching counts 1,000 points; people read a score out of 100."""


TERM_LABELS = {
    Term.HEADROOM: ("能力の余裕", "headroom"),
    Term.JOBS: ("似た実績", "similar jobs"),
    Term.QUALITY: ("品質", "quality"),
    Term.DELIVERY: ("納期順守", "on-time delivery"),
    Term.CAPACITY: ("余力", "free capacity"),
    Term.DISTANCE: ("距離", "distance"),
    Term.LEAD: ("納期の余裕", "lead-time slack"),
    Term.EVIDENCE: ("根拠", "evidence"),
    Term.RESPONSE: ("回答の早さ", "response"),
    Term.STRENGTH: ("得意度", "strength"),
}


def step_label(step: RoutingStep, part_name: str) -> tuple[str, str]:
    """Return the label of a step in Japanese and English, with the part's name where there are several parts."""
    ja, en = process_label(step.requirement.process)
    return (f"{part_name}：{ja}", f"{part_name}: {en}") if part_name else (ja, en)


def place_of(network: Network, site: str) -> tuple[str, str]:
    """Return prefecture and town of a site in Japanese and English; empty when its town is unknown."""
    town = terms.municipalities().get(network.site(site).municipality)
    return ("", "") if town is None else (town.ja, town.en)


def need_sentence(need: StepRequirement, lang: str) -> str:
    """Return what a step must be able to do, in one line."""
    english = lang == "en"
    parts: list[str] = []
    if need.materials:
        parts.append(" / ".join(material_label(item)[int(english)] for item in need.materials))
    if need.size_mm:
        parts.append(size_text(need.size_mm, round_part=need.round_part))
    if need.thickness_mm is not None:
        parts.append(f"t{need.thickness_mm:g}")
    if need.tolerance_it is not None:
        parts.append(
            f"IT{need.tolerance_it}"
            + (f" ({need.tolerance_nominal_mm:g} mm)" if need.tolerance_nominal_mm is not None else "")
        )
    elif need.tolerance_mm is not None:
        parts.append(
            f"tolerance width {need.tolerance_mm:g} mm"
            if english
            else f"公差幅 {need.tolerance_mm:g} mm（寸法は要確認）"
        )
    for item in need.geometric:
        parts.append(f"{geometric_label(item.kind)[int(english)]} {item.value_mm:g}")
    if need.roughness_ra_um is not None:
        parts.append(f"Ra {need.roughness_ra_um:g}")
    if need.hardness is not None:
        parts.append(f"{need.hardness.scale} {range_text(need.hardness.min, need.hardness.max)}")
    if need.coating_um is not None:
        parts.append(f"{range_text(need.coating_um.min, need.coating_um.max)} µm")
    if need.quantity is not None:
        unit = {"once": "", "month": " a month" if english else "/月", "year": " a year" if english else "/年"}[
            need.per
        ]
        parts.append(f"{need.quantity:,} pcs{unit}" if english else f"{need.quantity:,} 個{unit}")
    for scheme in need.certificates:
        found = terms.certificates().get(scheme)
        parts.append((found.en if english else found.ja) if found else scheme)
    if need.needs_qualification:
        parts.append("special process: qualification needed" if english else "特殊工程（資格の確認が必要）")
    return ", ".join(parts) if english else "、".join(parts)


def step_answer(
    step: RoutingStep,
    part_name: str,
    ranking: Ranking,
    options: Mapping[str, Option],
    *,
    network: Network,
    settings: ProposalSettings,
) -> StepAnswer:
    """Put the answer for one step together.

    Parameters
    ----------
    options
        Capability id -> priced option, for the candidates.
    """
    label, label_en = step_label(step, part_name)
    shown = [item for item in ranking.candidates if item.capability in options][: settings.ranked]
    none_ja, none_en = ("", "") if shown else _why_nobody(ranking, settings)
    return StepAnswer(
        id=step.id,
        part=part_name,
        process=step.requirement.process,
        label=label,
        label_en=label_en,
        after=step.after,
        need_ja=need_sentence(step.requirement, "ja"),
        need_en=need_sentence(step.requirement, "en"),
        firms_considered=ranking.firms_total,
        candidates=tuple(_candidate(item, options[item.capability], network) for item in shown),
        near_misses=tuple(_near_miss(item, network) for item in _useful_first(ranking)[: settings.ranked]),
        rejections=tuple(
            RejectionCount(code=reason.value, ja=reason.ja, en=reason.en, firms=count)
            for reason, count in sorted(ranking.rejections.items(), key=lambda pair: (-pair[1], pair[0].value))
            if count
        ),
        none_ja=none_ja,
        none_en=none_en,
    )


def _why_nobody(ranking: Ranking, settings: ProposalSettings) -> tuple[str, str]:
    if not ranking.candidates:
        return ranking_sentence(ranking, "ja"), ranking_sentence(ranking, "en")
    count, days = len(ranking.candidates), settings.horizon_days
    return (
        f"条件を満たす企業は {count} 社ありますが、{days} 日先まで空き時間がありません。余力を確認し直してください。",
        f"{counted(count, 'firm')} could do it, but none has a free hour within {days} days; ask for their capacity.",
    )


def _useful_first(ranking: Ranking) -> list[NearMiss]:
    """Put near-misses that a change of the requirement would win before those that nothing would."""
    return sorted(
        ranking.near_misses, key=lambda item: any(violation.relaxation is None for violation in item.violations)
    )


def _candidate(item: Candidate, option: Option, network: Network) -> CandidateAnswer:
    level = network.capability(item.capability).evidence
    place_ja, place_en = place_of(network, item.site)
    return CandidateAnswer(
        firm=item.firm,
        name=item.firm_name,
        site=item.site,
        capability=item.capability,
        place=place_ja,
        place_en=place_en,
        score=round(item.score / POINTS, 1),
        parts=tuple(
            ScorePart(
                code=part.term.value,
                ja=TERM_LABELS[part.term][0],
                en=TERM_LABELS[part.term][1],
                points=round(part.points / POINTS, 1),
                known=part.known,
                note_ja=part.ja,
                note_en=part.en,
            )
            for part in item.parts
        ),
        price_jpy=option.price_jpy,
        price_registered=option.assignment.quote.registered,
        days=option.days,
        evidence_ja=level.ja,
        evidence_en=level.en,
        unknown=tuple(_unknown(question) for question in item.questions),
    )


def _near_miss(item: NearMiss, network: Network) -> NearMissAnswer:
    place_ja, place_en = place_of(network, item.site)
    return NearMissAnswer(
        firm=item.firm,
        name=item.firm_name,
        site=item.site,
        capability=item.capability,
        place=place_ja,
        place_en=place_en,
        violations=tuple(_violation(violation) for violation in item.violations),
    )


def _violation(item: Violation) -> Finding:
    return Finding(
        code=item.reason.value,
        needed=_text(item.needed),
        offered=_text(item.offered),
        gap=_text(item.gap),
        unit=item.unit,
        evidence=item.evidence.ja,
        ja=item.ja,
        en=item.en,
        relaxation_ja=item.relaxation.ja if item.relaxation else "",
        relaxation_en=item.relaxation.en if item.relaxation else "",
    )


def _unknown(item: Unknown) -> Finding:
    return Finding(code=item.reason.value, needed="", offered="", gap="", unit="", evidence="", ja=item.ja, en=item.en)


def _text(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:g}"
