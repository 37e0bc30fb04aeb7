"""Work and goods: begun, shipped, received, inspected, sent back, closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade.order import OperationOrder, Shipment
from kumihimo.trade.receiving import open_quantity
from kumihimo_web.orders.forms.answering import PartnerForm
from kumihimo_web.orders.forms.entering import (
    CommandForm,
    NameField,
    PastDayField,
    ReasonForm,
    WholeField,
    WordsField,
    line_label,
)


class StartForm(PartnerForm):
    """Work has begun."""

    kind = "start"
    on = PastDayField(label=gettext_lazy("始めた日"))

    def prepare(self) -> None:
        """Today, where nothing else is said."""
        self.fields["on"].initial = self.today

    def command_data(self) -> dict[str, Any]:
        """Return the start."""
        return {"firm": self.firm, **self.told("on")}


class ShipForm(PartnerForm):
    """Goods have left: how many, on which delivery note."""

    kind = "ship"
    slip = NameField(label=gettext_lazy("納品書の番号"))
    on = PastDayField(label=gettext_lazy("出荷した日"))

    def prepare(self) -> None:
        """Propose all that is open."""
        self.fields["on"].initial = self.today
        names = []
        for line in self.order.agreed:
            name = "quantity" if len(self.order.agreed) == 1 else f"quantity_{line.no}"
            names.append(name)
            self.fields[name] = WholeField(
                least=0,
                label=_("出荷した数")
                if len(self.order.agreed) == 1
                else f"{_('出荷した数')} {line_label(self.order, line.no)}",
                required=len(self.order.agreed) == 1,
                initial=open_quantity(self.order, line.no) or None,
                help_text=_("注文 %(n)s%(unit)s、残り %(left)s%(unit)s。分けて出すときは、今回の数を入れてください。")
                % {"n": f"{line.quantity:,}", "left": f"{open_quantity(self.order, line.no):,}", "unit": line.unit},
            )
        self.order_fields(["key", "revision", *names, "slip", "on"])

    def _items(self) -> list[dict[str, int]]:
        lines = self.order.agreed
        names = ["quantity"] if len(lines) == 1 else [f"quantity_{line.no}" for line in lines]
        found = [(line.no, self.cleaned_data.get(name)) for line, name in zip(lines, names, strict=True)]
        return [{"line": no, "quantity": quantity} for no, quantity in found if quantity]

    def clean(self) -> dict[str, Any]:
        """Nothing is no shipment."""
        cleaned = super().clean() or {}
        if not self.errors and not self._items():
            self.add_error("quantity" if "quantity" in self.fields else None, _("出荷した数を入れてください。"))
        return cleaned

    def command_data(self) -> dict[str, Any]:
        """Return the shipment."""
        return {"firm": self.firm, "items": self._items(), **self.told("slip", "on")}


class ReceiveForm(CommandForm):
    """Goods have arrived: those of a delivery note, or such that came without notice."""

    kind = "receive"
    UNANNOUNCED = "-"
    slip = forms.ChoiceField(label=gettext_lazy("納品書"))
    other_slip = NameField(
        required=False,
        label=gettext_lazy("納品書の番号（出荷の連絡なしに届いたとき）"),
    )
    on = PastDayField(label=gettext_lazy("受け取った日"), help_text=gettext_lazy("支払期日はこの日から数えます。"))
    place = NameField(required=False, label=gettext_lazy("受け取った場所"))

    def prepare(self) -> None:
        """Offer the delivery notes that are on their way."""
        self.coming = [one for one in self.order.shipments if one.in_transit]
        slips = list(dict.fromkeys(one.slip for one in self.coming))
        self.fields["slip"].choices = [  # type: ignore[attr-defined]
            *((slip, slip) for slip in slips),
            (self.UNANNOUNCED, _("出荷の連絡なしに届いた")),
        ]
        self.fields["on"].initial = self.today
        names = []
        for line in self.order.agreed:
            single = len(self.order.agreed) == 1
            name = "quantity" if single else f"quantity_{line.no}"
            names.append(name)
            first = sum(one.in_transit for one in self.coming if slips and (one.slip, one.line) == (slips[0], line.no))
            self.fields[name] = WholeField(
                least=0,
                label=_("受け取った数") if single else f"{_('受け取った数')} {line_label(self.order, line.no)}",
                required=single,
                initial=first or None,
            )
        self.order_fields(["key", "slip", "other_slip", *names, "on", "place"])

    def _items(self) -> list[dict[str, Any]]:
        """Return what arrived; where a delivery note has several lots of a line, the earlier are filled first."""
        slip, found = self.cleaned_data.get("slip"), []
        for line in self.order.agreed:
            name = "quantity" if len(self.order.agreed) == 1 else f"quantity_{line.no}"
            left = self.cleaned_data.get(name) or 0
            lots = [one for one in self.coming if (one.slip, one.line) == (slip, line.no)]
            for one in lots[:-1]:
                taken = min(left, one.in_transit)
                left -= taken
                if taken:
                    found.append(_lot(one, taken))
            if left:
                found.append(_lot(lots[-1], left) if lots else {"line": line.no, "quantity": left})
        return found

    def clean(self) -> dict[str, Any]:
        """Name the delivery note, and how many."""
        cleaned = super().clean() or {}
        if cleaned.get("slip") == self.UNANNOUNCED and not cleaned.get("other_slip"):
            self.add_error(
                "other_slip", _("届いた品に付いている納品書の番号を入れてください。なければ「なし」と日付を。")
            )
        if not self.errors and not self._items():
            self.add_error("quantity" if "quantity" in self.fields else None, _("受け取った数を入れてください。"))
        return cleaned

    def command_data(self) -> dict[str, Any]:
        """Return the receipt."""
        data = {"items": self._items(), **self.told("slip", "on", "place")}
        if self.cleaned_data["slip"] == self.UNANNOUNCED:
            data |= {"slip": self.cleaned_data["other_slip"], "unannounced": True}
        return data


def _lot(parcel: Shipment, quantity: int) -> dict[str, Any]:
    return {"line": parcel.line, "quantity": quantity, **({"lot": parcel.lot} if parcel.lot else {})}


class ParcelForm(CommandForm):
    """Something about one lot of a delivery note.

    `there` counts what of it the command can be about.
    """

    parcel = forms.ChoiceField(label=gettext_lazy("どの納品書の品ですか"))
    there: Callable[[Shipment], int]

    def prepare(self) -> None:
        """Offer the lots of which there is something."""
        self.parcels = [one for one in self.order.shipments if type(self).there(one)]
        self.fields["parcel"].choices = [  # type: ignore[attr-defined]
            (str(at), parcel_label(self.order, one)) for at, one in enumerate(self.parcels)
        ]

    @property
    def first(self) -> int | None:
        """Return the quantity that is proposed."""
        return type(self).there(self.parcels[0]) if self.parcels else None

    def parcel_data(self) -> dict[str, Any]:
        """Return what names the lot."""
        one = self.parcels[int(self.cleaned_data["parcel"])]
        return {"slip": one.slip, "line": one.line, **({"lot": one.lot} if one.lot else {})}


def parcel_label(order: OperationOrder, parcel: Shipment) -> str:
    """Return a lot as it is spoken of."""
    names = {line.no: line.item for line in (*order.lines, *order.agreed)}
    lot = f" {parcel.lot}" if parcel.lot else ""
    return f"{parcel.slip} {names.get(parcel.line, parcel.line)}{lot}"


class InspectForm(ParcelForm):
    """How many passed, how many did not, and why."""

    kind = "inspect"
    there = staticmethod(lambda parcel: parcel.uninspected)
    accepted = WholeField(least=0, label=gettext_lazy("合格数"))
    rejected = WholeField(least=0, label=gettext_lazy("不合格数"), initial=0)
    reason = WordsField(label=gettext_lazy("不合格の理由"), required=False)
    on = PastDayField(label=gettext_lazy("検査した日"))

    def prepare(self) -> None:
        """Propose that everything is good."""
        super().prepare()
        self.fields["accepted"].initial = self.first
        self.fields["on"].initial = self.today

    def clean(self) -> dict[str, Any]:
        """What is refused has a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("rejected") and not cleaned.get("reason"):
            self.add_error("reason", _("不合格の理由を書いてください。"))
        return cleaned

    def command_data(self) -> dict[str, Any]:
        """Return the result."""
        return {**self.parcel_data(), **self.told("accepted", "rejected", "reason", "on")}


