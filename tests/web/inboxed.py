"""Replies as they come in: forms of real orders, marked and faxed synthetically, through the real reader."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import numpy as np
from django.utils import timezone

from kumihimo.paper.form import write_form
from kumihimo.paper.layout import FormKind, IssuedLayout
from kumihimo.paper.order_brief import Item as BriefItem
from kumihimo.paper.order_brief import OrderBrief, Party
from kumihimo.simulate.fax import Level, fax
from kumihimo.simulate.handwriting import Grey, blank_sheet
from kumihimo.simulate.replies import Reply, mark_sheet
from kumihimo.trade import Role
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.channels import services as channels
from kumihimo_web.channels.models import Address, Inbound
from kumihimo_web.inbox.models import Item
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.orders import papers, queries, services

from .conftest import OWN_FIRM, People
from .ordered import QUANTITY, Pen

FAX = "0263000001"
"""Number of the own firm; invented."""
ACCEPT = {"answer": "accept"}
_ids = itertools.count(1)


def know(people: People, *, firm: str = OWN_FIRM, channel: str = "fax", value: str = FAX) -> str:
    """Let the coordinator know that an address is the firm's."""
    row = Address._base_manager.create(
        network_id=people.network.pk, firm=firm, channel=channel, value=value, rank=1, is_confirmed=True
    )
    return str(row.value)


def sheet_of(
    people: People, kind: FormKind, number: str, *, revision: int = 1, items: int = 1, secret: bytes | None = None
) -> tuple[Grey, IssuedLayout]:
    """Return a printed form, blank."""
    brief = OrderBrief(
        number=number,
        revision=revision,
        issued_on=date(2026, 11, 2),
        sender=Party(name="合成 調整機関", fax="0263-00-0000"),
        recipient=Party(name="合成 製作所"),
        items=tuple(
            BriefItem(name=f"合成部品 {n}", quantity=10, order=f"PO-2026-00000{n}") for n in range(1, items + 1)
        ),
        synthetic=True,
    )
    with scoped(system_scope(people.network.pk)):
        written = write_form(kind, brief, secret=secret or papers.secret())
    return blank_sheet(written.pdf), written.layout


def faxed(
    sheet: tuple[Grey, IssuedLayout],
    chosen: dict[str, str],
    *,
    seed: int = 1,
    note: bool = False,
    also: dict[str, str] | None = None,
) -> bytes:
    """Return the TIFF of a form on which boxes were marked; `also` marks a second box of a group."""
    paper, issued = sheet
    rng = np.random.default_rng(seed)
    made = mark_sheet(paper, issued.layout, Reply(chosen=chosen), rng, note=note)
    if also:
        made = mark_sheet(made, issued.layout, Reply(chosen=also), rng)
    return fax(made, Level.L1, rng)


def come(
    people: People,
    raw: bytes,
    *,
    channel: str = "fax",
    sender: str = FAX,
    content_type: str = "image/tiff",
    channel_id: str = "",
    subject: str = "",
) -> list[Item]:
    """Let something come in, have it read, and return its items."""
    with scoped(system_scope(people.network.pk)):
        came = channels.receive(channel, channel_id or f"id-{next(_ids)}", sender, raw, content_type, subject)
    work()
    return items_of(came)


def work() -> None:
    """Do all jobs that wait."""
    while run_one():
        pass


def items_of(came: Inbound) -> list[Item]:
    """Return the items of a message."""
    return list(Item._base_manager.filter(inbound=came).order_by("page", "line"))


def codes(item: Item) -> list[str]:
    """Return the reasons why a person must look."""
    return [one["code"] for one in item.reading.get("reasons", ())]


def number_boxes(name: str, value: int) -> dict[str, str]:
    """Return the boxes of a number: {"price.1000": "4", …}."""
    digits = str(value)
    return {f"{name}.{10 ** (len(digits) - at - 1)}": digit for at, digit in enumerate(digits)}


def day_boxes(day: date) -> dict[str, str]:
    """Return the boxes of a day."""
    return {"month": str(day.month), "day": str(day.day)}


def order_now(people: People, ref: str) -> Any:
    """Return an order as it stands."""
    with scoped(people.coordinator.scope()):
        found = queries.order(ref)
    assert found is not None
    return found


def revised(pen: Pen) -> None:
    """Let a second revision of an order go out, with another price."""
    with scoped(pen.people.coordinator.scope()):
        notice = services.notice_for(pen.ref) | {"amount": {"value": QUANTITY * 4_100}}
        verdicts = services.verdicts_for(pen.ref, notice)
    signed = [
        {"rule": one.rule, "colour": one.colour.value}
        | ({"signature": {"by": "tester", "reason": "checked"}} if one.needs_signature else {})
        for one in verdicts
    ]
    line = order_now(pen.people, pen.ref).lines[0]
    told = {"no": 1, "item": line.item, "quantity": QUANTITY, "unit": "個", "process": "mach.mill5"}
    data = {
        "lines": [{**told, "unit_price_jpy": 4_100}],
        "due_on": notice["receipt_on"]["value"],
        "reason": "price",
        "notice": notice,
        "verdicts": signed,
        "drawings": [],
    }
    pen.done("revise", data, Role.BUYER)


def today() -> date:
    """Return the day of the tests."""
    return timezone.localdate()
