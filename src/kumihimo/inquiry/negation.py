# ruff: noqa: E501 - a pattern is easier to check in one line
"""What the words around a value do to it: not wanted, done already, done by the customer, an alternative, 相当."""

from __future__ import annotations

import re

from kumihimo.inquiry.scan import Scan

_TAIL = r"(?:加工|処理|仕上げ?|作業|工程|関係|等|など|材|品|系|製|表示|取得|認証|認定|指定|込み)?"
_JOIN = r"\s*(?:か(?:どうか)?は(?=指定|未定|不明)|とも|共に|ともに|いずれも|どちらも|は|も|の|が|を|に|まで|については|に関しては|自体は|までは|等は|などは|[:：]|=|\||・|→)*\s*(?:今回は?|一切|特に|全て|すべて|当面)?\s*(?:、)?\s*(?:の?必要は?\s*)?[「(\[]?"
_NOT = (
    r"(?:不要|なし(?!色)|なくなり|無くなり|なくなった|無し|無(?=[\s。、)）\n]|$)|ナシ|ありません|ございません|御座いません|いらない|いりません|いらん|要らない|要りません|必要(?:あり|は?ござい)ません|必要(?:は|が)?(?:ない|なし|無し?|ありません|ございません)"
    r"|しない|しません|せず|行わない|行いません|やらない|やりません|しなくて|しなくても|入れない|かけない|無用|省略|除[くき]|除いて|以外|対象外|範囲外|含ま[ずな]|含みません|抜き|NG|不可|禁止"
    r"|(?:は|が)?必須では?な[いく]|必須ではありません|ではなく|デハナク|ではなしに|じゃなく|でなく|ではない|ではありません|やめ|止め|中止|取りやめ|結構です|無くて|なくて|ないで(?:す|結構|OK|よい|良い)|無で|指定なし|未定|不問|問いません|問わない|こだわりません|は?別(?:途|手配)"
    r"|not? (?:required|needed|necessary|included|applicable)|n/a|unnecessary|excluded|is not|are not)"
)
_AFTER = re.compile(rf"^{_TAIL}{_JOIN}{_NOT}", re.I)
# 塗装は接触抵抗の関係で不可です
_FAR = re.compile(
    rf"^{_TAIL}(?:は|も)[^、。\n]{{1,28}}?(?:の(?:関係|都合|ため)で?|ので|により)?(?:不可|NG|禁止|不要|お断り|(?<=ので)無し|(?<=ので)なし)(?=です|で|。|$|\s)"
)
_NOT_APPLICABLE = re.compile(r"^[^、。\n]{0,8}該当(?:は|が|し)?(?:なし|無し|ません|ありません|しない)")
_CHAIN = re.compile(r"^(?:材|加工|処理)?(?:や|・|と|も|または|及び)[一-龥ァ-ヺーA-Za-z0-9]{1,8}")
_BEFORE = re.compile(
    r"(?:\bno|\bwithout|\bnot|\bexcluding|\bexcept|\bw/o|n't need(?: any)?|\bnot need(?: any)?|\bskip|\bno need (?:for|of)|\binstead of|\brather than|\bfree of|ノン|未|非|無)\s*(?:any\s+|the\s+)?$",
    re.I,
)
_DONE = re.compile(
    rf"^(?:品|材|素材)?[A-Z\d\x00]*の(?:後加工|追加工|二次加工|加工のみ|後処理)|^{_TAIL}\s*(?:は|も|が|まで|までは|については|を)?\s*(?:済(?!み次第)|ずみ|完了(?:済|し|品|した)|(?:して|されて|終えて|実施して)(?:いる|ある|います|あります|おります|支給)|(?:した|された)(?:もの|材料?|部品|ワーク|品|状態|素材|ブランク)|(?:を)?(?:し|致し|いたし)ます(?:ので|から)|品?、?(?:これも|こちらも)支給|する(?:ため|ので|相手|際に|時に|とき)|(?:が|は)?終わって|は終了|は終え|後の(?:部品|品|ワーク|状態で)|(?:品|物|ワーク|部品)?(?:を|で|は)?(?:無償|有償)?支給|は(?:既に|すでに))",
    re.I,
)
_BY_OTHERS_EN = re.compile(
    r"^(?: and [a-z]+)?\s*(?:will be|is|are|to be|gets)?\s*(?:done|made|carried out|handled|performed|taken care of)?\s*(?:by (?:us|our|ourselves|the customer|others|another|a third)|in-?house|elsewhere|separately)",
    re.I,
)
_ALREADY_EN = re.compile(r"(?:already|pre-?)\s*(?:been\s+)?$", re.I)
_OWN = re.compile(
    r"(?:弊社|当社|当方|自社|こちら|うち|私ども|客先|先方|向こう|むこう|お客様|お客さん|客|他社|親会社|本社|相手|別会社|下請|別(?:の)?(?:業者|会社|ルート)|別途|別で|手前ども|社内|内製)(?:側|の方|のほう)?(?:で|にて|が|、|手配|に(?!お?願))(?!使|用い|設計|検討|困|探)"
)
_OWN_DOES = re.compile(
    rf"^{_TAIL}\s*(?:は|を|も|まで|が|については|・|と|及び|[一-龥ァ-ヶー])*\s*(?:行い|行う|行な|実施|対応|施|手配|やり|やる|済|し(?:ます|て(?!.{{0,4}}(?:ほし|欲し|くださ|下さ|いただ|頂))|た)|致し|いたし|引き受け|で(?:行|や|し)|完了|予定|内製|支給)",
    re.I,
)
_OWN_BEHIND = re.compile(
    rf"^{_TAIL}(?:の[^、。\n]{{1,8}}?)?\s*(?:は|を|も|については|に関しては)\s*(?:弊社|当社|当方|自社|こちら|うち|客先|先方|向こう|むこう|お客さん|他社|親会社|相手|下請|別(?:の)?(?:業者|会社|ルート)|別途|別で|社内)(?:側|の方|のほう)?\s*(?:で|にて|が|に(?:て|依頼|出)|手配|支給|用意|準備|、|お?願いする予定|検討|発注|でやり|やる|やり|実施|対応|済|内製)(?![^。\n]{{0,8}}お願い)"
)
_WISH = re.compile(
    r"^(?:認証)?(?:取得)?(?:が|を|は|も)?(?:取得|保有|認証)?(?:して)?(?:い)?(?:あれば|いれば|だと|なら)?(?:、)?\s*(?:あれば)?(?:なお|尚)(?:可|よし|良し|よい|良い)"
)
_EITHER = re.compile(
    r"どちら(?:でも|か安い|で)|いずれ(?:でも|か安|の?方)|どれでも|何れでも|either|問いません|問わず|お?任せ|おまかせ|でも(?:可|OK|ok|よい|良い|いい|構い|かまい)|可能な方|安い方|入手(?:し|でき)|whichever|is fine|(?:両方|どっち)(?:でも|で)|不問|お好き",
    re.I,
)
_OR = re.compile(
    r"^(?:材|鋼|加工|処理|製|系|仕上げ?|溶接|材料|「|」|\)|）|\s)*(?:か(?!ら)|かまたは|か又は|または|又は|もしくは|若しくは|あるいは|或いは|or|/|,?\s?or|\bor\b|どちらか|または、|それとも)(?:、|「|\s)*$",
    re.I,
)
_AND = re.compile(r"^\s*(?:材|加工|処理)?\s*(?:・|と|や|の|及び|および|も|&|and|\+|,\s*and|or|nor)\s*$", re.I)
_EQUIVALENT = re.compile(
    r"^\s*(?:材|鋼|板|製|系|\(|（|、|,)*(?:の|又は|または|もしくは|or|か)?\s*(?:その)?(?:相当|同等|準拠品|代替|類似|(?:or )?equiv|or similar|程度の材|クラスの材)",
    re.I,
)
_MATE = re.compile(r"(?:相手(?:材|部品|側|物|軸|方)?|合わせる(?:側|部品))(?:の材質)?\s*(?:は|が|:|\()?\s*$")
_CORRECTED = re.compile(r"^(?:製|材)?と(?:言われ|聞い|書い|あり|なってい)[^。\n]{0,6}?(?:が|けど|→)")
_MATE_BEHIND = re.compile(r"^\s*(?:製|材)?の?(?:相手|シャフトに(?:圧入|組)|ハウジングに(?:圧入|組))")
_REPLACED = re.compile(r"^\s*(?:材)?から(?:の変更|変更|替|SUS|S\d|A\d|.{0,8}に(?:変更|替))")


