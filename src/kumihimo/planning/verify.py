"""Check a plan against its problem, rule by rule, sharing no arithmetic with the engine."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise

from kumihimo.planning.clock_words import moment_words, span_words
from kumihimo.planning.problem import Mode, Order, Problem, Resource, Step
from kumihimo.planning.result import CAUSE_CODES, Plan, PlannedStep
from kumihimo.planning.verify_arithmetic import OpenTime, Ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One broken rule.

    Attributes
    ----------
    code
        Name of the rule.
    where
        Order, ``order/step`` or resource it was found at; ``plan`` for the whole.
    """

    code: str
    where: str
    text_ja: str
    text_en: str

    def text(self, lang: str) -> str:
        """Return one line in ``"ja"`` or ``"en"``."""
        return f"{self.code} {self.where}: {self.text_en if lang == 'en' else self.text_ja}"


@dataclass(frozen=True, slots=True)
class _Held:
    """A planned step beside what the problem says about it."""

    order: Order
    step: Step
    mode: Mode
    row: PlannedStep

    @property
    def where(self) -> str:
        return f"{self.order.id}/{self.step.id}"


def verify_plan(problem: Problem, plan: Plan, problem_bytes: bytes | None = None) -> tuple[Violation, ...]:
    """Return every rule of kumihimo-plan/1 that `plan` breaks; empty when it is right.

    Parameters
    ----------
    problem, plan
        As read.
    problem_bytes
        The bytes of the problem file; without them the hash noted when the problem was read is used, if any.
    """
    return _Check(problem, plan).run(problem_bytes)


