"""Writes of addresses: added, put first, switched off, confirmed; each with its audit line."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kumihimo.model import Channel
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.channels.address_value import spelled
from kumihimo_web.channels.models import Address
from kumihimo_web.channels.rules import may_edit
from kumihimo_web.firms import queries as firms

MOST = 12
"""Addresses of one firm; more than that is a mistake."""


def from_profile(firm: str) -> list[Address]:
    """Return the addresses that a firm's profile tells, not saved: the preferred channel first, the telephone last."""
    scope = current_scope()
    with scoped(system_scope(scope.network)):
        row = firms.firm(firm)
        noun = None if row is None else firms.noun(row)
    if noun is None:
        return []
    told = {Channel.FAX: noun.fax, Channel.MAIL: noun.email, Channel.EXCEL: noun.email, Channel.PHONE: noun.phone}
    ways = dict.fromkeys((noun.preferred_channel, Channel.FAX, Channel.MAIL, Channel.PHONE))
    if noun.preferred_channel == Channel.EXCEL:
        del ways[Channel.MAIL]
    found: list[Address] = []
    for channel in ways:
        try:
            value = spelled(channel, told.get(channel, ""))
        except ValidationError:
            continue  # empty, or written so that nobody could dial it
        found.append(
            Address(
                network_id=scope.network,
                firm=firm,
                channel=channel,
                value=value,
                rank=len(found) + 1,
                is_confirmed=True,
            )
        )
    return found


def addresses_of(firm: str) -> list[Address]:
    """Return the addresses of a firm, whoever asks, in the sequence in which they are tried.

    While there are none they are made of its profile, so it is called within a transaction.
    """
    scope = current_scope()
    rows = Address._base_manager.filter(network_id=scope.network, firm=firm)
    found = list(rows)
    if found:
        return found
    made = from_profile(firm)
    for one in made:
        one.save(force_insert=True)
    if made:
        after = {"addresses": "、".join(str(one) for one in made)}
        record("address.adopted", made[0], firm=firm, after=after)
    return made


@transaction.atomic
def add(firm: str, channel: Channel, text: str) -> Address:
    """Add an address behind those that a firm has.

    Raises
    ------
    ValidationError
        It cannot be an address of that channel, or the firm has it already.
    PermissionDenied
        It is not the scope's firm.
    """
    _guard(firm)
    value = spelled(channel, text)
    lock_network(current_scope().network)
    there = addresses_of(firm)
    if any((one.channel, one.value) == (channel, value) for one in there):
        raise ValidationError(_("この連絡先は登録済みです。"))
    if len(there) >= MOST:
        raise ValidationError(_("連絡先は%(most)d件までです。使わないものを止めてください。") % {"most": MOST})
    made: Address = Address.objects.create(
        firm=firm,
        channel=channel,
        value=value,
        rank=max((one.rank for one in there), default=0) + 1,
        is_confirmed=current_scope().is_coordinator,
    )
    record("address.added", made, firm=firm, after={"channel": channel.value, "value": value})
    return made


@transaction.atomic
def put_first(pk: int, *, version: int) -> Address:
    """Have an address tried before all others."""
    held = _held(pk, version)
    rows = Address._base_manager.select_for_update().filter(network_id=held.network_id, firm=held.firm)
    before = [str(one) for one in rows]
    for rank, one in enumerate(sorted(rows, key=lambda one: (one.pk != held.pk, one.rank, one.pk)), start=1):
        Address._base_manager.filter(pk=one.pk).update(rank=rank, version=one.version + 1)
    after = [str(one) for one in Address._base_manager.filter(network_id=held.network_id, firm=held.firm)]
    if before != after:
        told = {"addresses": "、".join(before)}, {"addresses": "、".join(after)}
        record("address.changed", held, firm=held.firm, before=told[0], after=told[1])
    held.refresh_from_db()
    return held


@transaction.atomic
def set_active(pk: int, wanted: bool, *, version: int) -> Address:
    """Use an address, or stop using it; it stays, so that what came from there keeps its name."""
    return _set(pk, version, is_active=wanted)


@transaction.atomic
def confirm(pk: int, *, version: int) -> Address:
    """Say that what comes from an address is the firm's. Only coordinators can know."""
    if not current_scope().is_coordinator:
        raise PermissionDenied("only coordinators confirm addresses")
    return _set(pk, version, is_confirmed=True)


def _set(pk: int, version: int, **values: Any) -> Address:
    held = _held(pk, version)
    before = {name: getattr(held, name) for name in values}
    if before == values:
        return held
    for name, value in values.items():
        setattr(held, name, value)
    held.version += 1
    held.save(update_fields=[*values, "version"])
    what = {"value": str(held)}
    record("address.changed", held, firm=held.firm, before=what | before, after=what | values)
    return held


def _held(pk: int, version: int) -> Address:
    lock_network(current_scope().network)
    held: Address = Address.objects.select_for_update().get(pk=pk)
    _guard(held.firm)
    if held.version != version:
        raise SomebodyWasFaster(held)
    return held


def _guard(firm: str) -> None:
    scope = current_scope()
    if not may_edit(scope, firm):
        raise PermissionDenied(f"{scope.role} may not change the addresses of the firm {firm}")
