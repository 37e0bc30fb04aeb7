"""Law as dated data 法令: what the rules say of an order, each verdict with its wording, its source and how far it was
verified.

It is help for a person, not legal advice. Nothing that is not known passes: it becomes a question.
"""

from kumihimo.trade.law.invoice import BillingDocument, judge_invoice, judge_registration_number, judge_self_billing
from kumihimo.trade.law.negotiation_duty import judge_negotiations
from kumihimo.trade.law.notice_items import judge_item, judge_notice
from kumihimo.trade.law.order_check import Acknowledgement, OrderFacts, check_order
from kumihimo.trade.law.payment_date import (
    LateInterest,
    MonthlyClosing,
    PaymentDue,
    judge_closing,
    judge_payment,
    judge_payment_date,
    last_safe_day,
    late_interest,
)
from kumihimo.trade.law.payment_means import PaymentMeans, judge_payment_means, means_in
from kumihimo.trade.law.retention import (
    Arrival,
    KeptDocument,
    Medium,
    Retention,
    Search,
    find,
    judge_keeping,
    keep_until,
    medium_of,
)
from kumihimo.trade.law.rules import Rule, Verified, all_rules, in_force
from kumihimo.trade.law.scope import Applies, PartySize, Question, Scope, Work, judge_freelance, judge_scope
from kumihimo.trade.law.stamp_duty import ELECTRONIC_ONLY, Stamp, judge_stamp
from kumihimo.trade.law.tax import RateTotal, Rounding, TaxedLine, tax_on, totals_by_rate
from kumihimo.trade.law.verdict import Colour, Verdict, worst

__all__ = [
    "ELECTRONIC_ONLY",
    "Acknowledgement",
    "Applies",
    "Arrival",
    "BillingDocument",
    "Colour",
    "KeptDocument",
    "LateInterest",
    "Medium",
    "MonthlyClosing",
    "OrderFacts",
    "PartySize",
    "PaymentDue",
    "PaymentMeans",
    "Question",
    "RateTotal",
    "Retention",
    "Rounding",
    "Rule",
    "Scope",
    "Search",
    "Stamp",
    "TaxedLine",
    "Verdict",
    "Verified",
    "Work",
    "all_rules",
    "check_order",
    "find",
    "in_force",
    "judge_closing",
    "judge_freelance",
    "judge_invoice",
    "judge_item",
    "judge_keeping",
    "judge_negotiations",
    "judge_notice",
    "judge_payment",
    "judge_payment_date",
    "judge_payment_means",
    "judge_registration_number",
    "judge_scope",
    "judge_self_billing",
    "judge_stamp",
    "keep_until",
    "last_safe_day",
    "late_interest",
    "means_in",
    "medium_of",
    "tax_on",
    "totals_by_rate",
    "worst",
]
