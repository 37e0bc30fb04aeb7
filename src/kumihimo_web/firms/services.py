"""Writes of firms: each in one transaction, with its audit line, and refused when somebody else was faster."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from kumihimo.interop.table_spec import table_specs
from kumihimo.model import Assessment, Capacity, CapacitySource, EvidenceLevel, Network, standard_calendar
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.accounts.services import touch_network
from kumihimo_web.audit.models import Line
from kumihimo_web.audit.services import record, record_about
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.firms.load_level import BOOKED_SHARE, LoadLevel
from kumihimo_web.firms.mapping import fill, noun_of, rows_of, to_data, to_noun
from kumihimo_web.firms.models import ROWS, NounRow
from kumihimo_web.firms.queries import new_ref
from kumihimo_web.firms.rules import CLAIMS, PROOF, TOLD_BY_COORDINATORS, may_write


class CannotUndo(Exception):
    """A change that cannot be taken back; the sentence says why."""


@transaction.atomic
def change(table: str, ref: str, values: Mapping[str, Any], *, version: int, said: str = "") -> NounRow:
    """Change values of a row.

    Parameters
    ----------
    values
        Attribute -> JSON value; None takes a value away.
    version
        The version that was seen when the values were entered.
    said
        Who said so and how, when somebody enters it on the firm's behalf.

    Raises
    ------
    SomebodyWasFaster
        The row is of a later version by now.
    PermissionDenied
        The scope may not edit this firm, or one of the values is hidden from it.
    """
    held: NounRow = ROWS[table].objects.select_for_update().get(ref=ref)
    _guard(held.firm, table, values, said)
    if held.version != version:
        raise SomebodyWasFaster(held)
    before = dict(held.data)
    data = {key: value for key, value in {**before, **values}.items() if value is not None}
    if table == "capabilities" and any(before.get(key) != data.get(key) for key in CLAIMS):
        # What was proven is no longer what is claimed.
        data = {key: value for key, value in data.items() if key not in PROOF}
    noun = noun_of(table_specs()[table], data)
    if noun.id != ref:
        raise PermissionDenied("an id is never changed")
    fill(held, noun, held.firm)
    if held.data == before:
        return held
    held.version = F("version") + 1
    held.save()
    held.refresh_from_db()
    keys = sorted(key for key in {*before, *held.data} if before.get(key) != held.data.get(key))
    record(
        f"{table}.changed",
        held,
        firm=held.firm,
        before={key: before.get(key) for key in keys},
        after={key: held.data.get(key) for key in keys},
        note=said,
    )
    touch_network(current_scope().network)
    return held


@transaction.atomic
def add(table: str, noun: Any, firm: str, *, said: str = "") -> NounRow:
    """Add a row to a firm."""
    _guard(firm, table, to_data(table, noun), said)
    made = fill(ROWS[table](network_id=current_scope().network), noun, firm)
    made.save(force_insert=True)
    record(f"{table}.added", made, firm=firm, after=made.data, note=said)
    touch_network(current_scope().network)
    return made


@transaction.atomic
def add_values(table: str, firm: str, values: Mapping[str, Any], *, said: str = "") -> NounRow:
    """Add a row of entered values to a firm; it gets the next free id."""
    spec = table_specs()[table]
    data = {key: value for key, value in values.items() if value is not None}
    data["id"] = new_ref(table, firm)
    if any(column.name == "firm" for column in spec.columns):
        data["firm"] = firm
    return add(table, noun_of(spec, data), firm, said=said)


@transaction.atomic
def undo(line: Line) -> None:
    """Take back one change of a row, as a change of its own.

    Raises
    ------
    CannotUndo
        It is no change of a row, or the row has become something else since.
    PermissionDenied
        The scope may not write the row.
    """
    table, _dot, done = line.verb.partition(".")
    if not line.is_row_change:
        raise CannotUndo(_("この記録は元に戻せません。"))
    said = _("履歴 %(number)d 番を元に戻した") % {"number": line.number}
    # A proof does not come back: what was looked at may have changed in between.
    before = {key: value for key, value in line.values_before.items() if key not in PROOF}
    if done == "removed":
        noun = noun_of(table_specs()[table], before)
        if ROWS[table].objects.filter(ref=noun.id).exists():
            raise CannotUndo(_("同じIDの行がもうあります。"))
        add(table, noun, line.firm, said=said)
        return
    held: NounRow | None = ROWS[table].objects.select_for_update().filter(pk=int(line.row)).first()
    if held is None:
        raise CannotUndo(_("この行はもうありません。"))
    after = {key: value for key, value in line.values_after.items() if key not in PROOF}
    if any(held.data.get(key) != value for key, value in after.items()):
        raise CannotUndo(_("その後に別の変更があります。今の値を見て、直してください。"))
    if done == "changed":
        change(table, held.ref, before, version=held.version, said=said)
    else:
        remove(table, held.ref, version=held.version, said=said)


@transaction.atomic
def remove(table: str, ref: str, *, version: int, said: str = "") -> None:
    """Take a row away; the audit line keeps what it said."""
    held: NounRow = ROWS[table].objects.select_for_update().get(ref=ref)
    _guard(held.firm, table, {}, said)
    if held.version != version:
        raise SomebodyWasFaster(held)
    record(f"{table}.removed", held, firm=held.firm, before=held.data, note=said)
    held.delete()
    touch_network(current_scope().network)


@transaction.atomic
def declare_load(site: str, week: str, level: LoadLevel, *, today: date, said: str = "") -> NounRow:
    """Take down how busy a site is in a week; a second answer replaces the first.

    Raises
    ------
    PermissionDenied
        The scope may not edit the firm of the site.
    """
    place: NounRow = ROWS["sites"].objects.select_for_update().get(ref=site)
    own = to_noun(place)
    calendar = ROWS["calendars"].objects.filter(ref=own.calendar or "").first()
    hours = (to_noun(calendar) if calendar is not None else standard_calendar()).weekly_minutes() / 60
    noun = Capacity(
        id=f"{site}:{week}",
        site=site,
        week=week,
        hours_available=hours,
        hours_booked=round(hours * BOOKED_SHARE[level], 2),
        source=CapacitySource.PHONE if current_scope().is_coordinator else CapacitySource.DECLARED,
        asked_on=today,
    )
    known = ROWS["capacities"].objects.filter(ref=noun.id).first()
    if known is None:
        return add("capacities", noun, place.firm, said=said)
    return change("capacities", noun.id, to_data("capacities", noun), version=known.version, said=said)


@transaction.atomic
def put_assessment(noun: Assessment, *, version: int, is_public: bool, note: str = "") -> NounRow:
    """Write the row of an assessment; who may, and when, the app of the assessments says.

    Parameters
    ----------
    version
        The version that was seen; 0 for a new one.
    is_public
        Whether the other members of the network see it.

    Raises
    ------
    SomebodyWasFaster
        The row is of a later version by now.
    """
    model = ROWS["assessments"]
    held: NounRow | None = (
        model._base_manager.select_for_update().filter(network_id=current_scope().network, ref=noun.id).first()
    )
    if held is None:
        held = model(network_id=current_scope().network, version=0)
    if held.version != version:
        raise SomebodyWasFaster(held)
    before = dict(held.data)
    fill(held, noun, noun.firm)
    held.is_public = is_public  # type: ignore[attr-defined]
    held.version = version + 1
    held.save()
    keys = sorted(key for key in {*before, *held.data} if before.get(key) != held.data.get(key))
    record(
        "assessments.changed" if before else "assessments.added",
        held,
        firm=held.firm,
        before={key: before.get(key) for key in keys if before},
        after={key: held.data.get(key) for key in keys},
        note=note,
    )
    touch_network(current_scope().network)
    return held


@transaction.atomic
def prove(ref: str, level: EvidenceLevel, on: date | None, *, assessment: str) -> NounRow:
    """Set how well a capability row is proven, because an assessment was published, ended or taken back."""
    held: NounRow = ROWS["capabilities"].objects.select_for_update().get(ref=ref)
    before = {key: held.data.get(key) for key in sorted(PROOF)}
    data = {key: value for key, value in held.data.items() if key not in PROOF}
    data |= {"evidence": level.value} | ({} if on is None else {"evidence_on": on.isoformat()})
    fill(held, noun_of(table_specs()["capabilities"], data), held.firm)
    held.version += 1
    held.save()
    after = {key: held.data.get(key) for key in sorted(PROOF)}
    record("capabilities.proven", held, firm=held.firm, before=before, after=after, note=assessment)
    touch_network(current_scope().network)
    return held


@transaction.atomic
def load(network: Network) -> dict[str, int]:
    """Put a whole network into an empty one; return table -> rows."""
    scope = current_scope()
    if not scope.is_coordinator:
        raise PermissionDenied("only coordinators load networks")
    counted = {}
    for model, rows in rows_of(network, scope.network):
        model._base_manager.bulk_create(rows, batch_size=500)
        counted[model.table] = len(rows)
    record_about("network.loaded", kind="network", row=str(scope.network), after=counted)
    touch_network(current_scope().network)
    return counted


def _guard(firm: str, table: str, values: Mapping[str, Any], said: str) -> None:
    """Refuse strangers; a coordinator may enter what is hidden from coordinators only with the word of the firm."""
    scope = current_scope()
    if not may_write(scope, table, firm):
        raise PermissionDenied(f"{scope.role} may not edit {table} of the firm {firm}")
    if table == "capabilities" and PROOF & set(values):
        raise PermissionDenied("how well a capability is proven is set by assessments alone")
    if table in TOLD_BY_COORDINATORS and not said and not scope.is_system:
        raise PermissionDenied(f"{table} are entered with the word of whoever knows")
    hidden = set(values) - {column.name for column in table_specs()[table].visible(scope.sight_of(firm))}
    if hidden and not (scope.is_coordinator and said):
        raise PermissionDenied(f"hidden from {scope.role}: {', '.join(sorted(hidden))}")
