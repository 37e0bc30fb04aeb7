"""One team with its dated plan: price, finish, lateness and why, quality, resilience, steps and trucks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kumihimo.costing import Assumption
from kumihimo.interop.planning_json import problem_from_bytes, problem_to_bytes
from kumihimo.model import Network, Routing
from kumihimo.planning import Cause, Plan, Problem, plan, verify_plan
from kumihimo.proposal.delivery import Delivery
from kumihimo.proposal.freight import Freight
from kumihimo.proposal.proposal import Sentence, TeamAnswer, TeamFirm, TeamLeg, TeamPrice, TeamStep
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.site_load import LoadBook
from kumihimo.proposal.step_answer import place_of
from kumihimo.proposal.step_options import Option
from kumihimo.proposal.team_choice import ChosenTeam
from kumihimo.proposal.team_plan import CUSTOMER, Assignment, own_lead_days, team_problem, work_minutes
from kumihimo.proposal.team_words import resilience

MIN_A_DAY = 1440

_CAUSES = {
    "RELEASE": ("回答待ち・材料手配", "answers and material"),
    "WORK": ("加工そのもの", "the work itself"),
    "QUEUE": ("順番待ち", "waiting for the machine"),
    "SETUP": ("段取り", "set-up"),
    "CLOSED": ("休業・先約", "closed or booked hours"),
    "TRANSPORT": ("輸送", "transport"),
    "FROZEN": ("確定済みの工程", "frozen steps"),
    "LEAD_IMPOSSIBLE": ("この組合せの最短の所要", "shortest possible time of this team"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedTeam:
    """The problem as bytes and its plan."""

    problem_bytes: bytes
    plan: Plan


def answer_team(
    team: ChosenTeam,
    number: int,
    routing: Routing,
    *,
    buys_material: bool,
    freight: Freight,
    labels: Mapping[str, tuple[str, str]],
    network: Network,
    book: LoadBook,
    settings: ProposalSettings,
    delivery: Delivery,
    stem: str,
) -> tuple[TeamAnswer, DatedTeam]:
    """Date a team.

    Parameters
    ----------
    number
        Position in the comparison; gives the team its letter.
    buys_material
        Whether any step buys raw material, and must wait for it.
    freight
        How the goods travel.
    labels
        Step id -> Japanese and English label.
    stem
        Beginning of the file names.

    Raises
    ------
    RuntimeError
        The planner's answer breaks a rule of the plan format: a fault of ours, so nothing is shown.
    """
    problem_bytes = problem_to_bytes(
        team_problem(
            stem,
            routing,
            team.assignments,
            network=network,
            book=book,
            settings=settings,
            ship_to=delivery.point,
            due=delivery.due,
            buys_material=buys_material,
            freight=freight,
        )
    )
    problem = problem_from_bytes(problem_bytes)
    found = plan(problem, iterations=settings.iterations, seed=settings.seed)
    broken = verify_plan(problem, found)
    if broken:
        raise RuntimeError(f"the plan of {stem} breaks a rule: {broken[0].text_en}")
    dated = DatedTeam(problem_bytes=problem_bytes, plan=found)
    letter = team_letter(number)
    return _answer(team, letter, problem, dated, labels, network, book, settings, delivery, stem), dated


def team_letter(number: int) -> str:
    """Return A to Z, then AA, AB, ... for position 0, 1, ..."""
    before, last = divmod(number, 26)
    return (team_letter(before - 1) if before else "") + chr(ord("A") + last)


def with_letter(answer: TeamAnswer, number: int, stem: str) -> TeamAnswer:
    """Return the answer under the letter of its position, with file names to match."""
    letter = team_letter(number)
    return replace(
        answer,
        name=letter,
        problem_file=f"{stem}/team-{letter}.problem.json",
        plan_file=f"{stem}/team-{letter}.plan.json",
    )


def _answer(
    team: ChosenTeam,
    letter: str,
    problem: Problem,
    dated: DatedTeam,
    labels: Mapping[str, tuple[str, str]],
    network: Network,
    book: LoadBook,
    settings: ProposalSettings,
    delivery: Delivery,
    stem: str,
) -> TeamAnswer:
    moments = {
        item.step: (problem.start + timedelta(minutes=item.start), problem.start + timedelta(minutes=item.end))
        for item in dated.plan.steps
    }
    legs = _legs(problem, team.assignments, moments, network, delivery)
    ends = [leg.end for leg in legs] + [end for _, end in moments.values()]
    finish = max(ends).date() if ends and not dated.plan.unplanned else None
    steps_jpy = sum(item.quote.total_jpy for item in team.assignments)
    transport_jpy = sum(leg.jpy for leg in legs)
    fee = round((steps_jpy + transport_jpy) * settings.fee_pct / 100)
    due = delivery.due
    late_min = sum(item.late_min for item in dated.plan.late)
    return TeamAnswer(
        name=letter,
        labels=(),
        reasons=(),
        firms=_firms(team.assignments, network),
        price=TeamPrice(
            steps_jpy=steps_jpy, transport_jpy=transport_jpy, fee_jpy=fee, total_jpy=steps_jpy + transport_jpy + fee
        ),
        start=min(start for start, _ in moments.values()).date() if moments else None,
        finish=finish,
        late_days=(finish - due).days if finish and due and late_min else 0,
        spare_days=max(0, (due - finish).days) if finish and due else 0,
        late_causes=tuple(_cause(cause, labels) for late in dated.plan.late for cause in late.causes),
        unplanned=tuple(
            Sentence(ja=f"計画期間内に終わりません：{why.text}", en=f"not within the horizon: {why.text}")
            for item in dated.plan.unplanned
            for why in item.why
        ),
        defect_pct=round(defect_share(team.options) * 100, 3),
        defect_known_steps=sum(option.defect_known for option in team.options),
        resilience=resilience(team.common_causes, network),
        kg_co2=round(sum(leg.kg_co2 for leg in legs), 1),
        steps=tuple(
            TeamStep(
                step=item.step,
                label=labels[item.step][0],
                label_en=labels[item.step][1],
                firm=item.firm,
                firm_name=network.firm(item.firm).name,
                site=item.site,
                place=place_of(network, item.site)[0],
                place_en=place_of(network, item.site)[1],
                quantity=item.quantity,
                price_jpy=item.quote.total_jpy,
                start=moments[item.plan_step][0] if item.plan_step in moments else None,
                end=moments[item.plan_step][1] if item.plan_step in moments else None,
                notes=_notes(item, team.options, book),
            )
            for item in team.assignments
        ),
        legs=legs,
        plan_status=dated.plan.status,
        plan_objective=dated.plan.objective,
        problem_file=f"{stem}/team-{letter}.problem.json",
        plan_file=f"{stem}/team-{letter}.plan.json",
    )


def defect_share(options: Sequence[Option]) -> float:
    """Return the estimated share of pieces that some step spoils.

    Steps multiply, as every piece goes through all of them; peers that share a step average by their pieces, as a
    piece goes through one of them only.
    """
    by_step: dict[str, list[Option]] = {}
    for option in options:
        by_step.setdefault(option.assignment.step, []).append(option)
    good = 1.0
    for shares in by_step.values():
        pieces = sum(share.assignment.quantity for share in shares)
        good *= 1.0 - sum(share.defect_rate * share.assignment.quantity for share in shares) / pieces
    return 1.0 - good


def _firms(assignments: Sequence[Assignment], network: Network) -> tuple[TeamFirm, ...]:
    seen: dict[str, TeamFirm] = {}
    for item in assignments:
        place_ja, place_en = place_of(network, item.site)
        name = network.firm(item.firm).name
        seen.setdefault(item.firm, TeamFirm(firm=item.firm, name=name, place=place_ja, place_en=place_en))
    return tuple(seen.values())


def _notes(assignment: Assignment, options: Sequence[Option], book: LoadBook) -> tuple[Sentence, ...]:
    questions = [
        Sentence(ja=question.ja, en=question.en)
        for option in options
        if option.assignment.step == assignment.step and option.candidate.site == assignment.site
        for question in option.candidate.questions
    ]
    return (*questions, _time_note(assignment, book), *(_said(item) for item in assignment.quote.assumptions))


def _said(item: Assumption) -> Sentence:
    return Sentence(ja=item.ja, en=item.en)


def _time_note(assignment: Assignment, book: LoadBook) -> Sentence:
    """Say where the days of a step come from: the work, the free share of the site's hours, the firm's lead time."""
    load = book.load(assignment.site, assignment.capability.process)
    hours = assignment.quote.total_min / 60
    free = f"{1 - load.load:.0%}"
    lead = own_lead_days(assignment.capability)
    heard_ja, heard_en = ("回答", "answered") if load.known else ("未確認のため仮定", "assumed, not asked")
    by_lead = work_minutes(assignment, book) > assignment.quote.total_min
    return Sentence(
        ja=f"実作業 {hours:.1f} 時間、空き {free}（{heard_ja}）"
        + (f"、同社の登録納期 {lead} 日を下回らないように計画" if by_lead else ""),
        en=f"{hours:.1f} h of work, {free} free ({heard_en})"
        + (f", planned no shorter than the firm's own lead time of {lead} d" if by_lead else ""),
    )


def _legs(
    problem: Problem,
    assignments: Sequence[Assignment],
    moments: Mapping[str, tuple[datetime, datetime]],
    network: Network,
    delivery: Delivery,
) -> tuple[TeamLeg, ...]:
    site_of = {item.plan_step: item.site for item in assignments}
    names = {item.site: network.firm(item.firm).name for item in assignments}
    steps = problem.orders[0].steps
    followed = {before for step in steps for before in step.after}
    pairs = [(before, step.id) for step in steps for before in step.after]
    arcs = [(before, site_of[before], site_of[after], (names[site_of[after]],) * 2) for before, after in pairs]
    if problem.orders[0].ship_to:
        customer = (delivery.name_ja, delivery.name_en)
        arcs += [(step.id, site_of[step.id], CUSTOMER, customer) for step in steps if step.id not in followed]
    legs: list[TeamLeg] = []
    for before, origin, destination, name in arcs:
        leg = problem.transport.leg(origin, destination)
        if leg is None or origin == destination or before not in moments:
            continue
        leaves = moments[before][1]
        legs.append(
            TeamLeg(
                origin=names[origin],
                destination=name[0],
                destination_en=name[1],
                start=leaves,
                end=leaves + timedelta(minutes=leg.minutes),
                jpy=leg.jpy,
                km=round(_km(problem, origin, destination), 1),
                kg_co2=round(leg.kg_co2, 3),
            )
        )
    return tuple(legs)


def _km(problem: Problem, origin: str, destination: str) -> float:
    from kumihimo.logistics import FormulaTransport

    transport = problem.transport
    return transport.km(origin, destination) if isinstance(transport, FormulaTransport) else 0.0


def _cause(cause: Cause, labels: Mapping[str, tuple[str, str]]) -> Sentence:
    ja, en = _CAUSES.get(cause.code, (cause.code, cause.code))
    step_ja, step_en = labels.get(cause.step.partition("@")[0], ("", ""))
    days = cause.minutes / MIN_A_DAY
    amount_ja = f"{days:.1f}日" if days >= 1 else f"{cause.minutes / 60:.1f}時間"
    amount_en = f"{days:.1f} d" if days >= 1 else f"{cause.minutes / 60:.1f} h"
    return Sentence(
        ja=f"{ja}{f'（{step_ja}）' if step_ja else ''} {amount_ja}",
        en=f"{en}{f' ({step_en})' if step_en else ''} {amount_en}",
    )
