"""Orders, what came in for them, and a consortium: what the pages of the orders are measured on. Synthetic."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

CONFIRMED, MAILS = 60, 60
"""Orders of the plan whose steps are ordered, and mails in the inbox."""
AMOUNT_JPY = 100_000
"""About what an order comes to: less than what wants a second person."""
MEMBERS = 5
_keys = itertools.count(1)


def fill(people: Mapping[str, Any], made: Any, today: date) -> None:
    """Draft, ask, quote, order and accept; let mails come in; found a consortium with orders of each stage.

    Parameters
    ----------
    people
        Name of a login -> user.
    made
        The network.
    """
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.channels import services as channels
    from kumihimo_web.demo.consortium import take_together
    from kumihimo_web.orders import outbox

    own = people["factory1"].organisation.firm
    with scoped(people["coordinator1"].scope()):
        for number, row in enumerate(_drafts()):
            if row.firm == own or number % 3 == 1:
                _order(row)
            elif number % 3 == 2:
                _ask(row, today)
        for number in range(MAILS):
            identifier = f"<bench-{number}@firm.example>"
            text = f"合成データ: {number}番の件、来週の火曜日に出荷できます。"
            mail = (
                f"From: firm{number}@firm.example\r\nTo: orders@kumihimo.example\r\nSubject: {number}\r\n"
                f"Message-ID: {identifier}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                f"Content-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
            )
            sender = f"firm{number}@firm.example"
            channels.receive("mail", identifier, sender, mail.encode(), "message/rfc822", str(number))
    members = tuple([one for one in made.firms if one.status == "active"][:MEMBERS])
    take_together({"coordinator": people["coordinator1"], "buyer": people["buyer1"]}, members, today)
    while outbox.work():
        pass


def _drafts() -> list[Any]:
    """Return the drafts of the first orders of the plan that nobody has begun."""
    from kumihimo_web.orders import letterhead_services, queries, services
    from kumihimo_web.plans import queries as plans

    letterhead_services.set_letterhead(
        0,
        name="計測用の調整機関（合成データ）",
        address="〒390-0000 長野県松本市架空1-2-3",
        phone="0263-00-0000",
        fax="0263-00-0001",
        person="計測 花子",
        capital_jpy=50_000_000,
        employees=12,
    )
    version = plans.current()
    assert version is not None
    refs = version.steps.filter(freeze=0).order_by("start", "pk").values_list("order__ref", flat=True)
    found = [services.from_plan(ref) for ref in list(dict.fromkeys(refs))[:CONFIRMED]]
    return [row for one in found for row in queries.orders_of(one)]


def _give(row: Any, kind: str, data: Mapping[str, Any], *, by_firm: bool = False) -> None:
    from kumihimo.trade import Evidence, EvidenceKind, Outcome, Role
    from kumihimo_web.orders import services

    key = f"bench/{row.ref}/{next(_keys)}"
    mail = Evidence(kind=EvidenceKind.MESSAGE, sha256=sha256(key.encode()).hexdigest())
    role, evidence = (Role.CLERK, (mail,)) if by_firm else (Role.BUYER, ())
    decision = services.give(kind, row.ref, data, key=key, role=role, evidence=evidence)
    if decision.outcome is not Outcome.APPLIED:
        raise RuntimeError(f"{kind} of {row.ref}: {decision.en}")


def _price(row: Any) -> int:
    return max(1, AMOUNT_JPY // int(row.quantity))


def _ask(row: Any, today: date) -> None:
    """Ask three firms; two quote."""
    from kumihimo_web.orders import queries

    firms = [firm for firm, _name, _verdict in queries.candidates(row.ref)][:3]
    answer_by = (today + timedelta(days=3)).isoformat()
    _give(row, "send_rfq", {"recipients": [{"firm": firm} for firm in firms], "answer_by": answer_by})
    for number, firm in enumerate(firms[:2]):
        prices = [{"line": 1, "unit_price_jpy": _price(row) + number}]
        due_on = (today + timedelta(days=20 + number)).isoformat()
        quote = {"firm": firm, "prices": prices, "due_on": due_on, "on": today.isoformat()}
        _give(row, "quote", quote, by_firm=True)


def _order(row: Any) -> None:
    """Order at a price of a list; every second order is accepted."""
    from kumihimo_web.orders import services

    prices = [{"line": 1, "unit_price_jpy": _price(row)}]
    _give(row, "award", {"firm": row.firm, "prices": prices, "basis": "継続取引の単価表（合成データ）"})
    notice = services.notice_for(row.ref)
    signature = {"by": "計測", "reason": "合成データ: 内容を確かめました。"}
    verdicts = [
        {"rule": one.rule, "colour": one.colour.value} | ({"signature": signature} if one.needs_signature else {})
        for one in services.verdicts_for(row.ref, notice)
    ]
    due_on = notice["receipt_on"]["value"]
    _give(row, "issue", {"notice": notice, "verdicts": verdicts, "drawings": [], "due_on": due_on})
    if row.pk % 2:
        _give(row, "accept", {"firm": row.firm, "revision": 1}, by_firm=True)
