# ruff: noqa: E501 - a pattern is easier to check in one line
"""What must not be read: telephone and drawing numbers, addresses of the sender, prices, quoted mail, document dates.

Each rule blanks its slice of the unread text. The order matters: whole blocks first (quoted mail, signature), then
labelled lines, then single numbers.
"""

from __future__ import annotations

import re

from kumihimo.inquiry.scan import Scan

_QUOTED_TAIL = re.compile(
    r"^[^\n]{0,6}(?:-{2,}\s*(?:original message|元のメッセージ|転送|forwarded).*|on .{5,60} wrote:.*|20\d\d年.{4,60}のメール:.*)",
    re.M | re.I | re.S,
)
_QUOTED_LINE = re.compile(r"^\s*[>》].*$", re.M)
_PREVIOUSLY = re.compile(
    r"(?:先月|先日|先週|以前|前に)(?:に|は)?(?:ご?(?:納品|納入|製作|対応|注文|手配))(?:いただ|頂|くださ|した|して)[^。\n]*"
    r"|現状(?:は|で)[^。\n]{0,40}?(?:ている|ていた|ております)(?:もの|が|の|け)"
    r"|(?:前回|以前|従来|昨年|去年|今まで|これまで|先方の前の|(?<![一-龥すの])前)(?:の(?:ロット|注文|分|品|もの|案件))?(?:は|に|で|も|の|、)?[^。\n]{0,70}?"
    r"(?:でしたが?|ましたが?|だったが?|だったのですが|たのですが|していたが|ていましたが|でしたけど|だけど|だったけど|たので|ましたので|たけど)"
    r"|(?:last (?:time|year|month|order)|previously|formerly|in the past|our (?:last|previous) order)(?:[^.\n]|\.(?=\d)){0,80}?(?:\bbut\b|,(?!\d)|\.(?!\d)|$)"
    r"|\((?:※)?(?:当初|前回|前月|先月|先週|変更前|旧|元は|参考|従来|昨年|去年|以前|was |formerly|previously)[^()\n]*\)"
    r"|^[ ・※]*(?:参考|ご参考|前回(?:実績|単価|価格|ロット)?|過去実績)\s*[:：][^\n]*",
    re.I | re.M,
)
# 5Y7/1, RAL 7035, 日塗工25-90B: colours, not dates or codes
_COLOUR = re.compile(
    r"(?<![A-Za-z\d.])\d{1,2}(?:\.\d)?\s?(?:YR|GY|BG|PB|RP|R|Y|G|B|P)\s?\d{1,2}(?:\.\d)?\s?/\s?\d{1,2}(?:\.\d)?|(?<![A-Za-z\d.])N-?\d(?:\.\d)?(?=\s*(?:半|[3-7七五三]分?)?(?:艶|つや|ツヤ|色|塗|グレ|近似))|\bRAL\s?-?\d{4}|マンセル(?:値|記号|No\.?)?\s*[:は]?\s*[A-Z\d][A-Z\d./-]*(?:\s[\d./]+)?|日塗工\s*[A-Z\d-]+|(?:PANTONE|DIC)\s?-?\d{2,4}C?",
    re.I,
)
# Tr36×6, M10×1.5, Rc1/4, 1/4-20UNC: threads
_THREAD = re.compile(
    r"(?=[A-Za-z\d])(?<![A-Za-z\d.])(?:(?:Tr|TM|TW|Rc|Rp|PT|PF|PS|NPTF?|UNC|UNF|G|R|W|SM)\s?\d{1,3}(?:\.\d+)?(?:\s?[-/]\s?\d{1,2})?(?:\s?[×x]\s?\d{1,2}(?:\.\d+)?)?(?=\s*の?(?:ねじ|ネジ|タップ|テーパ|めねじ|おねじ|雌|雄|山|thread|管用))|Tr\s?\d{1,3}\s?[×x]\s?\d{1,2}(?:\.\d)?|(?:Rc|Rp|PT|PF|NPT|G|R)\s?\d{1,2}/\d{1,2}|M\d{1,3}(?:\.\d)?\s?[×x]\s?(?:P\s?=?\s?)?(?:0\.\d+|1\.\d+|[1-6](?:\.\d)?(?![\d.]))|\d{1,2}/\d{1,2}\s?-\s?\d{1,2}\s?(?:UNC|UNF|UN))",
    re.I,
)
# 四日市 is a town, no fourth day
_TRUCK = re.compile(
    r"\d+(?:\.\d+)?\s?(?:t|トン)\s?(?:車|トラック|ユニック|平|ウイング|リフト|クレーン|フォーク|ジャッキ)", re.I
)
_NOT_DAYS = re.compile(r"毎月\s*\d{1,2}\s*日|[\d.,]+\s*[万千]?\s*ショット|[二三四五六七八九十廿]+日(?=市)")
_CHANGED = re.compile(
    r"(?:当初(?:は|の)?\s*)?[^\s。、,:]{2,14}?\s*(?:→|⇒|->|から)\s*(?=[^\s。、,:]{2,14}?\s*(?:に|へ)\s*(?:変更|訂正|修正|変わり))"
)
_CLOSED = re.compile(
    r"[^\s。、\n]{2,12}\s*(?:~|-|から|より)\s*[^\s。、\n]{2,12}?(?:まで|迄|の間|は|、)?\s*(?:は|を)?\s*(?:休業|休み|お休み|休暇|連休|不在|休日|夏季休|冬季休)"
)
_UNIT_MASS = re.compile(
    r"[1一]\s*(?:個|本|台|枚|ヶ)(?:あたり|当たり|につき|の重[さ量](?:は|が)?|の重さ)?\s*(?:約|およそ)?\s*(?=[\d.]+\s*(?:kg|g\b|グラム|キロ))"
)
_SIGN_RULE = re.compile(r"^[ \t]*(?:[-=*_─~＊+]{4,}|[◆◇■□●○★☆※♪・.]{4,}|-- ?)[ \t]*$", re.M)
_SIGN_CONTENT = re.compile(
    r"(?:tel|fax|電話|〒|@|https?:|www\.|株式会社|有限会社|\(株\)|\(有\)|合同会社|製作所|co\.,? ?ltd|携帯|mobile)", re.I
)
_REGARDS = re.compile(
    r"^\s*(?:(?:kind |best |warm )?regards|sincerely|yours (?:truly|sincerely|faithfully)|敬具|草々)\b[,.。]?.*\Z",
    re.M | re.I | re.S,
)
_SENDER_LINE = re.compile(
    r"^[ ・■●◆○【\[*]*(?:発注元|依頼元|依頼者|送信元|送信者|発信者?|発信元|差出人|会社名|貴社名|御社名|社名|企業名|所属|部署|氏名|お?名前|"
    r"ご?担当者?(?:名)?|ご?住所|所在地|ご?連絡先|お?電話番号|お?電話(?=\s*[:：]?\s*[\d(+])|メール(?:アドレス)?|e-?mail|tel|fax|from|to|cc|宛先?|宛名|"
    r"お客様名?|顧客名?|客先|得意先|相手|先方|受付者?|受信者?|記入者|作成者|承認|件名番号|管理番号|受付番号|見積番号|依頼番号|支払(?:い)?条件?|支払い?|"
    r"送信枚数|ページ|頁|company|name|address|phone|contact|attn)"
    r"[】\]]?\s*[:.：]?(?=[:\s=】]).*$",
    re.M | re.I,
)
_CONTACT_LINE = re.compile(
    r"^(?!.*(?:納入|納品|届け|送り先|送付先|直送先|出荷先|荷受|搬入|着荷|発送先|配送先|引渡)).*(?:〒\s*\d{3}|\b(?:tel|fax)\b\s*[:./ ]|電話\s*[:：]|(?:tel|fax)\s*\d).*$",
    re.M | re.I,
)
# 浜松モールド行   発: アサヒ電装 資材
_FROM = re.compile(r"(?:^|(?<=[ \n]))(?:発|from)\s?[:：][^\n]*", re.I)
_CONTACT_GATE = re.compile(r"〒|電話|tel|fax", re.I)
_ADDRESS_SUBJECT = re.compile(r"^.*(?:御中|殿)\s*$", re.M)
_GREETING_NAME = re.compile(
    r"[一-龥々ァ-ヶーA-Za-z]{1,10}(?<!業者)(?<!会社)(?<!企業)(?<!メーカー)(?<!屋)(?<!工場)(?:様|さん|氏|殿|部長|課長|係長|社長|専務|工場長|主任)(?![一-龥])"
)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://\S+|www\.\S+")
_PHONE = re.compile(
    r"(?=[+(0])(?<![\dA-Za-z.])(?:\+81[- ]?)?\(?0\d{1,4}\)?[-( ]{1,2}\d{1,4}[-) ]{1,2}\d{3,4}(?!\d)|(?<!\d)0[5789]0\d{8}(?!\d)"
    r"|内線\s*\d+|(?<!\d)0\d{9}(?!\d)"
)
_POSTAL = re.compile(r"〒\s*\d{3}-?\d{4}|(?<![\d-])\d{3}-\d{4}(?![\d-])")
_NUMBER_LABEL = re.compile(
    r"(?:図面?番号?|図番|品番|品目コード|部品番号|部番|型番|型式|注文番号|注番|管理no|整理番号|見積no|手配番号|工番|製番|部品no|図面no|"
    r"drawing (?:no|number)|dwg|part (?:no|number)|p/n|order no|po no|ref|rfq|inquiry no|quote no|図面)\s*(?:は|が|:|=|\.|no\.?|№|#|番号)*\s*[:：]?\s*"
    r"([A-Za-z0-9][A-Za-z0-9_/.-]*\d[A-Za-z0-9_/.-]*(?:\s*(?:rev|ver)\.?\s*[A-Za-z0-9]+)?)",
    re.I,
)
_SECTION = re.compile(
    r"(?<![A-Za-z])[LCHI□]?\s?-?\s?\d+(?:\.\d+)?(?:\s*[×x]\s*\d+(?:\.\d+)?){1,3}\s*(?:mm)?\s*(?:の)?(?:等辺|不等辺)?(?:アングル|山形鋼|チャンネル|溝形鋼|H形鋼|H鋼|形鋼|角パイプ|フラットバー|平鋼|リップ溝)|(?:アングル|角パイプ|チャンネル|H鋼|フラットバー)\s*(?:(?=STKR)STKR\s?\d{3}\s*)?\d+(?:\.\d+)?(?:\s*[×x]\s*\d+(?:\.\d+)?){1,3}|(?<![A-Za-z])[LCHI]-\s?\d+(?:\s*[×x]\s*\d+(?:\.\d+)?){1,3}"
)
_REVISION = re.compile(r"\b(?:rev(?:ision)?|ver(?:sion)?)\.?\s*[A-Z0-9]{1,3}\b|第\s*\d+\s*版|改訂\s*\d+|\d+\s*版", re.I)
_BARE_NUMBER = re.compile(
    r"(?<![A-Za-z0-9±.])(?!(?:SUS|SPCC|SPHC|SECC|SGCC|SKD|SCM|STKM|Ti|HRC|HRB|HV|HB|ISO|JIS|IATF|RoHS|AC|A\d{4}|AL\d{4})[- ]?\d)"
    r"(?:[A-Z]{1,6}\d{0,4}(?:-[A-Z0-9]{1,8}){1,4}|No\.?\s*\d[\w-]*)(?![A-Za-z0-9])"
)
_TEMPER_LIKE = re.compile(r"-(?:T\d{1,4}|H\d{1,4}|[0-9]?[A-Z]{1,3}|4V|D|P|O|F)$")
_SECTION_GATE = re.compile(r"アングル|[形H平]鋼|チャンネル|パイプ|フラットバー|リップ溝|STKR|[LCHI]-")
_PAGES_GATE = re.compile(
    r"枚の?(?:うち|内|中)|枚目|[頁葉]|ページ|page|sheet|本紙|この紙|送信状|表紙|本状|枚数|全\s*\d|\(\s*(?:全|計)?\s*\d+\s*枚|\bp\.?\s*\d",
    re.I,
)
_MONEY_GATE = re.compile(r"[円¥\\￥@$€]|予算|単価|usd|jpy|eur|yen|dollar", re.I)
_MONEY = re.compile(
    r"[1一]\s*(?:本|個|枚|台|式|セット|ケ|ヶ|組)(?:あたり|当たり|当り|につき)?(?:で|は|が|、)?\s*(?:約|だいたい)?\s*[\d,.]+\s*(?:万|千|百|億)*\s*円(?![筒形周板盤弧錐柱環滑])(?:以[内下]|程度|前後|まで|くらい)?"
    r"|(?:(?:[1一]\s*(?:本|個|枚|台|式|セット|ケ|ヶ)|単価)(?:あたり|当たり|当り|につき)?(?:で|は|が)?\s*(?:約|だいたい)?\s*(?=[\d,.]+\s*(?:万|千|百)*\s*円(?![筒形周板盤弧錐柱環滑])))?(?:@|¥|\\|￥)\s*[\d,.]+\s*(?:万|千)?(?:円)?(?:/\s*(?:個|台|本|枚|kg))?|[\d,.]+\s*(?:万|千|百|億)*\s*円(?![筒形周板盤弧錐柱環滑])(?:/\s*(?:個|台|本|枚|kg))?(?:以[内下]|程度|前後|まで|くらい|ぐらい|くらいまで)?"
    r"|(?:\$|usd|jpy|eur|€)\s*[\d,.]+|[\d,.]+\s*(?:usd|jpy|eur|yen|dollars)|予算\s*[:はが]?\s*[\d,.]+\s*(?:万|千)?|単価\s*[:はが]?\s*[\d,.]+",
    re.I,
)
_CLOCK = re.compile(
    r"(?:午前|午後|am|pm)?\s*(?<!\d)\d{1,2}[:時]\s*(?:[0-5]\d(?:分)?|半)?(?!\d)(?=[\s頃ごろにまでより~、。着)]|$)|(?<!\d)\d{1,2}:\d{2}(?!\d)",
    re.I,
)
_PAGES = re.compile(
    r"\d+\s*枚の?(?:うち|内|中)の?\s*\d+\s*枚目?|(?:頁|ページ|page|枚目|sheet)\s*[:.：]?\s*\d+\s*/\s*\d+|\d+\s*/\s*\d+\s*枚目|全\s*\d+\s*葉|(?:本紙|表紙|送信状)?(?:を?含(?:め|メ|む|ム))?[ 、]*(?:全|計)?\s*\d+\s*(?:/\s*\d+)?\s*(?:ページ|頁|pages?|page)|\bp\.?\s*\d+\s*/\s*\d+"
    r"|(?:本紙|この紙|送信状|表紙|本状)(?:を?含(?:め|メ|む|ム))?(?:て)?\s*(?:全|計|合計)?\s*\d+\s*枚|全\s*\d+\s*枚\s*\(|枚数\s*[:=]?\s*\d+(?:\s*枚)?\s*\(|送信枚数\s*[:=]?\s*\d+\s*枚?|\(\s*(?:全|計)?\d+\s*枚(?:のみ)?\s*\)|全\s*\d+\s*枚",
    re.I,
)
_FIRM = re.compile(
    r"(?:株式会社|有限会社|合同会社|\(株\)|\(有\)|\(同\))\s*[^\s。、,()\n:：様]{1,14}?(?=様|さん|御中|の(?!山)|です|と申|より|から|[\s。、,()\n:：]|$)"
    r"|[一-龥々ァ-ヶーA-Za-z&]{1,14}(?<![市町村区県都府])\s?(?:株式会社|有限会社|合同会社|\(株\)|\(有\))"
    r"|(?:^|(?<=[ \n「]))[一-龥々ァ-ヺー]{2,8}(?:組立|塗装|[鍍メ][ッ金]キ?|めっき|板金|溶接|プレス|鋳造|鋳物|鍛造|製缶|熱処理|熱錬|研磨|研削|切削|金型|ばね|バネ|樹脂|ゴム|製作|発条|螺子|ネジ|ねじ|化成|工作所|製機|金属|電装(?:部品)?|バルブ|歯車|シャーリング|レーザー|アルミ|合金|鋼業|製鋼|伸銅)(?=\s*(?:\(|[一-龥]{1,4}\s?)?(?:様|さん|さま|御中|殿|行(?=\s|$)|常務|専務|社長|部長|課長|工場長|TEL|Tel|より電話|から電話|です[。\n])| +[一-龥]{1,4} *\x00)"
    r"|[一-龥々ァ-ヶーA-Za-z]{1,10}(?:製作所|工業所|鉄工所|鉄工|鋳造所|鋳工所|研究所|精機|精工|工機|電装|製缶所|鍍金所|塗装店|塗装所|産業|商事|商会|電機|電子工業|金属工業|重工業|工業)"
    r"(?=\s|の[一-龥]{1,4}(?:です|と申|様|さん)|です|と申|様|さん|御中|$|、|。|\()",
    re.M,
)
_INTRO = re.compile(
    r"(?:^|(?<=[。、\n\s]))[^。、\n]{0,24}?(?:の|にある|にございます|に本社(?:の|を置く|がある)?|で)[^。、\n]{0,28}?"
    r"(?:と申します|と言います|といいます|でございます|の者です|をしております|を(?:営んで|やって)(?:います|おります|いる)|(?<=[一-龥])です(?=[。、\n\s]))",
    re.M,
)
_INTRO_FIRM = re.compile(
    r"(?:の|にある)[^。、\n]{0,20}(?:メーカー|会社|商社|工場|製作所|工業|企業|事務所|大学|研究室)(?:です|と申します|の[一-龥]{1,4}です)"
)
_EVENT_DATE = re.compile(
    r"(?:送信日?|発信日?|作成日?|依頼日|発行日?|見積依頼日|受付日?時?|受信日?|記入日|発注日|date|日付|日時|(?:着信|入電|電話)(?:日時)?|受付)\s*[:は=]?\s*"
    r"((?:20\d\d|令和\s*\d+|R\s*\d+|\d\d)?\s*[年/.-]?\s*\d{1,2}\s*[月/.-]\s*\d{1,2}\s*日?(?:\s*\(.\))?(?:\s*\d{1,2}[:時]\d{0,2})?)",
    re.I,
)
_TIMED_DATE = re.compile(
    r"(?<![\d/])(?:20\d\d[/.年-])?\d{1,2}\s*[/月.]\s*\d{1,2}日?\s*(?:\(.\))?\s*(?:午前|午後|AM|PM)?\s*\d{1,2}(?::\d\d|時)",
    re.I,
)
_STANDARDS = re.compile(
    r"(?:JIS\s*)?B\s?0?4\d\d(?:\s*-?\s*[mfcv]\b|-\s*[mfcvH-L]{1,2})?|ISO\s?2768(?:\s*-?\s*[mfcvHKL]{1,2})?|JIS\s*[A-PR-Z]\s*\d{4}(?!\d)|JIS\s*H\s*8\d{3}",
    re.I,
)


