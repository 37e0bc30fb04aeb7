"""Write instances of the public multi-firm set: ``python -m benchmarks.planning.make mf-1000-full-narrow-s1``.

A name is ``SIZE-KIND-ELIGIBILITY-sSEED``; ``--list`` shows the set that is reported on.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import cast

from benchmarks.planning import given
from kumihimo.errors import InputError
from kumihimo.interop.planning_json import problem_to_bytes
from kumihimo.planning import Problem
from kumihimo.simulate.multi_firm import (
    ELIGIBLE,
    SIZES,
    Eligibility,
    Kind,
    instance_name,
    multi_firm_problem,
    named_spec,
)

SEEDS = (1, 2, 3)
"""Of the reported set."""


@cache
def names() -> tuple[str, ...]:
    """Return the names of the reported set; wide eligibility up to 1,000 orders."""
    return tuple(
        instance_name(size, kind, eligibility, seed)
        for size in SIZES
        for kind in cast("tuple[Kind, ...]", ("plain", "full"))
        for eligibility in cast("tuple[Eligibility, ...]", tuple(ELIGIBLE))
        for seed in SEEDS
        if eligibility == "narrow" or size != "mf-18000"
    )


def problem_named(name: str) -> Problem:
    """Return the problem of a name.

    Raises
    ------
    InputError
        It is no name of an instance.
    """
    parts = name.rsplit("-", 3)
    if len(parts) != 4 or not (parts[3].startswith("s") and parts[3][1:].isdigit()):
        raise InputError(
            f"{name}: mf-1000-full-narrow-s1 のような名前にしてください。", f"{name}: give a name like {names()[0]}."
        )
    size, kind, eligibility, seed = parts
    if size in given.SIZES and (kind, eligibility) == ("plain", "narrow") and given.is_there():
        return given.given_problem(size, int(seed[1:]))
    return multi_firm_problem(named_spec(size, cast("Kind", kind), cast("Eligibility", eligibility), int(seed[1:])))


def problem_and_bytes(name: str) -> tuple[Problem, bytes]:
    """Return the problem of a name and the bytes of its file."""
    problem = problem_named(name)
    return problem, problem_to_bytes(problem)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planning.make", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", type=Path, default=Path("out/multi-firm"), help="folder; default %(default)s")
    parser.add_argument("--list", action="store_true", help="show the names of the reported set")
    asked = parser.parse_args(argv)
    if asked.list:
        print("\n".join(names()))
        return 0
    if not asked.names:
        parser.error("name an instance, or --list")
    asked.out.mkdir(parents=True, exist_ok=True)
    for name in asked.names:
        try:
            problem, data = problem_and_bytes(name)
        except InputError as error:
            print(error.text("en"), file=sys.stderr)
            return 2
        path = asked.out / f"{name}.json"
        path.write_bytes(data)
        steps = sum(len(order.steps) for order in problem.orders)
        print(f"{path}: {steps} steps, {len(data) / 1e6:.1f} MB, sha256 {hashlib.sha256(data).hexdigest()}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
