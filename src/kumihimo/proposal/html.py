"""A proposal as one self-contained HTML page, and a page that lists several proposals. No script, nothing loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kumihimo import __version__
from kumihimo.intake import without_controls
from kumihimo.matching.labels import day_ja
from kumihimo.proposal.proposal import Proposal, TeamAnswer
from kumihimo.proposal.to_json import proposal_to_json
from kumihimo.proposal.understood import day_en

if TYPE_CHECKING:
    from jinja2 import Environment, Template

TICKS = 6
NOON = 12


def proposal_html(proposal: Proposal, *, lang: str = "ja", back: str = "") -> str:
    """Return the page of one proposal.

    Parameters
    ----------
    lang
        ``"ja"`` or ``"en"``.
    back
        Relative address of the list of proposals; empty when there is none.
    """
    value = proposal_to_json(proposal)
    for team, shown in zip(proposal.teams, value["teams"], strict=True):
        _dates_of(team, shown)
        shown.update(_chart(team, proposal.due, lang))
    value["today"], value["due"] = proposal.today, proposal.due
    return _template("proposal.html.j2").render(
        p=value, marked=marked_pieces(proposal.inquiry), back=back, **_words(lang)
    )


def index_html(rows: Sequence[tuple[str, Proposal]], *, lang: str = "ja") -> str:
    """Return the page that lists proposals; `rows` holds the file name of each page and its proposal."""
    # A file name is no address: `javascript:x.html` or `50%#2.html` must lead to the file of that name.
    links = [(f"./{quote(name)}", proposal) for name, proposal in rows]
    return _template("index.html.j2").render(rows=links, **_words(lang))


def marked_pieces(inquiry: Mapping[str, Any]) -> list[dict[str, str]]:
    """Cut the text of an inquiry at the words that were read.

    Returns
    -------
    list of dict
        ``text`` of each piece and ``field``, the name of what was read there (empty for the rest).
    """
    text: str = inquiry["text"]
    pieces: list[dict[str, str]] = []
    at = 0
    for item in sorted(inquiry["fields"], key=lambda field: (field["start"], -field["end"])):
        start, end = item["start"], item["end"]
        if start < at or end <= start or end > len(text):
            continue
        if at < start:
            pieces.append({"text": text[at:start], "field": ""})
        pieces.append({"text": text[start:end], "field": item["field"]})
        at = end
    if at < len(text):
        pieces.append({"text": text[at:], "field": ""})
    return pieces


def moment_text(moment: datetime | None, lang: str) -> str:
    """Return ``12月4日(金) 午後``, or ``2026-12-04 p.m.`` in English; a dash for None.

    The plan counts minutes; an estimate of theirs is worth half a day, so no more is shown.
    """
    if moment is None:
        return "—"
    if lang == "en":
        return f"{moment.date().isoformat()} {'a.m.' if moment.hour < NOON else 'p.m.'}"
    return f"{day_ja(moment.date()).partition('年')[2]} {'午前' if moment.hour < NOON else '午後'}"


def yen_text(amount: int, lang: str) -> str:
    """Return ``1,234 円`` or ``JPY 1,234``."""
    return f"JPY {amount:,}" if lang == "en" else f"{amount:,} 円"


def _words(lang: str) -> dict[str, Any]:
    from markupsafe import Markup

    english = lang == "en"
    style = files("kumihimo.proposal").joinpath("templates", "proposal.css").read_text(encoding="utf-8")
    return {
        "lang": lang,
        "version": __version__,
        # Our own file, and inside <style> nothing is unescaped: with &#34; and &gt; its rules would not count.
        "style": Markup(style),
        "t": lambda ja, en: en if english else ja,
        "day": lambda day: day_en(day) if english else day_ja(day),
        "moment": lambda moment: moment_text(moment, lang),
        "yen": lambda amount: yen_text(amount, lang),
    }


def _dates_of(team: TeamAnswer, shown: dict[str, Any]) -> None:
    """Put dates back where JSON has text: the template writes them in the reader's language."""
    shown["start"], shown["finish"] = team.start, team.finish
    for row, step in zip(shown["steps"], team.steps, strict=True):
        row["start"], row["end"] = step.start, step.end
    for row, leg in zip(shown["legs"], team.legs, strict=True):
        row["start"], row["end"] = leg.start, leg.end


def _chart(team: TeamAnswer, due: date | None, lang: str) -> dict[str, Any]:
    """Return bars, ticks and the due mark in percent of the chart's width."""
    spans = [
        (item.label_en if lang == "en" else item.label, item.start, item.end, "work")
        for item in team.steps
        if item.start and item.end
    ]
    spans += [
        (f"{leg.origin} → {leg.destination_en if lang == 'en' else leg.destination}", leg.start, leg.end, "truck")
        for leg in team.legs
    ]
    if not spans:
        return {"bars": [], "ticks": [], "due_left": None}
    spans.sort(key=lambda span: (span[1], span[2]))
    first = min(span[1] for span in spans).date()
    last = max([span[2].date() for span in spans] + ([due] if due else [])) + timedelta(days=1)
    whole = max(1, (last - first).days)
    zero = datetime.combine(first, datetime.min.time(), spans[0][1].tzinfo)

    def left(moment: datetime) -> float:
        return round((moment - zero).total_seconds() / 86400 / whole * 100, 3)

    every = max(1, -(-whole // TICKS))
    days = [first + timedelta(days=index) for index in range(0, whole, every)]
    return {
        "bars": [
            {"label": label, "left": left(start), "width": round(left(end) - left(start), 3), "kind": kind}
            for label, start, end, kind in spans
        ],
        "ticks": [
            {"left": round((day - first).days / whole * 100, 3), "text": f"{day.month}/{day.day}"} for day in days
        ],
        "due_left": None if due is None or due < first else round(((due - first).days + 0.7) / whole * 100, 3),
    }


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("kumihimo.proposal", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        # Markup keeps its type: only plain text comes from outside.
        finalize=lambda value: without_controls(value) if type(value) is str else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> Template:
    return _environment().get_template(name)
