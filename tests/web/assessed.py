"""Assessments made through the services, for the tests: a draft, one that is shared, one that is published."""

from __future__ import annotations

import struct
import zlib
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from .conftest import OWN_FIRM, People

FINDING = "登録どおりの品物と測定の記録を3件確かめた。"
NOTE = "検査成績書を見た。"


def png(width: int = 2, height: int = 2, *extra: tuple[bytes, bytes]) -> bytes:
    """Return a PNG of one colour, with further chunks."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + b"\x7f" * min(width, 8) for _ in range(min(height, 8))))
    parts = [(b"IHDR", head), *extra, (b"IDAT", pixels), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(name, body) for name, body in parts)


def written(
    people: People,
    *,
    firm: str = OWN_FIRM,
    capability: str = "",
    score: int = 3,
    confirms: bool = True,
    today: Any = None,
) -> Any:
    """Return a draft that could be signed, with a photograph."""
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.assessments import services
    from kumihimo_web.assessments.criteria import latest
    from kumihimo_web.assessments.models import Sheet

    day: date = today or timezone.localdate()
    with scoped(people.assessor.scope()):
        made = services.begin(firm, capability, is_neutral=True, today=day)
        head = {
            "method": 4,
            "confirms": confirms if capability else None,
            "assessed_on": day,
            "expires_on": services.end_of_validity(day),
            "finding": FINDING,
        }
        services.save_head(made.ref, head, version=made.version)
        for one in latest().criteria:
            services.mark(made.ref, one.id, score=score, is_unchecked=False, note=NOTE, version=1)
        services.attach(made.ref, "people", "現場 写真.png", png())
        return Sheet.objects.get(ref=made.ref)


def signed(people: People, sheet: Any, *, today: Any = None) -> Any:
    """Sign a draft and return it."""
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.assessments import queries, services
    from kumihimo_web.assessments.sealing import seal_of

    with scoped(people.assessor.scope()):
        seal = seal_of(queries.to_sign(queries.sheet(sheet.ref)))
        return services.sign(sheet.ref, seal=seal, today=today or timezone.localdate())


def shared(people: People, **values: Any) -> Any:
    """Return an assessment that waits for the reply of the firm."""
    return signed(people, written(people, **values), today=values.get("today"))


def published(people: People, **values: Any) -> Any:
    """Return an assessment that nobody replied to in time, and that is published."""
    from kumihimo_web.accounts.scope import scoped
    from kumihimo_web.assessments import services

    day: date = values.pop("today", None) or timezone.localdate()
    made = shared(people, today=day - timedelta(days=services.REPLY_DAYS + 1), **values)
    with scoped(people.coordinator.scope()):
        return services.publish(made.ref, version=1, today=day)
