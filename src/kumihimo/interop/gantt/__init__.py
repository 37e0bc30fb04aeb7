"""Gantt charts of a plan as SVG, PNG or one HTML page, drawn by a little code of our own."""

from kumihimo.interop.gantt.build import build_chart
from kumihimo.interop.gantt.chart import Chart, GanttOptions
from kumihimo.interop.gantt.page import chart_html, wide_enough
from kumihimo.interop.gantt.png import chart_png
from kumihimo.interop.gantt.svg import chart_svg

__all__ = ["Chart", "GanttOptions", "build_chart", "chart_html", "chart_png", "chart_svg", "wide_enough"]
