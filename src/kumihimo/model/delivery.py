"""A delivery record 実績: what was promised, and what came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo.model.attribute import Visibility, attr


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One finished job of a site."""

    id: str = attr("実績ID", see=Visibility.COORDINATOR)
    site: str = attr("拠点ID", see=Visibility.COORDINATOR)
    job: str = attr("案件番号", see=Visibility.COORDINATOR, default="")
    process: str = attr("工程", see=Visibility.COORDINATOR, terms="processes")
    material: str = attr("材質", see=Visibility.COORDINATOR, default="", terms="materials")
    size_max_mm: float | None = attr("最大寸法", see=Visibility.COORDINATOR, default=None, unit="mm")
    quantity: int = attr("数量", see=Visibility.COORDINATOR, unit="個")
    promised_on: date = attr("約束日", see=Visibility.COORDINATOR)
    delivered_on: date = attr("納入日", see=Visibility.COORDINATOR)
    defects: int = attr("不良数", see=Visibility.COORDINATOR, default=0, unit="個")
    claims: int = attr("クレーム数", see=Visibility.COORDINATOR, default=0, unit="件")
    cost_delta_jpy: int = attr("費用差", see=Visibility.OWN, default=0, unit="円")
