"""Sphinx settings. The page of nouns is generated from the model at each build, so that it cannot go stale."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generate_nouns import write_nouns  # noqa: E402

project = "Kumihimo 組紐"
author = "The Kumihimo developers"
copyright = "2026, The Kumihimo developers"
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Kumihimo 組紐"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence", "deflist"]
write_nouns(HERE / "reference" / "nouns.md")
