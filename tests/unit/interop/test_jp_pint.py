"""Invoices as UBL after JP PINT: written whole, and every rule finds what breaks it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest

from kumihimo.errors import FileRefused, InputError
from kumihimo.interop.jp_pint import NOT_CLAIMED, broken_rules, jp_pint_xml
from kumihimo.paper.document import Document
from kumihimo.paper.document_json import document_from_json
from kumihimo.paper.kinds import DocumentKind

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "orders"
NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}


def document(kind: DocumentKind = DocumentKind.INVOICE, name: str = "document-goods.json", **changes: Any) -> Document:
    data = json.loads((EXAMPLES / name).read_text(encoding="utf-8"))
    return document_from_json({**data, **changes}, kind)


def read(xml: bytes, path: str) -> list[str | None]:
    return [found.text for found in ET.fromstring(xml).findall(path, NAMES)]


def test_an_invoice() -> None:
    invoice = document()
    totals = invoice.totals
    assert totals is not None
    xml = jp_pint_xml(invoice)
    assert NOT_CLAIMED in xml.decode()
    assert read(xml, "cbc:CustomizationID") == ["urn:peppol:pint:billing-1@jp-1"]
    assert read(xml, "cbc:InvoiceTypeCode") == ["380"]
    assert read(xml, "cac:InvoicePeriod/cbc:StartDate") == ["2026-12-01"]
    assert read(xml, "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory/cbc:ID") == ["S", "AA"]
    assert read(xml, "cac:TaxTotal/cbc:TaxAmount") == [str(totals.tax_jpy)]
    assert read(xml, "cac:LegalMonetaryTotal/cbc:PayableAmount") == [str(totals.gross_jpy)]
    assert len(read(xml, "cac:InvoiceLine/cbc:ID")) == 3
    assert read(xml, "cac:DespatchDocumentReference/cbc:ID") == ["DN-2026-000123"]
    assert jp_pint_xml(document()) == xml


def test_a_statement_of_the_buyer_names_the_supplier_as_seller() -> None:
    xml = jp_pint_xml(document(DocumentKind.PAYMENT_NOTICE, "document-received.json"))
    assert read(xml, "cbc:CustomizationID") == ["urn:peppol:pint:selfbilling-1@jp-1"]
    assert read(xml, "cbc:InvoiceTypeCode") == ["389"]
    assert read(xml, "cac:AccountingSupplierParty/cac:Party/cac:PartyName/cbc:Name") == ["架空精密製作所"]


def test_what_is_deducted_is_a_quantity_below_zero() -> None:
    lines = [
        {"item": "部品", "quantity": 10, "unit_price_jpy": 1_000},
        {"item": "値引き", "quantity": 3, "unit_price_jpy": -100},
    ]
    xml = jp_pint_xml(document(lines=lines))
    assert read(xml, "cac:InvoiceLine/cbc:InvoicedQuantity") == ["10", "-3"]
    assert read(xml, "cac:InvoiceLine/cac:Price/cbc:PriceAmount") == ["1000", "100"]
    assert read(xml, "cac:TaxTotal/cbc:TaxAmount") == ["970"]


def test_signs_that_xml_cannot_hold_are_left_out() -> None:
    lines = [{"item": "部品\u0001<&\ufffe", "quantity": 1, "unit_price_jpy": 1}]
    assert read(jp_pint_xml(document(lines=lines)), "cac:InvoiceLine/cac:Item/cbc:Name") == ["部品<&"]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("T1000000000002</cbc:CompanyID>", "1000000000002</cbc:CompanyID>", "jp-br-01"),
        ('<cbc:PriceAmount currencyID="JPY">1550<', '<cbc:PriceAmount currencyID="JPY">1550.50<', "jp-br-02"),
        ("<cbc:EndDate>2026-12-31<", "<cbc:EndDate>2026-11-30<", "jp-br-05"),
        ("<cbc:ID>AA</cbc:ID>", "<cbc:ID>E</cbc:ID>", "jp-category"),
        (
            '<cbc:LineExtensionAmount currencyID="JPY">186000<',
            '<cbc:LineExtensionAmount currencyID="JPY">186001<',
            "jp-sum",
        ),
    ],
)
def test_each_rule_finds_what_breaks_it(old: str, new: str, rule: str) -> None:
    xml = jp_pint_xml(document()).decode()
    assert not broken_rules(xml.encode())
    assert old in xml
    assert rule in {one.rule for one in broken_rules(xml.replace(old, new).encode())}


def test_an_invoice_without_its_period_is_found() -> None:
    xml = jp_pint_xml(document()).decode()
    head, _, rest = xml.partition("  <cac:InvoicePeriod>")
    # Every line has a day of its own, which is enough; without one of them it is not.
    whole = head + rest.partition("</cac:InvoicePeriod>\n")[2]
    assert not broken_rules(whole.encode())
    first, _, rest = whole.partition("    <cac:InvoicePeriod>")
    broken = first + rest.partition("</cac:InvoicePeriod>\n")[2]
    assert [one.rule for one in broken_rules(broken.encode())] == ["jp-br-03"]


def test_tax_that_was_rounded_line_by_line_is_found() -> None:
    lines = [{"item": f"部品{no}", "quantity": 1, "unit_price_jpy": 15} for no in range(4)]
    xml = jp_pint_xml(document(lines=lines)).decode()
    assert ">6</cbc:TaxAmount>" in xml
    wrong = xml.replace(">6</cbc:TaxAmount>", ">4</cbc:TaxAmount>")
    assert [one.rule for one in broken_rules(wrong.encode())] == ["jp-br-co-01"]


def test_what_cannot_be_written_is_refused() -> None:
    with pytest.raises(InputError, match="only an invoice"):
        jp_pint_xml(document(DocumentKind.DELIVERY_NOTE))
    with pytest.raises(InputError, match="exempt, zero rated or out of scope"):
        jp_pint_xml(document(lines=[{"item": "立替", "quantity": 1, "unit_price_jpy": 1, "tax_percent": 0}]))
    unregistered = {"name": "架空精密製作所", "is_registered": False}
    with pytest.raises(InputError, match="no registration number"):
        jp_pint_xml(document(sender=unregistered))


@pytest.mark.parametrize(
    "data", [b"", b"<x/>", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', b"\xff\xfe\x00", b"<Invoice/>"]
)
def test_foreign_and_hostile_xml_is_refused(data: bytes) -> None:
    with pytest.raises(FileRefused):
        broken_rules(data)
