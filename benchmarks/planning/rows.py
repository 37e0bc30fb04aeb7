"""Raw results: a JSON file written anew after every run, so that a long benchmark can be cut and gone on with."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

Key = tuple[str, str, str, int, float]
FORMAT = "kumihimo-planning-benchmark/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One run of one solver on one instance.

    Attributes
    ----------
    work
        Which benchmark: ``shop``, ``multi-firm``, ``living``, ``risk``.
    version
        Of the solver; rows of an older version are run again.
    objective, bound
        None when the solver found, or proved, nothing.
    best_known
        What was known before the run; the target at which every solver stops.
    wall_s, cpu_s
        Of the solving; for peers without the building of their model, which favours them.
    target_s
        Seconds after which the best known value was reached; None when it was not.
    valid
        Whether the result passed the checks; `faults` says why not.
    load_before
        Load average of the machine just before the run.
    more
        Anything else that the work measures, by name.
    """

    work: str
    family: str
    instance: str
    solver: str
    seed: int
    seconds: float
    version: str
    status: str
    objective: int | None = None
    bound: int | None = None
    best_known: int | None = None
    wall_s: float | None = None
    cpu_s: float | None = None
    target_s: float | None = None
    peak_mb: float | None = None
    valid: bool = False
    faults: tuple[str, ...] = ()
    load_before: float = 0.0
    when: str = ""
    more: dict[str, Any] | None = None

    @property
    def key(self) -> Key:
        """What makes two rows the same measurement."""
        return (self.work, self.instance, self.solver, self.seed, self.seconds)


class RowFile:
    """The rows of a results file, and what they were measured on.

    Parameters
    ----------
    path
        Read when it exists; nothing is written before the first `add`.
    keeps_old
        Whether rows of other versions of a solver count as measured.
    """

    def __init__(self, path: Path, *, keeps_old: bool = False) -> None:
        self.path = path
        self.keeps_old = keeps_old
        self.rows: dict[Key, Row] = {}
        self.machines: list[dict[str, Any]] = []
        if path.exists():
            document = json.loads(path.read_text(encoding="utf-8"))
            if document.get("format") != FORMAT:
                raise ValueError(f"{path} is not a {FORMAT} file; move it away")
            self.machines = document["machines"]
            names = {field.name for field in fields(Row)}
            for item in document["rows"]:
                values: dict[str, Any] = {key: value for key, value in item.items() if key in names}
                values["faults"] = tuple(values.get("faults", ()))
                row = Row(**values)
                self.rows[row.key] = row

    def has(self, key: Key, version: str) -> bool:
        """Return whether this measurement was made with this version of the solver, or any where old rows are kept."""
        row = self.rows.get(key)
        return row is not None and (self.keeps_old or row.version == version)

    def current(self, engine: str) -> list[Row]:
        """Return the rows to report: all of the peers, and of ours those of this engine unless old ones are kept."""
        return [row for row in self.rows.values() if self.keeps_old or row.version in ("", engine) or not _is_ours(row)]

    def add(self, row: Row) -> None:
        """Put a row in place of an older one of the same measurement, and write the file."""
        self.rows.pop(row.key, None)
        self.rows[row.key] = row
        self.write()

    def measured_on(self, machine: dict[str, Any]) -> None:
        """Note the machine and the libraries of this session."""
        if machine not in self.machines:
            self.machines.append(machine)

    def write(self) -> None:
        """Write the file in one piece: a cut run leaves the old one or the new one, never a half."""
        rows = ",\n".join("  " + json.dumps(_compact(row), ensure_ascii=False) for row in self.rows.values())
        machines = json.dumps(self.machines, ensure_ascii=False)
        text = f'{{\n "format": "{FORMAT}",\n "machines": {machines},\n "rows": [\n{rows}\n ]\n}}\n'
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_suffix(self.path.suffix + ".part")
        part.write_text(text, encoding="utf-8")
        part.replace(self.path)


def _is_ours(row: Row) -> bool:
    return row.solver == "kumihimo"


def _compact(row: Row) -> dict[str, Any]:
    return {key: value for key, value in asdict(row).items() if value is not None and value != ()}
