"""The committed best values and bounds of the public multi-firm set."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

BEST = Path(__file__).resolve().parent / "multi_firm_best.csv"
_HEAD = ("instance", "problem_sha256", "objective", "lower_bound", "by", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class BestValue:
    """The least objective that a valid plan is known to have, and the greatest proven bound."""

    instance: str
    sha256: str
    objective: int
    lower_bound: int | None
    by: str
    date: str


def best_values(path: Path = BEST) -> dict[str, BestValue]:
    """Return instance -> best value."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return {
        row["instance"]: BestValue(
            instance=row["instance"],
            sha256=row["problem_sha256"],
            objective=int(row["objective"]),
            lower_bound=int(row["lower_bound"]) if row["lower_bound"] else None,
            by=row["by"],
            date=row["date"],
        )
        for row in csv.DictReader(lines)
    }


def improved(known: BestValue | None, found: BestValue) -> BestValue:
    """Return the better objective of two with the greater bound; a file with other bytes starts anew."""
    if known is None or known.sha256 != found.sha256:
        return found
    bounds = [bound for bound in (known.lower_bound, found.lower_bound) if bound is not None]
    better = found if found.objective < known.objective else known
    return BestValue(
        instance=known.instance,
        sha256=known.sha256,
        objective=better.objective,
        lower_bound=max(bounds) if bounds else None,
        by=better.by,
        date=better.date,
    )


def write_values(values: dict[str, BestValue], path: Path = BEST) -> None:
    """Write the table; its remarks stay."""
    remarks = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    rows = [
        [v.instance, v.sha256, str(v.objective), "" if v.lower_bound is None else str(v.lower_bound), v.by, v.date]
        for v in values.values()
    ]
    path.write_text("\n".join([*remarks, ",".join(_HEAD), *(",".join(row) for row in rows)]) + "\n", encoding="utf-8")
