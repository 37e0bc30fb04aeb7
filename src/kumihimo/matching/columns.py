"""The capability rows of a whole network as numpy columns: what the index searches, and how it lies on disk.

Rows are sorted by process, then site, then id, so that one process is one slice and the rows of one firm lie together.
What many rows share (materials, sizes, precision, finish, volume) stands once in a *dictionary* and the row holds its
number: 380,000 firms fit in memory, and a requirement is compared once per entry instead of once per row.

The exact form (a generator may write it directly, see `CapabilityColumns`)
---------------------------------------------------------------------------
Order: firms ascending by id; sites ascending by (firm, id); rows ascending by (process, site, id), ids by their UTF-8
bytes and kept as numpy ``S`` arrays. Days are ``uint16`` days since 2000-01-01 (`to_day`): 0 = not told, 65535
(`NEVER`) = no end. Weeks are ``int16`` weeks since Monday 2000-01-03 (`to_week`). Unknown numbers are NaN in float
tables and -1 in integer ones.

Vocabularies, as tuples of strings: `processes`, `families`, `grades`, `schemes`, `scales`.

Rows, n entries each:

==================  =======  =================================================================================
process_offsets     int64    P + 1 entries; rows of process p are ``[offsets[p], offsets[p + 1])``
row_ids             S        capability ids
row_site            int32    into the sites
row_material        int32    into material_family / material_include / material_exclude
row_size            int32    into size_table
row_precision       int32    into precision_table
row_finish          int32    into finish_table
row_volume          int32    into volume_table
row_valid_from      uint16   day; 0 = always
row_valid_until     uint16   day; 0 = no end told
row_evidence        uint8    `EvidenceLevel`
row_evidence_on     uint16   day; 0 = not told
row_strength        uint8    1-5; 0 = not told
row_avoided         bool     the firm avoids this process
row_qualified       uint16   last day on which a special process is qualified; 0 nothing recorded, 1 recorded: nobody
row_jobs            uint16   delivered jobs of this site, process and material family, capped at 65535
==================  =======  =================================================================================

Dictionaries, one line an entry:

==================  =======  =================================================================================
material_family     int16    (M,) into families
material_include    uint64   (M, ceil(G / 64)) bit g of word g // 64 = grade g
material_exclude    uint64   likewise
size_table          float64  (U, 9) `SIZE_FIELDS`; length, width and height sorted descending
precision_table     float64  (U, 5) `PRECISION_FIELDS`
finish_table        float64  (U, 8) `FINISH_FIELDS`; the scale is its number in scales
volume_table        int32    (U, 5) `VOLUME_FIELDS`
==================  =======  =================================================================================

Sites (s entries), firms (f entries), certificates and capacity:

==================  =======  =================================================================================
site_ids            S
site_firm           int32
site_lat, site_lon  float32  degrees
site_prefecture     uint8    JIS X 0401; 0 unknown
site_hazards        int8     (s, 3) flood, quake, tsunami
site_deliveries     int32    (s, 4) delivered jobs, jobs on time, pieces, defective pieces; all 0 = no record
firm_ids            S
firm_names          S        UTF-8
firm_active         bool     takes part, and does not refuse new work
firm_paused         bool     does not take part at the moment; then it is not active
firm_certified      bool     has any certificate on record, so that a missing one is really missing
cert_scheme         int16    into schemes; sorted by (scheme, site), one line for each site that a certificate covers
cert_site           int32
cert_until          uint16   day; 0 = the scheme ends but the day is not told
cap_site            int32    sorted by (site, process, week, asked)
cap_process         int16    into processes; -1 = the whole site
cap_week            int16
cap_free            float32  free hours
cap_asked           uint16   day
==================  =======  =================================================================================
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kumihimo.errors import InputError

FORMAT = "kumihimo-capability-columns-2"
NEVER = 65535
"""Day number of "no end"."""
NOBODY = 1
"""`row_qualified` of a site that has recorded that nobody is qualified."""
EPOCH = date(2000, 1, 1)
_WEEK_EPOCH = date(2000, 1, 3)
_COLD = frozenset({"row_ids", "firm_names"})
EntryNumbers = NDArray[np.int32] | NDArray[np.uint16]
"""Numbers of dictionary entries: int32, or uint16 once loaded when the dictionary is small enough."""
_ENTRIES = {
    "row_material": "material_family",
    "row_size": "size_table",
    "row_precision": "precision_table",
    "row_finish": "finish_table",
    "row_volume": "volume_table",
}
_META = ("synthetic", "name", "processes", "families", "grades", "schemes", "scales")

SIZE_FIELDS = (
    "env_l_mm",
    "env_w_mm",
    "env_h_mm",
    "env_min_mm",
    "dia_min_mm",
    "dia_max_mm",
    "thick_min_mm",
    "thick_max_mm",
    "mass_max_kg",
)
PRECISION_FIELDS = ("it_best", "it_band_min_mm", "it_band_max_mm", "tol_best_mm", "ra_best_um")
FINISH_FIELDS = (
    "hardness_scale",
    "hardness_min",
    "hardness_max",
    "coating_min_um",
    "coating_max_um",
    "flatness_mm",
    "roundness_mm",
    "position_mm",
)
VOLUME_FIELDS = ("lot_min", "lot_max", "monthly_max", "lead_days_typ", "lead_days_min")


def to_day(day: date | None) -> int:
    """Return the day number of a date (1 for anything before 2000-01-02, at most 65534), 0 for None."""
    return 0 if day is None else min(max((day - EPOCH).days, 1), NEVER - 1)


def from_day(number: int) -> date | None:
    """Return the date of a day number; None for 0 and `NEVER`."""
    return None if number in (0, NEVER) else EPOCH + timedelta(days=int(number))


def to_week(day: date) -> int:
    """Return the number of the ISO week that `day` lies in."""
    return (day - _WEEK_EPOCH).days // 7


def iso_week_number(week: str) -> int:
    """Return the week number of an ISO 8601 week such as ``"2026-W48"``.

    Raises
    ------
    InputError
        The text is not an ISO week.
    """
    try:
        year, number = week.split("-W")
        return to_week(date.fromisocalendar(int(year), int(number), 1))
    except ValueError:
        raise InputError(
            f"週「{week}」を読めません。2026-W48 の形で書いてください。",
            f"Week {week!r} cannot be read. Write it as 2026-W48.",
        ) from None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CapabilityColumns:
    """All capability rows, sites and firms of a network as arrays; the module's docstring gives every form.

    `columns_of` makes them from a network. The constructor takes the arrays as they are: call `check` after writing
    them by hand.
    """

    name: str = ""
    synthetic: bool = False
    processes: tuple[str, ...]
    families: tuple[str, ...]
    grades: tuple[str, ...]
    schemes: tuple[str, ...]
    scales: tuple[str, ...]

    process_offsets: NDArray[np.int64]
    row_ids: NDArray[np.bytes_]
    row_site: NDArray[np.int32]
    row_material: EntryNumbers
    row_size: EntryNumbers
    row_precision: EntryNumbers
    row_finish: EntryNumbers
    row_volume: EntryNumbers
    row_valid_from: NDArray[np.uint16]
    row_valid_until: NDArray[np.uint16]
    row_evidence: NDArray[np.uint8]
    row_evidence_on: NDArray[np.uint16]
    row_strength: NDArray[np.uint8]
    row_avoided: NDArray[np.bool_]
    row_qualified: NDArray[np.uint16]
    row_jobs: NDArray[np.uint16]

    material_family: NDArray[np.int16]
    material_include: NDArray[np.uint64]
    material_exclude: NDArray[np.uint64]
    size_table: NDArray[np.float64]
    precision_table: NDArray[np.float64]
    finish_table: NDArray[np.float64]
    volume_table: NDArray[np.int32]

    site_ids: NDArray[np.bytes_]
    site_firm: NDArray[np.int32]
    site_lat: NDArray[np.float32]
    site_lon: NDArray[np.float32]
    site_prefecture: NDArray[np.uint8]
    site_hazards: NDArray[np.int8]
    site_deliveries: NDArray[np.int32]
    firm_ids: NDArray[np.bytes_]
    firm_names: NDArray[np.bytes_]
    firm_active: NDArray[np.bool_]
    firm_paused: NDArray[np.bool_]
    firm_certified: NDArray[np.bool_]

    cert_scheme: NDArray[np.int16]
    cert_site: NDArray[np.int32]
    cert_until: NDArray[np.uint16]
    cap_site: NDArray[np.int32]
    cap_process: NDArray[np.int16]
    cap_week: NDArray[np.int16]
    cap_free: NDArray[np.float32]
    cap_asked: NDArray[np.uint16]

    @property
    def row_count(self) -> int:
        """Number of capability rows."""
        return len(self.row_site)

    @property
    def firm_count(self) -> int:
        """Number of firms."""
        return len(self.firm_ids)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self._arrays().values())

    def slice_of(self, process: str) -> slice:
        """Return the rows of a process; an empty slice when no row names it."""
        if process not in self.processes:
            return slice(0, 0)
        code = self.processes.index(process)
        return slice(int(self.process_offsets[code]), int(self.process_offsets[code + 1]))

    def save(self, directory: Path) -> None:
        """Write ``columns.json`` and one ``.npy`` file an array into `directory`, which is made when missing."""
        directory.mkdir(parents=True, exist_ok=True)
        for name, array in self._arrays().items():
            np.save(directory / f"{name}.npy", array, allow_pickle=False)
        meta: dict[str, Any] = {"format": FORMAT, **{name: getattr(self, name) for name in _META}}
        (directory / "columns.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")

    @staticmethod
    def load(directory: Path, *, mmap: bool = False) -> CapabilityColumns:
        """Read what `save` wrote.

        Parameters
        ----------
        directory
            Folder with ``columns.json``.
        mmap
            Map all arrays instead of reading them. Row ids and firm names are always mapped: a query touches only
            those that it shows.

        Raises
        ------
        InputError
            The folder holds no columns of this format, or a file is damaged.
        """
        try:
            meta = json.loads((directory / "columns.json").read_text(encoding="utf-8"))
            if meta["format"] != FORMAT:
                raise ValueError(meta["format"])
            values: dict[str, Any] = {
                name: tuple(meta[name]) if isinstance(meta[name], list) else meta[name] for name in _META
            }
            for name in _array_names():
                mode: Literal["r"] | None = "r" if mmap or name in _COLD else None
                values[name] = np.load(directory / f"{name}.npy", mmap_mode=mode, allow_pickle=False)
        except (OSError, KeyError, ValueError) as problem:
            raise InputError(
                f"{directory} は能力索引のフォルダーではないか、壊れています。索引を作り直してください。",
                f"{directory} holds no capability columns, or they are damaged ({problem}). Build them again.",
            ) from problem
        for name, table in _ENTRIES.items():
            array = values[name]
            # Checked before it is narrowed, lest a damaged number wrap around to a valid one.
            fits = len(values[table]) <= 2**16 and len(array) > 0 and int(array.min()) >= 0
            if not mmap and fits and int(array.max()) < len(values[table]):
                values[name] = array.astype(np.uint16)
        columns = CapabilityColumns(**values)
        columns.check()
        return columns

    def check(self) -> None:
        """Raise `InputError` when lengths, dtypes, orders or references do not fit together."""
        for reason in self._faults():
            raise InputError(
                f"能力索引が壊れています（{reason}）。索引を作り直してください。",
                f"The capability columns are inconsistent: {reason}. Build them again.",
            )

    def _faults(self) -> list[str]:
        faults: list[str] = []
        rows, sites, firms = self.row_count, len(self.site_ids), self.firm_count
        words = (len(self.grades) + 63) // 64
        for name, array in self._arrays().items():
            group = name.partition("_")[0]
            length = {"row": rows, "site": sites, "firm": firms, "cert": len(self.cert_site), "cap": len(self.cap_site)}
            if group in length and len(array) != length[group]:
                faults.append(f"{name} has {len(array)} entries, expected {length[group]}")
            expected = _DTYPES.get(name)
            narrowed = name in _ENTRIES and array.dtype == np.uint16
            if expected is not None and array.dtype != expected and not narrowed:
                faults.append(f"{name} is {array.dtype}, expected {expected}")
        offsets = self.process_offsets
        if len(offsets) != len(self.processes) + 1 or (len(offsets) and (offsets[0] != 0 or offsets[-1] != rows)):
            faults.append("process_offsets do not cover the rows")
        elif bool(np.any(np.diff(offsets) < 0)):
            faults.append("process_offsets fall")
        shapes = {
            "material_include": words,
            "material_exclude": words,
            "size_table": len(SIZE_FIELDS),
            "precision_table": len(PRECISION_FIELDS),
            "finish_table": len(FINISH_FIELDS),
            "volume_table": len(VOLUME_FIELDS),
            "site_hazards": 3,
            "site_deliveries": 4,
        }
        for name, width in shapes.items():
            array = getattr(self, name)
            if array.ndim != 2 or array.shape[1] != width:
                faults.append(f"{name} has shape {array.shape}, expected (*, {width})")
        references = (
            ("row_site", sites),
            ("row_material", len(self.material_family)),
            ("row_size", len(self.size_table)),
            ("row_precision", len(self.precision_table)),
            ("row_finish", len(self.finish_table)),
            ("row_volume", len(self.volume_table)),
            ("site_firm", firms),
            ("cert_site", sites),
            ("cap_site", sites),
        )
        for name, size in references:
            array = getattr(self, name)
            if len(array) and (int(array.min()) < 0 or int(array.max()) >= size):
                faults.append(f"{name} points outside its table of {size}")
        if bool(np.any(np.diff(self.site_firm) < 0)):
            faults.append("sites are not sorted by firm")
        starts = np.zeros(max(rows - 1, 0), dtype=bool)
        inner = offsets[(offsets > 0) & (offsets < rows)]
        starts[inner - 1] = True
        if bool(np.any((np.diff(self.row_site) < 0) & ~starts)):
            faults.append("rows of a process are not sorted by site")
        return faults

    def _arrays(self) -> dict[str, NDArray[Any]]:
        return {name: getattr(self, name) for name in _array_names()}


_DTYPES: dict[str, np.dtype[Any]] = {
    **{name: np.dtype(np.int32) for name in ("row_site", "row_material", "row_size", "row_precision", "row_finish")},
    **{name: np.dtype(np.int32) for name in ("row_volume", "volume_table", "site_firm", "site_deliveries")},
    **{name: np.dtype(np.int32) for name in ("cert_site", "cap_site")},
    **{name: np.dtype(np.uint16) for name in ("row_valid_from", "row_valid_until", "row_evidence_on", "row_jobs")},
    **{name: np.dtype(np.uint16) for name in ("row_qualified", "cert_until", "cap_asked")},
    **{name: np.dtype(np.uint8) for name in ("row_evidence", "row_strength", "site_prefecture")},
    **{name: np.dtype(np.bool_) for name in ("row_avoided", "firm_active", "firm_paused", "firm_certified")},
    **{name: np.dtype(np.int16) for name in ("material_family", "cert_scheme", "cap_process", "cap_week")},
    **{name: np.dtype(np.uint64) for name in ("material_include", "material_exclude")},
    **{name: np.dtype(np.float64) for name in ("size_table", "precision_table", "finish_table")},
    **{name: np.dtype(np.float32) for name in ("site_lat", "site_lon", "cap_free")},
    "process_offsets": np.dtype(np.int64),
    "site_hazards": np.dtype(np.int8),
}


def _array_names() -> tuple[str, ...]:
    return tuple(item.name for item in fields(CapabilityColumns) if item.name not in _META)
