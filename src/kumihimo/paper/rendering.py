"""Sets a document: the same content gives the same bytes, and those are what is kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from kumihimo.errors import InputError
from kumihimo.paper import document_tables as tables
from kumihimo.paper import document_text as text
from kumihimo.paper.codes_and_marks import code_modules, modules_svg
from kumihimo.paper.document import Document
from kumihimo.paper.document_parts import DocumentParty
from kumihimo.paper.document_tables import say, single
from kumihimo.paper.form import day_text, write_sheets
from kumihimo.paper.kinds import KINDS, DocumentKind
from kumihimo.paper.layout import FormKind, IssuedLayout, Words
from kumihimo.paper.legible import breakable, legible
from kumihimo.paper.order_brief import Item, OrderBrief, Party
from kumihimo.paper.reply_forms import MOST_ITEMS
from kumihimo.paper.token import FormToken
from kumihimo.paper.typesetting import FONT_FAMILY, compile_pdf

DOCUMENT_CODE = "P1"
"""Code in the token of a document's own page: one that comes back stamped is known by it, and goes to a person."""
_NAME_ON_DAILY = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A document as it is sent and kept.

    Attributes
    ----------
    pdf
        Its bytes; they are never made again, a change is a new revision.
    sha256
        Of the bytes.
    warnings
        What a person should look at before it is sent: signs that the font lacks, names that were cut.
    forms
        Where the boxes lie, a form a page; only a daily sheet has boxes of its own.
    """

    pdf: bytes
    sha256: str
    warnings: tuple[Words, ...]
    forms: tuple[IssuedLayout, ...] = ()


def render(document: Document, *, secret: bytes | None = None) -> Rendered:
    """Set a document.

    Parameters
    ----------
    secret
        Signs the code of documents that are answered. Without it they carry no code; a daily sheet needs it.

    Raises
    ------
    InputError
        A daily sheet without a secret.
    """
    if document.kind is DocumentKind.DAILY:
        return _render_daily(document, secret)
    replaced: dict[str, int] = {}
    view = printed(_view(document), replaced)
    view["code"] = ""
    if secret is not None and KINDS[document.kind].reply_form is not None:
        token = FormToken(code=DOCUMENT_CODE, order=document.reply_order, revision=document.reply_revision)
        view["code"] = modules_svg(code_modules("QRCode", token.signed(secret)))
    source = files("kumihimo.paper").joinpath("templates", "document.typ").read_bytes()
    pdf = compile_pdf(source, json.dumps(view, ensure_ascii=False))
    return Rendered(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), warnings=warnings_of(replaced))


def _view(document: Document) -> dict[str, Any]:
    lang, title = document.lang, KINDS[document.kind].title
    with_notice = document.kind in (DocumentKind.ORDER, DocumentKind.ORDER_CHANGE)
    blocks = [tables.change_table(document)] if document.kind is DocumentKind.ORDER_CHANGE else []
    if document.kind is not DocumentKind.SUPPLIED_MATERIAL and document.lines:
        blocks.append(tables.line_table(document))
    sums = tables.sums_table(document) if text.shows_sums(document) else None
    if sums is not None:
        blocks.append(sums)
    if with_notice:
        blocks.append(tables.notice_table(document))
    if document.materials and (with_notice or document.kind is DocumentKind.SUPPLIED_MATERIAL):
        blocks.append(tables.material_table(document))
    return {
        "lang": lang,
        "font": FONT_FAMILY,
        "title": say(title.ja, title.en, lang),
        "number": document.full_number,
        "labels": {
            "number": say("番号", "No.", lang),
            "date": say("発行日", "Date", lang),
            "notes": say("備考", "Notes", lang),
        },
        "date": day_text(document.made_on, lang),
        "revision": say(f"第{document.revision}版", f"revision {document.revision}", lang),
        "recipient": {
            "name": say(f"{single(document.recipient.name)} 御中", single(document.recipient.name), lang),
            "rows": party_rows(document.recipient, lang, is_payee=document.kind is DocumentKind.PAYMENT_NOTICE),
        },
        "sender": {
            "name": single(document.sender.name),
            "rows": party_rows(document.sender, lang, is_payee=document.kind is not DocumentKind.PAYMENT_NOTICE),
        },
        "lead": text.lead(document),
        "headline": text.headline(document),
        "facts": list(text.facts(document)),
        "blocks": blocks,
        "clauses": list(text.clauses(document)),
        "notes": document.notes.strip(),
        "seals": text.seals(document),
        "synthetic": say(
            "合成データ：実在の企業・取引ではありません。", "Synthetic data: no real firm, no real trade.", lang
        )
        if document.is_synthetic
        else "",
    }


def party_rows(party: DocumentParty, lang: str, *, is_payee: bool) -> list[str]:
    """Return what stands below the name of a party."""
    ways = [(say("電話", "Phone", lang), party.phone), ("FAX", party.fax)]
    rows = [
        single(party.address),
        "  ".join(f"{name} {single(value)}" for name, value in ways if value),
        single(party.email),
        say(f"担当 {single(party.person)}", f"Attn. {single(party.person)}", lang) if party.person else "",
        say(f"登録番号 {party.invoice_number}", f"Registration No. {party.invoice_number}", lang)
        if party.invoice_number and is_payee
        else "",
    ]
    return [row for row in rows if row]


def printed(value: Any, replaced: dict[str, int]) -> Any:
    """Return the view with every text as it can be printed; counts what had to be replaced."""
    if isinstance(value, str):
        shown, lost = legible(value)
        for name, count in lost.items():
            replaced[name] = replaced.get(name, 0) + count
        return breakable(shown)
    if isinstance(value, Mapping):
        return {key: printed(inner, replaced) for key, inner in value.items()}
    return [printed(inner, replaced) for inner in value] if isinstance(value, (list, tuple)) else value


def warnings_of(replaced: Mapping[str, int]) -> tuple[Words, ...]:
    """Return what a person should know of the signs that were replaced."""
    return tuple(
        Words(
            ja=f"印刷できない文字 {name} を{count}か所、〓に置き換えるか取り除きました。原稿を確かめてください。",
            en=f"{name} cannot be printed; replaced by 〓 or taken out in {count} place(s). Check the text.",
        )
        for name, count in sorted(replaced.items())
    )


def _render_daily(document: Document, secret: bytes | None) -> Rendered:
    """Set the daily sheet as its own reply form: one page with boxes, a further one for each further six items."""
    if secret is None:
        raise InputError(
            "本日の確認票は回答用紙を兼ねるので、署名の鍵が要ります。鍵を渡してください。",
            "the daily sheet is its own reply form and needs the key that signs it; give the key.",
        )
    replaced: dict[str, int] = {}

    def shown(value: str) -> str:
        return str(printed(single(value), replaced))

    cut = [line.item for line in document.lines if len(single(line.item)) > _NAME_ON_DAILY]
    items = [
        Item(
            name=shown(line.item if len(single(line.item)) <= _NAME_ON_DAILY else line.item[:_NAME_ON_DAILY] + "…"),
            drawing=shown(f"{line.drawing} {line.revision}") or None,
            process=shown(line.process) or None,
            quantity=line.quantity,
            unit=shown(line.unit),
            due=line.due_on,
            order=shown(line.order) or None,
        )
        for line in document.lines
    ]
    briefs = [
        OrderBrief(
            number=document.number,
            revision=document.revision,
            issued_on=document.made_on,
            sender=_brief_party(document.sender, shown),
            recipient=_brief_party(document.recipient, shown),
            items=tuple(items[at : at + MOST_ITEMS]),
            synthetic=document.is_synthetic,
        )
        for at in range(0, len(items), MOST_ITEMS)
    ]
    made = write_sheets(FormKind.DAILY, briefs, secret=secret, lang=document.lang)
    warnings = list(warnings_of(replaced))
    if cut:
        warnings.append(
            Words(
                ja=f"品名が長いため{len(cut)}件を{_NAME_ON_DAILY}字で切りました。",
                en=f"{len(cut)} name(s) of items were cut at {_NAME_ON_DAILY} characters.",
            )
        )
    return Rendered(
        pdf=made.pdf, sha256=hashlib.sha256(made.pdf).hexdigest(), warnings=tuple(warnings), forms=made.layouts
    )


def _brief_party(party: DocumentParty, shown: Any) -> Party:
    return Party(name=shown(party.name), fax=shown(party.fax) or None, phone=shown(party.phone) or None)