class GoodsBackForm(ParcelForm):
    """Refused goods go back."""

    kind = "return"
    there = staticmethod(lambda parcel: parcel.rejected_here)
    quantity = WholeField(label=gettext_lazy("数量"))
    reason = WordsField(label=gettext_lazy("理由"))
    payer = forms.ChoiceField(
        label=gettext_lazy("費用を持つ側"),
        choices=[
            ("supplier", gettext_lazy("受注企業")),
            ("buyer", gettext_lazy("発注側")),
            ("shared", gettext_lazy("双方")),
        ],
    )
    on = PastDayField(label=gettext_lazy("返した日"))

    def prepare(self) -> None:
        """Propose all of it."""
        super().prepare()
        self.fields["quantity"].initial = self.first
        self.fields["on"].initial = self.today

    def command_data(self) -> dict[str, Any]:
        """Return what goes back."""
        return {**self.parcel_data(), **self.told("quantity", "reason", "payer", "on")}


class ReworkForm(GoodsBackForm):
    """Refused goods go back to be mended."""

    kind = "rework"


class LossForm(ParcelForm):
    """Goods that left and never arrived."""

    kind = "report_loss"
    there = staticmethod(lambda parcel: parcel.in_transit)
    quantity = WholeField(label=gettext_lazy("届かなかった数"))
    reason = WordsField(label=gettext_lazy("分かっていること"))

    def command_data(self) -> dict[str, Any]:
        """Return the loss."""
        return {**self.parcel_data(), **self.told("quantity", "reason")}


class ClaimForm(ParcelForm):
    """A defect that was found after the inspection."""

    kind = "claim"
    there = staticmethod(lambda parcel: parcel.accepted)
    quantity = WholeField(label=gettext_lazy("不良の数"))
    reason = WordsField(label=gettext_lazy("不良の内容"))

    def command_data(self) -> dict[str, Any]:
        """Return the claim."""
        return {**self.parcel_data(), **self.told("quantity", "reason")}


class CloseForm(CommandForm):
    """Everything has been delivered and accepted."""

    kind = "close"


class CloseShortForm(ReasonForm):
    """The rest is not wanted, or will not come."""

    kind = "close_short"
    cause = forms.ChoiceField(
        label=gettext_lazy("どちらの都合ですか"),
        choices=[
            ("agreed", gettext_lazy("双方の合意")),
            ("supplier", gettext_lazy("受注企業の都合")),
            ("buyer", gettext_lazy("発注側の都合（承認が必要）")),
        ],
    )
