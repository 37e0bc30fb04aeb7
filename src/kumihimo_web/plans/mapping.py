"""Between `kumihimo.planning` and the rows of the database; nothing else knows both."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from kumihimo.interop.planning_json import plan_from_bytes, plan_to_bytes, problem_from_bytes, problem_to_bytes
from kumihimo.planning.calendar import WorkCalendar, open_intervals, week_phase
from kumihimo.planning.compare import Pricing, cost_of, rows_by_order
from kumihimo.planning.problem import WEEK_MIN, Fixed, Interval, Order, Problem, Step
from kumihimo.planning.problem import Freeze as FreezeWord
from kumihimo.planning.result import Cause, Plan
from kumihimo_web.plans.earlier import before
from kumihimo_web.plans.models import Freeze, PlanMachine, PlanOrder, PlanStep, Version

LEVEL: dict[FreezeWord, Freeze] = {
    "proposed": Freeze.PROPOSED,
    "committed": Freeze.COMMITTED,
    "running": Freeze.RUNNING,
    "done": Freeze.DONE,
}
WORD: dict[int, FreezeWord] = {level: word for word, level in LEVEL.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Whose a site is, and where."""

    firm: str
    firm_name: str
    municipality: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Solved:
    """A plan with everything that its rows are made of.

    Attributes
    ----------
    orders
        Id -> kumihimo-work-order/1.
    places
        Site id -> whose it is.
    """

    problem: Problem
    plan: Plan
    orders: Mapping[str, Mapping[str, Any]]
    places: Mapping[str, Place]

    def process_of(self, resource: str) -> str:
        """Return the process of a machine; its id is ``site/process``, of a second one ``site/process#2``."""
        return resource.rpartition("/")[2].partition("#")[0]

    def step_of(self, order: str, step: str) -> Mapping[str, Any]:
        """Return the step of the work order that a planned step belongs to; shares of a lot carry ``@site``."""
        name = step.partition("@")[0]
        return next((one for one in self.orders.get(order, {}).get("steps", ()) if one["id"] == name), {})

    def title_of(self, order: str) -> str:
        """Return what an order is called; its id where it has no name."""
        return str(self.orders.get(order, {}).get("title") or order)

    def place_of(self, resource: str) -> Place:
        """Return whose a machine is."""
        site = resource.rpartition("/")[0]
        return self.places.get(site) or Place(firm="", firm_name=site)


def sealed(problem: Problem, plan: Plan) -> tuple[bytes, bytes]:
    """Return problem and plan as they are kept; the plan names the bytes of its problem."""
    data = problem_to_bytes(problem)
    plan = replace(plan, problem_sha256=hashlib.sha256(data).hexdigest())
    return zlib.compress(data), zlib.compress(plan_to_bytes(plan))


def problem_of(version: Version) -> Problem:
    """Return the problem of a version as it was solved."""
    return problem_from_bytes(zlib.decompress(version.problem), f"problem-{version.number}.json")


def plan_of(version: Version) -> Plan:
    """Return the plan of a version."""
    return plan_from_bytes(zlib.decompress(version.plan), f"plan-{version.number}.json")


def told(problem: Problem, plan: Plan, levels: Mapping[tuple[str, str], int], *, now: int) -> tuple[Problem, Plan]:
    """Return a plan that is being carried out: every firm knows its times, and what has begun stands.

    Parameters
    ----------
    levels
        (order, step) -> freeze level as it is now.
    now
        Minute of the plan; what should have begun by then counts as begun.
    """
    rows = {(row.order, row.step): row for row in plan.steps}

    def known(order: Order, step: Step) -> Step:
        row = rows.get((order.id, step.id))
        if row is None:
            return step
        level = levels.get((order.id, step.id), Freeze.PROPOSED)
        if row.start < now:
            level = max(level, Freeze.COMMITTED)
        return replace(step, freeze=WORD[level], fixed=Fixed(resource=row.resource, start=row.start, end=row.end))

    orders = tuple(replace(o, steps=tuple(known(o, s) for s in o.steps)) for o in problem.orders)
    known_problem = replace(problem, orders=orders, sha256="")
    return known_problem, replace(plan, objective=cost_of(known_problem, plan).total)


