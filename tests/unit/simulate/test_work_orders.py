"""The synthetic order book is what a network could really be asked for, and says that it is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.interop.work_order_json import work_order_from_json, work_order_to_json
from kumihimo.matching.material_fit import may_be_worked
from kumihimo.model import Network, WorkOrder
from kumihimo.simulate import generate_network, generate_work_orders
from kumihimo.simulate.work_orders import LEAST_MIN, MOST_MIN, OFFERS

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def orders(small: Network) -> tuple[WorkOrder, ...]:
    return generate_work_orders(small, 500, 1, TODAY)


def test_the_same_question_gets_the_same_book(small: Network, orders: tuple[WorkOrder, ...]) -> None:
    assert generate_work_orders(small, 500, 1, TODAY) == orders
    assert generate_work_orders(small, 500, 2, TODAY) != orders


def test_every_order_is_a_valid_document(orders: tuple[WorkOrder, ...]) -> None:
    assert len({order.id for order in orders}) == len(orders) == 500
    for order in orders:
        assert work_order_from_json(work_order_to_json(order)) == order


def test_orders_are_of_the_usual_size(orders: tuple[WorkOrder, ...]) -> None:
    assert {len(order.steps) for order in orders} == {2, 3, 4, 5, 6}
    assert 2200 <= sum(len(order.steps) for order in orders) <= 2600
    for order in orders:
        assert order.release >= TODAY
        assert order.due is not None
        assert order.release < order.due
        assert order.due.weekday() < 5
    minutes = [offer.minutes for order in orders for step in order.steps for offer in step.offers]
    assert min(minutes) == LEAST_MIN
    assert 800 < max(minutes) <= MOST_MIN


def test_offers_rest_on_capability_rows(small: Network, orders: tuple[WorkOrder, ...]) -> None:
    for order in orders:
        grade = order.title.split()[1]
        for step in order.steps:
            assert 1 <= len(step.offers) <= OFFERS
            assert len({offer.firm for offer in step.offers}) == len(step.offers)
            for offer in step.offers:
                row = small.capability(offer.capability)
                assert (row.process, row.site) == (step.process, offer.site)
                assert small.site(offer.site).firm == offer.firm
                assert grade not in row.grades_exclude
                assert terms.is_family_within(terms.material(grade).family, row.material_family) or may_be_worked(
                    step.process, row.material_family, grade
                )
                assert (offer.quantity or step.quantity) <= (row.lot_max or step.quantity)


def test_some_lots_are_split_and_some_parts_are_assembled(orders: tuple[WorkOrder, ...]) -> None:
    steps = [step for order in orders for step in order.steps]
    assert 5 <= sum(step.is_split for step in steps) <= 40
    assert any(len(step.after) > 1 for step in steps)


def test_buyers_are_invented_and_no_firm_of_the_network(small: Network, orders: tuple[WorkOrder, ...]) -> None:
    names = {firm.name for firm in small.firms}
    assert len({order.buyer for order in orders}) > 20
    for order in orders:
        assert order.buyer.endswith("（架空）")
        assert order.buyer.removesuffix("（架空）") not in names


def test_no_real_firm_gets_an_order(small: Network) -> None:
    with pytest.raises(InputError, match="not synthetic"):
        generate_work_orders(replace(small, synthetic=False), 10, 1, TODAY)


@pytest.mark.parametrize(("orders", "seed"), [(0, 1), (20_001, 1), (10, -1)])
def test_numbers_out_of_range_are_refused(small: Network, orders: int, seed: int) -> None:
    with pytest.raises(InputError, match="out of range"):
        generate_work_orders(small, orders, seed, TODAY)


def test_a_network_that_can_make_nothing_says_so() -> None:
    with pytest.raises(InputError, match="more firms"):
        generate_work_orders(generate_network(1, 3, today=TODAY), 10, 1, TODAY)
