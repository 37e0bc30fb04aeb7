"""The tables of a document: its lines, what was supplied, what changed, the notice of an order, the sums by rate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kumihimo.paper.document import Document
from kumihimo.paper.document_parts import REDUCED_TAX_PERCENT, DocumentLine, SuppliedMaterial
from kumihimo.paper.form import day_text
from kumihimo.paper.kinds import DocumentKind
from kumihimo.paper.layout import Words
from kumihimo.trade.notice import NoticeEntry, NoticeItem

_K = DocumentKind
_NONE = "―"
_LOT_BELOW = frozenset({_K.INSPECTION, _K.INVOICE, _K.PAYMENT_NOTICE})
_DAY_MM = 33
"""Takes 2026年12月18日(金) on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """`width_mm` 0 takes what the others leave; figures stand on the right."""

    words: Words
    cell: Callable[[Document, DocumentLine], str]
    width_mm: float = 0
    is_figure: bool = False


def line_table(document: Document) -> dict[str, Any]:
    """Return the lines in the columns of the kind."""
    columns = [_COLUMNS[name] for name in _columns_of(document)]
    rows = [
        [str(no), *(column.cell(document, line) for column in columns)] for no, line in enumerate(document.lines, 1)
    ]
    heads = [_head(Words(ja="No.", en="No."), 10, is_figure=True, lang=document.lang)]
    heads += [_head(one.words, one.width_mm, is_figure=one.is_figure, lang=document.lang) for one in columns]
    return {"caption": "", "columns": heads, "rows": rows}


def material_table(document: Document) -> dict[str, Any]:
    """Return the material supplied, for pay and free in one table."""
    lang = document.lang
    heads = [
        ("材料・ロット", "Material, lot", 0, False),
        ("区分", "Terms", 14, False),
        ("数量", "Quantity", 22, True),
        ("単価(円)", "Price (JPY)", 19, True),
        ("金額(円)", "Amount (JPY)", 21, True),
        ("支給日", "Supplied on", _DAY_MM, False),
        ("決済日・方法", "Settlement", _DAY_MM, False),
    ]
    return {
        "caption": say("支給品", "Material supplied", lang),
        "columns": [
            _head(Words(ja=ja, en=en), width, is_figure=is_figure, lang=lang) for ja, en, width, is_figure in heads
        ],
        "rows": [_material_row(one, lang) for one in document.materials],
    }


def _material_row(one: SuppliedMaterial, lang: str) -> list[str]:
    below = [say(f"ロット {one.lot}", f"lot {one.lot}", lang)] if one.lot else []
    below += [say(f"保管 {one.held_by}", f"held by {one.held_by}", lang)] if one.held_by else []
    settled = [day_text(one.settled_on, lang)] if one.settled_on else []
    settled += [single(one.settlement)] if one.settlement else []
    if not one.is_for_pay:
        settled = [say("代金なし", "free of charge", lang)]
    return [
        "\n".join([single(one.material), *([single("  ".join(below))] if below else [])]),
        say("有償", "for pay", lang) if one.is_for_pay else say("無償", "free", lang),
        _quantity(one.quantity, one.unit, lang),
        _figure(one.unit_price_jpy) if one.is_for_pay else _NONE,
        _figure(one.amount_jpy) if one.is_for_pay else _NONE,
        day_text(one.supplied_on, lang) if one.supplied_on else _NONE,
        "\n".join(settled) or say("未定", "to be decided", lang),
    ]


def change_table(document: Document) -> dict[str, Any]:
    """Return what changed, before beside after."""
    heads = [("変更する項目", "Subject", 40), ("変更前", "Before", 0), ("変更後", "After", 0)]
    return {
        "caption": say("変更の内容", "What changes", document.lang),
        "columns": [_head(Words(ja=ja, en=en), width, is_figure=False, lang=document.lang) for ja, en, width in heads],
        "rows": [[single(one.subject), single(one.before), single(one.after)] for one in document.changes],
    }


def notice_table(document: Document) -> dict[str, Any]:
    """Return all twelve items that an order states, also those left open and those that do not apply."""
    lang = document.lang
    heads = [(" ", " ", 10, True), ("項目", "Item", 46, False), ("内容", "Stated", 0, False)]
    return {
        "caption": say("発注内容の明示（取適法 第4条）", "Statement of the order (Toriteki-ho, Art. 4)", lang),
        "columns": [
            _head(Words(ja=ja, en=en), width, is_figure=is_figure, lang=lang) for ja, en, width, is_figure in heads
        ],
        "rows": [
            [str(no), item.en if lang == "en" else item.ja, _stated(document, item)]
            for no, item in enumerate(NoticeItem, 1)
        ],
    }


