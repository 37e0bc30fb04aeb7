"""Is the synthetic network whole, the same every time, and full of what a demo needs?"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import fields
from datetime import date

import numpy as np
import pytest

from kumihimo import terms
from kumihimo.errors import InputError
from kumihimo.model import TABLES, Channel, Network
from kumihimo.simulate import generate_network, truth_of
from kumihimo.simulate.archetypes import ARCHETYPES
from kumihimo.simulate.places import places
from kumihimo.simulate.shops import COMMON_PROCESSES, draw_shops

TODAY = date(2026, 11, 22)


def _digest(network: Network) -> str:
    text = repr([(name, getattr(network, name)) for name in TABLES])
    return hashlib.sha256(text.encode()).hexdigest()


def test_same_arguments_give_the_same_network(small: Network) -> None:
    assert _digest(generate_network(300, 7, today=TODAY)) == _digest(small)


def test_another_process_makes_the_same_network() -> None:
    # Sets are walked in another order when strings hash differently.
    code = (
        "from datetime import date; from kumihimo.simulate import generate_network; import hashlib;"
        "print(hashlib.sha256(repr(generate_network(40, 7, today=date(2026, 11, 22))).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("1", "2")
    }
    assert len(digests) == 1


def test_another_seed_gives_another_network(small: Network) -> None:
    other = generate_network(300, 8, today=TODAY)
    assert {firm.name for firm in other.firms} != {firm.name for firm in small.firms}
    assert other.capabilities != small.capabilities


@pytest.mark.parametrize("firms", [1, 3, 40, 150])
def test_small_sizes_are_whole(firms: int) -> None:
    network = generate_network(firms, 5, today=TODAY)
    assert len(network.firms) == len(network.sites) == firms
    assert list(network.missing_references()) == []
    assert {row.site for row in network.capabilities} == {site.id for site in network.sites}


def test_no_reference_points_nowhere_and_ids_are_unique(larger: Network) -> None:
    assert list(larger.missing_references()) == []
    for name in TABLES:
        ids = [row.id for row in getattr(larger, name)]
        assert len(ids) == len(set(ids)), name


def test_every_firm_says_that_it_is_synthetic(larger: Network) -> None:
    assert larger.synthetic
    assert "合成" in larger.name
    for firm in larger.firms:
        assert firm.synthetic
        assert firm.note == "合成データ（架空の企業）"
        # A number with a right check digit might belong to a real firm.
        assert firm.corporate_number is None
        assert firm.invoice_number is None
        assert firm.phone.startswith("000-")
        assert firm.fax == "" or firm.fax.startswith("001-")
        assert firm.email == "" or firm.email.endswith(".example")
        assert firm.website == "" or firm.website.endswith(".example/")
    assert len({firm.name for firm in larger.firms}) == len(larger.firms)
    assert all(
        item.maker == "" and item.model in ("", f"架空 {item.kind}-{item.model[-1:]}") for item in larger.equipment
    )


def test_every_site_stands_near_its_town_hall(larger: Network) -> None:
    towns = terms.municipalities()
    for site in larger.sites:
        town = towns[site.municipality]
        assert site.lat is not None
        assert site.lon is not None
        assert abs(site.lat - town.lat) < 0.05
        assert abs(site.lon - town.lon) < 0.06
        assert town.name in site.address
        assert "架空町" in site.address


@pytest.mark.parametrize("seed", [1, 7, 2026])
def test_every_common_process_has_several_firms(seed: int) -> None:
    network = generate_network(300, seed, today=TODAY)
    sites = defaultdict(set)
    for row in network.capabilities:
        sites[row.process].add(row.site)
    few = {process: len(sites[process]) for process in COMMON_PROCESSES if len(sites[process]) < 4}
    assert few == {}


def test_shares_are_those_of_the_country(larger: Network) -> None:
    firms = larger.firms
    rows = len(larger.capabilities) / len(firms)
    assert 10.5 <= rows <= 13.5
    assert 0.22 <= sum(firm.legal_form.value == "kojin" for firm in firms) / len(firms) <= 0.34
    channels = Counter(firm.preferred_channel for firm in firms)
    assert 0.40 <= channels[Channel.FAX] / len(firms) <= 0.50
    assert all(channels[channel] > 0 for channel in Channel)
    iso9001 = {item.firm for item in larger.certificates if item.scheme == "ISO9001"}
    assert 0.28 <= len(iso9001) / len(firms) <= 0.42
    employees = [firm.employees for firm in firms if firm.employees is not None]
    assert min(employees) == 1
    assert 150 < max(employees) <= 300


def test_clusters_keep_their_trades() -> None:
    shops = draw_shops(11, 4096, 0, TODAY)
    kinds = np.array([item.id for item in ARCHETYPES])[shops.kind]
    towns = np.array([town.name for town in places().towns])[shops.town]
    for trade, names in (
        ("polish", ["燕市", "三条市"]),
        ("swiss", ["諏訪市", "岡谷市", "茅野市"]),
        ("foundry", ["川口市", "桑名市"]),
        ("titanium", ["鯖江市", "福井市"]),
        ("fastener", ["東大阪市", "八尾市"]),
    ):
        there = np.isin(towns, names)
        assert there.sum() > 40
        assert (kinds[there] == trade).mean() > 2 * (kinds == trade).mean(), trade


def test_all_codes_are_known(small: Network) -> None:
    lists = {
        "processes": terms.processes(),
        "materials": terms.materials(),
        "material_families": terms.material_families(),
        "skills": terms.skills(),
        "certificates": terms.certificates(),
        "equipment_kinds": terms.equipment_kinds(),
        "municipalities": terms.municipalities(),
        "jsic": terms.jsic(),
    }
    for name, noun in TABLES.items():
        for field in fields(noun):
            codes = lists.get(field.metadata.get("terms", ""))
            if codes is None:
                continue
            for row in getattr(small, name):
                value = getattr(row, field.name)
                for code in value if isinstance(value, tuple) else (value,):
                    assert code in codes or code in ("", None), (name, field.name, code)


def test_the_truth_is_not_in_the_network_but_shows_in_the_deliveries(larger: Network) -> None:
    truth = truth_of(1000, 11, today=TODAY)
    assert truth.sites == tuple(site.id for site in larger.sites)
    on_time = defaultdict(list)
    for item in larger.deliveries:
        on_time[item.site].append(item.delivered_on <= item.promised_on)
    good, bad = [], []
    for site, chance in zip(truth.sites, truth.on_time, strict=True):
        (good if chance >= 0.95 else bad if chance < 0.85 else []).extend(on_time[site])
    assert sum(good) / len(good) > 0.94
    assert sum(bad) / len(bad) < 0.85
    pieces = sum(item.quantity for item in larger.deliveries)
    assert 0 < sum(item.defects for item in larger.deliveries) / pieces < 0.02


def test_progress_is_told_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    generate_network(20, 1, today=TODAY, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (20, 20)


@pytest.mark.parametrize(("firms", "seed"), [(0, 1), (-5, 1), (20_001, 1), (10, -1)])
def test_impossible_sizes_are_refused_in_both_languages(firms: int, seed: int) -> None:
    with pytest.raises(InputError) as caught:
        generate_network(firms, seed, today=TODAY)
    assert str(firms) in caught.value.ja or str(seed) in caught.value.ja
    assert str(firms) in caught.value.en or str(seed) in caught.value.en


def test_calendars_close_over_new_year(small: Network) -> None:
    assert {site.calendar for site in small.sites} == {item.id for item in small.calendars}
    for item in small.calendars:
        assert not item.is_working_day(date(2026, 12, 30))
        assert item.is_working_day(date(2026, 11, 25))
