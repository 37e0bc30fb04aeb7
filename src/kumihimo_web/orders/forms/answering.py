"""What a supplier answers, and what is answered to it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade.order import Call
from kumihimo_web.design.templatetags.ja import moment
from kumihimo_web.orders.event_words import facts
from kumihimo_web.orders.forms.entering import CommandForm, DayField, NameField, PricesMixin, ReasonForm, WordsField
from kumihimo_web.orders.words import noun


class PartnerForm(CommandForm):
    """Something that a firm says of its order, to the revision that it saw."""

    role_is_partners = True
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, firm: str, **kwargs: Any) -> None:
        self.firm = firm
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = self.order.revision

    @property
    def revision_seen(self) -> int:
        """Return the revision that stood on the page; of a broken form the first, which answers nothing later."""
        seen = self.cleaned_data.get("revision")
        return seen if seen and 0 < seen < 1000 else 1


class AcceptForm(PartnerForm):
    """The firm takes the order as it stands."""

    kind = "accept"
    words = WordsField(label=gettext_lazy("ひとこと（なくても構いません）"), required=False)

    def command_data(self) -> dict[str, Any]:
        """Return the acceptance."""
        return {"firm": self.firm, "revision": self.revision_seen, **self.told("words")}


class CounterForm(PricesMixin, PartnerForm):
    """The firm could do it on another day, for another price, or otherwise."""

    kind = "counter"
    are_prices_required = False
    due_on = DayField(label=gettext_lazy("出せる日"), required=False)
    words = WordsField(label=gettext_lazy("条件"), required=False)

    def prepare(self) -> None:
        """Put the day first."""
        super().prepare()
        prices = [f"price_{line.no}" for line in self.order.lines]
        self.order_fields(["key", "revision", "due_on", *prices, "words"])

    def price_help(self, no: int) -> str:
        """Return what stands below the price."""
        return _("変えなくてよければ空のままで。")

    def clean(self) -> dict[str, Any]:
        """Refuse an answer that changes nothing."""
        cleaned = super().clean() or {}
        if not self.errors and not self.prices() and not cleaned.get("due_on") and not cleaned.get("words"):
            self.add_error("words", _("変えたいこと（出せる日・単価・条件）を1つ以上入れてください。"))
        return cleaned

    def command_data(self) -> dict[str, Any]:
        """Return the counter-proposal."""
        prices = self.prices()
        return {
            "firm": self.firm,
            "revision": self.revision_seen,
            **({"prices": prices} if prices else {}),
            **self.told("due_on", "words"),
        }


class DeclineForm(PartnerForm):
    """The firm does not take the order."""

    kind = "decline"
    reason = WordsField(label=gettext_lazy("理由"), help_text=gettext_lazy("例: 設備が12月まで埋まっている"))

    def command_data(self) -> dict[str, Any]:
        """Return the refusal."""
        return {"firm": self.firm, "revision": self.revision_seen, **self.told("reason")}


class TalkForm(PartnerForm):
    """The firm asks to talk about the price."""

    kind = "request_negotiation"
    words = WordsField(
        label=gettext_lazy("相談したいこと"), help_text=gettext_lazy("例: 材料費が上がったので単価を見直したい")
    )

    def command_data(self) -> dict[str, Any]:
        """Return the request; the key of the form names the thread."""
        return {"firm": self.firm, "thread": f"talk-{self.cleaned_data['key'][:12]}", **self.told("words")}


class TalkAnswerForm(CommandForm):
    """What is answered to a request to talk about the price."""

    kind = "answer_negotiation"
    thread = forms.ChoiceField(label=gettext_lazy("どの申し出への回答ですか"))
    answer = forms.ChoiceField(
        label=gettext_lazy("回答"),
        choices=[
            ("agreed", gettext_lazy("申し出のとおりにする")),
            ("partly", gettext_lazy("一部を受け入れる")),
            ("refused", gettext_lazy("受け入れない")),
        ],
    )
    reason = WordsField(
        label=gettext_lazy("理由・説明"),
        required=False,
        help_text=gettext_lazy("申し出のとおりにしないときは必要です。相手に伝わる言葉で書いてください。"),
    )

    def prepare(self) -> None:
        """Offer the requests that are open."""
        found = [(one.id, one.words[:60] or one.id) for one in self.order.negotiations if one.is_open]
        self.fields["thread"].choices = found  # type: ignore[attr-defined]
        if len(found) == 1:
            self.fields["thread"].initial = found[0][0]
            self.fields["thread"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Anything but agreement is explained."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") in ("partly", "refused") and not cleaned.get("reason"):
            self.add_error("reason", _("申し出のとおりにしないときは、理由を書いてください。"))
        return cleaned


class UpholdForm(ReasonForm):
    """The order stands as it is; the firm is asked again."""

    kind = "uphold"


class HoldForm(ReasonForm):
    """Nothing is done for now."""

    kind = "hold"


class ResumeForm(ReasonForm):
    """It goes on."""

    kind = "resume"


class CancelForm(ReasonForm):
    """The order is taken back."""

    kind = "cancel"


class SupersedeForm(CommandForm):
    """Another order takes its place."""

    kind = "supersede"
    replaced_by = NameField(label=gettext_lazy("代わりの注文の番号"))
    reason = WordsField(label=gettext_lazy("理由"))


class DeliveredForm(CommandForm):
    """Somebody made sure that the order has reached the firm."""

    kind = "confirm_delivery"
    proof = WordsField(
        rows=1,
        label=gettext_lazy("誰に、どう確かめましたか"),
        help_text=gettext_lazy("例: 事務の田中様に電話で、FAXが届いたことを確認"),
    )

    def command_data(self) -> dict[str, Any]:
        """Return the proof for the current revision."""
        return {"revision": self.order.revision, "channel": "phone", **self.told("proof")}


class WithdrawCallForm(CommandForm):
    """A note of a call that was wrong."""

    kind = "withdraw_call"
    note = forms.ChoiceField(label=gettext_lazy("どの電話のメモですか"))
    reason = WordsField(label=gettext_lazy("理由"))

    def prepare(self) -> None:
        """Offer the notes that wait."""
        self.fields["note"].choices = [(call.key, note_label(call)) for call in self.order.calls]  # type: ignore[attr-defined]


def note_label(call: Call) -> str:
    """Return a note of a call so that it is told from every other: when, what it says in figures, and in words."""
    said = {key: value for key, value in call.data.items() if key != "firm"}
    told = "、".join(text for _label, text in facts(said, {}))
    words = str(call.evidence[0].get("words", ""))
    return f"{moment(call.at)} {noun(call.kind)} {told[:60]} {words[:60]}".strip()
