"""Writes of consortia and their charters: each in one transaction, with its audit line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from kumihimo.trade.consortium import read_charter
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.consortium import charter_queries
from kumihimo_web.consortium.models import Charter, Consortium, Member, Objection
from kumihimo_web.consortium.rules import OBJECTION_DAYS, may_speak_for

WINDOW = ("name_en", "address", "address_en", "phone", "email", "bank")
"""How the window of a consortium stands on paper."""


class NotNow(Exception):
    """The row is in a state in which this cannot be done; nothing was changed."""


def coordinators_only() -> None:
    """Refuse everybody else."""
    if not current_scope().is_coordinator:
        raise PermissionDenied(f"{current_scope().role} does not run consortia")


@transaction.atomic
def begin(document: Mapping[str, Any], window: Mapping[str, str], *, once: str = "") -> Consortium:
    """Make a consortium of a charter that its members have agreed on; its number becomes the id of the charter.

    Raises
    ------
    LocatedErrors
        The charter is not usable.
    """
    coordinators_only()
    scope = current_scope()
    lock_network(scope.network)
    if once:
        known: Consortium | None = Consortium.objects.filter(once=once).first()
        if known is not None:
            return known
    last = Consortium._base_manager.filter(network_id=scope.network).aggregate(last=Max("serial"))["last"] or 0
    ref = f"C-{last + 1:04d}"
    agreed = read_charter({**document, "id": ref})
    made: Consortium = Consortium.objects.create(
        serial=last + 1, ref=ref, name=agreed.name, once=once, **{key: window.get(key, "") for key in WINDOW}
    )
    _write(made, {**document, "id": ref}, revision=1, takes_effect_on=agreed.agreed_on, why="")
    record("consortium.added", made, after={"number": ref, "name": agreed.name, "firms": len(agreed.members)})
    return made


@transaction.atomic
def revise(
    found: Consortium, document: Mapping[str, Any], *, takes_effect_on: date, why: str, version: int, today: date
) -> Charter:
    """Propose a new revision; members can object until the day before it takes effect.

    Raises
    ------
    NotNow
        It would leave members too few days to object, or another revision is still to come.
    SomebodyWasFaster
        The consortium was changed since it was read.
    """
    coordinators_only()
    held = _hold(found, version)
    if takes_effect_on < today + timedelta(days=OBJECTION_DAYS):
        raise NotNow
    if any(one.is_open for one in charter_queries.charters(held, today)):
        raise NotNow
    last = held.charters.aggregate(last=Max("revision"))["last"] or 0
    charter = _write(
        held,
        {**document, "id": held.ref, "name": held.name},
        revision=last + 1,
        takes_effect_on=takes_effect_on,
        why=why,
    )
    _grow(held)
    record(
        "charter.revised",
        charter,
        after={"number": held.ref, "version": charter.revision, "start": takes_effect_on.isoformat()},
        note=why,
    )
    return charter


@transaction.atomic
def withdraw(charter: Charter, *, why: str, today: date) -> Charter:
    """Take back a revision that has not taken effect; doing it twice does it once.

    Raises
    ------
    NotNow
        It has taken effect: a further revision changes it.
    """
    coordinators_only()
    held = Consortium.objects.select_for_update().get(pk=charter.consortium_id)
    shown = next(one for one in charter_queries.charters(held, today) if one.row.pk == charter.pk)
    if shown.row.withdrawn_at is not None:
        return shown.row
    if not shown.is_open:
        raise NotNow
    shown.row.withdrawn_at, shown.row.withdrawn_why = timezone.now(), why
    shown.row.save(update_fields=["withdrawn_at", "withdrawn_why"])
    _lift_members(held)
    _grow(held)
    record("charter.withdrawn", shown.row, after={"number": held.ref, "version": shown.row.revision}, note=why)
    return shown.row


@transaction.atomic
def object_to(charter: Charter, *, firm: str, words: str, said: str, today: date) -> Objection:
    """Take down what a member has against a revision that is still to come.

    Raises
    ------
    NotNow
        It has taken effect, or was withdrawn.
    PermissionDenied
        The firm is no member, or not the scope's.
    """
    scope = current_scope()
    held = Consortium.objects.select_for_update().get(pk=charter.consortium_id)
    known = charter_queries.names(held)
    if firm not in known or not may_speak_for(scope, firm) or (scope.is_coordinator and not said):
        raise PermissionDenied("a member objects for itself, or with its word")
    shown = next(one for one in charter_queries.charters(held, today) if one.row.pk == charter.pk)
    if not shown.is_open:
        raise NotNow
    same: Objection | None = Objection.objects.filter(charter=charter, firm=firm, words=words, answered_at=None).first()
    if same is not None:
        return same
    made: Objection = Objection.objects.create(
        charter=charter, firm=firm, name=known[firm], words=words, said=said if scope.is_coordinator else ""
    )
    record("charter.objected", made, firm=firm, after={"number": held.ref, "version": charter.revision}, note=words)
    return made


@transaction.atomic
def answer(found: Objection, *, words: str, today: date) -> Objection:
    """Answer an objection; the revision takes effect on its day, at the earliest tomorrow."""
    coordinators_only()
    Consortium.objects.select_for_update().get(pk=found.charter.consortium_id)
    held: Objection = Objection.objects.select_for_update().get(pk=found.pk)
    if held.answered_at is not None:
        raise SomebodyWasFaster(held)
    held.answer, held.answered_by, held.answered_at = words, current_scope().actor, timezone.now()
    held.save(update_fields=["answer", "answered_by", "answered_at"])
    charter: Charter = Charter.objects.get(pk=held.charter_id)
    if charter.takes_effect_on <= today:
        # Nothing that was done in the meantime shall have been done by a rule that held nobody knew.
        charter.takes_effect_on = today + timedelta(days=1)
        charter.save(update_fields=["takes_effect_on"])
    record("charter.answered", held, firm=held.firm, after={"start": charter.takes_effect_on.isoformat()}, note=words)
    return held


@transaction.atomic
def change_window(found: Consortium, values: Mapping[str, str], *, version: int) -> Consortium:
    """Change how the window stands on paper; papers that were made stay as they are."""
    coordinators_only()
    held = _hold(found, version)
    before = {key: getattr(held, key) for key in WINDOW}
    after = {key: values[key] for key in WINDOW}
    if before == after:
        return held
    for key, value in after.items():
        setattr(held, key, value)
    held.save(update_fields=list(WINDOW))
    _grow(held)
    record("consortium.changed", held, before=before, after=after)
    return held


def _hold(found: Consortium, version: int) -> Consortium:
    held: Consortium = Consortium.objects.select_for_update().get(pk=found.pk)
    if held.version != version:
        raise SomebodyWasFaster(held)
    return held


def _grow(held: Consortium) -> None:
    Consortium.objects.filter(pk=held.pk).update(version=F("version") + 1)
    held.refresh_from_db(fields=["version"])


def _write(
    found: Consortium, document: Mapping[str, Any], *, revision: int, takes_effect_on: date, why: str
) -> Charter:
    read_charter(document)
    charter: Charter = Charter.objects.create(
        consortium=found,
        revision=revision,
        document=dict(document),
        takes_effect_on=takes_effect_on,
        why=why,
        proposed_by=current_scope().actor,
    )
    _lift_members(found)
    return charter


def _lift_members(found: Consortium) -> None:
    """Let everybody see the consortium who stands in a revision of it that was not withdrawn."""
    known: dict[str, str] = {}
    for document in found.charters.filter(withdrawn_at=None).order_by("revision").values_list("document", flat=True):
        known.update({row["firm"]: row["name"] for row in document["members"]})
    rows = Member._base_manager.filter(consortium=found)
    rows.exclude(firm__in=list(known)).delete()
    stand = set(rows.values_list("firm", flat=True))
    Member._base_manager.bulk_create(
        Member(network_id=found.network_id, consortium=found, firm=firm, name=name)
        for firm, name in known.items()
        if firm not in stand
    )
