"""Read and write kumihimo-problem/1 and kumihimo-plan/1 (`docs/reference/plan-format.md`)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from kumihimo.errors import InputError, system_reason_ja
from kumihimo.intake import read_bytes
from kumihimo.interop.strict_json import JsonReader, parse_json
from kumihimo.logistics.transport import FormulaTransport, MatrixTransport
from kumihimo.planning.problem import (
    WEEK_MIN,
    Fixed,
    Freeze,
    Interval,
    Mode,
    Objective,
    Order,
    PlanCalendar,
    PlanSite,
    Problem,
    Resource,
    Step,
)
from kumihimo.planning.result import Cause, Late, Plan, PlannedStep, SolverRun, Status, Unplanned, Why

MAX_BYTES = 256 * 1024 * 1024
"""Largest problem or plan file; 1,000 firms with 10,000 orders and 1.3 million modes stay near 90 MB."""
MAX_CALENDAR_MIN = 20 * 365 * 1440
"""Furthest minute where calendars are used: 20 years."""
PROBLEM_FORMAT = "kumihimo-problem/1"
PLAN_FORMAT = "kumihimo-plan/1"
_FREEZE = ("done", "running", "committed", "proposed")
_STATUS = ("optimal", "feasible", "infeasible", "partial")


def read_problem(path: Path) -> Problem:
    """Read a problem file; see `problem_from_bytes`."""
    return problem_from_bytes(read_bytes(path, max_bytes=MAX_BYTES), path.name)


def problem_from_bytes(data: bytes, name: str = "problem.json") -> Problem:
    """Read a problem; strict, all or nothing.

    Raises
    ------
    InputError
        Not JSON, or not UTF-8.
    LocatedErrors
        Everything that is wrong in it, each with its JSON path: unknown keys, wrong types, values out of range,
        references to nothing, ids used twice, circles in `after`.
    """
    reader = JsonReader(name)
    top = reader.record(
        parse_json(data, name),
        "$",
        required=("format", "start", "horizon", "resources", "orders"),
        optional=("sites", "transport", "calendars", "objective"),
    )
    reader.choice(top, "$", "format", (PROBLEM_FORMAT,), PROBLEM_FORMAT)
    start = _start(reader, top)
    horizon = reader.integer(top, "$", "horizon", low=1)
    sites = reader.items(top, "$", "sites", _site)
    calendars = reader.items(top, "$", "calendars", calendar_of)
    resources = reader.items(top, "$", "resources", _resource)
    orders = reader.items(top, "$", "orders", order_of)
    transport = _transport(reader, top, sites)
    objective = _objective(reader, top)
    _references(reader, sites, calendars, resources, orders)
    if calendars:
        _reach(reader, horizon, orders)
    reader.finish()
    return Problem(
        start=start,
        horizon=horizon,
        sites=sites,
        calendars=calendars,
        resources=resources,
        orders=orders,
        transport=transport,
        objective=objective,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _start(reader: JsonReader, top: Mapping[str, Any]) -> datetime:
    nothing = datetime.fromisoformat("2000-01-01T00:00:00+00:00")
    text = reader.text(top, "$", "start")
    if not text:
        return nothing
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.utcoffset() is None or moment.second or moment.microsecond:
        reader.wrong(
            "$.start",
            text,
            "分単位の日時と時差(例 2026-12-01T00:00:00+09:00)",
            "a date and time in whole minutes with its offset (2026-12-01T00:00:00+09:00)",
        )
        return nothing
    return moment


def _reach(reader: JsonReader, horizon: int, orders: tuple[Order, ...]) -> None:
    """Refuse times so far away that weekly calendars would have to be laid out over centuries."""
    if horizon > MAX_CALENDAR_MIN:
        years = MAX_CALENDAR_MIN // (365 * 1440)
        reader.wrong(
            "$.horizon", horizon, f"カレンダーがある場合は{years}年以内", f"at most {years} years with calendars"
        )
    for index, order in enumerate(orders):
        for at, step in enumerate(order.steps):
            fixed = step.fixed
            if fixed is not None and max(-fixed.start, fixed.end) > MAX_CALENDAR_MIN:
                path = f"$.orders[{index}].steps[{at}].fixed"
                reader.wrong(path, f"{fixed.start}–{fixed.end}", "近い時刻", "a time within the calendars' reach")


def _site(reader: JsonReader, value: object, path: str) -> PlanSite:
    item = reader.record(value, path, required=("id",), optional=("lat", "lon"))
    lat = reader.number(item, path, "lat", low=-90, high=90) if "lat" in item else None
    lon = reader.number(item, path, "lon", low=-180, high=180) if "lon" in item else None
    return PlanSite(id=reader.text(item, path, "id"), lat=lat, lon=lon)


def calendar_of(reader: JsonReader, value: object, path: str) -> PlanCalendar:
    """Return one entry of `calendars`; mistakes go to the reader's list."""
    item = reader.record(value, path, required=("id",), optional=("weekly", "closed", "open"))
    weekly = _intervals(reader, item, path, "weekly")
    for index, (low, high) in enumerate(weekly):
        if not (0 <= low < WEEK_MIN and high <= low + WEEK_MIN):
            reader.wrong(
                f"{path}.weekly[{index}]",
                f"[{low}, {high}]",
                "開始は0〜10079分、長さは1週間まで",
                "a start from 0 to 10079 and at most one week long",
            )
    return PlanCalendar(
        id=reader.text(item, path, "id"),
        weekly=weekly,
        closed=_intervals(reader, item, path, "closed"),
        open=_intervals(reader, item, path, "open"),
    )


