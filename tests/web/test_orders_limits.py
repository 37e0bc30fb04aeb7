"""決裁の限度額: who may set them, what they do to orders, and that whoever waits for an approval reads why."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from kumihimo.trade import Role
from kumihimo_web.audit.models import Line
from kumihimo_web.orders.limits import limits
from kumihimo_web.orders.office_models import Limits

from .conftest import OWN_FIRM, People
from .ordered import Pen
from .ordered_pages import text

Browser = Callable[[str], Any]
TOLD = {"version": "0", "buyer_jpy": "３０，０００円", "approver_jpy": "35,000", "second_key_jpy": "20000"}


def test_an_administrator_sets_the_limits_and_others_read_them(browser: Browser, as_user: Callable[[str], Any]) -> None:
    address, office = reverse("limits"), browser("coordinator")
    seen = text(office.get(address))
    assert "500,000円" in seen
    assert "変えられるのは管理者だけです" in seen
    assert "限度額を保存" not in seen
    assert office.post(address, TOLD).status_code == 403
    boss = browser("administrator")
    wrong = boss.post(address, {**TOLD, "approver_jpy": "29999"})
    assert wrong.status_code == 422
    assert "1人で発注できる限度額以上にしてください" in text(wrong)
    assert 'value="29999"' in text(wrong), "what was typed is still there"
    assert boss.post(address, {**TOLD, "buyer_jpy": "-1"}).status_code == 422
    assert boss.post(address, TOLD).status_code == 302
    assert boss.post(address, TOLD).status_code == 409, "somebody else was faster"
    with as_user("coordinator"):
        held = limits()
        line = Line.objects.filter(verb="limits.changed").get()
    assert (held.buyer_jpy, held.approver_jpy, held.second_key_jpy) == (30_000, 35_000, 20_000)
    assert json.loads(line.before)["buyer_jpy"] == 500_000
    assert json.loads(line.after)["buyer_jpy"] == 30_000
    assert "30,000円" in text(office.get(address))


def test_an_order_above_the_limit_waits_for_others_and_says_so(people: People, browser: Browser) -> None:
    pen = Pen(people).ask().quote().award()
    page = reverse("order", args=[pen.ref])
    office, boss = browser("coordinator"), browser("administrator")
    assert "決裁の限度額" not in text(office.get(page))
    assert boss.post(reverse("limits"), TOLD).status_code == 302
    seen = text(office.get(page))
    assert "発注の前に、発注する人とは別の承認者2名の承認が必要です" in seen
    assert "35,000円" in seen
    assert "まだ誰も承認していません" in seen
    refused = pen.give("issue", pen.ready_to_issue(), Role.BUYER)
    assert refused.code == "amount_approved"
    assert "承認者2名" in refused.ja
    one_is_enough = {**TOLD, "version": "1", "approver_jpy": "50000"}
    assert boss.post(reverse("limits"), one_is_enough).status_code == 302
    assert "承認者1名の承認が必要です" in text(office.get(page))
    agreed = {"subject": "order", "firm": OWN_FIRM, "amount_jpy": 40_000, "revision": 0}
    pen.done("approve", agreed, Role.APPROVER, "administrator")
    assert "承認が必要です" not in text(office.get(page))
    seen = text(boss.get(page))
    assert "承認が必要です" in seen, "nobody approves what they order themselves"
    assert pen.issue().state == "issued"
    assert "決裁の限度額" not in text(office.get(page))


def test_the_limits_of_one_network_do_not_bind_another(
    people: People, browser: Browser, as_user: Callable[[str], Any]
) -> None:
    assert browser("administrator").post(reverse("limits"), TOLD).status_code == 302
    with as_user("stranger"):
        assert limits().buyer_jpy == 500_000
        assert not Limits.objects.exists()
