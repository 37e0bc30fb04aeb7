"""The main job: an inquiry against a network gives ranked firms per step, teams with reasons, and dated plans."""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field, replace
from datetime import date

from kumihimo import terms
from kumihimo.costing import quote_step
from kumihimo.errors import NoTeam
from kumihimo.inquiry import shaping
from kumihimo.inquiry.routing import to_routing
from kumihimo.inquiry.to_json import inquiry_to_json
from kumihimo.matching import Candidate, MatchIndex, edited_firms, profiles_of, rank
from kumihimo.model import Inquiry, Network, Routing, RoutingStep, WorkOrder
from kumihimo.planning import Plan
from kumihimo.proposal.delivery import Delivery, delivery_of
from kumihimo.proposal.freight import Freight, freight_for
from kumihimo.proposal.lot import Lot, lot_of
from kumihimo.proposal.missing import missing
from kumihimo.proposal.proposal import FORMAT, NetworkName, Proposal, Sentence, StepAnswer, TeamAnswer
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.site_load import LoadBook
from kumihimo.proposal.step_answer import step_answer
from kumihimo.proposal.step_options import Option, option_of
from kumihimo.proposal.team_answer import DatedTeam, answer_team, with_letter
from kumihimo.proposal.team_choice import ChosenTeam, StepOptions, choose_teams
from kumihimo.proposal.team_order import team_order
from kumihimo.proposal.team_words import with_labels
from kumihimo.proposal.title import title_of
from kumihimo.proposal.understood import understood

RANK_LIMIT = 80
MOST_EDITED = 500
"""Firms that an index may hold beside its columns before all are laid out anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTeam:
    """The planning problem of one team as bytes, and the plan that was found."""

    problem_file: str
    plan_file: str
    problem_bytes: bytes
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A proposal, the plans behind it, and what is booked when one of its teams is chosen.

    Attributes
    ----------
    plans, work_orders
        One for each of the proposal's teams, in the same order.
    """

    proposal: Proposal
    plans: tuple[PlannedTeam, ...]
    work_orders: tuple[WorkOrder, ...]


@dataclass(frozen=True, kw_only=True)
class _StepWork:
    """What is worked out for one step."""

    step: RoutingStep
    lot: Lot
    buys_material: bool
    options: StepOptions
    answer: StepAnswer


