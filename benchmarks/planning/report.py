"""The table of a results file: per family and contestant the gap to the best known, wins and times."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import mean, median

from benchmarks.planning.instances import FAMILIES
from benchmarks.planning.rows import Row, RowFile

MAIN = ("mk", "dpp", "behnke")
"""The families whose mean is the headline."""
PUBLISHED_FJSP = tuple(family for family in FAMILIES if family not in ("naderi", "yfjs", "dafjs"))


def best_of(rows: Iterable[Row]) -> dict[str, tuple[int, bool]]:
    """Return instance -> best makespan to measure against, and whether it is published.

    Where nobody has published one, it is the best valid one of all rows.
    """
    best: dict[str, tuple[int, bool]] = {}
    for row in rows:
        if row.best_known is not None:
            best[row.instance] = (row.best_known, True)
        elif row.valid and row.objective is not None and row.objective < best.get(row.instance, (10**12, False))[0]:
            best[row.instance] = (row.objective, False)
    return best


def gaps(rows: Sequence[Row], best: Mapping[str, tuple[int, bool]]) -> dict[str, dict[str, float]]:
    """Return solver -> instance -> median gap over the seeds in percent; infinite where half the seeds gave nothing."""
    collected: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.instance in best:
            known = best[row.instance][0]
            ratio = (row.objective or 0) / known if known else 1.0
            collected[row.solver][row.instance].append(100.0 * (ratio - 1.0) if row.valid else float("inf"))
    return {
        solver: {instance: median(values) for instance, values in instances.items()}
        for solver, instances in collected.items()
    }


def shop_tables(rows: Sequence[Row]) -> list[str]:
    """Return the lines of the tables of published shops."""
    if not rows:
        return []
    best = best_of(rows)
    by_solver = gaps(rows, best)
    solvers = sorted(by_solver, key=lambda name: (name != "kumihimo", name))
    family_of = {row.instance: row.family for row in rows}
    lines = ["## Published shops: gap to the best known makespan, %", ""]
    lines.append("| family | instances | " + " | ".join(f"{s} mean / max" for s in solvers) + " | least mean | wins |")
    lines.append("|---|---|" + "---|" * len(solvers) + "---|---|")
    groups: list[tuple[str, tuple[str, ...]]] = [(family, (family,)) for family in FAMILIES]
    groups += [("**mk + dpp + behnke**", MAIN), ("**all published FJSP**", PUBLISHED_FJSP)]
    for label, families in groups:
        # Only instances that every contestant has run: a mean over different instances compares nothing.
        instances = [
            name
            for name in best
            if family_of[name] in families and all(name in by_solver[solver] for solver in solvers)
        ]
        if instances:
            lines.append(_family_line(label, instances, solvers, by_solver, best))
    lines += ["", "Wins: instances where nobody else is as good; in brackets those where nobody is better.", ""]
    if any(not published for _, published in best.values()):
        lines += ["† No best makespan is published: these gaps are to the best of all runs in this file.", ""]
    return lines + _effort(rows, solvers)


def _family_line(
    label: str,
    instances: Sequence[str],
    solvers: Sequence[str],
    by_solver: Mapping[str, Mapping[str, float]],
    best: Mapping[str, tuple[int, bool]],
) -> str:
    cells, means = [], {}
    for solver in solvers:
        values = [by_solver[solver][name] for name in instances]
        solved = [value for value in values if value != float("inf")]
        means[solver] = mean(values)
        text = f"{mean(solved):.2f} / {max(solved):.2f}" if solved else "–"
        missing = len(values) - len(solved)
        cells.append(text + (f" ({missing} without a schedule)" if missing else ""))
    least = min(means.values())
    leaders = [solver for solver in solvers if means[solver] <= least + 1e-9]
    wins = []
    for solver in solvers:
        others = [min((by_solver[o][n] for o in solvers if o != solver), default=float("inf")) for n in instances]
        own = [by_solver[solver][n] for n in instances]
        alone = sum(mine < other - 1e-9 for mine, other in zip(own, others, strict=True))
        first = sum(mine <= other + 1e-9 and mine != float("inf") for mine, other in zip(own, others, strict=True))
        wins.append(f"{solver} {alone} ({first})")
    unpublished = sum(not best[name][1] for name in instances)
    mark = f" † {unpublished} of {len(instances)}" if unpublished else ""
    return (
        f"| {label}{mark} | {len(instances)} | " + " | ".join(cells) + f" | {', '.join(leaders)} | {'; '.join(wins)} |"
    )


def _effort(rows: Sequence[Row], solvers: Sequence[str]) -> list[str]:
    lines = [
        "| contestant | runs | without a schedule | faulty | best known reached | median s to it | mean wall s "
        "| mean CPU s | peak MB | mean load before |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for solver in solvers:
        own = [row for row in rows if row.solver == solver]
        reached = [row.target_s for row in own if row.target_s is not None]
        known = sum(row.best_known is not None for row in own)
        lines.append(
            f"| {solver} ({', '.join(sorted({row.version for row in own}))}) | {len(own)} "
            f"| {sum(row.objective is None for row in own)} | {sum(bool(row.faults) for row in own)} "
            f"| {len(reached)} of {known} "
            f"| {_number(median(reached) if reached else None)} | {_mean(row.wall_s for row in own)} "
            f"| {_mean(row.cpu_s for row in own)} | {_number(max((row.peak_mb or 0 for row in own), default=None), 0)} "
            f"| {_mean(row.load_before for row in own)} |"
        )
    return [*lines, ""]


def instance_table(rows: Sequence[Row]) -> list[str]:
    """Return every instance with the median makespan of every contestant."""
    if not rows:
        return []
    best = best_of(rows)
    solvers = sorted({row.solver for row in rows}, key=lambda name: (name != "kumihimo", name))
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.valid and row.objective is not None:
            found[row.instance][row.solver].append(row.objective)
    order = {family: at for at, family in enumerate(FAMILIES)}
    family_of = {row.instance: row.family for row in rows}
    lines = ["## Every instance: median makespan over the seeds", ""]
    lines += ["| instance | best known | " + " | ".join(solvers) + " |", "|---|---|" + "---|" * len(solvers)]
    for name in sorted(family_of, key=lambda name: order[family_of[name]]):
        known = f"{best[name][0]}{'' if best[name][1] else ' †'}" if name in best else "–"
        cells = [f"{median(found[name][solver]):g}" if found[name][solver] else "–" for solver in solvers]
        lines.append(f"| {name} | {known} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def work_table(title: str, rows: Sequence[Row], columns: Mapping[str, str]) -> list[str]:
    """Return a table of rows with a column for each measured fact, and the medians over the seeds.

    Parameters
    ----------
    columns
        Field of `Row`, or name in `more`, -> heading.
    """
    if not rows:
        return []
    groups: dict[tuple[str, str, float], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.instance, row.solver, row.seconds].append(row)
    lines = [
        f"## {title}",
        "",
        "| instance | contestant | limit s | seeds | " + " | ".join(columns.values()) + " | faulty |",
    ]
    lines.append("|---|---|---|---|" + "---|" * len(columns) + "---|")
    for (instance, solver, seconds), group in groups.items():
        cells = []
        for key in columns:
            values = [value for row in group if (value := _value(row, key)) is not None]
            numbers = [float(value) for value in values if not isinstance(value, str)]
            cells.append(_number(median(numbers)) if numbers else str(values[0]) if values else "–")
        faulty = sum(not row.valid for row in group)
        lines.append(f"| {instance} | {solver} | {seconds:g} | {len(group)} | " + " | ".join(cells) + f" | {faulty} |")
    return [*lines, ""]


def by_size(rows: Sequence[Row]) -> list[Row]:
    """Return rows of the multi-firm set without their seed in the name, so that the seeds of a size share a line."""
    named = [replace(row, instance=re.sub(r"-s\d+", "", row.instance)) for row in rows]
    return sorted(named, key=lambda row: (int(row.family.rpartition("-")[2]), row.instance))


def gap_to_bound(row: Row) -> float | None:
    """Return by how many percent of the objective the proven bound lies below it."""
    if row.objective is None or row.bound is None or row.objective <= 0:
        return None
    return 100.0 * (row.objective - row.bound) / row.objective


def _value(row: Row, key: str) -> float | str | None:
    if key == "gap":
        return gap_to_bound(row)
    if row.more is not None and key in row.more:
        value: float | str | None = row.more[key]
        return value
    return getattr(row, key, None)


def head(file: RowFile, command: str) -> list[str]:
    """Return title, machines and how to read what follows."""
    lines = ["# Benchmarks of the planner", "", f"`{command}`; raw rows: `{file.path.name}`; rules:"]
    lines += ["`docs/explanation/planning-benchmark.md`. Medians over the seeds; every result was checked again.", ""]
    for machine in file.machines:
        lines.append("- " + ", ".join(f"{key} {value}" for key, value in machine.items()))
    return [*lines, ""]


def _mean(values: Iterable[float | None]) -> str:
    there = [value for value in values if value is not None]
    return _number(mean(there) if there else None)


def _number(value: float | None, digits: int = 2) -> str:
    if value is None:
        return "–"
    if digits == 0 or abs(value) >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{digits}f}"
