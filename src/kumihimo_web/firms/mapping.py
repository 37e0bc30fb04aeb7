"""Between the nouns of `kumihimo.model` and the rows of the database; nothing else knows both."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from kumihimo.interop.cell import from_json, to_json
from kumihimo.interop.table_spec import Column, TableSpec, table_specs
from kumihimo.model import AssessmentStatus, Network
from kumihimo_web.firms.models import ROWS, Assessment, Firm, NounRow, Site


def to_data(table: str, noun: Any) -> dict[str, Any]:
    """Return the JSON of a noun; what is empty or as by default is left out."""
    values = ((column, getattr(noun, column.name)) for column in table_specs()[table].columns)
    return {column.name: to_json(value) for column, value in values if column.required or value != column.default}


def to_noun(row: NounRow) -> Any:
    """Return the noun of a row."""
    return noun_of(table_specs()[row.table], row.data)


def noun_of(spec: TableSpec, data: Mapping[str, Any]) -> Any:
    """Return the noun of its JSON."""
    columns = _columns(spec.name)
    told = ((columns[name], value) for name, value in data.items() if value is not None and name in columns)
    return spec.noun(**{column.name: from_json(column, value) for column, value in told})


@cache
def _columns(table: str) -> Mapping[str, Column]:
    return {column.name: column for column in table_specs()[table].columns}


def fill(row: NounRow, noun: Any, firm: str) -> NounRow:
    """Take over a noun into its row."""
    row.ref, row.firm, row.data = noun.id, firm, to_data(row.table, noun)
    for name in row.lifted:
        value = getattr(noun, name)
        setattr(row, name, to_json(value))
    if isinstance(row, Firm):
        row.search = folded(" ".join((noun.id, noun.name, noun.name_kana, noun.name_en)))
    elif isinstance(row, Site):
        row.prefecture = noun.prefecture
    elif isinstance(row, Assessment):
        row.is_public = noun.status in (AssessmentStatus.PUBLISHED, AssessmentStatus.EXPIRED)
    return row


def folded(text: str) -> str:
    """Return a text as it is searched: NFKC, lower case, katakana for hiragana."""
    found = unicodedata.normalize("NFKC", text).lower()
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in found)


def firm_of(table: str, noun: Any, site_firm: Mapping[str, str]) -> str:
    """Return the id of the firm that a noun belongs to; empty for a shared calendar."""
    if table == "firms":
        return str(noun.id)
    if table == "calendars":
        return ""
    firm = getattr(noun, "firm", None)
    return str(firm) if firm else site_firm.get(getattr(noun, "site", ""), "")


def rows_of(network: Network, network_id: int) -> Iterable[tuple[type[NounRow], list[NounRow]]]:
    """Yield (model, unsaved rows) of every table of a network."""
    site_firm = {site.id: site.firm for site in network.sites}
    for table, model in ROWS.items():
        nouns = getattr(network, table)
        yield model, [fill(model(network_id=network_id), one, firm_of(table, one, site_firm)) for one in nouns]


def network_of(name: str, synthetic: bool, rows: Mapping[str, Iterable[NounRow]]) -> Network:
    """Return a network of rows by table."""
    nouns = {table: tuple(to_noun(row) for row in found) for table, found in rows.items()}
    return Network(name=name, synthetic=synthetic, **nouns)
