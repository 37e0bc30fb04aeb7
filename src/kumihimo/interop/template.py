"""The empty workbook that a chamber of commerce fills in: every sheet with one example row, marked as such."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kumihimo.interop.cell import Cell, show_cell
from kumihimo.interop.raw import EXAMPLE_MARK
from kumihimo.interop.table_spec import table_specs
from kumihimo.interop.workbook_write import BookWriter
from kumihimo.model import EvidenceLevel, standard_calendar

_FIRM = f"{EXAMPLE_MARK}-F001"
_SITE = f"{EXAMPLE_MARK}-F001-1"
_MACHINE = f"{EXAMPLE_MARK}-M001"

_EXAMPLES: dict[str, dict[str, Cell]] = {
    "firms": {
        "id": _FIRM,
        "name": "有限会社見本製作所",
        "name_kana": "ミホンセイサクショ",
        "legal_form": "有限会社",
        "founded_year": 1972,
        "employees": 6,
        "capital_jpy": 3_000_000,
        "preferred_channel": "FAX",
        "wants_new_work": "はい",
        "wants": "5軸加工",
        "note": "この行は記入例です。取り込まれません。消しても構いません。",
        "synthetic": "はい",
    },
    "sites": {
        "id": _SITE,
        "firm": _FIRM,
        "name": "本社工場",
        "municipality": "長野県諏訪市",
        "shipping_weekdays": "月〜金",
        "crane_t": "2.8t",
        "calendar": f"{EXAMPLE_MARK}-C1",
    },
    "equipment": {
        "id": _MACHINE,
        "site": _SITE,
        "kind": "5軸マシニングセンタ",
        "count": 2,
        "axes": 5,
        "stroke_x_mm": 500,
        "stroke_y_mm": 400,
        "stroke_z_mm": 350,
        "year": 2018,
        "unattended_ok": "はい",
    },
    "capabilities": {
        "id": f"{EXAMPLE_MARK}-K001",
        "site": _SITE,
        "process": "5軸加工",
        "material_family": "アルミニウム",
        "grades_include": "A5052、A7075",
        "env_l_mm": 300,
        "env_w_mm": 300,
        "env_h_mm": 250,
        "tol_best_mm": "±0.01",
        "it_best": 7,
        "it_band_min_mm": 0,
        "it_band_max_mm": 120,
        "ra_best_um": 0.8,
        "lot_min": 1,
        "lot_max": 500,
        "lead_days_typ": 10,
        "equipment": _MACHINE,
        "strength": 4,
        "evidence": "自己申告",
    },
    "certificates": {
        "id": f"{EXAMPLE_MARK}-N001",
        "firm": _FIRM,
        "scheme": "ISO 9001",
        "expires_on": "令和10年3月31日",
    },
    "skills": {
        "id": f"{EXAMPLE_MARK}-S001",
        "site": _SITE,
        "skill": "マシニングセンタ作業1級",
        "count": 2,
        "years_avg": 18,
        "successor": "いいえ",
    },
    "capacities": {
        "id": f"{EXAMPLE_MARK}-Y001",
        "site": _SITE,
        "process": "5軸加工",
        "week": "2026-W48",
        "hours_available": 80,
        "hours_booked": 52,
        "source": "電話確認",
        "asked_on": date(2026, 11, 20),
    },
    "deliveries": {
        "id": f"{EXAMPLE_MARK}-J001",
        "site": _SITE,
        "process": "5軸加工",
        "material": "A5052",
        "quantity": 30,
        "promised_on": "R8.10.30",
        "delivered_on": "R8.10.29",
    },
    "quality_systems": {
        "id": f"{EXAMPLE_MARK}-Q001",
        "firm": _FIRM,
        "ppap": "いいえ",
        "fai": "はい",
        "traceability": "lot",
    },
    "assessments": {
        "id": f"{EXAMPLE_MARK}-A001",
        "firm": _FIRM,
        "assessor_org": "（例）〇〇商工会議所",
        "method": EvidenceLevel.ONSITE.ja,
        "scores": "段取=4、検査=3",
        "assessed_on": "令和8年10月5日",
        "status": "本人確認中",
    },
    "calendars": {
        column.name: show_cell(column, getattr(standard_calendar(f"{EXAMPLE_MARK}-C1"), column.name))
        for column in table_specs()["calendars"].columns
    },
}


def write_template(path: Path) -> None:
    """Write the empty workbook; `read_workbook` reads it as a network without firms.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    writer = BookWriter(
        "",
        synthetic=False,
        notes=[
            "各シートの2行目（灰色の「記入例」）は見本で、取り込まれません。3行目から下に記入してください"
            "（見本の行は消しても構いません）。"
        ],
    )
    for name, spec in table_specs().items():
        example: list[Any] = [_EXAMPLES[name].get(column.name) for column in spec.columns]
        writer.add_table(spec, spec.columns, [], row_count=0, example=example)
    writer.save(path)
