"""Joint orders: proposed with reasons, decided by a person, inspected by others, and who bears what."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo.errors import InputError
from kumihimo_web.audit.models import Line
from kumihimo_web.audit.queries import broken_at
from kumihimo_web.consortium import charter_services, queries, services
from kumihimo_web.consortium.models import Allotment, Burden, Consortium, Defect, Inspection, JointOrder, Share
from kumihimo_web.consortium.state import JointState

from .access.consortium import OWN_NAME, RIVAL_NAME, WINDOW, asked, bid, charter_data, line_data, order_data, over
from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .test_consortium_charter import page

Browser = Callable[[str], Any]
Doing = Callable[[str], Any]


@pytest.fixture
def make(people: People, as_user: Doing) -> Callable[..., Consortium]:
    def begin(**changed: Any) -> Consortium:
        with as_user("coordinator"):
            return charter_services.begin(charter_data(**changed), WINDOW)

    return begin


@pytest.fixture
def take(as_user: Doing) -> Callable[..., JointOrder]:
    def taken(found: Consortium, *, lines: Any = None, **changed: Any) -> JointOrder:
        with as_user("coordinator"):
            return services.take(
                found, order_data(**changed), lines or [line_data(quantity=100)], today=timezone.localdate()
            )

    return taken


def again(order: JointOrder) -> JointOrder:
    found: JointOrder = JointOrder._base_manager.get(pk=order.pk)
    return found


def post(client: Any, name: str, order: JointOrder, *args: Any, **sent: Any) -> Any:
    return client.post(reverse(name, args=[order.number, *args]), {"version": again(order).version, **sent})


def given(order: JointOrder) -> dict[str, int]:
    return dict(Share._base_manager.filter(order=order).values_list("firm", "quantity"))


def test_an_order_is_entered_once_with_its_lines(make: Any, browser: Browser) -> None:
    found, client = make(), browser("coordinator")
    address = reverse("joint_order_new", args=[found.ref])
    form = {
        "once": "b" * 32,
        "title": "合成ブラケット",
        "buyer_name": "架空の発注元",
        "due_on": (timezone.localdate() + timedelta(days=9)).isoformat(),
        "split_into": "2",
        "l0_item": "ブラケット",
        "l0_unit_price_jpy": "1,200円",
    }
    wrong = client.post(address, {**form, "l0_quantity": "", "due_on": "2020-01-01"})
    assert wrong.status_code == 422
    for words in ("数量を入れてください", "納期が過ぎています", 'value="1,200円"'):
        assert words in wrong.content.decode()
    for _twice in range(2):
        assert client.post(address, {**form, "l0_quantity": "１，０００"}).status_code == 302
    order = JointOrder._base_manager.get()
    assert order.number == f"JO-{timezone.localdate().year}-000001"
    shown = page(client, "joint_order", order.number)
    assert "1,200,000円" in shown
    assert "配分の案を出す" in shown
    assert order.number in page(client, "consortium")
    changed = {**form, "l0_quantity": "500", "title": "直した件名"}
    assert post(client, "joint_order_edit", order, **changed).status_code == 302
    assert client.post(reverse("joint_order_edit", args=[order.number]), {**changed, "version": 1}).status_code == 409
    assert "直した件名" in page(client, "joint_order", order.number)


def test_rotation_proposes_and_a_person_decides(make: Any, take: Any, browser: Browser, as_user: Doing) -> None:
    found, client = make(), browser("coordinator")
    first, second = take(found, split_into=1), take(found, split_into=1, title="二つ目")
    assert post(client, "joint_order_allot", first).status_code == 302
    shown = page(client, "joint_order_decide", first.number)
    for words in ("持ち回りで1番目", "まだ一度も受けていません", "この期間に配分した注文はありません"):
        assert words in shown
    assert post(client, "joint_order_decide", first, q0="100", q1="0").status_code == 302
    assert given(first) == {OWN_FIRM: 100, RIVAL_FIRM: 0}
    # Whoever had a turn longest ago comes first: now it is the other.
    assert post(client, "joint_order_allot", second).status_code == 302
    shown = page(client, "joint_order_decide", second.number)
    assert f"{RIVAL_NAME}: 持ち回りで1番目" in shown
    assert "注文1件（のべ1社）" in shown
    # Deciding otherwise needs a reason, and pieces that add up.
    assert post(client, "joint_order_decide", second, q0="40", q1="50").status_code == 422
    refused = post(client, "joint_order_decide", second, q0="40", q1="60")
    assert refused.status_code == 422
    assert "理由が必要です" in refused.content.decode()
    assert post(client, "joint_order_decide", second, q0="40", q1="60", why="設備点検のため").status_code == 302
    assert given(second) == {RIVAL_FIRM: 40, OWN_FIRM: 60}
    row: Any = Allotment._base_manager.get(order=second)
    assert row.fairness["orders"] == 2
    assert row.decided["unplaced"] == 0
    assert row.proposed["parts"] != row.decided["parts"]
    with as_user("coordinator"):
        assert broken_at() is None


def test_a_member_sees_its_own_part_and_nothing_of_the_others(
    make: Any, take: Any, browser: Browser, as_user: Doing
) -> None:
    found, client = make(allotment="bid"), browser("coordinator")
    order = take(found, split_into=1)
    with as_user("coordinator"):
        bidding = asked(order)
    for who, firm, price in (("factory", OWN_FIRM, 81_234), ("rival", RIVAL_FIRM, 76_543)):
        with as_user(who):
            bid(bidding, firm, price)
    over(bidding)
    # What is typed into the form of the proposal is no bid.
    assert post(client, "joint_order_allot", order, a0_value="1").status_code == 302
    assert "76,543" in page(client, "joint_order_decide", order.number)
    assert post(client, "joint_order_decide", order, q0="100", q1="0").status_code == 302
    own, rival = (
        page(browser("factory"), "joint_order", order.number),
        page(browser("rival"), "joint_order", order.number),
    )
    assert "76,543" in rival
    assert "81,234" in own
    assert "今回は割り当てなし" in own
    for secret in ("76,543", RIVAL_NAME, RIVAL_FIRM, "架空の発注元", "997"):
        assert secret not in own, secret
    for secret in ("81,234", OWN_NAME, "架空の発注元", "997"):
        assert secret not in rival, secret
    listed = page(browser("factory"), "consortium")
    assert "76,543" not in listed
    assert order.number in listed


def test_who_made_no_bid_cannot_be_given_the_order(make: Any, take: Any, browser: Browser, as_user: Doing) -> None:
    found, client = make(allotment="bid"), browser("coordinator")
    order = take(found, split_into=1)
    with as_user("coordinator"):
        bidding = asked(order)
        bid(bidding, OWN_FIRM, 50_000)
    over(bidding)
    assert post(client, "joint_order_allot", order).status_code == 302
    refused = post(client, "joint_order_decide", order, q0="0", q1="100", why="頼まれた")
    assert refused.status_code == 422
    assert "入札のない会員" in refused.content.decode()
    assert again(order).state == JointState.OPEN


def test_leaving_a_member_out_needs_a_reason_that_it_reads(make: Any, take: Any, browser: Browser) -> None:
    found, client = make(), browser("coordinator")
    order = take(found, split_into=1)
    assert post(client, "joint_order_allot", order, a0_out="on").status_code == 422
    assert post(client, "joint_order_allot", order, a0_out="on", a0_why="測定器が校正中").status_code == 302
    assert post(client, "joint_order_decide", order, q0="100", q1="0").status_code == 302
    assert given(order) == {RIVAL_FIRM: 100, OWN_FIRM: 0}
    assert "測定器が校正中" in page(browser("factory"), "joint_order", order.number)


def test_by_load_unknown_hours_come_last(make: Any, take: Any, browser: Browser, as_user: Doing) -> None:
    from kumihimo_web.firms.load_level import LoadLevel, weeks_from
    from kumihimo_web.firms.services import declare_load

    found, today = make(allotment="load"), timezone.localdate()
    with as_user("rival"):
        declare_load(f"{RIVAL_FIRM}-S", weeks_from(today)[0][0], LoadLevel.FREE, today=today)
    order = take(found, split_into=1)
    shown = browser("coordinator").get(reverse("joint_order_allot", args=[order.number]))
    hours = [cells[0].value() for _name, cells in shown.context["form"].rows()]
    assert hours[0] is None
    assert hours[1] > 0
    assert post(browser("coordinator"), "joint_order_allot", order, a1_value=str(hours[1])).status_code == 302
    decided = page(browser("coordinator"), "joint_order_decide", order.number)
    assert f"{RIVAL_NAME}: 余力順で1番目" in decided
    assert "余力が不明なので最後" in decided


def test_two_people_do_not_decide_the_same_order(make: Any, take: Any, browser: Browser, as_user: Doing) -> None:
    found, client = make(), browser("coordinator")
    order = take(found, split_into=1)
    post(client, "joint_order_allot", order)
    seen = again(order).version
    assert post(client, "joint_order_decide", order, q0="100", q1="0").status_code == 302
    late = client.post(reverse("joint_order_decide", args=[order.number]), {"version": seen, "q0": "0", "q1": "100"})
    assert late.status_code == 302
    assert given(order)[OWN_FIRM] == 100
    with as_user("coordinator"), pytest.raises(charter_services.NotNow):
        services.decide(Allotment.objects.get(), {RIVAL_FIRM: 100}, why="x", version=again(order).version)
    # Anew, with a reason; the old turn does not count twice.
    post(client, "joint_order_allot", order)
    assert post(client, "joint_order_decide", order, q0="100", q1="0").status_code == 422
    assert post(client, "joint_order_decide", order, q0="0", q1="100", why="設備故障").status_code == 302
    with as_user("coordinator"):
        assert [part.firm for one in queries.record(found) for part in one.parts] == [RIVAL_FIRM]


@pytest.fixture
def at_work(make: Any, take: Any, browser: Browser) -> JointOrder:
    order: JointOrder = take(make(), split_into=2)
    client = browser("coordinator")
    post(client, "joint_order_allot", order)
    assert post(client, "joint_order_decide", order, q0="50", q1="50").status_code == 302
    return order


def checked(**changed: Any) -> dict[str, Any]:
    today = timezone.localdate().isoformat()
    return {
        "inspector": "検査一郎", "received_on": today, "inspected_on": today, "accepted": "50", "rejected": "0",
        **changed,
    }  # fmt: skip


def test_nobody_passes_the_work_of_the_own_firm(at_work: JointOrder, browser: Browser, as_user: Doing) -> None:
    client = browser("coordinator")
    wrong = post(client, "joint_order_inspect", at_work, OWN_FIRM, **checked(inspector="検査二郎"))
    assert wrong.status_code == 422
    today = timezone.localdate()
    with as_user("coordinator"), pytest.raises(InputError) as refused:
        services.inspect(
            Share.objects.get(firm=OWN_FIRM), inspector="検査二郎", received_on=today, inspected_on=today, accepted=50,
            rejected=0, words="", version=again(at_work).version,
        )  # fmt: skip
    assert "属さない人" in refused.value.ja
    assert post(client, "joint_order_inspect", at_work, RIVAL_FIRM, **checked(inspector="検査二郎")).status_code == 302
    assert Inspection._base_manager.get().firm == RIVAL_FIRM


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"accepted": "51"}, "50個以下"),
        ({"accepted": "0"}, "1個以上"),
        ({"received_on": "2999-01-01"}, "まだ来ていない"),
        ({"inspected_on": "2020-01-01"}, "受領日が検査日より後"),
    ],
)
def test_an_inspection_that_cannot_be_is_refused(
    changed: dict[str, str], words: str, at_work: JointOrder, browser: Browser
) -> None:
    answer = post(browser("coordinator"), "joint_order_inspect", at_work, OWN_FIRM, **checked(**changed))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Inspection._base_manager.exists()


def test_only_what_all_inspected_is_delivered_and_rework_is_inspected_again(
    at_work: JointOrder, browser: Browser
) -> None:
    client, today = browser("coordinator"), timezone.localdate().isoformat()
    post(client, "joint_order_inspect", at_work, OWN_FIRM, **checked(accepted="48", rejected="2", words="傷2個"))
    assert again(at_work).state == JointState.ALLOTTED
    assert post(client, "joint_order_deliver", at_work, delivered_on=today).status_code == 302
    assert again(at_work).state == JointState.ALLOTTED
    # What was inspected stays with whoever made it.
    post(client, "joint_order_allot", at_work)
    post(client, "joint_order_decide", at_work, q0="0", q1="100", why="x")
    assert given(at_work) == {OWN_FIRM: 50, RIVAL_FIRM: 50}
    post(client, "joint_order_inspect", at_work, RIVAL_FIRM, **checked())
    assert again(at_work).state == JointState.INSPECTED
    post(client, "joint_order_inspect", at_work, OWN_FIRM, **checked())
    assert "傷2個" in page(browser("factory"), "joint_order", at_work.number)
    assert "傷2個" not in page(browser("rival"), "joint_order", at_work.number)
    assert post(client, "joint_order_deliver", at_work, delivered_on=today).status_code == 302
    assert again(at_work).state == JointState.DELIVERED
    assert Line._base_manager.filter(verb="joint_order.handed_over").count() == 1


def test_a_defect_is_borne_by_cause_and_by_the_charter(at_work: JointOrder, browser: Browser) -> None:
    client, today = browser("coordinator"), timezone.localdate().isoformat()
    defect = {"happened_on": today, "cost_jpy": "1001", "reason": "めっきのはがれ", "p1": "40"}
    # Charged to a firm, it needs an inspector of no firm that is charged.
    assert post(client, "joint_order_defect", at_work, **defect).status_code == 422
    assert post(client, "joint_order_defect", at_work, **defect, inspected_by="検査一郎").status_code == 302
    borne = dict(Burden._base_manager.values_list("firm", "jpy"))
    # 40 % its own, of the rest 2 of 3 parts: 40 + 60 * 2 / 3 = 80 %.
    assert borne == {OWN_FIRM: 200, RIVAL_FIRM: 801}
    assert "801円" in page(browser("rival"), "joint_order", at_work.number)
    own = page(browser("factory"), "joint_order", at_work.number)
    assert "200円" in own
    assert "801円" not in own
    row = Defect._base_manager.get()
    assert post(client, "joint_order_defect_withdraw", at_work, row.pk, why="別の注文でした").status_code == 302
    assert "200円" not in page(browser("factory"), "joint_order", at_work.number)


def test_an_order_can_be_given_up_before_work_was_inspected(
    at_work: JointOrder, browser: Browser, as_user: Doing
) -> None:
    client = browser("coordinator")
    assert post(client, "joint_order_cancel", at_work, why="").status_code == 422
    assert post(client, "joint_order_cancel", at_work, why="発注元の都合").status_code == 302
    assert "発注元の都合" in page(client, "joint_order", at_work.number)
    with as_user("coordinator"):
        assert queries.record(at_work.consortium) == []


def test_the_desk_proposes_what_to_do(at_work: JointOrder, take: Any, browser: Browser, as_user: Doing) -> None:
    take(Consortium._base_manager.get())
    with as_user("coordinator"):
        titles = [str(one.title) for one in queries.attention()]
    assert titles == ["会員を決めていない共同受注 1件"]
    with as_user("factory"):
        assert queries.attention() == []
