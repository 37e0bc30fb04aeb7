"""How many pieces a price and a plan are made for, and what is assumed where the inquiry does not say."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kumihimo.model import Inquiry, RoutingStep
from kumihimo.proposal.proposal import Sentence
from kumihimo.proposal.settings import ProposalSettings

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """Pieces of one lot, and the assumption behind it (None when the inquiry says so plainly).

    `guessed` tells that nobody has named the number: it serves for price and dates alone.
    """

    quantity: int
    assumption: Sentence | None
    guessed: bool = False


def lot_of(step: RoutingStep, inquiry: Inquiry, settings: ProposalSettings) -> Lot:
    """Return the lot of a step.

    A step on the assembled set counts sets: the fewest that the pieces of any part are enough for.
    A monthly quantity is planned as one month's lot, a yearly one as a twelfth. Where the quantity was left open (a
    range, trial and series), the largest number that was read is taken, else `ProposalSettings.unknown_quantity`.
    """
    quantity, per = step.requirement.quantity, step.requirement.per
    if quantity is None and not step.part:
        quantity = _sets(inquiry)
    if quantity is None:
        quantity, per = inquiry.requirements.quantity, inquiry.requirements.per
    if quantity is None:
        read = [item.value for item in inquiry.fields if item.field == "quantity" and isinstance(item.value, int)]
        guess = max([*read, 0]) or settings.unknown_quantity
        return Lot(
            quantity=guess,
            guessed=True,
            assumption=Sentence(
                ja=f"数量が決まっていないため、仮に {guess:,} 個で計算（確認が必要）",
                en=f"quantity is open: {guess:,} pcs assumed, to be confirmed",
            ),
        )
    if per == "month":
        return Lot(
            quantity=max(1, quantity),
            assumption=Sentence(ja=f"月 {quantity:,} 個の1か月分で計算", en=f"one month's lot of {quantity:,} pcs"),
        )
    if per == "year":
        monthly = max(1, math.ceil(quantity / MONTHS_A_YEAR))
        return Lot(
            quantity=monthly,
            assumption=Sentence(
                ja=f"年 {quantity:,} 個を12で割り、1か月分 {monthly:,} 個で計算",
                en=f"a twelfth of {quantity:,} pcs a year: {monthly:,} pcs",
            ),
        )
    return Lot(quantity=max(1, quantity), assumption=None)


def _sets(inquiry: Inquiry) -> int | None:
    """Return how many sets the pieces of the parts are enough for; None when a part has no number."""
    pieces = [(part.requirements.quantity, part.per_set) for part in inquiry.parts]
    if not pieces or any(quantity is None for quantity, _ in pieces):
        return None
    return min(quantity // per_set for quantity, per_set in pieces if quantity is not None)
