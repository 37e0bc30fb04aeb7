"""What is sent to the pages of the channels."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kumihimo.model import Channel
from kumihimo_web.channels.address_value import spelled
from kumihimo_web.channels.states import channel_choices


class AddressForm(forms.Form):
    """A new address."""

    channel = forms.ChoiceField(label=_("連絡手段"), choices=channel_choices)
    value = forms.CharField(
        label=_("番号・アドレス"),
        required=False,
        max_length=254,
        help_text=_("FAX・電話は番号、メール・Excelはメールアドレス、LINEは利用者ID。Webは空欄のままで結構です。"),
    )

    def clean(self) -> dict[str, Any]:
        """Read the value as the channel writes it."""
        cleaned = super().clean() or {}
        if "channel" in cleaned and "value" in cleaned:
            cleaned["channel"] = Channel(cleaned["channel"])
            try:
                cleaned["value"] = spelled(cleaned["channel"], cleaned["value"])
            except ValidationError as why:
                self.add_error("value", why)
        return cleaned


class CalledForm(forms.Form):
    """What was said on the telephone."""

    said = forms.CharField(
        label=_("誰と、何を話しましたか"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("例: 専務 鈴木様。12月4日の納期で了承。注文書は明日取りに来る。"),
        error_messages={"required": _("話した相手と内容を書いてください。後で見た人が分かるように残します。")},
    )
