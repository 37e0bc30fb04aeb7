"""What was really started and finished: one word of a firm or of the coordinator, and the plan follows it.

The rule: a report is a fact at once, for everybody who sees the step. The plan then follows in a job of the program's
own. Where every other step stays within `SMALL_MIN` of what its firm was last told, and no order becomes late, the
current plan itself takes the report over; otherwise somebody would have to be called, and a draft is made that a
coordinator approves.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.design.language import say, twins
from kumihimo_web.plans import earlier, queries, reported, services
from kumihimo_web.plans.earlier import usual_start
from kumihimo_web.plans.models import Freeze, Kind, PlanMachine, PlanOrder, PlanStep, Report, State, Version
from kumihimo_web.plans.services import Made

SMALL_MIN = 30
"""Another step's start that is no farther than this from what its firm was last told needs no call."""
_MOST_RECORDED = 20
"""Steps of a firm that an audit line lists; of more it says how many."""


class NoSuchStep(Exception):
    """The current plan has no such step, or not for the scope."""


class NotInTurn(Exception):
    """A finish that does not lie after the start."""


class EarlierOpen(Exception):
    """Steps before it are not done as far as anybody said; nothing was written.

    Attributes
    ----------
    steps
        Those steps, in the sequence of the routing; also such as the scope may not see.
    """

    def __init__(self, steps: list[PlanStep]) -> None:
        super().__init__(len(steps))
        self.steps = steps


@transaction.atomic
def start(ref: str, step: str, at: datetime, *, earlier_done: int = 0) -> Report:
    """Report that a step was started; one of which that was said already stays as it is.

    Parameters
    ----------
    earlier_done
        So many open steps before it are done too, as whoever speaks was asked and has confirmed.

    Raises
    ------
    NoSuchStep
        The current plan has no such step.
    EarlierOpen
        More steps before it are open than that.
    earlier.BegunLater
        One of them was begun after that.
    """
    version, row = _held(ref, step)
    known = reported.report(ref, step)
    if known is not None:
        return known
    _tell_earlier(row, at, earlier_done)
    found = _told(row, started_at=at, finished_at=None, was_started=True)
    _follow(version, row)
    return found


@transaction.atomic
def finish(ref: str, step: str, at: datetime, *, started_at: datetime | None = None, earlier_done: int = 0) -> Report:
    """Report that a step is done; one of which that was said already stays as it is.

    Parameters
    ----------
    started_at
        When it was started, where that was not reported before; None = as long before as was planned.
    earlier_done
        See `start`.

    Raises
    ------
    NoSuchStep
        The current plan has no such step.
    NotInTurn
        The finish does not lie after the start.
    EarlierOpen, earlier.BegunLater
        See `start`.
    """
    version, row = _held(ref, step)
    known = reported.report(ref, step)
    # What only follows from the report of a later step is not said yet of this one.
    if known is not None and known.finished_at is not None and not known.follows:
        return known
    was_started = known is not None and known.was_started
    began = known.started_at if known is not None and was_started else started_at or usual_start(row, at)
    if at <= began:
        raise NotInTurn
    _tell_earlier(row, began, earlier_done)
    found = _told(row, started_at=began, finished_at=at, was_started=was_started)
    _follow(version, row)
    return found


@transaction.atomic
def take_back(ref: str, step: str) -> Report | None:
    """Take the latest word about a step back: a finish first, then the start; None when nothing was said.

    Raises
    ------
    NoSuchStep
        The current plan has no such step.
    """
    version, row = _held(ref, step)
    known = reported.report(ref, step)
    if known is None:
        return None
    _withdraw(known, row)
    if known.withdrawn_at is not None:
        _take_back_earlier(row)
    _follow(version, row)
    return known


def _tell_earlier(row: PlanStep, start: datetime, earlier_done: int) -> None:
    """Report that the open steps before one are done as well, where that was confirmed."""
    waiting = earlier.still_open(row)
    if len(waiting) > earlier_done:
        raise EarlierOpen(waiting)
    for past in earlier.pasts(row, waiting, start):
        _told(
            past.row,
            started_at=past.started_at,
            finished_at=past.finished_at,
            was_started=past.was_started,
            follows=row,
        )


