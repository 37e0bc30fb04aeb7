"""Pages of the plans: what people read there, what is refused, and that no rival's word leaks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from kumihimo_web.jobs.models import Job
from kumihimo_web.plans import queries, services
from kumihimo_web.plans.forms import StopForm
from kumihimo_web.plans.models import PlanOrder, State, Version

from .booked import OWN, OWN_MILL, RIVAL_MILL, book, done, first, work_order
from .conftest import OWN_FIRM, RIVAL_FIRM, People

Doing = Callable[[str], Any]
Browser = Callable[[str], Any]


@pytest.fixture
def current(people: People, as_user: Doing) -> Version:
    with as_user("coordinator"):
        return first(book(people))


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_without_a_plan_the_page_says_what_to_do(browser: Browser) -> None:
    assert "チームを選び" in text(browser("coordinator").get("/plans/"))
    assert "まだ計画がありません" in text(browser("factory").get("/plans/"))
    assert "案件はまだありません" in text(browser("buyer").get("/status/"))


def test_the_plan_shows_late_orders_first_with_the_reason(current: Version, browser: Browser) -> None:
    page = text(browser("coordinator").get("/plans/"))
    assert page.index("W-2") < page.index("W-3")
    assert "日遅れ" in page
    assert "待ちます" in page or "余計に" in page or "遅れます" in page or "休み" in page
    assert "only" not in page


def test_orders_are_found_by_words_and_state(current: Version, browser: Browser) -> None:
    client = browser("coordinator")
    found = text(client.get("/plans/", {"words": "W-4"}))
    assert "合成部品 W-4" in found
    assert "合成部品 W-5" not in found
    assert "当てはまる案件がありません" in text(client.get("/plans/", {"words": "' OR 1=1 --"}))
    late = text(client.get("/plans/", {"state": "late"}))
    assert "合成部品 W-2" in late
    assert "合成部品 W-3" not in late


def test_a_factory_reads_of_its_own_work_alone(current: Version, browser: Browser) -> None:
    page = text(browser("rival").get("/plans/"))
    assert "合成部品 W-4" in page
    for hidden in ("W-3", OWN_FIRM, "よその会社", "55,000", "円"):
        assert hidden not in page


def test_the_chart_s_data_are_columns_narrowed_to_the_viewer(current: Version, browser: Browser) -> None:
    whole = json.loads(text(browser("coordinator").get(reverse("plan_bars", args=[1]))))
    assert whole["format"] == "kumihimo-bars/1"
    lengths = {len(column) for column in whole["bars"].values()}
    assert lengths == {7}
    assert whole["orders"][0]["buyer"]
    assert {one["id"] for one in whole["machines"]} == {OWN_MILL, RIVAL_MILL}
    assert len(whole["legs"]["order"]) == 2
    assert all(pair[0] < pair[1] for pairs in whole["open"].values() for pair in pairs)
    assert set(whole["open"]) == {"0", "1"}
    answer = browser("rival").get(reverse("plan_bars", args=[1]))
    own = json.loads(text(answer))
    assert {one["firm"] for one in own["machines"]} == {RIVAL_FIRM}
    assert {one["id"] for one in own["orders"]} == {"W-1", "W-2", "W-4"}
    assert own["legs"]["order"] == []
    assert OWN_FIRM not in text(answer)
    assert "よその会社" not in text(answer)


def test_an_unchanged_chart_is_not_sent_again(current: Version, browser: Browser, as_user: Doing) -> None:
    client, address = browser("coordinator"), reverse("plan_bars", args=[1])
    tag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    with as_user("coordinator"):
        services.freeze(1, "W-1", "", is_fixed=True)
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 200
    assert browser("rival").get(address)["ETag"] != client.get(address)["ETag"]


def test_an_order_shows_steps_and_causes_and_can_be_fixed(current: Version, browser: Browser) -> None:
    client, address = browser("coordinator"), reverse("plan_order", args=[1, "W-2"])
    page = text(client.get(address))
    assert "なぜ遅れるか" in page
    assert f"合成{OWN_FIRM}製作所" in page
    assert client.post(reverse("plan_freeze", args=[1, "W-2"]), {"step": "s0", "level": "fixed"}).status_code == 302
    assert "1工程を固定しました。" in text(client.get(address))
    client.post(reverse("plan_freeze", args=[1, "W-2"]), {"step": "s0", "level": "free"})
    assert "1工程の固定を解きました。" in text(client.get(address))
    assert client.post(reverse("plan_freeze", args=[1, "W-9"]), {"step": "s0"}).status_code == 404


def test_a_draft_is_read_approved_and_its_calls_printed(current: Version, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        order = work_order("W-6", OWN, title="=HYPERLINK(1)<script>")
        draft = done(services.ask_order(queries.current(), order))
    client = browser("coordinator")
    page = text(client.get(reverse("plan_diff", args=[draft.number])))
    assert f"変わるのは {draft.moved}工程・{draft.called}社です。" in page or f"変わるのは{draft.moved}工程" in page
    assert "<script>" not in page.replace("<script type=", "")
    assert f"合成{OWN_FIRM}製作所" in text(client.get(reverse("plan_calls", args=[draft.number])))
    assert client.post(reverse("plan_approve", args=[draft.number])).status_code == 302
    with as_user("coordinator"):
        assert queries.current().number == draft.number
    table = text(client.get(reverse("plan_export", args=[draft.number, "orders.csv"])))
    assert "'=HYPERLINK" in table
    assert ",=HYPERLINK" not in table


def test_a_stale_draft_is_refused_with_a_way_on(current: Version, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        base = queries.current()
        one = done(services.ask_replan(base, "short"))
        two = done(services.ask_replan(base, "short"))
    client = browser("coordinator")
    client.post(reverse("plan_approve", args=[one.number]))
    answer = client.post(reverse("plan_approve", args=[two.number]))
    assert answer.status_code == 409
    assert "今の計画の上でやり直す" in text(answer)
    with as_user("coordinator"):
        assert queries.current().number == one.number
    assert "やり直しが必要です" in text(client.get("/plans/"))
    again = client.post(reverse("plan_redo", args=[two.number]), {"wish": "w"})
    assert again.status_code == 302
    assert "/jobs/" in again["Location"]


def test_a_rejection_needs_a_reason(current: Version, browser: Browser, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_replan(queries.current(), "short"))
    client = browser("coordinator")
    answer = client.post(reverse("plan_reject", args=[draft.number]), {"reason": "  "})
    assert answer.status_code == 422
    assert "却下の理由を入力してください" in text(answer)
    assert client.post(reverse("plan_reject", args=[draft.number]), {"reason": "合わない"}).status_code == 302
    answer = client.post(reverse("plan_approve", args=[draft.number]))
    assert answer.status_code == 409
    assert "もう決まっています" in text(answer)


_STARTED = json.dumps(
    [
        {"event": "actual_start", "order": "W-1", "step": "s0", "resource": OWN_MILL, "start": 480},
        {"event": "cancel_order", "order": "W-3"},
        {"event": "actual_finish", "order": "W-4", "step": "s0", "resource": RIVAL_MILL, "start": 480, "end": 800},
    ]
)
"""Reports among events: nothing of it is taken."""


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ({"kind": "stop", "what": ""}, "何が止まるか"),
        ({"kind": "stop", "what": "どこにもない町"}, "今の計画にありません"),
        ({"kind": "stop", "what": OWN_FIRM, "from": "きのう"}, "日時として読めません"),
        ({"kind": "stop", "what": f"（企業 {OWN_FIRM}", "from": "2031-01-02T00:00", "to": "2031-01-01T00:00"}, "後に"),
        ({"kind": "cancel", "order": "W-99"}, "今の計画にありません"),
        ({"kind": "cancel", "order": "W-"}, "当てはまるものが 5 件"),
        ({"kind": "delay", "order": "W-1", "step": "s9", "hours": "3"}, "工程を選んで"),
        ({"kind": "delay", "order": "W-1", "step": "s0", "hours": "-3"}, "1〜1440"),
        ({"kind": "document", "document": "{"}, "JSON"),
        ({"kind": "document", "document": '[{"event": "explode"}]'}, "explode"),
        ({"kind": "document", "document": '[{"event": "cancel_order", "order": "W-77"}]'}, "W-77"),
        ({"kind": "document", "document": _STARTED}, "実績（W-1/s0、W-4/s0）はここでは受け取れません"),
        ({"kind": "document", "document": _STARTED}, "「実績を入れる」で報告"),
        ({"kind": "nonsense"}, "入力を直して"),
    ],
)
def test_bad_events_are_told_at_the_field(
    entered: dict[str, str], told: str, current: Version, browser: Browser, as_user: Doing
) -> None:
    answer = browser("coordinator").post(reverse("plan_whatif"), {**entered, "mode": "trial"})
    assert answer.status_code == 422
    assert told in text(answer)
    with as_user("coordinator"):
        assert not Job.objects.filter(kind__in=("plans.whatif", "plans.events")).exists()


def test_trials_are_made_and_compared_side_by_side(current: Version, browser: Browser, as_user: Doing) -> None:
    client = browser("coordinator")
    entered = {"kind": "delay", "order": "W-5", "step": "s0", "hours": "48", "mode": "trial", "wish": "x"}
    sent = [client.post(reverse("plan_whatif"), entered)["Location"] for _ in range(2)]
    assert sent[0] == sent[1]
    with as_user("coordinator"):
        trial = done(Job.objects.get(kind="plans.whatif"))
    assert "これは試しです" in text(client.get(reverse("plan_diff", args=[trial.number])))
    page = text(client.get(reverse("plan_compare"), {"v": ["1", str(trial.number)]}))
    assert "動かした工程" in page
    assert client.get(reverse("plan_compare"), {"v": ["1"]}).status_code == 302
    assert client.get(reverse("plan_compare"), {"v": ["1", "99"]}).status_code == 404


def test_an_emergency_is_seen_before_anything_is_planned(current: Version, browser: Browser, as_user: Doing) -> None:
    client = browser("coordinator")
    asked = {"what": f"合成{OWN_FIRM}製作所（企業 {OWN_FIRM}）", "to": "2099-01-01T00:00", "reason": "停電"}
    page = text(client.get("/emergency/", asked))
    assert "案件4件の4工程が影響を受けます" in page.replace("<wbr>", "")
    assert client.get("/emergency/", {"what": "ない"}).status_code == 422
    assert client.post("/emergency/", {**asked, "wish": "w"}).status_code == 302
    with as_user("coordinator"):
        draft = done(Job.objects.get(kind="plans.emergency"))
    page = text(client.get(reverse("plan_diff", args=[draft.number])))
    assert "代わりにできる企業" in page
    assert "停電" in page


def test_a_stop_s_times_may_be_written_as_people_write_them(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        written = {"what": OWN_FIRM, "from": "２０３１／１／２　８：００", "to": "2031年1月4日"}
        form = StopForm(current, written | {"what": f"（企業 {OWN_FIRM}"})
        assert form.is_good, form.errors
        assert form.stop is not None
        assert form.stop.end - form.stop.start == 2 * 1440 - 480
        for wrong in ("2031-02-30 8:00", "8:00", "2031-01-02 25:00", "1" * 400):
            assert "from" in StopForm(current, written | {"from": wrong}).errors


def test_a_buyer_reads_dates_and_processes_and_no_firm(current: Version, browser: Browser) -> None:
    client = browser("buyer")
    listed = text(client.get("/status/"))
    assert "合成部品 W-1" in listed
    assert "予定どおり" in listed
    assert "合成部品 W-3" not in listed
    page = text(client.get("/status/W-1/"))
    assert "5軸" in page
    assert "coordinatorの組織" in page
    for hidden in (OWN_FIRM, RIVAL_FIRM, "40,000", "55,000"):
        assert hidden not in listed + page
    assert client.get("/status/W-3/").status_code == 404


def test_booking_goes_from_the_inquiry_into_the_plan(people: People, browser: Browser, as_user: Doing) -> None:
    from kumihimo_web.inquiries.models import Inquiry, Proposal

    with as_user("coordinator"):
        inquiry = Inquiry.objects.create(serial=1, number="Q-000001", title="試験の案件", state="chosen")
        orders = {"A": work_order("A", OWN), "B": work_order("B", OWN, minutes=600)}
        Proposal.objects.create(inquiry=inquiry, data={}, orders=orders, network_revision=1)
    client = browser("coordinator")
    address = reverse("plan_book", args=["Q-000001", "A"])
    assert client.post(reverse("plan_book", args=["Q-000009", "A"])).status_code == 404
    assert client.post(reverse("plan_book", args=["Q-000001", "Z"])).status_code == 404
    assert client.post(address)["Location"] == client.post(address)["Location"]
    with as_user("coordinator"):
        draft = done(Job.objects.get(kind="plans.first"))
        assert draft.state == State.DRAFT
    client.post(reverse("plan_approve", args=[draft.number]))
    with as_user("coordinator"):
        assert PlanOrder.objects.filter(version__state=State.CURRENT, ref="Q-000001").exists()
        inquiry.refresh_from_db()
        assert (inquiry.state, inquiry.booked_as) == ("booked", "Q-000001")
    assert "/plans/orders/Q-000001/" in client.post(address)["Location"]
    # The inquiry and its order lead to each other.
    page = text(client.get(reverse("inquiry", args=["Q-000001"])))
    assert "計画に入れた案件" in page
    there = client.get(reverse("plan_current_order", args=["Q-000001"]))["Location"]
    assert there == reverse("plan_order", args=[draft.number, "Q-000001"])
    assert reverse("inquiry", args=["Q-000001"]) in text(client.get(there))
    with as_user("coordinator"):
        Inquiry.objects.filter(pk=inquiry.pk).update(buyer=people.buyer.organisation)
        PlanOrder.objects.filter(ref="Q-000001").update(buyer=people.buyer.organisation.pk)
    buyer = browser("buyer")
    assert "計画に入れた案件" in text(buyer.get(reverse("inquiry", args=["Q-000001"])))
    assert reverse("inquiry", args=["Q-000001"]) in text(buyer.get(reverse("order_status", args=["Q-000001"])))


def test_the_desk_hears_of_late_orders_and_drafts(current: Version, as_user: Doing) -> None:
    with as_user("coordinator"):
        draft = done(services.ask_replan(queries.current(), "short"))
        late, *rest = sorted(queries.attention(), key=lambda one: one.urgency)
        assert "遅れる案件" in late.title
        assert "合成部品 W-2" in late.detail
        assert [one.url for one in rest] == [reverse("plan_diff", args=[draft.number])]
        services.approve(draft.number)
        assert all("承認" not in one.title for one in queries.attention())
