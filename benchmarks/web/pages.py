"""Every page, one request after the other: server time, processor time, bytes; and peers that do next to nothing."""

from __future__ import annotations

import http
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import django

from benchmarks.planning.machine import load_average
from benchmarks.web.server import Broken, Server, Visitor, serving

REQUESTS, WARM_UPS = 40, 3
TARGET_MS = 100.0

# Addresses; names in braces are looked up in the database, see `examples`.
PAGES: dict[str, tuple[str, ...]] = {
    "nobody": ("/account/login/",),
    "coordinator": (
        "/desk/",
        "/map/",
        "/map/?process={process}",
        "/firms/",
        "/firms/?page=150",
        "/firms/?words=精密",
        "/firms/?words=精&prefecture=20&process={process}",
        "/firms/?load=unknown",
        "/firms/{firm}/",
        "/firms/edit/firms/{firm}/",
        "/firms/edit/capabilities/{capability}/",
        "/firms/remove/equipment/{equipment}/",
        "/firms/{firm}/add/capabilities/",
        "/firms/imports/",
        "/assessments/",
        "/assessments/of/{firm}/",
        "/assessments/{sheet}/",
        "/inquiries/",
        "/inquiries/?words=計測&state=proposed",
        "/inquiries/new/",
        "/inquiries/{inquiry}/",
        "/inquiries/{inquiry}/edit/",
        "/inquiries/{inquiry}/teams/",
        "/inquiries/{inquiry}/questions/",
        "/inquiries/{inquiry}/hands/",
        "/inquiries/{inquiry}/ask/{step}/",
        "/plans/",
        "/plans/?state=late&page=3",
        "/plans/?words=軸",
        "/plans/versions/",
        "/plans/whatif/",
        "/plans/{plan}/bars.json",
        "/plans/{plan}/load/",
        "/plans/{plan}/load.json",
        "/plans/{plan}/orders/{order}/",
        "/plans/{plan}/export/orders.csv",
        "/plans/{plan}/export/steps.csv",
        "/plans/{plan}/export/plan.json",
        "/orders/",
        "/orders/?words={firm_name}",
        "/orders/?state=quoted&waiting=us",
        "/orders/?late=1",
        "/orders/{placed}/",
        "/orders/{quoted}/quotes/",
        "/orders/{draft}/do/send_rfq/",
        "/orders/flow/{flow}/",
        "/orders/materials/",
        "/chasing/",
        "/inbox/",
        "/inbox/?firm={firm_name}",
        "/inbox/{item}/",
        "/inbox/calls/?words=PO",
        "/channels/",
        "/channels/?words=注文書",
        "/channels/{message}/",
        "/channels/addresses/of/{firm}/",
        "/consortium/",
        "/consortium/{consortium}/",
        "/consortium/orders/{joint}/",
        "/emergency/",
        "/emergency/?what={stop}",
        "/status/",
        "/status/{order}/",
        "/audit/",
        "/audit/?actor=計測",
        "/audit/?verb=inquiry",
        "/account/settings/",
        "/tour/",
        "/api/v1/firms?words=精密",
    ),
    "administrator": ("/account/people/", "/account/organisations/"),
    "factory": (
        "/capacity/",
        "/firms/{own}/",
        "/firms/{firm}/",
        "/firms/",
        "/firms/edit/firms/{own}/",
        "/inquiries/hands/",
        "/plans/",
        "/plans/{plan}/bars.json",
        "/assessments/",
        "/orders/own/",
        "/orders/own/{own_placed}/",
        "/consortium/",
    ),
    "assessor": (
        "/assessments/",
        "/assessments/firms/",
        "/assessments/firms/?words=精密",
        "/assessments/{sheet}/write/",
        "/firms/",
        "/map/",
        "/firms/{firm}/sheet.pdf",
    ),
    "buyer": (
        "/status/",
        "/status/{own_order}/",
        "/status/{own_order}/orders/",
        "/inquiries/",
        "/inquiries/{own_inquiry}/",
        "/inquiries/new/",
        "/consortium/",
        "/consortium/orders/{joint}/status/ja/",
    ),
}
TRIVIAL = ("/health/live/", "/health/ready/")
"""Peers: an answer of one line without and with a question to the database, through all middleware."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A page measured.

    Attributes
    ----------
    cpu_ms
        Processor time of the server a request.
    """

    role: str
    path: str
    p50_ms: float
    p95_ms: float
    wall_p95_ms: float
    cpu_ms: float
    kilobytes: float
    load: float


