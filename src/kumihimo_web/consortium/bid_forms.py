"""What is sent to the pages of bids: who is asked, and what a member bids."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.paper.reply_forms import FARTHEST_DAYS
from kumihimo.trade.consortium.charter import Member
from kumihimo_web.consortium.charter_forms import Whole, day_field, words_field
from kumihimo_web.consortium.forms import MOST_JPY, add_cell, not_later
from kumihimo_web.consortium.models import Bidding
from kumihimo_web.consortium.rules import BID_DAYS, MOST_BID_DAYS
from kumihimo_web.consortium.state import BidAnswer
from kumihimo_web.design.templatetags.ja import day


class AskForm(forms.Form):
    """Until when members can bid, a word to all of them, and who is not asked."""

    answer_by = day_field(gettext_lazy("入札の期限（この日の終わりまで）"))
    note = words_field(gettext_lazy("会員へのひとこと"), required=False)

    def __init__(self, *args: Any, members: Sequence[Member], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._members = members
        self.initial.setdefault("answer_by", timezone.localdate() + timedelta(days=BID_DAYS))
        for at, one in enumerate(members):
            add_cell(self, f"m{at}_out", forms.BooleanField(), _("%(name)s: 今回は招かない") % {"name": one.name})
            add_cell(
                self, f"m{at}_why", forms.CharField(max_length=200), _("%(name)s: 招かない理由") % {"name": one.name}
            )

    def rows(self) -> list[tuple[str, list[Any]]]:
        """Return the name of each member with its cells."""
        return [(one.name, [self[f"m{at}_out"], self[f"m{at}_why"]]) for at, one in enumerate(self._members)]

    def clean_answer_by(self) -> date:
        """Refuse a day that is gone, or after which the links in the letters are dead."""
        found: date = self.cleaned_data["answer_by"]
        today = timezone.localdate()
        if not today <= found <= today + timedelta(days=MOST_BID_DAYS):
            raise forms.ValidationError(_("今日から%(n)d日以内の日にしてください。") % {"n": MOST_BID_DAYS})
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for the reason where a member is not asked, and for somebody who is."""
        cleaned = super().clean() or {}
        outs = [bool(cleaned.get(f"m{at}_out")) for at in range(len(self._members))]
        for at, is_out in enumerate(outs):
            if is_out and not cleaned.get(f"m{at}_why"):
                self.add_error(f"m{at}_why", _("招かない理由を書いてください。その会員に見えます。"))
        if all(outs):
            self.add_error(None, _("入札を募る会員を、1社以上残してください。"))
        return cleaned

    def left_out(self) -> dict[str, str]:
        """Return firm -> why it is not asked."""
        sent = self.cleaned_data
        return {one.firm: sent[f"m{at}_why"] for at, one in enumerate(self._members) if sent.get(f"m{at}_out")}


class BidForm(forms.Form):
    """What a member bids, or that it does not."""

    answer = forms.ChoiceField(choices=BidAnswer.choices)
    price_jpy = Whole(
        label=gettext_lazy("全部を受ける場合の金額（円・税抜）"),
        required=False,
        min_value=1,
        max_value=MOST_JPY,
        error_messages={"invalid": gettext_lazy("数字で書いてください。例: 120000")},
    )
    by_on = day_field(gettext_lazy("納められる日"), required=False)
    words = words_field(gettext_lazy("条件・ひとこと"), required=False)

    def clean_by_on(self) -> date | None:
        """Refuse a day that is gone, or so far ahead that it was meant otherwise."""
        found: date | None = self.cleaned_data["by_on"]
        today = timezone.localdate()
        if found is not None and not today <= found <= today + timedelta(days=FARTHEST_DAYS):
            raise forms.ValidationError(_("今日から%(n)d日以内の日にしてください。") % {"n": FARTHEST_DAYS})
        return found

    def clean(self) -> dict[str, Any]:
        """Ask for price and day where the member bids."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == BidAnswer.BID:
            for name, words in (
                ("price_jpy", _("金額を入れてください。受けないときは「今回は見送る」を押してください。")),
                ("by_on", _("納められる日を入れてください。")),
            ):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, words)
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        sent = self.cleaned_data
        if sent["answer"] != BidAnswer.BID:
            return {"said": BidAnswer.DECLINED}
        return {"said": BidAnswer.BID, **{name: sent[name] for name in ("price_jpy", "by_on", "words")}}


class TypedBidForm(BidForm):
    """The same as a coordinator heard it on the phone, or read it on a FAX."""

    from_whom = forms.CharField(
        label=gettext_lazy("誰から、どのように聞きましたか"),
        max_length=300,
        help_text=gettext_lazy("例: 専務 鈴木様に電話で確認。金額はここに書かないでください。"),
    )
    heard_on = day_field(gettext_lazy("聞いた日・届いた日"))

    def __init__(self, *args: Any, bidding: Bidding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._bidding = bidding
        self.initial.setdefault("heard_on", min(timezone.localdate(), bidding.answer_by))

    def clean_heard_on(self) -> date:
        """Refuse a day that has not come, or after the deadline: the amounts of the others were open then."""
        found = not_later(self.cleaned_data["heard_on"])
        if found > self._bidding.answer_by:
            raise forms.ValidationError(
                _("期限（%(day)s）の後の入札は受けられません。必要なら、取りやめて募り直してください。")
                % {"day": day(self._bidding.answer_by)}
            )
        return found

    def values(self) -> dict[str, Any]:
        """Return what the service takes."""
        sent = self.cleaned_data
        return {**super().values(), "from_whom": sent["from_whom"], "heard_on": sent["heard_on"]}
