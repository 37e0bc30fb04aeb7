"""Writes the reference page of nouns from the labels, units and visibilities in `kumihimo.model`."""

from __future__ import annotations

from pathlib import Path

from kumihimo.model import TABLES, attributes

HEAD = """# The nouns and their fields

Generated from the model: the same labels stand in the workbook, on the profile sheet and in every error message.

"""

FOOT = """## Work orders

A `WorkOrder` (製造注文) is no table of the network but what it is doing: a team that was booked. It has a title,
a buyer, a release and a due date, a weight, a delivery place, and steps. An `OrderStep` names its process and pieces,
the steps before it, the sites that were `chosen` (several = the lot is split), and a `StepOffer` of every site that
could do it, with capability row, open minutes and yen. `kumihimo.interop.work_order_json` writes and reads it as JSON
(`kumihimo-work-order/1`); everything wrong in a document is told with its JSON path.
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
    lines.append(FOOT)
    text = "".join(lines)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
