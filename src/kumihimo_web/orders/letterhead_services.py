"""Writes of the letterhead: who stands on all documents as their sender."""

from __future__ import annotations

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from kumihimo.terms.corporate_number import invoice_number_valid
from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.services import record
from kumihimo_web.audit.versions import SomebodyWasFaster
from kumihimo_web.orders.office_models import Letterhead

WORDS = ("name", "address", "phone", "fax", "email", "person", "invoice_number")
FIELDS = (*WORDS, "capital_jpy", "employees")
_BLANKS = re.compile(r"\s+")


@transaction.atomic
def set_letterhead(seen: int, **values: str | int | None) -> Letterhead:
    """Say who stands on documents from now on; what was made before keeps what it says.

    Parameters
    ----------
    seen
        Version that the person saw; 0 = there was none yet.
    values
        Any of `FIELDS`.

    Raises
    ------
    SomebodyWasFaster
        It was changed meanwhile.
    ValidationError
        There is no name, or the registration number is none.
    """
    scope = current_scope()
    if not scope.is_coordinator:
        raise PermissionDenied("only coordinators say who sends documents")
    lock_network(scope.network)
    told = {
        name: _BLANKS.sub(" ", str(value or "")).strip() if name in WORDS else value
        for name, value in values.items()
        if name in FIELDS
    }
    held: Letterhead | None = Letterhead.objects.select_for_update().first()
    if (held.version if held else 0) != seen:
        raise SomebodyWasFaster(held)
    if not told.get("name", held.name if held else ""):
        raise ValidationError({"name": _("差出人の名称を入れてください。")})
    number = str(told.get("invoice_number", ""))
    if number and not invoice_number_valid(number):
        raise ValidationError(
            {"invoice_number": _("登録番号は T と数字13桁です。登録していなければ空欄にしてください。")}
        )
    before = {name: getattr(held, name) for name in told} if held else {}
    if held is None:
        held = Letterhead(network_id=scope.network, version=0)
    for name, value in told.items():
        setattr(held, name, value)
    held.version += 1
    held.save()
    record("letterhead.changed", held, before=before, after=told, is_held=True)
    return held