def _take_back_earlier(row: PlanStep) -> None:
    """Take back what followed from the report of a step, unless another step still says the same."""
    rows = earlier.rows_of(row)
    known, routing = earlier.reports_of(row.order.ref), earlier.routing_of(rows)
    spoken = [name for name, one in known.items() if not one.follows]
    for name, one in known.items():
        if one.follows != row.step:
            continue
        later = next((other for other in spoken if name in earlier.before(routing, [other])), None)
        if later is not None:
            one.follows = later
            one.save(update_fields=["follows"])
        elif name in rows:
            _withdraw(one, rows[name], follows=row)


def _withdraw(known: Report, row: PlanStep, *, follows: PlanStep | None = None) -> None:
    """Take back the latest word about a step: a finish first, where its start was reported too."""
    before = _values(known)
    if known.finished_at is not None and known.was_started:
        known.finished_at = None
    else:
        known.withdrawn_at = timezone.now()
    known.follows = ""
    _save(known)
    _record("report.withdrawn", known, row, before, follows)
    _show(row, known)


def _held(ref: str, step: str) -> tuple[Version, PlanStep]:
    lock_network(current_scope().network)
    version = queries.current()
    row = None if version is None else queries.step(version, ref, step)
    if version is None or row is None:
        raise NoSuchStep
    return version, row


def _told(
    row: PlanStep,
    *,
    started_at: datetime,
    finished_at: datetime | None,
    was_started: bool,
    follows: PlanStep | None = None,
) -> Report:
    # A step that has come over from another firm, which took its report back, keeps its one row.
    rows = Report._base_manager.filter(network_id=current_scope().network, ref=row.order.ref, step=row.step)
    known: Report | None = rows.first()
    before = _values(known) if known is not None and known.level is not None else None
    if known is None:
        known = Report(network_id=current_scope().network, ref=row.order.ref, step=row.step)
    is_new = known.pk is None or known.level is None
    # A step that still stands where a report had put it, since taken back, keeps the place it was planned at.
    if known.pk is None or (is_new and row.starts_at != known.started_at):
        known.planned_start, known.planned_end = row.starts_at, row.ends_at
    if is_new:
        known.level_before = min(row.freeze, Freeze.COMMITTED)
    known.firm, known.resource = row.firm, row.resource
    known.started_at, known.finished_at, known.was_started = started_at, finished_at, was_started
    known.withdrawn_at = None
    known.follows = "" if follows is None else follows.step
    _save(known)
    _record("report.started" if finished_at is None else "report.finished", known, row, before, follows)
    _show(row, known)
    return known


def _record(verb: str, report: Report, row: PlanStep, before: dict[str, Any] | None, follows: PlanStep | None) -> None:
    """Add the line that the firm of a step reads."""
    after = _values(report)
    if follows is None:
        record(verb, report, firm=row.firm, before=before, after=after)
        return
    scope = current_scope()
    note = _("後の工程「%(step)s」の報告から") % {"step": follows.label_ja}
    # Who works on the same order, firms do not tell each other: the name stands in the line of the later step.
    is_elsewhere = scope.role == Role.FACTORY and scope.firm != row.firm
    with scoped(system_scope(scope.network) if is_elsewhere else scope):
        record(verb, report, firm=row.firm, before=before, after=after, note=note)


def _save(report: Report) -> None:
    report.told_at, report.told_by = timezone.now(), current_scope().actor
    report.save()


def _values(report: Report) -> dict[str, Any]:
    moments = {"start": report.started_at, "end": report.finished_at}
    shown = {key: timezone.localtime(value).isoformat(" ", "minutes") for key, value in moments.items() if value}
    return {"order": report.ref, "step": report.step, **shown}


def _show(row: PlanStep, report: Report) -> None:
    """Show at once what is known of a step."""
    level = Freeze(report.level_before) if report.level is None else report.level
    PlanStep._base_manager.filter(network_id=current_scope().network, pk=row.pk).update(freeze=level)


def _follow(version: Version, row: PlanStep) -> None:
    """Ask that the plan follows."""
    Version.objects.filter(pk=version.pk).update(reports=F("reports") + 1)
    version.refresh_from_db(fields=["edits", "reports"])
    title = row.order.title
    said = twins(lambda: _("実績: %(order)s %(step)s") % {"order": title, "step": say(row, "label")})
    services.ask_follow(version, said)


# What the plan makes of it


