"""The API under /api/v1/: the routers of the apps, one OpenAPI 3.1 document, errors as one sentence."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from ninja import NinjaAPI

from kumihimo_web.accounts.access import ANYBODY, access
from kumihimo_web.firms.api import router as firms
from kumihimo_web.inquiries.api import router as inquiries
from kumihimo_web.jobs.api import router as jobs
from kumihimo_web.plans.api import router as plan

api = NinjaAPI(
    title="Kumihimo",
    version="1",
    description="What the pages show, as JSON. Log in first; what is sent needs the header X-CSRFToken.",
    docs_url=None,
    openapi_url=None,
)
api.add_router("/firms", firms)
api.add_router("/inquiries", inquiries)
api.add_router("/plan", plan)
api.add_router("/jobs", jobs)


@api.exception_handler(PermissionDenied)
def denied(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """Refuse without telling why in more words than the pages do."""
    return api.create_response(request, {"detail": _("あなたの役割では使えません。")}, status=403)


@access(ANYBODY)
@require_GET
def description(request: HttpRequest) -> JsonResponse:
    """Give the OpenAPI document."""
    return JsonResponse(api.get_openapi_schema())
