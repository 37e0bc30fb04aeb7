"""The map of the sites: what firms can do where, how much room they have, and what travels between them."""

from __future__ import annotations

from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from kumihimo import terms
from kumihimo.model import FirmStatus
from kumihimo_web.accounts.access import COORDINATORS, access
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import current_scope
from kumihimo_web.design.language import say
from kumihimo_web.firms import spread
from kumihimo_web.firms.load_level import LoadLevel
from kumihimo_web.firms.queries import names
from kumihimo_web.plans import lanes as travel
from kumihimo_web.plans.queries import current

LANES = 20
"""More would be a tangle, on the map as in the list; the busiest stay."""
SHADES = 4


@access(COORDINATORS, Role.ASSESSOR)
@require_GET
def network_map(request: HttpRequest) -> HttpResponse:
    """Show where firms are, their room this week and the transports between prefectures, as a map and as lists.

    How busy firms are, and what travels, coordinators alone see: for an assessor these switches do not exist.
    """
    sees_load = current_scope().is_coordinator
    known = terms.processes()
    process = request.GET.get("process", "")
    process = process if process in known else ""
    asked = {
        "process": process,
        "colour": "room" if sees_load and request.GET.get("colour") == "room" else "firms",
        "free": "1" if sees_load and request.GET.get("free") else "",
    }
    rows = _rows(asked, spread.by_prefecture(timezone.localdate(), process))
    sources = spread.sources()
    single = {code: ref for code, ref in sources.items() if ref}
    called = names({*single.values(), *(row["only"] for row in rows)})
    for row in rows:
        row["only_name"] = called.get(row["only"], "")
    shown = {
        "asked": asked,
        "sees_load": sees_load,
        "processes": [(p.id, say(p)) for p in known.values()],
        "rows": sorted((row for row in rows if row["firms"]), key=lambda row: -row["firms"]),
        "legend": _legend(asked["colour"], max((row["firms"] for row in rows), default=0)),
        "single": [(say(known[code]) if code in known else code, ref, called[ref]) for code, ref in single.items()],
        "nobody": [say(one) for code, one in known.items() if code not in sources],
        "process_name": say(known[process]) if process else "",
    }
    shown |= _lanes(asked, request.GET.get("lane", "")) if sees_load else {"lanes": []}
    shown["map"] = {
        "prefectures": [{key: row[key] for key in ("code", "en", "at", "url", "label", "shade")} for row in rows],
        "lanes": shown["lanes"],
    }
    return render(request, "desk/map.html", shown)


def _rows(asked: dict[str, str], found: dict[str, spread.Spread]) -> list[dict[str, Any]]:
    """Return every prefecture with its figures, its shade and the address of its firms."""
    rows: list[dict[str, Any]] = []
    for code, place in terms.prefectures().items():
        here = found.get(code, spread.Spread())
        firms = here.loads[LoadLevel.FREE] if asked["free"] else here.firms
        query = {"prefecture": code, "process": asked["process"], "status": FirmStatus.ACTIVE.value}
        query |= {"load": "free"} if asked["free"] else {}
        rows.append(
            {
                "code": code,
                "en": place.en,
                "at": [place.lon, place.lat],
                "name": say(place),
                "firms": firms,
                "loads": [here.loads[level] for level in (*LoadLevel, None)],
                "only": here.only if asked["process"] else "",
                "url": f"{reverse('firms')}?{urlencode(query)}",
                "label": _label(say(place), firms, here, asked["colour"]),
                "room": here.loads[LoadLevel.FREE] / here.known if here.known else None,
            }
        )
    most = max(row["firms"] for row in rows)
    for row in rows:
        row["shade"] = _shade_of_room(row) if asked["colour"] == "room" else _shade_of_firms(row["firms"], most)
    return rows


def _label(place: str, firms: int, here: spread.Spread, colour: str) -> str:
    counted = ngettext("%(place)s %(n)d社", "%(place)s %(n)d社", firms) % {"place": place, "n": firms}
    if colour != "room" or not here.firms:
        return counted
    words = _("空きあり %(free)d社・余力の分かる企業 %(known)d社・不明 %(unknown)d社")
    room = words % {"free": here.loads[LoadLevel.FREE], "known": here.known, "unknown": here.loads[None]}
    return f"{counted} — {room}"


def _shade_of_firms(firms: int, most: int) -> str:
    """Return 0 for nothing, then 1 to 4 by share of the largest."""
    return str(-(-SHADES * firms // most)) if firms else "0"


def _shade_of_room(row: dict[str, Any]) -> str:
    """Return 1 to 4 by the share of those with room among the firms that answered; none is not the same as unknown."""
    if not sum(row["loads"]):
        return "0"
    if row["room"] is None:
        return "unknown"
    return "none" if not row["room"] else str(min(SHADES, int(row["room"] * SHADES) + 1))


def _legend(colour: str, most: int) -> list[tuple[str, str]]:
    """Return (shade, what it says)."""
    if colour == "room":
        shares = [_("%(low)d%%以上"), _("25%未満")]
        steps = [(str(n + 1), shares[0] % {"low": 100 * n // SHADES} if n else shares[1]) for n in range(SHADES)]
        return [("unknown", _("不明(回答なし)")), ("none", _("空きありの企業なし")), *steps, ("0", _("企業なし"))]
    bounds = [most * n // SHADES for n in range(SHADES + 1)]
    steps = []
    for number, (low, high) in enumerate(pairwise(bounds), start=1):
        if high > low:
            range_ = _("%(low)d〜%(high)d社") if high > low + 1 else _("%(high)d社")
            steps.append((str(number), range_ % {"low": low + 1, "high": high}))
    return [("0", _("0社")), *steps]


def _lanes(asked: dict[str, str], chosen: str) -> dict[str, Any]:
    """Return the lanes between prefectures, and of the chosen one every transport."""
    version = current()
    if version is None:
        return {"lanes": [], "has_plan": False}
    places = terms.prefectures()
    found = travel.traffic(version, asked["process"])
    rows = []
    for (start, end), number in found.lanes[:LANES]:
        name = f"{start}-{end}"
        words = ngettext("%(start)s から %(end)s へ %(n)d件", "%(start)s から %(end)s へ %(n)d件", number)
        rows.append(
            {
                "from": start,
                "to": end,
                "n": number,
                "label": words % {"start": say(places[start]), "end": say(places[end]), "n": number},
                "start": say(places[start]),
                "end": say(places[end]),
                "url": f"{reverse('map')}?{urlencode({**asked, 'lane': name})}#lane",
                "chosen": name == chosen,
            }
        )
    lane = next((row for row in rows if row["chosen"]), None)
    legs = [] if lane is None else travel.transports(version, asked["process"])
    return {
        "lanes": rows,
        "has_plan": True,
        "hidden_lanes": len(found.lanes[LANES:]),
        "far": sum(number for _lane, number in found.lanes),
        "near": found.near,
        "lane": lane,
        "transports": travel.shown(version, [leg for leg in legs if "-".join(leg.lane) == chosen]),
        "version": version,
    }
