# ruff: noqa: E501 - an inquiry is easier to check in one line
"""What is no requirement, what must be asked, and many ways of writing the same. All inquiries are invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.inquiry.to_json import inquiry_to_json

TODAY = date(2026, 11, 22)

Case = tuple[str, str, dict[str, Any], set[str]]

MILLED = "A5052の切削、10個です。"
TURNED = "S45Cの丸物を旋盤で20本、φ30×100。"


def milled(**changes: Any) -> dict[str, Any]:
    """Return what is read from `MILLED`, with changes: nothing else may be read."""
    plain = {"materials": ["A5052"], "processes": ["mach.mill3"], "quantity": 10, "size_mm": [], "due_date": None, "thickness_mm": None,
             "tolerances": [], "prefectures": [], "certificates": []}  # fmt: skip
    return {**plain, **changes}


def turned(**changes: Any) -> dict[str, Any]:
    """Return what is read from `TURNED`, with changes."""
    plain = {"materials": ["S45C"], "processes": ["mach.turn_cnc"], "quantity": 20, "size_mm": [100, 30], "due_date": None,
             "tolerances": [], "prefectures": []}  # fmt: skip
    return {**plain, **changes}


def fit(*names: str) -> list[dict[str, Any]]:
    return [{"upper": None, "lower": None, "fit": name} for name in names]


NOT_ASKED_FOR: list[Case] = [
 # numbers that are no requirements
 ("price per piece is no quantity", MILLED + "目標単価は1個1,200円です。", milled(), set()),
 ("tap size and hole count", "A5052の切削、4-M6タップ、2-φ9キリ、10個", milled(), set()),
 ("chamfer and radius", "A5052の切削、C0.5面取り、R3、10個", milled(), set()),
 ("angle", "A5052の切削、45°の斜面あり、10個", milled(), set()),
 ("general tolerance standard", "A5052の切削、一般公差JIS B 0405-m級、10個", milled(), set()),
 ("ISO 2768", "A5052の切削、ISO 2768-mK、10個", milled(), set()),
 ("temperature", "A5052の切削、10個。使用温度は80℃、圧力は0.5MPaです。", milled(), set()),
 ("employees and founding", "当社は従業員120名、1985年創業です。A5052の切削、10個", milled(), set()),
 ("machine specification", "A5052の切削、10個。当社の機械はストローク1000×500です。", milled(), set()),
 ("voltage", "A5052の切削、10個。AC200V、3kWのモーターを取り付けます。", milled(), set()),
 ("pitch of holes", "A5052の切削、穴ピッチ50mm、10個", milled(), set()),
 ("PCD", "A5052の切削、PCD80に6-M5、10個", milled(), set()),
 ("time of day", "A5052の切削、10個。電話は10時から15時にお願いします。", milled(), set()),
 ("distance", "A5052の切削、10個。弊社から車で30分、20kmほどの会社だと助かります。", milled(), set()),
 ("truck", "A5052の切削、10個。4t車で引き取ります。", milled(), set()),
 ("lot of before", MILLED + "前回(2026年4月)は30個を@900で購入しました。", milled(), set()),
 ("boxes", MILLED + "1箱に5個ずつ入れてください。", milled(), set()),
 ("photos", MILLED + "写真3枚とPDF2点を送ります。", milled(), set()),
 ("quotation date", MILLED + "見積は12月4日までにください。", milled(), set()),
 ("meeting", MILLED + "12/3(木)14:00から打合せをお願いします。", milled(), set()),
 ("visit", MILLED + "12月8日に御社へ伺います。", milled(), set()),
 ("drawing date", MILLED + "図面は2026年10月1日改訂のものです。", milled(), set()),
 ("drawings to come", MILLED + "図面は11/30に送ります。", milled(), set()),
 ("validity", MILLED + "見積の有効期限は90日としてください。", milled(), set()),
 ("payment", MILLED + "支払は月末締め翌月末です。", milled(), set()),
 ("closed days", MILLED + "弊社は12/28から1/5まで冬季休業です。", milled(), set()),
 ("exhibition", MILLED + "先日の展示会(11/12)ではありがとうございました。", milled(), set()),
 # work of others
 ("own painting", MILLED + "塗装は当社で行います。", milled(), set()),
 ("painting arranged elsewhere", MILLED + "塗装は別業者に出すので不要です。", milled(), set()),
 ("own assembly", MILLED + "組立は客先で実施します。", milled(), set()),
 ("trade of the writer", "板金加工業の山田です。" + MILLED, milled(), set()),
 ("purpose of the part", "溶接ロボット用の治具プレート、A5052の切削、10個", milled(), set()),
 ("place of use", "塗装ラインで使う部品です。" + MILLED, milled(), set()),
 ("mating part", MILLED + "相手部品はSUS304です。", milled(), set()),
 ("shaft goes in", MILLED + "S45Cの軸に圧入して使います。", milled(), set()),
 ("old material", "従来はSS400でしたが、A5052に変更します。切削、10個", milled(), set()),
 ("old work", "以前は鋳造品でした。今回はA5052の切削、10個", milled(), set()),
 ("no coating wanted 1", MILLED + "表面処理は無しで結構です。", milled(), set()),
 ("no coating wanted 2", MILLED + "アルマイトは要りません。", milled(), set()),
 ("no coating wanted 3", MILLED + "アルマイトについては今回は不要です。", milled(), set()),
 ("no coating wanted 4", MILLED + "アルマイト、塗装とも不要。", milled(), set()),
 ("own certificate", "弊社はISO9001認証取得企業です。" + MILLED, milled(), set()),
 ("certificate not needed", MILLED + "ISO9001は問いません。", milled(), set()),
 ("sender's address in text", "長野県岡谷市の株式会社ヤマダと申します。" + MILLED, milled(), set()),
 ("sender by phone", "岡谷の山田さんから電話。" + MILLED, milled(), set()),
 ("maybe later", MILLED + "将来的には月200個を見込みます。", milled(quantity=None), {"quantity"}),
 ("optional coating", MILLED + "可能ならアルマイトもお願いします。", milled(processes=["mach.mill3","coat.anod"]), set()),
 # ambiguity
 ("range of days", MILLED + "納期は2〜3週間", milled(), {"due_date"}),
 ("soonest", MILLED + "最短でお願いします。", milled(), {"due_date"}),
 ("around", MILLED + "12月上旬頃希望", milled(), {"due_date"}),
 ("range of pieces", "A5052の切削、10個~20個", milled(quantity=None), {"quantity"}),
 ("or of pieces", "A5052の切削、10個または20個", milled(quantity=None), {"quantity"}),
 ("two lots to quote", "A5052の切削、10個と50個の場合の見積をお願いします。", milled(quantity=None), {"quantity"}),
 ("lot breaks", "A5052の切削、数量:10/50/100個", milled(quantity=None), {"quantity"}),
 ("trial and mass 1", "A5052の切削、試作3個、量産時100個/月", milled(quantity=None), {"quantity"}),
 ("trial and mass 2", "A5052の切削。初回ロット5個、以降毎月50個の予定", milled(quantity=None), {"quantity"}),
 ("town in several prefectures", MILLED + "納入先は府中市です。", milled(), {"prefectures"}),
 ("equivalent 1", "A5052相当品の切削、10個", milled(), {"materials"}),
 ("equivalent 2", "A5052または同等品の切削、10個", milled(), {"materials"}),
 ("or of materials", "A5052かA6061の切削、10個", milled(materials=["A5052","A6061"]), {"materials"}),
 ("either material", "A5052かA6061(どちらでも可)の切削、10個", milled(materials=["A5052","A6061"]), set()),
 ("weekday", MILLED + "納期12月15日(月)", milled(due_date="2026-12-15"), {"due_date"}),
 ("contradicting quantity", "数量10個。A5052の切削。なお数量は12個の誤りかもしれません。", milled(quantity=None), {"quantity"}),
 # wordings
 ("within", MILLED + "納期は発注後3週間以内", milled(due_date="2026-12-13"), set()),
 ("to the end of next month", MILLED + "来月末までに納品ください", milled(due_date="2026-12-31"), set()),
 ("month middle", MILLED + "12月中に欲しい", milled(due_date="2026-12-31"), set()),
 ("fiscal year end", MILLED + "年度末までに", milled(due_date="2027-03-31"), set()),
 ("dots", MILLED + "納期2026.12.18", milled(due_date="2026-12-18"), set()),
 ("era short", MILLED + "納期R8.12.18", milled(due_date="2026-12-18"), set()),
 ("day only", MILLED + "来月10日必着", milled(due_date="2026-12-10"), set()),
 ("delivery place 1", MILLED + "納品場所:静岡県浜松市", milled(prefectures=["22"]), set()),
 ("delivery place 2", MILLED + "埼玉県川口市の弊社工場まで納品願います。", milled(prefectures=["11"]), set()),
 ("region", MILLED + "東北エリアで対応できる会社を希望します。", milled(prefectures=["04","02","03","05","06","07"]), set()),
 ("several regions", MILLED + "愛知・岐阜・三重の業者さんを探しています。", milled(prefectures=["23","21","24"]), set()),
 ("kanji quantity", "A5052の切削、十個", milled(), set()),
 ("quantity label", "数量:10\nA5052の切削", milled(), set()),
 ("qty colon", "Qty: 10 pcs, A5052, milling", milled(), set()),
 ("per month", "A5052の切削、毎月10個", milled(), set()),
 ("size with unit", "A5052の切削 W100mm×D50mm×H20mm 10個", milled(size_mm=[100,50,20]), set()),
 ("size cm", "A5052の切削 10cm×5cm×2cm 10個", milled(size_mm=[100,50,20]), set()),
 ("size in words", "A5052の切削 縦100横50厚さ20 10個", milled(size_mm=[100,50],thickness_mm=20), set()),
 ("named tolerance", "A5052の切削 100×50×20 10個 外径公差±0.02", milled(size_mm=[100,50,20],tolerances=[{"upper":0.02,"lower":-0.02,"fit":None}]), set()),
 ("limit in microns", "A5052の切削 φ20 +15/-5μm 10個", milled(tolerances=[{"upper":0.015,"lower":-0.005,"fit":None}]), set()),
 ("inch", "A5052の切削 4インチ×2インチ×1インチ 10個", milled(size_mm=[101.6,50.8,25.4]), set()),
 ("certificates", MILLED + "ISO9001とISO14001の認証取得が条件です。", milled(certificates=["ISO9001","ISO14001"]), set()),
 ("table", "品名\t材質\t加工\t数量\nベース\tA5052\t切削\t10", milled(), set()),
]  # fmt: skip

OTHER_WORDS: list[Case] = [
 ("hole tolerances", TURNED + "内径φ12H7", turned(tolerances=[{"upper":None,"lower":None,"fit":"H7"}]), set()),
 ("keyway", TURNED + "キー溝幅8、深さ4", turned(), set()),
 ("thread", TURNED + "片側M16×1.5ねじ", turned(processes=["mach.turn_cnc"]), set()),
 ("bearing number", TURNED + "ベアリング6204を入れます。", turned(), set()),
 ("mass", TURNED + "重さは1個約0.55kg", turned(), set()),
 ("delivery by", TURNED + "納期は12/18(金)必着でお願いします。", turned(due_date="2026-12-18"), set()),
 ("desired date", TURNED + "希望納期:2026年12月25日", turned(due_date="2026-12-25"), set()),
 ("days", TURNED + "納期10日以内", turned(due_date="2026-12-02"), set()),
 ("one month", TURNED + "納期1ヶ月", turned(due_date="2026-12-22"), set()),
 ("by Christmas", TURNED + "12/24までに納品", turned(due_date="2026-12-24"), set()),
 ("slash year", TURNED + "納期27/1/15", turned(due_date="2027-01-15"), set()),
 ("reply and due", TURNED + "回答は11/27、納期は12/21でお願いします。", turned(due_date="2026-12-21"), set()),
 ("order date", TURNED + "12月1日に発注予定、納期は12月21日。", turned(due_date="2026-12-21"), set()),
 ("material arrives", TURNED + "材料は12/1に入荷します。納期12/21。", turned(due_date="2026-12-21"), set()),
 ("to Osaka works", TURNED + "納入先は大阪府東大阪市の弊社工場です。", turned(prefectures=["27"]), set()),
 ("sender Osaka", "大阪府東大阪市の弊社で使う部品です。" + TURNED, turned(), set()),
 ("near", TURNED + "神奈川県内で加工できるところを探しています。", turned(prefectures=["14"]), set()),
 ("Tokyo ward", TURNED + "東京都大田区へ納品。", turned(prefectures=["13"]), set()),
 ("city alone", TURNED + "納品は浜松市です。", turned(prefectures=["22"]), set()),
 ("signature address", TURNED + "\n\n山田太郎\nヤマダ精機(株)\n〒430-0001 静岡県浜松市中央区1-1\nTEL 053-000-0000", turned(), set()),
 ("signature w/o rule", TURNED + "\n以上よろしくお願いいたします。\n\n(株)東亜 購買部 佐藤\n埼玉県川口市本町1-2-3\nMail: sato@example.co.jp", turned(), set()),
 ("induction hardening", TURNED + "外周を高周波焼入れ、HRC50~55。", turned(processes=["mach.turn_cnc","ht.induction"]), set()),
 ("finish grinding", TURNED + "焼入れ後、円筒研磨。", turned(processes=["mach.turn_cnc","ht.qt","grind.cyl"]), set()),
 ("black oxide", TURNED + "黒染め処理。", turned(processes=["mach.turn_cnc","coat.black"]), set()),
 ("plating bare", TURNED + "メッキもお願いします。", turned(), {"processes"}),
 ("tolerance overall fine", "S45Cの丸物を旋盤で20本、φ30×100、公差±0.01。", turned(tolerances=[{"upper":0.01,"lower":-0.01,"fit":None}]), {"tolerances"}),
 ("shaft fit", "S45Cの丸物を旋盤で20本、φ30h7×100。", turned(tolerances=[{"upper":None,"lower":None,"fit":"h7"}]), set()),
 ("hundredth", TURNED + "外径公差は100分の2以内", turned(tolerances=[{"upper":0.02,"lower":-0.02,"fit":None}]), {"tolerances"}),
 ("stock supplied", TURNED + "材料はφ32の定尺を支給します。", turned(), set()),
 ("two counts same", TURNED + "数量20本です。", turned(), set()),
 ("spare", TURNED + "ほかに予備2本。", turned(quantity=None), {"quantity"}),
 ("samples sent", TURNED + "見本1個を送ります。", turned(), set()),
 ("inspect", TURNED + "検査成績書を添付してください。", turned(processes=["mach.turn_cnc","insp.general"]), set()),
 ("mill sheet", TURNED + "ミルシート要。", turned(), set()),
 ("competitor", TURNED + "他社見積は@850円でした。", turned(), set()),
 ("annual", "S45Cの丸物を旋盤で、φ30×100、年間2,400本。", turned(quantity=2400), set()),
 ("weekly", TURNED + "毎週水曜に打合せしています。", turned(), set()),
 ("age of drawing", TURNED + "図面は10年前のものです。", turned(), set()),
 ("long relation", TURNED + "御社とは20年来のお付き合いです。", turned(), set()),
 ("urgent but date", TURNED + "至急ですが12/10で。", turned(due_date="2026-12-10"), set()),
 ("English mail", "We need 20 pcs of S45C shafts, turned, dia 30 x 100 mm, delivered by Dec 18.", turned(due_date="2026-12-18"), set()),
 ("English negation", "20 pcs S45C shafts, CNC turning, dia 30 x 100 mm. Plating is not required. Painting will be done by us.", turned(), set()),
 ("English alternatives", "20 pcs, S45C or S50C, CNC turning, dia 30 x 100 mm", turned(materials=["S45C","S50C"]), {"materials"}),
 ("English range", "20-30 pcs, S45C, CNC turning, dia 30 x 100 mm", turned(quantity=None), {"quantity"}),
 ("phone memo", "S45C 丸物 φ30×100 旋盤 20本 12/18着 折り返しTELほしい", turned(due_date="2026-12-18"), set()),
 ("form", "材質:S45C\n加工:旋盤\n寸法:φ30×L100\n数量:20\n納期:2026/12/18\n納入先:長野県諏訪市", turned(due_date="2026-12-18",prefectures=["20"]), set()),
 ("capacity question", TURNED + "御社の旋盤は最大φ300まで可能でしょうか。", turned(), set()),
 ("competence", TURNED + "5軸加工機もお持ちと聞いています。", turned(), set()),
 ("next projects", TURNED + "次回は真鍮でもお願いするかもしれません。", turned(), set()),
 ("thanks for last", "先日はSUS304の旋盤部品50個をありがとうございました。" + TURNED, turned(), set()),
 ("not this time", "アルミの件とは別に、" + TURNED, turned(), set()),
 ("no weld", TURNED + "溶接はありません。", turned(), set()),
 ("chamfer words", TURNED + "面取りC1、全周バリ取り。", turned(processes=["mach.turn_cnc","fin.deburr"]), set()),
]  # fmt: skip

RULES: list[Case] = [
    ("castings are supplied", "FCD600の鋳物加工。鋳物は支給します。マシニングのみ。月50個。", {"processes": ["mach.mill3"], "quantity": 50}, set()),
    ("quenched and tempered stock", "S50C調質 プレート 400×300×30 平面研削 4枚", {"processes": ["grind.surface"], "quantity": 4}, set()),
    ("count right behind the part's name", "SUS303 旋盤 φ8×30のピン1000本", {"quantity": 1000}, set()),
    ("kana labels", "ｻﾞｲｼﾂ SUS304 ｲﾀｱﾂ 1.5\nﾚｰｻﾞｰ ﾏｹﾞ\nｽｳﾘｮｳ 20ﾏｲ", {"thickness_mm": 1.5, "quantity": 20, "processes": ["sheet.laser", "sheet.bend"]}, set()),
    # Told, not asked for -------------------------------------------------------------------------------------------
    ("the old part on a line of its own", "旧:SKD11 HRC60\n新:SKH51 HRC61~64\n真空焼入れ 6本", {"materials": ["SKH51"], "hardness": {"scale": "HRC", "min": 61, "max": 64}}, set()),
    ("replaced material in the same sentence", "従来アルミで作っていたローラーをMCナイロンの樹脂切削に替えます。φ90×45、100個", {"materials": ["MC901"], "quantity": 100}, set()),
    ("hearsay", MILLED + "鋳造でやれと言う人もいます。", milled(), set()),
    ("another product", MILLED + "現行機種の扉(SUS304、月300枚)は別の会社様にお願いしております。", milled(), set()),
    ("stock in hand", MILLED + "t0.2のSUS304は在庫がありますので今回は不要。", milled(), set()),
    ("capacity of the other side", MILLED + "御社の門形の能力(テーブル2,000×4,000)は確認済みです。", milled(), set()),
    ("English past", "10 pcs A5052, milling. Previous supplier delivered SKD11 by mistake.", milled(), set()),
    ("press of a certain year", "砲金のブッシュ 汎用旋盤 4個。プレスは昭和54年製の150トンです。", {"materials": ["bronze"], "processes": ["mach.turn_manual"], "quantity": 4}, set()),
    ("own line does it", MILLED + "端子の圧入は弊社ラインで行います。", milled(), set()),
    ("others will fit it", MILLED + "塗装はよそに出すのでやらなくていい。", milled(), set()),
    ("assembly hall is a place", MILLED + "納入は三重県四日市市の組立工場です。", milled(prefectures=["24"]), set()),
    ("name of a firm", "佐々木組立 常務より電話。" + MILLED, milled(), set()),
    ("colour", "SPCC 板厚1.2 タレパン、粉体塗装(マンセル 5Y7/1) 80台", {"due_date": None, "quantity": 80, "thickness_mm": 1.2}, set()),
    ("pattern is lent", "FC250の生型鋳造、木型は弊社から支給します。6個", {"processes": ["cast.sand"], "quantity": 6}, set()),
    ("dies are lent", "SPCE 深絞り φ52×48 板厚1.2 4000個。抜き型・絞り型は引き上げたものがあり、無償でお貸しします。", {"processes": ["form.deepdraw"], "quantity": 4000}, set()),
    ("extruded stock", "A6063の押出材を切断・マシニング、60本", {"processes": ["mach.saw", "mach.mill3"], "quantity": 60}, set()),
    ("purpose of a pin", "ダイカスト用の中子ピン SKD61 真空焼入れ 30本", {"processes": ["ht.vacuum"], "quantity": 30}, set()),
    ("name of the part", "品名:測定ステージ\n材質:S50C\n加工:平面研削\n数量:2", {"processes": ["grind.surface"], "quantity": 2}, set()),
    ("amount that was changed", "A5052 切削 数量を60個に変更します(当初40個)。", {"quantity": 60}, set()),
    ("life of the tool", "ABS 射出成形 月2万個。型の寿命は30万ショットを想定。", {"quantity": 20000}, set()),
    # Fax and kana ---------------------------------------------------------------------------------------------------
    ("particles in katakana", "PBC2A 遠心鋳造 立旋盤ニテ荒引キ 3個\nホブ切リハ弊社デ行イマス。歯切リ不要。", {"processes": ["cast.centrifugal", "mach.turn_vertical"], "quantity": 3}, set()),
    ("half-width without small kana", "ADC12 ﾀﾞｲｶｽﾄ ｼﾖﾂﾄﾌﾞﾗｽﾄ ｽｳﾘﾖｳ 500ｺ", {"processes": ["cast.diecast", "fin.blast"], "quantity": 500}, set()),
    ("code broken over a line", "SUS303 又ハ SUS\n   304\nφ14×220 NC旋盤 80本", {"materials": ["SUS303", "SUS304"], "quantity": 80, "size_mm": [220, 14]}, {"materials"}),
    ("figures set wide", "S 5 0 C マシニング 全長 8 5 0 × 幅 4 5 × 高 3 8  6本", {"materials": ["S50C"], "size_mm": [850, 45, 38]}, set()),
    ("legal figures", "A5052 切削 弐拾四個", {"quantity": 24}, set()),
    ("count in the next line", "C3604 自動旋盤 φ15×18\n中心穴 M4\n1,200個", {"quantity": 1200}, set()),
    ("page of pages", "頁 1/3\nA5052 切削 10個", milled(), set()),
    # Tables and several parts ---------------------------------------------------------------------------------------
    ("column of a table", "No.\t品名\t材質\t加工\t数量\n1\tベース\tS55C\t平面研削\t4\n2\tピン\tSKS3\t円筒研削\t4", {"quantity": 4, "materials": ["S55C", "SKS3"], "processes": ["grind.surface", "grind.cyl"]}, set()),
    ("two parts on one line", "ベース A5052 100×50×10 切削 10個 / シャフト S45C φ20×100 旋盤 10本", {"materials": ["A5052", "S45C"], "size_mm": [], "quantity": 10}, set()),
    ("common amount at the head", "下記2点共 各10個\n① マニホールド A2017 マシニング\n② フタ SUS304 レーザー切断", {"quantity": 10}, set()),
    ("subject names the last work", "件名:装置組立のご相談\nSS400の製缶、焼付塗装までお願いします。2台", {"processes": ["fab.can", "coat.paint", "assy.mech"]}, set()),
    # Sizes ----------------------------------------------------------------------------------------------------------
    ("inch fraction", "外径1/2インチ 長さ3インチ SUS304 旋盤 10個", {"size_mm": [76.2, 12.7], "due_date": None}, set()),
    ("mixed inch fraction", "外径1-1/2インチ 長さ4インチ SUS304 旋盤 10個", {"size_mm": [101.6, 38.1]}, set()),
    ("depth of a tray", "PETの真空成形トレー 300×220、深さ35 3000枚", {"size_mm": [300, 220, 35]}, set()),
    ("thread designation", "S45C φ36×1100 旋盤 台形ねじTr36×6 3本", {"size_mm": [1100, 36]}, set()),
    ("width of a gear", "SCM415 外径φ85×歯幅30 ホブ切り 40個", {"size_mm": [85, 30]}, set()),
    ("tube with wall", "SUS304 φ34×2.0t 全長950 パイプ曲げ 80本", {"size_mm": [950, 34], "thickness_mm": 2}, set()),
    ("thickness or", "PET 真空成形 300×220 厚みは0.8か1.0 3000枚", {"thickness_mm": None}, {"thickness_mm"}),
    ("axes", "ナイロン12 3Dプリント X 176 / Y 92 / Z 61 mm 40個", {"size_mm": [176, 92, 61]}, set()),
    ("English dimension words", "SUS303, CNC turning, 12 mm dia. x 85 mm long, 240 pcs", {"size_mm": [85, 12], "quantity": 240}, set()),
    # Tolerances and the like ----------------------------------------------------------------------------------------
    ("fit behind the feature", "SUS303 旋盤 長さ50 φ10の外径 h7 5個", {"tolerances": fit("h7")}, set()),
    ("roughness is no range over lines", "S45C CNC turning\n- Ra 0.4\n- 240 pcs", {"roughness_ra_um": 0.4, "quantity": 240}, set()),
    ("two bounds and their range", "SCM435 調質 33HRC以上40HRC以下 「HRC33~40」 100本", {"hardness": {"scale": "HRC", "min": 33, "max": 40}}, set()),
    ("film in mm", "SCM440 硬質クロムめっき 0.05ミリ以上 8本", {"coating_um": {"min": 50, "max": None}}, set()),
    ("thousandths", "超硬 両面ラップ 平行度1000分の2 20枚", {"geometric": [{"kind": "parallelism", "value_mm": 0.002}]}, set()),
    # Quantities and dates -------------------------------------------------------------------------------------------
    ("range in thousands", "SUS304 プレス 毎月3千個~5千個", {"quantity": None}, {"quantity"}),
    ("set beside a count", "A5052 切削 数量:50本(1セットに2本)", {"quantity": 50}, set()),
    ("count right behind a tap", "A5052 切削 M4タップ50個", {"quantity": 50}, set()),
    ("pieces per reel", "C5210 順送プレス 80万個/年 1リール5,000個", {"quantity": 800000, "per": "year"}, set()),
    ("day of the same month", "A5052 切削 10個 納期は1月いっぱい、日でいうと1月29日", {"due_date": "2027-01-29"}, set()),
    ("day of a decision", "A5052 切削 100~200個(決定は月末)", {"due_date": None}, {"quantity"}),
    ("day of collection", "SKD61 真空焼入れ 2個 11月30日に弊社より持込み、12月14日に引取りに伺います。", {"due_date": "2026-12-14"}, set()),
    ("fourth day is a town", MILLED + "納入先は三重県四日市市。納期12/25", milled(prefectures=["24"], due_date="2026-12-25"), set()),
    # Places ---------------------------------------------------------------------------------------------------------
    ("to our store", MILLED + "\n12/18(金)必着、大阪府堺市の弊社倉庫まで", milled(prefectures=["27"], due_date="2026-12-18"), set()),
    ("prefecture no town", MILLED + "納品は静岡の沼津。", milled(prefectures=["22"]), set()),
    ("town in brackets", MILLED + "行き先は埼玉(三郷)。", milled(prefectures=["11"]), set()),
    ("address and telephone", "A5052の切削、10個です。\n送付先 京都府宇治市 TEL075-000-2211", milled(prefectures=["26"]), set()),
    ("own firm behind the address", MILLED + "\n届先 岡山県津山市 (株)美作工機 第2", milled(prefectures=["33"]), set()),
    # Materials ------------------------------------------------------------------------------------------------------
    ("short pair", "ステンで作りたい。304か316かは確認中。レーザー切断 32枚", {"materials": ["SUS304", "SUS316"]}, {"materials"}),
    ("filled plastic", "PA66-GF30の射出成形、年間3万個", {"materials": ["PA66-GF30"], "quantity": 30000, "per": "year"}, set()),
    ("only looks so", "ABSライクのウレタン樹脂で真空注型、25個", {"materials": ["PUR"]}, set()),
    ("corrected material", "S43Cと言われたがS45Cでよい。NC旋盤 350個", {"materials": ["S45C"]}, set()),
    ("ISO TS", "SPCC プレス 月3000個 ISO TS取得工場希望", {"certificates": ["IATF16949"]}, set()),
]  # fmt: skip


CASES = [*NOT_ASKED_FOR, *OTHER_WORDS, *RULES]


@pytest.mark.parametrize(("rule", "text", "expected", "asked"), CASES, ids=[case[0] for case in CASES])
def test_reads_as_a_clerk_would(rule: str, text: str, expected: dict[str, Any], asked: set[str]) -> None:
    result = inquiry_to_json(read_text(text, today=TODAY))
    got = {name: result["requirements"][name] for name in expected}
    assert got == expected, rule
    questions = {question["field"] for question in result["questions"]}
    assert asked <= questions, rule
    if not asked:
        assert not questions, rule


@pytest.mark.parametrize("text", [case[1] for case in RULES])
def test_every_value_shows_the_words_it_was_read_from(text: str) -> None:
    inquiry = read_text(text, today=TODAY)
    for item in (*inquiry.fields, *inquiry.context):
        assert item.text
        assert text[item.start : item.end] == item.text
