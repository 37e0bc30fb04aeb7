"""The work order of a proposed team: what is booked when the coordinator chooses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from kumihimo.model import OrderStep, Routing, RoutingStep, StepOffer, WorkOrder
from kumihimo.model.calendar import DAY_MIN
from kumihimo.proposal.delivery import Delivery
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.site_load import LoadBook
from kumihimo.proposal.step_options import Option
from kumihimo.proposal.team_choice import StepOptions
from kumihimo.proposal.team_plan import Assignment, release_minute, work_minutes


def team_order(
    order_id: str,
    title: str,
    routing: Routing,
    assignments: Sequence[Assignment],
    options: Mapping[str, StepOptions],
    *,
    labels: Mapping[str, tuple[str, str]],
    book: LoadBook,
    settings: ProposalSettings,
    delivery: Delivery,
    buys_material: bool,
    mass_kg: float,
) -> WorkOrder:
    """Return the work order of a team; its buyer is named when it is booked.

    Beside the team's own firms each step offers the best ranked of the others, at most `ProposalSettings.ranked`: they
    can take over when a firm of the team cannot. Of a lot that is split they are asked for the largest share.

    Parameters
    ----------
    options
        Step id -> what a team may pick for it.
    labels
        Step id -> Japanese and English label.
    mass_kg
        Estimated mass of the lot.
    """
    return WorkOrder(
        id=order_id,
        title=title,
        buyer="",
        release=book.today
        + timedelta(days=release_minute(book.today, settings, buys_material=buys_material) // DAY_MIN),
        due=delivery.due,
        ship_to=delivery.point,
        mass_kg=mass_kg,
        steps=tuple(
            _order_step(
                step,
                [item for item in assignments if item.step == step.id],
                options[step.id],
                labels[step.id],
                book,
                settings.ranked,
            )
            for step in routing.steps
        ),
    )


def _order_step(
    step: RoutingStep,
    shares: Sequence[Assignment],
    options: StepOptions,
    label: tuple[str, str],
    book: LoadBook,
    most: int,
) -> OrderStep:
    is_split = len(shares) > 1
    chosen = tuple(item.site for item in shares)
    others = _for_a_share(options, max(item.quantity for item in shares)) if is_split else options.whole
    further = [option.assignment for option in others if option.candidate.site not in chosen]
    return OrderStep(
        id=step.id,
        label_ja=label[0],
        label_en=label[1],
        process=step.requirement.process,
        quantity=sum(item.quantity for item in shares),
        after=step.after,
        chosen=chosen,
        offers=tuple(
            StepOffer(
                firm=item.firm,
                site=item.site,
                capability=item.capability.id,
                minutes=work_minutes(item, book),
                jpy=item.quote.total_jpy,
                quantity=item.quantity if is_split else None,
            )
            for item in (*shares, *further[:most])
        ),
    )


def _for_a_share(options: StepOptions, pieces: int) -> list[Option]:
    """Return everybody who takes so many pieces, best ranked first."""
    candidates = [*(option.candidate for option in options.whole), *options.peers]
    return [
        options.price(candidate, pieces)
        for candidate in candidates
        if (candidate.lot_min or 1) <= pieces
        and pieces <= (candidate.lot_max or pieces)
        and pieces <= (candidate.monthly_max or pieces)
    ]
