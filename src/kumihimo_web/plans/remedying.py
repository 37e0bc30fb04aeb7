"""Puts one remedy for a late order into the plan, as it was worked out; nothing else is looked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo.interop.work_order_json import work_order_from_json
from kumihimo.model import Network
from kumihimo.planning.problem import Mode, Order, PlanCalendar, Problem, Resource
from kumihimo.planning.result import PlannedStep
from kumihimo_web.design.language import twins
from kumihimo_web.plans import queries
from kumihimo_web.plans.begun import stands
from kumihimo_web.plans.mapping import Solved
from kumihimo_web.plans.remedy_words import remedy_words
from kumihimo_web.plans.rolling import since

if TYPE_CHECKING:
    from kumihimo.planning.remedies import Remedy

Found = tuple["Remedy", Solved]
"""A remedy, and the plan that it is a remedy of: with other firms among the modes where it is to move to one."""
_ASKED_OF_FIRM = ("OVERTIME", "SHIFT", "SECOND_MACHINE")
"""What a firm has to agree to beyond another time."""


def found_for(solved: Solved, order: str, now: int, known: Network) -> list[Found]:
    """Return what would make an order less late; nothing of it lies in the past.

    Whom else the work could go to is looked for apart: any other remedy leaves it with the firms that have it.
    """
    from kumihimo.planning.remedies import remedies

    here = [(one, solved) for one in remedies(since(solved.problem, now), solved.plan, order)]
    wider = _with_others(solved, order, known)
    moved = remedies(since(wider.problem, now), wider.plan, order)
    told = {one.ja for one, _base in here}
    return [*here, *((one, wider) for one in moved if one.kind == "REROUTE" and one.ja not in told)]


def _with_others(solved: Solved, order: str, known: Network) -> Solved:
    """Return the plan with every firm among the modes that could do the steps that make an order late."""
    from kumihimo.proposal.network_plan import with_substitutes

    document = solved.orders.get(order)
    if not document:
        return solved
    late = {cause.step for one in solved.plan.late if one.order == order for cause in one.causes if cause.step}
    every = {step.id for one in solved.problem.orders if one.id == order for step in one.steps}
    steps = {(order, name) for name in late or every}
    problem = with_substitutes(solved.problem, [work_order_from_json(document)], known, steps)
    return replace(solved, problem=problem, places={**queries.places_in(known), **solved.places})


def described(found: Remedy, solved: Solved, order: str) -> dict[str, Any]:
    """Return a remedy in names instead of ids, as it is kept.

    ``key`` tells it from the others of the same order; ``orders`` are the orders that move with it.
    """
    place = solved.places.get(found.ask)
    others = dict.fromkeys(row.order for row in found.steps if row.order != order)
    return {
        "key": found.ja,
        "kind": found.kind,
        "resource": found.resource,
        **twins(lambda: remedy_words(found, solved, order)),
        "ask": place.firm_name if place is not None else found.ask,
        "behind": found.behind,
        "orders": [{"ref": ref, "title": solved.title_of(ref)} for ref in others],
        "price_jpy": found.price_jpy,
        "others_jpy": found.others_jpy,
        "late_min": found.late_min,
        "saved_min": found.saved_min,
        "others_min": found.others_min,
    }


def chosen_of(found: list[Found], wanted: Mapping[str, Any]) -> Found:
    """Return the remedy that was chosen: the very same, else the same kind at the same place as it is now.

    Raises
    ------
    InputError
        There is none any more.
    """
    for one, base in found:
        if one.ja == wanted["key"]:
            return one, base
    alike = (wanted["kind"], wanted["resource"], wanted["behind"])
    for one, base in found:
        if (one.kind, one.resource, one.behind) == alike:
            return one, base
    raise _no_longer(wanted)


def _no_longer(wanted: Mapping[str, Any]) -> InputError:
    return InputError(
        f"「{wanted['ja']}」は、計画が変わったため今はもう使えません。案件のページで手だてを調べ直してください。",
        f"{wanted['en']!r} can no longer be done, because the plan has changed; look for remedies again on the page of "
        "the order.",
    )


def remedied(solved: Solved, order: str, remedy: Remedy, wanted: Mapping[str, Any], now: int) -> Solved:
    """Return the plan with a remedy in it.

    Raises
    ------
    InputError
        It does not fit into the plan.
    """
    from kumihimo.planning.engine import plan

    problem, documents = solved.problem, dict(solved.orders)
    rows = {(row.order, row.step): row for row in remedy.steps}
    match remedy.kind:
        case "OVERTIME" | "SHIFT":
            problem = _opened(problem, remedy)
        case "SECOND_MACHINE":
            problem, rows = _with_second(problem, order, remedy.resource, rows)
        case "DUE":
            assert remedy.due is not None, "a later due date says which"
            problem = _due(problem, order, remedy.due)
            # The due minute is the midnight at the end of that day.
            day = timezone.localdate(problem.start + timedelta(minutes=remedy.due - 1))
            documents[order] = {**documents[order], "due": day.isoformat()}
    known = {(row.order, row.step) for row in solved.plan.steps}
    added = [row for key, row in rows.items() if key not in known]
    moved = replace(
        solved.plan,
        problem_sha256="",
        steps=(*(rows.get((row.order, row.step), row) for row in solved.plan.steps), *added),
        unplanned=tuple(one for one in solved.plan.unplanned if one.order != order),
        lower_bound=0,
    )
    if not stands(problem, moved):
        raise _no_longer(wanted)
    made = plan(problem, iterations=0, begin=moved, now=now)
    return replace(solved, problem=problem, plan=made, orders=documents)


def agreement(remedy: Remedy, solved: Solved, told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what somebody has to agree to before the draft is approved, for the list of calls; empty for nothing.

    Parameters
    ----------
    told
        The remedy as it is `described`.
    """
    if remedy.kind != "DUE" and remedy.kind not in _ASKED_OF_FIRM:
        return {}
    place = solved.places.get(remedy.ask) if remedy.ask else None
    return {
        "firm": "" if place is None else place.firm,
        "firm_name": "" if place is None else place.firm_name,
        "ja": told["ja"],
        "en": told["en"],
        "price_jpy": remedy.price_jpy,
    }