def _intervals(reader: JsonReader, item: Mapping[str, Any], path: str, key: str) -> tuple[Interval, ...]:
    found: list[Interval] = []
    for index, pair in enumerate(reader.array(item, path, key)):
        here = f"{path}.{key}[{index}]"
        if not isinstance(pair, list) or len(pair) != 2:
            reader.wrong(here, pair, "[開始, 終了]", "[start, end]")
            continue
        both = {"0": pair[0], "1": pair[1]}
        low, high = reader.integer(both, here, "0"), reader.integer(both, here, "1")
        if low >= high:
            reader.wrong(here, f"[{low}, {high}]", "開始 < 終了", "start < end")
        found.append((low, high))
    return tuple(found)


def _resource(reader: JsonReader, value: object, path: str) -> Resource:
    item = reader.record(value, path, required=("id", "site"), optional=("calendar", "capacity", "kind", "setup"))
    kind = reader.choice(item, path, "kind", ("machine", "batch"), "machine")
    capacity = reader.integer(item, path, "capacity", low=1, default=1)
    setup: dict[str, dict[str, int]] = {}
    for before, row in reader.mapping(item, path, "setup").items():
        pairs = reader.record(row, f"{path}.setup.{before}", required=(), optional=None)
        setup[before] = {after: reader.integer(pairs, f"{path}.setup.{before}", after, low=0) for after in pairs}
    if setup and (kind != "machine" or capacity != 1):
        reader.wrong(
            f"{path}.setup",
            f"kind={kind}, capacity={capacity}",
            "段取りは kind machine・capacity 1 の設備だけ",
            "set-up only on kind machine with capacity 1",
        )
    return Resource(
        id=reader.text(item, path, "id"),
        site=reader.text(item, path, "site"),
        calendar=reader.optional_text(item, path, "calendar"),
        capacity=capacity,
        kind=cast("Literal['machine', 'batch']", kind),
        setup=setup,
    )


def order_of(reader: JsonReader, value: object, path: str) -> Order:
    """Return one entry of `orders`; mistakes go to the reader's list."""
    item = reader.record(value, path, required=("id", "steps"), optional=("release", "due", "weight", "ship_to"))
    steps = reader.items(item, path, "steps", _step)
    if not steps and isinstance(item.get("steps"), list):
        reader.wrong(f"{path}.steps", [], "1つ以上の工程", "at least one step")
    return Order(
        id=reader.text(item, path, "id"),
        steps=steps,
        release=reader.integer(item, path, "release", default=0),
        due=reader.integer(item, path, "due") if item.get("due") is not None else None,
        weight=reader.integer(item, path, "weight", low=0, default=1),
        ship_to=reader.optional_text(item, path, "ship_to"),
    )


