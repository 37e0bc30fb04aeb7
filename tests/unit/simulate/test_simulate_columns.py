"""Are the columns the same network as the objects, row by row, and does the large form say what it is?"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kumihimo.errors import InputError
from kumihimo.matching import columns_of
from kumihimo.matching.columns import CapabilityColumns
from kumihimo.model import Network
from kumihimo.simulate import generate_columns, write_large
from kumihimo.simulate.columns import EntryTable
from kumihimo.simulate.shops import CHUNK_FIRMS

TODAY = date(2026, 11, 22)

_PLAIN = (
    *("row_valid_from", "row_valid_until", "row_evidence", "row_evidence_on", "row_strength", "row_avoided"),
    *("row_qualified", "row_jobs"),
)


def _told(values: NDArray[np.float64]) -> tuple[float | None, ...]:
    return tuple(None if value != value else value for value in values.tolist())


def _grades(columns: CapabilityColumns, bits: NDArray[np.uint64]) -> set[str]:
    return {grade for index, grade in enumerate(columns.grades) if int(bits[index // 64]) >> (index % 64) & 1}


def _decoded(columns: CapabilityColumns) -> dict[bytes, tuple[object, ...]]:
    process = np.repeat(np.arange(len(columns.processes)), np.diff(columns.process_offsets))
    found: dict[bytes, tuple[object, ...]] = {}
    for index in range(columns.row_count):
        material = columns.row_material[index]
        finish = columns.finish_table[columns.row_finish[index]]
        found[bytes(columns.row_ids[index])] = (
            columns.processes[process[index]],
            bytes(columns.site_ids[columns.row_site[index]]),
            columns.families[columns.material_family[material]],
            _grades(columns, columns.material_include[material]),
            _grades(columns, columns.material_exclude[material]),
            _told(columns.size_table[columns.row_size[index]]),
            _told(columns.precision_table[columns.row_precision[index]]),
            "" if np.isnan(finish[0]) else columns.scales[int(finish[0])],
            _told(finish[1:]),
            tuple(columns.volume_table[columns.row_volume[index]].tolist()),
            *(int(getattr(columns, name)[index]) for name in _PLAIN),
        )
    return found


def test_columns_and_objects_agree_row_by_row(small: Network) -> None:
    drawn = generate_columns(300, 7, today=TODAY)
    drawn.check()
    built = columns_of(small)
    assert drawn.synthetic
    assert drawn.name == built.name
    assert drawn.row_ids.tolist() == built.row_ids.tolist()
    assert _decoded(drawn) == _decoded(built)
    for name in (
        *("site_ids", "site_firm", "site_lat", "site_lon", "site_prefecture", "site_hazards", "site_deliveries"),
        *("firm_ids", "firm_names", "firm_active", "firm_paused", "firm_certified", "cert_site", "cert_until"),
        *("cap_site", "cap_week", "cap_free", "cap_asked"),
    ):
        np.testing.assert_array_equal(getattr(drawn, name), getattr(built, name), err_msg=name)
    assert [drawn.schemes[code] for code in drawn.cert_scheme] == [built.schemes[code] for code in built.cert_scheme]
    assert [drawn.processes[code] if code >= 0 else "" for code in drawn.cap_process] == [
        built.processes[code] if code >= 0 else "" for code in built.cap_process
    ]


def test_several_chunks_make_one_sorted_network_that_can_be_read_back(tmp_path: Path) -> None:
    firms = CHUNK_FIRMS + 900
    seen: list[tuple[int, int]] = []
    manifest = write_large(
        tmp_path / "net", firms, 3, today=TODAY, progress=lambda done, total: seen.append((done, total))
    )
    assert seen == [(CHUNK_FIRMS, firms), (firms, firms)]
    content = json.loads(manifest.read_text(encoding="utf-8"))
    assert content["synthetic"] is True
    assert (content["firms"], content["seed"], content["today"]) == (firms, 3, "2026-11-22")
    columns = CapabilityColumns.load(tmp_path / "net", mmap=True)
    assert columns.firm_count == firms
    assert content["capability_rows"] == columns.row_count
    assert 10.5 <= columns.row_count / firms <= 13.5
    assert len(set(columns.firm_names.tolist())) == firms
    assert len(set(columns.row_ids.tolist())) == columns.row_count
    # The precise site of a row stands in its id: the sort has kept them together.
    site = np.array([int(identifier[4:10]) - 1 for identifier in columns.row_ids.tolist()])
    np.testing.assert_array_equal(site, columns.row_site)
    assert set(np.unique(columns.row_site).tolist()) == set(range(firms))
    assert len(columns.size_table) < columns.row_count / 5


def test_an_unfinished_folder_has_no_manifest(tmp_path: Path) -> None:
    write_large(tmp_path, 5, 3, today=TODAY)

    def interrupted(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_large(tmp_path, 5, 4, today=TODAY, progress=interrupted)
    assert not (tmp_path / "network.json").exists()


def test_impossible_sizes_are_refused() -> None:
    with pytest.raises(InputError):
        generate_columns(400_001, 1, today=TODAY)


def test_entry_table_gives_equal_lines_one_number() -> None:
    table = EntryTable(2, np.float64)
    first = table.numbers(np.array([[1.0, np.nan], [0.0, 2.0], [1.0, np.nan]]))
    second = table.numbers(np.array([[-0.0, 2.0], [3.0, 4.0]]))
    assert first[0] == first[2] != first[1]
    assert second[0] == first[1]
    assert table.table().shape == (3, 2)
    np.testing.assert_array_equal(table.table()[second[1]], [3.0, 4.0])
