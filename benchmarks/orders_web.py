"""The web process of `orders_killed`: a real server with the middleware of the project, whose requests are commands.

A request names a place in a shuffled life of a synthetic order: ``/give/3/17``. Pages would add templates to what is
killed, and nothing to what is kept.
"""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from benchmarks.orders_killed import delivered
from kumihimo_web.accounts.access import ANYBODY, access
from kumihimo_web.accounts.models import Network
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.channels.models import Message
from kumihimo_web.channels.states import Sent
from kumihimo_web.orders import services
from kumihimo_web.orders.models import Paper, WorkOrder


@csrf_exempt
@access(ANYBODY)
def give(request: HttpRequest, seed: int, place: int) -> HttpResponse:
    """Carry a command out; the answer is what became of it."""
    command, network = delivered(seed)[0][place], Network.objects.get().pk
    with scoped(system_scope(network, command.by)):
        if command.kind == "draft":
            WorkOrder.objects.get_or_create(
                ref=command.data["work_order"],
                network_id=network,
                defaults={"title": "合成", "buyer_name": "合成発注者", "data": {}},
            )
        decision = services.give(
            command.kind,
            command.order,
            command.data,
            key=command.key,
            role=command.role,
            evidence=command.evidence,
            at=command.at,
        )
    return HttpResponse(decision.outcome.value)


@access(ANYBODY)
def waiting(request: HttpRequest) -> HttpResponse:
    """Tell how many documents wait to be made or posted, and messages to be sent."""
    papers = Paper._base_manager.filter(Q(made_at=None) | Q(is_to_send=True, sent_at=None), error="").count()
    return HttpResponse(str(papers + Message._base_manager.filter(state=Sent.QUEUED).count()))


urlpatterns = [path("give/<int:seed>/<int:place>", give), path("waiting", waiting)]
