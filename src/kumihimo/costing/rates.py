"""Rates that a quote falls back on where a firm has not named its own.

They are rules of thumb of ours, not measured prices: a quote that uses one says so, and a coordinator replaces them.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kumihimo import terms
from kumihimo.errors import TermsError

MODELS = ("removal", "area", "sheet", "weld", "mass", "furnace", "bath", "fixed")
"""How run time grows: with chips removed, ground area, cut length, seam length, mass, batches of kg, batches of dm²."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRate:
    """Times and prices of a process family or of one process.

    Attributes
    ----------
    model
        One of `MODELS`.
    rate
        ``removal``: factor on the material's chip volume; ``area``: cm²/min; ``sheet``: mm/min; ``weld``: mm/min;
        ``mass``: kg/min; ``furnace``: kg per batch; ``bath``: dm² per batch; ``fixed``: not used.
    """

    scope: str
    setup_min: float
    setup_jpy: int
    hourly_jpy: int
    handling_min: float
    model: str
    rate: float
    min_order_jpy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialRate:
    """Price and machinability of a material family."""

    family: str
    jpy_per_kg: int
    removal_cm3_per_min: float


@cache
def _process_rates() -> dict[str, ProcessRate]:
    rates: dict[str, ProcessRate] = {}
    for row in _rows("process_rates.tsv"):
        if row["model"] not in MODELS or row["scope"] in rates:
            raise TermsError(f"加工費表の行が不正です: {row}", f"bad row in process_rates.tsv: {row}")
        rates[row["scope"]] = ProcessRate(
            scope=row["scope"],
            setup_min=float(row["setup_min"]),
            setup_jpy=int(row["setup_jpy"]),
            hourly_jpy=int(row["hourly_jpy"]),
            handling_min=float(row["handling_min"]),
            model=row["model"],
            rate=float(row["rate"]),
            min_order_jpy=int(row["min_order_jpy"]),
        )
    return rates


@cache
def _material_rates() -> dict[str, MaterialRate]:
    return {
        row["family"]: MaterialRate(
            family=row["family"],
            jpy_per_kg=int(row["jpy_per_kg"]),
            removal_cm3_per_min=float(row["removal_cm3_per_min"]),
        )
        for row in _rows("material_rates.tsv")
    }


def process_rate(process: str) -> ProcessRate:
    """Return the rate of a process, or else of its family.

    Raises
    ------
    UnknownTerm
        When no such process exists.
    """
    rates = _process_rates()
    return rates.get(process) or rates[terms.process(process).family]


def material_rate(family: str) -> MaterialRate | None:
    """Return the rate of a material family or of its nearest ancestor; None when no ancestor has one."""
    rates = _material_rates()
    while family:
        if family in rates:
            return rates[family]
        family = family.rpartition(".")[0]
    return None


def _rows(name: str) -> list[dict[str, str]]:
    text = files("kumihimo.costing").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))
