"""`kumihimo order edi` as a user meets it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from kumihimo.cli.order import app

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "orders"
ORDER, GOODS = str(EXAMPLES / "document-order.json"), str(EXAMPLES / "document-goods.json")


def test_json_goes_to_the_standard_output() -> None:
    done = CliRunner().invoke(app, ["edi", ORDER])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["message"] == "order"


def test_an_invoice_as_xml_tells_that_conformance_is_not_claimed(tmp_path: Path) -> None:
    out = tmp_path / "invoice.xml"
    arguments = ["edi", GOODS, "--format", "jp-pint", "--number", "INV-7", "--out", str(out)]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    assert "適合は確認していません" in done.stderr
    assert b"<cbc:ID>INV-7-r1</cbc:ID>" in out.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([ORDER, "--kind", "reminder"], "データにできません"),
        ([ORDER, "--format", "jp-pint"], "traded_from"),
        ([GOODS, "--format", "jp-pint", "--kind", "delivery_note"], "請求書と支払通知書だけ"),
        (["missing.json"], "missing.json"),
    ],
)
def test_what_is_wrong_is_told(arguments: list[str], words: str, tmp_path: Path) -> None:
    out = tmp_path / "x"
    done = CliRunner().invoke(app, ["edi", *arguments, "--out", str(out)])
    assert done.exit_code == 2, done.output
    assert words in done.output
    assert not out.exists()
