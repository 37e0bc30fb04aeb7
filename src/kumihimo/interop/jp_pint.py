"""An invoice or a self-billed statement 仕入明細書 as UBL 2.1 XML after JP PINT, and those rules that are known here.

The identifiers and the rules jp-br-01, -02, -03/-05 and -co-01 are those of the public draft of 2021; the element
order is that of UBL 2.1, the schemes of the addresses and the codes of units are general knowledge. The final schemas
and rules are not at hand: **conformance is not claimed**, and the XML says so in a comment. Whoever sends it has it
validated by their access point first.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from defusedxml import ElementTree as SafeET  # type: ignore[import-untyped]

from kumihimo.errors import FileRefused, InputError
from kumihimo.paper.document import Document
from kumihimo.paper.document_parts import DocumentLine, DocumentParty
from kumihimo.paper.kinds import KINDS, DocumentKind
from kumihimo.trade.law.tax import Rounding, tax_on

INVOICE_CUSTOMIZATION = "urn:peppol:pint:billing-1@jp-1"
INVOICE_PROFILE = "urn:peppol:bis:billing"
SELF_BILLING_CUSTOMIZATION = "urn:peppol:pint:selfbilling-1@jp-1"
SELF_BILLING_PROFILE = "urn:peppol:bis:selfbilling"
NOT_CLAIMED = " Conformance with JP PINT is not claimed: the final schemas were not at hand when this was written. "

_INVOICE_NS = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_CAC_NS = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
_CBC_NS = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_NAMES = {"": _INVOICE_NS, "cac": _CAC_NS, "cbc": _CBC_NS}
_CATEGORIES: Mapping[int, str] = {10: "S", 8: "AA"}
_UNITS: Mapping[str, str] = {"個": "H87", "本": "H87", "枚": "H87", "台": "H87", "箱": "XBX", "式": "C62", "kg": "KGM",
                             "g": "GRM", "m": "MTR", "mm": "MMT", "h": "HUR", "時間": "HUR"}  # fmt: skip
_ANY_UNIT = "C62"
_REGISTRATION = re.compile(r"T[0-9]{13}")
_WHOLE = re.compile(r"-?[0-9]+")
_REGISTRATION_SCHEME = "0221"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenRule:
    """A rule that an invoice breaks: its id, and what was found."""

    rule: str
    ja: str
    en: str


def jp_pint_xml(document: Document) -> bytes:
    """Return an invoice or a payment notice as XML.

    Raises
    ------
    InputError
        It is another kind of document, the seller has no registration number, a line has a rate whose category is not
        known, or the result breaks a rule of `broken_rules`.
    """
    _check(document)
    for prefix, name in _NAMES.items():
        ET.register_namespace(prefix, name)
    root = ET.Element(f"{{{_INVOICE_NS}}}Invoice")
    root.append(ET.Comment(NOT_CLAIMED))
    _write(root, document)
    ET.indent(root)
    xml = bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"
    broken = broken_rules(xml)
    if broken:
        raise InputError(
            "JP PINT の規則に合いません: " + " ".join(f"[{one.rule}] {one.ja}" for one in broken),
            "the invoice breaks rules of JP PINT: " + " ".join(f"[{one.rule}] {one.en}" for one in broken),
        )
    return xml


def broken_rules(xml: bytes) -> tuple[BrokenRule, ...]:
    """Return which of the rules that are known here an invoice breaks.

    Raises
    ------
    FileRefused
        It is no XML of an invoice, or declares entities.
    """
    try:
        root = SafeET.fromstring(xml)
    except (ET.ParseError, ValueError) as error:
        raise FileRefused(
            "請求書のXMLとして読めません。送り主に作り直してもらってください。",
            f"this is no XML of an invoice ({type(error).__name__}); ask the sender for a new one.",
        ) from None
    if root.tag != f"{{{_INVOICE_NS}}}Invoice":
        raise FileRefused(
            "UBL の Invoice ではありません。請求書のXMLを渡してください。", "this is no UBL invoice; give the invoice."
        )
    return tuple(_broken(root))


def _check(document: Document) -> None:
    if document.kind not in (DocumentKind.INVOICE, DocumentKind.PAYMENT_NOTICE):
        title = KINDS[document.kind].title
        raise InputError(
            f"JP PINT で書けるのは請求書と支払通知書だけです（{title.ja}でした）。",
            f"only an invoice or a payment notice becomes JP PINT, not the kind '{title.en}'.",
        )
    if not document.supplier.is_registered:
        raise InputError(
            f"{document.supplier.name} は適格請求書発行事業者ではありません。紙かPDFの請求書を使ってください。",
            f"{document.supplier.name} has no registration number; use a PDF.",
        )
    odd = sorted({line.tax_percent for line in document.lines} - set(_CATEGORIES))
    if odd:
        raise InputError(
            f"税率{odd[0]}%の明細は、非課税・免税・不課税のどれか分からないため書けません。紙かPDFの請求書を使ってください。",
            f"a line at {odd[0]}% may be exempt, zero rated or out of scope, which is not known here; use a PDF.",
        )


def _broken(root: ET.Element) -> Iterator[BrokenRule]:
    seller = root.findtext("cac:AccountingSupplierParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID", "", _NAMES)
    if not _REGISTRATION.fullmatch(seller):
        yield BrokenRule(
            rule="jp-br-01",
            ja=f"売り手の登録番号は T と数字13桁です（「{seller[:40]}」でした）。",
            en=f"the seller's registration number is T and 13 digits, not {seller[:40]!r}.",
        )
    amounts = [one for one in root.iter() if one.get("currencyID") == "JPY"]
    fractions = [one.text or "" for one in amounts if not _WHOLE.fullmatch(one.text or "")]
    if fractions:
        yield BrokenRule(
            rule="jp-br-02",
            ja=f"円の金額は整数です（「{fractions[0][:40]}」でした）。",
            en=f"amounts in yen are whole numbers, not {fractions[0][:40]!r}.",
        )
    lines = root.findall("cac:InvoiceLine", _NAMES)
    if root.find("cac:InvoicePeriod", _NAMES) is None and not (
        lines and all(line.find("cac:InvoicePeriod", _NAMES) is not None for line in lines)
    ):
        yield BrokenRule(
            rule="jp-br-03",
            ja="取引期間が、請求書全体にも全ての明細にもありません。",
            en="there is a period neither on the invoice nor on every line.",
        )
    periods = [*root.findall("cac:InvoicePeriod", _NAMES), *root.findall("cac:InvoiceLine/cac:InvoicePeriod", _NAMES)]
    if any(not _is_period(period) for period in periods):
        yield BrokenRule(
            rule="jp-br-05",
            ja="取引期間には、始まりの日と、それより前でない終わりの日が要ります。",
            en="a period has a first day, and a last one that is not before it.",
        )
    if not fractions:
        yield from _broken_sums(root, lines)


def _broken_sums(root: ET.Element, lines: list[ET.Element]) -> Iterator[BrokenRule]:
    sums: dict[tuple[str, str], int] = {}
    for line in lines:
        category = line.find("cac:Item/cac:ClassifiedTaxCategory", _NAMES)
        rate = _rate(category)
        if rate[0] not in _CATEGORIES.values():
            yield BrokenRule(
                rule="jp-category",
                ja=f"税区分は S か AA です（「{rate[0][:20]}」でした）。",
                en=f"the category of tax is S or AA, not {rate[0][:20]!r}.",
            )
        sums[rate] = sums.get(rate, 0) + int(line.findtext("cbc:LineExtensionAmount", "0", _NAMES))
    stated = 0
    for part in root.findall("cac:TaxTotal/cac:TaxSubtotal", _NAMES):
        rate = _rate(part.find("cac:TaxCategory", _NAMES))
        net = int(part.findtext("cbc:TaxableAmount", "0", _NAMES))
        tax = int(part.findtext("cbc:TaxAmount", "0", _NAMES))
        stated += tax
        if net != sums.pop(rate, 0):
            yield BrokenRule(
                rule="jp-sum",
                ja=f"{rate[1]}% の課税対象金額 {net:,}円が明細の合計と違います。",
                en=f"the taxable amount {net:,} at {rate[1]}% is not the sum of its lines.",
            )
        if rate[1].isdecimal() and tax not in {tax_on(net, int(rate[1]), way) for way in Rounding}:
            yield BrokenRule(
                rule="jp-br-co-01",
                ja=f"{rate[1]}% の消費税 {tax:,}円が、合計に税率を掛けて1回端数処理した額ではありません。",
                en=f"the tax of {tax:,} at {rate[1]}% is not that of the total, rounded once.",
            )
    if sums or stated != int(root.findtext("cac:TaxTotal/cbc:TaxAmount", "0", _NAMES)):
        yield BrokenRule(
            rule="jp-sum",
            ja="税率ごとの内訳と、消費税の合計が合いません。",
            en="the parts by rate do not add up to the total tax.",
        )


def _rate(category: ET.Element | None) -> tuple[str, str]:
    if category is None:
        return "", ""
    return category.findtext("cbc:ID", "", _NAMES), category.findtext("cbc:Percent", "", _NAMES)


def _is_period(period: ET.Element) -> bool:
    try:
        first, last = (
            date.fromisoformat(period.findtext(f"cbc:{name}", "", _NAMES)) for name in ("StartDate", "EndDate")
        )
    except ValueError:
        return False
    return first <= last


def _write(root: ET.Element, document: Document) -> None:
    is_self_billed = document.kind is DocumentKind.PAYMENT_NOTICE
    seller = document.supplier
    buyer = document.sender if is_self_billed else document.recipient
    _basic(root, "CustomizationID", SELF_BILLING_CUSTOMIZATION if is_self_billed else INVOICE_CUSTOMIZATION)
    _basic(root, "ProfileID", SELF_BILLING_PROFILE if is_self_billed else INVOICE_PROFILE)
    _basic(root, "ID", document.full_number)
    _basic(root, "IssueDate", document.made_on.isoformat())
    if document.payment_due is not None:
        _basic(root, "DueDate", document.payment_due.isoformat())
    _basic(root, "InvoiceTypeCode", "389" if is_self_billed else "380")
    if note := _note(document):
        _basic(root, "Note", note)
    _basic(root, "DocumentCurrencyCode", "JPY")
    assert document.traded_from is not None
    assert document.traded_to is not None
    _period(root, document.traded_from, document.traded_to)
    if document.order:
        _basic(_group(root, "OrderReference"), "ID", document.order)
    for slip in sorted({line.slip for line in document.lines if line.slip}):
        _basic(_group(root, "DespatchDocumentReference"), "ID", slip)
    _party(_group(root, "AccountingSupplierParty"), seller)
    _party(_group(root, "AccountingCustomerParty"), buyer)
    if document.payment_means or seller.bank:
        means = _group(root, "PaymentMeans")
        _basic(means, "PaymentMeansCode", "30" if seller.bank else "1")
        if seller.bank:
            _basic(_group(means, "PayeeFinancialAccount"), "ID", " ".join(seller.bank.split()))
    if document.payment_means:
        _basic(_group(root, "PaymentTerms"), "Note", document.payment_means)
    _totals(root, document)
    for no, line in enumerate(document.lines, 1):
        _line(root, document, line, no)


def _note(document: Document) -> str:
    synthetic = "合成データ：実在の企業・取引ではありません。" if document.is_synthetic else ""
    return " ".join(filter(None, (synthetic, " ".join(document.notes.split()))))


def _party(inside: ET.Element, party: DocumentParty) -> None:
    where = _group(inside, "Party")
    number = party.invoice_number if party.is_registered else ""
    if number:
        _basic(where, "EndpointID", number, schemeID=_REGISTRATION_SCHEME)
    _basic(_group(where, "PartyName"), "Name", " ".join(party.name.split()))
    address = _group(where, "PostalAddress")
    if party.address:
        _basic(_group(address, "AddressLine"), "Line", " ".join(party.address.split()))
    _basic(_group(address, "Country"), "IdentificationCode", "JP")
    if number:
        scheme = _group(where, "PartyTaxScheme")
        _basic(scheme, "CompanyID", number)
        _basic(_group(scheme, "TaxScheme"), "ID", "VAT")
    _basic(_group(where, "PartyLegalEntity"), "RegistrationName", " ".join(party.name.split()))
    contact = [("Name", party.person), ("Telephone", party.phone), ("ElectronicMail", party.email)]
    if any(value for _, value in contact):
        group = _group(where, "Contact")
        for name, value in contact:
            if value:
                _basic(group, name, value)


def _totals(root: ET.Element, document: Document) -> None:
    totals = document.totals
    assert totals is not None
    tax = _group(root, "TaxTotal")
    _yen(tax, "TaxAmount", totals.tax_jpy)
    for one in totals.rates:
        part = _group(tax, "TaxSubtotal")
        _yen(part, "TaxableAmount", one.total_jpy)
        _yen(part, "TaxAmount", one.tax_jpy or 0)
        _category(part, "TaxCategory", one.rate_percent)
    sums = _group(root, "LegalMonetaryTotal")
    _yen(sums, "LineExtensionAmount", totals.net_jpy)
    _yen(sums, "TaxExclusiveAmount", totals.net_jpy)
    _yen(sums, "TaxInclusiveAmount", totals.gross_jpy)
    _yen(sums, "PayableAmount", totals.gross_jpy)


def _line(root: ET.Element, document: Document, line: DocumentLine, no: int) -> None:
    price = line.unit_price_jpy or 0
    # A price is never below zero: what is deducted is a quantity below zero.
    sign = -1 if price < 0 else 1
    group = _group(root, "InvoiceLine")
    _basic(group, "ID", str(no))
    unit = _UNITS.get(line.unit, _ANY_UNIT)
    if line.unit not in _UNITS:
        _basic(group, "Note", f"単位: {line.unit}")
    _basic(group, "InvoicedQuantity", str(sign * line.quantity), unitCode=unit)
    _yen(group, "LineExtensionAmount", line.amount_jpy or 0)
    if line.on is not None:
        _period(group, line.on, line.on)
    if line.order and line.order != document.order:
        reference = _group(group, "OrderLineReference")
        _basic(reference, "LineID", "NA")
        _basic(_group(reference, "OrderReference"), "ID", line.order)
    item = _group(group, "Item")
    detail = " ".join(part for part in (line.drawing, line.revision, line.process) if part)
    if detail:
        _basic(item, "Description", detail)
    _basic(item, "Name", " ".join(line.item.split()))
    _category(item, "ClassifiedTaxCategory", line.tax_percent)
    _yen(_group(group, "Price"), "PriceAmount", abs(price))


def _category(inside: ET.Element, name: str, percent: int) -> None:
    group = _group(inside, name)
    _basic(group, "ID", _CATEGORIES[percent])
    _basic(group, "Percent", str(percent))
    _basic(_group(group, "TaxScheme"), "ID", "VAT")


def _period(inside: ET.Element, first: date, last: date) -> None:
    group = _group(inside, "InvoicePeriod")
    _basic(group, "StartDate", first.isoformat())
    _basic(group, "EndDate", last.isoformat())


def _yen(inside: ET.Element, name: str, jpy: int) -> None:
    _basic(inside, name, str(jpy), currencyID="JPY")


def _group(inside: ET.Element, name: str) -> ET.Element:
    return ET.SubElement(inside, f"{{{_CAC_NS}}}{name}")


def _basic(inside: ET.Element, name: str, text: str, **attributes: str) -> None:
    ET.SubElement(inside, f"{{{_CBC_NS}}}{name}", attributes).text = _NOT_XML.sub("", text)


_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
