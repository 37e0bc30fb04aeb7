"""Published shops: every contestant on every instance with the same seconds and cores, every schedule checked again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.planning import machine
from benchmarks.planning.instances import Instance
from benchmarks.planning.process import ask
from benchmarks.planning.rows import Row, RowFile
from benchmarks.planning.shop import faults, shop_of
from kumihimo.interop.published_shops import read_any_problem

WORK = "shop"
OURS = "kumihimo"
WORKERS = 2


def versions(peers: Sequence[str]) -> dict[str, str]:
    """Return contestant -> version; a peer that is not installed is left out."""
    found = {OURS: machine.engine_version()}
    if "ortools" in peers:
        found["cp-sat"] = f"ortools {machine.library_versions()['ortools']}"
    if "pyjobshop" in peers:
        there = machine.peer_versions()
        if there:
            found["pyjobshop"] = f"pyjobshop {there['pyjobshop']} ortools {there['ortools']}"
    return found


def run(instances: Iterable[Instance], *, file: RowFile, solvers: dict[str, str], seeds: int, seconds: float) -> None:
    """Run what is not in the file yet; seed after seed, so that a cut run has seen every instance once."""
    every = list(instances)
    jobs = [(seed, instance, solver) for seed in range(1, seeds + 1) for instance in every for solver in solvers]
    left = [job for job in jobs if not file.has((WORK, job[1].name, job[2], job[0], seconds), solvers[job[2]])]
    print(f"shops: {len(jobs)} runs, {len(jobs) - len(left)} already there", flush=True)
    for number, (seed, instance, solver) in enumerate(left, start=1):
        row = run_one(instance, solver=solver, version=solvers[solver], seed=seed, seconds=seconds)
        file.add(row)
        known = row.best_known
        gap = f" {100 * (row.objective / known - 1):.2f} %" if row.objective is not None and known else ""
        fault = f" FAULTY: {row.faults[0]}" if row.faults else ""
        print(
            f"{number}/{len(left)} {instance.name} {solver} seed {seed}: {row.objective}{gap} in {row.wall_s} s{fault}",
            flush=True,
        )


def run_one(instance: Instance, *, solver: str, version: str, seed: int, seconds: float) -> Row:
    """Run one contestant on one instance."""
    shop = shop_of(read_any_problem(instance.path))
    request = {
        "solver": solver,
        "path": str(instance.path),
        "shop": shop.document() if solver == "pyjobshop" else None,
        "seconds": seconds,
        "seed": seed,
        "target": instance.best,
        "workers": WORKERS,
    }
    load, when = machine.load_average(), machine.now()
    answer = ask(request)
    objective = answer.get("objective")
    wrong = list(answer.get("faults", ()))
    if objective is not None:
        wrong += faults(shop, answer["modes"], answer["starts"], objective)
        if instance.bound is not None and objective < instance.bound:
            wrong.append(f"{objective} lies below the proven bound {instance.bound}")
    trace = answer.get("trace", [])
    return Row(
        work=WORK,
        family=instance.family,
        instance=instance.name,
        solver=solver,
        seed=seed,
        seconds=seconds,
        version=version,
        status=answer["status"],
        objective=objective,
        bound=answer.get("bound"),
        best_known=instance.best,
        wall_s=_rounded(answer.get("wall_s")),
        cpu_s=_rounded(answer.get("cpu_s")),
        target_s=_rounded(reached(trace, instance.best)),
        peak_mb=_rounded(answer.get("peak_mb")),
        valid=objective is not None and not wrong,
        faults=tuple(wrong),
        load_before=load,
        when=when,
        more=answer.get("more"),
    )


def reached(trace: Sequence[Sequence[float]], target: int | None) -> float | None:
    """Return after how many seconds the target was reached."""
    if target is None:
        return None
    return next((second for second, objective in trace if objective <= target), None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
