# ruff: noqa: E501 - a pattern is easier to check in one line
"""Sentences that do not ask for anything: what was bought before, other goods, hearsay, what the writer does himself.

A clerk reads such a sentence and goes on. It is blanked as a whole (past, other goods, hearsay), or its work words are
kept as context only (work of the writer or of a third party).
"""

from __future__ import annotations

import re

from kumihimo.inquiry.scan import Scan

# The end of the past part of a sentence: …でしたが、| …ていたローラーを | the end of the sentence.
_PAST_END = r"(?:でした|ました|だった|ていた|であった|ており(?:ました|ます)|ています|ている|ていまし|たの(?:です)?|た|です)(?:が|けど|けれど|ので|のですが|ところ|ものの|から)(?:、|,|(?=[^一-龥]?))|ていた(?=[一-龥ァ-ヶ])"
_PAST = re.compile(
    r"(?:前回(?!と同(?:じ|様))|以前|従来|過去に|過去の|今まで|いままで|これまで|昨年|去年|旧(?=仕入|品|型番|仕様|タイプ|機種|モデル|型(?:機|は|の))|前任者|現行(?:機種|品|の|は)|純正(?:品)?は|いまは|今は(?!回)|現在は|昔は|前は(?!回)|前の(?:業者|もの|品|分|ロット)|先月の(?:分|ぶん)|今の(?=[一-龥]{1,4}は)|現状は?|もともと|元々|当初は?|(?:弊社|当社)の標準は)"
    rf"[^。\n]*?(?:{_PAST_END}|(?=[。\n]|$))"
    r"|(?<![A-Za-z])(?:previous(?:ly)?|our (?:last|previous|former)|last (?:time|year)|in the past|we used|formerly)\b(?:[^.\n()]|\.(?=\d)|\([^)\n]*\))*(?=[.)\n]|$)",
    re.I,
)
_OLD_LINE = re.compile(
    r"^[ ・※*]*(?:旧|変更前|現行品?|現用品?|現状|従来品?|参考|用途|目的|ゲン[コゴ]ウ|before|old|current)(?:\*|\s*[:=]|  +| (?=ツキ))[^\n]*",
    re.M | re.I,
)
_APART = re.compile(
    r"[^。、\n]*(?:とは別(?:件|途)?(?:に|で)|とは別件ですが|(?:だった|であった|をした|していた)(?:前回|以前|従来|昨年|去年)[^。、\n]*)"
)
_APART_GATE = re.compile(r"とは別|(?:だった|であった|をした|していた)(?=前回|以前|従来|昨年|去年)")
_COUNT_END = re.compile(r"\d\s*(?:個|本|枚|台|ヶ|ケ|セット) ")
_SENTENCE = re.compile(r"[^。\n]+")
_OTHER_GOODS = re.compile(
    r"別の(?:会社|業者|メーカー|仕入先)(?:様|さん)?に(?:お願い|発注|依頼|頼)|在庫が(?:あり|ござい|有り)|今回は(?:不要|対象外|結構|考え(?:ません|ない)|入れない|要らない|いらない)|の件は(?:保留|取り下げ|中止|見送り|また)|の追加ではない|は忘れて|と(?:は|も)(?:形|物|別|仕様|内容)?が?(?:違|異)|(?:関係|適用)(?:あり|し)ません|本件(?:には|とは)|来年(?:度)?(?:以降)?は?[^。\n]{0,12}(?:移行|切り?替)|来年度以降|not part of|another (?:shop|supplier)|検討(?:も)?しましたが|のでやめました|別型番|(?:御社|貴社)の[^。\n]{0,14}(?:能力|設備|テーブル|ストローク|仕様)|(?:圧入|組み?付け|取り?付け|挿入|嵌め|はめ|組み?込)(?:んで|して|て)(?:使|用い)|とは別物|(?:先日|先月|先週|昨日|過日|この(?:間|前))[^。\n]*(?:ありがと|有難う|有り難う)|(?:次回|今後|将来|いずれ)[^。\n]*(?:かも(?:しれ|知れ)|検討|と考え)|のときのもの|"
    r"年製|手持ちがあ|by mistake|they delivered|お支払い|締め|領収書|請求書|置いたまま"
)
_HEARSAY = re.compile(
    r"と言う人|という人|と(?:言|い)って(?:い|おり)|らしい(?:の|で|が|よ|。)|って(?:言う|いう|言って(?:る|た))けど|と(?:後ろで)?言って(?:い)?たが|とぼやいて|ひどいそうだ|と笑って|にしろと|変えろと|という(?:意見|声|説)も|と言われたことが|頼んだことが"
)
# 硬さはHRC58と聞いております is the request itself, though at second hand
_OWN_FIELD = re.compile(r"納期|数量|公差|硬[さ度]|材[質料]|寸法|板厚|粗さ|長さ|外径")
_OWNER = r"(?:自分|よそ|他所|別の(?:所|ところ)|相手|外注先|(?:お)?客(?:さん)?(?![様先])|弊社|当社|当方|自社|こちら|うち|私ども|客先|先方|向こう|お客様|他社|元請|別(?:の)?(?:業者|会社)|後工程(?:の会社)?|次工程|下請|専門業者)"
_OWN_CLAUSE = re.compile(
    rf"{_OWNER}(?:側|の方|のほう)?(?:[^、。\n]{{0,6}}(?:課|ライン|工場|部))?(?:で|デ|が|にて|ニテ|に(?=て)|より|から)[^、。\n]{{0,14}}?(?:行|イマス|施|取り?付け|やり|やる|彫|担当|交換|打ち|打つ|切|手配|実施|済|貼|し(?:ます|た)|致し|いたし|送|貸|用意|内製|予定|ます)"
    r"|(?:よそ|他所|外注(?:先)?|別の(?:所|ところ)|別(?:の)?(?:業者|会社)|協力会社)に(?:出|頼|依頼|回|お願いして)"
    rf"|(?:は|も){_OWNER}(?:側)?(?:の(?:作業|仕事|担当|手配|所掌|範囲))?(?:で(?:す|ある)?|にて)?\s*(?=[。\n]|$)|は{_OWNER}(?:側)?の(?:作業|仕事|担当|手配|所掌|範囲)"
)
_WISH = re.compile(r"お願い|御願|ください|下さい|頂|いただ|ほし|欲し|希望|支給(?:材|し)|材料|素材")


