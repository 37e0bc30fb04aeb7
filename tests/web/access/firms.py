"""Addresses of the firms."""

from __future__ import annotations

from ..conftest import OWN_FIRM, RIVAL_FIRM, STRANGE_FIRM, People
from . import Matrix


def rows(people: People) -> Matrix:
    return {
        ("firms", ()): "LOOOOO-O",
        ("own_firm", ()): "L-->>---",
        ("firm", (OWN_FIRM,)): "LOOOOO-0",
        ("firm", (RIVAL_FIRM,)): "LOOOOO-0",
        ("firm", (STRANGE_FIRM,)): "L00000-O",
        ("map", ()): "LOO--O-O",
        ("capacity", ()): "L--OO---",
        ("firm_sheet", (OWN_FIRM,)): "LOOOOO-0",
        ("firm_sheet", (STRANGE_FIRM,)): "L00000-O",
        ("firm_edit", ("firms", OWN_FIRM)): "LOOO0--0",
        ("firm_edit", ("firms", RIVAL_FIRM)): "LOO0O--0",
        ("firm_edit", ("capabilities", f"{OWN_FIRM}-K")): "LOOO0--0",
        ("firm_edit", ("assessments", "A")): "L0000--0",
        ("firm_edit", ("nothing", "A")): "L0000--0",
    }
