"""From a sheet to the noun of `kumihimo.model` that the network sees."""

from __future__ import annotations

from collections.abc import Iterable

from kumihimo.model import Assessment, AssessmentStatus, EvidenceLevel
from kumihimo_web.assessments.models import Evidence, Mark, Sheet


def noun_of(sheet: Sheet, marks: Iterable[Mark], files: Iterable[Evidence]) -> Assessment:
    """Return the noun of a sheet as it is when it is signed.

    It names the capability row only where the row was found to be as it says: matching takes every published assessment
    of a row for a proof of it.
    """
    return Assessment(
        id=sheet.ref,
        firm=sheet.firm,
        capability=sheet.capability if sheet.capability and sheet.confirms else None,
        assessor_org=sheet.organisation.name,
        assessor_person=sheet.person,
        method=EvidenceLevel(sheet.method or 0),
        criteria_version=sheet.criteria_version,
        scores=tuple(f"{mark.item}={mark.score}" for mark in marks if mark.score is not None),
        finding=sheet.finding,
        evidence_files=tuple(f"{file.name}:{file.sha256}" for file in files),
        assessed_on=sheet.assessed_on,
        expires_on=sheet.expires_on,
        status=AssessmentStatus.SHARED,
    )


def scores_of(noun: Assessment) -> dict[str, int]:
    """Return criterion -> score."""
    pairs = (text.partition("=") for text in noun.scores)
    return {item: int(score) for item, _sign, score in pairs if score.isdecimal()}
