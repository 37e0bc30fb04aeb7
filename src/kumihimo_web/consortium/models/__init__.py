"""Consortia with their charters, the orders that they take together, bids, and how the money was shared."""

from kumihimo_web.consortium.models.bids import Bid, Bidding, Offer
from kumihimo_web.consortium.models.charters import Charter, Consortium, Member, Objection
from kumihimo_web.consortium.models.money import Notice, Paper, Settlement
from kumihimo_web.consortium.models.orders import (
    Allotment,
    Burden,
    Defect,
    Inspection,
    JointLine,
    JointOrder,
    Share,
)
from kumihimo_web.consortium.models.subsidies import Subsidy

__all__ = [
    "Allotment",
    "Bid",
    "Bidding",
    "Burden",
    "Charter",
    "Consortium",
    "Defect",
    "Inspection",
    "JointLine",
    "JointOrder",
    "Member",
    "Notice",
    "Objection",
    "Offer",
    "Paper",
    "Settlement",
    "Share",
    "Subsidy",
]
