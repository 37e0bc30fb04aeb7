"""Addresses of the firms."""

from __future__ import annotations

from kumihimo_web.accounts.scope import scoped
from kumihimo_web.firms.importing import receive

from ..conftest import OWN_FIRM, RIVAL_FIRM, STRANGE_FIRM, People
from . import Matrix


def rows(people: People) -> Matrix:
    with scoped(people.factory.scope()):
        sent, _job = receive("own.xlsx", b"PK")
    return {
        ("firms", ()): "LOOOOO-O",
        ("own_firm", ()): "L-->>---",
        ("firm", (OWN_FIRM,)): "LOOOOO-0",
        ("firm", (RIVAL_FIRM,)): "LOOOOO-0",
        ("firm", (STRANGE_FIRM,)): "L00000-O",
        ("capacity", ()): "L--OO---",
        ("firm_sheet", (OWN_FIRM,)): "LOOOOO-0",
        ("firm_sheet", (STRANGE_FIRM,)): "L00000-O",
        ("firm_edit", ("firms", OWN_FIRM)): "LOOO0--0",
        ("firm_edit", ("firms", RIVAL_FIRM)): "LOO0O--0",
        ("firm_edit", ("capabilities", f"{OWN_FIRM}-K")): "LOOO0--0",
        ("firm_edit", ("assessments", "A")): "L0000--0",
        ("firm_imports", ()): "LOOOO--O",
        ("firm_template", ()): "LOOOO--O",
        ("firm_import", (sent.pk,)): "LOOO0--0",
        ("firm_import_withdraw", (sent.pk,)): "LMMMM--M",
        ("network_workbook", ()): "LMMMM--M",
        ("firm_workbook", (OWN_FIRM,)): "LMMMM--M",
        ("firm_login", (OWN_FIRM,)): "LMM----M",
        ("firm_add", (OWN_FIRM, "equipment")): "LOOO0--0",
        ("firm_add", (OWN_FIRM, "assessments")): "L0000--0",
        ("firm_add", (OWN_FIRM, "deliveries")): "LOO00--0",
        ("firm_remove", ("capabilities", f"{OWN_FIRM}-K")): "LOOO0--0",
        ("firm_undo", (1,)): "LMMMM--M",
        ("firm_edit", ("nothing", "A")): "L0000--0",
    }
