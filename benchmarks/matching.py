"""Matching side by side: our index against SQLite (covering index), polars and DuckDB on the same hard constraints.

The peers answer which firms pass the hard constraints and the first 20 by strength. They do not count rejections by
reason, do not name near-misses, score or questions, which our time includes. What changes with the day (full weeks) is
handed to them as a ready column, and materials as ready entry numbers: both favour the peers. Before anything is timed,
the sets of accepted firms of all engines are compared for every query; a difference stops the run. Of each query the
least time of three counts, for all engines alike; above 100,000 firms the peers answer the first 20 queries.

Run: ``python -m benchmarks.matching --firms 10000 --out benchmarks/results/matching.md``
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from kumihimo import terms
from kumihimo.logistics import FormulaTransport
from kumihimo.matching import CapabilityColumns, MatchIndex, Ranking, StepOption, rank, shortlist, teams
from kumihimo.matching.material_fit import material_words
from kumihimo.matching.reasons import VIOLATED_MASK
from kumihimo.matching.verdicts import Need, row_words
from kumihimo.model import Capability, Firm, Network, Routing, RoutingStep, Site, StepRequirement

TODAY = date(2026, 11, 22)
BIG = 1e9
REPEATS = 3
PEER_QUERIES = 20
"""Of a network of more than 100,000 firms, where a query may take a peer seconds."""
CHAIN = ("sheet.laser", "sheet.bend", "join.tig", "coat.powder", "mach.mill3")
TRANSPORT = FormulaTransport(
    points={}, detour=1.3, speed_kmh=40.0, handling_min=30.0, jpy_per_km=120.0, jpy_fixed=1500.0
)


def requirements(columns: CapabilityColumns, count: int, seed: int = 5) -> list[StepRequirement]:
    """Return queries: processes drawn as often as they have rows, every tenth the most common one.

    Sizes, grades, lots and days are drawn from the rows of the process, so that they are met by some and not by all.
    """
    rng = random.Random(seed)
    sizes = np.diff(columns.process_offsets)
    found = []
    for number in range(count):
        process = int(sizes.argmax()) if number % 10 == 0 else rng.choices(range(len(sizes)), sizes.tolist())[0]
        first, last = int(columns.process_offsets[process]), int(columns.process_offsets[process + 1])
        pick = [rng.randrange(first, last) for _ in range(4)]
        envelope = columns.size_table[columns.row_size[pick[0]], :3]
        family = columns.families[int(columns.material_family[columns.row_material[pick[1]]])]
        grades = [code for code, grade in terms.materials().items() if grade.family == family] or [family]
        it, _, _, _, ra = columns.precision_table[columns.row_precision[pick[2]]].tolist()
        known = not np.isnan(envelope).any()
        found.append(
            StepRequirement(
                process=columns.processes[process],
                materials=(rng.choice(grades),),
                size_mm=tuple(float(value) * 0.6 for value in envelope) if known else (),
                tolerance_it=None if np.isnan(it) else int(it),
                tolerance_nominal_mm=float(rng.choice((20, 60, 150))),
                roughness_ra_um=None if np.isnan(ra) or rng.random() < 0.5 else ra,
                quantity=rng.choice((1, 5, 50, 300, 2000)),
                due_date=TODAY + timedelta(days=rng.randint(10, 60)),
            )
        )
    return found


def flat_table(columns: CapabilityColumns, index: MatchIndex) -> dict[str, np.ndarray[Any, Any]]:
    """Return one flat table for the peers; unknown limits become limits that everything passes."""

    def upper(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.where(np.isnan(values), BIG, values)

    size, precision = columns.size_table[columns.row_size], columns.precision_table[columns.row_precision]
    volume = columns.volume_table[columns.row_volume].astype(np.int64)
    counts = np.diff(columns.process_offsets)
    process = np.repeat(np.arange(len(counts)), counts)
    free = index.base.free_weeks(TODAY)
    full = np.empty(len(process), dtype=np.int64)
    for code, name in enumerate(columns.processes):
        rows = slice(int(columns.process_offsets[code]), int(columns.process_offsets[code + 1]))
        full[rows] = free.first_and_run(name, columns.row_site[rows])[1]
    end = columns.row_valid_until.astype(np.int64)
    return {
        "process": process,
        "firm": columns.site_firm[columns.row_site].astype(np.int64),
        "material": columns.row_material.astype(np.int64),
        "l": upper(size[:, 0]),
        "w": upper(size[:, 1]),
        "h": upper(size[:, 2]),
        "smallest": np.where(np.isnan(size[:, 3]), 0.0, size[:, 3]),
        "it": np.where(np.isnan(precision[:, 0]), 0.0, precision[:, 0]),
        "band_min": np.where(np.isnan(precision[:, 1]), -1.0, precision[:, 1]),
        "band_max": upper(precision[:, 2]),
        "ra": np.where(np.isnan(precision[:, 4]), 0.0, precision[:, 4]),
        "lot_min": volume[:, 0],
        "lot_max": np.where(volume[:, 1] < 0, 10**9, volume[:, 1]),
        "lead": volume[:, 4],
        "takes": (columns.firm_active[columns.site_firm[columns.row_site]] & ~columns.row_avoided).astype(np.int64),
        "valid_from": columns.row_valid_from.astype(np.int64),
        "valid_until": np.where(end == 0, 65535, end),
        "full": full,
        "strength": columns.row_strength.astype(np.int64),
    }


def condition(columns: CapabilityColumns, step: StepRequirement) -> str:
    """Return the hard constraints as SQL; polars and DuckDB read the same text."""
    from kumihimo.matching.columns import to_day

    need = Need.of(step, TODAY)
    fits = np.flatnonzero((material_words(columns, step) & np.uint64(VIOLATED_MASK)) == 0).tolist()
    parts = [
        f"process = {columns.processes.index(step.process)}",
        f"material IN ({', '.join(map(str, fits)) or '-1'})",
        "takes = 1",
        f"valid_until >= {to_day(TODAY)} AND valid_from <= {to_day(need.due)}",
        f"lot_min <= {step.quantity} AND lot_max >= {step.quantity} AND lead <= {need.lead_days}",
        f'"full" < {need.last_week - need.first_week + 1}',
    ]
    if step.size_mm:
        length, width, height = (repr(value) for value in sorted(step.size_mm, reverse=True))
        parts.append(f"l >= {length} AND w >= {width} AND h >= {height} AND smallest <= {min(step.size_mm)!r}")
    if step.tolerance_it is not None:
        nominal = step.tolerance_nominal_mm
        parts.append(f"NOT (it > {step.tolerance_it} AND band_min < {nominal} AND band_max >= {nominal})")
    if step.roughness_ra_um is not None:
        parts.append(f"ra <= {step.roughness_ra_um!r}")
    return " AND ".join(parts)


TOP = "SELECT firm, max(strength) AS s FROM t WHERE {} GROUP BY firm ORDER BY s DESC, firm LIMIT 20"
ALL = "SELECT DISTINCT firm FROM t WHERE {}"


def ours_accepted(index: MatchIndex, step: StepRequirement) -> set[int]:
    columns, span = index.base.columns, index.base.columns.slice_of(step.process)
    words = row_words(columns, Need.of(step, TODAY), span, index.base.free_weeks(TODAY))
    sites = columns.row_site[span][(words & np.uint64(VIOLATED_MASK)) == 0]
    return set(columns.site_firm[sites].tolist())


class Peer:
    """One engine: how long it took to build, and how it answers SQL."""

    def __init__(self, name: str, build: Callable[[], Callable[[str], Iterable[tuple[Any, ...]]]]) -> None:
        self.name = name
        start = time.perf_counter()
        self.ask = build()
        self.build_s = time.perf_counter() - start


def sqlite_peer(table: dict[str, Any], folder: Path) -> Callable[[str], Iterable[tuple[Any, ...]]]:
    connection = sqlite3.connect(folder / "peer.sqlite")
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute(f"CREATE TABLE t ({', '.join(chr(34) + name + chr(34) for name in table)})")
    rows = zip(*(column.tolist() for column in table.values()), strict=True)
    connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(table))})", rows)
    connection.execute(f"CREATE INDEX i ON t ({', '.join(chr(34) + name + chr(34) for name in table)})")
    connection.execute("ANALYZE")
    connection.commit()
    return lambda sql: connection.execute(sql).fetchall()


def polars_peer(table: dict[str, Any]) -> Callable[[str], Iterable[tuple[Any, ...]]]:
    import polars

    context = polars.SQLContext(t=polars.DataFrame(table).lazy())
    return lambda sql: context.execute(sql, eager=True).rows()


def duckdb_peer(table: dict[str, Any]) -> Callable[[str], Iterable[tuple[Any, ...]]]:
    import duckdb

    connection = duckdb.connect()
    connection.register("source", table)
    connection.execute("CREATE TABLE t AS SELECT * FROM source ORDER BY process")
    return lambda sql: connection.execute(sql).fetchall()


def timed(calls: Iterable[Callable[[], object]], repeats: int = REPEATS) -> list[float]:
    """Return milliseconds of each call, the least of some repetitions."""
    found = []
    for call in calls:
        times = []
        for _ in range(repeats):
            start = time.perf_counter()
            call()
            times.append((time.perf_counter() - start) * 1000)
        found.append(min(times))
    return found


def line(firms: int, rows: int, name: str, what: str, values: list[float], unit: str = "ms") -> dict[str, Any]:
    ordered = sorted(values)
    return {
        "firms": firms,
        "rows": rows,
        "engine": name,
        "what": what,
        "p50": float(np.percentile(ordered, 50)),
        "p95": float(np.percentile(ordered, 95)),
        "max": ordered[-1],
        "unit": unit,
    }


def option_of(step: str, candidate: Any) -> StepOption:
    return StepOption(
        step=step,
        firm=candidate.firm,
        site=candidate.site,
        lat=candidate.lat,
        lon=candidate.lon,
        price_jpy=20_000 + 50 * (1000 - candidate.score),
        days=float(candidate.lead_days_typ or 10),
        quality=0.02 + (1000 - candidate.score) / 20_000,
        score=candidate.score,
        prefecture=candidate.prefecture,
        flood=candidate.flood,
        quake=candidate.quake,
    )


def team_answer(index: MatchIndex, seed: int) -> tuple[Ranking, ...]:
    """Answer a five-step inquiry: five rankings and the teams."""
    rng = random.Random(seed)
    due = TODAY + timedelta(days=rng.randint(30, 70))
    steps = [
        RoutingStep(
            id=f"p1-{number + 1}0",
            part="p1",
            requirement=StepRequirement(
                process=process,
                materials=(rng.choice(("SUS304", "SS400", "A5052")),),
                quantity=rng.choice((10, 50, 200)),
                due_date=due,
            ),
            after=(f"p1-{number}0",) if number else (),
        )
        for number, process in enumerate(CHAIN)
    ]
    rankings = [rank(index, step.requirement, today=TODAY, limit=60) for step in steps]
    options = {
        step.id: shortlist(option_of(step.id, one) for one in ranking.candidates)
        for step, ranking in zip(steps, rankings, strict=True)
    }
    if all(options.values()):
        teams(Routing(steps=tuple(steps)), options, TRANSPORT, customer=(35.68, 139.77))
    return tuple(rankings)


def edited_profile(columns: CapabilityColumns, number: int) -> Network:
    """Return a small profile that replaces firm `number`; synthetic."""
    firm = bytes(columns.firm_ids[number]).decode()
    rows = tuple(
        Capability(
            id=f"{firm}-new-{line}", site=f"{firm}-new", process=process, material_family="steel", env_l_mm=500.0
        )
        for line, process in enumerate(columns.processes[:12])
    )
    site = Site(id=f"{firm}-new", firm=firm, municipality="202061")
    return Network(
        synthetic=True, firms=(Firm(id=firm, name="合成", synthetic=True),), sites=(site,), capabilities=rows
    )


def resident_mb() -> float:
    with Path("/proc/self/statm").open() as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure_memory(folder: Path) -> None:
    """Print seconds to load, and what loading and 20 queries add to the resident memory of a fresh process, in MB."""
    terms.materials()
    before, start = resident_mb(), time.perf_counter()
    index = MatchIndex.load(folder)
    index.prepare(today=TODAY)
    seconds, loaded = time.perf_counter() - start, resident_mb()
    for step in requirements(index.base.columns, 20):
        rank(index, step, today=TODAY)
    print(f"{seconds:.3f} {loaded - before:.1f} {resident_mb() - before:.1f}")


def run(firms: int, *, queries: int = 60, peers: bool = True, seed: int = 7) -> list[dict[str, Any]]:
    """Run everything at one size and return one line a measurement.

    Raises
    ------
    AssertionError
        A peer accepts other firms than we do.
    """
    from kumihimo.simulate.columns import generate_columns

    columns = generate_columns(firms, seed, today=TODAY)
    rows, found = columns.row_count, []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        columns.save(folder)
        command = [sys.executable, "-m", "benchmarks.matching", "--measure-memory", str(folder)]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        seconds, loaded, used = map(float, told)
        found.append(line(firms, rows, "kumihimo", "load from disk and lay out all processes", [seconds], "s"))
        found.append(line(firms, rows, "kumihimo", "memory after loading", [loaded], "MB"))
        found.append(line(firms, rows, "kumihimo", "memory after 20 queries", [used], "MB"))
        index = MatchIndex.from_columns(columns)
        index.prepare(today=TODAY)
        steps = requirements(columns, queries)
        rank(index, steps[0], today=TODAY)
        found.append(
            line(
                firms,
                rows,
                "kumihimo",
                "top 20 with scores, questions, near-misses, all rejection counts",
                timed((lambda step=step: rank(index, step, today=TODAY)) for step in steps),
            )
        )
        if peers:
            table = flat_table(columns, index)
            engines = (
                Peer("SQLite covering index", lambda: sqlite_peer(table, Path(name))),
                Peer("polars", lambda: polars_peer(table)),
                Peer("DuckDB in memory", lambda: duckdb_peer(table)),
            )
            asked = steps if firms <= 100_000 else steps[:PEER_QUERIES]
            texts = [condition(columns, step) for step in asked]
            for peer in engines:
                for step, text in zip(asked, texts, strict=True):
                    theirs = {row[0] for row in peer.ask(ALL.format(text))}
                    assert theirs == ours_accepted(index, step), (peer.name, step)
                times = timed((lambda text=text, peer=peer: peer.ask(TOP.format(text))) for text in texts)
                found.append(line(firms, rows, peer.name, "top 20 by strength only, same firms accepted", times))
                found.append(line(firms, rows, peer.name, "build from arrays", [peer.build_s], "s"))
        refresh = timed(
            (lambda number=number: index.with_profiles(edited_profile(columns, number)))
            for number in range(0, firms, max(firms // 20, 1))
        )
        found.append(line(firms, rows, "kumihimo", "one edited profile visible", refresh))
        team_answer(index, 0)
        answers = timed((lambda one=one: team_answer(index, one)) for one in range(1, 21))
        found.append(line(firms, rows, "kumihimo", "five steps: 5 rankings and teams", answers))
    return found


def as_markdown(found: list[dict[str, Any]]) -> str:
    head = [
        "# Matching",
        "",
        f"{datetime.now(UTC).date()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, numpy {np.__version__}, SQLite {sqlite3.sqlite_version}. "
        "Synthetic network, seed 7.",
        "",
        (__doc__ or "").split("\n\n")[1].replace("\n", " "),
        "",
        "| firms | rows | engine | what | p50 | p95 | max | |",
        "|---:|---:|---|---|---:|---:|---:|---|",
    ]
    body = [
        f"| {one['firms']:,} | {one['rows']:,} | {one['engine']} | {one['what']} "
        f"| {one['p50']:.2f} | {one['p95']:.2f} | {one['max']:.2f} | {one['unit']} |"
        for one in found
    ]
    return "\n".join([*head, *body, ""])


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark of matching")
    parser.add_argument("--firms", type=int, action="append")
    parser.add_argument("--queries", type=int, default=60)
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--measure-memory", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.measure_memory:
        measure_memory(chosen.measure_memory)
        return
    found = []
    for firms in chosen.firms or [10_000]:
        found += run(firms, queries=chosen.queries, peers=not chosen.no_peers)
    text = as_markdown(found)
    print(text)
    if chosen.out:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
