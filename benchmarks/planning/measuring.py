"""One measurement that is not a published shop: asked for in a process of its own, kept as a row."""

from __future__ import annotations

from typing import Any

from benchmarks.planning import machine
from benchmarks.planning.process import ask
from benchmarks.planning.rows import Row, RowFile


def measure_once(
    file: RowFile,
    *,
    work: str,
    instance: str,
    solver: str,
    seed: int,
    seconds: float,
    version: str,
    request: dict[str, Any],
) -> Row | None:
    """Ask the module `request["module"]` unless the file already has this row.

    Parameters
    ----------
    request
        For the `measure` function of the module; seed and seconds are added.

    Returns
    -------
    Row or None
        What was measured now; None when it was there already.
    """
    if file.has((work, instance, solver, seed, seconds), version):
        return None
    load, when = machine.load_average(), machine.now()
    answer = ask({"solver": "measure", "seed": seed, "seconds": seconds, **request})
    faults = tuple(answer.get("faults", ()))
    row = Row(
        work=work,
        family=instance.split("-plain")[0].split("-full")[0],
        instance=instance,
        solver=solver,
        seed=seed,
        seconds=seconds,
        version=version,
        status=answer["status"],
        objective=answer.get("objective"),
        bound=answer.get("bound"),
        wall_s=answer.get("wall_s"),
        cpu_s=answer.get("cpu_s"),
        peak_mb=answer.get("peak_mb"),
        valid=not faults,
        faults=faults,
        load_before=load,
        when=when,
        more=answer.get("more"),
    )
    file.add(row)
    return row
