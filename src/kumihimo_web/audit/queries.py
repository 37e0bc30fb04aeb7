"""Reading the audit log, and checking its chain."""

from __future__ import annotations

from django.db.models import QuerySet

from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.audit.models import Line
from kumihimo_web.audit.sealing import FIRST, seal


def lines(*, kind: str = "", row: str = "", firm: str = "", verb: str = "", actor: str = "") -> QuerySet[Line]:
    """Return the lines that the scope may see, the latest first."""
    wanted = {"kind": kind, "row": row, "firm": firm, "verb__startswith": verb, "actor__icontains": actor}
    found: QuerySet[Line] = Line.objects.filter(**{key: value for key, value in wanted.items() if value})
    return found


def broken_at() -> int | None:
    """Return the number of the first line of the network whose seal does not fit, None when all fit."""
    previous = FIRST
    rows = Line._base_manager.filter(network_id=current_scope().network).order_by("number")
    for number, line in enumerate(rows.iterator(chunk_size=2000), start=1):
        if line.number != number or line.previous != previous or line.hash != seal(previous, vars(line)):
            return number
        previous = line.hash
    return None


def seal_of(number: int) -> str:
    """Return the seal of a line of the network; empty when there is no such line."""
    line = Line._base_manager.filter(network_id=current_scope().network, number=number).first()
    return "" if line is None else line.hash


def chain_end() -> tuple[int, str]:
    """Return number and seal of the last line of the network; 0 and the first seal when there is none."""
    last = Line._base_manager.filter(network_id=current_scope().network).order_by("-number").first()
    return (0, FIRST) if last is None else (last.number, last.hash)
