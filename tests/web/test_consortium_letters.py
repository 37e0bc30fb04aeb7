"""Papers and news for members go out through the channels: once, to the member alone, and what fails is a task."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kumihimo.model import Channel
from kumihimo_web.channels import address_services, sending
from kumihimo_web.channels import queries as channels
from kumihimo_web.channels.models import Attempt, Message
from kumihimo_web.consortium import charter_services, settlement_services
from kumihimo_web.consortium.letters import paper_key
from kumihimo_web.consortium.models import JointOrder, Paper
from kumihimo_web.jobs import services as jobs
from kumihimo_web.jobs.models import Job, State
from kumihimo_web.jobs.registry import task_of
from kumihimo_web.jobs.worker import _Handle, run_one
from kumihimo_web.project.channel_environment import ChannelSettings

from .access.consortium import WINDOW, charter_data, delivered, settled
from .conftest import OWN_FIRM, RIVAL_FIRM, People
from .test_consortium_charter import page
from .wires import OWN, MailServer, as_worker, mail_server, working_hour

Browser = Callable[[str], Any]
Doing = Callable[[str], Any]


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with mail_server() as made:
        yield made


@pytest.fixture
def mailing(server: MailServer, settings: Any) -> MailServer:
    server.taken.clear()
    server.to.clear()
    server.data = "250 taken"
    settings.CHANNELS = ChannelSettings(smtp=server.server, mail_from=OWN)
    return server


@pytest.fixture
def order(people: People, as_user: Doing, mailing: MailServer) -> JointOrder:
    """An order whose settlement was just confirmed; the own firm reads mails, its rival cannot be reached."""
    with as_user("coordinator"):
        address_services.add(OWN_FIRM, Channel.MAIL, "works@own.example")
        made: JointOrder = delivered(charter_services.begin(charter_data(), WINDOW))
        settled(made)
    return made


def papers(order: JointOrder) -> dict[str, Paper]:
    return {one.firm: one for one in Paper._base_manager.filter(order=order)}


def sent_of(order: JointOrder) -> dict[str, Message]:
    rows = Message._base_manager.filter(about=order.number, kind="joint_paper")
    return {one.firm: one for one in rows}


def send() -> None:
    at = working_hour()
    while as_worker(sending.send_one)(at):
        pass


def test_a_member_gets_its_paper_by_its_channel(
    order: JointOrder, mailing: MailServer, browser: Browser, as_user: Doing
) -> None:
    assert run_one()
    made, sent = papers(order), sent_of(order)
    # The invoice is for the buyer, and goes to no member.
    assert sent.keys() == {OWN_FIRM, RIVAL_FIRM}
    assert (sent[OWN_FIRM].channel, sent[OWN_FIRM].state) == (Channel.MAIL, "queued")
    send()
    letters = [mail for to, mail in mailing.taken if to == "works@own.example"]
    (letter,) = [one for one in letters if any(part.get_content_type() == "application/pdf" for part in one.walk())]
    (pdf,) = [part for part in letter.walk() if part.get_content_type() == "application/pdf"]
    assert hashlib.sha256(pdf.get_payload(decode=True)).hexdigest() == made[OWN_FIRM].sha256
    words = next(p for p in letter.walk() if p.get_content_type() == "text/plain").get_payload(decode=True).decode()
    assert str(made[OWN_FIRM]) in words
    _by_link(words, made, order)
    shown = page(browser("coordinator"), "joint_order", order.number)
    assert shown.count(f'href="{reverse("message", args=[sent[OWN_FIRM].pk])}"') == 1
    assert reverse("joint_order", args=[order.number]) in page(browser("coordinator"), "message", sent[OWN_FIRM].pk)
    with as_user("rival"):
        assert {one.firm for one in Message.objects.all()} == {RIVAL_FIRM}
    assert "送信済み" not in page(browser("rival"), "joint_order", order.number)


def _by_link(words: str, made: dict[str, Paper], order: JointOrder) -> None:
    """Whoever has the letter reads the paper without a login: its own, and nobody else's."""
    found = re.search(r"https?://[^/]+(/consortium/by-link/[^/\s]+/)", words)
    assert found is not None, words
    client, address = Client(), found[1]
    shown = client.get(address).content.decode()
    assert f"{address}papers/{made[OWN_FIRM].pk}.pdf" in shown
    assert order.number in shown
    assert client.get(f"{address}papers/{made[OWN_FIRM].pk}.pdf")["Content-Type"] == "application/pdf"
    assert client.get(f"{address}papers/{made[RIVAL_FIRM].pk}.pdf").status_code == 404
    assert client.get(f"{address}papers/{made[''].pk}.pdf").status_code == 404
    # Reading is no proof, a machine may have done it; the page itself says when somebody is there.
    assert sent_of(order)[OWN_FIRM].state == "sent"
    assert client.post(f"{address}seen/").status_code == 204
    assert sent_of(order)[OWN_FIRM].state == "delivered"
    # The page of the orders does not take it for one of its own.
    assert client.get(reverse("answer", args=[address.split("/")[3]])).status_code == 404


