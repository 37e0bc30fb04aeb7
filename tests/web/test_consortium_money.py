"""Settlements: they add up to the yen, on the page, in the rows and on paper; nobody reads what another is paid."""

from __future__ import annotations

import hashlib
import io
import random
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from django.urls import reverse
from django.utils import timezone

from kumihimo.trade.law.tax import Rounding
from kumihimo_web.audit.models import Line
from kumihimo_web.consortium import charter_services, queries, services
from kumihimo_web.consortium.mapping import plain, settlement_of
from kumihimo_web.consortium.models import JointOrder, Notice, Paper, Settlement
from kumihimo_web.consortium.state import JointState, PaperKind
from kumihimo_web.jobs.models import Job
from kumihimo_web.jobs.worker import run_one

from .access.consortium import WINDOW, charter_data, delivered, line_data, order_data, settled
from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .test_consortium_charter import page
from .test_consortium_orders import again, post

Browser = Callable[[str], Any]
Doing = Callable[[str], Any]


@pytest.fixture
def ready(people: People, as_user: Doing) -> Callable[..., JointOrder]:
    """An order that was delivered."""

    def make(*, lines: Any = None, values: Any = None, **changed: Any) -> JointOrder:
        with as_user("coordinator"):
            found = charter_services.begin(charter_data(**changed), WINDOW)
            order: JointOrder = delivered(found, lines=lines, values=values)
            return order

    return make


def pdf_text(paper: Paper) -> str:
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(bytes(paper.pdf or b""))).pages)
    return re.sub(r"\s", "", text)


def form_of(order: JointOrder, **sent: Any) -> dict[str, str]:
    due = timezone.localdate() + timedelta(days=30)
    weights = {"w1_0": "51", "w1_1": "50"}
    return {"payment_due": due.isoformat(), "invoice_due": due.isoformat(), "rounding": "floor", **weights, **sent}


def test_a_prime_contractor_settles_to_the_yen_with_papers(ready: Any, browser: Browser, people: People) -> None:
    buyer = people.buyer.organisation.pk
    order, client = ready(values=order_data(buyer=buyer)), browser("coordinator")
    address = reverse("joint_order_settle", args=[order.number])
    shown = client.get(address).content.decode()
    # 101 x 997 = 100,697 and tax of 10,069; the fee of 3 % is 3,020.
    for words in ("110,766円", "3,020円", "1円まで合っています", "委託事業者は"):
        assert words in shown
    assert "人が確かめて署名すること" not in shown
    done = post(client, "joint_order_settle", order, **form_of(order, settle="1"))
    assert done.status_code == 302, done.content.decode()
    assert run_one()
    job = Job._base_manager.order_by("-created_at").first()
    assert job is not None
    assert (job.state, job.result) == ("done", {"url": f"/consortium/orders/{order.number}/#papers"}), job.error_ja
    kept, notices = Settlement._base_manager.get(), list(Notice._base_manager.all())
    reckoned = settlement_of(kept.data)
    assert plain(reckoned) == kept.data
    assert reckoned.difference_jpy == 0
    assert sum(one.payable_jpy for one in notices) + reckoned.fee_jpy + reckoned.kept_tax_jpy == 110_766
    papers = {(one.kind, one.firm): one for one in Paper._base_manager.all()}
    assert set(papers) == {("invoice", ""), ("payment_notice", OWN_FIRM), ("payment_notice", RIVAL_FIRM)}
    assert "110,766円" in pdf_text(papers["invoice", ""])
    for one in notices:
        paper = papers["payment_notice", one.firm]
        text = pdf_text(paper)
        assert f"{one.payable_jpy:,}円" in text
        assert hashlib.sha256(bytes(paper.pdf or b"")).hexdigest() == paper.sha256
        assert paper.number.startswith("PN-JO-")
    own = pdf_text(papers["payment_notice", OWN_FIRM])
    assert f"{notices[1].payable_jpy:,}" not in own
    assert f"合成{RIVAL_FIRM}製作所" not in own
    assert again(order).state == JointState.SETTLED
    assert "110,766円" in page(client, "joint_order_settlement", order.number)
    assert Line._base_manager.filter(verb="joint_order.accounted").count() == 1
    # A second press finds it settled.
    assert client.post(address, form_of(order, settle="1")).status_code == 302
    assert Settlement._base_manager.count() == 1
    _who_reads_what(browser, papers, notices, order)


def _who_reads_what(browser: Browser, papers: dict[Any, Paper], notices: list[Notice], order: JointOrder) -> None:
    own, rival = notices
    factory = browser("factory")
    shown = page(factory, "joint_order", order.number)
    assert f"{own.payable_jpy:,}円" in shown
    assert f"{rival.payable_jpy:,}円" not in shown
    addresses = {key: reverse("joint_paper", args=[paper.pk]) for key, paper in papers.items()}
    assert factory.get(addresses["payment_notice", OWN_FIRM])["Content-Type"] == "application/pdf"
    assert factory.get(addresses["payment_notice", RIVAL_FIRM]).status_code == 404
    assert factory.get(addresses["invoice", ""]).status_code == 404
    assert browser("buyer").get(addresses["invoice", ""]).status_code == 200
    assert browser("buyer").get(addresses["payment_notice", OWN_FIRM]).status_code == 404


