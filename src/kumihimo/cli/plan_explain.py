"""`kumihimo plan explain`: why orders are late or without a place, and what each machine delays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kumihimo.cli.console import JsonOption, Lang, LangOption, print_json, say, user_errors
from kumihimo.cli.plan_files import PlanArgument, ProblemArgument, read_pair
from kumihimo.errors import InputError

if TYPE_CHECKING:
    from kumihimo.planning import Cause, Late, Order, Plan, PlannedStep, Problem
    from kumihimo.planning.remedies import Remedy

SHOWN = 20
CAUSES_SHOWN = 4


@dataclass(slots=True)
class Delays:
    """What one resource delays: order -> minutes of its lateness that were spent waiting for or on this resource."""

    minutes: int = 0
    orders: dict[str, int] = field(default_factory=dict)


def explain(
    problem: ProblemArgument,
    plan: PlanArgument,
    order: Annotated[str | None, typer.Option(metavar="ID", help="この注文について / about this order")] = None,
    resource: Annotated[str | None, typer.Option(metavar="ID", help="この設備について / about this resource")] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.JA,
) -> None:
    """なぜ遅れるか、なぜ計画できないか / why orders are late or unplanned."""
    with user_errors(lang):
        asked, made = read_pair(problem, plan, lang)
        if order is not None and resource is not None:
            raise InputError(
                "--order と --resource は一度に1つだけ指定できます。", "give either --order or --resource, not both."
            )
        words = _Explanation(asked, made, lang)
        if order is not None:
            document, lines = words.of_order(order)
        elif resource is not None:
            document, lines = words.of_resource(resource)
        else:
            document, lines = words.of_all()
    if as_json:
        print_json(document)
    else:
        for line in lines:
            say(line)


def delays_by_resource(plan: Plan) -> dict[str, Delays]:
    """Return what each resource delays, the worst first, by the causes that name it."""
    places = {(row.order, row.step): row.resource for row in plan.steps}
    found: dict[str, Delays] = {}
    for late in plan.late:
        for cause in late.causes:
            name = cause.resource or (places.get((late.order, cause.step), "") if cause.code == "QUEUE" else "")
            if not name or not cause.minutes:
                continue
            delays = found.setdefault(name, Delays())
            delays.minutes += cause.minutes
            delays.orders[late.order] = delays.orders.get(late.order, 0) + cause.minutes
    return dict(sorted(found.items(), key=lambda item: (-item[1].minutes, item[0])))


class _Explanation:
    def __init__(self, problem: Problem, plan: Plan, lang: str) -> None:
        self.problem, self.plan, self.lang = problem, plan, lang
        self.late = {late.order: late for late in plan.late}
        self.unplanned = {item.order: item.why for item in plan.unplanned}
        self.dues = {order.id: order.due for order in problem.orders}

    def t(self, ja: str, en: str) -> str:
        return en if self.lang == "en" else ja

    def at(self, minute: int) -> str:
        from kumihimo.interop.plan_words import short_moment

        return short_moment(self.problem.start, minute, self.lang)

    def span(self, minutes: int) -> str:
        from kumihimo.planning.clock_words import span_words

        return span_words(minutes)[self.lang == "en"]

    # The whole plan

    def of_all(self) -> tuple[dict[str, Any], list[str]]:
        from kumihimo.interop.plan_words import CAUSES

        plan = self.plan
        lines = [
            self.t(
                f"遅れる注文 {len(plan.late):,}件、計画できない注文 {len(plan.unplanned):,}件"
                f"（全 {len(self.problem.orders):,}件）",
                f"{len(plan.late):,} late and {len(plan.unplanned):,} unplanned of {len(self.problem.orders):,} orders",
            )
        ]
        sums: dict[str, int] = {}
        for late in plan.late:
            for cause in late.causes:
                sums[cause.code] = sums.get(cause.code, 0) + cause.minutes
        codes = sorted(sums.items(), key=lambda item: -item[1])
        if codes:
            shown = [f"{CAUSES.get(c, (c, c))[self.lang == 'en']} {self.span(m)}" for c, m in codes]
            lines.append(f"{self.t('原因の合計', 'Causes in all')}: {self.t('、', ', ').join(shown)}")
        delays = delays_by_resource(plan)
        if delays:
            lines.append(self.t("遅れを生む設備:", "Resources that delay orders:"))
            lines += [f"  {self._delays(name, one)}" for name, one in list(delays.items())[:SHOWN]]
            lines += self._rest(len(delays) - SHOWN)
        weights = {o.id: o.weight for o in self.problem.orders}
        worst = sorted(plan.late, key=lambda late: (-late.late_min * weights[late.order], late.order))
        for late in worst[:SHOWN]:
            lines += self._late(late, CAUSES_SHOWN)
        lines += self._rest(len(worst) - SHOWN)
        for item in plan.unplanned[:SHOWN]:
            lines += self._unplanned(item.order)
        lines += self._rest(len(plan.unplanned) - SHOWN)
        document = {
            "late": [self._late_document(late) for late in worst],
            "resources": [self._delays_document(name, one) for name, one in delays.items()],
            "unplanned": [self._unplanned_document(item.order) for item in plan.unplanned],
        }
        return document, lines

    def _rest(self, count: int) -> list[str]:
        if count <= 0:
            return []
        return [self.t(f"  … ほか {count:,} 件（--json で全部）", f"  … and {count:,} more (all with --json)")]

    # One resource

    def of_resource(self, name: str) -> tuple[dict[str, Any], list[str]]:
        if all(r.id != name for r in self.problem.resources):
            raise InputError(
                f"設備「{name}」は問題にありません。IDを確かめてください。",
                f"the problem has no resource '{name}'; check the id.",
            )
        delays = delays_by_resource(self.plan).get(name, Delays())
        if not delays.orders:
            return self._delays_document(name, delays), [
                self.t(f"設備「{name}」はどの注文も遅らせていません。", f"{name} delays no order.")
            ]
        lines = [self._delays(name, delays)]
        worst = sorted(delays.orders.items(), key=lambda item: (-item[1], item[0]))
        lines += [f"  {order}: {self.span(minutes)}" for order, minutes in worst[:SHOWN]]
        return self._delays_document(name, delays), lines + self._rest(len(worst) - SHOWN)

    def _delays(self, name: str, delays: Delays) -> str:
        count = len(delays.orders)
        return self.t(
            f"{name}: {count:,}件の注文を合わせて{self.span(delays.minutes)}遅らせています",
            f"{name}: delays {count:,} order(s) by {self.span(delays.minutes)} in all",
        )

    @staticmethod
    def _delays_document(name: str, delays: Delays) -> dict[str, Any]:
        worst = sorted(delays.orders.items(), key=lambda item: (-item[1], item[0]))
        return {
            "resource": name,
            "minutes": delays.minutes,
            "orders": [{"order": order, "minutes": minutes} for order, minutes in worst],
        }

    # One order

    def of_order(self, name: str) -> tuple[dict[str, Any], list[str]]:
        order = next((o for o in self.problem.orders if o.id == name), None)
        if order is None:
            raise InputError(
                f"注文「{name}」は問題にありません。IDを確かめてください。",
                f"the problem has no order '{name}'; check the id.",
            )
        rows = sorted((r for r in self.plan.steps if r.order == name), key=lambda r: (r.start, r.end, r.step))
        late = self.late.get(name)
        is_unplanned = name in self.unplanned
        if is_unplanned:
            lines = self._unplanned(name)
            document = self._unplanned_document(name)
        elif late is not None:
            lines = self._late(late)
            document = self._late_document(late)
        else:
            completion = self._completion(order, rows)
            lines = [self._on_time(order, completion)]
            document = {"order": name, "late_min": 0, "due": order.due, "completion": completion}
        if rows:
            lines.append(self.t("  予定:", "  Schedule:"))
            lines += [f"    {row.step}: {row.resource}  {self.at(row.start)} – {self.at(row.end)}" for row in rows]
        document["steps"] = [{"step": r.step, "resource": r.resource, "start": r.start, "end": r.end} for r in rows]
        if late is not None or is_unplanned:
            remedies, words = self._remedies(name)
            document["remedies"] = remedies
            lines += words
        return document, lines

    def _completion(self, order: Order, rows: list[PlannedStep]) -> int | None:
        from kumihimo.planning.compare import Pricing

        return Pricing(self.problem).state(order, rows).completion

    def _on_time(self, order: Order, completion: int | None) -> str:
        if completion is None:
            return self.t(f"{order.id}: 計画に工程がそろっていません", f"{order.id}: the plan lacks steps of it")
        if order.due is None:
            return self.t(
                f"{order.id}: 完了 {self.at(completion)}（納期なし）",
                f"{order.id}: done {self.at(completion)}, no due date",
            )
        spare = self.span(order.due - completion)
        return self.t(
            f"{order.id}: 間に合います。完了 {self.at(completion)}、納期 {self.at(order.due)}、余裕 {spare}",
            f"{order.id}: on time; done {self.at(completion)}, due {self.at(order.due)}, {spare} to spare",
        )

    def _late(self, late: Late, limit: int | None = None) -> list[str]:
        """Return what made an order late; with a limit the causes that took most of the time."""
        from kumihimo.interop.plan_words import cause_sentence

        due = self.dues[late.order]
        when = ""
        if due is not None:
            done = due + late.late_min
            when = self.t(
                f"（納期 {self.at(due)}、完了 {self.at(done)}）", f" (due {self.at(due)}, done {self.at(done)})"
            )
        head = self.t(
            f"{late.order}: {self.span(late.late_min)}の遅れ{when}",
            f"{late.order}: {self.span(late.late_min)} late{when}",
        )
        causes = late.causes
        rest: tuple[Cause, ...] = ()
        if limit is not None and len(causes) > limit:
            worst = sorted(causes, key=lambda cause: -cause.minutes)
            causes, rest = tuple(worst[:limit]), tuple(worst[limit:])
        lines = [head, *(f"  - {cause_sentence(cause, self.lang)}" for cause in causes)]
        if rest:
            span = self.span(sum(cause.minutes for cause in rest))
            lines.append(
                self.t(
                    f"  - ほか{len(rest)}つの原因で {span}（--order {late.order} で全部）",
                    f"  - {len(rest)} more causes, {span} (all with --order {late.order})",
                )
            )
        return lines

    def _late_document(self, late: Late) -> dict[str, Any]:
        due = self.dues[late.order]
        causes = [
            {"code": c.code, "step": c.step, "minutes": c.minutes, "resource": c.resource, "behind": c.behind}
            for c in late.causes
        ]
        completion = None if due is None else due + late.late_min
        return {
            "order": late.order,
            "late_min": late.late_min,
            "due": due,
            "completion": completion,
            "causes": [{key: value for key, value in cause.items() if value != ""} for cause in causes],
        }

    def _unplanned(self, name: str) -> list[str]:
        from kumihimo.interop.plan_words import why_text

        why = self.unplanned[name]
        head = self.t(f"{name}: 計画できません", f"{name}: not planned")
        return [head, *(f"  - {why_text(one, self.lang)}" for one in why)]

    def _unplanned_document(self, name: str) -> dict[str, Any]:
        why = self.unplanned[name]
        reasons: list[Mapping[str, str]] = [{"code": w.code, "step": w.step, "text": w.text} for w in why]
        return {"order": name, "why": reasons}

    def _remedies(self, name: str) -> tuple[list[dict[str, Any]], list[str]]:
        """Return what would make the order less late: each was tried in the plan, and taken back."""
        from kumihimo.planning.remedies import remedies

        found = remedies(self.problem, self.plan, name)
        lines = [
            self.t(
                "  手だて（試し入れの結果。ほかの注文への影響も入れて、1時間早めるのに安い順）:",
                "  Remedies (each was tried; least yen per hour saved first, the effect on other orders counted):",
            )
        ]
        lines += [f"    - {self._remedy(remedy)}" for remedy in found]
        if not found:
            lines = [self.t("  試した手だてはどれも効きません。", "  Nothing that was tried helps.")]
        documents = [
            {
                "kind": r.kind,
                "ja": r.ja,
                "en": r.en,
                "ask": r.ask,
                "price_jpy": r.price_jpy,
                "others_jpy": r.others_jpy,
                "late_min": r.late_min,
                "saved_min": r.saved_min,
                "others_min": r.others_min,
            }
            for r in found
        ]
        return documents, lines

    def _remedy(self, remedy: Remedy) -> str:
        from kumihimo.interop.plan_words import short_span

        late = short_span(remedy.late_min, self.lang)
        left = self.t(f"遅れ {late}", f"{late} late") if remedy.late_min else self.t("間に合う", "on time")
        words = self.t(
            f"{remedy.ja}: {left}、{remedy.price_jpy:+,}円", f"{remedy.en}: {left}, {remedy.price_jpy:+,} yen"
        )
        if remedy.others_min or remedy.others_jpy:
            more = ("+" if remedy.others_min > 0 else "-" if remedy.others_min < 0 else "") + short_span(
                abs(remedy.others_min), self.lang
            )
            words += self.t(
                f"（ほかの注文の遅れ {more}、{remedy.others_jpy:+,}円）",
                f" (lateness of other orders {more}, {remedy.others_jpy:+,} yen)",
            )
        if remedy.ask:
            words += self.t(f" 相談先 {remedy.ask}", f"; ask {remedy.ask}")
        return words
