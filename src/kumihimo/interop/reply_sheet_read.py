"""Reads an answer sheet back: what a partner answered in Excel, or why a person must look. It never raises."""

from __future__ import annotations

import tempfile
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from kumihimo.errors import FileRefused
from kumihimo.interop.cell import clean_text, is_blank
from kumihimo.interop.japanese_date import read_date
from kumihimo.interop.japanese_number import read_integer
from kumihimo.interop.problem import BadValue
from kumihimo.interop.reply_sheet import ANSWERS, CODES, FORMAT, HIDDEN_SHEET, NAME_HEAD, REASONS
from kumihimo.interop.workbook_cells import Cells, read_cells
from kumihimo.paper.layout import FormKind, Words
from kumihimo.paper.reading.read import Outcome
from kumihimo.paper.token import Forged, FormToken, read_token
from kumihimo.trade.fields import LARGEST, LONGEST, MOST_ITEMS
from kumihimo.trade.order import LinePrice

MAX_BYTES = 4 * 1024 * 1024
MAX_UNPACKED = 64 * 1024 * 1024
"""An answer sheet has some 20 KB; a partner may have pasted a picture into it."""


class SheetReason(StrEnum):
    """Why an answer sheet is not answered automatically."""

    REFUSED = "refused"
    NOT_OURS = "not_ours"
    FORGED = "forged"
    UNKNOWN_ORDER = "unknown_order"
    OLD_REVISION = "old_revision"
    NEWER_REVISION = "newer_revision"
    NOTHING_CHOSEN = "nothing_chosen"
    NOT_READABLE = "not_readable"
    MISSING = "missing"
    DOES_NOT_FIT = "does_not_fit"
    WORDS = "words"
    MORE_SHEETS = "more_sheets"


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetReview:
    """One reason for a person to look; `field` is the name of the cell that is meant, None = the file."""

    reason: SheetReason
    ja: str
    en: str
    field: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplySheet:
    """What an answer sheet says.

    Attributes
    ----------
    outcome
        Automatic only where nothing at all speaks against it.
    token
        Which order; None where the file is none of ours, is forged or could not be opened.
    answer
        A key of `ANSWERS`; empty where it could not be read.
    prices
        By the number of the line in the order.
    reason
        A key of `REASONS`; empty where none is given.
    words
        The note, for a person.
    reviews
        Why a person must look.
    """

    outcome: Outcome
    token: FormToken | None = None
    kind: FormKind | None = None
    answer: str = ""
    due_on: date | None = None
    valid_until: date | None = None
    prices: tuple[LinePrice, ...] = ()
    reason: str = ""
    words: str = ""
    reviews: tuple[SheetReview, ...] = ()


def read_reply_sheet(
    data: bytes, *, secret: bytes, current_revision: Callable[[str], int | None], name: str = "reply.xlsx"
) -> ReplySheet:
    """Read the answer sheet in an ``.xlsx`` or ``.xlsm``, through the same door as every workbook from outside.

    Parameters
    ----------
    secret
        What the sheets were signed with.
    current_revision
        Given the number in the token, its revision that is in force; None where it is unknown.
    name
        What the reasons call the file.
    """
    try:
        cells = _cells(data, name)
    except FileRefused as refused:
        return _nothing(SheetReason.REFUSED, refused.ja, refused.en)
    if cells.named(NAME_HEAD + "format") != FORMAT:
        return _nothing(
            SheetReason.NOT_OURS,
            f"{name}: 当方の回答票ではありません。見積書などかもしれません。開いて、人が入力してください。",
            f"{name} is not one of our answer sheets; open it and type what it says.",
        )
    token = read_token(str(cells.named(NAME_HEAD + "token") or ""), secret)
    kind = None if isinstance(token, Forged) else next((k for k, code in CODES.items() if code == token.code), None)
    if isinstance(token, Forged) or kind is None:
        return _nothing(
            SheetReason.FORGED,
            f"{name}: 署名が合いません。当方の回答票ではないか、書き換えられています。送り主に電話で確かめてください。",
            f"{name}: the signature is wrong: not our sheet, or altered. Call the sender.",
        )
    return _Reader(cells, token, kind).read(current_revision(token.order))


