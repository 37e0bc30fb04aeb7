"""A firm 企業: one legal person or sole proprietor that belongs to the network."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from kumihimo.model.attribute import Visibility, attr


class LegalForm(StrEnum):
    """Legal forms that the members of a regional network have."""

    KABUSHIKI = "kabushiki"
    YUGEN = "yugen"
    GOUDOU = "goudou"
    KOJIN = "kojin"
    KUMIAI = "kumiai"
    LLP = "llp"
    OTHER = "other"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {
            "kabushiki": "株式会社",
            "yugen": "有限会社",
            "goudou": "合同会社",
            "kojin": "個人事業",
            "kumiai": "協同組合",
            "llp": "LLP",
            "other": "その他",
        }[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {
            "kabushiki": "stock company (K.K.)",
            "yugen": "limited company (Y.K.)",
            "goudou": "limited liability company (G.K.)",
            "kojin": "sole proprietor",
            "kumiai": "cooperative",
            "llp": "LLP",
            "other": "other",
        }[self.value]


_FORMS_IN_NAMES: tuple[tuple[tuple[str, ...], LegalForm], ...] = (
    (("有限責任事業組合", "LLP"), LegalForm.LLP),
    (("株式会社", "(株)"), LegalForm.KABUSHIKI),
    (("有限会社", "(有)"), LegalForm.YUGEN),
    (("合同会社", "(同)"), LegalForm.GOUDOU),
    (("組合",), LegalForm.KUMIAI),
)


def legal_form_in(name: str) -> LegalForm | None:
    """Return the legal form that a firm's name says (株式会社, ㈱, (有), …), or None when it says none."""
    # NFKC makes ㈱ and （株） the same (株).
    text = unicodedata.normalize("NFKC", name)
    return next((form for words, form in _FORMS_IN_NAMES if any(word in text for word in words)), None)


class Channel(StrEnum):
    """How a firm wants to be spoken to; all are first-class."""

    FAX = "fax"
    PHONE = "phone"
    MAIL = "mail"
    EXCEL = "excel"
    WEB = "web"
    LINE = "line"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {"fax": "FAX", "phone": "電話", "mail": "メール", "excel": "Excel", "web": "Web", "line": "LINE"}[
            self.value
        ]

    @property
    def en(self) -> str:
        """English label."""
        return {"fax": "FAX", "phone": "phone", "mail": "mail", "excel": "Excel", "web": "web", "line": "LINE"}[
            self.value
        ]


class FirmStatus(StrEnum):
    """Whether a firm takes part at the moment."""

    ACTIVE = "active"
    PAUSED = "paused"
    CLOSED = "closed"

    @property
    def ja(self) -> str:
        """Japanese label."""
        return {"active": "参加中", "paused": "休止中", "closed": "退会・廃業"}[self.value]

    @property
    def en(self) -> str:
        """English label."""
        return {"active": "taking part", "paused": "pausing", "closed": "left or closed"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Firm:
    """A firm. `id` is ours: the corporate number 法人番号 is no key, since sole proprietors have none."""

    id: str = attr("企業ID", see=Visibility.PUBLIC)
    name: str = attr("企業名", see=Visibility.PUBLIC)
    name_kana: str = attr("企業名カナ", see=Visibility.PUBLIC, default="")
    name_en: str = attr("企業名(英)", see=Visibility.PUBLIC, default="")
    corporate_number: str | None = attr(
        "法人番号", see=Visibility.PUBLIC, default=None, help_ja="13桁。個人事業主は空欄"
    )
    invoice_number: str | None = attr("インボイス番号", default=None, help_ja="T+13桁")
    legal_form: LegalForm | None = attr(
        "法人格", default=None, help_ja="空欄なら企業名（株式会社・㈲など）から分かる範囲で補います"
    )
    founded_year: int | None = attr("設立年", see=Visibility.PUBLIC, default=None)
    employees: int | None = attr("従業員数", default=None, unit="人")
    capital_jpy: int | None = attr("資本金", default=None, unit="円")
    jsic_codes: tuple[str, ...] = attr("産業分類", default=(), terms="jsic", help_ja="日本標準産業分類の中分類")
    website: str = attr("Webサイト", see=Visibility.PUBLIC, default="")
    phone: str = attr("電話", default="")
    fax: str = attr("FAX", default="")
    email: str = attr("メール", default="")
    preferred_channel: Channel = attr("希望連絡手段", default=Channel.FAX)
    wants_new_work: bool | None = attr("新規受注希望", default=None)
    wants: tuple[str, ...] = attr("得意・希望の仕事", default=(), terms="processes")
    avoids: tuple[str, ...] = attr("避けたい仕事", see=Visibility.COORDINATOR, default=(), terms="processes")
    rivals: tuple[str, ...] = attr(
        "一緒に組まない企業", see=Visibility.COORDINATOR, default=(), help_ja="企業IDを「、」で区切る"
    )
    parent: str | None = attr("親会社", default=None, help_ja="企業ID")
    languages: tuple[str, ...] = attr("対応言語", default=("ja",), terms="languages")
    status: FirmStatus = attr("状態", default=FirmStatus.ACTIVE)
    note: str = attr("備考", see=Visibility.COORDINATOR, default="")
    synthetic: bool = attr("合成データ", see=Visibility.PUBLIC, default=False, help_ja="架空の企業なら「はい」")

    def __post_init__(self) -> None:
        """Take the legal form from the name where it says one and nobody else did."""
        if self.legal_form is None:
            object.__setattr__(self, "legal_form", legal_form_in(self.name))
