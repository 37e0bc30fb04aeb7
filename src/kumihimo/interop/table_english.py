"""What the tables of a network are called in English; the Japanese words stand at the attributes of the nouns."""

from __future__ import annotations

import types
from collections.abc import Mapping

SHEETS_EN: Mapping[str, str] = types.MappingProxyType(
    {
        "firms": "Firms",
        "sites": "Sites",
        "equipment": "Equipment",
        "capabilities": "Capabilities",
        "certificates": "Certificates",
        "skills": "Skills",
        "capacities": "Capacity",
        "deliveries": "Track record",
        "quality_systems": "Quality systems",
        "assessments": "Assessments",
        "calendars": "Calendars",
    }
)
"""Table of the network -> name of its sheet."""

_LABELS: Mapping[str, str] = types.MappingProxyType(
    {
        "firms.name": "Firm name",
        "name_kana": "Firm name in kana",
        "name_en": "Firm name in English",
        "founded_year": "Founded in",
        "jsic_codes": "Industries (JSIC)",
        "fax": "FAX",
        "preferred_channel": "Preferred contact",
        "wants": "Work it wants",
        "avoids": "Work it avoids",
        "rivals": "Not in one team with",
        "parent": "Parent company",
        "synthetic": "Synthetic data",
        "sites.name": "Site name",
        "lat": "Latitude",
        "lon": "Longitude",
        "max_door_w_mm": "Door width",
        "max_door_h_mm": "Door height",
        "shipping_weekdays": "Shipping days",
        "flood": "Flood hazard",
        "quake": "Earthquake hazard",
        "tsunami": "Tsunami hazard",
        "hazard_source": "Source of the hazards",
        "equipment.count": "Number",
        "table_l_mm": "Table length",
        "table_w_mm": "Table width",
        "swing_dia_mm": "Largest swing",
        "bar_dia_mm": "Bar diameter",
        "spindle_rpm": "Spindle speed",
        "tonnage_kn": "Press force",
        "shot_g": "Shot weight",
        "clamp_tf": "Clamping force",
        "atc": "Tool changer",
        "equipment.year": "Installed in",
        "iot_id": "IoT ID",
        "unattended_ok": "Runs unattended",
        "grades_include": "Grades it works",
        "grades_exclude": "Grades it does not work",
        "forms": "Forms of material",
        "env_l_mm": "Largest length",
        "env_w_mm": "Largest width",
        "env_h_mm": "Largest height",
        "env_min_mm": "Smallest size",
        "dia_min_mm": "Smallest diameter",
        "dia_max_mm": "Largest diameter",
        "thick_min_mm": "Smallest thickness",
        "thick_max_mm": "Largest thickness",
        "mass_max_kg": "Largest mass",
        "tol_best_mm": "Smallest tolerance width",
        "it_best": "Best IT grade",
        "it_band_min_mm": "IT grade from size",
        "it_band_max_mm": "IT grade up to size",
        "position_mm": "True position",
        "ra_best_um": "Best Ra",
        "hardness_min": "Hardness from",
        "hardness_max": "Hardness up to",
        "coating_min_um": "Coating from",
        "coating_max_um": "Coating up to",
        "lot_min": "Smallest lot",
        "lot_econ": "Economic lot",
        "lot_max": "Largest lot",
        "monthly_max": "Most per month",
        "lead_days_typ": "Usual lead time",
        "lead_days_min": "Shortest lead time",
        "equipment": "Equipment used",
        "inspection": "Inspection equipment",
        "skills_needed": "Qualifications needed",
        "setup_jpy": "Setup cost",
        "hourly_jpy": "Hourly rate",
        "min_order_jpy": "Smallest order",
        "evidence_on": "Evidence of",
        "scheme": "Certificate",
        "certificates.number": "Registered number",
        "certificates.sites": "For the sites",
        "file_sha256": "Certificate file",
        "skill": "Qualification",
        "skills.count": "People",
        "years_avg": "Average experience",
        "age_band": "Age group",
        "job": "Order number",
        "size_max_mm": "Largest size",
        "promised_on": "Promised for",
        "claims": "Complaints",
        "cost_delta_jpy": "Difference in cost",
        "cpk_typical": "Typical Cpk",
        "cpk_n": "Pieces behind the Cpk",
        "cpk_on": "Cpk measured on",
        "ppm": "Defect rate",
        "ppap": "PPAP",
        "fai": "First article inspection (FAI)",
        "gauge_rr_pct": "Gauge R&R",
        "cleanroom_class": "Cleanroom",
        "assessor_org": "Assessing body",
        "assessor_person": "Assessor",
        "criteria_version": "Version of the criteria",
        "reply": "Comment of the firm",
        "replied_on": "Commented on",
        "assessments.status": "State of the assessment",
        "breaks": "Breaks",
        "national_holidays": "Closed on national holidays",
        "closures": "Closed",
        "extra_days": "Extra working days",
    }
)
"""Attribute, or table and attribute -> label, where the rule of `label_en` would not give plain words."""

