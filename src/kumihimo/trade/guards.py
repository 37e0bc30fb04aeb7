"""The guards by the names that stand in the table of transitions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kumihimo.trade import answering, approval, billing, days, issuing, negotiation, quoting, receiving
from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Objection
from kumihimo.trade.order import OperationOrder

Guard = Callable[[OperationOrder, Command, ApprovalPolicy], Objection | None]
"""Says why a command is not carried out now; None = nothing speaks against it."""

_ALL: tuple[Guard, ...] = (
    answering.call_waits,
    answering.changes_nothing,
    answering.counter_says_something,
    answering.current_revision,
    answering.evidence_of_clerk,
    answering.firm_may_talk,
    answering.firm_of_order,
    answering.known_revision,
    answering.same_drawings,
    approval.amount_approved,
    approval.approves_current,
    approval.cancelling_approved,
    approval.shortening_approved,
    billing.credit_fits,
    billing.invoice_by_whom,
    billing.invoice_is_new,
    billing.payment_is_new,
    billing.within_accepted_value,
    billing.within_invoiced,
    days.not_before_draft,
    issuing.changes_something,
    issuing.drawings_frozen,
    issuing.drawings_unchanged,
    issuing.item_is_undecided,
    issuing.lines_numbered,
    issuing.notice_agrees,
    issuing.notice_states_all,
    issuing.verdicts_signed,
    negotiation.no_open_negotiation,
    negotiation.thread_is_new,
    negotiation.thread_is_open,
    quoting.answer_by_ahead,
    quoting.firm_was_asked,
    quoting.prices_every_line,
    quoting.prices_match_quote,
    quoting.quote_or_basis,
    receiving.accepted_before,
    receiving.all_delivered,
    receiving.claim_fits,
    receiving.covers_delivered,
    receiving.inspection_fits,
    receiving.is_short,
    receiving.lines_hold_delivered,
    receiving.loss_fits,
    receiving.nothing_delivered,
    receiving.nothing_pending,
    receiving.receipt_fits,
    receiving.rejected_fits,
    receiving.shipment_fits,
    receiving.some_accepted,
)
GUARDS: Mapping[str, Guard] = {guard.__name__: guard for guard in _ALL}
