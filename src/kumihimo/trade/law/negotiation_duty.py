"""The duty to talk about the price 価格協議: no price is fixed while a request stands unanswered or unexplained."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from kumihimo.trade.law.rules import in_force
from kumihimo.trade.law.verdict import Colour, Verdict, judged
from kumihimo.trade.order import Negotiation
from kumihimo.trade.wording import day_ja

_WORDS = 40
"""Characters of a request that a verdict repeats."""


def judge_negotiations(
    threads: Iterable[Negotiation],
    *,
    firm: str,
    price_fixed: bool,
    on: date,
    amount_jpy: int | None = None,
    firms_jpy: int | None = None,
) -> tuple[Verdict, ...]:
    """Return a verdict on every request of a firm to talk about the price, or one where there is none.

    Parameters
    ----------
    price_fixed
        Whether the price is being fixed now: the order is awarded, issued or revised with a price.
    amount_jpy, firms_jpy
        What the order states, and what the firm has quoted or taken: less without a talk on record is signed for.
    """
    found = tuple(_judge(thread, price_fixed, on) for thread in threads if thread.firm == firm)
    if found:
        return found
    rule = in_force("toriteki.negotiation", on)
    if amount_jpy is not None and firms_jpy is not None and amount_jpy < firms_jpy:
        return (
            judged(
                rule,
                Colour.AMBER,
                f"代金の額{amount_jpy:,}円は、相手の見積または今の注文の{firms_jpy:,}円より低く、協議の記録がありません。"
                "誰といつ協議して合意したのか（数を減らすためなら、そのこと）を書いて署名してください。",
                f"{amount_jpy:,} yen is less than the {firms_jpy:,} yen that the firm quoted or that the order states "
                "now, and no talk is on record; sign with whom and when it was agreed, or that fewer are ordered.",
            ),
        )
    return (
        judged(
            rule,
            Colour.GREEN,
            "価格協議の申し出は記録されていません。口頭の申し出もあれば記録してください。",
            "no request to talk about the price is on record; record one that was made by word of mouth, too.",
        ),
    )


def _judge(thread: Negotiation, price_fixed: bool, on: date) -> Verdict:
    rule = in_force("toriteki.negotiation", on)
    asked = thread.asked_at.date()
    ja, en = _quoted(thread)
    if thread.is_open and price_fixed:
        return judged(
            rule,
            Colour.RED,
            f"{day_ja(asked)}の価格協議の申し出{ja}に回答しないまま、価格を決めることはできません。"
            "先に協議に応じ、理由を添えて回答してください。",
            f"no price may be fixed while the request{en} of {asked} is unanswered; talk, and answer it "
            "with the reason first.",
        )
    if thread.is_open:
        return judged(
            rule,
            Colour.AMBER,
            f"{day_ja(asked)}の価格協議の申し出{ja}が未回答です（{(on - asked).days}日経過）。"
            "価格を決める前に協議に応じ、理由を添えて回答してください。",
            f"the request{en} of {asked} is unanswered ({(on - asked).days} days); talk, and answer it "
            "with the reason before a price is fixed.",
        )
    if thread.answer == "agreed":
        return judged(
            rule,
            Colour.GREEN,
            f"価格協議{ja}は合意しています。",
            f"the talk{en} ended in agreement.",
        )
    if not thread.reason.strip():
        return judged(
            rule,
            Colour.RED,
            f"価格協議{ja}を、理由を説明せずに断っています。必要な説明と情報を相手に伝え、記録してください。",
            f"the talk{en} was turned down without an explanation; give the explanation and record it.",
        )
    return judged(
        rule,
        Colour.AMBER,
        f"価格協議{ja}は申し出どおりにせず、理由を回答しています（{thread.reason}）。"
        "説明が十分かを人が判断し、署名してください。",
        f"the talk{en} did not end as asked; the reason given: {thread.reason}. A person decides whether "
        "it explains enough, and signs.",
    )


def _quoted(thread: Negotiation) -> tuple[str, str]:
    """Return the words with which a firm asked, as they stand in a sentence, Japanese and English."""
    words = " ".join(thread.words.split())
    if len(words) > _WORDS:
        words = f"{words[:_WORDS]}…"
    return (f"「{words}」", f" '{words}'") if words else ("", "")
