"""The words of `kumihimo know check` and `kumihimo know show`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kumihimo.cli.console import Lang

if TYPE_CHECKING:
    from kumihimo.interop.check import Check
    from kumihimo.model import Network, Visibility

_SHOWN = 10


def check_lines(check: Check, lang: Lang) -> Iterator[str]:
    """Yield the findings line by line."""
    from kumihimo.interop.profile import term_ja
    from kumihimo.interop.table_spec import SHEETS

    ja = lang is Lang.JA
    mark = ("【合成データ】" if ja else "[synthetic] ") if check.synthetic else ""
    yield f"{mark}{check.name}"
    if ja:
        yield "  " + "  ".join(f"{SHEETS[table]} {count:,}" for table, count in check.rows.items())
    else:
        yield "  " + "  ".join(f"{table} {count:,}" for table, count in check.rows.items())
    yield from _section("誤り" if ja else "Problems", [item.text(lang) for item in check.problems], ja)
    yield from _section(
        "重複かもしれない企業（確かめるだけで、まとめません）"
        if ja
        else "Possible duplicates (never merged by themselves)",
        [
            f"{item.first} {first} ＝ {item.second} {second}（{'、'.join(item.reasons_ja)}）"
            if ja
            else f"{item.first} {first} = {item.second} {second} ({', '.join(item.reasons_en)})"
            for item, first, second in check.duplicates
        ],
        ja,
    )
    yield from _section(
        "余力の確認が2週間より前の拠点（不明として扱います）"
        if ja
        else "Sites whose capacity was asked over two weeks ago",
        [f"{site} {firm}: {day.isoformat()}" for site, firm, day in check.stale_capacities],
        ja,
    )
    yield from _section(
        "期限切れ・90日以内に切れる認証" if ja else "Certificates expired or expiring within 90 days",
        [
            f"{day.isoformat()} {firm}: {term_ja('certificates', scheme) if ja else scheme}"
            for _, firm, scheme, day in check.expiring
        ],
        ja,
    )
    yield from _section(
        "1社しかできない工程" if ja else "Processes that one firm alone does",
        [f"{term_ja('processes', process) if ja else process}: {firm}" for process, firm in check.single_source],
        ja,
    )


def firm_lines(network: Network, firm: str, viewer: Visibility, lang: Lang) -> Iterator[str]:
    """Yield what a viewer may see of a firm, line by line; raises `InputError` when there is no such firm."""
    from kumihimo.interop.profile import find_firm, labelled, rows_of_firm
    from kumihimo.interop.table_spec import table_specs
    from kumihimo.interop.visible import visible_network

    identifier = find_firm(network, firm)
    seen = visible_network(network, viewer)
    if network.synthetic or network.firm(identifier).synthetic:
        yield "【合成データ】架空の企業です。" if lang is Lang.JA else "[synthetic] This firm is invented."
    for table, rows in rows_of_firm(seen, identifier).items():
        spec = table_specs()[table]
        columns = spec.visible(viewer)
        if not columns or not rows:
            continue
        yield f"■ {spec.sheet}（{len(rows)}）" if lang is Lang.JA else f"# {table} ({len(rows)})"
        for row in rows:
            if lang is Lang.JA:
                yield "  " + "  ".join(f"{header}: {value}" for header, value in labelled(columns, row))
            else:
                named = ((column.name, getattr(row, column.name)) for column in columns)
                yield "  " + "  ".join(f"{name}={value}" for name, value in named if value not in (None, "", ()))


def _section(title: str, lines: list[str], ja: bool) -> Iterator[str]:
    if not lines:
        yield f"✓ {title}: {'なし' if ja else 'none'}"
        return
    yield f"! {title}: {len(lines)}{'件' if ja else ''}"
    for line in lines[:_SHOWN]:
        yield f"    {line}"
    if len(lines) > _SHOWN:
        yield f"    … {'ほか' if ja else 'and'} {len(lines) - _SHOWN}{'件' if ja else ' more'}"
