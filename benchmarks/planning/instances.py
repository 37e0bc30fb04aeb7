"""The published instances by family, with the best makespans that anybody is known to have found."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.planning.machine import ROOT

SHARED = ROOT.parent / "shared" / "instances"
"""Not part of the repository: most of these files are CC BY-SA. Where they are absent, these rows are skipped."""
NADERI = Path(__file__).resolve().parent / "best_known_naderi.csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One published file.

    Attributes
    ----------
    best
        Least known makespan; None where none is published.
    bound
        Proven lower bound; None where none is published.
    """

    name: str
    family: str
    path: Path
    best: int | None = None
    bound: int | None = None


_FAMILIES: tuple[tuple[str, str], ...] = (
    ("mk", r"fjsp/Brandimarte1993/mk(0\d|10)\.txt"),
    ("mk11-15", r"fjsp/Brandimarte1993/mk1[1-5]\.txt"),
    ("dpp", r"fjsp/DauzerePeresPaulli1994/\d+a\.txt"),
    ("behnke", r"fjsp/BehnkeGeiger2012/behnke\d+\.txt"),
    ("barnes", r"fjsp/ChambersBarnes1996/\w+\.txt"),
    ("fattahi", r"fjsp/FattahiMehrabadJolai2007/fattahi\d+\.txt"),
    ("kacem", r"fjsp/KacemHammadiBorne2002/kacem\d+\.txt"),
    ("la-edata", r"fjsp/HurinkJurischThole1994/edata/la\d+\.txt"),
    ("la-rdata", r"fjsp/HurinkJurischThole1994/rdata/la\d+\.txt"),
    ("la-vdata", r"fjsp/HurinkJurischThole1994/vdata/la\d+\.txt"),
    ("hurink-rest", r"fjsp/HurinkJurischThole1994/\wdata/(?!la)\w+\.txt"),
    ("naderi", r"fjsp_naderi/\d+\.fjs"),
    ("yfjs", r"fajsp/\w+/YFJS\d+\.txt"),
    ("dafjs", r"fajsp/\w+/DAFJS\d+\.txt"),
)
FAMILIES = tuple(name for name, _ in _FAMILIES)
QUICK = {
    "mk": ("mk04", "mk10"),
    "dpp": ("05a",),
    "behnke": ("behnke20",),
    "la-edata": ("la21",),
    "la-rdata": ("la21",),
    "la-vdata": ("la21",),
    "naderi": ("9",),
    "yfjs": ("YFJS15",),
    "dafjs": ("DAFJS10",),
}
"""Instances of a quick run: one or two for the families that tell something in two seconds."""
SAMPLE = {
    "mk": ("mk06", "mk10"),
    "dpp": ("10a", "18a"),
    "behnke": ("behnke20", "behnke60"),
    "barnes": ("seti5c12", "seti5xy"),
    "fattahi": ("fattahi20",),
    "kacem": ("kacem4",),
    "la-edata": ("la21", "la38"),
    "la-rdata": ("la21", "la36"),
    "la-vdata": ("la21",),
    "naderi": ("9",),
    "yfjs": ("YFJS20",),
    "dafjs": ("DAFJS10", "DAFJS13"),
}
"""Instances of a usual run: hard ones of every family; all 373 files take a day with the peers and three seeds."""


def published(
    families: Iterable[str] | None = None,
    *,
    only: Mapping[str, Collection[str]] | None = None,
    folder: Path = SHARED,
) -> list[Instance]:
    """Return the instances that are there, family by family; none where the folder is absent.

    Parameters
    ----------
    families
        None for all, or for those of `only`.
    only
        Family -> file stems, as `QUICK` and `SAMPLE`; None for every file.

    Raises
    ------
    ValueError
        A family that does not exist.
    """
    wanted = list(families) if families is not None else list(FAMILIES if only is None else only)
    unknown = sorted(set(wanted) - set(FAMILIES))
    if unknown:
        raise ValueError(f"no such family: {', '.join(unknown)}; there are {', '.join(FAMILIES)}")
    if not folder.is_dir():
        return []
    values = best_known(folder)
    files = {
        path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*") if path.suffix in (".txt", ".fjs")
    }
    found = []
    for family, pattern in _FAMILIES:
        if family not in wanted:
            continue
        for name in sorted((name for name in files if re.fullmatch(pattern, name)), key=_natural):
            if only is not None and files[name].stem not in only.get(family, ()):
                continue
            bound, best = values.get(name, (None, None))
            found.append(Instance(name=name, family=family, path=files[name], best=best, bound=bound))
    return found


def best_known(folder: Path = SHARED) -> dict[str, tuple[int | None, int | None]]:
    """Return file -> (lower bound, best makespan), either None where nobody has published it."""
    values: dict[str, tuple[int | None, int | None]] = {}
    table = folder / "best_known.csv"
    if table.exists():
        for row in _rows(table):
            values[row["file"]] = (int(row["lower_bound"]), int(row["upper_bound"]))
    for row in _rows(NADERI):
        values[f"fjsp_naderi/{row['file']}"] = (None, int(row["upper_bound"]))
    return values


def _rows(path: Path) -> list[dict[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines))


def _natural(name: str) -> list[int | str]:
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
