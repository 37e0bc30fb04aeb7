"""Plans in words: why an order is late or has no place, what changes, what is forecast."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo.interop.plan_words import CAUSES, cause_sentence, short_span
from kumihimo.planning.result import Cause
from kumihimo_web.design.language import aside, language, say
from kumihimo_web.design.templatetags.ja import counted, day, moment, short_day
from kumihimo_web.plans import queries
from kumihimo_web.plans.models import PlanOrder, PlanStep, Version

_COUNTED = re.compile(r"（-?[\d,]+分）| \((?:minute )?-?[\d,]+(?: min)?\)")
"""The count of minutes behind a length of time: exact, and noise on a page."""

_STANDS_AT = re.compile(r"開始(-?\d+)分|単独なら(\d+)分")
"""The minute that the planner's reason names, from the start of the version."""

_DAY_MIN, _HOUR_MIN = 24 * 60, 60


def span(minutes: int) -> str:
    """Return a length of time; of a day or more nobody needs the minutes."""
    return short_span(_rounded(minutes), language())


def exact_span(minutes: int) -> str:
    """Return a length of time to the minute, for sums that are to come out."""
    return short_span(minutes, language())


def _rounded(minutes: int) -> int:
    return minutes if abs(minutes) < _DAY_MIN else round(minutes / _HOUR_MIN) * _HOUR_MIN


def step_label(step: PlanStep) -> str:
    """Return what a step is called."""
    return say(step, "label")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an order is late, of one step on one machine.

    Attributes
    ----------
    code
        See `kumihimo.planning.result.CAUSE_CODES`.
    text
        The sentence.
    behind
        (id, title, length of the wait) of the orders that are waited for, the longest first; empty for one alone, which
        the sentence names.
    """

    code: str
    text: str
    behind: tuple[tuple[str, str, str], ...] = ()


def causes_of(found: Version, rows: Iterable[PlanOrder], most: int | None = None) -> dict[int, list[Reason]]:
    """Return order -> what makes it late, the gravest first; waits of one step for one machine are one reason.

    Parameters
    ----------
    most
        Reasons of each order; None = all, whose minutes add up to the lateness.
    """
    late = [row for row in rows if row.causes]
    told = {row.pk: sorted(_grouped(row.causes), key=lambda one: -_minutes(one))[:most] for row in late}
    named = [cause for groups in told.values() for group in groups for cause in group]
    machines = queries.labels_of(found, [one["resource"] for one in named if one.get("resource")])
    behind = {one["behind"] for one in named if one.get("behind")}
    titles = dict(found.orders.filter(ref__in=behind).values_list("ref", "title"))
    label = "label_en" if language() == "en" else "label_ja"
    rows_of = found.steps.filter(order__in=[row.pk for row in late]).values_list("order_id", "step", label)
    steps = {(pk, step): name for pk, step, name in rows_of}
    return {
        pk: [
            _reason(group, steps.get((pk, _of(group, "step")), _of(group, "step")), machines, titles)
            for group in groups
        ]
        for pk, groups in told.items()
    }


def _grouped(causes: Iterable[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """Return causes of the same kind, step and machine together."""
    found: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    for one in causes:
        key = (one["code"], one.get("step", ""), one.get("resource", ""), "behind" if one.get("behind") else "")
        found.setdefault(key, []).append(one)
    return list(found.values())


def _minutes(group: Iterable[Mapping[str, Any]]) -> int:
    return sum(one["minutes"] for one in group)


def _of(group: Sequence[Mapping[str, Any]], name: str) -> str:
    return str(group[0].get(name, ""))


def _reason(
    group: Sequence[Mapping[str, Any]], step: str, machines: Mapping[str, str], titles: Mapping[str, str]
) -> Reason:
    code, resource, total = _of(group, "code"), _of(group, "resource"), _minutes(group)
    machine = machines.get(resource, resource)
    waits: dict[str, int] = {}
    for one in group:
        if one.get("behind"):
            waits[one["behind"]] = waits.get(one["behind"], 0) + one["minutes"]
    if len(waits) > 1:
        told = {"step": step, "machine": machine, "n": counted(len(waits), "order"), "t": span(total)}
        if code == "FROZEN":
            text = _("工程「%(step)s」は「%(machine)s」で、動かせない案件%(n)sの後に合わせて%(t)s待ちます")
        else:
            text = _("工程「%(step)s」は「%(machine)s」で、先に入っている案件%(n)sの後に合わせて%(t)s待ちます")
        behind = tuple((ref, titles.get(ref, ref), span(t)) for ref, t in sorted(waits.items(), key=lambda i: -i[1]))
        return Reason(code=code, text=text % told, behind=behind)
    if code == "LEAD_IMPOSSIBLE":
        text = _(
            "今のチームでは、ほかに仕事がなくても%(t)s遅れます。"
            "ほかの企業に移せる工程がないか手だてで調べるか、納期を相談してください。"
        )
        return Reason(code=code, text=text % {"t": span(total)})
    name = next(iter(waits), "")
    called = titles[name] + aside(name) if name in titles else name
    cause = Cause(code=code, minutes=_rounded(total), step=step, resource=machine, behind=called)
    return Reason(code=code, text=without_counts(cause_sentence(cause, language())))


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
    """Return why an order found no place, and what can be done about it."""
    return [_obstacle(row, one) for one in row.why]


def _obstacle(row: PlanOrder, why: Mapping[str, Any]) -> str:
    """Return one reason of the planner with names and days instead of ids and minutes."""
    step = next((one for one in row.work_order.get("steps", ()) if one["id"] == why["step"].partition("@")[0]), None)
    named = {"step": say(step, "label") or why["step"]}
    minute = next((int(one) for pair in _STANDS_AT.findall(why["text"]) for one in pair if one), None)
    if minute is not None:
        named["at"] = moment(row.version.moment(minute))
    named["until"] = day(row.version.moment(row.version.horizon))
    texts = {
        "NO_RESOURCE": _("工程「%(step)s」をできる設備がありません。引合でチームを選び直してください。"),
        "LOAD_TOO_LARGE": _(
            "工程「%(step)s」の量が、どの炉・槽にも入りません。ロットを分けるか、ほかの企業を探してください。"
        ),
        "FROZEN": _(
            "工程「%(step)s」は %(at)s 開始に決まっていますが、前の工程がそれまでに終わりません。"
            "前の工程の実績を確かめるか、この工程の固定か報告を見直してください。"
        ),
        "NO_TRANSPORT": _(
            "工程「%(step)s」への、またはそこからの輸送が分かりません。拠点か納入場所の住所を確かめてください。"
        ),
        "HORIZON": _(
            "ほかに仕事がなくても、工程「%(step)s」は計画の終わり（%(until)s）までに終わりません。"
            "ほかの企業を探すか、数量を分けてください。"
        ),
        "NO_CAPACITY": _(
            "計画の終わり（%(until)s）までに空きが見つかりません。この案件だけなら %(at)s に終わります。"
            "手だてを調べるか、ほかの案件の納期を相談してください。"
        ),
    }
    text = texts.get(why["code"])
    if text is None or ("%(at)s" in text and minute is None):
        return say(dict(zip(("ja", "en"), why["text"].split(" / "), strict=False)))
    return text % named


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
