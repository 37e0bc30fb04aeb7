"""One planning problem of the whole network: every booked work order on the machines of every firm."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from kumihimo.errors import InputError
from kumihimo.logistics import FormulaTransport
from kumihimo.model import FirmStatus, Network, OrderStep, StepOffer, WorkOrder
from kumihimo.model.calendar import DAY_MIN
from kumihimo.planning import Mode, Objective, Order, Problem, Step
from kumihimo.proposal.freight import PARCEL, freight_for, transport_by
from kumihimo.proposal.machines import (
    due_minute,
    free_calendars,
    machine_id,
    plan_sites,
    plan_start,
    resources_of,
    site_points,
)
from kumihimo.proposal.settings import ProposalSettings
from kumihimo.proposal.site_load import LoadBook

DEFAULTS = ProposalSettings()


def network_problem(
    orders: Sequence[WorkOrder],
    network: Network,
    *,
    start: date,
    settings: ProposalSettings = DEFAULTS,
    open_steps: Collection[tuple[str, str]] = (),
) -> Problem:
    """Build the planning problem of a network.

    Order ids are those of the work orders, step ids those of their steps; the shares of a split lot are steps of their
    own, called ``step@site`` (`OrderStep.plan_step`). A resource is what one site has for one process, called
    ``site/process`` and open in its free hours. Weights are rounded to whole numbers of at least 1.

    Goods travel as in a proposal (`freight_for`). A problem has one transport, which knows no weights: that of parcels,
    with their minutes. What a heavier lot costs beyond a parcel, on the ways from the chosen sites of the steps before
    and on the last way to the customer, is part of the price of the mode: to the yen for the chosen team, and for a
    substitute as long as its neighbours stay.

    Parameters
    ----------
    orders
        With different ids.
    start
        Day of minute 0. A due date before it gives a negative minute: what is late already counts as late.
    settings
        Horizon, assumed load, transport figures and price of a late minute.
    open_steps
        (order id, step id) of the steps that any of their offers may do, see `with_substitutes`; all others stay with
        the chosen sites.

    Raises
    ------
    InputError
        A chosen site is not in the network, or has no position.
    """
    machines = sorted({(site, step.process) for _, step, site in _chosen(orders, network)})
    points = site_points(network, (site for site, _ in machines))
    points |= {_place_id(order.ship_to): order.ship_to for order in orders if order.ship_to is not None}
    problem = Problem(
        start=plan_start(start),
        horizon=settings.horizon_days * DAY_MIN,
        sites=plan_sites(points),
        transport=transport_by(PARCEL, points, settings),
        calendars=(),
        resources=(),
        orders=tuple(_plan_order(order, start, _Extra(order, points, settings)) for order in orders),
        objective=Objective(jpy_per_weighted_late_min=settings.jpy_per_late_min),
    )
    book = load_book(network, start, problem.horizon, settings)
    problem = replace(problem, calendars=free_calendars(machines, book), resources=resources_of(machines))
    return _opened(problem, orders, network, open_steps, book, settings)


def with_substitutes(
    problem: Problem,
    orders: Sequence[WorkOrder],
    network: Network,
    steps: Collection[tuple[str, str]],
    *,
    settings: ProposalSettings = DEFAULTS,
) -> Problem:
    """Return the same problem with more ways to do some steps.

    Modes are added behind those that a step has, and machines, sites and free hours where they are new: a plan that was
    valid for the problem is valid for the new one. Frozen steps stay as they are. A firm that does not take part at the
    moment is no substitute, nor is a site that does another share of the same lot.

    Parameters
    ----------
    problem
        Of `network_problem`, also after events.
    orders
        The work orders behind it; orders of the problem that are not among them stay as they are.
    steps
        (order id, step id) of the steps that any of their offers may do. The id of a step of the work order opens all
        its shares, the id of a share in the plan (``step@site``) that share alone.
    settings
        Assumed load of sites that have not answered.

    Raises
    ------
    InputError
        The problem's transport is a table, which knows no way to further sites.
    """
    book = load_book(network, problem.start.date(), problem.horizon, settings)
    return _opened(problem, orders, network, steps, book, settings)


def load_book(network: Network, start: date, horizon: int, settings: ProposalSettings = DEFAULTS) -> LoadBook:
    """Return the free hours of every site of a network, from a day on for so many minutes."""
    return LoadBook(network=network, today=start, days=-(-horizon // DAY_MIN), unknown_load=settings.unknown_load)


def _chosen(orders: Iterable[WorkOrder], network: Network) -> Iterator[tuple[WorkOrder, OrderStep, str]]:
    known = {site.id for site in network.sites}
    for order in orders:
        for step in order.steps:
            for site in step.chosen:
                if site not in known:
                    raise InputError(
                        f"注文「{order.title}」（{order.id}）の工程「{step.label_ja}」の拠点 {site} は、"
                        "いまのネットワークにありません。別の拠点を選ぶか、ネットワークに戻してください。",
                        f"order {order.id!r}, step {step.id!r}: site {site!r} is not in the network any more; choose "
                        "another site, or put it back into the network.",
                    )
                yield order, step, site


def _place_id(point: tuple[float, float]) -> str:
    """Return the site id of a delivery place: orders that go to the same point share it."""
    return f"ship-to {point[0]},{point[1]}"


class _Extra:
    """What the freight of an order costs beyond parcels, which the problem's transport prices."""

    def __init__(self, order: WorkOrder, points: Mapping[str, tuple[float, float]], settings: ProposalSettings) -> None:
        self._own = transport_by(freight_for(order.mass_kg, settings), points, settings)
        self._parcel = transport_by(PARCEL, points, settings)
        self._chosen = {step.id: step.chosen for step in order.steps}
        self._inner = {name for step in order.steps for name in step.after}
        self._ship_to = None if order.ship_to is None else _place_id(order.ship_to)

    def mode(self, step: OrderStep, offer: StepOffer) -> Mode:
        """Return an offer as a mode."""
        ways = [(site, offer.site) for name in step.after for site in self._chosen[name]]
        if self._ship_to is not None and step.id not in self._inner:
            ways.append((offer.site, self._ship_to))
        jpy, kg_co2 = 0, 0.0
        for way in ways:
            own, parcel = self._own.leg(*way), self._parcel.leg(*way)
            # A neighbour that has left the network has no position any more.
            if own is not None and parcel is not None:
                jpy += own.jpy - parcel.jpy
                kg_co2 += own.kg_co2 - parcel.kg_co2
        return Mode(
            resource=machine_id(offer.site, step.process),
            duration=offer.minutes,
            jpy=offer.jpy + jpy,
            kg_co2=round(kg_co2, 6),
        )


