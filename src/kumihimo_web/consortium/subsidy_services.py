"""Writes of subsidy programs: what somebody read in a call, and when somebody last compared it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import F

from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.consortium.charter_services import coordinators_only
from kumihimo_web.consortium.mapping import plain
from kumihimo_web.consortium.models import Subsidy


@transaction.atomic
def add(values: Mapping[str, Any], *, today: date) -> Subsidy:
    """Add a program that the scope's user has just read; the same name from the same source is the row there is."""
    coordinators_only()
    lock_network(current_scope().network)
    rows = Subsidy.objects.all()
    known: Subsidy | None = rows.filter(name_ja=values["name_ja"], source_url=values["source_url"]).first()
    if known is not None:
        return known
    taken = set(rows.values_list("ref", flat=True))
    ref = next(one for number in count(1) if (one := f"S-{number:04d}") not in taken)
    made: Subsidy = Subsidy.objects.create(ref=ref, **values, last_checked=today, checked_by=current_scope().actor)
    record("subsidy.added", made, after={"number": made.ref, "name": made.name_ja})
    return made


@transaction.atomic
def check(found: Subsidy, values: Mapping[str, Any], *, version: int, today: date) -> Subsidy:
    """Keep a program as its source says today."""
    coordinators_only()
    held: Subsidy = Subsidy.objects.select_for_update().get(pk=found.pk)
    if held.version != version:
        raise SomebodyWasFaster(held)
    changed = {key: value for key, value in values.items() if getattr(held, key) != value}
    before = {key: getattr(held, key) for key in changed}
    for key, value in changed.items():
        setattr(held, key, value)
    held.last_checked, held.checked_by = today, current_scope().actor
    held.version = F("version") + 1
    held.save()
    held.refresh_from_db()
    record(
        "subsidy.checked",
        held,
        before=plain(before),
        after={**plain(changed), "number": held.ref, "name": held.name_ja},
    )
    return held
