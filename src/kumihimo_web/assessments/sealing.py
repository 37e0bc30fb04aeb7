"""What a signature covers, letter by letter, and whether it is still so."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from kumihimo.model import Assessment
from kumihimo_web.assessments.criteria import criteria_sets
from kumihimo_web.assessments.mapping import noun_of
from kumihimo_web.assessments.models import Evidence, Mark, Sheet

FORMAT = "kumihimo-assessment/1"
_PUBLISHED = (
    "firm",
    "capability",
    "assessor_org",
    "assessor_person",
    "method",
    "criteria_version",
    "scores",
    "finding",
    "evidence_files",
    "assessed_on",
    "expires_on",
)
"""Attributes of the noun that come from what was signed; the others tell what happened to it later."""


def content_of(sheet: Sheet, marks: Iterable[Mark], files: Iterable[Evidence], claims: Mapping[str, Any] | None) -> str:
    """Return what is signed, as canonical JSON.

    Parameters
    ----------
    claims
        What the capability row said that the firm can do; None for a whole firm.
    """
    told = {
        "format": FORMAT,
        "ref": sheet.ref,
        "firm": sheet.firm,
        "capability": sheet.capability,
        "claims": claims,
        "organisation": sheet.organisation.name,
        "person": sheet.person,
        "criteria_version": sheet.criteria_version,
        "previous": sheet.previous,
        "declared_on": sheet.declared_on.isoformat(),
        "method": sheet.method,
        "confirms": sheet.confirms,
        "assessed_on": sheet.assessed_on.isoformat(),
        "expires_on": sheet.expires_on.isoformat(),
        "finding": sheet.finding,
        "marks": {
            mark.item: {"score": mark.score, "is_unchecked": mark.is_unchecked, "note": mark.note} for mark in marks
        },
        "files": [
            {"item": file.item, "name": file.name, "sha256": file.sha256, "content_type": file.content_type}
            for file in files
        ],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def seal_of(content: str) -> str:
    """Return the SHA-256 of what is signed."""
    return hashlib.sha256(content.encode()).hexdigest()


def broken_parts(
    signed: str, seal: str, sheet: Sheet, marks: Iterable[Mark], files: Iterable[Evidence], noun: Assessment
) -> list[str]:
    """Return what is no longer as it was signed, in words; empty when everything is.

    Parameters
    ----------
    signed, seal
        The text that was signed and its SHA-256.
    noun
        The assessment as the network sees it.
    """
    marks, files = list(marks), list(files)
    found = []
    if seal_of(signed) != seal:
        found.append(_("署名された文面が、署名のハッシュと合いません。"))
    told = json.loads(signed)
    now = json.loads(content_of(sheet, marks, files, told["claims"]))
    criteria = criteria_sets()[told["criteria_version"]]
    for item in sorted({*told["marks"], *now["marks"]}):
        if told["marks"].get(item) != now["marks"].get(item):
            criterion = criteria.criterion(item)
            found.append(_("「%(item)s」が署名のときと違います。") % {"item": criterion.label if criterion else item})
    if told["files"] != now["files"]:
        found.append(_("根拠ファイルの一覧が署名のときと違います。"))
    if any(told[key] != now[key] for key in told if key not in ("marks", "files")):
        found.append(_("評価票の見出し（企業・評価方法・日付・所見など）が署名のときと違います。"))
    expected = noun_of(sheet, marks, files)
    if any(getattr(noun, name) != getattr(expected, name) for name in _PUBLISHED):
        found.append(_("公開されている評価が、署名された評価票と違います。"))
    return found
