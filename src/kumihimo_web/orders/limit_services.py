"""Writes of 決裁の限度額."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.orders.office_models import Limits

AMOUNTS = ("buyer_jpy", "approver_jpy", "second_key_jpy")


@transaction.atomic
def set_limits(seen: int, *, buyer_jpy: int, approver_jpy: int, second_key_jpy: int) -> Limits:
    """Say up to which amounts one person decides from now on; what has been decided stays.

    Parameters
    ----------
    seen
        Version that the person saw; 0 = nobody has set any.

    Raises
    ------
    PermissionDenied
        Not an administrator: who orders does not raise the own limit.
    SomebodyWasFaster
        They were changed meanwhile.
    ValidationError
        One approver could decide less than none.
    """
    scope = current_scope()
    if scope.role != Role.ADMINISTRATOR and not scope.is_system:
        raise PermissionDenied("only administrators say up to which amount others decide")
    lock_network(scope.network)
    held: Limits | None = Limits.objects.select_for_update().first()
    if (held.version if held else 0) != seen:
        raise SomebodyWasFaster(held)
    if approver_jpy < buyer_jpy:
        raise ValidationError({"approver_jpy": _("承認者1名の限度額は、1人で発注できる限度額以上にしてください。")})
    held = held or Limits(network_id=scope.network)
    told = {"buyer_jpy": buyer_jpy, "approver_jpy": approver_jpy, "second_key_jpy": second_key_jpy}
    before = {name: getattr(held, name) for name in AMOUNTS}
    for name, value in told.items():
        setattr(held, name, value)
    held.version += 1
    held.save()
    record("limits.changed", held, before=before, after=told, is_held=True)
    return held
