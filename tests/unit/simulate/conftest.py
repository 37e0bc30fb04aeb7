from __future__ import annotations

from datetime import date

import pytest

from kumihimo.model import Network
from kumihimo.simulate import generate_network

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def small() -> Network:
    return generate_network(300, 7, today=TODAY)


@pytest.fixture(scope="session")
def larger() -> Network:
    return generate_network(1000, 11, today=TODAY)
