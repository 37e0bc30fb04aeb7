"""The tables in English: every label, unit and help has words, and what is shown can be read back."""

from __future__ import annotations

import re
from datetime import date

import pytest

from kumihimo.interop.cell import read_cell, show_cell
from kumihimo.interop.code_lists import code_list
from kumihimo.interop.table_spec import table_specs
from kumihimo.model import TABLES
from kumihimo.simulate import generate_network

JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-龠]")


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_english_of_its_own(table: str) -> None:
    columns = table_specs()[table].columns
    words = [word for one in columns for word in (one.en, one.unit_en, one.help_en)]
    words += [option.en for one in columns for option in one.choices or ()]  # type: ignore[attr-defined]
    assert [word for word in words if JAPANESE.search(word)] == []
    assert len({one.en for one in columns}) == len(columns)


def test_what_english_shows_is_read_back() -> None:
    network = generate_network(firms=12, seed=5, today=date(2026, 11, 23))
    for table, spec in table_specs().items():
        for row in getattr(network, table):
            for column in spec.columns:
                value = getattr(row, column.name)
                if value != column.default:
                    assert read_cell(column, show_cell(column, value, "en")) == value, (table, column.name)


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_family_whose_name_is_a_grade_in_the_shops_is_shown_by_its_name(lang: str) -> None:
    families = code_list("material_families")
    assert families is not None
    label = families.shown("carbide", lang)
    assert label == {"ja": "超硬合金", "en": "cemented carbide"}[lang]
    assert families.find(label) == ("carbide",)
