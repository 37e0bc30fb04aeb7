"""Which form a command has, and what it needs beside the order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext as _

from kumihimo.trade.order import OperationOrder
from kumihimo.trade.states import Role
from kumihimo_web.orders.forms import answering, asking, goods, issuing, money
from kumihimo_web.orders.forms.entering import CommandForm, WordsField

FORMS: Mapping[str, type[CommandForm]] = {
    form.kind: form
    for form in (
        asking.RfqForm,
        asking.QuoteForm,
        asking.NoQuoteForm,
        asking.AwardForm,
        asking.ApproveForm,
        issuing.IssueForm,
        issuing.ReviseForm,
        issuing.SettleForm,
        answering.AcceptForm,
        answering.CounterForm,
        answering.DeclineForm,
        answering.TalkForm,
        answering.TalkAnswerForm,
        answering.UpholdForm,
        answering.HoldForm,
        answering.ResumeForm,
        answering.CancelForm,
        answering.SupersedeForm,
        answering.DeliveredForm,
        answering.WithdrawCallForm,
        goods.StartForm,
        goods.ShipForm,
        goods.ReceiveForm,
        goods.InspectForm,
        goods.GoodsBackForm,
        goods.ReworkForm,
        goods.LossForm,
        goods.ClaimForm,
        goods.CloseForm,
        goods.CloseShortForm,
        money.InvoiceForm,
        money.CreditForm,
        money.PayForm,
    )
}
"""Kind of a command -> its form."""
OF_FIRM = frozenset(
    {"quote", "decline_rfq", "accept", "counter", "decline", "request_negotiation", "start", "ship"}
) | {
    "invoice",
    "credit_note",
}
"""What a firm says: its form knows which firm speaks."""
WITH_CANDIDATES = frozenset({"send_rfq", "award", "approve"})
WITH_NOTICE = frozenset({"issue", "revise"})
OF_SEVERAL = frozenset({"quote", "decline_rfq", "request_negotiation"})
"""What any firm that was asked may say, not only the firm of the order."""


def form_for(
    kind: str, order: OperationOrder, sent: Mapping[str, Any] | None, *, today: date, role: Role, **needs: Any
) -> CommandForm:
    """Return the form of a command.

    Parameters
    ----------
    role
        For what it is given; a buyer's invoice is the statement that it writes itself.
    needs
        ``firm``, ``candidates``, ``notice``, ``judge`` and ``signer`` where the form asks for them.
    """
    made = money.SelfBillForm if kind == "invoice" and role is Role.BUYER else FORMS[kind]
    wanted = (
        ("firm",)
        if kind in OF_FIRM
        else ("candidates",)
        if kind in WITH_CANDIDATES
        else ("notice", "judge", "signer")
        if kind in WITH_NOTICE
        else ()
    )
    form = made(order, sent, today=today, **{name: needs[name] for name in wanted})
    if role is Role.CLERK and kind in OF_FIRM:
        form.fields["said"] = WordsField(
            label=_("誰から、どのように聞きましたか"),
            help_text=_("例: 専務 鈴木様に電話で確認。書くと確認書が企業に送られ、届くと注文に反映されます。"),
        )
        if kind in OF_SEVERAL and len(order.recipients) > 1:
            form.fields["who"] = django_forms.ChoiceField(label=_("企業"), choices=needs["asked"])
            form.order_fields(["key", "who"])
    return form
