# ruff: noqa: E501 - a pattern is easier to check in one line
"""When: fixed dates, Japanese era, relative spans and month ends, resolved against `today`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from kumihimo.inquiry import numbers
from kumihimo.inquiry.numbers import COUNT
from kumihimo.inquiry.scan import Scan

_WEEKDAYS = "月火水木金土日"
_MONTHS = {
    name: index
    for index, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_EN_MONTH = r"(?P<@>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
_WD = r"(?:[ ]*[(（]?[ ]*(?P<wd>[月火水木金土日](?=[)）曜])|mon|tue|wed|thu|fri|sat|sun)?(?:曜日?)?[ ]*[)）]?)?"
_PART = (
    r"(?P<part>上旬|初旬|中旬|下旬|初め|はじめ|頭|中頃|半ば|なかば|終わり頃?|頃|ごろ|末|中(?!に?旬)|いっぱい|一杯|内)?"
)

_FULL = re.compile(
    rf"(?:(?P<era>令和|R)\s*(?P<ey>\d{{1,2}}|元)\s*[年./-]|(?P<y>20\d\d)\s*[年./-]|(?P<y2>(?<!\d)2\d)\s*[年/.](?=\s*\d{{1,2}}[月/.]\s*\d))\s*(?P<m>\d{{1,2}})\s*[月./-]\s*(?P<d>\d{{1,2}})(?!\d)[ ]*日?{_WD}"
)
_MONTH_DAY = re.compile(
    rf"(?=[\d来年本今\s])(?P<ny>来年の?|年明け(?:の)?|本年|今年)?\s*(?<![\d/.±+φ-])(?P<m>1[0-2]|0?[1-9])\s*(?:月\s*(?P<d>3[01]|[12]\d|0?[1-9])(?!\d)[ ]*日?|/(?P<d2>3[01]|[12]\d|0?[1-9])(?![\d/台分]))(?!\s*(?:mm|ミリ|個|H\b|インチ|inch|\")){_WD}"
)
_MONTH_ONLY = re.compile(
    rf"(?=[\d令R来年\s])(?:(?P<y>20\d\d)\s*年\s*|(?P<era>令和|R)\s*(?P<ey>\d{{1,2}})\s*年\s*|(?P<ny>来年の?|年明け))?\s*(?<![\d.])(?P<m>1[0-2]|0?[1-9])\s*月(?!\s*\d|産|間|額){_PART}"
)
_ENGLISH = re.compile(
    rf"{_EN_MONTH.replace('@', 'mon')}\s*(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:\s*,?\s*(?P<y>20\d\d))?|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of )?{_EN_MONTH.replace('@', 'mon2')}\b(?:\s*,?\s*(?P<y2>20\d\d))?"
    rf"|(?P<end>end of|by end of|late|early|mid)[ -]*(?:{_EN_MONTH.replace('@', 'mon3')}|(?P<rel>(?:this|next) (?:month|year)|(?:the )?(?:month|year)))",
    re.I,
)
_NO_SUCH_DAY = re.compile(r"(?<![\d/.])(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日")
_ABOUT = re.compile(r"\s*(?:頃|ごろ|くらい|ぐらい|あたり|前後)(?!の?(?:ご?連絡|回答))")
_NTH_DAY = re.compile(
    rf"(?P<base>今月|当月|来月|再来月|翌月)\s*の?\s*(?P<d>\d{{1,2}})\s*日{_WD}|(?<![\d月/週\s・])(?<![\d月] )(?P<d2>\d{{1,2}})\s*日(?=\s*(?:まで|必着|着|中に|の?午前|の?午後|\(|納品|納入|納期|厳守|迄|には))(?!間|以内)"
)
_MONTH_END = re.compile(
    r"(?P<base>今月|当月|本月|来月|翌月|再来月)?\s*(?P<part>月末|末|中(?=に|まで|納|で|、|。|$|希望|\s)|いっぱい|一杯|内|初旬|上旬|中旬|下旬|初め|頭|半ば)(?P<mo>\s*(?:まで|納期|頃|ごろ|必着|納品|希望))?"
)
_WEEK = re.compile(
    r"(?P<base>今週|来週|再来週|さ来週|翌週|次の週|翌々週)\s*の?\s*(?:(?P<wd>[月火水木金土日])(?:曜日?|(?=[まにので中、。 \n]|$))|(?P<part>末|中|いっぱい|頭|初め|半ば|前半|後半))"
)
_NTH_WEEK = re.compile(r"(?:今月|来月|再来月|\d{1,2}月)?\s*の?\s*第\s*[1-5一二三四五]\s*週(?:目|中|末)?")
_NTH_WEEKDAY = re.compile(
    r"(?:(?P<base>今月|来月|再来月)|(?<!\d)(?P<m>1[0-2]|[1-9])月)\s*の?\s*第\s*(?P<nth>[1-5])\s*(?P<wd>[月火水木金土日])曜?日?"
)
_WEEKDAY_EN = re.compile(r"\b(?P<base>this|next)\s+(?P<wd>monday|tuesday|wednesday|thursday|friday|week)\b", re.I)
_SLASH_END = re.compile(r"(?<![\d/])(?P<m>1[0-2]|0?[1-9])\s*/\s*末(?:日)?")
_YEAR_END = re.compile(
    r"(?P<ny>来年|本年|今年)?(?:年内|年末|年度内|年度末|今年度(?:中|内|末)|本年度(?:中|内|末)|今年中|本年中|期末|within the year|by year[- ]end|end of (?:the )?(?:fiscal )?year)",
    re.I,
)
_SPAN = re.compile(
    rf"(?=[\d.一二三四五六七八九十百千万〇半ひふtof])(?<![\d./A-Za-zφ×第])(?P<n>{COUNT}|半|ひと|ふた|一|two|three|four|one)\s*(?P<unit>週間|週(?![目末明])|日間|日(?![本付時曜産中数])|営業日|稼働日|実働日|[wW](?![A-Za-z]|\s*×)|[ヶケか箇カヵ]月(?:間)?|ヶ?年(?!間?\s*\d|[産間度末内])|月(?=以内|後)|weeks?|wks?|business days|working days|days?|months?)(?P<half>半)?(?:\s*(?P<to>~|-|から|or|か|to|乃至)\s*(?P<n2>{COUNT})\s*(?P<unit2>週間?|日間?|営業日|[ヶケか箇カヵ]月|weeks?|days?|months?)?)?",
    re.I,
)
_RANGE_SPAN = re.compile(
    rf"(?<![\d./])(?P<n>{COUNT})\s*(?:週間?|日間?|[ヶケか]月)?\s*(?:~|-|から|or|か|to|、|、?ないし)\s*(?P<n2>{COUNT})\s*(?P<unit>週間?|日間?|営業日|[ヶケか箇カヵ]月|weeks?|days?|months?)",
    re.I,
)
_RANGE_GATE = re.compile(
    r"(?:[~\-か、]|から|or|to|ないし)\s*[\d,.一二三四五六七八九十百]{1,6}\s*[万千百]?\s*(?:週|日|営業|[ヶケか箇カヵ]月|week|day|month)",
    re.I,
)
_DAY_WORD = re.compile(r"(?P<w>明後日|あさって|明々後日|しあさって|明日(?:中)?|あした|本日中|今日中|tomorrow)")
_URGENT = re.compile(
    r"(?:大?至急|シキュウ|大?イソギ|デキルダケ[早ハ]|ナルハヤ|ナルベク[早ハ]|とにかく早く|できる(?:かぎり|限り)早|特急|超特急|なるはや|なる早|できるだけ早[くい]|出来るだけ早[くい]|なるべく早[くい]|可能な限り早[くい]|早急|最短(?:納期|で|希望)?|急ぎ(?:で|の|です|、|。|$)|お急ぎ|急いで|asap|as soon as possible|urgent(?:ly)?|immediately|早め|一日も早|1日も早)(?!\s*(?:では?|じゃ)(?:な[いくし]|あり|ござい))",
    re.I,
)
_VAGUE = re.compile(
    r"(?:納期(?:は|:|に関しては)?[^。\n]{0,12}未定|(?:上旬|中旬|下旬)[^。\n]{0,8}|お盆|夏休み|正月|連休|GW|ゴールデンウィーク|年明け(?!の?\d|から)|春先|来春(?!から|以降)|春頃|夏頃|秋頃|冬頃|来期(?!から|以降)|今期中|近日中|そのうち|早ければ|半月|納期(?:は|:)?\s*(?:未定|要相談|応相談|相談|別途|ご?相談|お任せ))(?:明け|前|頃|ごろ|くらい|程度|まで)?"
)

_DUE_BEFORE = re.compile(
    r"(?:納期|納入(?:日|期限|希望日)?|納品(?:日|希望日?|期限)?|希望日|期限|期日|リードタイム|必着|出荷|着|due|deliver(?:y|ed)?|lead ?time|by|until|within|before|required)[^。\n]{0,12}$",
    re.I,
)
_DUE_BEHIND = re.compile(
    r"^\s*(?:[(（][^)）\n]{1,6}[)）])?\s*(?:頃|ごろ)?\s*(?:まで|迄|必着|着(?![信手])|納(?:品|入|期)|以内|でお?願|厳守|希望|を?目途|目処|出荷|には|delivery|あれば|くらいで|程度|で(?:欲|ほ|納|いけ|でき|出来|仕上|上|\s*(?:$|[。、\n]))|後)"
)
_OTHER_BEFORE = re.compile(
    r"(?:見積(?:り|もり)?(?:書)?(?:の|は|を|ご)?(?:提出|回答|締切|期限|希望日?|期日|納期|提出期限|回答期限|有効期限)?|(?:ご)?回答(?:期限|希望日?|納期|は)?|(?:ご)?返(?:答|信|事)(?:期限|は)?|締切|〆切|材料(?:は|の支給|支給日?)|図面(?:は)?|支給(?:日|は|予定)?|打ち?合わせ|訪問|来社|入荷(?:予定|は)?|有効期限|保管期限|支払い?|締め|検収|quote|quotation|reply|発注(?:予定)?日?(?:は)?|注文日|受付(?:日)?|連絡|電話|決定|確定|判断|最終(?:確認|決定)|稟議|審査|展示会|会議|打合せ|面談|試作確認|立会い?|[除竣起]?[幕工]?式(?:典)?|祭|定修|開業|オープン|据え?付け?|検定|棚卸し?)"
    r"\s*(?:は|を|に|の|が|:|=|期限|希望|ご希望|日|予定|→|/|・|\(|by|before|until|due|on|)*\s*(?:お?)$", re.I
)  # fmt: skip
_OTHER_BEHIND = re.compile(
    r"^[^。\n]{0,6}?(?:まで|迄|中|頃|ごろ|に|付|付け|必着|以内|\))*(?:に|で|の|、|には|に、)?\s*(?:(?:お|ご|御)?(?:見積|回答|返事|返答|返信|連絡|打ち?合わせ|訪問|伺|支給|入荷|発注|発送した|図面を?送|材料(?:を|が)(?:支給|入|送|届)|電話|来社|FAX|送信|受信|付け?の)|(?:お)?(?:問い?合わせ|問合せ)|\d{1,2}[:時]|TEL|着信|入電|(?:弊社|当社|当方|こちら)(?:より|から|で|が)|持ち?込|お持ち|発送し|発送予定|までの(?:見積|回答))|^\s*(?:付|付け)(?=[のでけ]|\s)|^\s*(?:までに?|に)\s*(?:reply|quote)|^の(?:打合せ|お?電話|お?話|件|ご?連絡|会議|展示会)", re.I
)  # fmt: skip


def _has_month(text: str) -> bool:
    low = text.lower()
    return any(word in low for word in (*_MONTHS, "end of", "late ", "early ", "mid"))


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(start: date, months: int) -> date:
    """Return the same day `months` later, or the last day of that month when it is shorter."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def add_business_days(start: date, days: int) -> date:
    """Return the `days`-th weekday after `start`; public holidays of Japan do not count."""
    import jpholiday  # heavy: only when the text says 営業日

    day = start
    while days > 0:
        day += timedelta(days=1)
        if day.weekday() < 5 and not jpholiday.is_holiday(day):
            days -= 1
    return day


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _upcoming(today: date, month: int, day: int) -> date | None:
    """Return the next such day: this year's unless it is past, then next year's."""
    this = _safe(today.year, month, day)
    return this if this is None or this >= today else _safe(today.year + 1, month, day)


