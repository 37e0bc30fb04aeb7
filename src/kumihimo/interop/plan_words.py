"""A plan's lateness and the difference between two plans, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from kumihimo.planning.clock_words import moment_words, span_words
from kumihimo.planning.compare import Cost, Place, PlanDiff, PromiseChange, SiteCall, StepMove
from kumihimo.planning.problem import Problem
from kumihimo.planning.result import Cause, Why

CAUSES: Mapping[str, tuple[str, str]] = {
    "RELEASE": ("着手可能日", "release"),
    "WORK": ("加工", "work"),
    "QUEUE": ("順番待ち", "queue"),
    "SETUP": ("段取り", "set-up"),
    "CLOSED": ("休業", "closed"),
    "TRANSPORT": ("輸送", "transport"),
    "FROZEN": ("確定済み工程", "frozen"),
    "LEAD_IMPOSSIBLE": ("単独でも不可能", "impossible alone"),
}
_PARTS: Sequence[tuple[str, str, str]] = (
    ("modes", "加工", "work"),
    ("transport", "輸送", "transport"),
    ("lateness", "遅れ", "lateness"),
    ("co2", "CO2", "CO2"),
    ("moves", "予定の移動", "moved steps"),
)


def short_moment(start: datetime, minute: int, lang: str) -> str:
    """Return a minute of the plan as date and time alone."""
    words = moment_words(start, minute)
    return words[1].partition(" (")[0] if lang == "en" else words[0].partition("（")[0]


def short_span(minutes: int, lang: str) -> str:
    """Return a length of time without the count of minutes behind it."""
    words = span_words(minutes)
    return words[1].partition(" (")[0] if lang == "en" else words[0].partition("（")[0]


def cause_sentence(cause: Cause, lang: str) -> str:
    """Return what one cause of a lateness did, with its minutes."""
    ja, en = span_words(cause.minutes)
    step_ja = f"工程「{cause.step}」" if cause.step else "どこかの工程"
    step_en = f"step {cause.step}" if cause.step else "a step"
    on_ja = f"設備「{cause.resource}」" if cause.resource else "設備"
    on_en = cause.resource or "its resource"
    behind_ja = f"注文「{cause.behind}」の後" if cause.behind else "ほかの仕事の後"
    behind_en = f"order {cause.behind}" if cause.behind else "other work"
    match cause.code:
        case "RELEASE":
            words = (f"着手できる時が納期より{ja}後でした", f"it could not be started until {en} after the due date")
        case "LEAD_IMPOSSIBLE":
            words = (f"ほかに仕事がなくても{ja}遅れます", f"even without any other order it would be {en} late")
        case "QUEUE":
            words = (
                f"{step_ja}は{on_ja}で{behind_ja}に{ja}待ちます",
                f"{step_en} waits {en} on {on_en} behind {behind_en}",
            )
        case "FROZEN" if cause.behind:
            words = (
                f"{step_ja}は{on_ja}で、動かせない{behind_ja}に{ja}待ちます",
                f"{step_en} waits {en} on {on_en} behind frozen work of {behind_en}",
            )
        case "FROZEN":
            words = (f"{step_ja}は動かせません: {ja}", f"{step_en} is frozen: {en}")
        case "SETUP":
            words = (
                f"{step_ja}の前に{on_ja}の段取りが{ja}かかります",
                f"the set-up of {on_en} before {step_en} takes {en}",
            )
        case "CLOSED":
            words = (
                f"{step_ja}の前か途中に、{on_ja}が{ja}休みです",
                f"{on_en} is closed for {en} before or during {step_en}",
            )
        case "TRANSPORT":
            words = (f"{step_ja}の輸送に{ja}かかります", f"transport of {step_en} takes {en}")
        case "WORK":
            words = (f"{step_ja}は{on_ja}で{ja}余計にかかります", f"{step_en} takes {en} longer on {on_en}")
        case _:
            words = (f"{cause.code}: {ja}", f"{cause.code}: {en}")
    return words[1] if lang == "en" else words[0]


def why_text(why: Why, lang: str) -> str:
    """Return the half of a reason that is in the reader's language."""
    return why.text.split(" / ")[-1 if lang == "en" else 0]


