"""Forms of assessments; every mistake is told at its field."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo_web.accounts import queries as accounts
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.roles import OrganisationKind
from kumihimo_web.assessments.criteria import SCORES
from kumihimo_web.assessments.models import Method, Resolution, Sheet
from kumihimo_web.assessments.photograph import MOST_BYTES, MOST_PIXELS
from kumihimo_web.assessments.services import end_of_validity

_LONGEST = 4000
WHOLE_FIRM = "-"
"""Choice of the whole firm where a capability row is chosen."""
UNCHECKED = "unchecked"
"""Choice for a criterion that could not be looked at."""


class _Day(forms.DateField):
    """A day, entered by the browser's own picker."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


def _words(label: Any, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=_LONGEST,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class BeginForm(forms.Form):
    """What is assessed, and that the assessor is neutral."""

    capability = forms.ChoiceField(label=gettext_lazy("評価するもの"), widget=forms.RadioSelect)
    is_neutral = forms.BooleanField(
        label=gettext_lazy("私と私の組織は、この企業・その親会社・競合する企業と利害関係がありません。"),
        error_messages={"required": gettext_lazy("利害関係がないことを確かめて、印を付けてください。")},
    )

    def __init__(self, labels: dict[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["capability"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(WHOLE_FIRM, _("企業全体")), *labels.items()]

    @property
    def chosen(self) -> str:
        """Id of the capability row, empty for the whole firm."""
        chosen: str = self.cleaned_data["capability"]
        return "" if chosen == WHOLE_FIRM else chosen


class HeadForm(forms.Form):
    """What an assessment says as a whole. A draft may be incomplete; signing asks for the rest."""

    method = forms.TypedChoiceField(
        label=gettext_lazy("評価方法"), choices=Method.choices, coerce=int, empty_value=None, required=False
    )
    confirms = forms.TypedChoiceField(
        label=gettext_lazy("登録内容の確認"),
        coerce=lambda text: text == "yes",
        empty_value=None,
        required=False,
        help_text=gettext_lazy("「登録のとおり」のときだけ、公開すると能力の根拠の水準が上がります。"),
    )
    assessed_on = _Day(label=gettext_lazy("評価日"))
    expires_on = _Day(label=gettext_lazy("有効期限"), help_text=gettext_lazy("ふつうは評価日から 24 か月です。"))
    finding = _words(
        gettext_lazy("所見"),
        required=False,
        help_text=gettext_lazy("公開されると、ほかの企業も読みます。価格や図面の中身は書かないでください。"),
    )

    def __init__(self, sheet: Sheet, *args: Any, **kwargs: Any) -> None:
        names = ("method", "assessed_on", "expires_on", "finding")
        told = {True: "yes", False: "no", None: ""}[sheet.confirms]
        kwargs["initial"] = {name: getattr(sheet, name) for name in names} | {"confirms": told}
        super().__init__(*args, **kwargs)
        blank = ("", _("選んでください"))
        for name, choices in (
            ("method", Method.choices),
            ("confirms", [("yes", _("登録のとおりだった")), ("no", _("登録と違った"))]),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [blank, *choices]
        if not sheet.capability:
            del self.fields["confirms"]

    def clean_assessed_on(self) -> date:
        """Refuse a day to come."""
        day: date = self.cleaned_data["assessed_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("評価日は今日より後にできません。"))
        return day

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning, or too late."""
        values = super().clean() or {}
        first, last = values.get("assessed_on"), values.get("expires_on")
        if first and last and last <= first:
            self.add_error("expires_on", _("有効期限は評価日より後の日にしてください。"))
        elif first and last and last > end_of_validity(end_of_validity(first)):
            self.add_error("expires_on", _("有効期限は評価日から 4 年以内にしてください。"))
        values.setdefault("confirms", None)
        return values


class MarkForm(forms.Form):
    """One criterion."""

    score = forms.ChoiceField(
        required=False,
        choices=[*((str(score), str(score)) for score in SCORES), (UNCHECKED, UNCHECKED)],
        error_messages={"invalid_choice": gettext_lazy("0〜5 か「確認できなかった」を選んでください。")},
    )
    note = forms.CharField(required=False, max_length=_LONGEST)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        chosen = self.cleaned_data["score"]
        return {
            "score": int(chosen) if chosen.isdecimal() else None,
            "is_unchecked": chosen == UNCHECKED,
            "note": self.cleaned_data["note"],
        }


class SignForm(forms.Form):
    """Who is there: the password, or the name in full where somebody logs in without a password."""

    password = forms.CharField(
        label=gettext_lazy("あなたのパスワード"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
    name = forms.CharField(label=gettext_lazy("あなたの氏名"), max_length=200)
    agreed = forms.BooleanField(
        label=gettext_lazy("内容を確かめました。署名すると書き換えられないことを理解しています。"),
        error_messages={"required": gettext_lazy("内容を確かめて、印を付けてください。")},
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user = user
        del self.fields["name" if user.has_usable_password() else "password"]

    def clean_name(self) -> str:
        """Refuse another name."""
        name: str = self.cleaned_data["name"]
        if "".join(name.split()) != "".join(str(self._user).split()):
            raise forms.ValidationError(
                _("氏名が登録と違います。「%(name)s」と入れてください。") % {"name": self._user}
            )
        return name


class ReplyForm(forms.Form):
    """What the firm says before publication."""

    text = _words(
        gettext_lazy("意見"),
        help_text=gettext_lazy("評価と一緒に公開され、ほかの企業も読みます。"),
    )


class ReasonForm(forms.Form):
    """A reason for a dispute, a withdrawal or an interest."""

    reason = _words(gettext_lazy("理由"))


class ResolveForm(forms.Form):
    """How a dispute ends."""

    resolution = forms.ChoiceField(label=gettext_lazy("決定"), choices=Resolution.choices, widget=forms.RadioSelect)
    answer = _words(gettext_lazy("決定の理由"), help_text=gettext_lazy("企業と評価機関が読みます。"))


class InterestForm(ReasonForm):
    """An interest of an assessor's office in a firm; an assessor speaks for the own office."""

    organisation: Any = forms.ModelChoiceField(queryset=None, label=gettext_lazy("評価機関"))

    field_order = ("organisation", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = accounts.organisations(OrganisationKind.ASSESSOR)


def why_not_taken(why: str) -> str:
    """Return why a file was not taken, and what to do."""
    return {
        "empty": _("ファイルが空か、選ばれていません。写真か PDF を選んでください。"),
        "size": _("ファイルが大きすぎます。%(mb)d MB までです。写真を小さくするか、PDF を分けてください。")
        % {"mb": MOST_BYTES // 1024 // 1024},
        "kind": _(
            "この種類のファイルは使えません。JPEG・PNG・WebP の写真か PDF にしてください。"
            "iPhone の写真は、設定の「カメラ」→「フォーマット」で「互換性優先」にすると使えます。"
        ),
        "pixels": _("画素が多すぎる写真です。%(n)d 万画素までです。小さい設定で撮り直してください。")
        % {"n": MOST_PIXELS // 10_000},
        "broken": _("ファイルが壊れています。もう一度撮るか、選び直してください。"),
    }[why]
