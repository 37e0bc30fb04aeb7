"""Why a person must look at something that came in, beside what the reader of forms finds: what is so, what to do."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum


class Why(StrEnum):
    """Why an item is not decided automatically."""

    REFUSED = "refused"
    UNKNOWN_KIND = "unknown_kind"
    MANY_PARTS = "many_parts"
    FREE_TEXT = "free_text"
    EMPTY = "empty"
    NO_ORDER = "no_order"
    NO_LINE = "no_line"
    UNKNOWN_SENDER = "unknown_sender"
    OTHER_SENDER = "other_sender"
    CALL = "call"
    LOT_PRICE = "lot_price"
    SEVERAL_LINES = "several_lines"
    FAR_DAY = "far_day"
    FUTURE_DAY = "future_day"
    NO_DAY = "no_day"
    LONG_DELAY = "long_delay"
    PARTIAL = "partial"
    NOTHING_OPEN = "nothing_open"
    HANDWRITING = "handwriting"
    AMOUNT = "amount"
    SAME_AGAIN = "same_again"
    DIFFERS = "differs"
    NOT_TAKEN = "not_taken"
    STUCK = "stuck"
    NO_ANSWER = "no_answer"
    FORGED = "forged"
    NOT_ALLOWED = "not_allowed"
    GONE = "gone"
    TOO_LARGE = "too_large"
    UNFETCHED = "unfetched"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason, in words that a person can act on."""

    code: str
    ja: str
    en: str
    group: str | None = None

    def to_data(self) -> dict[str, str | None]:
        """Return it as JSON."""
        return asdict(self)


