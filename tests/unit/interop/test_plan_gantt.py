"""Gantt charts: what is chosen, what is drawn, what hostile names can do (nothing)."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from kumihimo.errors import InputError
from kumihimo.interop.gantt import GanttOptions, build_chart, chart_html, chart_png, chart_svg
from kumihimo.interop.gantt.axis import ticks
from kumihimo.logistics.transport import MatrixTransport
from kumihimo.planning.problem import Fixed, Mode, Objective, Order, PlanCalendar, PlanSite, Problem, Resource, Step
from kumihimo.planning.result import Cause, Late, Plan, PlannedStep, Unplanned, Why

START = datetime.fromisoformat("2026-12-01T00:00:00+09:00")  # a Tuesday
DAY = 1440


def step(name: str, resource: str, minutes: int, **more: object) -> Step:
    return Step(id=name, modes=(Mode(resource=resource, duration=minutes),), **more)  # type: ignore[arg-type]


def row(order: str, name: str, resource: str, start: int, end: int) -> PlannedStep:
    return PlannedStep(order=order, step=name, mode=0, resource=resource, start=start, end=end)


def problem(name: str = "o1") -> Problem:
    return Problem(
        start=START,
        horizon=30 * DAY,
        sites=(PlanSite(id="A"), PlanSite(id="B")),
        calendars=(PlanCalendar(id="day", weekly=tuple((d * DAY + 480, d * DAY + 1020) for d in range(5))),),
        resources=(
            Resource(id="mill", site="A", calendar="day"),
            Resource(id="oven", site="B", kind="batch", capacity=10),
        ),
        orders=(
            Order(
                id=name,
                due=1500,
                weight=2,
                ship_to="A",
                steps=(step("cut", "mill", 600), step("bake", "oven", 120, after=("cut",), family="x")),
            ),
            Order(
                id="o2",
                due=5 * DAY,
                steps=(
                    step("cut", "mill", 60, freeze="committed", fixed=Fixed(resource="mill", start=480, end=540)),
                    step("bake", "oven", 120, family="x"),
                ),
            ),
            Order(id="o3", steps=(step("cut", "mill", 60),)),
        ),
        transport=MatrixTransport(minutes={"A": {"B": 30}, "B": {"A": 30}}, jpy={"A": {"B": 1}, "B": {"A": 1}}),
        objective=Objective(jpy_per_weighted_late_min=1),
    )


def made(name: str = "o1") -> Plan:
    # cut: 480 minutes on Tuesday after o2's hour, the rest on Wednesday.
    return Plan(
        problem_sha256="",
        status="partial",
        objective=7,
        lower_bound=0,
        steps=(
            row(name, "cut", "mill", 540, DAY + 600),
            row(name, "bake", "oven", 2100, 2220),
            row("o2", "cut", "mill", 480, 540),
            row("o2", "bake", "oven", 2100, 2220),
        ),
        unplanned=(Unplanned(order="o3", why=(Why(code="NO_CAPACITY", text="無 / none"),)),),
        late=(Late(order=name, late_min=750, causes=(Cause(code="CLOSED", minutes=750),)),),
    )


def test_rows_of_resources_by_hand() -> None:
    chart = build_chart(problem(), made(), GanttOptions())
    mill, oven = chart.rows
    assert (mill.label, mill.note, mill.lanes) == ("mill", "A", 1)
    assert [(b.label, b.start, b.end, b.is_late, b.is_frozen) for b in mill.bars] == [
        ("o2", 480, 540, False, True),
        ("o1", 540, DAY + 600, True, False),
    ]
    # The long cut rests overnight.
    assert mill.bars[1].work == ((540, 1020), (DAY + 480, DAY + 600))
    assert (chart.low, chart.high) == (480, 2220)
    assert mill.closed == ((1020, DAY + 480),)
    # One run of the oven is one bar that names both orders.
    assert [(b.label, b.is_late) for b in oven.bars] == [("o1, o2 ×2", True)]
    assert "能力10" in oven.note
    assert [(m.minute, m.is_late) for m in chart.dues] == [(1500, True)]
    assert chart.left_out == ("計画できなかった注文 1件は図にありません。",)


def test_the_title_of_a_bar_tells_everything() -> None:
    chart = build_chart(problem(), made(), GanttOptions())
    title = chart.rows[0].bars[1].title
    assert title.split("\n") == [
        "注文 o1、工程 cut",
        "設備 mill（A）",
        "12月1日 9:00 → 12月2日 10:00",
        "作業 10時間、休み 15時間",
        "▲ 注文は納期 12月2日 1:00 に 12時間30分の遅れ",
    ]
    english = build_chart(problem(), made(), GanttOptions(lang="en"))
    assert "▲ order 12 h 30 min late, due 2026-12-02 1:00" in english.rows[0].bars[1].title


def test_rows_of_orders_worst_first_with_trucks_and_due_marks() -> None:
    chart = build_chart(problem(), made(), GanttOptions(by="order"))
    assert [r.label for r in chart.rows] == ["o1", "o2"]
    late, punctual = chart.rows
    (mark,) = late.marks
    assert (mark.minute, mark.is_late, mark.until) == (1500, True, 2250)
    assert [(link.start, link.end) for link in late.links] == [(DAY + 600, DAY + 630), (2220, 2250)]
    assert chart.high == 2250
    assert late.is_late
    assert "12時間30分の遅れ" in late.note
    assert not punctual.is_late


def test_only_some_orders_and_a_window() -> None:
    whole = build_chart(problem(), made(), GanttOptions(only=("o2",)))
    tints = {bar.label: bar.tint for row_ in whole.rows for bar in row_.bars}
    assert tints["o1"] == -1, "others are pale context"
    assert tints["o2"] >= 0
    part = build_chart(problem(), made(), GanttOptions(low=2050, high=3000))
    assert [r.label for r in part.rows] == ["oven"]
    assert (part.low, part.high) == (2050, 3000)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (GanttOptions(only=("nobody",)), "'nobody'"),
        (GanttOptions(low=500, high=400), "must be after"),
        (GanttOptions(low=20 * DAY, high=21 * DAY), "nothing is planned"),
        (GanttOptions(only=("o3",)), "nothing is planned"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence(options: GanttOptions, words: str) -> None:
    with pytest.raises(InputError, match=words):
        build_chart(problem(), made(), options)


def many(count: int, resources: int = 1) -> tuple[Problem, Plan]:
    """Return a plan in which each resource works 60 of 120 minutes, `count` times."""
    whole = problem()
    names = [f"r{at}" for at in range(resources)]
    orders, rows = [], []
    for name in names:
        for at in range(count):
            orders.append(Order(id=f"{name}-{at}", steps=(step("s", name, 60),)))
            rows.append(row(f"{name}-{at}", "s", name, 120 * at, 120 * at + 60))
    more = replace(whole, orders=tuple(orders), resources=tuple(Resource(id=name, site="A") for name in names))
    plan = replace(made(), steps=tuple(rows), late=(), unplanned=(), status="feasible")
    return more, plan


def test_crowded_rows_show_their_load() -> None:
    chart = build_chart(*many(400), GanttOptions())
    (crowded,) = chart.rows
    assert crowded.bars == ()
    assert {load.share for load in crowded.loads[:-1]} == {0.5}
    assert sum(1 for s in chart.left_out if "負荷率" in s) == 1
    near = build_chart(*many(400), GanttOptions(low=0, high=1200))
    assert len(near.rows[0].bars) == 10
    assert near.left_out == ()


def test_of_many_resources_the_busiest_are_shown_and_the_rest_is_told() -> None:
    whole, plan = many(3, resources=9)
    longer = replace(plan, steps=(*plan.steps[:-1], replace(plan.steps[-1], end=plan.steps[-1].end + 500)))
    chart = build_chart(whole, longer, GanttOptions(rows=4))
    assert len(chart.rows) == 4
    assert "r8" in {r.label for r in chart.rows}
    assert chart.left_out == ("仕事のある設備9台のうち、負荷の高い4台を示します。",)


def test_lanes_never_overlap() -> None:
    whole = replace(problem(), resources=(Resource(id="mill", site="A", capacity=3), problem().resources[1]))
    rows = tuple(row(f"x{at}", "s", "mill", at * 20, at * 20 + 60) for at in range(12))
    orders = tuple(Order(id=f"x{at}", steps=(step("s", "mill", 60),)) for at in range(12))
    chart = build_chart(replace(whole, orders=orders), replace(made(), steps=rows, late=()), GanttOptions())
    (mill,) = chart.rows
    assert mill.lanes == 3
    for lane in range(3):
        bars = sorted((b.start, b.end) for b in mill.bars if b.lane == lane)
        assert all(a[1] <= b[0] for a, b in pairwise(bars))


HOSTILE = '"><script>alert(1)</script>&\x1b[31m\u202e\ud800]]>'


@pytest.mark.parametrize("by", ["resource", "order"])
@pytest.mark.parametrize("lang", ["ja", "en"])
def test_names_cannot_leave_their_place(by: str, lang: str) -> None:
    options = GanttOptions(by=by, lang=lang)  # type: ignore[arg-type]
    chart = build_chart(problem(HOSTILE), made(HOSTILE), options, HOSTILE)
    svg = chart_svg(chart).encode()
    tree = ElementTree.fromstring(svg)
    tags = {element.tag.rpartition("}")[2] for element in tree.iter()}
    assert tags <= {"svg", "defs", "pattern", "path", "rect", "text", "g", "title", "style"}
    page = chart_html(chart, [(HOSTILE, HOSTILE, HOSTILE)], [(HOSTILE, HOSTILE)])
    page.encode()
    assert page.count("<script>") == 1
    assert "\x1b" not in page
    assert "\u202e" not in page


def test_every_bar_can_be_reached_and_read() -> None:
    chart = build_chart(problem(), made(), GanttOptions())
    tree = ElementTree.fromstring(chart_svg(chart))
    space = "{http://www.w3.org/2000/svg}"
    bars = [g for g in tree.iter(f"{space}g") if g.get("class") == "b"]
    assert len(bars) == 3
    for bar in bars:
        assert bar.get("tabindex") == "0"
        title = bar.find(f"{space}title")
        assert title is not None
        assert title.text


def test_the_page_loads_nothing_and_runs_only_its_own_script() -> None:
    page = chart_html(build_chart(problem(), made(), GanttOptions()))
    assert not re.search(r"(?:src|href)\s*=|url\((?!#)|@import|https?://", page)
    script = re.search(r"<script>(.*)</script>", page, re.DOTALL)
    assert script is not None
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in page
    assert "default-src 'none'" in page
    assert 'lang="ja"' in page


def test_png_is_a_picture_and_the_same_each_time() -> None:
    chart = build_chart(problem(), made(), GanttOptions())
    picture = chart_png(chart)
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
    assert width > 1500
    assert 200 < height < width
    assert picture == chart_png(chart)


@pytest.mark.parametrize("span", [1, 40, 600, DAY, 3 * DAY, 30 * DAY, 200 * DAY, 10 * 365 * DAY, 10**9])
@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("has_dates", [True, False])
def test_ticks_at_every_scale(span: int, lang: str, has_dates: bool) -> None:
    found = ticks(START, 100, 100 + span, 1000 / span, has_dates=has_dates, lang=lang)
    assert 1 <= len(found) <= 120
    assert all(100 <= tick.minute <= 100 + span for tick in found)
    minor = [t.minute for t in found if not t.is_major]
    assert minor == sorted(set(minor))


def test_days_stand_at_midnight_of_the_plan_and_not_of_the_world() -> None:
    found = ticks(START, 0, 3 * DAY, 1000 / (3 * DAY), has_dates=True, lang="ja")
    assert [(t.minute, t.text) for t in found if t.is_major] == [
        (0, "12月1日(火)"),
        (DAY, "12月2日(水)"),
        (2 * DAY, "12月3日(木)"),
    ]
    assert (720, "12:00") in [(t.minute, t.text) for t in found]


def test_a_published_shop_counts_minutes() -> None:
    whole = problem()
    shop = replace(
        whole,
        calendars=(),
        resources=tuple(replace(r, calendar=None) for r in whole.resources),
        objective=Objective(makespan=True),
    )
    chart = build_chart(shop, replace(made(), late=()), GanttOptions(lang="en"))
    assert not chart.has_dates
    assert ("Objective", "7 min") in chart.facts
    assert "12月" not in chart_svg(chart)
    assert "minute 540" in chart.rows[0].bars[1].title


@pytest.mark.parametrize("far", [10**12, -(10**12), 40 * 365 * DAY])
def test_a_step_at_the_end_of_time_is_drawn_and_nothing_hangs(far: int) -> None:
    whole, plan = many(200)
    resources = tuple(replace(r, calendar="day") for r in whole.resources)
    rows = (*plan.steps, replace(plan.steps[0], order="far", start=far, end=far + 60))
    far_order = Order(id="far", due=far, steps=(step("s", "r0", 60),))
    more = replace(whole, resources=resources, orders=(*whole.orders, far_order))
    for by in ("resource", "order"):
        chart = build_chart(more, replace(plan, steps=rows), GanttOptions(by=by))  # type: ignore[arg-type]
        ElementTree.fromstring(chart_svg(chart))
        assert sum(len(r.loads) + len(r.bars) for r in chart.rows) < 1000
