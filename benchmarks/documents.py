"""How much CPU a document takes: every kind in both languages, a long one, and a daily sheet; the first apart.

CPU seconds of this process with its threads, so that other work on the machine does not count.

Run: ``python -m benchmarks.documents --out benchmarks/results/documents.md``
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kumihimo.paper.document_json import document_from_json
from kumihimo.paper.kinds import DocumentKind
from kumihimo.paper.rendering import render

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "orders"
FILES = {
    "order": "order order_change rfq reminder supplied_material",
    "goods": "quotation acknowledgement delivery_note invoice",
    "received": "receipt inspection payment_notice return_note",
    "daily": "daily",
}
SECRET = b"a key for benchmarks only, 32 and more"
LIMIT_S = 0.2
LONG_LINES = 60


def cases() -> list[tuple[str, dict[str, Any], DocumentKind]]:
    found = []
    for name, kinds in FILES.items():
        content = json.loads((EXAMPLES / f"document-{name}.json").read_text(encoding="utf-8"))
        found += [(kind, content, DocumentKind(kind)) for kind in kinds.split()]
        if name == "goods":
            lines = [
                {"item": f"{at} " + "精密軸受ハウジング、" * 10, "quantity": at, "unit_price_jpy": 1000 + at}
                for at in range(1, LONG_LINES + 1)
            ]
            long = {**content, "lines": lines}
            found.append((f"invoice, {LONG_LINES} lines of 100 characters", long, DocumentKind.INVOICE))
    return found


def measured(content: dict[str, Any], kind: DocumentKind, lang: str, repeats: int) -> tuple[list[float], int]:
    """Return the CPU seconds of each run, and the bytes.

    Typst remembers what it has set before in a process: each run has another number, other names of firms and items.
    """
    seconds, size = [], 0
    for run in range(repeats):
        changed = json.loads(json.dumps(content))
        for named, key in [
            (changed["sender"], "name"),
            (changed["recipient"], "name"),
            *((line, "item") for line in changed.get("lines", ())),
            *((one, "material") for one in changed.get("materials", ())),
        ]:
            named[key] += f" {run}"
        document = document_from_json(changed, kind, lang=lang, number=f"B-{run:06d}")
        began = time.process_time()
        size = len(render(document, secret=SECRET).pdf)
        seconds.append(time.process_time() - began)
    return seconds, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=None)
    parser.add_argument("--repeats", type=int, default=20)
    given = parser.parse_args()
    everything = cases()
    first, _ = measured(everything[0][1], everything[0][2], "ja", 1)
    rows, worst = [], 0.0
    for name, content, kind in everything:
        for lang in ("ja", "en"):
            seconds, size = measured(content, kind, lang, given.repeats)
            largest = max(seconds)
            if kind is not DocumentKind.INVOICE or "lines" not in name:
                worst = max(worst, largest)
            rows.append(f"| {name} | {lang} | {statistics.median(seconds):.3f} | {largest:.3f} | {size / 1024:.0f} |")
    text = "\n".join(
        [
            "# Documents",
            "",
            f"{datetime.now(UTC):%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, "
            f"Python {platform.python_version()}. CPU seconds a document, {given.repeats} runs each; synthetic.",
            f"The very first document of a process took {first[0]:.2f} (libraries and fonts are loaded).",
            f"Slowest ordinary document: {worst:.3f}; limit {LIMIT_S}: {'kept' if worst <= LIMIT_S else 'MISSED'}.",
            "",
            "| document | language | median CPU s | largest CPU s | KB |",
            "|---|---|---:|---:|---:|",
            *rows,
            "",
        ]
    )
    print(text)
    if given.out is not None:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
