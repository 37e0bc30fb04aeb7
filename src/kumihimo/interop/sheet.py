"""The one-page profile sheet of a firm, 「わが社のひとわざ」, as PDF (A4) through typst.

All text of the firm travels as JSON and is set as text: nothing in it can become markup. The same network, viewer and
day give the same bytes. Prices never stand on the sheet, whoever looks.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from kumihimo.errors import Unavailable
from kumihimo.interop.profile import (
    best_first,
    find_firm,
    municipality_ja,
    precision_words,
    rows_of_firm,
    size_words,
    term_ja,
)
from kumihimo.interop.table_spec import table_specs
from kumihimo.interop.visible import visible_network
from kumihimo.interop.workbook_write import SEE_JA
from kumihimo.model import Firm, Network, QualitySystem, Site, Visibility

MAX_CAPABILITIES, MAX_EQUIPMENT, MAX_QUALIFICATIONS, MAX_ASSESSMENTS, MAX_CAPACITIES = 12, 8, 8, 3, 4
MAX_CHARS = 120

_WANTS_JA = {True: "受けたい", False: "いまは受けない", None: ""}


def sheet_pdf(network: Network, firm: str, *, viewer: Visibility = Visibility.NETWORK, today: date) -> bytes:
    """Return the profile sheet of a firm as PDF, always one page.

    Parameters
    ----------
    network
        The network.
    firm
        Id, or a name that one firm alone has.
    viewer
        Only what this level may see stands on the sheet.
    today
        Day of issue; capacity older than 14 days is left out.

    Raises
    ------
    InputError
        There is no such firm.
    Unavailable
        The typesetter or the Japanese font is not installed.
    """
    content = sheet_content(network, firm, viewer=viewer, today=today)
    stamp = datetime(today.year, today.month, today.day, tzinfo=UTC)
    inputs = {"data": json.dumps(content, ensure_ascii=False)}
    pdf: bytes = _compiler().compile(_template(), format="pdf", sys_inputs=inputs, timestamp=int(stamp.timestamp()))
    return pdf


def sheet_content(network: Network, firm: str, *, viewer: Visibility, today: date) -> dict[str, Any]:
    """Return the words of the sheet, already limited to one page; raises `InputError` when there is no such firm."""
    identifier = find_firm(network, firm)
    network = visible_network(network, viewer)
    rows = rows_of_firm(network, identifier)
    own: Firm = rows["firms"][0]
    return {
        "name": _short(own.name, 60),
        "kana": _short(own.name_kana, 60),
        "synthetic": network.synthetic or own.synthetic,
        "network": _short(network.name, 60),
        "viewer": SEE_JA[viewer],
        "issued_on": f"{today.year}年{today.month}月{today.day}日",
        "pride": _pride(rows, viewer),
        "facts": _facts(own, rows["sites"], viewer),
        "blocks": [block for block in _blocks(rows, viewer, today) if block["rows"]],
    }


def _sees(table: str, viewer: Visibility) -> bool:
    return bool(table_specs()[table].visible(viewer))


def _sees_value(table: str, name: str, viewer: Visibility) -> bool:
    return any(column.name == name for column in table_specs()[table].visible(viewer))


def _pride(rows: dict[str, list[Any]], viewer: Visibility) -> str:
    if not rows["capabilities"] or not _sees("capabilities", viewer):
        return ""
    best = best_first(rows["capabilities"])[0]
    words = [term_ja("material_families", best.material_family), term_ja("processes", best.process)]
    words += [size_words(best), precision_words(best)]
    return _short("　".join(word for word in words if word), 70)


def _facts(firm: Firm, sites: Sequence[Site], viewer: Visibility) -> list[list[str]]:
    def seen(name: str, words: str | None) -> str:
        return words if words and _sees_value("firms", name, viewer) else ""

    place = ""
    if sites:
        place = municipality_ja(sites[0].municipality)
        if _sees_value("sites", "address", viewer):
            address = sites[0].address
            place = address if address.startswith(place) else place + address
        if len(sites) > 1:
            place += f"（ほか {len(sites) - 1} 拠点）"
    facts = [
        ("所在地", place),
        ("法人格", seen("legal_form", firm.legal_form.ja if firm.legal_form else "")),
        ("設立", seen("founded_year", f"{firm.founded_year}年" if firm.founded_year else "")),
        ("従業員", seen("employees", f"{firm.employees}人" if firm.employees is not None else "")),
        ("電話", seen("phone", firm.phone)),
        ("FAX", seen("fax", firm.fax)),
        ("メール", seen("email", firm.email)),
        ("Web", seen("website", firm.website)),
        ("連絡は", seen("preferred_channel", firm.preferred_channel.ja)),
        ("状態", seen("status", firm.status.ja)),
        (
            "新規の仕事",
            seen("wants_new_work", _WANTS_JA[firm.wants_new_work]),
        ),
        ("受けたい仕事", seen("wants", "、".join(term_ja("processes", code) for code in firm.wants[:6]))),
    ]
    return [[label, _short(words, 60)] for label, words in facts if words]


def _blocks(rows: dict[str, list[Any]], viewer: Visibility, today: date) -> list[dict[str, Any]]:
    capabilities = [
        [
            term_ja("processes", row.process),
            _grades(row.material_family, row.grades_include),
            size_words(row),
            precision_words(row),
            _lots(row.lot_min, row.lot_max),
            f"{row.lead_days_typ}日" if row.lead_days_typ is not None else "",
            row.evidence.ja,
        ]
        for row in best_first(rows["capabilities"])
    ]
    equipment = [
        [term_ja("equipment_kinds", row.kind), f"{row.maker} {row.model}".strip(), f"{row.count}台", _year(row.year)]
        for row in rows["equipment"]
    ]
    qualifications = [
        [term_ja("certificates", row.scheme), row.number, _until(row.expires_on, today)] for row in rows["certificates"]
    ]
    if not _sees("certificates", viewer):
        qualifications = []
    if _sees("skills", viewer):
        qualifications += [[term_ja("skills", row.skill), f"{row.count}人", ""] for row in rows["skills"] if row.count]
    assessments = [
        [
            row.assessor_org,
            "企業全体" if row.capability is None else "能力",
            row.method.ja,
            row.assessed_on.isoformat(),
            row.status.ja,
            row.finding,
        ]
        for row in sorted(rows["assessments"], key=lambda row: row.assessed_on, reverse=True)
    ]
    quality = [line for row in rows["quality_systems"] for line in _quality(row)]
    capacities = [
        [
            row.week,
            term_ja("processes", row.process) if row.process else "拠点全体",
            f"{free:g}時間",
            f"{row.asked_on.isoformat()} {row.source.ja}",
        ]
        for row in sorted(rows["capacities"], key=lambda row: row.week)
        if (free := row.hours_free(today)) is not None
    ]
    return [
        _block(
            "できること",
            ("工程", "材料", "大きさ mm", "精度", "ロット", "納期", "根拠"),
            capabilities,
            MAX_CAPABILITIES,
        )
        if _sees("capabilities", viewer)
        else _block("", (), [], 0),
        _block(
            "設備",
            ("種類", "メーカー・型式", "台数", "導入"),
            equipment if _sees("equipment", viewer) else [],
            MAX_EQUIPMENT,
        ),
        _block("認証・技能", ("名称", "番号・人数", "期限"), qualifications, MAX_QUALIFICATIONS),
        _block("品質体制", ("項目", "内容"), quality if _sees("quality_systems", viewer) else [], 6),
        _block(
            "第三者評価",
            ("評価機関", "対象", "方法", "評価日", "状態", "所見"),
            assessments if _sees("assessments", viewer) else [],
            MAX_ASSESSMENTS,
        ),
        _block(
            "余力", ("週", "工程", "空き", "確認"), capacities if _sees("capacities", viewer) else [], MAX_CAPACITIES
        ),
    ]


def _block(title: str, header: Sequence[str], rows: list[list[str]], limit: int) -> dict[str, Any]:
    shown = [[_short(cell, 40) for cell in row] for row in rows[:limit]]
    return {"title": title, "header": list(header), "rows": shown, "more": max(0, len(rows) - limit)}


def _quality(row: QualitySystem) -> list[list[str]]:
    answers = {"PPAP": row.ppap, "初品検査(FAI)": row.fai}
    lines = [["検査設備", "、".join(term_ja("equipment_kinds", code) for code in row.inspection)]]
    lines += [[name, "対応" if answer else "非対応"] for name, answer in answers.items() if answer is not None]
    lines.append(["トレーサビリティ", row.traceability])
    lines.append(["代表Cpk", f"{row.cpk_typical:g}" if row.cpk_typical is not None else ""])
    lines.append(["クリーンルーム", row.cleanroom_class])
    return [line for line in lines if line[1]]


def _grades(family: str, grades: Sequence[str]) -> str:
    name = term_ja("material_families", family)
    return f"{name}（{'・'.join(grades[:3])}{'ほか' if len(grades) > 3 else ''}）" if grades else name


def _lots(low: int | None, high: int | None) -> str:
    if low is None and high is None:
        return ""
    return f"{low if low is not None else ''}〜{high if high is not None else ''}個"


def _year(year: int | None) -> str:
    return f"{year}年" if year else ""


def _until(day: date | None, today: date) -> str:
    if day is None:
        return ""
    return f"{day.isoformat()} まで" if day >= today else f"{day.isoformat()} 期限切れ"


def _short(text: str, limit: int = MAX_CHARS) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


@cache
def _compiler() -> Any:
    """Return the typesetter with its fonts; kept, because reading the fonts takes longer than setting a page."""
    try:
        import pylopdf_fonts_jp
        import typst
    except ImportError as error:
        raise Unavailable(
            f"プロフィールシートには {error.name} が要ります。インストールし直してください。",
            f"The profile sheet needs {error.name}; install Kumihimo again.",
        ) from None
    fonts = Path(pylopdf_fonts_jp.__file__).parent
    return typst.Compiler(font_paths=[str(fonts)], ignore_system_fonts=True)


@cache
def _template() -> bytes:
    return (resources.files("kumihimo.interop") / "templates" / "sheet.typ").read_bytes()
