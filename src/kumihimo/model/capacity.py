"""Free capacity 余力 of a site, in hours per ISO week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kumihimo.model.attribute import Visibility, attr

STALE_AFTER_DAYS = 14
"""Capacity asked longer ago than this is unknown (product rule)."""


class CapacitySource(StrEnum):
    """Who said it."""

    DECLARED = "declared"
    PHONE = "phone"
    IOT = "iot"
    PLAN = "plan"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {"declared": "申告", "phone": "電話確認", "iot": "IoT", "plan": "計画"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"declared": "declared", "phone": "by phone", "iot": "IoT", "plan": "plan"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """Hours of one ISO week. `process` empty means the whole site.

    Attributes
    ----------
    week
        ISO 8601 week, ``"2026-W48"``.
    """

    id: str = attr("余力ID", see=Visibility.COORDINATOR)
    site: str = attr("拠点ID", see=Visibility.COORDINATOR)
    process: str = attr("工程", see=Visibility.COORDINATOR, default="", terms="processes", help_ja="空欄は拠点全体")
    week: str = attr("週", see=Visibility.COORDINATOR, help_ja="例: 2026-W48")
    hours_available: float = attr("稼働可能時間", see=Visibility.COORDINATOR, unit="h")
    hours_booked: float = attr("予約済み時間", see=Visibility.COORDINATOR, default=0.0, unit="h")
    source: CapacitySource = attr("情報源", see=Visibility.COORDINATOR, default=CapacitySource.DECLARED)
    asked_on: date = attr("確認日", see=Visibility.COORDINATOR)

    def hours_free(self, today: date) -> float | None:
        """Return the free hours, or None when the answer is older than `STALE_AFTER_DAYS`."""
        if (today - self.asked_on).days > STALE_AFTER_DAYS:
            return None
        return max(0.0, self.hours_available - self.hours_booked)
