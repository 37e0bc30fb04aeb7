"""What the papers of a joint order say: as JSON of `kumihimo.paper`, which a worker sets.

A payment notice is checked against the settlement before it is kept: a paper never says another sum than the books.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from kumihimo.paper.document_json import FORMAT, document_from_json
from kumihimo.paper.kinds import KINDS, DocumentKind
from kumihimo.trade.consortium import Charter, Settlement
from kumihimo.trade.consortium.charter import Mode
from kumihimo.trade.consortium.settlement import PaymentNotice
from kumihimo.trade.law.tax import Rounding
from kumihimo.trade.wording import day_ja
from kumihimo_web.accounts.queries import own_network
from kumihimo_web.consortium import charter_queries, queries
from kumihimo_web.consortium.models import JointLine, JointOrder
from kumihimo_web.consortium.rules import NOTICE_OBJECTION_DAYS
from kumihimo_web.consortium.state import PaperKind
from kumihimo_web.firms import queries as firms

SHEETS = frozenset({PaperKind.STATUS, PaperKind.STATEMENT})
"""Papers that are no trade documents: kumihimo-sheet/1."""
_OWN_PREFIX = {PaperKind.STATUS: "ST", PaperKind.STATEMENT: "SS"}
"""Letters of those."""


class PaperDiffers(Exception):
    """A paper would say another sum than the settlement: a fault of the program, never of the user."""


def number_of(kind: PaperKind, order: JointOrder, at: int = 0) -> str:
    """Return the number of a paper: ``PN-JO-2026-000001-2`` for the second member."""
    prefix = _OWN_PREFIX.get(kind) or KINDS[DocumentKind(kind.value)].prefix
    return f"{prefix}-{order.number}" + (f"-{at}" if at else "")


def quotation(
    order: JointOrder, agreed: Charter, *, lang: str, made_on: date, valid_until: date, notes: str, revision: int
) -> dict[str, Any]:
    """Return a quotation to the buyer."""
    content = {
        "format": FORMAT,
        "number": number_of(PaperKind.QUOTATION, order),
        "revision": revision,
        "made_on": made_on,
        "sender": window(order, agreed, lang),
        "recipient": _buyer(order),
        "lines": [_line(line, order, lang) for line in queries.lines(order)],
        "valid_until": valid_until,
        "due_on": order.due_on,
        "place": order.place,
        "notes": notes,
        "is_synthetic": own_network().synthetic,
    }
    return _checked(DocumentKind.QUOTATION, content, lang)


def invoice(
    order: JointOrder, agreed: Charter, settled: Settlement, *, made_on: date, payment_due: date, rounding: Rounding
) -> dict[str, Any]:
    """Return the buyer's one invoice."""
    lang = "en" if order.is_overseas else "ja"
    names = charter_queries.names(order.consortium)
    notes = ""
    if agreed.mode is Mode.BROKER:
        sellers = [
            _with_number(names.get(notice.firm, notice.firm), notice.invoice_number, lang)
            for notice in settled.notices
            if notice.firm in settled.invoice.sellers
        ]
        with override(lang):
            notes = _("次の会員の代理で発行します: %(sellers)s") % {"sellers": _("、").join(sellers)}
    content = {
        "format": FORMAT,
        "number": number_of(PaperKind.INVOICE, order),
        "made_on": made_on,
        "sender": window(order, agreed, lang),
        "recipient": _buyer(order),
        "lines": [{**_line(line, order, lang), "on": order.delivered_on} for line in queries.lines(order)],
        "traded_from": order.delivered_on,
        "traded_to": order.delivered_on,
        "payment_due": payment_due,
        "rounding": rounding,
        "notes": notes[:4000],
        "is_synthetic": own_network().synthetic,
    }
    return _checked(DocumentKind.INVOICE, content, lang, total=settled.invoice.total_jpy)


