"""Whether this process is alive, and whether it can work: for whoever watches the machine."""

from __future__ import annotations

from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET

from kumihimo_web.accounts.access import ANYBODY, access
from kumihimo_web.project.metrics import metrics


@access(ANYBODY)
@require_GET
def live(request: HttpRequest) -> JsonResponse:
    """Tell that the process answers."""
    return JsonResponse({"ok": True})


@access(ANYBODY)
@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """Tell whether the database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return JsonResponse({"ok": False, "database": "does not answer"}, status=503)
    return JsonResponse({"ok": True})


urlpatterns = [
    path("live/", live, name="live"),
    path("ready/", ready, name="ready"),
    path("metrics/", metrics, name="metrics"),
]
