"""What must be asked of a firm before its row can be judged: questions ready to be sent."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kumihimo.matching.answer import Unknown
from kumihimo.matching.columns import to_day
from kumihimo.matching.labels import (
    FORM_LABELS,
    asked_tolerance,
    counted,
    day_ja,
    joined,
    material_label,
    number,
    process_label,
    scheme_label,
    span,
)
from kumihimo.matching.reasons import BIT, UNKNOWN_SHIFT, Reason
from kumihimo.matching.row_view import RowView
from kumihimo.matching.verdicts import Need, certificate_words

_Words = tuple[str, str]


def question_of(reason: Reason, view: RowView, need: Need) -> Unknown:
    """Return the question that would settle an unknown reason of a row."""
    ja, en = _QUESTIONS[reason](view, need)
    return Unknown(reason=reason, ja=ja, en=en)


def _validity(view: RowView, need: Need) -> _Words:
    end = view.valid_until
    return (
        f"能力情報の期限が{day_ja(end)}で、納期{day_ja(need.due)}の前に切れます。引き続き対応できますか。",
        f"The capability row runs out on {end}, before {need.due}. Will it still hold?",
    )


def _family(view: RowView, need: Need) -> _Words:
    wanted, held, process = need.step.materials, material_label(view.family), process_label(need.step.process)
    return (
        f"{joined(wanted, 0)} への{process[0]}の実績はありますか（登録は{held[0]}）。",
        f"Have you done {process[1]} on {joined(wanted, 1)} (on record: {held[1]})?",
    )


def _grade(view: RowView, need: Need) -> _Words:
    wanted = need.step.materials
    return f"{joined(wanted, 0)}は加工できますか。", f"Can you work {joined(wanted, 1)}?"


def _size(view: RowView, need: Need) -> _Words:
    step = need.step
    sizes = "×".join(number(value) for value in step.size_mm)
    ja, en = [f"{sizes}mm"] if sizes else [], [f"{sizes} mm"] if sizes else []
    if step.thickness_mm is not None:
        ja.append(f"板厚{number(step.thickness_mm)}mm")
        en.append(f"thickness {number(step.thickness_mm)} mm")
    if step.mass_kg is not None:
        ja.append(f"{number(step.mass_kg)}kg")
        en.append(f"{number(step.mass_kg)} kg")
    return f"大きさ{'、'.join(ja)}の品物は対応できますか。", f"Can you take a part of {', '.join(en)}?"


def _tolerance(view: RowView, need: Need) -> _Words:
    ja, en = asked_tolerance(need)
    return f"寸法公差{ja}は保証できますか。", f"Can you hold {en}?"


def _form(view: RowView, need: Need) -> _Words:
    labels = [(FORM_LABELS.get(item.kind, (item.kind, item.kind)), item.value_mm) for item in need.step.geometric]
    ja = "、".join(f"{names[0]}{number(value)}mm" for names, value in labels)
    en = ", ".join(f"{names[1]} {number(value)} mm" for names, value in labels)
    return f"幾何公差（{ja}）は保証できますか。", f"Can you hold {en}?"


def _roughness(view: RowView, need: Need) -> _Words:
    value = number(need.step.roughness_ra_um or 0.0)
    return f"表面粗さRa{value}は出せますか。", f"Can you reach Ra {value} µm?"


def _hardness(view: RowView, need: Need) -> _Words:
    asked = need.step.hardness
    ja, en = span(None, None) if asked is None else span(asked.min, asked.max)
    scale = "" if asked is None else f"{asked.scale} "
    return f"硬さ{scale}{ja}は対応できますか。", f"Can you reach a hardness of {scale}{en}?"


def _coating(view: RowView, need: Need) -> _Words:
    asked = need.step.coating_um
    ja, en = span(None, None) if asked is None else span(asked.min, asked.max, "µm")
    return f"膜厚{ja}は対応できますか。", f"Can you coat {en}?"


def _lot_min(view: RowView, need: Need) -> _Words:
    count = need.step.quantity or 0
    return f"{number(count)}個の少量でも受けられますか。", f"Would you take as few as {counted(count, 'piece')}?"


def _lot_max(view: RowView, need: Need) -> _Words:
    count = need.step.quantity or 0
    return f"{number(count)}個を一度に受けられますか。", f"Can you take {counted(count, 'piece')} at once?"


def _monthly(view: RowView, need: Need) -> _Words:
    count = need.monthly or 0
    return f"月{number(count)}個を作れますか。", f"Can you make {counted(count, 'piece')} a month?"


def _lead(view: RowView, need: Need) -> _Words:
    usual = view.volume["lead_days_typ"]
    ja = "" if usual is None else f"（通常{usual}日）"
    en = "" if usual is None else f" (usually {usual} days)"
    return f"{day_ja(need.due)}までに間に合いますか{ja}。", f"Can you finish by {need.due}{en}?"


def _capacity(view: RowView, need: Need) -> _Words:
    if need.lead_days is None:
        return "これから4週間に空きはありますか。", "Have you free capacity in the next four weeks?"
    return f"{day_ja(need.due)}までに空きはありますか。", f"Have you free capacity before {need.due}?"


def _certificate(reason: Reason) -> Callable[[RowView, Need], _Words]:
    def ask(view: RowView, need: Need) -> _Words:
        bit, due, site = BIT[reason] << UNKNOWN_SHIFT, to_day(need.due), np.array([view.site], dtype=np.int32)
        codes = [
            code
            for code in need.step.certificates
            if int(certificate_words(view.part.columns, code, due, site)[0]) & bit
        ]
        ja = "・".join(scheme_label(code)[0] for code in codes)
        en = ", ".join(scheme_label(code)[1] for code in codes)
        if reason is Reason.CERT_MISSING:
            return f"{ja}はお持ちですか。", f"Do you hold {en}?"
        return f"{ja}の有効期限はいつまでですか。", f"Until when is {en} valid?"

    return ask


def _qualification(view: RowView, need: Need) -> _Words:
    ja, en = process_label(need.step.process)
    return (
        f"特殊工程「{ja}」の資格・認定または試し加工の記録はありますか。",
        f"Is there a qualification, approval or sample-part record for the special process {en}?",
    )


_QUESTIONS: dict[Reason, Callable[[RowView, Need], _Words]] = {
    Reason.ROW_EXPIRED: _validity,
    Reason.MAT_FAMILY: _family,
    Reason.MAT_GRADE_EXCL: _grade,
    Reason.SIZE_OVER: _size,
    Reason.TOL: _tolerance,
    Reason.GEO_TOL: _form,
    Reason.RA: _roughness,
    Reason.HARDNESS: _hardness,
    Reason.COAT_THK: _coating,
    Reason.LOT_MIN: _lot_min,
    Reason.LOT_MAX: _lot_max,
    Reason.MONTHLY_MAX: _monthly,
    Reason.LEAD: _lead,
    Reason.CAPACITY_FULL: _capacity,
    Reason.CERT_MISSING: _certificate(Reason.CERT_MISSING),
    Reason.CERT_EXPIRED: _certificate(Reason.CERT_EXPIRED),
    Reason.SPECIAL_UNQUALIFIED: _qualification,
}