def _step(reader: JsonReader, value: object, path: str) -> Step:
    item = reader.record(value, path, required=("id", "modes"), optional=("after", "load", "family", "freeze", "fixed"))
    freeze = reader.choice(item, path, "freeze", _FREEZE, "proposed")
    fixed = _fixed(reader, item["fixed"], f"{path}.fixed") if item.get("fixed") is not None else None
    if freeze != "proposed" and fixed is None:
        reader.wrong(path, freeze, "freeze には fixed が必要", "fixed beside this freeze level")
    return Step(
        id=reader.text(item, path, "id"),
        after=reader.texts(item, path, "after"),
        load=reader.number(item, path, "load", low=0, default=1),
        family=reader.optional_text(item, path, "family"),
        modes=reader.items(item, path, "modes", _mode),
        freeze=cast("Freeze", freeze),
        fixed=fixed,
    )


def _mode(reader: JsonReader, value: object, path: str) -> Mode:
    item = reader.record(value, path, required=("resource", "duration"), optional=("jpy", "kg_co2"))
    return Mode(
        resource=reader.text(item, path, "resource"),
        duration=reader.integer(item, path, "duration", low=0),
        jpy=reader.integer(item, path, "jpy", low=0, default=0),
        kg_co2=reader.number(item, path, "kg_co2", low=0, default=0),
    )


def _fixed(reader: JsonReader, value: object, path: str) -> Fixed:
    item = reader.record(value, path, required=("resource", "start", "end"))
    start, end = reader.integer(item, path, "start"), reader.integer(item, path, "end")
    if end < start:
        reader.wrong(path, f"{start}–{end}", "start ≦ end", "start <= end")
    return Fixed(resource=reader.text(item, path, "resource"), start=start, end=end)


def _transport(
    reader: JsonReader, top: Mapping[str, Any], sites: tuple[PlanSite, ...]
) -> FormulaTransport | MatrixTransport:
    path = "$.transport"
    if top.get("transport") is None:
        return MatrixTransport()
    item = reader.mapping(top, "$", "transport")
    if {"minutes", "jpy", "kg_co2"} & set(item):
        item = reader.record(item, path, required=("minutes", "jpy"), optional=("kg_co2",))
        known = {site.id for site in sites}
        tables: dict[str, dict[str, dict[str, Any]]] = {}
        for key in ("minutes", "jpy", "kg_co2"):
            tables[key] = {}
            for origin, row in reader.mapping(item, path, key).items():
                here = f"{path}.{key}.{origin}"
                cells = reader.record(row, here, required=(), optional=None)
                read: Callable[..., Any] = reader.number if key == "kg_co2" else reader.integer
                tables[key][origin] = {to: read(cells, here, to, low=0) for to in cells}
                for named in (origin, *cells):
                    if named not in known:
                        reader.missing(here, named, "sites")
        return MatrixTransport(minutes=tables["minutes"], jpy=tables["jpy"], kg_co2=tables["kg_co2"])
    item = reader.record(
        item,
        path,
        required=("detour", "speed_kmh", "handling_min", "jpy_per_km", "jpy_fixed"),
        optional=("kg_co2_per_km",),
    )
    for index, site in enumerate(sites):
        if site.lat is None or site.lon is None:
            reader.wrong(f"$.sites[{index}]", site.id, "計算式には lat と lon が必要", "lat and lon for the formula")
    return FormulaTransport(
        points={s.id: (s.lat, s.lon) for s in sites if s.lat is not None and s.lon is not None},
        detour=reader.number(item, path, "detour", low=0),
        speed_kmh=reader.number(item, path, "speed_kmh", low=0.001, default=1),
        handling_min=reader.number(item, path, "handling_min", low=0),
        jpy_per_km=reader.number(item, path, "jpy_per_km", low=0),
        jpy_fixed=reader.number(item, path, "jpy_fixed", low=0),
        kg_co2_per_km=reader.number(item, path, "kg_co2_per_km", low=0, default=0),
    )


