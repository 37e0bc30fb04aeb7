"""The long work on plans. Engines are loaded inside the tasks: only workers pay for them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from kumihimo.errors import InputError
from kumihimo.interop.plan_events import events_from_bytes
from kumihimo.interop.work_order_json import work_order_from_json
from kumihimo.logistics.transport import FormulaTransport
from kumihimo.planning.events import Event, RushOrder, StopResource, StopSite
from kumihimo.planning.problem import Problem
from kumihimo_web.jobs.registry import Running, Task, register
from kumihimo_web.plans import queries, report_services, services
from kumihimo_web.plans.begun import Begun, begun, lived, network
from kumihimo_web.plans.declining import without_firm
from kumihimo_web.plans.difference import difference, of_reports
from kumihimo_web.plans.mapping import Solved, rows_of, sealed, thawed, totals_of
from kumihimo_web.plans.models import Kind
from kumihimo_web.plans.queries import Stop
from kumihimo_web.plans.remedying import agreement, chosen_of, described, found_for, remedied
from kumihimo_web.plans.rolling import shifted_event
from kumihimo_web.plans.services import EFFORTS, Made
from kumihimo_web.plans.substitutes import affected

if TYPE_CHECKING:
    from kumihimo.planning.progress import Progress

MOVE_JPY = 1000
"""What it costs to tell a firm another time: a call on both sides. An estimate of ours, shown with the plan."""
_PHASES = {
    "construct": ("最初の並びを作っています", "Placing the orders"),
    "improve": ("よりよい並びを探しています", "Looking for a better plan"),
    "cpsat": ("もっとよい計画がないか確かめています", "Checking whether there is a better one"),
    "explain": ("遅れの理由を調べています", "Finding out why orders are late"),
}


def _telling(running: Running, low: float, high: float) -> Callable[[Progress], None]:
    """Return what hears the engine's progress; it raises `Cancelled` when somebody asked to stop."""

    def tell(progress: Progress) -> None:
        ja, en = _PHASES.get(progress.phase, ("計画しています", "Planning"))
        running.tell(low + (high - low) * (progress.share or 0.0), ja, en)

    return tell


def _first(running: Running) -> Made:
    from kumihimo.planning.engine import plan
    from kumihimo.proposal.network_plan import network_problem

    payload = running.payload
    running.tell(0.02, "企業と設備を読み込んでいます", "Reading firms and machines")
    known = network()
    orders = [work_order_from_json(one) for one in payload["orders"]]
    problem = network_problem(orders, known, start=date.fromisoformat(payload["today"]))
    problem = replace(problem, objective=replace(problem.objective, jpy_per_moved_step=MOVE_JPY))
    made = plan(
        problem, iterations=payload["rounds"], seed=1, progress=_telling(running, 0.1, 0.85), now=payload["now"]
    )
    running.tell(0.9, "計画を書き出しています", "Writing the plan")
    solved = Solved(
        problem=problem,
        plan=made,
        orders={one["id"]: one for one in payload["orders"]},
        places=queries.places_in(known),
    )
    return _made(Kind.FIRST, {}, None, solved, {})


def _replan(running: Running) -> Made:
    from kumihimo.planning.engine import plan

    payload = running.payload
    now = begun(running)
    made = plan(
        now.before.problem,
        iterations=EFFORTS[payload["effort"]],
        seed=now.base.version.number,
        progress=_telling(running, 0.1, 0.85),
        begin=now.before.plan,
        now=now.now,
    )
    return _drafted(running, Kind.REPLAN, {}, now, replace(now.before, plan=made))


def _with_events(kind: Kind) -> Callable[[Running], Made]:
    def work(running: Running) -> Made:
        payload = running.payload
        now = begun(running)
        # Minutes count from the plan that the events were written for, which may be an older one.
        since = replace(now.before.problem, start=datetime.fromisoformat(payload["since"]))
        by = (since.start - now.before.problem.start) // timedelta(minutes=1)
        data = json.dumps(payload["events"], ensure_ascii=False).encode()
        events = [shifted_event(event, by) for event in events_from_bytes(data, since)]
        after = lived(_loosened(now.before, events), events, now.now, running)
        return _drafted(running, kind, payload["subject"], now, after)

    return work


def _order(running: Running) -> Made:
    from kumihimo.proposal.network_plan import network_problem

    payload = running.payload
    now, known = begun(running), network()
    before = now.before
    order = work_order_from_json(payload["order"])
    alone = network_problem([order], known, start=before.problem.start.date())
    wider = replace(
        before,
        problem=_joined(before.problem, alone),
        orders={**before.orders, order.id: payload["order"]},
        places={**queries.places_in(known), **before.places},
    )
    after = lived(wider, [RushOrder(order=alone.orders[0])], now.now, running)
    return _drafted(running, Kind.ORDER, {"ja": order.title, "en": order.title}, now, after)


