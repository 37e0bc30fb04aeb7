"""What is sent to the pages of joint orders: read, checked, and every mistake at its field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade.consortium import Candidate
from kumihimo.trade.consortium.charter import AllotmentRule
from kumihimo_web.consortium import queries
from kumihimo_web.consortium.charter_forms import Whole, day_field, words_field
from kumihimo_web.consortium.models import JointLine, JointOrder, Share
from kumihimo_web.consortium.rules import MOST_LINES, MOST_WORDS, RATES
from kumihimo_web.inquiries import queries as inquiries
from kumihimo_web.inquiries.forms import Once

MOST_JPY = 10**11
_LINE = ("item", "item_en", "drawing", "quantity", "unit", "unit_price_jpy", "rate_percent")


def add_cell(form: forms.Form, name: str, field: forms.Field, label: Any, value: Any = None) -> None:
    """Add a cell of a table: its label is read, not seen."""
    field.label, field.required = label, False
    field.widget.attrs["aria-label"] = str(label)
    form.fields[name] = field
    if value not in (None, ""):
        form.initial[name] = value


def not_later(day: date) -> date:
    """Refuse a day that has not come yet."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("まだ来ていない日です。起きた日を入れてください。"))
    return day


class OrderForm(Once):
    """A joint order with its lines."""

    title = forms.CharField(label=gettext_lazy("件名"), max_length=120)
    title_en = forms.CharField(label=gettext_lazy("件名（英語）"), required=False, max_length=120)
    buyer = forms.TypedChoiceField(label=gettext_lazy("登録済みの発注元"), required=False, coerce=int, empty_value=None)
    buyer_name = forms.CharField(
        label=gettext_lazy("発注元の名称"), required=False, max_length=120, help_text=gettext_lazy("登録がないとき")
    )
    buyer_address = forms.CharField(label=gettext_lazy("発注元の住所"), required=False, max_length=200)
    is_overseas = forms.BooleanField(label=gettext_lazy("海外の発注元（書類を英語で作る）"), required=False)
    inquiry = forms.CharField(
        label=gettext_lazy("引合の番号"),
        required=False,
        max_length=12,
        help_text=gettext_lazy("引合から来た注文なら、適合順の点数に使います。例: Q-000123"),
    )
    due_on = day_field(gettext_lazy("納期"))
    place = forms.CharField(label=gettext_lazy("納入先"), required=False, max_length=200)
    split_into = forms.IntegerField(
        label=gettext_lazy("何社で分けるか"), min_value=1, max_value=20, initial=1, help_text=gettext_lazy("1なら1社")
    )
    lines: list[dict[str, Any]]

    def __init__(self, *args: Any, stands: JointOrder | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["buyer"].choices = [("", "—"), *queries.buyers()]  # type: ignore[attr-defined]
        rows: Sequence[JointLine] = [] if stands is None else queries.lines(stands)
        if stands is not None:
            for key in self.fields:
                if key == "buyer":
                    self.initial[key] = stands.buyer_id
                elif key != "once":
                    self.initial[key] = getattr(stands, key)
            if stands.buyer_id is not None:
                self.initial["buyer_name"] = ""
        sent = [at for at in range(MOST_LINES) if f"l{at}_item" in self.data]
        self._count = max(sent, default=-1) + 1 if sent else min(MOST_LINES, len(rows) + 3)
        if self.wants_more:
            self._count = min(MOST_LINES, self._count + 3)
        for at in range(self._count):
            self._line(at, rows[at] if at < len(rows) else None)

    def _line(self, at: int, row: JointLine | None) -> None:
        rates = forms.TypedChoiceField(choices=[(rate, f"{rate}%") for rate in RATES], coerce=int, empty_value=None)
        cells: dict[str, tuple[forms.Field, Any]] = {
            "item": (forms.CharField(max_length=120), _("品名")),
            "item_en": (forms.CharField(max_length=120), _("品名（英語）")),
            "drawing": (forms.CharField(max_length=60), _("図番")),
            "quantity": (Whole(min_value=1, max_value=10**8), _("数量")),
            "unit": (forms.CharField(max_length=10, initial="個"), _("単位")),
            "unit_price_jpy": (Whole(min_value=0, max_value=MOST_JPY), _("単価（円・税抜）")),
            "rate_percent": (rates, _("税率")),
        }
        for key, (field, label) in cells.items():
            add_cell(self, f"l{at}_{key}", field, f"{label} {at + 1}", None if row is None else getattr(row, key))

    def rows(self) -> list[list[Any]]:
        """Return the cells of each line."""
        return [[self[f"l{at}_{key}"] for key in _LINE] for at in range(self._count)]

    @property
    def wants_more(self) -> bool:
        """Whether only more lines were asked for."""
        return "more" in self.data

    def full_clean(self) -> None:
        """Check nothing where only more lines were asked for."""
        if self.wants_more:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def clean_due_on(self) -> date:
        """Refuse a day that is gone."""
        day: date = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("納期が過ぎています。今日以後の日にしてください。"))
        return day

    def clean_inquiry(self) -> str:
        """Refuse a number that is none."""
        number: str = self.cleaned_data["inquiry"].strip()
        if number and inquiries.inquiry(number) is None:
            raise forms.ValidationError(_("この番号の引合がありません。引合の一覧で確かめてください。"))
        return number

    def clean(self) -> dict[str, Any]:
        """Check that there is one buyer, and at least one whole line."""
        cleaned = super().clean() or {}
        if cleaned.get("buyer") and cleaned.get("buyer_name"):
            self.add_error("buyer_name", _("登録済みの発注元を選んだときは、空にしてください。"))
        elif not cleaned.get("buyer") and not cleaned.get("buyer_name") and "buyer_name" not in self.errors:
            self.add_error("buyer_name", _("発注元を選ぶか、名称を入れてください。"))
        self.lines = []
        for at in range(self._count):
            line = {key: cleaned.get(f"l{at}_{key}") for key in _LINE}
            if not line["item"]:
                if line["quantity"] is not None or line["unit_price_jpy"] is not None:
                    self.add_error(f"l{at}_item", _("品名を入れてください。"))
                continue
            for key, words in (
                ("quantity", _("数量を入れてください。")),
                ("unit_price_jpy", _("単価を入れてください。")),
            ):
                if line[key] is None and f"l{at}_{key}" not in self.errors:
                    self.add_error(f"l{at}_{key}", words)
            line["unit"] = line["unit"] or "個"
            line["rate_percent"] = 10 if line["rate_percent"] is None else line["rate_percent"]
            self.lines.append(line)
        if not self.lines:
            self.add_error("l0_item", _("品名・数量・単価を、1行以上入れてください。"))
        return cleaned


