"""Reading inquiries: how many fields are right on the labelled sets, and how long one inquiry takes.

The peer is what a plain keyword search gives: every process and material name of the code lists that occurs in the
text, the first number before 個/本/枚/台, and the first ISO-like date. It answers in the same run on the same records.

Run: ``python -m benchmarks.reading --out benchmarks/results/reading.md``
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import statistics
import time
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kumihimo import terms
from kumihimo.inquiry.reader import read_text
from kumihimo.inquiry.scoring import Score, judge
from kumihimo.inquiry.to_json import inquiry_to_json

SETS = Path(__file__).resolve().parents[1] / "tests" / "data" / "inquiries"
NAMES = ("tuning", "tuning2", "tuning3", "tuning4", "heldout")
EMPTY: dict[str, Any] = {
    "materials": [],
    "processes": [],
    "quantity": None,
    "per": "once",
    "size_mm": [],
    "thickness_mm": None,
    "tolerances": [],
    "geometric": [],
    "roughness_ra_um": None,
    "hardness": None,
    "coating_um": None,
    "due_date": None,
    "prefectures": [],
    "certificates": [],
}


def ours(record: Mapping[str, Any]) -> Mapping[str, Any]:
    return inquiry_to_json(read_text(record["text"], today=date.fromisoformat(record["today"])))


def keywords(record: Mapping[str, Any]) -> Mapping[str, Any]:
    text: str = record["text"]
    count = re.search(r"(\d+)\s*[個本枚台]", text)
    due = re.search(r"20\d\d-\d\d-\d\d", text)
    needs = EMPTY | {
        "materials": [code for code in terms.materials() if code in text],
        "processes": [one.id for one in terms.processes().values() if one.ja in text],
        "quantity": int(count[1]) if count else None,
        "due_date": due[0] if due else None,
        "prefectures": [code for code, one in terms.prefectures().items() if one.ja in text],
        "certificates": [one.id for one in terms.certificates().values() if one.id in text],
    }
    return {"requirements": needs, "questions": []}


def measured(records: list[dict[str, Any]], read: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Any]:
    score = Score()
    for record in records:
        judge(score, record, read(record))
    best = [min(_seconds(read, record) for _ in range(3)) for record in records]
    best.sort()
    return {
        **score.summary(),
        "p50_ms": statistics.median(best) * 1000,
        "p95_ms": best[int(0.95 * (len(best) - 1))] * 1000,
    }


def _seconds(read: Callable[[Mapping[str, Any]], Mapping[str, Any]], record: Mapping[str, Any]) -> float:
    began = time.perf_counter()
    read(record)
    return time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark of reading")
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    lines = [
        "# Reading",
        "",
        f"{datetime.now(UTC).date()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}.",
        "`heldout` was never looked at while tuning; the others were.",
        "",
        "| set | records | engine | fields | numbers | invented | asked | p50 ms | p95 ms |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name in NAMES:
        path = SETS / f"{name}.jsonl"
        if not path.exists():
            continue
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        for engine, read in (("kumihimo", ours), ("keyword search", keywords)):
            found = measured(records, read)
            rates = f"{found['fields_accuracy']:.3f} | {found['numbers_accuracy']:.3f} | {found['invented_rate']:.2%}"
            times = f"{found['p50_ms']:.2f} | {found['p95_ms']:.2f}"
            lines.append(f"| {name} | {len(records)} | {engine} | {rates} | {found['ask_rate']:.3f} | {times} |")
    text = "\n".join([*lines, ""])
    print(text)
    if chosen.out:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
