"""Writes a form for one order: the layout's boxes, marks and codes at their millimetres, and what it asks about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from kumihimo.errors import InputError
from kumihimo.paper.codes_and_marks import code_modules, mark_modules, modules_svg
from kumihimo.paper.layout import Box, FormKind, FormLayout, IssuedLayout, Words, issued
from kumihimo.paper.order_brief import Item, OrderBrief
from kumihimo.paper.reply_forms import MOST_ITEMS, ReplyForm, current_form
from kumihimo.paper.token import FormToken
from kumihimo.paper.typesetting import FONT_FAMILY, compile_pdf

_LABEL_PT, _NUMBER_PT = 9.5, 8.0
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenForm:
    """A form ready to be sent.

    Attributes
    ----------
    pdf
        One page.
    layout
        Where everything lies, and what the codes hold.
    """

    pdf: bytes
    layout: IssuedLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenSheets:
    """Several forms of a kind in one file.

    Attributes
    ----------
    layouts
        One a page.
    """

    pdf: bytes
    layouts: tuple[IssuedLayout, ...]


def write_form(kind: FormKind, order: OrderBrief, *, secret: bytes, lang: str = "ja") -> WrittenForm:
    """Return the form of a kind for an order. The same order gives the same bytes.

    Parameters
    ----------
    secret
        Signs the token; whoever reads the form back needs the same.
    lang
        ``"ja"`` or ``"en"``.

    Raises
    ------
    InputError
        The order does not fit the form: too many items, or a number that a token cannot hold.
    """
    made = write_sheets(kind, (order,), secret=secret, lang=lang)
    return WrittenForm(pdf=made.pdf, layout=made.layouts[0])


def write_sheets(kind: FormKind, orders: Sequence[OrderBrief], *, secret: bytes, lang: str = "ja") -> WrittenSheets:
    """Return forms of a kind as the pages of one file; the token of each names its page.

    Parameters
    ----------
    orders
        What each page asks about; on a daily sheet with many items, the same sheet with further items.
    secret, lang
        As for `write_form`.

    Raises
    ------
    InputError
        An order does not fit the form: too many items, or a number that a token cannot hold.
    """
    most = MOST_ITEMS if kind is FormKind.DAILY else 1
    pages: list[dict[str, Any]] = []
    layouts: list[IssuedLayout] = []
    for page, order in enumerate(orders, 1):
        if not 1 <= len(order.items) <= most:
            raise InputError(
                f"この用紙に載せられるのは{most}件までです（{len(order.items)}件あります）。分けて出してください。",
                f"this form takes {most} item(s), the order has {len(order.items)}; write several forms.",
            )
        form = current_form(kind, items=len(order.items))
        token = FormToken(code=form.layout.code, order=order.number, revision=order.revision, page=page)
        printed = issued(form.layout, token, secret)
        drawing = _drawing(form, printed, order, lang)
        if len(orders) > 1:
            drawing["texts"].append(_text(134, 11.5, f"{page} / {len(orders)}", 11, 18))
        layouts.append(printed)
        pages.append(drawing)
    source = files("kumihimo.paper").joinpath("templates", "form.typ").read_bytes()
    pdf = compile_pdf(source, json.dumps({"pages": pages}, ensure_ascii=False))
    return WrittenSheets(pdf=pdf, layouts=tuple(layouts))


def day_text(day: date, lang: str) -> str:
    """Return a day as people read it: 2026年12月4日(金)."""
    if lang == "en":
        return f"{day:%a} {day.isoformat()}"
    return f"{day.year}年{day.month}月{day.day}日({_WEEKDAYS[day.weekday()]})"


def _drawing(form: ReplyForm, printed: IssuedLayout, order: OrderBrief, lang: str) -> dict[str, Any]:
    layout = form.layout
    texts = [
        *_heading(layout, order, lang),
        *(_text(one.x_mm, one.y_mm, _say(one.words, lang), one.size_pt, 186) for one in form.captions),
        *(_box_label(box, lang) for box in layout.boxes),
        *(_text(zone.x_mm + 1.5, zone.y_mm + 1, _say(zone.label, lang), 8, zone.width_mm - 3) for zone in layout.zones),
        *_footer(printed, order, lang),
    ]
    lines = []
    if layout.kind is FormKind.DAILY:
        for row, item in enumerate(order.items):
            top = form.content_top_mm + form.block_mm * row
            texts += _block(item, row + 1, top, lang)
            lines.append({"x": 12, "y": top - 2.6, "length": 186, "line": 0.25})
    else:
        texts += _facts(form, order, lang)
    frames = [{"x": b.x_mm, "y": b.y_mm, "w": b.side_mm, "h": b.side_mm, "line": layout.frame_mm} for b in layout.boxes]
    frames += [{"x": z.x_mm, "y": z.y_mm, "w": z.width_mm, "h": z.height_mm, "line": 0.25} for z in layout.zones]
    pictures = [
        {"x": m.x_mm, "y": m.y_mm, "side": m.side_mm, "svg": modules_svg(mark_modules(m.id))} for m in layout.marks
    ]
    pictures += [
        {"x": c.x_mm, "y": c.y_mm, "side": c.side_mm, "svg": modules_svg(code_modules(c.symbology, printed.token))}
        for c in layout.codes
    ]
    return {
        "title": f"{_say(layout.title, lang)} {order.number}",
        "width": layout.width_mm,
        "height": layout.height_mm,
        "font": FONT_FAMILY,
        "lang": lang,
        "boxes": frames,
        "lines": lines,
        "pictures": pictures,
        "texts": texts,
    }


def _heading(layout: FormLayout, order: OrderBrief, lang: str) -> Iterator[dict[str, Any]]:
    yield _text(26, 9.5, _say(layout.title, lang), 17, 125)
    how = (
        "□に ✓ か × か ○ を、黒か青のペンではっきり。直すときは、まちがえた□を二重線で消してください。"
        if lang == "ja"
        else "Mark boxes with a tick, cross or circle, black or blue. To correct, strike the wrong box out."
    )
    yield _text(26, 18.2, how, 8.5, 125)
    if layout.kind is FormKind.DAILY:
        to, by = _parties(order, lang)
        yield _text(12, 24.5, f"{to}   {order.number}   {day_text(order.issued_on, lang)}", 11, 140)
        yield _text(12, 29.5, by, 8.5, 140)


def _parties(order: OrderBrief, lang: str) -> tuple[str, str]:
    if lang == "ja":
        return f"{order.recipient.name} 御中", f"{order.sender.name} より"
    return f"To: {order.recipient.name}", f"From: {order.sender.name}"


def _facts(form: ReplyForm, order: OrderBrief, lang: str) -> Iterator[dict[str, Any]]:
    """What is asked, in two columns of label and value; the right one keeps clear of the QR code above it."""
    item, top_mm = order.items[0], form.content_top_mm
    to, by = _parties(order, lang)
    yield _text(12, top_mm, to, 12, 138)
    yield _text(12, top_mm + 5.8, by, 8.5, 138)
    ja = lang == "ja"
    revision = f"{order.number} 第{order.revision}版" if ja else f"{order.number} revision {order.revision}"
    left = [
        (("番号" if form.layout.kind is FormKind.QUOTATION else "注文番号") if ja else "Number", revision),
        ("品名" if ja else "Item", item.name),
        ("図番" if ja else "Drawing", item.drawing),
        ("工程" if ja else "Process", item.process),
        ("納入場所" if ja else "Deliver to", item.place),
    ]
    right = [
        ("発行日" if ja else "Issued", day_text(order.issued_on, lang)),
        ("数量" if ja else "Quantity", _quantity(item, lang)),
        ("納期" if ja else "Due", day_text(item.due, lang) if item.due else None),
        ("金額(税抜)" if ja else "Price", _yen(item.price_jpy, lang)),
        ("ご返事の期限" if ja else "Answer by", day_text(order.answer_by, lang) if order.answer_by else None),
    ]
    for column, rows in ((12.0, left), (112.0, right)):
        for row, (label, value) in enumerate([(label, value) for label, value in rows if value]):
            y = top_mm + 16 + form.line_mm * row
            yield _text(column, y + 0.4, label, 8, 22)
            yield _text(column + 23, y, value, 10, 76 if column < 100 else 63)


def _block(item: Item, number: int, top_mm: float, lang: str) -> Iterator[dict[str, Any]]:
    due = day_text(item.due, lang) if item.due else "―"
    head = [f"({number})", item.order or "", item.name]
    facts = [item.process, item.drawing, _quantity(item, lang), ("納期 " if lang == "ja" else "due ") + due]
    yield _text(12, top_mm - 0.8, "  ".join(part for part in head if part), 11, 186)
    yield _text(16, top_mm + 4.6, "   ".join(part for part in facts if part), 10, 182)


def _footer(printed: IssuedLayout, order: OrderBrief, lang: str) -> Iterator[dict[str, Any]]:
    ja = lang == "ja"
    fax = order.sender.fax or "―"
    phone = order.sender.phone or "―"
    yield _text(48, 270.8, f"返送先 FAX {fax}" if ja else f"Send back by FAX: {fax}", 15, 136)
    yield _text(48, 277.2, f"{'お問い合わせ 電話' if ja else 'Phone'} {phone}  {order.sender.name}", 9, 136)
    yield _text(48, 281.5, printed.token, 7.5, 136)
    synthetic = ""
    if order.synthetic:
        synthetic = "合成データ:実在の企業・注文ではありません。" if ja else "Synthetic data, no real order. "
    corners = "四隅の印とコードには書き込まないでください。" if ja else "Keep the marks and codes clean."
    yield _text(48, 284.8, synthetic + corners, 7.5, 136)


def _box_label(box: Box, lang: str) -> dict[str, Any]:
    """Words stand right of a box, the number of a digit, month or day left of it; neither within the clear ring."""
    if box.value.isdigit() and not box.group.endswith("delay"):
        return {**_text(box.x_mm - 7, box.y_mm + 1.9, box.value, _NUMBER_PT, 4.4), "right": True}
    size = _LABEL_PT if box.side_mm >= 8 else 9.0
    x_mm, y_mm = box.x_mm + box.side_mm + 2.9, box.y_mm + box.side_mm / 2 - 2.2
    return _text(x_mm, y_mm, _say(box.label, lang), size, _room(box))


def _room(box: Box) -> float:
    if box.group.endswith("delay"):
        return 11.0
    return 48.0 if box.group == "reason" and box.value in ("other", "drawing", "equipment") else 33.4


def _text(x_mm: float, y_mm: float, text: str, size_pt: float, width_mm: float) -> dict[str, Any]:
    return {"x": x_mm, "y": y_mm, "text": text, "size": size_pt, "width": width_mm, "right": False}


def _say(words: Words, lang: str) -> str:
    return words.en if lang == "en" else words.ja


def _quantity(item: Item, lang: str) -> str | None:
    if item.quantity is None:
        return None
    return f"{item.quantity:,} {item.unit}" if lang == "ja" or item.unit != "個" else f"{item.quantity:,} pcs"


def _yen(jpy: int | None, lang: str) -> str | None:
    if jpy is None:
        return None
    return f"{jpy:,} 円" if lang == "ja" else f"JPY {jpy:,}"
