"""Every benchmark, one after the other; the tables are written to `benchmarks/results/`.

The matching benchmark at 380,000 firms takes minutes and some GB of disk for the SQLite peer.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

RESULTS = Path(__file__).resolve().parent / "results"


def main() -> None:
    for arguments in (
        ["benchmarks.reading", "--out", str(RESULTS / "reading.md")],
        ["benchmarks.reading_back", "--out", str(RESULTS / "reading-back.md")],
        ["benchmarks.orders"],
        ["benchmarks.orders", "--orders", "30", "--kills", "100"],
        ["benchmarks.matching", "--firms", "10000", "--firms", "380000", "--out", str(RESULTS / "matching.md")],
    ):
        subprocess.run([sys.executable, "-m", *arguments], check=True)


if __name__ == "__main__":
    main()
