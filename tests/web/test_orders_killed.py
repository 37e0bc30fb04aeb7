"""Web server and worker are killed while orders move and documents go out: nothing is lost, nothing stands twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.orders_killed import killed

pytestmark = pytest.mark.any_database


def test_what_killed_processes_leave_is_whole(tmp_path: Path) -> None:
    held = killed(tmp_path, orders=2, kills=2, seed=3)
    assert (held.lost, held.doubled, held.broken, held.redialled) == (0, 0, 0, 0)
    assert held.kills == {"web": 2, "worker": 2}
    assert held.events > 20
    assert held.papers > 5
    assert held.faxes > 5
