"""`kumihimo plan diff` and `kumihimo plan whatif`: what changes, whom to call, which promises."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kumihimo.cli.console import JsonOption, Lang, LangOption, print_json, say, user_errors
from kumihimo.cli.plan_files import PlanArgument, ProblemArgument, check_fit, check_out, read_pair, write_whole
from kumihimo.cli.plan_gantt import time_of
from kumihimo.errors import InputError

if TYPE_CHECKING:
    from kumihimo.planning import Plan, Problem
    from kumihimo.planning.compare import PlanDiff
    from kumihimo.planning.events import Event

_TIME = r"[+-]?\d{1,13}|\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:?\d\d)?"
_STOP = re.compile(rf"(?P<name>.+?):(?P<start>{_TIME})-(?P<end>{_TIME})")
_DELAY = re.compile(r"(?P<name>.+):(?P<minutes>\+?\d{1,9})")


def diff(
    problem: ProblemArgument,
    plan_a: Annotated[Path, typer.Argument(metavar="PLAN_A", help="前の計画 / the plan before")],
    plan_b: Annotated[Path, typer.Argument(metavar="PLAN_B", help="後の計画 / the plan after")],
    problem_b: Annotated[
        Path | None, typer.Option("--problem-b", metavar="FILE", help="後の計画の問題 / the problem of the plan after")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """2つの計画の違いと電話する会社 / what changed between two plans."""
    from kumihimo.interop.planning_json import read_plan
    from kumihimo.planning.compare import compare_plans

    with user_errors(lang):
        before, old = read_pair(problem, plan_a, lang)
        if problem_b is None:
            after, new = before, read_plan(plan_b)
            check_fit(after, new, plan_b.name)
        else:
            after, new = read_pair(problem_b, plan_b, lang)
        found = compare_plans(before, old, after, new)
    _show(found, before, after, as_json, lang)


def whatif(
    problem: ProblemArgument,
    plan: PlanArgument,
    event: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="出来事のJSON / events")] = None,
    cancel: Annotated[list[str] | None, typer.Option(metavar="ORDER", help="注文の取消 / cancel an order")] = None,
    stop: Annotated[
        list[str] | None, typer.Option(metavar="RESOURCE:FROM-TO", help="設備の停止 / a machine stands still")
    ] = None,
    stop_site: Annotated[
        list[str] | None, typer.Option("--stop-site", metavar="SITE:FROM-TO", help="拠点の停止 / a site stands still")
    ] = None,
    delay: Annotated[
        list[str] | None, typer.Option(metavar="ORDER/STEP:MINUTES", help="工程の遅れ / a step starts later")
    ] = None,
    rush: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="特急注文のJSON / a rush order")] = None,
    rounds: Annotated[
        int | None,
        typer.Option(min=0, metavar="N", help="ほかの注文も動かして改善する回数 / rounds in which others may move too"),
    ] = None,
    now: Annotated[str | None, typer.Option(metavar="TIME", help="今（前には入れない）/ the time it is")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="新しい計画の書き込み先 / new plan file")] = None,
    out_problem: Annotated[
        Path | None, typer.Option("--out-problem", metavar="FILE", help="新しい問題の書き込み先 / new problem file")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """特急・停止・取消・遅れがあったら計画を直します / mend a plan after events."""
    from kumihimo.interop.planning_json import plan_to_bytes, problem_to_bytes

    with user_errors(lang):
        _check_outs(out, out_problem, [problem, plan, *(event or ()), *(rush or ())])
        before, old = read_pair(problem, plan, lang)
        events = _events(before, old, event or (), cancel or (), stop or (), stop_site or (), delay or (), rush or ())
        after, new, found = _applied(before, old, events, time_of(now, before.start, "--now"), rounds)
        data = problem_to_bytes(after)
        # The new plan belongs to the bytes of the new problem.
        new = replace(new, problem_sha256=hashlib.sha256(data).hexdigest())
        if out_problem is not None:
            write_whole(data, out_problem)
        if out is not None:
            write_whole(plan_to_bytes(new), out)
    _show(found, before, after, as_json, lang)
    if not as_json:
        if rounds is None and found.objective_after > found.objective_before:
            say(
                "Only what is affected was moved; --rounds 2000 also tries to move other orders where that pays."
                if lang == "en"
                else "動かしたのは影響のある所だけです。--rounds 2000 とすると、得になる所ではほかの注文も動かします。"
            )
        for name_ja, name_en, path in (("新しい問題", "New problem", out_problem), ("新しい計画", "New plan", out)):
            if path is not None:
                say(f"{name_en if lang == 'en' else name_ja}: {path}")


def _applied(
    problem: Problem, plan: Plan, events: Sequence[Event], now: int | None, rounds: int | None
) -> tuple[Problem, Plan, PlanDiff]:
    from kumihimo.planning.compare import compare_plans
    from kumihimo.planning.living import LivingPlan

    living = LivingPlan(problem, plan)
    for event in events:
        living.apply(event, rounds=rounds, now=now)
    after, new = living.problem, living.plan
    # Several events are told as one change, so that nobody is called twice.
    return after, new, compare_plans(problem, plan, after, new)


def _show(found: PlanDiff, before: Problem, after: Problem, as_json: bool, lang: str) -> None:
    from kumihimo.interop.plan_words import DiffWords, diff_document

    if as_json:
        print_json(diff_document(found))
        return
    for line in DiffWords(before, after, lang).lines(found):
        say(line)


def _check_outs(out: Path | None, out_problem: Path | None, sources: Sequence[Path]) -> None:
    for path in (out, out_problem):
        if path is not None:
            check_out(path, *sources)
    if out is not None and out_problem is not None and out.absolute() == out_problem.absolute():
        raise InputError(
            f"--out と --out-problem が同じファイル {out} です。別の名前にしてください。",
            f"--out and --out-problem are the same file {out}; give them different names.",
        )
    if out is not None and out_problem is None:
        raise InputError(
            "新しい計画は新しい問題の計画です。--out-problem も指定してください。",
            "the new plan is the plan of a new problem; give --out-problem too.",
        )


def _events(
    problem: Problem,
    plan: Plan,
    files: Sequence[Path],
    cancel: Sequence[str],
    stop: Sequence[str],
    stop_site: Sequence[str],
    delay: Sequence[str],
    rush: Sequence[Path],
) -> list[Event]:
    """Return the events in the order in which they are applied: what is known first, what is wanted last."""
    from kumihimo.interop.plan_events import read_events, read_order
    from kumihimo.planning.events import CancelOrder, Known, RushOrder, StopResource, StopSite, check_event

    events: list[Event] = [one for path in files for one in read_events(path, problem)]
    events += [CancelOrder(order_id=name) for name in cancel]
    for text in stop:
        name, start, end = _stop(text, problem, "--stop RESOURCE:FROM-TO")
        events.append(StopResource(resource=name, start=start, end=end))
    for text in stop_site:
        name, start, end = _stop(text, problem, "--stop-site SITE:FROM-TO")
        events.append(StopSite(site=name, start=start, end=end))
    events += [_delayed(text, problem, plan) for text in delay]
    events += [RushOrder(order=read_order(path)) for path in rush]
    if not events:
        raise InputError(
            "何が起きたかがありません。"
            "--rush、--stop、--stop-site、--cancel、--delay、--event のどれかを指定してください。",
            "nothing happened: give --rush, --stop, --stop-site, --cancel, --delay or --event.",
        )
    if len(events) == 1:
        # With several, one may name what another brings; each is checked when it is applied.
        check_event(Known.of(problem), events[0])
    return events


def _stop(text: str, problem: Problem, shape: str) -> tuple[str, int, int]:
    found = _STOP.fullmatch(text)
    if found is None:
        raise InputError(
            f"「{text}」は読めません。{shape} の形で書いてください"
            "（例 r7:2026-12-03T08:00-2026-12-04T17:00、r7:3360-4200）。",
            f"cannot read '{text}'; write {shape} (r7:2026-12-03T08:00-2026-12-04T17:00, r7:3360-4200).",
        )
    option = shape.partition(" ")[0]
    start, end = (time_of(found[key], problem.start, option) for key in ("start", "end"))
    assert start is not None, "it was given"
    assert end is not None, "it was given"
    return found["name"], start, end


def _delayed(text: str, problem: Problem, plan: Plan) -> Event:
    from kumihimo.planning.events import DelayStep

    found = _DELAY.fullmatch(text)
    if found is None:
        raise InputError(
            f"--delay: 「{text}」は読めません。ORDER/STEP:MINUTES の形で書いてください（例 o1/o1-20:180）。",
            f"--delay: cannot read '{text}'; write ORDER/STEP:MINUTES (o1/o1-20:180).",
        )
    # Ids may hold a slash, so the names are looked for, not cut.
    row = next((r for r in plan.steps if f"{r.order}/{r.step}" == found["name"]), None)
    if row is None:
        raise InputError(
            f"--delay: 工程「{found['name']}」は計画にありません。注文と工程のIDを確かめてください。",
            f"--delay: the plan has no step '{found['name']}'; check the ids of order and step.",
        )
    minutes = int(found["minutes"])
    order = next(o for o in problem.orders if o.id == row.order)
    step = next(s for s in order.steps if s.id == row.step)
    if step.freeze == "running":
        # What runs has started: it can only end later.
        return DelayStep(order=row.order, step=row.step, end=row.end + minutes)
    return DelayStep(order=row.order, step=row.step, start=row.start + minutes)
