"""`kumihimo plan PROBLEM` and `kumihimo plan verify PROBLEM PLAN`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from typer.core import TyperGroup

from kumihimo.cli.console import (
    EXIT_BAD_INPUT,
    JsonOption,
    Lang,
    LangOption,
    print_json,
    progress,
    say,
    user_errors,
)

if TYPE_CHECKING:
    from kumihimo.planning import Plan

T = TypeVar("T")

_STATUS_JA = {
    "optimal": "最適(証明済み)",
    "feasible": "全注文を計画",
    "partial": "一部の注文は計画できません",
    "infeasible": "計画できる注文がありません",
}
_LONGEST_S = 7 * 24 * 3600.0
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


@app.command("run")
def run(
    problem: Annotated[Path, typer.Argument(metavar="PROBLEM", help="問題 kumihimo-problem/1 のJSON / problem file")],
    iterations: Annotated[int | None, typer.Option(min=0, help="探索回数(同じ値なら同じ計画) / rounds")] = None,
    budget: Annotated[
        float | None, typer.Option(min=0.0, max=_LONGEST_S, help="秒数の上限(結果は計算機による) / limit in seconds")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="乱数の種 / seed")] = 0,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="計画の書き込み先 / plan file")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """問題ファイルから計画を立てます / plan a problem file."""
    from kumihimo.interop.planning_json import plan_to_bytes, read_problem, write_plan
    from kumihimo.planning import plan

    with user_errors(lang):
        asked = _as_told(lambda: read_problem(problem), problem)
        if out is not None:
            _check_out(out, problem)
        with progress("Planning" if lang == "en" else "計画中", 100) as show:
            made = plan(
                asked, iterations=iterations, budget_s=budget, seed=seed, progress=lambda share: show(int(100 * share))
            )
        if out is not None:
            write_plan(made, out)
    if as_json:
        sys.stdout.write(plan_to_bytes(made).decode())
    else:
        say(_summary(made, out, lang))


@app.command("verify")
def verify(
    problem: Annotated[Path, typer.Argument(metavar="PROBLEM", help="問題 kumihimo-problem/1 のJSON / problem file")],
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="計画 kumihimo-plan/1 のJSON / plan file")],
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """計画が問題のすべての規則を守るか検証します / check a plan against every rule of its problem."""
    from kumihimo.interop.planning_json import read_plan, read_problem
    from kumihimo.planning import verify_plan

    with user_errors(lang):
        asked = _as_told(lambda: read_problem(problem), problem, plan)
        found = verify_plan(asked, _as_told(lambda: read_plan(plan), problem, plan))
    if as_json:
        rows = [{"code": v.code, "where": v.where, "ja": v.text_ja, "en": v.text_en} for v in found]
        print_json({"ok": not found, "violations": rows})
    elif found:
        for violation in found:
            say(violation.text(lang))
    else:
        say("The plan keeps every rule." if lang == "en" else "計画はすべての規則を守っています。")
    if found:
        raise typer.Exit(EXIT_BAD_INPUT)


def _as_told(read: Callable[[], T], problem: Path, plan: Path | None = None) -> T:
    """Read a file; when that fails because problem and plan were mistaken for each other, say so in one line."""
    from kumihimo.errors import InputError

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


def _check_out(out: Path, problem: Path) -> None:
    """Refuse, before the long work, to write over a folder or over the problem itself."""
    from kumihimo.errors import InputError

    if out.is_dir():
        raise InputError(
            f"{out} はフォルダです。計画を書くファイルの名前を指定してください。",
            f"{out} is a folder; name a file for the plan.",
        )
    if out.exists() and out.samefile(problem):
        raise InputError(
            f"{out} は問題ファイルそのものです。計画には別の名前を指定してください。",
            f"{out} is the problem file itself; name another file for the plan.",
        )


def _summary(plan: Plan, out: Path | None, lang: str) -> str:
    from kumihimo.planning.clock_words import span_words

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
            causes.append(f"{name} {span_words(cause.minutes)[english]}{f' ({place})' if place else ''}")
        words = span_words(late.late_min)
        head = f"{late.order}: {words[1]} late" if english else f"{late.order}: {words[0]}の遅れ"
        lines.append(f"  {head} = " + " + ".join(causes))
    for item in plan.unplanned:
        texts = [why.text.split(" / ")[-1 if english else 0] for why in item.why]
        head = "not planned" if english else "計画できません"
        lines.append(f"  {item.order}: {head}: " + "; ".join(texts))
    if out is not None:
        lines.append(f"{'Written to' if english else '書き込み先'}: {out}")
    return "\n".join(lines)
