"""The kinds of documents that go out: what they are called, how they are numbered, which reply form goes with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from kumihimo.errors import InputError
from kumihimo.paper.layout import FormKind, Words


class DocumentKind(StrEnum):
    """The thirteen documents from the request to the payment, and the daily sheet of a partner."""

    RFQ = "rfq"
    QUOTATION = "quotation"
    ORDER = "order"
    ACKNOWLEDGEMENT = "acknowledgement"
    DELIVERY_NOTE = "delivery_note"
    RECEIPT = "receipt"
    INSPECTION = "inspection"
    INVOICE = "invoice"
    PAYMENT_NOTICE = "payment_notice"
    REMINDER = "reminder"
    ORDER_CHANGE = "order_change"
    RETURN_NOTE = "return_note"
    SUPPLIED_MATERIAL = "supplied_material"
    DAILY = "daily"


@dataclass(frozen=True, slots=True, kw_only=True)
class KindOfDocument:
    """What is fixed for a kind.

    Attributes
    ----------
    title
        As it stands on top of the page.
    prefix
        First letters of its numbers.
    reply_form
        The form on which the recipient answers; None where no answer is expected.
    """

    title: Words
    prefix: str
    reply_form: FormKind | None = None


KINDS: Mapping[DocumentKind, KindOfDocument] = {
    DocumentKind.RFQ: KindOfDocument(
        title=Words(ja="見積依頼書", en="Request for quotation"), prefix="RFQ", reply_form=FormKind.QUOTATION
    ),
    DocumentKind.QUOTATION: KindOfDocument(title=Words(ja="見積書", en="Quotation"), prefix="QT"),
    DocumentKind.ORDER: KindOfDocument(
        title=Words(ja="注文書", en="Purchase order"), prefix="PO", reply_form=FormKind.ACKNOWLEDGEMENT
    ),
    DocumentKind.ACKNOWLEDGEMENT: KindOfDocument(
        title=Words(ja="注文請書 兼 納期回答書", en="Order acknowledgement"), prefix="OA"
    ),
    DocumentKind.DELIVERY_NOTE: KindOfDocument(title=Words(ja="納品書", en="Delivery note"), prefix="DN"),
    DocumentKind.RECEIPT: KindOfDocument(title=Words(ja="受領書", en="Goods received note"), prefix="GR"),
    DocumentKind.INSPECTION: KindOfDocument(title=Words(ja="検収書", en="Inspection report"), prefix="IR"),
    DocumentKind.INVOICE: KindOfDocument(title=Words(ja="請求書", en="Invoice"), prefix="INV"),
    DocumentKind.PAYMENT_NOTICE: KindOfDocument(
        title=Words(ja="支払通知書 兼 仕入明細書", en="Payment notice (self-billed invoice)"), prefix="PN"
    ),
    DocumentKind.REMINDER: KindOfDocument(
        title=Words(ja="ご確認のお願い（督促状）", en="Reminder"), prefix="RM", reply_form=FormKind.REMINDER
    ),
    DocumentKind.ORDER_CHANGE: KindOfDocument(
        title=Words(ja="変更注文書", en="Order change"), prefix="OC", reply_form=FormKind.ACKNOWLEDGEMENT
    ),
    DocumentKind.RETURN_NOTE: KindOfDocument(title=Words(ja="返品書", en="Return note"), prefix="RT"),
    DocumentKind.SUPPLIED_MATERIAL: KindOfDocument(title=Words(ja="支給品明細", en="Material supplied"), prefix="SM"),
    DocumentKind.DAILY: KindOfDocument(
        title=Words(ja="本日の確認票", en="Daily sheet"), prefix="DS", reply_form=FormKind.DAILY
    ),
}

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9-]{0,39}")


def document_number(kind: DocumentKind, year: int, serial: int) -> str:
    """Return the number of a document without its revision: ``PO-2026-000123``."""
    return f"{KINDS[kind].prefix}-{year:04d}-{serial:06d}"


def number_beside(kind: DocumentKind, order: str) -> str:
    """Return the number that a document has when it takes the one of its order: ``DN-2026-000123``."""
    head, dash, rest = order.partition("-")
    known = {one.prefix for one in KINDS.values()}
    return f"{KINDS[kind].prefix}-{rest if dash and head in known else order}"


def checked_number(number: str, field: str) -> str:
    """Return a number of a document or an order.

    Raises
    ------
    InputError
        It has other signs than capitals, digits and hyphens, or more than 40; a reply form could not carry it.
    """
    if _NUMBER.fullmatch(number) is None:
        raise InputError(
            f"{field}: 「{number[:60]}」は番号に使えません。"
            "英大文字・数字・ハイフン40字まで（例 PO-2026-000123）にしてください。",
            f"{field}: {number[:60]!r} is no number; use capitals, digits and hyphens, at most 40 (PO-2026-000123).",
        )
    return number
