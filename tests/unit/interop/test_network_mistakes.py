"""What people write is read; what cannot be read is said at its place, and nothing is imported."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from kumihimo.errors import FileRefused, LocatedErrors
from kumihimo.interop import network_to_json, read_network, read_raw, write_network, write_rejects, write_template
from kumihimo.interop.assemble import assemble
from kumihimo.interop.cell import read_cell
from kumihimo.interop.network_json import raw_from_json
from kumihimo.interop.problem import BadValue
from kumihimo.interop.raw import EXAMPLE_MARK
from kumihimo.interop.table_spec import table_specs
from kumihimo.model import Channel, LegalForm, Network

Edit = Callable[[Any], None]


def cell_of(book: Any, sheet: str, header: str, row: int) -> Any:
    headers = [str(cell.value).split("[")[0] for cell in book[sheet][1]]
    return book[sheet].cell(row, headers.index(header) + 1)


def put(sheet: str, header: str, row: int, value: Any) -> Edit:
    def edit(book: Any) -> None:
        cell_of(book, sheet, header, row).value = value

    return edit


@pytest.fixture
def edited(network: Network, tmp_path: Path) -> Callable[..., Path]:
    def make(*edits: Edit) -> Path:
        path = tmp_path / "edited.xlsx"
        write_network(network, path)
        book = openpyxl.load_workbook(path)
        for edit in edits:
            edit(book)
        book.save(path)
        return path

    return make


MISTAKES: tuple[tuple[Edit, str, int, str, str], ...] = (
    (put("企業", "法人番号", 2, "5000020182079"), "企業", 2, "法人番号", "検査数字"),
    (put("企業", "法人格", 3, "株式社"), "企業", 3, "法人格", "もしかして: 株式会社"),
    (put("拠点", "市区町村コード", 2, "諏訪県諏訪市"), "拠点", 2, "市区町村コード", "市区町村"),
    (put("拠点", "企業ID", 4, "F999"), "拠点", 4, "企業ID", "シート「企業」にあるID"),
    (put("能力", "工程", 3, "5軸加エ"), "能力", 3, "工程", "もしかして: 5軸加工"),
    (put("能力", "最大長", 2, "300x200"), "能力", 2, "最大長[mm]", "数値ひとつ"),
    (put("能力", "能力ID", 4, "K001"), "能力", 4, "能力ID", "重複しない"),
    (put("余力", "確認日", 2, "令和8年2月30日"), "余力", 2, "確認日", "2026年2月30日はありません"),
    (put("余力", "稼働可能時間", 3, None), "余力", 3, "稼働可能時間[h]", "空欄にできません"),
    (put("技能", "後継者", 2, "たぶん"), "技能", 2, "後継者", "はい または いいえ"),
)


def test_ten_mistakes_give_ten_located_messages(edited: Callable[..., Path]) -> None:
    path = edited(*(mistake[0] for mistake in MISTAKES))
    with pytest.raises(LocatedErrors) as caught:
        read_network(path)
    found = {(item.sheet, item.row, item.column): item for item in caught.value.problems}
    assert len(caught.value.problems) == len(MISTAKES)
    for _, sheet, row, column, words in MISTAKES:
        problem = found[sheet, row, column]
        assert words in problem.expected_ja
        assert problem.expected_en
        assert sheet in problem.text("ja")
        assert f"{row}行目" in problem.text("ja")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda item: f"{item[1]}-{item[3]}")
def test_each_mistake_alone_is_one_message(
    edited: Callable[..., Path], mistake: tuple[Edit, str, int, str, str]
) -> None:
    with pytest.raises(LocatedErrors) as caught:
        read_network(edited(mistake[0]))
    (problem,) = caught.value.problems
    assert (problem.sheet, problem.row, problem.column) == mistake[1:4]


def test_keep_going_takes_the_good_rows_and_the_mended_rest_completes_them(
    edited: Callable[..., Path], network: Network, tmp_path: Path
) -> None:
    path = edited(put("企業", "従業員数", 3, "五人くらいかな"), put("能力", "最大径", 3, "1.5"))
    result = read_network(path, keep_going=True)
    assert [firm.id for firm in result.network.firms] == ["F003"], "F001 names F002 as a rival, so it waits"
    reasons = {(item.sheet, item.row): item.expected_ja for item in result.problems}
    assert "0.0" not in reasons["企業", 3]
    assert "見送りました" in reasons["企業", 2]
    assert "最小径" in reasons["能力", 3]
    assert not list(result.network.missing_references())

    rejects = tmp_path / "rejects.xlsx"
    written = write_rejects(rejects, result.problems, read_raw(path))
    total = sum(len(getattr(network, table)) for table in ("firms", "sites", "capabilities"))
    assert written > 0
    assert total > len(result.network.firms) + len(result.network.sites) + len(result.network.capabilities)
    book = openpyxl.load_workbook(rejects)
    assert "選択肢" not in book.sheetnames
    bad = next(cell for row in book["企業"] for cell in row if cell.value == "五人くらいかな")
    assert bad.fill.start_color.rgb == "00FF9999"
    assert book["企業"].cell(1, book["企業"].max_column).value == "理由"
    assert "従業員数" in str(book["企業"].cell(bad.row, book["企業"].max_column).value)

    bad.value = 5
    headers = [str(cell.value).split("[")[0] for cell in book["能力"][1]]
    broken = next(row for row in range(2, 9) if book["能力"].cell(row, 1).value == "K002")
    book["能力"].cell(broken, headers.index("最大径") + 1).value = "φ80"
    book.save(rejects)
    merged = read_network(rejects, base=result.network).network
    for table in ("firms", "sites", "capabilities", "equipment", "assessments"):
        ids = {row.id: row for row in getattr(merged, table)}
        for row in getattr(network, table):
            same = ids[row.id]
            if row.id == "F002":
                assert same.employees == 5
            else:
                assert same == row


TOLERATED: tuple[tuple[str, str, int, Any, str, str, Any], ...] = (
    ("能力", "最大長", 2, "３００ｍｍ", "capabilities", "env_l_mm", 300.0),
    ("能力", "最大長", 2, "30cm", "capabilities", "env_l_mm", 300.0),
    ("能力", "最大径", 3, "φ80", "capabilities", "dia_max_mm", 80.0),
    ("能力", "最小公差幅", 2, "±0.01", "capabilities", "tol_best_mm", 0.02),
    ("能力", "最大質量", 2, "3トン", "capabilities", "mass_max_kg", 3000.0),
    ("能力", "最大ロット", 2, "10万", "capabilities", "lot_max", 100_000),
    ("能力", "最大ロット", 2, "約1,200個", "capabilities", "lot_max", 1200),
    ("能力", "最低受注額", 2, "￥１２，０００", "capabilities", "min_order_jpy", 12_000),
    ("能力", "最良Ra", 2, "Ra0.4", "capabilities", "ra_best_um", 0.4),
    ("能力", "標準納期", 2, "2週間", "capabilities", "lead_days_typ", 14),
    ("能力", "工程", 3, "五軸加工", "capabilities", "process", "mach.mill5"),
    ("能力", "工程", 3, "mach.mill5", "capabilities", "process", "mach.mill5"),
    ("能力", "工程", 3, "５軸加工", "capabilities", "process", "mach.mill5"),
    ("能力", "対応材質", 2, "Ａ５０５２/A7075", "capabilities", "grades_include", ("A5052", "A7075")),
    ("拠点", "市区町村コード", 2, "諏訪市", "sites", "municipality", "202061"),
    ("拠点", "市区町村コード", 2, 202061, "sites", "municipality", "202061"),
    ("拠点", "市区町村コード", 3, 11002, "sites", "municipality", "011002"),
    ("拠点", "出荷曜日", 2, "月〜金", "sites", "shipping_weekdays", (0, 1, 2, 3, 4)),
    ("拠点", "企業ID", 2, "Ｆ００１", "sites", "firm", "F001"),
    ("企業", "法人番号", 2, 4000020182079, "firms", "corporate_number", "4000020182079"),
    ("企業", "資本金", 2, "1,000万円", "firms", "capital_jpy", 10_000_000),
    ("企業", "新規受注希望", 2, "○", "firms", "wants_new_work", True),
    ("企業", "新規受注希望", 2, "×", "firms", "wants_new_work", False),
    ("企業", "希望連絡手段", 2, "ＦＡＸ", "firms", "preferred_channel", Channel.FAX),
    ("企業", "設立年", 2, "昭和52年", "firms", "founded_year", 1977),
    ("企業", "設立年", 2, "S52", "firms", "founded_year", 1977),
    ("企業", "設立年", 2, "平成元年4月", "firms", "founded_year", 1989),
    ("企業", "設立年", 2, "1977年", "firms", "founded_year", 1977),
    ("企業", "設立年", 2, "昭和52年4月1日", "firms", "founded_year", 1977),
    ("企業", "法人格", 3, "有限会社", "firms", "legal_form", LegalForm.YUGEN),
    ("企業", "電話", 2, "０２６６－１１－２２３３", "firms", "phone", "0266-11-2233"),
    ("余力", "確認日", 2, "R8.11.20", "capacities", "asked_on", date(2026, 11, 20)),
    ("余力", "確認日", 2, "令和８年１１月２０日", "capacities", "asked_on", date(2026, 11, 20)),
    ("余力", "確認日", 2, 46346, "capacities", "asked_on", date(2026, 11, 20)),
    ("余力", "週", 2, "2026年48週", "capacities", "week", "2026-W48"),
)


@pytest.mark.parametrize("case", TOLERATED, ids=lambda case: f"{case[1]}-{case[3]}")
def test_what_people_write_is_read(network: Network, case: tuple[Any, ...]) -> None:
    sheet, header, row, written, table, attribute, expected = case
    (column,) = [column for column in table_specs()[table].columns if column.name == attribute]
    assert (table_specs()[table].sheet, column.ja) == (sheet, header)
    document = network_to_json(network)
    document[table][row - 2][attribute] = written
    result = assemble(raw_from_json(document, "n.json"))
    assert getattr(getattr(result.network, table)[row - 2], attribute) == expected


def test_many_ways_of_writing_in_one_workbook(edited: Callable[..., Path]) -> None:
    chosen = [
        case
        for case in TOLERATED
        if case[3] in ("３００ｍｍ", "±0.01", "五軸加工", "R8.11.20", "月〜金", 4000020182079)
    ]
    read = read_network(edited(*(put(*case[:4]) for case in chosen))).network
    assert len(chosen) == 6
    for _, _, row, _, table, attribute, expected in chosen:
        assert getattr(getattr(read, table)[row - 2], attribute) == expected


def test_furigana_is_no_part_of_a_name(edited: Callable[..., Path], tmp_path: Path) -> None:
    path, changed = edited(), tmp_path / "furigana.xlsx"
    reading = "<rPh sb='0' eb='1'><t>カクウ</t></rPh>".encode()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(changed, "w") as target:
        for item in source.infolist():
            data = source.read(item)
            if item.filename == "xl/sharedStrings.xml":
                before = "㈱架空精機</t>".encode()
                assert before in data
                data = data.replace(before, before + reading)
            target.writestr(item.filename, data)
    assert read_network(changed).network.firms[0].name == "㈱架空精機"


def test_headers_in_any_order_in_english_with_other_units_and_notes(network: Network, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "firms"
    sheet.append(["会員名簿（令和8年度）"])
    sheet.append([])
    sheet.append(["name", "企業ＩＤ（必須）", "*担当者メモ", "資本金 [千円]"])
    sheet.append(["㈱甲", "F1", "田中さん", 10_000])
    sheet.append([])
    sheet.append(["乙製作所", "F2", None, None])
    sheet.append(["※ 従業員数は来月の調査で追記"])
    sheet.merge_cells("A7:D7")
    places = book.create_sheet("拠点")
    places.append(["拠点ID", "企業ID", "市区町村コード", "搬入口幅[m]"])
    places.append(["S1", "F1", "長野県諏訪市", 3])
    places.append(["S2", "F2", None, "2500mm"])
    places.merge_cells("C2:C3")
    book.create_sheet("備考メモ").append(["自由"])
    path = tmp_path / "own.xlsx"
    book.save(path)
    read = read_network(path).network
    assert [(firm.id, firm.name, firm.capital_jpy) for firm in read.firms] == [
        ("F1", "㈱甲", 10_000_000),
        ("F2", "乙製作所", None),
    ]
    assert [(site.municipality, site.max_door_w_mm) for site in read.sites] == [("202061", 3000.0), ("202061", 2500.0)]


def test_wrong_headers_and_sheets_are_named(edited: Callable[..., Path]) -> None:
    def edit(book: Any) -> None:
        book["企業"].cell(1, 2).value = "企業名力ナ"  # 力 (chikara) for カ
        book.create_sheet("設備一覧").append(["x"])
        cell_of(book, "能力", "最大長", 1).value = "最大長[kg]"

    with pytest.raises(LocatedErrors) as caught:
        read_network(edited(edit))
    texts = [problem.text("ja") for problem in caught.value.problems]
    assert any("企業名力ナ" in text and "もしかして: 企業名カナ" in text for text in texts)
    assert any("「企業名」の列（必須）" in text for text in texts)
    assert any("設備一覧" in text and "もしかして: 設備" in text for text in texts)
    assert any("最大長[kg]" in text and "単位 mm" in text for text in texts)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
def test_csv_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    folder = tmp_path / "csv"
    folder.mkdir()
    (folder / "01_企業.csv").write_text("企業ID,企業名,従業員数\r\nF1,㈱甲,１２名\r\n", encoding=encoding, newline="")
    read = read_network(folder).network
    assert (read.firms[0].name, read.firms[0].employees) == ("㈱甲", 12)


def test_template_is_empty_and_its_examples_are_good(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    assert read_network(path).network == Network()
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith(f"{EXAMPLE_MARK}-"):
                    cell.value = cell.value.removeprefix(f"{EXAMPLE_MARK}-")
    book.save(path)
    read = read_network(path).network
    assert len(read.firms) == len(read.sites) == len(read.equipment) == len(read.capabilities) == 1
    assert read.capabilities[0].tol_best_mm == 0.02
    assert len(read.skills) == len(read.deliveries) == len(read.assessments) == len(read.calendars) == 1


def test_a_workbook_without_our_sheets_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    with pytest.raises(FileRefused, match="know template"):
        read_network(path)


def problems_of(path: Path) -> list[str]:
    with pytest.raises(LocatedErrors) as caught:
        read_network(path)
    return [problem.text("ja") for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("sheet", "header", "written", "words"),
    [
        ("企業", "設立年", "創業時", "例: 1977、昭和52年"),
        ("企業", "設立年", "昭和70年", "昭和は64年まで"),
        ("企業", "従業員数", "十数", "整数ひとつ（例: 12）"),
        ("拠点", "市区町村コード", "すわ市", "もしかして: 長野県諏訪市"),
        ("拠点", "市区町村コード", "カナザワ", "もしかして: 石川県金沢市"),
        ("能力", "工程", "円とう研削", "もしかして: 円筒研削"),
        ("能力", "工程", "えんとうけんさく", "もしかして: 円筒研削"),
        ("設備", "設備種類", "えんとう研削盤", "もしかして: 円筒研削盤"),
    ],
)
def test_hints_by_sound_and_by_example(
    edited: Callable[..., Path], sheet: str, header: str, written: str, words: str
) -> None:
    (text,) = problems_of(edited(put(sheet, header, 2, written)))
    assert words in text


def test_a_reference_that_another_mistake_hides_says_so(edited: Callable[..., Path], tmp_path: Path) -> None:
    blank_id = problems_of(edited(put("企業", "企業ID", 3, None)))
    hidden = [text for text in blank_id if "シート「企業」にあるID" in text]
    assert hidden
    assert all("もしかして" in text or "「企業」3行目のIDに誤りがあるため" in text for text in hidden)
    assert any(
        "3行目のIDに誤り" in text
        for text in problems_of(edited(put("企業", "企業ID", 3, None), put("拠点", "企業ID", 2, "XYZ-9")))
    )

    def rename(book: Any) -> None:
        book["企業"].title = "会社"

    assert any("シート「企業」がこのファイルにないか、読めていません" in text for text in problems_of(edited(rename)))
    assert any(
        "「記入例」の行は取り込まない" in text
        for text in problems_of(edited(put("拠点", "企業ID", 2, f"{EXAMPLE_MARK}-F001")))
    )
    assert any(
        "IDの列が読めていない" in text
        for text in problems_of(edited(lambda book: put("企業", "企業ID", 1, "番号")(book)))
    )


@pytest.mark.parametrize(
    ("name", "written", "expected"),
    [
        ("株式会社山田", None, LegalForm.KABUSHIKI),
        ("山田精工㈱", None, LegalForm.KABUSHIKI),
        ("（有）山田", None, LegalForm.YUGEN),
        ("合同会社山田", None, LegalForm.GOUDOU),
        ("山田鋳物協同組合", None, LegalForm.KUMIAI),
        ("山田製作所", None, None),
        ("山田製作所", "個人事業", LegalForm.KOJIN),
        ("株式会社山田", "その他", LegalForm.OTHER),
    ],
)
def test_a_blank_legal_form_is_taken_from_the_name_or_stays_unknown(
    name: str, written: str | None, expected: LegalForm | None
) -> None:
    row = {"id": "F1", "name": name, "legal_form": written}
    result = assemble(raw_from_json({"format": "kumihimo-network/1", "firms": [row]}, "n.json"))
    assert result.network.firms[0].legal_form is expected


def test_the_template_says_where_to_write_and_what_a_blank_cell_means(tmp_path: Path) -> None:
    path = tmp_path / "template.xlsx"
    write_template(path)
    book = openpyxl.load_workbook(path)
    guide = "\n".join(str(cell.value) for row in book["はじめに"].iter_rows() for cell in row if cell.value)
    assert "3行目から下に記入" in guide
    assert "2行目から下に記入" not in guide
    assert str(book["企業"].cell(2, 1).value).startswith(EXAMPLE_MARK)

    def note(sheet: str, header: str) -> str:
        return str(cell_of(book, sheet, header, 1).comment.text)

    assert "空欄なら「月、火、水、木、金」とします" in note("拠点", "出荷曜日")
    assert "空欄なら「日本語」とします" in note("企業", "対応言語")
    assert "空欄は不明" in note("企業", "法人格")
    assert "昭和52年" in note("企業", "設立年")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5軸加工、なんでも", "一覧にある工程の名前（「なんでも」は一覧にありません。例: 砂型鋳造、"),
        ("5軸加工、溶接", "一覧にある工程の名前（「溶接」は一覧にありません。もしかして: "),
    ],
)
def test_of_several_words_the_one_that_is_wrong_is_named_with_what_can_be_written(text: str, expected: str) -> None:
    column = next(one for one in table_specs()["firms"].columns if one.name == "wants")
    with pytest.raises(BadValue) as refused:
        read_cell(column, text)
    assert refused.value.ja.startswith(expected)
    assert refused.value.en.startswith("a process of the list")
