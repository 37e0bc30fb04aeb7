"""Addresses of the plans."""

from __future__ import annotations

import zlib
from typing import Any

from django.utils import timezone

from ..conftest import OWN_FIRM, People
from . import Matrix


def rows(people: People) -> Matrix:
    _current_plan(people)
    return {
        ("plans", ()): "LOOOO--O",
        ("plan_version", (1,)): "LOO----0",
        ("plan_version", (9,)): "L00----0",
        ("plan_bars", (1,)): "LOOOO--0",
        ("plan_bars", (2,)): "LOO00--0",
        ("plan_load", (1,)): "LOO----0",
        ("plan_load_data", (1,)): "LOO----0",
        ("plan_diff", (2,)): "LOO----0",
        ("plan_calls", (2,)): "LOO----0",
        ("plan_order", (1, "W-1")): "LOO----0",
        ("plan_order", (1, "W-9")): "L00----0",
        ("plan_versions", ()): "LOO----O",
        ("plan_compare", ()): "L>>---->",
        ("plan_whatif", ()): "LOO----O",
        ("plan_export", (1, "orders.csv")): "LOO----0",
        ("plan_export", (1, "plan.json")): "LOO----0",
        ("plan_export", (1, "secrets.txt")): "L00----0",
        ("plan_approve", (2,)): "LMM----M",
        ("plan_reject", (2,)): "LMM----M",
        ("plan_redo", (2,)): "LMM----M",
        ("plan_follow", ()): "LMM----M",
        ("plan_replan", ()): "LMM----M",
        ("plan_freeze", (1, "W-1")): "LMM----M",
        ("plan_remedies", (1, "W-1")): "LMM----M",
        ("plan_remedy", (1, "W-1")): "LMM----M",
        ("plan_current_order", ("W-1",)): "L>>----0",
        ("plan_current_order", ("W-9",)): "L00----0",
        ("plan_report", ("W-1", "s0")): "LOOO0--0",
        ("plan_report", ("W-1", "s9")): "L0000--0",
        ("plan_book", ("Q-000001", "A")): "LMM----M",
        ("emergency", ()): "LOO----O",
        ("orders_status", ()): "LOO---OO",
        ("order_status", ("W-1",)): "LOO---O0",
        ("order_status", ("W-2",)): "LOO---00",
    }


def _current_plan(people: People) -> None:
    """Keep a plan of two orders at one firm, one of them the buyer's, and a draft on it; no planner is asked."""
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.plans import services
    from kumihimo_web.plans.models import Kind, PlanMachine, PlanOrder, PlanStep
    from kumihimo_web.plans.services import Made

    machine = f"{OWN_FIRM}-S/mach.mill5"
    buyer = people.buyer.organisation.pk
    jpy = dict.fromkeys(("modes", "transport", "lateness", "co2", "moves", "total"), 0)
    counts = dict.fromkeys(("orders", "steps", "machines", "firms", "late", "late_min", "unplanned", "iterations"), 0)
    prices: dict[str, Any] = {"jpy": jpy, "kg_co2": 0.0, "jpy_per_late_min": 20, "jpy_per_moved_step": 0}
    with scoped(people.coordinator.scope()):
        for base in (None, 1):
            orders = [
                PlanOrder(ref="W-1", title="発注元の案件", buyer=buyer, due=9000, finish=2000),
                PlanOrder(ref="W-2", title="よその案件", due=9000, finish=2500),
            ]
            where = {"process": "mach.mill5", "firm": OWN_FIRM, "site": f"{OWN_FIRM}-S", "resource": machine}
            steps = [
                PlanStep(
                    order=row,
                    step="s0",
                    label_ja="フライス",
                    label_en="milling",
                    position=0,
                    start=500 * at,
                    end=500 * at + 400,
                    told_start=500 * at,
                    told_end=500 * at + 400,
                    **where,
                )
                for at, row in enumerate(orders, start=1)
            ]
            made = Made(
                kind=Kind.FIRST if base is None else Kind.REPLAN,
                subject={},
                base=base,
                base_edits=0,
                start=timezone.now(),
                horizon=20000,
                problem=zlib.compress(b"{}"),
                plan=zlib.compress(b"{}"),
                totals={**counts, **prices},
                diff={},
                orders=orders,
                steps=steps,
                machines=[PlanMachine(**{key: where[key] for key in where}, firm_name="合成製作所", steps=2)],
            )
            version = services.keep(made, task="plans.replan", payload={})
            if base is None:
                services.approve(version.number)
