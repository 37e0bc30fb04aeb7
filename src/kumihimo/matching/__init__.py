"""Requirements × capability rows: who could do a step, why not, and which firms make a team."""

from kumihimo.matching.answer import (
    Candidate,
    FirmVerdict,
    NearMiss,
    Ranking,
    Relaxation,
    RowVerdict,
    ScorePart,
    Unknown,
    Violation,
)
from kumihimo.matching.columns import CapabilityColumns
from kumihimo.matching.explain import relaxed
from kumihimo.matching.index import MatchIndex, profiles_of
from kumihimo.matching.rank import explain_firm, rank
from kumihimo.matching.reasons import Reason
from kumihimo.matching.score import DEFAULT, Term, Weights

__all__ = [
    "DEFAULT",
    "Candidate",
    "CapabilityColumns",
    "FirmVerdict",
    "MatchIndex",
    "NearMiss",
    "Ranking",
    "Reason",
    "Relaxation",
    "RowVerdict",
    "ScorePart",
    "Term",
    "Unknown",
    "Violation",
    "Weights",
    "explain_firm",
    "profiles_of",
    "rank",
    "relaxed",
]