def _stated(document: Document, item: NoticeItem) -> str:
    lang, entry = document.lang, document.entry(item)
    if entry is None:
        return _said_elsewhere(document)[item]
    if entry.is_undecided:
        assert entry.planned_date is not None
        reason, day = single(entry.undecided_reason), day_text(entry.planned_date, lang)
        return say(
            f"未定（理由: {reason} ／ 決定予定日: {day}）", f"undecided (why: {reason}; to be decided on {day})", lang
        )
    if entry.value is None:
        return say("該当なし", "does not apply", lang)
    return _notice_value(entry, lang)


def _notice_value(entry: NoticeEntry, lang: str) -> str:
    if isinstance(entry.value, int):
        return yen(entry.value, lang)
    text = single(str(entry.value))
    try:
        return day_text(date.fromisoformat(text), lang)
    except ValueError:
        return text


def _said_elsewhere(document: Document) -> Mapping[NoticeItem, str]:
    """What the fields of the document say about the items that its notice does not name."""
    lang, totals = document.lang, document.totals
    lines = say("上の明細のとおり", "as in the lines above", lang)

    def on(day: date | None) -> str:
        return day_text(day, lang) if day else _NONE

    return {
        NoticeItem.PARTIES: say(
            f"発注者 {single(document.sender.name)} ／ 受注者 {single(document.recipient.name)}",
            f"buyer {single(document.sender.name)}; supplier {single(document.recipient.name)}",
            lang,
        ),
        NoticeItem.ORDERED_ON: on(document.made_on),
        NoticeItem.CONTENT: lines,
        NoticeItem.RECEIPT_ON: on(document.due_on),
        NoticeItem.RECEIPT_PLACE: single(document.place),
        NoticeItem.INSPECTION_BY: on(document.inspection_by),
        NoticeItem.AMOUNT: ""
        if totals is None
        else say(
            f"{totals.net_jpy:,} 円（税抜）＋ 消費税等 {totals.tax_jpy:,} 円 ＝ {totals.gross_jpy:,} 円",
            f"JPY {totals.net_jpy:,} + tax {totals.tax_jpy:,} = JPY {totals.gross_jpy:,}",
            lang,
        ),
        NoticeItem.PAYMENT_DUE: on(document.payment_due),
        NoticeItem.PAYMENT_MEANS: single(document.payment_means),
        NoticeItem.SUPPLIED_MATERIAL: say("下の支給品の表のとおり", "as in the table of material below", lang),
    }


def sums_table(document: Document) -> dict[str, Any] | None:
    """Return the sums by rate and the total; None while a price is open."""
    totals, lang = document.totals, document.lang
    if totals is None:
        return None
    heads = [
        ("税率", "Rate", 0, False),
        ("対価の額（税抜）", "Net (JPY)", 38, True),
        ("消費税額等", "Tax (JPY)", 34, True),
        ("税込", "Gross (JPY)", 38, True),
    ]
    rows = [
        [_rate(one.rate_percent, lang), *map(_figure, (one.total_jpy, one.tax_jpy, one.total_jpy + (one.tax_jpy or 0)))]
        for one in totals.rates
    ]
    total = say("合計", "Total", lang)
    rows.append([total, _figure(totals.net_jpy), _figure(totals.tax_jpy), _figure(totals.gross_jpy)])
    return {
        "caption": "",
        "columns": [
            _head(Words(ja=ja, en=en), width, is_figure=is_figure, lang=lang) for ja, en, width, is_figure in heads
        ],
        "rows": rows,
    }


def _rate(percent: int, lang: str) -> str:
    if percent == REDUCED_TAX_PERCENT:
        return say("8%（※ 軽減税率）", "8% (* reduced rate)", lang)
    return say("0%（不課税・免税等）", "0% (untaxed or exempt)", lang) if percent == 0 else f"{percent}%"


def say(ja: str, en: str, lang: str) -> str:
    """Return the sentence in the language."""
    return en if lang == "en" else ja


def yen(jpy: int, lang: str) -> str:
    """Return an amount as people read it."""
    return f"JPY {jpy:,}" if lang == "en" else f"{jpy:,} 円"


def single(text: str) -> str:
    """Return a text on one line."""
    return " ".join(text.split())


def _head(words: Words, width_mm: float, *, is_figure: bool, lang: str) -> dict[str, Any]:
    return {"label": say(words.ja, words.en, lang), "width": width_mm, "figure": is_figure}