def _is_other(scan: Scan, start: int, end: int) -> bool:
    left, right = scan.sentence(start, end)
    before = scan.text[max(left, start - 16) : start]
    behind = scan.text[end : min(right, end + 16)]
    if re.match(
        r"\s*(?:\(.\))?\s*(?:に|までに|頃)?\s*(?:お?引き?取り?|取りに)|\s*(?:必着|着(?![信手])|納(?:品|入|期|め))",
        behind,
    ):
        return False
    if re.search(r"(?:納期|納入|納品)\s*(?:は|:|=|希望|期限)*\s*$", before):
        return bool(re.match(r"^\s*(?:まで)?に?(?:ご)?(?:回答|返答)", behind))
    return bool(_OTHER_BEFORE.search(before) or _OTHER_BEHIND.match(behind))


# 営業からは1月末と聞いています: a second date, as good as the first
_SAID = re.compile(r"\s*(?:頃|ごろ)?だ?と(?:聞|言わ|言って|記載|書|の(?:話|こと))")


def _keep(
    scan: Scan, value: date | None, start: int, end: int, weekday: str | None = None, confidence: float = 1.0
) -> None:
    if value is None:
        return
    if _is_other(scan, start, end):
        scan.note("other_date", value.isoformat(), start, end)
    else:
        left, right = scan.sentence(start, end)
        due = (
            _DUE_BEFORE.search(scan.text[max(left, start - 16) : start])
            or _DUE_BEHIND.match(scan.text[end : min(right, end + 10)])
            or _SAID.match(scan.text, end)
        )
        if value <= scan.today and not due:
            scan.note("other_date", value.isoformat(), start, end)
        else:
            before = scan.normal.text[max(left, start - 14) : start]
            note = (
                "trial"
                if re.search(r"試作|サンプル|初回|初品|trial|proto|sample", before, re.I)
                else "mass"
                if re.search(r"量産|本番|production|残り", before, re.I)
                else ""
            )
            about = _ABOUT.match(scan.text, end) or _ABOUT.search(scan.text, start, end)
            scan.add(
                "due_date",
                value,
                start,
                end,
                confidence=0.5 if about else confidence if due else min(confidence, 0.8),
                note=note or ("due" if due else ""),
            )
            # 4週間くらい is how one plainly asks; 12月末頃 leaves open which day is meant.
            if about and about[0].strip()[0] in "頃ご":
                scan.doubt("due_date", "vague", start, max(end, about.end()), key="about")
            if value < scan.today:
                scan.doubt("due_date", "contradiction", start, end, key="past")
            if weekday and value.weekday() != _weekday(weekday):
                scan.doubt("due_date", "contradiction", start, end, key="weekday", actual=_WEEKDAYS[value.weekday()])
    scan.blank(start, end)


