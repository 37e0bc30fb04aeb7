"""Nearness of codes in a tree (Wu and Palmer 1994): it only orders near-misses, it never satisfies a requirement."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kumihimo import terms
from kumihimo.matching.columns import CapabilityColumns


def wu_palmer(left: str, right: str) -> float:
    """Return 2·depth(common ancestor) ÷ (depth + depth) of two dotted codes; all hang below one root of depth 1.

    Source: Z. Wu, M. Palmer, "Verb semantics and lexical selection", ACL 1994, 133-138.
    """
    a, b = left.split("."), right.split(".")
    common = 1
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        common += 1
    return 2.0 * common / (len(a) + len(b) + 2)


def material_nearness_milli(columns: CapabilityColumns, wanted: tuple[str, ...]) -> NDArray[np.int64]:
    """Return for each entry of the material dictionary the nearness to the nearest wanted material, in thousandths."""
    grades = terms.materials()
    families = [grades[code].family if code in grades else code for code in wanted]
    best = [max(round(1000 * wu_palmer(name, family)) for family in families) for name in columns.families]
    return np.array(best, dtype=np.int64)[columns.material_family]
