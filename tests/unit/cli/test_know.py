"""`kumihimo know`: what a coordinator types, what comes back, and that a mistake is never a traceback."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from typer.testing import CliRunner, Result

from kumihimo.cli.know import app
from kumihimo.interop import read_network

DAY = ("--today", "2026-11-22")


def run(*args: object) -> Result:
    result = CliRunner().invoke(app, [str(arg) for arg in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def run_json(*args: object) -> Any:
    result = run(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("know") / "n.json"
    assert run("generate", "--firms", 12, "--seed", 7, "--out", path, *DAY).exit_code == 0
    return path


def test_generate_is_repeatable_and_says_that_it_is_synthetic(made: Path, tmp_path: Path) -> None:
    again = run_json("generate", "--firms", 12, "--seed", 7, "--out", tmp_path / "again.json", *DAY)
    assert again["synthetic"] is True
    assert again["rows"]["firms"] == 12
    assert (tmp_path / "again.json").read_bytes() == made.read_bytes()
    assert json.loads(made.read_text(encoding="utf-8"))["synthetic"] is True


def test_export_and_import_keep_the_network_in_every_format(made: Path, tmp_path: Path) -> None:
    source: Path = made
    for name in ("a.xlsx", "folder", "b.json"):
        target = tmp_path / name
        assert run("export", source, "--out", target).exit_code == 0
        source = target
    assert run("import", source, "--out", tmp_path / "c.json").exit_code == 0
    assert (tmp_path / "c.json").read_bytes() == made.read_bytes()


def test_export_for_the_network_holds_no_price_and_no_capacity(made: Path, tmp_path: Path) -> None:
    assert run("export", made, "--out", tmp_path / "n.json", "--viewer", "network").exit_code == 0
    text = (tmp_path / "n.json").read_text(encoding="utf-8")
    assert "setup_jpy" in made.read_text(encoding="utf-8")
    assert "setup_jpy" not in text
    assert "hours_available" not in text


def test_check_finds_what_there_is_to_find(made: Path, tmp_path: Path) -> None:
    document = json.loads(made.read_text(encoding="utf-8"))
    twin = {**document["firms"][0], "id": "TWIN"}
    twin.pop("corporate_number", None)
    twin.pop("invoice_number", None)
    document["firms"].append(twin)
    path = tmp_path / "twin.json"
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    found = run_json("check", path, *DAY)
    assert found["rows"]["firms"] == 13
    assert found["problems"] == []
    assert [sorted(item["firms"]) for item in found["duplicates"]] == [sorted([document["firms"][0]["id"], "TWIN"])]
    assert found["duplicates"][0]["reasons_ja"]
    assert found["single_source"]
    late = run_json("check", path, "--today", "2035-01-01")
    assert len(late["stale_capacities"]) == len({row["site"] for row in document["capacities"]})
    dated = [row for row in document["certificates"] if "expires_on" in row]
    assert len(late["expiring_certificates"]) == len(dated) > 0
    assert "重複かもしれない企業" in run("check", path, *DAY).stdout
    assert "Possible duplicates" in run("check", path, "--lang", "en", *DAY).stdout


def test_bad_rows_stop_the_import_or_go_to_a_workbook(made: Path, tmp_path: Path) -> None:
    book_path = tmp_path / "n.xlsx"
    run("export", made, "--out", book_path)
    book = openpyxl.load_workbook(book_path)
    headers = [str(cell.value) for cell in book["能力"][1]]
    place = headers.index("最大ロット[個]") + 1
    book["能力"].cell(3, place).value = "いくらでも"
    book.save(book_path)

    out = tmp_path / "out.json"
    refused = run("import", book_path, "--out", out)
    assert refused.exit_code == 2
    assert "能力 3行目「最大ロット[個]」: 「いくらでも」" in refused.stderr
    assert not out.exists()
    told = json.loads(run("import", book_path, "--out", out, "--json").stdout)
    assert told["problems"][0]["row"] == 3
    assert run("check", book_path, *DAY).exit_code == 2

    rejects = tmp_path / "rejects.xlsx"
    kept = run("import", book_path, "--out", out, "--keep-going", "--rejects", rejects)
    assert kept.exit_code == 0
    assert out.exists()
    bad = openpyxl.load_workbook(rejects)
    bad["能力"].cell(2, place).value = "100個"
    bad.save(rejects)
    mended = tmp_path / "mended.json"
    assert run("import", rejects, "--into", out, "--out", mended).exit_code == 0
    rows = {row.id: row for row in read_network(mended).network.capabilities}
    original = read_network(made).network.capabilities
    assert len(rows) == len(original)
    assert sum(rows[row.id] != row for row in original) <= 1


def test_show_and_sheet(made: Path, tmp_path: Path) -> None:
    firm = read_network(made).network.firms[0]
    shown = run("show", made, firm.name)
    assert shown.exit_code == 0
    assert firm.name in shown.stdout
    assert "合成データ" in shown.stdout
    assert run_json("show", made, firm.id, *DAY)["firms"][0]["id"] == firm.id
    assert "invented" in run("show", made, firm.id, "--lang", "en").stdout
    pdf = tmp_path / "s.pdf"
    assert run("sheet", made, firm.id, "--out", pdf, *DAY).exit_code == 0
    assert len(pypdf.PdfReader(pdf).pages) == 1
    assert "setup_jpy" not in json.dumps(run_json("sheet", made, firm.id, *DAY))
    folder = tmp_path / "sheets"
    assert run("sheet", made, "--all", "--out", folder, *DAY).exit_code == 0
    assert len(list(folder.glob("*.pdf"))) == 12


def test_template_can_be_read_back(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    assert run("template", "--out", path).exit_code == 0
    assert read_network(path).network.firms == ()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("check", "none.xlsx"), "見つかりません"),
        (("export", "{made}", "--out", "n.ods"), "書き出せません"),
        (("export", "{made}", "--out", "{made}"), "同じ名前"),
        (("show", "{made}", "だれか"), "ありません"),
        (("sheet", "{made}"), "--all"),
        (("sheet", "{made}", "--all"), "--out"),
        (("template", "--out", "t.txt"), ".xlsx"),
        (("import", "{made}", "--out", "x.json", "--rejects", "r.xlsx"), "--keep-going"),
        (("generate", "--firms", "5", "--out", "no/such/folder/n.json"), "フォルダ"),
        (("generate", "--firms", "30000", "--out", "n.xlsx"), "フォルダ名"),
    ],
)
def test_a_mistake_is_one_clear_line(made: Path, args: tuple[str, ...], words: str) -> None:
    result = run(*(arg.format(made=made) for arg in args))
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output
