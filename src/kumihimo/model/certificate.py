"""A certificate 認証 of a firm, e.g. ISO 9001 or Nadcap."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kumihimo.model.attribute import attr


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A certificate with scope and expiry. It must be valid when the goods are due, not when they are asked for."""

    id: str = attr("認証ID")
    firm: str = attr("企業ID")
    scheme: str = attr("認証", terms="certificates")
    number: str = attr("登録番号", default="")
    scope: str = attr("範囲", default="")
    sites: tuple[str, ...] = attr("対象拠点", default=(), help_ja="空欄は全拠点")
    issuer: str = attr("発行者", default="")
    issued_on: date | None = attr("発行日", default=None)
    expires_on: date | None = attr("有効期限", default=None)
    file_sha256: str = attr("証書ファイル", default="", help_ja="SHA-256")
    verified_by: str = attr("確認者", default="")
