"""Run the planner's benchmarks and write the table: ``python -m benchmarks.planning.run [--quick]``.

A long run may be cut (Ctrl-C) and gone on with: what stands in the results file is not run again, unless the engine's
sources have changed since.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.planning import living, machine, multi_firm, report, risk, shops
from benchmarks.planning.instances import FAMILIES, QUICK, SAMPLE, SHARED, published
from benchmarks.planning.rows import Row, RowFile

RESULTS = machine.ROOT / "benchmarks" / "results"
WORKS = ("shops", "multi-firm", "living", "risk")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning.run", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few instances, two seconds each: under 5 minutes")
    parser.add_argument("--every-file", action="store_true", help="of the published shops, not a sample: many hours")
    parser.add_argument("--works", default=",".join(WORKS), help=f"of {', '.join(WORKS)}")
    parser.add_argument("--families", default="", help=f"of {', '.join(FAMILIES)}; empty = all that are asked")
    parser.add_argument("--instances", default="", help="file stems, for example mk10,18a; empty = all of the families")
    parser.add_argument("--seeds", type=int, default=0, help="default 3, quick 1")
    parser.add_argument("--seconds", type=float, default=0.0, help="for a published shop; default 30, quick 2")
    parser.add_argument("--peers", default="pyjobshop,ortools", help="empty = ours alone")
    parser.add_argument("--out", type=Path, default=None, help="table; raw rows stand beside it as .json")
    parser.add_argument("--date", default="", help="of the table; default: the clock")
    parser.add_argument("--record", action="store_true", help="put better values into multi_firm_best.csv")
    parser.add_argument("--keep-old", action="store_true", help="also count rows of ours from older sources")
    parser.add_argument("--report-only", action="store_true", help="write the table from the rows that are there")
    given = list(argv) if argv is not None else sys.argv[1:]
    asked = parser.parse_args(given)
    works = _words(asked.works)
    if set(works) - set(WORKS):
        parser.error(f"--works: there are {', '.join(WORKS)}")
    peers = _words(asked.peers)
    out = asked.out or RESULTS / ("planning-quick.md" if asked.quick else "planning.md")
    file = RowFile(out.with_suffix(".json"), keeps_old=asked.keep_old)
    seeds = asked.seeds or (1 if asked.quick else 3)
    date = asked.date or machine.now()
    solvers = shops.versions(peers)
    contestants = "; ".join(solvers.values())
    file.measured_on({**machine.facts(), **machine.library_versions(), "contestants": contestants, "date": date[:10]})
    try:
        if not asked.report_only:
            _run(asked, works, file, solvers, seeds, parser)
    except KeyboardInterrupt:
        print("cut; the same command goes on from here", file=sys.stderr)
    command = shlex.join(["python", "-m", "benchmarks.planning.run", *given])
    out.parent.mkdir(parents=True, exist_ok=True)
    rows = file.current(solvers[shops.OURS])
    out.write_text("\n".join(table(file, rows, command)) + "\n", encoding="utf-8")
    print(f"written: {out}")
    if len(rows) < len(file.rows):
        print(f"{len(file.rows) - len(rows)} rows of an older engine are not in the table (--keep-old)")
    if asked.record:
        print(multi_firm.record(rows, date=date[:10]))
    faulty = [row for row in rows if row.solver == shops.OURS and row.faults]
    for row in faulty:
        print(f"FAULTY {row.instance} seed {row.seed}: {row.faults[0]}", file=sys.stderr)
    return 1 if faulty else 0


def _run(
    asked: argparse.Namespace,
    works: Sequence[str],
    file: RowFile,
    solvers: dict[str, str],
    seeds: int,
    parser: argparse.ArgumentParser,
) -> None:
    for peer in set(_words(asked.peers)) - {"ortools"} - set(solvers):
        print(f"skipped: {peer} is not installed; docs/explanation/planning-benchmark.md tells how", file=sys.stderr)
    if "shops" in works:
        try:
            only = None if asked.every_file else QUICK if asked.quick else SAMPLE
            chosen = published(_words(asked.families) or None, only=only)
        except ValueError as error:
            parser.error(str(error))
        stems = set(_words(asked.instances))
        chosen = [instance for instance in chosen if not stems or instance.path.stem in stems]
        if not chosen:
            print(f"skipped: no published instances in {SHARED}", file=sys.stderr)
        seconds = asked.seconds or (2.0 if asked.quick else 30.0)
        shops.run(chosen, file=file, solvers=solvers, seeds=seeds, seconds=seconds)
    for name, work in (("multi-firm", multi_firm), ("living", living), ("risk", risk)):
        if name in works:
            work.run(file=file, seeds=seeds, quick=asked.quick, with_peers="ortools" in _words(asked.peers))


def table(file: RowFile, rows: Sequence[Row], command: str) -> list[str]:
    """Return the lines of the results page."""
    of_shops = [row for row in rows if row.work == shops.WORK]
    lines = report.head(file, command) + report.shop_tables(of_shops)
    for work in (multi_firm, living, risk):
        lines += work.table([row for row in rows if row.work == work.WORK])
    return lines + report.instance_table(of_shops)


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


if __name__ == "__main__":
    raise SystemExit(main())
