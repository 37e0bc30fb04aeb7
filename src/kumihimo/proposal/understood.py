"""What was understood of an inquiry, as labelled rows in words that a coordinator reads aloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kumihimo import terms
from kumihimo.matching.labels import FORM_LABELS, day_ja, material_label, process_label
from kumihimo.model import Inquiry, Requirements
from kumihimo.proposal.as_said import place_text, size_text, tolerance_text, words_of

_PER_JA = {"once": "", "month": "/月", "year": "/年"}
_PER_EN = {"once": "", "month": " a month", "year": " a year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstoodRow:
    """One label and its value in both languages; `part` names the part when the inquiry has several."""

    ja: str
    en: str
    value_ja: str
    value_en: str
    part: str = ""


def day_en(day: date) -> str:
    """Return ``2026-12-04``."""
    return day.isoformat()


def geometric_label(kind: str) -> tuple[str, str]:
    """Return the Japanese and English name of a geometric tolerance."""
    return FORM_LABELS.get(kind, (kind, kind))


def range_text(low: float | None, high: float | None) -> str:
    """Return ``58〜62``, ``58以上`` style text with signs that both languages read."""
    if low is not None and high is not None:
        return f"{low:g}" if low == high else f"{low:g}–{high:g}"
    if low is not None:
        return f"≥ {low:g}"
    return f"≤ {high:g}" if high is not None else ""


def understood(inquiry: Inquiry) -> tuple[UnderstoodRow, ...]:
    """Return the rows of an inquiry: of each part when there are several, else of the whole.

    Parameters
    ----------
    inquiry
        As read.
    """
    rows: list[UnderstoodRow] = []
    if len(inquiry.parts) > 1:
        for part in inquiry.parts:
            rows.extend(_rows(inquiry, part.requirements, part.name, part.id))
    else:
        rows.extend(_rows(inquiry, inquiry.requirements, "", ""))
    rows.extend(_delivery_rows(inquiry))
    return tuple(rows)


def _rows(inquiry: Inquiry, asked: Requirements, part: str, part_id: str) -> Iterator[UnderstoodRow]:
    said = words_of(inquiry, (item for item in inquiry.fields if item.part in (part_id, "")))

    def row(ja: str, en: str, value_ja: str, value_en: str | None = None) -> UnderstoodRow:
        return UnderstoodRow(ja=ja, en=en, value_ja=value_ja, value_en=value_en or value_ja, part=part)

    if asked.materials:
        yield row(
            "材質",
            "Material",
            "、".join(material_label(item)[0] for item in asked.materials),
            ", ".join(material_label(item)[1] for item in asked.materials),
        )
    if asked.processes:
        yield row(
            "工程",
            "Processes",
            " → ".join(process_label(item)[0] for item in asked.processes),
            " → ".join(process_label(item)[1] for item in asked.processes),
        )
    if asked.quantity is not None:
        yield row(
            "数量",
            "Quantity",
            f"{asked.quantity:,} 個{_PER_JA[asked.per]}",
            f"{asked.quantity:,} pcs{_PER_EN[asked.per]}",
        )
    if asked.size_mm:
        yield row("寸法", "Size", size_text(asked.size_mm, said))
    if asked.thickness_mm is not None:
        yield row("板厚", "Thickness", f"t{asked.thickness_mm:g} mm")
    if asked.tolerances:
        yield row("公差", "Tolerance", "、".join(tolerance_text(item, said) for item in asked.tolerances))
    if asked.geometric:
        yield row(
            "幾何公差",
            "Geometric tolerance",
            "、".join(f"{geometric_label(item.kind)[0]} {item.value_mm:g}" for item in asked.geometric),
            ", ".join(f"{geometric_label(item.kind)[1]} {item.value_mm:g}" for item in asked.geometric),
        )
    if asked.roughness_ra_um is not None:
        yield row("表面粗さ", "Roughness", f"Ra {asked.roughness_ra_um:g} µm")
    if asked.hardness is not None:
        yield row("硬さ", "Hardness", f"{asked.hardness.scale} {range_text(asked.hardness.min, asked.hardness.max)}")
    if asked.coating_um is not None:
        yield row("膜厚", "Coating", f"{range_text(asked.coating_um.min, asked.coating_um.max)} µm")


def _delivery_rows(inquiry: Inquiry) -> Iterator[UnderstoodRow]:
    asked = inquiry.requirements
    if asked.due_date is not None:
        yield UnderstoodRow(ja="希望納期", en="Due", value_ja=day_ja(asked.due_date), value_en=day_en(asked.due_date))
    if asked.prefectures:
        found = [place_text(inquiry, code) for code in asked.prefectures]
        yield UnderstoodRow(
            ja="納入先・地域",
            en="Place",
            value_ja="、".join(ja for ja, _ in found),
            value_en=", ".join(en for _, en in found),
        )
    if asked.certificates:
        schemes = terms.certificates()
        names = [
            (schemes[item].ja, schemes[item].en) if item in schemes else (item, item) for item in asked.certificates
        ]
        yield UnderstoodRow(
            ja="認証",
            en="Certificates",
            value_ja="、".join(ja for ja, _ in names),
            value_en=", ".join(en for _, en in names),
        )
