"""A proposal written to a folder: JSON, HTML page, PDF, and each team's planning problem and plan."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from kumihimo.interop.planning_json import plan_to_bytes
from kumihimo.proposal.html import index_html, proposal_html
from kumihimo.proposal.pdf import proposal_pdf
from kumihimo.proposal.propose import Proposed
from kumihimo.proposal.to_json import proposal_to_json

INDEX = "index.html"


def write_proposal(proposed: Proposed, folder: Path, stem: str, *, lang: str = "ja") -> Path:
    """Write one proposal.

    Parameters
    ----------
    folder
        Made when it is not there; files of an earlier run are replaced.
    stem
        File name without ending.

    Returns
    -------
    Path
        The HTML page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for team in proposed.plans:
        problem = folder / team.problem_file
        problem.parent.mkdir(parents=True, exist_ok=True)
        problem.write_bytes(team.problem_bytes)
        (folder / team.plan_file).write_bytes(plan_to_bytes(team.plan))
    proposal = proposed.proposal
    text = json.dumps(proposal_to_json(proposal), ensure_ascii=False, indent=1)
    (folder / f"{stem}.json").write_text(text + "\n", encoding="utf-8")
    (folder / f"{stem}.pdf").write_bytes(proposal_pdf(proposal, lang=lang))
    page = folder / f"{stem}.html"
    page.write_text(proposal_html(proposal, lang=lang, back=INDEX), encoding="utf-8")
    return page


def write_index(rows: Sequence[tuple[str, Proposed]], folder: Path, *, lang: str = "ja") -> Path:
    """Write the page that lists all proposals of a run; `rows` holds page name and proposal."""
    page = folder / INDEX
    page.write_text(index_html([(name, item.proposal) for name, item in rows], lang=lang), encoding="utf-8")
    return page