def test_a_member_without_an_address_is_a_call_and_not_forgotten(
    order: JointOrder, browser: Browser, as_user: Doing
) -> None:
    assert run_one()
    assert sent_of(order)[RIVAL_FIRM].state == "to_call"
    with as_user("coordinator"):
        assert any("電話が必要な連絡" in str(one.title) for one in channels.attention())
    client = browser("coordinator")
    for name in ("joint_order", "joint_order_settlement"):
        shown = page(client, name, order.number)
        assert "電話で伝えて、記録してください" in shown
        assert reverse("message", args=[sent_of(order)[RIVAL_FIRM].pk]) in shown
    # What is said there is what stands beside the paper.
    for message in Message._base_manager.filter(firm=RIVAL_FIRM):
        client.post(reverse("message_called", args=[message.pk]), {"said": "専務に読み上げた"})
    assert "電話で伝えて、記録してください" not in page(client, "joint_order", order.number)


def test_what_did_not_arrive_stands_beside_the_paper(order: JointOrder, mailing: MailServer, browser: Browser) -> None:
    assert run_one()
    mailing.to["works@own.example"] = "550 nobody here"
    send()
    message = sent_of(order)[OWN_FIRM]
    assert message.state == "to_call"
    assert "nobody here" in Attempt._base_manager.get(message=message).words
    Message._base_manager.filter(pk=message.pk).update(state="unknown")
    shown = page(browser("coordinator"), "joint_order", order.number)
    assert "相手に確かめて、届いたかどうかを記録してください" in shown


def test_a_worker_that_dies_makes_no_second_letter(order: JointOrder, as_user: Doing) -> None:
    first = jobs.claim()
    assert first is not None
    with as_user("coordinator"):
        made = task_of(first.kind).work(_Handle(first))
    # It is killed before it saves; its lease runs out and another does all of it anew.
    Job._base_manager.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert run_one()
    assert len(sent_of(order)) == 2
    count = Message._base_manager.count()
    # It was not dead after all, and comes back with the same papers.
    assert jobs.finish(first, made) is False
    with as_user("coordinator"):
        for one in made:
            settlement_services.keep_pdf(**one)
        paper = papers(order)[OWN_FIRM]
        assert Message.objects.get(key=paper_key(paper)).enclosures.count() == 1
    assert Message._base_manager.count() == count


def test_papers_that_were_not_made_are_made_when_somebody_asks(order: JointOrder, browser: Browser) -> None:
    # Three workers died over it.
    Job._base_manager.update(state=State.RUNNING, attempts=3, leased_until=timezone.now() - timedelta(seconds=1))
    assert not run_one()
    assert Job._base_manager.get().state == State.FAILED
    client = browser("coordinator")
    assert "できていない書類を作る" in page(client, "joint_order", order.number)
    address = reverse("joint_papers_again", args=[order.number])
    for _twice in range(2):
        assert client.post(address).status_code == 302
    assert Job._base_manager.filter(state=State.QUEUED).count() == 1
    assert run_one()
    assert sent_of(order).keys() == {OWN_FIRM, RIVAL_FIRM}
    assert "できていない書類を作る" not in page(client, "joint_order", order.number)
    assert client.post(address)["Location"] == reverse("joint_order", args=[order.number])


def test_members_are_told_their_part_and_no_other(order: JointOrder, browser: Browser) -> None:
    told = {one.firm: one for one in Message._base_manager.filter(kind="joint_allotted")}
    assert told.keys() == {OWN_FIRM, RIVAL_FIRM}
    amounts = dict(order.shares.model._base_manager.filter(order=order).values_list("firm", "amount_jpy"))
    for firm, other in ((OWN_FIRM, RIVAL_FIRM), (RIVAL_FIRM, OWN_FIRM)):
        assert f"{amounts[firm]:,}円" in told[firm].text
        assert other not in told[firm].text
        assert amounts[other] == amounts[firm] or f"{amounts[other]:,}円" not in told[firm].text
    shown = page(browser("coordinator"), "joint_order", order.number)
    assert reverse("message", args=[told[RIVAL_FIRM].pk]) in shown