def examples() -> dict[str, str]:
    """Return what stands in braces: rows with much in them."""
    from kumihimo_web.accounts.models import Network, User
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.assessments.models import Sheet
    from kumihimo_web.channels.models import Message
    from kumihimo_web.consortium.models import JointOrder
    from kumihimo_web.firms.models import Capability, Equipment, Firm
    from kumihimo_web.inbox.models import Item
    from kumihimo_web.inquiries.models import Inquiry, Proposal
    from kumihimo_web.orders.models import Order
    from kumihimo_web.plans.models import PlanOrder, PlanStep, Version

    network = Network.objects.get()
    factory, buyer = (User.objects.get(username=name) for name in ("factory1", "buyer1"))
    assert factory.organisation is not None
    assert buyer.organisation is not None
    own = factory.organisation.firm
    with scoped(system_scope(network.pk)):
        plan = Version.objects.get(state="current")
        proposal = Proposal.objects.select_related("inquiry").first()
        placed = Order.objects.filter(revision__gte=1).select_related("work_order")
        joint = JointOrder.objects.filter(buyer=buyer.organisation).select_related("consortium").order_by("pk")[0]
        firm = Firm.objects.exclude(ref=own).get(ref=PlanStep.objects.exclude(firm=own).order_by("pk")[0].firm)
        return {
            "plan": str(plan.number),
            "own": own,
            "firm": firm.ref,
            "stop": f"{firm.name}（企業 {firm.ref}）",
            "process": Capability.objects.filter(firm=firm.ref)[0].process,
            "capability": Capability.objects.filter(firm=firm.ref)[0].ref,
            "equipment": Equipment.objects.filter(firm=firm.ref)[0].ref,
            "sheet": Sheet.objects.order_by("pk")[0].ref,
            "inquiry": proposal.inquiry.number,
            "step": proposal.data["steps"][0]["id"],
            "own_inquiry": Inquiry.objects.filter(buyer=buyer.organisation).order_by("-pk")[0].number,
            "order": PlanOrder.objects.filter(version=plan).order_by("-late_min")[0].ref,
            "firm_name": firm.name,
            "placed": placed.exclude(firm=own).order_by("pk")[0].ref,
            "own_placed": placed.filter(firm=own).order_by("pk")[0].ref,
            "flow": placed.order_by("pk")[0].work_order.ref,
            "quoted": Order.objects.filter(state="quoted").order_by("pk")[0].ref,
            "draft": Order.objects.filter(state="draft").order_by("pk")[0].ref,
            "item": str(Item.objects.order_by("pk")[0].pk),
            "message": str(Message.objects.order_by("pk")[0].pk),
            "consortium": joint.consortium.ref,
            "joint": joint.number,
            "own_order": PlanOrder.objects.filter(version=plan, buyer=buyer.organisation.pk)[0].ref,
        }


def measure(server: Server, names: Mapping[str, str], *, requests: int = REQUESTS, only: str = "") -> list[Row]:
    """Ask for every page `requests` times, one after the other."""
    rows = []
    for role, paths in {"peer": TRIVIAL, **PAGES}.items():
        visitor = Visitor(server.port)
        if role in PAGES and role != "nobody":
            visitor.log_in(f"{role}1")
        for pattern in paths:
            if only in f"{role} {pattern}":
                rows.append(_page(server, visitor, role, pattern, names, requests))
    return rows


