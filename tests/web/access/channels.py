"""Addresses of the channels."""

from __future__ import annotations

from kumihimo_web.accounts.scope import scoped
from kumihimo_web.channels import services
from kumihimo_web.channels.models import Address, Enclosure

from ..conftest import OWN_FIRM, RIVAL_FIRM, STRANGE_FIRM, People
from . import Matrix


def rows(people: People) -> Matrix:
    with scoped(people.coordinator.scope()):
        own = Address.objects.create(firm=OWN_FIRM, channel="fax", value="0265111111", rank=1)
        posted = services.post(
            "matrix", OWN_FIRM, "注文書", "{link}", kind="order", enclosures=[("a.pdf", "application/pdf", b"%PDF")]
        )
        came = services.receive("fax", "matrix", "", b"II*", "image/tiff")
        file = Enclosure.objects.get(message=posted)
    return {
        ("addresses", (OWN_FIRM,)): "LOOO0--0",
        ("addresses", (RIVAL_FIRM,)): "LOO0O--0",
        ("addresses", (STRANGE_FIRM,)): "L0000--O",
        ("address", (own.pk,)): "LMMMM--M",
        ("messages", ()): "LOO----O",
        ("message", (posted.pk,)): "LOO----0",
        ("message_settle", (posted.pk, 1)): "LMM----M",
        ("message_called", (posted.pk,)): "LMM----M",
        ("message_link_close", (posted.pk,)): "LMM----M",
        ("enclosure", (file.pk,)): "LOO----0",
        ("held", ()): "LOO----O",
        ("held_decide", (came.pk,)): "LMM----M",
        # For LINE alone, which proves by its signature who it is; test_channels_line.py.
        ("line_webhook", ()): "MMMMMMMM",
    }
