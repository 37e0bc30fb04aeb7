"""Plans in words: why an order is late, what changes, what is forecast."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo.interop.plan_words import CAUSES, cause_sentence, short_span
from kumihimo.planning.result import Cause
from kumihimo_web.design.language import language, say
from kumihimo_web.design.templatetags.ja import counted, short_day
from kumihimo_web.plans import queries
from kumihimo_web.plans.models import PlanOrder, PlanStep, Version

_COUNTED = re.compile(r"（-?[\d,]+分）| \((?:minute )?-?[\d,]+(?: min)?\)")
"""The count of minutes behind a length of time: exact, and noise on a page."""

_MINUTES = re.compile(r"(\d[\d,]*)(?:分| min(?:utes?)?\b)")


def span(minutes: int) -> str:
    """Return a length of time."""
    return short_span(minutes, language())


def step_label(step: PlanStep) -> str:
    """Return what a step is called."""
    return say(step, "label")


def causes_of(found: Version, rows: Iterable[PlanOrder], most: int | None = None) -> dict[int, list[str]]:
    """Return order -> sentences that say why it is late, the gravest first.

    Parameters
    ----------
    most
        Sentences of each order; None = all, whose minutes add up to the lateness.
    """
    late = [row for row in rows if row.causes]
    told = {row.pk: sorted(row.causes, key=lambda one: -one["minutes"])[:most] for row in late}
    named = [one for causes in told.values() for one in causes]
    machines = queries.labels_of(found, [one["resource"] for one in named if one.get("resource")])
    behind = {one["behind"] for one in named if one.get("behind")}
    titles = dict(found.orders.filter(ref__in=behind).values_list("ref", "title"))
    label = "label_en" if language() == "en" else "label_ja"
    rows_of = found.steps.filter(order__in=[row.pk for row in late]).values_list("order_id", "step", label)
    steps = {(pk, step): name for pk, step, name in rows_of}
    lines = {}
    for pk, causes in told.items():
        lines[pk] = [
            _sentence(
                Cause(
                    code=one["code"],
                    minutes=one["minutes"],
                    step=steps.get((pk, one.get("step", "")), one.get("step", "")),
                    resource=machines.get(one.get("resource", ""), one.get("resource", "")),
                    behind=titles.get(one.get("behind", ""), one.get("behind", "")),
                )
            )
            for one in causes
        ]
    return lines


def _sentence(cause: Cause) -> str:
    return without_counts(cause_sentence(cause, language()))


def without_counts(text: str) -> str:
    """Return a sentence of the planner without the minutes in brackets."""
    return _COUNTED.sub("", text)


def cause_shares(row: PlanOrder) -> list[tuple[str, int]]:
    """Return (kind of cause, its minutes); together they are the lateness."""
    sums: dict[str, int] = {}
    for one in row.causes:
        sums[one["code"]] = sums.get(one["code"], 0) + one["minutes"]
    at = 1 if language() == "en" else 0
    return [
        (CAUSES.get(code, (code, code))[at], minutes) for code, minutes in sorted(sums.items(), key=lambda i: -i[1])
    ]


def why_not(row: PlanOrder) -> list[str]:
    """Return why an order found no place."""
    texts = (one["text"].split(" / ")[-1 if language() == "en" else 0] for one in row.why)
    return [_MINUTES.sub(lambda found: span(int(found[1].replace(",", ""))), text) for text in texts]


def change_words(moved: int, called: int, *, must_agree: bool = False) -> str:
    """Return the difference in one sentence that can be passed on.

    Parameters
    ----------
    must_agree
        Whether somebody has to be asked, even where nothing moves.
    """
    if not moved:
        return _("動く工程はありません。") if must_agree else _("動く工程はありません。電話も要りません。")
    return _("変わるのは %(steps)s・%(firms)sです。") % {
        "steps": counted(moved, "step"),
        "firms": counted(called, "firm"),
    }


def forecast(row: PlanOrder) -> str:
    """Return when an order comes, and whether that is as promised: 12月4日(金)（予定どおり）."""
    if row.finish_at is None:
        return _("日程を調整しています")
    day = short_day(row.finish_at)
    if row.is_closed:
        return _("%(day)s（完了）") % {"day": day}
    if row.due is None:
        return day
    if row.late_min:
        late = ngettext("%(n)d日遅れの見込み", "%(n)d日遅れの見込み", row.late_days) % {"n": row.late_days}
        return _("%(day)s（%(how)s）") % {"day": day, "how": late}
    return _("%(day)s（予定どおり）") % {"day": day}


def parts_of(totals: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Return (name, yen) of the parts of the objective; what costs nothing is left out."""
    names = {
        "modes": _("加工"),
        "transport": _("輸送"),
        "lateness": _("遅れ（重みつき）"),
        "co2": _("CO2"),
        "moves": _("予定の移動"),
    }
    return [(label, totals["jpy"][part]) for part, label in names.items() if totals["jpy"].get(part)]
