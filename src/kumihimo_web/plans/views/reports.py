"""実績: a step was begun, a step is done; said by the firm itself or by the coordinator for it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.templatetags.ja import moment
from kumihimo_web.plans import earlier, queries, report_services, reported, services, words
from kumihimo_web.plans.forms import ReportForm
from kumihimo_web.plans.models import PlanStep, Report, Version
from kumihimo_web.plans.views import found


@access(COORDINATORS, Role.FACTORY)
@require_http_methods(["GET", "POST"])
def plan_report(request: HttpRequest, ref: str, step: str) -> HttpResponse:
    """Show what was said of a step (GET), and take a report or take it back (POST)."""
    version = found.current()
    row = queries.step(version, ref, step)
    if row is None:
        raise Http404
    report, entered = reported.report(ref, step), request.POST.dict() if request.method == "POST" else None
    form = ReportForm(row, report, entered)
    waiting: list[dict[str, Any]] = []
    status = 422 if form.errors else 200
    if form.is_good:
        try:
            _reported(request, row, form)
        except report_services.NoSuchStep:
            raise Http404 from None
        except report_services.NotInTurn:
            # Somebody else has reported a later start since the step was read.
            report, status = reported.report(ref, step), 409
            form = ReportForm(row, report, entered)
        except report_services.EarlierOpen as error:
            waiting, status = _waiting(version, error.steps), 409
        except earlier.BegunLater as error:
            form.errors["at"] = _(
                "前の工程「%(step)s」は、それより後に始まったと報告されています。時刻を確かめてください。"
                "前の工程の時刻が違うときは、その工程の企業か調整役に直してもらってください。"
            ) % {"step": words.step_label(error.step)}
            status = 422
        else:
            return redirect(_back(version, ref))
    shown = {"row": row, "label": words.step_label(row), "report": report, "form": form, "back": _back(version, ref)}
    shown |= {"now": timezone.localtime(), "waiting": waiting, "later": _later(row, report)}
    return render(request, "plans/report.html", shown, status=status)


@access(COORDINATORS)
@require_POST
def plan_follow(request: HttpRequest) -> HttpResponse:
    """Ask once more that the plan follows what was reported, where that has failed."""
    version = found.current()
    lost = queries.unfollowed(version)
    if lost is None:
        messages.info(request, _("報告された実績はもう計画に入っています。"))
        return redirect("plans")
    return redirect("job", services.ask_follow_again(version, lost.payload["subject"]).pk)


def _reported(request: HttpRequest, row: PlanStep, form: ReportForm) -> None:
    ref, step, label = row.order.ref, row.step, words.step_label(row)
    told: dict[str, Any] = {"step": label, "order": row.order.title}
    if form.action == "start":
        report = report_services.start(ref, step, form.at, earlier_done=form.earlier_done)
        text = _("「%(step)s」（%(order)s）は %(at)s に始めたと記録しました。")
        messages.success(request, text % {**told, "at": moment(report.started_at)})
    elif form.action == "finish":
        report = report_services.finish(ref, step, form.at, started_at=form.started_at, earlier_done=form.earlier_done)
        text = _("「%(step)s」（%(order)s）は %(at)s に終わったと記録しました。")
        messages.success(request, text % {**told, "at": moment(report.finished_at)})
    elif report_services.take_back(ref, step) is None:
        messages.info(request, _("取り消す報告はありません。"))
    else:
        messages.success(request, _("「%(step)s」（%(order)s）の報告を取り消しました。") % told)


def _waiting(version: Version, steps: list[PlanStep]) -> list[dict[str, Any]]:
    """Return open earlier steps to be asked about; whose they are, only as far as the scope sees the plan."""
    labels = queries.labels_of(version, [step.resource for step in steps])
    return [
        {
            "label": words.step_label(step),
            "starts_at": step.starts_at,
            "ends_at": step.ends_at,
            "machine": labels.get(step.resource, ""),
        }
        for step in steps
    ]


def _later(row: PlanStep, report: Report | None) -> str:
    """Return the step whose report says that this one is done; empty when somebody spoke of this one itself."""
    if report is None or not report.follows:
        return ""
    later = earlier.rows_of(row).get(report.follows)
    return report.follows if later is None else words.step_label(later)


def _back(version: Version, ref: str) -> str:
    if current_scope().is_coordinator:
        return f"{reverse('plan_order', args=[version.number, ref])}#steps"
    return reverse("plans")