def payment_notice(
    order: JointOrder,
    agreed: Charter,
    notice: PaymentNotice,
    *,
    at: int,
    made_on: date,
    received_on: date,
    payment_due: date,
    rounding: Rounding,
) -> dict[str, Any]:
    """Return what a prime contractor tells a member that it pays."""
    lines: list[dict[str, Any]] = [
        {
            "item": f"{order.title}（{order.number}、{total.rate_percent}%対象）",
            "quantity": 1,
            "unit": "式",
            "unit_price_jpy": total.total_jpy,
            "tax_percent": total.rate_percent,
            "on": received_on,
        }
        for total in notice.totals
    ]
    lines += [
        {
            "item": f"{row.ja}（不課税）"[:400],
            "quantity": 1,
            "unit": "式",
            "unit_price_jpy": -row.jpy,
            "tax_percent": 0,
            "on": received_on,
        }
        for row in notice.deductions
    ]
    content = {
        "format": FORMAT,
        "number": number_of(PaperKind.PAYMENT_NOTICE, order, at),
        "made_on": made_on,
        "sender": window(order, agreed, "ja"),
        "recipient": member(order, notice),
        "lines": lines,
        "traded_from": min(received_on, order.delivered_on or received_on),
        "traded_to": max(received_on, order.delivered_on or received_on),
        "payment_due": payment_due,
        "objection_days": NOTICE_OBJECTION_DAYS,
        "rounding": rounding,
        "is_synthetic": own_network().synthetic,
    }
    return _checked(DocumentKind.PAYMENT_NOTICE, content, "ja", total=notice.payable_jpy)


def statement(
    order: JointOrder, agreed: Charter, notice: PaymentNotice, *, at: int, made_on: date, payment_due: date
) -> dict[str, Any]:
    """Return what a member is told that is no payment notice.

    A broker's: the member's part of the one invoice with the tax of that, less fee and defects. And anybody's who owes
    the consortium more for defects than its work was worth.
    """
    is_broker = agreed.mode is Mode.BROKER
    handed_on = "、請求書の税額から配分" if is_broker else ""
    rows: list[list[str]] = []
    for total in notice.totals:
        rows.append([f"代金の配分（税抜、{total.rate_percent}%対象）", f"{total.total_jpy:,}"])
        rows.append([f"消費税額等（{total.rate_percent}%{handed_on}）", f"{total.tax_jpy or 0:,}"])
    if notice.fee_jpy:
        rows.append(["共同受注の手数料", f"{-notice.fee_jpy:,}"])
        rows.append([f"手数料の消費税額等（{agreed.fee.tax_percent}%）", f"{-notice.fee_tax_jpy:,}"])
    rows.extend([f"{row.ja}（不課税）", f"{-row.jpy:,}"] for row in notice.deductions)
    if sum(int(row[1].replace(",", "")) for row in rows) != notice.payable_jpy:
        raise PaperDiffers(f"{order.number} {notice.firm}")
    rows.append(["差引額", f"{notice.payable_jpy:,}"])
    owes = notice.payable_jpy < 0
    sold = "会員が発注元に売り、会が代わりに1枚の請求書を発行しました。税額は請求書の税額を1円まで配ったものです。"
    return _sheet(
        {
            "title": "精算書",
            "number": number_of(PaperKind.STATEMENT, order, at),
            "made_on": made_on,
            "sender": window(order, agreed, "ja"),
            "recipient": member(order, notice),
            "lead": f"共同受注 {order.number}「{order.title}」の代金を、下記のとおり精算します。",
            "headline": ["会にお支払いいただく額" if owes else "お支払額", f"{abs(notice.payable_jpy):,} 円"],
            "facts": [
                *([["発注元", order.buyer_name]] if is_broker else []),
                ["納品日", day_ja(order.delivered_on or made_on)],
                ["お支払期日" if owes else "支払日", day_ja(payment_due)],
            ],
            "tables": [{"caption": "内訳", "heads": ["項目", "金額(円)"], "figures": [1], "rows": rows}],
            "clauses": [
                *([sold] if is_broker else []),
                "記載に異議があるときは、会の窓口にご連絡ください。",
            ],
            "is_synthetic": own_network().synthetic,
        }
    )