def _weekday(word: str) -> int:
    if word in _WEEKDAYS:
        return _WEEKDAYS.index(word)
    return ("mon", "tue", "wed", "thu", "fri", "sat", "sun").index(word.lower()[:3])


def _vague(scan: Scan, start: int, end: int, key: str = "part") -> None:
    if not _is_other(scan, start, end):
        scan.doubt("due_date", "vague", start, end, key=key)
    scan.blank(start, end)


def read(scan: Scan) -> None:
    """Read all dates, fixed ones first."""
    today = scan.today
    for match in scan.matches(_NO_SUCH_DAY):
        month, day = int(match["m"]), int(match["d"])
        # 2024 has a 29th of February: whether the year meant has one too is seen below.
        if _safe(2024, month, day) is None:
            if not _is_other(scan, *match.span()):
                scan.doubt("due_date", "contradiction", *match.span(), key="no_such_day")
            scan.blank(*match.span())
    for match in scan.matches(_FULL):
        year = (
            (2018 + (1 if match["ey"] == "元" else int(match["ey"])))
            if match["era"]
            else int(match["y"])
            if match["y"]
            else 2000 + int(match["y2"])
        )
        _keep(scan, _safe(year, int(match["m"]), int(match["d"])), *match.span(), weekday=match["wd"])
    for match in scan.matches(_ENGLISH) if _has_month(scan.text) else ():
        _english(scan, match)
    for match in scan.matches(_MONTH_DAY):
        month, day = int(match["m"]), int(match["d"] or match["d2"])
        if match["ny"] and match["ny"].startswith(("来年", "年明け")):
            value = _safe(today.year + 1, month, day)
        else:
            value = _upcoming(today, month, day)
            recent = _safe(today.year, month, day)
            # A date of the last weeks without a due word is when the letter was written.
            if recent is not None and value != recent and (today - recent).days < 90:
                value = recent
        _keep(scan, value, *match.span(), weekday=match["wd"])
    for match in scan.matches(_NTH_WEEK) if "第" in scan.text else ():
        _vague(scan, *match.span())
    for match in scan.matches(_NTH_WEEKDAY):
        _nth_weekday(scan, match)
    for match in scan.matches(_WEEK):
        _week(scan, match)
    for match in scan.matches(_WEEKDAY_EN):
        monday = today - timedelta(days=today.weekday()) + timedelta(days=7 if match["base"].lower() == "next" else 0)
        days = 4 if match["wd"].lower() == "week" else _weekday(match["wd"])
        _keep(scan, monday + timedelta(days=days), *match.span(), confidence=0.8)
    for match in scan.matches(_YEAR_END):
        text = match[0].lower()
        year = today.year + (1 if match["ny"] == "来年" else 0)
        if "年度" in text or "fiscal" in text:
            end = date(today.year, 3, 31)
            _keep(scan, end if end >= today else date(today.year + 1, 3, 31), *match.span())
        elif "期末" in text:
            _vague(scan, *match.span())
        else:
            _keep(scan, date(year, 12, 31), *match.span())
    for match in scan.matches(_NTH_DAY):
        _nth_day(scan, match)
    for match in scan.matches(_MONTH_ONLY):
        _month_only(scan, match)
    for match in scan.matches(_SLASH_END):
        month = int(match["m"])
        _keep(scan, _month_end(today.year + (1 if month < today.month else 0), month), *match.span())
    for match in scan.matches(_MONTH_END):
        _month_word(scan, match)
    for match in scan.matches(_RANGE_SPAN) if _RANGE_GATE.search(scan.text) else ():
        if _is_span_due(scan, match):
            _vague(scan, *match.span(), key="range")
    for match in scan.matches(_SPAN):
        _span(scan, match)
    for match in scan.matches(_DAY_WORD):
        days = {"明後日": 2, "あさって": 2, "明々後日": 3, "しあさって": 3}.get(
            match["w"], 0 if match["w"][:2] in ("本日", "今日") else 1
        )
        _keep(scan, today + timedelta(days=days), *match.span())
    for match in scan.matches(_URGENT):
        scan.doubt("due_date", "vague", *match.span(), key="urgent")
        scan.blank(*match.span())
    for match in scan.matches(_VAGUE):
        _vague(scan, *match.span())


