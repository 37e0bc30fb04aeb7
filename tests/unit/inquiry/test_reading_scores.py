# ruff: noqa: E501 - labels in one line
"""The reader against the labelled sets. Of the held-out set only the totals are ever shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kumihimo.inquiry.scoring import Score, judge, score_records

DATA = Path(__file__).resolve().parents[2] / "data" / "inquiries"


def records(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("name", "fields", "numbers", "invented", "asked"),
    [
        ("tuning.jsonl", 0.998, 0.998, 0.0, 1.0),
        ("tuning2.jsonl", 0.998, 0.998, 0.0, 1.0),
        ("tuning3.jsonl", 0.997, 0.998, 0.002, 1.0),
        ("tuning4.jsonl", 0.998, 0.998, 0.0, 1.0),
        ("heldout.jsonl", 0.975, 0.97, 0.01, 0.97),
    ],
)
def test_labelled_sets(name: str, fields: float, numbers: float, invented: float, asked: float) -> None:
    score = score_records(records(name))
    print(name, score.summary())
    # Only rates are compared, so that a failure prints no record.
    assert score.fields_accuracy >= fields
    assert score.numbers_accuracy >= numbers
    assert score.invented_rate <= invented
    assert score.ask_rate >= asked


GOLD: dict[str, Any] = {
    "materials": ["S45C"], "processes": ["mach.turn_cnc"], "quantity": 50, "per": "once", "size_mm": [120, 30], "thickness_mm": None,
    "tolerances": [], "geometric": [], "roughness_ra_um": None, "hardness": None, "coating_um": None, "due_date": None,
    "prefectures": [], "certificates": [],
}  # fmt: skip


def judged(changes: dict[str, Any], must_ask: list[str], asked: list[str]) -> Score:
    score = Score()
    read = {"requirements": {**GOLD, **changes}, "questions": [{"field": field} for field in asked]}
    judge(score, {"id": "x", "gold": GOLD, "must_ask": must_ask}, read)
    return score


def test_the_judge_gives_full_marks_to_the_labels_themselves() -> None:
    score = judged({}, [], [])
    assert (score.fields_accuracy, score.numbers_accuracy, score.invented_rate, score.values) == (1.0, 1.0, 0.0, 4)


def test_the_judge_counts_a_wrong_value_as_invented() -> None:
    score = judged({"quantity": 5, "certificates": ["ISO9001"]}, [], [])
    assert score.invented == 2
    assert score.right == 3
    assert score.numbers_accuracy == 0.5


def test_the_judge_counts_a_missing_value_as_missing_only() -> None:
    score = judged({"materials": []}, [], [])
    assert score.invented == 0
    assert score.recall == 0.75


def test_the_judge_compares_the_period() -> None:
    assert judged({"per": "month"}, [], []).right == 3


def test_the_judge_wants_the_question() -> None:
    assert judged({}, ["tolerances", "quantity"], ["tolerances"]).ask_rate == 0.5
