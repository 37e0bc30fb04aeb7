"""Why a page goes to a person, in words that person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kumihimo.paper.layout import Words


class ReviewReason(StrEnum):
    """Why a page is not answered automatically."""

    NO_TOKEN = "no_token"
    FORGED = "forged"
    CODES_DISAGREE = "codes_disagree"
    UNKNOWN_FORM = "unknown_form"
    UNKNOWN_ORDER = "unknown_order"
    OLD_REVISION = "old_revision"
    NEWER_REVISION = "newer_revision"
    MARKS_MISSING = "marks_missing"
    PAGE_BENT = "page_bent"
    SEVERAL_PAGES = "several_pages"
    NOTHING_MARKED = "nothing_marked"
    TWO_MARKED = "two_marked"
    DOUBTFUL_MARK = "doubtful_mark"
    STRUCK_OUT = "struck_out"
    FRAME_LOST = "frame_lost"
    RULE_BROKEN = "rule_broken"
    DAY_BEFORE_ISSUE = "day_before_issue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One reason to look at a page.

    Attributes
    ----------
    reason
        For programs.
    ja, en
        For people: what was found, and what to do.
    group
        The boxes that are meant; None where the page is.
    """

    reason: ReviewReason
    ja: str
    en: str
    group: str | None = None


_WORDS = {
    ReviewReason.NO_TOKEN: (
        "用紙のコード(QR・DataMatrix)が読めません。注文番号を見て、人が対応づけてください。",
        "Neither code of the form can be read; match it by the order number.",
    ),
    ReviewReason.FORGED: (
        "コードの署名が合いません。当方の用紙ではないか、書き換えられています。送り主に電話で確かめてください。",
        "The signature in the code is wrong: not our form, or altered. Call the sender.",
    ),
    ReviewReason.CODES_DISAGREE: (
        "二つのコードの内容が違います。貼り合わせた紙かもしれません。送り主に電話で確かめてください。",
        "The two codes say different things; the paper may be pasted together. Call the sender.",
    ),
    ReviewReason.UNKNOWN_FORM: (
        "この種類の用紙を知りません。人が読んでください。",
        "This kind of form is not known; a person must read it.",
    ),
    ReviewReason.UNKNOWN_ORDER: (
        "{order} は手元の注文にありません。番号を確かめてください。",
        "{order} is not among the orders here; check the number.",
    ),
    ReviewReason.OLD_REVISION: (
        "第{found}版への返事です。いまは第{current}版です。新しい版を見てもらったか、電話で確かめてください。",
        "This answers revision {found}; the current one is {current}. Call and ask whether they saw it.",
    ),
    ReviewReason.NEWER_REVISION: (
        "第{found}版への返事ですが、手元の最新は第{current}版です。注文の版を確かめてください。",
        "This answers revision {found}, but the newest here is {current}; check the order.",
    ),
    ReviewReason.MARKS_MISSING: (
        "四隅の印が{found}個しか見つかりません(3個以上必要)。切れや折れがないか見て、人が読んでください。",
        "Only {found} corner mark(s) found, 3 are needed; look for cut or folded edges and read it yourself.",
    ),
    ReviewReason.PAGE_BENT: (
        "紙の曲がりや折れが大きく、印の位置が定まりません。人が読んでください。",
        "The page is bent or folded too much to tell where the boxes are; a person must read it.",
    ),
    ReviewReason.SEVERAL_PAGES: (
        "1通に{count}ページあります。ほかのページと合わせて人が読んでください。",
        "The message has {count} pages; read them together.",
    ),
    ReviewReason.NOTHING_MARKED: (
        "「{label}」に印がありません。電話で聞いてください。",
        "“{label}” has no mark; ask by phone.",
    ),
    ReviewReason.TWO_MARKED: (
        "「{label}」に印が二つ以上あります({values})。どちらか電話で聞いてください。",
        "“{label}” has more than one mark ({values}); ask which is meant.",
    ),
    ReviewReason.DOUBTFUL_MARK: (
        "「{label}」の印がはっきりしません({values})。画像を見て決めてください。",
        "A mark in “{label}” is not clear ({values}); look at the picture.",
    ),
    ReviewReason.STRUCK_OUT: (
        "「{label}」に消した跡、または塗りつぶしがあります({values})。画像を見て決めてください。",
        "Something in “{label}” was struck out or scribbled over ({values}); look at the picture.",
    ),
    ReviewReason.FRAME_LOST: (
        "「{label}」の枠が写っていません({values})。画像を見て決めてください。",
        "The frame of a box in “{label}” cannot be seen ({values}); look at the picture.",
    ),
    ReviewReason.RULE_BROKEN: (
        "答えのつじつまが合いません:{what_ja}。電話で聞いてください。",
        "The answers do not fit together: {what_en}. Ask by phone.",
    ),
    ReviewReason.DAY_BEFORE_ISSUE: (
        "{month}月{day}日は、この用紙を出した{issued_ja}より前です。次の{month}月{day}日は{next_ja}になります。"
        "どちらの日か電話で聞いてください。",
        "{month}/{day} lies before the day on which the form was issued, {issued}; the next one is {next}. "
        "Ask by phone which day is meant.",
    ),
}


def review(reason: ReviewReason, *, group: str | None = None, **words: object) -> Review:
    """Return a reason with its words filled in, each `Words` among them in its language."""
    ja, en = _WORDS[reason]
    return Review(
        reason=reason,
        ja=ja.format(**{key: one.ja if isinstance(one, Words) else one for key, one in words.items()}),
        en=en.format(**{key: one.en if isinstance(one, Words) else one for key, one in words.items()}),
        group=group,
    )
