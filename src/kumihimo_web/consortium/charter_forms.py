"""What is sent to the pages of charters: the library reads a charter whole, and every mistake is told at its field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.errors import LocatedErrors
from kumihimo.trade.consortium import read_charter
from kumihimo.trade.consortium.charter import AllotmentRule, Mode
from kumihimo_web.consortium import charter_queries
from kumihimo_web.consortium.rules import MOST_MEMBERS, MOST_WORDS, OBJECTION_DAYS
from kumihimo_web.design.language import language, say
from kumihimo_web.inquiries.forms import Once, WholeYen

_SPARE = 4
"""Empty rows that a form shows below those that are filled in."""
_PLACE = re.compile(r"\$\.(members|inspectors)\[(\d+)\](?:\.(\w+))?")
_LABELS = {
    "joined_on": gettext_lazy("加入日"),
    "agreed_on": gettext_lazy("会員が合意した日"),
    "least_jpy": gettext_lazy("手数料の下限（円）"),
}
"""What keys of the document are called, where the library names one of them."""
_TOP = {"$.fee.permille": "fee_percent", "$.fee.least_jpy": "least_jpy", "$.fee.most_jpy": "most_jpy"}


def day_field(label: Any, *, help_text: Any = "", required: bool = True) -> forms.DateField:
    """Return a field for a day."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, help_text=help_text, required=required, widget=widget)


def words_field(label: Any, *, help_text: Any = "", required: bool = True) -> forms.CharField:
    """Return a field for some sentences."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, help_text=help_text, required=required, max_length=MOST_WORDS, widget=widget)


_RULES = {
    AllotmentRule.BEST_FIT: gettext_lazy("引合のチーム提案で適合度が高い会員から"),
    AllotmentRule.ROTATION: gettext_lazy("前回の配分が最も古い会員から順に"),
    AllotmentRule.LOAD: gettext_lazy("空いている時間の多い会員から"),
    AllotmentRule.BID: gettext_lazy("会員が入れた金額の安い順に"),
}
"""How each rule finds the members."""


class Whole(WholeYen):
    """A whole number as people type it, in a field that takes commas and full-width digits."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})


