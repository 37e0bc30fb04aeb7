"""Orders in words: what a command is called on its button, who is next and with what, what an event told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.paper.kinds import KINDS as PAPERS
from kumihimo.paper.kinds import DocumentKind
from kumihimo.trade import OrderState
from kumihimo.trade.notice import NoticeEntry
from kumihimo.trade.order import Negotiation, OperationOrder
from kumihimo.trade.receiving import is_complete, line_totals
from kumihimo.trade.states import Role
from kumihimo.trade.transitions import AFTER_ISSUE, KINDS, UNANSWERED, roles_of
from kumihimo_web.design.language import is_english, say
from kumihimo_web.design.templatetags.ja import day, yen
from kumihimo_web.orders.models import Order, WaitsFor
from kumihimo_web.orders.own_queries import OwnOrder

S = OrderState

BUTTONS: Mapping[str, Any] = {
    "change_draft": gettext_lazy("下書きを直す"),
    "send_rfq": gettext_lazy("見積を依頼する"),
    "quote": gettext_lazy("見積を書き取る"),
    "decline_rfq": gettext_lazy("見積の辞退を書き取る"),
    "approve": gettext_lazy("承認する"),
    "award": gettext_lazy("発注先を決める"),
    "issue": gettext_lazy("内容を確かめて発注する"),
    "confirm_delivery": gettext_lazy("届いたことを記録する"),
    "accept": gettext_lazy("承諾を書き取る"),
    "counter": gettext_lazy("条件の変更を書き取る"),
    "decline": gettext_lazy("辞退を書き取る"),
    "uphold": gettext_lazy("元の条件で頼み直す"),
    "revise": gettext_lazy("変更注文を出す"),
    "settle_notice": gettext_lazy("未定の事項を決める"),
    "request_negotiation": gettext_lazy("価格の相談を書き取る"),
    "answer_negotiation": gettext_lazy("価格の相談に答える"),
    "start": gettext_lazy("着手を書き取る"),
    "ship": gettext_lazy("出荷を書き取る"),
    "receive": gettext_lazy("受領を記録する"),
    "report_loss": gettext_lazy("届かなかった品を記録する"),
    "inspect": gettext_lazy("検収する"),
    "return": gettext_lazy("不合格品を返す"),
    "rework": gettext_lazy("手直しを頼む"),
    "claim": gettext_lazy("検収後の不良を申し立てる"),
    "close": gettext_lazy("完納にする"),
    "close_short": gettext_lazy("不足のまま終える"),
    "invoice": gettext_lazy("支払通知書を作る"),
    "credit_note": gettext_lazy("請求の減額を書き取る"),
    "pay": gettext_lazy("支払を記録する"),
    "withdraw_call": gettext_lazy("電話のメモを取り下げる"),
    "hold": gettext_lazy("保留にする"),
    "resume": gettext_lazy("再開する"),
    "cancel": gettext_lazy("注文を取り消す"),
    "supersede": gettext_lazy("別の注文に差し替える"),
}
"""Kind of a command -> what the coordinator's button says."""

OWN_BUTTONS: Mapping[str, Any] = {
    "quote": gettext_lazy("この条件で受ける"),
    "decline_rfq": gettext_lazy("今回は見送る"),
    "accept": gettext_lazy("この条件で受ける"),
    "counter": gettext_lazy("条件をつけて受ける"),
    "decline": gettext_lazy("辞退する"),
    "start": gettext_lazy("着手を知らせる"),
    "ship": gettext_lazy("出荷を知らせる"),
    "invoice": gettext_lazy("請求を知らせる"),
    "request_negotiation": gettext_lazy("価格を相談する"),
}
"""Kind of a command -> what the factory's button says."""

NEXT: Mapping[OrderState, tuple[str, ...]] = {
    S.DRAFT: ("send_rfq", "award"),
    S.RFQ_SENT: ("award", "send_rfq"),
    S.QUOTED: ("award", "send_rfq"),
    S.AWARDED: ("issue",),
    S.ISSUED: ("confirm_delivery",),
    S.DELIVERED_TO_PARTNER: (),
    S.COUNTERED: ("revise", "uphold"),
    S.DECLINED: ("supersede", "cancel"),
    S.SHIPPED: ("receive",),
    S.RECEIVED: ("inspect",),
    S.INSPECTED: ("close", "return", "rework", "inspect", "receive", "close_short"),
    S.RETURNED: ("inspect", "receive", "close_short"),
    S.REWORK: ("inspect", "receive", "close_short"),
    S.CLOSED: ("invoice",),
    S.CLOSED_SHORT: ("invoice",),
    S.INVOICED: ("pay",),
    S.ON_HOLD: ("resume", "cancel"),
}
"""State -> what moves it on, the likeliest first; everything else that is possible stands below."""
DANGEROUS = frozenset({"cancel", "supersede", "decline", "close_short"})


