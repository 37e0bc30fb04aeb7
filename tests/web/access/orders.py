"""Addresses of the orders."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from ..conftest import OWN_FIRM, People
from ..ordered import Pen, issued
from . import Matrix


def rows(people: People) -> Matrix:
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.channels import services as channels

    out = issued(people)
    asked = Pen(people, step="s1").ask()
    with scoped(people.coordinator.scope()):
        message = channels.post("test/rfq", OWN_FIRM, "RFQ", "RFQ", kind="rfq", about=asked.ref)
        token = channels.link(message)
    paper = kept_paper(out)
    drawn, unsent, token_of_drawn = kept_drawings(people)
    return {
        ("orders", ()): "LOO----O",
        ("order", (out.ref,)): "LOO----0",
        ("order", (asked.ref,)): "LOO----0",
        ("order", ("PO-0",)): "L00----0",
        ("order_do", (out.ref, "hold")): "LOO----0",
        ("order_do", (out.ref, "revise")): "LOO----0",
        ("order_do", (out.ref, "accept")): "LOO----0",
        ("order_do", (out.ref, "pay")): "L>>----0",
        ("order_do", (asked.ref, "send_rfq")): "LOO----0",
        ("order_do", (asked.ref, "quote")): "LOO----0",
        ("materials", ()): "LOO----O",
        ("order_aside", (1,)): "LMM----M",
        ("order_replace", (out.ref,)): "LMM----M",
        ("order_quotes", (out.ref,)): "LOO----0",
        ("order_quotes", (asked.ref,)): "LOO----0",
        ("order_paper", (paper.pk,)): "LOOO0--0",
        ("order_drawing", (drawn.pk,)): "LOOO0--0",
        ("order_drawing", (unsent.pk,)): "LOO00--0",
        ("order_drawing_away", (unsent.pk,)): "LMM----M",
        ("order_drawings", (out.ref,)): "LOO----0",
        ("order_drawings", ("PO-0",)): "L00----0",
        ("answer_drawing", (token, drawn.pk)): "00000000",
        ("answer_drawing", (token_of_drawn, drawn.pk)): "OOOOOOOO",
        ("answer_drawing", (token_of_drawn, unsent.pk)): "00000000",
        ("answer_drawing", ("forged", drawn.pk)): "00000000",
        ("work_order", ("W-1",)): "LOO----0",
        ("work_order_confirm", ("W-1",)): "LMM----M",
        ("order_milestones", ("W-1",)): "LOO---O0",
        ("chasing", ()): "LOO----O",
        ("letterhead", ()): "LOO----O",
        ("limits", ()): "LOO----O",
        ("order_sheet", (paper.pk,)): "L0000--0",
        ("paper_again", (paper.pk,)): "LMM----M",
        ("chasing_send", ()): "LMM----M",
        ("chasing_done", ()): "LMM----M",
        ("chasing_remind", ()): "LMM----M",
        ("own_orders", ()): "L--OO---",
        ("own_order", (out.ref,)): "L--OO---",
        ("own_order", (asked.ref,)): "L--OO---",
        ("own_order", ("PO-0",)): "L--00---",
        ("own_order_do", (out.ref, "accept")): "L--MM---",
        ("answer", (token,)): "OOOOOOOO",
        ("answer", ("forged",)): "00000000",
        ("answer_do", (token, "quote")): "MMMMMMMM",
        ("answer_seen", (token,)): "MMMMMMMM",
        ("answer_paper", (token, paper.pk)): "00000000",
    }


def kept_drawings(people: People) -> tuple[Any, Any, str]:
    """Keep two drawings: one was sent to the own firm alone, which got the order, the other waits for a revision."""
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.channels import services as channels

    pen = Pen(people, ref="W-drawn")
    drawn = pen.draw("D-100", "第1版")
    pen.ask(OWN_FIRM).quote().award().issue()
    unsent = pen.draw("D-100", "第2版")
    with scoped(people.coordinator.scope()):
        message = channels.post("test/drawn", OWN_FIRM, "PO", "PO", kind="order", about=pen.ref)
        return drawn, unsent, channels.link(message)


def kept_paper(pen: Pen) -> Any:
    """Keep a document of an order for the own firm, as if a worker had made it."""
    from kumihimo_web.orders.models import Order, Paper

    network, now = pen.people.network.pk, timezone.now()
    return Paper._base_manager.create(
        network_id=network,
        key="test/paper",
        kind="order",
        number="PO-TEST",
        order_id=Order._base_manager.get(network_id=network, ref=pen.ref).pk,
        firm=OWN_FIRM,
        content={},
        pdf=b"%PDF-1.7",
        sha256="0" * 64,
        noted_at=now,
        made_at=now,
    )
