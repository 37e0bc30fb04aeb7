"""A reply that was read, as JSON for programs."""

from __future__ import annotations

from typing import Any

from kumihimo.paper.reading.read import ReadForm

FORMAT = "kumihimo-read-form/1"


def read_form_to_json(form: ReadForm) -> dict[str, Any]:
    """Return what was read; pictures by name only."""
    token = form.token
    return {
        "format": FORMAT,
        "page": form.page,
        "outcome": form.outcome.value,
        "form": None
        if token is None
        else {"code": token.code, "order": token.order, "revision": token.revision, "page": token.page},
        "answers": {
            name: {
                "value": {"month": answer.value[0], "day": answer.value[1]}
                if isinstance(answer.value, tuple) and isinstance(answer.value[0], int)
                else answer.value,
                "confidence": answer.confidence,
            }
            for name, answer in form.answers.items()
        },
        "reviews": [
            {"reason": one.reason.value, "group": one.group, "ja": one.ja, "en": one.en} for one in form.reviews
        ],
        "notes": [one.name for one in form.notes],
        "crops": [one.name for one in form.crops],
        "marks_found": form.marks,
        "codes_read": list(form.codes),
    }
