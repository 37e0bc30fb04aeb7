"""Published shop formats become planning problems; broken files say where."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kumihimo.errors import InputError, LocatedErrors
from kumihimo.interop.planning_json import problem_to_bytes
from kumihimo.interop.published_shops import any_problem_from_bytes, published_from_bytes, read_any_problem
from kumihimo.planning import Mode, Problem

SHARED = Path(__file__).resolve().parents[3].parent / "shared" / "instances"
JOB_SHOP = b"2 3 1.5\r\n2  1 1 5  2 2 4.0 3 6\r\n1  1 3 07 \r\n\r\n"
ASSEMBLY = b"# jobs: 2\n4 2 2\n0 2\n1 2\n1 0 5\n2 0 3 1 4\n1 1 2\n1 0 9\n"


def read(data: bytes) -> Problem:
    return published_from_bytes(data, "a.txt")


def test_a_job_shop_becomes_chains_with_the_file_s_labels() -> None:
    problem = read(JOB_SHOP)
    assert problem.objective.makespan
    assert problem.sha256 == hashlib.sha256(JOB_SHOP).hexdigest()
    assert [r.id for r in problem.resources] == ["M1", "M2", "M3"]
    first, second = problem.orders
    assert [s.after for s in first.steps] == [(), ("J1-1",)]
    assert first.steps[1].modes == (Mode(resource="M2", duration=4), Mode(resource="M3", duration=6))
    assert second.steps[0].modes == (Mode(resource="M3", duration=7),)
    assert problem.horizon == 5 + 6 + 7


def test_machines_counted_from_zero_keep_their_labels() -> None:
    assert [r.id for r in read(b"1 2\n2 1 0 5 1 1 5\n").resources] == ["M0", "M1"]


def test_labels_sort_by_number() -> None:
    labels = " ".join(f"1 {machine} 1" for machine in (10, 9, 2))
    assert [r.id for r in read(f"1 3\n3 {labels}\n".encode()).resources] == ["M2", "M9", "M10"]


def test_an_assembly_shop_becomes_one_order_for_each_connected_part() -> None:
    problem = read(ASSEMBLY)
    assert [[s.id for s in o.steps] for o in problem.orders] == [["O0", "O1", "O2"], ["O3"]]
    assert problem.orders[0].steps[2].after == ("O0", "O1")
    assert [r.id for r in problem.resources] == ["M0", "M1"]


def test_an_assembly_shop_without_arcs_is_not_taken_for_a_job_shop() -> None:
    assert [o.id for o in read(b"2 0 1\n1 0 5\n1 0 6\n").orders] == ["J1", "J2"]


def test_three_whole_numbers_in_the_header_may_still_be_a_job_shop() -> None:
    assert [len(o.steps) for o in read(b"2 2 2\n2 2 1 25 2 37 1 1 32\n1 1 1 45\n").orders] == [2, 1]


def test_a_zero_duration_is_allowed() -> None:
    assert read(b"1 1\n1 1 1 0\n").orders[0].steps[0].modes[0].duration == 0


BROKEN = {
    "one number in the header": (b"5\n", 1, "jobs machines"),
    "header too long": (b"1 1 1 1\n1 1 1 1\n", 1, "jobs machines"),
    "words": (b"1 one\n1 1 1 5\n", 1, "number of machines"),
    "no jobs": (b"0 3\n", 1, "number of jobs"),
    "fewer jobs than said": (b"3 1\n1 1 1 5\n", 1, "1 line(s) follow"),
    "more jobs than said": (b"1 1\n1 1 1 5\n1 1 1 5\n", 1, "2 line(s) follow"),
    "a job without operations": (b"1 1\n0\n", 2, "number of operations"),
    "an operation without machines": (b"1 1\n2 1 1 5 0\n", 2, "machines to choose from"),
    "cut off within a pair": (b"1 1\n1 1 1\n", 2, "cut off"),
    "cut off before an operation": (b"1 1\n2 1 1 5\n", 2, "cut off"),
    "too long a line": (b"1 1\n1 1 1 5 7\n", 2, "end of the line"),
    "a fraction of a minute": (b"1 1\n1 1 1 2.5\n", 2, "a duration"),
    "negative": (b"1 1\n1 1 1 -5\n", 2, "a duration"),
    "not a number": (b"1 1\n1 1 1 NaN\n", 2, "a duration"),
    "infinite": (b"1 1\n1 1 1 Infinity\n", 2, "a duration"),
    "astronomical": (b"1 1\n1 1 1 1e999999999\n", 2, "a duration"),
    "infinitesimal": (b"1 1\n1 1 1 1e-999999999\n", 2, "a duration"),
    "a number of a million digits": (b"1 1\n1 1 1 " + b"9" * 1_000_000 + b"\n", 2, "a duration"),
    "a count that would fill the memory": (b"1 1\n999999999 1 1 5\n", 2, "cut off"),
    "other digits": ("1 1\n1 1 1 ٣\n".encode(), 2, "a duration"),
    "more machines than said": (b"1 1\n2 1 1 5 1 2 5\n", 1, "2 are used"),
    "a circle": (b"2 2 1\n0 1\n1 0\n1 0 5\n1 0 5\n", 1, "without a circle"),
    "an arc to itself": (b"2 1 1\n1 1\n1 0 5\n1 0 5\n", 2, "different"),
    "an arc to nothing": (b"2 1 1\n0 2\n1 0 5\n1 0 5\n", 2, "an operation"),
    "three ends of an arc": (b"2 2 1\n0 1\n0 1 1\n1 0 5\n1 0 5\n", 3, "two numbers"),
    "an operation is missing": (b"2 1 1\n0 1\n1 0 5\n", 1, "2 follow"),
    "two operations a line": (b"2 1 1\n0 1\n1 0 5\n1 0 5 1 0 5\n", 4, "one operation a line"),
}


@pytest.mark.parametrize(("data", "row", "words"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_says_where_and_what(data: bytes, row: int, words: str) -> None:
    with pytest.raises(LocatedErrors) as caught:
        read(data)
    found = caught.value.problems[0]
    assert found.row == row
    assert words in found.expected_en
    assert len(found.value) <= 60


def test_many_mistakes_are_told_at_once_but_not_without_end() -> None:
    with pytest.raises(LocatedErrors) as caught:
        read(b"5000 1\n" + b"1 1 1 x\n" * 5000)
    assert len(caught.value.problems) == 200


@pytest.mark.parametrize("data", [b"# only a remark\n", b"\x00\x01\x02", b" \n \n"])
def test_what_holds_no_numbers_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        read(data)


def test_the_content_decides_and_not_the_name(tmp_path: Path) -> None:
    shop = tmp_path / "a.json"
    shop.write_bytes(b"\xef\xbb\xbf" + JOB_SHOP)
    problem = read_any_problem(shop)
    assert problem.sha256 == hashlib.sha256(shop.read_bytes()).hexdigest()
    document = tmp_path / "b.fjs"
    document.write_bytes(b"\n " + problem_to_bytes(problem))
    assert read_any_problem(document).orders == problem.orders


def test_a_file_of_neither_kind_is_told_what_is_expected() -> None:
    with pytest.raises(InputError, match="kumihimo-problem/1"):
        any_problem_from_bytes(b"order;due\n", "a.csv")


@pytest.mark.shared
def test_every_given_instance_is_read() -> None:
    if not SHARED.is_dir():
        pytest.skip(f"the published instances are absent: {SHARED}")
    files = sorted(path for kind in ("fjsp", "fjsp_naderi", "fajsp") for path in (SHARED / kind).rglob("*.*"))
    assert len(files) > 300
    for path in files:
        words = next(line.split() for line in path.read_text().splitlines() if line.strip() and line[0] != "#")
        problem = read_any_problem(path)
        steps = sum(len(order.steps) for order in problem.orders)
        if "fajsp" in path.parts:
            arcs = sum(len(step.after) for order in problem.orders for step in order.steps)
            assert (steps, arcs) == (int(words[0]), int(words[1])), path
            machines = int(words[2])
        else:
            assert len(problem.orders) == int(words[0]), path
            machines = int(words[1])
        assert len(problem.resources) <= machines
