"""What would stop several steps of a team at once, in words."""

from __future__ import annotations

from collections.abc import Mapping

from kumihimo import terms
from kumihimo.matching.team_answer import CommonCause, StepOption

SEVERE_LEVEL = 4
"""Hazard levels from here on are named."""


def common_causes(picked: Mapping[str, StepOption]) -> tuple[CommonCause, ...]:
    """Return what would stop two or more steps at once: a firm, a prefecture, flood-prone or quake-prone sites.

    A firm is named by its id in `CommonCause.place` only: the caller knows its name.
    """
    found: list[CommonCause] = []
    for kind in ("firm", "prefecture"):
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
                        ja=f"{name_ja}に{len(steps)}工程が集中",
                        en=f"{len(steps)} steps depend on {name_en}",
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
    if kind == "firm":
        return "1社", "one firm"
    known = terms.prefectures().get(place)
    return (place, place) if known is None else (known.ja, known.en)
