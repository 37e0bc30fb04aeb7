"""Asking for quotations, taking them down, and choosing whom to order from."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.model.calendar import standard_calendar
from kumihimo.trade.business_days import business_days
from kumihimo.trade.order import OperationOrder
from kumihimo_web.design.templatetags.ja import yen
from kumihimo_web.orders import drawings
from kumihimo_web.orders.forms.entering import CommandForm, DayField, PricesMixin, WordsField

_ANSWER_DAYS = 4
"""Business days to answer that are proposed."""


class RfqForm(CommandForm):
    """Whom to ask, and until when.

    Parameters
    ----------
    candidates
        (id, name) of the firms that can be asked.
    """

    kind = "send_rfq"
    firms = forms.MultipleChoiceField(
        label=gettext_lazy("見積を頼む企業"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("頼む企業を1社以上選んでください。")},
    )
    answer_by = DayField(label=gettext_lazy("回答の期限"))

    def __init__(self, *args: Any, candidates: list[tuple[str, str]], **kwargs: Any) -> None:
        self.candidates = candidates
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the firms and a day."""
        self.fields["firms"].choices = self.candidates  # type: ignore[attr-defined]
        self.fields["answer_by"].initial = business_days(standard_calendar()).shift(self.today, _ANSWER_DAYS)

    def command_data(self) -> dict[str, Any]:
        """Return the recipients and the day; the drawings of the lines go with them."""
        data: dict[str, Any] = {
            "recipients": [{"firm": firm} for firm in self.cleaned_data["firms"]],
            "answer_by": self.cleaned_data["answer_by"].isoformat(),
        }
        if found := drawings.told(self.order, self.order.lines):
            data["drawings"] = found
        return data


class QuoteForm(PricesMixin):
    """A price for each line, and the day on which the goods can be there."""

    kind = "quote"
    due_on = DayField(label=gettext_lazy("出せる日"))
    words = WordsField(
        label=gettext_lazy("条件・ひとこと"), required=False, help_text=gettext_lazy("条件がなければ空のままで。")
    )
    field_order = ("key", "price_1")

    def __init__(self, *args: Any, firm: str, **kwargs: Any) -> None:
        self.firm = firm
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Put the prices first."""
        super().prepare()
        self.order_fields(["key", *(f"price_{line.no}" for line in self.order.lines), "due_on", "words"])

    def command_data(self) -> dict[str, Any]:
        """Return the quotation."""
        told = self.told("due_on", "words")
        return {"firm": self.firm, "prices": self.prices(), "on": self.today.isoformat(), **told}


class NoQuoteForm(CommandForm):
    """The firm will not quote."""

    kind = "decline_rfq"
    words = WordsField(label=gettext_lazy("ひとこと（なくても構いません）"), required=False)

    def __init__(self, *args: Any, firm: str, **kwargs: Any) -> None:
        self.firm = firm
        super().__init__(*args, **kwargs)

    def command_data(self) -> dict[str, Any]:
        """Return the answer."""
        return {"firm": self.firm, **self.told("words")}


class AwardForm(PricesMixin):
    """Whom to order from; without a quotation, or with other prices than quoted, on what basis.

    Parameters
    ----------
    candidates
        (id, name) of the firms that can be chosen: those that quoted first.
    """

    kind = "award"
    are_prices_required = False
    firm = forms.ChoiceField(label=gettext_lazy("発注先"))
    basis = WordsField(
        label=gettext_lazy("決めた理由・根拠"),
        required=False,
        help_text=gettext_lazy("見積がない企業や、見積と違う単価で決めるときは必要です（例: 継続取引の単価表）。"),
    )

    def __init__(self, *args: Any, candidates: list[tuple[str, str]], **kwargs: Any) -> None:
        self.candidates = candidates
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the firms."""
        super().prepare()
        self.fields["firm"].choices = self.candidates  # type: ignore[attr-defined]
        if self.order.firm:
            self.fields["firm"].initial = self.order.firm
        self.order_fields(["key", "firm", *(f"price_{line.no}" for line in self.order.lines), "basis"])

    def price_help(self, no: int) -> str:
        """Return what stands below the price."""
        return _("空のままなら、その企業の見積の単価になります。")

    def clean(self) -> dict[str, Any]:
        """Without a quotation the prices are needed."""
        cleaned = super().clean() or {}
        firm = cleaned.get("firm")
        if firm and self.order.quote_of(firm) is None and not cleaned.get("basis"):
            self.add_error("basis", _("この企業の見積がありません。根拠を書くか、先に見積を依頼してください。"))
        return cleaned

    def command_data(self) -> dict[str, Any]:
        """Return the award."""
        prices = self.prices()
        return {"firm": self.cleaned_data["firm"], **({"prices": prices} if prices else {}), **self.told("basis")}


class ApproveForm(CommandForm):
    """Somebody other than the one who orders agrees to the amount, or to cancelling."""

    kind = "approve"
    subject = forms.ChoiceField(
        label=gettext_lazy("何を承認しますか"),
        choices=[("order", gettext_lazy("発注（金額）")), ("cancel", gettext_lazy("発注後の取消"))],
    )
    firm = forms.ChoiceField(label=gettext_lazy("発注先"))
    note = WordsField(label=gettext_lazy("ひとこと"), required=False)

    def __init__(self, *args: Any, candidates: list[tuple[str, str]], **kwargs: Any) -> None:
        self.candidates = candidates
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Offer the firm of the order, or those that quoted."""
        found = [(firm, name) for firm, name in self.candidates if amount_with(self.order, firm) is not None]
        self.fields["firm"].choices = [  # type: ignore[attr-defined]
            (firm, f"{name} {yen(amount_with(self.order, firm))}") for firm, name in found
        ]

    def command_data(self) -> dict[str, Any]:
        """Return the approval of what stands."""
        firm = self.cleaned_data["firm"]
        return {
            **self.told("subject", "note"),
            "firm": firm,
            "amount_jpy": amount_with(self.order, firm),
            "revision": self.order.revision,
        }


def amount_with(order: OperationOrder, firm: str) -> int | None:
    """Return what the order comes to with a firm before tax; None while a price is open."""
    quote = order.quote_of(firm)
    prices = {one.line: one.unit_price_jpy for one in (quote.prices if quote else ())}
    if firm == order.firm and order.amount_jpy is not None:
        return order.amount_jpy
    total = 0
    for line in order.lines:
        price = prices.get(line.no, line.unit_price_jpy)
        if price is None:
            return None
        total += line.quantity * price
    return total
