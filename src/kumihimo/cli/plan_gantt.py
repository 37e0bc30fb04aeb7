"""`kumihimo plan gantt`: draw a plan as SVG, PNG or one HTML page."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kumihimo.cli.console import JsonOption, Lang, LangOption, print_json, say, user_errors
from kumihimo.cli.plan_files import PlanArgument, ProblemArgument, check_out, read_pair, write_whole
from kumihimo.errors import InputError

if TYPE_CHECKING:
    from datetime import datetime

    from kumihimo.interop.gantt import Chart
    from kumihimo.planning import Late, Plan

KINDS = (".svg", ".png", ".html")
LISTED = 100
CAUSES_LISTED = 3


class By(StrEnum):
    """What the rows of the chart are."""

    RESOURCE = "resource"
    ORDER = "order"


def gantt(
    problem: ProblemArgument,
    plan: PlanArgument,
    out: Annotated[Path, typer.Option(metavar="FILE", help="図の書き込み先 .svg .png .html / picture file")],
    by: Annotated[By, typer.Option(help="行: 設備別か注文別 / rows")] = By.RESOURCE,
    low: Annotated[str | None, typer.Option("--from", metavar="TIME", help="ここから（分か日時）/ from")] = None,
    high: Annotated[str | None, typer.Option("--to", metavar="TIME", help="ここまで（分か日時）/ to")] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="ORDER", help="この注文だけ（繰り返し可）/ only this order (repeatable)")
    ] = None,
    rows: Annotated[int, typer.Option(min=1, max=400, help="行数の上限 / most rows")] = 60,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """計画をガントチャートに描きます / draw a plan as a Gantt chart."""
    from kumihimo.interop.gantt import GanttOptions, build_chart, wide_enough

    with user_errors(lang):
        kind = out.suffix.lower()
        if kind not in KINDS:
            raise InputError(
                f"{out}: 図の種類が分かりません。.svg、.png、.html のどれかの名前にしてください。",
                f"{out}: unknown kind of picture; name it .svg, .png or .html.",
            )
        check_out(out, problem, plan)
        asked, made = read_pair(problem, plan, lang)
        options = GanttOptions(
            by="order" if by is By.ORDER else "resource",
            low=time_of(low, asked.start, "--from"),
            high=time_of(high, asked.start, "--to"),
            only=tuple(only or ()),
            rows=rows,
            lang=lang.value,
        )
        chart = build_chart(asked, made, options, plan.stem)
        wide = chart
        if kind == ".html" and (width := wide_enough(chart)) > chart.width:
            # A page can be scrolled: days as wide as their names, over the same window; paper keeps the narrow one.
            wide = build_chart(asked, made, replace(options, low=chart.low, high=chart.high, width=width), plan.stem)
        write_whole(_drawn(wide, chart, made, kind, lang), out)
    if as_json:
        shown = {"rows": len(chart.rows), "from": chart.low, "to": chart.high, "left_out": chart.left_out}
        print_json({"file": str(out), **shown})
        return
    say(f"{'Written to' if lang == 'en' else '書き込み先'}: {out}")
    for sentence in chart.left_out:
        say(f"  {sentence}")


def time_of(text: str | None, start: datetime, option: str) -> int | None:
    """Return the minute that an option means; None when it was not given.

    Raises
    ------
    InputError
        It is neither a number of minutes nor a moment.
    """
    from kumihimo.interop.plan_events import minute_of

    if text is None:
        return None
    minute = minute_of(text, start)
    if minute is None:
        raise InputError(
            f"{option}: 「{text}」は時刻として読めません。"
            "開始からの分（4320）か日時（2026-12-03T08:00+09:00）で書いてください。",
            f"{option}: '{text}' is no time; write minutes from the start (4320) or a moment (2026-12-03T08:00+09:00).",
        )
    return minute


def _drawn(wide: Chart, chart: Chart, plan: Plan, kind: str, lang: str) -> bytes:
    from kumihimo.interop.gantt import chart_html, chart_png, chart_svg

    if kind == ".png":
        return chart_png(chart)
    if kind == ".svg":
        return chart_svg(chart).encode()
    from kumihimo.interop.plan_words import short_span, why_text

    stop = "; " if lang == "en" else "、"
    late = [
        (late.order, short_span(late.late_min, lang), stop.join(_worst_causes(late, lang)))
        for late in sorted(plan.late, key=lambda late: -late.late_min)[:LISTED]
    ]
    unplanned = [(u.order, stop.join(why_text(why, lang) for why in u.why)) for u in plan.unplanned[:LISTED]]
    return chart_html(wide, late, unplanned, printed=None if wide is chart else chart).encode()


def _worst_causes(late: Late, lang: str) -> list[str]:
    """Return the causes that took most of the time; `explain` tells them all."""
    from kumihimo.interop.plan_words import cause_sentence, short_span

    causes = sorted(late.causes, key=lambda cause: -cause.minutes)
    words = [cause_sentence(cause, lang) for cause in causes[:CAUSES_LISTED]]
    rest = causes[CAUSES_LISTED:]
    if rest:
        span = short_span(sum(cause.minutes for cause in rest), lang)
        words.append(f"{len(rest)} more, {span}" if lang == "en" else f"ほか{len(rest)}件で {span}")
    return words