def _english(scan: Scan, match: re.Match[str]) -> None:
    today = scan.today
    if match["end"]:
        early = not match["end"].lower().endswith("end of")
        if match["mon3"]:
            month = _MONTHS[match["mon3"].lower()[:3]]
            value = _month_end(today.year + (1 if month < today.month else 0), month)
        elif "month" in match["rel"].lower():
            value = add_months(today.replace(day=1), 1 if "next" in match["rel"].lower() else 0)
            value = _month_end(value.year, value.month)
        else:
            value = date(today.year + (1 if "next" in match["rel"].lower() else 0), 12, 31)
        if early:
            _vague(scan, *match.span())
        else:
            _keep(scan, value, *match.span())
        return
    month = _MONTHS[(match["mon"] or match["mon2"]).lower()[:3]]
    day, year = int(match["d"] or match["d2"]), match["y"] or match["y2"]
    _keep(scan, _safe(int(year), month, day) if year else _upcoming(today, month, day), *match.span())


def _week(scan: Scan, match: re.Match[str]) -> None:
    """Weeks begin on Monday, as shop calendars do; 週末 and 週中 are Friday, the last working day."""
    weeks = {"今週": 0, "来週": 1, "翌週": 1, "次の週": 1}.get(match["base"], 2)
    monday = scan.today - timedelta(days=scan.today.weekday()) + timedelta(weeks=weeks)
    if match["wd"]:
        _keep(scan, monday + timedelta(days=_WEEKDAYS.index(match["wd"])), *match.span())
    elif monday + timedelta(days=4) < scan.today:
        _vague(scan, *match.span())
    elif match["part"] in ("中", "いっぱい", "末"):
        _keep(scan, monday + timedelta(days=4), *match.span(), confidence=0.7)
    else:
        _vague(scan, *match.span())


