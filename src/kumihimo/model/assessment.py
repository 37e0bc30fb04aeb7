"""An assessment 評価 of a firm by a neutral third party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kumihimo.model.attribute import Visibility, attr
from kumihimo.model.evidence import EvidenceLevel


class AssessmentStatus(StrEnum):
    """Life of an assessment; the firm sees it before the network does (right of reply)."""

    DRAFT = "draft"
    SHARED = "shared"
    PUBLISHED = "published"
    DISPUTED = "disputed"
    EXPIRED = "expired"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {
            "draft": "作成中",
            "shared": "本人確認中",
            "published": "公開",
            "disputed": "異議あり",
            "expired": "期限切れ",
        }[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {
            "draft": "being written",
            "shared": "with the firm",
            "published": "published",
            "disputed": "disputed",
            "expired": "expired",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """An assessment of one capability row (or of the whole firm, when `capability` is None). Versions are immutable.

    Attributes
    ----------
    scores
        ``item=score`` pairs of the criteria, each score 0 to 5.
    evidence_files
        ``name:sha256`` of each file.
    """

    id: str = attr("評価ID")
    firm: str = attr("企業ID")
    capability: str | None = attr("能力ID", default=None, help_ja="空欄は企業全体")
    assessor_org: str = attr("評価機関", help_ja="自治体・商工会議所・公設試など。本人・親会社・競合は不可")
    assessor_person: str = attr("評価員", see=Visibility.COORDINATOR, default="")
    method: EvidenceLevel = attr("評価方法")
    criteria_version: str = attr("基準の版", default="")
    scores: tuple[str, ...] = attr("項目別得点", default=(), help_ja="項目=0〜5 を「、」で区切る")
    finding: str = attr("所見", default="")
    evidence_files: tuple[str, ...] = attr("根拠ファイル", see=Visibility.COORDINATOR, default=())
    assessed_on: date = attr("評価日")
    expires_on: date | None = attr("有効期限", default=None)
    confidence: float | None = attr("確信度", default=None, help_ja="0〜1")
    reply: str = attr("本人の意見", default="")
    replied_on: date | None = attr("意見の日付", default=None)
    status: AssessmentStatus = attr("評価の状態", default=AssessmentStatus.DRAFT)
