"""`kumihimo order check` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kumihimo.cli.order import app

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "orders" / "check" / "po-2026-000123.json"


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def test_verdicts_come_with_quote_source_and_verification() -> None:
    done = run(EXAMPLE, "--on", "2026-11-24")
    assert done.exit_code == 0, done.output
    assert "■ [人の判断が必要] 代金の額（または算定方法） (toriteki.notice.amount)" in done.output
    assert "その内容が定められないことにつき正当な理由" in done.output
    assert "2026-01-01 施行 / 写し・解説で確認（原文は未確認）" in done.output
    assert "PO-2026-000123（2026-11-24）: 人の判断が必要" in done.output


def test_english() -> None:
    done = run(EXAMPLE, "--on", "2026-11-24", "--lang", "en")
    assert "[a person decides] amount, or how it is worked out" in done.output


def test_json_holds_every_verdict() -> None:
    document = json.loads(run(EXAMPLE, "--on", "2026-11-24", "--json").stdout)
    assert (document["format"], document["colour"]) == ("kumihimo-order-verdicts/1", "amber")
    assert [v["rule"] for v in document["verdicts"] if v["needs_signature"]] == ["toriteki.notice.amount"]


def test_open_item_turns_red_after_its_day() -> None:
    assert json.loads(run(EXAMPLE, "--on", "2026-12-05", "--json").stdout)["colour"] == "red"


@pytest.mark.parametrize(
    ("on", "message"),
    [("2025-12-31", "収録していません"), ("yesterday", "日付ではありません"), ("2026-02-30", "日付では")],
)
def test_day_that_cannot_be_judged_is_refused(on: str, message: str) -> None:
    done = run(EXAMPLE, "--on", on)
    assert done.exit_code == 2
    assert message in done.output


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("format",), "kumihimo-order/1", "$.format"),
        (("work",), "magic", "$.work"),
        (("buyer", "capital_jpy"), -1, "$.buyer.capital_jpy"),
        (("buyer", "sole_proprietor"), "no", "$.buyer.sole_proprietor"),
        (("supplier",), {}, "$.supplier.name"),
        (("notice", "amount"), {"undecided_reason": "理由"}, "$.notice"),
        (("closing", "pay_day"), 0, "$.closing"),
        (("received_on",), "2026-13-01", "$.received_on"),
        (("acknowledgement", "medium"), "pigeon", "$.acknowledgement.medium"),
        (("surprise",), 1, "$.surprise"),
    ],
)
def test_wrong_file_is_refused_at_its_place(tmp_path: Path, path: tuple[str, ...], value: Any, place: str) -> None:
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    file = tmp_path / "order.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    done = run(file, "--on", "2026-11-24")
    assert done.exit_code == 2
    assert place in done.output


def test_moment_without_a_time_zone_is_refused(tmp_path: Path) -> None:
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["negotiations"][0]["asked_at"] = "2026-11-20T10:00:00"
    file = tmp_path / "order.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    done = run(file, "--on", "2026-11-24")
    assert done.exit_code == 2
    assert "$.negotiations[0].asked_at" in done.output