def _emergency(running: Running) -> Made:
    from kumihimo.proposal.network_plan import with_substitutes

    payload = running.payload
    now, known = begun(running), network()
    before, told = now.before, payload["stop"]
    start, end = (
        (datetime.fromisoformat(told[edge]) - before.problem.start) // timedelta(minutes=1) for edge in ("start", "end")
    )
    stop = Stop(kind=told["kind"], ref=told["ref"], start=start, end=end)
    wider = replace(before, places={**queries.places_in(known), **before.places})
    down = _stopped(wider, stop)
    hit = _hit(wider, {name for names in down.values() for name in names}, stop.start, stop.end)
    running.tell(0.2, "代わりにできる企業を探しています", "Looking for substitutes")
    orders = [work_order_from_json(before.orders[name]) for name in {order for order, _ in hit} if before.orders[name]]
    problem = with_substitutes(thawed(before.problem, hit), orders, known, hit)
    wider = replace(wider, problem=problem)
    # Substitutes may stand in the same town: what was not in the plan before stops too.
    down = _stopped(wider, stop)
    events: list[Event] = []
    for site, names in down.items():
        if stop.kind == "machine":
            events += [StopResource(resource=name, start=stop.start, end=stop.end) for name in names]
        else:
            events.append(StopSite(site=site, start=stop.start, end=stop.end))
    after = lived(wider, events, now.now, running) if events else wider
    made = _drafted(running, Kind.EMERGENCY, payload["subject"], now, after)
    found = affected(wider, after, hit, down, now=now.now)
    return replace(made, diff={**made.diff, "affected": found})


def _declined(running: Running) -> Made:
    payload = running.payload
    now, known = begun(running), network()
    order, step = payload["order"], payload["step"]
    running.tell(0.2, "代わりにできる企業を探しています", "Looking for substitutes")
    after = without_firm(now.before, order, step, payload["firm"], known, now.now, running)
    made = _drafted(running, Kind.EMERGENCY, payload["subject"], now, after)
    was = {row.resource.rpartition("/")[0] for row in now.before.plan.steps if (row.order, row.step) == (order, step)}
    wider = replace(now.before, places=after.places)
    found = affected(wider, after, {(order, step)}, was, now=now.now)
    return replace(made, diff={**made.diff, "affected": found})


def _remedies(running: Running) -> list[dict[str, Any]]:
    now, order = begun(running), running.payload["order"]
    return [described(one, base, order) for one, base in found_for(now.before, order, now.now, network())]


def _remedy(running: Running) -> Made:
    payload = running.payload
    now, order, wanted = begun(running), payload["order"], payload["remedy"]
    running.tell(0.3, "手だてを確かめています", "Checking what was chosen")
    if not any(one.id == order for one in now.before.problem.orders):
        raise InputError(
            f"案件 {order} は今の計画にありません。計画を開き直してください。",
            f"order {order!r} is not in the current plan; open the plan again.",
        )
    chosen, base = chosen_of(found_for(now.before, order, now.now, network()), wanted)
    after = remedied(base, order, chosen, wanted, now.now)
    # As it is now: its hours may be others than those that were chosen.
    told = described(chosen, base, order)
    title = base.title_of(order)
    subject = {lang: f"{title} — {told[lang]}" for lang in ("ja", "en")}
    made = _drafted(running, Kind.REMEDY, subject, now, after)
    asked = agreement(chosen, base, told)
    return replace(made, diff={**made.diff, "agree": asked}) if asked else made


def _follow(running: Running) -> Made:
    now = begun(running, from_today=False)
    return _drafted(running, Kind.EVENT, running.payload["subject"], now, now.before)


# What they have in common


def _loosened(before: Solved, events: Iterable[Event]) -> Solved:
    """Return the plan with those fixed steps free to move whose machine will stand still."""
    hit: set[tuple[str, str]] = set()
    for event in events:
        if isinstance(event, StopResource):
            hit |= _hit(before, {event.resource}, event.start, event.end)
        elif isinstance(event, StopSite):
            names = {r.id for r in before.problem.resources if r.site == event.site}
            hit |= _hit(before, names, event.start, event.end)
    return replace(before, problem=thawed(before.problem, hit)) if hit else before


