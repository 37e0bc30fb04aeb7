"""Up to which amounts one person decides."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from kumihimo_web.orders.forms.entering import WholeField


class LimitsForm(forms.Form):
    """Three amounts in yen, before tax."""

    buyer_jpy = WholeField(
        label=_("1人で発注できる金額（円、税抜）"),
        least=0,
        help_text=_("これを超える発注には、本人以外の承認者1名の承認が必要です。0円なら、どの発注にも必要です。"),
    )
    approver_jpy = WholeField(
        label=_("承認者1名で発注できる金額（円、税抜）"),
        least=0,
        help_text=_("これを超える発注には、本人以外の承認者2名の承認が必要です。"),
    )
    second_key_jpy = WholeField(
        label=_("受信箱で1人で確定できる金額（円、税抜）"),
        least=0,
        help_text=_("届いた回答の金額がこれを超えるときは、自動では反映せず、2人の確認を待ちます。"),
    )