def _objective(reader: JsonReader, top: Mapping[str, Any]) -> Objective:
    path = "$.objective"
    if top.get("objective") is None:
        return Objective()
    keys = ("jpy_per_weighted_late_min", "jpy_per_moved_step", "jpy_per_kg_co2", "makespan")
    item = reader.record(top["objective"], path, required=(), optional=keys)
    return Objective(
        jpy_per_weighted_late_min=reader.integer(item, path, keys[0], low=0, default=0),
        jpy_per_moved_step=reader.integer(item, path, keys[1], low=0, default=0),
        jpy_per_kg_co2=reader.number(item, path, keys[2], low=0, default=0),
        makespan=reader.boolean(item, path, keys[3], default=False),
    )


def _references(
    reader: JsonReader,
    sites: tuple[PlanSite, ...],
    calendars: tuple[PlanCalendar, ...],
    resources: tuple[Resource, ...],
    orders: tuple[Order, ...],
) -> None:
    site_ids = reader.unique("$.sites", [s.id for s in sites])
    calendar_ids = reader.unique("$.calendars", [c.id for c in calendars])
    resource_ids = reader.unique("$.resources", [r.id for r in resources])
    reader.unique("$.orders", [o.id for o in orders])
    for index, resource in enumerate(resources):
        with reader.within(resource.id):
            reader.refer(f"$.resources[{index}].site", resource.site, site_ids, "sites")
            if resource.calendar is not None:
                reader.refer(f"$.resources[{index}].calendar", resource.calendar, calendar_ids, "calendars")
    for index, order in enumerate(orders):
        with reader.within(order.id):
            _order_references(reader, f"$.orders[{index}]", order, site_ids, resource_ids)


def _order_references(reader: JsonReader, path: str, order: Order, sites: set[str], resources: set[str]) -> None:
    if order.ship_to is not None:
        reader.refer(f"{path}.ship_to", order.ship_to, sites, "sites")
    step_ids = reader.unique(f"{path}.steps", [s.id for s in order.steps])
    for at, step in enumerate(order.steps):
        here, fixed = f"{path}.steps[{at}]", step.fixed
        with reader.within(step.id):
            reader.unique(f"{here}.after", list(step.after))
            for name in step.after:
                reader.refer(f"{here}.after", name, step_ids, f"{order.id}.steps")
            for number, mode in enumerate(step.modes):
                reader.refer(f"{here}.modes[{number}].resource", mode.resource, resources, "resources")
            if fixed is None:
                continue
            reader.refer(f"{here}.fixed.resource", fixed.resource, resources, "resources")
            if fixed.resource in resources and step.is_frozen and all(m.resource != fixed.resource for m in step.modes):
                reader.wrong(
                    f"{here}.fixed.resource",
                    fixed.resource,
                    "modes のどれかの設備(凍結工程)",
                    "the resource of one of the modes (the step is frozen)",
                )
    circle = _circle(order, step_ids)
    if circle:
        reader.wrong(f"{path}.steps", " → ".join(circle), "循環のない after", "no circle in after")


def _circle(order: Order, step_ids: set[str]) -> list[str]:
    """Return the steps that can never start because they wait for each other, in file order."""
    waits = {s.id: {a for a in s.after if a in step_ids} for s in order.steps}
    ready = [name for name, before in waits.items() if not before]
    followers: dict[str, list[str]] = {}
    for name, before in waits.items():
        for other in before:
            followers.setdefault(other, []).append(name)
    while ready:
        name = ready.pop()
        waits.pop(name, None)
        for follower in followers.get(name, ()):
            if follower in waits:
                waits[follower].discard(name)
                if not waits[follower]:
                    ready.append(follower)
    return list(waits)


def read_plan(path: Path) -> Plan:
    """Read a plan file; see `plan_from_bytes`."""
    return plan_from_bytes(read_bytes(path, max_bytes=MAX_BYTES), path.name)


