"""Stamp duty 印紙税 on an acknowledgement 注文請書: taxed on paper for a contract for work, not when sent as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo.trade.law.retention import Medium
from kumihimo.trade.law.rules import in_force
from kumihimo.trade.law.verdict import Colour, Verdict, judged

ELECTRONIC_ONLY = (
    "本書は電子またはFAXでのみ送信し、紙の原本は交付しません。",
    "Sent as data or by FAX only; no paper original is handed over.",
)
"""What an acknowledgement prints that goes out without a paper original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """The stamp for an acknowledgement; `duty_jpy` None where it cannot be told."""

    duty_jpy: int | None
    verdict: Verdict


def judge_stamp(medium: Medium | None, amount_jpy: int | None, *, contract_for_work: bool | None, on: date) -> Stamp:
    """Return which stamp an acknowledgement needs.

    Parameters
    ----------
    medium
        `Medium.PAPER` where an original on paper is handed over, even after a FAX or mail; None = not known.
    amount_jpy
        As stated, before tax where the tax is stated apart; None = no amount is stated.
    contract_for_work
        Whether it is a contract for work 請負 and not a sale; None = not known.
    """
    if medium is Medium.DATA:
        rule = in_force("stamp.electronic", on)
        ja = "電子またはFAXだけで送る注文請書に印紙は要りません。後から紙の原本を渡すと要ります。"
        en = (
            "an acknowledgement that is only sent as data or by FAX needs no stamp; a paper original handed over "
            "later does."
        )
        return Stamp(duty_jpy=0, verdict=judged(rule, Colour.GREEN, ja, en))
    rule = in_force("stamp.work_contract", on)
    if contract_for_work is False:
        ja = "請負ではない（売買の）注文請書なので、第2号文書の印紙は要らないとみられます。"
        en = "it acknowledges a sale and no contract for work, so it does not seem to need a stamp."
        return Stamp(
            duty_jpy=0, verdict=judged(rule, Colour.AMBER, f"{ja}人が確かめてください。", f"{en} Have it checked.")
        )
    if medium is None or contract_for_work is None:
        ja = "注文請書を紙で交付するか、請負かが分からないため、印紙が要るか判定できません。両方を確かめてください。"
        en = (
            "whether it goes out on paper, or is a contract for work, is not known; so it cannot be told. Ask for both."
        )
        return Stamp(duty_jpy=None, verdict=judged(rule, Colour.UNKNOWN, ja, en))
    amounts = in_force("stamp.amounts", on)
    if amount_jpy is not None and amount_jpy < amounts.number("free_below_jpy"):
        ja = f"紙の注文請書ですが、{amounts.number('free_below_jpy'):,}円未満なので印紙は要りません。"
        en = f"it is on paper, but below {amounts.number('free_below_jpy'):,} yen, so it needs no stamp."
        return Stamp(duty_jpy=0, verdict=judged(amounts, Colour.GREEN, ja, en))
    duty = _duty(amount_jpy, on)
    ja = (
        f"紙の注文請書（請負）なので{duty:,}円の印紙が要ります。電子またはFAXだけで送れば要りません。"
        "金額を人が確かめてください。"
    )
    en = (
        f"on paper it needs a stamp of {duty:,} yen, and none when only sent as data or by FAX; have the amount "
        "checked."
    )
    return Stamp(duty_jpy=duty, verdict=judged(amounts, Colour.AMBER, ja, en))


def _duty(amount_jpy: int | None, on: date) -> int:
    rule = in_force("stamp.amounts", on)
    if amount_jpy is None:
        return rule.number("tax_no_amount_jpy")
    for limit, duty in zip(rule.numbers("up_to_jpy"), rule.numbers("tax_jpy"), strict=True):
        if amount_jpy <= limit:
            return duty
    return rule.number("tax_above_jpy")
