# ruff: noqa: E501 - a pattern is easier to check in one line
"""How many: 50個, 五十本, 1.5万個/月, 数量 50, qty 50; not the number of holes, pages or firms."""

from __future__ import annotations

import re

from kumihimo.inquiry import numbers
from kumihimo.inquiry.consistency import MOST_PIECES
from kumihimo.inquiry.numbers import COUNT
from kumihimo.inquiry.scan import Scan

_COUNTER = (
    r"(?:個(?![所人別体数])|ヶ(?![月所])|ケ(?![月所ー])|コ(?![ーン-ヶ])|ヵ(?![月所])|箇(?![月所])|本(?![日社紙文体件図物数])|枚(?!数)|台(?![数形車座])|セット|組(?![立み])|式(?![の図])|点(?![数検])|ピース|丁|ロール(?![曲加成フ])|つ(?=[^くけ]|$)|基|面(?=[\s、。)\n]|$)|体(?![積])|部品"
    r"|pcs?\.?(?![a-z])|pieces?|units?|sets?|ea\.?(?![a-z])|nos\.?|parts(?![a-z])|off(?![a-z])|ダース)"
)
_PER_BEFORE = r"(?:(?P<per_a>ツキ ?|月 ?産|月々|毎 ?月|月 ?間|月に|月平均|月あたり|月当たり|月|monthly|per month|年 ?間|年 ?産|年に|毎年|年あたり|年|annual(?:ly)?|per year|yearly)\s*(?:は|に|で|約|およそ|[:：])?\s*(?:約|およそ|ざっと|最大)?\s*)?"
_PER_AFTER = r"(?:\s*(?:/|毎|per|a|each|ずつ)?\s*(?P<per_b>月産|月|month|mo\b|年|year|yr\b|annum)(?![末初中旬\d内])(?:間|あたり|当たり|ペース|毎)?)?"
_TO = r"[ ]*(?:~|-|から|to|乃至|ないし|or|か|または)[ ]*"
_APPROX = r"(?:約|およそ|ざっと|だいたい|大体|概ね|approx\.?|about)?\s*"
_COUNTED = re.compile(
    rf"(?=[\d.\s〇一二三四五六七八九十百千万数約おざだ大概aツ月毎年mpy])(?<![\d.A-Za-z±φ/+~])(?<![-](?=\d)){_PER_BEFORE}{_APPROX}(?P<vague>数(?=[十百千万]))?(?P<first>{COUNT})[ ]*(?P<vague2>数)?(?:(?:{_COUNTER})?{_TO}(?P<second>{COUNT}))?[ ]*(?P<counter>{_COUNTER}){_PER_AFTER}",
    re.I,
)
_LABELLED = re.compile(
    rf"(?P<per_c>月間の?|年間の?|毎月の?|年の|月の)?(?:(?<![一-龥])数(?=は|:| *[\d]|  *\D?\d)|数量|個数|員数|本数|製作数|発注数|注文数|必要数|台数|ロット数?|生産数|見積数|依頼数|製作個数|月産数?|年産数?|qty\.?|quantity|volume|q'ty|スウリョウ|(?<![A-Za-z])n\s*(?==)|lot size|lot)\s*(?:は|が|:|=|of|\||・|[)(])*\s*(?P<per_a>月産|月間?|年間?|毎月)?\s*{_APPROX}(?P<first>{COUNT})(?![\d.]*\s*(?:日|週|月|mm|ミリ|%|ロット|種|円|社))(?:(?:{_COUNTER})?{_TO}(?P<second>{COUNT}))?\s*(?P<counter>{_COUNTER})?{_PER_AFTER}",
    re.I,
)
_PER_ONLY = re.compile(
    rf"(?P<per_a>月産|毎月|月間|年産|年間|monthly|(?<![\d来今同先翌毎])月(?=\s*\d{2, 6}(?![\d日/])))\s*(?:は|で|:)?\s*{_APPROX}(?P<first>{COUNT})(?!\s*(?:mm|日|円|%|回|時|トン|kg|ヶ月|か月|週))(?:{_TO}(?P<second>{COUNT}))?",
    re.I,
)
_ENGLISH = re.compile(
    r"\b(?:make|need|want|quote|quotation for|order|require|supply|produce|manufacture|machine|for|of|looking for|are|is)\s+(?:us\s+|about\s+|approx\.?\s+|a quote for\s+)?(?P<first>\d{1,3}(?:,\d{3})+|\d+)\s+(?!mm|cm|inch|um|micron|weeks?|days?|months?|hours?|holes?|drawings?|pages?|axis|percent|x\b)(?:[a-z][a-z/-]*\s+){0,3}?(?!holes|axes|weeks|days|months|drawings|pages|years|microns|percent)[a-z]{3,}s\b(?P<per_b>\s*(?:per|a|/|each)\s*(?:month|year))?",
    re.I,
)
_EACH = re.compile(
    r"(?:1|一)\s*(?:台|セット|組|set)(?:に|あたり|当たり|につき|で)?(?:つき)?\s*\d{1,3}\s*(?:個|本|枚|ヶ|コ|ケ)(?:使用|使い|必要|取付)?|\d+\s*(?:組|セット|台分)で(?=\s*\d+\s*(?:個|本|枚|ヶ|ケ|コ|pcs))|\d+\s*台分(?=\s*\()"
)
_ITEMS = re.compile(
    r"(?:部品(?:が|は|は全部で)?|全部で|計)?\s*\d{1,2}\s*(?:点|品目|種類?|アイテム|部品)(?:とも|共|あり|ござい|の?(?:お?見積|部品|品目)|について|を?(?:お?見積)|まとめ|です)"
)
_BREAKS = re.compile(
    # 1,000,000個 is one number.
    r"(?<![\d.,/×φA-Za-z±-])(?<![×φ±] )(?!\d{1,3}(?:,\d{3})+,000(?!\d))\d+(?:(?: *(?:/|・|と) *\d+)+|(?: *[、,] *\d+(?!\d{2})){2,}) *(?:個|本|枚|台|pcs|セット|ヶ|コ)(?![所穴])(?![^\n]{0,6}(?:穴|タップ))",
    re.I,
)
_RATHER = re.compile(r"\s*(?:で(?:は)?なく|じゃなく)")
_CODED = re.compile(
    r"(?<![A-Za-z0-9])[xX×]\s*(?P<first>\d{1,6})\s*(?P<counter>個|本|枚|台|セット|pcs|ヶ|ケ|コ)(?![数形])", re.I
)
_NOT_BEFORE = re.compile(
    r"(?:穴(?:数)?|孔|タップ|ネジ|ねじ|ボルト|ナット|図面|図|写真|資料|PDF|pdf|ファイル|データ|添付(?:資料)?|見本|サンプル(?:を|は)?|ピン|溝|ボス|リブ|キー|面取り|部品点数|点数|品目|種類|アイテム|マスク|holes?|キリ|リーマ|ザグリ|送信|FAX|1台に|一台に|1個に|1箱|一箱|箱|1ケース|ケース|パレット|トレー|袋|リール|カートン|巻|インサート|ヘリサート|羽根|刃|歯|爪|足|脚|キャビ|取り数?|ベアリング|工程数?|M\d+|φ[\d.]+(?:mm)?\s*(?:穴|孔|キリ)|抜取り?|検査(?:数)?|n数|納入実績|前年(?:実績)?|昨年|去年(?:の計画値?)?|前期|実績|\(?全|深さ|深穴)"
    r"\s*(?:は|が|を|も|:|数|に|で|が各|各|計|\()*\s*(?:φ?\d+(?:\.\d+)?\s+)?$", re.I
)  # fmt: skip
_NOT_BEHIND = re.compile(
    r"\s*(?:で(?:は)?なく|じゃなく|から(?=.{0,8}変更)|入り|入れ|入数|取り|トリ|箇所|ヶ所|か所|カ所|所|同梱|使用|使い|の(?:穴|タップ|ねじ|ネジ|ボルト|図面|写真|会社|業者|キャビ|曲げ)|穴|タップ|キリ|キャビ|づめ|詰め|/箱|/台|/set|holes?|を?添付|を?送付|目|ごと|単位|毎に|の束|を?支給|支給|抜取|抜き取り|検査|の?見本|ずつ袋|ずつ梱包|ずつ個装|刃|歯|枚刃|割|分?[はもを]?\s*(?:納入|納品|手配|出荷|受領|支払)済)", re.I
)  # fmt: skip
# サンプル5個、量産500個: a trial, no sample that is sent along
_SAMPLES = re.compile(r"サンプル(?:は|を)?\s*$")
# SUS303のピンを500本お願いします: here the pin is the part
_THING = re.compile(r"(?:ピン|ボルト|ナット|ねじ|ネジ|キー|ボス|刃|サンプル|見本|足|脚|爪)(?:を|が)\s*$")
_ORDERED = re.compile(
    r"\s*(?:ほど|程度|くらい)?\s*(?:、)?(?:(?:お|ご)?(?:願い|見積|注文|発注|依頼)|ほし|欲し|作[っりる成]|製作|必要(?!な穴)|頼|加工して|手配|調達)"
)
_SUPPLY = re.compile(r"(?<!素材)(?<!材料)(?<!母材)(?<!ワーク)支給(?!材|品)|お?預け|持ち込み|持込|送り(?:ます|致し)")
_TRIAL = re.compile(
    r"試作|サンプル|トライ|初回|初ロット|初品|先行|まず(?:は)?|プロト|評価用|proto|trial|sample|first", re.I
)
_MASS = re.compile(r"量産|本番|その後|以降|次回|将来|mass|production|リピート|ゆくゆく|追って|then", re.I)
_LOT = re.compile(r"ロット|lot|バッチ|分納|ずつ|一回|1回", re.I)
_TOTAL = re.compile(r"(?:合計|総計|総数|トータル|(?<!時)計)(?:で|は|:)?\s*$")
_SPACED_OFF = re.compile(
    r"(?:ねじ|ネジ|タップ|溝|面取り|キリ|ピン)\s+$|(?:タップ|穴|ピン|ボルト|ナット)(?:加工|あり|付き?|開け|あけ)?$"
)
_MANY = re.compile(
    r"(?:数量|個数)\s*(?:は|:|=)?\s*(?:未定|要相談|応相談|別途|tbd|少量|多数|複数)|(?:数|何)(?:個|本|枚|台)(?:か|程度|くらい|ほど|ぐらい|から)?(?!.{0,3}[穴])|数十(?:個|本|枚|台)|数百(?:個|本|枚|台)|数千(?:個|本|枚|台)|少量|a few|several|dozens?(?! of)",
    re.I,
)


