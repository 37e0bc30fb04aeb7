"""A slow, plain search over every start minute and mode of a tiny problem; it knows nothing of the engine."""

from __future__ import annotations

from itertools import combinations, product

from kumihimo.planning import Order, Plan, PlannedStep, Problem, Unplanned, Why, verify_plan

_PRICE_CODES = {"OBJECTIVE", "LATE", "LOWER_BOUND", "STATUS", "CAUSES"}


def choices(problem: Problem, order: Order, step_at: int) -> list[PlannedStep]:
    """Return every placement of one step that could be right on its own."""
    step = order.steps[step_at]
    found = []
    for number, mode in enumerate(step.modes):
        if step.is_frozen and step.fixed is not None:
            if mode.resource == step.fixed.resource:
                found.append((number, mode.resource, step.fixed.start, step.fixed.end))
            continue
        for start in range(problem.horizon + 1):
            for end in range(start, problem.horizon + 1):
                found.append((number, mode.resource, start, end))
    rows = [PlannedStep(order=order.id, step=step.id, mode=m, resource=r, start=s, end=e) for m, r, s, e in found]
    alone = {"CLOSED_START", "DURATION", "END", "RELEASE", "HORIZON", "FROZEN"}
    right = []
    for row in rows:
        plan = Plan(problem_sha256=problem.sha256, status="feasible", objective=0, lower_bound=0, steps=(row,))
        if not any(v.code in alone for v in verify_plan(problem, plan)):
            right.append(row)
    return right


def best(problem: Problem) -> tuple[int, int]:
    """Return (weight left unplanned, objective) of the best plan there is."""
    options = {(o.id, at): choices(problem, o, at) for o in problem.orders for at in range(len(o.steps))}
    facts = [options[o.id, at] for o in problem.orders for at, s in enumerate(o.steps) if s.is_frozen]
    assert all(len(rows) >= 1 for rows in facts)
    ranked = []
    for count in range(len(problem.orders) + 1):
        for left in combinations(problem.orders, count):
            ranked.append((sum(o.weight for o in left), count, left))
    ranked.sort(key=lambda item: item[:2])
    found: tuple[int, int] | None = None
    for weight, _, left in ranked:
        if found is not None and weight > found[0]:
            break
        value = _cheapest(problem, options, {o.id for o in left})
        if value is not None and (found is None or value < found[1]):
            found = (weight, value)
    assert found is not None
    return found


def _cheapest(problem: Problem, options: dict[tuple[str, int], list[PlannedStep]], left: set[str]) -> int | None:
    lists = [
        options[o.id, at]
        for o in problem.orders
        for at, step in enumerate(o.steps)
        if o.id not in left or step.is_frozen
    ]
    unplanned = tuple(Unplanned(order=name, why=(Why(code="X", text=""),)) for name in sorted(left))
    cheapest: int | None = None
    for rows in product(*lists):
        plan = Plan(
            problem_sha256=problem.sha256,
            status="feasible",
            objective=-1,
            lower_bound=-1,
            steps=rows,
            unplanned=unplanned,
        )
        found = verify_plan(problem, plan)
        if any(v.code not in _PRICE_CODES for v in found):
            continue
        price = next(int(v.text_en.split()[3].rstrip(",")) for v in found if v.code == "OBJECTIVE")
        cheapest = price if cheapest is None else min(cheapest, price)
    return cheapest
