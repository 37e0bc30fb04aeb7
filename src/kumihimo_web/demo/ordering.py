"""What the day of the demo has in store for the orders: in every state, some to chase, and what comes in for them.

Commands are given as the people of the network would, at the hours at which they would have been. What takes a
typesetter or a reader is left to the worker: documents are made, posted and answered by FAX within the first minute.
"""

from __future__ import annotations

import itertools
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.interop.work_order_json import work_order_to_json
from kumihimo.model import WorkOrder as PlannedOrder
from kumihimo.model import standard_calendar
from kumihimo.trade import Evidence, EvidenceKind, Outcome, Role
from kumihimo.trade.business_days import business_days
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.channels import services as channels
from kumihimo_web.demo.tasks import FAXES
from kumihimo_web.jobs.services import ask
from kumihimo_web.orders import letterhead_services, queries, services
from kumihimo_web.orders.models import Order, WorkOrder
from kumihimo_web.plans import queries as plans

CONFIRMED, PAST = 5, 3
"""Orders of the plan that are confirmed, and orders of the weeks before."""
UNIT_JPY = 1_800
_keys = itertools.count(1)
_WORKING = business_days(standard_calendar())


def order_day(people: Mapping[str, User], past: Iterable[PlannedOrder], today: date) -> None:
    """Confirm orders of the plan, ask, order, and let some of it be answered.

    Parameters
    ----------
    past
        Work orders that were done before the plan began: theirs are delivered, inspected and paid.
    """
    day = _Day(people, today)
    with scoped(people["coordinator"].scope()):
        letterhead_services.set_letterhead(
            0,
            name="信州ものづくり連携 事務局（合成データ）",
            address="〒390-0000 長野県松本市架空1-2-3",
            phone="0263-00-0000",
            fax="0263-00-0001",
            person="調整 花子",
            capital_jpy=50_000_000,
            employees=12,
        )
        # Drafted before anything is asked or ordered of them.
        confirmed = [services.from_plan(ref, at=day.moment(7)) for ref in _of_the_plan(day.own)]
    drafts = [row for found in confirmed for row in day.rows(found)]
    own = [row for row in drafts if row.firm == day.own]
    others = [row for row in drafts if row.firm != day.own]
    if own:
        day.own_has_to_answer(own)
    if len(others) > 4:
        day.asked_and_silent(others[0])
        day.unanswered(others[1])
        day.countered(others[2])
        day.accepted(others[3])
        day.answered_by_fax(others[4:8])
    for number, order in enumerate(past):
        day.of_the_past(order, is_paid=number == 0)
    day.words_come_in()
    with scoped(people["coordinator"].scope()):
        ask(FAXES, lambda: _("デモの返信FAX（合成データ）"), {"orders": day.to_answer}, once=FAXES)


def _of_the_plan(own: str) -> list[str]:
    """Return orders of the current plan that nobody has begun, first those with work for the firm that logs in."""
    version = plans.current()
    assert version is not None
    soon = version.start + timedelta(days=3)
    open_ones = version.steps.filter(freeze=0, start__gte=version.minute(soon))
    mine = open_ones.filter(firm=own).order_by("start").values_list("order__ref", flat=True)
    every = open_ones.order_by("start", "pk").values_list("order__ref", flat=True)
    begun = set(version.steps.filter(start__lt=version.minute(soon)).values_list("order__ref", flat=True))
    return [ref for ref in dict.fromkeys((*mine[:40], *every[:400])) if ref not in begun][:CONFIRMED]


