"""What `to_json` writes, `from_json` gives back, for every value of a network."""

from __future__ import annotations

from datetime import date

import pytest

from kumihimo.interop.cell import from_json, read_cell, to_json
from kumihimo.interop.table_spec import table_specs
from kumihimo.model import Network
from kumihimo.simulate import generate_network


@pytest.fixture(scope="module")
def network() -> Network:
    return generate_network(60, 7, today=date(2026, 11, 23))


@pytest.mark.parametrize("table", list(table_specs()))
def test_every_value_comes_back(network: Network, table: str) -> None:
    spec = table_specs()[table]
    nouns = getattr(network, table)
    for noun in nouns:
        for column in spec.columns:
            value = getattr(noun, column.name)
            if value is None:
                continue
            written = to_json(value)
            found = from_json(column, written)
            assert found == value, column.name
            # A person's way of reading the same must not come to anything else.
            if written not in ("", []):
                assert found == read_cell(column, written), column.name
    assert nouns
