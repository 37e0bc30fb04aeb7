"""A chart as one HTML page: nothing is loaded from elsewhere, and it can be read on a telephone and printed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from kumihimo import __version__
from kumihimo.intake import without_controls
from kumihimo.interop.gantt.chart import PLOT_PX, Chart
from kumihimo.interop.gantt.svg import (
    AXIS_PX,
    LABEL_PX,
    axis_height,
    axis_svg,
    legend,
    patterns_svg,
    row_boxes,
    rows_svg,
)

if TYPE_CHECKING:
    from jinja2 import Environment

_DAY_PX = 150
_WIDEST_PX = 6000
_A4_ACROSS_PX = 1040
"""Pixels of a landscape A4 page between its margins, at 96 to the inch."""


def chart_html(
    chart: Chart,
    late: Sequence[tuple[str, str, str]] = (),
    unplanned: Sequence[tuple[str, str]] = (),
    *,
    printed: Chart | None = None,
) -> str:
    """Return the page.

    Parameters
    ----------
    late
        (order, how late, causes in words) of late orders, listed under the chart.
    unplanned
        (order, reasons in words) of orders without a place.
    printed
        The same chart, narrow enough for paper, where `chart` is wide and meant to be scrolled.
    """
    from markupsafe import Markup

    style, script = _asset("gantt.css"), _asset("gantt.js")
    is_english = chart.lang == "en"
    return (
        _environment()
        .get_template("gantt.html.j2")
        .render(
            chart=chart,
            drawn=_drawn(chart),
            paper=_drawn(printed if printed is not None else chart),
            is_twice=printed is not None,
            label_px=LABEL_PX,
            tick_px=AXIS_PX,
            patterns=Markup(patterns_svg()),
            legend=[(Markup(swatch), words) for swatch, words in legend(chart)],
            late=late,
            unplanned=unplanned,
            style=Markup(style),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            version=__version__,
            t=lambda ja, en: en if is_english else ja,
        )
    )


def wide_enough(chart: Chart) -> int:
    """Return the width at which a day has room for names, for a plot that may be scrolled."""
    return min(_WIDEST_PX, max(PLOT_PX, (chart.high - chart.low) * _DAY_PX // 1440))


def _drawn(chart: Chart) -> dict[str, Any]:
    from markupsafe import Markup

    boxes = row_boxes(chart)
    return {
        "chart": chart,
        "rows": list(zip(chart.rows, boxes, strict=True)),
        "rows_px": boxes[-1].top + boxes[-1].height,
        "axis_px": axis_height(chart),
        "zoom": round(min(1.0, _A4_ACROSS_PX / (chart.width + LABEL_PX)), 3),
        # Drawn by us, every text in it escaped.
        "axis": Markup(axis_svg(chart)),
        "plot": Markup(rows_svg(chart, is_focusable=False)),
    }


def _asset(name: str) -> str:
    return files("kumihimo.interop.gantt").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("kumihimo.interop.gantt"),
        autoescape=True,
        undefined=StrictUndefined,
        # Markup keeps its type: only plain text comes from outside.
        finalize=lambda value: _shown(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(text: str) -> str:
    return without_controls(text).encode("utf-8", "replace").decode()
