"""Real worker processes are killed while orders move and documents go out: nothing is lost, nothing stands twice."""

from __future__ import annotations

from pathlib import Path

from benchmarks.orders_killed import killed


def test_what_killed_workers_leave_is_whole(tmp_path: Path) -> None:
    held = killed(tmp_path, orders=2, kills=3, seed=3)
    assert (held.lost, held.doubled, held.broken) == (0, 0, 0)
    assert held.kills >= 1
    assert held.events > 20
    assert held.papers > 5
