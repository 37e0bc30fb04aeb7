"""`kumihimo plan PROBLEM` and `kumihimo plan verify PROBLEM PLAN`."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from typer.core import TyperGroup

from kumihimo.errors import InputError, LocatedErrors

if TYPE_CHECKING:
    from kumihimo.planning import Plan

_STATUS_JA = {
    "optimal": "最適(証明済み)",
    "feasible": "全注文を計画",
    "partial": "一部の注文は計画できません",
    "infeasible": "計画できる注文がありません",
}
_CAUSE_JA = {
    "RELEASE": "着手可能日",
    "WORK": "加工",
    "QUEUE": "順番待ち",
    "SETUP": "段取り",
    "CLOSED": "休業",
    "TRANSPORT": "輸送",
    "FROZEN": "確定済み工程",
    "LEAD_IMPOSSIBLE": "単独でも不可能",
}


class PlanGroup(TyperGroup):
    """A group whose unknown first argument is a problem file: `plan P.json` means `plan run P.json`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert `run` where no command is named."""
        if args and args[0] not in (*self.commands, "--help"):
            args = ["run", *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


app = typer.Typer(
    cls=PlanGroup, no_args_is_help=True, help="計画を立てる・検証する / plan a problem file, verify a plan"
)

Lang = Annotated[str, typer.Option("--lang", help="ja | en")]
AsJson = Annotated[bool, typer.Option("--json", help="JSONだけを標準出力に出す / print JSON only")]


@app.command("run")
def run(
    problem: Annotated[Path, typer.Argument(help="kumihimo-problem/1 のJSON")],
    iterations: Annotated[int | None, typer.Option(min=0, help="探索回数(同じ値なら同じ計画)")] = None,
    budget: Annotated[float | None, typer.Option(min=0.0, help="秒数の上限(結果は計算機による)")] = None,
    seed: Annotated[int, typer.Option(min=0, help="乱数の種")] = 0,
    out: Annotated[Path | None, typer.Option(help="計画(kumihimo-plan/1)の書き込み先")] = None,
    as_json: AsJson = False,
    lang: Lang = "ja",
) -> None:
    """問題ファイルから計画を立てます / plan a problem file."""
    from kumihimo.interop.planning_json import plan_to_bytes, read_problem, write_plan
    from kumihimo.planning import plan

    console = Console(stderr=True)
    try:
        asked = read_problem(problem)
        with _progress(console, lang) as tell:
            made = plan(asked, iterations=iterations, budget_s=budget, seed=seed, progress=tell)
        if out is not None:
            write_plan(made, out)
    except InputError as error:
        raise _refused(console, error, lang) from None
    if as_json:
        typer.echo(plan_to_bytes(made).decode(), nl=False)
    else:
        typer.echo(_summary(made, out, lang))


@app.command("verify")
def verify(
    problem: Annotated[Path, typer.Argument(help="kumihimo-problem/1 のJSON")],
    plan: Annotated[Path, typer.Argument(help="kumihimo-plan/1 のJSON")],
    as_json: AsJson = False,
    lang: Lang = "ja",
) -> None:
    """計画が問題のすべての規則を守るか検証します / check a plan against every rule of its problem."""
    from kumihimo.interop.planning_json import read_plan, read_problem
    from kumihimo.planning import verify_plan

    console = Console(stderr=True)
    try:
        found = verify_plan(read_problem(problem), read_plan(plan))
    except InputError as error:
        raise _refused(console, error, lang) from None
    if as_json:
        rows = [{"code": v.code, "where": v.where, "ja": v.text_ja, "en": v.text_en} for v in found]
        typer.echo(json.dumps({"ok": not found, "violations": rows}, ensure_ascii=False))
    elif found:
        for violation in found:
            typer.echo(violation.text(lang))
    else:
        typer.echo("The plan keeps every rule." if lang == "en" else "計画はすべての規則を守っています。")
    if found:
        raise typer.Exit(2)


def _refused(console: Console, error: InputError, lang: str) -> typer.Exit:
    console.print(error.text(lang), style="red", markup=False, highlight=False, soft_wrap=True)
    if isinstance(error, LocatedErrors):
        for problem in error.problems:
            expected = problem.expected_en if lang == "en" else problem.expected_ja
            line = f"{problem.sheet} {problem.column}: {problem.value!r} → {expected}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    return typer.Exit(2)


class _Bar:
    """A progress bar that shows itself only after a second."""

    def __init__(self, console: Console, lang: str) -> None:
        self.label = "Planning" if lang == "en" else "計画中"
        self.progress = Progress(
            TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console, transient=True
        )
        self.task = self.progress.add_task(self.label, total=1.0)
        self.began = time.monotonic()
        self.is_shown = False

    def __enter__(self) -> Callable[[float], None]:
        return self.tell

    def __exit__(self, *_: object) -> None:
        if self.is_shown:
            self.progress.stop()

    def tell(self, share: float) -> None:
        if not self.is_shown and time.monotonic() - self.began > 1:
            self.progress.start()
            self.is_shown = True
        self.progress.update(self.task, completed=share)


def _progress(console: Console, lang: str) -> Any:
    return _Bar(console, lang) if console.is_terminal else nullcontext(None)


def _summary(plan: Plan, out: Path | None, lang: str) -> str:
    english = lang == "en"
    gap = plan.objective - plan.lower_bound
    share = f"{100 * gap / plan.objective:.1f}" if plan.objective else "0.0"
    if english:
        lines = [
            f"Status: {plan.status}",
            f"Objective: {plan.objective:,} (lower bound {plan.lower_bound:,}, gap {share} %)",
            f"Steps: {len(plan.steps)}, late orders: {len(plan.late)}, unplanned orders: {len(plan.unplanned)}",
        ]
    else:
        lines = [
            f"結果: {_STATUS_JA[plan.status]}",
            f"目的値: {plan.objective:,} (下界 {plan.lower_bound:,}、差 {share} %)",
            f"工程 {len(plan.steps)}件、遅れる注文 {len(plan.late)}件、計画できない注文 {len(plan.unplanned)}件",
        ]
    for late in plan.late:
        causes = []
        for cause in late.causes:
            name = cause.code if english else _CAUSE_JA[cause.code]
            place = " ".join(
                part for part in (cause.step, cause.resource, cause.behind and f"← {cause.behind}") if part
            )
            causes.append(f"{name} {cause.minutes}{' min' if english else '分'}{f' ({place})' if place else ''}")
        head = f"{late.order}: {late.late_min} min late" if english else f"{late.order}: {late.late_min}分遅れ"
        lines.append(f"  {head} = " + " + ".join(causes))
    for item in plan.unplanned:
        texts = [why.text.split(" / ")[-1 if english else 0] for why in item.why]
        head = "not planned" if english else "計画できません"
        lines.append(f"  {item.order}: {head}: " + "; ".join(texts))
    if out is not None:
        lines.append(f"{'Written to' if english else '書き込み先'}: {out}")
    return "\n".join(lines)