def is_negated(scan: Scan, start: int, end: int) -> bool:
    """Tell whether the work or material is not wanted: 塗装は不要, no painting."""
    text = scan.normal.text
    tail = text[end : end + 34].split("。")[0]
    tail = tail.split("\n\n")[0]
    before = text[max(0, start - 18) : start]
    tail = tail.replace("\n", "")
    if _NOT_APPLICABLE.match(tail) or _AFTER.match(tail) or _AFTER.match(_CHAIN.sub("", tail, count=1)):
        # 以外 of a part or side: 塗装以外 is not wanted, but 内面以外塗装 stands before.
        return True
    if _FAR.match(tail) or _FAR.match(text[end : end + 34].split("\n")[0]):
        return True
    return bool(_BEFORE.search(before.split("\n")[-1]) or _REPLACED.match(tail) or _CORRECTED.match(tail))


def is_done(scan: Scan, start: int, end: int) -> bool:
    """Tell whether the work was done already or is done by somebody else than the one who is asked."""
    text = scan.normal.text
    tail = text[end : end + 30].split("。")[0]
    if (
        _BY_OTHERS_EN.match(tail)
        or _DONE.match(tail.replace("\n", ""))
        or _ALREADY_EN.search(text[max(0, start - 12) : start])
    ):
        return True
    left, right = scan.sentence(start, end)
    clause_left = max(text.rfind("、", left, start), left - 1) + 1
    before = text[clause_left:start]
    behind = text[end:right]
    if "お願い" in behind.split("、")[0] or "願い" in behind.split("、")[0]:
        return False
    if _OWN.search(before) and _OWN_DOES.match(behind):
        return True
    return bool(_OWN_BEHIND.match(behind))