@dataclass(frozen=True)
class Proposer:
    """Proposes teams for inquiries against one network; the index is built once.

    Parameters
    ----------
    network
        The network.
    today
        Day of asking.
    settings
        See `ProposalSettings`.
    before
        What proposed on the network before some firms changed: its index is taken over, less these firms. Rows that
        have not changed must be the same objects.
    """

    network: Network
    today: date
    settings: ProposalSettings = field(default_factory=ProposalSettings)
    before: InitVar[Proposer | None] = None
    _index: MatchIndex = field(init=False, repr=False)
    _book: LoadBook = field(init=False, repr=False)

    def __post_init__(self, before: Proposer | None) -> None:
        object.__setattr__(self, "_index", self._indexed(before))
        book = LoadBook(
            network=self.network,
            today=self.today,
            days=self.settings.horizon_days,
            unknown_load=self.settings.unknown_load,
        )
        object.__setattr__(self, "_book", book)

    def _indexed(self, before: Proposer | None) -> MatchIndex:
        if before is not None and before.today == self.today:
            edited = edited_firms(before.network, self.network)
            if before._index.edited_firms + len(edited) <= MOST_EDITED:
                gone = edited - {firm.id for firm in self.network.firms}
                return before._index.with_profiles(profiles_of(self.network, edited), removed=gone, as_of=self.today)
        return MatchIndex.from_network(self.network, as_of=self.today)

    def propose(self, inquiry: Inquiry, *, stem: str) -> Proposed:
        """Answer one inquiry.

        Parameters
        ----------
        inquiry
            As read.
        stem
            Beginning of the names of the plan files.

        Returns
        -------
        Proposed
            Always; without teams its `reason` says what is missing.
        """
        routing = to_routing(inquiry)
        delivery = delivery_of(inquiry)
        work = [self._step_work(step, routing, inquiry, delivery) for step in routing.steps]
        reason = _why_none(inquiry, routing, work)
        buys = any(item.buys_material for item in work)
        mass_kg = _mass_kg(work)
        freight = freight_for(mass_kg, self.settings)
        teams: tuple[TeamAnswer, ...] = ()
        plans: tuple[PlannedTeam, ...] = ()
        orders: tuple[WorkOrder, ...] = ()
        title = title_of(inquiry)
        if reason is None:
            try:
                teams, plans, orders = self._teams(routing, work, delivery, mass_kg, buys, stem, title)
            except NoTeam as error:
                reason = Sentence(ja=error.ja, en=error.en)
        document = inquiry_to_json(inquiry)
        document["title"] = title
        return Proposed(
            proposal=Proposal(
                format=FORMAT,
                today=self.today,
                network=NetworkName(
                    name=self.network.name,
                    synthetic=self.network.synthetic,
                    firms=len(self.network.firms),
                    capabilities=len(self.network.capabilities),
                ),
                inquiry=document,
                status="no_team" if reason else "proposed",
                reason=reason,
                due=inquiry.requirements.due_date,
                understood=understood(inquiry),
                steps=tuple(item.answer for item in work),
                teams=teams,
                missing=missing(inquiry),
                guesses=_guesses(work, inquiry),
                assumptions=self._assumptions(work, delivery, freight, buys),
            ),
            plans=plans,
            work_orders=orders,
        )

    def _teams(
        self,
        routing: Routing,
        work: list[_StepWork],
        delivery: Delivery,
        mass_kg: float,
        buys_material: bool,
        stem: str,
        title: str,
    ) -> tuple[tuple[TeamAnswer, ...], tuple[PlannedTeam, ...], tuple[WorkOrder, ...]]:
        freight = freight_for(mass_kg, self.settings)
        options = {item.step.id: item.options for item in work}
        chosen = choose_teams(routing, options, self.network, self.settings, delivery.point, freight)
        labels = {item.step.id: (item.answer.label, item.answer.label_en) for item in work}
        dated: list[tuple[ChosenTeam, TeamAnswer, DatedTeam]] = []
        for team in chosen:
            answer, made = answer_team(
                team,
                len(dated),
                routing,
                buys_material=buys_material,
                freight=freight,
                labels=labels,
                network=self.network,
                book=self._book,
                settings=self.settings,
                delivery=delivery,
                stem=stem,
            )
            if answer.finish is not None:
                dated.append((team, answer, made))
        if not dated:
            days = self.settings.horizon_days
            raise NoTeam(
                f"候補はありますが、どの組合せも空き時間では {days} 日以内に終わりません。数量を分けてください。",
                f"There are candidates, but no team can finish within {days} days in its free hours; split the lot.",
            )
        # What is late never stands first while something is on time; among equals the balanced team leads.
        dated.sort(key=lambda item: (item[1].late_days > 0, not item[0].balanced))
        dated = [(team, with_letter(answer, n, stem), made) for n, (team, answer, made) in enumerate(dated)]
        answers = with_labels([(team, answer) for team, answer, _ in dated])
        plans = tuple(
            PlannedTeam(
                problem_file=answer.problem_file,
                plan_file=answer.plan_file,
                problem_bytes=made.problem_bytes,
                plan=made.plan,
            )
            for _, answer, made in dated
        )
        orders = tuple(
            team_order(
                stem,
                title,
                routing,
                team.assignments,
                options,
                labels=labels,
                book=self._book,
                settings=self.settings,
                delivery=delivery,
                buys_material=buys_material,
                mass_kg=mass_kg,
            )
            for team, _, _ in dated
        )
        return tuple(answers), plans, orders

    def _step_work(self, step: RoutingStep, routing: Routing, inquiry: Inquiry, delivery: Delivery) -> _StepWork:
        lot = lot_of(step, inquiry, self.settings)
        need = step.requirement
        # A guessed number prices the step, but turns no firm away: an open quantity is asked, not judged.
        if not lot.guessed and (need.quantity is None or need.per == "year"):
            need = replace(need, quantity=lot.quantity, per="once" if need.per == "once" else "month")
        if need.due_date is not None and need.due_date < self.today:
            # A date that is gone rejects nobody: it is asked, and the plan shows the lateness.
            need = replace(need, due_date=None)
        ranking = rank(
            self._index,
            need,
            today=self.today,
            limit=RANK_LIMIT,
            near_limit=self.settings.ranked,
            ship_to=delivery.point,
        )
        buys = _buys_material(step, routing, inquiry)

        def price(candidate: Candidate, quantity: int) -> Option:
            return option_of(candidate, step, need, quantity, buys_material=buys, network=self.network, book=self._book)

        options = StepOptions(
            whole=tuple(
                price(candidate, lot.quantity)
                for candidate in ranking.candidates
                if self._book.load(candidate.site, need.process).minutes_a_week > 0
            ),
            peers=tuple(
                peer for peer in ranking.split_peers if self._book.load(peer.site, need.process).minutes_a_week > 0
            ),
            quantity=lot.quantity,
            price=price,
        )
        part_name = _part_name(step, inquiry)
        answer = step_answer(
            replace(step, requirement=need),
            part_name,
            ranking,
            {option.candidate.capability: option for option in options.whole},
            network=self.network,
            settings=self.settings,
        )
        return _StepWork(step=step, lot=lot, buys_material=buys, options=options, answer=answer)

    def _assumptions(
        self, work: list[_StepWork], delivery: Delivery, freight: Freight, buys_material: bool
    ) -> tuple[Sentence, ...]:
        settings = self.settings
        answer, material, load = settings.answer_days, settings.material_days, f"{settings.unknown_load:.0%}"
        mass = _mass_kg(work)
        truck = f"{freight.jpy_fixed:,.0f}", f"{freight.jpy_per_km:g}"
        found = [
            Sentence(
                ja="価格は登録単価と目安から積み上げた概算で、各社の見積もりではありません。",
                en="prices are estimates built from registered rates and rules of thumb, not the firms' quotations.",
            ),
            Sentence(
                ja=f"見積回答と発注に {answer} 営業日、材料手配に {material} 営業日をみています。",
                en=f"{answer} working days for answers and order, {material} to buy material.",
            )
            if buys_material
            else Sentence(
                ja=f"見積回答と発注に {answer} 営業日をみています。材料の手配は含みません。",
                en=f"{answer} working days for answers and order; no material is bought.",
            ),
            Sentence(
                ja=f"輸送は{freight.ja}（推定 {mass:,.1f} kg）：直線距離の {settings.detour:g} 倍を時速 "
                f"{settings.speed_kmh:g} km、集配・積み降ろし {freight.handling_min / 60:g} 時間、"
                f"1回 {truck[0]} 円＋{truck[1]} 円/km の目安。",
                en=f"transport by {freight.en} (about {mass:,.1f} kg): {settings.detour:g} × great circle at "
                f"{settings.speed_kmh:g} km/h plus {freight.handling_min / 60:g} h, JPY {truck[0]} + {truck[1]}/km.",
            ),
            Sentence(
                ja=f"余力の回答が14日より古い（または無い）拠点は、{load} 埋まっていると仮定しています。",
                en=f"sites without an answer of the last 14 days are taken as {load} booked.",
            ),
            Sentence(ja=f"調整手数料 {settings.fee_pct:g} %。", en=f"coordinator's fee {settings.fee_pct:g} %."),
        ]
        found.append(delivery.assumption)
        for item in work:
            if item.lot.assumption is not None and item.lot.assumption not in found:
                found.append(item.lot.assumption)
        return tuple(found)


