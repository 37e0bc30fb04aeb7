"""A version as tables that a spreadsheet opens: what a program would compute is text, times are local."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kumihimo.interop.workbook_xml import FORMULA_STARTS
from kumihimo_web.design.language import language
from kumihimo_web.plans import queries
from kumihimo_web.plans.models import Freeze, Version

_COMPUTED = tuple(FORMULA_STARTS)


def orders_csv(version: Version) -> str:
    """Return the orders."""
    head = (_("案件ID"), _("案件"), _("発注元"), _("納期"), _("見込み"), _("遅れ（分）"))
    columns = ("ref", "title", "buyer_name", "due", "finish", "late_min")
    clock = _clock(version)
    rows = (
        (
            _as_text(ref),
            _as_text(title),
            _as_text(buyer),
            # The due minute is the midnight at the end of that day.
            "" if due is None else clock(due - 1)[:10],
            "" if finish is None else clock(finish),
            late_min,
        )
        for ref, title, buyer, due, finish, late_min in version.orders.order_by("ref").values_list(*columns)
    )
    return _csv(head, rows)


def steps_csv(version: Version) -> str:
    """Return the steps, order by order."""
    head = (_("案件ID"), _("工程ID"), _("工程"), _("設備ID"), _("設備"), _("始め"), _("終わり"), _("状態"))
    label = "label_en" if language() == "en" else "label_ja"
    columns = ("order__ref", "step", label, "resource", "start", "end", "freeze")
    clock, levels = _clock(version), {level.value: str(level.label) for level in Freeze}
    as_text = cache(_as_text)
    machines = {resource: as_text(name) for resource, name in queries.labels_of(version).items()}
    found = version.steps.order_by("order__ref", "position").values_list(*columns)
    rows = (
        (
            as_text(ref),
            as_text(step),
            as_text(name),
            as_text(resource),
            machines.get(resource, ""),
            clock(start),
            clock(end),
            levels[level],
        )
        for ref, step, name, resource, start, end, level in found
    )
    return _csv(head, rows)


def _csv(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    out = io.StringIO()
    # By this mark a spreadsheet knows UTF-8.
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue()


def _as_text(text: str) -> str:
    """Return a text that nothing is computed of."""
    return f"'{text}" if text.startswith(_COMPUTED) else text


def _clock(version: Version) -> Callable[[int], str]:
    """Return what writes a minute of a version as local day and time: 2026-12-04 13:05."""
    zone = timezone.get_current_timezone()
    past_hour = version.start.astimezone(zone).minute

    # Ten thousand steps lie in some hundred hours; clocks change on the hour.
    @cache
    def hour(number: int) -> str:
        return version.moment(60 * number - past_hour).astimezone(zone).isoformat(" ", "hours")[:13]

    def written(minute: int) -> str:
        number, rest = divmod(minute + past_hour, 60)
        return f"{hour(number)}:{rest:02d}"

    return written
