"""Files of the plan commands: read strictly, mistaken for each other with a clear line, written whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from kumihimo.cli.console import warn
from kumihimo.errors import InputError, system_reason_ja

if TYPE_CHECKING:
    from kumihimo.planning import Plan, Problem

T = TypeVar("T")

ProblemArgument = Annotated[
    Path,
    typer.Argument(metavar="PROBLEM", help="問題 kumihimo-problem/1 のJSON、または公開ジョブショップ / problem file"),
]
PlanArgument = Annotated[Path, typer.Argument(metavar="PLAN", help="計画 kumihimo-plan/1 のJSON / plan file")]


def read_problem_file(path: Path) -> Problem:
    """Read a problem in any format that is known."""
    from kumihimo.interop.published_shops import read_any_problem

    return _as_told(lambda: read_any_problem(path), path)


def read_pair(problem_path: Path, plan_path: Path, lang: str, *, fitting: bool = True) -> tuple[Problem, Plan]:
    """Read a problem and its plan.

    Parameters
    ----------
    fitting
        Whether the plan must belong to the problem; the verifier looks at that on its own.

    Raises
    ------
    InputError
        A file cannot be read, the two were mistaken for each other, or the plan belongs to another problem.
    """
    from kumihimo.interop.planning_json import read_plan
    from kumihimo.interop.published_shops import read_any_problem

    problem = _as_told(lambda: read_any_problem(problem_path), problem_path, plan_path)
    plan = _as_told(lambda: read_plan(plan_path), problem_path, plan_path)
    if fitting:
        check_fit(problem, plan, plan_path.name)
        if problem.sha256 and plan.problem_sha256 != problem.sha256:
            warn(
                f"Note: {plan_path.name} was made for another version of {problem_path.name}."
                if lang == "en"
                else f"注意: {plan_path.name} は {problem_path.name} とは別の版の問題から作られた計画です。"
            )
    return problem, plan


def check_fit(problem: Problem, plan: Plan, name: str) -> None:
    """Refuse a plan that names what the problem does not have.

    Raises
    ------
    InputError
        With the first name that does not fit.
    """
    orders = {o.id: {s.id: s for s in o.steps} for o in problem.orders}
    resources = {r.id for r in problem.resources}
    wrong = ""
    for row in plan.steps:
        step = orders.get(row.order, {}).get(row.step)
        if step is None:
            wrong = f"{row.order}/{row.step}"
        elif row.resource not in resources:
            wrong = row.resource
        elif row.mode >= len(step.modes):
            wrong = f"{row.order}/{row.step} mode {row.mode}"
        elif row.end < row.start:
            wrong = f"{row.order}/{row.step} {row.start}–{row.end}"
        if wrong:
            break
    if not wrong:
        named = [u.order for u in plan.unplanned] + [late.order for late in plan.late]
        wrong = next((order for order in named if order not in orders), "")
    if wrong:
        raise InputError(
            f"{name}: この問題の計画ではありません（「{wrong}」が合いません）。"
            "ファイルを確かめるか、kumihimo plan verify で調べてください。",
            f"{name} is no plan of this problem ('{wrong}' does not fit); check the files or run kumihimo plan verify.",
        )


def _as_told(read: Callable[[], T], problem: Path, plan: Path | None = None) -> T:
    """Read a file; when that fails because problem and plan were mistaken for each other, say so in one line."""
    try:
        return read()
    except InputError:
        if plan is None and _format_of(problem).startswith("kumihimo-plan/"):
            raise InputError(
                f"{problem} は計画ファイルです。問題ファイル（kumihimo-problem/1）を指定してください。",
                f"{problem} is a plan; name a problem file (kumihimo-problem/1).",
            ) from None
        if plan is not None and (
            _format_of(problem).startswith("kumihimo-plan/") or _format_of(plan).startswith("kumihimo-problem/")
        ):
            raise InputError(
                "1つ目は問題ファイル、2つ目は計画ファイルです。順番とファイルを確かめてください。",
                "The first file is the problem, the second the plan; check their order.",
            ) from None
        raise


def _format_of(path: Path) -> str:
    """Return what a JSON file says it is; empty when it is none or says nothing."""
    try:
        document = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return ""
    return str(document.get("format", "")) if isinstance(document, dict) else ""


def check_out(out: Path, *sources: Path) -> None:
    """Refuse, before the long work, to write over a folder or over a file that is read.

    Raises
    ------
    InputError
        When it would.
    """
    if out.is_dir():
        raise InputError(
            f"{out} はフォルダです。書き込むファイルの名前を指定してください。",
            f"{out} is a folder; name a file to write.",
        )
    for source in sources:
        if out.exists() and source.exists() and out.samefile(source):
            raise InputError(
                f"{out} は読み込む問題や計画のファイルそのものです。別の名前を指定してください。",
                f"{out} is the problem file itself, or another file that is read; name another file to write.",
            )


def write_whole(data: bytes, path: Path) -> None:
    """Write a file so that at every moment either the old one or the whole new one stands there.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A link is followed: the file it leads to is renewed, the link stays.
        target = path.resolve()
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp makes files for their owner alone; the new file gets what any new file here would get.
            Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise InputError(
            f"{path} に書けません（{system_reason_ja(error)}）。書き込み先を確かめてください。",
            f"cannot write {path} ({error.strerror}); check the place.",
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