_NOW = re.compile(r"今回|今度|変更|替え|代え|変え|お願い|希望|こと(?:にし|になり)ました|たい|ください")
_SUPPLIED_SIZE = re.compile(r"\([^()\n]*?(?P<stock>支給[^()\n]*\d[^()\n]*)\)")
_BUT = re.compile(r"(?:って|と)(?:後ろで)?言って(?:い)?たが|って(?:言う|いう|言って(?:る|た))けど")


def _told(words: str) -> int:
    """Return how far hearsay goes: what stands behind 'he said …, but' holds."""
    but = _BUT.search(words)
    return but.end() if but else len(words)


def read(scan: Scan) -> None:
    """Blank what is only told; remember where the writer speaks of work that is not asked for."""
    scan.blank_all(_OLD_LINE)
    if _APART_GATE.search(scan.text):
        scan.blank_all(_APART)
    for match in scan.matches(_PAST):
        stop = match.end()
        rest = re.match(r"[^。\n]*", scan.text[stop:])
        # 過去に…していましたが、…終息しました。: all of it is told
        if rest and re.search(r"(?:ました|でした|だった|ました)$", rest[0]) and not _NOW.search(rest[0]):
            stop += rest.end()
        scan.blank(match.start(), stop)
    scan.blank_all(_SUPPLIED_SIZE, "stock")
    for match in _SENTENCE.finditer(scan.text):
        words = match[0]
        if (
            _OTHER_GOODS.search(words)
            or _HEARSAY.search(words)
            or ("と聞いて" in words and not _OWN_FIELD.search(words))
        ):
            scan.blank(match.start(), match.start() + _told(words))
            continue
        for own in _OWN_CLAUSE.finditer(words):
            left = max(words.rfind("、", 0, own.start()), words.rfind(",", 0, own.start())) + 1
            # SCW480 2個 機械加工は当社で行います: only the last word is theirs
            for counted in _COUNT_END.finditer(words, left, own.start()):
                left = counted.end()
            stop = words.find("、", own.end())
            stop = len(words) if stop < 0 else stop
            if not _WISH.search(words[left:stop]):
                scan.asides.append((match.start() + left, match.start() + stop))
