"""The CP-SAT model: steps, modes, starts, routings; what resources ask for is added by `holding`.

Where a part goes from one step to the next is a flow between sites, z(a, b), with row and column sums equal to the
choices of the two steps. Transport times and prices are then linear in z, which gives a far stronger linear relaxation
than one clause for every pair of modes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ortools.sat.python import cp_model

from kumihimo.planning.arrays import NEVER, Arrays
from kumihimo.planning.cpsat.pieces import Piece
from kumihimo.planning.cpsat.reach import ModeReach, OrderReach, Reach, StepReach
from kumihimo.planning.placement import Placement

_FINE = 100
"""Hundredths of a yen where prices are not whole (emissions); whole yen otherwise."""


@dataclass(slots=True)
class ModeVars:
    """A mode of a movable step; `is_hint` tells whether the incumbent uses it."""

    reach: ModeReach
    chosen: Any
    is_hint: bool
    ties: list[tuple[Any, Piece]] = field(default_factory=list)
    """A literal for every piece of starts; exactly one is true when the mode is chosen."""


@dataclass(slots=True)
class StepVars:
    """A step: wall-clock start, length and end (numbers for facts), its modes, one literal per site (1 for facts)."""

    reach: StepReach
    start: Any
    size: Any
    end: Any
    modes: list[ModeVars]
    sites: dict[int, Any]
    hint: tuple[int, int, int]
    """Mode, start and end in the incumbent; mode -1: none."""


Held = tuple[StepVars, ModeVars]
"""A step on one of its modes."""


@dataclass(slots=True)
class Model:
    """The CP-SAT model with handles on everything.

    Attributes
    ----------
    steps
        By step index.
    present
        By order: 1, or a literal for an order that may be left out.
    terms, constant, most
        Priced variables in units, what is spent anyway, and more than the variables can ever spend.
    unit
        Units per yen.
    rounding
        Most yen by which whole units may misstate the objective.
    """

    cp: cp_model.CpModel
    reach: Reach
    steps: dict[int, StepVars]
    present: dict[int, Any]
    unit: int
    terms: list[tuple[Any, int]] = field(default_factory=list)
    constant: int = 0
    most: int = 1
    rounding: float = 0.0

    @property
    def arrays(self) -> Arrays:
        """The problem."""
        return self.reach.arrays

    def literal(self, hint: bool) -> Any:
        """Return a new literal with its value in the incumbent."""
        made = self.cp.new_bool_var("")
        self.cp.add_hint(made, hint)
        return made

    def integer(self, low: int, high: int, hint: int) -> Any:
        """Return a new integer; the hint is moved into the domain."""
        made = self.cp.new_int_var(low, high, "")
        self.cp.add_hint(made, min(max(hint, low), high))
        return made

    def spend(self, variable: Any, price: float, top: int = 1) -> None:
        """Add a price to the objective; `variable` may be the number 1, and is never above `top`."""
        units = round(price * self.unit)
        if units == 0 and price == 0:
            return
        self.rounding += abs(units / self.unit - price)
        if isinstance(variable, int):
            self.constant += units * variable
        else:
            self.terms.append((variable, units))
            self.most += abs(units) * top


def make_model(reach: Reach, incumbent: Placement, certain: bool) -> Model:
    """Build steps and routings; with `certain` every order must be planned."""
    cp = cp_model.CpModel()
    a = reach.arrays
    whole = all(
        float(m.price).is_integer() and float(a.ship_price[m.mode]).is_integer()
        for row in reach.orders
        for step in row.steps
        for m in step.modes
    ) and all(float(price).is_integer() for _, price in reach.legs.values())
    model = Model(cp=cp, reach=reach, steps={}, present={}, unit=1 if whole or a.goal[1] else _FINE)
    spans: list[Any] = []
    for row in reach.orders:
        present: Any = 1
        if not certain and any(not step.is_fact for step in row.steps):
            present = model.literal(bool(incumbent.planned[row.order]))
        model.present[row.order] = present
        for step in row.steps:
            model.steps[step.step] = _step(model, step, present, incumbent)
        for step in row.steps:
            for pred in step.preds:
                _route(model, model.steps[pred.step], model.steps[step.step], present)
        spans.append(_completion(model, row, present))
    _goal(model, spans, certain)
    return model


def _step(model: Model, reach: StepReach, present: Any, incumbent: Placement) -> StepVars:
    cp, a = model.cp, model.arrays
    hint = (int(incumbent.mode[reach.step]), int(incumbent.start[reach.step]), int(incumbent.end[reach.step]))
    if reach.is_fact:
        piece = reach.modes[0].pieces[0]
        end = piece.low + piece.size
        model.spend(1, reach.modes[0].price)
        return StepVars(reach, piece.low, piece.size, end, [], {reach.modes[0].site: 1}, hint)
    pieces = [piece for mode in reach.modes for piece in mode.pieces]
    low, high = min(p.low for p in pieces), max(p.high for p in pieces)
    first, last = min(p.low + p.size for p in pieces), max(p.high + p.size for p in pieces)
    start = model.integer(low, high, hint[1])
    end = model.integer(first, last, hint[2])
    sizes = cp_model.Domain.from_values([p.size for p in pieces])
    size = cp.new_int_var_from_domain(sizes, "")
    if hint[0] >= 0:
        cp.add_hint(size, hint[2] - hint[1])
    made = StepVars(reach, start, size, end, [], {}, hint)
    ties: list[tuple[Any, Piece]] = []
    for mode in reach.modes:
        is_hint = mode.mode == hint[0]
        alone = len(reach.modes) == 1 and isinstance(present, int)
        chosen = 1 if alone else model.literal(is_hint)
        row = ModeVars(mode, chosen, is_hint)
        if len(mode.pieces) == 1:
            row.ties.append((chosen, mode.pieces[0]))
        else:
            for piece in mode.pieces:
                there = is_hint and piece.low <= hint[1] <= piece.high and hint[2] - hint[1] == piece.size
                row.ties.append((model.literal(there), piece))
            cp.add(sum(literal for literal, _ in row.ties) == chosen)
        ties += row.ties
        made.modes.append(row)
        moved = a.was_resource[reach.step] >= 0 and a.was_resource[reach.step] != mode.resource
        model.spend(chosen, mode.price if not moved else mode.price - float(a.goal[2]))
    if not (len(made.modes) == 1 and isinstance(made.modes[0].chosen, int)):
        cp.add(sum(m.chosen for m in made.modes) == present)
    for literal, piece in ties:
        _enforce(cp.add_linear_constraint(start, piece.low, piece.high), literal)
        _enforce(cp.add(size == piece.size), literal)
    # The same once more as sums, for the linear relaxation.
    _enforce(cp.add(start >= sum(literal * piece.low for literal, piece in ties)), present)
    _enforce(cp.add(start <= sum(literal * piece.high for literal, piece in ties)), present)
    _enforce(cp.add(end == start + sum(literal * piece.size for literal, piece in ties)), present)
    _enforce(cp.add(end == start + size), present)
    for site in sorted({m.reach.site for m in made.modes}):
        here = [m for m in made.modes if m.reach.site == site]
        if len(here) == 1:
            made.sites[site] = here[0].chosen
            continue
        made.sites[site] = model.literal(any(m.is_hint for m in here))
        cp.add(sum(m.chosen for m in here) == made.sites[site])
    _price_of_moving(model, made, present)
    return made


def _enforce(constraint: Any, literal: Any) -> None:
    """Let a constraint hold when a literal does (the number 1: always)."""
    if not isinstance(literal, int):
        constraint.only_enforce_if(literal)


def _price_of_moving(model: Model, step: StepVars, present: Any) -> None:
    """Charge a step that stood somewhere unless it stands there again."""
    a, at = model.arrays, step.reach.step
    resource, start = int(a.was_resource[at]), int(a.was_start[at])
    price = float(a.goal[2])
    if resource < 0 or price == 0:
        return
    kept = [m for m in step.modes if m.reach.resource == resource]
    if not any(p.low <= start <= p.high for m in kept for p in m.reach.pieces):
        model.spend(present, price)
        return
    was_there = any(m.is_hint for m in kept) and step.hint[1] == start
    stays = model.literal(was_there)
    model.cp.add(step.start == start).only_enforce_if(stays)
    model.cp.add(sum(m.chosen for m in kept) >= 1).only_enforce_if(stays)
    moved = model.literal(step.hint[0] >= 0 and not was_there)
    model.cp.add(moved + stays >= present)
    model.spend(moved, price)


def _route(model: Model, before: StepVars, after: StepVars, present: Any) -> None:
    """Let a part go from one step to the next: in time, and paid for."""
    cp, reach = model.cp, model.reach
    if before.reach.is_fact and after.reach.is_fact:
        origin, site = before.reach.modes[0].site, after.reach.modes[0].site
        model.spend(1, reach.leg(origin, site)[1])
        return
    useful = {
        (one.site, two.site)
        for one in before.reach.modes
        for two in after.reach.modes
        if reach.way_is_useful(before.reach, one, after.reach, two)
    }
    hinted = (_hint_site(model, before), _hint_site(model, after))
    minutes: list[Any] = []
    rows: dict[int, list[Any]] = {site: [] for site in before.sites}
    columns: dict[int, list[Any]] = {site: [] for site in after.sites}
    for origin, site in sorted(useful):
        if len(before.sites) == 1:
            literal = after.sites[site]
        elif len(after.sites) == 1:
            literal = before.sites[origin]
        else:
            literal = model.literal((origin, site) == hinted)
        rows[origin].append(literal)
        columns[site].append(literal)
        way, price = reach.leg(origin, site)
        model.spend(literal, price)
        if way:
            minutes.append(literal * way)
            if not isinstance(literal, int):
                cp.add(after.start >= before.end + way).only_enforce_if(literal)
    for sites, flows in ((before.sites, rows), (after.sites, columns)):
        for site, literals in flows.items():
            there = sites[site]
            if literals and literals[0] is there and len(literals) == 1:
                continue
            if isinstance(there, int):
                # The only site there is: the sum over the other side already says it, unless ways are missing.
                cp.add(sum(literals) == present)
            else:
                cp.add(sum(literals) == there)
    _enforce(cp.add(after.start >= before.end + sum(minutes)), present)


def _hint_site(model: Model, step: StepVars) -> int:
    """Return the site at which a step stands in the incumbent, -1 when it does not."""
    if step.hint[0] < 0:
        return -1
    return int(model.arrays.resource_site[model.arrays.mode_resource[step.hint[0]]])


def _completion(model: Model, row: OrderReach, present: Any) -> Any:
    """Pay for the way to the customer; price or return the completion."""
    cp, a = model.cp, model.arrays
    sinks = [model.steps[step.step] for step in row.steps if not step.succs]
    due, late_price = int(a.order_due[row.order]), float(a.late_price[row.order])
    makespan = bool(a.goal[1])
    arrivals: list[Any] = []
    hints, lows, highs = [], [], []
    for sink in sinks:
        ways = [(sink.sites[m.site], m, int(a.ship_minutes[m.mode])) for m in sink.reach.modes]
        for site, literal in sink.sites.items():
            mode = next(m for _, m, _ in ways if m.site == site)
            model.spend(literal, float(a.ship_price[mode.mode]))
        by_site = {m.site: way for _, m, way in ways}
        arrivals.append(sink.end + sum(sink.sites[site] * way for site, way in by_site.items() if way))
        lows.append(min(m.earliest + by_site[m.site] for m in sink.reach.modes))
        highs.append(max(m.pieces[-1].high + m.pieces[-1].size + by_site[m.site] for m in sink.reach.modes))
        hints.append(sink.hint[2] + by_site.get(_hint_site(model, sink), 0) if sink.hint[0] >= 0 else lows[-1])
    if makespan:
        done = model.integer(max(lows), max(highs), max(hints))
        for arrival in arrivals:
            _enforce(cp.add(done >= arrival), present)
        return done, max(lows), max(highs), max(hints), present
    if due >= NEVER or late_price <= 0 or max(highs) <= due:
        return None
    floor = max(0, max(lows) - due) if isinstance(present, int) else 0
    late = model.integer(floor, max(highs) - due, max(0, max(hints) - due))
    for arrival in arrivals:
        _enforce(cp.add(late >= arrival - due), present)
    model.spend(late, late_price, max(highs) - due)
    return None


def _goal(model: Model, spans: list[Any], certain: bool) -> None:
    """Minimise; an order left out costs more than anything else could."""
    cp, a = model.cp, model.arrays
    if a.goal[1]:
        low = min(0, *(low for _, low, _, _, _ in spans)) if not certain else max(low for _, low, _, _, _ in spans)
        high = max(high for _, _, high, _, _ in spans)
        span = model.integer(low, high, max(hint for _, _, _, hint, _ in spans))
        for done, _, _, _, present in spans:
            _enforce(cp.add(span >= done), present)
        model.spend(span, 1.0, max(1, abs(high)))
    total = sum(variable * units for variable, units in model.terms) + model.constant
    if not certain:
        for order, present in model.present.items():
            total += (1 - present) * (model.most * (int(a.order_weight[order]) * (len(model.present) + 1) + 1))
    cp.minimize(total)
