"""A site 拠点: a place where a firm works (ISA-95 *site*)."""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.model.attribute import Visibility, attr


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A site with its position, handling limits and hazards.

    Hazard levels run from 0 (none known) to 5 (severe); ``None`` means that nobody has looked it up.
    """

    id: str = attr("拠点ID", see=Visibility.PUBLIC)
    firm: str = attr("企業ID", see=Visibility.PUBLIC)
    name: str = attr("拠点名", see=Visibility.PUBLIC, default="")
    postal_code: str = attr("郵便番号", default="")
    municipality: str = attr(
        "市区町村コード",
        see=Visibility.PUBLIC,
        terms="municipalities",
        help_ja="6桁の全国地方公共団体コードまたは市区町村名",
    )
    address: str = attr("住所", default="")
    lat: float | None = attr("緯度", default=None, unit="°", help_ja="空欄なら役所の位置")
    lon: float | None = attr("経度", default=None, unit="°", help_ja="空欄なら役所の位置")
    crane_t: float | None = attr("クレーン", default=None, unit="t")
    max_door_w_mm: float | None = attr("搬入口幅", default=None, unit="mm")
    max_door_h_mm: float | None = attr("搬入口高さ", default=None, unit="mm")
    shipping_weekdays: tuple[int, ...] = attr("出荷曜日", default=(0, 1, 2, 3, 4), help_ja="月〜日")
    calendar: str | None = attr("カレンダーID", default=None)
    flood: int | None = attr("洪水", default=None, terms="hazards", help_ja="0〜5、不明は空欄")
    quake: int | None = attr("地震", default=None, terms="hazards", help_ja="0〜5、不明は空欄")
    tsunami: int | None = attr("津波", default=None, terms="hazards", help_ja="0〜5、不明は空欄")
    hazard_source: str = attr("災害情報の出典", default="")

    @property
    def prefecture(self) -> str:
        """JIS X 0401 code, the first two digits of the municipality code."""
        return self.municipality[:2]
