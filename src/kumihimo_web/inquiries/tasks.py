"""Long work of the inquiries: reading files, proposing teams, printing. Workers load the engines, pages never."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils import timezone

from kumihimo.errors import InputError, KumihimoError
from kumihimo.inquiry import consistency
from kumihimo.model import TABLES
from kumihimo.model import Inquiry as ReadInquiry
from kumihimo_web.accounts.queries import networks, own_network
from kumihimo_web.accounts.scope import current_scope, scoped, system_scope
from kumihimo_web.firms.queries import whole_network
from kumihimo_web.inquiries import queries, services
from kumihimo_web.inquiries.incoming import Incoming, read
from kumihimo_web.inquiries.mapping import build, of_data
from kumihimo_web.jobs.registry import Running, Task, get_ready, register

if TYPE_CHECKING:
    from kumihimo.proposal.propose import Proposer

_KEPT = 2
"""Networks that a worker keeps ready; each takes some 100 MB with 10,000 firms."""
_proposers: dict[tuple[tuple[int, datetime, int], date], Proposer] = {}
"""State of a network and day -> what proposes on it."""


def _read(running: Running) -> ReadInquiry | KumihimoError:
    """Read a file; a refusal is a result that is shown beside the inquiry, no failure of the job."""
    source = queries.source(running.payload["source"])
    if source is None:
        raise _gone()
    running.tell(None, f"{source.name} を読んでいます", f"Reading {source.name}")
    try:
        return read(Incoming(name=source.name, kind=source.kind, data=bytes(source.data)), timezone.localdate())
    except KumihimoError as why:
        return why


def _keep_reading(value: ReadInquiry | KumihimoError, payload: dict[str, Any]) -> dict[str, Any]:
    source = queries.source(payload["source"])
    if source is None:
        raise _gone()
    take = services.take_refusal if isinstance(value, KumihimoError) else services.take_reading
    found = take(source, value)  # type: ignore[arg-type]
    return {"url": reverse("inquiry", args=[found.number])}


def _propose(running: Running) -> dict[str, Any] | InputError:
    """Propose teams for an inquiry as it stands, on the whole network.

    Values that nobody can plan with are a result that is shown beside the inquiry, no failure of the job.
    """
    from kumihimo.interop.work_order_json import work_order_to_json
    from kumihimo.proposal.to_json import proposal_to_json

    found = queries.inquiry_of(running.payload["inquiry"])
    if found is None or found.reading is None:
        raise _gone()
    version = found.version
    asked = replace(of_data(found.reading), id=found.number)
    large = [one for part in asked.parts for one in consistency.too_large(part.requirements)]
    if large:
        return InputError("\n".join(ja for _field, ja, _en in large), "\n".join(en for _field, _ja, en in large))
    running.tell(0.05, "企業の情報を用意しています", "Preparing the firms")
    # Prices are built of rates that the firms show to nobody: the engine reads them as the program, not as a person,
    # and what it gives back holds prices of steps only.
    with scoped(system_scope(current_scope().network)):
        own = own_network()
        proposer = _proposer(own.state, timezone.localdate())
    running.tell(0.4, "工程ごとに候補を調べ、チームを組んでいます", "Ranking firms and building teams")
    try:
        proposed = proposer.propose(asked, stem=found.number)
    except InputError as why:
        return why
    data = proposal_to_json(proposed.proposal)
    data["inquiry"]["title"] = found.title
    # What was read stands beside the inquiry; a second copy of the customer's text would only grow old.
    del data["inquiry"]["text"]
    letters = [team.name for team in proposed.proposal.teams]
    orders = dict(zip(letters, map(work_order_to_json, proposed.work_orders), strict=True))
    return {"data": data, "orders": orders, "version": version, "revision": own.revision}


def _proposer(state: tuple[int, datetime, int], today: date) -> Proposer:
    """Return what proposes on the scope's network, brought up to date when a firm has changed or a day has passed."""
    from kumihimo.proposal.propose import Proposer

    key = state, today
    if key not in _proposers:
        known = next((one for one in _proposers if one[0][0] == state[0]), None)
        before = None if known is None else _proposers.pop(known)
        while len(_proposers) >= _KEPT:
            del _proposers[next(iter(_proposers))]
        _proposers[key] = Proposer(whole_network(), today, before=before)
    return _proposers[key]


@get_ready
def _read_networks() -> Iterator[None]:
    """Load the engines and read the networks: what the first to ask for teams would otherwise wait for."""
    from kumihimo.planning import compiled, warm

    if compiled.is_warm():
        warm.PARTS["plan"]()
    yield
    for network in networks()[:_KEPT]:
        scope = system_scope(network.pk)
        for table in TABLES:
            with scoped(scope):
                whole_network(table)
            yield
        with scoped(scope):
            _proposer(own_network().state, timezone.localdate())
        yield


def _keep_teams(value: dict[str, Any] | InputError, payload: dict[str, Any]) -> dict[str, Any]:
    found = queries.inquiry_of(payload["inquiry"])
    if found is None:
        raise _gone()
    if isinstance(value, InputError):
        services.take_no_teams(found, value, version=payload["version"])
        return {"url": reverse("inquiry", args=[found.number])}
    services.take_proposal(found, **value)
    return {"url": reverse("inquiry_teams", args=[found.number])}


def _print(running: Running) -> bytes:
    """Set a proposal as PDF."""
    from kumihimo.proposal.pdf import proposal_pdf
    from kumihimo.proposal.proposal import Proposal

    found = queries.proposal_of(running.payload["proposal"])
    if found is None:
        raise _gone()
    running.tell(None, "提案書を作っています", "Setting the proposal")
    return proposal_pdf(build(Proposal, found.data), lang=running.payload["lang"])


def _keep_print(value: bytes, payload: dict[str, Any]) -> dict[str, Any]:
    found = queries.proposal_of(payload["proposal"])
    if found is None:
        raise _gone()
    services.keep_pdf(found, value, payload["lang"])
    return {"url": f"{reverse('inquiry_teams', args=[found.inquiry.number])}#paper"}


def _back(payload: dict[str, Any]) -> str | None:
    """Return the page of the inquiry that a job was for."""
    if "source" in payload:
        source = queries.source(payload["source"])
        return None if source is None else reverse("inquiry", args=[source.inquiry.number])
    if "proposal" in payload:
        proposal = queries.proposal_of(payload["proposal"])
        return None if proposal is None else reverse("inquiry_teams", args=[proposal.inquiry.number])
    found = queries.inquiry_of(payload["inquiry"])
    return None if found is None else reverse("inquiry", args=[found.number])


def _gone() -> InputError:
    return InputError(
        "引合が見つかりません。取り下げられたか、見る権限がありません。一覧から選び直してください。",
        "There is no such inquiry, or you may not see it. Choose it from the list again.",
    )


register(Task(kind=services.READ, work=_read, save=_keep_reading, back=_back))
register(Task(kind=services.PROPOSE, work=_propose, save=_keep_teams, back=_back))
register(Task(kind=services.PRINT, work=_print, save=_keep_print, back=_back))
