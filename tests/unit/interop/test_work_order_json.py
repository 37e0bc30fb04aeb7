"""A work order comes back from JSON as it was written; what is wrong is told with its path."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from kumihimo.errors import LocatedErrors
from kumihimo.interop.work_order_json import work_order_from_json, work_order_to_json
from kumihimo.model import OrderStep, StepOffer, WorkOrder


def offer(site: str, minutes: int, quantity: int | None = None) -> StepOffer:
    return StepOffer(firm=f"F{site}", site=site, capability=f"C{site}", minutes=minutes, jpy=1000, quantity=quantity)


ORDER = WorkOrder(
    id="O1",
    title="ブラケット A5052 40個",
    buyer="株式会社架空",
    release=date(2026, 12, 1),
    due=date(2026, 12, 25),
    weight=2.5,
    ship_to=(36.04, 138.11),
    steps=(
        OrderStep(
            id="p1-10",
            label_ja="レーザー切断",
            label_en="Laser cutting",
            process="sheet.laser",
            quantity=40,
            chosen=("S1", "S2"),
            offers=(offer("S1", 90, 25), offer("S2", 60, 15), offer("S3", 95, 25)),
        ),
        OrderStep(
            id="p1-20",
            label_ja="曲げ",
            label_en="Bending",
            process="sheet.bend",
            quantity=40,
            after=("p1-10",),
            chosen=("S1",),
            offers=(offer("S1", 120), offer("S4", 110)),
        ),
    ),
)


def test_comes_back_as_it_was() -> None:
    assert work_order_from_json(json.loads(json.dumps(work_order_to_json(ORDER)))) == ORDER


def test_what_is_not_known_is_left_out() -> None:
    bare = WorkOrder(id="O2", title="x", buyer="", release=date(2026, 12, 1), steps=ORDER.steps[:1])
    document = work_order_to_json(bare)
    assert not {"due", "ship_to"} & set(document)
    assert work_order_from_json(document) == bare


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda d: d.pop("release"), "$.release"),
        (lambda d: d.update(release=None), "$.release"),
        (lambda d: d.update(release="20261201"), "$.release"),
        (lambda d: d.update(due="12/25"), "$.due"),
        (lambda d: d.update(format="kumihimo-plan/1"), "$.format"),
        (lambda d: d.update(colour="red"), "$.colour"),
        (lambda d: d.update(weight=0), "$.weight"),
        (lambda d: d.update(ship_to={"lat": 95, "lon": 1}), "$.ship_to.lat"),
        (lambda d: d.update(steps=[]), "$.steps"),
        (lambda d: d["steps"].reverse(), "$.steps[0].after (p1-20)"),
        (lambda d: d["steps"][1].update(id="p1-10"), "$.steps[1]"),
        (lambda d: d["steps"][1].update(id="a@b"), "$.steps[1].id (a@b)"),
        (lambda d: d["steps"][1].update(after=["p1-20"]), "$.steps[1].after (p1-20)"),
        (lambda d: d["steps"][1].update(chosen=[]), "$.steps[1].chosen (p1-20)"),
        (lambda d: d["steps"][1].update(chosen=["S9"]), "$.steps[1].chosen (p1-20)"),
        (lambda d: d["steps"][1]["offers"][0].update(minutes=0), "$.steps[1].offers[0].minutes (p1-20)"),
        (lambda d: d["steps"][1]["offers"][1].update(site="S1"), "$.steps[1].offers[1] (p1-20)"),
        (lambda d: d["steps"][1]["offers"][1].update(quantity=40), "$.steps[1].offers[1].quantity (p1-20)"),
        (lambda d: d["steps"][0]["offers"][1].update(quantity=14), "$.steps[0].offers (p1-10)"),
        (lambda d: d["steps"][0]["offers"][1].pop("quantity"), "$.steps[0].offers (p1-10)"),
        (lambda d: d["steps"][0]["offers"][2].update(quantity=24), "$.steps[0].offers[2].quantity (p1-10)"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(change: Any, path: str) -> None:
    document = deepcopy(work_order_to_json(ORDER))
    change(document)
    with pytest.raises(LocatedErrors) as caught:
        work_order_from_json(document, "注文.json")
    assert path in [problem.column for problem in caught.value.problems]
    assert all(problem.sheet == "注文.json" for problem in caught.value.problems)


@pytest.mark.parametrize("document", [None, [], "x", {"steps": {}}, {"steps": [None, 3, {"offers": [7]}]}])
def test_no_document_is_too_strange(document: Any) -> None:
    with pytest.raises(LocatedErrors):
        work_order_from_json(document)
