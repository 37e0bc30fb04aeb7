"""Make the pictures of the documentation from the demo's own pages, with headless Chromium.

Run it after ``make demo``: ``.venv/bin/python scripts/make_screenshots.py``.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "out" / "demo"
IMAGES = ROOT / "docs" / "images"
SHOTS = (("06-assembly.html", "proposal.png", 1280, 1560), ("index.html", "index.png", 1280, 620))


def main() -> int:
    """Take every picture; 0 when all were made."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None or not PAGES.exists():
        sys.stderr.write("needs Chromium on the path, and the pages of `make demo`.\n")
        return 1
    IMAGES.mkdir(parents=True, exist_ok=True)
    for page, image, width, height in SHOTS:
        with tempfile.TemporaryDirectory() as profile:
            subprocess.run(
                [
                    browser,
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--hide-scrollbars",
                    "--disable-background-networking",
                    f"--user-data-dir={profile}",
                    f"--window-size={width},{height}",
                    f"--screenshot={IMAGES / image}",
                    (PAGES / page).as_uri(),
                ],
                check=True,
                capture_output=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
