"""Keeping what was exchanged 電子帳簿保存法: as data or on paper, found by date, amount and partner, for so long."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from kumihimo.trade.law.rules import in_force
from kumihimo.trade.law.verdict import Colour, Verdict, judged

_Key = TypeVar("_Key", date, int)


class Arrival(StrEnum):
    """How a document came or went."""

    WEB = "web"
    MAIL = "mail"
    EDI = "edi"
    LINE = "line"
    FAX_DATA = "fax_data"
    FAX_PAPER = "fax_paper"
    POST = "post"
    HAND = "hand"


class Medium(StrEnum):
    """What has to be kept: the data, or the paper."""

    DATA = "data"
    PAPER = "paper"


_PAPER = frozenset({Arrival.FAX_PAPER, Arrival.POST, Arrival.HAND})


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """A document as it is kept; None and empty = not recorded.

    Attributes
    ----------
    arrival
        None where it is not known how it came.
    locked
        Whether its store logs or forbids edits and deletions, as an append-only chain of hashes does.
    """

    id: str
    arrival: Arrival | None = None
    dated: date | None = None
    amount_jpy: int | None = None
    partner: str = ""
    locked: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for: ranges of date and amount, a partner; everything that is given must hold."""

    dated_from: date | None = None
    dated_to: date | None = None
    amount_from: int | None = None
    amount_to: int | None = None
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long a document is kept, and by which rule."""

    years: int
    until: date
    verdict: Verdict


def medium_of(arrival: Arrival | None) -> Medium | None:
    """Return whether the data or the paper is the document; None where it is not known how it came."""
    if arrival is None:
        return None
    return Medium.PAPER if arrival in _PAPER else Medium.DATA


def judge_keeping(document: KeptDocument, *, on: date) -> tuple[Verdict, ...]:
    """Return the verdicts on how a document is kept: its medium and, for data, search keys and history."""
    medium = medium_of(document.arrival)
    is_fax = document.arrival in (Arrival.FAX_DATA, Arrival.FAX_PAPER)
    rule = in_force("retention.fax" if is_fax or medium is None else "retention.electronic", on)
    if medium is None:
        return (
            judged(
                rule,
                Colour.UNKNOWN,
                f"{document.id}: 受け取り方が分からないため、電子で保存するものか判定できません。"
                "FAXならデータで受けたか紙に出力したかを記録してください。",
                f"{document.id}: it is not known how it came, so it cannot be told whether the data must be kept; "
                "record it, and for a FAX whether it was received as data or printed.",
            ),
        )
    if medium is Medium.PAPER:
        return (
            judged(
                rule,
                Colour.GREEN,
                f"{document.id}: 紙の書類です。紙の原本を保存してください（画像は検索用の控えです）。",
                f"{document.id}: it is paper; keep the original (the picture is a copy for searching).",
            ),
        )
    kept = judged(
        rule,
        Colour.GREEN,
        f"{document.id}: 電子取引です。受け取ったデータのまま保存します。印刷した紙だけにはできません。",
        f"{document.id}: it is an electronic transaction; the data are kept as received, a print alone does not do.",
    )
    return kept, _search_keys(document, on), _history(document, on)


def find(documents: Iterable[KeptDocument], search: Search) -> tuple[KeptDocument, ...]:
    """Return the documents that meet everything that is asked for; one without the key in question is not found."""
    return tuple(one for one in documents if _meets(one, search))


def keep_until(
    dated: date, *, fiscal_year_end_month: int, on: date, loss_in_year: bool | None = None, commissioned: bool = True
) -> Retention:
    """Return until when a document is kept: the longest of the rules.

    Parameters
    ----------
    fiscal_year_end_month
        Month in which the fiscal year of the keeper ends.
    loss_in_year
        Whether that year made a loss; None = not known, and it is kept as if it did.
    commissioned
        Whether it is a record of commissioned work, which another law has kept, too.
    """
    tax = in_force("retention.years", on)
    years = tax.number("years" if loss_in_year is False else "years_with_loss")
    year = dated.year + (dated.month > fiscal_year_end_month)
    filed = _month_end(year, fiscal_year_end_month + tax.number("filing_months"))
    until = _month_end(filed.year + years, filed.month)
    record_ja, record_en = "", ""
    if commissioned:
        short = in_force("toriteki.record", on).number("years")
        record_ja, record_en = (
            f"取適法の{short}年より長い方です。",
            f" That is longer than the {short} years of the other law.",
        )
    why_ja = {True: "欠損の年", False: "欠損のない年", None: "欠損の有無が不明のため長い方"}[loss_in_year]
    why_en = {True: "a year of loss", False: "no loss", None: "the longer, as it is not known whether there was a loss"}
    verdict = judged(
        tax,
        Colour.GREEN,
        f"{until.year}年{until.month}月{until.day}日まで{years}年間保存します（{why_ja}）。{record_ja}",
        f"it is kept for {years} years, until {until} ({why_en[loss_in_year]}).{record_en}",
    )
    return Retention(years=years, until=until, verdict=verdict)


def _search_keys(document: KeptDocument, on: date) -> Verdict:
    rule = in_force("retention.search", on)
    keys = (
        (document.dated, "取引年月日", "date"),
        (document.amount_jpy, "金額", "amount"),
        (document.partner.strip() or None, "取引先", "partner"),
    )
    missing = [(ja, en) for value, ja, en in keys if value is None]
    if not missing:
        return judged(
            rule,
            Colour.GREEN,
            f"{document.id}: 日付・金額・取引先で検索できます。",
            f"{document.id}: it is found by date, amount and partner.",
        )
    return judged(
        rule,
        Colour.RED,
        f"{document.id}: 検索に要る{'・'.join(ja for ja, _ in missing)}がありません。入力してください。",
        f"{document.id}: it cannot be searched by {', '.join(en for _, en in missing)}; enter what is missing.",
    )


def _history(document: KeptDocument, on: date) -> Verdict:
    rule = in_force("retention.history", on)
    if document.locked:
        return judged(
            rule,
            Colour.GREEN,
            f"{document.id}: 訂正・削除の記録が残る保存先にあります。",
            f"{document.id}: its store logs or forbids edits and deletions.",
        )
    if document.locked is None:
        return judged(
            rule,
            Colour.UNKNOWN,
            f"{document.id}: 訂正・削除の記録が残るか分かりません。保存先を確かめてください。",
            f"{document.id}: it is not known whether its store logs edits and deletions; check it.",
        )
    return judged(
        rule,
        Colour.AMBER,
        f"{document.id}: 訂正・削除の記録が残らない保存先です。タイムスタンプか事務処理規程が要ります。"
        "人が確かめて署名してください。",
        f"{document.id}: its store does not log edits and deletions; a timestamp or written rules are needed. Have "
        "a person check and sign.",
    )


def _meets(document: KeptDocument, search: Search) -> bool:
    return (
        _between(document.dated, search.dated_from, search.dated_to)
        and _between(document.amount_jpy, search.amount_from, search.amount_to)
        and search.partner in document.partner
    )


def _between(value: _Key | None, low: _Key | None, high: _Key | None) -> bool:
    if low is None and high is None:
        return True
    return value is not None and (low is None or low <= value) and (high is None or value <= high)


def _month_end(year: int, month: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])
