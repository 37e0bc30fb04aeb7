"""Writes the reference page of nouns from the labels, units and visibilities in `kumihimo.model`."""

from __future__ import annotations

from pathlib import Path

from kumihimo.model import TABLES, attributes

HEAD = """# The nouns and their fields

Generated from the model: the same labels stand in the workbook, on the profile sheet and in every error message.

"""


def write_nouns(path: Path) -> None:
    """Write the page to `path`; unchanged text is not written again, so that a rebuild stays quick."""
    lines = [HEAD]
    for table, noun in TABLES.items():
        summary = (noun.__doc__ or "").splitlines()[0]
        lines.append(f"## {noun.__name__} (`{table}`)\n\n{summary}\n\n")
        lines.append("| identifier | 日本語 | unit | seen by |\n| --- | --- | --- | --- |\n")
        for item in attributes(noun):
            lines.append(f"| `{item.name}` | {item.ja} | {item.unit} | {item.see.value} |\n")
        lines.append("\n")
    text = "".join(lines)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
