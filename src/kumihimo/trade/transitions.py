"""Which command leads from which state to which, who may give it, what is checked: the life of an order as data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kumihimo.trade.states import STATES, OrderState, Role

S = OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One row of the table.

    Attributes
    ----------
    name
        Kind of the command.
    source
        States from which it is possible; empty for the command that makes the order.
    target
        Where it leads; None = the state stays, or follows from what the order remembers (`kumihimo.trade.fold`).
    guards
        Names in `kumihimo.trade.guards.GUARDS`, in the order in which they are asked.
    """

    name: str
    source: frozenset[OrderState]
    target: OrderState | None
    who: frozenset[Role]
    guards: tuple[str, ...] = ()


ASKING = frozenset({S.RFQ_SENT, S.QUOTED})
BEFORE_ISSUE = frozenset({S.DRAFT, S.RFQ_SENT, S.QUOTED, S.AWARDED})
UNANSWERED = frozenset({S.ISSUED, S.DELIVERED_TO_PARTNER})
WORKING = frozenset({S.ACCEPTED, S.IN_PROGRESS})
MOVING = frozenset({S.SHIPPED, S.RECEIVED, S.INSPECTED, S.RETURNED, S.REWORK})
BESIDE = UNANSWERED | {S.COUNTERED, S.DECLINED, S.ON_HOLD}
"""A later revision waits for its answer, or the order is held: what was accepted still binds, and goods arrive."""
ANSWERING = UNANSWERED | {S.COUNTERED, S.DECLINED}
DONE = frozenset({S.CLOSED, S.CLOSED_SHORT})
AFTER_ISSUE = ANSWERING | WORKING | MOVING
BILLED = frozenset({S.INVOICED, S.PAID})
LIVE = BEFORE_ISSUE | AFTER_ISSUE | {S.ON_HOLD}

_LATER = (AFTER_ISSUE | {S.ON_HOLD}) - {S.ISSUED}
_BUYER = frozenset({Role.BUYER})
PARTNER = frozenset({Role.SUPPLIER, Role.CLERK})
_RECEIVER = frozenset({Role.INSPECTOR})
_RECEIVER_OR_BUYER = frozenset({Role.INSPECTOR, Role.BUYER})


def _row(
    name: str, source: Iterable[OrderState], target: OrderState | None, who: Iterable[Role], *guards: str
) -> Transition:
    return Transition(name=name, source=frozenset(source), target=target, who=frozenset(who), guards=guards)


_ISSUE = (
    "no_open_negotiation", "notice_states_all", "notice_agrees", "verdicts_signed", "drawings_frozen",
    "amount_approved",
)  # fmt: skip
_ANSWER = ("firm_of_order", "evidence_of_clerk", "current_revision")
_ACCEPT = (*_ANSWER, "same_drawings", "changes_nothing", "covers_delivered")
_GOODS = ("firm_of_order", "evidence_of_clerk")
_BACK = ("not_before_draft", "rejected_fits", "verdicts_signed")