def _any(scan: Scan, *words: str) -> bool:
    """Tell whether one of the words stands in the text: cheaper than a pattern that cannot match."""
    return any(word in scan.text for word in words)


def mask(scan: Scan) -> None:
    """Blank everything that would mislead the readers of single fields."""
    scan.blank_all(_QUOTED_TAIL)
    scan.blank_all(_QUOTED_LINE)
    _signature(scan)
    scan.blank_all(_REGARDS)
    scan.blank_all(_PREVIOUSLY)
    if _any(scan, "変更", "訂正", "修正", "変わり"):
        scan.blank_all(_CHANGED)
    if _any(scan, "休", "不在"):
        scan.blank_all(_CLOSED)
    scan.blank_all(_UNIT_MASS)
    scan.blank_all(_EVENT_DATE)
    if _any(scan, ":", "時", "午", "AM", "PM", "am", "pm"):
        scan.blank_all(_TIMED_DATE)
    _lines(scan, _SENDER_LINE)
    if _CONTACT_GATE.search(scan.text):
        _lines(scan, _CONTACT_LINE)
    _lines(scan, _FROM)
    scan.blank_all(_ADDRESS_SUBJECT)
    if "@" in scan.text or "http" in scan.text or "www." in scan.text:
        scan.blank_all(_MAIL)
    if _SECTION_GATE.search(scan.text):
        for match in scan.matches(_SECTION):
            tube = re.search(r"STKR\s?\d{3}", match[0])
            start = match.start() + (tube.end() if tube else 0)
            scan.note("section_steel", match[0].strip(), *match.span())
            scan.blank(start, match.end())
    _drawing_numbers(scan)
    scan.blank_all(_PHONE)
    scan.blank_all(_POSTAL)
    if _MONEY_GATE.search(scan.text):
        _keep(scan, "budget", _MONEY)
    if _any(scan, ":", "時"):
        scan.blank_all(_CLOCK)
    if _PAGES_GATE.search(scan.text):
        scan.blank_all(_PAGES)
    scan.blank_all(_FIRM)
    scan.blank_all(_GREETING_NAME)
    scan.blank_all(_STANDARDS)
    if _any(scan, "色", "塗", "艶", "ツヤ", "マンセル", "RAL", "DIC", "PANTONE", "paint", "coat", "colour", "color"):
        scan.blank_all(_COLOUR)
    scan.blank_all(_THREAD)
    scan.blank_all(_NOT_DAYS)
    scan.blank_all(_TRUCK)


