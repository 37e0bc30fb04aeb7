"""The firms in the API: what the pages show, as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from kumihimo_web.accounts.access import COORDINATORS
from kumihimo_web.accounts.api_access import NO_NUL, REFUSALS, Allowed, Ref, Refused
from kumihimo_web.accounts.roles import Role
from kumihimo_web.firms import queries
from kumihimo_web.firms.models import NounRow

PAGE = 100
MEMBERS = Allowed(COORDINATORS, Role.ASSESSOR, Role.FACTORY)
router = Router(tags=["firms"])


class FirmLine(Schema):
    """A firm in a list."""

    id: str
    name: str
    name_kana: str
    status: str
    synthetic: bool
    changed_at: datetime


class FirmPage(Schema):
    """One page of a list."""

    count: int
    page: int
    pages: int
    items: list[FirmLine]


class Row(Schema):
    """A row of a profile; `values` are those that the caller may see."""

    id: str
    version: int
    values: dict[str, Any]


class Profile(Schema):
    """A firm with its rows by table."""

    firm: Row
    tables: dict[str, list[Row]]


class FirmSearch(Schema):
    """What firms are looked for."""

    words: str = Field("", max_length=80, pattern=NO_NUL)
    process: str = Field("", max_length=80, pattern=NO_NUL)
    prefecture: str = Field("", max_length=2, pattern=NO_NUL)
    status: str = Field("", max_length=20, pattern=NO_NUL)
    page: int = Field(1, ge=1, le=100_000)


@router.get("", response={200: FirmPage, **REFUSALS}, auth=MEMBERS, operation_id="firms")
def firms(request: HttpRequest, asked: Query[FirmSearch]) -> dict[str, Any]:
    """List the firms that fit all that is given."""
    wanted = asked.model_dump(exclude={"page"})
    page = Paginator(queries.search(**wanted), PAGE).get_page(asked.page)
    lines = [
        FirmLine(
            id=firm.ref,
            name=firm.name,
            name_kana=firm.name_kana,
            status=firm.status,
            synthetic=firm.synthetic,
            changed_at=firm.changed_at,
        )
        for firm in page
    ]
    return {"count": page.paginator.count, "page": page.number, "pages": page.paginator.num_pages, "items": lines}


@router.get("/{ref}", response={200: Profile, **REFUSALS, 404: Refused}, auth=MEMBERS, operation_id="firm")
def firm(request: HttpRequest, ref: Ref) -> dict[str, Any]:
    """Give the profile of a firm as the caller may see it."""
    found = queries.firm(ref)
    if found is None:
        raise HttpError(404, _("この企業はありません。"))
    tables = {name: [_row(entry.row) for entry in entries] for name, entries in queries.profile(ref).items()}
    return {"firm": _row(found), "tables": tables}


def _row(row: NounRow) -> dict[str, Any]:
    seen = {column.name for column in queries.columns_for(row.table, row.firm)}
    values = {name: value for name, value in row.data.items() if name in seen}
    return {"id": row.ref, "version": row.version, "values": values}