def _opened(problem: Problem, remedy: Remedy) -> Problem:
    """Return the problem with closed time of a machine opened."""
    machine = next(one for one in problem.resources if one.id == remedy.resource)
    calendar = next(one for one in problem.calendars if one.id == machine.calendar)
    longer = replace(calendar, id=_new_id(machine.id, problem.calendars), open=(*calendar.open, *remedy.opened))
    return replace(
        problem,
        calendars=(*problem.calendars, longer),
        resources=tuple(replace(one, calendar=longer.id) if one is machine else one for one in problem.resources),
        sha256="",
    )


def _with_second(
    problem: Problem, order: str, machine: str, rows: Mapping[tuple[str, str], PlannedStep]
) -> tuple[Problem, dict[tuple[str, str], PlannedStep]]:
    """Return the problem with a second machine that is lent for the steps of one order, and these steps on it."""
    first = next(one for one in problem.resources if one.id == machine)
    lent = {key: row for key, row in rows.items() if key[0] == order and row.resource == machine}
    low, high = min(row.start for row in lent.values()), max(row.end for row in lent.values())
    calendars, calendar = problem.calendars, None
    name = _new_id(machine, problem.resources)
    if first.calendar is not None:
        own = next(one for one in problem.calendars if one.id == first.calendar)
        calendar = _new_id(machine, problem.calendars)
        # Listed hours are cut to the time it is lent for; those of a week have to be closed outside of it.
        outside = ((0, max(1, low)), (high, max(high, problem.horizon) + 1)) if own.weekly else ()
        opened = tuple((max(a, low), min(b, high)) for a, b in own.open if a < high and b > low)
        calendars = (*calendars, replace(own, id=calendar, closed=(*own.closed, *outside), open=opened))
    second = replace(first, id=name, calendar=calendar)
    orders, found = [], dict(rows)
    for one in problem.orders:
        steps = []
        for step in one.steps:
            row = lent.get((one.id, step.id))
            if row is None:
                steps.append(step)
                continue
            found[one.id, step.id] = replace(row, resource=name, mode=len(step.modes))
            mode: Mode = replace(step.modes[row.mode], resource=name)
            steps.append(replace(step, modes=(*step.modes, mode)))
        orders.append(replace(one, steps=tuple(steps)) if one.id == order else one)
    wider = replace(
        problem, orders=tuple(orders), resources=(*problem.resources, second), calendars=calendars, sha256=""
    )
    return wider, found


def _due(problem: Problem, order: str, due: int) -> Problem:
    orders: tuple[Order, ...] = tuple(replace(one, due=due) if one.id == order else one for one in problem.orders)
    return replace(problem, orders=orders, sha256="")


def _new_id(machine: str, taken: tuple[PlanCalendar, ...] | tuple[Resource, ...]) -> str:
    """Return ``site/process#2``, or the next number that is free."""
    known, number = {one.id for one in taken}, 2
    while f"{machine}#{number}" in known:
        number += 1
    return f"{machine}#{number}"