class Window(forms.Form):
    """How the window of a consortium stands on paper."""

    name_en = forms.CharField(label=gettext_lazy("英語の名称"), required=False, max_length=120)
    address = forms.CharField(label=gettext_lazy("窓口の住所"), required=False, max_length=200)
    address_en = forms.CharField(label=gettext_lazy("窓口の住所（英語）"), required=False, max_length=200)
    phone = forms.CharField(label=gettext_lazy("窓口の電話"), required=False, max_length=40)
    email = forms.EmailField(label=gettext_lazy("窓口のメール"), required=False, max_length=120)
    bank = forms.CharField(
        label=gettext_lazy("振込先"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("請求書に印刷します。例: 見本銀行 本店 普通 1234567"),
    )


class CharterForm(Once):
    """A charter, with its members and inspectors in rows.

    Parameters
    ----------
    stands
        The charter that is revised, as JSON; None for a new one.
    rows
        How many rows of members and of inspectors are shown.
    """

    mode = forms.ChoiceField(label=gettext_lazy("契約の形"), widget=forms.RadioSelect)
    lead = forms.CharField(
        label=gettext_lazy("代表（請求書を出す企業）"),
        max_length=80,
        help_text=gettext_lazy("企業IDか、企業名の全体。元請では会員のうちの1社です。"),
    )
    ends_on = day_field(gettext_lazy("終わりの日"), required=False, help_text=gettext_lazy("空欄なら期限なし"))
    fee_percent = forms.DecimalField(
        label=gettext_lazy("手数料（売上の%）"), min_value=0, max_value=100, decimal_places=1, initial=0
    )
    least_jpy = Whole(label=gettext_lazy("手数料の下限（円）"), required=False, min_value=0)
    most_jpy = Whole(label=gettext_lazy("手数料の上限（円）"), required=False, min_value=0)
    allotment = forms.ChoiceField(label=gettext_lazy("配分の規則"), widget=forms.RadioSelect)
    document: dict[str, Any]

    def __init__(self, *args: Any, stands: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._stands = stands or {}
        self._known = {row["firm"]: row["name"] for row in self._stands.get("members", ())}
        self.fields["mode"].choices = [(one.value, say(one)) for one in Mode]  # type: ignore[attr-defined]
        rules = [(one.value, f"{say(one).capitalize()} – {_RULES[one]}") for one in AllotmentRule]
        self.fields["allotment"].choices = rules  # type: ignore[attr-defined]
        self._begin(self._stands)
        members, inspectors = self._stands.get("members", ()), self._stands.get("inspectors", ())
        self._rows = {
            "m": self._count("m", len(members)),
            "i": self._count("i", len(inspectors)),
        }
        for at in range(self._rows["m"]):
            self._member(at, members[at] if at < len(members) else {})
        for at in range(self._rows["i"]):
            self._inspector(at, inspectors[at] if at < len(inspectors) else {})

    def _begin(self, stands: Mapping[str, Any]) -> None:
        if not stands:
            self.initial.setdefault("mode", Mode.PRIME)
            self.initial.setdefault("allotment", AllotmentRule.ROTATION)
            return
        fee = stands.get("fee", {})
        self.initial.update({key: stands.get(key) for key in ("mode", "lead", "ends_on", "allotment")})
        self.initial.update({"fee_percent": fee.get("permille", 0) / 10})
        self.initial.update({"least_jpy": fee.get("least_jpy"), "most_jpy": fee.get("most_jpy")})

    def _count(self, letter: str, stand: int) -> int:
        sent = [int(found[1]) for key in self.data if (found := re.fullmatch(rf"{letter}(\d{{1,3}})_\w+", key))]
        more = 5 if self.data.get("more") == letter else 0
        return min(MOST_MEMBERS, max(stand + _SPARE if not sent else 0, max(sent, default=-1) + 1 + more))

    def _cell(self, name: str, field: forms.Field, label: Any, at: int, value: Any) -> None:
        field.label, field.required = label, False
        field.widget.attrs["aria-label"] = f"{label} {at + 1}"
        self.fields[name] = field
        if value not in (None, ""):
            self.initial[name] = value

    def _member(self, at: int, row: Mapping[str, Any]) -> None:
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        whole: dict[str, Any] = {"min_value": 0, "max_value": 1_000_000}
        cells: dict[str, tuple[forms.Field, Any]] = {
            "firm": (forms.CharField(max_length=120, widget=forms.TextInput(attrs={"list": "firms"})), _("会員")),
            "joined_on": (forms.DateField(widget=day), _("加入日")),
            "left_on": (forms.DateField(widget=day), _("脱退日")),
            "share": (forms.IntegerField(**whole), _("仕事の割合")),
            "liability": (forms.IntegerField(**whole), _("責任の割合")),
            "invoice_number": (forms.CharField(max_length=14), _("登録番号（T＋13桁）")),
        }
        for key, (field, label) in cells.items():
            self._cell(f"m{at}_{key}", field, label, at, row.get(key))

    def _inspector(self, at: int, row: Mapping[str, Any]) -> None:
        self._cell(f"i{at}_name", forms.CharField(max_length=120), _("検査員"), at, row.get("name"))
        listed = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"list": "firms"}))
        self._cell(f"i{at}_firm", listed, _("所属の会員"), at, row.get("firm"))

    def members(self) -> list[list[Any]]:
        """Return the cells of each row of members."""
        keys = ("firm", "joined_on", "left_on", "share", "liability", "invoice_number")
        return [[self[f"m{at}_{key}"] for key in keys] for at in range(self._rows["m"])]

    def inspectors(self) -> list[list[Any]]:
        """Return the cells of each row of inspectors."""
        return [[self[f"i{at}_{key}"] for key in ("name", "firm")] for at in range(self._rows["i"])]

    @property
    def wants_more(self) -> bool:
        """Whether only more rows were asked for."""
        return self.data.get("more") in ("m", "i")

    def full_clean(self) -> None:
        """Check nothing where only more rows were asked for."""
        if self.wants_more:
            self._errors, self.cleaned_data = ErrorDict(), {}
        else:
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Read the charter as the library does, and put what is wrong where it was entered."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        rows = {
            letter: [at for at in range(count) if self._is_filled(letter, at)] for letter, count in self._rows.items()
        }
        self.document = {
            "id": "C",
            "name": cleaned.get("name") or self._stands.get("name", ""),
            "mode": cleaned["mode"],
            "lead": self._firm("lead", cleaned["lead"])[0],
            "agreed_on": cleaned["agreed_on"].isoformat() if "agreed_on" in cleaned else self._stands["agreed_on"],
            "ends_on": cleaned["ends_on"].isoformat() if cleaned["ends_on"] else None,
            "members": [self._member_of(at) for at in rows["m"]],
            "fee": {
                "permille": int(cleaned["fee_percent"] * 10),
                "least_jpy": cleaned["least_jpy"] or 0,
                "most_jpy": cleaned["most_jpy"],
                "tax_percent": self._stands.get("fee", {}).get("tax_percent", 10),
            },
            "allotment": cleaned["allotment"],
            "inspectors": [self._inspector_of(at) for at in rows["i"]],
        }
        if not self.errors:
            try:
                read_charter(self.document)
            except LocatedErrors as why:
                for problem in why.problems:
                    self._told(problem.sheet, problem, rows)
        return cleaned

    def _is_filled(self, letter: str, at: int) -> bool:
        return bool(self.cleaned_data.get(f"{letter}{at}_{'firm' if letter == 'm' else 'name'}"))

    def _member_of(self, at: int) -> dict[str, Any]:
        sent = {
            key: self.cleaned_data.get(f"m{at}_{key}")
            for key in ("firm", "joined_on", "left_on", "share", "liability", "invoice_number")
        }
        firm, name = self._firm(f"m{at}_firm", self.cleaned_data[f"m{at}_firm"])
        return {
            "firm": firm,
            "name": name,
            "joined_on": sent["joined_on"].isoformat() if sent["joined_on"] else "",
            "left_on": sent["left_on"].isoformat() if sent["left_on"] else None,
            "invoice_number": sent["invoice_number"] or None,
            "share": 1 if sent["share"] is None else sent["share"],
            "liability": 1 if sent["liability"] is None else sent["liability"],
        }

    def _inspector_of(self, at: int) -> dict[str, Any]:
        firm = self.cleaned_data.get(f"i{at}_firm")
        return {
            "name": self.cleaned_data[f"i{at}_name"],
            "firm": self._firm(f"i{at}_firm", firm)[0] if firm else None,
        }

    def _firm(self, field: str, text: str) -> tuple[str, str]:
        text = text.strip()
        named = [(ref, name) for ref, name in self._known.items() if text in (ref, name)]
        found = named[0] if len(named) == 1 else charter_queries.firm_named(text)
        if found is None:
            words = _("「%(text)s」という企業が見つからないか、複数あります。企業IDで入れてください。")
            self.add_error(field, words % {"text": text[:80]})
            return text, text
        return found

    def _told(self, place: str, problem: Any, rows: Mapping[str, list[int]]) -> None:
        found = _PLACE.fullmatch(place)
        field: str | None = _TOP.get(place) or (place[2:] if place[2:] in self.fields else None)
        if found is not None and found[3]:
            letter = found[1][0]
            field = f"{letter}{rows[letter][int(found[2])]}_{found[3]}"
        words = problem.expected_en if language() == "en" else problem.expected_ja
        for key, label in _LABELS.items():
            words = words.replace(key, str(label))
        if field not in self.fields:
            field = None
            words = problem.text(language())
        self.add_error(field, _("ここに要るもの: %(expected)s") % {"expected": words} if field else words)


