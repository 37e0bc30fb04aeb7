"""Teams: one option for every step, the best under several weightings, different enough to be a real choice."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kumihimo.errors import InputError, NoTeam
from kumihimo.logistics import Transport
from kumihimo.matching.common_causes import common_causes
from kumihimo.matching.kbest import Choice, best_assignment, k_best
from kumihimo.matching.team_answer import Label, StepOption, Team, TeamStep
from kumihimo.matching.team_costs import MINUTES_A_DAY, Legs, StepCosts, hazard_of, legs_between, legs_to, step_costs
from kumihimo.model import Routing

PLACE_WEIGHT, HAZARD_WEIGHT = 0.7, 0.3
_WIDTHS = (8, 40, 200, 1000)
"""Choices kept for each weighting; more are asked for only while none keeps the side conditions."""
_TIE = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Weighting:
    """Weights of price, days, quality, misfit, transport and disaster; `longest` minimises the makespan alone."""

    price: float = 0.0
    days: float = 0.0
    quality: float = 0.0
    misfit: float = 0.0
    transport: float = 0.0
    disaster: float = 0.0
    longest: bool = False


_BALANCED = _Weighting(price=0.35, days=0.25, quality=0.15, misfit=0.1, disaster=0.15)
_WEIGHTINGS = (
    _Weighting(price=1.0),
    _Weighting(days=1.0, longest=True),
    _Weighting(quality=1.0),
    _Weighting(disaster=1.0),
    _Weighting(misfit=1.0),
    _Weighting(transport=1.0, price=0.2),
    _Weighting(price=0.6, days=0.4),
    _BALANCED,
)

FASTEST = Label(code="fastest", ja="最短", en="fastest")
CHEAPEST = Label(code="cheapest", ja="最安", en="cheapest")
ROBUST = Label(code="robust", ja="災害に強い", en="most robust to disasters")
QUALITY = Label(code="quality", ja="品質重視", en="best quality")
BALANCED = Label(code="balanced", ja="バランス", en="balanced")


def shortlist(
    options: Iterable[StepOption], *, keep: int = 50, per_prefecture: int = 5, at_most: int = 80
) -> tuple[StepOption, ...]:
    """Return the best options of a step by score, and the best of each prefecture so that diversity stays possible.

    Parameters
    ----------
    keep
        Best by score.
    per_prefecture
        Best of each prefecture beside them.
    at_most
        Of all together; the search grows with the square.
    """
    ordered = sorted(options, key=lambda one: (-one.score, one.price_jpy, one.firm, one.site))
    chosen, seen = list(ordered[:keep]), {id(one) for one in ordered[:keep]}
    count: dict[str, int] = {}
    for one in ordered:
        count[one.prefecture] = count.get(one.prefecture, 0) + 1
        if count[one.prefecture] <= per_prefecture and id(one) not in seen and len(chosen) < at_most:
            chosen.append(one)
    return tuple(chosen)


def teams(
    routing: Routing,
    options: Mapping[str, Sequence[StepOption]],
    transport: Transport,
    *,
    customer: str | tuple[float, float] | None = None,
    max_firms: int | None = None,
    rivals: Collection[tuple[str, str]] = (),
    excluded: Collection[str] = (),
    limit: int = 5,
) -> tuple[Team, ...]:
    """Return teams: fastest, cheapest, most robust, best quality and balanced, then others that differ most.

    The k best choices under eight weightings are exact (`kbest`) where every step has at most one successor. A step
    with several successors is searched with its first one; the totals shown are exact always. The most robust team
    is exact by assignment of steps to prefectures as long as no side condition interferes.

    Parameters
    ----------
    routing
        Steps.
    options
        Options for every step id, best kept short by `shortlist`.
    transport
        Trucks between sites; a formula is used with the coordinates of the options.
    customer
        Where the last step delivers to: site id or (latitude, longitude); None: collected.
    max_firms
        At most so many firms.
    rivals
        Pairs of firms that must not be in one team, in either order.
    excluded
        Firms that must not take part.
    limit
        Teams to return; never fewer than the labelled ones that differ.

    Raises
    ------
    NoTeam
        A step has no option left, or the side conditions leave no team.
    InputError
        `limit` or `max_firms` is below 1.
    """
    if limit < 1 or (max_firms is not None and max_firms < 1):
        raise InputError("チーム数と企業数の上限は1以上にしてください。", "limit and max_firms must be at least 1.")
    problem = _Problem.of(routing, options, transport, customer, frozenset(excluded))
    rules = _Rules(max_firms=max_firms, rivals=frozenset(frozenset(pair) for pair in rivals))
    pool = {choice: problem.team(choice) for choice in _pool(problem, rules)}
    if not pool:
        raise NoTeam(
            "企業数の上限や「一緒に組まない企業」の条件を満たす組合せがありません。条件を緩めてください。",
            "No team keeps the limit of firms and the rivals apart. Relax one of them.",
        )
    return _chosen(list(pool.values()), limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rules:
    max_firms: int | None
    rivals: frozenset[frozenset[str]]

    @property
    def none(self) -> bool:
        return self.max_firms is None and not self.rivals

    def allow(self, options: Iterable[StepOption]) -> bool:
        firms = frozenset().union(*(one.firms for one in options))
        if self.max_firms is not None and len(firms) > self.max_firms:
            return False
        return not any(pair <= firms for pair in self.rivals)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Problem:
    """Options and costs by step number; the last number + 1 is the customer."""

    steps: tuple[str, ...]
    after: tuple[tuple[int, ...], ...]
    sinks: tuple[int, ...]
    options: tuple[tuple[StepOption, ...], ...]
    costs: tuple[StepCosts, ...]
    legs: Mapping[tuple[int, int], Legs]

    @staticmethod
    def of(
        routing: Routing,
        options: Mapping[str, Sequence[StepOption]],
        transport: Transport,
        customer: str | tuple[float, float] | None,
        excluded: frozenset[str],
    ) -> _Problem:
        kept = []
        for step in routing.steps:
            left = tuple(one for one in options.get(step.id, ()) if not one.firms & excluded)
            if not left:
                raise NoTeam(
                    f"工程 {step.id} を受けられる企業がありません。条件を緩めるか、企業を追加してください。",
                    f"No firm is left for step {step.id}. Relax the requirement or add firms.",
                )
            kept.append(left)
        number = {step.id: place for place, step in enumerate(routing.steps)}
        after = tuple(tuple(number[before] for before in step.after) for step in routing.steps)
        sinks = tuple(number[step.id] for step in routing.sinks())
        legs = {
            (before, place): legs_between(transport, kept[before], kept[place])
            for place, earlier in enumerate(after)
            for before in earlier
        }
        legs |= {(sink, len(kept)): legs_to(transport, kept[sink], customer) for sink in sinks}
        return _Problem(
            steps=tuple(step.id for step in routing.steps),
            after=after,
            sinks=sinks,
            options=tuple(kept),
            costs=tuple(step_costs(left) for left in kept),
            legs=legs,
        )

    @property
    def parent(self) -> list[int]:
        """The first successor of each step, the customer behind the last ones, -1 behind the customer."""
        found = [len(self.steps)] * len(self.steps) + [-1]
        for place in reversed(range(len(self.steps))):
            for before in self.after[place]:
                found[before] = place
        return found

    def best(self, weighting: _Weighting, k: int, *, few_firms: bool = False) -> list[Choice]:
        """Return the k best choices under a weighting, without regard to the side conditions."""
        price, days, risk, hazard = (
            max(sum(float(np.median(getattr(one, name))) for one in self.costs), 1e-9)
            for name in ("price", "days", "risk", "hazard")
        )
        count = len(self.costs)
        nodes = [
            (weighting.price + _TIE) * one.price / price
            + (weighting.days + _TIE * (not weighting.longest)) * one.days / (1.0 if weighting.longest else days)
            + (weighting.quality + _TIE) * one.risk / risk
            + (weighting.misfit + _TIE) * one.misfit / count
            + weighting.disaster * HAZARD_WEIGHT * one.hazard / hazard
            for one in self.costs
        ]
        if weighting.longest:
            nodes = [one.days for one in self.costs]
        edges: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None] = []
        for place, following in enumerate(self.parent[:-1]):
            legs = self.legs[place, following]
            if weighting.longest:
                edge = legs.minutes / MINUTES_A_DAY
            else:
                edge = (weighting.price + weighting.transport + _TIE) * legs.jpy / price
                minutes = np.where(np.isfinite(legs.minutes), legs.minutes, 0.0)  # the price forbids such a pair
                edge = edge + weighting.days * minutes / MINUTES_A_DAY / days
            if following < count:
                mine, theirs = self.options[place], self.options[following]
                if weighting.disaster:
                    near = [[one.prefecture == other.prefecture for other in theirs] for one in mine]
                    edge = edge + weighting.disaster * PLACE_WEIGHT / count * np.array(near, dtype=np.float64)
                if few_firms:
                    change = [[one.firm != other.firm for other in theirs] for one in mine]
                    edge = edge + 1000.0 * np.array(change, dtype=np.float64)
            edges.append(edge)
        return k_best([*nodes, np.zeros(1)], [*edges, None], self.parent, k, longest=weighting.longest)

    def most_robust(self) -> tuple[int, ...]:
        """Return the choice of the smallest disaster risk: steps assigned to prefectures with rising costs.

        Pairs in one prefecture, n(n-1)/2 for n steps, are the sum 0 + 1 + 2 + ... over its slots, so the assignment
        of steps to slots minimises pairs and hazards together.
        """
        count = len(self.steps)
        places = sorted({one.prefecture for left in self.options for one in left})
        price = max(sum(float(one.price.max()) for one in self.costs), 1.0)
        pairs = max(count * (count - 1) / 2, 1)
        line = np.full((count, len(places) * count), np.inf)
        best: dict[tuple[int, str], int] = {}
        for step, left in enumerate(self.options):
            own = self.costs[step]
            cost = HAZARD_WEIGHT * own.hazard / count + _TIE * own.price / price
            for number, one in enumerate(left):
                key = (step, one.prefecture)
                if key not in best or cost[number] < cost[best[key]]:
                    best[key] = number
            for column, place in enumerate(places):
                if (step, place) in best:
                    slots = PLACE_WEIGHT * np.arange(count) / pairs + cost[best[step, place]]
                    line[step, column * count : (column + 1) * count] = slots
        return tuple(best[step, places[column // count]] for step, column in enumerate(best_assignment(line)))

    def picked(self, choice: Sequence[int]) -> list[StepOption]:
        return [left[number] for left, number in zip(self.options, choice, strict=False)]

    def team(self, choice: Sequence[int]) -> Team:
        """Return the team of a choice with its exact totals, without labels."""
        picked, count = self.picked(choice), len(self.steps)
        at = [*choice, 0]
        finish, transport_jpy = [0.0] * (count + 1), 0
        outgoing: list[tuple[int, int]] = [(0, 0)] * count
        for place in range(count + 1):
            start = 0.0
            for before in self.after[place] if place < count else self.sinks:
                legs = self.legs[before, place]
                jpy, minutes = int(legs.jpy[at[before], at[place]]), int(legs.minutes[at[before], at[place]])
                transport_jpy += jpy
                outgoing[before] = (outgoing[before][0] + jpy, max(outgoing[before][1], minutes))
                start = max(start, finish[before] + minutes / MINUTES_A_DAY)
            finish[place] = start + (picked[place].days if place < count else 0.0)
        work = sum(one.price_jpy for one in picked)
        shared, hazard = shared_place(picked), sum(hazard_of(one) for one in picked) / count
        return Team(
            steps=tuple(
                TeamStep(step=step, option=one, transport_jpy=leg[0], transport_min=leg[1])
                for step, one, leg in zip(self.steps, picked, outgoing, strict=True)
            ),
            labels=(),
            work_jpy=work,
            transport_jpy=transport_jpy,
            price_jpy=work + transport_jpy,
            days=finish[count],
            quality_risk=1.0 - math.prod(1.0 - one.quality for one in picked),
            shared_place=shared,
            hazard=hazard,
            disaster_risk=PLACE_WEIGHT * shared + HAZARD_WEIGHT * hazard,
            mean_score=sum(one.score for one in picked) / count,
            common_causes=common_causes(dict(zip(self.steps, picked, strict=True))),
        )

    def usable(self, choice: Sequence[int]) -> bool:
        """Tell whether every leg of a choice exists."""
        at = [*choice, 0]
        return all(math.isfinite(legs.jpy[at[one], at[other]]) for (one, other), legs in self.legs.items())


def shared_place(picked: Sequence[StepOption]) -> float:
    """Return the share of the pairs of options that lie in one prefecture; an unknown place is shared by all such."""
    pairs = len(picked) * (len(picked) - 1) // 2
    same = sum(one.prefecture == other.prefecture for place, one in enumerate(picked) for other in picked[place + 1 :])
    return same / pairs if pairs else 0.0


def _pool(problem: _Problem, rules: _Rules) -> list[tuple[int, ...]]:
    """Return choices that keep the side conditions: the best of every weighting is among them."""
    found: dict[tuple[int, ...], None] = {}

    def allowed(choices: Iterable[Choice]) -> list[tuple[int, ...]]:
        own = [choice.options[:-1] for choice in choices]
        return [choice for choice in own if problem.usable(choice) and rules.allow(problem.picked(choice))]

    for weighting in _WEIGHTINGS:
        for width in _WIDTHS:
            choices = problem.best(weighting, width)
            kept = allowed(choices)
            if kept or len(choices) < width:
                break
        found.update(dict.fromkeys(kept))
    robust = problem.most_robust()
    if problem.usable(robust) and rules.allow(problem.picked(robust)):
        found[robust] = None
    if rules.max_firms is not None:
        found.update(dict.fromkeys(allowed(problem.best(_BALANCED, _WIDTHS[1], few_firms=True))))
    return list(found)


def _chosen(pool: list[Team], limit: int) -> tuple[Team, ...]:
    balance = _balance(pool)
    order = sorted(range(len(pool)), key=lambda number: (balance[number], _identity(pool[number])))
    labels: dict[int, list[Label]] = {}
    for label, key in (
        (FASTEST, lambda team: (team.days,)),
        (CHEAPEST, lambda team: (team.price_jpy,)),
        (ROBUST, lambda team: (round(team.disaster_risk, 9),)),
        (QUALITY, lambda team: (round(team.quality_risk, 9),)),
        (BALANCED, lambda team: ()),
    ):
        winner = min(order, key=lambda number: key(pool[number]))  # order settles ties: the better balanced first
        labels.setdefault(winner, []).append(label)
    chosen = list(labels)
    rest = [number for number in order if number not in labels and not _dominated(pool[number], pool)]
    while rest and len(chosen) < limit:
        # Maximal marginal relevance (Carbonell and Goldstein 1998), half fitness, half difference.
        following = min(rest, key=lambda one: balance[one] + max(_likeness(pool[one], pool[two]) for two in chosen))
        chosen.append(following)
        rest.remove(following)
    return tuple(replace(pool[number], labels=tuple(labels.get(number, ()))) for number in chosen)


def _balance(pool: list[Team]) -> list[float]:
    """Return weighted ratios to the best of the pool, 1 for a team that is best in everything."""
    best = [min(_criteria(team)[part] for team in pool) for part in range(4)]
    weights = (_BALANCED.price, _BALANCED.days, _BALANCED.quality, _BALANCED.disaster)
    span = [max(_criteria(team)[part] for team in pool) - best[part] for part in range(4)]
    return [
        sum(
            weight * (value - low) / width
            for weight, value, low, width in zip(weights, _criteria(team), best, span, strict=True)
            if width > 0
        )
        for team in pool
    ]


def _criteria(team: Team) -> tuple[float, float, float, float]:
    return (float(team.price_jpy), team.days, team.quality_risk, team.disaster_risk)


def _dominated(team: Team, pool: list[Team]) -> bool:
    own = _criteria(team)
    return any(
        _criteria(other) != own and all(theirs <= mine for theirs, mine in zip(_criteria(other), own, strict=True))
        for other in pool
    )


def _likeness(one: Team, other: Team) -> float:
    same = sum(a.option.firm == b.option.firm for a, b in zip(one.steps, other.steps, strict=True))
    return same / len(one.steps)


def _identity(team: Team) -> tuple[str, ...]:
    return tuple(name for step in team.steps for name in (step.option.firm, step.option.site))
