"""Who bears the cost of a defect 責任分担: whoever caused it, and by the shares of the charter where nobody knows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kumihimo.errors import InputError
from kumihimo.trade.consortium.charter import Charter
from kumihimo.trade.largest_remainder import shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """A damage that the consortium has to make good.

    Attributes
    ----------
    happened_on
        Decides who was a member.
    cost_jpy
        What it costs; not subject to tax.
    caused_by
        Percent by firm, as joint inspection found with the custody record; what is missing to 100 has no known cause.
    inspected_by
        Who found so; a defect nobody inspected is not charged to a firm.
    """

    id: str
    happened_on: date
    cost_jpy: int
    caused_by: Mapping[str, int]
    inspected_by: str
    reason_ja: str
    reason_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Borne:
    """What one member bears of a defect, and why."""

    defect: str
    firm: str
    jpy: int
    ja: str
    en: str


def borne_by(charter: Charter, defect: Defect) -> tuple[Borne, ...]:
    """Return who bears how much of a defect; the parts add up to its cost.

    Raises
    ------
    InputError
        The cost is negative, the percents are not within 0 to 100, a firm was no member, or one is charged with a
        defect that nobody inspected, or that somebody of the same firm inspected.
    """
    percent = sum(defect.caused_by.values())
    if defect.cost_jpy < 0 or percent > 100 or min(defect.caused_by.values(), default=0) < 0:
        raise InputError(
            f"不具合「{defect.id}」の費用は{defect.cost_jpy:,}円、原因の割合は合計{percent}%です。"
            "費用は0以上、割合は合計100%以内にしてください。",
            f"defect '{defect.id}' costs {defect.cost_jpy:,} yen with causes of {percent} % in all; "
            "expected no negative cost and at most 100 %.",
        )
    charged = {firm: part for firm, part in defect.caused_by.items() if part}
    for firm in charged:
        charter.member(firm, defect.happened_on)
    able = {inspector.name for inspector in charter.inspectors_for(frozenset(charged))}
    if charged and defect.inspected_by not in able:
        raise InputError(
            f"不具合「{defect.id}」の原因を「{defect.inspected_by or '（なし）'}」は決められません。"
            "規約の検査員で、原因とされた企業に属さない人が確かめてください。",
            f"'{defect.inspected_by}' cannot find the cause of defect '{defect.id}'; "
            "an inspector of the charter who is not of a firm charged must.",
        )
    members = charter.members_on(defect.happened_on)
    # Both parts in one weight, in percent times the liability of all: shared once, they add up to the cost.
    liability = sum(member.liability for member in members)
    if percent < 100 and liability == 0:
        raise InputError(
            f"不具合「{defect.id}」の日に、責任の割合を持つ会員がいません。規約を確かめてください。",
            f"no member has a liability share on the day of defect '{defect.id}'; check the charter.",
        )
    base = max(liability, 1)
    weights = [charged.get(m.firm, 0) * base + (100 - percent) * m.liability for m in members]
    if defect.cost_jpy == 0:
        return ()
    rows = []
    for member, jpy in zip(members, shared(defect.cost_jpy, weights), strict=True):
        if jpy:
            ja, en = _why(charged.get(member.firm, 0), 100 - percent, member.liability, liability)
            rows.append(
                Borne(
                    defect=defect.id,
                    firm=member.firm,
                    jpy=jpy,
                    ja=f"不具合「{defect.id}」{defect.reason_ja}: {ja}",
                    en=f"defect '{defect.id}' {defect.reason_en}: {en}",
                )
            )
    return tuple(rows)


def _why(caused: int, unknown: int, weight: int, liability: int) -> tuple[str, str]:
    ja, en = [], []
    if caused:
        ja.append(f"原因の{caused}%")
        en.append(f"caused {caused} %")
    if unknown and weight:
        ja.append(f"原因不明の{unknown}%を規約の割合 {weight}/{liability} で負担")
        en.append(f"{weight}/{liability} of the {unknown} % without a known cause")
    return "、".join(ja), ", ".join(en)
