"""`kumihimo order document` as a user meets it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pypdf
import pytest
import typer
from typer.testing import CliRunner

from kumihimo.cli.order_document import document

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "orders"
app = typer.Typer()
app.command("document")(document)


def test_it_writes_a_document(tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    order = str(EXAMPLES / "document-order.json")
    arguments = ["order", order, "--out", str(out), "--lang", "en", "--number", "PO-7", "--revision", "3"]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert hashlib.sha256(out.read_bytes()).hexdigest() in done.output
    text = pypdf.PdfReader(out).pages[0].extract_text()
    assert "PO-7-r3" in text
    assert "Purchase order" in text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["poem", str(EXAMPLES / "document-order.json")], "payment_notice"),
        (["invoice", str(EXAMPLES / "document-order.json")], "traded_from"),
        (["order", str(EXAMPLES / "po-2026-000123.json")], "$"),
        (["daily", str(EXAMPLES / "document-daily.json")], "鍵"),
        (["order", "missing.json"], "missing.json"),
    ],
)
def test_what_is_wrong_is_told(arguments: list[str], words: str, tmp_path: Path) -> None:
    out = tmp_path / "x.pdf"
    done = CliRunner().invoke(app, [*arguments, "--out", str(out)])
    assert done.exit_code == 2, done.output
    assert words in done.output
    assert not out.exists()


def test_the_daily_sheet_with_a_key(tmp_path: Path) -> None:
    key, out = tmp_path / "form.key", tmp_path / "x.pdf"
    key.write_text("k" * 64, encoding="ascii")
    done = CliRunner().invoke(
        app, ["daily", str(EXAMPLES / "document-daily.json"), "--key", str(key), "--out", str(out)]
    )
    assert done.exit_code == 0, done.output
    assert len(pypdf.PdfReader(out).pages) == 2
    key.write_text("short", encoding="ascii")
    done = CliRunner().invoke(
        app, ["daily", str(EXAMPLES / "document-daily.json"), "--key", str(key), "--out", str(out)]
    )
    assert done.exit_code == 2
