"""Writing a large synthetic network to disk, with a manifest that says what it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

from kumihimo.simulate.columns import generate_columns
from kumihimo.simulate.names import SYNTHETIC_NOTE

MANIFEST = "network.json"


def write_large(
    directory: Path,
    firms: int,
    seed: int,
    *,
    today: date,
    progress: Callable[[int, int], None] | None = None,
) -> Path:
    """Write the columns of a synthetic network and the manifest into `directory`.

    Parameters
    ----------
    directory
        Made when missing; files of an earlier network are overwritten.
    firms
        1 to 400,000.
    seed
        Any whole number from 0.
    today
        Capacity, certificates and deliveries lie around this day.
    progress
        Called with (firms done, firms).

    Returns
    -------
    Path
        The manifest, written last: a folder without it is unfinished.

    Raises
    ------
    InputError
        The size or the seed is out of range.
    """
    manifest = directory / MANIFEST
    manifest.unlink(missing_ok=True)
    columns = generate_columns(firms, seed, today=today, progress=progress)
    columns.save(directory)
    content = {
        "format": "kumihimo-synthetic-network-1",
        "synthetic": True,
        "note": SYNTHETIC_NOTE,
        "name": columns.name,
        "firms": firms,
        "seed": seed,
        "today": today.isoformat(),
        "capability_rows": columns.row_count,
    }
    manifest.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return manifest
