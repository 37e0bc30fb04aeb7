"""Reading plans: what pages show, what the chart draws, and whole plans for the tasks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo import terms
from kumihimo.model import Network
from kumihimo_web.accounts.queries import organisations
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.attention import Attention, Urgency
from kumihimo_web.design.language import say
from kumihimo_web.design.templatetags.ja import counted
from kumihimo_web.firms import queries as firms
from kumihimo_web.jobs import queries as jobs
from kumihimo_web.jobs.models import Job
from kumihimo_web.plans import reported
from kumihimo_web.plans.mapping import Place, Solved, plan_of, problem_of
from kumihimo_web.plans.models import Freeze, Kind, PlanMachine, PlanOrder, PlanStep, State, Version

_NAMED = 3
_REMEMBERED_MIN = 7 * 24 * 60
"""A step that should have begun longer ago, and of which nobody has spoken, is no longer offered to be reported."""
_SOON_DAYS = 2
"""What begins after today and tomorrow is not offered to be reported with one press, only in the list of what comes."""
_JUST_DONE = timedelta(minutes=30)
_HEAVY = ("problem", "plan", "diff", "wish")
_HEAVY_OF_ORDER = ("work_order", "remedies", "causes", "why")


def versions() -> QuerySet[Version]:
    """Return the versions that the scope may see, the latest first, without their plans."""
    found: QuerySet[Version] = Version.objects.defer(*_HEAVY)
    return found


def current() -> Version | None:
    """Return the version that is being carried out."""
    return versions().filter(state=State.CURRENT).first()


def version(number: int) -> Version | None:
    """Return a version that the scope may see."""
    return versions().filter(number=number).first()


def base_of(found: Version) -> Version | None:
    """Return the version that another was made from, without its plan."""
    return None if found.base_id is None else versions().filter(pk=found.base_id).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A version that waits for a decision.

    Attributes
    ----------
    is_stale
        It was made from a plan that is no longer current, or in which a step was fixed since: it has to be made again.
    """

    version: Version
    is_stale: bool


def drafts(kind: str = "") -> list[Draft]:
    """Return the drafts that wait for a decision, the latest first; trials of what might be are none."""
    rows = versions().filter(state=State.DRAFT).exclude(kind=Kind.WHATIF)
    now = current()
    found = rows.filter(kind=kind) if kind else rows
    return [Draft(version=draft, is_stale=is_stale(draft, now)) for draft in found]


def is_stale(draft: Version, now: Version | None) -> bool:
    """Tell whether a draft was made from another plan than the current one as it stands, or from other reports."""
    if now is None or draft.base_id is None:
        return (now is None) != (draft.base_id is None)
    if (now.pk, now.edits) != (draft.base_id, draft.base_edits):
        return True
    return reported.has_changed_since(draft) or any(one.is_elsewhere for one in reported.unheard(draft))


def newly_unplanned(draft: Version) -> list[PlanOrder]:
    """Return the orders without a place in a draft that had one before, or that are new."""
    rows = draft.orders.filter(finish=None).defer("work_order", "remedies")
    base = base_of(draft)
    if base is not None:
        rows = rows.exclude(ref__in=base.orders.filter(finish=None).values("ref"))
    return list(rows.order_by("ref"))


def minute_now(found: Version) -> int:
    """Return the present as a minute of a version, at least 0."""
    return max(0, found.minute(timezone.now()))


