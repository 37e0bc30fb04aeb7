"""What coordinators enter about plans: what stops and when, what else happened, which versions to compare."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo.errors import InputError, LocatedErrors
from kumihimo.interop.plan_events import events_from_bytes
from kumihimo.planning.events import ActualFinish, ActualStart
from kumihimo.planning.problem import Problem
from kumihimo_web.accounts.kept import kept
from kumihimo_web.design.language import aside, language, twins
from kumihimo_web.design.templatetags.ja import moment as shown_moment
from kumihimo_web.plans import queries
from kumihimo_web.plans.models import PlanStep, Report, Version
from kumihimo_web.plans.queries import Stop

T = TypeVar("T")
STOP_DAYS = 3
"""How long a stop is taken to last where nobody has said anything else."""
_MOST_TOLD = 8
_MOST_OFFERED = 1000
"""Suggestions of one kind that a page carries; a browser shows no more in a list that one types into."""
_MOST_BYTES = 200_000
_LONGEST = 300
_MOST_DIGITS = 5
_CLOCKS_DIFFER = timedelta(minutes=5)
_LATEST_REPORT = timedelta(days=60)
_NOTE = re.compile(r"\s?[（(].*[）)]$")
"""What stands in brackets behind a name in a label."""
_MOMENT = re.compile(r"(\d{4})[-/年](\d{1,2})[-/月](\d{1,2})日?(?:[ T]*(\d{1,2})[:時](\d{1,2})分?)?")


class _Form:
    """Fields that were entered, with a sentence at each one that is wrong."""

    def __init__(self, entered: Mapping[str, str] | None) -> None:
        self.is_sent = entered is not None
        self.entered: dict[str, str] = {key: str(value).strip() for key, value in (entered or {}).items()}
        self.errors: dict[str, str] = {}

    @property
    def is_good(self) -> bool:
        """Whether everything that was sent can be used."""
        return self.is_sent and not self.errors

    def _text(self, name: str) -> str:
        return self.entered.get(name, "")[:_LONGEST]

    def _moment(self, name: str, usual: datetime) -> datetime:
        text = self._text(name)
        if not text:
            self.entered[name] = f"{timezone.localtime(usual):%Y-%m-%d %H:%M}"
            return usual
        found = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text))
        try:
            if found is None:
                raise ValueError(text)
            moment = datetime(*(int(part or 0) for part in found.groups()))  # type: ignore[arg-type]  # noqa: DTZ001
        except ValueError:
            self.errors[name] = _("「%(text)s」は日時として読めません。2026-12-04 8:00 の形で入力してください。") % {
                "text": text[:40]
            }
            return usual
        return timezone.make_aware(moment)

    def _one_of(self, name: str, text: str, choices: list[tuple[Any, str]]) -> Any:
        """Return the key of the choice that a text means: its label, its name, or a part that only one has."""
        exact = [key for key, label in choices if label == text]
        named = [key for key, label in choices if _NOTE.sub("", label).casefold() == text.casefold()]
        for found in (exact, named):
            if len(found) == 1:
                return found[0]
        near = [(key, label) for key, label in choices if text.casefold() in label.casefold()]
        if len(near) == 1:
            return near[0][0]
        if not near:
            self.errors[name] = _("「%(text)s」に当てはまるものが今の計画にありません。候補から選んでください。") % {
                "text": text[:60]
            }
        else:
            shown = _("、").join(label for _key, label in near[:_MOST_TOLD])
            self.errors[name] = _(
                "「%(text)s」に当てはまるものが %(n)d 件あります。どれか1つを入力してください: %(shown)s"
            ) % {
                "text": text[:60],
                "n": len(near),
                "shown": shown,
            }
        return None


class StopForm(_Form):
    """What stands still, from when to when, and why.

    Parameters
    ----------
    version
        The plan that it happens to.
    entered
        What was sent, None when the page is only shown.
    """

    def __init__(self, version: Version, entered: Mapping[str, str] | None = None) -> None:
        super().__init__(entered)
        self.version = version
        self.stop: Stop | None = None
        self.reason = self._text("reason")
        now = timezone.now().replace(second=0, microsecond=0)
        first = self._moment("from", now)
        last = self._moment("to", first + timedelta(days=STOP_DAYS))
        if not self.is_sent:
            return
        text = self._text("what")
        if not text:
            self.errors["what"] = _("何が止まるかを入力してください。")
            return
        choices = _stop_labels(self.version)
        found = self._one_of("what", text, choices)
        if not self.errors and last <= first:
            self.errors["to"] = _("終わりは始まりより後にしてください。")
        if not self.errors and version.minute(last) <= 0:
            self.errors["to"] = _("この計画の始まりより前です。今日より後の日時にしてください。")
        if not self.errors:
            kind, ref = found
            self.entered["what"] = next(label for key, label in choices if key == found)
            self.stop = Stop(kind=kind, ref=ref, start=version.minute(first), end=version.minute(last))

    @property
    def offered(self) -> list[str]:
        """Labels that are offered while one types; a kind of thing of which there are too many is found by its name."""
        return _kept_labels("offered", self.version, lambda: _few(_stop_labels(self.version)))

    @property
    def subject(self) -> dict[str, str]:
        """What the version is made for."""
        assert self.stop is not None, "only what stops is a subject"
        key = (self.stop.kind, self.stop.ref)
        labels = twins(lambda: dict(_stop_labels(self.version))[key])
        return {lang: f"{label}: {self.reason}" if self.reason else label for lang, label in labels.items()}


def _stop_labels(version: Version) -> list[tuple[tuple[str, str], str]]:
    """Return ((kind, id), label) of everything that can stop; labels are unique."""
    return _kept_labels("stops", version, lambda: _labels_of(version))


def _kept_labels(name: str, version: Version, make: Callable[[], list[T]]) -> list[T]:
    # Of the twelve thousand labels of a large plan a page carries few: those are kept apart.
    return kept(f"{name}-{language()}", (version.pk, version.created_at), make)


def _few(labels: list[tuple[tuple[str, str], str]]) -> list[str]:
    counted = Counter(kind for (kind, _ref), _label in labels)
    return [label for (kind, _ref), label in labels if counted[kind] <= _MOST_OFFERED]


def _labels_of(version: Version) -> list[tuple[tuple[str, str], str]]:
    kinds = {"prefecture": _("都道府県"), "municipality": _("市区町村"), "firm": _("企業"), "machine": _("設備")}
    found = queries.stop_choices(version)
    return [
        ((kind, ref), label + aside(f"{words} {ref}" if kind in ("firm", "machine") else words))
        for kind, words in kinds.items()
        for ref, label in found[kind]
    ]


class ReportForm(_Form):
    """What was really done on a step: started, finished, or the latest report taken back.

    Parameters
    ----------
    row
        The step.
    report
        What was said of it before; None when nothing was.
    entered
        What was sent, None when the page is only shown.
    """

    ACTIONS = ("start", "finish", "undo")

    def __init__(self, row: PlanStep, report: Report | None, entered: Mapping[str, str] | None = None) -> None:
        super().__init__(entered)
        self.action = self._text("action")
        told = self._text("earlier")
        self.earlier_done = int(told) if told.isdecimal() and len(told) < _MOST_DIGITS else 0
        now = timezone.now().replace(second=0, microsecond=0)
        self.at = self._moment("at", now)
        self.started_at: datetime | None = self._moment("started", now) if self._text("started") else None
        if not self.is_sent:
            return
        if self.action == "undo":
            self.errors = {}
            return
        if self.action not in self.ACTIONS:
            self.errors["at"] = _("「始めました」か「終わりました」を押してください。")
            return
        began = report.started_at if report is not None and report.was_started else self.started_at
        for name, moment in (("at", self.at), ("started", self.started_at)):
            if moment is not None and name not in self.errors:
                self._check(name, moment, now)
        if self.action == "finish" and began is not None and not self.errors and self.at <= began:
            self.errors["at"] = _("終わった時刻は、始めた時刻（%(start)s）より後にしてください。") % {
                "start": shown_moment(began)
            }

    def _check(self, name: str, moment: datetime, now: datetime) -> None:
        if moment > now + _CLOCKS_DIFFER:
            self.errors[name] = _("まだ来ていない時刻です。実際に始めた・終わった時刻を入力してください。")
        elif moment < now - _LATEST_REPORT:
            self.errors[name] = _("60日より前の時刻です。年月日を確かめてください。")


class EventForm(_Form):
    """Something that happened, or might: a stop, a cancelled order, a step that comes later, or a document of events.

    Parameters
    ----------
    version
        The plan that it happens to.
    entered
        What was sent, None when the page is only shown.
    """

    KINDS = ("stop", "cancel", "delay", "document")

    def __init__(self, version: Version, entered: Mapping[str, str] | None = None) -> None:
        super().__init__(entered)
        self.version = version
        self.kind = self._text("kind") or "stop"
        self.is_trial = self._text("mode") != "draft"
        self.events: list[dict[str, Any]] = []
        self.subject: Mapping[str, str] = {}
        self.stop = StopForm(version, entered if self.is_sent and self.kind == "stop" else None)
        if not self.is_sent:
            return
        if self.kind not in self.KINDS:
            self.errors["kind"] = _("何が起きたかを選んでください。")
            return
        getattr(self, f"_{self.kind}")()

    def _stop(self) -> None:
        self.errors |= self.stop.errors
        if self.stop.stop is None:
            return
        found = self.stop.stop
        self.subject = self.stop.subject
        machines = queries.stopped(self.version, found).values_list("resource", flat=True)
        self.events = [
            {"event": "stop_resource", "resource": name, "start": found.start, "end": found.end} for name in machines
        ]

    def _cancel(self) -> None:
        ref = self._order()
        if ref is not None:
            self.events = [{"event": "cancel_order", "order": ref}]
            self.subject = twins(lambda: _("取消: %(order)s") % {"order": self.entered["order"]})

    def _delay(self) -> None:
        ref = self._order()
        hours = self._text("hours")
        if not hours.isdecimal() or not 0 < int(hours) <= 24 * 60:
            self.errors["hours"] = _("遅れは1〜1440の整数（時間）で入力してください。")
        if ref is None:
            return
        steps = dict(self.version.steps.filter(order__ref=ref).values_list("step", "start"))
        step = self._text("step")
        if step not in steps:
            self.errors["step"] = _("遅れる工程を選んでください。")
        if not self.errors:
            start = steps[step] + 60 * int(hours)
            self.events = [{"event": "delay_step", "order": ref, "step": step, "start": start}]
            n = int(hours)
            told = {"order": ref, "hours": hours}
            self.subject = twins(
                lambda: ngettext("遅れ: %(order)s %(hours)s時間", "遅れ: %(order)s %(hours)s時間", n) % told
            )

    def _order(self) -> str | None:
        text = self._text("order")
        if not text:
            self.errors["order"] = _("案件を入力してください。")
            return None
        if queries.order(self.version, text) is not None:
            return text
        rows = queries.orders(self.version, words=text).values_list("ref", "title")[: _MOST_TOLD + 1]
        found: str | None = self._one_of("order", text, [(ref, f"{ref} {title}") for ref, title in rows])
        return found

    def _document(self) -> None:
        text = self.entered.get("document", "")
        if len(text.encode()) > _MOST_BYTES:
            self.errors["document"] = _("200 kB までです。出来事を分けて入力してください。")
            return
        try:
            events = events_from_bytes(text.encode(), _nothing(self.version), _("出来事"))
        except LocatedErrors as error:
            self.errors["document"] = " ".join(one.text(language()) for one in error.problems[:_MOST_TOLD])
            return
        except InputError as error:
            self.errors["document"] = error.text(language())
            return
        actual = [f"{one.order}/{one.step}" for one in events if isinstance(one, ActualStart | ActualFinish)]
        if actual:
            self.errors["document"] = _(
                "実績（%(steps)s）はここでは受け取れません。次に計画を立て直すと消えるためです。"
                "案件のページの工程にある「実績を入れる」で報告してください。報告はその後の計画すべてに残ります。"
            ) % {"steps": _("、").join(actual[:_MOST_TOLD])}
            return
        named = {getattr(one, "order", None) or getattr(one, "order_id", None) for one in events}
        orders = {name for name in named if isinstance(name, str)}
        machines = {one.resource for one in events if hasattr(one, "resource")}
        known = set(self.version.orders.filter(ref__in=orders).values_list("ref", flat=True))
        known |= set(self.version.machines.filter(resource__in=machines).values_list("resource", flat=True))
        missing = sorted((orders | machines) - known)
        if missing:
            self.errors["document"] = _("今の計画にない名前です: %(names)s。IDを確かめてください。") % {
                "names": _("、").join(missing[:_MOST_TOLD])
            }
            return
        found = json.loads(text)
        self.events = found["events"] if isinstance(found, dict) and "events" in found else found
        if isinstance(self.events, dict):
            self.events = [self.events]
        n = len(self.events)
        typed = self._text("subject")
        self.subject = twins(lambda: typed or ngettext("出来事 %(n)d件", "出来事 %(n)d件", n) % {"n": n})


def _nothing(version: Version) -> Problem:
    """Return a problem that has nothing but a start, for reading times."""
    start = timezone.localtime(version.start)
    return Problem(start=start, horizon=version.horizon, sites=(), resources=(), orders=())
