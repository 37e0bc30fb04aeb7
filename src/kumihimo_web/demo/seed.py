"""Filling an empty database with the demo. Everything in it is invented and says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from kumihimo.simulate import generate_network
from kumihimo_web.accounts.models import Network, User
from kumihimo_web.accounts.roles import OrganisationKind, Role
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.accounts.services import add_organisation, add_user
from kumihimo_web.firms.services import load

FIRMS, SEED = 300, 7
PASSWORD = "kumihimo-demo"
"""Of every user of the demo; it listens on this machine only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """Somebody who can log in."""

    username: str
    role: str
    organisation: str


@transaction.atomic
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
    made = generate_network(FIRMS, SEED, today=today)
    network = Network.objects.create(name="信州ものづくり連携（合成データ）", synthetic=True)
    with scoped(system_scope(network.pk, "デモ")):
        load(made)
        union = add_organisation(network, kind=OrganisationKind.COORDINATOR, name="信州ものづくり連携 事務局")
        add_user(union, username="coordinator", password=PASSWORD, role=Role.COORDINATOR, last_name="調整 花子")
        add_user(union, username="administrator", password=PASSWORD, role=Role.ADMINISTRATOR, last_name="管理 次郎")
        firm = made.firms[0]
        factory = add_organisation(network, kind=OrganisationKind.FIRM, name=firm.name, firm=firm.id)
        add_user(factory, username="factory", password=PASSWORD, role=Role.FACTORY, last_name="工場 太郎")
        chamber = add_organisation(network, kind=OrganisationKind.ASSESSOR, name="架空商工会議所 評価室")
        add_user(chamber, username="assessor", password=PASSWORD, role=Role.ASSESSOR, last_name="評価 三郎")
        buyer = add_organisation(network, kind=OrganisationKind.BUYER, name="架空重工 調達部")
        add_user(buyer, username="buyer", password=PASSWORD, role=Role.BUYER, last_name="発注 四郎")
