"""Work-minute arithmetic against a minute-by-minute count."""

from __future__ import annotations

from datetime import datetime
from random import Random

from kumihimo.planning.calendar import NEVER, WorkCalendar, open_intervals, open_table, week_phase
from kumihimo.planning.problem import PlanCalendar
from kumihimo.planning.verify_arithmetic import OpenTime


def test_phase_is_the_local_minute_of_the_week() -> None:
    assert week_phase(datetime.fromisoformat("2026-11-30T00:00:00+09:00")) == 0
    assert week_phase(datetime.fromisoformat("2026-12-01T08:30:00+09:00")) == 1440 + 510
    assert week_phase(datetime.fromisoformat("2026-11-29T23:59:00+00:00")) == 10079


def _random_calendar(random: Random) -> PlanCalendar:
    def some(count: int, highest: int) -> tuple[tuple[int, int], ...]:
        starts = [random.randint(0, highest) for _ in range(count)]
        return tuple((a, a + random.randint(1, 3000)) for a in starts)

    return PlanCalendar(id="c", weekly=some(3, 10079), closed=some(2, 20000), open=some(2, 20000))


def _is_open(calendar: PlanCalendar, phase: int, minute: int) -> bool:
    """Say from the words of the format whether a minute is open."""
    if any(a <= minute < b for a, b in calendar.open):
        return True
    if any(a <= minute < b for a, b in calendar.closed):
        return False
    of_week = (minute + phase) % 10080
    return any(a <= of_week < b or a <= of_week + 10080 < b for a, b in calendar.weekly)


def test_against_a_count_of_minutes() -> None:
    random = Random(11)
    for _ in range(15):
        calendar = _random_calendar(random)
        phase = random.randint(0, 10079)
        low, high = -200, 23000
        work = WorkCalendar(open_intervals(calendar, phase, low, high))
        other = OpenTime(calendar, -phase, low, high)
        truth = [_is_open(calendar, phase, minute) for minute in range(low, high)]
        for _ in range(60):
            minute = random.randint(low, high - 1)
            assert work.is_open(minute) == truth[minute - low] == other.at(minute)
            later = random.randint(minute, high)
            count = sum(truth[minute - low : later - low])
            assert work.work_between(minute, later) == count == other.work(minute, later)
            if count:
                end = work.finish(minute, count)
                assert end <= later
                assert truth[end - 1 - low]
                assert sum(truth[minute - low : end - low]) == count


def test_many_calendars_at_once_are_those_of_each() -> None:
    random = Random(5)
    nothing, always = PlanCalendar(id="n"), PlanCalendar(id="a", weekly=((0, 10080),))
    calendars = [nothing, *(_random_calendar(random) for _ in range(5)), nothing, always, nothing]
    first, starts, ends = open_table(calendars, 700, -200, 23000)
    rows = list(zip(starts.tolist(), ends.tolist(), strict=True))
    for at, calendar in enumerate(calendars):
        assert rows[first[at] : first[at + 1]] == open_intervals(calendar, 700, -200, 23000)
    assert rows[first[7] : first[8]] == [(-200, 23000)]
    assert [len(column) for column in open_table([], 0, 0, 10)] == [1, 0, 0]


def test_a_calendar_that_closes_for_good() -> None:
    work = WorkCalendar([(10, 20)])
    assert work.next_open(5) == 10
    assert work.next_open(20) == NEVER
    assert work.finish(10, 10) == 20
    assert work.finish(10, 11) == NEVER
    assert WorkCalendar.always().finish(-7, 5) == -2
