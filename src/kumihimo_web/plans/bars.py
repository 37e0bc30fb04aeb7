"""kumihimo-bars/1: a plan in columns for the chart, of what the scope may see."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language

from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.plans.models import Version
from kumihimo_web.plans.queries import minute_now, process_label

_NOW_MIN = 15
"""The mark of the present in the chart moves in such steps, so that an unchanged chart is not sent again."""


def bars_tag(found: Version) -> str:
    """Return what the chart's data depend on."""
    scope = current_scope()
    who = "all" if scope.is_coordinator else scope.firm
    made = found.created_at.timestamp()
    changes, now = f"{found.edits}.{found.reports}", minute_now(found) // _NOW_MIN
    return f'W/"bars-{found.pk}-{made}-{changes}-{who}-{get_language()}-{now}"'


def bars(found: Version) -> str:
    """Return kumihimo-bars/1: the plan in columns, of what the scope may see."""
    sees_buyers = current_scope().is_coordinator
    orders = list(
        found.orders.order_by("due", "ref").values_list("pk", "ref", "title", "due", "finish", "late_min", "buyer_name")
    )
    at_order = {row[0]: at for at, row in enumerate(orders)}
    late = {row[0]: int(row[5] > 0) for row in orders}
    columns = ("order_id", "step", "process", "resource", "start", "end", "freeze", "setup_min")
    # What ended before the plan began is history: it stands on the page of the order.
    rows = list(found.steps.filter(end__gt=0).order_by("start", "pk").values_list(*columns, Cast("after", TextField())))
    # One reading of all that stands in the column; one a row takes as long as everything else together.
    ways = json.loads(f"[{','.join(row[8] for row in rows)}]")
    now = minute_now(found) // _NOW_MIN * _NOW_MIN
    machines = _machine_rows(found, {row[3]: row[4] for row in reversed(rows) if row[5] > now})
    at_machine = {row[0]: at for at, row in enumerate(machines)}
    kinds = {process: at for at, process in enumerate(sorted({row[2] for row in rows}))}
    ends = {(row[0], row[1]): (row[3], row[5]) for row in rows}
    legs: dict[str, list[int]] = {"order": [], "from": [], "to": [], "start": [], "end": []}
    for row, after in zip(rows, ways, strict=True):
        for name, minutes in after:
            # A firm sees no truck of another: the step before is then not among its rows.
            machine, end = ends.get((row[0], name), ("", 0))
            if minutes and machine in at_machine:
                values = (at_order[row[0]], at_machine[machine], at_machine[row[3]], end, end + minutes)
                for column, value in zip(legs.values(), values, strict=True):
                    column.append(value)
    names = {process: process_label(process) for process in {*kinds, *(row[4] for row in machines)}}
    document = {
        "format": "kumihimo-bars/1",
        "start": timezone.localtime(found.start).isoformat(),
        "now": now if now < found.horizon else None,
        "horizon": max([row[5] for row in rows] + [row[4] or 0 for row in orders], default=0),
        "orders": [
            {
                "id": ref,
                "title": title,
                "due": due,
                "finish": finish,
                "late": late_min,
                "buyer": buyer if sees_buyers else "",
            }
            for _pk, ref, title, due, finish, late_min, buyer in orders
        ],
        "machines": [
            {
                "id": resource,
                "label": f"{firm_name} {names[process]}",
                "firm": firm,
                "firm_name": firm_name,
                "site": site,
                "process_label": names[process],
            }
            for resource, firm, firm_name, site, process, _opened in machines
        ],
        "steps": [{"id": process, "label": names[process]} for process in kinds],
        "bars": {
            "order": [at_order[row[0]] for row in rows],
            "machine": [at_machine[row[3]] for row in rows],
            "step": [kinds[row[2]] for row in rows],
            "name": [row[1] for row in rows],
            "start": [row[4] for row in rows],
            "end": [row[5] for row in rows],
            "freeze": [row[6] for row in rows],
            "late": [late[row[0]] for row in rows],
            "setup": [row[7] for row in rows],
        },
        "legs": legs,
    }
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # Open time stands in the rows as JSON already; reading it only to write it again would take most of the time.
    opened = ",".join(f'"{at}":{row[5]}' for at, row in enumerate(machines))
    return f'{text[:-1]},"open":{{{opened}}}}}'


def _machine_rows(found: Version, next_start: Mapping[str, int]) -> list[tuple[Any, ...]]:
    """Return the machines with work, those of a firm together, the firm first that has something to do next."""
    columns = ("resource", "firm", "firm_name", "site", "process", "open_text")
    rows = list(found.machines.filter(steps__gt=0).order_by("resource").values_list(*columns))
    of_firm: dict[str, int] = {}
    for row in rows:
        start = next_start.get(row[0], found.horizon)
        of_firm[row[1]] = min(start, of_firm.get(row[1], start))
    return sorted(rows, key=lambda row: (of_firm[row[1]], row[1], next_start.get(row[0], found.horizon), row[0]))
