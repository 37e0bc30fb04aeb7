"""An inquiry 引合 as it was read: values with their source words, and questions to ask back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from kumihimo.model.requirement import Requirements


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadValue:
    """One value that was read, with the words that it was read from.

    Attributes
    ----------
    field
        Name of the field in `Requirements` (or of a context item).
    value
        JSON-able value; one element where the field is a list.
    text, start, end
        Source words and their offsets in `Inquiry.text` (the original, not the normalised text).
    source
        ``"rule"``, ``"form"``, ``"cad"``, ``"llm"`` or ``"person"``.
    confidence
        0 to 1; how sure the reader is.
    part
        Name of the part that it belongs to; empty for the whole inquiry.
    place
        Where it stands in a file that is no plain text: ``"見積依頼書!C5"`` (cell), ``"DIMENSION #8F"`` (drawing).
    """

    field: str
    value: Any
    text: str
    start: int
    end: int
    source: str
    confidence: float = 1.0
    part: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What must be asked back before the value can be trusted.

    Attributes
    ----------
    field
        Field that is in doubt.
    why
        Short code: ``ambiguous``, ``contradiction``, ``range``, ``alternatives``, ``equivalent``, ``missing`` or
        ``vague``.
    ja, en
        The ready question, in words that can be sent to the customer.
    part
        Name of the part; empty for the whole inquiry.
    """

    field: str
    why: str
    ja: str
    en: str
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part 部品 of an inquiry with its own requirements.

    Attributes
    ----------
    per_set
        Pieces of this part in one finished set (assembly).
    """

    id: str
    name: str
    requirements: Requirements
    per_set: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """An inquiry that was read.

    Attributes
    ----------
    requirements
        Values of all parts united in the order of the text.
    parts
        At least one; more when the text describes several parts.
    context
        What was understood but is no requirement: supplied material, drawing numbers, mass, press tonnage, budget,
        negated processes, subject, sender.
    """

    id: str
    file: str
    style: str
    text: str
    today: date
    requirements: Requirements
    fields: tuple[ReadValue, ...] = ()
    questions: tuple[Question, ...] = ()
    parts: tuple[Part, ...] = ()
    context: tuple[ReadValue, ...] = ()
