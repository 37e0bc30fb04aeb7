"""Does each capability row fit the machine, the process and the material that it names?"""

from __future__ import annotations

from datetime import date, timedelta

from kumihimo import terms
from kumihimo.matching import columns_of
from kumihimo.matching.columns import to_day
from kumihimo.model import Equipment, EvidenceLevel, Network
from kumihimo.simulate import price_bands
from kumihimo.simulate.archetypes import ARCHETYPES
from kumihimo.simulate.calendars import calendars
from kumihimo.simulate.practices import PRACTICES, USUAL_GRADES
from kumihimo.simulate.records import WEEKLY_HOURS
from kumihimo.simulate.shops import draw_shops

TODAY = date(2026, 11, 22)


def _largest(item: Equipment) -> float:
    sizes = (
        item.stroke_x_mm,
        item.stroke_y_mm,
        item.stroke_z_mm,
        item.table_l_mm,
        item.table_w_mm,
        item.swing_dia_mm,
    )
    return max(size for size in sizes if size is not None)


def test_rows_use_a_machine_of_their_own_site_and_fit_on_it(larger: Network) -> None:
    machines = {item.id: item for item in larger.equipment}
    for row in larger.capabilities:
        (used,) = row.equipment
        machine = machines[used]
        assert machine.site == row.site
        if row.env_l_mm is None:
            # Only an instrument without a table, such as a roughness tester, tells no size.
            assert row.process.startswith("insp.")
            assert row.env_w_mm is None
            continue
        assert row.env_w_mm is not None
        assert row.env_l_mm >= row.env_w_mm >= (row.env_h_mm or 0)
        assert row.env_w_mm > 0
        assert 0 < row.env_l_mm <= _largest(machine), (row, machine)
        if row.dia_max_mm is not None and machine.swing_dia_mm is not None:
            assert row.dia_max_mm <= machine.swing_dia_mm
        if row.mass_max_kg is not None:
            assert machine.table_load_kg is not None
            assert row.mass_max_kg <= machine.table_load_kg


def test_special_machines_do_their_own_work(larger: Network) -> None:
    kinds = {item.id: item.kind for item in larger.equipment}
    needs = {
        "mach.mill5": {"MC-5X"},
        "mach.turn_swiss": {"LATHE-SWISS"},
        "edm.wire": {"EDM-W"},
        "ht.vacuum": {"FURNACE-VAC"},
        "coat.anod_hard": {"ANOD-LINE"},
        "sheet.laser": {"LASER-F"},
        "insp.cmm": {"CMM"},
        "cast.diecast": {"DIECAST-CC"},
    }
    seen = set()
    for row in larger.capabilities:
        if row.process in needs:
            assert {kinds[item] for item in row.equipment} <= needs[row.process]
            seen.add(row.process)
    assert seen == set(needs)


def test_no_row_is_finer_than_its_process_can_be(larger: Network) -> None:
    for row in larger.capabilities:
        process = terms.process(row.process)
        if row.it_best is not None:
            assert process.best_it is not None
            assert process.best_it <= row.it_best <= 16
            assert row.it_band_min_mm is not None
            assert row.it_band_max_mm is not None
            assert row.it_band_min_mm < row.it_band_max_mm <= max(3.0, row.env_l_mm or 0)
        if row.ra_best_um is not None:
            assert process.best_ra_um is not None
            assert row.ra_best_um >= process.best_ra_um


def test_lots_leads_thicknesses_and_coatings_are_in_order(larger: Network) -> None:
    for row in larger.capabilities:
        lots = [value for value in (row.lot_min, row.lot_econ, row.lot_max, row.monthly_max) if value is not None]
        assert lots == sorted(lots), row
        if row.lead_days_typ is not None:
            assert 1 <= (row.lead_days_min or 1) <= row.lead_days_typ
        for low, high in (
            (row.thick_min_mm, row.thick_max_mm),
            (row.coating_min_um, row.coating_max_um),
            (row.hardness_min, row.hardness_max),
            (row.dia_min_mm, row.dia_max_mm),
        ):
            if low is not None and high is not None:
                assert low <= high, row
        assert (row.hardness_scale == "") == (row.hardness_min is None)
        assert row.coating_min_um is None or row.process.startswith("coat.")


def test_prices_lie_in_their_bands(larger: Network) -> None:
    told = 0
    for row in larger.capabilities:
        for name, (low, high) in price_bands(row.process).items():
            value = getattr(row, name)
            if value is not None:
                told += 1
                assert low <= value <= high, (row.process, name, value)
    assert told > len(larger.capabilities)


