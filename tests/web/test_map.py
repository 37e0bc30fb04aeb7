"""拠点マップ: where firms are, how much room they have, what travels; an unknown answer is never none."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db.models import F
from django.utils import timezone

from kumihimo.model import Capability, Capacity, Firm, FirmStatus, Network, Site
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.firms import queries, services, spread
from kumihimo_web.firms.load_level import BOOKED_SHARE, LoadLevel, iso_week, level_of_hours
from kumihimo_web.plans import lanes
from kumihimo_web.plans.models import PlanMachine, PlanStep, Version
from kumihimo_web.plans.queries import current

from .booked import MILL, OWN, OWN_MILL, RIVAL, book, first
from .conftest import OWN_FIRM, RIVAL_FIRM, People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]
NAGANO, AICHI = "20", "23"


@pytest.fixture
def more_firms(people: People) -> None:
    """Add a firm of two towns that alone grinds, one in Aichi that mills, and one that pauses."""
    extra = Network(
        name="試験網",
        synthetic=True,
        firms=(
            Firm(id="F3", name="合成研削", synthetic=True),
            Firm(id="F4", name="合成愛知", synthetic=True),
            Firm(id="F5", name="合成休止", status=FirmStatus.PAUSED, synthetic=True),
        ),
        sites=(
            Site(id="F3-A", firm="F3", municipality="202061"),
            Site(id="F3-B", firm="F3", municipality="202011"),
            Site(id="F4-A", firm="F4", municipality="231002"),
            Site(id="F5-A", firm="F5", municipality="231002"),
        ),
        capabilities=(
            Capability(id="F3-K", site="F3-A", process="mach.bore", material_family="aluminium"),
            Capability(id="F4-K", site="F4-A", process=MILL, material_family="aluminium"),
            Capability(id="F5-K", site="F5-A", process="mach.bore", material_family="aluminium"),
            Capability(id="F5-L", site="F5-A", process="mach.gundrill", material_family="aluminium"),
        ),
    )
    with scoped(system_scope(people.network.pk)):
        for table in ("firms", "sites", "capabilities"):
            for noun in getattr(extra, table):
                firm = noun.id if table == "firms" else noun.id.partition("-")[0]
                services.add(table, noun, firm)


def say(people: People, site: str, level: LoadLevel, day: date | None = None) -> None:
    with scoped(system_scope(people.network.pk)):
        services.declare_load(site, iso_week(timezone.localdate()), level, today=day or timezone.localdate())


def page(browser: Browser, who: str, **asked: str) -> str:
    return str(browser(who).get("/map/", asked).content.decode())


def shown(text: str) -> Any:
    return json.loads(text.partition('id="map-data" type="application/json">')[2].partition("</script>")[0])


def shade(text: str, code: str) -> str:
    return next(str(one["shade"]) for one in shown(text)["prefectures"] if one["code"] == code)


def test_levels_are_the_nearest_answer_at_every_share() -> None:
    # Never just between two answers.
    for booked in (percent + 0.25 for percent in range(131)):
        nearest = min(LoadLevel, key=lambda level: abs(BOOKED_SHARE[level] - min(1.0, booked / 100)))
        assert level_of_hours(100.0, booked) == nearest, booked
    assert level_of_hours(0.0, 0.0) == LoadLevel.FULL


def test_firms_that_take_part_are_counted_once_in_each_prefecture(more_firms: None, as_user: Doing) -> None:
    with as_user("coordinator"):
        found = spread.by_prefecture(timezone.localdate())
        assert {code: one.firms for code, one in found.items()} == {NAGANO: 3, AICHI: 1}
        assert found[AICHI].only == "F4"
        milling = spread.by_prefecture(timezone.localdate(), MILL)
        assert {code: one.firms for code, one in milling.items()} == {NAGANO: 2, AICHI: 1}


def test_unknown_is_not_without_room(people: People, more_firms: None, browser: Browser) -> None:
    say(people, OWN, LoadLevel.FULL)
    text = page(browser, "coordinator", colour="room")
    assert (shade(text, NAGANO), shade(text, AICHI), shade(text, "01")) == ("none", "unknown", "0")
    say(people, "F4-A", LoadLevel.FREE, timezone.localdate() - timedelta(days=15))
    assert shade(page(browser, "coordinator", colour="room"), AICHI) == "unknown"
    say(people, "F4-A", LoadLevel.FREE)
    assert shade(page(browser, "coordinator", colour="room"), AICHI) == "4"
    say(people, RIVAL, LoadLevel.FREE)
    # One of two that answered; the third is not taken for one without room.
    assert shade(page(browser, "coordinator", colour="room"), NAGANO) == "3"


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        (LoadLevel.FULL, LoadLevel.FREE, LoadLevel.FREE),
        (LoadLevel.FULL, LoadLevel.USUAL, LoadLevel.USUAL),
        (LoadLevel.FREE, None, LoadLevel.FREE),
        (LoadLevel.FULL, None, None),
        (LoadLevel.USUAL, None, None),
    ],
)
def test_a_firm_of_several_sites(
    one: LoadLevel,
    other: LoadLevel | None,
    together: LoadLevel | None,
    people: People,
    more_firms: None,
    as_user: Doing,
) -> None:
    say(people, "F3-A", one)
    if other is not None:
        say(people, "F3-B", other)
    with as_user("coordinator"):
        here = spread.by_prefecture(timezone.localdate())[NAGANO]
    assert +here.loads == ({None: 3} if together is None else {None: 2, together: 1})


def test_an_answer_for_the_process_itself_counts_more(people: People, as_user: Doing) -> None:
    say(people, OWN, LoadLevel.FULL)
    today = timezone.localdate()
    own = Capacity(
        id="C-1", site=OWN, process=MILL, week=iso_week(today), hours_available=40, hours_booked=5, asked_on=today
    )
    with scoped(system_scope(people.network.pk)):
        services.add("capacities", own, OWN_FIRM)
    with as_user("coordinator"):
        assert spread.by_prefecture(today, MILL)[NAGANO].loads[LoadLevel.FREE] == 1
        assert spread.by_prefecture(today)[NAGANO].loads[LoadLevel.FULL] == 1


def test_only_firms_with_room(people: People, more_firms: None, browser: Browser, as_user: Doing) -> None:
    assert "今週「空きあり」と答えた企業はありません" in page(browser, "coordinator", free="1")
    say(people, OWN, LoadLevel.FREE)
    say(people, RIVAL, LoadLevel.USUAL)
    text = page(browser, "coordinator", free="1", process=MILL)
    found = {one["code"]: one for one in shown(text)["prefectures"]}
    assert (found[NAGANO]["shade"], found[AICHI]["shade"]) == ("4", "0")
    assert "ふつう" not in text.partition("<thead>")[2].partition("</thead>")[0]
    # The list behind the link has as many firms as the map says.
    assert "load=free" in found[NAGANO]["url"]
    listed = browser("coordinator").get(found[NAGANO]["url"]).content.decode()
    assert f"合成{OWN_FIRM}製作所" in listed
    assert f"合成{RIVAL_FIRM}製作所" not in listed
    with as_user("assessor"):
        assert queries.search(load="free").count() == 5


def test_an_assessor_sees_where_firms_are_and_nothing_of_their_room(
    people: People, more_firms: None, browser: Browser, as_user: Doing
) -> None:
    with as_user("coordinator"):
        first(book(people))
    say(people, OWN, LoadLevel.FREE)
    text = page(browser, "assessor", colour="room", free="1", lane="20-23")
    assert shade(text, NAGANO) == "4"
    assert shown(text)["lanes"] == []
    for hidden in ("空きあり", "いっぱい", "不明", "余力", "輸送", "W-1", 'id="lanes"'):
        assert hidden not in text
    assert "空きあり" in page(browser, "coordinator")
    with as_user("assessor"):
        assert spread.by_prefecture(timezone.localdate())[NAGANO].loads == {None: 3}


def test_single_sources_name_the_firm_that_takes_part(more_firms: None, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        # The one that pauses does not count, neither as a second source nor as the only one.
        assert spread.sources() == {MILL: None, "mach.bore": "F3"}
    text = page(browser, "assessor")
    gaps = text.partition('id="gaps"')[2]
    assert "/firms/F3/" in gaps
    assert "合成休止" not in text
    assert "深穴加工" in gaps.partition("誰もできない工程")[2]
    milling = page(browser, "coordinator", process=MILL).partition('id="gaps"')[0]
    assert milling.count("この工程は県内に1社だけ") == 1
    assert "/firms/F4/" in milling


def test_another_network_is_never_counted(people: People, browser: Browser, as_user: Doing) -> None:
    with as_user("stranger"):
        assert spread.by_prefecture(timezone.localdate())[NAGANO].firms == 1
        assert spread.sources() == {MILL: "F9999"}


def test_without_a_plan_the_page_says_what_to_do(browser: Browser) -> None:
    assert "実行中の計画がまだありません" in page(browser, "coordinator")


def test_transports_between_prefectures(people: People, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        version: Version = first(book(people))
        near = lanes.transports(version)
        assert [leg.lane for leg in near] == [(NAGANO, NAGANO)] * 2
        assert lanes.lanes(near) == []
        assert "都道府県をまたぐ輸送はありません" in page(browser, "coordinator")
        PlanMachine.objects.filter(resource=OWN_MILL).update(municipality="231002")
        # What changes behind the back of the services is not seen before it is counted anew.
        cache.clear()
        found = current()
        assert found is not None
        assert dict(lanes.lanes(lanes.transports(found))) == {(AICHI, NAGANO): 1, (NAGANO, AICHI): 1}
        assert len(lanes.transports(found, MILL)) == 2
        assert lanes.transports(found, "mach.bore") == []
    text = page(browser, "coordinator", lane="23-20")
    assert {(one["from"], one["to"], one["n"]) for one in shown(text)["lanes"]} == {
        (AICHI, NAGANO, 1),
        (NAGANO, AICHI, 1),
    }
    chosen = text.partition('id="lane"')[2].partition("</table>")[0]
    assert f"合成{OWN_FIRM}製作所 → 合成{RIVAL_FIRM}製作所" in chosen
    assert "W-1" in chosen
    assert "W-2" not in chosen


def test_only_what_leaves_in_the_next_two_weeks(people: People, as_user: Doing) -> None:
    with as_user("coordinator"):
        version: Version = first(book(people))
        assert len(lanes.transports(version)) == 2
        later = 20 * 1440
        PlanStep.objects.update(start=F("start") + later, end=F("end") + later)
        assert lanes.transports(version) == []
        version.start -= timedelta(days=15)
        assert len(lanes.transports(version)) == 2
        version.start -= timedelta(days=30)
        assert lanes.transports(version) == []


@pytest.mark.parametrize("bad", ["'; DROP TABLE", "99-99", "-", "<script>"])
def test_whatever_is_asked_for_is_taken_for_all(bad: str, people: People, browser: Browser) -> None:
    answer = browser("coordinator").get("/map/", {"process": bad, "colour": bad, "lane": bad, "free": ""})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert (shade(text, NAGANO), shade(text, AICHI)) == ("4", "0")
    assert 'id="lane"' not in text
    assert "<script>" not in text
