"""The events of an order in words: what happened, by whom, with which figures and evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kumihimo.trade.events import OrderEvent
from kumihimo.trade.notice import NoticeItem
from kumihimo_web.design.language import say
from kumihimo_web.design.templatetags.ja import day, whole, yen
from kumihimo_web.orders.rules import person_of
from kumihimo_web.orders.words import answer, label, noun


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event as it is read."""

    event: OrderEvent
    title: str
    by: str
    facts: tuple[tuple[str, str], ...]
    evidence: tuple[str, ...]


def told(event: OrderEvent, names: Mapping[str, str]) -> Told:
    """Return an event in words.

    Parameters
    ----------
    names
        Firm -> its name.
    """
    data, kind = event.data, event.kind
    if kind in ("ignored", "call_noted"):
        kind = str(data.get("kind" if kind == "ignored" else "of", ""))
        inner = data.get("data", {})
        if "refused_call" in data:
            sort = _("電話の内容を反映できませんでした")
        elif event.kind == "ignored":
            sort = _("記録だけ（注文は変わりません）")
        else:
            sort = _("電話のメモ（確認書の送付待ち）")
        title = f"{noun(kind)}: {sort}"
        evidence = data.get("evidence", ())
        why = say(data, "refused") if "refused_call" in data else ""
        data = inner
    else:
        title, evidence, why = noun(kind), data.get("evidence", ()), ""
    return Told(
        event=event,
        title=title,
        by=f"{person_of(event.by)} / {say(event.role)}",
        facts=(*facts(data, names), *(((_("反映できなかった理由"), why),) if why else ())),
        evidence=tuple(_evidence(one) for one in evidence),
    )


def facts(data: Mapping[str, Any], names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what the data of a command says, as (label, text).

    Parameters
    ----------
    names
        Firm -> its name.
    """
    return tuple(
        fact
        for key, show in _FACTS.items()
        if data.get(key) not in (None, "", [], ())
        for fact in show(data[key], names)
    )


def _evidence(one: Mapping[str, str]) -> str:
    sort = {"image": _("画像"), "message": _("メッセージ"), "call_note": _("電話のメモ")}.get(one["kind"], one["kind"])
    parts = [one["words"]] if one.get("words") else []
    if one.get("sha256"):
        parts.append(_("（照合番号 %(code)s）") % {"code": one["sha256"][:12]})
    return f"{sort}: {' '.join(parts)}"


Facts = list[tuple[str, str]]
Shown = Callable[[Any, Mapping[str, str]], Facts]
"""Tells what one value of the data of a command says; the second is firm -> name."""


def _as(label: Any, show: Callable[[Any], Any] = str) -> Shown:
    return lambda value, names: [(str(label), str(show(value)))]


def _firm(value: str, names: Mapping[str, str]) -> Facts:
    return [(_("企業"), names.get(value, value))]


def _recipients(rows: list[dict[str, str]], names: Mapping[str, str]) -> Facts:
    return [(_("頼んだ企業"), _("、").join(names.get(row["firm"], row["firm"]) for row in rows))]


def _prices(rows: list[dict[str, int]], names: Mapping[str, str]) -> Facts:
    if len(rows) == 1:
        return [(_("単価"), yen(rows[0]["unit_price_jpy"]))]
    return [(_("単価 明細%(no)s") % {"no": row["line"]}, yen(row["unit_price_jpy"])) for row in rows]


def _items(rows: list[dict[str, int]], names: Mapping[str, str]) -> Facts:
    if len(rows) == 1:
        return [(_("数量"), whole(rows[0]["quantity"]))]
    return [(_("数量 明細%(no)s") % {"no": row["line"]}, whole(row["quantity"])) for row in rows]


def _drawings(rows: list[dict[str, str]], names: Mapping[str, str]) -> Facts:
    told = _("%(number)s 改訂 %(revision)s（照合番号 %(code)s）")
    return [(_("図面"), told % {**row, "code": row["sha256"][:12]}) for row in rows]


def _day_text(text: str) -> str:
    return day(date.fromisoformat(text))


def _payer(value: str) -> str:
    return {"supplier": _("受注企業"), "buyer": _("発注側"), "shared": _("双方")}.get(value, value)


def _cause(value: str) -> str:
    return {"supplier": _("受注企業の都合"), "buyer": _("発注側の都合"), "agreed": _("双方の合意")}.get(value, value)


def _subject(value: str) -> str:
    return {"order": _("発注"), "cancel": _("取消")}.get(value, value)


def _item(value: str) -> str:
    return label(NoticeItem(value))


_FACTS: Mapping[str, Shown] = {
    "subject": _as(gettext_lazy("対象"), _subject),
    "firm": _firm,
    "recipients": _recipients,
    "drawings": _drawings,
    "answer_by": _as(gettext_lazy("回答の期限"), _day_text),
    "slip": _as(gettext_lazy("納品書")),
    "prices": _prices,
    "items": _items,
    "quantity": _as(gettext_lazy("数量"), whole),
    "accepted": _as(gettext_lazy("合格"), whole),
    "rejected": _as(gettext_lazy("不合格"), whole),
    "item": _as(gettext_lazy("事項"), _item),
    "value": _as(gettext_lazy("内容")),
    "number": _as(gettext_lazy("番号")),
    "invoice": _as(gettext_lazy("請求書")),
    "amount_jpy": _as(gettext_lazy("金額"), yen),
    "due_on": _as(gettext_lazy("納期"), _day_text),
    "on": _as(gettext_lazy("日付"), _day_text),
    "valid_until": _as(gettext_lazy("有効期限"), _day_text),
    "answer": _as(gettext_lazy("回答"), answer),
    "cause": _as(gettext_lazy("都合"), _cause),
    "payer": _as(gettext_lazy("費用"), _payer),
    "reference": _as(gettext_lazy("控え")),
    "basis": _as(gettext_lazy("根拠")),
    "proof": _as(gettext_lazy("確かめ方")),
    "place": _as(gettext_lazy("場所")),
    "replaced_by": _as(gettext_lazy("代わりの注文")),
    "reason": _as(gettext_lazy("理由")),
    "words": _as(gettext_lazy("ひとこと")),
    "note": _as(gettext_lazy("メモ")),
}
"""Key of the data of a command -> its facts (label, text), in the order in which they are read."""
