"""Ranking: who fits a step best, who must be asked, who nearly fits, and which requirement rejects how many firms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.matching import explain
from kumihimo.matching.answer import Candidate, FirmVerdict, NearMiss, Ranking, RowVerdict
from kumihimo.matching.columns import CapabilityColumns
from kumihimo.matching.index import MatchIndex
from kumihimo.matching.reasons import Reason
from kumihimo.matching.score import DEFAULT, Weights
from kumihimo.matching.search import FEW_FITTING, Pick, nearness_milli, row_keys, search
from kumihimo.matching.verdicts import Need, row_words
from kumihimo.matching.violations import process_missing
from kumihimo.model import StepRequirement


def rank(
    index: MatchIndex,
    requirement: StepRequirement,
    *,
    today: date,
    limit: int = 20,
    near_limit: int = 10,
    weights: Weights = DEFAULT,
    ship_to: tuple[float, float] | None = None,
) -> Ranking:
    """Rank all firms of the network for one step.

    Parameters
    ----------
    index
        The network.
    requirement
        What the step needs.
    today
        The day of asking: capacity answers age, rows and certificates run out.
    limit, near_limit
        Candidates and near-misses to show; the counts are over the whole network.
    weights
        Of the soft score.
    ship_to
        (latitude, longitude) where the work goes next; None takes the middle of the wanted prefectures, if any.

    Raises
    ------
    InputError
        A limit is below 1.
    """
    if limit < 1 or near_limit < 0:
        raise InputError(
            f"表示件数は1以上にしてください（limit={limit}, near_limit={near_limit}）。",
            f"limit must be at least 1 and near_limit at least 0, got {limit} and {near_limit}.",
        )
    need = Need.of(requirement, today)
    target = ship_to if ship_to is not None else _wanted_place(requirement)
    found = [search(part, need, limit, near_limit, weights, target) for part in index.parts]
    fitting, asking = sum(item.fitting for item in found), sum(item.asking for item in found)
    candidates = sorted((pick for item in found for pick in item.candidates), key=lambda pick: pick.order)[:limit]
    split = sorted((pick for item in found for pick in item.split), key=lambda pick: pick.order)[:limit]
    rejections = {Reason.PROC_NONE: index.firm_count - sum(item.with_rows for item in found)}
    sole = dict(rejections)
    for item in found:
        for total, own in ((rejections, item.rejections), (sole, item.sole)):
            for reason, count in own.items():
                total[reason] = total.get(reason, 0) + count

    def shown(picks: list[Pick]) -> tuple[Candidate, ...]:
        return explain.candidates_of(
            need, [(pick.part, pick.row, pick.word) for pick in picks], weights=weights, ship_to=target
        )

    return Ranking(
        requirement=requirement,
        today=today,
        candidates=shown(candidates),
        near_misses=_near_misses(need, [pick for item in found for pick in item.near], near_limit),
        split_peers=shown(split) if fitting + asking < FEW_FITTING else (),
        firms_total=index.firm_count,
        fitting=fitting,
        asking=asking,
        rejections=MappingProxyType({reason: rejections[reason] for reason in Reason if rejections.get(reason)}),
        sole_rejections=MappingProxyType({reason: sole[reason] for reason in Reason if sole.get(reason)}),
    )


def explain_firm(index: MatchIndex, requirement: StepRequirement, firm: str, *, today: date) -> FirmVerdict:
    """Say of one firm, row by row, what it meets, misses and leaves open.

    Raises
    ------
    InputError
        The network holds no such firm.
    """
    need, name = Need.of(requirement, today), firm.encode()
    for part in index.parts:
        columns = part.columns
        number = int(np.searchsorted(columns.firm_ids, np.bytes_(name)))
        if number >= columns.firm_count or columns.firm_ids[number] != name:
            continue
        if part.replaced is not None and part.replaced[number]:
            continue
        rows = _rows_of_firm(columns, requirement.process, number)
        words = row_words(columns, need, rows, part.free_weeks(today))
        order = np.argsort(row_keys(columns, need, rows, words), kind="stable")
        verdicts = []
        for place in order.tolist():
            violations, questions = explain.verdict_of(part, int(rows[place]), int(words[place]), need)
            verdicts.append(
                RowVerdict(
                    site=explain.text(columns.site_ids[columns.row_site[rows[place]]]),
                    capability=explain.text(columns.row_ids[rows[place]]),
                    violations=violations,
                    questions=questions,
                )
            )
        return FirmVerdict(
            firm=firm,
            firm_name=explain.text(columns.firm_names[number]),
            violation=None if verdicts else process_missing(requirement.process),
            rows=tuple(verdicts),
        )
    raise InputError(
        f"企業「{firm}」がネットワークにありません。企業IDを確かめてください。",
        f"The network holds no firm {firm!r}. Check the firm id.",
    )


def _wanted_place(requirement: StepRequirement) -> tuple[float, float] | None:
    known = [terms.prefectures()[code] for code in requirement.prefectures if code in terms.prefectures()]
    if not known:
        return None
    return sum(place.lat for place in known) / len(known), sum(place.lon for place in known) / len(known)


def _rows_of_firm(columns: CapabilityColumns, process: str, firm: int) -> NDArray[np.intp]:
    span = columns.slice_of(process)
    first, last = np.searchsorted(columns.site_firm, [firm, firm + 1])
    start, end = np.searchsorted(columns.row_site[span], [first, last])
    return np.arange(span.start + start, span.start + end, dtype=np.intp)


def _near_misses(need: Need, picks: Iterable[Pick], limit: int) -> tuple[NearMiss, ...]:
    found = []
    for pick in sorted(picks, key=lambda pick: pick.order)[:limit]:
        columns, site = pick.part.columns, pick.part.columns.row_site[pick.row]
        violations, questions = explain.verdict_of(pick.part, pick.row, pick.word, need)
        firm = columns.site_firm[site]
        found.append(
            NearMiss(
                firm=explain.text(columns.firm_ids[firm]),
                firm_name=explain.text(columns.firm_names[firm]),
                site=explain.text(columns.site_ids[site]),
                capability=explain.text(columns.row_ids[pick.row]),
                violations=violations,
                questions=questions,
                nearness_milli=nearness_milli(pick),
            )
        )
    return tuple(found)