class NewCharter(CharterForm, Window):
    """A consortium with its first charter."""

    name = forms.CharField(label=gettext_lazy("会の名称"), max_length=120)
    agreed_on = day_field(gettext_lazy("会員が合意した日"), help_text=gettext_lazy("この日から効力を持ちます。"))


class Revision(CharterForm):
    """A new revision of a charter."""

    takes_effect_on = day_field(gettext_lazy("発効日"))
    why = words_field(
        gettext_lazy("変えることと、その理由（会員に見えます）"),
        help_text=gettext_lazy("例: 手数料を3%から2.5%に下げる。窓口の費用が減ったため"),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._earliest = today + timedelta(days=OBJECTION_DAYS)
        self.fields["takes_effect_on"].help_text = _("会員が異議を出せるように、%(days)s日以上あとの日にします。") % {
            "days": OBJECTION_DAYS
        }
        self.initial.setdefault("takes_effect_on", self._earliest)

    def clean_takes_effect_on(self) -> date:
        """Refuse a day that leaves no time to object."""
        day: date = self.cleaned_data["takes_effect_on"]
        if day < self._earliest:
            words = _("会員が異議を出す%(days)s日が取れません。あとの日にしてください。")
            raise forms.ValidationError(words % {"days": OBJECTION_DAYS})
        return day


class ObjectionForm(forms.Form):
    """What a member has against a revision; a coordinator says whose word it is."""

    words = words_field(gettext_lazy("異議の内容"))
    firm = forms.ChoiceField(label=gettext_lazy("会員"), required=False)
    said = forms.CharField(label=gettext_lazy("誰から・どのように聞いたか"), required=False, max_length=300)

    def __init__(self, *args: Any, names: Mapping[str, str], needs_word: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_word:
            self.fields["firm"].choices = [("", "—"), *names.items()]  # type: ignore[attr-defined]
            for key in ("firm", "said"):
                self.fields[key].required = True
        else:
            del self.fields["firm"], self.fields["said"]


class AnswerForm(forms.Form):
    """What a member is answered."""

    words = words_field(gettext_lazy("異議への回答（その会員に見えます）"))
