"""`kumihimo plan`: make a plan, verify it, ask why, compare, ask what if, draw it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from kumihimo.cli.console import EXIT_BAD_INPUT, JsonOption, Lang, LangOption, print_json, say, user_errors, warn
from kumihimo.cli.plan_diff import diff, whatif
from kumihimo.cli.plan_explain import explain
from kumihimo.cli.plan_files import (
    PlanArgument,
    ProblemArgument,
    check_out,
    read_pair,
    read_problem_file,
    write_whole,
)
from kumihimo.cli.plan_gantt import gantt
from kumihimo.cli.plan_live import interruptible, live

if TYPE_CHECKING:
    from kumihimo.planning import Plan, Problem

EXIT_INTERRUPTED = 130
LATE_SHOWN = 30
DOUBLE_BOOKED_SHOWN = 5
CAUSES_SHOWN = 4
"""Per late order; smaller ones are summed, so that the minutes still add up."""

_STATUS_JA = {
    "optimal": "最適(証明済み)",
    "feasible": "全注文を計画",
    "partial": "一部の注文は計画できません",
    "infeasible": "計画できる注文がありません",
}
_LONGEST_S = 7 * 24 * 3600.0


class PlanGroup(TyperGroup):
    """A group whose unknown first argument is a problem file: `plan P.json` means `plan run P.json`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Insert `run` where no command is named."""
        if args and args[0] not in (*self.commands, "--help"):
            args = ["run", *args]
        parsed: list[str] = super().parse_args(ctx, args)
        return parsed


app = typer.Typer(
    cls=PlanGroup,
    no_args_is_help=True,
    help="計画を立てる・調べる・比べる・描く / make a plan, verify, explain, compare and draw it",
)


@app.command("run")
def run(
    problem: ProblemArgument,
    iterations: Annotated[int | None, typer.Option(min=0, help="探索回数(同じ値なら同じ計画) / rounds")] = None,
    budget: Annotated[
        float | None, typer.Option(min=0.0, max=_LONGEST_S, help="秒数の上限(結果は計算機による) / limit in seconds")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="乱数の種 / seed")] = 0,
    bound: Annotated[bool, typer.Option("--bound", help="下界も求めて最適との差を示す / also prove a bound")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="計画の書き込み先 / plan file")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """計画を立てます(Ctrl-C で中断しても計画は残る) / plan a problem file."""
    from kumihimo.interop.planning_json import plan_to_bytes
    from kumihimo.planning import plan
    from kumihimo.planning.compiled import is_warm

    with user_errors(lang):
        asked = read_problem_file(problem)
        if out is not None:
            check_out(out, problem)
        _warn_of_double_booking(asked, lang)
        if not is_warm():
            warn(
                "Preparing the planner: about a minute, this first time only."
                if lang == "en"
                else "計画エンジンを準備しています。初回だけ1分ほどかかります。"
            )
        with interruptible() as interruption:
            with live(lang) as tell:
                made = plan(asked, iterations=iterations, budget_s=budget, seed=seed, progress=tell, bound=bound)
            if out is not None:
                write_whole(plan_to_bytes(made), out)
    if as_json:
        sys.stdout.write(plan_to_bytes(made).decode())
    else:
        say(summary(asked, made, out, lang))
    if interruption.came or made.solver.info.get("stopped") == "interrupted":
        warn(
            "Stopped early; this is the best plan found so far."
            if lang == "en"
            else "途中で止めました。これはそこまでで最良の計画です。"
        )
        raise typer.Exit(EXIT_INTERRUPTED)


@app.command("verify")
def verify(
    problem: ProblemArgument,
    plan: PlanArgument,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """計画がすべての規則を守るか検証します / check a plan against every rule."""
    from kumihimo.planning import verify_plan

    with user_errors(lang):
        found = verify_plan(*read_pair(problem, plan, lang, fitting=False))
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


app.command("explain")(explain)
app.command("diff")(diff)
app.command("whatif")(whatif)
app.command("gantt")(gantt)


def _warn_of_double_booking(problem: Problem, lang: str) -> None:
    """Tell frozen steps that cannot both be true; they are planned around all the same."""
    from kumihimo.planning.clock_words import moment_words
    from kumihimo.planning.double_booked import double_booked

    found = double_booked(problem)
    for item in found[:DOUBLE_BOOKED_SHOWN]:
        one, other = "/".join(item.one), "/".join(item.other)
        since = moment_words(problem.start, item.start)[lang == "en"].partition(" (")[0].partition("（")[0]
        warn(
            f"Check: {one} and {other} are both fixed on {item.resource} at {since}, which has no place for both."
            if lang == "en"
            else f"確認してください: {one} と {other} が、設備{item.resource}の {since} に重なって固定されています。"
        )
    for line in _rest(len(found) - DOUBLE_BOOKED_SHOWN, lang):
        warn(line.partition(";" if lang == "en" else "（")[0])


def summary(problem: Problem, plan: Plan, out: Path | None, lang: str) -> str:
    """Return the plan in a few lines: status, price, and every late or missing order with its reasons."""
    from kumihimo.interop.plan_words import CAUSES, why_text
    from kumihimo.planning.clock_words import span_words

    english = lang == "en"
    gap = plan.objective - plan.lower_bound
    share = f"{100 * gap / plan.objective:.1f}" if plan.objective else "0.0"
    if english:
        lines = [
            f"Status: {plan.status}",
            f"{'Makespan (min)' if problem.objective.makespan else 'Objective'}: {plan.objective:,} "
            f"(lower bound {plan.lower_bound:,}, gap {share} %)",
            f"Steps: {len(plan.steps):,}, late orders: {len(plan.late):,}, unplanned orders: {len(plan.unplanned):,}",
        ]
    else:
        lines = [
            f"結果: {_STATUS_JA[plan.status]}",
            f"{'最大完了（分）' if problem.objective.makespan else '目的値'}: {plan.objective:,} "
            f"(下界 {plan.lower_bound:,}、差 {share} %)",
            f"工程 {len(plan.steps):,}件、遅れる注文 {len(plan.late):,}件、計画できない注文 {len(plan.unplanned):,}件",
        ]
    weights = {order.id: order.weight for order in problem.orders}
    # The worst first, where not all can be shown.
    late_orders = list(plan.late)
    if len(late_orders) > LATE_SHOWN:
        late_orders = sorted(late_orders, key=lambda late: -late.late_min * weights.get(late.order, 1))[:LATE_SHOWN]
    for late in late_orders:
        causes = []
        worst = sorted(late.causes, key=lambda cause: -cause.minutes)
        for cause in worst[:CAUSES_SHOWN]:
            name = cause.code if english else CAUSES.get(cause.code, (cause.code, ""))[0]
            parts = (
                cause.step and (f"step {cause.step}" if english else f"工程{cause.step}"),
                cause.resource and (f"on {cause.resource}" if english else f"設備{cause.resource}"),
                cause.behind and (f"behind {cause.behind}" if english else f"注文{cause.behind}の後"),
            )
            place = (" " if english else "、").join(part for part in parts if part)
            brackets = " ({})" if english else "（{}）"
            causes.append(f"{name} {span_words(cause.minutes)[english]}{brackets.format(place) if place else ''}")
        rest = worst[CAUSES_SHOWN:]
        if rest:
            minutes = span_words(sum(cause.minutes for cause in rest))[english]
            causes.append(f"{len(rest)} smaller ones {minutes}" if english else f"ほか{len(rest)}件 {minutes}")
        words = span_words(late.late_min)
        head = f"{late.order}: {words[1]} late" if english else f"{late.order}: {words[0]}の遅れ"
        lines.append(f"  {head} = " + " + ".join(causes))
    lines += _rest(len(plan.late) - len(late_orders), lang)
    for item in plan.unplanned[:LATE_SHOWN]:
        head = "not planned" if english else "計画できません"
        lines.append(f"  {item.order}: {head}: " + "; ".join(why_text(why, lang) for why in item.why))
    lines += _rest(len(plan.unplanned) - LATE_SHOWN, lang)
    if out is not None:
        lines.append(f"{'Written to' if english else '書き込み先'}: {out}")
    else:
        lines.append("Not saved; --out FILE keeps it." if english else "保存していません。--out FILE で残せます。")
    return "\n".join(lines)


def _rest(count: int, lang: str) -> list[str]:
    if count <= 0:
        return []
    if lang == "en":
        return [f"  … and {count:,} more; see kumihimo plan explain"]
    return [f"  … ほか {count:,} 件（kumihimo plan explain で見られます）"]