def state(value: OrderState) -> str:
    """Return a state as it is read: 見積依頼中, in English RFQ sent."""
    return label(value)


def label(value: Any) -> str:
    """Return what a value of the library is called, with a capital where English is wanted."""
    text = say(value)
    return text[:1].upper() + text[1:] if is_english() else text


def paper_kind(kind: str) -> str:
    """Return what a kind of document is called: 注文書."""
    return say(PAPERS[DocumentKind(kind)].title)


def is_late(row: Order, today: date) -> bool:
    """Return whether what was promised for a day that has passed is not there."""
    if row.state in (S.RFQ_SENT, S.QUOTED):
        return row.answer_by is not None and row.answer_by < today and row.waits_for == WaitsFor.PARTNER
    return row.state in _ON_THE_WAY and row.due_on is not None and row.due_on < today and row.shipped < row.quantity


_ON_THE_WAY = frozenset(AFTER_ISSUE | {S.ON_HOLD})


def is_awarded(state: OrderState) -> bool:
    """Return whether the firm of an order is the one that gets it; before, it is the one that the plan reckons with."""
    return state not in _NOT_AWARDED


_NOT_AWARDED = frozenset({S.DRAFT, S.RFQ_SENT, S.QUOTED})


def noun(kind: str) -> str:
    """Return what a command is called: 見積依頼."""
    ja, en = KINDS.get(kind, (kind, kind))
    return en.removeprefix("the ").capitalize() if is_english() else ja


def role_for(kind: str) -> Role:
    """Return for what a person of the coordinator gives a command."""
    able = roles_of(kind)
    return next(role for role in (Role.BUYER, Role.INSPECTOR, Role.APPROVER, Role.CLERK) if role in able)


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """What comes next.

    Attributes
    ----------
    who
        ``us``, ``partner`` or ``nobody``.
    """

    who: str
    text: str

    @property
    def who_words(self) -> str:
        """Who that is."""
        return {"us": _("こちらの番です"), "partner": _("企業の番です"), "nobody": _("終わりました")}[self.who]


def next_step(order: OperationOrder, today: date, firm: str) -> NextStep:
    """Return who has to do what now.

    Parameters
    ----------
    firm
        Name of the firm of the order; empty before one is chosen.
    """
    if any(thread.is_open for thread in order.negotiations):
        return NextStep(who="us", text=_("価格の相談に答えます。答えるまで、発注も価格の決定もできません。"))
    if any(call.refused_ja for call in order.calls):
        text = _("電話で聞いた内容を反映できませんでした。下の「電話のメモ」の理由を見て、企業に確かめます。")
        return NextStep(who="us", text=text)
    if order.calls:
        return NextStep(who="us", text=_("電話で聞いた内容の確認書を送ります。届くと、注文に反映されます。"))
    who, text = _NEXT_WORDS[order.state](order, today, firm or _("企業"))
    return NextStep(who=who, text=text)


def _asked(order: OperationOrder, today: date, firm: str) -> tuple[str, str]:
    answered = sum(one.declined or order.quote_of(one.firm) is not None for one in order.recipients)
    if answered == len(order.recipients):
        return "us", _("頼んだ企業の返事がそろいました。見積を比べて、発注先を決めます。")
    last = max((one.answer_by for one in order.recipients), default=today)
    counted = {"n": len(order.recipients), "got": answered, "day": day(last)}
    if order.quotes:
        text = _("見積が届いています（%(n)s社中 %(got)s社が回答、期限 %(day)s）。ほかの返事を待つか、比べて決めます。")
        return "us", text % counted
    if last < today:
        return "partner", _("回答の期限（%(day)s）を過ぎました。催促するか、ほかの企業に頼みます。") % counted
    return "partner", _("見積の返事を待っています（%(n)s社中 %(got)s社が回答、期限 %(day)s）。") % counted


def _working(order: OperationOrder, today: date, firm: str) -> tuple[str, str]:
    due = order.agreed_due_on
    if due is None:
        return "partner", _("%(firm)sからの出荷を待っています。") % {"firm": firm}
    if due < today:
        return "partner", _("納期（%(day)s）を過ぎました。催促で、理由と新しい日を聞きます。") % {"day": day(due)}
    return "partner", _("%(firm)sからの出荷を待っています。約束の日は %(day)s です。") % {"firm": firm, "day": day(due)}