def _plan_order(order: WorkOrder, start: date, extra: _Extra) -> Order:
    by_id = {step.id: step for step in order.steps}
    return Order(
        id=order.id,
        release=max(0, (order.release - start).days * DAY_MIN),
        due=None if order.due is None else due_minute(order.due, start),
        weight=max(1, round(order.weight)),
        ship_to=None if order.ship_to is None else _place_id(order.ship_to),
        steps=tuple(
            Step(
                id=step.plan_step(site),
                after=tuple(by_id[name].plan_step(place) for name in step.after for place in by_id[name].chosen),
                modes=(extra.mode(step, step.offer_of(site)),),
            )
            for step in order.steps
            for site in step.chosen
        ),
    )


def _opened(
    problem: Problem,
    orders: Sequence[WorkOrder],
    network: Network,
    steps: Collection[tuple[str, str]],
    book: LoadBook,
    settings: ProposalSettings,
) -> Problem:
    wanted = set(steps)
    active = {site.id for site in network.sites if network.firm(site.firm).status is FirmStatus.ACTIVE}
    machines: dict[str, tuple[str, str]] = {}
    more: dict[tuple[str, str], list[Mode]] = {}
    for order in orders:
        for step in order.steps:
            offers = [offer for offer in step.offers if offer.site in active and offer.site not in step.chosen]
            for name in (step.plan_step(site) for site in step.chosen):
                if not wanted.isdisjoint({(order.id, step.id), (order.id, name)}):
                    extra = _Extra(order, _points(order, offers, network), settings)
                    more[order.id, name] = [extra.mode(step, offer) for offer in offers]
                    machines |= {machine_id(offer.site, step.process): (offer.site, step.process) for offer in offers}
    opened = tuple(_with_modes(order, more) for order in problem.orders)
    named = {mode.resource for order in opened for step in order.steps for mode in step.modes}
    new = sorted(machines[name] for name in named - {resource.id for resource in problem.resources})
    return _with_machines(replace(problem, orders=opened, sha256=""), new, network, book)


def _points(order: WorkOrder, offers: Iterable[StepOffer], network: Network) -> dict[str, tuple[float, float]]:
    """Return the positions between which an order may travel when some offers take a step over."""
    known = {site.id for site in network.sites}
    sites = [*(site for step in order.steps for site in step.chosen), *(offer.site for offer in offers)]
    points = site_points(network, (site for site in sites if site in known))
    if order.ship_to is not None:
        points[_place_id(order.ship_to)] = order.ship_to
    return points


def _with_modes(order: Order, more: Mapping[tuple[str, str], list[Mode]]) -> Order:
    """Return the order with modes behind those that its steps have; frozen steps stay as they are."""
    if not any((order.id, step.id) in more for step in order.steps):
        return order
    steps = []
    for step in order.steps:
        there = {mode.resource for mode in step.modes}
        further = [mode for mode in more.get((order.id, step.id), ()) if mode.resource not in there]
        steps.append(step if step.is_frozen else replace(step, modes=(*step.modes, *further)))
    return replace(order, steps=tuple(steps))


def _with_machines(problem: Problem, machines: Sequence[tuple[str, str]], network: Network, book: LoadBook) -> Problem:
    if not machines:
        return problem
    known = {site.id for site in problem.sites}
    points = site_points(network, (site for site, _ in machines if site not in known))
    transport = problem.transport
    if not isinstance(transport, FormulaTransport):
        raise InputError(
            "この計画の輸送は表で与えられているため、新しい拠点までの輸送を計算できません。"
            "輸送を計算式にするか、代わりの拠点を足さずに計画してください。",
            "the transport of this problem is a table and knows no way to further sites; give it as a formula, or plan "
            "without substitutes.",
        )
    calendars = {calendar.id for calendar in problem.calendars}
    return replace(
        problem,
        sites=(*problem.sites, *plan_sites(points)),
        transport=replace(transport, points={**transport.points, **points}),
        calendars=(*problem.calendars, *(c for c in free_calendars(machines, book) if c.id not in calendars)),
        resources=(*problem.resources, *resources_of(machines)),
    )
