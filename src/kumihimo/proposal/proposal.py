"""The answer to an inquiry: what was understood, who could do each step, and teams with dates.

Every class here is written as JSON field by field (`kumihimo-proposal/1`); the HTML page and the PDF are made from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from kumihimo.proposal.understood import UnderstoodRow

FORMAT = "kumihimo-proposal/1"

Status = Literal["proposed", "no_team"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """The same sentence in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """One term of a score; the points of all parts sum to the score. `known` is False when a prior stands in."""

    code: str
    ja: str
    en: str
    points: float
    known: bool
    note_ja: str
    note_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A requirement that is violated or unknown, with what was needed and offered, and what would make it fit."""

    code: str
    needed: str
    offered: str
    gap: str
    unit: str
    evidence: str
    ja: str
    en: str
    relaxation_ja: str = ""
    relaxation_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateAnswer:
    """A firm that could do a step.

    Money is whole yen, `days` are calendar days; `price_registered` tells that the firm's own rates were used.
    """

    firm: str
    name: str
    site: str
    capability: str
    place: str
    place_en: str
    score: float
    parts: tuple[ScorePart, ...]
    price_jpy: int
    price_registered: bool
    days: int
    evidence_ja: str
    evidence_en: str
    unknown: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMissAnswer:
    """A firm that misses a few named requirements."""

    firm: str
    name: str
    site: str
    capability: str
    place: str
    place_en: str
    violations: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionCount:
    """How many firms fail for one reason."""

    code: str
    ja: str
    en: str
    firms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepAnswer:
    """Everything about one step of the routing."""

    id: str
    part: str
    process: str
    label: str
    label_en: str
    after: tuple[str, ...]
    need_ja: str
    need_en: str
    firms_considered: int
    candidates: tuple[CandidateAnswer, ...]
    near_misses: tuple[NearMissAnswer, ...]
    rejections: tuple[RejectionCount, ...]
    none_ja: str = ""
    none_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPrice:
    """Price of a team; the three parts add up to the total."""

    steps_jpy: int
    transport_jpy: int
    fee_jpy: int
    total_jpy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamFirm:
    """One firm of a team."""

    firm: str
    name: str
    place: str
    place_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStep:
    """One step, or one share of a split step, with its dates; None when the plan holds no place for it."""

    step: str
    label: str
    label_en: str
    firm: str
    firm_name: str
    site: str
    place: str
    place_en: str
    quantity: int
    price_jpy: int
    start: datetime | None
    end: datetime | None
    notes: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLeg:
    """One transport between two sites."""

    origin: str
    destination: str
    destination_en: str
    start: datetime
    end: datetime
    jpy: int
    km: float
    kg_co2: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAnswer:
    """A team with its price, dates, quality and resilience.

    Attributes
    ----------
    finish
        Day on which the last piece of work, or the last truck, ends.
    late_days, spare_days
        Calendar days after and before the due date; both 0 when there is none.
    defect_pct, defect_known_steps
        Estimated share of defective pieces over all steps, percent, and how many steps have delivery records behind
        it; the others count the mean of a new firm.
    plan_status
        ``optimal`` or ``feasible``; ``partial`` or ``infeasible`` when the horizon is too short.
    """

    name: str
    labels: tuple[Sentence, ...]
    reasons: tuple[Sentence, ...]
    firms: tuple[TeamFirm, ...]
    price: TeamPrice
    start: date | None
    finish: date | None
    late_days: int
    spare_days: int
    late_causes: tuple[Sentence, ...]
    unplanned: tuple[Sentence, ...]
    defect_pct: float
    defect_known_steps: int
    resilience: Sentence
    kg_co2: float
    steps: tuple[TeamStep, ...]
    legs: tuple[TeamLeg, ...]
    plan_status: str
    plan_objective: int
    problem_file: str
    plan_file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkName:
    """The network that was asked."""

    name: str
    synthetic: bool
    firms: int
    capabilities: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The whole answer to one inquiry.

    Attributes
    ----------
    inquiry
        As `kumihimo read --json` prints it, with a ``title`` added.
    reason
        Why there is no team, when there is none.
    missing
        Questions for what the inquiry does not say at all.
    guesses
        Guesses that price and dates rest on until these questions are answered.
    """

    format: str
    today: date
    network: NetworkName
    inquiry: dict[str, Any]
    status: Status
    reason: Sentence | None
    due: date | None
    understood: tuple[UnderstoodRow, ...]
    missing: tuple[Sentence, ...]
    guesses: tuple[Sentence, ...]
    steps: tuple[StepAnswer, ...]
    teams: tuple[TeamAnswer, ...]
    assumptions: tuple[Sentence, ...]
