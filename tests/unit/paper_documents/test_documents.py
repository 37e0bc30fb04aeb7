"""What stands on the documents, read back out of the PDF."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from kumihimo.errors import InputError
from kumihimo.paper.document import Document
from kumihimo.paper.kinds import KINDS, DocumentKind, document_number, number_beside
from kumihimo.paper.rendering import DOCUMENT_CODE, render
from kumihimo.paper.token import FormToken, read_token
from kumihimo.trade.notice import NoticeItem

SECRET = b"a key for tests only, of 32 and more"
Make = Callable[..., Document]
Pages = Callable[[bytes], list[str]]


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("kind", DocumentKind)
def test_every_kind_in_both_languages(kind: DocumentKind, lang: str, made: Make, pages: Pages) -> None:
    document = made(kind, lang)
    rendered = render(document, secret=SECRET)
    text = "".join(pages(rendered.pdf))
    title = KINDS[kind].title
    assert squeezed(title.en if lang == "en" else title.ja) in text
    assert document.number in text
    assert squeezed(document.sender.name) in text
    assert squeezed(document.recipient.name) in text
    assert ("Syntheticdata" if lang == "en" else "合成データ") in text
    assert not rendered.warnings
    if kind is DocumentKind.SUPPLIED_MATERIAL:
        assert all(squeezed(one.material) in text for one in document.materials)
    else:
        assert all(squeezed(line.item) in text for line in document.lines)
    if kind is not DocumentKind.DAILY:
        assert document.full_number in text
        assert ("page1/" in text) if lang == "en" else re.search(r"1/\d頁", text)


@pytest.mark.parametrize("kind", DocumentKind)
def test_the_same_content_gives_the_same_bytes(kind: DocumentKind, made: Make) -> None:
    first, second = (render(made(kind), secret=SECRET) for _ in range(2))
    assert first.pdf == second.pdf
    assert first.sha256 == second.sha256
    assert render(made(kind, notes="別の備考", made_on="2026-11-25"), secret=SECRET).sha256 != first.sha256


@pytest.mark.parametrize("kind", ["order", "order_change"])
def test_an_order_states_all_twelve_items(kind: str, made: Make, pages: Pages) -> None:
    text = "".join(pages(render(made(kind)).pdf))
    for number, item in enumerate(NoticeItem, 1):
        assert f"{number}{item.ja}" in text
    assert "未定（理由:組立先の受入口を調整中／決定予定日:2026年12月1日(火)）" in text
    assert "電子記録債権の内容該当なし" in text
    assert "支払期日2027年1月31日(日)" in text


@pytest.mark.parametrize(
    ("item", "drop"),
    [("payment_due", "payment_due"), ("receipt_on", "due_on"), ("factoring", None), ("payment_means", "payment_means")],
)
def test_an_order_that_leaves_an_item_out_is_refused(
    item: str, drop: str | None, example: Callable[[str], dict[str, Any]]
) -> None:
    order = example("order")
    if drop is not None:
        order.pop(drop)
    order["notice"].pop(item, None)
    with pytest.raises(InputError, match=rf"notice\.{item}"):
        _from(order, "order")


def test_what_always_applies_cannot_be_marked_as_not_applicable(example: Callable[[str], dict[str, Any]]) -> None:
    order = example("order")
    order["notice"]["payment_means"] = {"not_applicable": True}
    with pytest.raises(InputError, match=r"notice\.payment_means"):
        _from(order, "order")


def test_a_notice_that_says_something_else_than_the_order_is_refused(made: Make) -> None:
    rest = {"factoring": {"not_applicable": True}, "electronic_claim": {"not_applicable": True}}
    place = {"receipt_place": {"value": "第2受入口"}}
    with pytest.raises(InputError, match=r"notice\.receipt_on"):
        made("order", notice={**rest, **place, "receipt_on": {"value": "2026-12-19"}})
    with pytest.raises(InputError, match=r"notice\.amount.*282,923"):
        made("order", notice={**rest, **place, "amount": {"value": 282_924}})
    assert made("order", notice={**rest, **place, "amount": {"value": 282_923}}).totals is not None


def test_the_six_items_of_an_invoice(made: Make, pages: Pages) -> None:
    text = "".join(pages(render(made("invoice")).pdf))
    assert "登録番号T1000000000002" in text
    assert "架空精密製作所" in text
    assert "2026年12月1日(火)〜2026年12月31日(木)" in text
    assert "※検査立会いのお茶菓子" in text
    assert "10%279,32027,932307,252" in text
    assert "8%（※軽減税率）3,6032883,891" in text
    assert "くみひも共同受注事務局(架空)御中" in text
    assert "311,143円" in text


def test_tax_is_rounded_once_a_rate(made: Make) -> None:
    lines = [{"item": f"部品{at}", "quantity": 1, "unit_price_jpy": 15} for at in range(3)]
    # Line by line it would be 3 x 1 yen down and 3 x 2 yen up; of 45 yen it is 4.5.
    for rounding, tax in (("floor", 4), ("round", 5), ("ceil", 5)):
        totals = made("invoice", lines=lines, rounding=rounding).totals
        assert totals is not None
        assert (totals.net_jpy, totals.tax_jpy, totals.gross_jpy) == (45, tax, 45 + tax)


def test_a_payment_notice_names_the_supplier_and_its_days(made: Make, pages: Pages) -> None:
    text = "".join(pages(render(made("payment_notice")).pdf))
    assert "登録番号T1000000000002" in text
    assert "T2000000000001" not in text, "the number of the buyer has no place on it"
    assert "仕入明細書を兼ねます" in text
    assert "7日以内（2027年1月12日(火)まで）" in text


def test_an_unregistered_supplier_is_told(made: Make, pages: Pages) -> None:
    sender = {"name": "架空塗装所"}
    with pytest.raises(InputError, match=r"sender\.invoice_number"):
        made("invoice", sender=sender)
    text = "".join(pages(render(made("invoice", sender={**sender, "is_registered": False})).pdf))
    assert "登録を受けていません" in text


def test_stamp_duty_on_an_acknowledgement(made: Make, pages: Pages) -> None:
    assert "収入印紙は貼っていません" in "".join(pages(render(made("acknowledgement")).pdf))
    assert "収入印紙は貼っていません" not in "".join(pages(render(made("acknowledgement", is_electronic=False)).pdf))


def test_a_change_shows_before_and_after(made: Make, pages: Pages) -> None:
    text = "".join(pages(render(made("order_change")).pdf))
    assert "センサーブラケット数量100個120個" in text
    assert "相手先の設計変更のため" in text
    with pytest.raises(InputError, match="revision"):
        made("order_change", revision=1)


def test_three_steps_of_a_reminder(made: Make, pages: Pages) -> None:
    texts = {
        (about, step): "".join(pages(render(made("reminder", about=about, step=step)).pdf))
        for about in ("quotation", "acknowledgement", "delivery")
        for step in (1, 2, 3)
    }
    assert len(set(texts.values())) == 9
    assert "お世話になっております" in texts["delivery", 1]
    assert "お電話で伺い" in texts["delivery", 3]


def test_an_open_price_gives_no_total(made: Make, pages: Pages) -> None:
    lines = [{"item": "試作品", "quantity": 2}]
    with pytest.raises(InputError, match=r"notice\.amount"):
        made("order", lines=lines)
    notice = made("order").notice
    assert any(entry.is_undecided for entry in notice)
    amount = {"undecided_reason": "試作後に決める", "planned_date": "2026-12-10"}
    given = {
        "receipt_place": {"value": "第2受入口"},
        "factoring": {"not_applicable": True},
        "electronic_claim": {"not_applicable": True},
        "amount": amount,
    }
    text = "".join(pages(render(made("order", lines=lines, notice=given)).pdf))
    assert "未定（理由:試作後に決める" in text
    assert "注文金額" not in text
    assert "合計は出していません" in text


def test_sixty_long_lines_carry_their_head(made: Make, pages: Pages) -> None:
    name = "ステンレス鋼製の精密軸受ハウジング、" * 17
    lines = [{"item": f"{at:02d}番{name}"[:300], "quantity": at, "unit_price_jpy": 10} for at in range(1, 61)]
    read = pages(render(made("quotation", lines=lines)).pdf)
    assert len(read) > 5
    text = "".join(read)
    assert all(squeezed(line["item"])[:60] in text for line in lines)
    with_lines = [page for page in read if "番ステンレス" in page]
    assert all("品名・図番・工程" in page for page in with_lines)
    assert all("QT-2026-000123-r1" in page and f"{at}/{len(read)}頁" in page for at, page in enumerate(read, 1))
    assert not any(line.startswith(("、", "。")) for page in _visible_lines(made, lines) for line in page)


def _visible_lines(made: Make, lines: list[dict[str, Any]]) -> list[list[str]]:
    document = pypdfium2.PdfDocument(render(made("quotation", lines=lines)).pdf)
    return [page.get_textpage().get_text_bounded().splitlines() for page in document]


@pytest.mark.parametrize("kind", ["order", "daily", "supplied_material"])
def test_what_a_firm_typed_is_never_a_command(kind: str, made: Make, pages: Pages) -> None:
    hostile = '#read("/etc/passwd") *太* $x$ <a> @b \\ // [x] = 見出 {y} `c` _z_ "q"'
    changes: dict[str, Any] = {
        "lines": [{"item": hostile, "quantity": 1, "unit_price_jpy": 282_923, "due_on": "2026-12-18"}],
        "materials": [{"material": hostile, "quantity": 1, "is_for_pay": True}],
    }
    text = "".join(pages(render(made(kind, **changes), secret=SECRET).pdf))
    assert squeezed(hostile)[:45] in text, "a daily sheet cuts names at 60 characters"


def test_rare_glyphs_are_printed_and_missing_ones_reported(made: Make) -> None:
    sender = {"name": "㈱𠮷野髙﨑ﾈｼﾞ製作所", "invoice_number": "T1000000000002"}
    rendered = render(made("invoice", sender=sender, notes="工場🏭\u202e逆\u0007\n二行目"))
    # pypdf 7.1 reads the half-width voice mark as two signs; PDFium reads what is printed.
    text = pypdfium2.PdfDocument(rendered.pdf)[0].get_textpage().get_text_bounded()
    assert "㈱𠮷野髙﨑ﾈｼﾞ製作所" in text
    assert "工場〓逆" in text
    assert [re.search(r"U\+\w+", one.ja)[0] for one in rendered.warnings] == ["U+0007", "U+1F3ED", "U+202E"]  # type: ignore[index]


def test_nothing_is_set_outside_the_page(made: Make) -> None:
    lines = [{"item": "A" * 300, "quantity": 10**9, "unit_price_jpy": 999_999, "lot": "L" * 60, "slip": "S" * 60}]
    for kind in ("invoice", "delivery_note", "payment_notice"):
        for page in pypdfium2.PdfDocument(render(made(kind, lines=lines)).pdf):
            text = page.get_textpage()
            for at in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(at)
                assert 30 < left <= right < 565, kind
                assert 10 < bottom <= top < 832, kind


def test_text_is_large_enough_for_a_fax(made: Make) -> None:
    import pypdfium2.raw as pdfium

    for kind in DocumentKind:
        if kind is DocumentKind.DAILY:
            continue
        for page in pypdfium2.PdfDocument(render(made(kind)).pdf):
            text = page.get_textpage()
            sizes = {round(pdfium.FPDFText_GetFontSize(text, at), 2) for at in range(text.count_chars())}
            assert min(size for size in sizes if size > 1.01) >= 9, kind


@pytest.mark.parametrize("kind", ["rfq", "order", "order_change", "reminder"])
def test_the_code_names_the_order_and_its_revision(kind: str, made: Make) -> None:
    document = made(kind)
    pdf = render(document, secret=SECRET).pdf
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=200 / 72).to_pil().convert("L")
    token = read_token(zxingcpp.read_barcodes(picture)[0].text, SECRET)
    assert token == FormToken(code=DOCUMENT_CODE, order="PO-2026-000123", revision=2)
    assert not zxingcpp.read_barcodes(pypdfium2.PdfDocument(render(document).pdf)[0].render(scale=2).to_pil())


def test_a_daily_sheet_with_many_items_has_more_pages(made: Make, pages: Pages) -> None:
    document = made("daily")
    rendered = render(document, secret=SECRET)
    read = pages(rendered.pdf)
    assert len(read) == len(rendered.forms) == 2
    assert [form.page for form in rendered.forms] == [1, 2]
    assert [len(form.layout.boxes_of("item1.answer")) for form in rendered.forms] == [4, 4]
    assert all(squeezed(line.item) in read[0] for line in document.lines[:6])
    assert squeezed(document.lines[6].item) in read[1]
    with pytest.raises(InputError, match="key"):
        render(document)


def test_numbers() -> None:
    assert document_number(DocumentKind.ORDER, 2026, 123) == "PO-2026-000123"
    assert number_beside(DocumentKind.DELIVERY_NOTE, "PO-2026-000123") == "DN-2026-000123"
    assert len({one.prefix for one in KINDS.values()}) == len(DocumentKind) == 14


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("order", {"made_on": "2026-13-01"}, "made_on"),
        ("order", {"lines": [{"item": "軸", "quantity": "3"}]}, r"lines\[0\]\.quantity"),
        ("order", {"lines": [{"item": "軸", "quantity": 0}]}, r"lines\[0\]\.quantity"),
        ("order", {"lines": [{"item": "   ", "quantity": 1}]}, r"lines\[0\]\.item"),
        ("order", {"lines": []}, "lines"),
        ("order", {"sender": {"name": " "}}, r"sender\.name"),
        ("order", {"number": "注文1"}, "number"),
        ("order", {"surprise": 1}, "surprise"),
        ("invoice", {"sender": {"name": "架空", "invoice_number": "T123"}}, r"sender\.invoice_number"),
        ("invoice", {"traded_from": "2027-01-01"}, "traded_to"),
        (
            "inspection",
            {"lines": [{"item": "軸", "quantity": 3, "accepted": 1, "rejected": 1}]},
            r"lines\[0\]\.accepted",
        ),
        ("reminder", {"step": 4}, "step"),
        ("supplied_material", {"materials": []}, "materials"),
    ],
)
def test_bad_input_names_the_field(kind: str, changes: dict[str, Any], field: str, made: Make) -> None:
    with pytest.raises(InputError, match=field) as refused:
        made(kind, **changes)
    assert re.search(field, refused.value.ja)


def _from(document: dict[str, Any], kind: str) -> Document:
    from kumihimo.paper.document_json import document_from_json

    return document_from_json(document, DocumentKind(kind))