def _mass_kg(work: list[_StepWork]) -> float:
    """Return the estimated mass of all parts: of each part the heaviest of its steps."""
    by_part: dict[str, float] = {}
    for item in work:
        quote = quote_step(item.step.requirement, None, quantity=item.lot.quantity, buys_material=False)
        by_part[item.step.part] = max(by_part.get(item.step.part, 0.0), quote.lot_kg)
    parts = [mass for part, mass in by_part.items() if part]
    return sum(parts) if parts else sum(by_part.values())


def _guesses(work: list[_StepWork], inquiry: Inquiry) -> tuple[Sentence, ...]:
    found = [item.lot.assumption for item in work if item.lot.guessed and item.lot.assumption is not None]
    if work and not all(item.step.requirement.materials for item in work):
        found.append(Sentence(ja="材質が不明の工程があり、材料費を含みません", en="material unknown: not in the price"))
    sizes = [item.step.requirement for item in work if item.step.part]
    if any(not need.size_mm and need.thickness_mm is None for need in sizes):
        found.append(
            Sentence(ja="寸法が不明の工程は仮の寸法で計算しています", en="steps without a size: one is assumed")
        )
    if len(inquiry.parts) > 1:
        found += [
            Sentence(
                ja=f"「{part.name}」は工程が不明のため、価格と日程に含みません",
                en=f"{part.name!r} has no process: it is in neither price nor dates",
            )
            for part in inquiry.parts
            if not part.requirements.processes
        ]
    return tuple(dict.fromkeys(found))


def _part_name(step: RoutingStep, inquiry: Inquiry) -> str:
    if len(inquiry.parts) < 2:
        return ""
    return next((part.name for part in inquiry.parts if part.id == step.part), "")


def _buys_material(step: RoutingStep, routing: Routing, inquiry: Inquiry) -> bool:
    if any(item.field == "supplied_material" and item.value for item in inquiry.context):
        return False
    first = min((s for s in routing.steps if s.part == step.part), key=lambda s: routing.steps.index(s))
    return first.id == step.id and terms.process(step.requirement.process).family not in shaping.ON_A_PART


def _why_none(inquiry: Inquiry, routing: Routing, work: list[_StepWork]) -> Sentence | None:
    if not routing.steps:
        return Sentence(
            ja="工程が読み取れません。どの加工が必要かをお客様に確認してください。",
            en="no process could be read: ask the customer which work is needed.",
        )
    for part in inquiry.parts:
        # A team that hardens what nobody makes would be no answer.
        asked = shaping.question(part, inquiry) if part.requirements.processes else None
        if asked is not None:
            return Sentence(ja=asked.ja, en=asked.en)
    empty = [item for item in work if not item.options.whole and len(item.options.peers) < 2]
    if not empty:
        return None
    return Sentence(
        ja=" ".join(f"{item.answer.label}：{item.answer.none_ja}" for item in empty),
        en=" ".join(f"{item.answer.label_en}: {item.answer.none_en}" for item in empty),
    )