def _hit(solved: Solved, resources: set[str], start: int, end: int) -> set[tuple[str, str]]:
    """Return (order, step) of what stands on machines while these stand still and is not done."""
    done = {(o.id, s.id) for o in solved.problem.orders for s in o.steps if s.freeze == "done"}
    return {
        (row.order, row.step)
        for row in solved.plan.steps
        if row.resource in resources and row.start < end and row.end > start and (row.order, row.step) not in done
    }


def _stopped(solved: Solved, stop: Stop) -> dict[str, list[str]]:
    """Return site -> its machines that stand still."""
    found: dict[str, list[str]] = {}
    for resource in solved.problem.resources:
        if stop.covers(resource.id, solved.place_of(resource.id)):
            found.setdefault(resource.site, []).append(resource.id)
    return found


def _joined(problem: Problem, more: Problem) -> Problem:
    """Return a problem with the sites, machines and free hours that another one has beyond it; no orders."""
    sites, resources = {s.id for s in problem.sites}, {r.id for r in problem.resources}
    calendars = {c.id for c in problem.calendars}
    transport = problem.transport
    if isinstance(transport, FormulaTransport) and isinstance(more.transport, FormulaTransport):
        transport = replace(transport, points={**more.transport.points, **transport.points})
    return replace(
        problem,
        sites=(*problem.sites, *(s for s in more.sites if s.id not in sites)),
        resources=(*problem.resources, *(r for r in more.resources if r.id not in resources)),
        calendars=(*problem.calendars, *(c for c in more.calendars if c.id not in calendars)),
        transport=transport,
        sha256="",
    )


def _drafted(running: Running, kind: Kind, subject: Mapping[str, str], now: Begun, after: Solved) -> Made:
    running.tell(0.9, "変わる所をまとめています", "Putting together what changes")
    diff = difference(now.told(after.plan), after)
    reported = of_reports(now.known, now.before)
    if after is not now.before and reported:
        # What follows of reports alone is not what this draft is about, and its figures count from there.
        stays = reported - of_reports(now.before, after)
        for move in diff["moves"]:
            move["reported"] = (move["ref"], move["step"]) in stays
        diff["reported"] = {"steps": sum(move["reported"] for move in diff["moves"]), "totals": totals_of(now.before)}
    return _made(kind, subject, now, after, diff)


def _made(kind: Kind, subject: Mapping[str, str], now: Begun | None, after: Solved, diff: Mapping[str, Any]) -> Made:
    problem, plan = sealed(after.problem, after.plan)
    orders, steps, machines = rows_of(after, queries.buyers())
    base = None
    if now is not None:
        base = now.base.version
        now.carry(steps)
    return Made(
        kind=kind,
        subject=subject,
        base=None if base is None else base.number,
        base_edits=0 if base is None else base.edits,
        base_reports=0 if base is None else base.reports,
        heard_at=None if now is None else now.heard_at,
        start=after.problem.start,
        horizon=after.problem.horizon,
        problem=problem,
        plan=plan,
        totals=totals_of(after),
        diff=diff,
        orders=orders,
        steps=steps,
        machines=machines,
    )


def _keep(task: str) -> Callable[[Made, dict[str, Any]], dict[str, Any]]:
    def save(made: Made, payload: dict[str, Any]) -> dict[str, Any]:
        version = services.keep(made, task=task, payload=payload)
        if payload.get("approve"):
            services.approve(version.number, without_place=True)
        return {"version": version.number, "url": queries.page_of(version)}

    return save


def _keep_remedies(found: list[dict[str, Any]], payload: dict[str, Any]) -> dict[str, Any]:
    row = services.keep_remedies(payload["base"], payload["order"], found)
    return {"url": reverse("plan_order", args=[payload["base"], row.ref]) + "#remedies"}


def _keep_follow(made: Made, payload: dict[str, Any]) -> dict[str, Any]:
    draft = report_services.take_over(made, payload=payload)
    return {"url": reverse("plans") if draft is None else queries.page_of(draft)}


for _kind, _work in (
    ("plans.first", _first),
    ("plans.replan", _replan),
    ("plans.events", _with_events(Kind.EVENT)),
    ("plans.whatif", _with_events(Kind.WHATIF)),
    ("plans.order", _order),
    ("plans.emergency", _emergency),
    ("plans.declined", _declined),
    ("plans.remedy", _remedy),
):
    register(Task(kind=_kind, work=_work, save=_keep(_kind)))
register(Task(kind="plans.remedies", work=_remedies, save=_keep_remedies))
register(Task(kind="plans.follow", work=_follow, save=_keep_follow))