_WORDS: dict[Why, tuple[str, str]] = {
    Why.REFUSED: ("{ja}", "{en}"),
    Why.UNKNOWN_KIND: (
        "読める種類のものではありません（{name}）。原本を開いて読み、送り主に聞いてください。",
        "It is of no kind that can be read ({name}); open the original and ask the sender.",
    ),
    Why.MANY_PARTS: (
        "添付が{count}個あり、読んだのは{most}個までです。原本のメールを開いて、残りを確かめてください。",
        "It has {count} attachments, {most} were read; open the mail and look at the others.",
    ),
    Why.FREE_TEXT: (
        "文章で届きました。読んで、どの注文への何の返事かを決めてください。",
        "It is free text; read it, and say which order it is about and what it answers.",
    ),
    Why.EMPTY: (
        "中身がありません。送り主に、送り直してもらってください。",
        "There is nothing in it; ask the sender to send it again.",
    ),
    Why.NO_ORDER: (
        "どの注文への返事か分かりません。注文番号を見て結び付けてください。",
        "It does not say which order it answers; match it by the number.",
    ),
    Why.NO_LINE: (
        "確認票 {sheet} に{line}件目はありません。紙を見て、どの注文か決めてください。",
        "Sheet {sheet} has no item {line}; look at the paper.",
    ),
    Why.UNKNOWN_SENDER: (
        "送り主の番号・アドレスが登録にありません。本人か電話で確かめるか、企業の連絡先に登録してください。",
        "The sender's number or address is not registered; call them, or add it to the firm's addresses.",
    ),
    Why.OTHER_SENDER: (
        "送り主（{sender}）と注文の相手（{firm}）が違います。電話で確かめてください。",
        "The sender ({sender}) is not the firm of the order ({firm}); call them.",
    ),
    Why.CALL: (
        "「電話をください」とのことです。電話をして、話した内容を電話メモに書いてください。",
        "They ask to be called; call them and write a note of the call.",
    ),
    Why.LOT_PRICE: (
        "一式の金額（{price:,}円）ですが、数が{quantity:,}個あります。単価をいくらと見るか決めてください。",
        "It is a price for all ({price:,} yen) of {quantity:,} pieces; say which price a piece has.",
    ),
    Why.SEVERAL_LINES: (
        "注文に明細が{count}行あり、用紙の答えがどの行か分かりません。行ごとに入れてください。",
        "The order has {count} lines and the form one answer; enter it line by line.",
    ),
    Why.FAR_DAY: (
        "{month}月{day}日は、次は{year}年になります。過ぎた日を書いたのかもしれません。電話で確かめてください。",
        "The next {month}/{day} is in {year}; they may mean a day that has passed. Call them.",
    ),
    Why.FUTURE_DAY: (
        "出荷した日が {month}月{day}日 ですが、届いた日より後か、ずっと前です。電話で確かめてください。",
        "The day of shipping, {month}/{day}, lies after the message or long before it; call them.",
    ),
    Why.NO_DAY: (
        "{month}月{day}日という日はありません。電話で確かめてください。",
        "There is no day {month}/{day}; call them.",
    ),
    Why.LONG_DELAY: (
        "2週間より長く遅れるとのことです。いつになるか電話で聞いてください。",
        "It will be late by more than two weeks; call and ask for the day.",
    ),
    Why.PARTIAL: (
        "「出荷しました」とありますが、数が書いてありません。この注文は一部が出荷済みです。今回の数を確かめてください。",
        "It says shipped without a number, and a part was shipped before; ask how many this time.",
    ),
    Why.NOTHING_OPEN: (
        "出荷の知らせですが、この注文にこれから出荷する分は残っていません。二度目の知らせか、電話で確かめてください。",
        "It tells of a shipment, but nothing of the order is left to ship; ask whether it is a second notice.",
    ),
    Why.HANDWRITING: (
        "手書きの連絡があります。画像を読み、条件が付いていないか確かめてから承認してください。",
        "There is a handwritten note; read it for conditions before you approve.",
    ),
    Why.AMOUNT: (
        "金額が{amount:,}円で、自動で進める上限（{limit:,}円）を超えます。二人で確かめます。",
        "The amount of {amount:,} yen is above the limit of {limit:,}; two persons have to agree.",
    ),
    Why.SAME_AGAIN: (
        "受信 #{first} と同じ内容です。二度目の出荷なら承認し、同じ紙がもう一度届いただけなら脇に置いてください。",
        "It says the same as #{first}; approve it if it is a second shipment, else set it aside.",
    ),
    Why.DIFFERS: (
        "同じ用紙への前の返事（受信 #{first}）と答えが違います。どちらが正しいか電話で確かめてください。",
        "It differs from the answer before on the same form (#{first}); call and ask which one holds.",
    ),
    Why.NOT_TAKEN: ("自動では進められませんでした。{ja}", "It could not be taken automatically. {en}"),
    Why.STUCK: (
        "読み取りが途中で止まりました。原本は残っています。もう一度読み取るか、原本を見て手で入れてください。",
        "Reading broke off; the original is kept. Read it again, or open it and enter it by hand.",
    ),
    Why.NO_ANSWER: (
        "読み取れた答えがありません。画像を見て決めてください。",
        "No answer could be read; look at the picture.",
    ),
    Why.FORGED: (
        "署名が合いません。こちらが作ったものではないか、書き換えられています。送り主に電話で確かめてください。",
        "Its signature is wrong: not made here, or altered. Call the sender.",
    ),
    Why.NOT_ALLOWED: (
        "「{kind}」は取引先から送れる指示ではありません。送り主のシステムの設定を確かめてもらってください。",
        "'{kind}' is no message that a supplier may send; ask them to check their system.",
    ),
    Why.GONE: (
        "LINEで送られた写真・ファイルが、LINEに残っていません（送信取消か保存期限切れ）。もう一度送ってもらってください。",
        "A picture or file was sent on LINE, but LINE no longer has it (withdrawn or too old); ask to send it again.",
    ),
    Why.TOO_LARGE: (
        "LINEで送られた写真・動画・ファイルが大きすぎるため、受け取っていません。小さくして送り直してもらうか、電話で聞いてください。",
        "A picture, video or file sent on LINE is too large to be fetched; ask for a smaller one, or call.",
    ),
    Why.UNFETCHED: (
        "LINEで送られた写真・ファイルを、何度か試しましたが受け取れませんでした。もう一度送ってもらってください。",
        "A picture or file sent on LINE could not be fetched in several attempts; ask to send it again.",
    ),
}


def reason(why: Why, *, group: str | None = None, **words: object) -> Reason:
    """Return a reason with its words filled in."""
    ja, en = _WORDS[why]
    return Reason(code=why.value, ja=ja.format(**words), en=en.format(**words), group=group)
