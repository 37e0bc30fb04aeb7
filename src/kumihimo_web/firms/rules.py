"""Who may do what with a firm."""

from __future__ import annotations

from kumihimo_web.accounts.scope import Scope

PROOF = frozenset({"evidence", "evidence_on"})
"""What is known of a capability row by an assessment alone; nobody enters it by hand."""
CLAIMS = (
    "site",
    "process",
    "material_family",
    "grades_include",
    "grades_exclude",
    "forms",
    "env_l_mm",
    "env_w_mm",
    "env_h_mm",
    "env_min_mm",
    "dia_min_mm",
    "dia_max_mm",
    "thick_min_mm",
    "thick_max_mm",
    "mass_max_kg",
    "tol_best_mm",
    "it_best",
    "it_band_min_mm",
    "it_band_max_mm",
    "flatness_mm",
    "roundness_mm",
    "position_mm",
    "ra_best_um",
    "hardness_scale",
    "hardness_min",
    "hardness_max",
    "coating_min_um",
    "coating_max_um",
)
"""What a capability row says that a firm can do. A proof holds for these as they stood; once changed, it is gone."""
TOLD_BY_COORDINATORS = frozenset({"deliveries"})
"""Tables that a firm does not write about itself: how well it delivered is for others to say."""


def may_edit(scope: Scope, firm: str) -> bool:
    """Return whether the scope may change the profile of a firm: the firm itself, and the coordinator on its behalf."""
    return scope.is_coordinator or bool(firm and firm == scope.firm)


def may_write(scope: Scope, table: str, firm: str) -> bool:
    """Return whether the scope may change rows of a table of a firm; assessments are signed in their own app."""
    if table == "assessments":
        return False
    return may_edit(scope, firm) and (table not in TOLD_BY_COORDINATORS or scope.is_coordinator)
