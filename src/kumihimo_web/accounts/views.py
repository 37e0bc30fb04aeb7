"""Settings, people and organisations, the language switch, and the pages for what went wrong."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo_web.accounts import queries, services
from kumihimo_web.accounts.access import ANYBODY, COORDINATORS, EVERYBODY, access
from kumihimo_web.accounts.forms import OrganisationForm, PersonForm
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.rules import may_manage
from kumihimo_web.accounts.scope import current_scope, has_scope

PAGE = 100


@access(EVERYBODY)
@require_GET
def settings_page(request: HttpRequest) -> HttpResponse:
    """Show what a person can set for himself."""
    return render(request, "accounts/settings.html", {"network": queries.own_network()})


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Show who can log in, and make a login for somebody."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made, password = services.add_person(**form.cleaned_data)
        return render(request, "accounts/password.html", {"person": made, "password": password})
    asked = request.GET.get("words", "").strip()[:80]
    page = Paginator(queries.people(asked), PAGE).get_page(request.GET.get("page"))
    scope = current_scope()
    shown = {
        "form": form,
        "page": page,
        "asked": asked,
        "rows": [
            (person, person.organisation is not None and may_manage(scope, person.organisation.kind)) for person in page
        ],
    }
    return render(request, "accounts/people.html", shown, status=422 if request.method == "POST" else 200)


@access(COORDINATORS)
@require_POST
def person_active(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop a login, or let it work again."""
    person = _person(pk)
    wanted = request.POST.get("active") == "1"
    services.set_active(person, wanted)
    messages.success(
        request,
        (_("%(name)sさんはログインできます。") if wanted else _("%(name)sさんのログインを止めました。"))
        % {"name": person},
    )
    return redirect("people")


@access(COORDINATORS)
@require_POST
def person_password(request: HttpRequest, pk: int) -> HttpResponse:
    """Give somebody a new password, shown once."""
    person = _person(pk)
    return render(request, "accounts/password.html", {"person": person, "password": services.renew_password(person)})


@access(COORDINATORS)
@require_http_methods(["GET", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """Show the organisations of the network, and add one."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.add_organisation(queries.own_network(), **form.cleaned_data)
        messages.success(request, _("%(name)sを登録しました。") % {"name": form.cleaned_data["name"]})
        return redirect("organisations")
    page = Paginator(queries.organisations(), PAGE).get_page(request.GET.get("page"))
    shown = {"form": form, "page": page}
    return render(request, "accounts/organisations.html", shown, status=422 if request.method == "POST" else 200)


def _person(pk: int) -> User:
    found = queries.people().filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access(ANYBODY)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language and stay on the page."""
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}):
        target = "/"
    answer = HttpResponseRedirect(target)
    if wanted in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, wanted, max_age=365 * 86400, samesite="Lax", secure=request.is_secure()
        )
        if has_scope():
            services.set_language(cast("User", request.user), wanted)
    return answer


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that this is not for the user's role, and what to do."""
    return render(request, "design/forbidden.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Say that there is nothing here, or nothing that the user may see: nobody can tell which."""
    return render(request, "design/not_found.html", status=404)
