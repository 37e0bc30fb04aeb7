"""Lateness and differences in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

import pytest

from kumihimo.interop.plan_words import CAUSES, DiffWords, cause_sentence, diff_document, why_text
from kumihimo.planning.compare import Cost, Place, PlanDiff, PromiseChange, SiteCall, StepMove
from kumihimo.planning.problem import Objective, Problem
from kumihimo.planning.result import CAUSE_CODES, Cause, Why

PROBLEM = Problem(
    start=datetime.fromisoformat("2026-12-01T00:00:00+09:00"), horizon=9999, sites=(), resources=(), orders=()
)
OLD = Place(resource="r1", site="A", start=480, end=540)
NEW = Place(resource="r2", site="B", start=1920, end=1980)
MOVE = StepMove(order="o1", step="10", before=OLD, after=NEW, is_told=True)


@pytest.mark.parametrize("code", CAUSE_CODES)
def test_every_cause_has_a_sentence_with_its_minutes(code: str) -> None:
    cause = Cause(code=code, minutes=95, step="s1", resource="r1", behind="o9" if code in ("QUEUE", "FROZEN") else "")
    ja, en = cause_sentence(cause, "ja"), cause_sentence(cause, "en")
    for sentence in (ja, en):
        assert "95" in sentence
        assert code not in sentence, "no fallback"
    assert en.isascii()
    if cause.behind:
        assert "o9" in ja
        assert "o9" in en
    assert code in CAUSES


def test_causes_that_name_little_are_sentences_too() -> None:
    for code in CAUSE_CODES:
        for lang in ("ja", "en"):
            sentence = cause_sentence(Cause(code=code, minutes=5), lang)
            assert "「」" not in sentence
            assert "  " not in sentence
    assert cause_sentence(Cause(code="NEW_CODE", minutes=5), "en") == "NEW_CODE: 5 min"


def test_reasons_in_the_language_of_the_reader() -> None:
    why = Why(code="X", text="理由 / a reason")
    assert (why_text(why, "ja"), why_text(why, "en")) == ("理由", "a reason")
    assert why_text(Why(code="X", text="理由だけ"), "en") == "理由だけ"


def test_what_each_firm_is_told() -> None:
    words = DiffWords(PROBLEM, PROBLEM, "en")
    assert words.told("A", MOVE) == "o1/10 is withdrawn"
    assert words.told("B", MOVE) == "o1/10 is new, 2026-12-02 8:00 on r2"
    later = replace(MOVE, after=replace(OLD, start=600, end=660))
    assert words.told("A", later) == "o1/10 now 2026-12-01 10:00 on r1"
    call = SiteCall(site="A", moves=(MOVE,) * 5, is_again=True)
    assert words.call(call).startswith("A (a change of what was agreed): o1/10 is withdrawn")
    assert words.call(call).endswith("; and 2 more")
    ja = DiffWords(PROBLEM, PROBLEM, "ja")
    assert ja.told("A", MOVE) == "o1/10 は取りやめ"
    assert ja.told("B", MOVE) == "o1/10 を新しく 12月2日 8:00 から（r2）"


def test_promises_in_words() -> None:
    words = DiffWords(PROBLEM, PROBLEM, "en")
    promise = PromiseChange(order="o1", due_before=600, due_after=600, completion_before=540, completion_after=1980)
    assert words.promise(promise) == "o1: 2026-12-01 9:00 → 2026-12-02 9:00 (23 h late)"
    gone = replace(promise, completion_after=None, due_after=None)
    assert words.promise(gone) == "o1: 2026-12-01 9:00 → no date"
    nearer = replace(promise, due_after=500)
    assert words.promise(nearer).endswith(", due 2026-12-01 8:20")


def test_only_the_parts_of_the_money_that_differ() -> None:
    before = Cost(modes=100, transport=50, kg_co2=Decimal(3), jpy_per_kg_co2=Decimal(2))
    after = Cost(modes=90, transport=50, lateness=30, kg_co2=Decimal(5), jpy_per_kg_co2=Decimal(2))
    diff = PlanDiff(objective_before=1000, objective_after=1024, cost_before=before, cost_after=after)
    lines = DiffWords(PROBLEM, PROBLEM, "en").lines(diff)
    assert lines == ["Objective: 1,000 yen → 1,024 yen (+24)", "  of which (yen): work -10, lateness +30, CO2 +4"]
    shop = replace(PROBLEM, objective=Objective(makespan=True))
    assert DiffWords(shop, shop, "ja").lines(diff) == ["目的値: 1,000分 → 1,024分 (+24)"]


def test_long_lists_are_cut_and_say_so() -> None:
    diff = PlanDiff(moves=(MOVE,) * 40, objective_before=1, objective_after=1)
    lines = DiffWords(PROBLEM, PROBLEM, "en", limit=5).lines(diff)
    assert lines[-1] == "  … and 35 more (all with --json)"
    assert len(diff_document(diff)["moves"]) == 40
