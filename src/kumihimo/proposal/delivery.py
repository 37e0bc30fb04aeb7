"""Where and when the goods are due: the town that the inquiry names, else the prefecture's capital."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo import terms
from kumihimo.model import Inquiry
from kumihimo.proposal.as_said import town_of
from kumihimo.proposal.proposal import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The delivery place; `point` None when no single place was read."""

    point: tuple[float, float] | None
    name_ja: str
    name_en: str
    due: date | None
    assumption: Sentence


def delivery_of(inquiry: Inquiry) -> Delivery:
    """Return the delivery place and due date of an inquiry, with what is assumed about the place."""
    codes = inquiry.requirements.prefectures
    due = inquiry.requirements.due_date
    if len(codes) != 1:
        return Delivery(
            point=None,
            name_ja="",
            name_en="",
            due=due,
            assumption=Sentence(
                ja="納入先が一つに決まらないため、最後の輸送は価格と日程に含みません。",
                en="no single delivery place was read: the last transport is in neither price nor dates.",
            ),
        )
    prefecture = terms.prefectures()[codes[0]]
    town = town_of(inquiry, codes[0])
    if town is not None:
        return Delivery(
            point=(town.lat, town.lon),
            name_ja=f"{prefecture.ja} {town.name}",
            name_en=town.en,
            due=due,
            assumption=Sentence(
                ja=f"納入先は{prefecture.ja}{town.name}の役所の位置で計算しています。",
                en=f"delivery to the town hall of {town.en}, assumed.",
            ),
        )
    return Delivery(
        point=(prefecture.lat, prefecture.lon),
        name_ja=prefecture.ja,
        name_en=prefecture.en,
        due=due,
        assumption=Sentence(
            ja=f"納入先は{prefecture.ja}の県庁所在地と仮定しています。",
            en=f"delivery to the capital of {prefecture.en} assumed.",
        ),
    )
