# ruff: noqa: E501 - a table is easier to check in long lines
"""Families of the materials that an inquiry names."""

from __future__ import annotations

import re

from kumihimo import terms
from kumihimo.inquiry.scan import Scan


def is_light(scan: Scan) -> bool:
    """Tell whether only aluminium or magnesium is named: chromating it is a conversion coating, no zinc plating."""
    return _all_of(scan, ("aluminium", "magnesium"))


_POLYMERS = ("poly", "plastic", "rubber", "resin")


def is_polymer(scan: Scan) -> bool:
    """Tell whether all materials named so far are plastics or rubber: their 押出 is no aluminium profile."""
    return _all_of(scan, _POLYMERS)


def _all_of(scan: Scan, families: tuple[str, ...]) -> bool:
    grades = terms.materials()
    named = [str(item.value) for item in scan.of("materials")]
    return bool(named) and all(
        (grades[value].family if value in grades else value).startswith(families) for value in named
    )


def guess(code: str) -> str:
    """Return the family of a grade outside the table, by its JIS letters."""
    for head, family in (
        ("SUS", "stainless"), ("ADC", "aluminium.cast"), ("AC", "aluminium.cast"), ("AL", "aluminium"), ("A", "aluminium"), ("FCD", "iron.ductile"), ("FC", "iron.grey"), ("CAC", "bronze"),
        ("C", "copper"), ("SCS", "steel.cast"), ("SK", "steel.tool"), ("S", "steel"), ("T", "titanium"), ("Z", "zinc"),
    ):  # fmt: skip
        if code.startswith(head) and re.search(r"\d", code):
            return family
    return ""
