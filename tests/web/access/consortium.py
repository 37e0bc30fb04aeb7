"""Addresses of the consortium: one with both firms and a settled order of the buyer, one of the own firm alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from ..conftest import OWN_FIRM, RIVAL_FIRM, People
from . import Matrix

OWN_NAME, RIVAL_NAME = f"合成{OWN_FIRM}製作所", f"合成{RIVAL_FIRM}製作所"
WINDOW = {
    "name_en": "Synthetic Alliance",
    "address": "長野県",
    "address_en": "Nagano",
    "phone": "026",
    "email": "a@example.jp",
    "bank": "見本銀行",
}


def charter_data(*firms: str, **changed: Any) -> dict[str, Any]:
    """Return a charter that members have agreed on a year ago."""
    agreed = (timezone.localdate() - timedelta(days=365)).isoformat()
    names = {OWN_FIRM: OWN_NAME, RIVAL_FIRM: RIVAL_NAME}
    members = [
        {"firm": firm, "name": names[firm], "joined_on": agreed, "left_on": None, "share": 1, "liability": at + 1}
        | {"invoice_number": f"T{at + 1}234567890123"}
        for at, firm in enumerate(firms or (OWN_FIRM, RIVAL_FIRM))
    ]
    data = {
        "id": "C",
        "name": "合成共同受注会",
        "mode": "prime",
        "lead": OWN_FIRM,
        "agreed_on": agreed,
        "ends_on": None,
        "members": members,
        "fee": {"permille": 30, "least_jpy": 0, "most_jpy": None, "tax_percent": 10},
        "allotment": "rotation",
        "inspectors": [{"name": "検査一郎", "firm": None}, {"name": "検査二郎", "firm": OWN_FIRM}],
    }
    return {**data, **changed}


def order_data(**changed: Any) -> dict[str, Any]:
    """Return the columns of an order."""
    data = {
        "title": "合成ブラケット",
        "title_en": "synthetic bracket",
        "buyer": None,
        "buyer_name": "架空の発注元",
        "buyer_address": "",
        "is_overseas": False,
        "inquiry": "",
        "due_on": timezone.localdate() + timedelta(days=30),
        "place": "東京",
        "split_into": 2,
    }
    return {**data, **changed}


def line_data(**changed: Any) -> dict[str, Any]:
    """Return the columns of a line."""
    data = {"item": "ブラケット", "item_en": "bracket", "drawing": "D-1", "quantity": 101, "unit": "個"}
    return {**data, "unit_price_jpy": 997, "rate_percent": 10, **changed}


def asked(order: Any, *, days: int = 5, **changed: Any) -> Any:
    """Ask the members to bid on an order; in the scope of a coordinator."""
    from kumihimo_web.consortium import bid_services, queries

    today, held = timezone.localdate(), queries.order(order.number)
    said: dict[str, Any] = {"answer_by": today + timedelta(days=days), "left_out": {}, "note": ""} | changed
    return bid_services.ask(held, **said, version=held.version, today=today)


def bid(bidding: Any, firm: str, price_jpy: int | None, **changed: Any) -> Any:
    """Bid as the firm of the scope, or type the bid in as a coordinator; None declines."""
    from kumihimo_web.accounts.scope import current_scope
    from kumihimo_web.consortium import bid_services
    from kumihimo_web.consortium.models import Bid
    from kumihimo_web.consortium.state import BidAnswer

    today, row = timezone.localdate(), Bid.objects.get(bidding=bidding, firm=firm)
    said: dict[str, Any] = {"said": BidAnswer.DECLINED}
    if price_jpy is not None:
        said = {"said": BidAnswer.BID, "price_jpy": price_jpy, "by_on": today + timedelta(days=20)}
    if current_scope().is_coordinator:
        said |= {"from_whom": "専務に電話で確認", "heard_on": today}
    return bid_services.answer(row, **said | changed, version=row.version, today=today)


def over(bidding: Any) -> None:
    """Let the deadline of a round be yesterday."""
    yesterday = timezone.localdate() - timedelta(days=1)
    type(bidding)._base_manager.filter(pk=bidding.pk).update(answer_by=yesterday)


def delivered(consortium: Any, *, lines: Any = None, values: Any = None) -> Any:
    """Take an order through allotment and inspection to its delivery; in the scope of a coordinator."""
    from kumihimo_web.consortium import charter_queries, queries, services
    from kumihimo_web.consortium.mapping import charter_of

    today = timezone.localdate()

    def now() -> Any:
        return queries.order(made.number)

    made = services.take(consortium, values or order_data(), lines or [line_data()], today=today)
    agreed = charter_queries.charter_on(consortium, today)
    assert agreed is not None
    known = queries.candidates(made, charter_of(agreed), today)
    row = services.propose(made, known, version=made.version, today=today)
    services.decide(row, {one["firm"]: one["quantity"] for one in row.proposed["parts"]}, why="", version=made.version)
    for share in made.shares.filter(quantity__gt=0):
        services.inspect(
            share, inspector="検査一郎", received_on=today, inspected_on=today, accepted=share.quantity, rejected=0,
            words="良好です", version=now().version,
        )  # fmt: skip
    return services.deliver(now(), delivered_on=today, version=now().version)


def settled(order: Any, **changed: Any) -> Any:
    """Settle a delivered order, with a reason for everything that wants one."""
    from kumihimo.trade.law.tax import Rounding
    from kumihimo_web.consortium import settlement_services as services

    today = timezone.localdate()
    asked: dict[str, Any] = {
        "work": {line.no: dict(line.work) for line in order.lines.all()},
        "rounding": Rounding.FLOOR,
        "payment_due": today + timedelta(days=30),
    } | changed
    draft = services.draft(order, **asked)
    reasons = {one.key: "確かめました" for one in draft.signatures}
    due = today + timedelta(days=45)
    return services.settle_up(order, **asked, invoice_due=due, reasons=reasons, version=order.version, today=today)


def subsidy_data(**changed: Any) -> dict[str, Any]:
    """Return a program that does not exist."""
    data = {
        "name_ja": "【記入例】共同設備",
        "name_en": "[example] equipment",
        "authority_ja": "見本市",
        "authority_en": "Mihon City",
        "areas": ["見本市"],
        "purpose_ja": "設備の導入",
        "purpose_en": "equipment",
        "opens_on": None,
        "closes_on": None,
        "rate_percent": 50,
        "most_jpy": 3_000_000,
        "source_title": "募集要項",
        "source_url": "https://subsidy.example/call",
    }
    return {**data, **changed}


def rows(people: People) -> Matrix:
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.channels import services as channels
    from kumihimo_web.consortium import charter_queries, charter_services, queries, services, subsidy_services
    from kumihimo_web.consortium import settlement_services as money
    from kumihimo_web.consortium.models import Paper

    today = timezone.localdate()
    with scoped(people.coordinator.scope()):
        both = charter_services.begin(charter_data(), WINDOW)
        charter_services.begin(charter_data(OWN_FIRM, name="自社だけの会"), {})
        buyer = people.buyer.organisation.pk
        done = delivered(both, values=order_data(buyer=buyer))
        version = done.version
        services.add_defect(
            done,
            {
                "happened_on": today, "cost_jpy": 1001, "caused_by": {RIVAL_FIRM: 40}, "inspected_by": "検査一郎",
                "reason": "傷", "reason_en": "scratches",
            },
            version=version,
        )  # fmt: skip
        done = queries.order(done.number)
        assert done is not None
        settled(done)
        for paper in Paper.objects.all():
            money.keep_pdf(paper.pk, pdf=b"%PDF-1.7", sha256="0" * 64, warnings=[])
        other = services.take(both, order_data(title="よその注文", title_en="another"), [line_data()], today=today)
        charter_services.revise(
            both, charter_data(allotment="load"), takes_effect_on=today + timedelta(days=20), why="余力順にする",
            version=both.version, today=today,
        )  # fmt: skip
        bids = charter_services.begin(charter_data(name="入札の会", allotment="bid"), WINDOW)
        offered = services.take(bids, order_data(title="入札の注文", title_en="bids"), [line_data()], today=today)
        asked(offered, left_out={RIVAL_FIRM: "設備の点検中"})
        ready = services.take(bids, order_data(title="これから募る注文", title_en="more"), [line_data()], today=today)
        letter, order_letter = (
            channels.post(f"test/{kind}", OWN_FIRM, kind, kind, kind=kind, about=offered.number)
            for kind in ("joint_bidding", "rfq")
        )
        token, wrong = channels.link(letter), channels.link(order_letter)
        # Its name stands in the audit log, where nothing tells an English reader that it is a name.
        subsidy_services.add(subsidy_data(name_ja="[example] equipment"), today=today)
        invoice = Paper.objects.get(kind="invoice")
        notice = Paper.objects.get(kind="payment_notice", firm=OWN_FIRM)
        defect = done.defects.get()
        charter = charter_queries.charter_row(both, 2)
        assert charter is not None
    with scoped(people.rival.scope()):
        objection = charter_services.object_to(charter, firm=RIVAL_FIRM, words="反対です", said="", today=today)
    number, another, open_bids = done.number, other.number, offered.number
    return {
        ("consortium", ()): "LOOOO-OO",
        ("consortium_new", ()): "LOO----O",
        ("subsidies", ()): "LOOOO--O",
        ("subsidy_new", ()): "LOO----O",
        ("subsidy_check", ("S-0001",)): "LOO----0",
        ("joint_paper", (invoice.pk,)): "LOO00-O0",
        ("joint_paper", (notice.pk,)): "LOOO0-00",
        ("objection_answer", (objection.pk,)): "LMM----M",
        ("joint_order", (number,)): "LOOOO--0",
        ("joint_order", (another,)): "LOO00--0",
        ("joint_order_edit", (another,)): "LOO----0",
        ("joint_order_allot", (another,)): "LOO----0",
        ("joint_order_decide", (another,)): "L>>----0",
        ("joint_order", (open_bids,)): "LOOO0--0",
        ("joint_order_bidding", (open_bids,)): "LOO----0",
        ("joint_order_bidding", (ready.number,)): "LOO----0",
        ("joint_order_bidding", (another,)): "L>>----0",
        ("joint_order_bid_typed", (open_bids, OWN_FIRM)): "LMM----M",
        ("joint_order_call_off", (open_bids,)): "LMM----M",
        ("joint_order_bid", (open_bids,)): "L--MM---",
        ("joint_papers_again", (number,)): "LMM----M",
        ("joint_link", (token,)): "OOOOOOOO",
        ("joint_link", (wrong,)): "00000000",
        ("joint_link", ("forged",)): "00000000",
        ("joint_link_seen", (token,)): "MMMMMMMM",
        ("joint_link_bid", (token,)): "MMMMMMMM",
        ("joint_link_paper", (token, notice.pk)): "00000000",
        ("joint_order_inspect", (number, OWN_FIRM)): "LMM----M",
        ("joint_order_deliver", (number,)): "LMM----M",
        ("joint_order_cancel", (another,)): "LMM----M",
        ("joint_order_defect", (number,)): "LMM----M",
        ("joint_order_defect_withdraw", (number, defect.pk)): "LMM----M",
        ("joint_order_settle", (number,)): "L>>----0",
        ("joint_order_settlement", (number,)): "LOO----0",
        ("joint_order_settlement", (another,)): "L00----0",
        ("joint_order_quote", (another,)): "LMM----M",
        ("joint_order_report", (another,)): "LMM----M",
        ("joint_order_status", (number, "en")): "LOO---O0",
        ("joint_order_status", (another, "ja")): "LOO---00",
        ("consortium_charter", ("C-0001",)): "LOOOO--0",
        ("consortium_charter", ("C-0002",)): "LOOO0--0",
        ("consortium_revise", ("C-0001",)): "L>>----0",
        ("consortium_revise", ("C-0002",)): "LOO----0",
        ("consortium_window", ("C-0001",)): "LOO----0",
        ("joint_order_new", ("C-0001",)): "LOO----0",
        ("consortium_withdraw", ("C-0001", 2)): "LMM----M",
        ("consortium_object", ("C-0001", 2)): "LMMMM--M",
    }
