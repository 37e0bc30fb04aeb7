"""A proposal as a PDF that a coordinator sends on, set with Typst and the Japanese fonts of a package."""

from __future__ import annotations

import json
from importlib.resources import files

from kumihimo import __version__
from kumihimo.matching.labels import day_ja
from kumihimo.paper.typesetting import FONT_FAMILY, compile_pdf
from kumihimo.proposal.html import moment_text
from kumihimo.proposal.proposal import Proposal, TeamAnswer
from kumihimo.proposal.to_json import proposal_to_json
from kumihimo.proposal.understood import day_en


def proposal_pdf(proposal: Proposal, *, lang: str = "ja") -> bytes:
    """Return the PDF of a proposal. The same proposal gives the same bytes."""
    day = day_en if lang == "en" else day_ja
    value = proposal_to_json(proposal)
    value["today"] = day(proposal.today)
    data = {
        "proposal": value,
        "lang": lang,
        "version": __version__,
        "font": FONT_FAMILY,
        "finish": [day(team.finish) if team.finish else "—" for team in proposal.teams],
        "rows": [_rows(team, lang) for team in proposal.teams],
    }
    source = files("kumihimo.proposal").joinpath("templates", "proposal.typ").read_bytes()
    return compile_pdf(source, json.dumps(data, ensure_ascii=False))


def _rows(team: TeamAnswer, lang: str) -> list[dict[str, str | int]]:
    rows: list[dict[str, str | int]] = [
        {
            "label": step.label_en if lang == "en" else step.label,
            "firm": f"{step.firm_name} ({step.place_en})" if lang == "en" else f"{step.firm_name}（{step.place}）",
            "quantity": f"{step.quantity:,}",
            "start": moment_text(step.start, lang),
            "end": moment_text(step.end, lang),
            "jpy": step.price_jpy,
        }
        for step in team.steps
    ]
    rows += [
        {
            "label": "Transport" if lang == "en" else "輸送",
            "firm": f"{leg.origin} → {leg.destination_en if lang == 'en' else leg.destination}",
            "quantity": "",
            "start": moment_text(leg.start, lang),
            "end": moment_text(leg.end, lang),
            "jpy": leg.jpy,
        }
        for leg in team.legs
    ]
    return rows
