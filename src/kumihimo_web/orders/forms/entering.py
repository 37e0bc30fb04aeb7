"""How numbers, amounts and days are entered, and what every form of a command has."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.interop.japanese_date import read_date
from kumihimo.interop.problem import BadValue
from kumihimo.trade.fields import LARGEST, LONGEST_NAME
from kumihimo.trade.order import OperationOrder
from kumihimo_web.design.language import aside

_LONGEST = 2_000
_AROUND_NUMBER = re.compile(r"[\s,¥円個本枚台式]")


def new_key() -> str:
    """Return a key for a form: sent twice, it is one command."""
    return uuid.uuid4().hex


def clean_key(form: forms.Form) -> str:
    """Return the key that was sent; one that is none gets a new one, which only costs the protection."""
    sent = str(form.cleaned_data["key"])
    return sent if len(sent) == 32 and sent.isalnum() else new_key()


class WholeField(forms.IntegerField):
    """A whole number as people write it: 1,200 or １２００円."""

    widget = forms.TextInput

    def __init__(self, *, least: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.least = least

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        text = _AROUND_NUMBER.sub("", unicodedata.normalize("NFKC", str(value or "")))
        if not text:
            return None
        if not (text.isascii() and text.isdecimal()) or not self.least <= int(text[:20]) <= LARGEST:
            raise ValidationError(
                _("「%(text)s」は使えません。%(least)d以上の整数で入力してください。")
                % {"text": str(value)[:30], "least": self.least}
            )
        return int(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let a phone show its digits."""
        return {"inputmode": "numeric", "autocomplete": "off"}


class DayField(forms.DateField):
    """A day as people write it: 2026-12-04, 2026年12月4日, R8.12.4."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        if value in self.empty_values:
            return None
        try:
            found = read_date(value)
        except BadValue:
            found = None
        if found is not None and found.year < 2000:
            raise ValidationError(_("2000年より前の日付です。年を確かめてください。"))
        if found is None:
            raise ValidationError(
                _("「%(text)s」は日付として読めません。2026-12-04 の形で入力してください。") % {"text": str(value)[:30]}
            )
        return found


class PastDayField(DayField):
    """The day of something that has happened: today at the latest."""

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        found = super().to_python(value)
        if found is not None and found > timezone.localdate():
            raise ValidationError(_("まだ来ていない日です。実際の日付を入力してください。"))
        return found


class WordsField(forms.CharField):
    """A sentence or two."""

    def __init__(self, *, rows: int = 2, longest: int = _LONGEST, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows}) if rows > 1 else forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(max_length=longest, widget=widget, **kwargs)


class NameField(WordsField):
    """What something is called: a number of a slip or an invoice, a lot, a material."""

    def __init__(self, *, longest: int = LONGEST_NAME, **kwargs: Any) -> None:
        super().__init__(rows=1, longest=longest, **kwargs)
        # A phone would cut what is typed beyond it without a word.
        self.widget.attrs.pop("maxlength", None)
        self.error_messages["max_length"] = gettext_lazy(
            "長すぎます。番号・名前は%(limit_value)d字以内で入力してください（%(show_value)d字あります）。"
        )


class CommandForm(forms.Form):
    """The fields of one command to one order.

    Parameters
    ----------
    order
        The order as it stands.
    sent
        What was sent; None when the form is only shown.
    today
        Stands in the fields for days of what has just happened.
    """

    kind: ClassVar[str]
    role_is_partners: ClassVar[bool] = False
    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, order: OperationOrder, sent: Mapping[str, Any] | None = None, *, today: date, **kwargs: Any
    ) -> None:
        super().__init__(sent, auto_id=f"{self.kind}-%s", **kwargs)
        self.order, self.today = order, today
        self.fields["key"].initial = new_key()
        self.prepare()

    def prepare(self) -> None:
        """Add what depends on the order."""

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        """Return the fields that are filled in by hand."""
        return self.visible_fields()

    def renew(self, order: OperationOrder) -> None:
        """Let what was entered be sent again, to the order as it stands now."""
        sent = {name: self.data.get(name) for name in self.data} | {"key": new_key()}
        if "revision" in self.fields:
            sent["revision"] = str(order.revision)
        several = [name for name, field in self.fields.items() if isinstance(field, forms.MultipleChoiceField)]
        sent |= {name: self[name].value() for name in several}
        self.data = sent

    clean_key = clean_key

    def command_data(self) -> dict[str, Any]:
        """Return what the command carries."""
        return self.told()

    def told(self, *names: str) -> dict[str, Any]:
        """Return the fields that were filled in as a command carries them: days are ISO text."""
        found = {}
        for name in names or [name for name in self.fields if name != "key"]:
            value = self.cleaned_data.get(name)
            if value not in (None, ""):
                found[name] = value.isoformat() if isinstance(value, date) else value
        return found

    def refuse(self, code: str, text: str) -> None:
        """Show why the order could not be moved, at the field that it is about where there is one."""
        field = _FIELD_OF.get(code, "")
        self.add_error(field if field in self.fields else None, text)


_FIELD_OF = {
    "answer_by_ahead": "answer_by",
    "recipient_twice": "firms",
    "quote_or_basis": "basis",
    "prices_match_quote": "basis",
    "reason_missing": "reason",
    "before_draft": "on",
    "over_tolerance": "quantity",
    "too_many": "quantity",
    "slip_differs": "slip",
    "slip_known": "slip",
    "slip_unknown": "parcel",
    "nothing_inspected": "accepted",
    "number_differs": "number",
    "within_accepted_value": "amount_jpy",
    "within_invoiced": "amount_jpy",
    "credit_fits": "amount_jpy",
    "counter_says_something": "words",
    "changes_nothing": "due_on",
}
"""Code of an objection -> the field to mend, in the forms that have it."""


class ReasonForm(CommandForm):
    """A command that needs nothing but its reason."""

    reason = WordsField(label=gettext_lazy("理由"))


def line_label(order: OperationOrder, no: int) -> str:
    """Return a line as it is spoken of: 軸受箱（40個）; with its number where there are several."""
    line = next(one for one in order.lines if one.no == no)
    text = line.item + aside(f"{line.quantity:,}{line.unit}")
    return text if len(order.lines) == 1 else f"{no}. {text}"


class PricesMixin(CommandForm):
    """One price for each line."""

    are_prices_required: ClassVar[bool] = True

    def prepare(self) -> None:
        """Add a field for each line."""
        for line in self.order.lines:
            several = len(self.order.lines) > 1
            label = f"{_('単価（円・税抜）')} {line_label(self.order, line.no)}" if several else _("単価（円・税抜）")
            self.fields[f"price_{line.no}"] = WholeField(
                least=1, label=label, required=self.are_prices_required, help_text=self.price_help(line.no)
            )

    def price_help(self, no: int) -> str:
        """Return what stands below the price."""
        line = next(one for one in self.order.lines if one.no == no)
        return _("1%(unit)sあたり。数量は %(n)s%(unit)sです。") % {"unit": line.unit, "n": f"{line.quantity:,}"}

    def prices(self) -> list[dict[str, int]]:
        """Return the prices that were entered."""
        found = []
        for line in self.order.lines:
            price = self.cleaned_data.get(f"price_{line.no}")
            if price is not None:
                found.append({"line": line.no, "unit_price_jpy": price})
        return found
