"""Equipment 設備: machines, furnaces, lines and measuring instruments of a site."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo.model.attribute import Visibility, attr


@dataclass(frozen=True, slots=True, kw_only=True)
class Equipment:
    """A group of like machines (ISA-95 *equipment* of one equipment class)."""

    id: str = attr("設備ID")
    site: str = attr("拠点ID")
    kind: str = attr("設備種類", terms="equipment_kinds")
    maker: str = attr("メーカー", default="")
    model: str = attr("型式", default="")
    count: int = attr("台数", default=1, unit="台")
    axes: int | None = attr("軸数", default=None)
    stroke_x_mm: float | None = attr("ストロークX", default=None, unit="mm")
    stroke_y_mm: float | None = attr("ストロークY", default=None, unit="mm")
    stroke_z_mm: float | None = attr("ストロークZ", default=None, unit="mm")
    table_l_mm: float | None = attr("テーブル長", default=None, unit="mm")
    table_w_mm: float | None = attr("テーブル幅", default=None, unit="mm")
    table_load_kg: float | None = attr("積載質量", default=None, unit="kg")
    swing_dia_mm: float | None = attr("最大振り", default=None, unit="mm")
    bar_dia_mm: float | None = attr("バー径", default=None, unit="mm")
    spindle_rpm: int | None = attr("主軸回転数", default=None, unit="rpm")
    tonnage_kn: float | None = attr("加圧力", default=None, unit="kN")
    shot_g: float | None = attr("射出量", default=None, unit="g")
    clamp_tf: float | None = attr("型締力", default=None, unit="tf")
    atc: int | None = attr("工具本数", default=None, unit="本")
    power_kw: float | None = attr("出力", default=None, unit="kW")
    controller: str = attr("制御装置", default="")
    year: int | None = attr("導入年", default=None)
    condition: str = attr("状態", default="", help_ja="A / B / C")
    calibrated_on: date | None = attr("校正日", default=None)
    calibrated_until: date | None = attr("校正期限", default=None)
    iot_id: str = attr("IoT ID", see=Visibility.OWN, default="")
    unattended_ok: bool | None = attr("無人運転", default=None)
