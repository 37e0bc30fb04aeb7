"""Pages for requests that are refused before any view: what happened, that nothing is lost, what to do next."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kumihimo_web.project.kept_form import came_from, fields_of
from kumihimo_web.project.logs import request_id


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose page is older than the login; what was entered can be sent again.

    Only a form that a page of ours has sent is offered again: the browser says so in a header that no other site can
    write.
    """
    if _is_ours(request) and request.user.is_authenticated:
        shown = {
            "address": request.get_full_path(),
            "back": came_from(request),
            "fields": fields_of(request),
            "had_files": bool(request.FILES),
        }
        return render(request, "project/again.html", shown, status=403)
    return _refused(
        request,
        403,
        _("送信を受け付けられませんでした"),
        _(
            "画面を開いてから時間がたったか、ほかの画面でログインし直したためです。何も保存していません。"
            "画面を開き直してから、もう一度送ってください。"
        ),
    )


def too_many_logins(request: HttpRequest, *args: Any) -> HttpResponse:
    """Answer somebody who has entered a wrong password too often."""
    return _refused(
        request,
        429,
        _("しばらくログインできません"),
        _(
            "続けて何度も間違えたため、安全のために止めています。15分ほど待ってから、もう一度ログインしてください。"
            "急ぐときや、心当たりがないときは、調整機関に知らせてください。"
        ),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer a request that no page of ours sends, or that holds too much; not even its host name can be trusted."""
    if isinstance(exception, RequestDataTooBig):
        return HttpResponse(render_to_string("project/too_large.html"), status=413)
    return HttpResponse(render_to_string("project/bad_request.html"), status=400)


def broken(request: HttpRequest, *args: Any) -> HttpResponse:
    """Say that it was our fault, with the number under which the log tells more; nothing here can fail again."""
    return HttpResponse(render_to_string("project/broken.html", {"number": request_id.get()}), status=500)


def _is_ours(request: HttpRequest) -> bool:
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _refused(request: HttpRequest, status: int, title: str, what: str) -> HttpResponse:
    shown = {"title": title, "what": what, "back": came_from(request), "back_label": _("前の画面を開き直す")}
    return render(request, "project/refused.html", shown, status=status)