class DiffWords:
    """Says what changed between two plans.

    Parameters
    ----------
    before, after
        The problem of each side: minutes are counted from its start, yen or minutes are its objective.
    limit
        Most lines of each kind.
    """

    def __init__(self, before: Problem, after: Problem, lang: str, limit: int = 30) -> None:
        self.before, self.after, self.lang, self.limit = before, after, lang, limit
        self.is_english = lang == "en"

    def t(self, ja: str, en: str) -> str:
        """Return the one of two texts that is in the reader's language."""
        return en if self.is_english else ja

    def lines(self, diff: PlanDiff) -> list[str]:
        """Return the whole difference: whom to call, which promises change, what it costs, what moved."""
        if diff.is_empty and diff.objective_before == diff.objective_after:
            return [self.t("変わったことはありません。", "Nothing changed.")]
        found = [self.money(diff)]
        found += self.parts(diff.cost_before, diff.cost_after)
        found += self._names(diff)
        if diff.calls:
            found.append(
                self.t(f"電話する会社（拠点）: {len(diff.calls):,}か所", f"Firms (sites) to call: {len(diff.calls):,}")
            )
            found += self._shown(self.call(call) for call in diff.calls)
        if diff.promises:
            found.append(
                self.t(f"約束が変わる注文: {len(diff.promises):,}件", f"Promises that change: {len(diff.promises):,}")
            )
            found += self._shown(self.promise(promise) for promise in diff.promises)
        if diff.moves:
            found.append(self.t(f"変わった工程: {len(diff.moves):,}件", f"Steps that changed: {len(diff.moves):,}"))
            found += self._shown(self.move(move) for move in diff.moves)
        return found

    def money(self, diff: PlanDiff) -> str:
        """Return the objective before and after."""
        change = diff.objective_after - diff.objective_before
        unit = self.t("分", " min") if self.after.objective.makespan else self.t("円", " yen")
        numbers = f"{diff.objective_before:,}{unit} → {diff.objective_after:,}{unit} ({change:+,})"
        return f"{self.t('目的値', 'Objective')}: {numbers}"

    def parts(self, before: Cost, after: Cost) -> list[str]:
        """Return the parts of the objective that differ, of the orders that changed."""
        if self.after.objective.makespan:
            return []
        changed = [
            f"{en if self.is_english else ja} {getattr(after, name) - getattr(before, name):+,}"
            for name, ja, en in _PARTS
            if getattr(after, name) != getattr(before, name)
        ]
        if not changed:
            return []
        return [f"  {self.t('内訳（円）', 'of which (yen)')}: {self.t('、', ', ').join(changed)}"]

    def call(self, call: SiteCall) -> str:
        """Return whom to call about what."""
        again = self.t("（変更の連絡）", " (a change of what was agreed)") if call.is_again else ""
        steps = [self.told(call.site, move) for move in call.moves[:3]]
        rest = len(call.moves) - len(steps)
        if rest:
            steps.append(self.t(f"ほか{rest:,}件", f"and {rest:,} more"))
        return f"{call.site}{again}: {self.t('、', '; ').join(steps)}"

    def told(self, site: str, move: StepMove) -> str:
        """Return one step in the words that its firm needs."""
        name = f"{move.order}/{move.step}"
        here, was = move.after, move.before
        if here is None or here.site != site:
            return self.t(f"{name} は取りやめ", f"{name} is withdrawn")
        when = self.at(here.start, self.after)
        if was is None or was.site != site:
            return self.t(
                f"{name} を新しく {when} から（{here.resource}）", f"{name} is new, {when} on {here.resource}"
            )
        on = self.t(f"（{here.resource}）", f" on {here.resource}")
        return self.t(f"{name} は {when} から{on}", f"{name} now {when}{on}")

    def promise(self, promise: PromiseChange) -> str:
        """Return how the completion of an order changes."""
        was = self._completion(promise.completion_before, promise.late_before, self.before)
        now = self._completion(promise.completion_after, promise.late_after, self.after)
        due = ""
        if promise.due_after != promise.due_before and promise.due_after is not None and promise.due_before is not None:
            due = self.t("、納期 ", ", due ") + self.at(promise.due_after, self.after)
        return f"{promise.order}: {was} → {now}{due}"

    def _completion(self, minute: int | None, late: int, problem: Problem) -> str:
        if minute is None:
            return self.t("予定なし", "no date")
        words = self.at(minute, problem)
        if late:
            words += self.t(f"（{short_span(late, 'ja')}遅れ）", f" ({short_span(late, 'en')} late)")
        return words

    def move(self, move: StepMove) -> str:
        """Return where a step stood and stands."""
        was, now = self._place(move.before, self.before), self._place(move.after, self.after)
        return f"{move.order}/{move.step}: {was} → {now}"

    def _place(self, place: Place | None, problem: Problem) -> str:
        if place is None:
            return self.t("なし", "none")
        return f"{place.resource} {self.at(place.start, problem)} – {self.at(place.end, problem)}"

    def at(self, minute: int, problem: Problem) -> str:
        """Return a minute as date and time."""
        return short_moment(problem.start, minute, self.lang)

    def _names(self, diff: PlanDiff) -> list[str]:
        kinds: Iterable[tuple[tuple[str, ...], str, str]] = (
            (diff.added, "増えた注文", "Orders added"),
            (diff.removed, "なくなった注文", "Orders removed"),
            (diff.newly_unplanned, "計画できなくなった注文", "Orders that lost their place"),
            (diff.newly_planned, "計画できるようになった注文", "Orders that found a place"),
            (diff.newly_late, "新しく遅れる注文", "Orders newly late"),
            (diff.no_longer_late, "遅れなくなった注文", "Orders no longer late"),
        )
        found = []
        for names, ja, en in kinds:
            if names:
                shown = self.t("、", ", ").join(names[: self.limit]) + ("…" if len(names) > self.limit else "")
                found.append(f"{self.t(ja, en)} ({len(names):,}): {shown}")
        return found

    def _shown(self, lines: Iterable[str]) -> list[str]:
        every = list(lines)
        shown = [f"  {line}" for line in every[: self.limit]]
        rest = len(every) - len(shown)
        if rest:
            shown.append(self.t(f"  … ほか {rest:,} 件（--json で全部）", f"  … and {rest:,} more (all with --json)"))
        return shown


