"""What can come in, where it stands, and what became of it: the words, in one place."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What an item is; `UNKNOWN` is whatever nothing here can read."""

    FORM = "form", _("返信用紙")
    EXCEL = "excel", _("Excelの回答")
    MAIL = "mail", _("メール")
    LINE = "line", _("LINE")
    CALL = "call", _("電話メモ")
    EDI = "edi", _("データ連携")
    UNKNOWN = "unknown", _("読めないもの")


class State(models.TextChoices):
    """Where an item stands; `services` moves it on."""

    READING = "reading", _("読み取り中")
    WAITING = "waiting", _("確認待ち")
    SECOND = "second", _("二人目の確認待ち")
    DONE = "done", _("処理済み")
    ASIDE = "aside", _("脇に置いたもの")


OPEN = (State.WAITING, State.SECOND)
"""Somebody has to decide."""
OLDEST_FIRST = frozenset({State.READING, State.WAITING, State.SECOND})
"""Queues, in which whoever came first goes first; what is over is looked up from its end."""


class Result(models.TextChoices):
    """What became of an item: the outcomes of a command (`kumihimo.trade.commands.Outcome`), and noted alone."""

    APPLIED = "applied", _("注文に反映しました")
    REPEATED = "repeated", _("すでに反映済みでした")
    PARKED = "parked", _("順番が来るまで待っています")
    STALE = "stale", _("記録だけしました（遅れて届いた回答）")
    NOTED = "noted", _("記録だけしました")
