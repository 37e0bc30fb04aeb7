"""What is sent to the pages of inquiries: read, checked, and every mistake at its field."""

from __future__ import annotations

import unicodedata
import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kumihimo.errors import KumihimoError
from kumihimo_web.design.language import language
from kumihimo_web.firms.mapping import folded
from kumihimo_web.inquiries import queries
from kumihimo_web.inquiries.incoming import Incoming, incoming_file, incoming_text, too_large
from kumihimo_web.inquiries.models import Inquiry
from kumihimo_web.inquiries.rules import MAX_BYTES, MOST_ASKED, MOST_WORDS
from kumihimo_web.inquiries.state import Answer

_MOST_JPY = 10**11
_MOST_DAYS = 999
_LONGEST_ANSWER_DAYS = 60


def new_key() -> str:
    """Return a key for a form, so that sending it twice does it once."""
    return uuid.uuid4().hex


class Once(forms.Form):
    """A form with a key of its own; a key that is none gets a new one, which only costs the protection."""

    once = forms.CharField(required=False, max_length=64)

    def clean_once(self) -> str:
        """Return the key."""
        sent = self.cleaned_data["once"]
        return sent if len(sent) == 32 and sent.isalnum() else new_key()


class Incomings(Once):
    """A text or a file."""

    text = forms.CharField(required=False, strip=False)
    file = forms.FileField(required=False, allow_empty_file=True)
    incoming: Incoming

    def clean(self) -> dict[str, Any]:
        """Check that there is one of both, and what it really is."""
        cleaned = super().clean() or {}
        text, file = cleaned.get("text") or "", cleaned.get("file")
        if "file" in self.errors or "text" in self.errors:
            return cleaned
        if file is not None and text.strip():
            self.add_error("file", _("文章とファイルは、どちらか一つにしてください。文章は残してあります。"))
        elif file is not None:
            self._take("file", file)
        else:
            self._take("text", text)
        return cleaned

    def _take(self, name: str, sent: str | UploadedFile[Any]) -> None:
        try:
            if isinstance(sent, str):
                self.incoming = incoming_text(sent)
            else:
                title = sent.name or "file"
                if (sent.size or 0) > MAX_BYTES:
                    raise too_large(title, sent.size or 0)
                self.incoming = incoming_file(title, sent.read())
        except KumihimoError as why:
            self.add_error(name, why.full_text(language()))


class Heading(forms.Form):
    """Title and buyer."""

    title = forms.CharField(required=False, max_length=80)
    buyer = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    buyer_name = forms.CharField(required=False, max_length=120)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["buyer"].choices = [("", ""), *queries.buyers()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse two buyers."""
        cleaned = super().clean() or {}
        if cleaned.get("buyer") and cleaned.get("buyer_name"):
            self.add_error("buyer_name", _("登録済みの発注元を選んだときは、空にしてください。"))
        return cleaned


class NewInquiry(Incomings, Heading):
    """A new inquiry of a coordinator."""


class BuyersInquiry(Incomings):
    """A new inquiry of a buyer, who always asks for itself."""

    title = forms.CharField(required=False, max_length=80)


class Reason(forms.Form):
    """Why something is done."""

    why = forms.CharField(
        max_length=MOST_WORDS, error_messages={"required": gettext_lazy("理由を書いてください。あとで説明に使います。")}
    )


class WholeYen(forms.IntegerField):
    """A whole number as people type it: full-width, with commas and 円."""

    def to_python(self, value: Any) -> int | None:
        """Return the number."""
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        found: int | None = super().to_python(text.strip("¥円日 ").replace(",", "") or None)
        return found


class HandAnswer(forms.Form):
    """What a firm answers; price and days may stay empty."""

    answer = forms.ChoiceField(choices=Answer.choices)
    price_jpy = WholeYen(
        required=False,
        min_value=0,
        max_value=_MOST_JPY,
        error_messages={"invalid": gettext_lazy("数字で書いてください。例: 120000")},
    )
    days = WholeYen(
        required=False,
        min_value=1,
        max_value=_MOST_DAYS,
        error_messages={"invalid": gettext_lazy("日数を数字で書いてください。例: 10")},
    )
    words = forms.CharField(required=False, max_length=MOST_WORDS)
    said = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, needs_word: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said"].required = needs_word
        self.fields["said"].error_messages["required"] = _("企業に代わって書き込むときは必要です。")

    def clean(self) -> dict[str, Any]:
        """Ask for the condition where there is one."""
        cleaned = super().clean() or {}
        if cleaned.get("answer") == Answer.CONDITION and not cleaned.get("words"):
            self.add_error("words", _("どんな条件なら受けられるかを書いてください。例: 納期が1週間あとなら"))
        return cleaned


class Ask(Once):
    """Whom to ask, until when, and a word with it.

    Parameters
    ----------
    inquiry
        Whose buyer must not be named to firms.
    rows
        Whom one can ask.
    """

    firm = forms.MultipleChoiceField(
        required=False,
        error_messages={"invalid_choice": gettext_lazy("選べない企業が入っています。選び直してください。")},
    )
    everybody = forms.BooleanField(required=False)
    answer_by = forms.DateField(error_messages={"required": gettext_lazy("回答の期限を入れてください。")})
    note = forms.CharField(required=False, max_length=MOST_WORDS)

    def __init__(self, *args: Any, inquiry: Inquiry, rows: list[queries.Askable], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.inquiry = inquiry
        self.open_rows = [one for one in rows if not one.was_asked]
        self.fields["firm"].choices = [(one.firm, one.name) for one in self.open_rows]  # type: ignore[attr-defined]

    def clean_note(self) -> str:
        """Refuse a note that names the buyer."""
        note: str = self.cleaned_data["note"]
        name = folded(self.inquiry.asked_by).strip()
        if name and name in folded(note):
            raise forms.ValidationError(_("発注元の名前が入っています。企業には見せない決まりなので、消してください。"))
        return note

    def clean_answer_by(self) -> Any:
        """Refuse a day that is gone or far away."""
        day, today = self.cleaned_data["answer_by"], timezone.localdate()
        if not today <= day <= today + timedelta(days=_LONGEST_ANSWER_DAYS):
            raise forms.ValidationError(
                _("今日から%(days)s日後までの日にしてください。") % {"days": _LONGEST_ANSWER_DAYS}
            )
        return day

    def clean(self) -> dict[str, Any]:
        """Check how many are asked: at least one, and no more than the cap."""
        cleaned = super().clean() or {}
        if "firm" in self.errors:
            return cleaned
        chosen = cleaned.get("firm") or []
        if cleaned.get("everybody"):
            chosen = [one.firm for one in self.open_rows[:MOST_ASKED]]
        if not chosen:
            self.add_error("firm", _("声をかける企業を1社以上選んでください。"))
        elif len(chosen) > MOST_ASKED:
            words = ngettext(
                "一度に声をかけられるのは%(n)d社までです。絞り込んでください。",
                "一度に声をかけられるのは%(n)d社までです。絞り込んでください。",
                MOST_ASKED,
            )
            self.add_error("firm", words % {"n": MOST_ASKED})
        return {**cleaned, "firm": chosen}
