"""How well a claim is supported, from "they say so" to "we saw it delivered"."""

from __future__ import annotations

from enum import IntEnum


class EvidenceLevel(IntEnum):
    """Levels of evidence; a higher number is a stronger proof (product rule: self < document < ... < delivered)."""

    SELF = 0
    DOCUMENT = 1
    INTERVIEW = 2
    SAMPLE = 3
    ONSITE = 4
    DELIVERED = 5

    @property
    def ja(self) -> str:
        """Japanese label."""
        return ("自己申告", "書類確認", "聞き取り", "試し加工", "現地確認", "納入実績")[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return ("self-declared", "document", "interview", "sample part", "on-site audit", "delivered jobs")[self.value]
