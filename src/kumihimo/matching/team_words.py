"""Why a team was chosen and what it is exposed to, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from kumihimo import terms
from kumihimo.matching.team_answer import CommonCause, Label, StepOption, Team

SEVERE_LEVEL = 4
"""Hazard levels from here on are named."""


def common_causes(picked: Mapping[str, StepOption]) -> tuple[CommonCause, ...]:
    """Return what would stop two or more steps at once: a firm, a prefecture, flood-prone or quake-prone sites."""
    found: list[CommonCause] = []
    for kind, ja, en in (("firm", "企業", "firm"), ("prefecture", "", "")):
        groups: dict[str, list[str]] = {}
        for step, option in picked.items():
            groups.setdefault(getattr(option, kind), []).append(step)
        for place, steps in groups.items():
            if len(steps) > 1 and place:
                name_ja, name_en = _place_name(kind, place)
                found.append(
                    CommonCause(
                        kind=kind,
                        place=place,
                        steps=tuple(steps),
                        ja=f"{ja}{name_ja}に{len(steps)}工程が集中",
                        en=f"{len(steps)} steps depend on {en + ' ' if en else ''}{name_en}",
                    )
                )
    for kind, ja, en in (("flood", "浸水", "flood"), ("quake", "地震", "earthquake")):
        exposed = [step for step, option in picked.items() if (getattr(option, kind) or 0) >= SEVERE_LEVEL]
        if len(exposed) > 1:
            found.append(
                CommonCause(
                    kind=kind,
                    place="",
                    steps=tuple(exposed),
                    ja=f"{ja}の危険度{SEVERE_LEVEL}以上の拠点に{len(exposed)}工程",
                    en=f"{len(exposed)} steps at sites of {en} level {SEVERE_LEVEL} or more",
                )
            )
    return tuple(found)


def _place_name(kind: str, place: str) -> tuple[str, str]:
    known = terms.prefectures().get(place) if kind == "prefecture" else None
    return (place, place) if known is None else (known.ja, known.en)


def reasons(team: Team, labels: tuple[Label, ...], pool: Sequence[Team]) -> Team:
    """Return the team with its labels and the sentence この組合せを選んだ理由."""
    cheapest, fastest = min(one.price_jpy for one in pool), min(one.days for one in pool)
    ja, en = [], []
    if labels:
        ja.append("・".join(label.ja for label in labels) + f"（{len(pool)}通りの組合せのうち）")
        en.append(", ".join(label.en for label in labels) + f" of {len(pool)} teams compared")
    else:
        ja.append("上の組合せと顔ぶれが大きく異なる次善の案")
        en.append("a good alternative with other firms")
    more = 0.0 if cheapest == 0 else 100.0 * (team.price_jpy - cheapest) / cheapest
    ja.append(f"合計{team.price_jpy:,}円（うち運送{team.transport_jpy:,}円、最安比+{more:.0f}%）")
    en.append(f"{team.price_jpy:,} yen ({team.transport_jpy:,} transport, +{more:.0f} % on the cheapest)")
    ja.append(f"{team.days:.1f}日（最短比+{team.days - fastest:.1f}日）")
    en.append(f"{team.days:.1f} days (+{team.days - fastest:.1f} on the fastest)")
    ja.append(f"品質不良の見込み{100 * team.quality_risk:.1f}%")
    en.append(f"quality risk {100 * team.quality_risk:.1f} %")
    places = {step.option.prefecture for step in team.steps}
    ja.append(f"{len(team.firms)}社・{len(places)}都道府県に分散" if len(places) > 1 else f"{len(team.firms)}社")
    en.append(f"{len(team.firms)} firms in {len(places)} prefectures")
    ja.extend(cause.ja for cause in team.common_causes)
    en.extend(cause.en for cause in team.common_causes)
    return replace(team, labels=labels, ja="。".join(ja) + "。", en="; ".join(en) + ".")