_UNITS: Mapping[str, str] = types.MappingProxyType(
    {
        "円": "yen",
        "円/h": "yen/h",
        "人": "people",
        "台": "units",
        "本": "tools",
        "個": "pcs",
        "日": "days",
        "年": "years",
        "件": "cases",
    }
)
_IN_NAMES = ("mm", "um", "kg", "kw", "kn", "tf", "jpy", "rpm", "pct", "t", "g")
"""Units that stand at the end of the name of an attribute."""

_HELP: Mapping[str, str] = types.MappingProxyType(
    {
        "13桁。個人事業主は空欄": "13 digits; empty for sole proprietors",
        "T+13桁": "T and 13 digits",
        "空欄なら企業名（株式会社・㈲など）から分かる範囲で補います": "If empty, read from the name of the firm",
        "日本標準産業分類の中分類": "Division of the Japan Standard Industrial Classification",
        "企業IDを「、」で区切る": "Firm IDs, separated by commas",
        "企業ID": "Firm ID",
        "架空の企業なら「はい」": "Yes for a made-up firm",
        "6桁の全国地方公共団体コードまたは市区町村名": "Six-digit code, or the name in Japanese",
        "空欄なら役所の位置": "If empty, that of the town hall",
        "月〜日": "Mon to Sun",
        "0〜5、不明は空欄": "0 to 5; empty if unknown",
        "A / B / C": "A / B / C",
        "空欄は区分全体": "Empty means the whole family",
        "bar plate sheet casting forging tube part を「、」で区切る": "bar plate sheet casting forging tube part",
        "±0.01なら0.02": "0.02 for ±0.01",
        "5〜16。小さいほど精密": "5 to 16; the smaller, the more exact",
        "設備IDを「、」で区切る": "Equipment IDs, separated by commas",
        "1〜5": "1 to 5",
        "空欄は全拠点": "Empty means all sites",
        "SHA-256": "SHA-256",
        "例: 60代": "Example: 60s",
        "空欄は拠点全体": "Empty means the whole site",
        "例: 2026-W48": "Example: 2026-W48",
        "lot / serial": "lot / serial",
        "例: ISO 7": "Example: ISO 7",
        "空欄は企業全体": "Empty means the whole firm",
        "自治体・商工会議所・公設試など。本人・親会社・競合は不可": "A neutral body; no rival, no parent",
        "項目=0〜5 を「、」で区切る": "item=0 to 5, separated by commas",
        "0〜1": "0 to 1",
    }
)


def label_en(table: str, name: str) -> str:
    """Return what an attribute is called: ``dia_max_mm`` is "Largest diameter", ``power_kw`` "Power"."""
    if name == "id":
        return "ID"
    if name in ("firm", "site", "capability", "calendar"):
        return f"{name.capitalize()} ID"
    known = _LABELS.get(f"{table}.{name}") or _LABELS.get(name)
    if known:
        return known
    words = name.split("_")
    if len(words) > 1 and words[-1] in _IN_NAMES:
        words.pop()
    return " ".join(words).capitalize()


def unit_en(unit: str) -> str:
    """Return a unit as it is written after a number in English."""
    return _UNITS.get(unit, unit)


def help_en(help_ja: str) -> str:
    """Return the help of an attribute; KeyError where it has no English yet."""
    return _HELP[help_ja] if help_ja else ""
