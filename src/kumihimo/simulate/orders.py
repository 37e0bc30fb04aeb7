"""Synthetic lives of orders: valid commands drawn from a seed, and deliveries that shuffle and repeat them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

from kumihimo.trade import Command, Evidence, EvidenceKind, NoticeItem, Role
from kumihimo.trade.notice import IF_IT_APPLIES
from kumihimo.trade.transitions import MESSAGES

FIRM = "F-SYN-001"
"""The invented supplier of every synthetic order."""
_CAUSES = frozenset({"return", "rework", "report_loss"})


def notice_data(amount_jpy: int, due_on: date, ordered_on: date) -> dict[str, dict[str, Any]]:
    """Return a complete notice as commands carry it; what applies only sometimes does not apply."""
    told: Mapping[NoticeItem, str | int] = {
        NoticeItem.PARTIES: f"合成発注者 / {FIRM}",
        NoticeItem.ORDERED_ON: ordered_on.isoformat(),
        NoticeItem.CONTENT: "明細のとおり（合成データ）",
        NoticeItem.RECEIPT_ON: due_on.isoformat(),
        NoticeItem.RECEIPT_PLACE: "合成発注者 受入場",
        NoticeItem.AMOUNT: amount_jpy,
        NoticeItem.PAYMENT_DUE: (due_on + timedelta(days=30)).isoformat(),
        NoticeItem.PAYMENT_MEANS: "銀行振込",
    }
    stated: dict[str, dict[str, Any]] = {item.value: {"value": value} for item, value in told.items()}
    return stated | {item.value: {"not_applicable": True} for item in IF_IT_APPLIES}


class _Pen:
    """Writes the commands of one order, each a few minutes to days after the one before."""

    def __init__(self, order: str, random: Random, at: datetime) -> None:
        self.order, self.random, self.at = order, random, at
        self.commands: list[Command] = []

    @property
    def today(self) -> str:
        return self.at.date().isoformat()

    def write(self, kind: str, role: Role, data: Mapping[str, Any], *, by: str = "", hours: int = 6) -> None:
        self.at += timedelta(minutes=1 + self.random.randrange(60 * hours))
        evidence: tuple[Evidence, ...] = ()
        if role is Role.CLERK:
            scan = sha256(f"{self.order}/{len(self.commands)}".encode()).hexdigest()
            evidence = (Evidence(kind=EvidenceKind.IMAGE, sha256=scan),)
        self.commands.append(
            Command(
                key=f"{self.order}#{len(self.commands) + 1}",
                order=self.order,
                kind=kind,
                data=data,
                at=self.at,
                by=by or role.value,
                role=role,
                evidence=evidence,
            )
        )


def order_life(seed: int, *, start: datetime) -> tuple[Command, ...]:
    """Return the commands of one invented order from its draft to its payment, each valid after those before it.

    Drawn are: the way to the award, counter-proposal and revision, answers by the supplier or a clerk, split
    deliveries, short counts on the way, rejects with rework or return, a short close, part invoices.

    Parameters
    ----------
    seed
        The same seed gives the same commands; it is part of the id.
    start
        When the draft is written, with its time zone.
    """
    random = Random(seed)
    pen = _Pen(f"SYN-{seed:06d}", random, start)
    quantity = random.choice((1, 5, 12, 40, 100, 300))
    price = random.choice((120, 480, 1_250, 9_800))
    tolerance = random.choice((0, 0, 5))
    due = start.date() + timedelta(days=random.randrange(14, 60))
    line = {"no": 1, "item": f"合成品{seed:06d}", "quantity": quantity, "unit": "個", "process": "turning"}
    pen.write(
        "draft",
        Role.BUYER,
        {"work_order": f"W-SYN-{seed:06d}", "buyer": "合成発注者", "lines": [line], "tolerance_percent": tolerance},
    )
    _agree(pen, line, price, due)
    price, due = _answers(pen, line, price, due)
    accepted = _deliveries(pen, quantity)
    if accepted >= quantity:
        pen.write("close", Role.BUYER, {})
    else:
        pen.write("close_short", Role.BUYER, {"reason": "残りは次回の注文で", "cause": "agreed"})
    _bill(pen, accepted * price)
    return tuple(pen.commands)


def _agree(pen: _Pen, line: Mapping[str, Any], price: int, due: date) -> None:
    prices = [{"line": 1, "unit_price_jpy": price}]
    amount = price * line["quantity"]
    if pen.random.random() < 0.5:
        answer_by = (pen.at.date() + timedelta(days=5)).isoformat()
        firms = [FIRM, "F-SYN-002", "F-SYN-003"][: 1 + pen.random.randrange(3)]
        pen.write("send_rfq", Role.BUYER, {"recipients": [{"firm": firm} for firm in firms], "answer_by": answer_by})
        for firm in firms:
            role = pen.random.choice((Role.SUPPLIER, Role.CLERK))
            offer = [{"line": 1, "unit_price_jpy": price if firm == FIRM else price + 10}]
            pen.write(
                "quote", role, {"firm": firm, "prices": offer, "due_on": due.isoformat(), "on": pen.today}, hours=30
            )
        award: dict[str, Any] = {"firm": FIRM}
    else:
        award = {"firm": FIRM, "prices": prices, "basis": "継続取引の単価表（合成）"}
    for approver in ("approver-1", "approver-2"):
        if amount > 500_000:
            signed = {"subject": "order", "firm": FIRM, "amount_jpy": amount, "revision": 0}
            pen.write("approve", Role.APPROVER, signed, by=approver)
    pen.write("award", Role.BUYER, award)
    pen.write("issue", Role.BUYER, _issued(amount, due, pen.at.date()))


def _issued(amount: int, due: date, today: date) -> dict[str, Any]:
    return {
        "due_on": due.isoformat(),
        "notice": notice_data(amount, due, today),
        "verdicts": [{"rule": "synthetic", "colour": "green"}],
        "drawings": [],
    }


def _answers(pen: _Pen, line: Mapping[str, Any], price: int, due: date) -> tuple[int, date]:
    random = pen.random
    role = random.choice((Role.SUPPLIER, Role.CLERK))
    pen.write("confirm_delivery", Role.SYSTEM, {"revision": 1, "channel": "fax", "proof": "T.30 OK (synthetic)"})
    revision = 1
    if random.random() < 0.3:
        later = due + timedelta(days=random.randrange(1, 10))
        pen.write("counter", role, {"firm": FIRM, "revision": 1, "due_on": later.isoformat(), "words": "納期のご相談"})
        changed = {**line, "unit_price_jpy": price}
        pen.write(
            "revise",
            Role.BUYER,
            {
                **_issued(price * line["quantity"], later, pen.at.date()),
                "lines": [changed],
                "reason": "納期の変更に同意",
            },
        )
        due, revision = later, 2
    pen.write("accept", role, {"firm": FIRM, "revision": revision}, hours=48)
    if random.random() < 0.5:
        pen.write("start", role, {"firm": FIRM, "on": pen.today}, hours=72)
    return price, due


def _deliveries(pen: _Pen, ordered: int) -> int:
    """Write deliveries until the order is complete or, sometimes, given up short; return what was accepted."""
    random = pen.random
    accepted, number = 0, 0
    while accepted < ordered and (number < 6 or accepted == 0):
        number += 1
        rest = ordered - accepted
        sent = rest if number > 3 or random.random() < 0.5 else 1 + random.randrange(rest)
        accepted += _delivery(pen, f"D{number}", sent, lossy=number < 4)
        if accepted and number > 1 and random.random() < 0.1:
            break
    return accepted


def _delivery(pen: _Pen, slip: str, sent: int, *, lossy: bool) -> int:
    random = pen.random
    role = random.choice((Role.SUPPLIER, Role.CLERK))
    place = {"slip": slip, "line": 1, "lot": f"L{slip}"}
    items = [{"line": 1, "lot": f"L{slip}", "quantity": sent}]
    pen.write("ship", role, {"firm": FIRM, "slip": slip, "on": pen.today, "items": items}, hours=72)
    lost = random.randrange(sent) if lossy and random.random() < 0.1 else 0
    arrived = sent - lost
    first = arrived if arrived == 1 or random.random() < 0.7 else 1 + random.randrange(arrived - 1)
    for part in (first, arrived - first):
        if part:
            came = [{"line": 1, "lot": f"L{slip}", "quantity": part}]
            pen.write("receive", Role.INSPECTOR, {"slip": slip, "on": pen.today, "items": came})
    if lost:
        pen.write("report_loss", Role.INSPECTOR, {**place, "quantity": lost, "reason": "輸送中の不足（合成）"})
    bad = random.randrange(arrived + 1) if lossy and random.random() < 0.15 else 0
    told = {"accepted": arrived - bad, "rejected": bad, "on": pen.today}
    pen.write("inspect", Role.INSPECTOR, {**place, **told, **({"reason": "寸法外れ（合成）"} if bad else {})})
    if bad:
        back = {**place, "quantity": bad, "reason": "寸法外れ（合成）", "payer": "supplier", "on": pen.today}
        pen.write(random.choice(("return", "rework")), Role.INSPECTOR, back)
    return arrived - bad


def _bill(pen: _Pen, amount: int) -> None:
    first = amount if pen.random.random() < 0.7 else 1 + pen.random.randrange(amount)
    for number, part in (("I1", first), ("I2", amount - first)):
        if part:
            role = pen.random.choice((Role.SUPPLIER, Role.CLERK))
            pen.write("invoice", role, {"firm": FIRM, "number": number, "amount_jpy": part, "on": pen.today})
            paid = {"invoice": number, "reference": f"P-{number}", "amount_jpy": part, "on": pen.today}
            pen.write("pay", Role.SYSTEM, paid, hours=600)


def eight_steps(number: int, *, start: datetime) -> tuple[Command, ...]:
    """Return the plain life of an order in eight commands, from the draft to the inspection: the unit of throughput."""
    pen = _Pen(f"SYN-8-{number:06d}", Random(number), start)
    line = {"no": 1, "item": "合成品", "quantity": 10, "unit": "個"}
    due = start.date() + timedelta(days=21)
    pen.write("draft", Role.BUYER, {"work_order": f"W-SYN-8-{number:06d}", "buyer": "合成発注者", "lines": [line]})
    prices = [{"line": 1, "unit_price_jpy": 1_000}]
    pen.write("award", Role.BUYER, {"firm": FIRM, "prices": prices, "basis": "継続取引の単価表（合成）"})
    pen.write("issue", Role.BUYER, _issued(10_000, due, start.date()))
    pen.write("confirm_delivery", Role.SYSTEM, {"revision": 1, "channel": "web", "proof": "opened (synthetic)"})
    pen.write("accept", Role.SUPPLIER, {"firm": FIRM, "revision": 1})
    items = [{"line": 1, "quantity": 10}]
    pen.write("ship", Role.SUPPLIER, {"firm": FIRM, "slip": "D1", "on": pen.today, "items": items})
    pen.write("receive", Role.INSPECTOR, {"slip": "D1", "on": pen.today, "items": items})
    told = {"slip": "D1", "line": 1, "accepted": 10, "rejected": 0, "on": pen.today}
    pen.write("inspect", Role.INSPECTOR, told)
    return tuple(pen.commands)


def deliveries(commands: Sequence[Command], seed: int, *, most: int = 3) -> Iterator[Command]:
    """Yield every command one to `most` times: decisions in their order, messages shuffled between and around them.

    What a person decides at a screen comes in its order, for the person sees the order. Messages come as the lines, the
    post and the queues let them, though not across a return, a rework or a loss: those are told to the supplier, and
    what replaces the goods is sent because of them. Copies come any time later.
    """
    random = Random(seed)
    causes = [-1, *(at for at, command in enumerate(commands) if command.kind in _CAUSES), len(commands)]
    places: list[tuple[float, int, Command]] = []
    for at, command in enumerate(commands):
        is_free = command.kind in MESSAGES and command.kind not in _CAUSES
        low = max(cause for cause in causes if cause < at) if is_free else at
        high = min(cause for cause in causes if cause > at) if is_free else at
        for copy in range(random.randint(1, most)):
            place = random.uniform(low, len(commands) if copy and command.kind in MESSAGES else high)
            places.append((place, len(places), command))
    for _, _, command in sorted(places, key=lambda row: row[:2]):
        yield command
