"""How often a firm answers requests for quotation 見積依頼, and when it has been asked often enough.

A request costs the firm that answers it: full shops ignore blasts. So requests are capped, and the record says how much
of it is known: five answers of five prove little, which the lower bound shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import exp, lgamma, log, log1p
from statistics import median

from kumihimo.model.firm import Firm
from kumihimo.trade.business_days import JAPAN
from kumihimo.trade.wording import day_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class RfqRecord:
    """One request to one firm. A refusal is an answer as well; `answered_at` is None while there is none."""

    firm: str
    processes: tuple[str, ...]
    sent_at: datetime
    answer_by: datetime
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseRate:
    """How a firm answered.

    Attributes
    ----------
    asked
        Requests that were answered or whose day has passed; `pending` ones count neither way.
    answered
        Of these; `late` of them after the day asked for.
    rate
        Share answered; None when nothing was asked.
    at_least
        With `confidence` the true rate is not below this (Clopper and Pearson 1934, one-sided); 0 without a record.
    median_hours
        Calendar hours from the request to the answer; None without an answer.
    """

    firm: str
    asked: int
    answered: int
    late: int
    pending: int
    rate: float | None
    at_least: float
    confidence: float
    median_hours: float | None

    @property
    def ja(self) -> str:
        """One line for people."""
        if self.rate is None:
            return "見積依頼の記録がまだありません。"
        hours = "" if self.median_hours is None else f"、回答まで中央値{self.median_hours:.0f}時間"
        return (
            f"{self.asked}件中{self.answered}件に回答（{self.rate:.0%}。{self.asked}件の記録から確かに言えるのは"
            f"{self.at_least:.0%}以上）{hours}"
        )

    @property
    def en(self) -> str:
        """One line for people."""
        if self.rate is None:
            return "no requests on record yet"
        hours = "" if self.median_hours is None else f", median {self.median_hours:.0f} h"
        return f"answered {self.answered} of {self.asked} ({self.rate:.0%}; at least {self.at_least:.0%}){hours}"


def response_rate(
    firm: str,
    records: Iterable[RfqRecord],
    now: datetime,
    *,
    process: str | None = None,
    confidence: float = 0.95,
) -> ResponseRate:
    """Return how a firm has answered until `now`, to all requests or to those with one process."""
    own = [
        row
        for row in records
        if row.firm == firm and row.sent_at <= now and (process is None or process in row.processes)
    ]
    answers = [(row, row.answered_at) for row in own if row.answered_at is not None and row.answered_at <= now]
    silent = sum((row.answered_at is None or row.answered_at > now) and row.answer_by < now for row in own)
    asked = len(answers) + silent
    hours = [(at - row.sent_at).total_seconds() / 3600 for row, at in answers]
    return ResponseRate(
        firm=firm,
        asked=asked,
        answered=len(answers),
        late=sum(at > row.answer_by for row, at in answers),
        pending=len(own) - asked,
        rate=len(answers) / asked if asked else None,
        at_least=rate_at_least(len(answers), asked, confidence),
        confidence=confidence,
        median_hours=median(hours) if hours else None,
    )


def rate_at_least(successes: int, trials: int, confidence: float = 0.95) -> float:
    """Return the one-sided lower bound of a rate (Clopper and Pearson, Biometrika 26, 1934).

    It is the rate at which so many successes, or more, would still be seen with probability ``1 - confidence``.
    """
    if successes <= 0:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if _at_least(successes, trials, middle) < 1 - confidence:
            low = middle
        else:
            high = middle
    return low


def _at_least(successes: int, trials: int, rate: float) -> float:
    def chance(k: int) -> float:
        # By logarithms: the coefficients of a long record are beyond what a float can hold.
        ways = lgamma(trials + 1) - lgamma(k + 1) - lgamma(trials - k + 1)
        return exp(ways + k * log(rate) + (trials - k) * log1p(-rate))

    return sum(chance(k) for k in range(successes, trials + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class RfqCap:
    """At most so many requests to one firm within so many days. The numbers are a habit of ours, nothing measured."""

    most: int = 5
    days: int = 14


class Wish(StrEnum):
    """Whether a firm wants work of a kind; `unsaid` is neither yes nor no."""

    WANTED = "wanted"
    AVOIDED = "avoided"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskVerdict:
    """Whether to ask a firm for a quotation now.

    Attributes
    ----------
    may_ask
        False over the cap, or for work that the firm avoids; a person may still decide otherwise.
    sent
        Requests within the days of the cap.
    room_from
        When the cap has room again; None when it has now.
    """

    firm: str
    may_ask: bool
    sent: int
    room_from: datetime | None
    wish: Wish
    ja: str
    en: str


def wish_for(firm: Firm, processes: Collection[str]) -> Wish:
    """Return whether the firm wants work with these processes: one avoided process decides, then one wanted."""
    if any(process in firm.avoids for process in processes):
        return Wish.AVOIDED
    return Wish.WANTED if any(process in firm.wants for process in processes) else Wish.UNSAID


def may_ask(
    firm: Firm, processes: Collection[str], records: Sequence[RfqRecord], now: datetime, cap: RfqCap
) -> AskVerdict:
    """Return whether one more request to the firm is within the cap and of a kind that it wants."""
    wish = wish_for(firm, processes)
    since = now - timedelta(days=cap.days)
    recent = sorted(row.sent_at for row in records if row.firm == firm.id and since < row.sent_at <= now)
    room_from = recent[len(recent) - cap.most] + timedelta(days=cap.days) if len(recent) >= cap.most else None
    ja = f"この{cap.days}日間の見積依頼は{len(recent)}件（上限{cap.most}件）。"
    en = f"{len(recent)} requests within {cap.days} days (at most {cap.most})"
    if room_from is not None:
        ja += f"{day_ja(room_from.astimezone(JAPAN).date())}まで待つか、ほかの企業に頼んでください。"
        en += f"; wait until {room_from.astimezone(JAPAN).date()} or ask another firm"
    words = {
        Wish.WANTED: ("希望している仕事です。", "; work that it wants"),
        Wish.AVOIDED: (
            "避けたいと聞いている仕事です。頼むなら先に電話で確かめてください。",
            "; it avoids such work, so call first",
        ),
        Wish.UNSAID: ("この仕事を希望するかは聞いていません。", "; whether it wants such work is unsaid"),
    }[wish]
    return AskVerdict(
        firm=firm.id,
        may_ask=room_from is None and wish is not Wish.AVOIDED,
        sent=len(recent),
        room_from=room_from,
        wish=wish,
        ja=ja + words[0],
        en=en + words[1],
    )
