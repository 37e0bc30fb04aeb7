"""Addresses of the inbox: for coordinators alone."""

from __future__ import annotations

from ..conftest import People
from . import Matrix


def rows(people: People) -> Matrix:
    from django.utils import timezone

    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.channels.models import Inbound
    from kumihimo_web.inbox.models import Item, Picture

    with scoped(people.coordinator.scope()):
        now = timezone.now()
        came = Inbound.objects.create(
            number=900_000,
            channel="fax",
            channel_id="inbox-matrix",
            received_at=now,
            content_type="image/tiff",
            raw=b"II*",
        )
        item = Item.objects.create(inbound=came, received_at=now, state="waiting", reading={"reasons": []})
        Picture.objects.create(
            inbound=came, page=1, name="page", content_type="image/png", content=b"\x89PNG", width=1, height=1
        )
    pk = item.pk
    return {
        ("inbox", ()): "LOO----O",
        ("inbox_upload", ()): "LOO----O",
        ("inbox_call", ()): "LOO----O",
        ("inbox_item", (pk,)): "LOO----0",
        ("inbox_approve", (pk,)): "LMM----M",
        ("inbox_link", (pk,)): "LMM----M",
        ("inbox_aside", (pk,)): "LMM----M",
        ("inbox_back", (pk,)): "LMM----M",
        ("inbox_again", (pk,)): "LMM----M",
        ("inbox_draft", (pk,)): "LMM----M",
        ("inbox_original", (pk,)): "LOO----0",
        ("inbox_picture", (pk, "page")): "LOO----0",
    }
