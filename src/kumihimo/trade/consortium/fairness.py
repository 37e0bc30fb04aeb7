"""Whether work was shared fairly 公平さの記録: each member's part of yen and of orders against what it expects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kumihimo.trade.consortium.allotment import Allotment
from kumihimo.trade.consortium.charter import Charter
from kumihimo.trade.largest_remainder import shared


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberShare:
    """One member's part; shares are of 1. `expected` is by weight in the charter times days of membership."""

    firm: str
    orders: int
    jpy: int
    expected: float
    share_of_orders: float
    share_of_jpy: float

    @property
    def jpy_above_expected(self) -> float:
        """Share of the yen less the expected share."""
        return self.share_of_jpy - self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessRecord:
    """How work was shared in a period.

    Attributes
    ----------
    orders
        n: allotments with at least one member.
    turns
        Parts of them: an order that is split counts once for each member.
    gini_jpy, gini_orders
        0 = exactly as expected, towards 1 = one has all; None without work. See `gini`.
    least_gini_orders
        What no sharing of so many turns can go below, since an order is not cut: with few turns even the fairest rule
        is far from 0.
    """

    first: date
    last: date
    orders: int
    turns: int
    members: tuple[MemberShare, ...]
    gini_jpy: float | None
    gini_orders: float | None
    least_gini_orders: float | None

    @property
    def ja(self) -> str:
        """One line for people."""
        if self.gini_orders is None or self.gini_jpy is None or self.least_gini_orders is None:
            return "この期間に配分した注文はありません。"
        return (
            f"注文{self.orders}件（のべ{self.turns}社）: 偏り（ジニ係数、0が規約どおり）は金額{self.gini_jpy:.2f}、"
            f"件数{self.gini_orders:.2f}。この件数では{self.least_gini_orders:.2f}より小さくできません。"
        )

    @property
    def en(self) -> str:
        """One line for people."""
        if self.gini_orders is None or self.gini_jpy is None or self.least_gini_orders is None:
            return "no order was allotted in this period"
        return (
            f"{self.orders} orders ({self.turns} turns): Gini {self.gini_jpy:.2f} of yen, {self.gini_orders:.2f} of "
            f"orders (0 = as agreed); with so few turns not below {self.least_gini_orders:.2f}"
        )


def fairness(charter: Charter, record: Iterable[Allotment], first: date, last: date) -> FairnessRecord:
    """Return how the work from `first` to `last` was shared among all who were members on a day of it."""
    rows = [allotment for allotment in record if first <= allotment.on <= last and allotment.parts]
    weight: dict[str, int] = {}
    for member in charter.members:
        days = (min(member.left_on or last, last) - max(member.joined_on, first)).days + 1
        if days > 0:
            weight[member.firm] = weight.get(member.firm, 0) + member.share * days
    for firm in (part.firm for allotment in rows for part in allotment.parts):
        weight.setdefault(firm, 0)
    orders = dict.fromkeys(weight, 0)
    jpy = dict.fromkeys(weight, 0)
    for allotment in rows:
        for part in allotment.parts:
            orders[part.firm] += 1
            jpy[part.firm] += part.amount_jpy
    all_weight, turns, all_jpy = sum(weight.values()), sum(orders.values()), sum(jpy.values())
    members = tuple(
        MemberShare(
            firm=firm,
            orders=orders[firm],
            jpy=jpy[firm],
            expected=weight[firm] / all_weight if all_weight else 0.0,
            share_of_orders=orders[firm] / turns if turns else 0.0,
            share_of_jpy=jpy[firm] / all_jpy if all_jpy else 0.0,
        )
        for firm in weight
    )
    weights = list(weight.values())
    as_even_as_can_be = shared(turns, weights) if all_weight else ()
    return FairnessRecord(
        first=first,
        last=last,
        orders=len(rows),
        turns=turns,
        members=members,
        gini_jpy=gini(list(jpy.values()), weights),
        gini_orders=gini(list(orders.values()), weights),
        least_gini_orders=gini(as_even_as_can_be, weights),
    )


def gini(got: Sequence[int], expected: Sequence[int]) -> float | None:
    """Return the Gini coefficient of what was got, against expected shares; None where nothing was got.

    With shares s of what was got and e of what was expected, r = s / e:
    G = 1/2 * sum over i, j of e_i * e_j * |r_i - r_j| = 1/2 * sum of |s_i * e_j - s_j * e_i|.
    With equal e this is the relative mean difference of Gini (1912), sum |x_i - x_j| / (2 n^2 mean), as in A. Sen,
    *On Economic Inequality* (1973), ch. 2. Work done by a member that expects none counts as well.
    """
    total, base = sum(got), sum(expected)
    if total <= 0 or base <= 0:
        return None
    pairs = zip(got, expected, strict=True)
    rows = list(pairs)
    twice = sum(abs(x * f - y * e) for x, e in rows for y, f in rows)
    return twice / (2 * total * base)
