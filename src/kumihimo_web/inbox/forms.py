"""What is sent to the pages of the inbox: read, checked, and every mistake at its field."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade.order import OperationOrder
from kumihimo_web.firms import queries as firms
from kumihimo_web.inbox.answers import NOTED, next_slip
from kumihimo_web.inbox.contents import Content, content_of
from kumihimo_web.inbox.models import Item
from kumihimo_web.inbox.rules import MAX_BYTES, MOST_FILES, MOST_WORDS
from kumihimo_web.orders.forms.entering import DayField, WholeField

_MEGABYTE = 1024 * 1024
NOTE_ONLY = "note_only"
"""How `NOTED` is called in a form: an empty choice means that nothing was chosen."""
CHOICES = (
    ("accept", gettext_lazy("注文を請ける")),
    ("counter", gettext_lazy("納期・単価などを変えれば請ける")),
    ("decline", gettext_lazy("注文を断る")),
    ("quote", gettext_lazy("見積を出す")),
    ("decline_rfq", gettext_lazy("見積を見送る")),
    ("start", gettext_lazy("着手した")),
    ("ship", gettext_lazy("出荷した")),
    (NOTE_ONLY, gettext_lazy("記録だけ（注文の状態は変えない）")),
)


def new_key() -> str:
    """Return a key for a form, so that sending it twice does it once."""
    return uuid.uuid4().hex


class Decision(forms.Form):
    """What an answer comes to, as a person says it: the fields of every kind, of which each kind takes its own.

    Parameters
    ----------
    order
        The order that it is about; its lines have fields of their own.
    received
        The day on which it came.
    """

    kind = forms.ChoiceField(label=gettext_lazy("返事の内容"), choices=(("", "—"), *CHOICES))
    firm = forms.ChoiceField(label=gettext_lazy("返事をした企業"), required=False)
    due_on = DayField(label=gettext_lazy("納期"), required=False)
    valid_until = DayField(label=gettext_lazy("見積の有効期限"), required=False)
    on = DayField(label=gettext_lazy("出荷・着手した日"), required=False)
    slip = forms.CharField(label=gettext_lazy("納品書の番号"), required=False, max_length=40)
    reason = forms.CharField(label=gettext_lazy("断る理由"), required=False, max_length=300)
    words = forms.CharField(
        label=gettext_lazy("条件・連絡"), required=False, max_length=MOST_WORDS, widget=forms.Textarea({"rows": 2})
    )

    def __init__(
        self,
        order: OperationOrder,
        sent: Mapping[str, Any] | None = None,
        *,
        received: date,
        firm: str = "",
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(sent, initial=dict(initial or {}), prefix="d")
        self.order, self.received = order, received
        known = list(dict.fromkeys(ref for ref in (order.firm, *(one.firm for one in order.recipients)) if ref))
        names = firms.names(known)
        self.fields["firm"].choices = [(ref, names.get(ref, ref)) for ref in known]  # type: ignore[attr-defined]
        self.initial.setdefault("firm", firm if firm in known else order.firm)
        self.initial.setdefault("slip", next_slip(order))
        self.initial.setdefault("on", received)
        for line in order.lines:
            name = f"{line.no}. {line.item}"
            self.fields[f"price_{line.no}"] = WholeField(
                label=_("単価（円・税抜） %(line)s") % {"line": name}, required=False, least=0
            )
            self.fields[f"quantity_{line.no}"] = WholeField(
                label=_("出荷した数 %(line)s") % {"line": f"{name} / {line.quantity:,}{line.unit}"}, required=False
            )

    @property
    def prices(self) -> list[forms.BoundField]:
        """Fields of the prices."""
        return [self[name] for name in self.fields if name.startswith("price_")]

    @property
    def quantities(self) -> list[forms.BoundField]:
        """Fields of what was shipped."""
        return [self[name] for name in self.fields if name.startswith("quantity_")]

    def clean(self) -> dict[str, Any]:
        """Check that what the kind needs is there."""
        cleaned = super().clean() or {}
        kind = cleaned.get("kind", "")
        needs: dict[str, tuple[str, ...]] = {
            "decline": ("reason",),
            "quote": ("due_on",),
            "start": ("on",),
            "ship": ("on", "slip"),
        }
        for name in needs.get(kind, ()):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("この返事では必要です。入れてください。"))
        if kind == "quote":
            for line in self.order.lines:
                if cleaned.get(f"price_{line.no}") is None and f"price_{line.no}" not in self.errors:
                    self.add_error(f"price_{line.no}", _("見積には、明細ごとに単価が必要です。"))
        if kind == "ship" and not self._items(cleaned) and not self.errors:
            self.add_error(f"quantity_{self.order.lines[0].no}", _("出荷した数を、一つは入れてください。"))
        if kind == "counter" and not (cleaned.get("due_on") or cleaned.get("words") or self._prices(cleaned)):
            self.add_error("due_on", _("納期・単価・条件のどれかを入れてください。変えないなら「注文を請ける」です。"))
        return cleaned

    def command(self) -> dict[str, Any]:
        """Return {kind, data} of what was entered."""
        told, kind = self.cleaned_data, self.cleaned_data["kind"]
        if kind == NOTE_ONLY:
            return {"kind": NOTED, "data": {"words": told["words"]} if told["words"] else {}}
        data: dict[str, Any] = {"firm": told["firm"] or self.order.firm}
        if kind in ("accept", "counter", "decline"):
            data["revision"] = self.order.revision
        if kind in ("counter", "quote") and told["due_on"]:
            data["due_on"] = told["due_on"].isoformat()
        if kind in ("counter", "quote") and (prices := self._prices(told)):
            data["prices"] = prices
        if kind == "quote":
            data["on"] = self.received.isoformat()
            if told["valid_until"]:
                data["valid_until"] = told["valid_until"].isoformat()
        if kind in ("start", "ship"):
            data["on"] = told["on"].isoformat()
        if kind == "ship":
            data |= {"slip": told["slip"], "items": self._items(told)}
        if kind == "decline":
            data["reason"] = told["reason"]
        if kind in ("accept", "counter", "quote", "decline_rfq") and (told["words"] or told["reason"]):
            data["words"] = told["words"] or told["reason"]
        return {"kind": kind, "data": data}

    def _prices(self, told: Mapping[str, Any]) -> list[dict[str, int]]:
        return [
            {"line": line.no, "unit_price_jpy": told[f"price_{line.no}"]}
            for line in self.order.lines
            if told.get(f"price_{line.no}") is not None
        ]

    def _items(self, told: Mapping[str, Any]) -> list[dict[str, int]]:
        return [
            {"line": line.no, "quantity": told[f"quantity_{line.no}"]}
            for line in self.order.lines
            if told.get(f"quantity_{line.no}")
        ]


def filled_in(item: Item, order: OperationOrder) -> dict[str, Any]:
    """Return what stands in the fields of a decision at first: what was proposed, else what a text or a draft hints at.

    A hint fills in a field, and never decides.
    """
    command = item.command or {}
    data = command.get("data", {})
    found: dict[str, Any] = {name: data[name] for name in ("firm", "reason", "words", "slip") if data.get(name)}
    found |= {name: date.fromisoformat(data[name]) for name in ("due_on", "valid_until", "on") if data.get(name)}
    found |= {f"price_{one['line']}": one["unit_price_jpy"] for one in data.get("prices") or ()}
    found |= {f"quantity_{one['line']}": one["quantity"] for one in data.get("items") or ()}
    if command:
        found["kind"] = command["kind"] or NOTE_ONLY
        return found
    return found | _hints(item.reading.get("guess", {}), order)


def _hints(guess: Mapping[str, Any], order: OperationOrder) -> dict[str, Any]:
    from kumihimo_web.inbox.answers import next_day

    found: dict[str, Any] = {}
    if guess.get("kind") in dict(CHOICES):
        found["kind"] = guess["kind"]
    if guess.get("date") and order.due_on is not None:
        found["due_on"] = next_day(
            guess["date"]["month"], guess["date"]["day"], not_before=order.due_on.replace(day=1, month=1)
        )
    if guess.get("price") is not None and len(order.lines) == 1:
        found[f"price_{order.lines[0].no}"] = guess["price"]
    return found


class Link(forms.Form):
    """Which order something is about."""

    order = forms.CharField(label=gettext_lazy("注文番号"), max_length=40)

    def clean_order(self) -> str:
        """Return the number as it is written everywhere."""
        return str(self.cleaned_data["order"]).strip().upper()


class Aside(forms.Form):
    """Why something is put aside."""

    why = forms.CharField(label=gettext_lazy("理由"), max_length=300)

    def clean_why(self) -> str:
        """Return the reason in one line."""
        return " ".join(self.cleaned_data["why"].split())


class FilesInput(forms.ClearableFileInput):
    """A field for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files, at least one."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile[Any]]:
        """Return the files; what is wrong with a single one is told later, beside those that were taken."""
        sent = [one for one in data if one] if isinstance(data, Iterable) else [data] if data else []
        if not sent:
            raise forms.ValidationError(_("ファイルを選んでください。"), code="required")
        if len(sent) > MOST_FILES:
            raise forms.ValidationError(
                _("一度に入れられるのは%(n)sファイルまでです。分けて入れてください。") % {"n": MOST_FILES}
            )
        return sent


