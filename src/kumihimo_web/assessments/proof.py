"""How well a capability row is proven: raised by an assessment that is published, put back when that ends."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from kumihimo.model import Capability, EvidenceLevel
from kumihimo_web.assessments.models import Sheet, Signature, State
from kumihimo_web.firms import queries as firms
from kumihimo_web.firms.services import prove

_Proof = tuple[int, str]
"""Level, and day as ISO 8601; empty for no day."""


def lift(sheet: Sheet) -> None:
    """Raise the proof of the row to what a published assessment found.

    Only where the assessor confirmed the row, the row still says what was looked at, and nothing better is known.
    """
    row = _row(sheet)
    if row is None or not _speaks_of(sheet, firms.claims(sheet.capability)):
        return
    known = _known(row)
    if _found(sheet) > known:
        level, day = known
        sheet.evidence_before = {"evidence": level, "evidence_on": day}
        sheet.save(update_fields=["evidence_before"])
        _write(sheet, _found(sheet))


def lower(sheet: Sheet, today: date) -> None:
    """Put back the proof of the row, when the assessment that raised it has ended."""
    row = _row(sheet)
    # Where the row says something else by now, or was proven better, this assessment has no part in it any more.
    if row is None or sheet.evidence_before is None or _known(row) != _found(sheet):
        return
    others = [other for other in _others(sheet) if _speaks_of(other, firms.claims(sheet.capability))]
    ended = {_found(other): other.evidence_before for other in others if other.state_on(today) != State.PUBLISHED}
    before = sheet.evidence_before
    # What stood before may itself have come from an assessment that has ended since.
    while (earlier := ended.pop(_proof(before), None)) is not None:
        before = earlier
    holding = [_found(other) for other in others if other.state_on(today) == State.PUBLISHED]
    _write(sheet, max([_proof(before), *holding]))


def _row(sheet: Sheet) -> Capability | None:
    found = firms.row("capabilities", sheet.capability) if sheet.capability and sheet.confirms else None
    return None if found is None else firms.noun(found)


def _known(row: Capability) -> _Proof:
    return int(row.evidence), row.evidence_on.isoformat() if row.evidence_on else ""


def _found(sheet: Sheet) -> _Proof:
    return sheet.method or 0, sheet.assessed_on.isoformat()


def _proof(kept: dict[str, Any]) -> _Proof:
    return kept["evidence"], kept["evidence_on"]


def _others(sheet: Sheet) -> list[Sheet]:
    # Of every office: who sees them does not matter for what is proven.
    rows = Sheet._base_manager.filter(network_id=sheet.network_id, capability=sheet.capability, confirms=True)
    return list(rows.exclude(pk=sheet.pk).filter(assessment__isnull=False).select_related("assessment"))


def _speaks_of(sheet: Sheet, claims: dict[str, Any] | None) -> bool:
    signed = Signature._base_manager.get(sheet=sheet)
    return bool(json.loads(signed.content)["claims"] == claims)


def _write(sheet: Sheet, proof: _Proof) -> None:
    level, day = proof
    prove(sheet.capability, EvidenceLevel(level), date.fromisoformat(day) if day else None, assessment=sheet.ref)