_CONTENT = re.compile(r"材[質料]|φ|\d\s*×|\d\s*(?:個|本|枚|台|ヶ|pcs)|SUS|SPC|SKD|SCM|SS4|A\d{4}|S\d\dC|納期")
_FIELD_END = re.compile(r"\s{2,}|[。、]|(?<=様) |(?<=さん) ")


def _lines(scan: Scan, pattern: re.Pattern[str]) -> None:
    """Blank a sender's line; where the request itself stands on that line, only its first field."""
    for match in scan.matches(pattern):
        end = match.end()
        if _CONTENT.search(match[0]):
            stop = _FIELD_END.search(match[0], 2)
            end = match.start() + (stop.start() if stop else 0)
        scan.blank(match.start(), end)


def _keep(scan: Scan, name: str, pattern: re.Pattern[str]) -> None:
    for match in scan.matches(pattern):
        scan.note(name, scan.normal.words(*match.span()), *match.span())
        scan.blank(*match.span())


def _drawing_numbers(scan: Scan) -> None:
    for match in scan.matches(_NUMBER_LABEL):
        scan.note("drawing_number", match[1], *match.span(1))
        scan.blank(*match.span())
    scan.blank_all(_REVISION)
    for match in scan.matches(_BARE_NUMBER):
        if any(char.isdigit() for char in match[0]) and "-" in match[0] and not _is_code(match[0]):
            scan.note("drawing_number", match[0], *match.span())
            scan.blank(*match.span())