def _figure(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _quantity(count: int, unit: str, lang: str) -> str:
    return f"{count:,} {'pcs' if lang == 'en' and unit == '個' else single(unit)}"


def _item(document: Document, line: DocumentLine) -> str:
    lang = document.lang
    mark = ("※ " if lang == "ja" else "* ") if line.tax_percent == REDUCED_TAX_PERCENT else ""
    drawing = " ".join(part for part in (line.drawing, line.revision) if part)
    below = [
        say(f"図番 {drawing}", f"drawing {drawing}", lang) if drawing else "",
        say(f"工程 {line.process}", f"process {line.process}", lang) if line.process else "",
        say(f"注文 {line.order}", f"order {line.order}", lang) if line.order and line.order != document.order else "",
        say(f"ロット {line.lot}", f"lot {line.lot}", lang) if line.lot and document.kind in _LOT_BELOW else "",
        say(f"納品書 {line.slip}", f"delivery note {line.slip}", lang) if line.slip else "",
    ]
    return "\n".join([mark + single(line.item), *([single("  ".join(filter(None, below)))] if any(below) else [])])


def _price(document: Document, line: DocumentLine) -> str:
    if line.unit_price_jpy is None:
        return say("未定", "open", document.lang)
    return _figure(line.unit_price_jpy)


def _due(document: Document, line: DocumentLine) -> str:
    day = line.due_on or document.due_on
    return day_text(day, document.lang) if day else say("ご相談", "to be agreed", document.lang)


_COLUMNS: Mapping[str, _Column] = {
    "item": _Column(words=Words(ja="品名・図番・工程", en="Item, drawing, process"), cell=_item),
    "quantity": _Column(
        words=Words(ja="数量", en="Quantity"),
        cell=lambda document, line: _quantity(line.quantity, line.unit, document.lang),
        width_mm=22,
        is_figure=True,
    ),
    "due": _Column(words=Words(ja="納期", en="Due"), cell=_due, width_mm=_DAY_MM),
    "price": _Column(words=Words(ja="単価(円)", en="Price (JPY)"), cell=_price, width_mm=23, is_figure=True),
    "amount": _Column(
        words=Words(ja="金額(円・税抜)", en="Net (JPY)"),
        cell=lambda document, line: _figure(document.amount_of(line)),
        width_mm=27,
        is_figure=True,
    ),
    "lot": _Column(words=Words(ja="ロット", en="Lot"), cell=lambda _, line: single(line.lot) or _NONE, width_mm=27),
    "on": _Column(
        words=Words(ja="取引日", en="Date"),
        cell=lambda document, line: day_text(line.on, document.lang) if line.on else _NONE,
        width_mm=_DAY_MM,
    ),
    "rate": _Column(
        words=Words(ja="税率", en="Tax"),
        cell=lambda _, line: f"{line.tax_percent}%",
        width_mm=13,
        is_figure=True,
    ),
    "accepted": _Column(
        words=Words(ja="合格", en="Accepted"), cell=lambda _, line: _figure(line.accepted), width_mm=18, is_figure=True
    ),
    "rejected": _Column(
        words=Words(ja="不合格", en="Rejected"),
        cell=lambda _, line: _figure(line.rejected),
        width_mm=18,
        is_figure=True,
    ),
    "reason": _Column(
        words=Words(ja="理由", en="Reason"), cell=lambda _, line: single(line.reason) or _NONE, width_mm=42
    ),
}


def _columns_of(document: Document) -> Iterator[str]:
    yield from {
        _K.RFQ: ("item", "quantity", "due"),
        _K.REMINDER: ("item", "quantity", "due", "reason"),
        _K.DELIVERY_NOTE: ("item", "lot", "quantity"),
        _K.RECEIPT: ("item", "lot", "quantity"),
        _K.INSPECTION: ("item", "quantity", "accepted", "rejected", "reason"),
        _K.RETURN_NOTE: ("item", "lot", "quantity", "reason"),
        _K.INVOICE: ("on", "item", "quantity", "price", "amount", "rate"),
        _K.PAYMENT_NOTICE: ("on", "item", "quantity", "price", "amount", "rate"),
    }.get(document.kind, ("item", "quantity", "due", "price", "amount"))
    if document.prices_shown and document.kind in (_K.DELIVERY_NOTE, _K.RECEIPT):
        yield from ("price", "amount")
    elif document.prices_shown and document.kind is _K.INSPECTION:
        yield "amount"
