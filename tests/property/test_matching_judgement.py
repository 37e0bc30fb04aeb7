"""The fast pass over all rows of a process says exactly what the plain functions say of each row."""

from __future__ import annotations

import random

import matching_samples as samples
import numpy as np
import pytest

from kumihimo.matching import MatchIndex, Reason, rank
from kumihimo.matching.judgement import COUNT_SHIFT, Judgement, key_bit, reasons_of_keys
from kumihimo.matching.process_rows import NOTHING, Combined, ProcessRows
from kumihimo.matching.reasons import BIT, UNKNOWN_SHIFT, VIOLATED_MASK, reasons_in
from kumihimo.matching.score import DEFAULT, Term, score_rows
from kumihimo.matching.severity import SEVERITY_CAP, severity_milli
from kumihimo.matching.verdicts import Need, row_words

TODAY = samples.TODAY


@pytest.mark.parametrize("seed", range(6))
def test_keys_words_severity_and_points_are_those_of_the_plain_functions(seed: int) -> None:
    part = MatchIndex.from_network(samples.network(seed, firms=40)).base
    columns, free = part.columns, part.free_weeks(TODAY)
    rng, seen = random.Random(seed), 0
    for _ in range(30):
        need = Need.of(samples.requirement(rng), TODAY)
        rows = free.process_rows(need.step.process)
        if not len(rows.rows):
            continue
        judgement = Judgement.of(columns, need, rows)
        every, numbers = np.arange(len(rows.rows)), rows.rows.astype(np.intp)
        words = row_words(columns, need, numbers, free)
        assert judgement.words(every).tolist() == words.tolist()
        assert judgement.unknown(every).tolist() == np.bitwise_count(words >> np.uint64(UNKNOWN_SHIFT)).tolist()
        for key, word in zip(judgement.keys.tolist(), words.tolist(), strict=True):
            reasons = reasons_in(word & VIOLATED_MASK)
            assert key == (len(reasons) << COUNT_SHIFT) + sum(key_bit(reason) for reason in reasons)
        severity = np.minimum(sum(part(every) for part in judgement.severities()), SEVERITY_CAP)
        assert np.all(severity == severity_milli(columns, need, numbers))
        scores = score_rows(columns, need, numbers, free, DEFAULT, (35.0, 137.0))
        distance = scores.points[:, tuple(Term).index(Term.DISTANCE)]
        assert judgement.score_but_distance(every, DEFAULT).tolist() == (scores.total - distance).tolist()
        seen += len(words)
    assert seen > 300


def test_layers_give_the_least_of_each_firm() -> None:
    part = MatchIndex.from_network(samples.network(2, firms=60, processes=("mach.mill3",))).base
    columns = part.columns
    rows = part.free_weeks(TODAY).process_rows("mach.mill3")
    assert len(rows.sizes) > 1
    assert sorted(rows.rows.tolist()) == list(range(rows.span.start, rows.span.stop))
    values = np.random.default_rng(2).integers(0, 1000, len(rows.rows)).astype(np.uint32)
    firms = columns.site_firm[columns.row_site[rows.rows]]
    some = np.flatnonzero(values % 3 == 0)
    for slot, firm in enumerate(rows.firms.tolist()):
        own = values[firms == firm]
        assert rows.least(values)[slot] == own.min()
        few = [value for value in own.tolist() if value % 3 == 0]
        assert rows.least_of(some, values[some].astype(np.int64))[slot] == min(few, default=NOTHING)
    assert rows.firms[rows.slots(some)].tolist() == firms[some].tolist()
    limits = np.full(len(rows.firms), 500, dtype=np.uint32)
    assert rows.below(values, limits).tolist() == np.flatnonzero(values < 500).tolist()


def test_a_process_without_rows_has_no_layers() -> None:
    part = MatchIndex.from_network(samples.network(2, firms=3, processes=("mach.mill3",))).base
    rows = part.free_weeks(TODAY).process_rows("coat.zn")
    assert isinstance(rows, ProcessRows)
    assert (len(rows.rows), len(rows.firms), len(rows.sizes)) == (0, 0, 0)


def test_combinations_are_numbered_alike_through_a_table_and_by_sorting(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    left, right = rng.integers(0, 50, 500), rng.integers(0, 9, 500) * 7
    direct = Combined.of(left, right)
    monkeypatch.setattr("kumihimo.matching.process_rows._DIRECT", 10)
    sorting = Combined.of(left, right)
    for one in (direct, sorting):
        assert len(one.parts[0]) == len({*zip(left.tolist(), right.tolist(), strict=True)})
        assert one.spread(0, one.used[0])[one.of_row].tolist() == left.tolist()
        assert one.spread(1, one.used[1])[one.of_row].tolist() == right.tolist()
    assert direct.of_row.tolist() == sorting.of_row.tolist()


def test_reasons_of_keys_counts_each_reason() -> None:
    assert set(BIT) - {Reason.PROC_NONE} == {reason for reason in Reason if key_bit(reason) < 1 << COUNT_SHIFT}
    keys = np.array([2 << COUNT_SHIFT | key_bit(Reason.LEAD) | key_bit(Reason.ORG_PAUSED)] * 2, dtype=np.uint32)
    assert reasons_of_keys(keys) == {Reason.ORG_PAUSED: 2, Reason.LEAD: 2}
    assert reasons_of_keys(keys[:0]) == {}


def test_of_rows_that_miss_as_many_the_one_that_gets_farther_counts() -> None:
    assert key_bit(Reason.LEAD) < key_bit(Reason.MAT_FAMILY) < key_bit(Reason.ORG_PAUSED)


def test_a_prepared_index_answers_the_same() -> None:
    network = samples.network(5, firms=30)
    plain, prepared = MatchIndex.from_network(network), MatchIndex.from_network(network)
    prepared.prepare(today=TODAY)
    rng = random.Random(5)
    for _ in range(10):
        step = samples.requirement(rng)
        assert rank(prepared, step, today=TODAY) == rank(plain, step, today=TODAY)
