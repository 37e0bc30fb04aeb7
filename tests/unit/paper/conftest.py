"""Forms of the example orders, written once."""

from __future__ import annotations

import pytest
from paper_desk import Desk, desk_of

from kumihimo.paper.layout import FormKind


@pytest.fixture(scope="session")
def desks() -> dict[FormKind, Desk]:
    return {kind: desk_of(kind) for kind in FormKind}


@pytest.fixture(scope="session")
def acknowledgement(desks: dict[FormKind, Desk]) -> Desk:
    return desks[FormKind.ACKNOWLEDGEMENT]
