"""`kumihimo plan` and `kumihimo plan verify`."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

from kumihimo.cli.plan import app
from kumihimo.planning.clock_words import moment_words, span_words

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "problems" / "three-firms.json"
RUNNER = CliRunner()


def test_plan_then_verify_then_damage(tmp_path: Path) -> None:
    out = tmp_path / "sub" / "plan.json"
    done = RUNNER.invoke(app, [str(EXAMPLE), "--iterations", "20", "--seed", "1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert "計画できません" in done.output
    checked = RUNNER.invoke(app, ["verify", str(EXAMPLE), str(out), "--lang", "en"])
    assert checked.exit_code == 0
    assert "keeps every rule" in checked.output
    document = json.loads(out.read_text(encoding="utf-8"))
    document["objective"] += 1
    out.write_text(json.dumps(document), encoding="utf-8")
    damaged = RUNNER.invoke(app, ["verify", str(EXAMPLE), str(out), "--json"])
    assert damaged.exit_code == 2
    answer = json.loads(damaged.stdout)
    assert answer["ok"] is False
    assert [v["code"] for v in answer["violations"]] == ["OBJECTIVE"]


def test_json_goes_to_standard_output_alone() -> None:
    done = RUNNER.invoke(app, ["run", str(EXAMPLE), "--iterations", "5", "--json", "--lang", "en"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["format"] == "kumihimo-plan/1"


def test_bad_input_is_exit_code_2_with_the_place(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_text('{"format": "kumihimo-problem/1", "x": 1}', encoding="utf-8")
    done = RUNNER.invoke(app, [str(path), "--lang", "en"])
    assert done.exit_code == 2
    assert "$.x" in done.stderr
    assert RUNNER.invoke(app, [str(tmp_path / "none.json")]).exit_code == 2


def test_the_plan_never_overwrites_the_problem_or_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    path.write_bytes(EXAMPLE.read_bytes())
    for out, word in ((path, "problem file itself"), (tmp_path, "folder")):
        done = RUNNER.invoke(app, [str(path), "--iterations", "1", "--out", str(out), "--lang", "en"])
        assert done.exit_code == 2
        assert word in done.stderr
    assert path.read_bytes() == EXAMPLE.read_bytes()


def test_an_endless_budget_is_refused() -> None:
    assert RUNNER.invoke(app, [str(EXAMPLE), "--budget", "inf"]).exit_code == 2


def test_plan_and_problem_mistaken_for_each_other_is_one_line(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    assert RUNNER.invoke(app, [str(EXAMPLE), "--iterations", "1", "--out", str(out)]).exit_code == 0
    for pair in ((out, EXAMPLE), (out, out), (EXAMPLE, EXAMPLE)):
        mixed = RUNNER.invoke(app, ["verify", *map(str, pair)])
        assert mixed.exit_code == 2
        assert mixed.stderr.startswith("1つ目は問題ファイル、2つ目は計画ファイルです。")
        assert len(mixed.stderr.strip().splitlines()) == 1
    alone = RUNNER.invoke(app, [str(out)])
    assert alone.exit_code == 2
    assert "計画ファイルです" in alone.stderr
    assert len(alone.stderr.strip().splitlines()) == 1


def test_verify_speaks_of_days_and_hours(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    planned = RUNNER.invoke(app, [str(EXAMPLE), "--iterations", "5", "--out", str(out)])
    assert re.search(r"時間\d+分（\d+分）の遅れ", planned.stdout)
    document = json.loads(out.read_text(encoding="utf-8"))
    row = next(step for step in document["steps"] if step["step"] == "A1-10")
    row["start"], row["end"] = 5 * 1440 + 180, 5 * 1440 + 240
    out.write_text(json.dumps(document), encoding="utf-8")
    broken = RUNNER.invoke(app, ["verify", str(EXAMPLE), str(out)])
    start = datetime.fromisoformat(json.loads(EXAMPLE.read_text(encoding="utf-8"))["start"])
    moment = start + timedelta(days=5, hours=3)
    clock = f"{moment.month}月{moment.day}日 {moment.hour}:{moment.minute:02d}（7,380分）は休みです"
    assert broken.exit_code == 2
    assert clock in broken.stdout
    told = RUNNER.invoke(app, ["verify", str(EXAMPLE), str(out), "--lang", "en"])
    assert f"{moment.date().isoformat()} {moment.hour}:{moment.minute:02d} (minute 7,380) is closed" in told.stdout


def test_words_for_times() -> None:
    start = datetime.fromisoformat("2026-12-01T00:00:00+09:00")
    assert moment_words(start, 870) == ("12月1日 14:30（870分）", "2026-12-01 14:30 (minute 870)")
    assert moment_words(start, 31 * 1440)[0] == "2027年1月1日 0:00（44,640分）"
    assert moment_words(start, 10**15)[0] == "1,000,000,000,000,000分"
    assert span_words(828) == ("13時間48分（828分）", "13 h 48 min (828 min)")
    assert span_words(45) == ("45分", "45 min")
    assert span_words(2 * 1440 + 60)[0] == "2日1時間（2,940分）"
