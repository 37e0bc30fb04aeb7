"""Choose what a Gantt chart shows of a plan, and say what it leaves out."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence

from kumihimo.errors import InputError
from kumihimo.interop.gantt.chart import Bar, Chart, GanttOptions, Link, Load, Mark, Row, Span
from kumihimo.planning.calendar import WorkCalendar, open_intervals, week_phase
from kumihimo.planning.clock_words import moment_words, span_words
from kumihimo.planning.compare import OrderState, Pricing, rows_by_order
from kumihimo.planning.problem import Order, Problem, Resource, Step
from kumihimo.planning.result import Plan, PlannedStep

TINTS = 6
MOST_BARS_IN_A_ROW = 160
MOST_LANES = 12
FEW_BARS = 40
FURTHEST = 30 * 365 * 1440
"""No calendar is laid out beyond 30 years."""
THINNEST_PX = 3
"""Bars that are thinner than this on average are shown as load."""
_BUCKETS = (60, 180, 360, 720, 1440, 2880, 7 * 1440, 28 * 1440, 91 * 1440, 365 * 1440)
_BUCKET_PX = 16
_SHOWN = 6
_FREEZE = {
    "done": ("完了", "done"),
    "running": ("加工中", "running"),
    "committed": ("約束済み", "committed"),
}


def build_chart(problem: Problem, plan: Plan, options: GanttOptions, name: str = "") -> Chart:
    """Return the chart of a plan.

    Parameters
    ----------
    name
        Of the plan, for the title.

    Raises
    ------
    InputError
        The plan does not belong to the problem, an order of `only` is not known, the window is empty, or nothing of
        the plan lies in it.
    """
    return _Builder(problem, plan, options).build(name)


class _Builder:
    def __init__(self, problem: Problem, plan: Plan, options: GanttOptions) -> None:
        self.problem, self.plan, self.options = problem, plan, options
        self.is_english = options.lang == "en"
        self.orders = {o.id: o for o in problem.orders}
        self.resources = {r.id: r for r in problem.resources}
        self.calendars = {c.id: c for c in problem.calendars}
        self.pricing = Pricing(problem)
        self.rows_of = rows_by_order(plan)
        self.late = {late.order: late.late_min for late in plan.late}
        self.has_dates = bool(problem.calendars) or not problem.objective.makespan
        self.left_out: list[str] = []
        self.steps: dict[str, dict[str, Step]] = {}
        self.tints = {order.id: at % TINTS for at, order in enumerate(problem.orders)}
        self.low, self.high = self._window()
        self.opened: dict[str, WorkCalendar] = {}
        # Open time is laid out once for each calendar, as far as anything shown may reach.
        first = min((row.start for row in plan.steps), default=0)
        last = max((row.end for row in plan.steps), default=0)
        self.reach = (max(min(first, self.low), -FURTHEST), min(max(last, self.high), FURTHEST) + 1)

    def t(self, ja: str, en: str) -> str:
        return en if self.is_english else ja

    def moment(self, minute: int) -> str:
        if not self.has_dates:
            return self.t(f"{minute:,}分", f"minute {minute:,}")
        words = moment_words(self.problem.start, minute)[self.is_english]
        return words.partition(self.t("（", " ("))[0]

    def span(self, minutes: int) -> str:
        return span_words(minutes)[self.is_english].partition(self.t("（", " ("))[0]

    def build(self, name: str) -> Chart:
        rows, dues = self._by_order() if self.options.by == "order" else self._by_resource()
        if not rows:
            raise InputError(
                "この範囲・注文には予定された工程がありません。--from、--to、--only を確かめてください。",
                "nothing is planned in this window for these orders; check --from, --to and --only.",
            )
        if self.plan.unplanned:
            count = len(self.plan.unplanned)
            self.left_out.append(
                self.t(
                    f"計画できなかった注文 {count:,}件は図にありません。",
                    f"{count:,} unplanned order(s) are not in the chart.",
                )
            )
        plan = self.plan
        unit = self.t("分", " min") if self.problem.objective.makespan else self.t("円", " yen")
        facts = (
            (self.t("期間", "Window"), f"{self.moment(self.low)} – {self.moment(self.high)}"),
            (self.t("目的値", "Objective"), f"{plan.objective:,}{unit}"),
            (self.t("工程", "Steps"), f"{len(plan.steps):,}"),
            (self.t("遅れる注文", "Late orders"), f"{len(plan.late):,} / {len(self.problem.orders):,}"),
            (self.t("計画できない注文", "Unplanned orders"), f"{len(plan.unplanned):,}"),
        )
        kind = self.t("設備別", "by resource") if self.options.by == "resource" else self.t("注文別", "by order")
        return Chart(
            title=f"{self.t('計画', 'Plan')} {name} {self.t('—', '—')} {kind}".replace("  ", " "),
            start=self.problem.start,
            low=self.low,
            high=self.high,
            width=self.options.width,
            has_dates=self.has_dates,
            by=self.options.by,
            lang=self.options.lang,
            rows=tuple(rows),
            dues=tuple(dues),
            left_out=tuple(self.left_out),
            facts=facts,
        )

    def _window(self) -> Span:
        """Return the window as it was asked for; where nothing was, as far as the plan reaches."""
        for name in self.options.only:
            if name not in self.orders:
                raise InputError(
                    f"注文「{name}」は問題にありません。--only のIDを確かめてください。",
                    f"the problem has no order '{name}'; check the ids of --only.",
                )
        low, high = self.options.low, self.options.high
        if low is not None and high is not None and high <= low:
            raise InputError(
                f"--to（{high:,}分）は --from（{low:,}分）より後にしてください。",
                f"--to (minute {high:,}) must be after --from (minute {low:,}).",
            )
        chosen = set(self.options.only)
        return self._around([row for row in self.plan.steps if not chosen or row.order in chosen], ())

    def _around(self, rows: Iterable[PlannedStep], ends: Iterable[int]) -> Span:
        """Return the asked window, its open sides set by what is shown."""
        low, high = self.options.low, self.options.high
        starts, finishes = [r.start for r in rows], [r.end for r in rows]
        if low is None:
            low = min(starts, default=0)
            low -= low % (60 if self.has_dates else 1)
        if high is None:
            high = max([*finishes, *ends], default=low)
        return low, max(high, low + 1)

    def _state(self, order_id: str) -> OrderState:
        return self.pricing.state(self.orders[order_id], self.rows_of.get(order_id, ()))

    def _step(self, row: PlannedStep) -> Step:
        known = self.steps.get(row.order)
        if known is None:
            known = self.steps[row.order] = {s.id: s for s in self.orders[row.order].steps}
        return known[row.step]

    def _inside(self, rows: Iterable[PlannedStep]) -> list[PlannedStep]:
        return [r for r in rows if r.start < self.high and (r.end > self.low or r.start >= self.low)]

    # Rows of resources

    def _by_resource(self) -> tuple[list[Row], list[Mark]]:
        held: dict[str, list[PlannedStep]] = {}
        for row in self._inside(self.plan.steps):
            held.setdefault(row.resource, []).append(row)
        chosen = set(self.options.only)
        if chosen:
            held = {name: rows for name, rows in held.items() if any(r.order in chosen for r in rows)}
        busy = {name: sum(min(r.end, self.high) - max(r.start, self.low) for r in rows) for name, rows in held.items()}
        names = [r.id for r in self.problem.resources if r.id in held]
        if len(names) > self.options.rows:
            most = set(heapq.nlargest(self.options.rows, names, key=lambda name: busy[name]))
            self.left_out.append(
                self.t(
                    f"仕事のある設備{len(names):,}台のうち、負荷の高い{len(most):,}台を示します。",
                    f"Of {len(names):,} resources with work, the {len(most):,} busiest are shown.",
                )
            )
            names = [name for name in names if name in most]
        rows = [self._resource_row(self.resources[name], held[name]) for name in names]
        heated = sum(1 for row in rows if row.loads)
        if heated:
            self.left_out.append(
                self.t(
                    f"工程の多い設備{heated:,}台は棒の代わりに負荷率で示します。"
                    "--from と --to で範囲を狭めると棒になります。",
                    f"{heated:,} crowded resource(s) show their load instead of bars; a smaller window "
                    "(--from, --to) shows bars.",
                )
            )
        orders = chosen if chosen else {r.order for name in names for r in held[name]}
        return rows, self._due_line(orders)

    def _resource_row(self, resource: Resource, rows: list[PlannedStep]) -> Row:
        rows.sort(key=lambda r: (r.start, r.end, r.order, r.step))
        calendar = self._calendar(resource)
        groups = self._runs(resource, rows)
        lanes, count = _lanes([(group[0].start, group[0].end) for group in groups])
        note = resource.site
        if resource.capacity > 1 or resource.kind == "batch":
            note += self.t(f"・能力{resource.capacity}", f", capacity {resource.capacity}")
        closed = self._closed(calendar)
        pixels = sum(g[0].end - g[0].start for g in groups) * self.options.width / (self.high - self.low)
        # A few thin bars can still be told apart; many cannot.
        is_blurred = len(groups) > FEW_BARS and pixels < THINNEST_PX * len(groups)
        if len(groups) > MOST_BARS_IN_A_ROW or count > MOST_LANES or is_blurred:
            loads = self._loads(resource, calendar, [(g[0].start, g[0].end) for g in groups])
            return Row(label=resource.id, note=note, lanes=1, loads=loads, closed=closed)
        bars = tuple(self._bar(group, lane, calendar) for group, lane in zip(groups, lanes, strict=True))
        return Row(label=resource.id, note=note, lanes=count, bars=bars, closed=closed)

    @staticmethod
    def _runs(resource: Resource, rows: Sequence[PlannedStep]) -> list[list[PlannedStep]]:
        if resource.kind != "batch":
            return [[row] for row in rows]
        runs: dict[tuple[int, int], list[PlannedStep]] = {}
        for row in rows:
            runs.setdefault((row.start, row.end), []).append(row)
        return list(runs.values())

    def _calendar(self, resource: Resource) -> WorkCalendar:
        if resource.calendar is None:
            return WorkCalendar.always()
        known = self.opened.get(resource.calendar)
        if known is None:
            phase = week_phase(self.problem.start)
            spans = open_intervals(self.calendars[resource.calendar], phase, *self.reach)
            known = self.opened[resource.calendar] = WorkCalendar(spans)
        return known

    def _closed(self, calendar: WorkCalendar) -> tuple[Span, ...]:
        found, clock = [], self.low
        # Gaps of a pixel would be a grey veil, and thousands of shapes.
        thin = 2 * (self.high - self.low) / self.options.width
        for start, end in zip(calendar.starts, calendar.ends, strict=True):
            if end <= self.low:
                continue
            if start >= self.high:
                break
            if start - clock > thin:
                found.append((clock, start))
            clock = max(clock, end)
        if self.high - clock > thin:
            found.append((clock, self.high))
        return tuple(found)

    def _work(self, calendar: WorkCalendar, start: int, end: int) -> tuple[Span, ...]:
        if calendar.work_between(start, end) == end - start:
            return ()
        low, high = max(start, self.low), min(end, self.high)
        first = bisect_right(calendar.ends, low)
        last = bisect_left(calendar.starts, high)
        opened = zip(calendar.starts[first:last], calendar.ends[first:last], strict=True)
        return tuple((max(a, low), min(b, high)) for a, b in opened)

    def _bar(self, group: Sequence[PlannedStep], lane: int, calendar: WorkCalendar) -> Bar:
        first = group[0]
        names = list(dict.fromkeys(row.order for row in group))
        chosen = self.options.only
        is_context = bool(chosen) and not any(name in chosen for name in names)
        closed = first.end - first.start - calendar.work_between(first.start, first.end)
        label = ", ".join(names)
        titles = [self._title(row, closed) for row in group[:_SHOWN]]
        if len(group) > _SHOWN:
            titles.append(self.t(f"ほか{len(group) - _SHOWN}件", f"and {len(group) - _SHOWN} more"))
        return Bar(
            start=first.start,
            end=first.end,
            lane=lane,
            label=f"{label} ×{len(group)}" if len(group) > 1 else label,
            title="\n".join(titles),
            tint=-1 if is_context else self.tints[first.order],
            is_late=any(name in self.late for name in names) and not is_context,
            is_frozen=all(self._step(row).is_frozen for row in group),
            work=self._work(calendar, first.start, first.end),
        )

    def _title(self, row: PlannedStep, closed: int) -> str:
        step = self._step(row)
        site = self.resources[row.resource].site
        lines = [
            self.t(f"注文 {row.order}、工程 {row.step}", f"Order {row.order}, step {row.step}"),
            self.t(f"設備 {row.resource}（{site}）", f"On {row.resource} ({site})"),
            f"{self.moment(row.start)} → {self.moment(row.end)}",
        ]
        work = self.span(row.end - row.start - closed)
        if closed:
            lines.append(self.t(f"作業 {work}、休み {self.span(closed)}", f"work {work}, closed {self.span(closed)}"))
        else:
            lines.append(self.t(f"作業 {work}", f"work {work}"))
        if step.is_frozen:
            lines.append(_FREEZE[step.freeze][self.is_english])
        due = self.orders[row.order].due
        if row.order in self.late and due is not None:
            late = self.span(self.late[row.order])
            lines.append(
                self.t(
                    f"▲ 注文は納期 {self.moment(due)} に {late}の遅れ", f"▲ order {late} late, due {self.moment(due)}"
                )
            )
        elif due is not None:
            lines.append(self.t(f"納期 {self.moment(due)}", f"due {self.moment(due)}"))
        return "\n".join(lines)

    def _loads(self, resource: Resource, calendar: WorkCalendar, spans: Sequence[Span]) -> tuple[Load, ...]:
        width = (self.high - self.low) / self.options.width
        bucket = next((b for b in _BUCKETS if b / width >= _BUCKET_PX), int(width * _BUCKET_PX) + 1)
        phase = week_phase(self.problem.start) if self.has_dates else 0
        first = (self.low + phase) // bucket
        count = (self.high - 1 + phase) // bucket - first + 1
        busy, steps = [0] * count, [0] * count
        for start, end in spans:
            low, high = max(start, self.low), min(end, self.high)
            for at in range((low + phase) // bucket - first, (max(low, high - 1) + phase) // bucket - first + 1):
                a = (first + at) * bucket - phase
                busy[at] += calendar.work_between(max(low, a), max(low, min(high, a + bucket)))
                steps[at] += 1
        # A batch plant runs once at a time, however much is in it.
        capacity = 1 if resource.kind == "batch" else resource.capacity
        loads = []
        for at in range(count):
            a = max((first + at) * bucket - phase, self.low)
            b = min((first + at + 1) * bucket - phase, self.high)
            there = calendar.work_between(a, b) * capacity
            share = busy[at] / there if there else None
            percent = self.t("休み", "closed") if share is None else f"{100 * share:.0f} %"
            title = f"{resource.id}\n{self.moment(a)} → {self.moment(b)}\n"
            title += self.t(f"負荷 {percent}、工程 {steps[at]:,}件", f"load {percent}, {steps[at]:,} step(s)")
            loads.append(Load(start=a, end=b, share=share, title=title))
        return tuple(loads)

    def _due_line(self, orders: Iterable[str]) -> list[Mark]:
        width = max(1.0, 10 * (self.high - self.low) / self.options.width)
        near: dict[int, list[Order]] = {}
        for name in orders:
            order = self.orders[name]
            if order.due is not None and self.low <= order.due <= self.high:
                near.setdefault(int((order.due - self.low) / width), []).append(order)
        marks = []
        for group in (near[key] for key in sorted(near)):
            # Late ones first: where marks fall together, the worst is told.
            group.sort(key=lambda o: (o.id not in self.late, o.due, o.id))
            lines = [self._due_words(order) for order in group[:_SHOWN]]
            if len(group) > _SHOWN:
                lines.append(self.t(f"ほか{len(group) - _SHOWN}件", f"and {len(group) - _SHOWN} more"))
            due = group[0].due
            assert due is not None
            marks.append(Mark(minute=due, title="\n".join(lines), is_late=group[0].id in self.late))
        return marks

    def _due_words(self, order: Order) -> str:
        assert order.due is not None
        when = self.moment(order.due)
        if order.id in self.late:
            late = self.span(self.late[order.id])
            return self.t(f"▲ {order.id}: 納期 {when}、{late}の遅れ", f"▲ {order.id}: due {when}, {late} late")
        return self.t(f"{order.id}: 納期 {when}", f"{order.id}: due {when}")

    # Rows of orders

    def _by_order(self) -> tuple[list[Row], list[Mark]]:
        inside = Counter(row.order for row in self._inside(self.plan.steps))
        chosen = set(self.options.only)
        names = [o.id for o in self.problem.orders if o.id in inside and (not chosen or o.id in chosen)]
        weight = {o.id: o.weight for o in self.problem.orders}
        never = max((o.due for o in self.problem.orders if o.due is not None), default=0) + 1

        def urgency(name: str) -> tuple[int, int, int]:
            due = self.orders[name].due
            return -self.late.get(name, 0) * weight[name], -self.late.get(name, 0), never if due is None else due

        if len(names) > self.options.rows:
            total = len(names)
            names = heapq.nsmallest(self.options.rows, names, key=urgency)
            self.left_out.append(
                self.t(
                    f"期間内の注文{total:,}件のうち、遅れの重いもの・納期の近いもの{len(names):,}件を示します。",
                    f"Of {total:,} orders in the window, the {len(names):,} latest or most urgent are shown.",
                )
            )
        else:
            names.sort(key=urgency)
        # The window fits the chosen orders: among thousands, those far away would press them into a corner.
        rows = [row for name in names for row in self._inside(self.rows_of[name])]
        completions = [self._state(name).completion for name in names]
        self.low, self.high = self._around(rows, [minute for minute in completions if minute is not None])
        return [self._order_row(self.orders[name]) for name in names], []

    def _order_row(self, order: Order) -> Row:
        rows = sorted(self._inside(self.rows_of[order.id]), key=lambda r: (r.start, r.end, r.step))
        lanes, count = _lanes([(r.start, r.end) for r in rows])
        bars = []
        for row, lane in zip(rows, lanes, strict=True):
            resource = self.resources[row.resource]
            bar = self._bar([row], lane, self._calendar(resource))
            bars.append(
                Bar(
                    start=bar.start,
                    end=bar.end,
                    lane=lane,
                    label=row.resource,
                    title=bar.title,
                    # A tint for each site: the colour changes where a truck drives.
                    tint=sum(map(ord, resource.site)) % TINTS,
                    is_late=bar.is_late,
                    is_frozen=bar.is_frozen,
                    work=bar.work,
                )
            )
        at = {row.step: lane for row, lane in zip(rows, lanes, strict=True)}
        held = {row.step: row for row in rows}
        links = []
        inner = {name for step in order.steps for name in step.after}
        for step in order.steps:
            row_of = held.get(step.id)
            if row_of is None:
                continue
            here = self.resources[row_of.resource].site
            for name in step.after:
                before = held.get(name)
                leg = self.problem.transport.leg(self.resources[before.resource].site, here) if before else None
                if before is not None and leg is not None and leg.minutes:
                    links.append(
                        Link(start=before.end, end=before.end + leg.minutes, lane_from=at[name], lane_to=at[step.id])
                    )
            if step.id not in inner and order.ship_to is not None:
                leg = self.problem.transport.leg(here, order.ship_to)
                if leg is not None and leg.minutes:
                    lane = at[step.id]
                    links.append(Link(start=row_of.end, end=row_of.end + leg.minutes, lane_from=lane, lane_to=lane))
        marks: tuple[Mark, ...] = ()
        late = self.late.get(order.id, 0)
        note = self.t("納期なし", "no due date")
        if order.due is not None:
            note = (
                self.t(f"{self.span(late)}の遅れ", f"{self.span(late)} late") if late else self.t("間に合う", "on time")
            )
            done = order.due + late if late else None
            marks = (Mark(minute=order.due, title=self._due_words(order), is_late=bool(late), until=done),)
        if any(u.order == order.id for u in self.plan.unplanned):
            note = self.t("計画できない", "not planned")
        return Row(
            label=order.id,
            note=note,
            lanes=count,
            bars=tuple(bars),
            links=tuple(links),
            marks=marks,
            is_late=bool(late),
        )


def _lanes(spans: Sequence[Span]) -> tuple[list[int], int]:
    """Return the lane of each span (sorted by start), so that no two in a lane overlap, and the number of lanes."""
    free: list[int] = []
    held: list[tuple[int, int]] = []
    lanes: list[int] = []
    count = 0
    for start, end in spans:
        while held and held[0][0] <= start:
            heapq.heappush(free, heapq.heappop(held)[1])
        if free:
            lane = heapq.heappop(free)
        else:
            lane, count = count, count + 1
        lanes.append(lane)
        heapq.heappush(held, (end, lane))
    return lanes, max(count, 1)
