"""References, visibility and evidence of the nouns."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from kumihimo import model
from kumihimo.model import (
    TABLES,
    Capability,
    Capacity,
    EvidenceLevel,
    Firm,
    Network,
    Routing,
    RoutingStep,
    Site,
    StepRequirement,
    Visibility,
    attributes,
    visible_attributes,
)


def test_missing_references_are_found() -> None:
    network = Network(
        firms=(Firm(id="f1", name="甲", rivals=("f9",)),),
        sites=(Site(id="s1", firm="f1", municipality="202061"), Site(id="s2", firm="f2", municipality="202061")),
        capabilities=(Capability(id="c1", site="s3", process="mach.mill5", material_family="aluminium"),),
    )
    assert sorted(network.missing_references()) == [
        ("capabilities", "c1", "site", "s3"),
        ("firms", "f1", "rivals", "f9"),
        ("sites", "s2", "firm", "f2"),
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_attribute_has_a_japanese_label_of_its_own(table: str) -> None:
    labels = [item.ja for item in attributes(TABLES[table])]
    assert all((label and not label.isascii()) or label in ("FAX", "IoT ID") for label in labels)
    assert len(labels) == len(set(labels))


def test_prices_are_for_the_firm_alone() -> None:
    for viewer in (Visibility.PUBLIC, Visibility.NETWORK, Visibility.COORDINATOR):
        names = {item.name for item in visible_attributes(Capability, viewer)}
        assert names.isdisjoint({"setup_jpy", "hourly_jpy", "min_order_jpy"})
    assert {"setup_jpy", "hourly_jpy"} <= {item.name for item in visible_attributes(Capability, Visibility.OWN)}


def test_capacity_is_not_for_the_network() -> None:
    assert visible_attributes(Capacity, Visibility.NETWORK) == ()


def test_capacity_older_than_fourteen_days_is_unknown_not_zero() -> None:
    row = Capacity(id="k", site="s", week="2026-W48", hours_available=40, hours_booked=30, asked_on=date(2026, 11, 8))
    assert row.hours_free(date(2026, 11, 22)) == 10
    assert row.hours_free(date(2026, 11, 23)) is None


def test_evidence_is_ordered() -> None:
    assert EvidenceLevel.SELF < EvidenceLevel.DOCUMENT < EvidenceLevel.ONSITE < EvidenceLevel.DELIVERED
    assert len({level.ja for level in EvidenceLevel}) == len(EvidenceLevel)


def test_routing_refuses_a_step_before_its_predecessor() -> None:
    step = StepRequirement(process="mach.mill5")
    with pytest.raises(ValueError, match="do not stand before"):
        Routing(
            steps=(
                RoutingStep(id="a", part="p", requirement=step, after=("b",)),
                RoutingStep(id="b", part="p", requirement=step),
            )
        )


def test_all_public_names_exist() -> None:
    assert all(hasattr(model, name) for name in model.__all__)
    assert {item.name for item in fields(Network)} >= set(TABLES)
