"""What a joint order and a revision of a charter can be."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JointState(models.TextChoices):
    """Life of a joint order."""

    OPEN = "open", _("配分待ち")
    ALLOTTED = "allotted", _("製作中")
    INSPECTED = "inspected", _("検査済み（納品待ち）")
    DELIVERED = "delivered", _("納品済み（精算待ち）")
    SETTLED = "settled", _("精算済み")
    CANCELLED = "cancelled", _("取りやめ")


class BidAnswer(models.TextChoices):
    """What a member says when it is asked to bid."""

    BID = "bid", _("入札する")
    DECLINED = "declined", _("今回は見送る")


class CharterState(models.TextChoices):
    """How a revision of a charter stands on a day."""

    IN_FORCE = "in_force", _("有効")
    WAITING = "waiting", _("異議の受付中")
    HELD = "held", _("異議あり（発効を止めています）")
    PAST = "past", _("旧版")
    WITHDRAWN = "withdrawn", _("取り下げ")
    OVER = "over", _("期間満了")


class PaperKind(models.TextChoices):
    """What is put on paper."""

    QUOTATION = "quotation", _("見積書")
    STATUS = "status", _("進捗報告書")
    INVOICE = "invoice", _("請求書")
    PAYMENT_NOTICE = "payment_notice", _("支払通知書")
    STATEMENT = "statement", _("精算書")


FOR_BUYERS = frozenset({PaperKind.QUOTATION, PaperKind.STATUS, PaperKind.INVOICE})