def plan_from_bytes(data: bytes, name: str = "plan.json") -> Plan:
    """Read a plan; strict except inside `solver`. Whether it is right is the job of `kumihimo.planning.verify`.

    Raises
    ------
    InputError, LocatedErrors
        As `problem_from_bytes`.
    """
    reader = JsonReader(name)
    top = reader.record(
        parse_json(data, name),
        "$",
        required=("format", "problem_sha256", "status", "objective", "lower_bound", "steps", "unplanned", "late"),
        optional=("solver",),
    )
    reader.choice(top, "$", "format", (PLAN_FORMAT,), PLAN_FORMAT)
    solver = reader.mapping(top, "$", "solver")
    plan = Plan(
        problem_sha256=reader.text(top, "$", "problem_sha256", empty=True),
        status=cast("Status", reader.choice(top, "$", "status", _STATUS, "feasible")),
        objective=reader.integer(top, "$", "objective"),
        lower_bound=reader.integer(top, "$", "lower_bound"),
        steps=reader.items(top, "$", "steps", _planned_step),
        unplanned=reader.items(top, "$", "unplanned", _unplanned),
        late=reader.items(top, "$", "late", _late),
        solver=SolverRun(
            iterations=_int_or_zero(solver.get("iterations")),
            seed=_int_or_zero(solver.get("seed")),
            cpu_s=float(solver["cpu_s"]) if isinstance(solver.get("cpu_s"), (int, float)) else 0.0,
            info={k: v for k, v in solver.items() if isinstance(v, (str, int, float)) and k not in _SOLVER_KEYS},
        ),
    )
    reader.finish()
    return plan


_SOLVER_KEYS = ("iterations", "seed", "cpu_s")


