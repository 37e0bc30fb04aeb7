"""`kumihimo propose`: from inquiries to teams of firms with reasons and dates, the main job."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kumihimo.cli.console import (
    EXIT_BAD_INPUT,
    EXIT_NO_TEAM,
    JsonOption,
    Lang,
    LangOption,
    print_json,
    progress,
    say,
    show_error,
    user_errors,
    warn,
)
from kumihimo.cli.read import TodayOption, day_or_today, read_inquiry
from kumihimo.cli.side_by_side import side_by_side
from kumihimo.cli.team import show_proposal
from kumihimo.errors import InputError, Unavailable

if TYPE_CHECKING:
    from kumihimo.model import Network
    from kumihimo.proposal.propose import Proposed, Proposer


MAX_NAME = 70
"""Most characters of a page's name: 70 Japanese ones are 210 of the 255 bytes that file systems allow."""
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*\ud800-\udfff]')


def propose(
    inquiries: Annotated[list[Path], typer.Argument(metavar="INQUIRY...", help="引合ファイル / inquiry files")],
    network: Annotated[
        Path, typer.Option("--network", metavar="NETWORK", help="ネットワーク / network (xlsx, json, folder)")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="書き出すフォルダ / folder to write to")],
    today: TodayOption = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """引合からチームと日程を提案する / propose teams with reasons and a dated plan."""
    from kumihimo.proposal.propose import Proposer
    from kumihimo.proposal.write import write_index

    day = day_or_today(today)
    with user_errors(lang):
        proposer = Proposer(load_network(network), day)
        code, rows = propose_files(proposer, inquiries, out, day, lang)
        for _, proposed in rows:
            if as_json:
                from kumihimo.proposal.to_json import proposal_to_json

                print_json(proposal_to_json(proposed.proposal), line=True)
            else:
                show_proposal(proposed.proposal, lang)
        if rows:
            page = write_index(rows, out, lang=lang)
            if not as_json:
                say(f"→ {page}")
    if code:
        raise typer.Exit(code)


def load_network(path: Path) -> Network:
    """Read a network file."""
    from kumihimo.interop.read_network import read_network

    return read_network(path).network


def propose_files(
    proposer: Proposer, inquiries: list[Path], out: Path, today: date, lang: str
) -> tuple[int, list[tuple[str, Proposed]]]:
    """Read, propose and write each inquiry; one that cannot be read does not stop the others.

    Returns
    -------
    tuple
        Exit code (0, 2 when a file could not be read, 3 when an inquiry found no team), and page name and proposal of
        each inquiry.
    """
    # Every process needs them: loaded once, before they part.
    import kumihimo.inquiry.open_file
    import kumihimo.proposal.write  # noqa: F401

    code = 0
    rows: list[tuple[str, Proposed]] = []
    names = page_names(inquiries)

    def work(index: int) -> Proposed:
        return _propose_file(proposer, inquiries[index], out, names[index], today, lang)

    with progress("Proposing" if lang == "en" else "提案を作成中", total=len(inquiries)) as done:
        made = dict(side_by_side(work, len(inquiries), done))
        for index, path in enumerate(inquiries):
            try:
                # What no other process brought to an end is done here, where its error becomes a sentence.
                proposed = made[index] if index in made else work(index)
            except (InputError, Unavailable) as error:
                show_error(error, lang, name=path.name)
                code = EXIT_BAD_INPUT
                continue
            rows.append((f"{names[index]}.html", proposed))
            if proposed.proposal.reason is not None:
                reason = proposed.proposal.reason
                warn(f"■ {path.name}: {reason.en if lang == 'en' else reason.ja}")
                code = code or EXIT_NO_TEAM
            done(index + 1)
    return code, rows


def _propose_file(proposer: Proposer, path: Path, out: Path, name: str, today: date, lang: str) -> Proposed:
    from kumihimo.proposal.write import write_proposal

    proposed = proposer.propose(read_inquiry(path, today), stem=name)
    write_proposal(proposed, out, name, lang=lang)
    return proposed


def page_names(inquiries: list[Path]) -> list[str]:
    """Return a file name without ending for each inquiry, safe to write on any system.

    A name that would leave the folder or be hidden (``...txt`` has the stem ``..``) loses its leading dots, signs that
    no file name should hold become ``_``, and two files of one name in different folders get numbers.
    """
    names: list[str] = []
    taken = {"index"}
    for path in inquiries:
        plain = _UNSAFE.sub("_", path.stem).strip(". ")[:MAX_NAME] or "inquiry"
        stem, number = plain, 2
        # Some systems take A and a for the same file.
        while stem.casefold() in taken:
            stem = f"{plain}-{number}"
            number += 1
        taken.add(stem.casefold())
        names.append(stem)
    return names
