"""The words around a document, and what is only said in words: short, polite, with what to do next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kumihimo.paper.kinds import KINDS, DocumentKind
from kumihimo.trade import OperationOrder, OrderEvent
from kumihimo.trade.notice import NoticeEntry, NoticeItem
from kumihimo_web.orders.models import Drawing, Paper
from kumihimo_web.orders.paper_changes import entry_words

_K = DocumentKind
_ANSWERS = {
    _K.RFQ: "お見積りができる・できないを、次のどれかでお知らせください。",
    _K.ORDER: "お請けいただけるか、納期とあわせて、次のどれかでお知らせください。",
    _K.ORDER_CHANGE: "変更後の内容でお請けいただけるか、次のどれかでお知らせください。",
    _K.REMINDER: "いまの状況を、次のどれかでお知らせください。",
}
_WAYS = (
    "・このリンクを開いて答える（登録は要りません）: {link}\n"
    "・添付の回答用紙に印を付けて、FAX か写真で返す\n"
    "・Excel の回答票が付いているときは、黄色の欄に書いて返信する\n"
    "・お電話でも承ります"
)
_GREETING = "いつもお世話になっております。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Words to a firm."""

    firm: str
    subject: str
    text: str


def letter_of(paper: Paper, *, enclosed: Sequence[Drawing] = (), apart: Sequence[Drawing] = ()) -> Letter:
    """Return the words that go with a document; ``{link}`` is put in by `channels`.

    Parameters
    ----------
    enclosed, apart
        Drawings that go with it, and those that are too large to.
    """
    kind = DocumentKind(paper.kind)
    title = KINDS[kind].title.ja
    about = "" if paper.order is None or kind is _K.ORDER else f"（注文 {paper.order.ref}）"
    if kind is _K.RFQ:
        about = ""
    lines = [_GREETING, f"{title} {paper}{about}をお送りします。"]
    if enclosed:
        lines.append(f"図面: {_named(enclosed)}（添付）")
    if apart:
        lines.append(f"図面: {_named(apart)}（大きいため、下のリンクから開いてください）")
    if enclosed or apart:
        lines.append("図面は、この件のためだけにお使いください。")
    if kind in _ANSWERS:
        lines += ["", _ANSWERS[kind], _WAYS]
    elif kind is _K.DAILY:
        lines += ["", "件ごとに一つ印を付けて、FAX か写真でお返しください。お電話でも承ります。", ""]
        lines += [_item(no, line) for no, line in enumerate(paper.content.get("lines", []), 1)]
    return Letter(firm=paper.firm, subject=f"{title} {paper}", text="\n".join(lines))


def _named(drawings: Sequence[Drawing]) -> str:
    return "、".join(f"{row.number} 改訂 {row.revision}" for row in drawings)


def _item(no: int, line: Mapping[str, str]) -> str:
    due = f" 納期 {line['due_on']}" if "due_on" in line else ""
    return f"({no}) {line.get('order', '')} {line['item']} {line['quantity']}{line.get('unit', '個')}{due}"


def letters_of(event: OrderEvent, before: OperationOrder | None, after: OperationOrder) -> Iterator[Letter]:
    """Yield what an event tells firms in words, where no document does."""
    write = _LETTERS.get(event.kind)
    if write is not None and before is not None:
        yield from write(event, before, after)


_Writer = Callable[[OrderEvent, OperationOrder, OperationOrder], Iterator[Letter]]


def _settled(event: OrderEvent, before: OperationOrder, after: OperationOrder) -> Iterator[Letter]:
    item = NoticeItem(event.data["item"])
    value = entry_words(NoticeEntry(item=item, value=event.data["value"]))
    yield _to_supplier(
        after,
        "未定としていた内容のお知らせ",
        f"注文 {after.id} 第{after.revision}版で未定としていた「{item.ja}」が決まりました。\n{item.ja}: {value}\n"
        "ほかの内容は、先にお送りした注文書のとおりです。",
    )


def _upheld(event: OrderEvent, before: OperationOrder, after: OperationOrder) -> Iterator[Letter]:
    yield _to_supplier(
        after,
        "お申し出へのお返事",
        f"注文 {after.id} へのお申し出について、次の理由で、元の条件（第{after.revision}版）でお願いしたく存じます。\n"
        f"理由: {event.data['reason']}\n\nお請けいただけるか、お知らせください。\n{{link}}",
    )


def _talked(event: OrderEvent, before: OperationOrder, after: OperationOrder) -> Iterator[Letter]:
    thread = next((one for one in before.negotiations if one.id == event.data["thread"]), None)
    if thread is None:
        return
    answer = {"agreed": "承りました", "partly": "一部を承りました", "refused": "このたびは見送らせていただきます"}
    reason = event.data.get("reason", "")
    text = f"注文 {after.id} の価格のご相談に、お返事いたします。\n{answer[event.data['answer']]}。"
    yield Letter(
        firm=thread.firm,
        subject=f"価格のご相談へのお返事 {after.id}",
        text=f"{_GREETING}\n{text}" + (f"\n理由: {reason}" if reason else ""),
    )


def _held(event: OrderEvent, before: OperationOrder, after: OperationOrder) -> Iterator[Letter]:
    if before.revision:
        yield _to_supplier(
            after,
            "一時保留のお願い",
            f"注文 {after.id} を、いったん保留にさせてください。再開のときに改めてご連絡します。\n"
            f"理由: {event.data['reason']}\n進めてしまった分があれば、お知らせください。\n{{link}}",
        )


def _resumed(event: OrderEvent, before: OperationOrder, after: OperationOrder) -> Iterator[Letter]:
    if before.revision:
        yield _to_supplier(
            after,
            "再開のお知らせ",
            f"保留にしていた注文 {after.id} を再開します。内容は第{after.revision}版のとおりです。\n{{link}}",
        )


def _withdrawn(event: OrderEvent, before: OperationOrder, after: OperationOrder) -> Iterator[Letter]:
    if before.revision:
        yield _to_supplier(
            after,
            "注文取消のお知らせ",
            f"注文 {after.id} を取り消させていただきます。\n理由: {event.data['reason']}\n"
            "すでにかかった費用や進めてしまった分がありましたら、お知らせください。ご相談いたします。",
        )
        return
    for recipient in before.recipients:
        if not recipient.declined:
            yield Letter(
                firm=recipient.firm,
                subject="見積依頼の取り下げ",
                text=f"{_GREETING}\n先にお願いした見積（{before.lines[0].item}）を取り下げます。"
                "お手数をおかけしました。またの機会によろしくお願いいたします。",
            )


_LETTERS: Mapping[str, _Writer] = {
    "settle_notice": _settled,
    "uphold": _upheld,
    "answer_negotiation": _talked,
    "hold": _held,
    "resume": _resumed,
    "cancel": _withdrawn,
    "supersede": _withdrawn,
}


def _to_supplier(order: OperationOrder, what: str, text: str) -> Letter:
    return Letter(firm=order.firm, subject=f"{what} {order.id}", text=f"{_GREETING}\n{text}")
