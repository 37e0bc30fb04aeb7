"""Filling an empty database with the demo: something to do on every page. Everything in it is invented and says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password

from kumihimo.interop.work_order_json import work_order_to_json
from kumihimo.model import Network as FirmNetwork
from kumihimo.model import WorkOrder
from kumihimo_web.accounts.models import Network, Organisation, User
from kumihimo_web.accounts.roles import OrganisationKind, Role
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.accounts.services import add_organisation, add_user
from kumihimo_web.demo.consortium import take_together
from kumihimo_web.demo.morning import ask_and_stop, assess, offer_team, open_inquiries
from kumihimo_web.demo.ordering import PAST, order_day
from kumihimo_web.firms.services import load
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.plans import services as plans

FIRMS, ORDERS, SEED = 300, 480, 7
PASSWORD = "kumihimo-demo"
"""Of every user of the demo; it listens on this machine only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Somebody who can log in."""

    username: str
    role: str
    organisation: str


def seed(today: date) -> list[Login]:
    """Fill the database once; return who can log in."""
    if not Network.objects.exists():
        _fill(today)
    users = User.objects.filter(organisation__isnull=False).select_related("organisation").order_by("pk")
    return [
        Login(username=user.username, role=str(Role(user.role).label), organisation=str(user.organisation))
        for user in users
    ]


def _fill(today: date) -> None:
    # Only the first start needs what makes firms and orders.
    from kumihimo.simulate import generate_network
    from kumihimo.simulate.work_orders import generate_work_orders

    made = generate_network(FIRMS, SEED, today=today)
    orders = generate_work_orders(made, ORDERS, SEED, today)
    network = Network.objects.create(name="信州ものづくり連携（合成データ）", synthetic=True)
    with scoped(system_scope(network.pk, "デモ")):
        load(made)
        people = _people(network, made, orders)
    # Before the proposals, which would be told to be of yesterday's firms.
    assess(people["assessor"], people["factory"], today)
    with scoped(people["coordinator"].scope()):
        # Where nothing was compiled yet the search would take half a minute; 計画を立て直す on the page goes on.
        plans.ask_first([work_order_to_json(order) for order in orders], today=today, rounds=0, approve=True)
        open_inquiries(people["buyer"])
        # The jobs of a morning, done by the worker's own code before anybody looks.
        while run_one():
            pass
        ask_and_stop(firm_of(people["factory"]), today)
        offer_team()
    while run_one():
        pass
    order_day(people, orders[:PAST], today)
    own = firm_of(people["factory"])
    take_together(people, tuple(sorted(made.firms, key=lambda one: one.id != own)[:5]), today)


def firm_of(user: User) -> str:
    """Return the firm that a user works for."""
    assert user.organisation is not None
    return user.organisation.firm


def _people(network: Network, made: FirmNetwork, orders: Sequence[WorkOrder]) -> dict[str, User]:
    """Make somebody of every role; the factory is one with much to do, the buyer one that waits for much."""
    busiest = Counter(site for order in orders for step in order.steps for site in step.chosen).most_common(1)[0][0]
    firm = next(one for one in made.firms if one.id == made.site(busiest).firm)
    buyer = Counter(order.buyer for order in orders).most_common(1)[0][0]
    organisations: dict[str, Organisation] = {
        "union": add_organisation(network, kind=OrganisationKind.COORDINATOR, name="信州ものづくり連携 事務局"),
        "firm": add_organisation(network, kind=OrganisationKind.FIRM, name=firm.name, firm=firm.id),
        "chamber": add_organisation(network, kind=OrganisationKind.ASSESSOR, name="架空商工会議所 評価室"),
        "buyer": add_organisation(network, kind=OrganisationKind.BUYER, name=buyer),
    }
    wanted: tuple[tuple[str, str, Any, str], ...] = (
        ("coordinator", "union", Role.COORDINATOR, "調整 花子"),
        ("administrator", "union", Role.ADMINISTRATOR, "管理 次郎"),
        ("factory", "firm", Role.FACTORY, "工場 太郎"),
        ("assessor", "chamber", Role.ASSESSOR, "評価 三郎"),
        ("buyer", "buyer", Role.BUYER, "発注 四郎"),
    )
    people = {
        name: add_user(organisations[where], username=name, password=None, role=role, last_name=called)
        for name, where, role, called in wanted
    }
    # Made once: a good hash takes a third of a second, and all have the same password.
    hashed = make_password(PASSWORD)
    for user in people.values():
        user.password = hashed
        user.save(update_fields=["password"])
    return people
