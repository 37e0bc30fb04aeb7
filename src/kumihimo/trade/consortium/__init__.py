"""Firms that take orders together 共同受注: the charter, who gets which order, and the money shared to the yen."""

from kumihimo.trade.consortium.allotment import Allotment, Candidate, Job, allot
from kumihimo.trade.consortium.charter import Charter, FeeRule, Inspector, Member, Mode, read_charter
from kumihimo.trade.consortium.fairness import FairnessRecord, fairness
from kumihimo.trade.consortium.liability import Defect, borne_by
from kumihimo.trade.consortium.settlement import Settlement, settle
from kumihimo.trade.consortium.subsidy import Standing, SubsidyProgram, standing

__all__ = [
    "Allotment",
    "Candidate",
    "Charter",
    "Defect",
    "FairnessRecord",
    "FeeRule",
    "Inspector",
    "Job",
    "Member",
    "Mode",
    "Settlement",
    "Standing",
    "SubsidyProgram",
    "allot",
    "borne_by",
    "fairness",
    "read_charter",
    "settle",
    "standing",
]
