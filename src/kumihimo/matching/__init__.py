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
from kumihimo.matching.explain import ranking_sentence, relaxed
from kumihimo.matching.from_network import columns_of
from kumihimo.matching.index import MatchIndex, edited_firms, profiles_of
from kumihimo.matching.rank import explain_firm, rank
from kumihimo.matching.reasons import Reason
from kumihimo.matching.score import DEFAULT, Term, Weights
from kumihimo.matching.split import LotOption, Share, split_lot
from kumihimo.matching.team_answer import CommonCause, Label, StepOption, Team, TeamStep
from kumihimo.matching.teams import shortlist, teams

__all__ = [
    "DEFAULT",
    "Candidate",
    "CapabilityColumns",
    "CommonCause",
    "FirmVerdict",
    "Label",
    "LotOption",
    "MatchIndex",
    "NearMiss",
    "Ranking",
    "Reason",
    "Relaxation",
    "RowVerdict",
    "ScorePart",
    "Share",
    "StepOption",
    "Team",
    "TeamStep",
    "Term",
    "Unknown",
    "Violation",
    "Weights",
    "columns_of",
    "edited_firms",
    "explain_firm",
    "profiles_of",
    "rank",
    "ranking_sentence",
    "relaxed",
    "shortlist",
    "split_lot",
    "teams",
]
