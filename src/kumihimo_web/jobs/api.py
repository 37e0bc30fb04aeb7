"""Jobs in the API: how far they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from ninja.errors import HttpError

from kumihimo_web.accounts.access import EVERYBODY
from kumihimo_web.accounts.api_access import REFUSALS, Allowed, Refused
from kumihimo_web.jobs import queries

router = Router(tags=["jobs"])


class Words(Schema):
    """The same sentence in both languages."""

    ja: str
    en: str


class JobState(Schema):
    """How far a job is; `result` is there when it is done."""

    id: UUID
    title: str
    state: str
    percent: int | None
    message: Words
    error: Words
    result: dict[str, Any] | None


@router.get(
    "/{pk}",
    response={200: JobState, **REFUSALS, 404: Refused},
    auth=Allowed(EVERYBODY),
    operation_id="job",
)
def job(request: HttpRequest, pk: UUID) -> dict[str, Any]:
    """Tell how far a job of the own organisation is."""
    found = queries.job(pk)
    if found is None:
        raise HttpError(404, _("この処理はありません。"))
    return queries.document(found)