def diff_document(diff: PlanDiff) -> dict[str, Any]:
    """Return the difference as a JSON object; times in minutes from the start of the problem."""
    return {
        "objective": {"before": diff.objective_before, "after": diff.objective_after},
        "cost_of_changed_orders": {"before": _cost(diff.cost_before), "after": _cost(diff.cost_after)},
        "added": diff.added,
        "removed": diff.removed,
        "newly_unplanned": diff.newly_unplanned,
        "newly_planned": diff.newly_planned,
        "newly_late": diff.newly_late,
        "no_longer_late": diff.no_longer_late,
        "calls": [
            {"site": c.site, "again": c.is_again, "steps": [{"order": m.order, "step": m.step} for m in c.moves]}
            for c in diff.calls
        ],
        "promises": [
            {
                "order": p.order,
                "due": {"before": p.due_before, "after": p.due_after},
                "completion": {"before": p.completion_before, "after": p.completion_after},
                "late_min": {"before": p.late_before, "after": p.late_after},
            }
            for p in diff.promises
        ],
        "moves": [
            {"order": m.order, "step": m.step, "told": m.is_told, "before": _spot(m.before), "after": _spot(m.after)}
            for m in diff.moves
        ],
    }


def _cost(cost: Cost) -> dict[str, Any]:
    parts: dict[str, Any] = {name: getattr(cost, name) for name, _, _ in _PARTS}
    return {**parts, "kg_co2": round(float(cost.kg_co2), 3), "total": cost.total}


def _spot(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"resource": place.resource, "site": place.site, "start": place.start, "end": place.end}
