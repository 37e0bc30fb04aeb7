"""Who of the members gets an order 配分, by the rule of the charter, each choice with its reason in words.

What is returned is the record itself: kept as it is, it is what rotation and fairness are reckoned from later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kumihimo.errors import InputError
from kumihimo.trade.consortium.charter import AllotmentRule, Charter, Member
from kumihimo.trade.largest_remainder import shared
from kumihimo.trade.wording import day_ja


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """An order of the consortium that wants a member, or several (`split_into`)."""

    id: str
    quantity: int
    amount_jpy: int
    split_into: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What is known of a member for a job; who is not named is not asked.

    Attributes
    ----------
    can_do
        False: a hard requirement is violated, or the member does not want it; `why_not_*` says which.
    fit
        Score of the matching, larger is better; None = unknown.
    free_hours
        None = unknown, and taken last, never as zero or as plenty.
    bid_jpy
        For the whole job, before tax; None = no bid.
    at_most
        Pieces that it can take; None = all.
    """

    firm: str
    can_do: bool = True
    why_not_ja: str = ""
    why_not_en: str = ""
    fit: float | None = None
    free_hours: float | None = None
    bid_jpy: int | None = None
    at_most: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What a member got of a job."""

    firm: str
    quantity: int
    amount_jpy: int
    """Of the amount of the job by pieces; under the rule of bids, of its own bid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A member that was looked at: its rank (None = out), and why."""

    firm: str
    rank: int | None
    chosen: bool
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """Who got a job on a day, by which rule, and why. `unplaced` pieces found no member."""

    job: str
    charter: str
    rule: AllotmentRule
    on: date
    parts: tuple[Part, ...]
    considered: tuple[Considered, ...]
    unplaced: int


_Ranked = tuple[Member, Candidate]


def allot(
    charter: Charter, job: Job, candidates: Iterable[Candidate], record: Sequence[Allotment], on: date
) -> Allotment:
    """Return who gets a job.

    Ties are broken by rotation under every rule: whoever had a turn longest ago comes first.

    Parameters
    ----------
    record
        All allotments so far, oldest first.
    """
    if job.quantity < 1 or job.split_into < 1 or job.amount_jpy < 0:
        raise InputError(
            f"仕事「{job.id}」の数量は{job.quantity}、分け先は{job.split_into}社、金額は{job.amount_jpy:,}円です。"
            "数量と分け先は1以上、金額は0以上にしてください。",
            f"job '{job.id}' has {job.quantity} pieces for {job.split_into} members at {job.amount_jpy:,} yen; "
            "expected at least one piece, one member, and no negative amount.",
        )
    turn = _turns(charter, record, on)
    pairs = [(charter.member(candidate.firm, on), candidate) for candidate in candidates]
    out = [(member, why) for member, c in pairs if (why := _why_out(charter.allotment, c)) is not None]
    in_order = sorted(
        (pair for pair in pairs if _why_out(charter.allotment, pair[1]) is None),
        key=lambda pair: (_BY_RULE[charter.allotment](pair[1]), turn[pair[0].firm]),
    )
    parts = _parts(charter.allotment, job, in_order)
    got = {part.firm: part for part in parts}
    considered = [
        _words(charter.allotment, member, candidate, rank, got.get(member.firm), record)
        for rank, (member, candidate) in enumerate(in_order, start=1)
    ]
    considered.extend(
        Considered(firm=member.firm, rank=None, chosen=False, ja=f"{member.name}: {ja}", en=f"{member.firm}: {en}")
        for member, (ja, en) in out
    )
    return Allotment(
        job=job.id,
        charter=charter.id,
        rule=charter.allotment,
        on=on,
        parts=parts,
        considered=tuple(considered),
        unplaced=job.quantity - sum(part.quantity for part in parts),
    )


def _turns(charter: Charter, record: Sequence[Allotment], on: date) -> dict[str, tuple[date, int, int]]:
    """Return when each member last had its turn; who never had one stands where it joined.

    So a newcomer lines up behind those who were waiting and makes up for nothing that was given out before its time.
    Those who shared an order keep among them the order in which they had their turns.
    """
    turn = {member.firm: (member.joined_on, -1, at) for at, member in enumerate(charter.members_on(on))}
    for number, allotment in enumerate(record):
        for at, part in enumerate(allotment.parts):
            if part.firm in turn:
                turn[part.firm] = max(turn[part.firm], (allotment.on, number, at))
    return turn


_BY_RULE: dict[AllotmentRule, Callable[[Candidate], tuple[bool, float]]] = {
    AllotmentRule.BEST_FIT: lambda c: (c.fit is None, -(c.fit or 0.0)),
    AllotmentRule.ROTATION: lambda c: (False, 0.0),
    AllotmentRule.LOAD: lambda c: (c.free_hours is None, -(c.free_hours or 0.0)),
    AllotmentRule.BID: lambda c: (False, float(c.bid_jpy or 0)),
}
"""What each rule sorts by, the first first; what is unknown comes last."""


def _why_out(rule: AllotmentRule, candidate: Candidate) -> tuple[str, str] | None:
    if not candidate.can_do:
        return candidate.why_not_ja or "この仕事の条件に合いません。", candidate.why_not_en or "does not meet the job"
    if rule is AllotmentRule.BID and candidate.bid_jpy is None:
        return "入札がありません。", "no bid"
    if candidate.at_most is not None and candidate.at_most < 1:
        return "今回は1個も受けられません。", "has no room for a piece"
    return None


def _parts(rule: AllotmentRule, job: Job, in_order: Sequence[_Ranked]) -> tuple[Part, ...]:
    """Share the pieces among the first members that can take some; what one cannot take goes to the others."""
    if job.split_into == 1:
        # One member for all of it; somebody further down who can take all goes before a part to the first.
        able = [pair for pair in in_order if pair[1].at_most is None or pair[1].at_most >= job.quantity]
        chosen = list(able[:1] or in_order[:1])
    else:
        chosen = list(in_order[: job.split_into])
    room = [job.quantity if c.at_most is None else min(job.quantity, c.at_most) for _, c in chosen]
    by_hours = rule is AllotmentRule.LOAD and all(c.free_hours is not None and c.free_hours > 0 for _, c in chosen)
    weights = [round((c.free_hours or 0) * 60) if by_hours else 1 for _, c in chosen]
    taken = [0] * len(chosen)
    left = job.quantity
    while left and any(room):
        open_to = [at for at, space in enumerate(room) if space]
        wish = shared(left, [max(1, weights[at]) for at in open_to])
        for at, part in zip(open_to, wish, strict=True):
            part = min(part, room[at])
            taken[at] += part
            room[at] -= part
            left -= part
    # What found no member keeps its share of the amount.
    amounts = shared(job.amount_jpy, [*taken, left])
    if rule is AllotmentRule.BID:
        amounts = tuple(
            shared(c.bid_jpy or 0, [count, job.quantity - count])[0]
            for (_, c), count in zip(chosen, taken, strict=True)
        )
    return tuple(
        Part(firm=member.firm, quantity=count, amount_jpy=amount)
        for (member, _), count, amount in zip(chosen, taken, amounts, strict=False)
        if count
    )


def _words(
    rule: AllotmentRule, member: Member, candidate: Candidate, rank: int, part: Part | None, record: Sequence[Allotment]
) -> Considered:
    turns = [allotment.on for allotment in record if any(row.firm == member.firm for row in allotment.parts)]
    last_ja = f"前回は{day_ja(turns[-1])}、これまで{len(turns)}回" if turns else "まだ一度も受けていません"
    last_en = f"last turn {turns[-1].isoformat()}, {len(turns)} so far" if turns else "no turn so far"
    told = {
        AllotmentRule.BEST_FIT: (
            "適合度は分かりません" if candidate.fit is None else f"適合度{candidate.fit:.3g}",
            "fit unknown" if candidate.fit is None else f"fit {candidate.fit:.3g}",
        ),
        AllotmentRule.ROTATION: (last_ja, last_en),
        AllotmentRule.LOAD: (
            "余力が不明なので最後" if candidate.free_hours is None else f"余力{candidate.free_hours:g}時間",
            "free hours unknown, so last" if candidate.free_hours is None else f"{candidate.free_hours:g} h free",
        ),
        AllotmentRule.BID: (f"入札{candidate.bid_jpy or 0:,}円", f"bid {candidate.bid_jpy or 0:,} yen"),
    }[rule]
    ja = f"{member.name}: {rule.ja}で{rank}番目。{told[0]}。"
    en = f"{member.firm}: number {rank} by {rule.en}; {told[1]}"
    if part is not None:
        ja += f"{part.quantity}個を割り当てました。"
        en += f"; gets {part.quantity}"
    elif candidate.at_most is not None:
        ja += f"受けられるのは{candidate.at_most}個までです。"
        en += f"; can take {candidate.at_most}"
    return Considered(firm=member.firm, rank=rank, chosen=part is not None, ja=ja, en=en)
