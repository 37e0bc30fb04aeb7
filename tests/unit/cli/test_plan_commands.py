"""`kumihimo plan` and its commands: words, files, mistakes, interruption."""

from __future__ import annotations

import hashlib
import json
import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kumihimo.cli.plan import app
from kumihimo.cli.plan_explain import delays_by_resource
from kumihimo.cli.plan_files import write_whole
from kumihimo.cli.plan_live import progress_words
from kumihimo.errors import InputError
from kumihimo.interop.planning_json import plan_to_bytes, read_plan, read_problem
from kumihimo.planning import plan as make_plan
from kumihimo.planning import verify_plan
from kumihimo.planning.progress import Progress

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "problems" / "three-firms.json"
RUNNER = CliRunner()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("plans") / "plan.json"
    path.write_bytes(plan_to_bytes(make_plan(read_problem(EXAMPLE), iterations=20)))
    return path


def invoke(*arguments: object) -> Any:
    return RUNNER.invoke(app, [str(argument) for argument in arguments])


def refused(*arguments: object) -> str:
    """Return the one line with which a command refuses its input."""
    done = invoke(*arguments, "--lang", "en")
    assert done.exit_code == 2, done.output
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.isascii() or "…" in done.stderr
    assert done.stdout == ""
    return str(done.stderr)


# Interruption


