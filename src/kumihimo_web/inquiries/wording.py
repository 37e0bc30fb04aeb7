"""What the fields of an inquiry are called, and how their values are written so that they can be read again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from kumihimo import terms
from kumihimo.inquiry.questions import LABELS
from kumihimo.matching.labels import day_ja, material_label, process_label
from kumihimo.model import Inquiry, ReadValue, Requirements
from kumihimo.proposal.as_said import place_text, size_text, tolerance_text, words_of
from kumihimo.proposal.understood import day_en, geometric_label, range_text
from kumihimo_web.design.language import is_english

FIELDS = tuple(LABELS)
"""Fields of an inquiry in the order in which they are shown."""
OF_PART = tuple(name for name in FIELDS if name not in ("due_date", "prefectures", "certificates"))
OF_WHOLE = ("due_date", "prefectures", "certificates")
NEEDED = ("materials", "processes", "quantity", "size_mm")
"""Fields of a part without which price and dates are guesses; what is missing is asked."""
NEEDED_OF_WHOLE = ("due_date", "prefectures")
EXAMPLES = {
    "materials": ("A5052", "A5052"),
    "processes": ("5軸加工、硬質アルマイト", "5-axis milling, hard anodizing"),
    "quantity": ("30個 ／ 月500個", "30 pcs / 500 pcs a month"),
    "size_mm": ("220×140×60 ／ φ30×240", "220×140×60 / φ30×240"),
    "thickness_mm": ("1.5", "1.5"),
    "tolerances": ("30 ±0.01 ／ φ30h6", "30 ±0.01 / φ30h6"),
    "geometric": ("平面度 0.02", "flatness 0.02"),
    "roughness_ra_um": ("Ra1.6", "Ra1.6"),
    "hardness": ("HRC58～62", "HRC58-62"),
    "coating_um": ("20～30μm", "20-30 μm"),
    "due_date": ("2026年12月25日", "2026-12-25"),
    "prefectures": ("長野県諏訪市", "Nagano"),
    "certificates": ("ISO9001", "ISO9001"),
}
"""Field -> what can be typed, in Japanese and in English."""

CONTEXT = {
    "subject": _("件名"),
    "sender.mail": _("差出人"),
    "attachment": _("添付ファイル"),
    "drawing_number": _("図番"),
    "supplied_material": _("材料の支給"),
    "supplied_part": _("支給品・後加工"),
    "supplied_tool": _("型・工具の支給"),
    "negated_process": _("しない加工"),
    "done_process": _("済んでいる加工"),
    "other_process": _("ほかで行う加工"),
    "named_process": _("名前だけ挙がった加工"),
    "excluded_material": _("使わない材質"),
    "wished_certificate": _("あればよい認証"),
    "mass_kg": _("質量"),
    "press_force_t": _("プレス能力"),
    "stock_size_mm": _("素材の寸法"),
    "section_steel": _("形鋼"),
    "other_date": _("ほかの日付"),
    "budget": _("予算"),
    "gear_module": _("歯車のモジュール"),
    "gear_teeth": _("歯車の歯数"),
    "gear_grade": _("歯車の精度等級"),
}
_PER = {"once": ("", ""), "month": ("月", " a month"), "year": ("年", " a year")}


def label(field: str) -> str:
    """Return what a field is called in the language of the page."""
    ja, en = LABELS[field]
    return en.capitalize() if is_english() else ja


def shown(inquiry: Inquiry, needs: Requirements, field: str, items: Iterable[ReadValue]) -> str:
    """Return the value of a field in the language of the page; empty when nothing is known.

    Parameters
    ----------
    items
        What it was read from.
    """
    ja, en = _both(inquiry, needs, field, items)
    return en if is_english() else ja


def entered(inquiry: Inquiry, needs: Requirements, field: str, items: Iterable[ReadValue]) -> str:
    """Return the value of a field as a person would type it, so that it can be read again."""
    return _both(inquiry, needs, field, items)[0].replace(" → ", "、")


def _both(inquiry: Inquiry, needs: Requirements, field: str, items: Iterable[ReadValue]) -> tuple[str, str]:
    value: Any = getattr(needs, field)
    if value is None or value == ():
        return "", ""
    if field == "quantity":
        ja, en = _PER[needs.per]
        return f"{ja}{value:,}個", f"{value:,} pcs{en}"
    if field == "processes":
        return _joined([process_label(item) for item in value], " → ", " → ")
    if field == "prefectures":
        return _joined([place_text(inquiry, code) for code in value])
    if field in ("materials", "geometric", "certificates"):
        return _joined([_word(field, item) for item in value])
    if field == "tolerances":
        said = words_of(inquiry, items)
        return _joined([(tolerance_text(item, said),) * 2 for item in value])
    if field == "size_mm":
        return (size_text(value, words_of(inquiry, items)),) * 2
    if isinstance(value, date):
        return day_ja(value), day_en(value)
    return (_measure(field, value),) * 2


def _measure(field: str, value: Any) -> str:
    if field == "thickness_mm":
        return f"{value:g} mm"
    if field == "roughness_ra_um":
        return f"Ra{value:g}"
    words = range_text(value.min, value.max)
    return f"{value.scale} {words}" if field == "hardness" else f"{words} μm"


def _word(field: str, item: Any) -> tuple[str, str]:
    if field == "materials":
        return material_label(item)
    if field == "geometric":
        ja, en = geometric_label(item.kind)
        return f"{ja} {item.value_mm:g}", f"{en} {item.value_mm:g}"
    found = terms.certificates().get(item)
    return (item, item) if found is None else (found.ja, found.en)


def _joined(words: list[tuple[str, str]], ja: str = "、", en: str = ", ") -> tuple[str, str]:
    return ja.join(one for one, _en in words), en.join(one for _ja, one in words)