def _inspected(order: OperationOrder, today: date, firm: str) -> tuple[str, str]:
    if any(one.rejected_here for one in order.shipments):
        return "us", _("不合格の品があります。返すか、手直しを頼みます。")
    if any(one.uninspected for one in order.shipments):
        return "us", _("受け取った品を検収します。")
    if is_complete(order):
        return "us", _("すべて検収しました。完納にします。")
    if any(one.in_transit for one in order.shipments):
        return "us", _("まだ届いていない品があります。届いたら受領を記録します。")
    return "partner", _("残りの出荷を待っています。")


def _sent_back(text: Any) -> Callable[[OperationOrder, date, str], tuple[str, str]]:
    """Return what comes next after goods went back: first the look at those that are still here."""

    def told(order: OperationOrder, today: date, firm: str) -> tuple[str, str]:
        if any(one.uninspected for one in order.shipments):
            return "us", _("受け取った品を検収します。")
        return "partner", str(text)

    return told


def _closed(order: OperationOrder, today: date, firm: str) -> tuple[str, str]:
    if order.invoiced_jpy < order.accepted_jpy:
        return "partner", _("請求書を待っています。こちらで支払通知書を作ることもできます。")
    return "us", _("請求書のとおりに支払います。")


def _fixed(who: str, text: Any) -> Callable[[OperationOrder, date, str], tuple[str, str]]:
    return lambda order, today, firm: (who, str(text) % {"firm": firm})


_NEXT_WORDS: Mapping[OrderState, Callable[[OperationOrder, date, str], tuple[str, str]]] = {
    S.DRAFT: _fixed("us", gettext_lazy("見積を頼む企業を選ぶか、発注先を決めます。")),
    S.RFQ_SENT: _asked,
    S.QUOTED: _asked,
    S.AWARDED: _fixed("us", gettext_lazy("発注の内容と法令の確認結果を見て、%(firm)sに発注します。")),
    S.ISSUED: _fixed("partner", gettext_lazy("注文書が%(firm)sに届くのを待っています。")),
    S.DELIVERED_TO_PARTNER: _fixed(
        "partner", gettext_lazy("%(firm)sの返事（注文請書）を待っています。返事がないことは承諾ではありません。")
    ),
    S.ACCEPTED: _working,
    S.IN_PROGRESS: _working,
    S.COUNTERED: _fixed("us", gettext_lazy("条件の変更を言われています。変更注文を出すか、元の条件で頼み直します。")),
    S.DECLINED: _fixed("us", gettext_lazy("辞退されました。ほかの企業の注文に差し替えるか、取り消します。")),
    S.SHIPPED: _fixed("us", gettext_lazy("出荷されました。届いたら受領を記録します。")),
    S.RECEIVED: _inspected,
    S.INSPECTED: _inspected,
    S.RETURNED: _sent_back(gettext_lazy("返した品の代わりを待っています。")),
    S.REWORK: _sent_back(gettext_lazy("手直しした品を待っています。")),
    S.CLOSED: _closed,
    S.CLOSED_SHORT: _closed,
    S.INVOICED: _fixed("us", gettext_lazy("請求書のとおりに支払います。")),
    S.PAID: _fixed("nobody", gettext_lazy("支払まで終わりました。することはありません。")),
    S.ON_HOLD: _fixed("us", gettext_lazy("保留しています。再開するか、取り消します。")),
    S.CANCELLED: _fixed("nobody", gettext_lazy("取り消されました。")),
    S.SUPERSEDED: _fixed("nobody", gettext_lazy("別の注文に差し替えられました。")),
}


def next_short(row: Order) -> str:
    """Return what comes next in the few words that a list has room for."""
    if row.open_talks:
        return _("価格の相談に答える")
    if row.open_calls:
        return _("電話のメモを確かめる")
    words = _OURS if row.waits_for == WaitsFor.US else _THEIRS if row.waits_for == WaitsFor.PARTNER else {}
    return str(words.get(OrderState(row.state), ""))


