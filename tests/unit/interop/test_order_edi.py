"""Orders as data for other systems: neutral JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from kumihimo.errors import InputError
from kumihimo.interop.order_edi import edi_csv, edi_json, edi_kinds, edi_message
from kumihimo.paper.document import Document
from kumihimo.paper.document_json import document_from_json
from kumihimo.paper.kinds import DocumentKind

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "orders"


def document(kind: DocumentKind, name: str = "document-order.json", lang: str = "ja", **changes: Any) -> Document:
    data = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    return document_from_json({**data, **changes}, kind, lang=lang)


def test_an_order_says_all_that_its_paper_says() -> None:
    order = document(DocumentKind.ORDER)
    message = json.loads(edi_json(order))
    assert message["format"] == "kumihimo-edi/1"
    assert (message["message"], message["corresponds_to"]) == ("order", "SMEOrder")
    assert message["conformance"] == "none claimed"
    assert message["synthetic"] is True
    assert (message["buyer"]["name"], message["seller"]["name"]) == (order.sender.name, order.recipient.name)
    assert [line["no"] for line in message["lines"]] == [1, 2, 3]
    assert message["lines"][0]["amount_jpy"] == 120 * 1550
    assert order.totals is not None
    assert message["totals"]["gross_jpy"] == order.totals.gross_jpy
    assert [rate["category"] for rate in message["totals"]["rates"]] == ["S", "AA"]
    assert message["notice"]["receipt_place"]["planned_date"] == "2026-12-01"
    assert message["notice"]["factoring"] == {"not_applicable": True}
    assert message["un_ids"] == {}, "ids are known of the invoice only"


def test_the_supplier_is_the_seller_whoever_writes() -> None:
    for kind, name in (
        (DocumentKind.ACKNOWLEDGEMENT, "document-goods.json"),
        (DocumentKind.INVOICE, "document-goods.json"),
        (DocumentKind.PAYMENT_NOTICE, "document-received.json"),
        (DocumentKind.RECEIPT, "document-received.json"),
    ):
        assert edi_message(document(kind, name))["seller"]["name"] == "架空精密製作所", kind


def test_ids_of_an_invoice_name_what_is_there() -> None:
    message = edi_message(document(DocumentKind.INVOICE, "document-goods.json"))
    assert message["un_ids"]["$.number"] == "UN01005862"
    for path in message["un_ids"]:
        value: Any = message
        for part in path.removeprefix("$.").split("."):
            value = value[part.removesuffix("[*]")]
            value = value[0] if part.endswith("[*]") else value


def test_every_kind_has_a_message_but_those_for_people() -> None:
    assert set(DocumentKind) - set(edi_kinds()) == {
        DocumentKind.REMINDER, DocumentKind.SUPPLIED_MATERIAL, DocumentKind.DAILY
    }  # fmt: skip
    with pytest.raises(InputError, match="it is for people"):
        edi_message(document(DocumentKind.REMINDER))


@pytest.mark.parametrize(("lang", "header"), [("ja", "文書の種類"), ("en", "kind")])
def test_csv_has_a_row_for_each_line(lang: str, header: str) -> None:
    made = edi_csv(document(DocumentKind.ORDER, lang=lang))
    assert made.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert rows[0][0] == header
    assert len(rows) == 4
    assert {len(row) for row in rows} == {len(rows[0])}
    assert "186000" in rows[1]


def test_csv_holds_no_formula() -> None:
    lines = [{"item": "=HYPERLINK(1)", "quantity": 1, "process": "+1", "unit_price_jpy": -5}]
    made = edi_csv(document(DocumentKind.RFQ, lines=lines)).decode("utf-8-sig")
    row = next(iter(list(csv.reader(io.StringIO(made)))[1:]))
    assert "'=HYPERLINK(1)" in row
    assert "'+1" in row
    assert "-5" in row, "a number stays a number"