def _cells(data: bytes, name: str) -> Cells:
    if len(data) > MAX_BYTES:
        raise FileRefused(
            f"{name}: 大きすぎます（{len(data) / 1048576:.0f} MB）。回答票だけを送ってもらってください。",
            f"{name} is too large ({len(data) / 1048576:.0f} MB); ask for the answer sheet alone.",
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reply.xlsx"
        path.write_bytes(data)
        try:
            return read_cells(path, max_unpacked=MAX_UNPACKED)
        except FileRefused as refused:
            raise FileRefused(refused.ja.replace(path.name, name), refused.en.replace(path.name, name)) from None


def _nothing(reason: SheetReason, ja: str, en: str) -> ReplySheet:
    return ReplySheet(outcome=Outcome.REVIEW, reviews=(SheetReview(reason=reason, ja=ja, en=en),))


class _Reader:
    """One sheet while it is read; reasons collect as they are found."""

    def __init__(self, cells: Cells, token: FormToken, kind: FormKind) -> None:
        self._cells = cells
        self._token = token
        self._kind = kind
        self._reviews: list[SheetReview] = []

    def read(self, current: int | None) -> ReplySheet:
        self._check_revision(current)
        self._check_sheets()
        answer = self._choice("answer", ANSWERS[self._kind], "ご回答", "the answer")
        due_on = self._day("due_on", "納期", "the date")
        valid_until = self._day("valid_until", "有効期限", "valid until")
        reason = self._choice("reason", REASONS, "理由", "the reason")
        prices = self._prices()
        words = self._text("words")
        if not self._reviews:
            self._check_answer(answer, due_on, valid_until, prices, reason, words)
        return ReplySheet(
            outcome=Outcome.REVIEW if self._reviews else Outcome.AUTOMATIC,
            token=self._token,
            kind=self._kind,
            answer=answer,
            due_on=due_on,
            valid_until=valid_until,
            prices=prices,
            reason=reason,
            words=words,
            reviews=tuple(self._reviews),
        )

    def _check_revision(self, current: int | None) -> None:
        number, found = self._token.order, self._token.revision
        if current is None:
            self._note(
                SheetReason.UNKNOWN_ORDER,
                f"{number} は手元の注文にありません。番号を確かめてください。",
                f"{number} is not among the orders here; check the number.",
            )
        elif found < current:
            self._note(
                SheetReason.OLD_REVISION,
                f"第{found}版への返事です。いまは第{current}版です。新しい版を見てもらったか、電話で確かめてください。",
                f"this answers revision {found}; the current one is {current}. Call and ask whether they saw it.",
            )
        elif found > current:
            self._note(
                SheetReason.NEWER_REVISION,
                f"第{found}版への返事ですが、手元の最新は第{current}版です。注文の版を確かめてください。",
                f"this answers revision {found}, but the newest here is {current}; check the order.",
            )

    def _check_sheets(self) -> None:
        ours = {title for name, (title, _, _) in self._cells.names.items() if name.startswith(NAME_HEAD)}
        others = [
            sheet.title for sheet in self._cells.sheets if sheet.title not in {*ours, HIDDEN_SHEET} and sheet.cells
        ]
        if others:
            self._note(
                SheetReason.MORE_SHEETS,
                f"ほかのシート（{'、'.join(others)[:80]}）にも書き込みがあります。開いて確かめてください。",
                f"other sheets ({', '.join(others)[:80]}) were filled as well; open the file.",
            )

    def _check_answer(
        self,
        answer: str,
        due_on: date | None,
        valid_until: date | None,
        prices: tuple[LinePrice, ...],
        reason: str,
        words: str,
    ) -> None:
        if not answer:
            self._note(
                SheetReason.NOTHING_CHOSEN,
                "「ご回答」が空いています。電話で聞いてください。",
                "the answer is empty; ask by phone.",
                "answer",
            )
            return
        quotes = answer == "quote"
        if quotes and due_on is None:
            self._missing("due_on", "納入できる日", "the date")
        for line in self._lines() if quotes else ():
            if all(price.line != line for price in prices):
                self._missing(f"price_{line}", f"明細{line}の単価", f"the price of line {line}")
        if answer == "change" and due_on is None and not prices:
            self._missing("due_on", "新しい納期か単価", "the new date or price")
        if answer == "decline" and not reason:
            self._missing("reason", "理由", "the reason")
        if answer not in ("quote", "change") and (due_on or valid_until or prices):
            self._does_not_fit("日付か単価", "a date or price")
        if answer != "decline" and reason:
            self._does_not_fit("理由", "a reason")
        if answer == "accept" and words:
            self._note(
                SheetReason.WORDS,
                "「このまま請けます」ですが、ご連絡が書かれています。条件が付いていないか読んでください。",
                "it accepts, but has a note; read whether that is a condition.",
                "words",
            )
        made_on = self._made_on()
        for field, day in (("due_on", due_on), ("valid_until", valid_until)):
            if day is not None and made_on is not None and day < made_on:
                self._note(
                    SheetReason.DOES_NOT_FIT,
                    f"日付 {day.isoformat()} は依頼日より前です。年の間違いかもしれません。電話で聞いてください。",
                    f"the date {day.isoformat()} lies before the request; perhaps the year is wrong. Ask by phone.",
                    field,
                )

    def _choice(self, name: str, choices: Mapping[str, Words], ja: str, en: str) -> str:
        text = self._text(name)
        if not text:
            return ""
        folded = _folded(text)
        for value, words in choices.items():
            if folded in (_folded(words.ja), _folded(words.en)):
                return value
        self._unreadable(name, ja, en, text, "一覧から選んだもの", "a choice of the list")
        return ""

    def _day(self, name: str, ja: str, en: str) -> date | None:
        value = self._cells.named(NAME_HEAD + name)
        if is_blank(value):
            return None
        try:
            return read_date(value, self._cells.epoch)
        except BadValue as bad:
            self._unreadable(name, ja, en, clean_text(value), bad.ja, bad.en)
            return None

    def _prices(self) -> tuple[LinePrice, ...]:
        found: list[LinePrice] = []
        for line in self._lines():
            name = f"price_{line}"
            value = self._cells.named(NAME_HEAD + name)
            if NAME_HEAD + name not in self._cells.names:
                self._unreadable(
                    name, f"明細{line}", f"line {line}", "", "この行（消されています）", "this row, which was deleted"
                )
            elif not is_blank(value):
                try:
                    price = read_integer(value, "円")
                except BadValue as bad:
                    self._unreadable(
                        name, f"明細{line}の単価", f"the price of line {line}", clean_text(value), bad.ja, bad.en
                    )
                    continue
                if not 0 < price <= LARGEST:
                    self._unreadable(
                        name,
                        f"明細{line}の単価",
                        f"the price of line {line}",
                        str(price),
                        "1円以上の整数",
                        "a whole number from 1",
                    )
                    continue
                found.append(LinePrice(line=line, unit_price_jpy=price))
        return tuple(found)

    def _lines(self) -> tuple[int, ...]:
        parts = str(self._cells.named(NAME_HEAD + "lines") or "").split(",")[:MOST_ITEMS]
        return tuple(int(part) for part in parts if part.isdecimal() and len(part) <= len(str(LARGEST)))

    def _made_on(self) -> date | None:
        try:
            return date.fromisoformat(str(self._cells.named(NAME_HEAD + "made_on")))
        except ValueError:
            return None

    def _text(self, name: str) -> str:
        value = self._cells.named(NAME_HEAD + name)
        return "" if is_blank(value) else clean_text(value)[:LONGEST]

    def _missing(self, field: str, ja: str, en: str) -> None:
        self._note(
            SheetReason.MISSING,
            f"「{ja}」が空いています。電話で聞いてください。",
            f"{en} is empty; ask by phone.",
            field,
        )

    def _does_not_fit(self, ja: str, en: str) -> None:
        self._note(
            SheetReason.DOES_NOT_FIT,
            f"ご回答と合わない{ja}が書かれています。電話で聞いてください。",
            f"{en} is filled that does not go with the answer; ask by phone.",
        )

    def _unreadable(self, field: str, ja: str, en: str, value: str, expected_ja: str, expected_en: str) -> None:
        self._note(
            SheetReason.NOT_READABLE,
            f"「{ja}」の「{value[:60]}」を読めません。必要なもの: {expected_ja}。電話で聞いてください。",
            f"'{value[:60]}' for {en} cannot be read; expected {expected_en}. Ask by phone.",
            field,
        )

    def _note(self, reason: SheetReason, ja: str, en: str, field: str | None = None) -> None:
        self._reviews.append(SheetReview(reason=reason, ja=ja, en=en, field=field))


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
