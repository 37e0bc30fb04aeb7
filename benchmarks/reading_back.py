"""Reading our own forms back: synthetic replies with FAX noise and phone photos, read by the product's own reader.

Thresholds were tuned on development seeds (below 200,000) only; the judged ones were first drawn for the table.
The peers are the same reader with less: one code instead of two, and OpenCV's QR reader instead of zxing-cpp.

Run: ``python -m benchmarks.reading_back --out benchmarks/results/reading-back.md``; ``--development`` for tuning.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import repeat
from pathlib import Path

import cv2
import numpy as np

from kumihimo.paper.form import write_form
from kumihimo.paper.layout import FormKind, FormLayout
from kumihimo.paper.order_brief import order_brief_from_json
from kumihimo.paper.reading.codes import read_codes, search_codes
from kumihimo.paper.reading.ink import without_machine_dirt
from kumihimo.paper.reading.load import load_pages
from kumihimo.paper.reading.read import Outcome, ReadForm, read_pages
from kumihimo.paper.reading.register import register
from kumihimo.paper.reply_forms import CODES, MARKS
from kumihimo.simulate.fax import Level, fax, photo
from kumihimo.simulate.handwriting import CORRECTIONS, Grey, blank_sheet
from kumihimo.simulate.replies import expected_answers, mark_sheet, some_reply

ORDERS = Path(__file__).resolve().parents[1] / "examples" / "orders"
SECRET = b"the key of the benchmark, 32 bytes"
REVISIONS = {"PO-2026-000123": 2, "DS-20261124-017": 1}
DEVELOPMENT, JUDGED = 1, 200_000


@dataclass(frozen=True)
class Condition:
    """How the pages of one row were sent; `goal` is the least part that must be read by itself."""

    name: str
    level: Level | None
    fine: bool
    goal: float | None = None
    corrections: bool = False


CONDITIONS = (
    Condition("clean, fine", Level.L0, True, 0.95),
    Condition("L1, fine", Level.L1, True, 0.95),
    Condition("L2, fine", Level.L2, True, 0.95),
    Condition("L3, fine", Level.L3, True, 0.93),
    Condition("L1, standard", Level.L1, False, 0.93),
    Condition("L2, standard", Level.L2, False, 0.93),
    Condition("L3, standard", Level.L3, False, 0.93),
    Condition("phone photo", None, True, 0.93),
    Condition("corrected by hand, L1 fine", Level.L1, True, None, True),
    Condition("struck out and nothing else, L1 fine", Level.L1, True, None, True),
)


@dataclass
class Row:
    """What came of a condition."""

    pages: int = 0
    automatic: int = 0
    wrong: int = 0
    codes: int = 0
    seconds: list[float] = field(default_factory=list)
    reasons: Counter[str] = field(default_factory=Counter)

    def add(self, read: ReadForm, right: bool, seconds: float) -> None:
        self.pages += 1
        self.seconds.append(seconds)
        self.codes += bool(read.codes)
        if read.outcome is Outcome.AUTOMATIC:
            self.automatic += 1
            self.wrong += not right
        else:
            self.reasons.update({one.reason.value for one in read.reviews})


def sheets() -> tuple[tuple[FormLayout, Grey], ...]:
    made = []
    for kind in FormKind:
        name = "daily-2026-1124.json" if kind is FormKind.DAILY else "po-2026-000123.json"
        order = order_brief_from_json(json.loads((ORDERS / name).read_text(encoding="utf-8")))
        form = write_form(kind, order, secret=SECRET)
        made.append((form.layout.layout, blank_sheet(form.pdf)))
    return tuple(made)


def sent(sheet: Grey, condition: Condition, rng: np.random.Generator) -> bytes:
    """One page in ten lies upside down, one in twenty on its side."""
    turns = int(rng.choice([0] * 17 + [2, 2, 1]))
    if condition.level is None:
        return photo(sheet, rng, quarter_turns=turns)
    return fax(sheet, condition.level, rng, fine=condition.fine, quarter_turns=turns)


def pages(condition: Condition, count: int, first_seed: int) -> Iterator[tuple[bytes, dict[str, object] | None]]:
    """Pages with what a reader must answer; None where a person must look."""
    forms = sheets()
    for seed in range(first_seed, first_seed + count):
        layout, blank = forms[seed % len(forms)]
        rng = np.random.default_rng([seed, CONDITIONS.index(condition)])
        alone = condition.name.startswith("struck")
        reply = some_reply(layout, rng, corrected=condition.corrections and not alone)
        note = bool(rng.random() < 0.2)
        if alone:
            sheet = mark_sheet(blank, layout, reply, rng, strokes=CORRECTIONS, note=note)
        else:
            sheet = mark_sheet(blank, layout, reply, rng, note=note)
        yield sent(sheet, condition, rng), None if condition.corrections else dict(expected_answers(layout, reply))


def measured(condition: Condition, count: int, first_seed: int) -> Row:
    cv2.setNumThreads(1)
    row = Row()
    for data, expected in pages(condition, count, first_seed):
        began = time.process_time()
        (read,) = read_pages(data, secret=SECRET, current_revision=REVISIONS.get)
        seconds = time.process_time() - began
        answers = {name: answer.value for name, answer in read.answers.items()}
        row.add(read, expected is not None and answers == expected, seconds)
    return row


def codes_read(count: int, first_seed: int) -> dict[str, float]:
    """Part of the pages at L3 standard on which each way of reading finds the token."""
    worst = next(one for one in CONDITIONS if one.name == "L3, standard")
    found: Counter[str] = Counter()
    opencv = cv2.QRCodeDetector()
    for data, _ in pages(worst, count, first_seed):
        raw = load_pages(data)[0]
        page = without_machine_dirt(raw)
        placed = register(page, MARKS)
        at_place = read_codes(page, placed, CODES) if placed.good else search_codes(page)
        found["QR and DataMatrix, zxing-cpp, at their place"] += bool(at_place)
        found["QR alone, zxing-cpp, at its place"] += "QRCode" in at_place
        found["DataMatrix alone, zxing-cpp, at its place"] += "DataMatrix" in at_place
        found["QR and DataMatrix, zxing-cpp, searched on the whole page"] += bool(search_codes(raw))
        found["QR alone, OpenCV, whole page"] += bool(opencv.detectAndDecode(raw)[0])
    return {name: number / count for name, number in found.items()}


def table(pool: Executor, count: int, first_seed: int) -> list[str]:
    lines = [
        "| pages | n | automatic | goal | silently wrong | to a person | codes read | ms CPU | p95 | reasons |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for condition, row in zip(
        CONDITIONS, pool.map(measured, CONDITIONS, repeat(count), repeat(first_seed)), strict=True
    ):
        ms = np.array(row.seconds) * 1000
        goal = f"{condition.goal:.0%}" if condition.goal else "all to a person" if condition.corrections else "—"
        reasons = ", ".join(f"{name} {number}" for name, number in row.reasons.most_common(3)) or "—"
        cells = (
            condition.name,
            row.pages,
            f"{row.automatic / row.pages:.1%}",
            goal,
            row.wrong,
            row.pages - row.automatic,
            f"{row.codes / row.pages:.1%}",
            f"{ms.mean():.0f}",
            f"{np.quantile(ms, 0.95):.0f}",
            reasons,
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
        print(lines[-1], flush=True)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description="Benchmark of reading forms back")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--pages", type=int, default=200, help="of each condition")
    parser.add_argument("--code-pages", type=int, default=200, help="for the table of codes")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--development", action="store_true", help="the seeds that thresholds may be tuned on")
    chosen = parser.parse_args()
    first = DEVELOPMENT if chosen.development else JUDGED
    # Conditions run beside each other; what is reported is the processor time of each page, not the clock's.
    with ProcessPoolExecutor(max_workers=chosen.workers) as pool:
        tokens = pool.submit(codes_read, chosen.code_pages, first)
        rows = table(pool, chosen.pages, first)
        parts = tokens.result()
    lines = [
        "# Reading forms back",
        "",
        f"{datetime.now(UTC).date()}, {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, OpenCV {cv2.__version__} on one thread.",
        f"Seeds from {first:,}, {chosen.pages} pages a row, four kinds of form, synthetic replies: ticks, crosses,",
        "circles in and around the box, pens of 0.3 to 1.4 mm; one page in five has handwriting, one in seven lies on",
        "its head or its side. Corrected pages must all go to a person: any that does not is silently wrong.",
        "",
        *rows,
        "",
        f"## The token at the worst condition (L3, standard), {chosen.code_pages} pages",
        "",
        "| read by | pages |",
        "|---|---:|",
        *(f"| {name} | {part:.1%} |" for name, part in parts.items()),
    ]
    text = "\n".join([*lines, ""])
    print(text)
    if chosen.out:
        chosen.out.parent.mkdir(parents=True, exist_ok=True)
        chosen.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
