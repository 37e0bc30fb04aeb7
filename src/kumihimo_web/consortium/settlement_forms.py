"""What is sent to the pages of the money: how it is shared, and what the buyer is quoted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade.law.tax import Rounding
from kumihimo_web.consortium.charter_forms import Whole, day_field, words_field
from kumihimo_web.consortium.forms import add_cell
from kumihimo_web.consortium.models import JointLine, Share


class SettlementForm(forms.Form):
    """How the lines are shared, how tax is rounded, and when members are paid."""

    payment_due = day_field(gettext_lazy("会員への支払日"))
    invoice_due = day_field(gettext_lazy("発注元の支払期日（請求書に印刷）"))
    rounding = forms.ChoiceField(label=gettext_lazy("消費税の端数"), initial=Rounding.FLOOR.value)

    def __init__(self, *args: Any, lines: Sequence[JointLine], shares: Sequence[Share], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._lines, self._shares = lines, shares
        self.fields["rounding"].choices = [  # type: ignore[attr-defined]
            (Rounding.FLOOR.value, _("切り捨て")),
            (Rounding.ROUND.value, _("四捨五入")),
            (Rounding.CEIL.value, _("切り上げ")),
        ]
        for line in lines:
            for at, one in enumerate(shares):
                label = _("%(item)s: %(name)sの重み") % {"item": line.item, "name": one.name}
                field = Whole(min_value=0, max_value=10**11)
                add_cell(self, f"w{line.no}_{at}", field, label, line.work.get(one.firm, 0))

    def rows(self) -> list[tuple[JointLine, list[Any]]]:
        """Return each line with its cells."""
        return [(line, [self[f"w{line.no}_{at}"] for at in range(len(self._shares))]) for line in self._lines]

    def clean(self) -> dict[str, Any]:
        """Refuse a line that nobody shares."""
        cleaned = super().clean() or {}
        if not self.errors:
            for line in self._lines:
                if not any(self.work()[line.no].values()):
                    self.add_error(f"w{line.no}_0", _("少なくとも1社の重みを1以上にしてください。"))
        return cleaned

    def work(self) -> dict[int, dict[str, int]]:
        """Return number of a line -> firm -> weight."""
        sent = self.cleaned_data
        return {
            line.no: {
                one.firm: weight for at, one in enumerate(self._shares) if (weight := sent.get(f"w{line.no}_{at}") or 0)
            }
            for line in self._lines
        }


class QuoteForm(forms.Form):
    """A quotation to the buyer."""

    lang = forms.ChoiceField(label=gettext_lazy("言語"))
    valid_until = day_field(gettext_lazy("見積の有効期限"))
    notes = words_field(gettext_lazy("備考（見積書に印刷します）"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lang"].choices = [("ja", _("日本語")), ("en", _("英語"))]  # type: ignore[attr-defined]
        self.initial.setdefault("valid_until", timezone.localdate() + timedelta(days=30))

    def clean_valid_until(self) -> date:
        """Refuse a day that is gone."""
        day: date = self.cleaned_data["valid_until"]
        if day < timezone.localdate():
            raise forms.ValidationError(_("有効期限が過ぎています。今日以後の日にしてください。"))
        return day