_CODE_HEAD = re.compile(
    r"(?:S-?\d\dC|PA\d|PA-|PBT|PPS|PET|PEEK|ABS|LCP|PEI|PPE|PU|GF|CF|SUS|SS\d|SP[CH]|SE[CG]|SKD|SK[HS]|SCM|SNCM|SUJ|SUP|SUM|STK|FCD?\d|ADC|AC\d|A\d{4}|AL?\d{4}|C\d{4}|CAC|TI-|NAK|"
    r"H[RVBS]|HRC|ISO|JIS|IATF|AS9|ROHS|W\d|D\d|H\d|L\d|M\d|R\d|T\d|PH|EP-|MF|DC|NC|CO2|POM|PP|PC|MC|X-|AZ\d|C-?276|SM\d|SEC|DIN|AISI)",
    re.I,
)


def _is_code(word: str) -> bool:
    return bool(_CODE_HEAD.match(word))


def _signature(scan: Scan) -> None:
    """Blank what stands behind a rule near the end when it looks like a name card."""
    text = scan.text
    rules = list(_SIGN_RULE.finditer(text))
    for index, rule in enumerate(rules):
        stop = rules[index + 1].start() if index + 1 < len(rules) else len(text)
        block = text[rule.end() : stop]
        lines = [line for line in block.splitlines() if line.strip()]
        late = rule.start() > len(text) * 0.3 or (text[: rule.start()].strip() and not text[stop:].strip("-=*_─~+ \n"))
        if 0 < len(lines) <= 9 and late and len(_SIGN_CONTENT.findall(block)) >= 2:
            scan.blank(rule.end(), stop)
