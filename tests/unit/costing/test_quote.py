"""The quote: its parts add up, its assumptions are named, and it moves the right way."""

from __future__ import annotations

import pytest

from kumihimo import terms
from kumihimo.costing import material_rate, process_rate, quote_step
from kumihimo.model import Capability, StepRequirement

PLATE = StepRequirement(process="mach.mill5", materials=("A5052",), size_mm=(300.0, 120.0, 30.0))
ROW = Capability(
    id="c",
    site="s",
    process="mach.mill5",
    material_family="aluminium",
    setup_jpy=10000,
    hourly_jpy=6000,
    min_order_jpy=5000,
)


def test_parts_add_up_to_the_total() -> None:
    quote = quote_step(PLATE, ROW, quantity=50, buys_material=True)
    assert quote.total_jpy == quote.setup_jpy + quote.run_jpy + quote.material_jpy + quote.minimum_jpy
    assert quote.setup_jpy == 10000


def test_run_time_follows_the_formula() -> None:
    # 1,080 cm³ × 35 % at 60 cm³/min = 6.3 min, plus 3 min handling, 50 pieces.
    quote = quote_step(PLATE, ROW, quantity=50, buys_material=False)
    assert quote.run_min == 465
    assert quote.run_jpy == round(6000 * (3 + 1080 * 0.35 / 60) * 50 / 60)


def test_minimum_order_tops_a_small_job_up() -> None:
    row = Capability(
        id="c",
        site="s",
        process="mach.saw",
        material_family="steel",
        setup_jpy=100,
        hourly_jpy=3000,
        min_order_jpy=9000,
    )
    quote = quote_step(StepRequirement(process="mach.saw", materials=("S45C",)), row, quantity=1, buys_material=False)
    assert quote.setup_jpy + quote.run_jpy + quote.minimum_jpy == 9000


def test_unknown_size_is_an_assumption_in_words() -> None:
    quote = quote_step(
        StepRequirement(process="mach.mill3", materials=("S45C",)), None, quantity=1, buys_material=False
    )
    assert any("寸法不明" in item.ja for item in quote.assumptions)
    assert any("目安値" in item.ja for item in quote.assumptions)


def test_unknown_material_is_not_free_of_charge_in_silence() -> None:
    quote = quote_step(StepRequirement(process="mach.mill3"), None, quantity=1, buys_material=True)
    assert quote.material_jpy == 0
    assert any("材質不明" in item.ja for item in quote.assumptions)


def test_titanium_takes_longer_than_aluminium() -> None:
    titanium = StepRequirement(process="mach.mill5", materials=("TI-6AL-4V",), size_mm=(300.0, 120.0, 30.0))
    assert (
        quote_step(titanium, None, quantity=5, buys_material=False).run_min
        > 3 * quote_step(PLATE, None, quantity=5, buys_material=False).run_min
    )


def test_a_furnace_works_in_batches() -> None:
    step = StepRequirement(process="ht.vacuum", materials=("SKD11",), mass_kg=10.0)
    one = quote_step(step, None, quantity=20, buys_material=False)
    two = quote_step(step, None, quantity=21, buys_material=False)
    assert two.run_min - one.run_min > 400


def test_every_process_and_every_metal_family_has_a_rate() -> None:
    for process in terms.processes():
        assert process_rate(process).hourly_jpy > 0
    missing = [family for family in terms.material_families() if material_rate(family) is None]
    assert missing == []


def test_a_lot_has_at_least_one_piece() -> None:
    with pytest.raises(ValueError, match="at least one"):
        quote_step(PLATE, None, quantity=0, buys_material=False)


def test_a_disc_weighs_what_a_bar_of_its_size_weighs() -> None:
    # (length, diameter) = (20, 100): π/4 × 10² × 2 cm³ × 7.85 g/cm³ = 1.233 kg, with 20 % for the saw 1.48 kg a piece.
    disc = StepRequirement(process="mach.turn_cnc", materials=("S45C",), size_mm=(20.0, 100.0), round_part=True)
    quote = quote_step(disc, None, quantity=10, buys_material=True)
    assert any("材料 14.8 kg" in note.ja for note in quote.assumptions)
