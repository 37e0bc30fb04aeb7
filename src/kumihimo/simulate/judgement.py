"""Assessments by neutral organisations and the answers about quality systems."""

from __future__ import annotations

from datetime import timedelta

from kumihimo.matching.columns import EPOCH
from kumihimo.model import Assessment, AssessmentStatus, EvidenceLevel, QualitySystem
from kumihimo.simulate.chunk import Chunk
from kumihimo.simulate.names import firm_id
from kumihimo.simulate.places import places

_CRITERIA = ("寸法精度", "外観", "納期対応", "測定記録", "5S")
_FINDINGS = (
    "図面どおりに加工でき、測定記録も整っている。",
    "寸法は良好。外観の傷に注意が必要。",
    "精度は十分。記録の様式が統一されていない。",
    "段取りが速く小ロットに向く。",
    "設備の保全記録がなく、次回確認する。",
)
_REPLY = "測定方法の差と考える。再測定を希望する。"
VALID_DAYS = 730
"""An assessment without a nearer end counts for 24 months (product rule)."""


def assessments_of(chunk: Chunk, row_ids: list[str]) -> list[Assessment]:
    """Return assessments: most rows proven by sample or audit have one, and some firms as a whole."""
    shops, rows, dice = chunk.shops, chunk.rows, chunk.detail
    draws, scores = dice.unit(len(rows), 6).tolist(), dice.whole(2, 5, len(rows) * len(_CRITERIA)).tolist()
    found: list[tuple[int, Assessment]] = []
    proven = (rows.evidence == EvidenceLevel.SAMPLE) | (rows.evidence == EvidenceLevel.ONSITE)
    for index, row_id in enumerate(row_ids):
        draw = draws[index]
        if proven[index] and rows.evidence_on[index] and draw[0] < 0.8:
            firm = int(rows.firm[index])
            until = int(rows.valid_until[index]) or int(rows.evidence_on[index]) + VALID_DAYS
            found.append(
                (
                    firm,
                    _assessment(
                        chunk,
                        firm,
                        row_id,
                        EvidenceLevel(int(rows.evidence[index])),
                        int(rows.evidence_on[index]),
                        until,
                        draw,
                        scores[index * len(_CRITERIA) : (index + 1) * len(_CRITERIA)],
                    ),
                )
            )
    whole, levels = dice.unit(len(shops), 6).tolist(), dice.whole(1, 5, len(shops) * len(_CRITERIA)).tolist()
    for firm, draw in enumerate(whole):
        if draw[0] < 0.18:
            method = (EvidenceLevel.DOCUMENT, EvidenceLevel.INTERVIEW, EvidenceLevel.ONSITE)[int(draw[0] / 0.06)]
            made = shops.today - 20 - int(draw[1] * 900)
            line = levels[firm * len(_CRITERIA) : (firm + 1) * len(_CRITERIA)]
            found.append((firm, _assessment(chunk, firm, None, method, made, made + VALID_DAYS, draw, line)))
    found.sort(key=lambda pair: pair[0])
    return [item for _, item in found]


def _assessment(
    chunk: Chunk,
    firm: int,
    row_id: str | None,
    method: EvidenceLevel,
    made: int,
    until: int,
    draw: list[float],
    scores: list[int],
) -> Assessment:
    town = places().towns[int(chunk.shops.town[firm])].name
    assessor = (f"{town}（産業振興担当・合成）", f"{town}商工会議所（合成）", "架空工業技術センター")[int(draw[2] * 3)]
    status = AssessmentStatus.PUBLISHED
    if until < chunk.shops.today:
        status = AssessmentStatus.EXPIRED
    elif draw[3] < 0.06:
        status = AssessmentStatus.DISPUTED
    elif draw[3] < 0.12:
        status = AssessmentStatus.SHARED
    disputed = status is AssessmentStatus.DISPUTED
    identifier = firm_id(chunk.shops.first + firm)
    return Assessment(
        id=f"{identifier}-A{row_id[-3:] if row_id else '000'}",
        firm=identifier,
        capability=row_id,
        assessor_org=assessor,
        criteria_version="2026-1",
        method=method,
        scores=tuple(f"{name}={score}" for name, score in zip(_CRITERIA, scores, strict=True)),
        finding=_FINDINGS[int(draw[4] * len(_FINDINGS))],
        assessed_on=EPOCH + timedelta(days=made),
        expires_on=EPOCH + timedelta(days=until),
        confidence=round(0.5 + 0.1 * int(draw[5] * 5), 1),
        reply=_REPLY if disputed else "",
        replied_on=EPOCH + timedelta(days=made + 10) if disputed else None,
        status=status,
    )


def quality_systems_of(chunk: Chunk, instruments: list[tuple[str, ...]]) -> list[QualitySystem]:
    """Return what the firms that were asked say about measuring and proving; the told rate is near the true one."""
    shops, dice = chunk.shops, chunk.detail
    draws = dice.unit(len(shops), 10).tolist()
    found: list[QualitySystem] = []
    for index, draw in enumerate(draws):
        if draw[0] >= 0.58:
            continue
        large = shops.employees[index] >= 20
        cpk = draw[1] < 0.3
        found.append(
            QualitySystem(
                id=f"{firm_id(shops.first + index)}-QS",
                firm=firm_id(shops.first + index),
                inspection=instruments[index],
                cpk_typical=round(0.9 + draw[2] * 1.1, 2) if cpk else None,
                cpk_n=30 + 10 * int(draw[3] * 8) if cpk else None,
                cpk_on=EPOCH + timedelta(days=shops.today - 10 - int(draw[4] * 600)) if cpk else None,
                ppm=float(10 * int(float(shops.defect_rate[index]) * 1e5 * (0.4 + draw[5])))
                if draw[6] < 0.45
                else None,
                ppap=draw[7] < (0.5 if large else 0.12) if draw[8] < 0.6 else None,
                fai=draw[7] < (0.7 if large else 0.3) if draw[8] < 0.6 else None,
                traceability=("", "lot", "serial")[min(2, int(draw[9] * 2.3))],
                gauge_rr_pct=float(5 + int(draw[3] * 25)) if draw[4] < 0.1 else None,
                cleanroom_class="ISO 7" if draw[9] > 0.98 else "",
            )
        )
    return found