def test_an_interruption_beside_the_search_loses_no_plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shell may have the interrupt ignored, and the signal may come when the engine does not listen."""

    def interrupted(problem: Any, **wishes: Any) -> Any:
        wishes["progress"](Progress(share=0.1, phase="improve", objective=5, lower_bound=1))
        os.kill(os.getpid(), signal.SIGINT)
        return make_plan(problem, iterations=1)

    monkeypatch.setattr("kumihimo.planning.plan", interrupted)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = tmp_path / "plan.json"
    try:
        done = invoke(EXAMPLE, "--out", out)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)
    assert done.exit_code == 130
    assert "そこまでで最良の計画" in done.stderr
    assert verify_plan(read_problem(EXAMPLE), read_plan(out), EXAMPLE.read_bytes()) == ()


def test_a_search_that_was_stopped_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(problem: Any, **wishes: Any) -> Any:
        found = make_plan(problem, iterations=1)
        return replace(found, solver=replace(found.solver, info={**found.solver.info, "stopped": "interrupted"}))

    monkeypatch.setattr("kumihimo.planning.plan", stopped)
    done = invoke(EXAMPLE, "--lang", "en")
    assert done.exit_code == 130
    assert "best plan found so far" in done.stderr


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(b"old")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="No space left"):
        write_whole(b"new", path)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["plan.json"]
    monkeypatch.undo()
    write_whole(b"new", path)
    assert path.read_bytes() == b"new"
    fresh = tmp_path / "sub" / "fresh.json"
    write_whole(b"x", fresh)
    probe = tmp_path / "probe"
    probe.write_bytes(b"")
    assert fresh.stat().st_mode == probe.stat().st_mode


def test_words_of_progress() -> None:
    message = Progress(share=0.5, phase="improve", objective=2000, lower_bound=1900, unplanned=3, steps_per_s=12345.6)
    assert progress_words(message, "ja") == ("改善", "目的値 2,000  下界 1,900  差 5.0 %  未計画 3  12,346 工程/秒")
    assert progress_words(message, "en")[1] == "objective 2,000  bound 1,900  gap 5.0 %  unplanned 3  12,346 steps/s"
    assert progress_words(Progress(), "ja") == ("計画中", "")


# Published formats


def test_a_published_shop_is_planned_verified_and_drawn(tmp_path: Path) -> None:
    shop = tmp_path / "shop.fjs"
    shop.write_text("2 2 1.5\n2 1 1 3 2 1 4 2 5\n1 2 1 6 2 2\n", encoding="utf-8")
    out, picture = tmp_path / "plan.json", tmp_path / "plan.svg"
    done = invoke(shop, "--iterations", "10", "--out", out)
    assert done.exit_code == 0, done.output
    assert "最大完了（分）: 7" in done.stdout
    assert invoke("verify", shop, out).exit_code == 0
    assert invoke("gantt", shop, out, "--out", picture).exit_code == 0
    assert "分" in picture.read_text(encoding="utf-8")


# Explanations


def test_why_in_words_and_numbers(made: Path) -> None:
    whole = invoke("explain", EXAMPLE, made)
    assert whole.exit_code == 0
    plan = read_plan(made)
    late = plan.late[0]
    assert f"{late.order}: " in whole.stdout
    assert "遅れを生む設備:" in whole.stdout
    one = invoke("explain", EXAMPLE, made, "--order", late.order, "--lang", "en")
    assert f"({late.late_min:,} min) late" in one.stdout
    document = json.loads(invoke("explain", EXAMPLE, made, "--order", late.order, "--json").stdout)
    assert sum(cause["minutes"] for cause in document["causes"]) == document["late_min"] == late.late_min
    assert {step["step"] for step in document["steps"]} == {r.step for r in plan.steps if r.order == late.order}
    everything = json.loads(invoke("explain", EXAMPLE, made, "--json").stdout)
    assert {item["order"] for item in everything["late"]} == {item.order for item in plan.late}
    assert [item["order"] for item in everything["unplanned"]] == ["D1"]


def test_what_a_resource_delays(made: Path) -> None:
    plan = read_plan(made)
    delays = delays_by_resource(plan)
    worst = next(iter(delays))
    assert delays[worst].minutes == max(one.minutes for one in delays.values())
    named = sum(c.minutes for late in plan.late for c in late.causes if c.resource)
    assert sum(one.minutes for one in delays.values()) == named
    answer = json.loads(invoke("explain", EXAMPLE, made, "--resource", worst, "--json").stdout)
    assert answer["minutes"] == sum(item["minutes"] for item in answer["orders"]) == delays[worst].minutes
    idle = next(r.id for r in read_problem(EXAMPLE).resources if r.id not in delays)
    assert "どの注文も遅らせていません" in invoke("explain", EXAMPLE, made, "--resource", idle).stdout


def test_orders_on_time_and_without_a_place(made: Path) -> None:
    plan = read_plan(made)
    punctual = next(
        o.id
        for o in read_problem(EXAMPLE).orders
        if o.due is not None and o.id not in {x.order for x in (*plan.late, *plan.unplanned)}
    )
    assert "余裕" in invoke("explain", EXAMPLE, made, "--order", punctual).stdout
    assert "設備がありません" in invoke("explain", EXAMPLE, made, "--order", "D1").stdout
    assert "no resource can do" in invoke("explain", EXAMPLE, made, "--order", "D1", "--lang", "en").stdout


# Differences


def test_difference_in_words_and_as_json(made: Path, tmp_path: Path) -> None:
    plan = read_plan(made)
    moved = next(row for row in plan.steps if row.order == "A2")
    # Not a valid plan, and it need not be: what changed is told of any two plans.
    rows = tuple(replace(r, start=r.start + 1440, end=r.end + 1440) if r is moved else r for r in plan.steps)
    other = tmp_path / "b.json"
    other.write_bytes(plan_to_bytes(replace(plan, steps=rows, objective=plan.objective + 5)))
    same = invoke("diff", EXAMPLE, made, made)
    assert same.stdout == "変わったことはありません。\n"
    told = invoke("diff", EXAMPLE, made, other).stdout
    assert f"目的値: {plan.objective:,}円 → {plan.objective + 5:,}円 (+5)" in told
    assert "電話する会社（拠点）: 1か所" in told
    assert f"{moved.order}/{moved.step}: {moved.resource}" in told
    document = json.loads(invoke("diff", EXAMPLE, made, other, "--json").stdout)
    (move,) = document["moves"]
    assert (move["before"]["start"], move["after"]["start"]) == (moved.start, moved.start + 1440)
    assert document["objective"] == {"before": plan.objective, "after": plan.objective + 5}


def test_a_difference_of_two_problems(made: Path, tmp_path: Path) -> None:
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["orders"] = [order for order in document["orders"] if order["id"] != "A2"]
    problem_b, plan_b = tmp_path / "pb.json", tmp_path / "b.json"
    problem_b.write_text(json.dumps(document), encoding="utf-8")
    assert invoke(problem_b, "--iterations", "20", "--out", plan_b).exit_code == 0
    told = invoke("diff", EXAMPLE, made, plan_b, "--problem-b", problem_b, "--lang", "en")
    assert "Orders removed (1): A2" in told.stdout
    assert "is withdrawn" in told.stdout


# Mistakes


def test_every_mistake_is_one_line_and_writes_nothing(made: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.svg"
    chart = ("gantt", EXAMPLE, made, "--out", out)
    assert "name it .svg" in refused("gantt", EXAMPLE, made, "--out", tmp_path / "x.bmp")
    assert "no order 'Z'" in refused(*chart, "--only", "Z")
    assert "'soon' is no time" in refused(*chart, "--from", "soon")
    assert "must be after" in refused(*chart, "--from", "900", "--to", "800")
    new = tmp_path / "new.json"
    cancel = ("whatif", EXAMPLE, made, "--cancel", "A1")
    assert "another file that is read" in refused(*cancel, "--out", made, "--out-problem", new)
    assert "problem file itself" in refused(*cancel, "--out", new, "--out-problem", EXAMPLE)
    assert "the same file" in refused(*cancel, "--out", new, "--out-problem", new)
    assert "give --out-problem too" in refused(*cancel, "--out", new)
    assert "nothing happened" in refused("whatif", EXAMPLE, made)
    assert "cannot read 'x'" in refused("whatif", EXAMPLE, made, "--stop", "x")
    assert "no such site: 'x'" in refused("whatif", EXAMPLE, made, "--stop-site", "x:1-2")
    assert "no such file" in refused("whatif", EXAMPLE, made, "--rush", tmp_path / "none.json")
    assert "no order 'Z'" in refused("explain", EXAMPLE, made, "--order", "Z")
    assert "no resource 'Z'" in refused("explain", EXAMPLE, made, "--resource", "Z")
    assert "not both" in refused("explain", EXAMPLE, made, "--resource", "Z", "--order", "Z")
    assert "no such file" in refused("diff", EXAMPLE, made, tmp_path / "none.json")
    assert "check their order" in refused("explain", made, EXAMPLE)
    assert list(tmp_path.iterdir()) == []


def test_a_plan_of_another_problem_is_refused(made: Path, tmp_path: Path) -> None:
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["orders"] = document["orders"][:1]
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document), encoding="utf-8")
    for command in (("explain", other, made), ("diff", other, made, made)):
        assert "is no plan of this problem" in refused(*command)


def test_a_plan_of_another_version_is_used_with_a_note(made: Path, tmp_path: Path) -> None:
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    document["orders"][0]["weight"] = 9
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document), encoding="utf-8")
    done = invoke("explain", other, made)
    assert done.exit_code == 0
    assert "別の版の問題" in done.stderr


# What if


def test_whatif_tells_that_others_may_move_too_and_moves_them(made: Path) -> None:
    stop = ("whatif", EXAMPLE, made, "--stop", "suwa-mc2:2026-12-01T09:00-2026-12-02T17:00")
    usual, displacing = invoke(*stop), invoke(*stop, "--rounds", "500")
    assert usual.exit_code == displacing.exit_code == 0
    assert "--rounds 2000" in usual.stdout
    assert "--rounds" not in displacing.stdout

    def yen(text: str) -> int:
        return int(text.split("→ ")[1].split("円")[0].replace(",", ""))

    assert yen(displacing.stdout) <= yen(usual.stdout)


def test_whatif_writes_a_plan_that_belongs_to_its_problem(made: Path, tmp_path: Path) -> None:
    problem, plan = tmp_path / "p.json", tmp_path / "plan.json"
    done = invoke("whatif", EXAMPLE, made, "--cancel", "A2", "--cancel", "A3", "--out", plan, "--out-problem", problem)
    assert done.exit_code == 0, done.output
    assert "なくなった注文 (2): A2、A3" in done.stdout
    assert "は取りやめ" in done.stdout
    assert hashlib.sha256(problem.read_bytes()).hexdigest() == read_plan(plan).problem_sha256
    assert {o.id for o in read_problem(EXAMPLE).orders} - {o.id for o in read_problem(problem).orders} == {"A2", "A3"}
    shown = json.loads(invoke("whatif", EXAMPLE, made, "--cancel", "A2", "--json").stdout)
    assert shown["removed"] == ["A2"]
    told = {(m["order"], m["step"]) for m in shown["moves"]}
    assert told == {(r.order, r.step) for r in read_plan(made).steps if r.order == "A2"}


@pytest.mark.parametrize(
    "happened",
    [
        ("--stop", "suwa-mc2:2026-12-02T08:00-2026-12-02T17:00", "--now", "2026-12-02T07:00"),
        ("--stop-site", "okaya:1440-2880"),
        ("--cancel", "A2"),
        ("--delay", "A4/A4-10:180"),
        ("--rush", "rush.json", "--cancel", "A3"),
    ],
    ids=lambda happened: happened[0],
)
def test_a_mended_plan_is_valid_and_its_difference_is_told_alike(
    happened: tuple[str, ...], made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    document = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    rush = next(order for order in document["orders"] if order["id"] == "A2")
    Path("rush.json").write_text(json.dumps({**rush, "id": "R1", "due": 3000}), encoding="utf-8")
    done = invoke("whatif", EXAMPLE, made, *happened, "--out", "new.json", "--out-problem", "p.json", "--json")
    assert done.exit_code == 0, done.stderr
    assert invoke("verify", "p.json", "new.json").exit_code == 0
    again = invoke("diff", EXAMPLE, made, "new.json", "--problem-b", "p.json", "--json")
    assert json.loads(done.stdout) == json.loads(again.stdout)


def test_remedies_are_told_with_their_price(made: Path) -> None:
    late = read_plan(made).late[0].order
    told = invoke("explain", EXAMPLE, made, "--order", late)
    assert "手だて" in told.stdout
    assert "円" in told.stdout
    document = json.loads(invoke("explain", EXAMPLE, made, "--order", late, "--json").stdout)
    assert document["remedies"]
    assert all(one["saved_min"] > 0 for one in document["remedies"])
