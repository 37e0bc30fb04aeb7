"""Addresses of the inquiries: one of the buyer, one of somebody else's, and a broadcast to the own firm."""

from __future__ import annotations

from django.utils import timezone

from ..conftest import OWN_FIRM, People
from . import Matrix

TEXT = "件名: 筐体\n材質: A5052\n加工: 5軸加工\n数量: 20個\n寸法: 200×100×30\n納入先: 長野県\n"


def rows(people: People) -> Matrix:
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.inquiries import queries, services
    from kumihimo_web.inquiries.incoming import incoming_text
    from kumihimo_web.inquiries.models import Broadcast, Hand

    with scoped(people.buyer.scope()):
        own = services.receive(incoming_text(TEXT))
        services.begin_reading(queries.sources(own)[0])
        source = queries.sources(own)[0].pk
    with scoped(people.coordinator.scope()):
        other = services.receive(incoming_text(TEXT), buyer_name="名前だけの発注元")
        services.begin_reading(queries.sources(other)[0])
        found = queries.inquiry(own.number)
        assert found is not None
        services.take_proposal(found, data={"teams": [], "steps": []}, orders={}, version=found.version, revision=0)
        asked = Broadcast.objects.create(
            inquiry=own, number="Q-1", step="s", label_ja="5軸加工", label_en="5-axis", answer_by=timezone.localdate()
        )
        hand = Hand.objects.create(broadcast=asked, firm=OWN_FIRM, firm_name="自社")
    number, another = own.number, other.number
    return {
        ("inquiries", ()): "LOO---OO",
        ("inquiry_new", ()): "LOO---OO",
        ("hands", ()): "L--OO---",
        ("hand_answer", (hand.pk,)): "LMMMM--M",
        ("hands_close", (asked.pk,)): "LMM----M",
        ("inquiry", (number,)): "LOO---O0",
        ("inquiry", (another,)): "LOO---00",
        ("inquiry_edit", (number,)): "LOO----0",
        ("inquiry_value", (number,)): "LMM----M",
        ("inquiry_answer", (number,)): "LMM---MM",
        ("inquiry_questions", (number,)): "LOO----0",
        ("inquiry_source", (number,)): "LMM---MM",
        ("inquiry_download", (number, source)): "LOO----0",
        ("inquiry_download", (another, source)): "L00----0",
        ("inquiry_withdraw", (number,)): "LMM---MM",
        ("inquiry_reopen", (number,)): "LMM---MM",
        ("inquiry_propose", (number,)): "LMM----M",
        ("inquiry_teams", (another,)): "L>>----0",
        ("inquiry_choose", (number, "A")): "LMM----M",
        ("inquiry_offer", (number,)): "LMM----M",
        ("inquiry_print", (number,)): "LMM----M",
        ("inquiry_paper", (number,)): "L00----0",
        ("inquiry_ask", (number, "p1-10")): "L00----0",
        ("inquiry_hands", (number,)): "LOO----0",
    }
