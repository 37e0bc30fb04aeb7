"""What the verbs of audit lines are called; what has no entry is shown as it is."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kumihimo.interop.table_spec import SHEETS, table_specs

VERBS: dict[str, Any] = {
    "added": _("追加"),
    "changed": _("変更"),
    "removed": _("削除"),
    "asked": _("依頼"),
    "cancelled": _("取消"),
    "done": _("完了"),
    "halted": _("中断"),
    "failed": _("失敗"),
    "loaded": _("読み込み"),
    "language": _("言語の変更"),
    "tour": _("案内を見た"),
    "password": _("パスワードの作り直し"),
    "active": _("ログインの再開"),
    "stopped": _("ログインの停止"),
}
THINGS: dict[str, Any] = {
    "organisation": _("組織"),
    "user": _("利用者"),
    "job": _("処理"),
    "network": _("ネットワーク"),
    **SHEETS,
}


def verb_words(verb: str) -> str:
    """Return a verb such as ``firms.changed`` as it is read: 企業の変更."""
    thing, _dot, done = verb.partition(".")
    what, how = THINGS.get(thing, thing), VERBS.get(done, done)
    return f"{what}: {how}"


def label_of(verb: str, attribute: str) -> str:
    """Return what an attribute of a change is called."""
    spec = table_specs().get(verb.partition(".")[0])
    if spec is None:
        return attribute
    return next((column.ja for column in spec.columns if column.name == attribute), attribute)
