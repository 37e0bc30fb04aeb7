"""What a team's plan and the network's plan have in common: sites on the map, machines, free hours, due minutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, timezone

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.model import Network, Site
from kumihimo.model.calendar import DAY_MIN
from kumihimo.planning import PlanCalendar, PlanSite, Resource
from kumihimo.proposal.site_load import LoadBook

JST = timezone(timedelta(hours=9))


def plan_start(day: date) -> datetime:
    """Return minute 0 of a plan that begins on `day`: midnight in Japan."""
    return datetime.combine(day, time(0), JST)


def due_minute(due: date, start: date) -> int:
    """Return the minute until which goods due on a day may arrive: midnight, so that "late" means a later date."""
    return ((due - start).days + 1) * DAY_MIN


def position(network: Network, site: Site) -> tuple[float, float]:
    """Return latitude and longitude of a site, of its town hall where none was given.

    Raises
    ------
    InputError
        Neither coordinates nor a known municipality.
    """
    if site.lat is not None and site.lon is not None:
        return site.lat, site.lon
    town = terms.municipalities().get(site.municipality)
    if town is None:
        raise InputError(
            f"拠点 {site.id}: 市区町村コード「{site.municipality}」が不明で座標もないため、輸送を計算できません。"
            "ネットワークの市区町村を直してください。",
            f"site {site.id}: municipality {site.municipality!r} is unknown and there are no coordinates, so transport "
            "cannot be worked out; mend the municipality in the network.",
        )
    return town.lat, town.lon


def site_points(network: Network, sites: Iterable[str]) -> dict[str, tuple[float, float]]:
    """Return the positions of sites by id, each once."""
    return {site: position(network, network.site(site)) for site in dict.fromkeys(sites)}


def plan_sites(points: Mapping[str, tuple[float, float]]) -> tuple[PlanSite, ...]:
    """Return positions as sites of a planning problem."""
    return tuple(PlanSite(id=name, lat=lat, lon=lon) for name, (lat, lon) in points.items())


def machine_id(site: str, process: str) -> str:
    """Return the id of what a site has for a process; its calendar has the same."""
    return f"{site}/{process}"


def free_calendars(machines: Iterable[tuple[str, str]], book: LoadBook) -> tuple[PlanCalendar, ...]:
    """Return the free hours of (site, process) pairs."""
    return tuple(PlanCalendar(id=machine_id(*machine), open=book.load(*machine).open) for machine in machines)


def resources_of(machines: Iterable[tuple[str, str]]) -> tuple[Resource, ...]:
    """Return (site, process) pairs as resources of a planning problem."""
    return tuple(
        Resource(id=machine_id(site, process), site=site, calendar=machine_id(site, process))
        for site, process in machines
    )