class CandidatesForm(forms.Form):
    """What is known of each member for an order, by the rule of the charter; bids are none of it, members make them."""

    _VALUE = {
        AllotmentRule.BEST_FIT: ("fit", gettext_lazy("適合度（大きいほどよい）")),
        AllotmentRule.LOAD: ("free_hours", gettext_lazy("空き時間（h）")),
    }

    def __init__(
        self, *args: Any, known: Sequence[Candidate], names: Mapping[str, str], rule: AllotmentRule, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._known, self._names = known, names
        self._value = self._VALUE.get(rule)
        for at, one in enumerate(known):
            name = names.get(one.firm, one.firm)
            if self._value is not None:
                key, label = self._value
                field = forms.FloatField()
                field.widget.attrs["step"] = "any"
                add_cell(self, f"a{at}_value", field, f"{name}: {label}", getattr(one, key))
            add_cell(
                self,
                f"a{at}_most",
                Whole(min_value=0, max_value=10**8),
                _("%(name)s: 受けられる個数") % {"name": name},
            )
            add_cell(self, f"a{at}_out", forms.BooleanField(), _("%(name)s: 今回は外す") % {"name": name})
            add_cell(self, f"a{at}_why", forms.CharField(max_length=200), _("%(name)s: 外す理由") % {"name": name})

    @property
    def value_label(self) -> Any:
        """What is asked of each member; empty where the rule needs nothing."""
        return self._value[1] if self._value else ""

    def rows(self) -> list[tuple[str, list[Any]]]:
        """Return the name of each member with its cells."""
        keys = (["value"] if self._value else []) + ["most", "out", "why"]
        return [
            (self._names.get(one.firm, one.firm), [self[f"a{at}_{key}"] for key in keys])
            for at, one in enumerate(self._known)
        ]

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where a member is left out."""
        cleaned = super().clean() or {}
        for at in range(len(self._known)):
            if cleaned.get(f"a{at}_out") and not cleaned.get(f"a{at}_why"):
                self.add_error(f"a{at}_why", _("外す理由を書いてください。その会員に見えます。"))
        return cleaned

    def candidates(self) -> list[Candidate]:
        """Return what was entered."""
        made = []
        for at, one in enumerate(self._known):
            sent = self.cleaned_data
            value = {self._value[0]: sent.get(f"a{at}_value")} if self._value else {}
            why = sent.get(f"a{at}_why") or ""
            made.append(
                Candidate(
                    firm=one.firm,
                    can_do=not sent.get(f"a{at}_out"),
                    why_not_ja=why,
                    why_not_en=why,
                    at_most=sent.get(f"a{at}_most"),
                    **value,
                )
            )
        return made


class DecisionForm(forms.Form):
    """How many pieces each member gets, and why where that is not as proposed."""

    why = words_field(
        gettext_lazy("理由（会員に見えます）"),
        required=False,
        help_text=gettext_lazy("案と違うとき、配り直すときに必要です。ほかの会員の名前や金額は書かないでください。"),
    )

    def __init__(
        self, *args: Any, rows: Sequence[tuple[str, str, int]], quantity: int, is_again: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._rows, self._quantity, self._is_again = rows, quantity, is_again
        for at, (_firm, name, proposed) in enumerate(rows):
            field = Whole(min_value=0, max_value=10**8)
            add_cell(self, f"q{at}", field, _("%(name)s: 個数") % {"name": name}, proposed)

    def cells(self) -> list[Any]:
        """Return the cell of each member."""
        return [self[f"q{at}"] for at in range(len(self._rows))]

    def clean(self) -> dict[str, Any]:
        """Check that the pieces add up, and that a person who decides otherwise says why."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        total = sum(self.quantities().values())
        if total != self._quantity:
            words = _("合計が%(total)s個です。注文の%(quantity)s個に合わせてください。")
            self.add_error(None, words % {"total": f"{total:,}", "quantity": f"{self._quantity:,}"})
        is_other = any((cleaned.get(f"q{at}") or 0) != proposed for at, (_f, _n, proposed) in enumerate(self._rows))
        if (is_other or self._is_again) and not cleaned.get("why"):
            self.add_error("why", _("案と違う配分、配り直しには理由が必要です。"))
        return cleaned

    def quantities(self) -> dict[str, int]:
        """Return firm -> pieces."""
        sent = self.cleaned_data
        return {firm: sent.get(f"q{at}") or 0 for at, (firm, _name, _proposed) in enumerate(self._rows)}


class InspectionForm(forms.Form):
    """What an inspector found in the work of one member."""

    inspector = forms.ChoiceField(label=gettext_lazy("検査員"))
    received_on = day_field(gettext_lazy("受領日"), help_text=gettext_lazy("支払期日は、この日から数えます。"))
    inspected_on = day_field(gettext_lazy("検査日"))
    accepted = Whole(label=gettext_lazy("合格"), min_value=0, max_value=10**8)
    rejected = Whole(label=gettext_lazy("不合格"), min_value=0, max_value=10**8, initial=0)
    words = words_field(gettext_lazy("所見（その会員に見えます）"), required=False)

    def __init__(self, *args: Any, inspectors: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inspector"].choices = [(name, name) for name in inspectors]  # type: ignore[attr-defined]

    def clean_received_on(self) -> date:
        """Refuse a day that has not come yet."""
        return not_later(self.cleaned_data["received_on"])

    def clean_inspected_on(self) -> date:
        """Refuse a day that has not come yet."""
        return not_later(self.cleaned_data["inspected_on"])


class DeliveryForm(forms.Form):
    """When the buyer received everything."""

    delivered_on = day_field(gettext_lazy("発注元が受け取った日"))

    def clean_delivered_on(self) -> date:
        """Refuse a day that has not come yet."""
        return not_later(self.cleaned_data["delivered_on"])


class Why(forms.Form):
    """Why something is given up."""

    why = forms.CharField(label=gettext_lazy("理由"), max_length=MOST_WORDS)


class DefectForm(forms.Form):
    """A damage, its cost, and whom the inspection found to have caused it."""

    happened_on = day_field(gettext_lazy("起きた日"))
    cost_jpy = Whole(label=gettext_lazy("費用（円・不課税）"), min_value=1, max_value=MOST_JPY)
    reason = words_field(gettext_lazy("不具合の内容（負担する会員に見えます）"))
    reason_en = forms.CharField(label=gettext_lazy("不具合の内容（英語）"), required=False, max_length=MOST_WORDS)
    inspected_by = forms.ChoiceField(
        label=gettext_lazy("原因を確かめた検査員"),
        required=False,
        help_text=gettext_lazy("原因を会員に割り当てるときに必要です。その会員に属さない人にします。"),
    )

    def __init__(self, *args: Any, shares: Sequence[Share], inspectors: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shares = shares
        self.fields["inspected_by"].choices = [("", "—"), *((name, name) for name in inspectors)]  # type: ignore[attr-defined]
        for at, one in enumerate(shares):
            field = forms.IntegerField(min_value=0, max_value=100)
            add_cell(self, f"p{at}", field, _("%(name)s: 原因の割合（%%）") % {"name": one.name})

    def clean_happened_on(self) -> date:
        """Refuse a day that has not come yet."""
        return not_later(self.cleaned_data["happened_on"])

    def cells(self) -> list[tuple[Share, Any]]:
        """Return each member with its cell."""
        return [(one, self[f"p{at}"]) for at, one in enumerate(self._shares)]

    def values(self) -> dict[str, Any]:
        """Return the columns of the damage."""
        sent = self.cleaned_data
        names = ("happened_on", "cost_jpy", "reason", "reason_en", "inspected_by")
        causes = {one.firm: sent.get(f"p{at}") or 0 for at, one in enumerate(self._shares)}
        return {
            **{name: sent[name] for name in names},
            "caused_by": {firm: percent for firm, percent in causes.items() if percent},
        }
