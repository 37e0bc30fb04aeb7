"""What matching answers with: candidates, near-misses and the reasons of a step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kumihimo.matching.reasons import SPLITTABLE, Reason
from kumihimo.matching.score import Term
from kumihimo.model import EvidenceLevel, StepRequirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """The smallest change of the requirement that removes one violation.

    Attributes
    ----------
    changes
        Fields of `StepRequirement` with their new values, for `dataclasses.replace`.
    ja, en
        The change in words.
    """

    changes: tuple[tuple[str, Any], ...]
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A hard requirement that a row does not meet.

    Attributes
    ----------
    needed, offered
        Number, or text where it is no number; `offered` None when there is nothing to compare.
    gap
        How far the offer misses, in `unit`; None when it is no number.
    evidence, evidence_on
        How well the row's claim is supported; it may be worth asking again.
    relaxation
        None when no change of the requirement helps (the firm pauses, its row ran out, ...).
    """

    reason: Reason
    needed: float | str
    offered: float | str | None
    gap: float | None
    unit: str
    evidence: EvidenceLevel
    evidence_on: date | None
    ja: str
    en: str
    relaxation: Relaxation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A hard requirement that nobody can judge yet; the sentences are questions ready to be sent."""

    reason: Reason
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """One part of a score. `known` False: the prior stands, because nobody knows."""

    term: Term
    points: int
    max_points: int
    known: bool
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A firm whose best row meets every hard requirement, or may meet it once the questions are answered.

    Attributes
    ----------
    score
        Sum of the points of `parts`, out of 1,000.
    questions
        Empty: fits. Otherwise what must be asked first.
    lat, lon
        Degrees; None when unknown.
    prefecture
        JIS X 0401 code, empty when unknown.
    flood, quake, tsunami
        Hazard levels 0-5 of the site, None when unknown.
    """

    firm: str
    firm_name: str
    site: str
    capability: str
    score: int
    parts: tuple[ScorePart, ...]
    questions: tuple[Unknown, ...]
    lat: float | None
    lon: float | None
    prefecture: str
    flood: int | None
    quake: int | None
    tsunami: int | None
    lot_min: int | None
    lot_max: int | None
    monthly_max: int | None
    lead_days_typ: int | None
    lead_days_min: int | None

    @property
    def must_ask(self) -> bool:
        """Whether something must be asked before this firm is sure."""
        return bool(self.questions)


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A firm whose best row misses few requirements; which ones, never a percentage.

    Attributes
    ----------
    nearness_milli
        Wu-Palmer nearness of the materials, 1000 when the material fits. It only orders near-misses.
    """

    firm: str
    firm_name: str
    site: str
    capability: str
    violations: tuple[Violation, ...]
    questions: tuple[Unknown, ...]
    nearness_milli: int

    @property
    def split_possible(self) -> bool:
        """Whether sharing the quantity with a peer would be enough."""
        return all(item.reason in SPLITTABLE for item in self.violations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The answer for one step over the whole network.

    Attributes
    ----------
    candidates
        First those that fit, then those that must be asked, each by falling score, ties by id.
    near_misses
        By number of violations, material nearness, how far they miss, id.
    split_peers
        Firms that fit but for the quantity, by score; filled when few firms can take all of it.
    firms_total, fitting, asking
        Firms in the network, and how many of them fit or must be asked.
    rejections
        For each reason the number of firms whose best row it rejects; a firm counts once under each of its reasons.
    sole_rejections
        Firms that this reason alone rejects: so many would be won by giving it up.
    """

    requirement: StepRequirement
    today: date
    candidates: tuple[Candidate, ...]
    near_misses: tuple[NearMiss, ...]
    split_peers: tuple[Candidate, ...]
    firms_total: int
    fitting: int
    asking: int
    rejections: Mapping[Reason, int]
    sole_rejections: Mapping[Reason, int]

    @property
    def rejected(self) -> int:
        """Number of firms that are rejected."""
        return self.firms_total - self.fitting - self.asking


@dataclass(frozen=True, slots=True, kw_only=True)
class RowVerdict:
    """What one capability row of a firm meets, misses and leaves open."""

    site: str
    capability: str
    violations: tuple[Violation, ...]
    questions: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmVerdict:
    """Why a firm fits, must be asked or is rejected, row by row, the best row first.

    Attributes
    ----------
    violation
        PROC_NONE when the firm has no row of the process; then `rows` is empty.
    """

    firm: str
    firm_name: str
    violation: Violation | None
    rows: tuple[RowVerdict, ...]

    @property
    def outcome(self) -> str:
        """``"fits"``, ``"ask"`` or ``"rejected"``."""
        if self.violation is not None or self.rows[0].violations:
            return "rejected"
        return "ask" if self.rows[0].questions else "fits"
