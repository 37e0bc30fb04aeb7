"""`kumihimo demo`: a synthetic network of 300 firms, six inquiries, and what Kumihimo proposes."""

from __future__ import annotations

import time
from datetime import date
from multiprocessing import Process
from pathlib import Path
from typing import Annotated

import typer

from kumihimo.cli.console import EXIT_BAD_INPUT, Lang, LangOption, say, user_errors, warn
from kumihimo.cli.propose import propose_files
from kumihimo.cli.team import show_proposal

DEMO_DAY = date(2026, 11, 22)
"""The demo's own "today": its inquiries are dated, and the same day gives the same result for everybody."""
FIRMS = 300
SEED = 7
SUFFIXES = frozenset({".txt", ".eml", ".xlsx", ".csv", ".dxf", ".step", ".stp"})


def demo(
    out: Annotated[Path, typer.Option("--out", help="書き出すフォルダ / folder to write to")] = Path("out/demo"),
    inquiries: Annotated[Path, typer.Option("--inquiries", help="引合のフォルダ / folder of inquiries")] = Path(
        "examples/inquiries"
    ),
    lang: LangOption = Lang.JA,
) -> None:
    """合成ネットワークで一巡を見せる / show the loop on a synthetic network."""
    english = lang == "en"
    seconds: list[tuple[str, float]] = []
    began = time.perf_counter()

    def step_done(ja: str, en: str) -> None:
        nonlocal began
        seconds.append((en if english else ja, time.perf_counter() - began))
        began = time.perf_counter()

    with user_errors(lang):
        files = sorted(path for path in inquiries.glob("*") if path.suffix.lower() in SUFFIXES)
        if not files:
            warn(
                f"{inquiries}: no inquiries; name their folder with --inquiries."
                if english
                else f"{inquiries}: 引合がありません。--inquiries でフォルダを指定してください。"
            )
            raise typer.Exit(EXIT_BAD_INPUT)
        from kumihimo.interop.read_network import write_network
        from kumihimo.proposal.propose import Proposer
        from kumihimo.proposal.write import write_index
        from kumihimo.simulate import generate_network

        network = generate_network(FIRMS, SEED, today=DEMO_DAY)
        step_done(f"知る: 合成ネットワーク {FIRMS} 社を作る", f"know: make a synthetic network of {FIRMS} firms")
        out.mkdir(parents=True, exist_ok=True)
        # Nothing below needs the workbook: it is written on another core.
        workbook = Process(target=write_network, args=(network, out / "network.xlsx"))
        workbook.start()
        proposer = Proposer(network, DEMO_DAY)
        step_done("組む: 索引を作る", "team: build the index")
        code, rows = propose_files(proposer, files, out, DEMO_DAY, lang)
        step_done(f"組む・立てる: 引合 {len(files)} 件を提案", f"team, plan: propose {len(files)} inquiries")
        workbook.join()
        if workbook.exitcode:
            # Once more here, where a full disk or a closed folder ends in a sentence.
            write_network(network, out / "network.xlsx")
        step_done("知る: 並行して Excel に書き出す", "know: write it as a workbook, meanwhile")
        page = write_index(rows, out, lang=lang)
        for _, proposed in rows:
            show_proposal(proposed.proposal, lang)
    say("合成データです。企業はすべて架空です。" if not english else "Synthetic data: every firm is fictional.")
    for name, spent in seconds:
        say(f"  {spent:6.2f} s  {name}")
    say(f"→ {page.resolve()}")
    if code:
        raise typer.Exit(code)
