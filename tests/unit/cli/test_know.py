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
    assert "1件の誤りがあります。何も取り込みませんでした。" in refused.stderr
    assert not out.exists()
    told = json.loads(run("import", book_path, "--out", out, "--json").stdout)
    assert told["problems"][0]["row"] == 3
    assert run("check", book_path, *DAY).exit_code == 2

    rejects = tmp_path / "rejects.xlsx"
    kept = run("import", book_path, "--out", out, "--keep-going", "--rejects", rejects)
    assert kept.exit_code == 2, "good rows were written, but something is left to be mended"
    assert "誤りのある行は取り込んでいません" in kept.stderr
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
def test_a_mistake_is_one_clear_line(
    made: Path, args: tuple[str, ...], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*(arg.format(made=made) for arg in args))
    assert result.exit_code == 2
    assert words in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


def test_nothing_that_exists_is_written_over_unasked(made: Path, tmp_path: Path) -> None:
    book = tmp_path / "filled.xlsx"
    book.write_bytes(b"a day of somebody's work")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    free = tmp_path / "free.json"
    firm = read_network(made).network.firms[0].id
    commands: tuple[tuple[object, ...], ...] = (
        ("template", "--out", book),
        ("generate", "--firms", 3, "--out", book, *DAY),
        ("generate", "--firms", 3, "--out", folder, *DAY),
        ("export", made, "--out", book),
        ("import", made, "--out", book),
        ("import", made, "--out", free, "--keep-going", "--rejects", book),
        ("sheet", made, firm, "--out", book, *DAY),
        ("sheet", made, "--all", "--out", folder, *DAY),
    )
    for command in commands:
        refused = run(*command)
        assert refused.exit_code == 2, command
        assert "--force" in refused.stderr
        assert len(refused.stderr.strip().splitlines()) == 1
        assert book.read_bytes() == b"a day of somebody's work"
        assert [path.name for path in folder.iterdir()] == ["mine.txt"]
        assert not free.exists()
    assert "exists" in run("template", "--out", book, "--lang", "en").stderr
    assert run("template", "--out", book, "--force").exit_code == 0
    assert read_network(book).network.firms == ()


def test_force_never_writes_over_an_input_and_leaves_no_table_of_a_higher_viewer(made: Path, tmp_path: Path) -> None:
    before = made.read_bytes()
    assert "同じ名前" in run("export", made, "--out", made, "--force").stderr
    assert made.read_bytes() == before
    folder = tmp_path / "folder"
    assert run("export", made, "--out", folder).exit_code == 0
    assert (folder / "capacities.csv").exists()
    assert run("export", made, "--out", folder, "--viewer", "network", "--force").exit_code == 0
    assert not (folder / "capacities.csv").exists()


def test_importing_an_empty_template_says_that_there_is_no_firm(tmp_path: Path) -> None:
    book, out = tmp_path / "t.xlsx", tmp_path / "n.json"
    run("template", "--out", book)
    refused = run("import", book, "--out", out)
    assert refused.exit_code == 2
    assert "企業が1件もありません" in refused.stderr
    assert not out.exists()


def test_part_of_a_name_shows_the_one_firm_that_has_it(tmp_path: Path) -> None:
    rows = [
        {"id": "F1", "name": "株式会社カモメ精機", "name_kana": "カモメセイキ"},
        {"id": "F2", "name": "鈴木製作所", "name_kana": "スズキセイサクショ"},
        {"id": "F3", "name": "鈴木メッキ", "name_kana": "スズキメッキ"},
    ]
    path = tmp_path / "n.json"
    path.write_text(json.dumps({"format": "kumihimo-network/1", "firms": rows}, ensure_ascii=False), encoding="utf-8")
    assert "カモメ精機" in run("show", path, "かもめ").stdout
    assert "株式会社" in run("show", path, "カモメ").stdout
    several = run("show", path, "鈴木")
    assert several.exit_code == 2
    assert "2社あります" in several.stderr
    assert "ありません" in run("show", path, "佐藤").stderr
