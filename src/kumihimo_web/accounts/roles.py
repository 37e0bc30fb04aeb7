"""What a user does in the network; the words of `product.md`, in one place."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """One role a user; it decides which screens there are, the rows come from the scope."""

    COORDINATOR = "coordinator", _("調整役")
    FACTORY = "factory", _("工場")
    ASSESSOR = "assessor", _("評価員")
    BUYER = "buyer", _("発注元")
    ADMINISTRATOR = "administrator", _("管理者")


class OrganisationKind(models.TextChoices):
    """What an organisation is in its network."""

    COORDINATOR = "coordinator", _("調整機関")
    FIRM = "firm", _("企業")
    ASSESSOR = "assessor", _("評価機関")
    BUYER = "buyer", _("発注元")


ROLES_OF: dict[str, frozenset[str]] = {
    OrganisationKind.COORDINATOR: frozenset({Role.COORDINATOR, Role.ADMINISTRATOR}),
    OrganisationKind.FIRM: frozenset({Role.FACTORY}),
    OrganisationKind.ASSESSOR: frozenset({Role.ASSESSOR}),
    OrganisationKind.BUYER: frozenset({Role.BUYER}),
}
"""Which roles the people of an organisation can have."""
