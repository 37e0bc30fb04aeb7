"""What a team is made of: options of a step, teams with their totals and labels."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StepOption:
    """One way to do one step: usually a firm's site, or a firm that leads peers who share the quantity.

    Attributes
    ----------
    step
        Id of the routing step.
    lat, lon
        Degrees; None when unknown.
    price_jpy, days
        Price of the whole step without transport, and working time in days.
    quality
        Chance in [0, 1) that the step goes wrong in quality.
    score
        Matching score out of 1,000.
    prefecture
        JIS X 0401 code, empty when unknown.
    flood, quake
        Hazard levels 0-5; None when unknown.
    share
        (firm, pieces) of everyone when the quantity is split; empty when `firm` takes all of it.
    """

    step: str
    firm: str
    site: str
    lat: float | None
    lon: float | None
    price_jpy: int
    days: float
    quality: float
    score: int
    prefecture: str = ""
    flood: int | None = None
    quake: int | None = None
    share: tuple[tuple[str, int], ...] = ()

    def __post_init__(self) -> None:
        if not (0.0 <= self.quality < 1.0 and self.price_jpy >= 0 and self.days >= 0.0):
            raise ValueError(f"option of {self.firm}: price and days must be >= 0 and quality in [0, 1)")

    @property
    def firms(self) -> frozenset[str]:
        """All firms that take part in this option."""
        return frozenset((self.firm, *(firm for firm, _ in self.share)))


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamStep:
    """A step with its option and the truck from the site to the next step or to the customer."""

    step: str
    option: StepOption
    transport_jpy: int
    transport_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What a team is the best at."""

    code: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommonCause:
    """Something that would stop several steps at once.

    Attributes
    ----------
    kind
        ``"firm"``, ``"prefecture"``, ``"flood"`` or ``"quake"``.
    place
        Id of the firm or code of the prefecture; empty for hazards.
    ja, en
        In words, without the name of the firm: the network knows it.
    """

    kind: str
    place: str
    steps: tuple[str, ...]
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A firm for every step.

    Attributes
    ----------
    work_jpy, transport_jpy, price_jpy
        The price is the sum of the first two.
    days
        Longest path of working and transport days.
    quality_risk
        Chance that any step goes wrong: 1 - product of (1 - risk).
    shared_place
        Share of the pairs of steps that lie in one prefecture, 0 to 1.
    hazard
        Mean of the worse of flood and quake level over the steps, 0 to 1; an unknown level counts half.
    disaster_risk
        `PLACE_WEIGHT` × shared_place + `HAZARD_WEIGHT` × hazard: smaller is more robust.
    common_causes
        What would stop several steps at once.
    """

    steps: tuple[TeamStep, ...]
    labels: tuple[Label, ...]
    work_jpy: int
    transport_jpy: int
    price_jpy: int
    days: float
    quality_risk: float
    shared_place: float
    hazard: float
    disaster_risk: float
    mean_score: float
    common_causes: tuple[CommonCause, ...]

    @property
    def firms(self) -> frozenset[str]:
        """All firms of the team."""
        return frozenset().union(*(step.option.firms for step in self.steps))
