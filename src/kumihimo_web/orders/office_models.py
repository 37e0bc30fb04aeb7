"""The office that runs a network, as rows: how it stands on documents, and up to which amounts one person decides."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from kumihimo.trade import ApprovalPolicy
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.accounts.scoped import ScopedModel

_USUAL = ApprovalPolicy()


class Limits(ScopedModel):
    """決裁の限度額: up to which amount, before tax, one person of the office decides; no row = the defaults.

    Attributes
    ----------
    buyer_jpy, approver_jpy
        Of orders and their cancellation, as `kumihimo.trade.ApprovalPolicy` has them.
    second_key_jpy
        Of answers that came in: up to it one person takes them over, and the program by itself what is plain.
    """

    buyer_jpy = models.PositiveBigIntegerField(default=_USUAL.buyer_jpy)
    approver_jpy = models.PositiveBigIntegerField(default=_USUAL.approver_jpy)
    second_key_jpy = models.PositiveBigIntegerField(default=1_000_000)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        """One a network."""

        constraints = [models.UniqueConstraint(fields=["network"], name="one_limits")]

    def __str__(self) -> str:
        """Return the amounts."""
        return f"{self.buyer_jpy} / {self.approver_jpy} / {self.second_key_jpy}"

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """How the office decides is nobody else's matter."""
        return rows if scope.is_coordinator else rows.none()


class Letterhead(ScopedModel):
    """Who runs the network, as it stands on all documents: sender of orders, recipient of invoices.

    Attributes
    ----------
    capital_jpy, employees
        Of the buyer: whether the law on commissioned manufacturing binds its orders. None = not known.
    """

    name = models.CharField(_("名称"), max_length=200)
    address = models.CharField(_("住所"), max_length=300, blank=True, default="")
    phone = models.CharField(_("電話"), max_length=40, blank=True, default="")
    fax = models.CharField(_("FAX"), max_length=40, blank=True, default="")
    email = models.CharField(_("メール"), max_length=254, blank=True, default="")
    person = models.CharField(_("担当者"), max_length=100, blank=True, default="")
    invoice_number = models.CharField(_("登録番号"), max_length=14, blank=True, default="")
    capital_jpy = models.PositiveBigIntegerField(_("資本金（円）"), null=True, blank=True)
    employees = models.PositiveIntegerField(_("常時使用する従業員の数"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """One a network."""

        constraints = [models.UniqueConstraint(fields=["network"], name="one_letterhead")]

    def __str__(self) -> str:
        """Return the name."""
        return self.name

    @classmethod
    def visible_to(cls, rows: models.QuerySet[Any], scope: Scope) -> models.QuerySet[Any]:
        """It stands on what everybody gets."""
        return rows
