"""Whatever a workshop marks and the line makes of it: what is read by itself is what was marked."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kumihimo.paper.form import write_form
from kumihimo.paper.layout import FormKind, FormLayout
from kumihimo.paper.order_brief import order_brief_from_json
from kumihimo.paper.reading.read import Outcome, read_pages
from kumihimo.simulate.fax import Level, fax, photo
from kumihimo.simulate.handwriting import ANSWERS, CORRECTIONS, Grey, Stroke, blank_sheet
from kumihimo.simulate.replies import expected_answers, mark_sheet, some_reply

ORDERS = Path(__file__).resolve().parents[2] / "examples" / "orders"
SECRET = b"a key for tests only, 32 bytes.."
REVISIONS = {"PO-2026-000123": 2, "DS-20261124-017": 1}


@cache
def sheet_of(kind: FormKind) -> tuple[FormLayout, Grey]:
    name = "daily-2026-1124.json" if kind is FormKind.DAILY else "po-2026-000123.json"
    order = order_brief_from_json(json.loads((ORDERS / name).read_text(encoding="utf-8")))
    form = write_form(kind, order, secret=SECRET)
    return form.layout.layout, blank_sheet(form.pdf)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(
    kind=st.sampled_from(list(FormKind)),
    level=st.sampled_from([*Level, None]),
    fine=st.booleans(),
    strokes=st.sampled_from([ANSWERS, (Stroke.FILLED,), CORRECTIONS]),
    turns=st.integers(min_value=0, max_value=3),
    seed=st.integers(min_value=0, max_value=90_000),
)
def test_nothing_is_silently_wrong(
    kind: FormKind, level: Level | None, fine: bool, strokes: tuple[Stroke, ...], turns: int, seed: int
) -> None:
    layout, blank = sheet_of(kind)
    rng = np.random.default_rng(seed)
    reply = some_reply(layout, rng)
    sheet = mark_sheet(blank, layout, reply, rng, strokes=strokes)
    data = (
        photo(sheet, rng, quarter_turns=turns)
        if level is None
        else fax(sheet, level, rng, fine=fine, quarter_turns=turns)
    )
    (form,) = read_pages(data, secret=SECRET, current_revision=REVISIONS.get)
    if form.outcome is Outcome.REVIEW:
        assert form.reviews
        assert all(one.ja and one.en for one in form.reviews)
        return
    assert strokes != CORRECTIONS
    assert {name: answer.value for name, answer in form.answers.items()} == expected_answers(layout, reply)
