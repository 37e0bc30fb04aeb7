"""Consortia of the demo: one with an order of each stage and a revision to object to, one that asks for bids."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from kumihimo.model import Firm
from kumihimo.trade.consortium.subsidy import packaged_programs
from kumihimo.trade.law.tax import Rounding
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.scope import scoped
from kumihimo_web.consortium import (
    bid_queries,
    bid_services,
    charter_queries,
    charter_services,
    queries,
    services,
    settlement_services,
)
from kumihimo_web.consortium.mapping import charter_of
from kumihimo_web.consortium.models import Consortium, JointOrder, Subsidy
from kumihimo_web.consortium.state import BidAnswer

_INSPECTOR = "検査 五郎"
_WINDOW = {
    "name_en": "Shinshu Joint Orders (synthetic)",
    "address": "〒390-0000 長野県松本市架空1-2-3",
    "address_en": "1-2-3 Kaku, Matsumoto, Nagano 390-0000, Japan (fictional)",
    "phone": "0263-00-0002",
    "email": "window@consortium.example",
    "bank": "見本銀行 本店 普通 0000000（架空）",
}


def take_together(people: Mapping[str, User], members: tuple[Firm, ...], today: date) -> None:
    """Found a consortium, take three orders through their stages, and propose a revision; found another for bids.

    Parameters
    ----------
    members
        The firms, the first of them the lead.
    """
    charter = _charter(members, today - timedelta(days=200))
    with scoped(people["coordinator"].scope()):
        found = charter_services.begin(charter, _WINDOW)
        _settle(_order(found, today, "アルミ筐体 初回（合成データ）", buyer=_organisation(people["buyer"])), today)
        _allot(_order(found, today, "アルミ筐体 2回目（合成データ）", buyer=_organisation(people["buyer"])), today)
        _order(
            found,
            today,
            "海外向けタンブラー（合成データ）",
            buyer_name="Example Trading Inc. (fictional)",
            is_overseas=True,
        )
        charter_services.revise(
            found,
            {**charter, "allotment": "load"},
            takes_effect_on=today + timedelta(days=30),
            why="配分を余力順に変える。忙しい会員に順番が回り、断ることが続いたため",
            version=found.version,
            today=today,
        )
        _bid(members, _charter(members, today - timedelta(days=90)), today)
        for one in packaged_programs(with_examples=True):
            values = {name: getattr(one, name) for name in _columns()}
            Subsidy.objects.create(ref=one.id, **values | {"areas": list(one.areas)})


def _columns() -> list[str]:
    return [field.name for field in Subsidy._meta.fields if field.name not in ("id", "network", "ref", "version")]


def _organisation(user: User) -> int:
    assert user.organisation is not None
    return user.organisation.pk


def _charter(members: tuple[Firm, ...], agreed_on: date) -> dict[str, Any]:
    return {
        "name": "信州共同受注会（合成データ）",
        "mode": "prime",
        "lead": members[0].id,
        "agreed_on": agreed_on.isoformat(),
        "ends_on": None,
        "members": [
            {
                "firm": one.id,
                "name": one.name,
                "joined_on": agreed_on.isoformat(),
                "left_on": None,
                # Invented ones, or the settlement would have to be signed for each of them.
                "invoice_number": one.invoice_number or f"T{at:013d}",
                "share": 1,
                "liability": 1,
            }
            for at, one in enumerate(members, 1)
        ],
        "fee": {"permille": 30, "least_jpy": 0, "most_jpy": None, "tax_percent": 10},
        "allotment": "rotation",
        "inspectors": [{"name": _INSPECTOR, "firm": None}, {"name": "検査 六子", "firm": members[-1].id}],
    }


def _order(found: Consortium, today: date, title: str, **changed: Any) -> JointOrder:
    is_overseas = changed.get("is_overseas", False)
    values = {
        "title": title,
        "title_en": "tumbler (synthetic)" if is_overseas else "aluminium housing (synthetic)",
        "buyer": None,
        "buyer_name": "",
        "buyer_address": "",
        "is_overseas": False,
        "inquiry": "",
        "due_on": today + timedelta(days=40),
        "place": "Port of Yokohama" if is_overseas else "東京都",
        "split_into": 3,
        **changed,
    }
    line = {
        "item": "タンブラー" if is_overseas else "アルミ筐体",
        "item_en": "tumbler" if is_overseas else "aluminium housing",
        "drawing": "SYN-001",
        "quantity": 1_000,
        "unit": "個",
        "unit_price_jpy": 1_481,
        "rate_percent": 0 if is_overseas else 10,
    }
    return services.take(found, values, [line], today=today)


def _allot(order: JointOrder, today: date) -> JointOrder:
    charter = charter_queries.charter_on(order.consortium, today)
    assert charter is not None
    known = queries.candidates(order, charter_of(charter), today)
    row = services.propose(order, known, version=order.version, today=today)
    given = {part["firm"]: part["quantity"] for part in row.proposed["parts"]}
    return services.decide(row, given, why="", version=order.version)


def _bid(members: tuple[Firm, ...], charter: Mapping[str, Any], today: date) -> None:
    """Ask for bids on one order; one member bids by phone, one declines, the others have not answered."""
    found = charter_services.begin({**charter, "name": "信州入札会（合成データ）", "allotment": "bid"}, _WINDOW)
    order = _order(found, today, "アルミ筐体 入札（合成データ）", buyer_name="架空精機", split_into=1)
    bidding = bid_services.ask(
        order,
        answer_by=today + timedelta(days=5),
        left_out={},
        note="図面は初回と同じです。",
        version=order.version,
        today=today,
    )
    first, second = (bid_queries.bid_of(bidding, one.id) for one in members[1:3])
    assert first is not None
    assert second is not None
    heard: dict[str, Any] = {"from_whom": "社長から電話", "heard_on": today, "version": 1, "today": today}
    by_on = today + timedelta(days=35)
    bid_services.answer(first, BidAnswer.BID, price_jpy=1_290_000, by_on=by_on, **heard)
    bid_services.answer(second, BidAnswer.DECLINED, **heard)


def _settle(order: JointOrder, today: date) -> None:
    order = _allot(order, today)
    for share in order.shares.filter(quantity__gt=0):
        services.inspect(
            share, inspector=_INSPECTOR, received_on=today, inspected_on=today, accepted=share.quantity, rejected=0,
            words="外観・寸法とも良好", version=_now(order).version,
        )  # fmt: skip
    order = services.deliver(_now(order), delivered_on=today, version=_now(order).version)
    settlement_services.settle_up(
        order,
        work={line.no: line.work for line in order.lines.all()},
        rounding=Rounding.FLOOR,
        payment_due=today + timedelta(days=30),
        invoice_due=today + timedelta(days=30),
        reasons={},
        version=order.version,
        today=today,
    )


def _now(order: JointOrder) -> JointOrder:
    found = queries.order(order.number)
    assert found is not None
    return found
