"""What the command line prints and how it names files, when names come from a stranger."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kumihimo.cli.console import print_json, say, warn
from kumihimo.cli.propose import page_names

HOSTILE = "架空\x1b[31m精機\x9b2J\u202e\r終"


def test_people_see_no_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    say(HOSTILE + "\n\t次の行")
    warn(HOSTILE)
    shown = capsys.readouterr()
    assert shown.out == "架空[31m精機2J終\n\t次の行\n"
    assert shown.err == "架空[31m精機2J終\n"


@pytest.mark.parametrize("line", [True, False])
def test_json_keeps_the_value_and_escapes_the_characters(line: bool, capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"name": HOSTILE}, line=line)
    out = capsys.readouterr().out
    assert json.loads(out) == {"name": HOSTILE}
    assert not any(char in out for char in "\x1b\x9b\u202e\r")


def test_page_names_stay_in_the_folder() -> None:
    names = page_names([Path("...txt"), Path("..txt"), Path("a/x.txt"), Path("b/X.csv"), Path("index.txt")])
    assert names == ["inquiry", "inquiry-2", "x", "X-2", "index-2"]
    assert page_names([Path("javascript:a\x1b.txt")]) == ["javascript_a_"]
    assert len(page_names([Path("長" * 80 + ".txt")])[0].encode()) <= 240
