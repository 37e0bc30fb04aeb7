"""What was done with an inquiry, as a sentence."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo_web.audit.models import Line
from kumihimo_web.design.language import aside

register = template.Library()
_MOST, _LONGEST = 4, 60
_SENTENCES: dict[str, Any] = {
    "inquiry.added": gettext_lazy("引合を受け取りました"),
    "inquiry.replaced": gettext_lazy("別のファイルを受け取りました"),
    "inquiry.asked": gettext_lazy("もう一度読み取りを始めました"),
    "inquiry.read": gettext_lazy("文章を読み取りました"),
    "inquiry.unread": gettext_lazy("読み取れませんでした"),
    "inquiry.changed": gettext_lazy("件名か発注元を直しました"),
    "inquiry.corrected": gettext_lazy("値を直しました"),
    "inquiry.answered": gettext_lazy("質問の答えを入れました"),
    "inquiry.proposed": gettext_lazy("チームを提案しました"),
    "inquiry.no_teams": gettext_lazy("チームを提案できませんでした"),
    "inquiry.chosen": gettext_lazy("チームを決めました"),
    "inquiry.offered": gettext_lazy("発注元に提示しました"),
    "inquiry.offer_taken_back": gettext_lazy("提示を取り消しました"),
    "inquiry.booked": gettext_lazy("計画に入れました"),
    "inquiry.withdrawn": gettext_lazy("取り下げました"),
    "inquiry.reopened": gettext_lazy("もう一度取り上げました"),
    "inquiry.printed": gettext_lazy("提案書を作りました"),
}


@register.filter
def told(line: Line) -> str:
    """Return what was done, and in brackets with which values: 文章を読み取りました（読み取った値 5、質問 3）."""
    # A checksum is for whoever looks into the log.
    changes = [one for one in line.changes if one[0] != "SHA-256" and one[2] not in (None, "")][:_MOST]
    values = _("、").join(
        f"{name} {_value(now) if not was else f'{_value(was)} → {_value(now)}'}" for name, was, now in changes
    )
    return f"{_SENTENCES.get(line.verb, line.words)}{aside(values) if values else ''}"


def _value(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
