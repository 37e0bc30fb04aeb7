"""The forms that a workshop marks and sends back: where their boxes lie, and what is printed around them.

Boxes are 7 mm and more, a date is a month and a day, a number one box a digit: a thick pen and a bad FAX must do.
A printed form lives for weeks: whoever moves a box gives the form a new code, and keeps the old one readable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kumihimo.errors import InputError
from kumihimo.paper.layout import (
    Box,
    Choose,
    Code,
    DateRule,
    FormKind,
    FormLayout,
    Group,
    Mark,
    NumberRule,
    OnlyWith,
    Rule,
    Words,
    Zone,
)

FARTHEST_DAYS = 270
"""A day on a form that lies farther ahead was rather meant in the past: on 4 December nobody promises 3 December."""
MOST_ITEMS = 6
"""Most blocks on a daily sheet; a partner with more open items gets a second sheet."""
_CLEAR_MM = 2.5
_FRAME_MM = 0.4
# At the same place on every form, so that a page is found before it is known which form it is.
MARKS = (
    Mark(id=0, x_mm=10, y_mm=10, side_mm=12),
    Mark(id=1, x_mm=188, y_mm=10, side_mm=12),
    Mark(id=2, x_mm=188, y_mm=275, side_mm=12),
    Mark(id=3, x_mm=10, y_mm=275, side_mm=12),
)
CODES = (
    Code(symbology="QRCode", x_mm=155, y_mm=10, side_mm=28),
    Code(symbology="DataMatrix", x_mm=27, y_mm=271, side_mm=16),
)
_SMALL_MM, _LARGE_MM = 7.0, 8.0
_COLUMN_MM, _ROW_MM = 15.2, 11.0
_PLACES = (("10000", "万"), ("1000", "千"), ("100", "百"), ("10", "十"), ("1", "一"))
_PRICE_PLACES = (("1000000", "百万"), ("100000", "十万"), *_PLACES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caption:
    """A text that every form of this kind prints; `x_mm`, `y_mm` are the top left corner of its line."""

    x_mm: float
    y_mm: float
    size_pt: float
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyForm:
    """A form as it is designed: its layout, the texts around the boxes, and where the order is described.

    Attributes
    ----------
    content_top_mm
        Where the description of the order, or the first block of a daily sheet, begins.
    line_mm
        From line to line of this description.
    block_mm
        Height of a block of a daily sheet; 0 elsewhere.
    """

    layout: FormLayout
    captions: tuple[Caption, ...]
    content_top_mm: float
    line_mm: float = 5.4
    block_mm: float = 0.0


@cache
def reply_form(code: str) -> ReplyForm:
    """Return the form of a code such as ``"A1"`` or ``"D1-4"`` (a daily sheet of four items).

    Raises
    ------
    InputError
        No form has this code.
    """
    builders = {"A1": _acknowledgement, "Q1": _quotation, "R1": _reminder}
    if code in builders:
        return builders[code]()
    if code in {f"D1-{items}" for items in range(1, MOST_ITEMS + 1)}:
        return _daily(int(code[-1]))
    raise InputError(
        f"用紙の種類 {code!r} を知りません。新しい版の Kumihimo の用紙でないか確かめてください。",
        f"no form has the code {code!r}; it may come from a newer Kumihimo.",
    )


def current_form(kind: FormKind, *, items: int = 1) -> ReplyForm:
    """Return the form that is printed today for a kind; `items` counts the blocks of a daily sheet."""
    if kind is FormKind.DAILY:
        return reply_form(f"D1-{items}")
    return reply_form({FormKind.ACKNOWLEDGEMENT: "A1", FormKind.QUOTATION: "Q1", FormKind.REMINDER: "R1"}[kind])


class _Sheet:
    """A form while it is being laid out."""

    def __init__(self) -> None:
        self.groups: list[Group] = []
        self.boxes: list[Box] = []
        self.captions: list[Caption] = []
        self.zones: list[Zone] = []

    def caption(self, x_mm: float, y_mm: float, ja: str, en: str, size_pt: float = 10.0) -> None:
        self.captions.append(Caption(x_mm=x_mm, y_mm=y_mm, size_pt=size_pt, words=Words(ja=ja, en=en)))

    def group(self, name: str, choose: Choose, ja: str, en: str) -> None:
        self.groups.append(Group(name=name, choose=choose, label=Words(ja=ja, en=en)))

    def box(self, group: str, value: str, x_mm: float, y_mm: float, side_mm: float, label: Words) -> None:
        self.boxes.append(
            Box(
                name=f"{group}.{value}",
                group=group,
                value=value,
                x_mm=round(x_mm, 2),
                y_mm=round(y_mm, 2),
                side_mm=side_mm,
                label=label,
            )
        )

    def choices(
        self, group: str, places: Sequence[tuple[float, float]], side_mm: float, *choices: tuple[str, str, str]
    ) -> None:
        """Boxes with their words on the right."""
        for (x_mm, y_mm), (value, ja, en) in zip(places, choices, strict=True):
            self.box(group, value, x_mm, y_mm, side_mm, Words(ja=ja, en=en))

    def month_and_day(self, y_mm: float) -> None:
        """One row of twelve months, three rows of days; the numbers stand left of their boxes."""
        self.group("month", Choose.AT_MOST_ONE, "月", "month")
        self.group("day", Choose.AT_MOST_ONE, "日", "day")
        self.caption(9.5, y_mm + 1.6, "月", "M")
        for month in range(1, 13):
            self._numbered("month", month, 20 + _COLUMN_MM * (month - 1), y_mm, f"{month}月", f"month {month}")
        for row, (first, last) in enumerate(((1, 10), (11, 20), (21, 31))):
            top = y_mm + _ROW_MM * (row + 1)
            self.caption(9.5, top + 1.6, "日", "D")
            for day in range(first, last + 1):
                self._numbered("day", day, 20 + _COLUMN_MM * (day - first), top, f"{day}日", f"day {day}")

    def number(self, name: str, places: Sequence[tuple[str, str]], y_mm: float, ja: str, en: str) -> NumberRule:
        """One row of ten boxes a digit."""
        for row, (weight, place) in enumerate(places):
            group = f"{name}.{weight}"
            top = y_mm + _ROW_MM * row
            self.group(group, Choose.AT_MOST_ONE, f"{ja} {place}の位", f"{en}, {weight}s")
            self.caption(9.5, top + 1.8, f"{place}の位", weight, 8.5)
            for digit in range(10):
                label = (f"{place}の位 {digit}", f"{weight}s: {digit}")
                self._numbered(group, digit, 34 + _COLUMN_MM * digit, top, *label)
        return NumberRule(name=name, places=tuple(f"{name}.{weight}" for weight, _ in places))

    def _numbered(self, group: str, value: int, x_mm: float, y_mm: float, ja: str, en: str) -> None:
        self.box(group, str(value), x_mm, y_mm, _SMALL_MM, Words(ja=ja, en=en))

    def zone(self, name: str, x_mm: float, y_mm: float, width_mm: float, height_mm: float, ja: str, en: str) -> None:
        label = Words(ja=ja, en=en)
        self.zones.append(Zone(name=name, x_mm=x_mm, y_mm=y_mm, width_mm=width_mm, height_mm=height_mm, label=label))

    def layout(self, code: str, kind: FormKind, ja: str, en: str, rules: Sequence[Rule]) -> FormLayout:
        return FormLayout(
            code=code,
            kind=kind,
            title=Words(ja=ja, en=en),
            width_mm=210,
            height_mm=297,
            frame_mm=_FRAME_MM,
            clear_mm=_CLEAR_MM,
            marks=MARKS,
            codes=CODES,
            groups=tuple(self.groups),
            boxes=tuple(self.boxes),
            zones=tuple(self.zones),
            rules=tuple(rules),
        )


def _acknowledgement() -> ReplyForm:
    sheet = _Sheet()
    sheet.caption(12, 77, "① ご回答 ― どれか一つに印", "1. Your answer — mark exactly one")
    sheet.group("answer", Choose.EXACTLY_ONE, "ご回答", "answer")
    sheet.choices(
        "answer",
        [(12, 84), (59, 84), (110, 84), (157, 84)],
        _LARGE_MM,
        ("accept", "このまま請けます", "accepted as ordered"),
        ("change", "納期・数を変えれば可", "with another date"),
        ("decline", "お断りします", "declined"),
        ("call", "電話をください", "please call us"),
    )
    sheet.caption(
        12, 96.5, "② 納期を変えるとき ― 出せる月と日に一つずつ印", "2. Another date — mark one month and one day"
    )
    sheet.month_and_day(103.5)
    sheet.caption(
        12,
        147.2,
        "③ その日に出せる数 ― 全部出せるなら空けたまま(上の位は空けてよく、0も印)",
        "3. How many by then — leave empty if all; mark zeros too, but not the leading ones",
    )
    number = sheet.number("quantity", _PLACES, 154, "その日に出せる数", "quantity by then")
    sheet.caption(12, 208.5, "④ お断りのとき ― おもな理由一つに印", "4. If declined — mark the main reason")
    sheet.group("reason", Choose.AT_MOST_ONE, "お断りの理由", "reason for declining")
    sheet.choices(
        "reason",
        [(x, y) for y in (215.5, 226.5) for x in (12, 74, 136)],
        _SMALL_MM,
        ("capacity", "手がいっぱい", "no capacity"),
        ("equipment", "設備・技術が合わない", "not our equipment"),
        ("price", "金額が合わない", "price"),
        ("material", "材料が手に入らない", "no material"),
        ("drawing", "図面に不明な点がある", "drawing unclear"),
        ("other", "その他(下にお書きください)", "other (please write below)"),
    )
    sheet.zone("note", 12, 238, 122, 30, "ご連絡(担当者が読みます)", "Note (a person reads it)")
    sheet.zone("signature", 138, 238, 60, 30, "社名・お名前・印", "Company, name, seal")
    dates = ("month", "day")
    return ReplyForm(
        layout=sheet.layout(
            "A1",
            FormKind.ACKNOWLEDGEMENT,
            "注文請書 兼 納期回答書",
            "Order acknowledgement",
            (
                OnlyWith(groups=dates, group="answer", values=("change",), required=True),
                OnlyWith(groups=number.places, group="answer", values=("change",), required=False),
                OnlyWith(groups=("reason",), group="answer", values=("decline",), required=True),
                DateRule(name="date", month="month", day="day"),
                number,
            ),
        ),
        captions=tuple(sheet.captions),
        content_top_mm=26,
    )


def _quotation() -> ReplyForm:
    sheet = _Sheet()
    sheet.caption(12, 64.5, "① ご回答 ― どれか一つに印", "1. Your answer — mark exactly one")
    sheet.group("answer", Choose.EXACTLY_ONE, "ご回答", "answer")
    sheet.choices(
        "answer",
        [(12, 71), (59, 71), (110, 71), (157, 71)],
        _LARGE_MM,
        ("unit_price", "一個の値段で見積", "price per piece"),
        ("lot_price", "一式の値段で見積", "price for all"),
        ("decline", "見送ります", "no quotation"),
        ("call", "電話をください", "please call us"),
    )
    sheet.caption(
        12,
        82.5,
        "② 金額(円・税抜) ― 位ごとに一つ印(上の位は空けてよく、0も印)",
        "2. Price (JPY, without tax) — one box a row; mark zeros too, but not the leading ones",
    )
    price = sheet.number("price", _PRICE_PLACES, 89.5, "金額", "price")
    sheet.caption(12, 166.8, "③ 出せる日 ― 月と日に一つずつ印", "3. Ready on — mark one month and one day")
    sheet.month_and_day(173.5)
    sheet.caption(12, 217.2, "④ 見送るとき ― おもな理由一つに印", "4. If no quotation — mark the main reason")
    sheet.group("reason", Choose.AT_MOST_ONE, "見送りの理由", "reason for not quoting")
    sheet.choices(
        "reason",
        [(x, y) for y in (223.5, 234.5) for x in (12, 74, 136)],
        _SMALL_MM,
        ("capacity", "手がいっぱい", "no capacity"),
        ("equipment", "設備・技術が合わない", "not our equipment"),
        ("quantity", "数が合わない", "quantity"),
        ("material", "材料が手に入らない", "no material"),
        ("drawing", "図面に不明な点がある", "drawing unclear"),
        ("other", "その他(下にお書きください)", "other (please write below)"),
    )
    sheet.zone("note", 12, 246, 122, 22, "ご連絡・条件(担当者が読みます)", "Note, terms (a person reads it)")
    sheet.zone("signature", 138, 246, 60, 22, "社名・お名前・印", "Company, name, seal")
    quotes = ("unit_price", "lot_price")
    return ReplyForm(
        layout=sheet.layout(
            "Q1",
            FormKind.QUOTATION,
            "見積回答書",
            "Quotation",
            (
                OnlyWith(groups=("month", "day"), group="answer", values=quotes, required=True),
                OnlyWith(groups=price.places[-1:], group="answer", values=quotes, required=True),
                OnlyWith(groups=price.places[:-1], group="answer", values=quotes, required=False),
                OnlyWith(groups=("reason",), group="answer", values=("decline",), required=True),
                DateRule(name="date", month="month", day="day"),
                price,
            ),
        ),
        captions=tuple(sheet.captions),
        content_top_mm=26,
        line_mm=4.4,
    )


def _reminder() -> ReplyForm:
    sheet = _Sheet()
    sheet.caption(12, 77, "① いまの状況 ― どれか一つに印", "1. Where it stands — mark exactly one")
    sheet.group("answer", Choose.EXACTLY_ONE, "いまの状況", "answer")
    sheet.choices(
        "answer",
        [(12, 84), (59, 84), (110, 84), (157, 84)],
        _LARGE_MM,
        ("on_time", "予定どおりです", "on time"),
        ("late", "遅れます", "late"),
        ("shipped", "もう出荷しました", "shipped"),
        ("call", "電話をください", "please call us"),
    )
    sheet.caption(
        12,
        96.5,
        "② 遅れるとき・出荷したとき ― 出せる日、または出荷した日の月と日に一つずつ印",
        "2. If late: the new date. If shipped: the day of shipping. Mark one month and one day",
    )
    sheet.month_and_day(103.5)
    sheet.caption(
        12,
        147.2,
        "③ 出荷した数 ― 全部なら空けたまま(上の位は空けてよく、0も印)",
        "3. How many were shipped — leave empty if all; mark zeros too, but not the leading ones",
    )
    number = sheet.number("quantity", _PLACES, 154, "出荷した数", "quantity shipped")
    sheet.caption(12, 208.5, "④ 遅れるとき ― おもな理由一つに印", "4. If late — mark the main reason")
    sheet.group("reason", Choose.AT_MOST_ONE, "遅れの理由", "reason for the delay")
    sheet.choices(
        "reason",
        [(x, y) for y in (215.5, 226.5) for x in (12, 59, 110, 157)],
        _SMALL_MM,
        ("capacity", "仕事がたまった", "backlog"),
        ("people", "人手が足りない", "people missing"),
        ("machine", "機械の故障", "machine broken"),
        ("material", "材料・支給品待ち", "material late"),
        ("previous", "前の工程の遅れ", "step before late"),
        ("drawing", "図面の確認待ち", "drawing unclear"),
        ("rework", "不良・やり直し", "rework"),
        ("other", "その他(下に記入)", "other (below)"),
    )
    sheet.zone("note", 12, 238, 122, 30, "ご連絡(担当者が読みます)", "Note (a person reads it)")
    sheet.zone("signature", 138, 238, 60, 30, "社名・お名前・印", "Company, name, seal")
    return ReplyForm(
        layout=sheet.layout(
            "R1",
            FormKind.REMINDER,
            "進捗・納期確認 回答書",
            "Progress reply",
            (
                OnlyWith(groups=("month", "day"), group="answer", values=("late", "shipped"), required=True),
                OnlyWith(groups=number.places, group="answer", values=("shipped",), required=False),
                OnlyWith(groups=("reason",), group="answer", values=("late",), required=True),
                DateRule(name="date", month="month", day="day"),
                number,
            ),
        ),
        captions=tuple(sheet.captions),
        content_top_mm=26,
    )


_DAILY_TOP_MM, _DAILY_BLOCK_MM = 45.0, 36.5
_DELAYS = (("1", "1日", "1 day"), ("2", "2日", "2 days"), ("3", "3日", "3 days"), ("5", "5日", "5 days"))
_LONG_DELAYS = (("7", "1週間", "1 week"), ("14", "2週間", "2 weeks"), ("more", "もっと", "more"))


def _daily(items: int) -> ReplyForm:
    sheet = _Sheet()
    sheet.caption(
        12, 34, "件ごとに一つ印。遅れるときは、何日かにも一つ印。", "Mark one a block; if late, how many days."
    )
    rules: list[Rule] = []
    for item in range(1, items + 1):
        top = _DAILY_TOP_MM + _DAILY_BLOCK_MM * (item - 1)
        answer, delay = f"item{item}.answer", f"item{item}.delay"
        sheet.group(answer, Choose.EXACTLY_ONE, f"{item}件目", f"item {item}")
        sheet.choices(
            answer,
            [(16, top + 13), (63, top + 13), (110, top + 13), (157, top + 13)],
            _SMALL_MM,
            ("on_time", "予定どおり", "on time"),
            ("late", "遅れます", "late"),
            ("shipped", "出荷しました", "shipped"),
            ("call", "電話をください", "please call us"),
        )
        sheet.group(delay, Choose.AT_MOST_ONE, f"{item}件目の遅れ", f"delay of item {item}")
        sheet.caption(16, top + 25.8, "遅れ", "by", 8.5)
        places = [(29 + 23.5 * column, top + 24) for column in range(7)]
        sheet.choices(delay, places, _SMALL_MM, *_DELAYS, *_LONG_DELAYS)
        rules.append(OnlyWith(groups=(delay,), group=answer, values=("late",), required=True))
    return ReplyForm(
        layout=sheet.layout(f"D1-{items}", FormKind.DAILY, "本日の確認票", "Daily sheet", rules),
        captions=tuple(sheet.captions),
        content_top_mm=_DAILY_TOP_MM,
        block_mm=_DAILY_BLOCK_MM,
    )