def test_heat_treatment_and_coating_name_a_least_charge_and_a_believable_rate(larger: Network) -> None:
    rows = [row for row in larger.capabilities if row.process.startswith(("ht.", "coat."))]
    assert len(rows) > 1000
    least = [row.min_order_jpy for row in rows]
    assert all(value is not None and 5000 <= value <= 20000 for value in least)
    assert len(set(least)) > 10
    rates = [row.hourly_jpy for row in rows if row.hourly_jpy is not None]
    assert len(rates) > len(rows) / 2
    assert 2500 <= min(rates) < max(rates) <= 17000
    assert 4000 < sorted(rates)[len(rates) // 2] < 8500


def test_one_stop_shops_are_small_and_plate_and_harden_nothing(larger: Network) -> None:
    shops = draw_shops(11, 1000, 0, TODAY)
    limited = {
        firm.id: firm
        for firm, kind in zip(larger.firms, shops.kind.tolist(), strict=True)
        if ARCHETYPES[kind].id == "onestop"
    }
    assert len(limited) >= 15
    assert all((firm.employees or 0) <= 120 for firm in limited.values())
    rows: dict[str, list[str]] = {identifier: [] for identifier in limited}
    for row in larger.capabilities:
        firm = larger.site(row.site).firm
        if firm in rows:
            rows[firm].append(row.process)
    families = {firm: {terms.process(code).family for code in own} for firm, own in rows.items()}
    assert all(1 <= len(own) <= 12 for own in rows.values())
    assert max(len(own) for own in rows.values()) > 8
    assert all("machining" in own and len(own) <= 3 for own in families.values())
    assert len(set().union(*families.values())) > 5
    kinds = {item.kind for item in larger.equipment if larger.site(item.site).firm in limited}
    assert not {kind for kind in kinds if kind.startswith(("FURNACE", "PLAT"))}


def test_grades_belong_to_the_family_of_the_row(larger: Network) -> None:
    for row in larger.capabilities:
        for grade in (*row.grades_include, *row.grades_exclude):
            assert terms.is_family_within(terms.material(grade).family, row.material_family)
        assert not (row.grades_include and row.grades_exclude)


def test_the_tables_name_only_known_codes() -> None:
    for process in PRACTICES:
        terms.process(process)
    for family, grades in USUAL_GRADES.items():
        for grade in grades:
            assert terms.is_family_within(terms.material(grade).family, family)


def test_most_special_rows_are_qualified_but_not_all(larger: Network) -> None:
    columns = columns_of(larger)
    until = dict(zip((item.decode() for item in columns.row_ids), columns.row_qualified.tolist(), strict=True))
    special = [until[row.id] for row in larger.capabilities if terms.process(row.process).special]
    qualified = sum(value >= to_day(TODAY) for value in special) / len(special)
    unknown = sum(value == 0 for value in special) / len(special)
    lapsed = sum(0 < value < to_day(TODAY) for value in special) / len(special)
    assert 0.65 < qualified < 0.92
    assert unknown > 0.03
    assert lapsed > 0.02


def test_some_answers_are_missing_everywhere_but_not_too_many(larger: Network) -> None:
    for name, least, most in (
        ("lot_min", 0.05, 0.3),
        ("lot_max", 0.08, 0.4),
        ("lead_days_typ", 0.05, 0.3),
        ("env_h_mm", 0.03, 0.3),
        ("hourly_jpy", 0.15, 0.45),
        ("strength", 0.08, 0.4),
    ):
        missing = sum(getattr(row, name) is None for row in larger.capabilities) / len(larger.capabilities)
        assert least < missing < most, (name, missing)


def test_capacity_covers_eight_weeks_and_some_of_it_is_stale(larger: Network) -> None:
    ages = {row.site: (TODAY - row.asked_on).days for row in larger.capacities}
    assert all(0 <= age <= 30 for age in ages.values())
    stale = sum(age > 14 for age in ages.values()) / len(ages)
    assert 0.1 < stale < 0.45
    assert {row.week for row in larger.capacities} == {"2026-W48", "2026-W49", "2026-W50", "2026-W51"} | {
        "2026-W52",
        "2026-W53",
        "2027-W01",
        "2027-W02",
    }
    for row in larger.capacities:
        assert 0.35 * row.hours_available <= row.hours_booked <= 1.15 * row.hours_available
    assert any(row.hours_booked > row.hours_available for row in larger.capacities)
    assert len(ages) < len(larger.sites)


def test_calendars_work_the_hours_that_capacity_is_counted_in() -> None:
    assert tuple(item.weekly_minutes() / 60 for item in calendars(TODAY)) == WEEKLY_HOURS


def test_deliveries_and_assessments_hang_together(larger: Network) -> None:
    done = {(row.site, row.process) for row in larger.capabilities}
    for item in larger.deliveries:
        assert (item.site, item.process) in done
        assert 0 <= item.defects <= item.quantity
        assert TODAY - timedelta(days=730) <= item.delivered_on <= TODAY
    for assessment in larger.assessments:
        assert assessment.assessed_on <= TODAY
        assert assessment.expires_on is not None
        if assessment.capability is not None:
            row = larger.capability(assessment.capability)
            assert larger.site(row.site).firm == assessment.firm
            assert assessment.method == row.evidence >= EvidenceLevel.SAMPLE


def test_rivals_know_of_each_other(larger: Network) -> None:
    pairs = {(firm.id, rival) for firm in larger.firms for rival in firm.rivals}
    assert pairs
    assert {(b, a) for a, b in pairs} == pairs
    assert all(a != b for a, b in pairs)