class Upload(forms.Form):
    """Scans and other files that are put in by hand."""

    scans = FilesField(label=gettext_lazy("ファイル"))
    firm = forms.CharField(label=gettext_lazy("送り主の企業（IDか社名）"), required=False, max_length=80)
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def clean_firm(self) -> str:
        """Return the id of the one firm that is meant."""
        words = " ".join(self.cleaned_data["firm"].split())
        if not words:
            return ""
        known = firms.firm(words)
        if known is not None:
            return str(known.ref)
        found = list(firms.search(words=words)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("企業を一つに決められません。企業IDで入れるか、空のままにしてください。")
                if found
                else _("当てはまる企業がありません。企業IDか社名を確かめるか、空のままにしてください。")
            )
        return str(found[0].ref)

    def clean_once(self) -> str:
        """Return the key; one that is none gets a new one, which only costs the protection."""
        sent = self.cleaned_data["once"]
        return sent if len(sent) == 32 and sent.isalnum() else new_key()


def objection_to(sent: UploadedFile[Any], head: bytes) -> str:
    """Return why a file is not taken, told by its size and first bytes; empty where it is."""
    size = sent.size or 0
    if not size:
        return _("空のファイルです。")
    if size > MAX_BYTES:
        return _("大きすぎます（%(n)s MB、上限 %(most)s MB）。ページを分けるか、解像度を下げてください。") % {
            "n": size // _MEGABYTE,
            "most": MAX_BYTES // _MEGABYTE,
        }
    if content_of(head)[0] is Content.UNKNOWN:
        return _("画像（TIFF・PNG・JPEG）、PDF、Excel（.xlsx）のどれでもありません。名前ではなく中身で見ています。")
    return ""


class Call(forms.Form):
    """A call: who said what."""

    caller = forms.CharField(label=gettext_lazy("話した相手のお名前"), max_length=80)
    said = forms.CharField(
        label=gettext_lazy("話したこと（相手の言葉で）"), max_length=MOST_WORDS, widget=forms.Textarea({"rows": 4})
    )
    direction = forms.ChoiceField(
        label=gettext_lazy("どちらから"),
        choices=(("in", gettext_lazy("相手からかかってきた")), ("out", gettext_lazy("こちらからかけた"))),
    )
    once = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    clean_once = Upload.clean_once
