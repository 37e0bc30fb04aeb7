"""Why a firm cannot do a step: the reason codes, in the order in which a person would check them."""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType


class Reason(StrEnum):
    """A hard requirement that may be met, violated or unknown."""

    PROC_NONE = "PROC_NONE"
    ORG_PAUSED = "ORG_PAUSED"
    AVOIDS = "AVOIDS"
    ROW_EXPIRED = "ROW_EXPIRED"
    MAT_FAMILY = "MAT_FAMILY"
    MAT_GRADE_EXCL = "MAT_GRADE_EXCL"
    SIZE_OVER = "SIZE_OVER"
    SIZE_UNDER = "SIZE_UNDER"
    TOL = "TOL"
    GEO_TOL = "GEO_TOL"
    RA = "RA"
    HARDNESS = "HARDNESS"
    COAT_THK = "COAT_THK"
    LOT_MIN = "LOT_MIN"
    LOT_MAX = "LOT_MAX"
    MONTHLY_MAX = "MONTHLY_MAX"
    LEAD = "LEAD"
    CAPACITY_FULL = "CAPACITY_FULL"
    CERT_MISSING = "CERT_MISSING"
    CERT_EXPIRED = "CERT_EXPIRED"
    SPECIAL_UNQUALIFIED = "SPECIAL_UNQUALIFIED"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return _LABELS[self.value][0]

    @property
    def en(self) -> str:
        """English label."""
        return _LABELS[self.value][1]


_LABELS = {
    "PROC_NONE": ("工程の登録なし", "does not do the process"),
    "ORG_PAUSED": ("休止中・新規受注なし", "paused or takes no new work"),
    "AVOIDS": ("避けたい仕事", "avoids this work"),
    "ROW_EXPIRED": ("能力情報の期限切れ", "capability row not valid"),
    "MAT_FAMILY": ("材料区分が対象外", "other material family"),
    "MAT_GRADE_EXCL": ("材質が対象外", "grade excluded"),
    "SIZE_OVER": ("大きさ超過", "too large"),
    "SIZE_UNDER": ("小さすぎる", "too small"),
    "TOL": ("寸法公差", "size tolerance"),
    "GEO_TOL": ("幾何公差", "geometric tolerance"),
    "RA": ("表面粗さ", "surface roughness"),
    "HARDNESS": ("硬さ", "hardness"),
    "COAT_THK": ("膜厚", "coating thickness"),
    "LOT_MIN": ("最小ロット未満", "below the minimum lot"),
    "LOT_MAX": ("最大ロット超過", "above the maximum lot"),
    "MONTHLY_MAX": ("月産能力不足", "above the monthly output"),
    "LEAD": ("納期不足", "lead time too long"),
    "CAPACITY_FULL": ("余力なし", "no free capacity"),
    "CERT_MISSING": ("認証なし", "certificate missing"),
    "CERT_EXPIRED": ("認証の期限切れ", "certificate expired at the due date"),
    "SPECIAL_UNQUALIFIED": ("特殊工程の資格なし", "special process not qualified"),
}

BIT = MappingProxyType({reason: 1 << number for number, reason in enumerate(Reason)})
"""Bit of a reason in the lower half of a verdict word (violated); the upper half holds the unknown ones."""
UNKNOWN_SHIFT = 32
VIOLATED_MASK = (1 << UNKNOWN_SHIFT) - 1


def reasons_in(mask: int) -> tuple[Reason, ...]:
    """Return the reasons whose bits are set, in checking order."""
    return tuple(reason for reason, bit in BIT.items() if mask & bit) if mask else ()


SPLITTABLE = frozenset({Reason.LOT_MAX, Reason.MONTHLY_MAX})
"""Violations that go away when the quantity is shared with a peer."""
