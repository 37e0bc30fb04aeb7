"""How many people of a site hold a qualification 技能・資格; counted, never named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo.model.attribute import Visibility, attr


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillCount:
    """A count of people. A count of 0 is a fact ("nobody"), a missing row is unknown."""

    id: str = attr("技能ID")
    site: str = attr("拠点ID")
    skill: str = attr("資格", terms="skills")
    count: int = attr("人数", unit="人")
    years_avg: float | None = attr("平均経験", default=None, unit="年")
    age_band: str = attr("年齢層", see=Visibility.OWN, default="", help_ja="例: 60代")
    expires_on: date | None = attr("有効期限", default=None)
    successor: bool | None = attr("後継者", see=Visibility.COORDINATOR, default=None)