def status(order: JointOrder, agreed: Charter, *, lang: str, made_on: date, revision: int) -> dict[str, Any]:
    """Return how far an order is, for the buyer."""
    with override(lang):
        rows = [
            [
                str(one.label),
                _("済み") if one.is_done else _("未了"),
                _day(one.on, lang) if one.on else "—",
                one.words or "—",
            ]
            for one in queries.status(order)
        ]
        title = title_in(order, lang)
        return _sheet(
            {
                "title": _("進捗報告書"),
                "number": number_of(PaperKind.STATUS, order),
                "revision": revision,
                "lang": lang,
                "made_on": made_on,
                "sender": window(order, agreed, lang),
                "recipient": _buyer(order),
                "lead": _("ご注文「%(title)s」の状況をお知らせします。") % {"title": title},
                "facts": [
                    [_("注文番号"), order.number],
                    [_("納期"), _day(order.due_on, lang)],
                    *([[_("納入先"), order.place]] if order.place else []),
                ],
                "tables": [
                    {
                        "caption": _("品目"),
                        "heads": [_("品名"), _("数量")],
                        "figures": [1],
                        "rows": [
                            [_item(line, lang), f"{line.quantity:,} {_unit(line.unit, lang)}"]
                            for line in JointLine._base_manager.filter(order=order).order_by("no")
                        ],
                    },
                    {
                        "caption": _("進み具合"),
                        "heads": [_("段階"), _("状況"), _("日付"), _("詳細")],
                        "figures": [],
                        "rows": rows,
                    },
                ],
                "is_synthetic": own_network().synthetic,
            }
        )


def title_in(order: JointOrder, lang: str) -> str:
    """Return the title of an order in a language, as far as there is one."""
    return (order.title_en or order.title) if lang == "en" else order.title


def _item(line: JointLine, lang: str) -> str:
    return (line.item_en or line.item) if lang == "en" else line.item


def _unit(unit: str, lang: str) -> str:
    return "pcs" if lang == "en" and unit == "個" else unit


def _day(day: date, lang: str) -> str:
    return day.isoformat() if lang == "en" else day_ja(day)


def _line(line: JointLine, order: JointOrder, lang: str) -> dict[str, Any]:
    return {
        "item": _item(line, lang),
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price_jpy": line.unit_price_jpy,
        "tax_percent": line.rate_percent,
        "drawing": line.drawing,
        "due_on": order.due_on,
    }


def window(order: JointOrder, agreed: Charter, lang: str) -> dict[str, Any]:
    """Return who contracts and invoices for the consortium: the lead firm, at the address of the window."""
    own = order.consortium
    known = charter_queries.names(own)
    name = known.get(agreed.lead, "")
    if lang == "en":
        firm = firms.firm(agreed.lead)
        name = (str(firm.data.get("name_en", "")) if firm is not None else "") or own.name_en or name
    numbers = [one.invoice_number for one in agreed.members if one.firm == agreed.lead and one.invoice_number]
    return {
        "name": name or own.name,
        "address": (own.address_en or own.address) if lang == "en" else own.address,
        "phone": own.phone,
        "email": own.email,
        "bank": own.bank,
        "person": own.name_en if lang == "en" and own.name_en else own.name,
        "invoice_number": numbers[-1] if numbers else "",
        "is_registered": bool(numbers),
    }


def member(order: JointOrder, notice: PaymentNotice) -> dict[str, Any]:
    """Return a member as it stands on a paper."""
    found = firms.firm(notice.firm)
    data = {} if found is None else found.data
    return {
        "name": charter_queries.names(order.consortium)[notice.firm],
        **{key: str(data.get(key, "") or "") for key in ("phone", "fax", "email")},
        "invoice_number": notice.invoice_number or "",
        "is_registered": notice.invoice_number is not None,
    }


def _buyer(order: JointOrder) -> dict[str, Any]:
    return {"name": order.buyer_name, "address": order.buyer_address}


def _with_number(name: str, number: str | None, lang: str) -> str:
    if number is None:
        return f"{name} (not registered)" if lang == "en" else f"{name}（登録番号なし）"
    return f"{name} ({number})" if lang == "en" else f"{name}（{number}）"


def _checked(kind: DocumentKind, content: Mapping[str, Any], lang: str, total: int | None = None) -> dict[str, Any]:
    """Return the content as JSON, once it makes a document, and one of the sum that the settlement says."""
    made: dict[str, Any] = _plain(content)
    document = document_from_json(made, kind, lang=lang)
    if total is not None and (document.totals is None or document.totals.gross_jpy != total):
        raise PaperDiffers(f"{made['number']}: {document.totals} is not {total}")
    return made


def _sheet(content: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = _plain({"format": "kumihimo-sheet/1", **content})
    return made


def _plain(value: Any) -> Any:
    """Return JSON without what is empty: a paper has no field for it."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items() if inner not in ("", None)}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
