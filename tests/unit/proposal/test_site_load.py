"""Free hours of a site: its calendar less what is booked, and what happens when nobody knows."""

from __future__ import annotations

from datetime import date

from kumihimo.model import Capacity, Firm, Network, Site
from kumihimo.proposal.site_load import LoadBook

MONDAY = date(2026, 11, 30)


def book(*capacities: Capacity) -> LoadBook:
    network = Network(
        firms=(Firm(id="f", name="架空"),),
        sites=(Site(id="s", firm="f", municipality="202061"),),
        capacities=capacities,
    )
    return LoadBook(network=network, today=MONDAY, days=7, unknown_load=0.5)


def row(week: str, available: float, booked: float, *, process: str = "", asked: date = MONDAY) -> Capacity:
    return Capacity(
        id=f"{week}{process}",
        site="s",
        process=process,
        week=week,
        hours_available=available,
        hours_booked=booked,
        asked_on=asked,
    )


def test_booked_share_goes_from_the_start_of_the_day() -> None:
    load = book(row("2026-W49", 40, 20)).load("s", "mach.mill5")
    # Eight hours 8-12 and 13-17, half of them booked: the afternoon is free.
    assert load.open[0] == (780, 1020)
    assert load.minutes_a_week == 5 * 240
    assert load.known


def test_no_answer_is_unknown_and_takes_the_stated_share() -> None:
    load = book().load("s", "mach.mill5")
    assert not load.known
    assert load.load == 0.5
    assert load.open[0] == (780, 1020)


def test_an_old_answer_is_no_answer() -> None:
    assert not book(row("2026-W49", 40, 0, asked=date(2026, 11, 1))).load("s", "mach.mill5").known


def test_an_answer_for_the_process_wins_over_the_site() -> None:
    load = book(row("2026-W49", 40, 40), row("2026-W49", 40, 0, process="mach.mill5"))
    assert load.load("s", "mach.mill5").minutes_a_week == 5 * 480
    assert load.load("s", "grind.cyl").minutes_a_week == 0


def test_a_full_week_is_closed() -> None:
    assert book(row("2026-W49", 40, 44)).load("s", "mach.mill5").open == ()