def _nth_weekday(scan: Scan, match: re.Match[str]) -> None:
    today = scan.today
    if match["base"]:
        first = add_months(today.replace(day=1), {"今月": 0, "来月": 1, "再来月": 2}[match["base"]])
    else:
        month = int(match["m"])
        first = date(today.year + (1 if month < today.month else 0), month, 1)
    ahead = (_WEEKDAYS.index(match["wd"]) - first.weekday()) % 7
    _keep(scan, _safe(first.year, first.month, 1 + ahead + 7 * (int(match["nth"]) - 1)), *match.span())


def _nth_day(scan: Scan, match: re.Match[str]) -> None:
    today = scan.today
    if match["base"]:
        months = {"今月": 0, "当月": 0, "来月": 1, "翌月": 1, "再来月": 2}[match["base"]]
        first = add_months(today.replace(day=1), months)
        _keep(scan, _safe(first.year, first.month, int(match["d"])), *match.span(), weekday=match["wd"])
        return
    day = int(match["d2"])
    if any(
        item.field == "due_date" and 0 <= match.start() - item.end <= 3 and item.value.day == day for item in scan.found
    ):
        scan.blank(*match.span())
        return
    value = _safe(today.year, today.month, day)
    if value is not None and value < today:
        first = add_months(today.replace(day=1), 1)
        value = _safe(first.year, first.month, day)
    _keep(scan, value, *match.span(), weekday=match["wd"], confidence=0.8)


