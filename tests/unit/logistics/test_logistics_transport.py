from __future__ import annotations

from pathlib import Path

import pytest

from kumihimo.errors import FileRefused, InputError, LocatedErrors
from kumihimo.logistics import FormulaTransport, Leg, MatrixTransport, read_matrix_csv

FORMULA = FormulaTransport(
    points={"a": (35.0, 138.0), "b": (36.0, 138.0), "c": (35.0, 138.0)},
    detour=1.3,
    speed_kmh=50,
    handling_min=60,
    jpy_per_km=120,
    jpy_fixed=1500,
    kg_co2_per_km=0.5,
)


def test_formula_rounds_minutes_up_and_yen_half_up() -> None:
    leg = FORMULA.leg("a", "b")
    assert leg is not None
    # 111.195 km x 1.3 = 144.5535 km; 60 + 173.46 min; 1500 + 17346.4 yen; 72.28 kg
    assert (leg.minutes, leg.jpy) == (234, 18846)
    assert leg.kg_co2 == pytest.approx(72.277, abs=0.001)


def test_nothing_within_a_site_but_handling_between_neighbours() -> None:
    assert FORMULA.leg("a", "a") == Leg(minutes=0, jpy=0, kg_co2=0.0)
    assert FORMULA.leg("a", "c") == Leg(minutes=60, jpy=1500, kg_co2=0.0)


def test_matrix_knows_what_it_lacks() -> None:
    matrix = MatrixTransport(minutes={"a": {"b": 95}}, jpy={"a": {"b": 9000}})
    assert matrix.leg("a", "b") == Leg(minutes=95, jpy=9000, kg_co2=0.0)
    assert matrix.leg("b", "a") is None
    assert matrix.leg("b", "b") == Leg(minutes=0, jpy=0, kg_co2=0.0)


def test_an_unknown_place_has_no_way() -> None:
    assert FORMULA.leg("a", "nowhere") is None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
def test_csv_in_the_encodings_offices_use(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "m.csv"
    path.write_bytes('from,to,minutes,jpy,kg_co2\n諏訪,岡谷,25,"3,500",1.5\n\n岡谷,諏訪,30,3500,\n'.encode(encoding))
    matrix = read_matrix_csv(path)
    assert matrix.leg("諏訪", "岡谷") == Leg(minutes=25, jpy=3500, kg_co2=1.5)
    assert matrix.leg("岡谷", "諏訪") == Leg(minutes=30, jpy=3500, kg_co2=0.0)


def test_csv_mistakes_are_located_and_nothing_is_read(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text(
        "from,to,minutes,jpy,kg_co2\na,b,10,1,0\na,b,10,1,0\n,c,-5,1,0\na,c,1,x,nan\na,d,1,1,1,1\n", encoding="utf-8"
    )
    with pytest.raises(LocatedErrors) as raised:
        read_matrix_csv(path)
    found = [(p.row, p.column) for p in raised.value.problems]
    assert found == [(3, "to"), (4, "from"), (4, "minutes"), (5, "jpy"), (5, "kg_co2"), (6, "")]


def test_csv_header_and_file_refusals(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text("from,to,minutes\na,b,1\n", encoding="utf-8")
    with pytest.raises(InputError, match="header"):
        read_matrix_csv(path)
    with pytest.raises(FileRefused):
        read_matrix_csv(tmp_path / "none.csv")