def test_a_broker_hands_the_tax_on_and_takes_its_fee_off(ready: Any, as_user: Doing) -> None:
    order = ready(mode="broker", lines=[line_data(quantity=101, unit_price_jpy=999)])
    with as_user("coordinator"):
        kept, _job = settled(order)
        reckoned = settlement_of(kept.data)
        assert reckoned.invoice.total_jpy == 110_988
        assert sum(total.tax_jpy or 0 for one in reckoned.notices for total in one.totals) == 10_089
        assert (reckoned.kept_tax_jpy, reckoned.difference_jpy) == (0, 0)
        papers = list(Paper.objects.exclude(kind=PaperKind.INVOICE))
        assert {one.kind for one in papers} == {PaperKind.STATEMENT}
        for paper, notice in zip(papers, reckoned.notices, strict=True):
            rows = paper.content["tables"][0]["rows"]
            figures = [int(row[1].replace(",", "")) for row in rows]
            assert sum(figures[:-1]) == figures[-1] == notice.payable_jpy
        invoice = Paper.objects.get(kind=PaperKind.INVOICE)
        assert "代理で発行" in invoice.content["notes"]
        assert run_one()
        paper = Paper.objects.get(pk=papers[0].pk)
        assert "精算書" in pdf_text(paper)


def test_members_of_a_broker_read_the_buyer(ready: Any, browser: Browser) -> None:
    order = ready(mode="broker")
    assert "架空の発注元" in page(browser("factory"), "joint_order", order.number)


@pytest.mark.parametrize("mode", ["prime", "broker"])
def test_every_settlement_and_its_papers_say_the_same_sums(mode: str, people: People, as_user: Doing) -> None:
    """Odd prices, rates, fees, roundings and defects: a paper of another sum would raise `PaperDiffers`."""
    draw = random.Random(f"consortium {mode}")
    with as_user("coordinator"):
        for at in range(6):
            fee = {"permille": draw.randrange(0, 120), "least_jpy": draw.choice((0, 777)), "most_jpy": None}
            found = charter_services.begin(charter_data(mode=mode, fee=fee, name=f"会{at}"), WINDOW)
            lines = [
                line_data(
                    quantity=draw.randrange(2, 90),
                    unit_price_jpy=draw.randrange(1, 9_999),
                    rate_percent=draw.choice((10, 8, 0)),
                )
                for _line in range(draw.randrange(1, 4))
            ]
            order = delivered(found, lines=lines)
            if draw.random() < 0.6:
                services.add_defect(
                    order,
                    {
                        "happened_on": timezone.localdate(), "cost_jpy": draw.randrange(1, 5_000),
                        "caused_by": {OWN_FIRM: draw.randrange(0, 90)}, "inspected_by": "検査一郎",
                        "reason": "傷", "reason_en": "",
                    },
                    version=order.version,
                )  # fmt: skip
                order = queries.order(order.number)
            kept, _job = settled(order, rounding=draw.choice(list(Rounding)))
            reckoned = settlement_of(kept.data)
            assert reckoned.difference_jpy == 0
            assert sum(one.payable_jpy for one in kept.notices.all()) == (
                reckoned.invoice.total_jpy
                - reckoned.fee_jpy
                - reckoned.fee_tax_jpy
                - reckoned.kept_tax_jpy
                - sum(one.deducted_jpy for one in reckoned.notices)
            )


def test_who_owes_more_than_its_work_was_worth_gets_a_statement(ready: Any, browser: Browser, as_user: Doing) -> None:
    order = ready(values=order_data(split_into=1))
    with as_user("coordinator"):
        services.add_defect(
            order,
            {
                "happened_on": timezone.localdate(), "cost_jpy": 3_000, "caused_by": {}, "inspected_by": "",
                "reason": "傷", "reason_en": "",
            },
            version=order.version,
        )  # fmt: skip
        settled(queries.order(order.number))
        notice = Notice.objects.get(firm=RIVAL_FIRM)
        paper = Paper.objects.get(firm=RIVAL_FIRM)
        assert (notice.payable_jpy, notice.owed_jpy, paper.kind) == (-2_000, 2_000, PaperKind.STATEMENT)
        assert paper.content["headline"] == ["会にお支払いいただく額", "2,000 円"]
        assert Paper.objects.get(firm=OWN_FIRM).kind == PaperKind.PAYMENT_NOTICE
    shown = page(browser("rival"), "joint_order", order.number)
    assert "会にお支払いいただく額" in shown
    assert "2,000円" in shown


