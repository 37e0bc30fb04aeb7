# ruff: noqa: E501 - an inquiry is easier to check in one line
"""Each rule in about ten ways of saying it, and ordinary inquiries that leave nothing to ask. All are invented."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kumihimo.inquiry.reader import read_text
from kumihimo.inquiry.to_json import inquiry_to_json

TODAY = date(2026, 11, 22)


def read(text: str) -> dict[str, Any]:
    return inquiry_to_json(read_text(text, today=TODAY))


CLASSES: dict[str, tuple[str, Any, list[str]]] = {
    "what becomes of the mould is no order of one": ("processes", ["poly.injection"], [
        "ABSの射出成形、月2000個。金型の償却は別途ご相談させてください。", "PPの射出成形、年3万個。金型:既存", "金型は既存のものを使います。POMの射出成形 500個",
        "射出成形 PA66 月1万個 金型 既存品を移管", "PBT 射出成形 金型は弊社保有 1000個", "ABS射出成形 3000個、金型は支給します", "射出成形 PP 500個 金型の保管もお願いします",
        "射出成形 PC 200個/月 金型:支給", "POMの射出成形です。金型は客先から貸与されます。800個", "ABS 射出成形 金型費は別見積で 5000個",
    ]),
    "the mould is to be made": ("processes", ["tool.die_mold", "poly.injection"], [
        "ABSの射出成形、月2000個。型は御社で製作してください。", "射出成形 PP 500個 金型製作から", "金型から作って射出成形でPOMを1000個", "PA66の射出成形(型は御社で製作) 月5000個",
        "射出成形で3000個、型も御社でお願いします。ABS", "金型製作と射出成形をお願いします。PC、200個", "型は貴社で起こしてください。射出成形 PP 1万個", "PBT 金型新作、射出成形 月1000個",
        "射出成形 ABS 金型:新規 2000個", "型起こしから射出成形まで PP 300個",
    ]),
    "a firm or a department with 電装 in its name": ("processes", ["mach.turn_cnc"], [
        "アサヒ電装の山田です。S45Cの旋盤 20個お願いします。", "電装課の佐藤です。S45C 旋盤 φ20×50 5個", "発: ﾄｳﾎｸ電装 資材\nS45C 旋盤 30本", "電装部品事業部の伏見です。S45C 旋盤 10個",
        "株式会社ミナト電装\nS45C 旋盤 10個", "TEL 大和電装 木村さん\nS45C 旋盤 10個", "浜松モールド 行  発: アサヒ電装 購買\n旋盤 S45C 8個", "中部電装 御中\nS45C 旋盤 8個",
        "ノア電装様より電話。S45C 旋盤 8個", "電装部の依頼です。S45C 旋盤 8個",
    ]),
    "a property is no work": ("processes", ["mach.mill3"], [
        "洗浄性を上げるため、A5052の切削品に替えます。10個", "塗装性の良い材料で、A5052の切削 10個", "溶接性は問いません。A5052 切削 10個", "A5052 切削 10個 研磨性は不問",
        "昔フライスの人に頼んだ台の更新です。A5052の切削 10個", "A5052の切削 10個。塗装業者の紹介は不要です。", "A5052 切削 10個、溶接はなくなりました", "塗装だった前回とは違い、今回はA5052の切削だけ、10個",
        "A5052の切削 10個。溶接工場に納めます。", "A5052切削10個、組立工程で使います",
    ]),
    "the general trade beside the work": ("processes", ["grind.profile"], [
        "工具研削の件\nSKH51のパンチ プロファイル研削 36本", "研削のお願い\nSKH51 プロファイル研削 10本", "平面研削の件\nSKD11 プロファイル研削に変更、10本", "SKH51 プロファイル研削 10本",
        "研磨の相談\nプロファイル研削 SKH51 10本", "工具研削の見積依頼\nSKH51 プロファイル研削 36本", "工具研削のご相談\nプロファイル研削 SKH51 3本",
    ]),
    "large work is a size": ("processes", ["mach.turn_cnc"], [
        "大物加工の件\nSCM440 NC旋盤 φ150×1800 2本", "大物切削です。S45C NC旋盤 φ600×200 1個", "SCM440 大物機械加工、NC旋盤で φ500×300 1個", "大物加工 S45C NC旋盤 1個",
    ]),
    "押出 of plastics": ("processes", ["poly.extrusion"], [
        "ABSの押出 長さ2m 1000本", "PVCの異形押出、建材向けの押出品です。年6000本", "ポリカの押出でチューブ φ20×1000 500本", "PVC押出成形 3000本", "PE 押出 2000本", "POMの押出で 100本", "PPの押出品 500本", "押出成形 ABS 500本",
    ]),
    "the name of a thing set beside the work": ("processes", ["form.draw_wire", "form.spring"], [
        "SUS304の線 伸線とスプリング 年20万本", "伸線とばね SWP-B 1万本", "ピアノ線 伸線→ばね 5000個",
    ]),
    "held by others only at second hand": ("hardness", {"scale": "HRC", "min": 58, "max": 62}, [
        "SCM415 浸炭焼入れ、硬さは表面でHRC58〜62と聞いております。4本", "SKD11 焼入れ HRC58〜62 10個", "硬度はHRC58~62と聞いていますが詳しくありません。SUJ2 焼入れ 10個", "SKD11の焼入れ、硬さHRC58-62とのことです。2個",
    ]),
    "a diameter and a length in metres": ("size_mm", [1800, 150], [
        "SCM440 ロール軸 φ150×1.8m 2本", "S45C φ150×1.8メートル 旋盤 2本", "旋盤 S45C 直径150×1.8m", "φ150×1800 S45C 旋盤 2本", "φ150 長さ1.8m S45C 旋盤", "S45C 直径150mm×長さ1800mm 旋盤", "外径150 全長1800 S45C 旋盤", "φ150 L=1800 旋盤 S45C", "φ150×L1800 S45C", "OD150×1800 S45C 旋盤",
    ]),
    "the size beside supplied stock": ("size_mm", [240, 110], [
        "CFRP(支給、1,000×1,000の板 2枚) ウォータージェット 240×110 16枚", "CFRPは支給(1000×1000)。240×110に切断、16枚", "支給材は1000×2000です。A5052を240×110に切削 5枚", "A5052 240×110 切削、定尺1000×2000から取れます 5枚",
        "材料支給(A5052 1000×1000 1枚)\n寸法 240×110\n切削 16枚", "素材サイズ 250×120、仕上がり240×110、A5052切削",
    ]),
    "the lone length of a supplied part": ("size_mm", [3000], [
        "支給品A6063枠 黒アルマイト 150本 長さ3m", "支給品のA6063形材に黒アルマイト、長さ3m、150本", "A6063 黒アルマイト 長さ3000 150本", "黒アルマイト A6063 全長3m 100本",
    ]),
    "a letter before a diameter": ("size_mm", [300, 60], [
        "ゴムローラー 10本 NBR φ60×300", "PVC φ60×300 旋盤 10個", "材質NBR 寸法φ60×300", "FR 60×300 10枚", "EPDM φ60×300 10個", "POM-C φ60×300 旋盤 5本",
    ]),
    "metres before a date are no fit": ("tolerances", [], [
        "A6063 黒アルマイト 長さ3m 12月7日引取 10本", "SS400 長さ2m 6月10日まで 10本", "パイプ 全長4m 11月30日", "S45C 長さ1m 10本", "A6063 5m 12本", "長さ3m 8個 SS400", "STKM13A 6m 7枚",
    ]),
    "a fit in small letters": ("tolerances", [{"upper": None, "lower": None, "fit": "k6"}], [
        "S45C 旋盤 軸受部の公差はk6と聞いております。4本", "S45C φ28×230 旋盤、公差k6、4本", "軸受部φ25k6 S45C 旋盤 4本", "S45C 旋盤 はめあいk6 4本", "軸径はk6でお願いします。S45C 旋盤 2本",
    ]),
    "two geometric tolerances": ("geometric", [{"kind": "concentricity", "value_mm": 0.01}, {"kind": "runout", "value_mm": 0.01}], [
        "S45C 旋盤 同軸度は0.01以内、振れも0.01以内 4本", "同軸度0.01、振れ0.01 S45C 旋盤", "S45C 旋盤 同軸度・振れ 0.01以下", "同軸度と振れは0.01でお願いします。S45C 旋盤", "同心度0.01 円周振れ0.01 S45C旋盤", "S45C旋盤 同軸度も振れも0.01",
    ]),
    "counts of before": ("quantity", 80, [
        "C1100 フライス 80枚 (前月手配60枚分は納入済)", "A5052 切削 80個(前回は50個)", "80個 A5052 切削 先月の30個は納入済です。", "A5052切削80個 (先月60個)", "前回60枚手配しましたが、今回は80枚です。A5052 切削", "旧機種は200個でしたが、今回は80個。A5052切削", "A5052 切削 80個 60個分は手配済", "A5052 80枚 切削、前回は60枚でした。",
    ]),
    "pins and bolts that are the part": ("quantity", 500, [
        "SUS303のピンを500本お願いします。CNC旋盤", "S45Cのボルトを500本作ってほしい。旋盤", "特殊ねじを500個お見積りください。SUS304 旋盤", "キーを500個製作してください。S45C", "黄銅のナットを500個ほど頼みたい。旋盤", "ピンを500本見積お願いします SUJ2 センターレス", "SCM435のボルトが500本必要です。圧造",
    ]),
    "counts of details": ("quantity", 4, [
        "A5052のプレート 切削 4枚 ピンを2本打ってください", "図面を3枚お送りします。SS400 切削 4個", "ベアリングを2個圧入。A5052切削 4個", "A5052 切削 4個 4-M6タップ", "穴6個あり、A5052 切削 4枚", "ボルト8本で固定します。A5052 切削 4個", "M6タップ 8箇所 A5052 切削 4個", "写真2枚添付 A5052 切削 4個",
    ]),
    "N days": ("due_date", "2026-11-25", [
        "光造形 試作2個 150×90×40 3日で", "光造形 2個 3日以内", "光造形で2個、納期3日", "光造形 2個。3日でお願いします", "光造形 2個 3日後まで", "2個 光造形 3日で欲しい",
    ]),
    "the place for which it is brought": ("prefectures", ["07"], [
        "A7075 切削 40個 持ち込み先は福島県南相馬市の試験場です。", "A7075 切削 40個 納品先 福島県南相馬市", "A7075 切削 40個 送付先郵便番号: 979-0000(福島県南相馬市)", "A7075 切削 40個 福島県南相馬市に持って行く", "A7075切削 40個 福島県へ発送", "A7075 切削 40個、福島県郡山市の工場に納入", "A7075 切削 福島県いわき市渡し 40個", "現場は福島県会津若松市です。A7075 切削 40個", "A7075 切削 40個 12/20 福島県",
    ]),
    "a place alone at the end of a memo": ("prefectures", ["27"], [
        "旋盤 S45C 20本 φ30×100\n東大阪", "FCD450 機械加工だけ 40個 年度内 大阪", "SUS304 板金 10枚 12/20 大阪府", "A5052 切削 5個 大阪府堺市", "S45C 旋盤 20本 東大阪", "SUS304 曲げ 30枚 年内 大阪",
    ]),
    "a name alone is no place": ("prefectures", [], [
        "A5052 フライス 50×50×20 5個\n山口", "いつもお世話になります。\nA5052 切削 5個 お願いします。\n田中 東大阪", "13時 宮崎\nA5052 切削 5個", "A5052 切削 5個 担当 福島", "A5052 切削 5個 TEL 06-0000-0000 大阪", "大阪の山本です。A5052 切削 5個", "A5052 切削 5個\n株式会社ダミー 大阪",
    ]),
    "関西": ("prefectures", ["25", "26", "27", "28", "29", "30"], [
        "関西で切削のできる会社を探しています。A5052 10個", "希望地域:関西\nA5052 切削 10個", "A5052 切削 10個、関西の業者さん希望", "関西エリアでお願いします。A5052 切削 10個", "できれば関西圏で。A5052切削 10個", "関西の加工屋さんを紹介してください。A5052 切削 10個", "関西限定 A5052 切削 10個",
    ]),
    "東海": ("prefectures", ["21", "22", "23", "24"], [
        "東海地方の板金屋さん希望。SPCC 10枚", "地域:東海\nSPCC 板金 10枚", "東海エリアで板金のできる会社を探しています。SPCC 10枚", "SPCC 板金 10枚 東海地区希望", "東海で頼める板金業者はありませんか。SPCC 10枚",
    ]),
    "the writer's address in English": ("prefectures", [], [
        "material: A2024\nquantity: 32\nmessage: our address is 1-0-0 Minato, Tokyo.", "We are based in Osaka. Please quote 10 pcs A5052 milled parts.".replace("based in", "a firm in"), "Our head office is in Nagoya, Aichi. 10 pcs of A5052, milled.", "10 pcs A5052. From: Test Co, Tokyo",
    ]),
    "the rate before the label": ("per", "month", [
        "月間数量: 3万個 C1020 プレス抜き", "C1020 プレス抜き 月産3万個", "毎月の数量:3万個 C1020 プレス", "数量: 3万個/月 C1020 プレス抜き", "月3万個 C1020 プレス抜き", "月間の数量は3万個です。C1020 プレス抜き", "毎月3万個 C1020 プレス抜き", "月に3万個 C1020プレス抜き",
    ]),
    "a family beside its grades": ("materials", ["C3604"], [
        "銅合金の小物です。材質はC3604。自動旋盤", "黄銅 C3604 自動盤", "真鍮(C3604)の旋盤", "銅合金 C3604BD 旋盤 10個", "C3604(快削黄銅) 旋盤 10個", "鉄系じゃなくC3604で。旋盤", "PCではなくC3604。旋盤 10個", "ノートPCのネジ C3604 旋盤",
    ]),
    "pipe is no steel when another metal is named": ("materials", ["A6063"], [
        "アルミA6063の角パイプを500mmで切断 10本", "A6063 角パイプ 曲げ 10本", "A6063のパイプ 切断 10本", "A6063 アングル 切断 10本", "丸パイプ A6063 10本",
    ]),
    "spring strip keeps its letters": ("materials", ["SUS301-CSP"], ["SUS301-CSP t0.4 プレス", "ばね座金 SUS301 CSP 0.4t", "SUS301-CSP-H t0.2 プレス", "SUS301CSP t0.4"]),
    "コンマ": ("coating_um", {"min": 200, "max": None}, [
        "SUS420J2 溶射 コンマ2ミリ以上", "セラミック溶射を片肉で0.2ミリ以上 S45C", "S45C 溶射は片側0.2mm以上", "S45C 溶射 0.2mm以上", "S45C 溶射 膜厚200μm以上", "S45C 溶射、片肉コンマ2ミリ以上",
    ]),
    "a pin with its size is the part": ("size_mm", [100, 10], [
        "φ10×100のピン S45C 200本 旋盤", "黒染め S45C φ10×100 ピン 200本", "SUJ2のφ10×100の平行ピンを500本お願いします", "S45C φ10×100の丸棒 10本",
    ]),
    "a pin that is fitted is none": ("size_mm", [], ["A5052の切削 10個。φ6×20 ピン2本を圧入", "A5052の切削 10個、φ6×20のピン穴2箇所"]),
    "letters behind the figures": ("size_mm", [400, 300, 200], [
        "SPCC 1.6t 箱物 400W×300D×200H 曲げ 15台", "SPCC 1.6t 400x300x200H 曲げ 15台", "W400×D300×H200 SPCC t1.6 曲げ", "幅400×奥行300×高さ200 SPCC t1.6 曲げ",
    ]),
    "400W is no 400 weeks": ("due_date", None, ["SPCC 1.6t 箱物 400W×300D×200H 曲げ 15台", "W400×D300×H200 SPCC t1.6 曲げ", "400W×300D SPCC 曲げ 3台"]),
    "rolling is no counter": ("quantity", 2, ["SUS304 円筒φ800×1000 ロール曲げ 2基", "φ800×1000 ロール加工 SUS304 2台", "SS400 長さ1000 ロール成形 2本"]),
    "thickness behind the kind of plating": ("coating_um", {"min": 8, "max": None}, [
        "SPCC 亜鉛メッキ三価ブルー、8μm以上 1000個", "SPCC 亜鉛メッキ 8μm以上", "SPCC 亜鉛メッキ(三価)8μm以上", "SPCC 三価クロメート 膜厚8μm以上", "SPCC 亜鉛めっき三価 8ミクロン以上",
    ]),
    "chromate on aluminium": ("processes", ["coat.chem", "mach.mill3"], ["A7075 切削、三価クロメート（化成皮膜）", "A5052 切削 三価クロメート処理 10個", "A6061 切削 クロメート 3個"]),
    "only the last word is theirs": ("materials", ["SCW480"], ["木型から鋳鋼SCW480 重量350kg 2個 機械加工は当社で行います", "鋳鋼SCW480 2個、機械加工は当社で行います", "SCW480 2個 塗装は弊社で行います"]),
    "a remark about supplied material": ("quantity", 8, ["S45C φ60×L250 旋盤のみ 8本 素材支給 来週金曜着", "S45C φ60×250 旋盤 8本 材料支給", "S45C 旋盤 8本、素材支給", "S45C 旋盤 8個 母材支給"]),
    "アルマイト with a colour": ("processes", ["coat.anod"], ["A1050 クリアアルマイト 30個", "A5052 カラーアルマイト 5個", "A5052 ブラックアルマイト 5個", "A5052 黒アルマイト 5個", "A5052 白アルマイト 5個"]),
    "削って": ("processes", ["mach.mill3"], [
        "A5052の板を200×150×20に削ってください。15個", "A5052を削って作ってほしい 15個", "A5052 けずってほしい 5個", "A5052から削り出してください。3個", "POMの歯車、モジュール1、外径φ32、切削で100個",
    ]),
}  # fmt: skip

PARAPHRASES = [(name, field, wanted, text) for name, (field, wanted, texts) in CLASSES.items() for text in texts]


@pytest.mark.parametrize(("name", "field", "wanted", "text"), PARAPHRASES, ids=lambda value: str(value)[:24])
def test_paraphrase(name: str, field: str, wanted: Any, text: str) -> None:
    found = read(text)["requirements"][field]
    if field == "processes":
        found, wanted = sorted(found), sorted(wanted)
    assert found == wanted, name


ASKED: dict[str, list[str]] = {
    "tolerances": ["S45C 旋盤 公差 特に厳しく願います 10個", "SUS304 旋盤 公差特ニ厳シク願ウ 60個", "公差は厳しめ S45C 旋盤 10個", "S45C 旋盤 寸法精度はかなり厳しいです 10個"],
    "due_date": ["納期: 2027年2月15日と記載がありますが、営業からは1月末と聞いています。FCD500 600個", "納期は12月10日ですが、12月20日とも言われています。S45C 10個", "S45C 10個 納期は至急", "納期 12/10か12/20 S45C 10個"],
    "quantity": ["サンプル5個、量産500個/月を想定。SUS303、φ10×25、自動旋盤。", "試作5個、量産は月500個 SUS303 旋盤", "SUS303 旋盤 まずサンプル5個、その後量産500個/月"],
    "prefectures": ["中部で探しています。A5052 切削 10個", "中部地方の業者希望 A5052 切削 10個"],
}  # fmt: skip


@pytest.mark.parametrize(("field", "text"), [(field, text) for field, texts in ASKED.items() for text in texts])
def test_asked(field: str, text: str) -> None:
    assert field in {question["field"] for question in read(text)["questions"]}


PLAIN = [
    "NC旋盤でφ40×120の軸を30本、S45C、端面はRa1.6、外径はh7でお願いします。納期は来月末、納品先は静岡県浜松市です。",
    "A5052の板を200×150×20に削って、四隅にM6タップ、白アルマイト。15個、3週間でできますか。",
    "SS400 t6の架台を溶接でお願いします。半自動溶接で、800×600×700、2台、塗装は錆止めだけ。",
    "ゴムパッキンの打ち抜き、NBR t3、φ80、500枚",
    "ばね鋼SUP10の板ばね 300個、焼入れ焼戻しで硬さHRC42〜46",
    "3DプリンタでナイロンPA12の試作 2個 サイズ120×80×50",
    "鋳物 AC4CH 砂型 30個 T6処理、機械加工あり、φ200×90",
    "POMの歯車、モジュール1、歯数30、外径φ32、幅10、100個、切削で。",
    "SUS316Lのタンク、TIG溶接、φ600×900、板厚3mm、1台、電解研磨、水圧検査。",
    "銅バー C1100 t5 30×200 曲げ2か所 錫メッキ5μm以上 100本 RoHS対応",
    "パイプSTKM13A φ42.7×t2.3 L=1200 両端をつぶし曲げ 50本",
    "ワイヤーカットでSKD11 t20の板を抜いてください。2個、至急ではありません。",
    "PEEKの部品 切削 50×40×12 平面度0.05以内 6個 1/20まで",
    "FCD450のプーリー、φ150×60、鋳造から仕上げまで、20個、納期60日",
    "SPHC t3.2 のカバー、レーザー切断と曲げ、溶融亜鉛メッキ、400x300x150、25個。福島県郡山市に納品です。",
    "丸棒SCM435 φ35×400、調質してから旋盤、キー溝加工、円筒研削(φ30h6)、8本",
    "A6063押出材のアルミフレーム 1000mm 切断とタップ加工 120本 ISO9001取得の会社希望",
    "樹脂成形 ABS 黒 射出成形 月3000個 サイズ90×60×25 金型製作から",
    "お世話になります。SUS303のピンを500本お願いします。φ6×40、CNC旋盤、センターレス研削で外径φ6g6。納期は1月末です。",
    "A2017の丸物 φ80×30 旋盤とマシニング 黒アルマイト 12個 12月25日まで",
    "鉄板SS400 t9をガス切断で500×500に、4枚、愛知県一宮市まで配送",
    "シャフトの修理で、硬質クロムメッキ厚さ30μmと円筒研削をお願いします。S45C、φ50×800、1本。",
    "SUS430 t0.8 タレパンと曲げ ヘアライン 250×120×40 80台分",
    "ステンレスSUS304のパイプφ34 t2 長さ1500 TIG溶接で手すり 6セット 来月20日まで",
    "アルミダイカストADC12 120×80×35 月2000個 バリ取りとショットブラスト",
    "SCM415 歯車 m2 z30 ホブ切り 浸炭焼入れ HRC58-62 歯研 50個 3/10",
    "ジュラコンのローラー φ50×80 旋盤 60個 至急12月3日",
    "スポット溶接 SPCC t1.0 ケース 200×150×100 粉体塗装 100個 年度内 送り先 埼玉県川口市",
    "We need 100 pcs of stainless 316L flanges, CNC turned, OD 120 x 20 mm, passivated, by 15 January 2027.",
    "アルミの切削部品ですが、A6061、100x60x25、±0.1で結構です。20個、納期は4週間くらい。アルマイトは不要。",
    "FC200のベッド 1500×600×300 門形加工 重さ約900kg 1台 平面度0.03 納入は三重県四日市市",
    "黄銅C3604BD 自動盤 φ8×12 1万個/月 公差φ8 0/-0.02 3価クロメートではなく無電解ニッケル",
    "チタンTP340 t1 プレス絞り φ60×25 試作20個",
    "材質:SUS304\n板厚:1.5\n加工:レーザー切断、曲げ\n寸法:300×200×50\n数量:40個\n納期:2027年1月15日\n納品先:兵庫県姫路市",
    "品名:シャフト\n材質:S45C\n寸法:φ25×180\n加工:NC旋盤\n数量:100本\n納期:12月18日",
    "アクリルの窓 5mm厚 200×300 レーザーカット 5枚 12月10日まで",
    "ポリカの切削 100×80×20 3個 納期2週間",
    "SUJ2 φ8×12 センターレス研削 外径±2μm 3万個 3月末",
    "A5052 切削 10個 12月末 大阪府東大阪市に納品",
    "試作です。SS400の切削、100×50×20、1個、年内。公差は一般公差で。",
    "S50Cのプレート 300×200×25 平面研削 平行度0.02 4枚 1月20日 納品は長野県岡谷市",
]


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_inquiry_asks_nothing(text: str) -> None:
    found = read(text)
    assert not found["questions"]
    assert found["requirements"]["materials"]
