"""Consumption tax 消費税 of an invoice: worked out once for each rate, from its total, never line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Rounding(StrEnum):
    """How an issuer rounds fractions of a yen; its own choice."""

    FLOOR = "floor"
    ROUND = "round"
    CEIL = "ceil"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {"floor": "切り捨て", "round": "四捨五入", "ceil": "切り上げ"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxedLine:
    """One line of an invoice: whole yen, with or without tax as the invoice says for all of them."""

    item: str
    amount_jpy: int
    rate_percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTotal:
    """What an invoice states for one rate: the total, and the tax on it; `tax_jpy` None where it is not stated."""

    rate_percent: int
    total_jpy: int
    tax_jpy: int | None = None


def tax_on(total_jpy: int, rate_percent: int, rounding: Rounding, *, tax_included: bool = False) -> int:
    """Return the tax on a total, rounded once.

    A negative total (a credit note) is rounded as its amount: the tax taken back is the tax that was asked for.
    """
    part = abs(total_jpy) * rate_percent
    whole = 100 + rate_percent if tax_included else 100
    if rounding is Rounding.FLOOR:
        tax = part // whole
    elif rounding is Rounding.CEIL:
        tax = -(-part // whole)
    else:
        tax = (2 * part + whole) // (2 * whole)
    return -tax if total_jpy < 0 else tax


def totals_by_rate(
    lines: Iterable[TaxedLine], rounding: Rounding, *, tax_included: bool = False
) -> tuple[RateTotal, ...]:
    """Return total and tax for each rate of the lines, the highest rate first."""
    return tuple(
        RateTotal(rate_percent=rate, total_jpy=total, tax_jpy=tax_on(total, rate, rounding, tax_included=tax_included))
        for rate, total in sums_by_rate(lines).items()
    )


def sums_by_rate(lines: Iterable[TaxedLine]) -> dict[int, int]:
    """Return the total of the lines for each rate, the highest rate first."""
    sums: dict[int, int] = {}
    for line in lines:
        sums[line.rate_percent] = sums.get(line.rate_percent, 0) + line.amount_jpy
    return dict(sorted(sums.items(), reverse=True))


def tax_by_lines(
    lines: Iterable[TaxedLine], rate_percent: int, rounding: Rounding, *, tax_included: bool = False
) -> int:
    """Return the tax as it comes out when every line is rounded, which is not allowed: needed to recognise it."""
    return sum(
        tax_on(line.amount_jpy, rate_percent, rounding, tax_included=tax_included)
        for line in lines
        if line.rate_percent == rate_percent
    )