class _Check:
    def __init__(self, problem: Problem, plan: Plan) -> None:
        self.problem = problem
        self.plan = plan
        self.found: list[Violation] = []
        self.resources = {r.id: r for r in problem.resources}
        self.orders = {o.id: o for o in problem.orders}
        self.ways = Ways(problem)
        fixed = [s.fixed for o in problem.orders for s in o.steps if s.fixed is not None]
        low = min([0] + [f.start for f in fixed])
        high = max([problem.horizon] + [f.end for f in fixed]) + 1
        start = problem.start
        monday = -(start.weekday() * 24 * 60 + start.hour * 60 + start.minute)
        times = {c.id: OpenTime(c, monday, low, high) for c in problem.calendars}
        always = OpenTime(None, monday, low, high)
        self.times = {r.id: times[r.calendar] if r.calendar is not None else always for r in problem.resources}
        self.held: dict[tuple[str, str], _Held] = {}
        self.complete: list[Order] = []
        self.standing: set[tuple[str, str]] = set()

    def say(self, code: str, where: str, ja: str, en: str) -> None:
        self.found.append(Violation(code=code, where=where, text_ja=ja, text_en=en))

    def at(self, minute: int) -> tuple[str, str]:
        """Return a minute of the plan in words, (ja, en)."""
        return moment_words(self.problem.start, minute)

    def run(self, problem_bytes: bytes | None) -> tuple[Violation, ...]:
        expected = hashlib.sha256(problem_bytes).hexdigest() if problem_bytes is not None else self.problem.sha256
        if expected and self.plan.problem_sha256 != expected:
            self.say("SHA256", "plan", "別の問題ファイルの計画です", "this is the plan of another problem file")
        self.collect()
        self.coverage()
        for held in self.held.values():
            self.one_step(held)
        self.precedence()
        self.on_resources()
        self.price()
        self.lateness()
        self.status()
        return tuple(self.found)

    def collect(self) -> None:
        for row in self.plan.steps:
            where = f"{row.order}/{row.step}"
            order = self.orders.get(row.order)
            step = next((s for s in order.steps if s.id == row.step), None) if order is not None else None
            if order is None or step is None:
                self.say("UNKNOWN_STEP", where, "問題にない工程です", "the problem has no such step")
                continue
            if (row.order, row.step) in self.held:
                self.say("STEP_TWICE", where, "同じ工程が2回あります", "the step stands twice")
                continue
            if not 0 <= row.mode < len(step.modes):
                self.say("MODE", where, f"方法{row.mode}はありません", f"there is no mode {row.mode}")
                continue
            mode = step.modes[row.mode]
            if mode.resource != row.resource:
                self.say(
                    "MODE",
                    where,
                    f"方法{row.mode}の設備は{mode.resource}です({row.resource}ではなく)",
                    f"mode {row.mode} runs on {mode.resource}, not {row.resource}",
                )
                continue
            self.held[row.order, row.step] = _Held(order, step, mode, row)

    def coverage(self) -> None:
        unplanned = Counter(u.order for u in self.plan.unplanned)
        for name, count in unplanned.items():
            if name not in self.orders:
                self.say("UNKNOWN_ORDER", name, "問題にない注文です", "the problem has no such order")
            if count > 1:
                self.say("UNPLANNED", name, "未計画に2回あります", "it is listed twice as unplanned")
        for item in self.plan.unplanned:
            self.reasons(item.order, [(w.code, w.step) for w in item.why])
        for order in self.problem.orders:
            listed = [s for s in order.steps if (order.id, s.id) in self.held]
            if order.id in unplanned:
                extra = [s.id for s in listed if not s.is_frozen]
                if extra or (all(s.is_frozen for s in order.steps) and self.arrives(order)):
                    self.say(
                        "UNPLANNED",
                        order.id,
                        f"未計画なのに工程があります: {', '.join(extra)}",
                        f"it is unplanned but has steps: {', '.join(extra) or 'all frozen'}",
                    )
            elif len(listed) < len(order.steps):
                gone = [s.id for s in order.steps if (order.id, s.id) not in self.held]
                self.say(
                    "MISSING_STEP",
                    order.id,
                    f"工程がありません: {', '.join(gone)}",
                    f"steps are missing: {', '.join(gone)}",
                )
            else:
                self.complete.append(order)
            if order.id in unplanned:
                for step in order.steps:
                    if step.is_frozen and (order.id, step.id) not in self.held:
                        where = f"{order.id}/{step.id}"
                        self.say("MISSING_STEP", where, "凍結工程がありません", "a frozen step is missing")

    def reasons(self, name: str, why: Sequence[tuple[str, str]]) -> None:
        order = self.orders.get(name)
        if not why:
            self.say("REASON", name, "未計画の理由がありません", "no reason is given")
        if order is None:
            return
        for code, step_id in why:
            step = next((s for s in order.steps if s.id == step_id), None)
            if not code or (step_id and step is None):
                self.say(
                    "REASON", name, f"理由の工程{step_id}がありません", f"the reason names no step of it: {step_id}"
                )
            elif code == "NO_RESOURCE" and (step is None or step.modes):
                self.say("REASON", name, f"工程{step_id}には設備があります", f"step {step_id} has resources")

    def one_step(self, held: _Held) -> None:
        row, step, where = held.row, held.step, held.where
        if step.is_frozen:
            fixed = step.fixed
            if fixed is None or (row.resource, row.start, row.end) != (fixed.resource, fixed.start, fixed.end):
                self.say("FROZEN", where, "凍結工程が動いています", "a frozen step was moved")
            return
        if row.start < 0 or row.end > self.problem.horizon or row.end < row.start:
            self.say(
                "HORIZON",
                where,
                f"{self.at(row.start)[0]}〜{self.at(row.end)[0]}は"
                f"計画期間（{self.at(0)[0]}〜{self.at(self.problem.horizon)[0]}）に収まりません",
                f"{self.at(row.start)[1]} to {self.at(row.end)[1]} is not within "
                f"{self.at(0)[1]} to {self.at(self.problem.horizon)[1]}",
            )
            return
        time = self.times[row.resource]
        if not time.at(row.start):
            ja, en = self.at(row.start)
            self.say("CLOSED_START", where, f"{ja}は休みです", f"{en} is closed")
        worked = time.work(row.start, row.end)
        if worked != held.mode.duration:
            (has_ja, has_en), (needs_ja, needs_en) = span_words(worked), span_words(held.mode.duration)
            self.say(
                "DURATION",
                where,
                f"稼働時間が{has_ja}です（必要なのは{needs_ja}）",
                f"it has {has_en} of open time and needs {needs_en}",
            )
        elif row.end > row.start and (held.mode.duration == 0 or not time.at(row.end - 1)):
            self.say("END", where, "終わりが遅すぎます(仕事は前に済んでいます)", "the work is done before its end")
        if not step.after and row.start < held.order.release:
            ja, en = self.at(held.order.release)
            self.say("RELEASE", where, f"着手可能な{ja}より前に始まります", f"it starts before the release {en}")

    def precedence(self) -> None:
        for held in self.held.values():
            for name in held.step.after:
                before = self.held.get((held.order.id, name))
                if before is None or (held.step.is_frozen and before.step.is_frozen):
                    continue
                way = self.way(before, self.resources[held.row.resource].site)
                if way is None:
                    self.say("TRANSPORT", held.where, f"{name}からの輸送がありません", f"no transport from {name}")
                elif held.row.start < before.row.end + way[0]:
                    (end_ja, end_en), (way_ja, way_en) = self.at(before.row.end), span_words(way[0])
                    self.say(
                        "PRECEDENCE",
                        held.where,
                        f"{name}の終わり {end_ja} + 輸送 {way_ja} より前に始まります",
                        f"it starts before {name} ends, {end_en}, plus {way_en} of transport",
                    )

    def way(self, held: _Held, site: str) -> tuple[int, int, float] | None:
        return self.ways.between(self.resources[held.row.resource].site, site)

    def on_resources(self) -> None:
        by_resource: dict[str, list[_Held]] = {}
        for held in self.held.values():
            if held.row.start < held.row.end:
                by_resource.setdefault(held.row.resource, []).append(held)
        for name, rows in by_resource.items():
            rows.sort(key=lambda h: (h.row.start, h.row.end))
            resource = self.resources[name]
            if resource.kind == "batch":
                self.batch(resource, rows)
                continue
            self.capacity(resource, rows)
            if resource.capacity == 1 and resource.setup:
                self.setups(resource, rows)

    def capacity(self, resource: Resource, rows: list[_Held]) -> None:
        active: list[_Held] = []
        for held in rows:
            active = [other for other in active if other.row.end > held.row.start]
            active.append(held)
            if len(active) > resource.capacity and any(not h.step.is_frozen for h in active):
                names = ", ".join(h.where for h in active)
                ja, en = self.at(held.row.start)
                self.say(
                    "CAPACITY",
                    resource.id,
                    f"{ja}に{len(active)}件(能力{resource.capacity}): {names}",
                    f"{len(active)} steps at {en}, capacity {resource.capacity}: {names}",
                )

    def batch(self, resource: Resource, rows: list[_Held]) -> None:
        runs: dict[tuple[int, int, str | None, int], list[_Held]] = {}
        for held in rows:
            key = (held.row.start, held.row.end, held.step.family, held.mode.duration)
            runs.setdefault(key, []).append(held)
        active: list[tuple[tuple[int, int, str | None, int], list[_Held]]] = []
        for key, members in runs.items():
            active = [other for other in active if other[0][1] > key[0]]
            movable = any(not h.step.is_frozen for h in members)
            for other_key, others in active:
                if movable or any(not h.step.is_frozen for h in others):
                    (one_ja, one_en), (two_ja, two_en) = self.at(other_key[0]), self.at(key[0])
                    one, two = others[0].where, members[0].where
                    self.say(
                        "BATCH_OVERLAP",
                        resource.id,
                        f"別の回が重なります: {one} {one_ja} と {two} {two_ja}",
                        f"runs overlap: {one} at {one_en} and {two} at {two_en}",
                    )
            active.append((key, members))
            load = math.fsum(h.step.load for h in members)
            if movable and load > resource.capacity:
                ja, en = self.at(key[0])
                self.say(
                    "BATCH_LOAD",
                    resource.id,
                    f"{ja}の回の量{load:g}が能力{resource.capacity}を超えます",
                    f"the run at {en} holds {load:g}, capacity {resource.capacity}",
                )

    def setups(self, resource: Resource, rows: list[_Held]) -> None:
        time = self.times[resource.id]
        for before, after in pairwise(rows):
            one, two = before.step.family, after.step.family
            if one is None or two is None or one == two or (before.step.is_frozen and after.step.is_frozen):
                continue
            needed = resource.setup.get(one, {}).get(two, 0)
            there = time.work(before.row.end, max(before.row.end, after.row.start))
            if there < needed:
                (needs_ja, needs_en), (has_ja, has_en) = span_words(needed), span_words(there)
                self.say(
                    "SETUP",
                    after.where,
                    f"段取り{one}→{two}に{needs_ja}必要ですが{has_ja}しかありません",
                    f"the set-up {one} to {two} needs {needs_en} and has {has_en}",
                )

    def arrival(self, order: Order) -> int:
        """Return the completion of a fully planned order."""
        inner = {name for step in order.steps for name in step.after}
        arrivals = []
        for step in order.steps:
            if step.id in inner:
                continue
            held = self.held[order.id, step.id]
            way = (0, 0, 0.0) if order.ship_to is None else self.way(held, order.ship_to)
            if way is None:
                self.say("TRANSPORT", held.where, f"{order.ship_to}への輸送がありません", f"no way to {order.ship_to}")
                way = (0, 0, 0.0)
            arrivals.append(held.row.end + way[0])
        return max(arrivals)

    def arrives(self, order: Order) -> bool:
        """Return whether every planned sink of an order can be sent to `ship_to`."""
        inner = {name for step in order.steps for name in step.after}
        sinks = [self.held.get((order.id, step.id)) for step in order.steps if step.id not in inner]
        goal = order.ship_to
        return goal is None or all(held is None or self.way(held, goal) is not None for held in sinks)

    def price(self) -> None:
        goal = self.problem.objective
        if goal.makespan:
            total = max((self.arrival(order) for order in self.complete), default=0)
            if total != self.plan.objective:
                self.wrong_price(total)
            return
        yen, kilograms = 0, []
        for held in self.held.values():
            yen += held.mode.jpy
            kilograms.append(held.mode.kg_co2)
            ways = []
            for name in held.step.after:
                before = self.held.get((held.order.id, name))
                if before is not None:
                    ways.append(self.way(before, self.resources[held.row.resource].site))
            is_sink = all(held.step.id not in other.after for other in held.order.steps)
            if is_sink and held.order.ship_to is not None:
                ways.append(self.way(held, held.order.ship_to))
            for way in ways:
                if way is not None:
                    yen += way[1]
                    kilograms.append(way[2])
            fixed = held.step.fixed
            stands = (held.row.resource, held.row.start)
            if fixed is not None and not held.step.is_frozen and stands != (fixed.resource, fixed.start):
                yen += goal.jpy_per_moved_step
        for order in self.complete:
            if order.due is not None:
                late = max(0, self.arrival(order) - order.due)
                yen += order.weight * late * goal.jpy_per_weighted_late_min
        emission = sum(Decimal(repr(kg)) for kg in kilograms) * Decimal(repr(goal.jpy_per_kg_co2))
        total = yen + int((emission + Decimal("0.5")).to_integral_value(ROUND_FLOOR))
        # Kilometres by formula are inexact, so at the edge of rounding either side is right; a matrix is exact.
        above = emission + Decimal("0.5")
        on_edge = self.ways.is_inexact and abs(above - round(above)) < Decimal("1e-6")
        if self.plan.objective != total and not (on_edge and abs(self.plan.objective - total) <= 1):
            self.wrong_price(total)

    def wrong_price(self, total: int) -> None:
        said = self.plan.objective
        self.say("OBJECTIVE", "plan", f"目的値は{total}です({said}ではなく)", f"the objective is {total}, not {said}")

    def lateness(self) -> None:
        told = Counter(late.order for late in self.plan.late)
        self.standing = {(h.row.order, h.row.resource) for h in self.held.values()}
        late_of = {
            order.id: self.arrival(order) - order.due
            for order in self.complete
            if order.due is not None and self.arrival(order) > order.due
        }
        for name in [name for name in late_of if name not in told]:
            ja, en = span_words(late_of[name])
            self.say("LATE", name, f"{ja}の遅れが計画に載っていません", f"it is {en} late, untold")
        for late in self.plan.late:
            if told[late.order] > 1:
                self.say("LATE", late.order, "遅れに2回あります", "it is listed twice")
            if late_of.get(late.order) != late.late_min:
                (true_ja, true_en), (said_ja, said_en) = (
                    span_words(late_of.get(late.order, 0)),
                    span_words(late.late_min),
                )
                self.say(
                    "LATE",
                    late.order,
                    f"遅れは{true_ja}です({said_ja}ではなく)",
                    f"it is {true_en} late, not {said_en}",
                )
            if sum(c.minutes for c in late.causes) != late.late_min or any(c.minutes < 0 for c in late.causes):
                self.say("CAUSES", late.order, "原因の分が遅れと合いません", "the causes do not add up")
            for cause in late.causes:
                self.cause(late.order, cause.code, cause.step, cause.resource, cause.behind)

    def cause(self, name: str, code: str, step: str, resource: str, behind: str) -> None:
        if code not in CAUSE_CODES:
            self.say("CAUSES", name, f"原因{code}はありません", f"there is no cause {code}")
        if step and (name, step) not in self.held:
            self.say("CAUSES", name, f"工程{step}はありません", f"there is no step {step}")
        if code != "QUEUE":
            return
        own = self.held.get((name, step))
        place = resource or (own.row.resource if own is not None else "")
        if (behind, place) not in self.standing:
            self.say(
                "CAUSES",
                name,
                f"注文{behind}は設備{place}にありません",
                f"order {behind} has no step on {place or '?'}",
            )

    def status(self) -> None:
        plan = self.plan
        left = {u.order for u in plan.unplanned if u.order in self.orders}
        right = ["optimal", "feasible"]
        if left:
            right = ["infeasible" if len(left) == len(self.orders) else "partial"]
        if plan.status not in right:
            names = " / ".join(right)
            self.say("STATUS", "plan", f"状態は{names}です", f"the status is {names}, not {plan.status}")
        if plan.lower_bound > plan.objective or (plan.status == "optimal" and plan.lower_bound != plan.objective):
            self.say(
                "LOWER_BOUND",
                "plan",
                f"下界{plan.lower_bound}と目的値{plan.objective}が合いません",
                f"the bound {plan.lower_bound} does not fit the objective {plan.objective}",
            )
