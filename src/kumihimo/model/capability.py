"""A capability row 能力: the unit of matching.

One row says what one site does with one process and one family of materials, within one envelope, to one precision.
A firm has many rows and they are never flattened: "A5052 to ±0.1" and "S45C to ±0.01" do not answer "A5052 to ±0.01".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo.model.attribute import Visibility, attr
from kumihimo.model.evidence import EvidenceLevel


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """A capability row. ``None`` and empty mean *unknown*, never "no limit" and never "cannot".

    Attributes
    ----------
    material_family
        Id of a family in `terms.material_families`; a row of a family answers for all families below it.
    grades_include, grades_exclude
        Grades that the row is known to work, and known not to work. An empty include list claims the whole family.
    env_l_mm, env_w_mm, env_h_mm
        Largest workpiece, sorted descending. For turned parts length and diameter: use ``dia_max_mm`` as well.
    it_best
        Finest ISO 286 grade held inside the size band ``it_band_min_mm < D <= it_band_max_mm``.
    tol_best_mm
        Finest total tolerance width that was ever claimed, in mm; used only where no IT grade is known.
    """

    id: str = attr("能力ID")
    site: str = attr("拠点ID")
    process: str = attr("工程", terms="processes")
    material_family: str = attr("材料区分", terms="material_families")
    grades_include: tuple[str, ...] = attr("対応材質", default=(), terms="materials", help_ja="空欄は区分全体")
    grades_exclude: tuple[str, ...] = attr("非対応材質", default=(), terms="materials")
    forms: tuple[str, ...] = attr(
        "素材形状", default=(), help_ja="bar plate sheet casting forging tube part を「、」で区切る"
    )
    env_l_mm: float | None = attr("最大長", default=None, unit="mm")
    env_w_mm: float | None = attr("最大幅", default=None, unit="mm")
    env_h_mm: float | None = attr("最大高", default=None, unit="mm")
    env_min_mm: float | None = attr("最小寸法", default=None, unit="mm")
    dia_min_mm: float | None = attr("最小径", default=None, unit="mm")
    dia_max_mm: float | None = attr("最大径", default=None, unit="mm")
    thick_min_mm: float | None = attr("最小板厚", default=None, unit="mm")
    thick_max_mm: float | None = attr("最大板厚", default=None, unit="mm")
    mass_max_kg: float | None = attr("最大質量", default=None, unit="kg")
    tol_best_mm: float | None = attr("最小公差幅", default=None, unit="mm", help_ja="±0.01なら0.02")
    it_best: int | None = attr("IT等級", default=None, help_ja="5〜16。小さいほど精密")
    it_band_min_mm: float | None = attr("等級の寸法下限", default=None, unit="mm")
    it_band_max_mm: float | None = attr("等級の寸法上限", default=None, unit="mm")
    flatness_mm: float | None = attr("平面度", default=None, unit="mm")
    roundness_mm: float | None = attr("真円度", default=None, unit="mm")
    position_mm: float | None = attr("位置度", default=None, unit="mm")
    ra_best_um: float | None = attr("最良Ra", default=None, unit="µm")
    hardness_scale: str = attr("硬さ記号", default="", terms="hardness_scales")
    hardness_min: float | None = attr("硬さ下限", default=None)
    hardness_max: float | None = attr("硬さ上限", default=None)
    coating_min_um: float | None = attr("膜厚下限", default=None, unit="µm")
    coating_max_um: float | None = attr("膜厚上限", default=None, unit="µm")
    lot_min: int | None = attr("最小ロット", default=None, unit="個")
    lot_econ: int | None = attr("経済ロット", default=None, unit="個")
    lot_max: int | None = attr("最大ロット", default=None, unit="個")
    monthly_max: int | None = attr("月産上限", default=None, unit="個")
    lead_days_typ: int | None = attr("標準納期", default=None, unit="日")
    lead_days_min: int | None = attr("最短納期", default=None, unit="日")
    equipment: tuple[str, ...] = attr("使用設備", default=(), help_ja="設備IDを「、」で区切る")
    inspection: tuple[str, ...] = attr("検査設備", default=(), terms="equipment_kinds")
    skills_needed: tuple[str, ...] = attr("必要資格", default=(), terms="skills")
    setup_jpy: int | None = attr("段取費", see=Visibility.OWN, default=None, unit="円")
    hourly_jpy: int | None = attr("時間単価", see=Visibility.OWN, default=None, unit="円/h")
    min_order_jpy: int | None = attr("最低受注額", see=Visibility.OWN, default=None, unit="円")
    strength: int | None = attr("得意度", default=None, help_ja="1〜5")
    valid_from: date | None = attr("有効開始", default=None)
    valid_until: date | None = attr("有効期限", default=None)
    evidence: EvidenceLevel = attr("根拠", default=EvidenceLevel.SELF)
    evidence_on: date | None = attr("確認日", default=None)
