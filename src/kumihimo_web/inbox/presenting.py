"""An item as a page shows it: answers in the words of the form, how sure the reader is, and the pictures of doubts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from kumihimo.errors import InputError
from kumihimo.paper.layout import FormLayout
from kumihimo.paper.reply_forms import reply_form
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.transitions import KINDS
from kumihimo_web.design.language import is_english, say
from kumihimo_web.design.templatetags.both import iso_day
from kumihimo_web.inbox.answers import NOTED
from kumihimo_web.inbox.models import Item, Picture

_SURE, _FAIR = 0.5, 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """One answer.

    Attributes
    ----------
    sure
        ``asked`` where it is a reason for a person to look, else ``high``, ``fair``, ``low``, or empty where nothing
        was read from a picture.
    picture
        Name of the picture of its boxes, where it is in doubt.
    """

    label: str
    value: str
    sure: str = ""
    picture: str = ""

    @property
    def sure_words(self) -> str:
        """How sure the reader is, in words: it is a margin, no probability."""
        words = {"asked": _("要確認"), "high": _("はっきり"), "fair": _("やや弱い"), "low": _("弱い")}
        return words.get(self.sure, "")


def answers(item: Item, pictures: list[Picture]) -> list[ShownAnswer]:
    """Return the answers of an item, in the sequence of its form."""
    if item.reading.get("sheet"):
        return _of_sheet(item.reading["sheet"])
    form = item.reading.get("form")
    if form is None:
        return []
    try:
        layout = reply_form(form["code"]).layout
    except InputError:
        return []
    block, seen = item.reading.get("block"), {one.name for one in pictures}
    doubted = {one.get("group") for one in item.reading.get("reasons", ())}
    found = []
    for name, one in item.reading.get("answers", {}).items():
        group = f"item{block}.{name}" if block else name
        found.append(
            ShownAnswer(
                label=_label(layout, group),
                value=_value(layout, group, one["value"]),
                sure="asked" if {group, name} & doubted else _sure(one["confidence"]) if item.pixels else "",
                picture=group if group in seen else "",
            )
        )
    return found


def _label(layout: FormLayout, group: str) -> str:
    known = {one.name: one.label for one in layout.groups}
    if group in known:
        return say(known[group])
    return {"date": _("月日"), "quantity": _("数"), "price": _("金額")}.get(group, group)


def _value(layout: FormLayout, group: str, value: Any) -> str:
    if isinstance(value, dict):
        month, day = value["month"], value["day"]
        return f"{month:02d}-{day:02d}" if is_english() else f"{month}月{day}日"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, list):
        return _("、").join(_value(layout, group, one) for one in value)
    if any(one.name == group for one in layout.groups):
        for box in layout.boxes_of(group):
            if box.value == value:
                return say(box.label)
    return str(value)


def _sure(confidence: float) -> str:
    return "high" if confidence >= _SURE else "fair" if confidence >= _FAIR else "low"


def _of_sheet(sheet: Mapping[str, Any]) -> list[ShownAnswer]:
    from kumihimo.interop.reply_sheet import ANSWERS, REASONS

    words = {value: label for choices in ANSWERS.values() for value, label in choices.items()}
    found = [ShownAnswer(label=_("回答"), value=say(words.get(sheet["answer"])) or sheet["answer"] or "—")]
    for name, label in (("due_on", _("納期")), ("valid_until", _("見積の有効期限"))):
        if sheet[name]:
            found.append(ShownAnswer(label=label, value=iso_day(sheet[name])))
    for line, price in sheet["prices"]:
        found.append(
            ShownAnswer(label=_("明細 %(no)s の単価") % {"no": line}, value=_("%(n)s円") % {"n": f"{price:,}"})
        )
    if sheet["reason"]:
        found.append(ShownAnswer(label=_("理由"), value=say(REASONS.get(sheet["reason"])) or sheet["reason"]))
    if sheet["words"]:
        found.append(ShownAnswer(label=_("ご連絡"), value=sheet["words"]))
    return found


def command_facts(command: Mapping[str, Any] | None, order: OperationOrder | None) -> list[tuple[str, str]]:
    """Return what a command does, as (label, text)."""
    if command is None:
        return []
    kind, data = command["kind"], command["data"]
    name = _("記録だけ（注文の状態は変えない）") if kind == NOTED else KINDS[kind][1 if is_english() else 0]
    found = [(_("すること"), name)]
    for key, label in (("due_on", _("納期")), ("on", _("日付")), ("valid_until", _("見積の有効期限"))):
        if data.get(key):
            found.append((label, iso_day(data[key])))
    units = {line.no: (line.item, line.unit) for line in order.lines} if order is not None else {}
    for one in data.get("prices") or ():
        item = units.get(one["line"], ("", ""))[0]
        found.append(
            (_("明細 %(no)s の単価") % {"no": one["line"]}, f"{one['unit_price_jpy']:,}{_('円')} {item}".strip())
        )
    for one in data.get("items") or ():
        item, unit = units.get(one["line"], ("", ""))
        found.append((_("明細 %(no)s の数") % {"no": one["line"]}, f"{one['quantity']:,} {unit} {item}".strip()))
    if data.get("amount_jpy"):
        found.append((_("金額"), f"{data['amount_jpy']:,}{_('円')}"))
    for key, label in (("slip", _("納品書")), ("number", _("番号")), ("reason", _("理由")), ("words", _("連絡"))):
        if data.get(key):
            found.append((label, str(data[key])))
    if data.get("revision"):
        found.append((_("注文の版"), _("第%(n)s版") % {"n": data["revision"]}))
    return found
