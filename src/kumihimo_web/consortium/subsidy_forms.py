"""What is sent to the pages of the subsidies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo_web.consortium.charter_forms import Whole, day_field, words_field
from kumihimo_web.consortium.models import Subsidy


class SubsidyForm(forms.Form):
    """A subsidy program as its call says."""

    name_ja = forms.CharField(label=gettext_lazy("名称"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("名称（英語）"), required=False, max_length=200)
    authority_ja = forms.CharField(label=gettext_lazy("実施する所"), max_length=200)
    authority_en = forms.CharField(label=gettext_lazy("実施する所（英語）"), required=False, max_length=200)
    purpose_ja = words_field(gettext_lazy("何に使えるか"))
    purpose_en = words_field(gettext_lazy("何に使えるか（英語）"), required=False)
    areas = forms.CharField(
        label=gettext_lazy("対象の地域"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("市町村か都道府県を「、」で区切る。空欄は全国"),
    )
    opens_on = day_field(gettext_lazy("受付の始まり"), required=False)
    closes_on = day_field(gettext_lazy("受付の締め切り"), required=False)
    rate_percent = forms.IntegerField(label=gettext_lazy("補助率（%）"), required=False, min_value=1, max_value=100)
    most_jpy = Whole(label=gettext_lazy("上限（円）"), required=False, min_value=1, max_value=10**12)
    source_title = forms.CharField(label=gettext_lazy("出典（募集要項など）"), max_length=200)
    source_url = forms.URLField(label=gettext_lazy("出典のURL"), max_length=500, assume_scheme="https")
    is_read = forms.BooleanField(
        label=gettext_lazy("今日、出典を読み、ここに書いたことと合っているのを確かめた"),
        error_messages={"required": gettext_lazy("出典を読んで、印を付けてください。確認日は今日になります。")},
    )

    def __init__(self, *args: Any, stands: Subsidy | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stands is not None:
            self.initial.update({key: getattr(stands, key) for key in self.fields if key != "is_read"})
            self.initial["areas"] = "、".join(stands.areas)

    def clean_areas(self) -> list[str]:
        """Return the places."""
        text: str = self.cleaned_data["areas"]
        return [one.strip() for one in text.replace(",", "、").split("、") if one.strip()]

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning."""
        cleaned = super().clean() or {}
        opens, closes = cleaned.get("opens_on"), cleaned.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("受付の始まりより前です。"))
        cleaned.pop("is_read", None)
        return cleaned
