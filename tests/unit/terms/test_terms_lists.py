"""The shipped code lists: complete, consistent, and mistakes in them are found when they are loaded."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kumihimo import terms
from kumihimo.errors import InputError, TermsError, UnknownTerm
from kumihimo.terms import aliases, material_list, places, process_list, qualifications, shopfloor, tables, unit_list

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def test_every_entry_has_a_japanese_and_an_english_name() -> None:
    lists = (
        terms.processes(),
        terms.process_families(),
        terms.materials(),
        terms.material_families(),
        terms.prefectures(),
        terms.regions(),
        terms.certificates(),
        terms.skills(),
        terms.equipment_kinds(),
        terms.defects(),
        terms.hazards(),
        terms.jsic(),
        terms.languages(),
        terms.units(),
        terms.hardness_scales(),
    )
    nameless = [
        (type(item).__name__, key) for found in lists for key, item in found.items() if not item.ja or not item.en
    ]
    assert nameless == []
    assert all(len(found) >= 12 for found in lists)


@pytest.mark.shared
def test_ids_of_the_draft_lists_are_kept() -> None:
    if not SHARED.exists():
        pytest.skip(f"{SHARED} is absent: the draft lists cannot be compared")
    with (SHARED / "process_taxonomy.tsv").open(encoding="utf-8") as file:
        draft = {row["id"]: row for row in csv.DictReader(file, delimiter="\t")}
    assert set(draft) <= set(terms.processes())
    assert {code: row["family"] for code, row in draft.items()} == {
        code: terms.processes()[code].family for code in draft
    }
    lexicon = terms.process_lexicon()
    lost = [
        (code, word)
        for code, row in draft.items()
        for word in row["aliases"].split("|")
        if word and terms.fold(word) not in lexicon
    ]
    assert lost == [("assy.elec", "盤")]  # too short: every 旋盤 holds it
    with (SHARED / "materials.tsv").open(encoding="utf-8") as file:
        grades = {row["code"]: row["family"] for row in csv.DictReader(file, delimiter="\t")}
    assert set(grades) <= set(terms.materials())
    assert all(terms.is_family_within(terms.materials()[code].family, family) for code, family in grades.items())


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("焼入", "ht.qt"),
        ("高周波焼き入れ", "ht.induction"),
        ("無電解ニッケル鍍金", "coat.eni"),
        ("カニゼン", "coat.eni"),
        ("三価ユニクロ", "coat.zn"),
        ("白アルマ", "coat.anod"),
        ("硬アル", "coat.anod_hard"),
        ("hard anodize", "coat.anod_hard"),
        ("Anodizing", "coat.anod"),
        ("ワイヤカット", "edm.wire"),
        ("wire EDM", "edm.wire"),
        ("センタレス研削", "grind.centerless"),
        ("レーザ切断", "sheet.laser"),
        ("シルク印刷", "fin.print"),
        ("turning", "mach.turn_cnc"),
        ("切削", "mach.mill3"),
        ("同時５軸加工", "mach.mill5"),
        ("TIG welding", "join.tig"),
        ("実装", "assy.pcba"),
        ("検査成績書", "insp.general"),
    ],
)
def test_shop_words_lead_to_the_process(word: str, code: str) -> None:
    assert terms.process_lexicon()[terms.fold(word)].targets == (code,)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("砲金", "bronze"),
        ("クロモリ", "steel.alloy"),
        ("ステン", "stainless"),
        ("鉄", "steel"),
        ("アルミ", "aluminium"),
        ("真鍮", "brass"),
        ("ジュラルミン", "A2017"),
        ("超ジュラルミン", "A2024"),
        ("超々ジュラルミン", "A7075"),
        ("ジュラコン", "POM"),
        ("テフロン", "PTFE"),
        ("ハイス", "SKH51"),
        ("A6061-T6", "A6061"),
        ("Ａ７０７５－Ｔ６５１", "A7075"),
        ("Ti-6Al-4V", "TI-6AL-4V"),
        ("超硬合金", "WC"),
    ],
)
def test_shop_words_lead_to_the_material(word: str, code: str) -> None:
    assert terms.material_lexicon()[terms.fold(word)].targets == (code,)


def test_an_ambiguous_word_is_asked() -> None:
    carbon = terms.material_lexicon()["カーボン"]
    assert carbon.ask
    assert set(carbon.targets) == {"graphite", "CFRP"}


@pytest.mark.parametrize("word", ["溶接", "メッキ", "めっき", "熱処理", "研削", "表面処理"])
def test_general_words_list_nothing_but_ask(word: str) -> None:
    question = terms.generic_words()[terms.fold(word)]
    assert question.field == "processes"
    assert len(question.choices) > 1
    assert terms.fold(word) not in terms.process_lexicon()


def test_process_values_and_order_of_work() -> None:
    assert terms.process("mach.mill5").best_it == 6
    assert terms.process("coat.zn").best_it is None
    assert terms.process("mach.mill3").generic
    assert not terms.process("mach.mill5").generic
    order = ["tool.die_press", "mach.saw", "sheet.laser", "sheet.bend", "join.tig", "mach.mill3", "ht.qt", "edm.wire"]
    order += ["grind.cyl", "fin.buff", "coat.zn", "assy.mech", "insp.general"]
    stages = [terms.process(code).stage for code in order]
    assert stages == sorted(stages)
    assert len(set(stages)) == len(stages)


def test_unknown_codes_name_near_ones() -> None:
    with pytest.raises(UnknownTerm, match=r"mach\.mill5"):
        terms.process("mach.mil5")
    with pytest.raises(UnknownTerm, match="A5052"):
        terms.material("A5051")
    with pytest.raises(UnknownTerm):
        terms.is_family_within("steel", "stell")


def test_the_material_tree() -> None:
    assert terms.is_family_within("aluminium.5000", "aluminium")
    assert terms.is_family_within("steel", "steel")
    assert not terms.is_family_within("steel", "steel.carbon")
    assert terms.material_families()["stainless.austenitic"].parent == "stainless"


def test_check_digits_and_codes_of_all_municipalities() -> None:
    found = terms.municipalities()
    assert len(found) == 1918
    assert all(terms.lg_code_valid(code) for code in found)
    assert {item.prefecture for item in found.values()} == set(terms.prefectures())
    assert len(terms.prefectures()) == 47


@pytest.mark.parametrize("code", ["202062", "20206", "2020611", "20206a", "２０２０６１", ""])
def test_wrong_codes_are_refused(code: str) -> None:
    assert not terms.lg_code_valid(code)


def test_town_names() -> None:
    assert [item.code for item in terms.find_municipality("諏訪市")] == ["202061"]
    assert [item.code for item in terms.find_municipality("長野県 諏訪市")] == ["202061"]
    assert [item.name for item in terms.find_municipality("諏訪郡下諏訪町")] == ["下諏訪町"]
    assert [item.name for item in terms.find_municipality("東大阪")] == ["東大阪市"]
    assert {item.prefecture for item in terms.find_municipality("府中市")} == {"13", "34"}
    assert [item.code for item in terms.find_municipality("府中市", "13")] == ["132063"]
    assert len(terms.find_municipality("中央区")) > 5
    assert terms.find_municipality("ない町") == ()
    assert terms.find_municipality("長野県諏訪市", "13") == ()
    assert terms.find_prefecture("Nagano") == terms.prefectures()["20"]
    assert terms.find_prefecture("奈良の") is None


@pytest.mark.parametrize(
    ("code", "english"),
    [
        ("202061", "Suwa-shi, Nagano"),
        ("203033", "Koumi-machi, Nagano"),
        ("011011", "Chuo-ku, Sapporo-shi, Hokkaido"),
        ("271004", "Osaka-shi, Osaka"),
        ("254258", "Aisho-cho, Shiga"),
        ("422088", "Matsuura-shi, Nagasaki"),
        ("463043", "Toshima-mura, Kagoshima"),
        ("285862", "Shin'onsen-cho, Hyogo"),
        ("462179", "Soo-shi, Kagoshima"),
        ("363219", "Sanagochi-son, Tokushima"),
    ],
)
def test_towns_in_latin_letters(code: str, english: str) -> None:
    assert terms.municipalities()[code].en == english


def test_every_town_has_a_name_in_latin_letters() -> None:
    odd = [town.name for town in terms.municipalities().values() if not re.fullmatch(r"[A-Za-z',\- ]+", town.en)]
    assert odd == []


def test_regions() -> None:
    assert terms.regions()["燕三条"].prefectures == ("15",)
    assert terms.regions()["諏訪"].prefectures == ("20",)
    assert terms.regions()["東大阪"].precise
    assert not terms.regions()["関西"].precise
    assert "13" in terms.regions()["関東"].prefectures


def test_certificates_and_skills_qualify_known_work() -> None:
    assert terms.certificates()["NADCAP-HT"].qualifies == ("heat",)
    assert terms.certificate_lexicon()[terms.fold("ＩＡＴＦ")] == "IATF16949"
    assert terms.certificate_lexicon()[terms.fold("JIS Q 9100")] == "JISQ9100"
    assert "join.tig" in terms.skills()["JISZ3821-TNF"].qualifies


def test_units_convert() -> None:
    assert terms.convert(1, "inch", "mm") == pytest.approx(25.4)
    assert terms.convert(5, "ミクロン", "mm") == pytest.approx(0.005)
    assert terms.convert(0.01, "mm", "µm") == pytest.approx(10)
    assert terms.convert(200, "tf", "kN") == pytest.approx(1961.33)
    assert terms.convert(1, "尺", "mm") == pytest.approx(1000 / 3.3)
    assert terms.unit_lexicon()["枚"].base == "piece"
    with pytest.raises(InputError):
        terms.convert(1, "kg", "mm")
    with pytest.raises(UnknownTerm):
        terms.convert(1, "斤", "kg")


def test_every_public_name_is_there() -> None:
    assert all(getattr(terms, name) is not None for name in terms.__all__)
    assert sorted(terms._HOME) == sorted(terms.__all__)
    with pytest.raises(AttributeError, match="no attribute 'prozesse'"):
        _ = terms.prozesse


def test_importing_reads_no_list() -> None:
    code = (
        "import kumihimo.terms as t, sys;"
        "assert t.processes.cache_info().misses == 0;"
        "assert not {'numpy', 'csv', 'openpyxl', 'difflib'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=30)


# ---- planted mistakes -------------------------------------------------------------------------------------------

FAMILIES = process_list.build_families("id\tja\ten\tstage\nmachining\t切削\tmachining\t30")
HEAD = "id\tja\ten\tdin8580\tfamily\tbest_it\tbest_ra_um\tspecial\tstage\n"
ALIAS_HEAD = "alias\ttarget\tkind\tnote\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (HEAD + "a\t甲\ta\t3.2\tmachining\t6\t0.8\t0\t\na\t乙\tb\t3.2\tmachining\t6\t0.8\t0\t", "already on line 2"),
        (HEAD + "a\t甲\ta\t3.2\tmilling\t6\t0.8\t0\t", "unknown family 'milling'"),
        (HEAD + "a\t甲\ta\t3.2\tmachining\t19\t0.8\t0\t", "best_it"),
        (HEAD + "a\t甲\ta\t3.2\tmachining\tx\t0.8\t0\t", "not a number"),
        (HEAD + "a\t甲\ta\t3.2\tmachining\t6\t0.8", "7 cells, expected 9"),
        ("id\tja\n", "header must be"),
        ("", "header must be"),
    ],
)
def test_a_broken_process_list_is_refused(text: str, message: str) -> None:
    with pytest.raises(TermsError, match=message):
        process_list.build_processes(text, FAMILIES, {})


def test_a_process_without_english_name_is_refused() -> None:
    with pytest.raises(TermsError, match="Japanese and an English"):
        process_list.build_labels(HEAD + "a\t甲\t\t3.2\tmachining\t6\t0.8\t0\t")


@pytest.mark.parametrize(
    ("rows", "rules", "message"),
    [
        ("鏡\ta\talias\t\n鏡\tb\talias\t", "", "alias_rules.tsv needs a row"),
        ("鏡\tz\talias\t", "", "unknown code 'z'"),
        ("鏡\ta\tword\t", "", "unknown kind 'word'"),
        ("鏡\ta\talias\t\n鏡\ta\talias\t", "", "listed twice"),
        ("甲\ta\talias\t", "", "its own name"),
        ("鏡\ta\talias\t\n鏡\tb\talias\t", "process\t鏡\tc\tx", "does not claim it"),
        ("鏡\ta\talias\t", "process\t鏡\ta\tx", "settles nothing"),
    ],
)
def test_a_broken_alias_list_is_refused(rows: str, rules: str, message: str) -> None:
    names = {"a": ("a", "甲"), "b": ("b", "乙"), "c": ("c", "丙")}
    settled = aliases.build_rules("vocabulary\tword\twinner\treason\n" + rules)
    with pytest.raises(TermsError, match=message):
        aliases.build_lexicon("process", names, ALIAS_HEAD + rows, settled, "planted.tsv")


def test_a_rule_settles_an_alias_of_two_codes() -> None:
    names = {"a": ("a", "甲"), "b": ("b", "乙")}
    rows = ALIAS_HEAD + "鏡\ta\talias\t\n鏡\tb\talias\t"
    head = "vocabulary\tword\twinner\treason\n"
    won = aliases.build_lexicon("process", names, rows, aliases.build_rules(head + "process\t鏡\tb\tx"), "planted")
    assert won["鏡"].targets == ("b",)
    asked = aliases.build_lexicon("process", names, rows, aliases.build_rules(head + "process\t鏡\t\tx"), "planted")
    assert asked["鏡"].ask
    assert asked["鏡"].targets == ("a", "b")


MATERIAL_HEAD = "code\tfamily\tja\ten\tjis\tequivalents\tdensity_g_cm3\tnote\n"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("X1\tsteal\t鋼\tsteel\t\t\t7.85\t", "unknown family 'steal'"),
        ("X1\tsteel\t鋼\tsteel\t\t\t785\t", "impossible"),
        ("X1\tsteel\t\tsteel\t\t\t7.85\t", "Japanese and an English"),
    ],
)
def test_a_broken_material_list_is_refused(row: str, message: str) -> None:
    families = material_list.build_families("id\tja\ten\nsteel\t鋼\tsteel", {})
    with pytest.raises(TermsError, match=message):
        material_list.build_materials(MATERIAL_HEAD + row, families, {})


def test_other_broken_lists_are_refused() -> None:
    with pytest.raises(TermsError, match="needs its parent 'steel'"):
        material_list.build_families("id\tja\ten\nsteel.carbon\t炭素鋼\tcarbon steel", {})
    nagano = {"20": terms.prefectures()["20"]}
    with pytest.raises(TermsError, match="check digit"):
        places.build_municipalities("code\tname\tkana\tlat\tlon\n202062\t諏訪市\tすわし\t36\t138", nagano)
    with pytest.raises(TermsError, match="outside Japan"):
        places.build_municipalities("code\tname\tkana\tlat\tlon\n202061\t諏訪市\tすわし\t138\t36", nagano)
    with pytest.raises(TermsError, match="unknown prefecture"):
        places.build_regions("name\tja\ten\tprefectures\tprecise\tkind\n西\t西\twest\t99\t1\tregion", nagano)
    with pytest.raises(TermsError, match="unknown process or family"):
        qualifications.build_certificates(
            "id\tja\ten\tkind\tqualifies\texpires\taliases\nX\tえ\tx\tprocess\tweld\t1\t", {"joining"}
        )
    with pytest.raises(TermsError, match="belongs to"):
        qualifications.build_certificates(
            "id\tja\ten\tkind\tqualifies\texpires\taliases\nX\tえ\tx\tproduct\t\t1\tQ\nY\tわ\ty\tproduct\t\t1\tq", set()
        )
    with pytest.raises(TermsError, match="is written for"):
        unit_list.build_units(
            "symbol\tja\ten\tbase\tfactor\texact\taliases\nA\tあ\ta\tmm\t1\t1\tX\nB\tい\tb\tmm\t2\t1\tX"
        )
    with pytest.raises(TermsError, match="names unknown 'mill'"):
        shopfloor.build_equipment("id\tja\ten\tserves\nM\t機\tm\tmill", {"machining"})
    with pytest.raises(TermsError, match="offers unknown code"):
        aliases.build_generic_words(
            "word\tfield\tchoices\tquestion_ja\tquestion_en\n溶接\tprocesses\tq\t?\t?", {"join.tig"}, set()
        )
    with pytest.raises(TermsError, match="meaning of its own"):
        aliases.build_generic_words("word\tfield\tchoices\tquestion_ja\tquestion_en\n溶接\tx\t\t?\t?", set(), {"溶接"})


def test_fold_joins_width_case_and_spaces() -> None:
    assert tables.fold("ＳＵＳ　３０４") == tables.fold("sus304")
    assert tables.fold("カット・オフ") == tables.fold("カットオフ")
