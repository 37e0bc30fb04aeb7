"""What an inquiry is called."""

from __future__ import annotations

import re

from kumihimo import terms
from kumihimo.model import Inquiry

_SUBJECT = re.compile(r"^[ \u3000]*(?:件名|件 名|Subject|品名)[ \u3000]*[:：][ \u3000]*(\S.{0,60})", re.MULTILINE)


def title_of(inquiry: Inquiry) -> str:
    """Return the subject of an inquiry, or what it asks for, or the file's name."""
    for item in inquiry.context:
        if item.field == "subject" and item.value:
            return str(item.value)
    named = _SUBJECT.search(inquiry.text)
    if named:
        return named[1].strip()
    asked = inquiry.requirements
    words = [*asked.materials[:2], *(terms.process(item).ja for item in asked.processes[:3])]
    return " ".join(words) or inquiry.file or inquiry.id
