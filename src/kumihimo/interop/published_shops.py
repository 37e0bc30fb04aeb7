"""Read published shop scheduling instances (flexible job shop, flexible assembly job shop) as planning problems.

Two plain-text formats are understood; they are told apart by their content, never by the name of the file.

* **flexible job shop** (``.txt``, ``.fjs``): line 1 ``jobs machines [flexibility]``, then one line a job: the number of
  operations, and for each operation ``k`` followed by ``k`` pairs ``machine duration``.
* **flexible assembly job shop**: line 1 ``operations arcs machines``, one line ``u v`` an arc (`u` before `v`, counted
  from 0), then one line an operation: ``k`` and ``k`` pairs ``machine duration``.

Machine ids are labels: families count them from 0 or from 1. Durations may be written as decimals (``42.0``) but must
be whole. Blank lines, and lines that begin with ``#``, are passed over. A problem read here has one site, no calendars,
and asks for the least makespan.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from kumihimo.errors import InputError, Located, LocatedErrors
from kumihimo.intake import decode_text, read_bytes
from kumihimo.interop import planning_json
from kumihimo.planning.problem import Mode, Objective, Order, PlanSite, Problem, Resource, Step

MAX_BYTES = 16 * 1024 * 1024
"""Largest published file; the largest known ones stay below 1 MB."""
LONGEST = 10**9
"""Largest duration and largest count; beyond it a number is a slip of the pen."""
MAX_PROBLEMS = 200
SITE = "shop"
START = datetime(2001, 1, 1, tzinfo=UTC)
"""Minute 0 of every published shop, a Monday: these instances know no date."""
_MOST_DIGITS = 24
_SHOWN = 60


def read_any_problem(path: Path) -> Problem:
    """Read a problem file, kumihimo-problem/1 or a published format, whichever its content is.

    Raises
    ------
    InputError
        It cannot be read, or is neither.
    LocatedErrors
        Everything that is wrong in it, each at its JSON path or line.
    """
    return any_problem_from_bytes(read_bytes(path, max_bytes=planning_json.MAX_BYTES), path.name)


def any_problem_from_bytes(data: bytes, name: str) -> Problem:
    """Read a problem from bytes; see `read_any_problem`."""
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1].isdigit() or head[:1] == b"#":
        return published_from_bytes(data, name)
    if head[:1] in (b"{", b"["):
        return planning_json.problem_from_bytes(data, name)
    raise InputError(
        f"{name}: 計画問題ではありません。"
        "kumihimo-problem/1 のJSONか、公開ジョブショップ形式(.txt, .fjs)を渡してください。",
        f"{name} is no planning problem; give kumihimo-problem/1 JSON or a published job shop (.txt, .fjs).",
    )


def read_published(path: Path) -> Problem:
    """Read a published instance; see `published_from_bytes`."""
    return published_from_bytes(read_bytes(path, max_bytes=MAX_BYTES), path.name)


def published_from_bytes(data: bytes, name: str) -> Problem:
    """Read a flexible job shop or a flexible assembly job shop.

    Parameters
    ----------
    data
        The bytes of the file; `Problem.sha256` is theirs.
    name
        What the file is called in errors.

    Returns
    -------
    Problem
        Job shop: an order a job (``J1``, ...), its steps in a chain. Assembly job shop: an order for each part of the
        precedence graph that hangs together. Resources are called ``M`` and the label that stands in the file.

    Raises
    ------
    InputError
        Too large, not text, or empty.
    LocatedErrors
        Everything that is wrong in it, each with its line.
    """
    if len(data) > MAX_BYTES:
        raise InputError(
            f"{name}: 大きすぎます。公開ジョブショップ形式の上限は {MAX_BYTES // 1048576} MB です。",
            f"{name} is too large; the limit of published job shops is {MAX_BYTES // 1048576} MB.",
        )
    lines = [
        _Line(number, line)
        for number, line in enumerate(decode_text(data, name).split("\n"), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    reader = _Reader(name)
    if not lines:
        raise InputError(
            f"{name}: 数が書かれていません。内容を確かめてください。", f"{name} holds no numbers; check it."
        )
    header, body = lines[0], lines[1:]
    if not 2 <= len(header.words) <= 3:
        reader.wrong(
            header,
            "",
            "「ジョブ数 機械数 [柔軟性]」または「工程数 順序数 機械数」",
            "'jobs machines [flexibility]' or 'operations arcs machines'",
        )
        reader.finish()
    if _is_assembly(header, body):
        orders, machines = _assembly(reader, header, body)
    else:
        orders, machines = _job_shop(reader, header, body)
    labels: dict[str, None] = {}
    horizon = 0
    for order in orders:
        for step in order.steps:
            labels.update((mode.resource, None) for mode in step.modes)
            horizon += max((mode.duration for mode in step.modes), default=0)
    if len(labels) > machines:
        reader.wrong(
            header,
            str(machines),
            f"機械の数。使われている機械は{len(labels)}台",
            f"the number of machines; {len(labels)} are used",
        )
    reader.finish()
    return Problem(
        start=START,
        # Even one step after the other, each on its slowest machine, ends by then: every instance can be planned.
        horizon=max(1, horizon),
        sites=(PlanSite(id=SITE),),
        resources=tuple(Resource(id=label, site=SITE) for label in sorted(labels, key=_label_key)),
        orders=orders,
        objective=Objective(makespan=True),
        sha256=hashlib.sha256(data).hexdigest(),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A line that holds numbers; split only when asked, since most lines are looked at once."""

    number: int
    text: str

    @property
    def words(self) -> list[str]:
        return self.text.split()


