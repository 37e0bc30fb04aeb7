"""An inquiry as JSON: the judged fields under ``requirements``, each value with its source, and the questions."""

from __future__ import annotations

from dataclasses import asdict, is_dataclass
from datetime import date
from typing import Any

from kumihimo.model.inquiry import Inquiry, Question, ReadValue
from kumihimo.model.requirement import Requirements, Tolerance


def plain(value: Any) -> Any:
    """Return a value of the model as JSON-able data; dates in ISO form."""
    if isinstance(value, Tolerance):
        return {"upper": value.upper, "lower": value.lower, "fit": value.fit}
    if is_dataclass(value) and not isinstance(value, type):
        return {name: plain(item) for name, item in asdict(value).items()}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def requirements_to_json(needs: Requirements) -> dict[str, Any]:
    """Return the fields as they are judged."""
    return {
        "materials": list(needs.materials),
        "processes": list(needs.processes),
        "quantity": needs.quantity,
        "per": needs.per,
        "size_mm": plain(needs.size_mm),
        "thickness_mm": plain(needs.thickness_mm),
        "tolerances": plain(needs.tolerances),
        "geometric": plain(needs.geometric),
        "roughness_ra_um": plain(needs.roughness_ra_um),
        "hardness": plain(needs.hardness),
        "coating_um": plain(needs.coating_um),
        "due_date": plain(needs.due_date),
        "prefectures": list(needs.prefectures),
        "certificates": list(needs.certificates),
    }


def _field(item: ReadValue) -> dict[str, Any]:
    return {
        "field": item.field,
        "value": plain(item.value),
        "text": item.text,
        "start": item.start,
        "end": item.end,
        "place": item.place,
        "source": item.source,
        "confidence": item.confidence,
        "part": item.part,
    }


def _question(item: Question) -> dict[str, Any]:
    return {"field": item.field, "why": item.why, "ja": item.ja, "en": item.en, "part": item.part}


def inquiry_to_json(inquiry: Inquiry) -> dict[str, Any]:
    """Return the whole inquiry; the offsets of its values point into ``text``."""
    return {
        "file": inquiry.file,
        "id": inquiry.id,
        "style": inquiry.style,
        "today": inquiry.today.isoformat(),
        "text": inquiry.text,
        "requirements": requirements_to_json(inquiry.requirements),
        "fields": [_field(item) for item in inquiry.fields],
        "questions": [_question(item) for item in inquiry.questions],
        "parts": [
            {
                "id": part.id,
                "name": part.name,
                "per_set": part.per_set,
                "requirements": requirements_to_json(part.requirements),
            }
            for part in inquiry.parts
        ],
        "context": [_field(item) for item in inquiry.context],
    }
