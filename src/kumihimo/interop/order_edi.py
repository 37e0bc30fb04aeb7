"""The documents of an order as data: neutral JSON, format ``kumihimo-edi/1``, and CSV with a row for each line.

The JSON names the message of 中小企業共通EDI (4.2) that each kind corresponds to, and the UN ids of the elements that
are known to us, which are those of its invoice. It is no message of that standard: its schemas are not at hand, so
conformance is not claimed.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from kumihimo.errors import InputError
from kumihimo.interop.workbook_xml import FORMULA_STARTS
from kumihimo.paper.document import Document
from kumihimo.paper.document_json import notice_entry_to_json
from kumihimo.paper.document_parts import DocumentLine, DocumentParty
from kumihimo.paper.kinds import KINDS, DocumentKind

FORMAT = "kumihimo-edi/1"
_K = DocumentKind
_MESSAGES: Mapping[DocumentKind, str] = {
    _K.RFQ: "SMEQuotation",
    _K.QUOTATION: "SMEQuotationResponse",
    _K.ORDER: "SMEOrder",
    _K.ACKNOWLEDGEMENT: "SMEOrderResponse",
    _K.DELIVERY_NOTE: "SMEDespatchAdvice",
    _K.RECEIPT: "SMEReceivingAdvice",
    _K.INSPECTION: "",
    _K.INVOICE: "SMEInvoice",
    _K.PAYMENT_NOTICE: "SMESelfInvoice",
    _K.ORDER_CHANGE: "SMEOrder",
    _K.RETURN_NOTE: "",
}
"""Kind -> message of 中小企業共通EDI; empty where it has none."""

_UN_IDS: Mapping[str, str] = {
    "$.number": "UN01005862",
    "$.made_on": "UN01005865",
    "$.seller.name": "UN01005759",
    "$.buyer.name": "UN01005759",
    "$.totals.rates[*].category": "UN01005850",
    "$.totals.rates[*].rate_percent": "UN01007174",
    "$.totals.rates[*].net_jpy": "UN01013040",
    "$.totals.tax_jpy": "UN01005946",
    "$.totals.gross_jpy": "UN01005948",
    "$.lines[*].no": "UN01005954",
    "$.lines[*].unit_price_jpy": "UN01005792",
    "$.lines[*].quantity": "UN01005969",
    "$.lines[*].on": "UN01005628",
    "$.lines[*].slip": "UN01005580",
    "$.lines[*].item": "UN01005817",
}
"""Path -> id of the element, from the draft of the invoice (v2.0, 2019)."""

_FROM_SUPPLIER = frozenset(
    {_K.QUOTATION, _K.ACKNOWLEDGEMENT, _K.DELIVERY_NOTE, _K.INVOICE},
)
_DAYS = ("answer_by", "valid_until", "due_on", "done_on", "traded_from", "traded_to", "inspection_by", "payment_due")
_CSV_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("kind", "文書の種類", "kind"),
    ("number", "文書番号", "number"),
    ("revision", "版", "revision"),
    ("made_on", "発行日", "issued"),
    ("order", "注文番号", "order"),
    ("order_revision", "注文の版", "order revision"),
    ("buyer", "発注者", "buyer"),
    ("seller", "受注者", "seller"),
    ("no", "明細番号", "line"),
    ("item", "品名", "item"),
    ("drawing", "図番", "drawing"),
    ("drawing_revision", "図面の改訂", "drawing revision"),
    ("process", "工程", "process"),
    ("quantity", "数量", "quantity"),
    ("unit", "単位", "unit"),
    ("unit_price_jpy", "単価(円)", "unit price (JPY)"),
    ("amount_jpy", "金額(円・税抜)", "net amount (JPY)"),
    ("tax_percent", "税率(%)", "tax (%)"),
    ("due_on", "納期", "due"),
    ("on", "取引日", "date"),
    ("lot", "ロット", "lot"),
    ("slip", "納品書番号", "delivery note"),
    ("accepted", "合格数", "accepted"),
    ("rejected", "不合格数", "rejected"),
    ("place", "納入場所", "deliver to"),
    ("payment_due", "支払期日", "payment due"),
    ("synthetic", "合成データ", "synthetic"),
)


def edi_kinds() -> Collection[str]:
    """Return the kinds of documents that have a message."""
    return [kind.value for kind in _MESSAGES]


def edi_message(document: Document) -> dict[str, Any]:
    """Return a document as plain data.

    Raises
    ------
    InputError
        There is no message for its kind: reminders and daily sheets are for people.
    """
    if document.kind not in _MESSAGES:
        title = KINDS[document.kind].title
        raise InputError(
            f"{title.ja}はデータにできません。紙・画面で渡してください。",
            f"there is no message for the kind '{title.en}'; it is for people.",
        )
    buyer, seller = (document.sender, document.recipient)
    if document.kind in _FROM_SUPPLIER:
        buyer, seller = seller, buyer
    message: dict[str, Any] = {
        "format": FORMAT,
        "message": document.kind.value,
        "corresponds_to": _MESSAGES[document.kind],
        "conformance": "none claimed",
        "synthetic": document.is_synthetic,
        "number": document.number,
        "revision": document.revision,
        "made_on": document.made_on.isoformat(),
        "order": document.order,
        "order_revision": document.reply_revision if document.order else None,
        "buyer": _party(buyer),
        "seller": _party(seller),
        "place": document.place,
        **{name: _day(getattr(document, name)) for name in _DAYS},
        "payment_means": document.payment_means,
        "reason": document.reason,
        "notes": document.notes,
        "lines": [_line(document, line, no) for no, line in enumerate(document.lines, 1)],
        "totals": _totals(document),
        "notice": {entry.item.value: notice_entry_to_json(entry) for entry in document.notice},
    }
    is_bill = document.kind in (_K.INVOICE, _K.PAYMENT_NOTICE)
    message["un_ids"] = dict(_UN_IDS) if is_bill else {}
    return message


def edi_json(document: Document) -> bytes:
    """Return `edi_message` as JSON text in UTF-8."""
    return (json.dumps(edi_message(document), ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def edi_csv(document: Document) -> bytes:
    """Return a document as CSV: UTF-8 with BOM (so that Excel opens it), one row for each line.

    A text that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    message = edi_message(document)
    english = document.lang == "en"
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([en if english else ja for _, ja, en in _CSV_COLUMNS])
    head = {**message, "kind": document.kind.value}
    head |= {"buyer": message["buyer"]["name"], "seller": message["seller"]["name"]}
    head["synthetic"] = ("yes" if english else "はい") if document.is_synthetic else ""
    for line in message["lines"]:
        row = {**head, **line, "due_on": line["due_on"] or message["due_on"]}
        writer.writerow([_cell(row.get(name)) for name, _, _ in _CSV_COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def _party(party: DocumentParty) -> dict[str, str]:
    return {
        "name": party.name,
        "address": party.address,
        "phone": party.phone,
        "fax": party.fax,
        "email": party.email,
        "person": party.person,
        "registration_number": party.invoice_number if party.is_registered else "",
    }


def _line(document: Document, line: DocumentLine, no: int) -> dict[str, Any]:
    return {
        "no": no,
        "item": line.item,
        "drawing": line.drawing,
        "drawing_revision": line.revision,
        "process": line.process,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price_jpy": line.unit_price_jpy,
        "amount_jpy": document.amount_of(line),
        "tax_percent": line.tax_percent,
        "due_on": _day(line.due_on),
        "on": _day(line.on),
        "lot": line.lot,
        "slip": line.slip,
        "order": line.order or document.order,
        "accepted": line.accepted,
        "rejected": line.rejected,
        "reason": line.reason,
    }


def _totals(document: Document) -> dict[str, Any] | None:
    totals = document.totals
    if totals is None:
        return None
    return {
        "rates": [
            {
                "category": {10: "S", 8: "AA"}.get(one.rate_percent, ""),
                "rate_percent": one.rate_percent,
                "net_jpy": one.total_jpy,
                "tax_jpy": one.tax_jpy,
            }
            for one in totals.rates
        ],
        "net_jpy": totals.net_jpy,
        "tax_jpy": totals.tax_jpy,
        "gross_jpy": totals.gross_jpy,
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA_STARTS) else text
