"""The database of the benchmark: a synthetic network, an order book and its plan, inquiries, people of every role.

Made once and kept, in the folder and with the database that the environment names:
``KUMIHIMO_DATA=out/bench-web python -m benchmarks.web.data --firms 10000 --orders 2000``.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import django

from benchmarks.web import ordered

SEED = 7
INQUIRIES, PROPOSED = 300, 20
USERS = {"coordinator": 15, "factory": 25, "buyer": 8, "assessor": 3, "administrator": 1}
"""Role -> people; names are ``coordinator1`` and so on."""
PASSWORD = "kumihimo-bench"
SETTINGS = "kumihimo_web.project.settings.demo"
TEXTS = Path(__file__).resolve().parents[2] / "src" / "kumihimo_web" / "demo" / "inquiries"
DONE = "bench.json"
"""Written at the end, with what was made."""


def names_of(role: str) -> list[str]:
    """Return the names to log in with."""
    return [f"{role}{number}" for number in range(1, USERS[role] + 1)]


def make(firms: int, orders: int) -> dict[str, int]:
    """Fill an empty database; return how much of everything there is."""
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from kumihimo.simulate import generate_network
    from kumihimo.simulate.work_orders import generate_work_orders
    from kumihimo_web.accounts.models import Network
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.audit.models import Line
    from kumihimo_web.firms import services as firm_services
    from kumihimo_web.firms.models import ROWS
    from kumihimo_web.inquiries.models import Inquiry, Proposal
    from kumihimo_web.jobs.worker import run_one
    from kumihimo_web.plans import services as plans
    from kumihimo_web.plans.models import PlanMachine, PlanOrder, PlanStep

    today = timezone.localdate()
    call_command("migrate", verbosity=0)
    call_command("flush", interactive=False, verbosity=0)
    made = generate_network(firms, SEED, today=today)
    book = generate_work_orders(made, orders, SEED, today)
    network = Network.objects.create(name="計測用ネットワーク（合成データ）", synthetic=True)
    with scoped(system_scope(network.pk, "計測")):
        firm_services.load(made)
        people = _people(network, made, book)
        _told("firms and people")
    with scoped(people["coordinator1"].scope()):
        plans.ask_first([_json(order) for order in book], today=today, rounds=0, approve=True)
        _work(run_one)
        _told("plan")
        _inquiries(today)
        _work(run_one)
        _ask_firms(today, people)
        _told("inquiries")
    _assess(today, people, made)
    _work(run_one)
    ordered.fill(people, made, today)
    _work(run_one)
    _told("orders")
    # As after the first night of a database that is looked after.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    rows = {"firms": len(made.firms), "orders": orders}
    rows |= {model.__name__: model._base_manager.count() for model in (*ROWS.values(), PlanOrder, PlanStep)}
    rows |= {model.__name__: model._base_manager.count() for model in (PlanMachine, Inquiry, Proposal, Line)}
    return rows


def _json(order: Any) -> dict[str, Any]:
    from kumihimo.interop.work_order_json import work_order_to_json

    return work_order_to_json(order)


def _work(run_one: Any) -> None:
    while run_one():
        pass


def _people(network: Any, made: Any, book: Iterable[Any]) -> dict[str, Any]:
    """Make people of every role: the factories are those with the most work, the buyers those with the most orders."""
    from kumihimo_web.accounts.roles import OrganisationKind
    from kumihimo_web.accounts.services import add_organisation, add_user

    sites = Counter(made.site(site).firm for order in book for step in order.steps for site in step.chosen)
    buyers = Counter(order.buyer for order in book)
    firm_names = {firm.id: firm.name for firm in made.firms}
    office = add_organisation(network, kind=OrganisationKind.COORDINATOR, name="計測用 事務局")
    chamber = add_organisation(network, kind=OrganisationKind.ASSESSOR, name="計測用 評価室")
    belongs: dict[str, Any] = {}
    for role in ("coordinator", "administrator"):
        belongs |= dict.fromkeys(names_of(role), office)
    belongs |= dict.fromkeys(names_of("assessor"), chamber)
    busiest = [firm for firm, _count in sites.most_common(USERS["factory"])]
    for name, firm in zip(names_of("factory"), busiest, strict=True):
        belongs[name] = add_organisation(network, kind=OrganisationKind.FIRM, name=firm_names[firm], firm=firm)
    wanting = [buyer for buyer, _count in buyers.most_common(USERS["buyer"])]
    for name, buyer in zip(names_of("buyer"), wanting, strict=True):
        belongs[name] = add_organisation(network, kind=OrganisationKind.BUYER, name=buyer)
    people = {}
    for name, organisation in belongs.items():
        role = name.rstrip("0123456789")
        people[name] = add_user(organisation, username=name, password=PASSWORD, role=role, last_name=name)
        people[name].has_seen_tour = True
        people[name].save(update_fields=["has_seen_tour"])
    return people


def _inquiries(today: date) -> None:
    """Take in inquiries, a part of them with teams; those of buyers with a login are spread over all of these."""
    from kumihimo_web.accounts.queries import organisations
    from kumihimo_web.accounts.roles import OrganisationKind
    from kumihimo_web.inquiries import queries, services
    from kumihimo_web.inquiries.incoming import incoming_file

    texts = sorted(TEXTS.glob("*.txt"))
    buyers = [one.pk for one in organisations(OrganisationKind.BUYER)]
    for number in range(INQUIRIES):
        path = texts[number % len(texts)]
        title = f"計測用 {path.stem} {number + 1}"
        incoming = incoming_file(path.name, path.read_bytes())
        made = services.receive(incoming, title=title, buyer=buyers[number % len(buyers)])
        services.begin_reading(queries.sources(made)[0])
        if number >= INQUIRIES - PROPOSED:
            read = queries.inquiry(made.number)
            assert read is not None
            services.ask_teams(read, version=read.version, once=read.number)


def _ask_firms(today: date, people: dict[str, Any]) -> None:
    """Ask the factories that have a login and fit."""
    from kumihimo_web.inquiries import hand_services, queries
    from kumihimo_web.inquiries.rules import MOST_ASKED

    wanted = {people[name].organisation.firm for name in names_of("factory")}
    for inquiry in queries.search()[:PROPOSED]:
        proposal = queries.latest_proposal(inquiry)
        assert proposal is not None
        step = proposal.data["steps"][0]["id"]
        asked = [one.firm for one in queries.askable(proposal, step) if one.firm in wanted][:MOST_ASKED]
        if asked:
            answer_by = today + timedelta(days=3)
            hand_services.broadcast(
                inquiry, proposal, step, firms=asked, answer_by=answer_by, note="", once=f"bench-{inquiry.number}"
            )


def _assess(today: date, people: dict[str, Any], made: Any) -> None:
    """Begin assessments of some firms, so that the list has something to show."""
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.assessments import services

    with scoped(people["assessor1"].scope()):
        for firm in [one for one in made.firms if one.status == "active"][100:130]:
            services.begin(firm.id, is_neutral=True, today=today)


_began = time.monotonic()


def _told(what: str) -> None:
    print(f"{time.monotonic() - _began:6.1f} s  {what}", flush=True)


def is_made(folder: Path, firms: int, orders: int) -> bool:
    """Return whether a folder holds a database of these sizes, made today: plans and load answers grow old."""
    done = folder / DONE
    if not done.exists():
        return False
    found = json.loads(done.read_text(encoding="utf-8"))
    return (found["firms"], found["orders"], found["day"]) == (firms, orders, _today())


def _today() -> str:
    from django.utils import timezone

    return timezone.localdate().isoformat()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--firms", type=int, default=10_000)
    parser.add_argument("--orders", type=int, default=2_000)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    # The plan is only laid out, not searched: interpreting the planner takes less than compiling it.
    os.environ.setdefault("KUMIHIMO_COMPILE", "0")
    django.setup()
    from kumihimo_web.project.environment import data_folder

    folder = data_folder()
    if is_made(folder, asked.firms, asked.orders):
        return
    rows = make(asked.firms, asked.orders)
    (folder / DONE).write_text(json.dumps({**rows, "day": _today()}, indent=1), encoding="utf-8")
    _told(json.dumps(rows))


if __name__ == "__main__":
    main()
