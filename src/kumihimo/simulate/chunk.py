"""One chunk of a synthetic network, drawn whole: the arrays that objects and columns are both made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from kumihimo.errors import InputError
from kumihimo.simulate.dice import Dice, Ints, generator
from kumihimo.simulate.names import MOST_NAMES
from kumihimo.simulate.records import (
    Certified,
    Delivered,
    Free,
    Skills,
    calendar_of,
    draw_capacity,
    draw_certificates,
    draw_deliveries,
    draw_skills,
)
from kumihimo.simulate.rows import Rows, draw_rows
from kumihimo.simulate.shops import Shops, draw_shops

MOST_FIRMS = min(MOST_NAMES, 400_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Everything of one chunk that matching looks at."""

    shops: Shops
    rows: Rows
    skills: Skills
    certificates: Certified
    calendar: Ints
    capacity: Free
    deliveries: Delivered
    detail: Dice


def draw_chunk(seed: int, firms: int, number: int, today: date) -> Chunk:
    """Draw chunk `number` of a network; `detail` draws what only the objects have."""
    shops = draw_shops(seed, firms, number, today)
    rows = draw_rows(shops)
    skills = draw_skills(shops, rows)
    certificates = draw_certificates(shops)
    calendar = calendar_of(shops)
    capacity = draw_capacity(shops, calendar)
    return Chunk(
        shops=shops,
        rows=rows,
        skills=skills,
        certificates=certificates,
        calendar=calendar,
        capacity=capacity,
        deliveries=draw_deliveries(shops, rows),
        detail=Dice(generator(seed, firms, number, 1)),
    )


def check_size(firms: int, seed: int, most: int = MOST_FIRMS) -> None:
    """Raise `InputError` when a size or seed is out of range."""
    if not 1 <= firms <= most:
        raise InputError(
            f"企業数 {firms} は範囲外です。1〜{most} を指定してください。",
            f"{firms} firms is out of range. Give 1 to {most}.",
        )
    if seed < 0:
        raise InputError(
            f"シード {seed} は負の数です。0 以上を指定してください。",
            f"Seed {seed} is negative. Give 0 or more.",
        )


def weeks_from(today: date, count: int) -> list[str]:
    """Return `count` ISO weeks from the week of tomorrow on, as ``"2026-W48"``."""
    first = date.fromordinal(today.toordinal() + 1)
    found = []
    for index in range(count):
        year, week, _ = date.fromordinal(first.toordinal() + 7 * index).isocalendar()
        found.append(f"{year}-W{week:02d}")
    return found


def firm_starts(owner: Ints, firms: int) -> Ints:
    """Return where the entries of each firm begin in an array sorted by firm, with the end at the back."""
    return np.searchsorted(owner, np.arange(firms + 1))
