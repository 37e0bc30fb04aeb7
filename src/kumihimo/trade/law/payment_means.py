"""The means of payment 支払方法: no bills since 2026, and what is paid otherwise must be full cash by the due day."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from kumihimo.trade.law.rules import in_force
from kumihimo.trade.law.verdict import Colour, Verdict, judged


class PaymentMeans(StrEnum):
    """Means of payment that an order names."""

    TRANSFER = "transfer"
    CASH = "cash"
    ELECTRONIC_CLAIM = "electronic_claim"
    FACTORING = "factoring"
    BILL = "bill"


_WORDS: tuple[tuple[PaymentMeans, tuple[str, ...]], ...] = (
    (PaymentMeans.BILL, ("手形", "promissory", "bill of exchange")),
    (PaymentMeans.ELECTRONIC_CLAIM, ("電子記録債権", "でんさい", "電債", "electronic claim")),
    (PaymentMeans.FACTORING, ("一括決済", "ファクタリング", "factoring")),
    (PaymentMeans.TRANSFER, ("振込", "振り込み", "送金", "transfer")),
    (PaymentMeans.CASH, ("現金", "cash")),
)


def means_in(words: str) -> frozenset[PaymentMeans]:
    """Return every means of payment that the words of an order name."""
    small = words.casefold()
    return frozenset(means for means, names in _WORDS if any(name in small for name in names))


def judge_payment_means(words: str, *, on: date) -> Verdict:
    """Return whether the means of payment that an order names may be used."""
    rule = in_force("toriteki.payment_means", on)
    found = means_in(words)
    if PaymentMeans.BILL in found:
        return judged(
            rule,
            Colour.RED,
            f"支払方法「{words}」に手形があります。手形での支払いはできません。現金の振込に改めてください。",
            f"the means of payment '{words}' names a bill; bills are not allowed. Change it to a bank transfer.",
        )
    if found & {PaymentMeans.ELECTRONIC_CLAIM, PaymentMeans.FACTORING}:
        return judged(
            rule,
            Colour.AMBER,
            f"支払方法「{words}」は、支払期日までに手数料なしで満額を現金にできる場合だけ使えます。人が確かめて署名してください。",
            f"the means of payment '{words}' is allowed only where the full amount can be had in cash by the due "
            "day; have a person check that and sign.",
        )
    if found:
        return judged(
            rule, Colour.GREEN, f"支払方法「{words}」は使えます。", f"the means of payment '{words}' may be used."
        )
    return judged(
        rule,
        Colour.UNKNOWN,
        f"支払方法「{words}」が読み取れません。振込・現金・電子記録債権・一括決済方式のどれかを書いてください。",
        f"the means of payment '{words}' is not understood; name transfer, cash, electronic claim or factoring.",
    )
