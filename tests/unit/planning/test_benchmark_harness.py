"""The benchmark of the planner measures what it says: checks, tables, resuming, the table of best values."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest
from benchmarks.planning import check, given, machine, make, multi_firm, peer_cpsat, report
from benchmarks.planning.instances import FAMILIES, SHARED, published
from benchmarks.planning.multi_firm_values import BestValue, best_values, improved, write_values
from benchmarks.planning.process import ask
from benchmarks.planning.rows import Row, RowFile
from benchmarks.planning.shop import Shop, faults, schedule_of, shop_of

from kumihimo.interop.planning_json import problem_to_bytes, write_plan
from kumihimo.interop.published_shops import published_from_bytes, read_published
from kumihimo.planning import Plan, Problem, plan, verify_plan

SMALL = b"3 2 1.7\n2 2 1 3 2 4 1 2 2\n2 1 2 3 2 1 4 2 5\n1 2 1 6 2 5\n"


@pytest.fixture(scope="module")
def problem() -> Problem:
    return published_from_bytes(SMALL, "small.fjs")


@pytest.fixture(scope="module")
def made(problem: Problem) -> Plan:
    return plan(problem, iterations=20)


def test_a_plan_of_ours_passes_the_bare_checker(problem: Problem, made: Plan) -> None:
    modes, starts = schedule_of(problem, made)
    assert faults(shop_of(problem), modes, starts, made.objective) == []


def test_the_checker_finds_every_kind_of_fault(problem: Problem, made: Plan) -> None:
    shop = shop_of(problem)
    modes, starts = schedule_of(problem, made)
    assert "the makespan is" in faults(shop, modes, starts, made.objective - 1)[0]
    assert any("overlap" in fault for fault in faults(shop, [0, 0, 0, 0, 0], [0, 3, 0, 3, 0], 7))
    assert any("ends at" in fault for fault in faults(shop, modes, [0] * 5, made.objective))
    assert "mode" in faults(shop, [9, *modes[1:]], starts, made.objective)[0]
    assert "mode" in faults(shop, modes, [-1, *starts[1:]], made.objective)[0]
    assert "5 tasks" in faults(shop, modes[:-1], starts, made.objective)[0]


def test_zero_length_tasks_hold_nothing() -> None:
    shop = Shop(machines=1, modes=(((0, 5),), ((0, 0),)), after=((), ()))
    assert faults(shop, [0, 0], [0, 2], 5) == []


def test_cpsat_peer_ends_with_a_schedule_that_is_right(problem: Problem) -> None:
    shop = shop_of(problem)
    answer = peer_cpsat.solve(shop, seconds=5.0, seed=1, target=None, workers=1)
    assert answer["status"] == "OPTIMAL"
    assert answer["bound"] == answer["objective"]
    assert faults(shop, answer["modes"], answer["starts"], answer["objective"]) == []


def test_greedy_start_of_the_peer_is_a_schedule(problem: Problem) -> None:
    shop = shop_of(problem)
    modes, starts = peer_cpsat.greedy(shop)
    end = max(s + shop.modes[t][m][1] for t, (m, s) in enumerate(zip(modes, starts, strict=True)))
    assert faults(shop, modes, starts, end) == []


def a_row(**changes: object) -> Row:
    row = Row(
        work="shop",
        family="mk",
        instance="fjsp/Brandimarte1993/mk01.txt",
        solver="kumihimo",
        seed=1,
        seconds=2.0,
        version="v1",
        status="feasible",
        objective=42,
        best_known=40,
        valid=True,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def test_a_cut_run_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "planning.json"
    file = RowFile(path)
    file.measured_on({"cpu": "test"})
    file.add(a_row(faults=("one",), more={"late": 3}))
    file.add(a_row(seed=2))
    again = RowFile(path)
    assert again.rows == file.rows
    assert again.machines == [{"cpu": "test"}]
    assert again.has(a_row().key, "v1")
    assert not again.has(a_row().key, "v2"), "another engine is measured anew"
    assert not again.has(a_row(seconds=3.0).key, "v1")
    assert RowFile(path, keeps_old=True).has(a_row().key, "v2")
    assert again.current("v2") == []
    again.add(a_row(solver="cp-sat"))
    assert [row.solver for row in again.current("v2")] == ["cp-sat"]
    del again.rows[a_row(solver="cp-sat").key]
    again.add(a_row(version="v2"))
    assert len(RowFile(path).rows) == 2, "a newer measurement takes the place of the older one"


def test_words_about_the_engine_are_not_the_engine() -> None:
    code = "def f(x):\n    {}\n    return x  # {}\n"
    one, two = (ast.dump(machine._without_docstrings(code.format(f'"""{w}."""', w))) for w in ("this", "that"))
    assert one == two
    assert one != ast.dump(machine._without_docstrings(code.replace("return x", "return -x").format('"""this."""', "")))


def test_a_foreign_file_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "planning.json"
    path.write_text(json.dumps({"format": "something else"}))
    with pytest.raises(ValueError, match="move it away"):
        RowFile(path)


def test_gaps_are_medians_of_seeds_and_a_missing_schedule_counts() -> None:
    rows = [a_row(seed=seed, objective=value) for seed, value in ((1, 44), (2, 40), (3, 42))]
    rows += [a_row(solver="cp-sat", seed=seed, objective=None, valid=False) for seed in (1, 2)]
    rows += [a_row(solver="cp-sat", seed=3, objective=50)]
    by_solver = report.gaps(rows, report.best_of(rows))
    assert by_solver["kumihimo"]["fjsp/Brandimarte1993/mk01.txt"] == pytest.approx(5.0)
    assert by_solver["cp-sat"]["fjsp/Brandimarte1993/mk01.txt"] == float("inf")
    text = "\n".join(report.shop_tables(rows))
    assert "| mk | 1 | 5.00 / 5.00 | – (1 without a schedule) | kumihimo |" in text


def test_a_faulty_schedule_never_becomes_the_best() -> None:
    rows = [a_row(best_known=None, objective=30, valid=False, faults=("overlap",)), a_row(solver="x", best_known=None)]
    assert report.best_of(rows) == {"fjsp/Brandimarte1993/mk01.txt": (42, False)}
    assert "†" in "\n".join(report.shop_tables(rows))


def test_tables_compare_only_what_every_contestant_has_run() -> None:
    rows = [a_row(), a_row(solver="x"), a_row(instance="fjsp/Brandimarte1993/mk02.txt", best_known=26, objective=26)]
    assert "| mk | 1 |" in "\n".join(report.shop_tables(rows))


def best(**changes: object) -> BestValue:
    value = BestValue(instance="mf-100-plain-narrow-s1", sha256="a", objective=100, lower_bound=90, by="x", date="d")
    return replace(value, **changes)  # type: ignore[arg-type]


def test_the_better_objective_and_the_greater_bound_stay() -> None:
    assert improved(None, best()) == best()
    assert improved(best(), best(objective=110, lower_bound=95, by="y")) == best(lower_bound=95)
    assert improved(best(), best(objective=95, lower_bound=None, by="y")) == best(objective=95, by="y")
    assert improved(best(), best(sha256="b", objective=200)) == best(sha256="b", objective=200)


def test_best_values_are_written_and_read(tmp_path: Path) -> None:
    path = tmp_path / "best.csv"
    path.write_text("# a remark\ninstance,problem_sha256,objective,lower_bound,by,date\n")
    values = {"one": best(instance="one"), "two": best(instance="two", lower_bound=None)}
    write_values(values, path)
    assert best_values(path) == values
    assert path.read_text().startswith("# a remark\n")


def test_committed_best_values_are_of_instances_that_can_be_made() -> None:
    for name, value in best_values().items():
        assert name in make.names()
        assert value.lower_bound is None or value.lower_bound <= value.objective


def test_every_name_can_be_made_and_says_what_it_is() -> None:
    assert len(set(make.names())) == len(make.names())
    assert make.problem_named("mf-100-full-wide-s7").orders[0].id == "O00001"


def test_the_checker_accepts_a_valid_plan_and_refuses_a_changed_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], problem: Problem, made: Plan
) -> None:
    problem_file, plan_file = tmp_path / "small.fjs", tmp_path / "plan.json"
    problem_file.write_bytes(SMALL)
    write_plan(made, plan_file)
    assert check.main([str(problem_file), str(plan_file)]) == 0
    assert f"objective {made.objective}" in capsys.readouterr().out
    write_plan(replace(made, objective=made.objective - 1, lower_bound=0, status="feasible"), plan_file)
    assert check.main([str(problem_file), str(plan_file)]) == 1
    assert "OBJECTIVE" in capsys.readouterr().out
    problem_file.write_text("rubbish")
    assert check.main([str(problem_file), str(plan_file)]) == 2


def test_the_checker_makes_a_named_instance_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert make.main(["mf-100-plain-narrow-s1", "--out", str(tmp_path)]) == 0
    named = make.problem_named("mf-100-plain-narrow-s1")
    assert (tmp_path / "mf-100-plain-narrow-s1.json").read_bytes() == problem_to_bytes(named)
    nothing = Plan(problem_sha256="0" * 64, status="infeasible", objective=0, lower_bound=0, steps=())
    write_plan(nothing, tmp_path / "plan.json")
    assert check.main(["mf-100-plain-narrow-s1", str(tmp_path / "plan.json")]) == 1
    out = capsys.readouterr().out
    assert "SHA256" in out
    assert "MISSING_STEP" in out


def test_the_looser_instances_can_be_planned_on_time() -> None:
    if not given.is_there():
        pytest.skip(f"the generator is absent: {given.GENERATOR}")
    problem = make.problem_named("given-100-plain-narrow-s1")
    assert (len(problem.orders), len(problem.resources)) == (100, 200)
    made = plan(problem, iterations=20)
    assert verify_plan(problem, made) == ()
    assert (made.unplanned, made.late) == ((), ())


def test_smoothing_keeps_the_load_and_drops_the_calendars() -> None:
    before = make.problem_named("mf-100-plain-narrow-s1")
    after = multi_firm.smoothed(before)
    assert after.calendars == ()
    assert {resource.calendar for resource in after.resources} == {None}
    calendar = {resource.id: resource.calendar for resource in before.resources}
    open_min = {c.id: sum(high - low for low, high in c.weekly) for c in before.calendars}
    for old, new in zip(before.orders, after.orders, strict=True):
        assert (old.release, old.due) == (new.release, new.due)
        for one, two in zip(old.steps[0].modes, new.steps[0].modes, strict=True):
            share = open_min[calendar[one.resource] or ""] / (7 * 1440)
            assert two.duration * share == pytest.approx(one.duration, abs=1.0)


def test_seeds_of_a_size_share_a_line_with_their_median() -> None:
    rows = [
        a_row(work="multi-firm", family=size, instance=f"{size}-full-narrow-s{seed}{end}", objective=10 * seed, bound=9)
        for size in ("mf-1000", "mf-100")
        for seed in (1, 2, 3)
        for end in ("", multi_firm.SMOOTH)
    ]
    text = multi_firm.table(rows)
    lines = [line for line in text if line.startswith("| mf-")]
    assert [line.split(" | ")[0] for line in lines] == [
        "| mf-100-full-narrow",
        "| mf-1000-full-narrow",
        "| mf-100-full-narrow smoothed",
        "| mf-1000-full-narrow smoothed",
    ]
    assert "| 20 | 9 | 55 |" in lines[0]


@pytest.mark.shared
@pytest.mark.parametrize("family", ["naderi", "mk", "dpp"])
def test_best_known_values_belong_to_their_files(family: str) -> None:
    """Rows of other files would fall below the work over the machines, or lie far above it."""
    if not SHARED.is_dir():
        pytest.skip(f"the published instances are absent: {SHARED}")
    without = []
    for instance in published([family]):
        problem = read_published(instance.path)
        shop = shop_of(problem)
        longest = max(sum(min(m.duration for m in step.modes) for step in order.steps) for order in problem.orders)
        least = [min(duration for _, duration in modes) for modes in shop.modes]
        simple = max(longest, sum(least) / shop.machines)
        if instance.best is None:
            without.append(instance.name)
        else:
            assert simple <= instance.best <= 3 * simple, instance.name
    assert without == (["fjsp_naderi/19.fjs"] if family == "naderi" else [])


@pytest.mark.shared
def test_every_published_file_belongs_to_one_family() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the published instances are absent: {SHARED}")
    found = [instance.name for instance in published()]
    assert len(found) == len(set(found))
    kinds = ("fjsp", "fjsp_naderi", "fajsp")
    there = [p for kind in kinds for p in (SHARED / kind).rglob("*.*") if p.suffix in (".txt", ".fjs")]
    assert len(found) == len(there)
    assert {instance.family for instance in published()} == set(FAMILIES)
    with pytest.raises(ValueError, match="no such family"):
        published(["mkk"])


def test_a_contestant_that_crashes_is_a_row_and_no_end_of_the_benchmark() -> None:
    answer = ask({"solver": "nobody", "seconds": 1.0})
    assert answer["status"] == "crashed"
    assert "nobody" in answer["faults"][0]
