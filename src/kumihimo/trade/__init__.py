"""What was promised 取引: orders from the request for quotation to the payment, and the goods that move with them.

A command is judged by `decide` on the order as it stands; what it leads to is an event, and the order is the fold of
its events. Nothing here reads a clock, a file or a database.
"""

from kumihimo.trade.approval import ApprovalPolicy
from kumihimo.trade.commands import Command, Decision, Evidence, EvidenceKind, Outcome
from kumihimo.trade.decide import Unparked, carry_out, decide, unpark
from kumihimo.trade.events import OrderEvent, find_break, verify_chain
from kumihimo.trade.fold import fold, fold_one
from kumihimo.trade.notice import NoticeEntry, NoticeItem
from kumihimo.trade.order import OperationOrder, OrderLine
from kumihimo.trade.states import OrderState, Role
from kumihimo.trade.transitions import TRANSITIONS, Transition, possible

__all__ = [
    "TRANSITIONS",
    "ApprovalPolicy",
    "Command",
    "Decision",
    "Evidence",
    "EvidenceKind",
    "NoticeEntry",
    "NoticeItem",
    "OperationOrder",
    "OrderEvent",
    "OrderLine",
    "OrderState",
    "Outcome",
    "Role",
    "Transition",
    "Unparked",
    "carry_out",
    "decide",
    "find_break",
    "fold",
    "fold_one",
    "possible",
    "unpark",
    "verify_chain",
]
