"""What a supplier answers, itself or through a clerk: who speaks, on what evidence, to which revision."""

from __future__ import annotations

from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, EvidenceKind, Objection, early, late, refused
from kumihimo.trade.lines import drawings_of, prices_of
from kumihimo.trade.order import OperationOrder
from kumihimo.trade.states import Role


def is_only_spoken(command: Command) -> bool:
    """Whether nothing but notes of calls stands behind what a clerk types."""
    return (
        command.role is Role.CLERK
        and bool(command.evidence)
        and all(evidence.kind is EvidenceKind.CALL_NOTE for evidence in command.evidence)
    )


def evidence_of_clerk(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """What a clerk types for a supplier rests on an image or a message, or on a call that was confirmed in writing."""
    if command.role is not Role.CLERK or any(e.kind is not EvidenceKind.CALL_NOTE for e in command.evidence):
        return None
    return refused(
        "evidence_of_clerk",
        "受注企業に代わって入力するには証拠が必要です。FAXの画像・メール、または電話のメモを付けてください。",
        "what is typed for a supplier needs evidence: attach the image, the message, or a note of the call.",
    )


def firm_of_order(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Only the firm of the order speaks for it."""
    if command.data["firm"] == order.firm:
        return None
    return refused(
        "firm_of_order",
        f"この注文の受注企業は「{command.data['firm']}」ではありません。注文番号を確かめてください。",
        f"'{command.data['firm']}' is not the supplier of this order; check the number of the order.",
    )


def firm_may_talk(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """The firm of the order, or one that was asked for a price, may ask to talk about it."""
    firm = command.data["firm"]
    if firm == order.firm or any(recipient.firm == firm for recipient in order.recipients):
        return None
    return firm_of_order(order, command, policy)


def current_revision(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """An answer to an old revision changes nothing."""
    told = command.data["revision"]
    if told == order.revision:
        return None
    if told < order.revision:
        return late(
            "old_revision",
            f"第{told}版への回答ですが、今は第{order.revision}版です。第{order.revision}版への回答をもらってください。",
            f"it answers revision {told}, the order is at {order.revision}; get an answer to the current revision.",
        )
    return _not_yet(told, order.revision)


def known_revision(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Proof of transport may be about an older revision, never about one that does not exist."""
    told = command.data["revision"]
    return None if told <= order.revision else _not_yet(told, order.revision)


def _not_yet(told: int, revision: int) -> Objection:
    return early(
        "future_revision",
        f"第{told}版はまだ発注されていません（今は第{revision}版）。その版を待ちます。",
        f"revision {told} is not issued yet (the order is at {revision}); it waits for that.",
    )


def same_drawings(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """An acceptance that names drawings names those that are frozen in the order."""
    if "drawings" not in command.data or set(drawings_of(command.data["drawings"])) == set(order.drawings):
        return None
    return late(
        "old_drawing",
        "古い図面への承諾です。今の図面を送り、承諾をもらい直してください。",
        "it accepts other drawings than those of the order; send the current drawings again.",
    )


def changes_nothing(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Whoever accepts with another day or price does not accept, but proposes."""
    data = command.data
    due_on = "" if order.due_on is None else order.due_on.isoformat()
    prices = {line.no: line.unit_price_jpy for line in order.lines}
    same_day = data.get("due_on", due_on) == due_on
    if same_day and all(prices.get(p.line) == p.unit_price_jpy for p in prices_of(data.get("prices", ()))):
        return None
    return refused(
        "changes_nothing",
        "注文と違う納期または単価が書かれています。承諾ではなく「条件変更の申し出」として記録してください。",
        "it names another day or price than the order; that is a counter-proposal, record it as one.",
    )


def counter_says_something(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """A counter-proposal names a day, a price, or says in words what should be otherwise."""
    known = {line.no for line in order.lines}
    if not {"due_on", "prices", "words"} & set(command.data):
        return refused(
            "counter_says_something",
            "何を変えたいのかがありません。納期・単価・文章のどれかを入れてください。",
            "it does not say what should change; give a day, a price, or words.",
        )
    if not {price.line for price in prices_of(command.data.get("prices", ()))} <= known:
        return refused(
            "no_line",
            f"注文にない明細の単価があります。明細: {sorted(known)}。番号を確かめてください。",
            f"it prices a line that the order does not have; it has {sorted(known)}; check the numbers.",
        )
    return None


def call_waits(order: OperationOrder, command: Command, policy: ApprovalPolicy) -> Objection | None:
    """Only a note that still waits for its confirmation is withdrawn."""
    if any(call.key == command.data["note"] for call in order.calls):
        return None
    return refused(
        "call_waits",
        f"確認待ちの電話メモ「{command.data['note']}」はありません。番号を確かめてください。",
        f"no call note '{command.data['note']}' waits for its confirmation; check the number.",
    )
