"""What the morning of the demo has in store: inquiries and assessments in every state, a firm that stands still."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from django.utils.translation import gettext as _

from kumihimo.model import EvidenceLevel
from kumihimo_web.accounts.models import User
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.assessments import queries as sheets
from kumihimo_web.assessments import services as assessments
from kumihimo_web.assessments.sealing import seal_of
from kumihimo_web.design.language import twins
from kumihimo_web.firms import queries as firms
from kumihimo_web.inquiries import hand_services, services
from kumihimo_web.inquiries import queries as inquiries
from kumihimo_web.inquiries.incoming import incoming_file
from kumihimo_web.inquiries.models import Inquiry, Proposal
from kumihimo_web.plans import queries as plans
from kumihimo_web.plans import services as planning

TEXTS = Path(__file__).parent / "inquiries"
UNASKED = "5-plate.txt"
"""The inquiry for which nobody has asked for teams yet."""
OFFERED = "2-shaft.txt"
"""The inquiry of the buyer who logs in that has an offer."""
OF_BUYER = OFFERED, "4-gear.txt"
"""The inquiries of the buyer who logs in; the second has questions to answer."""
DAY_MIN = 24 * 60
STOP_DAYS = 5


def open_inquiries(buyer: User) -> None:
    """Take in the inquiries of the morning, some of them of the buyer, and ask for teams for all but one."""
    for path in sorted(TEXTS.glob("*.txt")):
        incoming = incoming_file(path.name, path.read_bytes())
        if path.name in OF_BUYER:
            made = services.receive(incoming, buyer=buyer.organisation_id)
        else:
            made = services.receive(incoming, buyer_name=_("架空の発注元"))
        source = inquiries.sources(made)[0]
        services.begin_reading(source)
        read = inquiries.inquiry(made.number)
        assert read is not None
        if path.name != UNASKED:
            services.ask_teams(read, version=read.version, once=read.number)


def ask_and_stop(factory: str, today: date) -> None:
    """Ask firms to raise their hands for a step, and let the busiest firm but the factory's stand still."""
    found = _asked_of(factory)
    if found is not None:
        inquiry, proposal, step = found
        others = [one.firm for one in inquiries.askable(proposal, step) if one.firm != factory]
        note = _("急ぎではありません。値段は目安で結構です。")
        hand_services.broadcast(
            inquiry,
            proposal,
            step,
            firms=[factory, *others[:5]],
            answer_by=today + timedelta(days=3),
            note=note,
            once="demo",
        )
    current = plans.current()
    assert current is not None
    now = plans.minute_now(current)
    busy = plans.machines(current).exclude(firm=factory).order_by("-busy_min")[:40]
    stops = [plans.Stop(kind="firm", ref=one.firm, start=now, end=now + STOP_DAYS * DAY_MIN) for one in busy]

    def hit(stop: plans.Stop) -> int:
        machines = plans.stopped(current, stop).values("resource")
        return plans.hit(current, machines, stop.start, stop.end).count()

    worst = max(stops, key=hit)
    planning.ask_emergency(current, worst, twins(lambda: _("設備の故障で%(days)d日間停止") % {"days": STOP_DAYS}))


def offer_team() -> None:
    """Choose the first team for an inquiry of the buyer's, and offer its price and day."""
    for inquiry in inquiries.search():
        proposal = inquiries.latest_proposal(inquiry)
        if inquiries.sources(inquiry)[0].name == OFFERED and proposal is not None and proposal.data["teams"]:
            why = _("価格・日程・品質のつりあいがいちばんよい組合せでした。")
            team = proposal.data["teams"][0]["name"]
            chosen = services.choose(inquiry, proposal, team, why=why, version=inquiry.version)
            services.offer(chosen, version=chosen.version)


def _asked_of(factory: str) -> tuple[Inquiry, Proposal, str] | None:
    """Return a step that the factory can raise its hand for: somebody has to answer on a phone."""
    for inquiry in inquiries.search():
        proposal = inquiries.latest_proposal(inquiry)
        for step in proposal.data["steps"] if proposal is not None else ():
            if proposal is not None and factory in {one.firm for one in inquiries.askable(proposal, step["id"])}:
                return inquiry, proposal, step["id"]
    return None


def assess(assessor: User, factory: User, today: date) -> None:
    """Make assessments to look at.

    A draft, one that waits for a reply, one published, one soon to expire, one that the firm disputes; and a firm that
    the assessor may not assess.
    """
    assert factory.organisation is not None
    own = factory.organisation.firm
    with scoped(assessor.scope()):
        others = [one.ref for one in firms.search(status="active")[:5] if one.ref != own]
        _signed(others[0], today - timedelta(days=30), None, points=4)
        _signed(others[1], today - timedelta(days=720), today + timedelta(days=20), points=3)
        row = next(iter(sheets.capability_labels(own)))
        disputed = _signed(own, today - timedelta(days=12), None, points=2, capability=row)
        _signed(own, today, None, points=4)
        assessments.begin(others[2], is_neutral=True, today=today)
        office = assessor.organisation_id
        assert office is not None
        assessments.declare_interest(office, others[3], _("合成データ: 理事を出している企業。"), today=today)
    with scoped(factory.scope()):
        words = _("合成データ: 測定室を直す前の日の記録です。直したあとの記録も見てください。")
        replied = assessments.reply(disputed, words, version=1, today=today - timedelta(days=9))
        assert replied.assessment is not None
        reason = _("合成データ: 登録の公差で納めた記録が12件あります。「登録と違った」とした根拠を確かめてください。")
        assessments.dispute(disputed, reason, version=replied.assessment.version, today=today - timedelta(days=2))
    assert assessor.organisation is not None
    with scoped(system_scope(assessor.organisation.network_id)):
        assessments.settle(today)


def _signed(firm: str, on: date, expires: date | None, *, points: int, capability: str = "") -> str:
    """Sign an assessment of a whole firm, or of a capability row that was found otherwise; return its number."""
    sheet = assessments.begin(firm, capability, is_neutral=True, today=on)
    head = {
        "method": EvidenceLevel.ONSITE,
        "confirms": False if capability else None,
        "assessed_on": on,
        "expires_on": expires or assessments.end_of_validity(on),
        "finding": _("合成データ: 現場を見て、段取りと測定の手順を確かめた。"),
    }
    assessments.save_head(sheet.ref, head, version=sheet.version)
    for number, one in enumerate(sheets.marks(sheet)):
        score = max(1, points - number % 3)
        assessments.mark(sheet.ref, one.item, score=score, is_unchecked=False, note="", version=one.version)
    shown = sheets.sheet(sheet.ref)
    assert shown is not None
    return assessments.sign(sheet.ref, seal=seal_of(sheets.to_sign(shown)), today=on).ref
