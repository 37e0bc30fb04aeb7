"""Reading consortia: charters and how they stand on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, QuerySet

from kumihimo.trade.consortium import Charter as AgreedCharter
from kumihimo_web.consortium.mapping import charter_of
from kumihimo_web.consortium.models import (
    Charter,
    Consortium,
    Member,
    Objection,
)
from kumihimo_web.consortium.state import CharterState
from kumihimo_web.firms.queries import firm, search


def consortia() -> QuerySet[Consortium]:
    """Return the consortia that the scope may see."""
    found: QuerySet[Consortium] = Consortium.objects.annotate(
        member_count=Count("members", distinct=True), order_count=Count("orders", distinct=True)
    ).order_by("serial")
    return found


def consortium(ref: str) -> Consortium | None:
    """Return a consortium that the scope may see."""
    found: Consortium | None = Consortium.objects.filter(ref=ref).first()
    return found


def names(found: Consortium) -> dict[str, str]:
    """Return firm -> name of all who are, were or are to be members."""
    return dict(Member._base_manager.filter(consortium=found).values_list("firm", "name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCharter:
    """A revision and how it stands.

    Attributes
    ----------
    last_day
        Last day on which a member can object.
    """

    row: Charter
    agreed: AgreedCharter
    state: CharterState
    objections: tuple[Objection, ...]

    @property
    def last_day(self) -> date:
        """Last day on which a member can object."""
        return self.row.takes_effect_on - timedelta(days=1)

    @property
    def is_open(self) -> bool:
        """Whether it is still to come, and can be objected to or withdrawn."""
        return self.state in (CharterState.WAITING, CharterState.HELD)


def charters(found: Consortium, today: date) -> list[ShownCharter]:
    """Return all revisions, the latest first."""
    rows = list(Charter.objects.filter(consortium=found))
    seen: dict[int, list[Objection]] = {}
    for one in Objection.objects.filter(charter__in=rows):
        seen.setdefault(one.charter_id, []).append(one)
    held = _held(found)
    now = _in_force(rows, held, today)
    return [
        ShownCharter(
            row=row,
            agreed=charter_of(row),
            state=_state(row, held, now, today),
            objections=tuple(seen.get(row.pk, ())),
        )
        for row in rows
    ]


def charter_on(found: Consortium, day: date) -> Charter | None:
    """Return the revision that holds on a day; None before the first, and when the latest is over."""
    rows = list(Charter._base_manager.filter(consortium=found).order_by("-revision"))
    row = _in_force(rows, _held(found), day)
    return None if row is None or _is_over(row, day) else row


def charter_row(found: Consortium, revision: int) -> Charter | None:
    """Return one revision."""
    row: Charter | None = Charter.objects.filter(consortium=found, revision=revision).first()
    return row


def _held(found: Consortium) -> set[int]:
    """Return the revisions that wait for an answer; a member that sees no other's objection sees that there is one."""
    rows = Objection._base_manager.filter(charter__consortium=found, answered_at=None)
    return set(rows.values_list("charter", flat=True))


def _in_force(rows: list[Charter], held: set[int], day: date) -> Charter | None:
    """Return the latest that has begun, which may be over."""
    return next(
        (row for row in rows if row.withdrawn_at is None and row.pk not in held and row.takes_effect_on <= day), None
    )


def _state(row: Charter, held: set[int], now: Charter | None, today: date) -> CharterState:
    if row.withdrawn_at is not None:
        return CharterState.WITHDRAWN
    if row.pk in held:
        return CharterState.HELD
    if row.takes_effect_on > today:
        return CharterState.WAITING
    if now is not None and row.pk == now.pk:
        return CharterState.OVER if _is_over(row, today) else CharterState.IN_FORCE
    return CharterState.PAST


def _is_over(row: Charter, day: date) -> bool:
    ends_on = row.document.get("ends_on")
    return bool(ends_on) and date.fromisoformat(ends_on) < day


def objection(pk: int) -> Objection | None:
    """Return an objection that the scope may see."""
    found: Objection | None = Objection.objects.select_related("charter__consortium").filter(pk=pk).first()
    return found


def firm_named(text: str) -> tuple[str, str] | None:
    """Return (id, name) of the firm of an id or a whole name; None where there is none, or more than one."""
    named = firm(text)
    if named is not None:
        return named.ref, named.name
    exact = [one for one in search(words=text)[:50] if one.name == text]
    return (exact[0].ref, exact[0].name) if len(exact) == 1 else None