def test_what_may_be_a_reduction_is_signed_with_a_reason(ready: Any, browser: Browser) -> None:
    order, client = ready(), browser("coordinator")
    # Other weights than ordered: one member gets less than its order said.
    sent = form_of(order, w1_0="90", w1_1="11", settle="1")
    refused = post(client, "joint_order_settle", order, **sent)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "より少なくなります" in text
    assert "理由を書いてください" in text
    assert not Settlement._base_manager.exists()
    key = refused.context["signatures"][0][0].key
    assert post(client, "joint_order_settle", order, **sent, **{f"why-{key}": "本人の申し出"}).status_code == 302
    kept = Settlement._base_manager.get()
    assert [(one["firm"], one["why"]) for one in kept.signed] == [(RIVAL_FIRM, "本人の申し出")]
    assert "本人の申し出" in page(client, "joint_order_settlement", order.number)


def test_a_day_of_payment_beyond_the_law_cannot_be_signed_away(ready: Any, browser: Browser) -> None:
    order, client = ready(), browser("coordinator")
    late = (timezone.localdate() + timedelta(days=75)).isoformat()
    refused = post(client, "joint_order_settle", order, **form_of(order, payment_due=late, settle="1"))
    assert refused.status_code == 422
    assert "法律の期限を超える" in refused.content.decode()
    assert not Settlement._base_manager.exists()
    edge = (timezone.localdate() + timedelta(days=60)).isoformat()
    asked = post(client, "joint_order_settle", order, **form_of(order, payment_due=edge))
    assert asked.status_code == 200
    assert len(asked.context["signatures"]) == 2


def test_weights_of_nothing_are_told_at_the_line(ready: Any, browser: Browser) -> None:
    order, client = ready(), browser("coordinator")
    answer = post(client, "joint_order_settle", order, **form_of(order, w1_0="0", w1_1="", settle="1"))
    assert answer.status_code == 422
    assert "少なくとも1社" in answer.content.decode()


def test_somebody_was_faster(ready: Any, browser: Browser) -> None:
    order, client = ready(), browser("coordinator")
    sent = {**form_of(order, settle="1"), "version": order.version - 1}
    assert client.post(reverse("joint_order_settle", args=[order.number]), sent).status_code == 409
    assert not Settlement._base_manager.exists()


def test_a_quotation_and_a_report_in_english_for_an_overseas_buyer(ready: Any, browser: Browser) -> None:
    order, client = ready(values=order_data(is_overseas=True, buyer_name="Example Inc.")), browser("coordinator")
    valid = (timezone.localdate() + timedelta(days=14)).isoformat()
    for at in (1, 2):
        sent = {"lang": "en", "valid_until": valid, "notes": "FOB Tokyo"}
        assert post(client, "joint_order_quote", order, **sent).status_code == 302
        assert run_one()
        paper = Paper._base_manager.order_by("-pk")[0]
        assert (paper.kind, paper.revision, paper.lang) == ("quotation", at, "en")
    text = pdf_text(paper)
    for words in (
        "Quotation",
        "bracket",
        "JPY110,766",
        "ExampleInc.",
        "FOBTokyo",
        "SyntheticAlliance",
        "Nagano",
        "-r2",
    ):
        assert words in text, words
    assert not re.search(r"[ぁ-ゖァ-ヺ]", text.replace("合成", ""))
    assert post(client, "joint_order_report", order, lang="en").status_code == 302
    assert run_one()
    text = pdf_text(Paper._base_manager.order_by("-pk")[0])
    for words in ("Jointinspection", "101/101", "syntheticbracket"):
        assert words in text, words
    assert post(client, "joint_order_report", order, lang="fr").status_code == 404


def test_the_status_page_is_in_the_language_asked_for(ready: Any, browser: Browser, people: People) -> None:
    order = ready(values=order_data(buyer=people.buyer.organisation.pk))
    client = browser("buyer")
    english = page(client, "joint_order_status", order.number, "en")
    article = english[english.index("<article") : english.index("</article>")]
    assert 'lang="en"' in article
    assert "synthetic bracket" in article
    assert "101 pcs" in article
    assert not re.search(r"[ぁ-ゖァ-ヺ]", article.replace("東京", ""))
    for secret in (OWN_FIRM, RIVAL_FIRM, "合成F0001製作所", "997"):
        assert secret not in english
    assert "合成ブラケット" in page(client, "joint_order_status", order.number, "ja")
    assert order.number in page(client, "consortium")


def test_an_overseas_invoice_is_in_english(ready: Any, as_user: Doing) -> None:
    values = order_data(is_overseas=True, buyer_name="Example Inc.")
    order = ready(values=values, lines=[line_data(rate_percent=0)])
    with as_user("coordinator"):
        settled(order)
        assert run_one()
        paper = Paper.objects.get(kind=PaperKind.INVOICE)
        assert paper.lang == "en"
        assert "JPY100,697" in pdf_text(paper)
