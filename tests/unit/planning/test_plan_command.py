"""`kumihimo plan` and `kumihimo plan verify`."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from kumihimo.cli.plan import app

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