def _int_or_zero(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _planned_step(reader: JsonReader, value: object, path: str) -> PlannedStep:
    item = reader.record(value, path, required=("order", "step", "mode", "resource", "start", "end"))
    return PlannedStep(
        order=reader.text(item, path, "order"),
        step=reader.text(item, path, "step"),
        mode=reader.integer(item, path, "mode", low=0),
        resource=reader.text(item, path, "resource"),
        start=reader.integer(item, path, "start"),
        end=reader.integer(item, path, "end"),
    )


def _unplanned(reader: JsonReader, value: object, path: str) -> Unplanned:
    item = reader.record(value, path, required=("order", "why"))
    return Unplanned(order=reader.text(item, path, "order"), why=reader.items(item, path, "why", _why))


def _why(reader: JsonReader, value: object, path: str) -> Why:
    item = reader.record(value, path, required=("code", "text"), optional=("step",))
    return Why(
        code=reader.text(item, path, "code"),
        text=reader.text(item, path, "text", empty=True),
        step=reader.optional_text(item, path, "step") or "",
    )


def _late(reader: JsonReader, value: object, path: str) -> Late:
    item = reader.record(value, path, required=("order", "late_min", "causes"))
    return Late(
        order=reader.text(item, path, "order"),
        late_min=reader.integer(item, path, "late_min"),
        causes=reader.items(item, path, "causes", _cause),
    )


def _cause(reader: JsonReader, value: object, path: str) -> Cause:
    item = reader.record(value, path, required=("code", "minutes"), optional=("step", "resource", "behind"))
    return Cause(
        code=reader.text(item, path, "code"),
        minutes=reader.integer(item, path, "minutes"),
        step=reader.optional_text(item, path, "step") or "",
        resource=reader.optional_text(item, path, "resource") or "",
        behind=reader.optional_text(item, path, "behind") or "",
    )


def plan_to_bytes(plan: Plan) -> bytes:
    """Return the plan as JSON: one step a line, so that two plans can be compared with any diff tool."""

    def lines(items: list[dict[str, Any]]) -> str:
        rows = ",\n  ".join(json.dumps(item, ensure_ascii=False) for item in items)
        return f"[\n  {rows}\n ]" if items else "[]"

    steps = [
        {"order": s.order, "step": s.step, "mode": s.mode, "resource": s.resource, "start": s.start, "end": s.end}
        for s in plan.steps
    ]
    unplanned = [
        {"order": u.order, "why": [_without_empty({"code": w.code, "step": w.step, "text": w.text}) for w in u.why]}
        for u in plan.unplanned
    ]
    late = [
        {
            "order": o.order,
            "late_min": o.late_min,
            "causes": [
                _without_empty(
                    {"code": c.code, "step": c.step, "minutes": c.minutes, "resource": c.resource, "behind": c.behind}
                )
                for c in o.causes
            ],
        }
        for o in plan.late
    ]
    run = plan.solver
    solver = {"iterations": run.iterations, "seed": run.seed, "cpu_s": run.cpu_s, **run.info}
    text = (
        f'{{"format": "{PLAN_FORMAT}", "problem_sha256": {json.dumps(plan.problem_sha256)},'
        f' "status": "{plan.status}",\n'
        f' "objective": {plan.objective}, "lower_bound": {plan.lower_bound},\n'
        f' "steps": {lines(steps)},\n "unplanned": {lines(unplanned)},\n "late": {lines(late)},\n'
        f' "solver": {json.dumps(solver, ensure_ascii=False)}}}\n'
    )
    return text.encode()


def _without_empty(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value != ""}


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan file.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(plan_to_bytes(plan))
    except OSError as error:
        raise InputError(
            f"{path} に書けません({system_reason_ja(error)})。書き込み先を確かめてください。",
            f"cannot write {path} ({error.strerror}); check the place.",
        ) from error


def problem_to_bytes(problem: Problem) -> bytes:
    """Return the problem as JSON in the format that `problem_from_bytes` reads."""
    transport: dict[str, Any]
    if isinstance(problem.transport, FormulaTransport):
        keys = ("detour", "speed_kmh", "handling_min", "jpy_per_km", "jpy_fixed", "kg_co2_per_km")
        transport = {key: getattr(problem.transport, key) for key in keys}
    else:
        transport = {
            key: {a: dict(row) for a, row in getattr(problem.transport, key).items()}
            for key in ("minutes", "jpy", "kg_co2")
        }
    goal = problem.objective
    document = {
        "format": PROBLEM_FORMAT,
        "start": problem.start.isoformat(),
        "horizon": problem.horizon,
        "sites": [_without_none({"id": s.id, "lat": s.lat, "lon": s.lon}) for s in problem.sites],
        "transport": transport,
        "calendars": [{"id": c.id, "weekly": c.weekly, "closed": c.closed, "open": c.open} for c in problem.calendars],
        "resources": [
            _without_none(
                {
                    "id": r.id,
                    "site": r.site,
                    "calendar": r.calendar,
                    "capacity": r.capacity,
                    "kind": r.kind,
                    "setup": {a: dict(row) for a, row in r.setup.items()} or None,
                }
            )
            for r in problem.resources
        ],
        "orders": [order_document(order) for order in problem.orders],
        "objective": {
            "jpy_per_weighted_late_min": goal.jpy_per_weighted_late_min,
            "jpy_per_moved_step": goal.jpy_per_moved_step,
            "jpy_per_kg_co2": goal.jpy_per_kg_co2,
            "makespan": goal.makespan,
        },
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def order_document(order: Order) -> dict[str, Any]:
    """Return an order as `order_of` reads it."""
    steps = []
    for step in order.steps:
        fixed = step.fixed
        steps.append(
            _without_none(
                {
                    "id": step.id,
                    "after": step.after,
                    "load": step.load,
                    "family": step.family,
                    "modes": [
                        {"resource": m.resource, "duration": m.duration, "jpy": m.jpy, "kg_co2": m.kg_co2}
                        for m in step.modes
                    ],
                    "freeze": step.freeze if step.freeze != "proposed" else None,
                    "fixed": {"resource": fixed.resource, "start": fixed.start, "end": fixed.end} if fixed else None,
                }
            )
        )
    head = {"id": order.id, "release": order.release, "due": order.due, "weight": order.weight}
    return _without_none({**head, "ship_to": order.ship_to, "steps": steps})


def _without_none(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value is not None}