def thawed(problem: Problem, steps: Iterable[tuple[str, str]]) -> Problem:
    """Return the problem with some steps free to move; what has begun stays, and so does all before it."""
    free: defaultdict[str, set[str]] = defaultdict(set)
    for order, step in steps:
        free[order].add(step)

    def loose(order: Order) -> Order:
        begun = {step.id for step in order.steps if step.freeze in ("running", "done")}
        names = free[order.id] - before({step.id: step.after for step in order.steps}, begun)
        return replace(
            order,
            steps=tuple(
                replace(step, freeze="proposed") if step.id in names and step.freeze == "committed" else step
                for step in order.steps
            ),
        )

    orders = tuple(loose(order) if order.id in free else order for order in problem.orders)
    return replace(problem, orders=orders, sha256="")


# Rows


def rows_of(solved: Solved, buyers: Mapping[str, int]) -> tuple[list[PlanOrder], list[PlanStep], list[PlanMachine]]:
    """Return the rows of a plan, not saved yet.

    Parameters
    ----------
    buyers
        Name of a buyer's organisation -> its primary key.
    """
    orders: list[PlanOrder] = []
    steps: list[PlanStep] = []
    pricing = Pricing(solved.problem)
    planned = rows_by_order(solved.plan)
    late = {one.order: one for one in solved.plan.late}
    why = {one.order: one.why for one in solved.plan.unplanned}
    setup = _setups(solved)
    for order in solved.problem.orders:
        rows = planned.get(order.id, [])
        document = dict(solved.orders.get(order.id, {}))
        buyer = str(document.get("buyer", ""))
        lateness = late.get(order.id)
        row = PlanOrder(
            ref=order.id,
            title=document.get("title") or order.id,
            buyer=buyers.get(buyer),
            buyer_name=buyer,
            due=order.due,
            finish=None if order.id in why else pricing.state(order, rows).completion,
            late_min=lateness.late_min if lateness is not None else 0,
            causes=[_cause(cause) for cause in lateness.causes] if lateness is not None else [],
            why=[{"code": w.code, "step": w.step, "text": w.text} for w in why.get(order.id, ())],
            work_order=document,
        )
        orders.append(row)
        stands = {one.step: one for one in rows}
        for position, step in enumerate(order.steps):
            found = stands.get(step.id)
            if found is None:
                continue
            named = solved.step_of(order.id, step.id)
            site = pricing.sites[found.resource]
            place = solved.place_of(found.resource)
            travel = []
            for name in step.after:
                before = stands.get(name)
                leg = None if before is None else solved.problem.transport.leg(pricing.sites[before.resource], site)
                travel.append([name, leg.minutes if leg is not None else 0])
            steps.append(
                PlanStep(
                    order=row,
                    step=step.id,
                    position=position,
                    label_ja=named.get("label_ja") or step.id,
                    label_en=named.get("label_en") or step.id,
                    process=named.get("process") or solved.process_of(found.resource),
                    quantity=_quantity(named, site),
                    firm=place.firm,
                    site=site,
                    resource=found.resource,
                    start=found.start,
                    end=found.end,
                    told_start=found.start,
                    told_end=found.end,
                    setup_min=setup.get((order.id, step.id), 0),
                    freeze=LEVEL[step.freeze],
                    after=travel,
                )
            )
    return orders, steps, _machines(solved)


def _cause(cause: Cause) -> dict[str, Any]:
    found = {"code": cause.code, "minutes": cause.minutes}
    return found | {key: getattr(cause, key) for key in ("step", "resource", "behind") if getattr(cause, key)}


def _quantity(step: Mapping[str, Any], site: str) -> int | None:
    share = next((one.get("quantity") for one in step.get("offers", ()) if one["site"] == site), None)
    found: int | None = share or step.get("quantity")
    return found