@transaction.atomic
def take_over(made: Made, *, payload: Mapping[str, Any]) -> Version | None:
    """Let the current plan follow what was reported, or keep a draft where others have to move; None without a draft.

    When the plan has changed since the work began, it is asked for again.
    """
    lock_network(current_scope().network)
    version = queries.current()
    if version is None:
        return None
    if (version.number, version.edits, version.reports) != (made.base, made.base_edits, made.base_reports):
        services.ask_follow(version, payload["subject"])
        return None
    for older in Version.objects.filter(state=State.DRAFT, kind=Kind.EVENT, wish__task="plans.follow"):
        services.reject(older.number, _("新しい報告を入れた計画に替わりました。"))
    moved = _moved_others(made)
    if moved and not _is_small(made, moved):
        return services.keep(made, task="plans.follow", payload=payload)
    _follow_here(version, made)
    return None


def _moved_others(made: Made) -> list[dict[str, Any]]:
    """Return the moves of steps that nobody has reported."""
    begun = {(row.order.ref, row.step) for row in made.steps if row.freeze >= Freeze.RUNNING}
    return [move for move in made.diff["moves"] if (move["ref"], move["step"]) not in begun]


def _is_small(made: Made, moved: list[dict[str, Any]]) -> bool:
    if made.diff["newly_late"] or made.diff["newly_unplanned"]:
        return False
    return all(
        move["from"] is not None
        and move["to"] is not None
        and move["from"]["resource"] == move["to"]["resource"]
        and abs(move["from"]["start"] - move["to"]["start"]) <= SMALL_MIN
        for move in moved
    )


def _follow_here(version: Version, made: Made) -> None:
    """Write into the current version what has changed: its plan, and the rows that are not as they were."""
    Version.objects.filter(pk=version.pk).update(
        problem=made.problem, plan=made.plan, totals=dict(made.totals), reports=F("reports") + 1
    )
    record("plan.followed", version, after={"number": version.number, "subject": made.subject.get("ja", "")})
    for firm, moved in _changed_steps(version, made).items():
        _record_moved(version, firm, moved)
    _change_orders(version, made)
    _change_machines(version, made)


Moved = tuple[PlanStep, int, int]
"""A step as it stands now, with its start and end before."""


def _changed_steps(version: Version, made: Made) -> dict[str, list[Moved]]:
    """Write the steps that are not as they were; return firm -> those of its steps that stand elsewhere."""
    moved: dict[str, list[Moved]] = {}
    columns = ("start", "end", "freeze", "setup_min")
    known = {row[:2]: row[2:] for row in version.steps.values_list("order__ref", "step", *columns)}
    for step in made.steps:
        was, now = known[step.order.ref, step.step], tuple(getattr(step, name) for name in columns)
        if was == now:
            continue
        values = dict(zip(columns, now, strict=True))
        PlanStep.objects.filter(version=version, order__ref=step.order.ref, step=step.step).update(**values)
        if was[:2] != now[:2]:
            moved.setdefault(step.firm, []).append((step, *was[:2]))
    return moved


def _record_moved(version: Version, firm: str, moved: list[Moved]) -> None:
    """Tell a firm which of its steps stand elsewhere by now; whose report it was, it need not know."""

    def span(start: int, end: int) -> str:
        first, last = (timezone.localtime(version.moment(minute)) for minute in (start, end))
        return f"{first:%Y-%m-%d %H:%M} – {last:%Y-%m-%d %H:%M}"

    before: dict[str, Any] = {}
    after: dict[str, Any] = {"version": version.number}
    for step, start, end in moved[:_MOST_RECORDED]:
        name = f"{step.order.ref}/{step.step} {step.label_ja}"
        before[name], after[name] = span(start, end), span(step.start, step.end)
    if len(moved) > _MOST_RECORDED:
        after["moved"] = len(moved)
    record("plan.followed", version, firm=firm, before=before, after=after)


def _change_orders(version: Version, made: Made) -> None:
    columns = ("finish", "late_min", "causes", "why")
    known = {row[0]: row[1:] for row in version.orders.values_list("ref", *columns)}
    for order in made.orders:
        values = {name: getattr(order, name) for name in columns}
        if known[order.ref] != tuple(values.values()):
            PlanOrder.objects.filter(version=version, ref=order.ref).update(**values)


def _change_machines(version: Version, made: Made) -> None:
    # Hours are listed until the last step of all ends: where that moves, they change at every machine with work.
    columns = ("steps", "busy_min", "open_min", "weeks", "open_text")
    known = {row[0]: row[1:] for row in version.machines.values_list("resource", "pk", *columns)}
    changed = []
    for machine in made.machines:
        pk, *was = known[machine.resource]
        if was != [getattr(machine, name) for name in columns]:
            machine.pk = pk
            changed.append(machine)
    PlanMachine.objects.bulk_update(changed, columns, batch_size=200)
