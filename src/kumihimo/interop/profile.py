"""The profile of one firm as a viewer may see it: the content of the sheet わが社のひとわざ, and its JSON."""

from __future__ import annotations

from datetime import date
from typing import Any

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.interop.cell import show_cell, to_json
from kumihimo.interop.table_spec import Column, table_specs
from kumihimo.interop.visible import visible_network
from kumihimo.model import Capability, Network, Visibility

FORMAT = "kumihimo-profile/1"


def find_firm(network: Network, wanted: str) -> str:
    """Return the id of the firm with this id, or with this name or part of it when one firm alone is called so.

    Raises
    ------
    InputError
        There is none, or several.
    """
    from kumihimo.interop.firm_name import fold_kana, fold_name

    ids = {firm.id for firm in network.firms}
    if wanted in ids:
        return wanted
    core = fold_name(wanted)
    named = [firm for firm in network.firms if fold_name(firm.name) == core]
    if not named and core:
        # かもめ finds カモメ精機: names and readings are compared by their sound as well.
        sound = fold_kana(wanted)
        named = [
            firm
            for firm in network.firms
            if core in fold_name(firm.name)
            or (sound and any(sound in fold_kana(text) for text in (firm.name, firm.name_kana)))
        ]
    if len(named) == 1:
        return named[0].id
    if named:
        choices = "、".join(f"{firm.id} {firm.name}" for firm in named[:5])
        raise InputError(
            f"「{wanted}」は{len(named)}社あります。企業IDで指定してください: {choices}",
            f"{wanted!r} names {len(named)} firms; use the id: {choices}",
        )
    from rapidfuzz import fuzz, process

    known = {firm.id: firm.id for firm in network.firms} | {firm.name: firm.id for firm in network.firms}
    hits = process.extract(wanted, list(known), scorer=fuzz.WRatio, limit=3, score_cutoff=60)
    near = "、".join(hit[0] for hit in hits)
    raise InputError(
        f"企業「{wanted}」はありません。"
        + (f"もしかして: {near}" if near else "know check で一覧を確かめてください。"),
        f"No firm {wanted!r}." + (f" Did you mean {near}?" if near else " See the list with `know check`."),
    )


def profile(network: Network, firm: str, *, viewer: Visibility, today: date) -> dict[str, Any]:
    """Return everything that a viewer may see of a firm, by table and English name, with codes.

    Parameters
    ----------
    network
        The network.
    firm
        Id of the firm.
    viewer
        Level of the viewer. Tables whose id or required columns are hidden are left out.
    today
        Day of issue; no other clock is asked.

    Raises
    ------
    InputError
        There is no such firm.
    """
    identifier = find_firm(network, firm)
    network = visible_network(network, viewer)
    document: dict[str, Any] = {
        "format": FORMAT,
        "network": network.name,
        "synthetic": network.synthetic or network.firm(identifier).synthetic,
        "viewer": viewer.value,
        "issued_on": today.isoformat(),
    }
    for table, rows in rows_of_firm(network, identifier).items():
        columns = table_specs()[table].visible(viewer)
        if columns:
            document[table] = [_visible_row(columns, row) for row in rows]
    return document


def rows_of_firm(network: Network, firm: str) -> dict[str, list[Any]]:
    """Return the rows of all tables that belong to a firm; a calendar belongs to whoever works by it."""
    sites = [site for site in network.sites if site.firm == firm]
    ids = {site.id for site in sites}
    calendars = {site.calendar for site in sites}
    rows: dict[str, list[Any]] = {"firms": [network.firm(firm)], "sites": sites}
    for table, spec in table_specs().items():
        if table in rows:
            continue
        names = {column.name for column in spec.columns}
        held = getattr(network, table)
        if "site" in names:
            rows[table] = [row for row in held if row.site in ids]
        elif "firm" in names:
            rows[table] = [row for row in held if row.firm == firm]
        else:
            rows[table] = [row for row in held if row.id in calendars]
    return rows


def best_first(rows: list[Capability]) -> list[Capability]:
    """Return capability rows with the one a firm is proudest of in front: strength, evidence, finest grade."""
    return sorted(rows, key=lambda row: (-(row.strength or 0), -row.evidence, row.it_best or 99, row.id))


def size_words(row: Capability) -> str:
    """Return the envelope in words: 「300×300×250」, 「φ3〜80」, 「t0.5〜6」; empty when unknown."""
    parts = []
    box = [f"{value:g}" for value in (row.env_l_mm, row.env_w_mm, row.env_h_mm) if value is not None]
    if box:
        parts.append("×".join(box))
    parts.extend(_span("φ", row.dia_min_mm, row.dia_max_mm))
    parts.extend(_span("t", row.thick_min_mm, row.thick_max_mm))
    return " ".join(parts)


def precision_words(row: Capability) -> str:
    """Return what is held: 「IT7 Ra0.8」; empty when unknown."""
    parts = [f"IT{row.it_best}"] if row.it_best is not None else []
    if not parts and row.tol_best_mm is not None:
        parts.append(f"±{row.tol_best_mm / 2:g}")
    if row.ra_best_um is not None:
        parts.append(f"Ra{row.ra_best_um:g}")
    return " ".join(parts)


def term_ja(code_list: str, code: str) -> str:
    """Return the Japanese label of a code of one of the lists, or the code itself when the list does not know it."""
    from kumihimo.interop.code_lists import code_list as listed

    codes = listed(code_list)
    return codes.labels.get(code, code) if codes else code


def municipality_ja(code: str) -> str:
    """Return prefecture and municipality of a code."""
    town = terms.municipalities().get(code)
    return town.ja if town else code


def _span(mark: str, low: float | None, high: float | None) -> list[str]:
    if high is not None:
        return [f"{mark}{low:g}〜{high:g}" if low is not None else f"{mark}〜{high:g}"]
    return [f"{mark}{low:g}〜"] if low is not None else []


def _visible_row(columns: tuple[Column, ...], row: Any) -> dict[str, Any]:
    values = {column: getattr(row, column.name) for column in columns}
    return {column.name: to_json(value) for column, value in values.items() if value not in (None, "", ())}


def labelled(columns: tuple[Column, ...], row: Any) -> list[tuple[str, str]]:
    """Return (header, words) of the values of a row that are known, as they stand in the workbook."""
    shown = ((column.header, show_cell(column, getattr(row, column.name))) for column in columns)
    return [(header, str(value)) for header, value in shown if value is not None]
