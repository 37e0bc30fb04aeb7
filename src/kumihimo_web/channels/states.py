"""Where a message, an attempt and something that came can stand, and why something was stopped."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from kumihimo.model import Channel
from kumihimo_web.design.language import say


class Sent(models.TextChoices):
    """Where a message stands."""

    QUEUED = "queued", _("送信待ち")
    SENDING = "sending", _("送信中")
    SENT = "sent", _("送信済み")
    DELIVERED = "delivered", _("届いた")
    UNKNOWN = "unknown", _("届いたか分からない")
    TO_CALL = "to_call", _("電話が必要")


class Tried(models.TextChoices):
    """What became of one attempt."""

    SENDING = "sending", _("送信中")
    SENT = "sent", _("送信済み")
    DELIVERED = "delivered", _("届いた")
    FAILED = "failed", _("届かなかった")
    UNKNOWN = "unknown", _("届いたか分からない")


class Reason(models.TextChoices):
    """Why an attempt is not simply sent."""

    NONE = "", ""
    REFUSED = "refused", _("相手か回線に断られました。この宛先には送れません。")
    LATER = "later", _("今は送れませんでした。時間をおいて送り直します。")
    DOUBTFUL = "doubtful", _("送信の途中で切れました。届いたかどうか、こちらからは分かりません。")
    BOUNCED = "bounced", _("メールが宛先不明などで戻ってきました。")
    REPEATED = (
        "repeated",
        _("途中で止まったため、同じ番号でもう一度送りました。相手には1通として届きます。"),
    )
    CLOSED = "closed", _("この連絡手段は、今は設定されていません。")
    PERSON = "person", _("人が確かめて記録しました。")
    OPENED = "opened", _("相手がリンクの画面を使いました。")
    READ = "read", _("相手がログインして書類を開きました。")


class Came(models.TextChoices):
    """Where something that came stands."""

    STORED = "stored", _("保存のみ")
    FETCHING = "fetching", _("中身を取り寄せ中")
    NEW = "new", _("新着")
    COPY = "copy", _("前に届いたものと同じ")
    HELD = "held", _("止めたもの")
    TAKEN = "taken", _("処理済み")
    ASIDE = "aside", _("処理しない")


class Held(models.TextChoices):
    """Why something that came was stopped before anybody read it, or why its content is not here."""

    NONE = "", ""
    LOOP = "loop", _("こちらが送ったメールが戻ってきました。")
    AUTOMATIC = "automatic", _("自動で送られたメールです（不在通知・メーリングリストなど）。")
    BOUNCE = "bounce", _("メールが届かなかったという知らせです。")
    FLOOD = "flood", _("同じ差出人から1日に届く数の上限を超えました。")
    TOO_LARGE = "too_large", _("大きすぎるため、中身を受け取っていません。")
    UNREADABLE = "unreadable", _("ふつうのメールの形をしていないため、中身を開いていません。")
    GONE = "gone", _("LINEに中身が残っていません。")
    UNFETCHED = "unfetched", _("LINEから中身を受け取れませんでした。")


CHANNELS = [(channel.value, channel.ja) for channel in Channel]
"""Channels of a firm, as they are stored."""


def channel_choices() -> list[tuple[str, str]]:
    """Return the channels of a firm, to be chosen from."""
    return [(channel.value, say(channel)) for channel in Channel]
