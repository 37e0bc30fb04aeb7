"""The plan of the whole network: valid with 500 orders, and a stopped site's work goes elsewhere where that pays."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from kumihimo.errors import InputError
from kumihimo.interop.planning_json import problem_from_bytes, problem_to_bytes
from kumihimo.logistics import MatrixTransport
from kumihimo.model import FirmStatus, Network, OrderStep, StepOffer, WorkOrder
from kumihimo.model.calendar import DAY_MIN
from kumihimo.planning import Fixed, Plan, Problem, plan, verify_plan
from kumihimo.planning.events import StopSite
from kumihimo.planning.living import LivingPlan
from kumihimo.proposal.network_plan import network_problem, with_substitutes
from kumihimo.simulate import generate_work_orders

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def orders(network: Network) -> tuple[WorkOrder, ...]:
    return generate_work_orders(network, 500, 1, TODAY)


@pytest.fixture(scope="module")
def problem(network: Network, orders: tuple[WorkOrder, ...]) -> Problem:
    return network_problem(orders, network, start=TODAY)


@pytest.fixture(scope="module")
def planned(problem: Problem) -> Plan:
    return plan(problem, iterations=300, seed=1)


def split_order(network: Network) -> WorkOrder:
    """Return an order whose first step two sites share, with one more offer, and whose second step has one site."""
    rows = [row for row in network.capabilities if row.process == "mach.mill3"]
    by_site = {row.site: row for row in rows if network.firm_of_site(row.site).status is FirmStatus.ACTIVE}
    first, second, third = list(by_site.values())[:3]

    def offer(row, quantity=None):  # type: ignore[no-untyped-def]
        firm = network.site(row.site).firm
        return StepOffer(firm=firm, site=row.site, capability=row.id, minutes=60, jpy=5000, quantity=quantity)

    milling = OrderStep(
        id="a",
        label_ja="マシニング",
        label_en="Milling",
        process="mach.mill3",
        quantity=10,
        chosen=(first.site, second.site),
        offers=(offer(first, 6), offer(second, 4), offer(third, 6)),
    )
    again = replace(milling, id="b", after=("a",), chosen=(first.site,), offers=(offer(first), offer(third)))
    return WorkOrder(id="O", title="x", buyer="x", release=TODAY, steps=(milling, again))


def test_five_hundred_orders_have_a_valid_plan(problem: Problem, planned: Plan) -> None:
    assert not verify_plan(problem, planned)
    assert not planned.unplanned
    assert 0.03 <= len(planned.late) / len(problem.orders) <= 0.08


def test_the_problem_is_a_file(problem: Problem) -> None:
    assert replace(problem_from_bytes(problem_to_bytes(problem)), sha256="") == problem


def test_steps_stay_with_the_chosen_sites(orders: tuple[WorkOrder, ...], problem: Problem) -> None:
    for order, planning in zip(orders, problem.orders, strict=True):
        assert planning.id == order.id
        wanted = {step.plan_step(site): f"{site}/{step.process}" for step in order.steps for site in step.chosen}
        assert {step.id: [mode.resource for mode in step.modes] for step in planning.steps} == {
            name: [resource] for name, resource in wanted.items()
        }
    places = {order.ship_to for order in orders}
    assert len(problem.sites) == len({resource.site for resource in problem.resources}) + len(places)


def test_a_split_lot_is_a_step_for_each_share(network: Network) -> None:
    order = split_order(network)
    first, second = order.steps[0].chosen
    steps = network_problem([order], network, start=TODAY).orders[0].steps
    assert [step.id for step in steps] == [f"a@{first}", f"a@{second}", "b"]
    assert steps[2].after == (f"a@{first}", f"a@{second}")


def test_dates_count_from_midnight_and_what_is_overdue_is_late_already(network: Network) -> None:
    order = replace(split_order(network), release=TODAY - timedelta(days=9), due=TODAY - timedelta(days=3), weight=2.6)
    later = replace(order, id="P", release=TODAY + timedelta(days=2), due=TODAY, weight=0.2)
    problem = network_problem([order, later], network, start=TODAY)
    assert [item.release for item in problem.orders] == [0, 2 * DAY_MIN]
    assert [item.due for item in problem.orders] == [-2 * DAY_MIN, DAY_MIN]
    assert [item.weight for item in problem.orders] == [3, 1]
    found = plan(problem, iterations=50, seed=1)
    assert not verify_plan(problem, found)
    ends = [step.end for step in found.steps if step.order == order.id]
    assert next(late for late in found.late if late.order == order.id).late_min == max(ends) + 2 * DAY_MIN


def test_an_open_step_may_be_done_by_every_offer(network: Network) -> None:
    order = split_order(network)
    first, second = order.steps[0].chosen
    third = order.steps[0].offers[2].site
    problem = network_problem([order], network, start=TODAY, open_steps=[("O", "a")])
    modes = {step.id: [mode.resource for mode in step.modes] for step in problem.orders[0].steps}
    # A site that has a share does not take the other one too; the second step is not open.
    assert modes[f"a@{first}"] == [f"{first}/mach.mill3", f"{third}/mach.mill3"]
    assert modes[f"a@{second}"] == [f"{second}/mach.mill3", f"{third}/mach.mill3"]
    assert modes["b"] == [f"{first}/mach.mill3"]
    one = network_problem([order], network, start=TODAY, open_steps=[("O", f"a@{second}")])
    assert [len(step.modes) for step in one.orders[0].steps] == [1, 2, 1]


def test_with_substitutes_a_plan_stays_valid(
    network: Network, orders: tuple[WorkOrder, ...], problem: Problem, planned: Plan
) -> None:
    steps = [(order.id, step.id) for order in orders[:100] for step in order.steps]
    opened = with_substitutes(problem, orders, network, steps)
    assert not verify_plan(opened, planned)
    assert opened == network_problem(orders, network, start=TODAY, open_steps=steps)
    assert opened.resources[: len(problem.resources)] == problem.resources
    assert len(opened.resources) > len(problem.resources)
    assert len(opened.calendars) == len(opened.resources)
    for before, after in zip(problem.orders, opened.orders, strict=True):
        for old, new in zip(before.steps, after.steps, strict=True):
            assert new.modes[0] == old.modes[0]
            assert len({mode.resource for mode in new.modes}) == len(new.modes)
    assert problem_from_bytes(problem_to_bytes(opened)).orders == opened.orders
    assert with_substitutes(opened, orders, network, steps) == opened


def test_a_stopped_site_gives_its_work_away_where_that_pays(
    network: Network, orders: tuple[WorkOrder, ...], problem: Problem, planned: Plan
) -> None:
    site_of = {resource.id: resource.site for resource in problem.resources}
    busiest = [name for name, _ in Counter(site_of[step.resource] for step in planned.steps).most_common(3)]
    stopped = [StopSite(site=name, start=3 * DAY_MIN, end=60 * DAY_MIN) for name in busiest]
    steps = [(step.order, step.step) for step in planned.steps if site_of[step.resource] in busiest]
    before = {(step.order, step.step): step.resource for step in planned.steps}
    alone = LivingPlan(problem, planned)
    helped = LivingPlan(with_substitutes(problem, orders, network, steps), planned)
    for event in stopped:
        alone.apply(event)
        helped.apply(event)
    assert not verify_plan(helped.problem, helped.plan)
    moved = [step for step in helped.plan.steps if step.resource != before[step.order, step.step]]
    assert moved
    for step in moved:
        assert (step.order, step.step) in steps
    assert len(helped.plan.late) < len(alone.plan.late)
    assert helped.objective < alone.objective


def test_what_is_fixed_gets_no_substitute(network: Network) -> None:
    order = split_order(network)
    problem = network_problem([order], network, start=TODAY)
    first, *rest = problem.orders[0].steps
    fixed = replace(first, freeze="committed", fixed=Fixed(resource=first.modes[0].resource, start=0, end=60))
    problem = replace(problem, orders=(replace(problem.orders[0], steps=(fixed, *rest)),))
    opened = with_substitutes(problem, [order], network, [("O", "a"), ("O", "b")])
    assert [len(step.modes) for step in opened.orders[0].steps] == [1, 2, 2]


def test_a_firm_that_takes_no_part_is_no_substitute(network: Network) -> None:
    order = split_order(network)
    third = order.steps[0].offers[2].firm
    paused = replace(
        network,
        firms=tuple(replace(firm, status=FirmStatus.PAUSED) if firm.id == third else firm for firm in network.firms),
    )
    problem = network_problem([order], paused, start=TODAY, open_steps=[("O", "a"), ("O", "b")])
    assert all(len(step.modes) == 1 for step in problem.orders[0].steps)


def test_a_chosen_site_that_is_gone_is_told(network: Network) -> None:
    order = split_order(network)
    gone = order.steps[0].chosen[1]
    left = replace(network, sites=tuple(site for site in network.sites if site.id != gone))
    with pytest.raises(InputError, match=gone):
        network_problem([order], left, start=TODAY)


def test_a_table_of_transports_knows_no_further_site(network: Network) -> None:
    order = split_order(network)
    problem = replace(network_problem([order], network, start=TODAY), transport=MatrixTransport())
    with pytest.raises(InputError, match="give it as a formula"):
        with_substitutes(problem, [order], network, [("O", "a")])
