"""Lines, prices and drawings out of what commands and events carry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from kumihimo.trade.order import Drawing, LinePrice, OrderLine


def lines_of(data: Iterable[Mapping[str, Any]]) -> tuple[OrderLine, ...]:
    """Return the lines of a command."""
    return tuple(OrderLine(**line) for line in data)


def line_data(line: OrderLine) -> dict[str, Any]:
    """Return a line as commands carry it."""
    return {key: value for key, value in asdict(line).items() if value not in (None, "")}


def lines_data(lines: Iterable[OrderLine]) -> list[dict[str, Any]]:
    """Return lines as commands carry them."""
    return [line_data(line) for line in lines]


def prices_of(data: Iterable[Mapping[str, Any]]) -> tuple[LinePrice, ...]:
    """Return the prices of a command."""
    return tuple(LinePrice(line=row["line"], unit_price_jpy=row["unit_price_jpy"]) for row in data)


def drawings_of(data: Iterable[Mapping[str, Any]]) -> tuple[Drawing, ...]:
    """Return the drawings of a command."""
    return tuple(Drawing(number=row["number"], revision=row["revision"], sha256=row["sha256"]) for row in data)


def priced(lines: tuple[OrderLine, ...], prices: Iterable[LinePrice]) -> tuple[OrderLine, ...]:
    """Return the lines with these prices; a line that they do not name keeps its own."""
    found = {price.line: price.unit_price_jpy for price in prices}
    return tuple(replace(line, unit_price_jpy=found[line.no]) if line.no in found else line for line in lines)
