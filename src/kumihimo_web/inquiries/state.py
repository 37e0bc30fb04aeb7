"""The life of an inquiry, and what a firm answers to a broadcast: the words, in one place."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where an inquiry stands; `services` moves it on."""

    READING = "reading", _("読み取り中")
    UNREAD = "unread", _("読み取れません")
    OPEN = "open", _("要件の確認中")
    PROPOSED = "proposed", _("提案あり")
    CHOSEN = "chosen", _("チーム決定")
    OFFERED = "offered", _("発注元に提示済み")
    BOOKED = "booked", _("計画に登録済み")
    WITHDRAWN = "withdrawn", _("取り下げ")


READ = frozenset({State.OPEN, State.PROPOSED, State.CHOSEN, State.OFFERED, State.BOOKED})
"""Somebody can look at what was read."""
CHANGEABLE = frozenset({State.OPEN, State.PROPOSED, State.CHOSEN})
"""Values may still be changed: nothing was promised to the buyer."""


class Answer(models.TextChoices):
    """What a firm says to a broadcast; nothing is no answer, and never taken for a yes."""

    RAISED = "raised", _("手を挙げる")
    CONDITION = "condition", _("条件をつけて")
    DECLINED = "declined", _("今回は見送る")
