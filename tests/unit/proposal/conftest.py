"""One synthetic network and its proposals, made once for all tests of this folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kumihimo.inquiry.open_file import read_file
from kumihimo.model import Network
from kumihimo.proposal.propose import Proposed, Proposer
from kumihimo.simulate import generate_network

TODAY = date(2026, 11, 22)
EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "inquiries"
NAMES = ("01-mail.txt", "02-fax.txt", "03-phone-memo.txt", "04-form.xlsx", "05-drawing.dxf", "06-assembly.txt")


@pytest.fixture(scope="session")
def network() -> Network:
    return generate_network(300, 7, today=TODAY)


@pytest.fixture(scope="session")
def proposer(network: Network) -> Proposer:
    return Proposer(network, TODAY)


@pytest.fixture(scope="session")
def proposals(proposer: Proposer) -> dict[str, Proposed]:
    return {name: proposer.propose(read_file(EXAMPLES / name, today=TODAY), stem=Path(name).stem) for name in NAMES}