class _Reader:
    """Collects problems with their lines; `finish` raises if there were any."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.problems: list[Located] = []

    def finish(self) -> None:
        """Raise `LocatedErrors` if anything was wrong."""
        if self.problems:
            raise LocatedErrors(self.problems[:MAX_PROBLEMS])

    def wrong(self, line: _Line, value: str, ja: str, en: str) -> None:
        """Note one problem; the beginning of the line is shown where no single value is to blame."""
        if len(self.problems) <= MAX_PROBLEMS:
            shown = value or line.text.strip()
            shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 3] + "..."
            self.problems.append(
                Located(sheet=self.name, row=line.number, column="", value=shown, expected_ja=ja, expected_en=en)
            )

    def whole(self, line: _Line, word: str, ja: str, en: str, *, low: int = 0, high: int = LONGEST) -> int | None:
        """Return a whole number within bounds, or None after noting that it is none."""
        value: int | None = None
        if len(word) <= _MOST_DIGITS and word.isascii():
            value = int(word) if word.isdigit() else _whole_decimal(word)
        if value is None or not low <= value <= high:
            self.wrong(line, word, f"{ja}({low}以上{high}以下の整数)", f"{en} (a whole number from {low} to {high})")
            return None
        return value


def _whole_decimal(word: str) -> int | None:
    """Return the value of a decimal like ``42.0``; None when it is no number, not whole or far too large."""
    try:
        value = Decimal(word)
    except InvalidOperation:
        return None
    # The size is asked first: to write out 1e999999999 would take all memory.
    if not value.is_finite() or value.copy_abs() > LONGEST or value != value.to_integral_value():
        return None
    return int(value)


def _is_assembly(header: _Line, body: Sequence[_Line]) -> bool:
    """Tell an assembly job shop by its line after the header: an arc is two numbers, a job is never just two."""
    words = header.words
    if len(words) != 3 or not all(word.isdigit() for word in words):
        return False
    # Without arcs the second number is 0, which no job shop has for its machines.
    return words[1].strip("0") == "" or (bool(body) and len(body[0].words) == 2)


def _job_shop(reader: _Reader, header: _Line, body: Sequence[_Line]) -> tuple[tuple[Order, ...], int]:
    words = header.words
    jobs = reader.whole(header, words[0], "ジョブ数", "the number of jobs", low=1)
    machines = reader.whole(header, words[1], "機械数", "the number of machines", low=1)
    if jobs is not None and jobs != len(body):
        reader.wrong(
            header, words[0], f"ジョブ数。続く行は{len(body)}行", f"the number of jobs; {len(body)} line(s) follow"
        )
    orders = []
    for number, line in enumerate(body, start=1):
        words = line.words
        count = reader.whole(line, words[0], "工程数", "the number of operations", low=1)
        if count is None:
            continue
        steps: list[Step] = []
        at = 1
        for index in range(1, count + 1):
            taken = _modes(reader, line, words, at)
            if taken is None:
                break
            modes, at = taken
            after = (steps[-1].id,) if steps else ()
            steps.append(Step(id=f"J{number}-{index}", after=after, modes=modes))
        else:
            if at != len(words):
                reader.wrong(
                    line,
                    " ".join(words[at:]),
                    f"工程{count}個で行が終わること",
                    f"the end of the line after {count} operation(s)",
                )
        orders.append(Order(id=f"J{number}", steps=tuple(steps)))
    return tuple(orders), machines or LONGEST


def _modes(reader: _Reader, line: _Line, words: Sequence[str], at: int) -> tuple[tuple[Mode, ...], int] | None:
    """Return the modes of the operation that begins at word `at`, and where the next begins; None when it is broken."""
    if at >= len(words):
        reader.wrong(
            line, "", "行が途中で切れています。機械の選択肢の数", "the number of machines; the line is cut off"
        )
        return None
    count = reader.whole(line, words[at], "選択できる機械の数", "the number of machines to choose from", low=1)
    if count is None:
        return None
    end = at + 1 + 2 * count
    if end > len(words):
        reader.wrong(
            line,
            words[at],
            f"「機械 時間」が{count}組必要。行が途中で切れています",
            f"{count} pair(s) 'machine duration'; the line is cut off",
        )
        return None
    modes = []
    for place in range(at + 1, end, 2):
        machine = reader.whole(line, words[place], "機械の番号", "a machine number")
        duration = reader.whole(line, words[place + 1], "加工時間", "a duration")
        if machine is not None and duration is not None:
            modes.append(Mode(resource=f"M{machine}", duration=duration))
    return tuple(modes), end


def _assembly(reader: _Reader, header: _Line, body: Sequence[_Line]) -> tuple[tuple[Order, ...], int]:
    words = header.words
    operations = reader.whole(header, words[0], "工程数", "the number of operations", low=1)
    arcs = reader.whole(header, words[1], "順序の数", "the number of arcs")
    machines = reader.whole(header, words[2], "機械数", "the number of machines", low=1)
    if operations is None or arcs is None or machines is None:
        reader.finish()
        raise AssertionError("a missing count is always a problem")
    if operations + arcs != len(body):
        reader.wrong(
            header,
            "",
            f"順序{arcs}行と工程{operations}行。続く行は{len(body)}行",
            f"{arcs} line(s) of arcs and {operations} of operations; {len(body)} follow",
        )
        reader.finish()
    before: list[list[int]] = [[] for _ in range(operations)]
    for line in body[:arcs]:
        words = line.words
        if len(words) != 2:
            reader.wrong(line, "", "「先の工程 後の工程」の2つの番号", "two numbers, 'earlier later'")
            continue
        ends = [reader.whole(line, word, "工程の番号", "an operation", high=operations - 1) for word in words]
        first, second = ends
        if first is None or second is None:
            continue
        if first == second:
            reader.wrong(line, "", "別々の工程", "two different operations")
        elif first not in before[second]:
            before[second].append(first)
    choices: list[tuple[Mode, ...]] = []
    for line in body[arcs:]:
        words = line.words
        taken = _modes(reader, line, words, 0)
        if taken is not None and taken[1] != len(words):
            reader.wrong(line, "", "1行に1工程", "one operation a line")
        choices.append(taken[0] if taken is not None else ())
    _refuse_circle(reader, header, before)
    reader.finish()
    return _hanging_together(before, choices), machines


def _refuse_circle(reader: _Reader, header: _Line, before: Sequence[Sequence[int]]) -> None:
    try:
        TopologicalSorter(dict(enumerate(before))).prepare()
    except CycleError as error:
        circle = " → ".join(str(node) for node in error.args[1])
        reader.wrong(header, circle, "順序に循環がないこと", "arcs without a circle")


def _hanging_together(before: Sequence[Sequence[int]], choices: Sequence[tuple[Mode, ...]]) -> tuple[Order, ...]:
    """Return one order for each part of the precedence graph that hangs together, in the order of the file."""
    parent = list(range(len(before)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for node, earlier in enumerate(before):
        for other in earlier:
            # The smaller number leads, so that an order stands where its first operation stands.
            low, high = sorted((root(node), root(other)))
            parent[high] = low
    parts: dict[int, list[int]] = {}
    for node in range(len(before)):
        parts.setdefault(root(node), []).append(node)
    return tuple(
        Order(
            id=f"J{number}",
            steps=tuple(
                Step(id=f"O{node}", after=tuple(f"O{other}" for other in before[node]), modes=choices[node])
                for node in nodes
            ),
        )
        for number, nodes in enumerate(parts.values(), start=1)
    )


def _label_key(label: str) -> tuple[int, str]:
    return (int(label[1:]), label)
