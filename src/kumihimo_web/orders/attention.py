"""What of the orders needs the coordinator today, by counts of indexed columns alone."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo.trade import OrderState
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.attention import Attention, Urgency
from kumihimo_web.design.language import say
from kumihimo_web.orders import queries
from kumihimo_web.orders.models import Order, Paper
from kumihimo_web.orders.untold import untold_starts

_NAMED = 3
_ANSWERED_OTHERWISE = (OrderState.COUNTERED.value, OrderState.DECLINED.value)


def attention() -> list[Attention]:
    """Return what needs somebody: answers that we owe, what waits in vain, what could not be made, what is chased."""
    if not current_scope().is_coordinator:
        return []
    found = [_answers(), _talks(), _calls(), _parked(), _papers(), _chasing()]
    return [*(one for one in found if one is not None), *_untold()]


def _answers() -> Attention | None:
    rows = Order.objects.filter(state__in=_ANSWERED_OTHERWISE)
    refs = list(rows.order_by("due_on").values_list("ref", flat=True)[: _NAMED + 1])
    if not refs:
        return None
    count = rows.count()
    title = ngettext("条件変更・辞退への対応 %(n)d件", "条件変更・辞退への対応 %(n)d件", count) % {"n": count}
    return Attention(
        urgency=Urgency.NOW,
        title=title,
        detail=_named(refs),
        action=_("見て決める"),
        url=reverse("order", args=[refs[0]]) if count == 1 else f"{reverse('orders')}?waiting=us",
        icon="order",
    )


def _talks() -> Attention | None:
    rows = Order.objects.filter(open_talks__gt=0, waits_for="us")
    refs = list(rows.values_list("ref", flat=True)[: _NAMED + 1])
    if not refs:
        return None
    return Attention(
        urgency=Urgency.NOW,
        title=_("価格協議の申し出に回答していません"),
        detail=_("回答するまで、その企業との価格は決められません。") + _named(refs),
        action=_("回答する"),
        url=reverse("order", args=[refs[0]]),
        icon="order",
    )


def _calls() -> Attention | None:
    """Return the phone notes that were confirmed to the firm and that the order could not take."""
    refs = queries.refused_calls()
    if not refs:
        return None
    return Attention(
        urgency=Urgency.NOW,
        title=_("電話で聞いた内容を注文に反映できませんでした"),
        detail=_("確認書は届いていますが、その間に注文が変わりました。") + _named(refs),
        action=_("理由を見る"),
        url=f"{reverse('order', args=[refs[0]])}#notes",
        icon="order",
    )


def _parked() -> Attention | None:
    rows = list(queries.long_parked(timezone.localdate())[: _NAMED + 1])
    if not rows:
        return None
    return Attention(
        urgency=Urgency.TODAY,
        title=_("順番を待ったままの連絡があります"),
        detail=_named([row.order_ref for row in rows]),
        action=_("注文を確かめる"),
        url=f"{reverse('orders')}?words={rows[0].order_ref}",
        icon="inbox",
    )


def _papers() -> Attention | None:
    rows = Paper.objects.exclude(error="").select_related("order").only("number", "order__ref")
    found = list(rows[: _NAMED + 1])
    if not found:
        return None
    refs = [paper.order.ref for paper in found if paper.order is not None]
    return Attention(
        urgency=Urgency.NOW,
        title=_("作れなかった書類があります"),
        detail=_named([paper.number for paper in found]),
        action=_("理由を見る"),
        url=reverse("order", args=[refs[0]]) if refs else reverse("orders"),
        icon="order",
    )


def _untold() -> list[Attention]:
    """Return a question for each start that the plan could not take over."""
    found = []
    for one in untold_starts()[:_NAMED]:
        told = {"order": one.order, "step": say(one.step, "label")}
        if one.waiting:
            told["earlier"] = _("、").join(say(row, "label") for row in one.waiting)
            detail = _(
                "%(order)s「%(step)s」は始めたと連絡がありましたが、前の「%(earlier)s」は終わったと報告されていません。"
            )
        else:
            detail = _("%(order)s「%(step)s」は始めたと連絡がありましたが、前の工程の報告と合いません。")
        found.append(
            Attention(
                urgency=Urgency.TODAY,
                title=_("着手の連絡が計画に入っていません: %(title)s") % {"title": one.step.order.title},
                detail=detail % told,
                action=_("前の工程を確かめて、実績を入れる"),
                url=f"{reverse('plan_order', args=[one.version, one.step.order.ref])}#steps",
                icon="plan",
            )
        )
    return found


def _chasing() -> Attention | None:
    count = Order.objects.filter(chase_from__lte=timezone.localdate()).count()
    if not count:
        return None
    title = ngettext("返事・納期を確かめる注文 %(n)d件", "返事・納期を確かめる注文 %(n)d件", count) % {"n": count}
    return Attention(
        urgency=Urgency.TODAY,
        title=title,
        detail=_("今日の連絡は、取引先ごとに1通にまとまっています。"),
        action=_("催促を見る"),
        url=reverse("chasing"),
        icon="chase",
    )


def _named(names: list[str]) -> str:
    return _("、").join(names[:_NAMED]) + (_(" ほか") if len(names) > _NAMED else "")
