"""`kumihimo order` as a user meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kumihimo.simulate.handwriting import Pen, Stroke, blank_sheet, draw_mark

ROOT = Path(__file__).resolve().parents[3]
ORDER = ROOT / "examples" / "orders" / "po-2026-000123.json"


def run(*arguments: str | Path, home: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", "from kumihimo.cli.app import main; main()", "order", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=home,
        check=False,
        env={**os.environ, "XDG_CONFIG_HOME": str(home / "config")},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the form was written, and marked."""
    import cv2
    import numpy as np

    home = tmp_path_factory.mktemp("home")
    done = run("form", "acknowledgement", ORDER, "--out", "form.pdf", "--layout", "layout.json", home=home)
    assert done.returncode == 0, done.stderr
    assert "鍵" in done.stderr, "the user is told that a key was made"
    sheet = blank_sheet((home / "form.pdf").read_bytes())
    from kumihimo.paper.layout import layout_from_json

    layout = layout_from_json(json.loads((home / "layout.json").read_text(encoding="utf-8")))
    for name in ("answer.change", "month.12", "day.21"):
        box = next(one for one in layout.boxes if one.name == name)
        draw_mark(sheet, box, Stroke.CROSS, Pen(width_mm=0.6, grey=20), np.random.default_rng(5))
    cv2.imwrite(str(home / "reply.png"), sheet)
    return home


def test_the_key_is_private_and_stays(home: Path) -> None:
    key = home / "config" / "kumihimo" / "form.key"
    assert key.stat().st_mode & 0o077 == 0
    before = key.read_bytes()
    assert run("form", "daily", ORDER, "--out", "again.pdf", home=home).returncode == 0
    assert key.read_bytes() == before


def test_a_reply_is_read_as_json(home: Path) -> None:
    done = run("read", "reply.png", "--layout", "layout.json", "--json", home=home)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    assert read["outcome"] == "automatic"
    assert read["answers"]["date"]["value"] == {"month": 12, "day": 21}
    assert read["form"]["order"] == "PO-2026-000123"


def test_a_newer_order_makes_the_reply_old(home: Path) -> None:
    order = json.loads(ORDER.read_text(encoding="utf-8"))
    (home / "newer.json").write_text(json.dumps({**order, "revision": 3}), encoding="utf-8")
    done = run("read", "reply.png", "--order", "newer.json", home=home)
    assert done.returncode == 0
    assert "人が確認してください" in done.stdout
    assert "第2版への返事です。いまは第3版です" in done.stdout


def test_a_day_before_the_issue_goes_to_a_person(home: Path) -> None:
    order = json.loads(ORDER.read_text(encoding="utf-8"))
    (home / "later.json").write_text(json.dumps({**order, "issued_on": "2026-12-24"}), encoding="utf-8")
    done = run("read", "reply.png", "--layout", "layout.json", "--order", "later.json", home=home)
    assert "人が確認してください" in done.stdout
    assert "12月21日は、この用紙を出した2026年12月24日(木)より前です" in done.stdout
    assert "2027年12月21日(火)" in done.stdout
    again = run("read", "reply.png", "--layout", "layout.json", "--order", "later.json", "--json", home=home)
    read = json.loads(again.stdout)
    assert read["outcome"] == "review"
    assert [(one["reason"], one["group"]) for one in read["reviews"]] == [("day_before_issue", "date")]
    on_time = run("read", "reply.png", "--layout", "layout.json", "--order", ORDER, "--json", home=home)
    assert json.loads(on_time.stdout)["outcome"] == "automatic"


def test_pictures_for_people_are_written(home: Path) -> None:
    done = run("read", "form.pdf", "--layout", "layout.json", "--crops", "crops", "--lang", "en", home=home)
    assert "has no mark" in done.stdout
    assert (home / "crops" / "form-1-answer.png").read_bytes().startswith(b"\x89PNG")


def test_a_bad_file_does_not_stop_the_others(home: Path) -> None:
    (home / "bad.tif").write_bytes(b"not a picture")
    done = run("read", "bad.tif", "reply.png", "--layout", "layout.json", "--json", home=home)
    assert done.returncode == 2
    assert done.stderr.startswith("■ bad.tif: ")
    assert done.stderr.count("bad.tif") == 1, "its name stands over the block, once"
    assert json.loads(done.stdout)["outcome"] == "automatic"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("form", "poem", ORDER, "--out", "x.pdf"), "用紙の種類 'poem' はありません"),
        (("form", "daily", "nowhere.json", "--out", "x.pdf"), "ファイルが見つかりません"),
        (("form", "daily", "form.pdf", "--out", "x.pdf"), "JSON(UTF-8)として読めません"),
        (("form", "daily", "layout.json", "--out", "x.pdf"), "注文のJSONの"),
        (("read", "reply.png", "--layout", ORDER), "用紙レイアウトのJSONではありません"),
        (("read", "reply.png", "--key", "no.key"), "鍵 no.key がありません"),
    ],
)
def test_mistakes_are_one_clear_line(home: Path, arguments: tuple[str | Path, ...], words: str) -> None:
    done = run(*arguments, home=home)
    assert done.returncode == 2
    assert words in done.stderr