def _page(server: Server, visitor: Visitor, role: str, pattern: str, names: Mapping[str, str], requests: int) -> Row:
    path = _quoted(pattern.format_map(names))
    for _ in range(WARM_UPS):
        answer = visitor.get(path)
    if answer.status != http.HTTPStatus.OK:
        raise Broken(f"{role} {path}: {answer.status}")
    before, load = server.cpu_s(), load_average()
    answers = [visitor.get(path) for _ in range(requests)]
    cpu = 1000 * (server.cpu_s() - before) / requests
    bad = [one.status for one in answers if one.status != http.HTTPStatus.OK]
    if bad:
        raise Broken(f"{role} {path}: {bad}")
    told = server.milliseconds()
    times = [told[one.number][1] for one in answers]
    return Row(
        role=role,
        path=pattern,
        p50_ms=quantile(times, 0.5),
        p95_ms=quantile(times, 0.95),
        wall_p95_ms=round(quantile([one.wall_ms for one in answers], 0.95), 1),
        cpu_ms=round(cpu, 1),
        kilobytes=round(len(answer.body) / 1000, 1),
        load=load,
    )


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path, safe="/?&=")


def quantile(values: list[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed: one of them, nothing between."""
    found = sorted(values)
    return found[min(len(found) - 1, int(share * len(found)))]


PLAIN: dict[str, tuple[str, ...]] = {
    "/firms/": (
        "SELECT COUNT(*) FROM firms_firm WHERE network_id = 1",
        "SELECT * FROM firms_firm WHERE network_id = 1 ORDER BY name_kana, ref LIMIT 50",
    ),
    "/plans/": (
        "SELECT COUNT(*) FROM plans_planorder WHERE version_id = 1",
        "SELECT id, ref, title, due, finish, late_min, causes FROM plans_planorder WHERE version_id = 1"
        " ORDER BY late_min DESC, due, ref LIMIT 25",
    ),
    "/plans/{plan}/bars.json": (
        "SELECT id, ref, title, due, finish, late_min, buyer_name FROM plans_planorder WHERE version_id = 1",
        'SELECT order_id, step, process, resource, start, "end", freeze, setup_min, "after" FROM plans_planstep'
        " WHERE version_id = 1 ORDER BY start, id",
        "SELECT resource, firm, firm_name, site, process, open_text FROM plans_planmachine"
        " WHERE version_id = 1 AND steps > 0",
    ),
}
"""Path -> the same rows asked of SQLite alone, without Django and without a page."""


def plain(folder: Path, *, requests: int = REQUESTS) -> dict[str, float]:
    """Return path -> median milliseconds of reading its rows with nothing around it."""

    def once(database: sqlite3.Connection, queries: tuple[str, ...]) -> float:
        began = time.perf_counter()
        for query in queries:
            database.execute(query).fetchall()
        return 1000 * (time.perf_counter() - began)

    with closing(sqlite3.connect(folder / "kumihimo.sqlite3")) as database:
        return {
            path: round(quantile([once(database, queries) for _ in range(requests + WARM_UPS)][WARM_UPS:], 0.5), 2)
            for path, queries in PLAIN.items()
        }


def run(folder: Path, *, requests: int = REQUESTS, tell: Callable[[str], Any] = print) -> dict[str, Any]:
    """Measure all pages of the database in a folder, with one server process."""
    django.setup()
    names = examples()
    with serving(folder) as server:
        rows = measure(server, names, requests=requests)
        memory = server.memory_mb()
    for row in rows:
        tell(f"{row.p95_ms:7.1f} {row.cpu_ms:7.1f} ms {row.kilobytes:8.1f} kB  {row.role} {row.path}")
    return {
        "requests": requests,
        "memory_mb": round(memory, 1),
        "pages": [asdict(row) for row in rows],
        "plain_ms": plain(folder),
    }