class _Day:
    """Gives the commands of a few days, each at its hour."""

    def __init__(self, people: Mapping[str, User], today: date) -> None:
        self.people, self.today = people, today
        organisation = people["factory"].organisation
        assert organisation is not None
        self.own, self.network = organisation.firm, organisation.network_id
        self.to_answer: list[str] = []
        self.minutes: Counter[int] = Counter()

    def rows(self, found: WorkOrder) -> list[Order]:
        """Return the orders of a work order."""
        with scoped(self.people["coordinator"].scope()):
            return list(queries.orders_of(found))

    def give(self, row: Order, kind: str, data: Mapping[str, Any], role: Role, *, days_ago: int) -> None:
        """Give a command; whatever is not carried out is a fault of the demo."""
        who = "factory" if role is Role.SUPPLIER and data.get("firm") == self.own else "coordinator"
        role = Role.CLERK if role is Role.SUPPLIER and who == "coordinator" else role
        # What a clerk typed had come by mail; the mail itself is not part of the demo.
        mail = Evidence(kind=EvidenceKind.MESSAGE, sha256=sha256(f"{row.ref}/{kind}".encode()).hexdigest())
        at = self.moment(days_ago)
        with scoped(self.people[who].scope()):
            decision = services.give(
                kind,
                row.ref,
                data,
                key=f"demo/{row.ref}/{next(_keys)}",
                role=role,
                at=at,
                evidence=(mail,) if role is Role.CLERK else (),
            )
        if decision.outcome is not Outcome.APPLIED:
            raise RuntimeError(f"demo: {kind} of {row.ref}: {decision.en}")

    def moment(self, days_ago: int) -> datetime:
        """Return a moment of a working day, so many of them ago; on one day each a minute after the one before."""
        self.minutes[days_ago] += 1
        minute = timedelta(minutes=self.minutes[days_ago])
        return timezone.make_aware(datetime.combine(self.day(days_ago), time(9))) + minute

    def day(self, days_ago: int) -> date:
        """Return the working day so many of them ago; a negative number is to come."""
        return _WORKING.shift(self.today, -days_ago)

    # Before an order

    def ask_firms(self, row: Order, *, days_ago: int, answer_by: date, least: tuple[str, ...] = ()) -> list[str]:
        """Ask up to three firms for a price; return them."""
        with scoped(self.people["coordinator"].scope()):
            able = [firm for firm, _name, _verdict in queries.candidates(row.ref)]
        firms = list(dict.fromkeys((*least, *able)))[:3]
        recipients = [{"firm": firm} for firm in firms]
        data = {"recipients": recipients, "answer_by": answer_by.isoformat()}
        self.give(row, "send_rfq", data, Role.BUYER, days_ago=days_ago)
        return firms

    def quote(self, row: Order, firm: str, *, days_ago: int, price: int = UNIT_JPY) -> None:
        """Let a firm quote."""
        data = {
            "firm": firm,
            "prices": [{"line": 1, "unit_price_jpy": price}],
            "due_on": self.day(-14 - price % 5).isoformat(),
            "on": self.day(days_ago).isoformat(),
        }
        self.give(row, "quote", data, Role.SUPPLIER, days_ago=days_ago)

    def issue(self, row: Order, firm: str, *, days_ago: int, price: int = UNIT_JPY, due: date | None = None) -> None:
        """Order from a firm at the price of a list; what the plan does not know of the day, `due` says."""
        award = {
            "firm": firm,
            "prices": [{"line": 1, "unit_price_jpy": price}],
            "basis": _("継続取引の単価表（合成データ）"),
        }
        self.give(row, "award", award, Role.BUYER, days_ago=days_ago)
        with scoped(self.people["coordinator"].scope()):
            notice = services.notice_for(row.ref, due_on=due)
            verdicts = services.verdicts_for(row.ref, notice)
        signature = {"by": str(self.people["coordinator"]), "reason": _("合成データ: 内容を確かめました。")}
        signed = [
            {"rule": one.rule, "colour": one.colour.value} | ({"signature": signature} if one.needs_signature else {})
            for one in verdicts
        ]
        on = notice["receipt_on"]["value"]
        data = {"notice": notice, "verdicts": signed, "drawings": [], "due_on": on}
        self.give(row, "issue", data, Role.BUYER, days_ago=days_ago)

    def own_has_to_answer(self, rows: list[Order]) -> None:
        """The firm that logs in has a price to name and, where it has more work, an order to take."""
        self.ask_firms(rows[0], days_ago=1, answer_by=self.day(-3), least=(self.own,))
        if len(rows) > 1:
            self.issue(rows[1], self.own, days_ago=1)

    def asked_and_silent(self, row: Order) -> None:
        """Two of three have answered; the third lets the day pass."""
        firms = self.ask_firms(row, days_ago=6, answer_by=self.day(1))
        for number, firm in enumerate(firms[:2]):
            self.quote(row, firm, days_ago=3 - number, price=UNIT_JPY + 240 * number)

    def unanswered(self, row: Order) -> None:
        """An order of which nobody has said that it is taken."""
        self.issue(row, row.firm, days_ago=4)

    def countered(self, row: Order) -> None:
        """The firm could do it for another price."""
        firm = row.firm
        self.issue(row, firm, days_ago=3)
        prices = [{"line": 1, "unit_price_jpy": UNIT_JPY + 150}]
        words = _("合成データ: 材料が上がりました。単価をご相談させてください。")
        data = {"firm": firm, "revision": 1, "prices": prices, "words": words}
        self.give(row, "counter", data, Role.SUPPLIER, days_ago=1)

    def accepted(self, row: Order) -> None:
        """An order that was taken."""
        firm = row.firm
        self.issue(row, firm, days_ago=3)
        self.give(row, "accept", {"firm": firm, "revision": 1}, Role.SUPPLIER, days_ago=2)

    def answered_by_fax(self, rows: list[Order]) -> None:
        """Orders whose answers come in by FAX a moment later."""
        for row in rows:
            self.issue(row, row.firm, days_ago=1)
            self.to_answer.append(row.ref)

    # Delivered

    def of_the_past(self, order: PlannedOrder, *, is_paid: bool) -> None:
        """A work order of the weeks before: its first step is delivered and inspected, with an invoice."""
        step = order.steps[0]
        site = step.chosen[0]
        offer = step.offer_of(site)
        past = replace(order, id=f"B{order.id}")
        with scoped(system_scope(self.network)):
            held: WorkOrder = WorkOrder.objects.create(
                ref=past.id, title=past.title, buyer_name=past.buyer, due_on=past.due, data=work_order_to_json(past)
            )
        line = {
            "no": 1,
            "item": f"{past.title} {step.label_ja}",
            "quantity": step.quantity,
            "unit": "個",
            "process": step.process,
        }
        data = {
            "work_order": held.ref,
            "buyer": past.buyer,
            "step": step.plan_step(site),
            "firm": offer.firm,
            "lines": [line],
        }
        with scoped(self.people["coordinator"].scope()):
            row = services.draft(data, key=f"demo/{held.ref}", at=self.moment(26))
        self.issue(row, offer.firm, days_ago=25, due=self.day(8))
        self.give(row, "accept", {"firm": offer.firm, "revision": 1}, Role.SUPPLIER, days_ago=24)
        first = step.quantity if step.quantity < 4 else step.quantity * 3 // 4
        slip = f"N-{row.ref[-4:]}-1"
        on = self.day(8).isoformat()
        items = [{"line": 1, "quantity": first}]
        shipped = {"firm": offer.firm, "slip": slip, "on": on, "items": items}
        self.give(row, "ship", shipped, Role.SUPPLIER, days_ago=8)
        self.give(row, "receive", {"slip": slip, "on": on, "items": items}, Role.INSPECTOR, days_ago=8)
        bad = 0 if is_paid or first < 4 else 1
        looked: dict[str, Any] = {"slip": slip, "line": 1, "accepted": first - bad, "rejected": bad}
        looked["on"] = self.day(7).isoformat()
        if bad:
            looked["reason"] = _("合成データ: 面取りの忘れ")
        self.give(row, "inspect", looked, Role.INSPECTOR, days_ago=7)
        if is_paid:
            amount = (first - bad) * UNIT_JPY
            bill = {"firm": offer.firm, "number": f"INV-{row.ref[-4:]}", "amount_jpy": amount}
            bill["on"] = self.day(5).isoformat()
            self.give(row, "invoice", bill, Role.SUPPLIER, days_ago=5)
            paid = {"invoice": bill["number"], "reference": f"P-{row.ref[-4:]}", "amount_jpy": amount}
            paid["on"] = self.day(2).isoformat()
            self.give(row, "pay", paid, Role.BUYER, days_ago=2)

    # What comes in

    def words_come_in(self) -> None:
        """A mail in free words, from an address that nobody knows."""
        text = (
            "お世話になっております。合成データの架空製作所です。\n"
            f"先日の件、{self.day(-4).day}日には出荷できそうです。単価は1,950円でお願いできますでしょうか。\n"
        )
        mail = (
            "From: oyaji@kakuu.example\r\nTo: orders@kumihimo.example\r\nSubject: =?utf-8?b?"
            + b64encode("先日の件".encode()).decode("ascii")
            + "?=\r\nMessage-ID: <demo-1@kakuu.example>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + text
        )
        with scoped(system_scope(self.network)):
            channels.receive(
                "mail", "<demo-1@kakuu.example>", "oyaji@kakuu.example", mail.encode(), "message/rfc822", "先日の件"
            )
