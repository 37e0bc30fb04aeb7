"""The tables of a network as people see them: sheets, headers, kinds of values, limits and references.

Everything is derived from the attributes of the nouns in `kumihimo.model`; workbook, CSV folder, JSON, the published
schema and the messages all go by this one description.
"""

from __future__ import annotations

import re
import types
import typing
import unicodedata
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import Enum
from functools import cache
from typing import Any

from kumihimo.interop.table_english import SHEETS_EN, help_en, label_en, unit_en
from kumihimo.model import TABLES, Pause, Period, Shift, Visibility, attributes

SHEETS: Mapping[str, str] = types.MappingProxyType(
    {
        "firms": "企業",
        "sites": "拠点",
        "equipment": "設備",
        "capabilities": "能力",
        "certificates": "資格",
        "skills": "技能",
        "capacities": "余力",
        "deliveries": "実績",
        "quality_systems": "品質体制",
        "assessments": "評価",
        "calendars": "カレンダー",
    }
)
"""Table of the network -> name of its sheet."""

REFERENCES: Mapping[str, str] = types.MappingProxyType(
    {
        "firm": "firms",
        "parent": "firms",
        "rivals": "firms",
        "site": "sites",
        "sites": "sites",
        "capability": "capabilities",
        "equipment": "equipment",
        "calendar": "calendars",
    }
)
"""Attribute that holds an id, or several -> the table they point to (as `model.Network.missing_references`)."""

ORDERED_PAIRS: Mapping[str, tuple[tuple[str, str], ...]] = types.MappingProxyType(
    {
        "equipment": (("calibrated_on", "calibrated_until"),),
        "capabilities": (
            ("dia_min_mm", "dia_max_mm"),
            ("thick_min_mm", "thick_max_mm"),
            ("it_band_min_mm", "it_band_max_mm"),
            ("hardness_min", "hardness_max"),
            ("coating_min_um", "coating_max_um"),
            ("lot_min", "lot_max"),
            ("lead_days_min", "lead_days_typ"),
            ("valid_from", "valid_until"),
        ),
        "certificates": (("issued_on", "expires_on"),),
        "assessments": (("assessed_on", "expires_on"),),
    }
)
"""Table -> attributes of which the first may not exceed the second."""

_LIMITS: Mapping[str, tuple[float, float]] = types.MappingProxyType(
    {
        "lat": (20.0, 46.0),
        "lon": (122.0, 154.0),
        "flood": (0, 5),
        "quake": (0, 5),
        "tsunami": (0, 5),
        "founded_year": (1500, 2200),
        "year": (1900, 2200),
        "axes": (1, 12),
        "it_best": (1, 18),
        "strength": (1, 5),
        "confidence": (0, 1),
        "cost_delta_jpy": (-1e12, 1e12),
        "cpk_typical": (-5, 20),
    }
)
_ANY_NUMBER = (0.0, 1e13)

