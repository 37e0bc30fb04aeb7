"""Who stands on all documents as their sender."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kumihimo_web.orders.forms.entering import WholeField


class LetterheadForm(forms.Form):
    """Name, address, ways to be reached, and the registration number."""

    name = forms.CharField(label=_("名称"), max_length=200)
    address = forms.CharField(label=_("住所"), max_length=300, required=False)
    phone = forms.CharField(label=_("電話"), max_length=40, required=False)
    fax = forms.CharField(
        label=_("FAX"),
        max_length=40,
        required=False,
        help_text=_("回答用紙の「返送先」に印刷されます。空欄だと、FAX の企業は返送先が分かりません。"),
    )
    email = forms.EmailField(label=_("メール"), required=False)
    person = forms.CharField(label=_("担当者"), max_length=100, required=False)
    invoice_number = forms.CharField(
        label=_("登録番号"),
        max_length=40,
        required=False,
        help_text=_("適格請求書発行事業者の番号（T と数字13桁）。登録していなければ空欄にします。"),
    )
    capital_jpy = WholeField(
        label=_("資本金（円）"),
        least=0,
        required=False,
        help_text=_("取適法が適用されるかを見分けるために使います。印刷はされません。"),
    )
    employees = WholeField(label=_("従業員数"), least=0, required=False)

    def clean_invoice_number(self) -> str:
        """Take full-width letters, blanks and hyphens as people write them."""
        text = unicodedata.normalize("NFKC", self.cleaned_data["invoice_number"]).upper()
        return "".join(sign for sign in text if sign.isalnum())

    def clean_phone(self) -> str:
        """Take full-width digits."""
        return self._folded("phone")

    def clean_fax(self) -> str:
        """Take full-width digits."""
        return self._folded("fax")

    def _folded(self, name: str) -> str:
        value: Any = self.cleaned_data[name]
        return unicodedata.normalize("NFKC", str(value)).strip()
