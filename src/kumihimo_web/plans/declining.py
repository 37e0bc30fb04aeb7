"""Gives a step to others than the firm that has declined it, now and in every plan to come; all else stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from kumihimo.errors import InputError
from kumihimo.interop.work_order_json import work_order_from_json
from kumihimo.model import Network
from kumihimo.planning.events import StopResource
from kumihimo.planning.problem import Order, Problem, Resource, Step
from kumihimo_web.jobs.registry import Running
from kumihimo_web.plans import queries
from kumihimo_web.plans.begun import lived
from kumihimo_web.plans.mapping import Solved, thawed

_DECLINED = "#declined"
"""Ends the id of the machine on which the step stands while another place is looked for; no plan keeps it."""


def without_firm(
    solved: Solved, order: str, step: str, firm: str, known: Network, now: int, running: Running | None = None
) -> Solved:
    """Return the plan in which a firm no longer does a step; its machines go on with everything else.

    Raises
    ------
    InputError
        The plan has no such step, or nobody else could do it.
    """
    from kumihimo.planning.engine import plan
    from kumihimo.proposal.network_plan import with_substitutes

    free = {(order, step)}
    documents = [work_order_from_json(solved.orders[order])] if solved.orders.get(order) else []
    wider = replace(
        solved,
        problem=with_substitutes(thawed(solved.problem, free), documents, known, free),
        places={**queries.places_in(known), **solved.places},
    )
    found = _step(wider.problem, order, step)
    gone = {mode.resource for mode in found.modes if wider.place_of(mode.resource).firm == firm}
    if len(gone) == len(found.modes):
        raise InputError(
            f"「{wider.title_of(order)}」のこの工程をほかにできる企業が、計画の候補にありません。"
            "手挙げを募るか、企業を選び直して案件を計画に入れ直してください。",
            f"nobody else among the candidates of {wider.title_of(order)!r} could do this step; ask for hands, or "
            "choose firms anew and put the order into the plan again.",
        )
    # The step moves to machines of its own, which stand still for ever: so it has to go, and nothing else.
    aside = lived(
        _set_aside(wider, order, step, gone),
        [StopResource(resource=name + _DECLINED, start=0, end=wider.problem.horizon) for name in sorted(gone)],
        now,
        running,
    )
    problem = _without(aside.problem, order, step)
    ways, left = _step(aside.problem, order, step).modes, _step(problem, order, step).modes
    rest = tuple(
        replace(row, mode=left.index(ways[row.mode])) if (row.order, row.step) == (order, step) else row
        for row in aside.plan.steps
    )
    moved = replace(aside.plan, problem_sha256="", steps=rest, lower_bound=0)
    made = plan(problem, iterations=0, begin=moved, now=now)
    after = replace(wider, problem=problem, plan=made)
    return replace(after, orders={**wider.orders, order: _not_offered(after, order, step, gone)})


def _step(problem: Problem, order: str, name: str) -> Step:
    for one in problem.orders:
        if one.id == order:
            for step in one.steps:
                if step.id == name:
                    return step
    raise InputError(
        f"案件 {order} の工程 {name} は今の計画にありません。計画を開き直してください。",
        f"the current plan has no step {name!r} of order {order!r}; open the plan again.",
    )


def _set_aside(solved: Solved, order: str, step: str, gone: set[str]) -> Solved:
    """Return the same plan, in which the step stands on machines of its own."""

    def beside(name: str) -> str:
        return name + _DECLINED if name in gone else name

    def aside(one: Step) -> Step:
        fixed = one.fixed
        return replace(
            one,
            modes=tuple(replace(mode, resource=beside(mode.resource)) for mode in one.modes),
            fixed=None if fixed is None else replace(fixed, resource=beside(fixed.resource)),
        )

    problem = solved.problem
    added = tuple(replace(one, id=beside(one.id)) for one in problem.resources if one.id in gone)
    rows = tuple(
        replace(row, resource=beside(row.resource)) if (row.order, row.step) == (order, step) else row
        for row in solved.plan.steps
    )
    return replace(
        solved,
        problem=_changed(problem, order, step, aside, (*problem.resources, *added)),
        plan=replace(solved.plan, steps=rows, problem_sha256=""),
    )


def _without(problem: Problem, order: str, step: str) -> Problem:
    """Return the problem without the machines on which the step stood meanwhile."""

    def freed(one: Step) -> Step:
        fixed = one.fixed
        return replace(
            one,
            modes=tuple(mode for mode in one.modes if not mode.resource.endswith(_DECLINED)),
            fixed=None if fixed is None or fixed.resource.endswith(_DECLINED) else fixed,
        )

    kept = tuple(one for one in problem.resources if not one.id.endswith(_DECLINED))
    named = {one.calendar for one in kept}
    found = _changed(problem, order, step, freed, kept)
    return replace(found, calendars=tuple(one for one in found.calendars if one.id in named))


def _changed(
    problem: Problem, order: str, step: str, change: Callable[[Step], Step], resources: tuple[Resource, ...]
) -> Problem:
    def of(one: Order) -> Order:
        return replace(one, steps=tuple(change(row) if row.id == step else row for row in one.steps))

    orders = tuple(of(one) if one.id == order else one for one in problem.orders)
    return replace(problem, orders=orders, resources=resources, sha256="")


def _not_offered(solved: Solved, order: str, step: str, gone: set[str]) -> Mapping[str, Any]:
    """Return the work order with the site that does the step now, and without the offers of the firm that does not.

    The share of a split lot is called by the site that was chosen for it, so there the offers stay.
    """
    document, left = solved.orders[order], {one.rpartition("/")[0] for one in gone}
    here = [row.resource for row in solved.plan.steps if (row.order, row.step) == (order, step)]

    def changed(one: Mapping[str, Any]) -> Mapping[str, Any]:
        if one["id"] != step or not here:
            return one
        offers = [offer for offer in one["offers"] if offer["site"] not in left]
        return {**one, "chosen": [here[0].rpartition("/")[0]], "offers": offers}

    return {**document, "steps": [changed(one) for one in document.get("steps", ())]}
