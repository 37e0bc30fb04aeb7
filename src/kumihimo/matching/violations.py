"""What a row misses, in words, with the smallest change of the requirement that would make it fit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import numpy as np

from kumihimo.matching.answer import Relaxation, Violation
from kumihimo.matching.columns import NOBODY, from_day, to_day
from kumihimo.matching.labels import (
    FORM_LABELS,
    asked_tolerance,
    bounds,
    counted,
    day_ja,
    joined,
    material_label,
    number,
    process_label,
    scheme_label,
    span,
)
from kumihimo.matching.material_fit import root_of
from kumihimo.matching.reasons import BIT, Reason
from kumihimo.matching.row_view import RowView
from kumihimo.matching.verdicts import Need, certificate_words
from kumihimo.model import Coating, EvidenceLevel, GeometricTolerance, Hardness

_WEEK_DAYS = 7


def violation_of(reason: Reason, view: RowView, need: Need) -> Violation:
    """Describe a violated reason of a row."""
    return _VIOLATIONS[reason](view, need)


def process_missing(process: str) -> Violation:
    """Describe a firm without any row of the process."""
    ja, en = process_label(process)
    return Violation(
        reason=Reason.PROC_NONE,
        needed=process,
        offered=None,
        gap=None,
        unit="",
        evidence=EvidenceLevel.SELF,
        evidence_on=None,
        ja=f"「{ja}」の登録がありません。",
        en=f"No capability for {en} is on record.",
        relaxation=None,
    )


def _violation(
    reason: Reason,
    view: RowView,
    needed: float | str,
    offered: float | str | None,
    unit: str,
    words: tuple[str, str],
    *,
    gap: float | None = None,
    changes: tuple[tuple[str, Any], ...] = (),
    relaxed: tuple[str, str] = ("", ""),
) -> Violation:
    return Violation(
        reason=reason,
        needed=needed,
        offered=offered,
        gap=None if gap is None else round(gap, 6),
        unit=unit,
        evidence=view.evidence,
        evidence_on=view.evidence_on,
        ja=words[0],
        en=words[1],
        relaxation=Relaxation(changes=changes, ja=relaxed[0], en=relaxed[1]) if changes else None,
    )


def _paused(view: RowView, need: Need) -> Violation:
    if view.paused:
        words = ("休止中です。", "The firm takes no part at the moment.")
        return _violation(Reason.ORG_PAUSED, view, "active", "paused", "", words)
    words = ("新しい仕事を受けていません。", "The firm takes no new work.")
    return _violation(Reason.ORG_PAUSED, view, "active", "no new work", "", words)


def _avoids(view: RowView, need: Need) -> Violation:
    ja, en = process_label(need.step.process)
    words = (f"「{ja}」は避けたい仕事として登録されています。", f"The firm would rather not do {en}.")
    return _violation(Reason.AVOIDS, view, need.step.process, "avoids", "", words)


def _expired(view: RowView, need: Need) -> Violation:
    start, end = view.valid_from, view.valid_until
    if end is not None and end < need.today:
        words = (f"能力情報の期限が{day_ja(end)}で切れています。", f"The capability row ran out on {end}.")
        gap = float((need.today - end).days)
        return _violation(Reason.ROW_EXPIRED, view, str(need.today), str(end), "日", words, gap=gap)
    words = (
        f"この能力は{day_ja(start)}から有効で、納期{day_ja(need.due)}に間に合いません。",
        f"The row is valid only from {start}.",
    )
    early = float((start - need.due).days) if start else None
    return _violation(Reason.ROW_EXPIRED, view, str(need.due), str(start), "日", words, gap=early)


def _akin(wanted: tuple[str, ...], instead: str) -> bool:
    """Brass instead of aluminium is another part: only a material of the same root is worth proposing."""
    return any(root_of(code) == root_of(instead) for code in wanted)


def _family(view: RowView, need: Need) -> Violation:
    wanted, offered = need.step.materials, material_label(view.family)
    return _violation(
        Reason.MAT_FAMILY,
        view,
        "、".join(wanted),
        view.family,
        "",
        (
            f"{joined(wanted, 0)}の登録がなく、対応は{offered[0]}です。",
            f"Works {offered[1]}, not {joined(wanted, 1)}.",
        ),
        changes=(("materials", (*wanted, view.family)),) if _akin(wanted, view.family) else (),
        relaxed=(f"材料を{offered[0]}に替えられるなら可能", f"possible if the material may be {offered[1]}"),
    )


def _excluded(view: RowView, need: Need) -> Violation:
    wanted = need.step.materials
    instead = tuple(code for code in view.grades if code not in view.grades_excluded)[:1] or (view.family,)
    return _violation(
        Reason.MAT_GRADE_EXCL,
        view,
        "、".join(wanted),
        "、".join(view.grades) or view.family,
        "",
        (
            f"{joined(wanted, 0)}は対応外の材質として登録されています。",
            f"{joined(wanted, 1)} is on record as not worked.",
        ),
        changes=(("materials", (*wanted, *instead)),) if _akin(wanted, instead[0]) else (),
        relaxed=(
            f"{joined(instead, 0)}に替えられるなら可能",
            f"possible if {joined(instead, 1)} may be used instead",
        ),
    )


def _round_limit(view: RowView) -> float | None:
    if view.size["dia_max_mm"] is not None:
        return view.size["dia_max_mm"]
    cross = [limit for limit in (view.size["env_w_mm"], view.size["env_h_mm"]) if limit is not None]
    return min(cross, default=None)


def _limits(view: RowView, need: Need) -> list[tuple[str, str, float, float | None, float | None]]:
    """Return (ja, en, asked, lower limit, upper limit) of each size that is compared, sizes first in their order."""
    step, size = need.step, view.size
    lines: list[tuple[str, str, float, float | None, float | None]] = []
    if step.round_part:
        tops = [("長さ", "length", size["env_l_mm"], None), ("径", "diameter", _round_limit(view), size["dia_min_mm"])]
    else:
        tops = [
            (ja, en, size[name], None)
            for ja, en, name in (
                ("長さ", "length", "env_l_mm"),
                ("幅", "width", "env_w_mm"),
                ("高さ", "height", "env_h_mm"),
            )
        ]
    values = step.size_mm if step.round_part else tuple(sorted(step.size_mm, reverse=True))
    for value, (ja, en, upper, lower) in zip(values, tops, strict=False):
        floor = max((limit for limit in (lower, size["env_min_mm"]) if limit is not None), default=None)
        lines.append((ja, en, value, floor, upper))
    if step.thickness_mm is not None:
        lines.append(("板厚", "thickness", step.thickness_mm, size["thick_min_mm"], size["thick_max_mm"]))
    if step.mass_kg is not None:
        lines.append(("質量", "mass", step.mass_kg, None, size["mass_max_kg"]))
    return lines


def _fitting_size(view: RowView, need: Need) -> tuple[tuple[str, Any], ...]:
    """Return the nearest sizes that the row takes, as changes of the requirement."""
    step, lines = need.step, _limits(view, need)
    fitted = [_clamped(asked, lower, upper) for _, _, asked, lower, upper in lines]
    count = min(len(step.size_mm), 2 if step.round_part else 3)
    changes: list[tuple[str, Any]] = []
    if count:
        sizes = fitted[:count]
        if not step.round_part:  # a side of unknown limit must not stay longer than the one before it
            sizes = [min(sizes[: place + 1]) for place in range(count)]
        changes.append(("size_mm", tuple(sizes)))
    for (_, en, asked, _, _), value in zip(lines[count:], fitted[count:], strict=True):
        if value != asked:
            changes.append(("thickness_mm" if en == "thickness" else "mass_kg", value))
    return tuple(changes)


def _clamped(value: float, lower: float | None, upper: float | None) -> float:
    value = value if lower is None else max(value, lower)
    return value if upper is None else min(value, upper)


def _over(view: RowView, need: Need) -> Violation:
    lines = [line for line in _limits(view, need) if line[4] is not None and line[2] > line[4]]
    ja, en, asked, _, upper = max(lines, key=lambda line: line[2] / max(line[4] or 0.0, 1e-9))
    unit, limit = ("kg" if en == "mass" else "mm"), upper or 0.0
    return _violation(
        Reason.SIZE_OVER,
        view,
        asked,
        limit,
        unit,
        (
            f"{ja}{number(asked)}{unit}に対し、対応は{number(limit)}{unit}まで（{number(asked - limit)}{unit}超過）。",
            f"{en.capitalize()} {number(asked)} {unit}; takes up to {number(limit)} {unit}.",
        ),
        gap=asked - limit,
        changes=_fitting_size(view, need),
        relaxed=(f"{ja}が{number(limit)}{unit}以下なら可能", f"possible if {en} is at most {number(limit)} {unit}"),
    )


def _under(view: RowView, need: Need) -> Violation:
    lines = [line for line in _limits(view, need) if line[3] is not None and line[2] < line[3]]
    ja, en, asked, lower, _ = max(lines, key=lambda line: (line[3] or 0.0) / max(line[2], 1e-9))
    limit = lower or 0.0
    return _violation(
        Reason.SIZE_UNDER,
        view,
        asked,
        limit,
        "mm",
        (
            f"{ja}{number(asked)}mmに対し、対応は{number(limit)}mmから。",
            f"{en.capitalize()} {number(asked)} mm; takes from {number(limit)} mm.",
        ),
        gap=limit - asked,
        changes=_fitting_size(view, need),
        relaxed=(f"{ja}が{number(limit)}mm以上なら可能", f"possible if {en} is at least {number(limit)} mm"),
    )


def _tolerance(view: RowView, need: Need) -> Violation:
    step, grade, width = need.step, view.precision["it_best"], view.precision["tol_best_mm"]
    if step.tolerance_it is not None and grade is not None:
        held = int(grade)
        return _violation(
            Reason.TOL,
            view,
            f"IT{step.tolerance_it}",
            f"IT{held}",
            "IT",
            (
                f"{asked_tolerance(need)[0]}が必要ですが、対応はIT{held}まで（{held - step.tolerance_it}等級不足）。",
                f"Needs {asked_tolerance(need)[1]}; holds IT{held}.",
            ),
            gap=float(held - step.tolerance_it),
            changes=(("tolerance_it", held),),
            relaxed=(f"公差をIT{held}に緩めれば可能", f"possible with the tolerance opened to IT{held}"),
        )
    asked, held_mm = step.tolerance_mm or 0.0, width or 0.0
    return _violation(
        Reason.TOL,
        view,
        asked,
        held_mm,
        "mm",
        (
            f"公差幅{number(asked)}mmに対し、最良でも{number(held_mm)}mm。",
            f"Tolerance width {number(asked)} mm; at best {number(held_mm)} mm.",
        ),
        gap=held_mm - asked,
        changes=(("tolerance_mm", held_mm),),
        relaxed=(f"公差幅{number(held_mm)}mmなら相談可能", f"worth asking with a width of {number(held_mm)} mm"),
    )


def _form_tolerance(view: RowView, need: Need) -> Violation:
    held = {name: view.finish[f"{name}_mm"] for name in ("flatness", "roundness", "position")}

    def fits(item: GeometricTolerance) -> float:
        offered = held.get(item.kind)
        return item.value_mm if offered is None else max(item.value_mm, offered)

    relaxed = tuple(GeometricTolerance(kind=item.kind, value_mm=fits(item)) for item in need.step.geometric)
    worst = max(need.step.geometric, key=lambda item: fits(item) / max(item.value_mm, 1e-9))
    ja, en = FORM_LABELS[worst.kind]
    offered = fits(worst)
    return _violation(
        Reason.GEO_TOL,
        view,
        worst.value_mm,
        offered,
        "mm",
        (
            f"{ja}{number(worst.value_mm)}mmに対し、対応は{number(offered)}mmまで。",
            f"{en.capitalize()} {number(worst.value_mm)} mm; holds {number(offered)} mm.",
        ),
        gap=offered - worst.value_mm,
        changes=(("geometric", relaxed),),
        relaxed=(f"{ja}を{number(offered)}mmに緩めれば可能", f"possible with {en} opened to {number(offered)} mm"),
    )


def _roughness(view: RowView, need: Need) -> Violation:
    asked, held = need.step.roughness_ra_um or 0.0, view.precision["ra_best_um"] or 0.0
    return _violation(
        Reason.RA,
        view,
        asked,
        held,
        "µm",
        (f"Ra{number(asked)}に対し、対応はRa{number(held)}まで。", f"Ra {number(asked)} µm; holds {number(held)} µm."),
        gap=held - asked,
        changes=(("roughness_ra_um", held),),
        relaxed=(f"Ra{number(held)}でよければ可能", f"possible with Ra {number(held)} µm"),
    )


def _nearest_range(
    asked: tuple[float | None, float | None], held: tuple[float | None, float | None]
) -> tuple[float | None, float | None, float]:
    """Widen an asked range just enough to touch what is held; also return by how much."""
    (low, high), (held_low, held_high) = asked, held
    gap = 0.0
    if low is not None and held_high is not None and held_high < low:
        gap, low = low - held_high, held_high
    if high is not None and held_low is not None and held_low > high:
        gap, high = max(gap, held_low - high), held_low
    return low, high, gap


def _hardness(view: RowView, need: Need) -> Violation:
    asked = need.step.hardness or Hardness(scale="", min=None, max=None)
    held = (view.finish["hardness_min"], view.finish["hardness_max"])
    low, high, gap = _nearest_range((asked.min, asked.max), held)
    return _violation(
        Reason.HARDNESS,
        view,
        f"{asked.scale} {bounds(asked.min, asked.max)}",
        f"{asked.scale} {bounds(*held)}",
        asked.scale,
        (
            f"硬さ{asked.scale} {span(asked.min, asked.max)[0]}に対し、対応は{span(*held)[0]}。",
            f"Hardness {asked.scale} {span(asked.min, asked.max)[1]}; offers {span(*held)[1]}.",
        ),
        gap=gap,
        changes=(("hardness", Hardness(scale=asked.scale, min=low, max=high)),),
        relaxed=(
            f"硬さを{asked.scale} {span(low, high)[0]}に広げれば可能",
            f"possible with {asked.scale} {span(low, high)[1]}",
        ),
    )


def _coating(view: RowView, need: Need) -> Violation:
    asked = need.step.coating_um or Coating(min=None, max=None)
    held = (view.finish["coating_min_um"], view.finish["coating_max_um"])
    low, high, gap = _nearest_range((asked.min, asked.max), held)
    wanted, offered, fitting = (span(*each, "µm") for each in ((asked.min, asked.max), held, (low, high)))
    return _violation(
        Reason.COAT_THK,
        view,
        bounds(asked.min, asked.max),
        bounds(*held),
        "µm",
        (
            f"膜厚{wanted[0]}に対し、対応は{offered[0]}。",
            f"Coating {wanted[1]}; offers {offered[1]}.",
        ),
        gap=gap,
        changes=(("coating_um", Coating(min=low, max=high)),),
        relaxed=(f"膜厚{fitting[0]}なら可能", f"possible with {fitting[1]}"),
    )


def _lot_min(view: RowView, need: Need) -> Violation:
    asked, held = need.step.quantity or 0, view.volume["lot_min"] or 0
    return _violation(
        Reason.LOT_MIN,
        view,
        asked,
        held,
        "個",
        (
            f"{number(asked)}個に対し、最小ロットは{number(held)}個。",
            f"{counted(asked, 'piece')}; the minimum lot is {number(held)}.",
        ),
        gap=float(held - asked),
        changes=(("quantity", held),),
        relaxed=(f"{number(held)}個以上の注文なら可能", f"possible from {counted(held, 'piece')}"),
    )


def _lot_max(view: RowView, need: Need) -> Violation:
    asked, held = need.step.quantity or 0, view.volume["lot_max"] or 0
    return _violation(
        Reason.LOT_MAX,
        view,
        asked,
        held,
        "個",
        (
            f"{number(asked)}個に対し、最大ロットは{number(held)}個。他社との分割なら可能です。",
            f"{counted(asked, 'piece')}; the maximum lot is {number(held)}. Possible when shared with peers.",
        ),
        gap=float(asked - held),
        changes=(("quantity", held),),
        relaxed=(f"{number(held)}個までを分担すれば可能", f"possible for a share of {counted(held, 'piece')}"),
    )


def _monthly(view: RowView, need: Need) -> Violation:
    asked, held = need.monthly or 0, view.volume["monthly_max"] or 0
    quantity = held if need.step.per == "month" else held * 12
    return _violation(
        Reason.MONTHLY_MAX,
        view,
        asked,
        held,
        "個/月",
        (
            f"月{number(asked)}個に対し、月産は{number(held)}個まで。他社との分割なら可能です。",
            f"{number(asked)} a month; makes up to {number(held)}. Possible when shared with peers.",
        ),
        gap=float(asked - held),
        changes=(("quantity", quantity),),
        relaxed=(f"月{number(held)}個までの分担なら可能", f"possible for a share of {number(held)} a month"),
    )


def _fitting_due(view: RowView, need: Need) -> date:
    """Return the first due date at which neither the lead time nor full weeks stand in the way."""
    days = view.volume["lead_days_min"]
    if days is None:
        days = view.volume["lead_days_typ"] or 0
    by_lead = need.today + timedelta(days=days)
    full = view.part.free_weeks(need.today).known_full_weeks(need.step.process, view.site)
    monday = need.today - timedelta(days=need.today.weekday())
    by_capacity = monday + timedelta(days=_WEEK_DAYS * full)
    return max(need.due, by_lead, by_capacity)


def _lead(view: RowView, need: Need) -> Violation:
    days = need.lead_days or 0
    held = view.volume["lead_days_min"]
    due = _fitting_due(view, need)
    told = "" if held is None else f"{held}日"
    return _violation(
        Reason.LEAD,
        view,
        days,
        held,
        "日",
        (
            f"納期まで{days}日ですが、最短でも{told}かかります。"
            if told
            else f"納期{day_ja(need.due)}は過ぎています。",
            f"{counted(days, 'day')} to the due date; needs {held}."
            if told
            else f"The due date {need.due} has passed.",
        ),
        gap=float(held - days) if held is not None else float(-days),
        changes=(("due_date", due),),
        relaxed=(f"納期を{day_ja(due)}以降にすれば可能", f"possible from {due}"),
    )


def _full(view: RowView, need: Need) -> Violation:
    due = _fitting_due(view, need)
    weeks = need.last_week - need.first_week + 1
    return _violation(
        Reason.CAPACITY_FULL,
        view,
        weeks,
        0,
        "週",
        (
            f"納期までの{weeks}週はすべて埋まっています。" if weeks > 1 else "納期の週は埋まっています。",
            f"All {weeks} weeks up to the due date are booked." if weeks > 1 else "The week of the due date is booked.",
        ),
        gap=float(weeks),
        changes=(("due_date", due),),
        relaxed=(f"納期を{day_ja(due)}以降にすれば相談可能", f"worth asking from {due}"),
    )


def _lost_schemes(view: RowView, need: Need, reason: Reason) -> list[str]:
    bit = BIT[reason]
    due = to_day(need.due)
    columns, site = view.part.columns, np.array([view.site], dtype=np.int32)
    return [code for code in need.step.certificates if int(certificate_words(columns, code, due, site)[0]) & bit]


def _certificate(reason: Reason) -> Callable[[RowView, Need], Violation]:
    def describe(view: RowView, need: Need) -> Violation:
        own = _lost_schemes(view, need, reason)
        lost = {code for kind in (Reason.CERT_MISSING, Reason.CERT_EXPIRED) for code in _lost_schemes(view, need, kind)}
        kept = tuple(code for code in need.step.certificates if code not in lost)
        ja, en = "・".join(scheme_label(code)[0] for code in own), ", ".join(scheme_label(code)[1] for code in own)
        missing = reason is Reason.CERT_MISSING
        words = (
            (f"{ja}の登録がありません。", f"{en} is not on record.")
            if missing
            else (f"{ja}は納期{day_ja(need.due)}の時点で期限切れです。", f"{en} will have expired on {need.due}.")
        )
        return _violation(
            reason,
            view,
            "、".join(own),
            None if missing else "expired",
            "",
            words,
            changes=(("certificates", kept),),
            relaxed=(f"{ja}を条件から外せば可能", f"possible without {en}"),
        )

    return describe


def _unqualified(view: RowView, need: Need) -> Violation:
    nobody, until = view.qualified == NOBODY, from_day(view.qualified)
    ja, en = process_label(need.step.process)
    words = (
        (f"特殊工程「{ja}」の有資格者がいないと記録されています。", f"Nobody is on record as qualified for {en}.")
        if nobody
        else (f"特殊工程「{ja}」の資格は{day_ja(until)}で切れます。", f"The qualification for {en} ends on {until}.")
    )
    gap = None if nobody or until is None else float((need.due - until).days)
    offered = "nobody" if nobody else str(until)
    return _violation(Reason.SPECIAL_UNQUALIFIED, view, str(need.due), offered, "日", words, gap=gap)


_VIOLATIONS: dict[Reason, Callable[[RowView, Need], Violation]] = {
    Reason.ORG_PAUSED: _paused,
    Reason.AVOIDS: _avoids,
    Reason.ROW_EXPIRED: _expired,
    Reason.MAT_FAMILY: _family,
    Reason.MAT_GRADE_EXCL: _excluded,
    Reason.SIZE_OVER: _over,
    Reason.SIZE_UNDER: _under,
    Reason.TOL: _tolerance,
    Reason.GEO_TOL: _form_tolerance,
    Reason.RA: _roughness,
    Reason.HARDNESS: _hardness,
    Reason.COAT_THK: _coating,
    Reason.LOT_MIN: _lot_min,
    Reason.LOT_MAX: _lot_max,
    Reason.MONTHLY_MAX: _monthly,
    Reason.LEAD: _lead,
    Reason.CAPACITY_FULL: _full,
    Reason.CERT_MISSING: _certificate(Reason.CERT_MISSING),
    Reason.CERT_EXPIRED: _certificate(Reason.CERT_EXPIRED),
    Reason.SPECIAL_UNQUALIFIED: _unqualified,
}
