"""Strict reading of problems and plans."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kumihimo.errors import InputError, LocatedErrors
from kumihimo.interop.planning_json import plan_from_bytes, problem_from_bytes

EXAMPLE = Path(__file__).resolve().parents[3] / "examples" / "problems" / "three-firms.json"


def example() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    return document


def test_the_example_is_read_completely() -> None:
    problem = problem_from_bytes(EXAMPLE.read_bytes())
    assert (len(problem.sites), len(problem.resources), len(problem.orders)) == (4, 6, 7)
    assert problem.resources[0].setup == {"steel": {"alu": 45}, "alu": {"steel": 60}}
    assert problem.orders[5].steps[0].is_frozen
    assert problem.orders[6].steps[0].modes == ()


def put(*path: Any) -> Callable[[dict[str, Any]], None]:
    """Return an edit that puts the last argument at the path before it."""
    *keys, last, value = path

    def edit(document: dict[str, Any]) -> None:
        at: Any = document
        for key in keys:
            at = at[key]
        at[last] = value

    return edit


MISTAKES = {
    "unknown key": (put("orders", 0, "priority", 1), "$.orders[0].priority"),
    "unknown key deep": (put("orders", 0, "steps", 0, "modes", 0, "cost", 1), "$.orders[0].steps[0].modes[0].cost"),
    "wrong format": (put("format", "kumihimo-problem/2"), "$.format"),
    "start without offset": (put("start", "2026-12-01T00:00:00"), "$.start"),
    "horizon zero": (put("horizon", 0), "$.horizon"),
    "text for a number": (put("orders", 0, "due", "Friday"), "$.orders[0].due"),
    "boolean for a number": (put("orders", 0, "weight", True), "$.orders[0].weight"),
    "fraction of a minute": (put("orders", 0, "release", 0.5), "$.orders[0].release"),
    "negative duration": (
        put("orders", 0, "steps", 0, "modes", 0, "duration", -1),
        "$.orders[0].steps[0].modes[0].duration",
    ),
    "capacity zero": (put("resources", 0, "capacity", 0), "$.resources[0].capacity"),
    "unknown kind": (put("resources", 0, "kind", "oven"), "$.resources[0].kind"),
    "setup on a group": (put("resources", 0, "capacity", 2), "$.resources[0].setup"),
    "unknown site": (put("resources", 0, "site", "nowhere"), "$.resources[0].site"),
    "unknown calendar": (put("resources", 0, "calendar", "x"), "$.resources[0].calendar"),
    "unknown resource": (
        put("orders", 0, "steps", 0, "modes", 0, "resource", "x"),
        "$.orders[0].steps[0].modes[0].resource",
    ),
    "unknown ship_to": (put("orders", 0, "ship_to", "x"), "$.orders[0].ship_to"),
    "unknown predecessor": (put("orders", 0, "steps", 1, "after", ["x"]), "$.orders[0].steps[1].after"),
    "predecessor twice": (put("orders", 0, "steps", 1, "after", ["A1-10", "A1-10"]), "$.orders[0].steps[1].after[1]"),
    "circle": (put("orders", 0, "steps", 0, "after", ["A1-30"]), "$.orders[0].steps"),
    "id twice": (put("orders", 1, "id", "A1"), "$.orders[1]"),
    "no steps": (put("orders", 0, "steps", []), "$.orders[0].steps"),
    "frozen without fixed": (put("orders", 0, "steps", 0, "freeze", "done"), "$.orders[0].steps[0]"),
    "empty interval": (put("calendars", 0, "weekly", 0, [480, 480]), "$.calendars[0].weekly[0]"),
    "week too long": (put("calendars", 0, "weekly", 0, [10081, 10082]), "$.calendars[0].weekly[0]"),
    "latitude": (put("sites", 0, "lat", 95), "$.sites[0].lat"),
    "mixed transport": (put("transport", "minutes", {}), "$.transport.detour"),
    "horizon beyond reason": (put("horizon", 10**9), "$.horizon"),
}


@pytest.mark.parametrize(("edit", "path"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_with_its_path(edit: Callable[[dict[str, Any]], None], path: str) -> None:
    document = example()
    edit(document)
    with pytest.raises(LocatedErrors) as raised:
        problem_from_bytes(json.dumps(document).encode())
    # Beside the path stand the ids of the elements around it.
    assert path in [problem.column.partition(" (")[0] for problem in raised.value.problems]
    assert all(p.expected_ja and p.expected_en for p in raised.value.problems)


def test_all_mistakes_are_told_at_once() -> None:
    document = example()
    document["extra"] = 1
    document["orders"][0]["due"] = "soon"
    document["resources"][1]["site"] = "nowhere"
    with pytest.raises(LocatedErrors) as raised:
        problem_from_bytes(json.dumps(document).encode())
    assert [p.column for p in raised.value.problems] == [
        "$.extra",
        f"$.orders[0].due ({document['orders'][0]['id']})",
        f"$.resources[1].site ({document['resources'][1]['id']})",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 100,
        b"\xff\xfe\x00",
        b"{",
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": 1, "a": 2}',
        b"[" * 200_000,
        b'{"a": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "zeros", "not utf-8", "cut", "nan", "infinity", "key twice", "deep", "long number"],
)
def test_what_is_not_json_gives_one_clear_error(data: bytes) -> None:
    with pytest.raises(InputError) as raised:
        problem_from_bytes(data, "p.json")
    assert "p.json" in raised.value.ja
    assert not isinstance(raised.value, LocatedErrors)


@pytest.mark.parametrize("data", [b"[]", b"1", b"null", b'{"start": 1e999}'])
def test_json_of_another_shape_is_located(data: bytes) -> None:
    with pytest.raises(LocatedErrors):
        problem_from_bytes(data)


def test_plans_allow_unknown_keys_in_solver_only() -> None:
    document: dict[str, Any] = {
        "format": "kumihimo-plan/1",
        "problem_sha256": "",
        "status": "optimal",
        "objective": 0,
        "lower_bound": 0,
        "steps": [],
        "unplanned": [],
        "late": [],
        "solver": {"seed": 1, "anything": "goes", "deep": {"x": 1}},
    }
    assert plan_from_bytes(json.dumps(document).encode()).solver.info == {"anything": "goes"}
    document["note"] = "x"
    with pytest.raises(LocatedErrors):
        plan_from_bytes(json.dumps(document).encode())