_PERIODS = frozenset(
    {
        "上旬",
        "初旬",
        "中旬",
        "下旬",
        "初め",
        "はじめ",
        "頭",
        "中頃",
        "半ば",
        "なかば",
        "終わり",
        "終わり頃",
        "頃",
        "ごろ",
    }
)


def _month_only(scan: Scan, match: re.Match[str]) -> None:
    month = int(match["m"])
    part = match["part"]
    if match["y"]:
        year = int(match["y"])
    elif match["era"]:
        year = 2018 + int(match["ey"])
    else:
        year = scan.today.year + (1 if match["ny"] or month < scan.today.month else 0)
    if part in _PERIODS:
        _vague(scan, *match.span())
    elif part or _DUE_BEHIND.match(scan.text[match.end() : match.end() + 8]):
        _keep(scan, _month_end(year, month), *match.span(), confidence=1.0 if part else 0.7)
    elif _DUE_BEFORE.search(scan.text[max(0, match.start() - 14) : match.start()]):
        _vague(scan, *match.span())
    else:
        scan.blank(*match.span())


def _month_word(scan: Scan, match: re.Match[str]) -> None:
    base, part = match["base"], match["part"]
    if base is None and (part != "月末"):
        return
    months = {"来月": 1, "翌月": 1, "再来月": 2}.get(base or "", 0)
    first = add_months(scan.today.replace(day=1), months)
    if part in _PERIODS:
        _vague(scan, *match.span())
    elif re.search(r"締め|支払", scan.text[match.end() : match.end() + 5]):
        scan.blank(*match.span())
    else:
        _keep(scan, _month_end(first.year, first.month), *match.span())