_WIDTHS = {"tol_best_mm"}
_FOLDED = {"postal_code", "phone", "fax", "email", "website", "languages", "jsic_codes", "forms", "cleanroom_class"}
_SEQUENCES: Mapping[type, str] = types.MappingProxyType(
    {str: "texts", int: "weekdays", date: "dates", Shift: "shifts", Pause: "pauses", Period: "periods"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    ja, en
        Label.
    kind
        ``"text"``, ``"id"``, ``"integer"``, ``"number"``, ``"flag"``, ``"date"``, ``"week"``, ``"choice"``, or a list:
        ``"texts"``, ``"ids"``, ``"weekdays"``, ``"dates"``, ``"shifts"``, ``"pauses"``, ``"periods"``.
    choices
        The enumeration of a ``"choice"``.
    terms
        Code list of a text or of the items of a list; empty when it has none.
    refers_to
        Table that the id, or each id, must be found in; empty when it is no reference.
    limits
        Least and largest number, in the unit of the column.
    width
        A total tolerance width: ±a is read as 2a.
    folded
        Written in half width whatever the file says: numbers of phones and laws, web addresses, codes.
    """

    name: str
    ja: str
    en: str
    unit: str
    kind: str
    required: bool
    default: Any
    see: Visibility
    help_ja: str
    choices: type[Enum] | None = None
    terms: str = ""
    refers_to: str = ""
    limits: tuple[float, float] = _ANY_NUMBER
    width: bool = False
    folded: bool = False

    @property
    def header(self) -> str:
        """Header in the workbook: label, and the unit in square brackets."""
        return f"{self.ja}[{self.unit}]" if self.unit else self.ja

    @property
    def unit_en(self) -> str:
        """Unit in English."""
        return unit_en(self.unit)

    @property
    def help_en(self) -> str:
        """Help in English."""
        return help_en(self.help_ja)

    @property
    def is_list(self) -> bool:
        """Whether the value is a tuple."""
        return self.kind in ("texts", "ids", "weekdays", "dates", "shifts", "pauses", "periods")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSpec:
    """One table: its name in the model, its sheet, its noun and its columns in order; the first column is the id."""

    name: str
    sheet: str
    noun: type
    columns: tuple[Column, ...]

    @property
    def sheet_en(self) -> str:
        """Sheet in English."""
        return SHEETS_EN[self.name]

    def column(self, name: str) -> Column:
        """Return a column by English name; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def visible(self, viewer: Visibility) -> tuple[Column, ...]:
        """Return the columns a viewer may see; none at all when a required one is among the hidden."""
        levels = tuple(Visibility)
        seen = levels[: levels.index(viewer) + 1]
        if any(item.required and item.see not in seen for item in self.columns):
            return ()
        return tuple(item for item in self.columns if item.see in seen)


@cache
def table_specs() -> Mapping[str, TableSpec]:
    """Return the description of all tables by table name, in the order of the network."""
    return types.MappingProxyType(
        {
            name: TableSpec(name=name, sheet=SHEETS[name], noun=noun, columns=_columns(name, noun))
            for name, noun in TABLES.items()
        }
    )


@cache
def spec_by_sheet() -> Mapping[str, TableSpec]:
    """Return the tables by folded sheet name or English table name."""
    return types.MappingProxyType(
        {fold_label(word): spec for spec in table_specs().values() for word in (spec.sheet, spec.name)}
    )


def fold_label(text: str) -> str:
    """Return a header or sheet name as it is compared: NFKC, lower case, no blanks, no mark of a required field."""
    folded = unicodedata.normalize("NFKC", text).lower()
    folded = re.sub(r"\((?:必須|任意)\)|[\s_*＊]", "", folded)
    return folded.replace("μ", "µ")


def split_header(text: str) -> tuple[str, str]:
    """Split a header into the folded label and the unit in brackets as it is written (empty when there is none)."""
    folded = unicodedata.normalize("NFKC", text).strip()
    found = re.fullmatch(r"(.*?)\s*[\[(〔【]\s*([^\[\]()〔〕【】]*)\s*[\])〕】]\s*[*]?", folded, flags=re.DOTALL)
    return (fold_label(found[1]), found[2].strip()) if found else (fold_label(folded), "")


def _columns(table: str, noun: type) -> tuple[Column, ...]:
    hints = typing.get_type_hints(noun)
    defaults = {item.name: item.default for item in fields(noun)}
    columns = []
    for item in attributes(noun):
        kind, choices = _kind(table, item.name, hints[item.name])
        default = defaults[item.name]
        columns.append(
            Column(
                name=item.name,
                ja=item.ja,
                en=label_en(table, item.name),
                unit=item.unit,
                kind=kind,
                required=default is MISSING,
                default=None if default is MISSING else default,
                see=item.see,
                help_ja=item.help_ja,
                choices=choices,
                terms=item.terms if kind in ("text", "texts") else "",
                refers_to=REFERENCES.get(item.name, ""),
                limits=_LIMITS.get(item.name, _ANY_NUMBER),
                width=item.name in _WIDTHS,
                folded=item.name in _FOLDED,
            )
        )
    return tuple(columns)


def _kind(table: str, name: str, hint: Any) -> tuple[str, type[Enum] | None]:
    if typing.get_origin(hint) is types.UnionType:
        (hint,) = (option for option in typing.get_args(hint) if option is not type(None))
    if typing.get_origin(hint) is tuple:
        item = typing.get_args(hint)[0]
        return ("ids" if name in REFERENCES else _SEQUENCES[item]), None
    if isinstance(hint, type) and issubclass(hint, Enum):
        return "choice", hint
    if hint is str:
        if name == "id" or name in REFERENCES:
            return "id", None
        return ("week" if (table, name) == ("capacities", "week") else "text"), None
    return {bool: "flag", int: "integer", float: "number", date: "date"}[hint], None
