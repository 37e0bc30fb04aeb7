"""The objective of the CP-SAT model: the format's own, orders left out first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kumihimo.planning.cpsat.variables import Model

_FINE = 100
"""Hundredths of a yen where CO2 has a price; whole yen otherwise."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How the solver's objective reads: `unit` per yen, and the most that rounding may have changed it."""

    unit: int
    slack: float


def add_objective(model: Model, ways: list[tuple[Any, float]], certain: bool) -> Scale:
    """Minimise; with `certain` False leaving out weight costs more than anything else could."""
    instance, cp = model.instance, model.cp
    unit = _FINE if instance.problem.objective.jpy_per_kg_co2 and not instance.makespan else 1
    terms: list[tuple[Any, int]] = [(literal, round(price * unit)) for literal, price in ways]
    constant = 0.0
    largest = instance.horizon * 4
    span = cp.new_int_var(0, largest, "span")
    for order, steps in model.orders.items():
        row = instance.orders[order]
        done = cp.new_int_var(-largest, largest, "c")
        for step in steps:
            for mode in step.modes:
                terms.append((mode.chosen, round(mode.mode.price * unit)))
            if step.step.fact is not None:
                constant += step.step.fact.mode.price
                for pred in step.step.preds:
                    before = row.steps[pred].fact
                    if before is not None:
                        link = instance.link(before.mode.site, step.step.fact.mode.site)
                        constant += link[1] if link is not None else 0.0
            if step.step.was is not None and instance.moved_price:
                terms.append(_moved(model, step.step.was, step, unit))
            if step.step.succs:
                continue
            for site, there in step.sites.items():
                link = instance.link(site, row.ship_to) if row.ship_to is not None else (0, 0.0)
                if link is None:
                    if isinstance(there, int):
                        raise ValueError(f"order {row.id}: a frozen last step cannot be sent")
                    cp.add(there == 0)
                    continue
                arrives = cp.add(done >= step.end + link[0])
                if isinstance(there, int):
                    constant += link[1]
                else:
                    arrives.only_enforce_if(there)
                    if link[1]:
                        terms.append((there, round(link[1] * unit)))
        if instance.makespan:
            cp.add(span >= done)
        elif row.due is not None and row.late_price:
            late = cp.new_int_var(0, largest + abs(row.due), "l")
            cp.add(late >= done - row.due)
            terms.append((late, row.late_price * unit))
    if instance.makespan:
        terms.append((span, 1))
    total = sum(literal * price for literal, price in terms) + round(constant * unit)
    if not certain:
        ceiling = _ceiling(model, terms)
        for order, present in model.present.items():
            total += (1 - present) * (ceiling * (instance.orders[order].weight * (len(model.orders) + 1) + 1))
    cp.minimize(total)
    return Scale(unit, 0.0 if unit == 1 else (len(terms) + 2) * 0.5 / unit)


def _moved(model: Model, was: tuple[int, int], step: Any, unit: int) -> tuple[Any, int]:
    """Return (moved literal, price): it is false only when the step stands where it was."""
    cp = model.cp
    moved = cp.new_bool_var("moved")
    kept = [m.chosen for m in step.modes if m.mode.resource == was[0]]
    if not kept or not 0 <= was[1] <= model.instance.horizon:
        order = step.order.index
        return model.present[order], model.instance.moved_price * unit
    cp.add(sum(kept) + (1 - model.present[step.order.index]) >= 1).only_enforce_if(moved.negated())
    cp.add(step.start == was[1]).only_enforce_if(moved.negated(), model.present[step.order.index])
    return moved, model.instance.moved_price * unit


def _ceiling(model: Model, terms: list[tuple[Any, int]]) -> int:
    """Return more than the priced terms can ever sum to."""
    total = 1
    for variable, price in terms:
        total += price * max(1, model.cp.proto.variables[variable.index].domain[-1])
    return total
