from __future__ import annotations

import math

import numpy as np
import pytest

from kumihimo.logistics import EARTH_RADIUS_KM, great_circle_km, great_circle_km_many


def test_one_degree_of_latitude() -> None:
    assert great_circle_km(35, 138, 36, 138) == pytest.approx(math.pi * EARTH_RADIUS_KM / 180, rel=1e-12)


def test_known_distance_paris_to_new_york() -> None:
    # Great-circle distance on the mean sphere, spherical law of cosines worked by hand: 5,837 km.
    assert great_circle_km(48.8566, 2.3522, 40.7128, -74.0060) == pytest.approx(5837, abs=1)


def test_antipodes_and_the_date_line() -> None:
    assert great_circle_km(0, 0, 0, 180) == pytest.approx(math.pi * EARTH_RADIUS_KM)
    assert great_circle_km(10, 179.9, 10, -179.9) == pytest.approx(great_circle_km(10, 0, 10, 0.2), rel=1e-9)
    assert great_circle_km(36.1, 138.1, 36.1, 138.1) == 0


def test_arrays_agree_with_scalars_and_broadcast() -> None:
    rng = np.random.default_rng(5)
    lat, lon = rng.uniform(-90, 90, 50), rng.uniform(-180, 180, 50)
    table = great_circle_km_many(lat[:, None], lon[:, None], lat[None, :], lon[None, :])
    assert table.shape == (50, 50)
    for i, j in [(0, 1), (7, 30), (49, 2)]:
        assert table[i, j] == pytest.approx(great_circle_km(lat[i], lon[i], lat[j], lon[j]), rel=1e-12)
