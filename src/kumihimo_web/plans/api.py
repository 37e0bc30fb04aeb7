"""The current plan in the API: its orders as far as the caller may see them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from kumihimo_web.accounts.access import COORDINATORS
from kumihimo_web.accounts.api_access import NO_NUL, REFUSALS, Allowed, Ref, Refused
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.plans import queries
from kumihimo_web.plans.models import PlanOrder, PlanStep

PAGE = 100
WATCHERS = Allowed(COORDINATORS, Role.FACTORY, Role.BUYER)
router = Router(tags=["plan"])


class OrderLine(Schema):
    """An order of the current plan; `finish` is None where no place was found."""

    id: str
    title: str
    due: date | None
    finish: datetime | None
    late_days: int


class OrderPage(Schema):
    """One page of the orders, the late ones first; `plan` is the number of the current plan, None before the first."""

    plan: int | None
    count: int
    page: int
    pages: int
    items: list[OrderLine]


class OrderSearch(Schema):
    """What orders are looked for."""

    words: str = Field("", max_length=80, pattern=NO_NUL)
    state: str = Field("", max_length=12, pattern=NO_NUL)
    page: int = Field(1, ge=1, le=100_000)


class StepLine(Schema):
    """A step; to a buyer without its firm, and numbered."""

    id: str
    process: str
    firm: str
    start: datetime
    end: datetime
    freeze: int


class Order(OrderLine):
    """An order with those of its steps that the caller may see."""

    steps: list[StepLine]


@router.get("/orders", response={200: OrderPage, **REFUSALS}, auth=WATCHERS, operation_id="plan_orders")
def orders(request: HttpRequest, asked: Query[OrderSearch]) -> dict[str, Any]:
    """List the orders of the current plan: a firm's are those it works on, a buyer's its own."""
    version = queries.current()
    if version is None:
        return {"plan": None, "count": 0, "page": 1, "pages": 1, "items": []}
    page = Paginator(queries.orders(version, words=asked.words, state=asked.state), PAGE).get_page(asked.page)
    return {
        "plan": version.number,
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "items": [_line(one) for one in page],
    }


@router.get("/orders/{ref}", response={200: Order, **REFUSALS, 404: Refused}, auth=WATCHERS, operation_id="plan_order")
def order(request: HttpRequest, ref: Ref) -> dict[str, Any]:
    """Give an order with its steps; of one done long ago what the last plan says that held it."""
    found = queries.known_order(ref)
    if found is None:
        raise HttpError(404, _("この案件はありません。"))
    return {**_line(found), "steps": [_step(one) for one in queries.steps_of(found)]}


def _line(row: PlanOrder) -> dict[str, Any]:
    return {
        "id": row.ref,
        "title": row.title,
        "due": row.due_on,
        "finish": row.finish_at,
        "late_days": row.late_days,
    }


def _step(row: PlanStep) -> dict[str, Any]:
    # A buyer learns no firm; the id of a shared step would name its site.
    is_buyer = current_scope().role == Role.BUYER
    return {
        "id": str(row.position) if is_buyer else row.step,
        "process": row.process,
        "firm": "" if is_buyer else row.firm,
        "start": row.starts_at,
        "end": row.ends_at,
        "freeze": row.freeze,
    }
