"""Writes of plans: asking for one, keeping it as a draft, deciding. Each in one transaction, with its audit line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo_web.accounts.queries import lock_network
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.audit.services import record
from kumihimo_web.design.language import twins
from kumihimo_web.inquiries import services as inquiries
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.services import ask
from kumihimo_web.plans import queries, reported
from kumihimo_web.plans.models import Freeze, Kind, PlanMachine, PlanOrder, PlanStep, State, Version

Subject = str | Mapping[str, str]
"""What a version is made for: as somebody typed it, or with ``ja`` and ``en``."""
EFFORTS = {"short": 1000, "usual": 4000, "long": 20000}
"""Rounds of the search that a coordinator may ask for."""


class BaseHasMoved(Exception):
    """The plan that a draft was made from is no longer the current one, or has changed where the draft changes it.

    Attributes
    ----------
    draft
        The draft; nothing was changed.
    now
        The version that is current; None when there is none.
    """

    def __init__(self, draft: Version, now: Version | None) -> None:
        super().__init__(draft.number)
        self.draft, self.now = draft, now


class NotToBeDecided(Exception):
    """The version is no draft that can be approved or rejected; somebody else has decided, or it is only a trial."""

    def __init__(self, found: Version) -> None:
        super().__init__(found.number)
        self.found = found


class WithoutPlace(Exception):
    """A draft would leave orders without a place, and nobody has said that this is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a task has worked out, ready to be kept."""

    kind: Kind
    subject: Mapping[str, str]
    base: int | None
    base_edits: int
    start: datetime
    horizon: int
    problem: bytes
    plan: bytes
    totals: Mapping[str, Any]
    diff: Mapping[str, Any]
    orders: Sequence[PlanOrder]
    steps: Sequence[PlanStep]
    machines: Sequence[PlanMachine]
    base_reports: int = 0
    heard_at: datetime | None = None


# Asking for a plan


def ask_first(
    orders: Sequence[Mapping[str, Any]],
    *,
    today: date,
    rounds: int = EFFORTS["short"],
    approve: bool = False,
    inquiry: str = "",
    wish: str = "",
) -> Job:
    """Ask for the first plan of all.

    Parameters
    ----------
    orders
        Work orders as kumihimo-work-order/1.
    today
        Day on which the plan begins.
    rounds
        Rounds of the search; 0 only puts every order where it fits best.
    approve
        Whether it becomes the current plan without anybody looking at it (a demo).
    inquiry
        Number of the inquiry that the only order comes from; empty when it comes from none.
    wish
        Key of the form that was sent; the same key is the same job.
    """
    midnight = timezone.make_aware(datetime.combine(today, time(0)))
    now = max(0, (timezone.now() - midnight) // timedelta(minutes=1))
    payload: dict[str, Any] = {"orders": list(orders), "today": today.isoformat(), "now": now}
    payload |= {"rounds": rounds, "approve": approve}
    if inquiry:
        payload |= {"inquiry": inquiry, "booked": orders[0]["id"]}
    return _asked("plans.first", gettext_lazy("最初の計画を立てる"), payload, wish)


def ask_replan(base: Version, effort: str, *, wish: str = "") -> Job:
    """Ask for a better plan of the same orders; see `EFFORTS`."""
    return _asked("plans.replan", gettext_lazy("計画を立て直す"), _on(base) | {"effort": effort}, wish)


def ask_events(
    base: Version, events: Sequence[Mapping[str, Any]], subject: Subject, *, is_trial: bool, wish: str = ""
) -> Job:
    """Ask what events do to the plan, written as kumihimo-events/1; a trial can be looked at but not approved."""
    kind, title = "plans.events", gettext_lazy("出来事に合わせて直す")
    if is_trial:
        kind, title = "plans.whatif", gettext_lazy("もしもを試す")
    since = timezone.localtime(base.start).isoformat()
    payload = _on(base) | {"events": list(events), "since": since, "subject": _in_both(subject)}
    return _asked(kind, title, payload, wish)


def ask_order(base: Version, order: Mapping[str, Any], *, inquiry: str = "", wish: str = "") -> Job:
    """Ask for a place for a new order; the inquiry is marked as booked when the plan is approved."""
    payload = _on(base) | {"order": dict(order)}
    if inquiry:
        payload |= {"inquiry": inquiry, "booked": order["id"]}
    return _asked("plans.order", gettext_lazy("案件を計画に入れる"), payload, wish)


def ask_emergency(base: Version, stop: queries.Stop, subject: Subject, *, wish: str = "") -> Job:
    """Ask for substitutes of everything that stands still."""
    told = {"kind": stop.kind, "ref": stop.ref}
    told |= {"start": base.moment(stop.start).isoformat(), "end": base.moment(stop.end).isoformat()}
    payload = _on(base) | {"stop": told, "subject": _in_both(subject)}
    return _asked("plans.emergency", gettext_lazy("代わりの手配を探す"), payload, wish)


def ask_declined(base: Version, ref: str, step: str, firm: str, subject: Subject, *, wish: str = "") -> Job:
    """Ask who does a step instead of the firm that has declined it, which is never planned for that step again."""
    payload = _on(base) | {"order": ref, "step": step, "firm": firm, "subject": _in_both(subject)}
    return _asked("plans.declined", gettext_lazy("代わりの手配を探す"), payload, wish)


def ask_remedies(base: Version, ref: str, *, wish: str = "") -> Job:
    """Ask what would make an order less late."""
    return _asked("plans.remedies", gettext_lazy("遅れの手だてを調べる"), _on(base) | {"order": ref}, wish)


def ask_remedy(base: Version, ref: str, remedy: Mapping[str, Any], *, wish: str = "") -> Job:
    """Ask for the plan with one of the remedies in it that were found for an order."""
    chosen = {key: remedy[key] for key in ("key", "kind", "resource", "behind", "ja", "en")}
    return _asked("plans.remedy", gettext_lazy("この手で立て直す"), _on(base) | {"order": ref, "remedy": chosen}, wish)


def ask_follow(version: Version, subject: Subject) -> None:
    """Ask that the plan follows what was reported; the program does that by itself, whoever has spoken."""
    with scoped(system_scope(current_scope().network)):
        ask_follow_again(version, subject)


def ask_follow_again(version: Version, subject: Subject) -> Job:
    """Ask for the same on behalf of the scope, where it has failed."""
    wish = f"{version.number}.{version.edits}.{version.reports}"
    payload = _on(version) | {"subject": _in_both(subject)}
    return _asked("plans.follow", gettext_lazy("実績を計画に入れる"), payload, wish)


def ask_again(draft: Version, base: Version, *, wish: str = "") -> Job:
    """Ask for the same as a draft did, on another version; what was only tried becomes a draft."""
    task = str(draft.wish["task"]).replace("plans.whatif", "plans.events")
    return _asked(task, gettext_lazy("今の計画の上でやり直す"), {**draft.wish["payload"], **_on(base)}, wish)


def _on(base: Version) -> dict[str, Any]:
    return {"base": base.number, "now": queries.minute_now(base)}


def _in_both(subject: Subject) -> dict[str, str]:
    """Return what a version is made for in both languages; what somebody has typed is the same in both."""
    return {"ja": subject, "en": subject} if isinstance(subject, str) else dict(subject)


def _asked(kind: str, title: Promise, payload: dict[str, Any], wish: str) -> Job:
    return ask(kind, lambda: str(title), payload, once=f"{kind}:{wish}"[:120] if wish else "")


# Keeping it


@transaction.atomic
def keep(made: Made, *, task: str, payload: Mapping[str, Any]) -> Version:
    """Keep what a task has worked out as a draft."""
    scope = current_scope()
    # Numbers run on: whoever keeps a version waits here for the one before.
    lock_network(scope.network)
    last = Version._base_manager.filter(network_id=scope.network).aggregate(last=Max("number"))["last"] or 0
    version: Version = Version.objects.create(
        number=last + 1,
        kind=made.kind,
        subject=made.subject.get("ja", "")[:200],
        subject_en=made.subject.get("en", "")[:200],
        base=None if made.base is None else Version.objects.get(number=made.base),
        base_edits=made.base_edits,
        heard_at=made.heard_at,
        # The orders of a first plan stand in its rows.
        wish={"task": task, "payload": {key: value for key, value in payload.items() if key != "orders"}},
        start=made.start,
        horizon=made.horizon,
        problem=made.problem,
        plan=made.plan,
        totals=dict(made.totals),
        diff=dict(made.diff),
        moved=len(made.diff.get("moves", ())),
        called=_called(made.diff),
        created_by=scope.actor,
    )
    for model, rows in ((PlanOrder, made.orders), (PlanStep, made.steps), (PlanMachine, made.machines)):
        for row in rows:
            row.network_id, row.version = scope.network, version
        model._base_manager.bulk_create(rows, batch_size=400)  # type: ignore[arg-type]
    record("plan.drafted", version, after={"number": version.number, "kind": made.kind, "subject": version.subject})
    return version


def _called(diff: Mapping[str, Any]) -> int:
    """Return how many firms have to be told or asked."""
    firms = {one["firm"] for one in diff.get("calls", ())}
    return len(firms | {diff.get("agree", {}).get("firm", "")} - {""})


@transaction.atomic
def keep_remedies(number: int, ref: str, found: list[dict[str, Any]]) -> PlanOrder:
    """Keep what would make an order less late beside it."""
    row: PlanOrder = PlanOrder.objects.get(version__number=number, ref=ref)
    row.remedies = found
    row.save(update_fields=["remedies"])
    record("plan.remedies", row, after={"order": ref, "version": number, "remedies": len(found)})
    return row


# Deciding


@transaction.atomic
def approve(number: int, *, without_place: bool = False) -> Version:
    """Let a draft take the place of the current plan; doing it twice does it once.

    Parameters
    ----------
    without_place
        Whether it is known that orders lose their place by it.

    Raises
    ------
    BaseHasMoved
        Another plan is current by now, steps of it were fixed or released since, something was reported or taken back
        of what the draft changes, or a step of an order that the draft leaves out as done is not done after all.
    NotToBeDecided
        It is only a trial, or somebody has rejected it.
    WithoutPlace
        Orders would lose their place.
    """
    lock_network(current_scope().network)
    draft: Version = Version.objects.defer("problem", "plan").get(number=number)
    if draft.state in (State.CURRENT, State.SUPERSEDED) and draft.decided_at is not None:
        return draft
    if not draft.is_draft or draft.kind == Kind.WHATIF:
        raise NotToBeDecided(draft)
    now = queries.current()
    if queries.is_stale(draft, now):
        raise BaseHasMoved(draft, now)
    if not without_place and queries.newly_unplanned(draft):
        raise WithoutPlace
    if now is not None:
        left_out = _left_out(now, draft)
        if left_out.filter(steps__freeze__lt=Freeze.DONE).exists():
            raise BaseHasMoved(draft, now)
        left_out.update(is_closed=True)
        Version.objects.filter(pk=now.pk).update(state=State.SUPERSEDED)
    _decide(draft, State.CURRENT, "")
    record(
        "plan.approved",
        draft,
        before={"number": now.number if now is not None else None},
        after={"number": draft.number, "subject": draft.subject, "moved": draft.moved, "firms": draft.called},
    )
    _hear(draft)
    payload = draft.wish["payload"]
    if "inquiry" in payload:
        inquiries.mark_booked(payload["inquiry"], payload["booked"])
    return draft


@transaction.atomic
def reject(number: int, reason: str) -> Version:
    """Put a draft aside, with the reason; doing it twice does it once.

    Raises
    ------
    NotToBeDecided
        It is or was the current plan.
    """
    lock_network(current_scope().network)
    draft: Version = Version.objects.defer("problem", "plan").get(number=number)
    if draft.state == State.REJECTED:
        return draft
    if not draft.is_draft:
        raise NotToBeDecided(draft)
    _decide(draft, State.REJECTED, reason)
    record("plan.rejected", draft, after={"number": draft.number, "subject": draft.subject}, note=reason)
    return draft


def _left_out(now: Version, draft: Version) -> QuerySet[PlanOrder]:
    """Return the orders that a draft does not carry along because they are done; what was cancelled is none."""
    removed = [one["ref"] for one in draft.diff.get("removed", ())]
    rows: QuerySet[PlanOrder] = PlanOrder.objects.filter(version=now).exclude(ref__in=removed)
    return rows.exclude(ref__in=draft.orders.values("ref"))


def _hear(version: Version) -> None:
    """Show in a version what was reported while it waited, and ask that it follows."""
    changed = reported.unheard(version)
    for one in changed:
        PlanStep.objects.filter(pk=one.step).update(freeze=one.level)
    if changed:
        Version.objects.filter(pk=version.pk).update(reports=F("reports") + 1)
        version.refresh_from_db(fields=["edits", "reports"])
        ask_follow(version, twins(lambda: _("承認を待つ間の実績")))


def _decide(draft: Version, state: State, reason: str) -> None:
    draft.state, draft.reason = state, reason[:300]
    draft.decided_at, draft.decided_by = timezone.now(), current_scope().actor
    draft.save(update_fields=["state", "reason", "decided_at", "decided_by"])


@transaction.atomic
def freeze(number: int, ref: str, step: str, *, is_fixed: bool) -> int:
    """Fix steps of the current plan where they stand, or let them move again; return how many changed.

    Parameters
    ----------
    step
        Id of the step; empty for all steps of the order.

    Raises
    ------
    NotToBeDecided
        The version is not the current one.
    """
    lock_network(current_scope().network)
    version = Version.objects.defer("problem", "plan", "diff").get(number=number)
    if not version.is_current:
        raise NotToBeDecided(version)
    before, after = (Freeze.PROPOSED, Freeze.COMMITTED) if is_fixed else (Freeze.COMMITTED, Freeze.PROPOSED)
    rows = PlanStep.objects.filter(version=version, order__ref=ref, freeze=before)
    if step:
        rows = rows.filter(step=step)
    names = list(rows.values_list("step", flat=True))
    if names:
        rows.update(freeze=after)
        Version.objects.filter(pk=version.pk).update(edits=F("edits") + 1)
        verb = "plan.fixed" if is_fixed else "plan.released"
        record(verb, version, after={"number": number, "order": ref, "steps": names})
    return len(names)
