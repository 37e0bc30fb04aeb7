"""A small synthetic order book on the two firms of the test network, and the plan that a worker makes of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from kumihimo_web.jobs.models import Job, State
from kumihimo_web.jobs.worker import run_one
from kumihimo_web.plans import services
from kumihimo_web.plans.models import Version

from .conftest import OWN_FIRM, RIVAL_FIRM, People

OWN, RIVAL = f"{OWN_FIRM}-S", f"{RIVAL_FIRM}-S"
MILL = "mach.mill5"
OWN_MILL, RIVAL_MILL = f"{OWN}/{MILL}", f"{RIVAL}/{MILL}"


def work_order(
    ref: str,
    *sites: str,
    buyer: str = "よその会社",
    due_in: int = 60,
    minutes: int = 300,
    title: str = "",
    others: bool = True,
) -> dict[str, Any]:
    """Return an order with one milling step at each site after the other; both firms could do each, unless told not."""
    today = timezone.localdate()
    return {
        "format": "kumihimo-work-order/1",
        "id": ref,
        "title": title or f"合成部品 {ref}",
        "buyer": buyer,
        "release": (today + timedelta(days=1)).isoformat(),
        "due": (today + timedelta(days=due_in)).isoformat(),
        "weight": 1.0,
        "steps": [
            {
                "id": f"s{at}",
                "label_ja": f"フライス{at}",
                "label_en": f"milling {at}",
                "process": MILL,
                "quantity": 10,
                "after": [f"s{at - 1}"] if at else [],
                "chosen": [site],
                "offers": [
                    {
                        "firm": firm,
                        "site": place,
                        "capability": f"{firm}-K",
                        "minutes": minutes,
                        "jpy": 40_000 if place == site else 55_000,
                    }
                    for firm, place in ((OWN_FIRM, OWN), (RIVAL_FIRM, RIVAL))
                    if others or place == site
                ],
            }
            for at, site in enumerate(sites)
        ],
    }


def book(people: People) -> list[dict[str, Any]]:
    """Return five orders: one of the buyer, one that cannot be in time, one of each firm alone."""
    return [
        work_order("W-1", OWN, RIVAL, buyer=people.buyer.organisation.name),
        work_order("W-2", RIVAL, OWN, due_in=2),
        work_order("W-3", OWN),
        work_order("W-4", RIVAL),
        work_order("W-5", OWN, minutes=700),
    ]


def done(job: Job) -> Version:
    """Let a worker do a job, and return the version that came of it."""
    assert run_one()
    job.refresh_from_db()
    assert job.state == State.DONE, job.error_ja
    assert job.result is not None
    return Version._base_manager.get(network_id=job.network_id, number=job.result["version"])


def first(orders: list[dict[str, Any]], today: date | None = None) -> Version:
    """Return the first plan, approved."""
    return done(services.ask_first(orders, today=today or timezone.localdate(), approve=True))