TRANSITIONS: tuple[Transition, ...] = (
    _row("draft", (), S.DRAFT, _BUYER, "lines_numbered"),
    _row("change_draft", {S.DRAFT}, None, _BUYER, "lines_numbered"),
    _row("send_rfq", {S.DRAFT}, S.RFQ_SENT, _BUYER, "drawings_frozen", "answer_by_ahead"),
    _row("send_rfq", ASKING, None, _BUYER, "drawings_unchanged", "answer_by_ahead"),
    _row("quote", ASKING, S.QUOTED, PARTNER, "firm_was_asked", "evidence_of_clerk", "prices_every_line"),
    _row("decline_rfq", ASKING, None, PARTNER, "firm_was_asked", "evidence_of_clerk"),
    _row("approve", LIVE, None, {Role.APPROVER}, "approves_current"),
    _row(
        "award", {S.DRAFT, *ASKING}, S.AWARDED, _BUYER,
        "quote_or_basis", "prices_match_quote", "no_open_negotiation", "amount_approved",
    ),
    _row("issue", {S.AWARDED}, S.ISSUED, _BUYER, *_ISSUE),
    _row("confirm_delivery", {S.ISSUED}, S.DELIVERED_TO_PARTNER, {Role.SYSTEM, Role.CLERK}, "known_revision"),
    _row("confirm_delivery", _LATER, None, {Role.SYSTEM, Role.CLERK}, "known_revision"),
    _row("accept", UNANSWERED, None, PARTNER, *_ACCEPT),
    _row("counter", ANSWERING | WORKING | MOVING, S.COUNTERED, PARTNER, *_ANSWER, "counter_says_something"),
    _row("decline", UNANSWERED | {S.COUNTERED} | WORKING, S.DECLINED, PARTNER, *_ANSWER),
    _row("uphold", {S.COUNTERED}, None, _BUYER, "no_open_negotiation"),
    _row(
        "revise", AFTER_ISSUE, S.ISSUED, _BUYER,
        "lines_numbered", "changes_something", "lines_hold_delivered", *_ISSUE,
    ),
    _row("settle_notice", AFTER_ISSUE, None, _BUYER, "item_is_undecided", "no_open_negotiation", "amount_approved"),
    _row("request_negotiation", LIVE - {S.DRAFT}, None, PARTNER, "firm_may_talk", "evidence_of_clerk", "thread_is_new"),
    _row("answer_negotiation", LIVE, None, _BUYER, "thread_is_open"),
    _row("start", {S.ACCEPTED}, S.IN_PROGRESS, PARTNER, *_GOODS),
    _row("ship", WORKING | MOVING, S.SHIPPED, PARTNER, *_GOODS, "not_before_draft", "shipment_fits"),
    _row("ship", BESIDE, None, PARTNER, *_GOODS, "not_before_draft", "accepted_before", "shipment_fits"),
    _row("receive", WORKING | MOVING, S.RECEIVED, _RECEIVER, "not_before_draft", "receipt_fits"),
    _row("receive", BESIDE, None, _RECEIVER, "not_before_draft", "accepted_before", "receipt_fits"),
    _row("report_loss", MOVING | BESIDE, None, _RECEIVER_OR_BUYER, "loss_fits"),
    _row("inspect", MOVING, S.INSPECTED, _RECEIVER, "not_before_draft", "inspection_fits"),
    _row("inspect", BESIDE, None, _RECEIVER, "not_before_draft", "accepted_before", "inspection_fits"),
    _row("return", MOVING, S.RETURNED, _RECEIVER_OR_BUYER, *_BACK),
    _row("return", BESIDE, None, _RECEIVER_OR_BUYER, "accepted_before", *_BACK),
    _row("rework", MOVING, S.REWORK, _RECEIVER_OR_BUYER, *_BACK),
    _row("rework", BESIDE, None, _RECEIVER_OR_BUYER, "accepted_before", *_BACK),
    _row("claim", MOVING | DONE | BILLED, S.INSPECTED, _RECEIVER_OR_BUYER, "claim_fits", "verdicts_signed"),
    _row("close", MOVING, S.CLOSED, _BUYER, "nothing_pending", "all_delivered"),
    _row(
        "close_short", MOVING | WORKING, S.CLOSED_SHORT, _BUYER,
        "nothing_pending", "some_accepted", "is_short", "shortening_approved",
    ),
    _row(
        "invoice", DONE | BILLED, S.INVOICED, PARTNER | _BUYER,
        "invoice_by_whom", "evidence_of_clerk", "not_before_draft", "invoice_is_new", "within_accepted_value",
    ),
    _row(
        "invoice", MOVING | BESIDE, None, PARTNER | _BUYER,
        "invoice_by_whom", "evidence_of_clerk", "not_before_draft", "accepted_before", "invoice_is_new",
        "within_accepted_value",
    ),
    _row(
        "credit_note", MOVING | BESIDE | DONE | BILLED, None, PARTNER,
        "firm_of_order", "evidence_of_clerk", "not_before_draft", "invoice_is_new", "credit_fits",
    ),
    _row(
        "pay", MOVING | BESIDE | DONE | BILLED, None, {Role.BUYER, Role.SYSTEM},
        "not_before_draft", "payment_is_new", "within_invoiced",
    ),
    _row("withdraw_call", OrderState, None, {Role.CLERK}, "call_waits"),
    _row("hold", LIVE - {S.DRAFT, S.ON_HOLD}, S.ON_HOLD, _BUYER),
    _row("resume", {S.ON_HOLD}, None, _BUYER),
    _row("cancel", BEFORE_ISSUE, S.CANCELLED, _BUYER),
    _row("cancel", AFTER_ISSUE | {S.ON_HOLD}, S.CANCELLED, _BUYER, "nothing_delivered", "cancelling_approved"),
    _row("supersede", BEFORE_ISSUE | {S.CANCELLED}, S.SUPERSEDED, _BUYER),
    _row("supersede", {S.DECLINED}, S.SUPERSEDED, _BUYER, "nothing_delivered", "cancelling_approved"),
)  # fmt: skip
"""Every way in which an order moves. ``confirm_call`` is not here: it carries out what was said on the phone."""

