"""What happened to supplied material: issued, used, scrapped, sent back, handed on."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade.material import Charge, LotAtFirm, MaterialMove, MoveKind
from kumihimo_web.firms import queries as firms
from kumihimo_web.orders import queries
from kumihimo_web.orders.forms.entering import NameField, PastDayField, WholeField, WordsField, new_key


class FirmField(WordsField):
    """A firm, by its id or its name: a list of all to choose from would be longer than the page."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(rows=1, **kwargs)
        self.widget.attrs["list"] = "firms"

    def clean(self, value: Any) -> str:
        """Return the id of the one firm that is meant."""
        words = str(super().clean(value))
        if not words:
            return ""
        found = firms.named(words)
        if len(found) != 1:
            raise forms.ValidationError(
                _("企業を一つに決められません。社名の全体か、企業IDを入れてください。")
                if found
                else _("当てはまる企業がありません。企業IDか社名を確かめてください。")
            )
        return found[0]


class MaterialForm(forms.Form):
    """One movement of one lot."""

    key = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=gettext_lazy("何がありましたか"),
        choices=[
            (MoveKind.ISSUE.value, gettext_lazy("支給した")),
            (MoveKind.CONSUME.value, gettext_lazy("使った")),
            (MoveKind.SCRAP.value, gettext_lazy("不良・端材になった")),
            (MoveKind.RETURN.value, gettext_lazy("返ってきた")),
            (MoveKind.TRANSFER.value, gettext_lazy("別の企業に渡した")),
        ],
    )
    firm = FirmField(label=gettext_lazy("企業（名前かID）"))
    material = NameField(label=gettext_lazy("材料"))
    lot = NameField(longest=80, label=gettext_lazy("ロット"))
    quantity = WholeField(label=gettext_lazy("数量"))
    unit = NameField(
        longest=40,
        label=gettext_lazy("単位"),
        help_text=gettext_lazy("重さはg、長さはmmのように、整数で数えられる単位で。"),
    )
    on = PastDayField(label=gettext_lazy("日付"))
    charge = forms.ChoiceField(
        label=gettext_lazy("支給の区分"),
        choices=[(Charge.FREE.value, gettext_lazy("無償支給")), (Charge.PAID.value, gettext_lazy("有償支給"))],
    )
    unit_price_jpy = WholeField(least=0, required=False, label=gettext_lazy("単価（円・有償のとき）"))
    to_firm = FirmField(required=False, label=gettext_lazy("渡した先（別の企業に渡したとき。名前かID）"))
    order = NameField(longest=40, required=False, label=gettext_lazy("注文番号（分かれば）"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "material-%s", **kwargs})
        self.fields["key"].initial = new_key()
        self.fields["on"].initial = timezone.localdate()

    def clean(self) -> dict[str, Any]:
        """Sold material has a price, and what is handed on goes to another firm."""
        cleaned = super().clean() or {}
        is_sold = cleaned.get("charge") == Charge.PAID and cleaned.get("kind") == MoveKind.ISSUE
        if is_sold and cleaned.get("unit_price_jpy") is None:
            self.add_error("unit_price_jpy", _("有償支給のときは、単価を入力してください。"))
        if cleaned.get("kind") == MoveKind.TRANSFER and cleaned.get("to_firm", "") in ("", cleaned.get("firm")):
            self.add_error("to_firm", _("渡した先の企業を選んでください。"))
        if (ref := cleaned.get("order")) and queries.row(ref) is None:
            self.add_error(
                "order",
                _("「%(ref)s」という注文はありません。番号を確かめるか、空けておいてください。") % {"ref": ref[:30]},
            )
        return cleaned

    def move(self) -> MaterialMove:
        """Return the movement."""
        told = self.cleaned_data
        key = told["key"] if len(told["key"]) == 32 and told["key"].isalnum() else new_key()
        is_issue = told["kind"] == MoveKind.ISSUE
        return MaterialMove(
            key=f"web/{key}",
            kind=MoveKind(told["kind"]),
            at=LotAtFirm(firm=told["firm"], material=told["material"], lot=told["lot"]),
            quantity=told["quantity"],
            on=told["on"],
            order=told["order"],
            charge=Charge(told["charge"]) if is_issue else Charge.FREE,
            unit_price_jpy=told["unit_price_jpy"] or 0 if is_issue and told["charge"] == Charge.PAID else 0,
            to_firm=told["to_firm"] if told["kind"] == MoveKind.TRANSFER else "",
        )
