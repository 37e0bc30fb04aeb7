"""A network that is written and read again is the same network, in every format."""

from __future__ import annotations

import csv
import json
from dataclasses import fields, replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kumihimo.interop import read_network, write_network
from kumihimo.interop.table_spec import table_specs
from kumihimo.model import TABLES, Network, Visibility
from kumihimo.model.firm import legal_form_in
from kumihimo.simulate import generate_network

FORMATS = ("n.xlsx", "n.json", "folder")


@pytest.mark.parametrize("name", FORMATS)
def test_every_kind_of_value_comes_back(network: Network, tmp_path: Path, name: str) -> None:
    assert all(getattr(network, table) for table in TABLES), "the fixture must hold a row of every table"
    write_network(network, tmp_path / name)
    assert read_network(tmp_path / name).network == network


@pytest.mark.parametrize("name", FORMATS)
def test_an_empty_network_comes_back(tmp_path: Path, name: str) -> None:
    write_network(Network(name="空"), tmp_path / name)
    assert read_network(tmp_path / name).network == Network(name="空")


_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\ufffe\uffff"),
    max_size=30,
).map(str.strip)
_WORD = st.text("abcＡあ亜ー0-9_,、;\\'=+@", min_size=1, max_size=8).map(str.strip).filter(bool)
_AMOUNT = st.none() | st.floats(0, 1e6, allow_subnormal=False)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(data=st.data(), name=st.sampled_from(FORMATS))
def test_any_values_come_back(
    network: Network, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, name: str
) -> None:
    base = network
    firm = replace(
        base.firms[0],
        name=data.draw(_TEXT.filter(bool)),
        note=data.draw(_TEXT),
        website="",
        employees=data.draw(st.none() | st.integers(0, 10**9)),
        wants_new_work=data.draw(st.none() | st.booleans()),
        languages=data.draw(st.sampled_from([(), ("ja",), ("en", "ja")])),
    )
    row = replace(
        base.capabilities[0],
        env_l_mm=data.draw(_AMOUNT),
        tol_best_mm=data.draw(_AMOUNT),
        lot_max=data.draw(st.none() | st.integers(1, 10**9)),
        valid_from=data.draw(st.none() | st.dates(date(1930, 1, 1), date(2100, 1, 1))),
    )
    if row.lot_max is not None:
        row = replace(row, lot_min=min(row.lot_max, 1))
    assessment = replace(base.assessments[0], scores=tuple(data.draw(st.lists(_WORD, max_size=4))))
    changed = replace_tables(base, firms=(firm, *base.firms[1:]), capabilities=(row, *base.capabilities[1:]))
    changed = replace_tables(changed, assessments=(assessment,))
    path = tmp_path_factory.mktemp("any") / name
    write_network(changed, path)
    assert read_network(path).network == changed


def replace_tables(network: Network, **tables: object) -> Network:
    held = {item.name: getattr(network, item.name) for item in fields(network) if item.init}
    return Network(**{**held, **tables})  # type: ignore[arg-type]


def test_text_that_looks_like_a_formula_is_written_as_text(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "n.xlsx"
    write_network(network, path)
    sheet = openpyxl.load_workbook(path)["企業"]
    column = [cell.value for cell in sheet[1]].index("備考")
    cell = sheet.cell(2, column + 1)
    assert cell.value.startswith("=1+1")
    assert cell.data_type == "s"
    assert cell.quotePrefix
    write_network(network, tmp_path / "csv")
    with (tmp_path / "csv" / "firms.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["備考"].startswith("'=1+1")
    assert rows[1]["備考"] == "''=引用符のある文"


def test_workbook_can_be_used_by_people(network: Network, tmp_path: Path) -> None:
    path = tmp_path / "n.xlsx"
    write_network(network, path)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["はじめに", *(spec.sheet for spec in table_specs().values()), "選択肢"]
    assert book["選択肢"].sheet_state == "hidden"
    guide = "\n".join(str(cell.value) for row in book["はじめに"] for cell in row if cell.value)
    assert "合成データ" in guide
    assert "Apache-2.0" in guide
    sheet = book["能力"]
    headers = [cell.value for cell in sheet[1]]
    assert "最大長[mm]" in headers
    assert sheet.freeze_panes == "B2"
    assert sheet.cell(1, 1).comment is not None
    place = headers.index("工程") + 1
    letter = sheet.cell(1, place).column_letter
    (rule,) = [rule for rule in sheet.data_validations.dataValidation if f"{letter}2" in str(rule.sqref)]
    choices = book["選択肢"]
    column = rule.formula1.split("!$")[1].split("$")[0]
    assert "5軸加工" in [cell.value for cell in choices[column]]
    dates = book["実績"]
    assert dates.cell(2, [cell.value for cell in dates[1]].index("納入日") + 1).is_date


@pytest.mark.parametrize("viewer", [Visibility.PUBLIC, Visibility.NETWORK, Visibility.COORDINATOR])
@pytest.mark.parametrize("name", FORMATS)
def test_nothing_hidden_is_written(network: Network, tmp_path: Path, name: str, viewer: Visibility) -> None:
    path = tmp_path / name
    write_network(network, path, viewer=viewer)
    seen = read_network(path).network
    order = tuple(Visibility)
    for table, spec in table_specs().items():
        for row in getattr(seen, table):
            for column in spec.columns:
                if column.name == "legal_form" and row.legal_form is legal_form_in(row.name):
                    continue  # the name says it to everybody
                if order.index(column.see) > order.index(viewer):
                    assert getattr(row, column.name) == column.default, (table, column.name)
    if viewer is Visibility.NETWORK:
        assert seen.firms
        assert seen.capabilities
        assert not seen.capacities
    files = [path] if path.is_file() else list(path.iterdir())
    for file in files:
        if file.suffix != ".xlsx":
            text = file.read_text(encoding="utf-8-sig")
            assert "8123" not in text
            assert "-4321" not in text


def test_json_says_what_it_is(network: Network, tmp_path: Path) -> None:
    write_network(network, tmp_path / "n.json")
    document = json.loads((tmp_path / "n.json").read_text(encoding="utf-8"))
    assert document["format"] == "kumihimo-network/1"
    assert document["synthetic"] is True
    assert document["sites"][0]["municipality"] == "202061"
    assert document["assessments"][0]["method"] == 3


def test_spreadsheet_day_numbers_are_dates() -> None:
    from kumihimo.interop.japanese_date import read_date

    assert read_date((date(2026, 11, 22) - date(1899, 12, 30)).days) == date(2026, 11, 22)
    assert read_date(46348, epoch=date(1904, 1, 1)) == date(1904, 1, 1) + timedelta(days=46348)


@pytest.mark.parametrize("name", FORMATS)
def test_a_synthetic_network_comes_back(tmp_path: Path, name: str) -> None:
    made = generate_network(25, 11, today=date(2026, 11, 22))
    write_network(made, tmp_path / name)
    assert read_network(tmp_path / name).network == made


def test_same_network_same_bytes(network: Network, tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_network(network, tmp_path / name)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