def is_wish(scan: Scan, start: int, end: int) -> bool:
    """Tell whether a certificate is only nice to have: あればなお可."""
    return bool(_WISH.match(scan.normal.text[end : end + 24]))


def is_mate(scan: Scan, start: int, end: int) -> bool:
    """Tell whether the material is that of another part: 相手材はS45C."""
    text = scan.normal.text
    return bool(_MATE.search(text[max(0, start - 12) : start]) or _MATE_BEHIND.match(text[end : end + 14]))


def is_equivalent(scan: Scan, start: int, end: int) -> bool:
    """Tell whether 相当 or "or equivalent" stands behind."""
    return bool(_EQUIVALENT.match(scan.normal.text[end : end + 14]))


def is_or(scan: Scan, end: int, start: int) -> bool:
    """Tell whether only an 'or' stands between the end of one value and the start of the next."""
    return 0 <= start - end <= 12 and bool(_OR.match(scan.normal.text[end:start]))


def is_and(scan: Scan, end: int, start: int) -> bool:
    """Tell whether only an 'and' stands between the end of one value and the start of the next."""
    return 0 <= start - end <= 8 and bool(_AND.match(scan.normal.text[end:start]))


def is_either(scan: Scan, start: int, end: int) -> bool:
    """Tell whether the writer says that either will do."""
    left, right = scan.sentence(start, end)
    return bool(_EITHER.search(scan.normal.text[left : right + 14]))
