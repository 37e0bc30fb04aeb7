"""Pages of the firms: list, profile, editing, one-page sheet, Excel."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from kumihimo import terms
from kumihimo.interop.table_spec import table_specs
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.queries import own_network
from kumihimo_web.accounts.roles import OrganisationKind, Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.accounts.services import add_organisation
from kumihimo_web.audit.queries import lines
from kumihimo_web.audit.versions import SomebodyWasFaster, version_seen
from kumihimo_web.design.language import say
from kumihimo_web.firms import queries, services
from kumihimo_web.firms.forms import RowForm
from kumihimo_web.firms.load_level import BOOKED_SHARE, LoadLevel
from kumihimo_web.firms.mapping import to_noun
from kumihimo_web.firms.models import Firm
from kumihimo_web.firms.rules import may_edit, may_write

PAGE = 50
ADDED = frozenset({"sites", "capabilities", "equipment", "certificates", "skills", "quality_systems", "deliveries"})
"""Tables whose rows are added and taken away one by one."""


@access(COORDINATORS, Role.ASSESSOR, Role.FACTORY)
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Show the firms that fit words, process, prefecture and state."""
    asked = {key: request.GET.get(key, "").strip()[:80] for key in ("words", "process", "prefecture", "status", "load")}
    page = Paginator(queries.search(**asked), PAGE).get_page(request.GET.get("page"))
    shown = {
        "page": page,
        "asked": asked,
        "is_filtered": any(asked.values()),
        "processes": [(p.id, say(p)) for p in terms.processes().values()],
        "prefectures": [(p.code, say(p)) for p in terms.prefectures().values()],
    }
    return render(request, "firms/_rows.html" if request.htmx else "firms/list.html", shown)  # type: ignore[attr-defined]


@access(Role.FACTORY)
@require_GET
def own(request: HttpRequest) -> HttpResponse:
    """Go to the profile of the own firm."""
    return redirect("firm", ref=current_scope().firm)


@access(COORDINATORS, Role.ASSESSOR, Role.FACTORY)
@require_GET
def profile(request: HttpRequest, ref: str) -> HttpResponse:
    """Show a firm as the viewer may see it, and its history to those who may edit it."""
    firm = _firm(ref)
    scope = current_scope()
    editable = may_edit(scope, ref)
    shown = {
        "firm": firm,
        "head": queries.entry(firm),
        "tables": [(table_specs()[name], rows) for name, rows in queries.profile(ref).items()],
        "may_edit": editable,
        "history": lines(firm=ref)[:20] if editable else (),
        "added": ADDED,
        "has_login": scope.is_coordinator and queries.has_login(ref),
    }
    return render(request, "firms/profile.html", shown)


@access(COORDINATORS, Role.FACTORY)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, table: str, ref: str) -> HttpResponse:
    """Edit one row of a profile; whoever was slower is told and loses nothing."""
    if table not in table_specs() or table == "assessments":
        raise Http404
    row = queries.row(table, ref)
    if row is None:
        raise Http404
    scope = current_scope()
    if not may_write(scope, table, row.firm):
        raise Http404
    form = RowForm(table, row.firm, to_noun(row), request.POST if request.method == "POST" else None)
    said, newer = request.POST.get("said", "").strip()[:300], None
    needs_word = scope.is_coordinator and request.method == "POST" and not said
    if form.is_good and not needs_word:
        try:
            services.change(table, ref, form.values, version=version_seen(request), said=said)
        except SomebodyWasFaster as late:
            newer = late.now
            form.compare(to_noun(newer))
        else:
            messages.success(request, _("保存しました。"))
            return HttpResponseRedirect(f"{reverse('firm', args=[row.firm])}#{table}")
    shown = {
        "form": form,
        "owner": row.firm,
        "owner_name": queries.names([row.firm]).get(row.firm, row.firm),
        "row": row,
        "version": newer.version if newer else row.version,
        "newer": newer,
        "said": said,
        "needs_word": needs_word,
        "on_behalf": scope.is_coordinator,
    }
    return render(request, "firms/edit.html", shown, status=409 if newer else 422 if form.is_sent else 200)


@access(COORDINATORS, Role.FACTORY)
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, ref: str, table: str) -> HttpResponse:
    """Add a row to a profile."""
    scope = current_scope()
    if table not in ADDED or not may_write(scope, table, _firm(ref).ref):
        raise Http404
    form = RowForm(table, ref, None, request.POST if request.method == "POST" else None)
    said = request.POST.get("said", "").strip()[:300]
    needs_word = scope.is_coordinator and form.is_sent and not said
    if form.is_good and not needs_word:
        services.add_values(table, ref, form.values, said=said)
        messages.success(request, _("加えました。"))
        return HttpResponseRedirect(f"{reverse('firm', args=[ref])}#{table}")
    owner = {"owner": ref, "owner_name": queries.names([ref]).get(ref, ref)}
    shown = {"form": form, **owner, "said": said, "needs_word": needs_word, "on_behalf": scope.is_coordinator}
    return render(request, "firms/edit.html", shown, status=422 if form.is_sent else 200)


