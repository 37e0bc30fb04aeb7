"""What an order and each of its revisions must state before it goes out."""

from __future__ import annotations

from datetime import date

from kumihimo.trade.approval import ApprovalPolicy, lines_after
from kumihimo.trade.commands import Command, Objection, refused
from kumihimo.trade.lines import drawings_of, lines_of
from kumihimo.trade.notice import NoticeItem, entry_of, notice_of
from kumihimo.trade.order import OperationOrder, amount_of
from kumihimo.trade.wording import day_ja


def lines_numbered(order: OperationOrder | None, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Each line has a number of its own, and a drawing has a revision."""
    lines = lines_of(command.data["lines"])
    if len({line.no for line in lines}) < len(lines):
        return refused(
            "lines_numbered",
            "明細番号が重複しています。1行ずつ別の番号を付けてください。",
            "two lines have the same number; give each its own.",
        )
    for line in lines:
        if bool(line.drawing) != bool(line.revision):
            return refused(
                "drawing_revision",
                f"明細{line.no}の図面番号と改訂は、両方書くか、両方空けてください。",
                f"line {line.no} has a drawing without a revision, or the other way round; give both or none.",
            )
    return None


def drawings_frozen(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Each drawing of the lines comes with the hash of its file, and a revision never changes its file."""
    lines = lines_of(command.data["lines"]) if "lines" in command.data else order.lines
    told = drawings_of(command.data.get("drawings", ()))
    wanted = {(line.drawing, line.revision) for line in lines if line.drawing}
    given = {(drawing.number, drawing.revision) for drawing in told}
    if wanted != given or len(told) != len(given):
        missing = ", ".join(f"{number} {revision}" for number, revision in sorted(wanted ^ given)) or "-"
        return refused(
            "drawings_frozen",
            f"明細の図面と、渡された図面ファイルが一致しません（{missing}）。図面と改訂ごとに1つのファイルを付けてください。",
            f"the drawings of the lines are not the files given ({missing}); attach one file for each revision.",
        )
    return drawings_unchanged(order, command, policy)


def drawings_unchanged(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A file that differs from the frozen one is a new revision of the drawing."""
    frozen = {(drawing.number, drawing.revision): drawing.sha256 for drawing in order.drawings}
    for drawing in drawings_of(command.data.get("drawings", ())):
        if frozen.get((drawing.number, drawing.revision), drawing.sha256) != drawing.sha256:
            return refused(
                "drawing_changed",
                f"図面 {drawing.number} 改訂 {drawing.revision} のファイルが、先に渡したものと違います。"
                "変えた図面には新しい改訂記号を付けてください。",
                f"the file of drawing {drawing.number} revision {drawing.revision} is not the one that was sent; "
                "give a changed drawing a new revision.",
            )
    return None


def notice_states_all(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Every item is stated, left open with reason and day, or does not apply."""
    missing = [item for item in NoticeItem if item not in command.data["notice"]]
    if not missing:
        return None
    return refused(
        "notice_states_all",
        f"明示事項が足りません: {'、'.join(item.ja for item in missing)}。"
        "決まっていないものは理由と決める予定日を、該当しないものは「該当なし」を入れてください。",
        f"the order does not state: {', '.join(item.en for item in missing)}. What is open needs a reason and the day "
        "on which it will be told; what does not apply is marked so.",
    )


def notice_agrees(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Amount and day of the notice are those of the lines and of the order."""
    told = command.data["notice"]
    total = amount_of(lines_after(order, command))
    amount, receipt = (entry_of(item, told[item]) for item in (NoticeItem.AMOUNT, NoticeItem.RECEIPT_ON))
    if amount.is_undecided and total is not None:
        return _disagrees(amount.item, f"{total:,}円に決まっているのに「未定」", "is left open although it is known")
    if isinstance(amount.value, int) and amount.value != total:
        shown = "（未定）" if total is None else f"{total:,}円"
        return _disagrees(
            amount.item, f"{amount.value:,}円で、明細の合計{shown}と違っている", "is not the sum of the lines"
        )
    due_on = command.data.get("due_on")
    if receipt.is_undecided:
        if due_on is None:
            return None
        return _disagrees(receipt.item, "納期が決まっているのに「未定」", "is left open although it is known")
    if due_on is None:
        return _disagrees(receipt.item, "書かれているのに納期がない", "is stated, and the order has no due day")
    if _is_day(receipt.value) and receipt.value != due_on:
        stated, due = (day_ja(date.fromisoformat(str(text))) for text in (receipt.value, due_on))
        return _disagrees(receipt.item, f"{stated}で、納期{due}と違っている", "is not the due day")
    return None


def _is_day(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return True


def _disagrees(item: NoticeItem, ja: str, en: str) -> Objection:
    return refused(
        "notice_agrees",
        f"明示事項の「{item.ja}」が{ja}ため、進められません。どちらかを直してください。",
        f"the item '{item.en}' of the notice {en}; mend one of the two.",
    )


def verdicts_signed(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Red is not done; what is amber, or cannot be told, has a person who signed with a reason."""
    verdicts = command.data.get("verdicts", ())
    if not verdicts and "notice" in command.data:
        return refused(
            "verdicts_missing",
            "法令の確認結果がありません。確認してから発注してください。",
            "the verdicts on the legal rules are missing; have them checked first.",
        )
    for verdict in verdicts:
        if verdict["colour"] == "red":
            return refused(
                "verdict_red",
                f"法令の確認「{verdict['rule']}」が不可です。内容を直してください。",
                f"the rule '{verdict['rule']}' forbids it; change what is ordered.",
            )
        if verdict["colour"] in ("amber", "unknown") and "signature" not in verdict:
            return refused(
                "verdict_unsigned",
                f"法令の確認「{verdict['rule']}」は人の判断が必要です。担当者が理由を書いて署名してください。",
                f"the rule '{verdict['rule']}' needs a person's decision: sign it with the reason.",
            )
    return None


def changes_something(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A revision without a change would only ask for the same answer again."""
    data = command.data
    due_on = date.fromisoformat(data["due_on"]) if "due_on" in data else None
    if (lines_of(data["lines"]), due_on, notice_of(data["notice"]), drawings_of(data["drawings"])) != (
        order.lines,
        order.due_on,
        order.notice,
        order.drawings,
    ):
        return None
    return refused(
        "changes_something",
        "変更がありません。変えるところがなければ、変更注文は要りません。",
        "nothing is changed; without a change no revision is needed.",
    )


def item_is_undecided(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """What was left open is told later; what was stated changes only by a revision."""
    data = command.data
    item = NoticeItem(data["item"])
    if not any(entry.item is item and entry.is_undecided for entry in order.notice):
        return refused(
            "item_is_undecided",
            f"「{item.ja}」は未定ではありません。決まった内容を変えるには変更注文を出してください。",
            f"the {item.en} is not open; what was stated is changed by a revision.",
        )
    open_lines = sorted(line.no for line in order.lines if line.unit_price_jpy is None)
    told = sorted(price["line"] for price in data.get("prices", ()))
    if told != (open_lines if item is NoticeItem.AMOUNT else []):
        return refused(
            "prices_of_open_lines",
            f"単価を決める明細は {open_lines} ですが、{told} が渡されました。未定の明細だけに単価を入れてください。",
            f"lines {open_lines} have an open price, {told} were given; price exactly the open ones, with the amount.",
        )
    total = amount_of(lines_after(order, command))
    if item is NoticeItem.AMOUNT and data["value"] != total:
        return _disagrees(item, "明細の合計と違っている", "is not the sum of the lines")
    if item is NoticeItem.RECEIPT_ON and not _is_day(data["value"]):
        return _disagrees(item, "日付（例 2026-12-04）でない", "is not a day (2026-12-04)")
    return None