KINDS: Mapping[str, tuple[str, str]] = {
    "draft": ("注文の作成", "the draft"),
    "change_draft": ("下書きの変更", "the change of the draft"),
    "send_rfq": ("見積依頼", "the request for quotation"),
    "quote": ("見積", "the quotation"),
    "decline_rfq": ("見積の辞退", "the answer that there will be no quotation"),
    "approve": ("承認", "the approval"),
    "award": ("発注先の決定", "the award"),
    "issue": ("発注", "the issue"),
    "confirm_delivery": ("送達の記録", "the proof of transport"),
    "accept": ("受注の承諾", "the acceptance"),
    "counter": ("条件変更の申し出", "the counter-proposal"),
    "decline": ("受注の辞退", "the refusal of the supplier"),
    "uphold": ("元の条件での再依頼", "the answer that the order stands"),
    "revise": ("変更注文", "the revision"),
    "settle_notice": ("未定事項の通知", "the notice of an item that was open"),
    "request_negotiation": ("価格協議の申し出", "the request to talk about the price"),
    "answer_negotiation": ("価格協議への回答", "the answer about the price"),
    "start": ("着手", "the start of work"),
    "ship": ("出荷", "the shipment"),
    "receive": ("受領", "the receipt"),
    "report_loss": ("紛失の記録", "the loss on the way"),
    "inspect": ("検収", "the inspection"),
    "return": ("返品", "the return"),
    "rework": ("手直しの依頼", "the rework"),
    "claim": ("検収後の不良の申し立て", "the claim after inspection"),
    "close": ("完納の確認", "the closing"),
    "close_short": ("不足のままの完了", "the closing short"),
    "invoice": ("請求", "the invoice"),
    "credit_note": ("請求の減額", "the credit note"),
    "pay": ("支払", "the payment"),
    "hold": ("保留", "the hold"),
    "resume": ("再開", "the end of the hold"),
    "cancel": ("取消", "the cancellation"),
    "supersede": ("差し替え", "the replacement by another order"),
    "confirm_call": ("電話の内容の確認書", "the confirmation of a call"),
    "withdraw_call": ("電話のメモの取り下げ", "the withdrawal of a call note"),
}
"""Japanese and English words for each command."""

MESSAGES = frozenset(
    {
        "quote", "decline_rfq", "confirm_delivery", "accept", "counter", "decline", "request_negotiation", "start",
        "ship", "receive", "report_loss", "inspect", "return", "rework", "claim", "invoice", "credit_note", "pay",
        "confirm_call",
    }
)  # fmt: skip
"""What tells that something happened or was answered. It may arrive out of turn: early it waits, late it is recorded.
Everything else is decided by somebody who sees the order, and is refused out of turn."""

SPOKEN = frozenset(
    {
        "quote", "decline_rfq", "accept", "counter", "decline", "request_negotiation", "start", "ship", "invoice",
        "credit_note",
    }
)  # fmt: skip
"""What a supplier says, and a clerk may type for it, with evidence."""


def _by_kind_and_state() -> Mapping[str, Mapping[OrderState | None, Transition]]:
    table: dict[str, dict[OrderState | None, Transition]] = {}
    for row in TRANSITIONS:
        for state in row.source or (None,):
            if table.setdefault(row.name, {}).setdefault(state, row) is not row:
                raise ValueError(f"two rows for {row.name} from {state}")
    return table


_TABLE = _by_kind_and_state()
_WHO = {name: frozenset(role for row in TRANSITIONS if row.name == name for role in row.who) for name in _TABLE}
_LAST = {
    name: max((STATES[state][2] for state in rows if state is not None), default=0) for name, rows in _TABLE.items()
}


def transition_of(kind: str, state: OrderState | None) -> Transition | None:
    """Return the row for a command in a state (None = there is no order yet); None = not possible there."""
    return _TABLE[kind].get(state)


def roles_of(kind: str) -> frozenset[Role]:
    """Return who may give a command in some state."""
    return _WHO[kind]


def is_behind(kind: str, state: OrderState) -> bool:
    """Whether a message of this kind comes too late for an order in `state`; otherwise it comes too early."""
    return state is not S.ON_HOLD and STATES[state][2] >= _LAST[kind]


def possible(state: OrderState, role: Role) -> tuple[str, ...]:
    """Return the commands that a role may try in a state, in the order of the table; guards may still object."""
    return tuple(row.name for row in TRANSITIONS if state in row.source and role in row.who)
