"""The quality system 品質体制 of a firm: how it measures, proves and traces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo.model.attribute import attr


@dataclass(frozen=True, slots=True, kw_only=True)
class QualitySystem:
    """Answers of a firm about its quality system; ``None`` means that it was not asked."""

    id: str = attr("品質体制ID")
    firm: str = attr("企業ID")
    inspection: tuple[str, ...] = attr("検査設備", default=(), terms="equipment_kinds")
    cpk_typical: float | None = attr("代表Cpk", default=None)
    cpk_n: int | None = attr("Cpkの個数", default=None, unit="個")
    cpk_on: date | None = attr("Cpkの測定日", default=None)
    ppm: float | None = attr("不良率", default=None, unit="ppm")
    ppap: bool | None = attr("PPAP対応", default=None)
    fai: bool | None = attr("初品検査(FAI)対応", default=None)
    traceability: str = attr("トレーサビリティ", default="", help_ja="lot / serial")
    gauge_rr_pct: float | None = attr("ゲージR&R", default=None, unit="%")
    cleanroom_class: str = attr("クリーンルーム", default="", help_ja="例: ISO 7")
