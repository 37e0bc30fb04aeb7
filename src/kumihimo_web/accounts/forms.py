"""Forms for people and organisations; every mistake is told at its field."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo_web.accounts import queries
from kumihimo_web.accounts.models import Organisation, User
from kumihimo_web.accounts.roles import ROLES_OF, OrganisationKind, Role
from kumihimo_web.accounts.rules import may_manage
from kumihimo_web.accounts.scope import current_scope


class PersonForm(forms.Form):
    """A login for a person."""

    username = forms.RegexField(
        r"^[a-zA-Z0-9._-]+$",
        max_length=60,
        label=gettext_lazy("利用者名"),
        help_text=gettext_lazy("半角の英字・数字・「.」「-」「_」。ログインに使います。"),
        error_messages={"invalid": gettext_lazy("半角の英字・数字・「.」「-」「_」だけを使ってください。")},
    )
    last_name = forms.CharField(max_length=60, label=gettext_lazy("氏名"))
    organisation: forms.ModelChoiceField[Organisation] = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=gettext_lazy("組織")
    )
    role = forms.ChoiceField(choices=Role.choices, label=gettext_lazy("役割"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = current_scope()
        kinds = [kind for kind in OrganisationKind.values if may_manage(scope, kind)]
        field = self.fields["organisation"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = queries.organisations().filter(kind__in=kinds)

    def clean_username(self) -> str:
        """Refuse a name that somebody has."""
        name: str = self.cleaned_data["username"]
        if User.objects.filter(username__iexact=name).exists():
            raise forms.ValidationError(_("この利用者名はもう使われています。別の名前にしてください。"))
        return name

    def clean(self) -> dict[str, Any]:
        """Refuse a role that people of the organisation cannot have."""
        values = super().clean() or {}
        own = values.get("organisation")
        if own is not None and values.get("role") and values["role"] not in ROLES_OF[own.kind]:
            allowed = _("、").join(str(Role(role).label) for role in Role.values if role in ROLES_OF[own.kind])
            self.add_error("role", _("この組織の人の役割は「%(roles)s」だけです。") % {"roles": allowed})
        return values


class OrganisationForm(forms.Form):
    """An organisation that is no firm; that of a firm is made on the firm's page."""

    name = forms.CharField(max_length=200, label=gettext_lazy("名称"))
    kind = forms.ChoiceField(label=gettext_lazy("種類"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = current_scope()
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (kind.value, kind.label)
            for kind in OrganisationKind
            if kind != OrganisationKind.FIRM and may_manage(scope, kind)
        ]
