"""What members are told: the words, posted once each under a key, within the transaction of what they follow from."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import override

from kumihimo.trade.wording import day_ja
from kumihimo_web.channels import services as channels
from kumihimo_web.consortium.models import Allotment, Bid, Bidding, Consortium, Paper, Share
from kumihimo_web.consortium.state import BidAnswer

PAPER, BIDDING, ALLOTTED = "joint_paper", "joint_bidding", "joint_allotted"
KINDS = (PAPER, BIDDING, ALLOTTED)
_GREETING = "いつもお世話になっております。"
_LINK = "このリンクから開けます（登録は要りません）: {link}"


def paper_key(paper: Paper) -> str:
    """Return the key under which a paper is posted."""
    return f"joint/paper/{paper}"


def bid_key(bid: Bid) -> str:
    """Return the key under which a member is asked to bid."""
    return f"joint/bid/{bid.pk}"


def share_key(decided: Allotment, firm: str) -> str:
    """Return the key under which a member is told its part."""
    return f"joint/share/{decided.pk}/{firm}"


def post_paper(paper: Paper) -> None:
    """Send a member its paper."""
    assert paper.pdf is not None
    order = paper.order
    with override("ja"):
        title = str(paper.get_kind_display())
    channels.post(
        paper_key(paper),
        paper.firm,
        f"{title} {paper}",
        _text(
            order.consortium,
            f"共同受注 {order.number}「{order.title}」の{title} {paper} をお送りします。",
            "記載に異議があるときは、会の窓口にご連絡ください。",
            _LINK,
        ),
        kind=PAPER,
        about=order.number,
        enclosures=[(f"{paper}.pdf", "application/pdf", bytes(paper.pdf))],
    )


def post_bidding(bid: Bid) -> None:
    """Ask a member to bid."""
    bidding = bid.bidding
    order, asked = bidding.order, bidding.asked
    lines = [
        f"・{line['item']}{'（図番 ' + line['drawing'] + '）' if line['drawing'] else ''} "
        f"{line['quantity']:,}{line['unit']}"
        for line in asked["lines"]
    ]
    channels.post(
        bid_key(bid),
        bid.firm,
        f"入札のお願い {order.number} {asked['title']}",
        _text(
            order.consortium,
            f"共同受注 {order.number}「{asked['title']}」の入札をお願いします。",
            *lines,
            f"納期 {day_ja(order.due_on)}",
            *([bidding.note] if bidding.note else []),
            "",
            f"全部を受ける場合の金額（税抜）と、納められる日を、{day_ja(bidding.answer_by)}までにお知らせください。"
            "それまでは変えられ、取り下げられます。",
            "今回は見送るときも、そうお知らせください。返事がないときは、お電話で伺います。",
            "金額はほかの会員には見えません。調整役も、期限の翌日まで見られません。",
            "",
            _LINK,
            "FAX・お電話でも承ります。",
        ),
        kind=BIDDING,
        about=order.number,
    )


def post_called_off(bidding: Bidding, bids: Iterable[Bid]) -> None:
    """Tell members that there is nothing more to bid for, and why."""
    order = bidding.order
    for bid in bids:
        channels.post(
            f"{bid_key(bid)}/off",
            bid.firm,
            f"入札の取りやめ {order.number} {bidding.asked['title']}",
            _text(
                order.consortium,
                f"先にお願いした共同受注 {order.number}「{bidding.asked['title']}」の入札を取りやめました。",
                f"理由: {bidding.called_off_why}",
                "いただいた金額は、開かずに終わります。" if bid.answer == BidAnswer.BID else "ご返事は要りません。",
            ),
            kind=BIDDING,
            about=order.number,
        )


def post_share(decided: Allotment, share: Share) -> None:
    """Tell a member what it got of an order, or that it got nothing, with the reason."""
    order = share.order
    if share.quantity:
        told = f"貴社の分は {share.quantity:,}個、{share.amount_jpy:,}円（税抜）です。納期 {day_ja(order.due_on)}"
    else:
        told = "今回、貴社への割り当てはありません。"
    channels.post(
        share_key(decided, share.firm),
        share.firm,
        f"配分のお知らせ {order.number} {order.title}",
        _text(
            order.consortium,
            f"共同受注 {order.number}「{order.title}」の配分が決まりました。",
            told,
            *([f"理由: {share.note or share.why_ja}"] if share.note or share.why_ja else []),
            "違っているところがありましたら、会の窓口にご連絡ください。",
            "",
            _LINK,
        ),
        kind=ALLOTTED,
        about=order.number,
    )


def _text(own: Consortium, *lines: str) -> str:
    window = " ".join(filter(None, (own.name, own.phone, own.email)))
    return "\n".join([_GREETING, f"「{own.name}」からのお知らせです。", *lines, "", f"窓口: {window}"])
