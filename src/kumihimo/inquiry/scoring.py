"""The judge of a reading: field by field against labelled records, as the published rules say."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

LIST_FIELDS = ("materials", "processes", "tolerances", "geometric", "prefectures", "certificates")
SINGLE_FIELDS = ("quantity", "size_mm", "thickness_mm", "roughness_ra_um", "hardness", "coating_um", "due_date")
NUMBER_FIELDS = frozenset(
    {
        "quantity",
        "size_mm",
        "thickness_mm",
        "tolerances",
        "geometric",
        "roughness_ra_um",
        "hardness",
        "coating_um",
        "due_date",
    }
)


@dataclass(slots=True)
class Score:
    """Counts over a set; the rates are properties.

    Attributes
    ----------
    values, right
        Values that the labels name, and those read exactly. A list counts per value.
    number_values, number_right
        The same over the fields with numbers and dates.
    read, invented
        Values that the reader gave, and those that the labels do not support.
    must_ask, asked
        Fields to be asked, and those asked. `questioned` counts all asked fields.
    mistakes
        (record, field, label, reading) of everything that is not exact. Not to be shown for a held-out set.
    """

    records: int = 0
    values: int = 0
    right: int = 0
    cells: int = 0
    cells_right: int = 0
    number_values: int = 0
    number_right: int = 0
    read: int = 0
    invented: int = 0
    must_ask: int = 0
    asked: int = 0
    questioned: int = 0
    mistakes: list[tuple[str, str, Any, Any]] = field(default_factory=list)

    @property
    def fields_accuracy(self) -> float:
        """Share of the labelled values that were read exactly; an invented value counts as one more labelled value."""
        return self.right / max(1, self.values + self.invented)

    @property
    def recall(self) -> float:
        """Share of the labelled values that were read exactly."""
        return self.right / max(1, self.values)

    @property
    def cell_accuracy(self) -> float:
        """Share of all fields of all records, the empty ones too, that agree as a whole."""
        return self.cells_right / max(1, self.cells)

    @property
    def numbers_accuracy(self) -> float:
        """Share of the labelled numbers and dates that were read exactly."""
        return self.number_right / max(1, self.number_values)

    @property
    def invented_rate(self) -> float:
        """Share of the values that were read which the text does not support."""
        return self.invented / max(1, self.read)

    @property
    def ask_rate(self) -> float:
        """Share of the fields that must be asked which raised a question."""
        return self.asked / max(1, self.must_ask)

    def summary(self) -> dict[str, float | int]:
        """Return the rates and their denominators; no record is named."""
        return {
            "records": self.records,
            "values": self.values,
            "fields_accuracy": round(self.fields_accuracy, 4),
            "recall": round(self.recall, 4),
            "cell_accuracy": round(self.cell_accuracy, 4),
            "numbers_accuracy": round(self.numbers_accuracy, 4),
            "invented_rate": round(self.invented_rate, 4),
            "must_ask": self.must_ask,
            "ask_rate": round(self.ask_rate, 4),
            "questions_asked": self.questioned,
        }


def _key(value: Any) -> str:
    return json.dumps(_numbers(value), sort_keys=True, ensure_ascii=False)


def _numbers(value: Any) -> Any:
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, (int, float)):
        return round(float(value), 6)
    if isinstance(value, Mapping):
        return {name: _numbers(item) for name, item in value.items() if name != "nominal_mm"}
    if isinstance(value, (list, tuple)):
        return [_numbers(item) for item in value]
    return value


def judge(score: Score, record: Mapping[str, Any], read: Mapping[str, Any]) -> None:
    """Add one record to the score.

    Parameters
    ----------
    record
        Labelled record with ``gold`` and ``must_ask``.
    read
        What `kumihimo.inquiry.to_json.inquiry_to_json` returned for its text.
    """
    gold, got, name = record["gold"], read["requirements"], str(record.get("id", ""))
    score.records += 1
    for item in LIST_FIELDS:
        wanted, found = [_key(v) for v in gold.get(item) or []], [_key(v) for v in got.get(item) or []]
        hits = sum(1 for value in wanted if value in found)
        extra = sum(1 for value in found if value not in wanted)
        _count(score, item, len(wanted), hits, len(found), extra)
        if hits < len(wanted) or extra:
            score.mistakes.append((name, item, gold.get(item), got.get(item)))
        _cell(score, sorted(wanted) == sorted(found))
    for item in SINGLE_FIELDS:
        label, value = gold.get(item) or None, got.get(item) or None
        if item == "quantity" and label is not None and value is not None:
            label, value = [label, gold.get("per") or "once"], [value, got.get("per") or "once"]
        same = _key(label) == _key(value)
        _count(
            score,
            item,
            int(label is not None),
            int(label is not None and same),
            int(value is not None),
            int(value is not None and not same),
        )
        if not same:
            score.mistakes.append((name, item, label, value))
        _cell(score, same)
    asked = {question["field"] for question in read["questions"]}
    score.questioned += len(asked)
    for item in record.get("must_ask") or []:
        score.must_ask += 1
        if item in asked:
            score.asked += 1
        else:
            score.mistakes.append((name, f"ask:{item}", True, False))


def _count(score: Score, item: str, values: int, right: int, read: int, invented: int) -> None:
    score.values += values
    score.right += right
    score.read += read
    score.invented += invented
    if item in NUMBER_FIELDS:
        score.number_values += values
        score.number_right += right


def _cell(score: Score, same: bool) -> None:
    score.cells += 1
    score.cells_right += int(same)


def score_records(records: Iterable[Mapping[str, Any]]) -> Score:
    """Read and judge labelled records."""
    from kumihimo.inquiry.reader import read_text
    from kumihimo.inquiry.to_json import inquiry_to_json

    score = Score()
    for record in records:
        inquiry = read_text(
            record["text"],
            today=date.fromisoformat(record["today"]),
            id=str(record["id"]),
            style=record.get("style", "text"),
        )
        judge(score, record, inquiry_to_json(inquiry))
    return score
