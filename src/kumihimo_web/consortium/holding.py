"""Holding a joint order while it is changed; for the services of orders, bids and money."""

from __future__ import annotations

from django.db.models import F

from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.consortium.charter_services import NotNow, coordinators_only
from kumihimo_web.consortium.models import JointOrder
from kumihimo_web.consortium.rules import can


class NoCharter(Exception):
    """No charter holds on the day; nothing was changed."""


def hold(found: JointOrder, action: str, version: int) -> JointOrder:
    """Return an order for changing it.

    Raises
    ------
    SomebodyWasFaster
        It was changed since it was read.
    NotNow
        It is in a state in which this cannot be done.
    """
    coordinators_only()
    held: JointOrder = (
        JointOrder.objects.select_for_update(of=("self",)).select_related("consortium", "charter").get(pk=found.pk)
    )
    if held.version != version:
        raise SomebodyWasFaster(held)
    if not can(action, held.state):
        raise NotNow
    return held


def grow(held: JointOrder) -> None:
    """Count a change."""
    JointOrder.objects.filter(pk=held.pk).update(version=F("version") + 1)
    held.refresh_from_db(fields=["version"])