def _is_span_due(scan: Scan, match: re.Match[str]) -> bool:
    """Tell whether a span of time is the delivery time and not a shelf life, a payment term or a rate."""
    start, end = match.span()
    left, right = scan.sentence(start, end)
    before = scan.text[max(left, start - 14) : start]
    behind = scan.text[end : min(right, end + 10)]
    if re.search(r"有効期限|有効期間|見積(?:書)?(?:の)?有効|保証|支払|検収|提出から|発行から|オープン|ご?回答", before):
        return False
    if re.search(
        r"(?:支払|サイト|保証|有効|保管|契約|稼働|経験|創業|過去|ここ|この|約束手形|検収|毎|週に|月に|1日|耐久|寿命|創立|周年|翌|運転)\s*(?:期間|は|で|に|:)?\s*$",
        before,
    ):
        return False
    return not re.match(
        r"\s*(?:前|ごと|毎|おき|あたり|当たり|間?保証|サイト|の実績|/|に\d|使用|ぶり|生産|稼働|おいて|ペース|の?サイト|有効|契約|連続|間隔|で\d+個)",
        behind,
    )


_DAY_NAMED = re.compile(r"\s*[(（]?[月火水木金土日](?:曜|[)）])")


def _span(scan: Scan, match: re.Match[str]) -> None:
    if not _is_span_due(scan, match):
        scan.blank(*match.span())
        return
    words = {"半": 0.5, "ひと": 1, "ふた": 2, "one": 1, "two": 2, "three": 3, "four": 4}
    number = words.get(match["n"].lower())
    if number is None:
        number = numbers.count(match["n"])
    unit = match["unit"].lower()
    if number is None or number > 400:
        return
    if match["n2"]:
        _vague(scan, *match.span(), key="range")
        return
    start, end = match.span()
    today = scan.today
    value: date | None
    if match["half"] or number == 0.5:
        if match["n"] == "半" and unit.endswith("年"):
            value = add_months(today, 6)
        else:
            _vague(scan, start, end)
            return
    elif unit.startswith(("週", "week", "wk")) or unit == "w":
        value = today + timedelta(days=round(7 * number))
    elif unit in ("営業日", "稼働日", "実働日", "business days", "working days") or re.search(
        r"実働\s*$|営業日で\s*$", scan.text[max(0, start - 6) : start]
    ):
        value = add_business_days(today, int(number))
    elif unit.startswith(("日", "day")):
        if unit == "日" and _DAY_NAMED.match(scan.text[end : end + 5]):
            scan.blank(start, end)
            return
        if unit == "日" and not (
            _DUE_BEFORE.search(scan.text[max(0, start - 12) : start]) or _DUE_BEHIND.match(scan.text[end : end + 8])
        ):
            return
        value = today + timedelta(days=int(number))
    elif "年" in unit:
        scan.blank(start, end)
        return
    else:
        value = add_months(today, int(number)) if number == int(number) else None
    _keep(scan, value, start, end, confidence=0.9)
