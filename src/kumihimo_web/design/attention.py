"""What needs somebody: one line of 今日の調整, which every app makes of its own rows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any


class Urgency(IntEnum):
    """How soon somebody has to act; the smaller, the sooner."""

    NOW = 1
    TODAY = 2
    WEEK = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Something that needs somebody, with one proposed action.

    Attributes
    ----------
    title
        What is the matter: 遅れの恐れ 3件.
    detail
        What it is about, so that one can decide without opening it.
    action, url
        The proposed action and where it is done.
    icon
        Icon of the sprite.
    """

    urgency: Urgency
    title: Any
    detail: Any
    action: Any
    url: str
    icon: str
