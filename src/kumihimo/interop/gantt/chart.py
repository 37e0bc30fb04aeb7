"""What a Gantt chart shows, before it is drawn: rows, bars, closed time, due marks; times in minutes of the plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Span = tuple[int, int]
PLOT_PX = 1000
"""Width of a plot that fits on a screen or a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GanttOptions:
    """What to show.

    Attributes
    ----------
    by
        One row for each resource, or for each order.
    low, high
        Window in minutes; None = as far as there is work.
    only
        Orders to show; the others stay as pale context. Empty = all.
    rows
        Most rows; of more, the busiest resources or the latest orders are chosen.
    width
        Pixels of the plot, without the labels; density is judged by it.
    """

    by: Literal["resource", "order"] = "resource"
    low: int | None = None
    high: int | None = None
    only: tuple[str, ...] = ()
    rows: int = 60
    width: int = PLOT_PX
    lang: str = "ja"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One step, or one run of a batch plant.

    Attributes
    ----------
    lane
        Line within the row, from 0.
    tint
        Index of a colour pair; -1 = pale context.
    work
        Open spans within [start, end) in which the work is done; empty = all of it.
    title
        Everything about it, several lines.
    """

    start: int
    end: int
    lane: int
    label: str
    title: str
    tint: int
    is_late: bool = False
    is_frozen: bool = False
    work: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How busy a resource is in a span of time: `share` of its open capacity, None where it is closed throughout."""

    start: int
    end: int
    share: float | None
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A truck between two bars of a row, or from the last one to the customer."""

    start: int
    end: int
    lane_from: int
    lane_to: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A due date; `until` is the completion of the late order, None when it is on time."""

    minute: int
    title: str
    is_late: bool
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the chart; either `bars` or `loads` are filled."""

    label: str
    note: str
    lanes: int
    bars: tuple[Bar, ...] = ()
    loads: tuple[Load, ...] = ()
    links: tuple[Link, ...] = ()
    marks: tuple[Mark, ...] = ()
    closed: tuple[Span, ...] = ()
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A whole chart.

    Attributes
    ----------
    low, high
        The window.
    width
        Pixels of the plot.
    has_dates
        False for problems that know no dates (published shops): the axis counts minutes.
    dues
        Due marks of the line above the rows.
    left_out
        One sentence for everything that is not shown.
    """

    title: str
    start: datetime
    low: int
    high: int
    width: int
    has_dates: bool
    by: Literal["resource", "order"]
    lang: str
    rows: tuple[Row, ...]
    dues: tuple[Mark, ...] = ()
    left_out: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = field(default=())