def week_now(found: Version) -> int:
    """Return the number of the present week, the week of the version's start being 0."""
    start = timezone.localtime(found.start)
    monday = start.date() - timedelta(days=start.weekday())
    return max(0, (timezone.localdate() - monday).days // 7)


def attention() -> list[Attention]:
    """Return what needs the coordinator in the plan."""
    found = [_draft_to_decide(draft) for draft in drafts()]
    version = current()
    if version is None:
        return found
    job = unfollowed(version)
    if job is not None:
        found.append(_to_follow(job))
    found += [_contradiction(version, pair) for pair in reported.out_of_turn(version)[:_NAMED]]
    for state, title in (
        ("late", ngettext("納期に遅れる案件 %(n)d件", "納期に遅れる案件 %(n)d件", version.totals["late"])),
        ("unplanned", ngettext("計画できない案件 %(n)d件", "計画できない案件 %(n)d件", version.totals["unplanned"])),
    ):
        count = version.totals[state]
        if not count:
            continue
        worst = list(orders(version, state=state).values_list("title", flat=True)[:_NAMED])
        detail = _("、").join(worst) + (_(" ほか") if count > len(worst) else "")
        found.append(
            Attention(
                urgency=Urgency.NOW,
                title=title % {"n": count},
                detail=detail,
                action=_("理由と手だてを見る"),
                url=f"{reverse('plans')}?state={state}#orders",
                icon="plan",
            )
        )
    return found


def unfollowed(found: Version) -> Job | None:
    """Return the job that should have put reports into the current version and came to nothing."""
    job = jobs.without_result("plans.follow")
    return job if job is not None and job.payload["base"] == found.number else None


def _to_follow(job: Job) -> Attention:
    return Attention(
        urgency=Urgency.NOW,
        title=_("報告された実績がまだ計画に入っていません"),
        detail=f"{say(job.payload['subject'])} {say(job, 'error')}".strip(),
        action=_("もう一度計画に入れる"),
        url=f"{reverse('plans')}#follow",
        icon="plan",
    )


def _contradiction(found: Version, pair: reported.OutOfTurn) -> Attention:
    if pair.is_open:
        detail = _("「%(later)s」は始まったと報告されていますが、前の「%(earlier)s」は終わったと報告されていません。")
    else:
        detail = _("「%(later)s」は、前の「%(earlier)s」が終わるより先に始まったと報告されています。")
    return Attention(
        urgency=Urgency.TODAY,
        title=_("報告の順番が合いません: %(order)s") % {"order": pair.title},
        detail=detail % {"later": say(pair.later, "label"), "earlier": say(pair.earlier, "label")},
        action=_("実績を確かめる"),
        url=f"{reverse('plan_order', args=[found.number, pair.ref])}#steps",
        icon="plan",
    )


def _draft_to_decide(draft: Draft) -> Attention:
    version, title = draft.version, _("計画の下書きが承認を待っています: %(kind)s")
    detail = _("%(steps)s・%(firms)sが変わります。") % {
        "steps": counted(version.moved, "step"),
        "firms": counted(version.called, "firm"),
    }
    if draft.is_stale:
        title, detail = _("計画の下書きのやり直しが必要です: %(kind)s"), _("元の計画が変わりました。")
    return Attention(
        urgency=Urgency.NOW if version.kind == Kind.EMERGENCY else Urgency.TODAY,
        title=title % {"kind": version.get_kind_display()},
        detail=f"{say(version, 'subject')} {detail}".strip(),
        action=_("見て決める"),
        url=page_of(version),
        icon="emergency" if version.kind == Kind.EMERGENCY else "plan",
    )


def page_of(found: Version) -> str:
    """Return the address where a version is decided on: what it changes, or the whole of a first plan."""
    return reverse("plan_diff" if found.base_id else "plan_version", args=[found.number])


# Whole plans, for tasks


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A version that is carried out.

    Attributes
    ----------
    levels
        (order, step) -> freeze level as it is now.
    promised
        (order, step) -> start and end as the firm was last told.
    """

    version: Version
    solved: Solved
    levels: Mapping[tuple[str, str], int]
    promised: Mapping[tuple[str, str], tuple[int, int]]


def carried(number: int) -> Carried:
    """Return a whole version; takes as long as its JSON is long."""
    found: Version = Version.objects.defer("diff").get(number=number)
    rows = list(found.steps.values_list("order__ref", "step", "freeze", "told_start", "told_end"))
    return Carried(
        version=found,
        solved=Solved(
            problem=problem_of(found),
            plan=plan_of(found),
            orders=dict(found.orders.values_list("ref", "work_order")),
            places=places_of(found),
        ),
        levels={(ref, step): freeze for ref, step, freeze, _start, _end in rows},
        promised={(ref, step): (start, end) for ref, step, _freeze, start, end in rows},
    )


def places_of(found: Version) -> dict[str, Place]:
    """Return site -> whose it is, of the machines of a version."""
    rows = found.machines.values_list("site", "firm", "firm_name", "municipality")
    return {site: Place(firm=firm, firm_name=name, municipality=town) for site, firm, name, town in rows}


def places_in(network: Network) -> dict[str, Place]:
    """Return site -> whose it is, of a network."""
    names = {firm.id: firm.name for firm in network.firms}
    return {
        site.id: Place(firm=site.firm, firm_name=names.get(site.firm, site.firm), municipality=site.municipality)
        for site in network.sites
    }


def buyers() -> dict[str, int]:
    """Return name -> primary key of the buyers' organisations."""
    return dict(organisations("buyer").values_list("name", "pk"))


# Lists


def orders(found: Version, *, words: str = "", state: str = "") -> QuerySet[PlanOrder]:
    """Return orders of a version, those that are late first.

    Parameters
    ----------
    words
        Parts of id, title or (for coordinators) buyer.
    state
        ``late``, ``unplanned`` or ``on_time``; empty for all.
    """
    rows = _with_words(found.orders.defer("work_order", "remedies"), words)
    if state == "late":
        rows = rows.filter(late_min__gt=0)
    elif state == "unplanned":
        rows = rows.filter(finish=None)
    elif state == "on_time":
        rows = rows.filter(late_min=0, finish__isnull=False)
    return rows.order_by("-late_min", "due", "ref")


def _with_words(rows: QuerySet[PlanOrder], words: str) -> QuerySet[PlanOrder]:
    for word in words.split():
        wanted = Q(ref__icontains=word) | Q(title__icontains=word)
        if current_scope().is_coordinator:
            wanted |= Q(buyer_name__icontains=word)
        rows = rows.filter(wanted)
    return rows


def closed_orders(*, words: str = "") -> QuerySet[PlanOrder]:
    """Return the orders done long ago that the current version no longer holds, the latest first."""
    rows = PlanOrder.objects.filter(is_closed=True).select_related("version")
    lean = rows.defer("work_order", "remedies", *(f"version__{name}" for name in _HEAVY))
    return _with_words(lean, words).order_by("-pk")


def known_order(ref: str) -> PlanOrder | None:
    """Return an order as the current version holds it, or as the last one did that held it."""
    version = current()
    row = None if version is None else order(version, ref)
    return row if row is not None else closed_orders().filter(ref=ref).first()


def order(found: Version, ref: str) -> PlanOrder | None:
    """Return an order of a version."""
    row: PlanOrder | None = found.orders.filter(ref=ref).first()
    return row


def steps_of(row: PlanOrder) -> QuerySet[PlanStep]:
    """Return the steps of an order that the scope may see, in the sequence of the routing."""
    found: QuerySet[PlanStep] = row.steps.select_related("version").order_by("position", "start")
    return found


def machines(found: Version) -> QuerySet[PlanMachine]:
    """Return the machines of a version that have work, the busiest first."""
    rows: QuerySet[PlanMachine] = found.machines.filter(steps__gt=0).defer("open_text")
    return rows


def own_steps(found: Version, *, since: int) -> QuerySet[PlanStep]:
    """Return the steps that the scope may see and that end after a minute, the next one first."""
    rows: QuerySet[PlanStep] = found.steps.filter(end__gt=since, freeze__lt=Freeze.DONE).select_related("order")
    return _lean(rows).order_by("start", "order", "position")


def step(found: Version, ref: str, name: str) -> PlanStep | None:
    """Return a step of a version that the scope may see."""
    row: PlanStep | None = _lean(found.steps.filter(order__ref=ref, step=name).select_related("order")).first()
    return row


def to_report(found: Version, now: int, most: int) -> list[PlanStep]:
    """Return the steps of the scope that somebody may begin or finish by tomorrow, by the start that was told.

    What runs comes before what waits where there are more than `most`. What was just finished stays where it stood, so
    that nothing else slides under the finger.
    """
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    soon = found.minute(midnight + timedelta(days=_SOON_DAYS))
    waits = Q(freeze__lt=Freeze.RUNNING, start__gt=now - _REMEMBERED_MIN, start__lt=soon)
    rows = _lean(found.steps.filter(Q(freeze=Freeze.RUNNING) | waits).select_related("order"))
    open_steps = list(rows.order_by(Case(When(freeze=Freeze.RUNNING, then=0), default=1), "start", "pk")[:most])
    just_done = reported.finished_since(timezone.now() - _JUST_DONE)
    refs = {ref for ref, _step in just_done}
    done = _lean(found.steps.filter(freeze=Freeze.DONE, order__ref__in=refs).select_related("order"))
    kept = [row for row in done if (row.order.ref, row.step) in just_done]
    return sorted([*open_steps, *kept], key=lambda row: (row.told_start, row.pk))


def _lean(rows: QuerySet[PlanStep]) -> QuerySet[PlanStep]:
    """Return steps with what lists need of their orders; the work orders behind them are long."""
    return rows.defer(*(f"order__{name}" for name in _HEAVY_OF_ORDER))


def labels_of(found: Version, resources: Iterable[str] | None = None) -> dict[str, str]:
    """Return machine -> 製作所 5軸加工, of the machines that are named, or of all."""
    rows = found.machines.values_list("resource", "firm_name", "process").order_by()
    if resources is not None:
        rows = rows.filter(resource__in=set(resources))
    machines = list(rows)
    labels = {process: process_label(process) for process in {process for _resource, _name, process in machines}}
    return {resource: f"{name} {labels[process]}" for resource, name, process in machines}


def process_label(process: str) -> str:
    """Return what a process is called in the reader's language."""
    known = terms.processes().get(process)
    return process if known is None else say(known)


# What stops


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """What stands still, and when, in minutes of a version.

    Attributes
    ----------
    kind
        ``firm``, ``machine``, ``municipality`` or ``prefecture``.
    ref
        Its id or code.
    """

    kind: str
    ref: str
    start: int
    end: int

    def covers(self, resource: str, place: Place) -> bool:
        """Tell whether a machine stands still."""
        match self.kind:
            case "firm":
                return place.firm == self.ref
            case "machine":
                return resource == self.ref
            case "municipality":
                return place.municipality == self.ref
            case _:
                return place.municipality[:2] == self.ref


def stopped(found: Version, stop: Stop) -> QuerySet[PlanMachine]:
    """Return the machines of a version that stand still."""
    columns = {
        "firm": "firm",
        "machine": "resource",
        "municipality": "municipality",
        "prefecture": "municipality__startswith",
    }
    rows: QuerySet[PlanMachine] = found.machines.filter(**{columns[stop.kind]: stop.ref})
    return rows


def hit(found: Version, resources: Iterable[str] | QuerySet[Any], start: int, end: int) -> QuerySet[PlanStep]:
    """Return the steps that stand on machines while these stand still; what is done is not hit."""
    rows: QuerySet[PlanStep] = found.steps.filter(
        resource__in=resources, start__lt=end, end__gt=start, freeze__lt=Freeze.DONE
    )
    return _lean(rows.select_related("order")).order_by("start", "pk")


def stop_choices(found: Version) -> dict[str, list[tuple[str, str]]]:
    """Return what can stop, by kind: (id, label) of everything that has work in a version."""
    rows = machines(found).order_by().values_list("resource", "firm", "firm_name", "municipality", "process")
    towns, places = terms.municipalities(), terms.prefectures()
    firms_found, machines_found = {}, {}
    labels: dict[str, str] = {}
    towns_found, prefectures_found = {}, {}
    for resource, firm, name, town, process in rows:
        firms_found[firm] = name
        if process not in labels:
            labels[process] = process_label(process)
        machines_found[resource] = f"{name} {labels[process]}"
        if town in towns and town not in towns_found:
            prefectures_found[town[:2]] = say(places[town[:2]])
            towns_found[town] = say(towns[town])
    return {
        "firm": _by_label(firms_found),
        "machine": _by_label(machines_found),
        "municipality": _by_label(towns_found),
        "prefecture": sorted(prefectures_found.items()),
    }


def _by_label(found: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(found.items(), key=lambda item: item[1])


# Whom to call


def contact_of(firm: str) -> dict[str, str]:
    """Return how a firm wants to be spoken to, of what the scope may see."""
    row = firms.row("firms", firm)
    if row is None:
        return {}
    shown = {value.column.name: value.text or "" for value in firms.entry(row).values}
    return {name: shown.get(name, "") for name in ("preferred_channel", "phone", "fax", "email")}