def _setups(solved: Solved) -> dict[tuple[str, str], int]:
    """Return the set-up minutes before each step that needs some."""
    tables = {r.id: r.setup for r in solved.problem.resources if r.setup}
    if not tables:
        return {}
    families = {(o.id, s.id): s.family for o in solved.problem.orders for s in o.steps}
    last: dict[str, str | None] = {}
    found = {}
    for row in sorted((r for r in solved.plan.steps if r.resource in tables), key=lambda r: (r.start, r.end)):
        before, own = last.get(row.resource), families[row.order, row.step]
        if before is not None and own is not None:
            found[row.order, row.step] = tables[row.resource].get(before, {}).get(own, 0)
        last[row.resource] = own
    return found


def _machines(solved: Solved) -> list[PlanMachine]:
    problem, phase = solved.problem, week_phase(solved.problem.start)
    reach = max((row.end for row in solved.plan.steps), default=0)
    calendars = {calendar.id: calendar for calendar in problem.calendars}
    busy: defaultdict[str, list[Interval]] = defaultdict(list)
    for row in solved.plan.steps:
        busy[row.resource].append((row.start, row.end))
    edges = [max(0, number * WEEK_MIN - phase) for number in range((reach + phase) // WEEK_MIN + 2)]
    found = []
    for resource in problem.resources:
        place, runs = solved.place_of(resource.id), busy.get(resource.id, [])
        opened: list[Interval] = [(0, reach)] if reach else []
        if resource.calendar is not None:
            opened = open_intervals(calendars[resource.calendar], phase, 0, max(1, reach))
        hours = WorkCalendar(opened)
        weeks = [
            [
                sum(hours.work_between(max(a, low), min(b, high)) for a, b in runs if a < high and b > low),
                hours.work_between(low, min(high, reach)),
            ]
            for low, high in pairwise(edges)
        ]
        found.append(
            PlanMachine(
                resource=resource.id,
                firm=place.firm,
                firm_name=place.firm_name,
                site=resource.site,
                municipality=place.municipality,
                process=solved.process_of(resource.id),
                steps=len(runs),
                busy_min=sum(week[0] for week in weeks),
                open_min=sum(week[1] for week in weeks),
                weeks=weeks,
                open_text=json.dumps(opened if runs else [], separators=(",", ":")),
            )
        )
    return found


def totals_of(solved: Solved) -> dict[str, Any]:
    """Return the figures of a plan: counts, yen of each part of the objective, kilograms of CO2."""
    cost = cost_of(solved.problem, solved.plan)
    parts = ("modes", "transport", "lateness", "co2", "moves", "total")
    jpy = {part: getattr(cost, part) for part in parts}
    # What a lot too heavy for a parcel costs beyond one stands in the price of its modes (`network_problem`).
    heavier = _freight_in_modes(solved)
    jpy |= {"modes": jpy["modes"] - heavier, "transport": jpy["transport"] + heavier}
    return {
        "orders": len(solved.problem.orders),
        "steps": len(solved.plan.steps),
        "machines": len({row.resource for row in solved.plan.steps}),
        "firms": len({solved.place_of(row.resource).firm for row in solved.plan.steps}),
        "late": len(solved.plan.late),
        "late_min": sum(one.late_min for one in solved.plan.late),
        "unplanned": len(solved.plan.unplanned),
        "jpy": jpy,
        "kg_co2": round(float(cost.kg_co2), 1),
        "iterations": solved.plan.solver.iterations,
        "jpy_per_late_min": solved.problem.objective.jpy_per_weighted_late_min,
        "jpy_per_moved_step": solved.problem.objective.jpy_per_moved_step,
    }


def _freight_in_modes(solved: Solved) -> int:
    """Return the yen of the chosen modes beyond what the firms were offered for their work."""
    offers = {
        (ref, step["id"], offer["site"]): int(offer["jpy"])
        for ref, order in solved.orders.items()
        for step in order.get("steps", ())
        for offer in step["offers"]
    }
    modes = {(order.id, step.id): step.modes for order in solved.problem.orders for step in order.steps}
    found = 0
    for row in solved.plan.steps:
        price = modes[row.order, row.step][row.mode].jpy
        site = row.resource.rpartition("/")[0]
        found += price - offers.get((row.order, row.step.partition("@")[0], site), price)
    return found