_OURS: Mapping[OrderState, Any] = {
    S.DRAFT: BUTTONS["send_rfq"],
    S.RFQ_SENT: gettext_lazy("見積を比べて決める"),
    S.QUOTED: gettext_lazy("見積を比べて決める"),
    S.AWARDED: gettext_lazy("発注する"),
    S.COUNTERED: gettext_lazy("条件の変更に答える"),
    S.DECLINED: gettext_lazy("ほかの企業に頼む"),
    S.SHIPPED: BUTTONS["receive"],
    S.RECEIVED: BUTTONS["inspect"],
    S.INSPECTED: gettext_lazy("残り・不合格を確かめる"),
    S.RETURNED: BUTTONS["inspect"],
    S.REWORK: BUTTONS["inspect"],
    S.CLOSED: BUTTONS["pay"],
    S.CLOSED_SHORT: BUTTONS["pay"],
    S.INVOICED: BUTTONS["pay"],
    S.ON_HOLD: gettext_lazy("再開か取消を決める"),
}
_THEIRS: Mapping[OrderState, Any] = {
    S.RFQ_SENT: gettext_lazy("見積の返事"),
    S.QUOTED: gettext_lazy("残りの見積の返事"),
    S.ISSUED: gettext_lazy("注文書の到着"),
    S.DELIVERED_TO_PARTNER: gettext_lazy("注文への返事"),
    S.ACCEPTED: gettext_lazy("出荷"),
    S.IN_PROGRESS: gettext_lazy("出荷"),
    S.RECEIVED: gettext_lazy("残りの出荷"),
    S.INSPECTED: gettext_lazy("残りの出荷"),
    S.RETURNED: gettext_lazy("代わりの品"),
    S.REWORK: gettext_lazy("手直しした品"),
    S.CLOSED: gettext_lazy("請求書"),
    S.CLOSED_SHORT: gettext_lazy("請求書"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineGoods:
    """What became of one line."""

    no: int
    item: str
    unit: str
    ordered: int
    shipped: int
    received: int
    accepted: int
    rejected: int
    gone_back: int
    missing: int
    left: int


def goods_of(order: OperationOrder) -> list[LineGoods]:
    """Return the lines with their quantities."""
    found = []
    for line in order.agreed or order.lines:
        sums = line_totals(order, line.no)
        found.append(
            LineGoods(
                no=line.no,
                item=line.item,
                unit=line.unit,
                ordered=line.quantity,
                shipped=sums.shipped,
                received=sums.received,
                accepted=sums.accepted,
                rejected=sums.rejected,
                gone_back=sums.returned + sums.reworked,
                missing=sums.lost,
                left=max(0, line.quantity - sums.net),
            )
        )
    return found


def answer(value: str) -> str:
    """Return what an answer to a request about the price is called."""
    found = {"agreed": _("申し出のとおり"), "partly": _("一部を受け入れる"), "refused": _("受け入れない")}
    return found.get(value, value)


def talk_answer(thread: Negotiation) -> str:
    """Return what was answered to a request to talk about the price; empty while it is open."""
    return answer(thread.answer) if thread.answer else ""


def notice_value(entry: NoticeEntry) -> str:
    """Return what an order says about an item, as it is read; empty where it does not apply."""
    if entry.is_undecided:
        until = day(entry.planned_date)
        return _("未定（%(reason)s。%(day)sまでに決めます）") % {"reason": entry.undecided_reason, "day": until}
    if entry.value is None:
        return ""
    if isinstance(entry.value, int):
        return yen(entry.value)
    try:
        return day(date.fromisoformat(entry.value))
    except ValueError:
        return entry.value


def own_sentence(one: OwnOrder) -> str:
    """Return what a firm has to do about a request or an order."""
    if not one.is_open:
        return _("することはありません。")
    if one.is_request:
        return to_quote(one.day) if one.needs_answer else _("見積を出しています。")
    return own_turn(one.state)[1]


def to_quote(answer_by: date | None) -> str:
    """Return that a firm is to answer a request."""
    return _("%(day)sまでに返事をください。") % {"day": day(answer_by)}


def own_turn(state: OrderState) -> tuple[bool, str]:
    """Return whether it is the turn of the firm that has an order, and what is awaited."""
    if state in UNANSWERED:
        return True, _("注文が届いています。受けられるか返事をください。")
    return state in _OWN_TURN, str(_OWN_WORDS.get(state, ""))


_OWN_TURN = frozenset({S.ACCEPTED, S.IN_PROGRESS, S.RETURNED, S.REWORK})


_OWN_WORDS: Mapping[OrderState, Any] = {
    S.ACCEPTED: gettext_lazy("始めたら「着手」、出したら「出荷」を知らせてください。"),
    S.IN_PROGRESS: gettext_lazy("出したら「出荷」を知らせてください。"),
    S.COUNTERED: gettext_lazy("条件の変更を伝えました。返事を待っています。"),
    S.DECLINED: gettext_lazy("辞退を伝えました。"),
    S.SHIPPED: gettext_lazy("受け取りの確認を待っています。"),
    S.RECEIVED: gettext_lazy("検査の結果を待っています。"),
    S.INSPECTED: gettext_lazy("検査が終わった分があります。結果を確かめてください。"),
    S.RETURNED: gettext_lazy("返された品があります。代わりの品を出したら「出荷」を知らせてください。"),
    S.REWORK: gettext_lazy("手直しを頼まれています。直した品を出したら「出荷」を知らせてください。"),
    S.CLOSED: gettext_lazy("納入が終わりました。請求書を出したら「請求」を知らせてください。"),
    S.INVOICED: gettext_lazy("お支払いを待っています。"),
    S.ON_HOLD: gettext_lazy("保留になっています。再開の連絡を待ってください。"),
}