@access(COORDINATORS, Role.FACTORY)
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, table: str, ref: str) -> HttpResponse:
    """Ask whether a row is really to go, naming what would lose it, and take it away."""
    scope = current_scope()
    row = queries.row(table, ref) if table in ADDED else None
    if row is None or not may_write(scope, table, row.firm):
        raise Http404
    said, newer = request.POST.get("said", "").strip()[:300], None
    needs_word = scope.is_coordinator and request.method == "POST" and not said
    users = queries.rows_that_name(table, ref, row.firm)
    if request.method == "POST" and not needs_word and not users:
        try:
            services.remove(table, ref, version=version_seen(request), said=said)
        except SomebodyWasFaster as late:
            newer = queries.entry(late.now)
        else:
            messages.success(request, _("%(ref)s を消しました。履歴から元に戻せます。") % {"ref": ref})
            return HttpResponseRedirect(f"{reverse('firm', args=[row.firm])}#history")
    shown = {
        "entry": newer or queries.entry(row),
        "row": newer.row if newer else row,
        "sheet": say(table_specs()[table], "sheet"),
        "users": users,
        "newer": newer,
        "said": said,
        "needs_word": needs_word,
        "on_behalf": scope.is_coordinator,
    }
    status = 409 if newer or (users and request.method == "POST") else 422 if needs_word else 200
    return render(request, "firms/remove.html", shown, status=status)


@access(COORDINATORS, Role.FACTORY)
@require_POST
def undo(request: HttpRequest, number: int) -> HttpResponse:
    """Take back one change of the history; what has changed again since is not overwritten."""
    line = lines().filter(number=number).first()
    if line is None or not line.firm or not may_edit(current_scope(), line.firm):
        raise Http404
    try:
        services.undo(line)
    except services.CannotUndo as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("元に戻しました。"))
    return HttpResponseRedirect(f"{reverse('firm', args=[line.firm])}#history")


@access(COORDINATORS)
@require_POST
def login(request: HttpRequest, ref: str) -> HttpResponse:
    """Give a firm an organisation, so that logins can be made for its people."""
    firm = _firm(ref)
    if not queries.has_login(ref):
        add_organisation(own_network(), kind=OrganisationKind.FIRM, name=firm.name, firm=ref)
    messages.success(request, _("%(name)sの人を加えられます。") % {"name": firm.name})
    return HttpResponseRedirect(f"{reverse('people')}?{urlencode({'words': firm.name})}")


@access(Role.FACTORY)
@require_http_methods(["GET", "POST"])
def capacity(request: HttpRequest) -> HttpResponse:
    """Ask a factory how busy it is: three buttons a week, made for a thumb."""
    today = timezone.localdate()
    own_firm = current_scope().firm
    if request.method == "POST":
        site, week = request.POST.get("site", ""), request.POST.get("week", "")
        asked = {(one.site, one.week) for weeks in queries.loads(own_firm, today) for one in weeks}
        if (site, week) not in asked or request.POST.get("level") not in LoadLevel.values:
            raise Http404
        services.declare_load(site, week, LoadLevel(request.POST["level"]), today=today)
        messages.success(request, _("ありがとうございます。余力を受け取りました。"))
        return redirect("capacity")
    shown = {"sites": queries.loads(own_firm, today), "levels": LoadLevel, "shares": _shares()}
    return render(request, "firms/capacity.html", shown)


def _shares() -> list[tuple[str, int]]:
    return [(str(level.label), round(100 * (1 - share))) for level, share in BOOKED_SHARE.items()]


@access(COORDINATORS, Role.ASSESSOR, Role.FACTORY)
@require_GET
def sheet(request: HttpRequest, ref: str) -> HttpResponse:
    """Send the one-page profile as PDF."""
    from kumihimo.interop.sheet import sheet_pdf

    _firm(ref)
    network = queries.network_of_firm(ref)
    data = sheet_pdf(network, ref, viewer=queries.sight(ref), today=timezone.localdate())
    return HttpResponse(
        data, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{ref}.pdf"'}
    )


def _firm(ref: str) -> Firm:
    found = queries.firm(ref)
    if found is None:
        raise Http404
    return found
