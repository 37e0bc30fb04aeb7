"""Who is qualified for a special process, and until when.

A special process (heat treatment, plating, welding, NDT) cannot be verified fully by final inspection: a claim is not
enough. Three things qualify a row: a certificate whose scheme speaks for the process, a person with a skill that does,
or a sample part or audit of this very row. Nothing recorded is *unknown*; recorded but zero or expired: *unqualified*.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from kumihimo import terms
from kumihimo.matching.columns import NEVER, NOBODY, to_day
from kumihimo.model import Assessment, AssessmentStatus, Capability, Certificate, EvidenceLevel, SkillCount

PROOF_DAYS = 730
"""A sample part or audit without an end date counts for 24 months (product rule)."""


@cache
def qualifying_schemes(process: str) -> frozenset[str]:
    """Return the certificate schemes that speak for a process or its family."""
    keys = _keys(process)
    return frozenset(item.id for item in terms.certificates().values() if keys & set(item.qualifies))


@cache
def qualifying_skills(process: str) -> frozenset[str]:
    """Return the skills that speak for a process or its family."""
    keys = _keys(process)
    return frozenset(item.id for item in terms.skills().values() if keys & set(item.qualifies))


def _keys(process: str) -> set[str]:
    known = terms.processes().get(process)
    return {process} if known is None else {process, known.family}


def certificate_until(certificate: Certificate) -> int:
    """Return the last valid day number: `NEVER` when the scheme has no end, 0 when it ends but nobody said when."""
    if certificate.expires_on is not None:
        return to_day(certificate.expires_on)
    scheme = terms.certificates().get(certificate.scheme)
    return 0 if scheme is None or scheme.expires else NEVER


def qualified_until(
    row: Capability,
    certificates: Iterable[Certificate],
    skills: Iterable[SkillCount],
    assessments: Iterable[Assessment],
) -> int:
    """Return the last day number on which a row is qualified for its process, were it a special one.

    Parameters
    ----------
    row
        The capability row.
    certificates, skills
        Those that cover the row's site.
    assessments
        Those of this row.

    Returns
    -------
    int
        0 when nothing is recorded, `NOBODY` when it is recorded that nobody holds the skill, else a day or `NEVER`.
        A certificate that ends on an untold day proves nothing either way.
    """
    schemes, wanted = qualifying_schemes(row.process), qualifying_skills(row.process)
    ends = [certificate_until(item) for item in certificates if item.scheme in schemes]
    for skill in skills:
        if skill.skill in wanted:
            ends.append(NOBODY if skill.count <= 0 else to_day(skill.expires_on) or NEVER)
    if row.evidence >= EvidenceLevel.SAMPLE and row.evidence_on is not None:
        ends.append(_proof_end(row.evidence_on, row.valid_until))
    for item in assessments:
        if item.method >= EvidenceLevel.SAMPLE and item.status is AssessmentStatus.PUBLISHED:
            ends.append(_proof_end(item.assessed_on, item.expires_on))
    return max(ends, default=0)


def _proof_end(proven: date, told: date | None) -> int:
    return to_day(told or proven + timedelta(days=PROOF_DAYS))
