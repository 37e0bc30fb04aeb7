"""What one version changes against another, as the JSON that the pages of the difference read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kumihimo.planning.compare import Place as Spot
from kumihimo.planning.compare import PlanDiff, PromiseChange, StepMove, compare_plans
from kumihimo_web.plans.mapping import Solved


def difference(before: Solved, after: Solved) -> dict[str, Any]:
    """Return what changes, in names; minutes count from the start that both have in common."""
    return _Difference(before, after).document(compare_plans(before.problem, before.plan, after.problem, after.plan))


class _Difference:
    def __init__(self, before: Solved, after: Solved) -> None:
        self.before, self.after = before, after

    def document(self, diff: PlanDiff) -> dict[str, Any]:
        return {
            "moves": [self._move(move) for move in diff.moves],
            "calls": self._calls(diff),
            "promises": [self._promise(promise) for promise in diff.promises if self._is_shown(promise)],
            "newly_late": [self._order(name) for name in diff.newly_late],
            "no_longer_late": [self._order(name) for name in diff.no_longer_late],
            "newly_unplanned": [self._order(name) for name in diff.newly_unplanned],
            "newly_planned": [self._order(name) for name in diff.newly_planned],
            "added": [self._order(name) for name in diff.added],
            "removed": [self._order(name) for name in diff.removed],
        }

    def _document_of(self, order: str) -> Mapping[str, Any]:
        return self.after.orders.get(order) or self.before.orders.get(order) or {}

    def _order(self, order: str) -> dict[str, str]:
        return {"ref": order, "title": self._document_of(order).get("title") or order}

    def _move(self, move: StepMove) -> dict[str, Any]:
        side = self.after if move.order in self.after.orders else self.before
        step = side.step_of(move.order, move.step)
        return {
            **self._order(move.order),
            "step": move.step,
            "ja": step.get("label_ja") or move.step,
            "en": step.get("label_en") or move.step,
            "told": move.is_told,
            "from": self._spot(move.before, self.before),
            "to": self._spot(move.after, self.after),
        }

    @staticmethod
    def _spot(spot: Spot | None, side: Solved) -> dict[str, Any] | None:
        if spot is None:
            return None
        place = side.place_of(spot.resource)
        return {
            "resource": spot.resource,
            "firm": place.firm,
            "firm_name": place.firm_name,
            "process": side.process_of(spot.resource),
            "start": spot.start,
            "end": spot.end,
        }

    def _calls(self, diff: PlanDiff) -> list[dict[str, Any]]:
        """Return the firms to call, the earliest affected first; sites of one firm are one call."""
        number = {(move.order, move.step): at for at, move in enumerate(diff.moves)}
        found: dict[str, dict[str, Any]] = {}
        for call in diff.calls:
            place = self.after.places.get(call.site) or self.before.places.get(call.site)
            firm = place.firm if place is not None else call.site
            name = place.firm_name if place is not None else call.site
            one = found.setdefault(firm, {"firm": firm, "firm_name": name, "again": False, "moves": []})
            one["again"] = one["again"] or call.is_again
            one["moves"] += [number[move.order, move.step] for move in call.moves]
        for one in found.values():
            one["moves"] = sorted(set(one["moves"]))
        return list(found.values())

    @staticmethod
    def _is_shown(promise: PromiseChange) -> bool:
        """Tell whether a buyer would notice: another day, or lateness on either side."""
        return bool(
            promise.late_before
            or promise.late_after
            or promise.due_before != promise.due_after
            or promise.completion_before is None
            or promise.completion_after is None
            or promise.completion_before // 1440 != promise.completion_after // 1440
        )

    def _promise(self, promise: PromiseChange) -> dict[str, Any]:
        return {
            **self._order(promise.order),
            "buyer": self._document_of(promise.order).get("buyer", ""),
            "due": promise.due_after if promise.due_after is not None else promise.due_before,
            "due_before": promise.due_before,
            "before": promise.completion_before,
            "after": promise.completion_after,
            "late_before": promise.late_before,
            "late_after": promise.late_after,
        }


def of_reports(known: Solved, before: Solved) -> set[tuple[str, str]]:
    """Return (order, step) of what stands elsewhere only because of what was reported."""
    stood = {(row.order, row.step): (row.resource, row.start, row.end) for row in known.plan.steps}
    stands = {(row.order, row.step): (row.resource, row.start, row.end) for row in before.plan.steps}
    return {key for key in stood.keys() | stands.keys() if stood.get(key) != stands.get(key)}
