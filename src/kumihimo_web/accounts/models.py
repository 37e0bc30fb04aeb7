"""Networks, organisations and users. These are what a scope is made of, so they are not scoped themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from kumihimo_web.accounts.roles import ROLES_OF, OrganisationKind, Role
from kumihimo_web.accounts.scope import Scope


class Network(models.Model):
    """A network of firms with one coordinating organisation: the tenant."""

    name = models.CharField(_("名称"), max_length=200)
    synthetic = models.BooleanField(_("合成データ"), default=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    """Counts changes of what matching reads, so that an index knows when it is old."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @property
    def state(self) -> tuple[int, datetime, int]:
        """What names the state of all rows that matching reads; a network made anew may have the key of another."""
        return self.pk, self.created_at, self.revision


class Organisation(models.Model):
    """A coordinator, a firm, an assessor's office or a buyer, in one network."""

    network = models.ForeignKey(Network, on_delete=models.CASCADE, related_name="organisations")
    kind = models.CharField(_("種類"), max_length=20, choices=OrganisationKind.choices)
    name = models.CharField(_("名称"), max_length=200)
    firm = models.CharField(_("企業ID"), max_length=80, blank=True, default="")

    class Meta:
        """A firm has one organisation."""

        constraints = [
            models.UniqueConstraint(
                fields=["network", "firm"], condition=~models.Q(firm=""), name="one_organisation_a_firm"
            ),
            models.CheckConstraint(
                condition=models.Q(kind=OrganisationKind.FIRM) ^ models.Q(firm=""), name="a_firm_names_its_firm"
            ),
        ]

    def __str__(self) -> str:
        """Return the name."""
        return self.name


class User(AbstractUser):
    """A person. Whoever has no organisation sees nothing."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="users")
    role = models.CharField(_("役割"), max_length=20, choices=Role.choices, blank=True, default="")
    language = models.CharField(_("言語"), max_length=5, default="ja")
    has_seen_tour = models.BooleanField(default=False)

    def __str__(self) -> str:
        """Return the person's name, or the name used to log in."""
        return self.get_full_name() or self.username

    def get_full_name(self) -> str:
        """Return family name before given name, as Japanese names are written."""
        return " ".join(part for part in (self.last_name, self.first_name) if part)

    def clean(self) -> None:
        """Refuse a role that people of the organisation cannot have."""
        super().clean()
        if self.organisation is not None and self.role not in ROLES_OF[self.organisation.kind]:
            raise ValidationError({"role": _("この組織の人はその役割になれません。")})

    def scope(self) -> Scope | None:
        """Return on whose behalf this user acts; None without an organisation."""
        own: Any = self.organisation
        if own is None or not self.is_active:
            return None
        return Scope(
            network=own.network_id,
            organisation=own.pk,
            firm=own.firm,
            role=self.role,
            user=self.pk,
            actor=str(self),
        )
