"""見積比較: the quotations side by side, with what each differs by, and the button that awards."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from kumihimo.trade.order import OperationOrder
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.orders import queries, words
from kumihimo_web.orders.quote_queries import Compared
from kumihimo_web.orders.views import found


@access(COORDINATORS)
@require_GET
def order_quotes(request: HttpRequest, ref: str) -> HttpResponse:
    """Show who was asked, and what they offer."""
    one = found.order(ref)
    rows = [_offer(one, row) for row in queries.comparison(one)]
    amounts = [row["amount_jpy"] for row in rows if row["amount_jpy"] is not None]
    days = [row["quote"].due_on for row in rows if row["quote"] is not None]
    for row in rows:
        row["over_jpy"] = row["amount_jpy"] - min(amounts) if row["amount_jpy"] is not None else None
        row["later_days"] = (row["quote"].due_on - min(days)).days if row["quote"] is not None else None
    shown = {
        "order": one,
        "state": words.state(one.state),
        "rows": rows,
        "can_award": "award" in queries.possible(one, words.role_for("award")),
        "talks": {thread.firm for thread in one.negotiations if thread.is_open},
        "today": timezone.localdate(),
        "can_ask": "send_rfq" in queries.possible(one, words.role_for("send_rfq")),
    }
    return render(request, "orders/quotes.html", shown)


def _offer(one: OperationOrder, row: Compared) -> dict[str, Any]:
    return {
        "firm": row.firm,
        "name": row.name,
        "recipient": row.recipient,
        "quote": row.quote,
        "response": row.response,
        "amount_jpy": row.amount_jpy,
        "is_chosen": row.firm == one.firm and words.is_awarded(one.state),
    }
