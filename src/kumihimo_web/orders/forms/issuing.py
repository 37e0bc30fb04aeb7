"""What an order states when it goes out 4条明示: each item given, left open with reason and day, or not applicable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.interop.japanese_date import read_date
from kumihimo.interop.problem import BadValue
from kumihimo.trade.law import Colour, Verdict
from kumihimo.trade.lines import lines_data
from kumihimo.trade.notice import IF_IT_APPLIES, NoticeItem
from kumihimo.trade.order import OrderLine, amount_of
from kumihimo_web.design.language import say
from kumihimo_web.design.templatetags.ja import day
from kumihimo_web.orders import drawings
from kumihimo_web.orders.forms.entering import CommandForm, DayField, PricesMixin, WholeField, WordsField, line_label
from kumihimo_web.orders.notices import content_of, inspection_day

DAYS = frozenset({NoticeItem.ORDERED_ON, NoticeItem.RECEIPT_ON, NoticeItem.INSPECTION_BY, NoticeItem.PAYMENT_DUE})
"""Items that are days; a period, or a rule as 月末締め, may be written instead."""
_LONG = frozenset(
    {
        NoticeItem.PARTIES,
        NoticeItem.CONTENT,
        NoticeItem.SUPPLIED_MATERIAL,
        NoticeItem.FACTORING,
        NoticeItem.ELECTRONIC_CLAIM,
    }
)
_HELP: Mapping[NoticeItem, Any] = {
    NoticeItem.INSPECTION_BY: gettext_lazy(
        "受け取ってから検査を終えるまでの日です。最初は10日以内の日が入っています。検査をしないときだけ「該当なし」に。"
    ),
    NoticeItem.PAYMENT_DUE: gettext_lazy(
        "受け取った日から60日以内です。最初は30日後、銀行が休み（土日・祝日・12月31日から1月3日）ならその前の営業日が入っています。"
    ),
}
"""What stands below an item."""
Notice = Mapping[str, Mapping[str, Any]]
Judge = Callable[[Notice], tuple[Verdict, ...]]


class ItemRow:
    """The fields of one item, as the page shows them."""

    def __init__(self, form: forms.Form, item: NoticeItem) -> None:
        self.item = item
        self.label = say(item)
        self.value = form[item.value]
        self.reason = form[f"{item.value}_reason"]
        self.day = form[f"{item.value}_day"]
        self.none = form[f"{item.value}_none"] if item in IF_IT_APPLIES else None
        self.help = _HELP.get(item, "")

    @property
    def is_open(self) -> bool:
        """Whether it is left open, or something is wrong with that."""
        return bool(self.reason.value() or self.day.value() or self.reason.errors or self.day.errors)


class IssueForm(CommandForm):
    """The twelve items, and the signatures under what a person has to decide.

    Parameters
    ----------
    notice
        What stands in the fields at first.
    judge
        Returns the verdicts of the law on a notice.
    signer
        Who signs.
    """

    kind = "issue"

    def __init__(self, *args: Any, notice: Notice, judge: Judge, signer: str, **kwargs: Any) -> None:
        self.first_notice, self.judge, self.signer = notice, judge, signer
        self.verdicts: tuple[Verdict, ...] = ()
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        """Add three fields for each item: value, why it is open, until when."""
        for item in NoticeItem:
            told = self.first_notice.get(item.value, {})
            self.fields[item.value] = WordsField(
                rows=3 if item in _LONG else 1, label=say(item), required=False, initial=_shown(item, told.get("value"))
            )
            self.fields[f"{item.value}_reason"] = WordsField(
                rows=1, label=_("未定の理由"), required=False, initial=told.get("undecided_reason", "")
            )
            self.fields[f"{item.value}_day"] = DayField(
                label=_("決める予定日"), required=False, initial=told.get("planned_date", "")
            )
            if item in IF_IT_APPLIES:
                self.fields[f"{item.value}_none"] = forms.BooleanField(
                    label=_("該当なし"), required=False, initial=bool(told.get("not_applicable"))
                )
        self.verdicts = self.judge(self.first_notice) if not self.is_bound else ()

    @property
    def rows(self) -> list[ItemRow]:
        """Return the items with their fields."""
        return [ItemRow(self, item) for item in NoticeItem]

    @property
    def judged(self) -> list[tuple[Verdict, str, str, str]]:
        """Return (verdict, name of the field of its signature, what stands there, what is wrong) of all verdicts."""
        found = []
        for verdict in self.verdicts:
            name = signature_name(verdict)
            text = str(self.data.get(name, "")) if self.is_bound else ""
            found.append((verdict, name if verdict.needs_signature else "", text, self.unsigned.get(name, "")))
        return found

    @property
    def grave(self) -> list[tuple[Verdict, str, str, str]]:
        """Return the verdicts that need somebody."""
        return [row for row in self.judged if row[0].colour is not Colour.GREEN]

    @property
    def unsigned(self) -> dict[str, str]:
        """Return name of a field -> why its signature is missing."""
        if not self.is_bound or not self.wants_to_issue:
            return {}
        return {
            signature_name(verdict): _("理由を書くと署名になります。書かないと発注できません。")
            for verdict in self.verdicts
            if verdict.needs_signature and not str(self.data.get(signature_name(verdict), "")).strip()
        }

    @property
    def is_forbidden(self) -> bool:
        """Whether a rule forbids it as it stands."""
        return any(verdict.colour is Colour.RED for verdict in self.verdicts)

    @property
    def wants_to_issue(self) -> bool:
        """Whether it was sent to be issued; otherwise only to be checked again."""
        return self.data.get("action") == self.kind

    @property
    def may_go_out(self) -> bool:
        """Whether it was sent to be issued and nothing is in the way."""
        return self.is_valid() and self.wants_to_issue and not self.unsigned and not self.is_forbidden

    def clean(self) -> dict[str, Any]:
        """Read the items, and have them judged."""
        cleaned = super().clean() or {}
        self.notice: dict[str, dict[str, Any]] = {}
        for item in NoticeItem:
            entry = self._entry(item, cleaned)
            if entry is not None:
                self.notice[item.value] = entry
        receipt, inspected = (self._day_of(item) for item in (NoticeItem.RECEIPT_ON, NoticeItem.INSPECTION_BY))
        if receipt is not None and inspected is not None and inspected < receipt:
            text = _("検査を終える日（%(inspected)s）が、受領する日（%(receipt)s）より前です。")
            self.add_error(
                NoticeItem.INSPECTION_BY.value, text % {"inspected": day(inspected), "receipt": day(receipt)}
            )
        self.verdicts = self.judge(self.notice)
        return cleaned

    def lines(self) -> tuple[OrderLine, ...]:
        """Return the lines as they go out."""
        return self.order.lines

    def _day_of(self, item: NoticeItem) -> date | None:
        value = self.notice.get(item.value, {}).get("value")
        return None if value is None else _day(str(value))

    def _entry(self, item: NoticeItem, cleaned: Mapping[str, Any]) -> dict[str, Any] | None:
        name = item.value
        value, reason, until = (cleaned.get(key) for key in (name, f"{name}_reason", f"{name}_day"))
        if cleaned.get(f"{name}_none"):
            if value or reason or until:
                self.add_error(name, _("「該当なし」にするときは、ほかを空にしてください。"))
                return None
            return {"not_applicable": True}
        if reason or until:
            if value:
                self.add_error(name, _("内容と「未定」の両方があります。どちらか一つにしてください。"))
            elif not reason:
                self.add_error(f"{name}_reason", _("未定にするときは、理由を書いてください。"))
            elif not until:
                self.add_error(f"{name}_day", _("未定にするときは、決める予定日を入れてください。"))
            else:
                return {"undecided_reason": reason, "planned_date": until.isoformat()}
            return None
        if not value:
            # What is missing altogether is told by the law, beside the item.
            return None
        return {"value": self._value(item, value)}

    def _value(self, item: NoticeItem, text: str) -> str | int:
        if item in DAYS and (found := _day(text)) is not None:
            return found.isoformat()
        if item is NoticeItem.AMOUNT and text.replace(",", "").replace("円", "").strip().isdecimal():
            return int(text.replace(",", "").replace("円", "").strip())
        return text

    def command_data(self) -> dict[str, Any]:
        """Return the notice with the verdicts and their signatures."""
        receipt = self.notice.get(NoticeItem.RECEIPT_ON.value, {}).get("value")
        due_on = _day(str(receipt)) if receipt else None
        return {
            "notice": self.notice,
            "verdicts": [self._signed(verdict) for verdict in self.verdicts],
            "drawings": drawings.told(self.order, self.lines()),
            **({"due_on": due_on.isoformat()} if due_on else {}),
        }

    def _signed(self, verdict: Verdict) -> dict[str, Any]:
        found: dict[str, Any] = {"rule": verdict.rule, "colour": verdict.colour.value}
        reason = str(self.data.get(signature_name(verdict), "")).strip()[:2_000]
        if verdict.needs_signature and reason:
            found["signature"] = {"by": self.signer, "reason": reason}
        return found


class ReviseForm(IssueForm):
    """Another price, quantity or day after the order went out: a notice of its own."""

    kind = "revise"
    reason = WordsField(label=gettext_lazy("変更の理由"))

    def prepare(self) -> None:
        """Add quantity and price of each line; what the firm has proposed stands there already."""
        counter, self.kept = self.order.counter, list(drawings.kept(self.order.id))
        proposed = {} if counter is None else {one.line: one.unit_price_jpy for one in counter.prices}
        for line in self.order.lines:
            shown = "" if len(self.order.lines) == 1 else f" {line_label(self.order, line.no)}"
            self.fields[f"quantity_{line.no}"] = WholeField(label=_("数量") + shown, initial=line.quantity)
            self.fields[f"price_{line.no}"] = WholeField(
                least=1,
                label=_("単価（円・税抜）") + shown,
                required=False,
                initial=proposed.get(line.no, line.unit_price_jpy),
            )
            self._add_drawing(line, shown)
        if counter is not None and counter.due_on is not None:
            self.first_notice = {**self.first_notice, **_on_another_day(self.first_notice, counter.due_on)}
        self.proposed_jpy = amount_of(
            tuple(replace(line, unit_price_jpy=proposed.get(line.no, line.unit_price_jpy)) for line in self.order.lines)
        )
        if proposed and self.proposed_jpy is not None:
            self.first_notice = {**self.first_notice, NoticeItem.AMOUNT.value: {"value": self.proposed_jpy}}
        super().prepare()
        for item in _OF_LINES:
            self.fields[f"{item.value}_stood"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=self.fields[item.value].initial
            )

    def _value(self, item: NoticeItem, text: str) -> str | int:
        """Take amount and content along with the lines where they were left as they stood on the page."""
        found = super()._value(item, text)
        if item not in _OF_LINES or text != self._stood(item):
            return found
        if item is NoticeItem.CONTENT:
            return content_of(self.lines())
        return found if (total := amount_of(self.lines())) is None else total

    def _stood(self, item: NoticeItem) -> str:
        name = f"{item.value}_stood"
        return str(self.data.get(name) or self.fields[name].initial).strip()

    def clean(self) -> dict[str, Any]:
        """Let amount and content, where they follow the lines, stand on the page as they will go out."""
        cleaned = super().clean()
        follows = {
            item.value: str(self.notice[item.value]["value"])
            for item in _OF_LINES
            if "value" in self.notice.get(item.value, {}) and cleaned.get(item.value) == self._stood(item)
        }
        self.data = {name: self.data.get(name) for name in self.data} | {
            name: text for value, text in follows.items() for name in (value, f"{value}_stood")
        }
        return cleaned

    def lines(self) -> tuple[OrderLine, ...]:
        """Return the lines with quantity, price and drawing as they were entered."""
        return tuple(
            replace(
                self._drawn(line),
                quantity=self.cleaned_data.get(f"quantity_{line.no}") or line.quantity,
                unit_price_jpy=self.cleaned_data.get(f"price_{line.no}"),
            )
            for line in self.order.lines
        )

    def _drawn(self, line: OrderLine) -> OrderLine:
        chosen = self.cleaned_data.get(f"drawing_{line.no}")
        if f"drawing_{line.no}" not in self.fields or chosen is None:
            return line
        if chosen == _AS_IT_IS:
            return line
        row = next((one for one in self.kept if str(one.pk) == chosen), None)
        return replace(line, drawing=row.number if row else "", revision=row.revision if row else "")

    def _add_drawing(self, line: OrderLine, shown: str) -> None:
        """Offer the drawings that are kept; one that was attached for this line and is not out yet stands there."""
        if not self.kept:
            return
        now = next((one for one in self.kept if (one.number, one.revision) == (line.drawing, line.revision)), None)
        went = {(one.number, one.revision) for one in self.order.drawings}
        later = [one for one in self.kept if line.no in one.lines and (one.number, one.revision) not in went]
        newest = max((*later, *([now] if now else ())), key=lambda one: one.attached_at, default=None)
        choices = [("", _("図面なし")), *((str(one.pk), str(one)) for one in self.kept)]
        if line.drawing and now is None:
            choices.insert(1, (_AS_IT_IS, f"{line.drawing} {line.revision}"))
        self.fields[f"drawing_{line.no}"] = forms.ChoiceField(
            label=_("図面") + shown,
            required=False,
            choices=choices,
            initial=str(newest.pk) if newest else _AS_IT_IS if line.drawing else "",
        )

    @property
    def line_fields(self) -> list[forms.BoundField]:
        """Return the fields of the lines."""
        return [self[name] for name in self.fields if name.startswith(("quantity_", "price_", "drawing_"))]

    def command_data(self) -> dict[str, Any]:
        """Return the revision."""
        return {**super().command_data(), "lines": lines_data(self.lines()), "reason": self.cleaned_data["reason"]}


class SettleForm(PricesMixin):
    """An item that was left open is known now."""

    kind = "settle_notice"
    are_prices_required = False
    item = forms.ChoiceField(label=gettext_lazy("決まった事項"))
    value = WordsField(label=gettext_lazy("決まった内容"))

    def prepare(self) -> None:
        """Offer what is open; prices only where they are."""
        undecided = [entry.item for entry in self.order.notice if entry.is_undecided]
        self.fields["item"].choices = [(item.value, say(item)) for item in undecided]  # type: ignore[attr-defined]
        if NoticeItem.AMOUNT in undecided:
            super().prepare()
            for line in self.order.lines:
                if line.unit_price_jpy is not None:
                    del self.fields[f"price_{line.no}"]
            self.fields["value"].required = False
            self.fields["value"].help_text = _("「代金の額」のときは単価から計算します。空のままで構いません。")

    def clean(self) -> dict[str, Any]:
        """Work out the amount."""
        cleaned = super().clean() or {}
        if cleaned.get("item") != NoticeItem.AMOUNT.value:
            if not cleaned.get("value"):
                self.add_error("value", _("決まった内容を入力してください。"))
        elif any(cleaned.get(name) is None for name in self.fields if name.startswith("price_")):
            self.add_error(None, _("単価を入力してください。"))
        return cleaned

    def command_data(self) -> dict[str, Any]:
        """Return what was settled."""
        item = NoticeItem(self.cleaned_data["item"])
        if item is not NoticeItem.AMOUNT:
            text = self.cleaned_data["value"]
            found = _day(text) if item in DAYS else None
            return {"item": item.value, "value": found.isoformat() if found else text}
        prices = self.prices()
        told = {one["line"]: one["unit_price_jpy"] for one in prices}
        total = sum(line.quantity * told.get(line.no, line.unit_price_jpy or 0) for line in self.order.lines)
        return {"item": item.value, "value": total, "prices": prices}


_AS_IT_IS = "as-it-is"
"""Stands for a drawing that the order names and whose file is not kept here."""
_OF_LINES = (NoticeItem.CONTENT, NoticeItem.AMOUNT)
"""Items that follow from the lines of the order."""


def _on_another_day(notice: Notice, due_on: date) -> Notice:
    """Return the items of a notice that change with the day of the receipt."""
    changed = {NoticeItem.RECEIPT_ON.value: {"value": due_on.isoformat()}}
    inspected = _day(str(notice.get(NoticeItem.INSPECTION_BY.value, {}).get("value", "")))
    if inspected is not None and inspected < due_on:
        changed[NoticeItem.INSPECTION_BY.value] = {"value": inspection_day(due_on).isoformat()}
    return changed


def signature_name(verdict: Verdict) -> str:
    """Return the name of the field in which a verdict is signed."""
    return f"sign_{verdict.rule}"


def _shown(item: NoticeItem, value: str | int | None) -> str | int:
    """Return what stands in the field of an item: a day as it is written, and read again by `_day`."""
    if value is None:
        return ""
    found = _day(str(value)) if item in DAYS else None
    return value if found is None else day(found)


def _day(text: str) -> date | None:
    try:
        return read_date(text)
    except BadValue:
        return None
