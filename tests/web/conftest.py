"""The web application on a database of its own: SQLite, or the PostgreSQL that KUMIHIMO_DATABASE names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .places import Place


@dataclass(frozen=True)
class People:
    """A network with somebody of every role, and a second network that must never be seen."""

    network: Any
    coordinator: Any
    administrator: Any
    factory: Any
    rival: Any
    assessor: Any
    buyer: Any
    stranger: Any
    stranger_network: Any

    def of(self, name: str) -> Any:
        return getattr(self, name)


@pytest.fixture(scope="session", autouse=True)
def english() -> None:
    """Let the pages have their English: the compiled catalogue is not in the repository."""
    from kumihimo_web.design import catalogue

    if not catalogue.is_compiled():
        catalogue.compile_catalogue()


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    """Begin in the language of the settings: an English page leaves its own behind."""
    from django.utils import translation

    translation.deactivate()
    yield
    translation.deactivate()


OWN_FIRM, RIVAL_FIRM, STRANGE_FIRM = "F0001", "F0002", "F9999"


def small_network(first: str, second: str | None = None) -> Any:
    """Return a synthetic network of one or two firms."""
    from kumihimo.model import Capability, Firm, Network, Site, standard_calendar

    refs = [ref for ref in (first, second) if ref]
    firms = tuple(Firm(id=ref, name=f"合成{ref}製作所", name_kana=f"ゴウセイ{ref}", synthetic=True) for ref in refs)
    sites = tuple(Site(id=f"{ref}-S", firm=ref, municipality="202061", calendar=f"{first}-C") for ref in refs)
    rows = tuple(
        Capability(id=f"{ref}-K", site=f"{ref}-S", process="mach.mill5", material_family="aluminium", hourly_jpy=7000)
        for ref in refs
    )
    return Network(
        name="試験網",
        synthetic=True,
        firms=firms,
        sites=sites,
        capabilities=rows,
        calendars=(standard_calendar(f"{first}-C"),),
    )


@pytest.fixture
def people(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> People:
    from kumihimo_web.accounts.models import Network
    from kumihimo_web.accounts.scope import scoped, system_scope
    from kumihimo_web.accounts.services import add_organisation, add_user
    from kumihimo_web.firms.services import load

    # Files that are sent lie there, not in the folder of a developer's own demo.
    monkeypatch.setenv("KUMIHIMO_DATA", str(tmp_path / "data"))
    made: dict[str, Any] = {}
    network, other = Network.objects.create(name="試験網"), Network.objects.create(name="よその網")
    with scoped(system_scope(network.pk)):
        load(small_network(OWN_FIRM, RIVAL_FIRM))
        for name, kind, firm, role in (
            ("coordinator", "coordinator", "", "coordinator"),
            ("factory", "firm", OWN_FIRM, "factory"),
            ("rival", "firm", RIVAL_FIRM, "factory"),
            ("assessor", "assessor", "", "assessor"),
            ("buyer", "buyer", "", "buyer"),
        ):
            organisation = add_organisation(network, kind=kind, name=f"{name}の組織", firm=firm)
            made[name] = add_user(organisation, username=name, password="a-long-password", role=role)
            if name == "coordinator":
                made["administrator"] = add_user(
                    organisation, username="administrator", password="a-long-password", role="administrator"
                )
    with scoped(system_scope(other.pk)):
        load(small_network(STRANGE_FIRM))
        organisation = add_organisation(other, kind="coordinator", name="よその組織")
        made["stranger"] = add_user(organisation, username="stranger", password="a-long-password", role="coordinator")
    return People(network=network, stranger_network=other, **made)


@pytest.fixture
def browser(people: People) -> Callable[[str], Any]:
    """Return a function: name of somebody -> a client that is logged in; empty = nobody."""
    from django.test import Client

    def login(name: str) -> Client:
        client = Client()
        if name:
            client.force_login(people.of(name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return login


@pytest.fixture
def as_user(people: People) -> Callable[[str], Any]:
    """Return a function that gives the scope of somebody, to be used in a `with`."""
    from kumihimo_web.accounts.scope import scoped

    return lambda name: scoped(people.of(name).scope())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Place]]:
    """Return a function that makes an empty place to run the application in."""
    made: list[Place] = []

    def make() -> Place:
        made.append(Place(tmp_path_factory.mktemp("data")))
        return made[-1]

    yield make
    for one in made:
        one.close()
