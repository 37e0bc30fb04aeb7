"""A sheet in the frame of the documents that is no trade document of its own: a statement, a report of progress."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from kumihimo.errors import InputError
from kumihimo.paper.document_parts import DocumentParty
from kumihimo.paper.document_tables import say, single
from kumihimo.paper.form import day_text
from kumihimo.paper.rendering import Rendered, party_rows, printed, warnings_of
from kumihimo.paper.typesetting import FONT_FAMILY, compile_pdf

SHEET_FORMAT = "kumihimo-sheet/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetTable:
    """A table: the heads of its columns, which of them hold figures, and its rows."""

    caption: str
    heads: tuple[str, ...]
    figures: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """Refuse rows that do not fit under the heads."""
        if any(len(row) != len(self.heads) for row in self.rows):
            raise InputError(
                f"表「{self.caption}」の行は{len(self.heads)}列ではありません。見出しと列数を合わせてください。",
                f"the rows of the table '{self.caption}' are not of {len(self.heads)} columns; make them fit.",
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a sheet says, in words that are ready to be printed in its language.

    Attributes
    ----------
    headline
        Label and value that are printed large.
    facts
        Label and value, one below the other.
    clauses
        Sentences below the tables.
    """

    title: str
    number: str
    made_on: date
    sender: DocumentParty
    recipient: DocumentParty
    lead: str
    revision: int = 1
    lang: str = "ja"
    headline: tuple[str, str] | None = None
    facts: tuple[tuple[str, str], ...] = ()
    tables: tuple[SheetTable, ...] = ()
    clauses: tuple[str, ...] = ()
    notes: str = ""
    is_synthetic: bool = False


def sheet_from_json(document: Mapping[str, Any]) -> Sheet:
    """Return the sheet of its JSON, format ``kumihimo-sheet/1``.

    Raises
    ------
    InputError
        It is of another format.
    """
    if document.get("format") != SHEET_FORMAT:
        raise InputError(
            f"書類の形式が「{document.get('format')}」です。{SHEET_FORMAT} を渡してください。",
            f"the sheet is of the format {document.get('format')!r}; give {SHEET_FORMAT}.",
        )
    values = {key: value for key, value in document.items() if key != "format"}
    values["made_on"] = date.fromisoformat(values["made_on"])
    for who in ("sender", "recipient"):
        values[who] = DocumentParty(**values[who])
    values["headline"] = None if values.get("headline") is None else tuple(values["headline"])
    values["facts"] = tuple((label, value) for label, value in values.get("facts", ()))
    values["tables"] = tuple(
        SheetTable(
            caption=one["caption"],
            heads=tuple(one["heads"]),
            figures=tuple(one["figures"]),
            rows=tuple(map(tuple, one["rows"])),
        )
        for one in values.get("tables", ())
    )
    values["clauses"] = tuple(values.get("clauses", ()))
    return Sheet(**values)


def render_sheet(sheet: Sheet) -> Rendered:
    """Set a sheet: the same content gives the same bytes."""
    lang = sheet.lang
    replaced: dict[str, int] = {}
    view = printed(
        {
            "lang": lang,
            "font": FONT_FAMILY,
            "title": sheet.title,
            "number": f"{sheet.number}-r{sheet.revision}",
            "labels": {
                "number": say("番号", "No.", lang),
                "date": say("発行日", "Date", lang),
                "notes": say("備考", "Notes", lang),
            },
            "date": day_text(sheet.made_on, lang),
            "revision": say(f"第{sheet.revision}版", f"revision {sheet.revision}", lang),
            "recipient": {
                "name": say(f"{single(sheet.recipient.name)} 御中", single(sheet.recipient.name), lang),
                "rows": party_rows(sheet.recipient, lang, is_payee=True),
            },
            "sender": {
                "name": single(sheet.sender.name),
                "rows": party_rows(sheet.sender, lang, is_payee=True),
            },
            "lead": sheet.lead,
            "headline": sheet.headline,
            "facts": [list(row) for row in sheet.facts],
            "blocks": [_block(table) for table in sheet.tables],
            "clauses": list(sheet.clauses),
            "notes": sheet.notes.strip(),
            "seals": [],
            "synthetic": say(
                "合成データ：実在の企業・取引ではありません。", "Synthetic data: no real firm, no real trade.", lang
            )
            if sheet.is_synthetic
            else "",
        },
        replaced,
    )
    view["code"] = ""
    source = files("kumihimo.paper").joinpath("templates", "document.typ").read_bytes()
    pdf = compile_pdf(source, json.dumps(view, ensure_ascii=False))
    return Rendered(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), warnings=warnings_of(replaced))


def _block(table: SheetTable) -> dict[str, Any]:
    # Figures keep a column of their own width; words share what they leave.
    columns = [
        {"label": head, "width": 32 if at in table.figures else 0, "figure": at in table.figures}
        for at, head in enumerate(table.heads)
    ]
    return {"caption": table.caption, "columns": columns, "rows": [list(row) for row in table.rows]}
