"""What a remedy for a late order does, in the language that is switched on: firms, orders and days by their names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo.model.calendar import DAY_MIN
from kumihimo_web.design.language import aside, say
from kumihimo_web.design.templatetags.ja import clock, counted, day, moment
from kumihimo_web.plans.mapping import Solved
from kumihimo_web.plans.queries import process_label
from kumihimo_web.plans.words import span

if TYPE_CHECKING:
    from kumihimo.planning.remedies import Remedy


def remedy_words(found: Remedy, solved: Solved, order: str) -> str:
    """Return what a remedy does."""
    machine = _machine(solved, found.resource) if found.resource else ""
    match found.kind:
        case "REROUTE":
            return _("、").join(_moves(found, solved, order))
        case "SWAP":
            return _("「%(machine)s」で、案件「%(other)s」より先に入れる") % {
                "machine": machine,
                "other": solved.title_of(found.behind) + aside(found.behind),
            }
        case "DUE":
            return _due(found, solved, order)
        case "SECOND_MACHINE":
            rows = [row for row in found.steps if row.order == order and row.resource == found.resource]
            return _("「%(machine)s」と同じ設備をもう1台使う（%(from)sから%(to)sまで）") % {
                "machine": machine,
                "from": moment(_at(solved, min(row.start for row in rows))),
                "to": moment(_at(solved, max(row.end for row in rows))),
            }
        case "SHIFT":
            ((a, b),) = found.opened
            text = _("「%(machine)s」を%(hours)sに動かす（1交代追加、%(long)s）") % {
                "machine": machine,
                "hours": _hours(solved, a, b),
                "long": span(b - a),
            }
            return text + _together(found, order)
        case "OVERTIME":
            text = _("「%(machine)s」を時間外にも動かす（%(hours)s。計%(long)s）") % {
                "machine": machine,
                "hours": _("、").join(_hours(solved, a, b) for a, b in found.opened),
                "long": span(sum(b - a for a, b in found.opened)),
            }
            return text + _together(found, order)
        case _:
            return _("空いている時間に入れ直す")


def _moves(found: Remedy, solved: Solved, order: str) -> list[str]:
    """Return where each step goes that changes firm or machine."""
    stood = {row.step: row for row in solved.plan.steps if row.order == order}
    said = []
    for row in found.steps:
        before = stood.get(row.step)
        if row.order != order or (before is not None and (before.resource, before.mode) == (row.resource, row.mode)):
            continue
        named, place = solved.step_of(order, row.step), solved.place_of(row.resource)
        stays = before is not None and solved.place_of(before.resource).firm == place.firm
        told = {
            "step": say(named, "label") or row.step,
            "from": "" if before is None else _at_firm(solved, before.resource, is_named=stays),
            "to": _at_firm(solved, row.resource, is_named=stays),
            "start": moment(_at(solved, row.start)),
        }
        if before is None:
            said.append(_("工程「%(step)s」を「%(to)s」で行う（%(start)sから）") % told)
        elif before.resource == row.resource:
            said.append(_("工程「%(step)s」を同じ「%(to)s」で別の方法で行う（%(start)sから）") % told)
        else:
            said.append(_("工程「%(step)s」を「%(from)s」から「%(to)s」へ移す（%(start)sから）") % told)
    return said


def _due(found: Remedy, solved: Solved, order: str) -> str:
    due = next(one.due for one in solved.problem.orders if one.id == order)
    assert found.due is not None, "a later due date says which"
    assert due is not None, "only what is due can be due later"
    days = (found.due - due) // DAY_MIN
    text = ngettext(
        "納期を%(n)d日延ばしてもらう（%(from)s → %(to)s）", "納期を%(n)d日延ばしてもらう（%(from)s → %(to)s）", days
    )
    # The due minute is the midnight at the end of that day.
    return text % {"n": days, "from": day(_at(solved, due - 1)), "to": day(_at(solved, found.due - 1))}


def _together(found: Remedy, order: str) -> str:
    others = {row.order for row in found.steps if row.order != order}
    return _("。ほかの案件%(n)sも動く") % {"n": counted(len(others), "order")} if others else ""


def _at_firm(solved: Solved, resource: str, *, is_named: bool) -> str:
    """Return where a step is done; inside one firm its machines tell the places apart."""
    return _machine(solved, resource) if is_named else solved.place_of(resource).firm_name


def _machine(solved: Solved, resource: str) -> str:
    return f"{solved.place_of(resource).firm_name} {process_label(solved.process_of(resource))}".strip()


def _hours(solved: Solved, a: int, b: int) -> str:
    start, end = _at(solved, a), _at(solved, b)
    last = clock(end) if start.date() == end.date() else moment(end)
    return f"{moment(start)}–{last}"


def _at(solved: Solved, minute: int) -> datetime:
    return timezone.localtime(solved.problem.start + timedelta(minutes=minute))
