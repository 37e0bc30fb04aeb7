# ruff: noqa: E501 - an inquiry is easier to check in one line
"""Nasty variations of real writing, each with the rule that it proves. All inquiries are invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.inquiry.to_json import inquiry_to_json

TODAY = date(2026, 11, 22)

Case = tuple[str, str, dict[str, Any], set[str]]

CASES: list[Case] = [
    # The sample inquiries -----------------------------------------------------------------------------------------
    ("± on an overall size is asked", "アルミ A5052 5軸 切削 公差±0.01 300mm 50個 納期2週間 長野県近く",
     {"materials": ["A5052"], "processes": ["mach.mill5"], "quantity": 50, "size_mm": [300], "due_date": "2026-12-06", "prefectures": ["20"],
      "tolerances": [{"upper": 0.01, "lower": -0.01, "fit": None}]}, {"tolerances"}),
    ("specific sheet work replaces 板金", "SUS304の板金、板厚1.5mm、レーザー切断と曲げ、TIG溶接まで。500×400×200mm程度、月産200台",
     {"materials": ["SUS304"], "processes": ["sheet.laser", "sheet.bend", "join.tig"], "quantity": 200, "per": "month", "thickness_mm": 1.5, "size_mm": [500, 400, 200]}, set()),
    ("a fit on a round part is on the diameter", "S45C φ30×120 旋盤加工後、高周波焼入れ、円筒研削。h6公差。100本、来月末まで",
     {"processes": ["mach.turn_cnc", "ht.induction", "grind.cyl"], "size_mm": [120, 30], "quantity": 100, "due_date": "2026-12-31", "tolerances": [{"upper": None, "lower": None, "fit": "h6"}]}, set()),
    ("full width, no counter", "ＳＫＤ１１ 焼入れ焼戻し ＨＲＣ５８～６２ ワイヤーカット 数量２ 納期３日",
     {"materials": ["SKD11"], "processes": ["ht.qt", "edm.wire"], "hardness": {"scale": "HRC", "min": 58, "max": 62}, "quantity": 2, "due_date": "2026-11-25"}, set()),
    ("micron without sign is asked", "A7075の切削部品に硬質アルマイト処理。精度は5ミクロン以内。試作5個。",
     {"processes": ["mach.mill3", "coat.anod_hard"], "quantity": 5}, {"tolerances"}),
    ("press tonnage is no mass or thickness", "SPCC t1.2 プレス 200トンクラス 月5,000個 三価クロメート IATF16949必須",
     {"materials": ["SPCC"], "processes": ["form.press_blank", "coat.zn"], "thickness_mm": 1.2, "quantity": 5000, "per": "month", "certificates": ["IATF16949"]}, set()),
    ("10万個/月", "真鍮C3604の自動旋盤、φ8×25、10万個/月、RoHS対応",
     {"materials": ["C3604"], "processes": ["mach.turn_swiss"], "quantity": 100000, "per": "month", "size_mm": [25, 8], "certificates": ["ROHS"]}, set()),
    ("a cluster is a place", "燕三条エリアでステンレスの鏡面バフ研磨できる会社を探しています。1ロット300個",
     {"materials": ["stainless"], "processes": ["fin.buff"], "quantity": 300, "prefectures": ["15"]}, set()),
    ("titanium", "チタン(Ti-6Al-4V)の医療部品、ISO13485、5軸、Ra0.4、20個",
     {"materials": ["TI-6AL-4V"], "processes": ["mach.mill5"], "roughness_ra_um": 0.4, "quantity": 20, "certificates": ["ISO13485"]}, set()),
    ("months are calendar months", "FCD450の鋳物、重さ30kg、機械加工込み、ロット50個、納期2ヶ月",
     {"materials": ["FCD450"], "processes": ["cast.sand", "mach.mill3"], "quantity": 50, "due_date": "2027-01-22"}, set()),
    ("12/10 必着", "POM 切削 100x50x20 30個 12/10必着",
     {"materials": ["POM"], "processes": ["mach.mill3"], "size_mm": [100, 50, 20], "quantity": 30, "due_date": "2026-12-10"}, set()),
    ("flatness", "SS400 1500×800 大型プレート 平面研削 平面度0.02mm 1枚",
     {"materials": ["SS400"], "processes": ["grind.surface"], "geometric": [{"kind": "flatness", "value_mm": 0.02}], "size_mm": [1500, 800], "quantity": 1}, set()),
    ("JIS Q 9100 is no drawing standard", "JIS Q 9100取得企業で、A2017の同時５軸加工、±20μm、最大φ400",
     {"materials": ["A2017"], "processes": ["mach.mill5"], "certificates": ["JISQ9100"], "size_mm": [400], "tolerances": [{"upper": 0.02, "lower": -0.02, "fit": None}]}, {"tolerances"}),
    ("negated painting", "塗装は不要。SECC 曲げ加工 300個", {"materials": ["SECC"], "processes": ["sheet.bend"], "quantity": 300}, set()),
    ("百分の一 is vague", "100分の1台の精度が出せる旋盤屋さん、丸物、材質は鉄、五十個くらい",
     {"materials": ["steel"], "processes": ["mach.turn_cnc"], "quantity": 50, "tolerances": []}, {"tolerances"}),
    ("per year", "アルミ鋳造品(AC4C)の機械加工と含浸、耐圧検査まで一貫で。年間1200台",
     {"materials": ["AC4C"], "quantity": 1200, "per": "year"}, set()),
    # Materials ----------------------------------------------------------------------------------------------------
    ("blank in the code", "SUS 304 の切削 10個", {"materials": ["SUS304"], "quantity": 10}, set()),
    ("temper is no part of the grade", "A5052P-H34 t3 レーザー切断 20枚", {"materials": ["A5052"], "thickness_mm": 3, "quantity": 20}, set()),
    ("6061-T6 without A", "6061-T6 5-axis milling, qty 50, ship to Nagano by Dec 10", {"materials": ["A6061"], "processes": ["mach.mill5"], "quantity": 50, "due_date": "2026-12-10", "prefectures": ["20"]}, set()),
    ("cold-drawn suffix", "S45C-D φ20×100 旋盤 40本", {"materials": ["S45C"], "size_mm": [100, 20], "quantity": 40}, set()),
    ("spoken grade", "サスサンマルヨンの曲げ 30個", {"materials": ["SUS304"], "processes": ["sheet.bend"], "quantity": 30}, set()),
    ("アルミの5052", "アルミの5052で削り出し 3個", {"materials": ["A5052"], "processes": ["mach.mill3"], "quantity": 3}, set()),
    ("alternatives are asked", "材質はSUS303かSUS304、旋盤、φ12×40、200個", {"materials": ["SUS303", "SUS304"]}, {"materials"}),
    ("either will do", "材質はSUS303かSUS304、どちらでも構いません。旋盤、φ12×40、200個", {"materials": ["SUS303", "SUS304"]}, set()),
    ("not this one", "SUS304ではなくSUS316Lで旋盤 10個", {"materials": ["SUS316L"]}, set()),
    ("equivalent", "SCM435相当材 旋盤 10個", {"materials": ["SCM435"]}, {"materials"}),
    ("mating part", "POMのブッシュ 旋盤 100個 相手材はS45C", {"materials": ["POM"]}, set()),
    ("family gives way to grade", "アルミ(A6063)の切削 5個", {"materials": ["A6063"]}, set()),
    ("trade words", "砲金のブッシュ 旋盤 20個", {"materials": ["bronze"]}, set()),
    # Processes ----------------------------------------------------------------------------------------------------
    ("joined negation", "SS400のブラケット、レーザー切断のみ。めっき・塗装は不要です。10枚", {"processes": ["sheet.laser"]}, set()),
    ("none in a form", "材質：SS400\n加工：レーザー切断\n表面処理：なし\n数量：12枚", {"processes": ["sheet.laser"], "quantity": 12}, set()),
    ("done already", "焼入れ済みのSKD11を支給しますので、平面研削だけお願いします。4個", {"materials": ["SKD11"], "processes": ["grind.surface"], "quantity": 4}, set()),
    ("done by the customer", "旋削は弊社で行いますので、S45Cの高周波焼入れのみお願いします。200本", {"processes": ["ht.induction"], "quantity": 200}, set()),
    ("bare welding asks", "SS400の架台、溶接あり、1台", {}, {"processes"}),
    ("bare plating asks", "SPCCのプレス品 メッキ付き 500個", {"processes": ["form.press_blank"]}, {"processes"}),
    ("heat treatment alone asks", "S45C 旋盤 熱処理あり 10本 φ20×50", {"processes": ["mach.turn_cnc"]}, {"processes"}),
    ("coating named before the cutting", "硬質アルマイトまで。A7075の5軸加工、8個", {"processes": ["mach.mill5", "coat.anod_hard"]}, set()),
    ("B before A", "S45Cの円筒研削の前に高周波焼入れ 30本", {"processes": ["ht.induction", "grind.cyl"]}, set()),
    ("anodising on stainless", "SUS304の切削品に白アルマイト 10個", {}, {"processes"}),
    ("hardening of aluminium", "A5052 切削後に焼入れ 10個", {}, {"processes"}),
    ("HRC60 on SUS304", "SUS304 旋盤 φ20×50 HRC60 10個", {}, {"hardness"}),
    ("tool is supplied", "ADC12ダイカスト、金型は支給、月産2000個", {"processes": ["cast.diecast"], "quantity": 2000, "per": "month"}, set()),
    ("boxes of a form", "加工方法: ☑切削 □板金 □プレス\n材質: A5052\n数量: 5個", {"processes": ["mach.mill3"], "quantity": 5}, set()),
    ("English negation", "SS400 laser cutting, 20 pcs, no painting", {"processes": ["sheet.laser"], "quantity": 20}, set()),
    ("English hard anodizing", "A7075 machining and hard anodizing, 10 pcs, tolerance +/-0.02", {"processes": ["mach.mill3", "coat.anod_hard"], "quantity": 10, "tolerances": [{"upper": 0.02, "lower": -0.02, "fit": None}]}, set()),
    ("word broken over a fax line", "S45C φ20×60 旋盤 高周波焼\n入れ 15本", {"processes": ["mach.turn_cnc", "ht.induction"], "quantity": 15}, set()),
    ("half-width kana", "ｽﾃﾝﾚｽ ﾚｰｻﾞｰｶｯﾄ 50枚", {"materials": ["stainless"], "processes": ["sheet.laser"], "quantity": 50}, set()),
    # Quantities ---------------------------------------------------------------------------------------------------
    ("range is asked", "A5052 切削 50〜100個", {"quantity": None}, {"quantity"}),
    ("trial and mass", "まず試作5個、その後月産300個。A5052の切削", {"quantity": None}, {"quantity"}),
    ("kanji number", "真鍮の旋盤部品 三百五十個", {"quantity": 350}, set()),
    ("1.5万個", "SPCC プレス 1.5万個/月", {"quantity": 15000, "per": "month"}, set()),
    ("dozen", "POM 旋盤 5ダース", {"quantity": 60}, set()),
    ("holes are not parts", "A5052 切削 φ6穴4箇所、M5タップ8個所 30個", {"quantity": 30, "size_mm": []}, set()),
    ("pages are not parts", "図面3枚添付します。S45C 旋盤 φ30×50 25個", {"quantity": 25}, set()),
    ("several tens", "A5052 切削 数十個", {"quantity": None}, {"quantity"}),
    ("ヶ and コ", "A5052 切削 20ヶ", {"quantity": 20}, set()),
    ("lots within a rate", "SPCC プレス 月5000個 1ロット1000個", {"quantity": 5000, "per": "month"}, set()),
    ("last time's quantity", "前回は100個でしたが、今回は50個お願いします。A5052 切削", {"quantity": 50}, set()),
    # Sizes --------------------------------------------------------------------------------------------------------
    ("named sides", "幅300 奥行200 高さ150の箱 SPCC 板金 5台", {"size_mm": [300, 200, 150]}, set()),
    ("W D H", "W450×D300×H1200 SS400 製缶 1台", {"size_mm": [1200, 450, 300]}, set()),
    ("t in the cross", "SUS304 t3×200×150 レーザー切断 8枚", {"thickness_mm": 3, "size_mm": [200, 150]}, set()),
    ("metres", "SS400 長さ1.2m 幅100 厚さ9 ガス溶断 4枚", {"size_mm": [1200, 100], "thickness_mm": 9}, set()),
    ("supplied stock", "φ32×2000の丸棒を支給します。S45C 旋盤 50個", {"size_mm": [], "quantity": 50}, set()),
    ("bore is no overall size", "外径φ60 内径φ30 長さ45 SUS304 旋盤 10個", {"size_mm": [60, 45]}, set()),
    ("square bar", "50角×100 S50C フライス 6個", {"size_mm": [100, 50, 50]}, set()),
    # Tolerances and the like --------------------------------------------------------------------------------------
    ("pair of fits", "S45C 旋盤 φ20H7/g6のはめあい 各10個", {"tolerances": [{"upper": None, "lower": None, "fit": "H7"}, {"upper": None, "lower": None, "fit": "g6"}]}, set()),
    ("limits", "SUS303 旋盤 φ20 +0.02/-0.01 長さ50 10個", {"tolerances": [{"upper": 0.02, "lower": -0.01, "fit": None}]}, set()),
    ("0/-0.02", "φ16 0/-0.02 S45C 円筒研削 10本", {"tolerances": [{"upper": 0, "lower": -0.02, "fit": None}]}, set()),
    ("hundredths", "φ25±2/100 S45C 旋盤 10本", {"tolerances": [{"upper": 0.02, "lower": -0.02, "fit": None}]}, set()),
    ("M6 is a thread", "A5052 切削 M6タップ 10個", {"tolerances": []}, set()),
    ("triangles alone", "S45C フライス ▽▽▽仕上げ 10個", {"roughness_ra_um": None}, {"roughness_ra_um"}),
    ("hardness lower bound", "SKD11 焼入れ HRC58以上 3個", {"hardness": {"scale": "HRC", "min": 58, "max": None}}, set()),
    ("hardness plus minus", "SKD61 焼入れ HRC48±2 3個", {"hardness": {"scale": "HRC", "min": 46, "max": 50}}, set()),
    ("coating range", "S50C 無電解ニッケルめっき 膜厚5〜10μm 200個", {"coating_um": {"min": 5, "max": 10}}, set()),
    ("coating bound", "SPCC 亜鉛めっき 8μm以上 500個", {"coating_um": {"min": 8, "max": None}}, set()),
    ("two geometric tolerances", "SKD11 平面研削 平面度・平行度0.005以内 2個", {"geometric": [{"kind": "flatness", "value_mm": 0.005}, {"kind": "parallelism", "value_mm": 0.005}]}, set()),
    # Dates --------------------------------------------------------------------------------------------------------
    ("era", "A5052 切削 5個 納期 令和9年1月15日", {"due_date": "2027-01-15"}, set()),
    ("within the year", "A5052 切削 5個 年内に", {"due_date": "2026-12-31"}, set()),
    ("fiscal year", "A5052 切削 5個 年度内納品", {"due_date": "2027-03-31"}, set()),
    ("urgent", "A5052 切削 5個 至急お願いします", {"due_date": None}, {"due_date"}),
    ("weekday contradicts", "A5052 切削 5個 12月10日(金)必着", {"due_date": "2026-12-10"}, {"due_date"}),
    ("quotation date", "お見積りは11/27までにお願いします。A5052 切削 5個 納期は12/25", {"due_date": "2026-12-25"}, set()),
    ("document date", "送信日: 2026/11/20\nA5052 切削 5個 納期 12/18", {"due_date": "2026-12-18"}, set()),
    ("third of the month", "A5052 切削 5個 12月中旬希望", {"due_date": None}, {"due_date"}),
    ("working days", "A5052 切削 5個 納期10営業日", {"due_date": "2026-12-07"}, set()),
    ("January of next year", "A5052 切削 5個 1/20まで", {"due_date": "2027-01-20"}, set()),
    # Places and people --------------------------------------------------------------------------------------------
    ("sender's town", "大阪府八尾市の山田製作所です。A5052の切削 5個。納入先は長野県岡谷市です。", {"prefectures": ["20"], "quantity": 5}, set()),
    ("a family name", "長野様 お世話になります。福島です。A5052 切削 5個", {"prefectures": []}, set()),
    ("signature", "A5052 切削 5個お願いします。\n\n-----------------\n山田精機株式会社 山田\n〒399-0001 長野県諏訪市1-2-3\nTEL 0266-00-0000", {"prefectures": [], "quantity": 5}, set()),
    ("ambiguous town", "A5052 切削 5個 納品は府中市まで", {"prefectures": []}, {"prefectures"}),
    ("drawing number", "図番 AB-1234-50 Rev.2 S45C 旋盤 φ20×30 15個", {"quantity": 15, "size_mm": [30, 20]}, set()),
    ("budget", "予算は10万円以内。A5052 切削 5個 単価2000円くらい", {"quantity": 5, "size_mm": []}, set()),
    ("sender's certificate", "弊社はISO9001取得企業です。A5052 切削 5個", {"certificates": []}, set()),
    ("not required", "ISO9001は不問です。A5052 切削 5個", {"certificates": []}, set()),
    ("quoted mail", "> SUS304 100個でお願いします\nA5052 切削 5個に変更してください", {"materials": ["A5052"], "quantity": 5}, set()),
    ("円 of 円筒 is no price", "SKD11 HRC60-62 円筒研削 φ8×60 10本", {"hardness": {"scale": "HRC", "min": 60, "max": 62}, "processes": ["grind.cyl"]}, set()),
    ("shop closed", "C2801P t2.0 ワイヤーカット 15枚 12月11日着。弊社は12/29〜1/4まで休業となります。", {"due_date": "2026-12-11", "quantity": 15}, set()),
    ("changed date", "当初12/25→12/18に変更願います。S45C 旋盤 φ40×60 30個", {"due_date": "2026-12-18"}, set()),
    ("total", "発注予定 5台分（1台につき4個使用）計20個 A6063 切削", {"quantity": 20}, set()),
    ("weight of one", "FC250 鋳物 1個15kg程度 年1,000個", {"quantity": 1000, "per": "year"}, set()),
    ("temper alone", "AC2B 金型鋳造 T6 年3,000個", {"thickness_mm": None, "quantity": 3000}, set()),
    ("work for a cast blank", "アルミダイカスト品ADC12の後加工のみ（素材支給）穴あけ・バリ取り 5,000個/月", {"processes": ["mach.drill", "fin.deburr"]}, set()),
    ("supplier wanted with address", "SPFH590 t2.9 順送プレス 月2万5千個 愛知県豊田市近郊", {"prefectures": ["23"], "quantity": 25000, "per": "month"}, set()),
    ("fit beside a length", "S45C 旋盤 φ20h7×150 30本", {"size_mm": [150, 20], "tolerances": [{"upper": None, "lower": None, "fit": "h7"}]}, set()),
    ("pipe is bent by a pipe bender", "ステンのパイプ φ48.6 t2 長さ1500 をU字に曲げて両端TIG溶接 20本", {"processes": ["form.bend_pipe", "join.tig"], "size_mm": [1500, 48.6], "thickness_mm": 2}, set()),
    ("one fine tolerance beside three sizes", "A5052 切削 100×50×20 ±0.02 30個", {"size_mm": [100, 50, 20], "tolerances": [{"upper": 0.02, "lower": -0.02, "fit": None}]}, {"tolerances"}),
    ("one fine tolerance beside two sizes and a thickness", "A5052 切削 公差±0.015 100×50 t20 30個", {"thickness_mm": 20}, {"tolerances"}),
    ("a coarse tolerance holds for all sizes", "A5052 切削 100×50×20 公差±0.05 30個", {"size_mm": [100, 50, 20]}, set()),
    ("what is fine on a large part is coarse on a small one", "A5052 切削 9×6×4 公差±0.02 30個", {"size_mm": [9, 6, 4]}, set()),
    ("the tolerance says its size", "A5052 切削 100×50×20 幅50±0.02 30個", {"quantity": 30}, set()),
    ("a general tolerance is for all sizes", "A5052 切削 100×50×20 一般公差±0.02 30個", {"quantity": 30}, set()),
    ("several prefectures", "ADC12 ダイカスト 埼玉か群馬の会社希望 300個", {"prefectures": ["11", "10"]}, set()),
    ("wish for a certificate", "IATF16949必須、ISO14001あれば尚可。ADC12 ダイカスト 300個", {"certificates": ["IATF16949"]}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "text", "expected", "asked"), CASES, ids=[case[0] for case in CASES])
def test_reads_as_a_clerk_would(rule: str, text: str, expected: dict[str, Any], asked: set[str]) -> None:
    result = inquiry_to_json(read_text(text, today=TODAY))
    got = {name: result["requirements"][name] for name in expected}
    assert got == expected, rule
    assert asked <= {question["field"] for question in result["questions"]}, rule
    if not asked:
        assert result["questions"] == [], rule


@pytest.mark.parametrize("text", [case[1] for case in CASES])
def test_every_value_shows_the_words_it_was_read_from(text: str) -> None:
    inquiry = read_text(text, today=TODAY)
    for item in (*inquiry.fields, *inquiry.context):
        assert item.text
        assert text[item.start : item.end] == item.text
