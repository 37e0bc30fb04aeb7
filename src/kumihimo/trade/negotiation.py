"""Talks about the price 価格協議: a request must be answered, and until then no price is fixed (Art. 5 of 取適法)."""

from __future__ import annotations

from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Objection, late, refused
from kumihimo.trade.order import Negotiation, OperationOrder


def open_negotiations(order: OperationOrder) -> tuple[Negotiation, ...]:
    """Return the requests that the buyer has not answered, oldest first."""
    return tuple(thread for thread in order.negotiations if thread.is_open)


def no_open_negotiation(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """While a request of the firm at hand is unanswered, no price is fixed with it."""
    firm = command.data.get("firm", order.firm)
    for thread in order.negotiations:
        if thread.is_open and thread.firm == firm:
            return refused(
                "no_open_negotiation",
                f"価格協議の申し出「{thread.id}」に回答していません。協議に応じないまま価格を決めることはできません。"
                "先に理由を添えて回答してください。",
                f"the request '{thread.id}' to talk about the price is unanswered; no price may be fixed without "
                "talking; answer it first, with the reason.",
            )
    return None


def thread_is_new(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """The same request does not open a second thread."""
    if all(thread.id != command.data["thread"] for thread in order.negotiations):
        return None
    return late(
        "thread_known",
        f"価格協議「{command.data['thread']}」はもう記録されています。",
        f"the talk '{command.data['thread']}' is recorded already.",
    )


def thread_is_open(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Answered is a request that was made; anything but agreement needs its reason."""
    name = command.data["thread"]
    if not any(thread.id == name and thread.is_open for thread in order.negotiations):
        waiting = ", ".join(thread.id for thread in open_negotiations(order)) or "-"
        return refused(
            "thread_is_open",
            f"回答を待つ価格協議「{name}」はありません。待っているもの: {waiting}。番号を確かめてください。",
            f"no talk '{name}' waits for an answer; waiting: {waiting}; check the number.",
        )
    if command.data["answer"] != "agreed" and "reason" not in command.data:
        return refused(
            "reason_missing",
            "申し出どおりにしない場合は、その理由の説明が必要です。理由を書いてください。",
            "an answer other than agreement needs an explanation; write the reason.",
        )
    return None
