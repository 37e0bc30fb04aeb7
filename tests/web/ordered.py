"""A synthetic order for the tests of the pages, taken through its life with the commands that people give."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from kumihimo.trade import Decision, Evidence, EvidenceKind, Outcome, Role
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.orders import queries, services
from kumihimo_web.orders.models import WorkOrder

from .booked import OWN, RIVAL, work_order
from .conftest import OWN_FIRM, RIVAL_FIRM, People

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
"""As little as is taken for a PDF."""
QUANTITY = 10
"""Pieces that `booked.work_order` asks for."""


def a_work_order(people: People, ref: str = "W-1") -> WorkOrder:
    """Keep a confirmed work order of the buyer: two steps, the own firm and then its rival."""
    document = work_order(ref, OWN, RIVAL, buyer=people.buyer.organisation.name)
    found: WorkOrder = WorkOrder._base_manager.create(
        network_id=people.network.pk,
        ref=ref,
        title=document["title"],
        buyer=people.buyer.organisation.pk,
        buyer_name=people.buyer.organisation.name,
        due_on=timezone.localdate() + timedelta(days=60),
        data=document,
    )
    return found


class Pen:
    """Gives commands to one order of the own firm, as the people of the test network."""

    def __init__(self, people: People, *, step: str = "s0", ref: str = "W-1", firm: str = "") -> None:
        self.people, self.count = people, 0
        self.today = timezone.localdate()
        held = WorkOrder._base_manager.filter(network_id=people.network.pk, ref=ref).first()
        held = held or a_work_order(people, ref)
        line = {"no": 1, "item": f"合成部品 {step}", "quantity": QUANTITY, "unit": "個", "process": "mach.mill5"}
        data: dict[str, Any] = {"work_order": ref, "buyer": held.buyer_name, "step": step, "lines": [line]}
        if firm:
            data["firm"] = firm
        with scoped(people.coordinator.scope()):
            self.ref = services.draft(data, key=f"test/{ref}/{step}/{firm}").ref

    def give(self, kind: str, data: dict[str, Any], role: Role, who: str = "coordinator", **more: Any) -> Decision:
        """Give a command, and tell what became of it."""
        self.count += 1
        with scoped(self.people.of(who).scope()):
            return services.give(kind, self.ref, data, key=f"test/{self.ref}/{self.count}", role=role, **more)

    def done(self, kind: str, data: dict[str, Any], role: Role, who: str = "coordinator", **more: Any) -> None:
        """Give a command that must be carried out."""
        decision = self.give(kind, data, role, who, **more)
        assert decision.outcome is Outcome.APPLIED, (kind, decision)

    def ask(self, *firms: str, days: int = 5) -> Pen:
        """Ask firms for a quotation."""
        by = self.today + timedelta(days=days)
        data = {"recipients": [{"firm": firm} for firm in firms or (OWN_FIRM, RIVAL_FIRM)], "answer_by": by.isoformat()}
        self.done("send_rfq", data | ({"drawings": drawn} if (drawn := self.drawn()) else {}), Role.BUYER)
        return self

    def draw(self, number: str = "D-100", revision: str = "A", content: bytes = PDF, name: str = "part.pdf") -> Any:
        """Attach the file of a drawing to every line."""
        from kumihimo_web.orders import drawing_services
        from kumihimo_web.orders.drawing_file import kind_of

        self.count += 1
        with scoped(self.people.coordinator.scope()):
            order = queries.order(self.ref)
            assert order is not None
            return drawing_services.attach(
                self.ref,
                drawing_services.File(name=name, kind=kind_of(name, content), content=content),
                number=number,
                revision=revision,
                lines=[line.no for line in order.lines],
                expected_version=order.version,
                key=f"test/draw/{self.ref}/{self.count}",
            )

    def drawn(self) -> list[dict[str, Any]]:
        """Return the drawings of the lines, as commands carry them."""
        from kumihimo_web.orders import drawings

        with scoped(self.people.coordinator.scope()):
            order = queries.order(self.ref)
            assert order is not None
            return drawings.told(order, order.lines)

    def quote(self, who: str = "factory", price: int = 4_000, days: int = 20) -> Pen:
        """Let a firm quote."""
        data = {
            "firm": self.people.of(who).organisation.firm,
            "prices": [{"line": 1, "unit_price_jpy": price}],
            "due_on": (self.today + timedelta(days=days)).isoformat(),
            "on": self.today.isoformat(),
        }
        self.done("quote", data, Role.SUPPLIER, who)
        return self

    def award(self, firm: str = OWN_FIRM) -> Pen:
        """Choose a firm."""
        self.done("award", {"firm": firm}, Role.BUYER)
        return self

    def issue(self) -> Pen:
        """Let the order go out with what is proposed, everything signed that wants it."""
        self.done("issue", self.ready_to_issue(), Role.BUYER)
        return self

    def ready_to_issue(self) -> dict[str, Any]:
        """Return what `issue` says."""
        with scoped(self.people.coordinator.scope()):
            notice = services.notice_for(self.ref)
            verdicts = services.verdicts_for(self.ref, notice)
        signed = [
            {"rule": one.rule, "colour": one.colour.value}
            | ({"signature": {"by": "tester", "reason": "checked"}} if one.needs_signature else {})
            for one in verdicts
        ]
        due_on = notice["receipt_on"]["value"]
        return {"notice": notice, "verdicts": signed, "drawings": self.drawn(), "due_on": due_on}

    def accept(self, revision: int = 1) -> Pen:
        """Let the firm take it."""
        self.done("accept", {"firm": OWN_FIRM, "revision": revision}, Role.SUPPLIER, "factory")
        return self

    def ship(self, quantity: int = QUANTITY, slip: str = "N-1") -> Pen:
        """Let the firm ship."""
        items = [{"line": 1, "quantity": quantity}]
        data = {"firm": OWN_FIRM, "slip": slip, "on": self.today.isoformat(), "items": items}
        self.done("ship", data, Role.SUPPLIER, "factory")
        return self

    def receive(self, quantity: int = QUANTITY, slip: str = "N-1") -> Pen:
        """Take the goods in."""
        data = {"slip": slip, "on": self.today.isoformat(), "items": [{"line": 1, "quantity": quantity}]}
        self.done("receive", data, Role.INSPECTOR)
        return self

    def inspect(self, accepted: int = QUANTITY, rejected: int = 0, slip: str = "N-1") -> Pen:
        """Look at them."""
        data: dict[str, Any] = {
            "slip": slip,
            "line": 1,
            "accepted": accepted,
            "rejected": rejected,
            "on": self.today.isoformat(),
        }
        if rejected:
            data["reason"] = "scratch"
        self.done("inspect", data, Role.INSPECTOR)
        return self

    def called(self, words: str = "call") -> tuple[Evidence, ...]:
        """Return the evidence of a call."""
        return (Evidence(kind=EvidenceKind.CALL_NOTE, words=words),)

    @property
    def state(self) -> str:
        """How the order stands."""
        with scoped(self.people.coordinator.scope()):
            found = queries.order(self.ref)
        assert found is not None
        return found.state.value


def issued(people: People) -> Pen:
    """Return an order that has gone out to the own firm, quoted by two."""
    return Pen(people).ask().quote().quote("rival", price=5_000).award().issue()
