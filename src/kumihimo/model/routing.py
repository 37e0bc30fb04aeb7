"""A routing 工程経路: the process steps of an inquiry as a directed acyclic graph."""

from __future__ import annotations

from dataclasses import dataclass

from kumihimo.model.requirement import StepRequirement


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingStep:
    """One step 工程.

    Attributes
    ----------
    id
        ``"<part>-<number>"`` with numbers in tens, e.g. ``"p1-20"``.
    part
        Id of the part that it works on; empty for a step on the assembled set.
    after
        Ids of the steps that must be finished first.
    """

    id: str
    part: str
    requirement: StepRequirement
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """All steps in an order in which every step stands behind its predecessors."""

    steps: tuple[RoutingStep, ...]

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for step in self.steps:
            if step.id in seen:
                raise ValueError(f"two steps are called {step.id!r}")
            missing = [before for before in step.after if before not in seen]
            if missing:
                raise ValueError(f"step {step.id!r} comes after {missing}, which do not stand before it")
            seen.add(step.id)

    def sinks(self) -> tuple[RoutingStep, ...]:
        """Return the steps that nothing follows."""
        followed = {before for step in self.steps for before in step.after}
        return tuple(step for step in self.steps if step.id not in followed)
