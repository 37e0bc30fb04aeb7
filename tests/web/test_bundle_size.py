"""What a page loads stays small: a form in a workshop with a weak line, and the heaviest page there is."""

from __future__ import annotations

import gzip

from kumihimo_web.design.templatetags.assets import DIST, manifest

FORM_PAGE_KB = 25
MAP_AND_GANTT_KB = 80


def script_sizes(*entries: str) -> dict[str, int]:
    """Return the gzipped bytes of every script that these entries load, each file once."""
    sizes: dict[str, int] = {}
    waiting = list(entries)
    while waiting:
        chunk = manifest()[waiting.pop()]
        if chunk["file"] not in sizes:
            sizes[chunk["file"]] = len(gzip.compress((DIST / chunk["file"]).read_bytes(), 9))
            waiting.extend(chunk.get("imports", ()))
    return sizes


def test_script_of_a_form_page() -> None:
    sizes = script_sizes("src/main.ts")
    assert 0 < sum(sizes.values()) <= FORM_PAGE_KB * 1000, sizes


def test_scripts_of_a_page_with_map_and_gantt() -> None:
    islands = ["src/islands/network_map.ts", "src/islands/plan_gantt/index.ts"]
    sizes = script_sizes("src/main.ts", *islands)
    assert len(sizes) >= 3
    assert sum(sizes.values()) <= MAP_AND_GANTT_KB * 1000, sizes


def test_islands_are_loaded_only_where_they_are() -> None:
    main = manifest()["src/main.ts"]
    assert {"src/islands/network_map.ts", "src/islands/plan_gantt/index.ts"} <= set(main["dynamicImports"])
    assert not any("islands" in name for name in main.get("imports", ()))