def _per(match: re.Match[str]) -> str:
    groups = match.groupdict()
    word = re.sub(
        r"^\s*(?:per|a|/|each)\s*",
        "",
        (groups.get("per_a") or groups.get("per_b") or groups.get("per_c") or "").lower(),
    )
    label = match[0].lower()
    word = word.replace(" ", "")
    if word.startswith(("月", "毎月", "ツキ", "month", "mo", "per month")) or label.startswith("月産"):
        return "month"
    if word.startswith(("年", "毎年", "annu", "year", "yr", "per year")) or label.startswith("年産"):
        return "year"
    return "once"


def read(scan: Scan) -> None:
    """Read all quantities that may be those of the part."""
    spare: list[re.Match[str]] = []
    scan.blank_all(_ITEMS)
    scan.blank_all(_EACH)
    for match in scan.matches(_BREAKS):
        if not _NOT_BEFORE.search(scan.text[max(0, match.start() - 14) : match.start()].rpartition("\n")[2]):
            scan.add("quantity", None, *match.span(), note="range")
            scan.doubt("quantity", "range", *match.span())
            scan.blank(*match.span())
    for pattern in (_LABELLED, _COUNTED, _PER_ONLY, _CODED, _ENGLISH):
        for match in scan.matches(pattern):
            start, end = match.span()
            groups = match.groupdict()
            if _RATHER.match(scan.text, end):
                scan.blank(start, end)
                continue
            if pattern is not _LABELLED and _is_other(scan, match):
                if _SPACED_OFF.search(scan.text[max(0, start - 14) : match.start("first")]) and not _NOT_BEHIND.match(
                    scan.text[end : end + 8]
                ):
                    spare.append(match)
                scan.blank(start, end)
                continue
            if groups.get("vague") or groups.get("vague2"):
                scan.doubt("quantity", "vague", start, end)
                scan.blank(start, end)
                continue
            first = numbers.count(groups["first"])
            second = numbers.count(groups["second"]) if groups.get("second") else None
            if first is None or first != int(first) or first <= 0:
                continue
            if max(first, second or 0) > MOST_PIECES:
                scan.doubt("quantity", "vague", start, end, key="too_many")
                scan.blank(start, end)
                continue
            if (groups.get("counter") or "").lower() == "ダース":
                first *= 12
            if (
                groups["first"] == "一"
                and (groups.get("counter") or "") in ("式", "つ", "体", "部品", "点", "台", "本", "枚", "組")
            ) and pattern is _COUNTED:
                continue
            left = scan.sentence(start, end)[0]
            before = scan.text[max(left, start - 14) : start] + match[0]
            if _TOTAL.search(scan.text[max(left, start - 4) : start]):
                scan.found = [item for item in scan.found if item.field != "quantity" or item.note == "trial"]
                scan.add("quantity", (int(first), _per(match)), start, end, note="total")
                scan.blank(start, end)
                continue
            note = "trial" if _TRIAL.search(before) else "mass" if _MASS.search(before) else ""
            if not note and (_LOT.search(before) or _LOT.match(scan.text[end : end + 6].lstrip("/ "))):
                note = "lot"
            if second is not None and second != first:
                scan.add("quantity", None, start, end, note="range")
                scan.doubt("quantity", "range", start, end)
            else:
                scan.add("quantity", (int(first), _per(match)), start, end, note=note)
            # An English noun may be a material: 3 titanium manifolds
            scan.blank(start, match.end("first") if pattern is _ENGLISH else end)
    # 両端M10ねじ 800個: set off by a blank, and the only count there is
    if len(spare) == 1 and not scan.of("quantity"):
        amount = numbers.count(spare[0]["first"])
        if amount and amount >= 10 and not spare[0].groupdict().get("second"):
            scan.add("quantity", (int(amount), _per(spare[0])), *spare[0].span(), confidence=0.6)
    for match in scan.matches(_MANY):
        scan.doubt("quantity", "vague", *match.span())
        scan.blank(*match.span())


def _is_other(scan: Scan, match: re.Match[str]) -> bool:
    """Tell whether the count is of holes, sheets of paper, supplied stock, … and not of the part."""
    start, end = match.span()
    # The blanks at the end of the line before belong to the match.
    start += len(match[0]) - len(match[0].lstrip())
    before = scan.text[max(0, start - 14) : start].rpartition("\n")[2]
    behind = scan.text[end : end + 8].partition("\n")[0]
    if _NOT_BEHIND.match(behind):
        return True
    if _SAMPLES.search(before) and _MASS.search(scan.text, end):
        return False
    if _NOT_BEFORE.search(before) and not (_THING.search(before) and _ORDERED.match(behind)):
        return True
    if (match.groupdict().get("counter") or "") == "部品":
        return True
    _, right = scan.clause(start, end)
    return bool(_SUPPLY.search(scan.normal.text[end : min(right, end + 10)]))
