"""Random planning problems in the interchange format (synthetic)."""

from __future__ import annotations

from random import Random
from typing import Any


def small(r: Random) -> dict[str, Any]:
    """Return a problem of up to six orders with every feature of the format."""
    sites = [
        {"id": f"s{i}", "lat": round(35 + r.random(), 4), "lon": round(138 + r.random(), 4)}
        for i in range(r.randint(1, 4))
    ]
    if r.random() < 0.5:
        tr = {
            "detour": 1.3,
            "speed_kmh": 50,
            "handling_min": 60,
            "jpy_per_km": 120,
            "jpy_fixed": 1500,
            "kg_co2_per_km": 0.5,
        }
    else:
        ids = [s["id"] for s in sites]
        tr = {
            k: {a: {b: r.randint(0, 200) for b in ids if b != a and r.random() < 0.97} for a in ids}
            for k in ("minutes", "jpy", "kg_co2")
        }
    cals = []
    for c in range(3):
        w = sorted(r.sample(range(0, 10080, 60), 2 * r.randint(1, 4)))
        cals.append(
            {
                "id": f"c{c}",
                "weekly": [[w[i], w[i + 1]] for i in range(0, len(w), 2)]
                + ([[10000, 10200]] if r.random() < 0.3 else []),
                "closed": [[a, a + r.randint(1, 900)] for a in [r.randint(0, 9000)]],
                "open": [[a, a + r.randint(1, 900)] for a in [r.randint(0, 9000)]],
            }
        )
    res = []
    fams = ["a", "b", "c"]
    for i in range(r.randint(1, 5)):
        k = {"id": f"r{i}", "site": r.choice(sites)["id"], "kind": "machine", "capacity": 1}
        if r.random() < 0.6:
            k["calendar"] = r.choice(cals)["id"]
        x = r.random()
        if x < 0.2:
            k["capacity"] = 2
        elif x < 0.4:
            k.update(kind="batch", capacity=10)
        elif x < 0.7:
            k["setup"] = {a: {b: r.randint(0, 60) for b in fams if b != a} for a in fams}
        res.append(k)
    orders = []
    for o in range(r.randint(1, 6)):
        steps = []
        for s in range(r.randint(1, 4)):
            st = {
                "id": f"o{o}-{s}",
                "after": [f"o{o}-{p}" for p in range(s) if r.random() < 0.6],
                "modes": [
                    {
                        "resource": r.choice(res)["id"],
                        "duration": r.choice([0, 30, 60, 60, 200, 700]),
                        "jpy": r.randint(0, 5000),
                        "kg_co2": r.choice([0, 1.5, 2.25]),
                    }
                    for _ in range(r.randint(1, 3))
                ],
            }
            if r.random() < 0.7:
                st["family"] = r.choice(fams)
            if r.random() < 0.5:
                st["load"] = r.randint(1, 11)
            if r.random() < 0.12:
                m = r.choice(st["modes"])
                a = r.randint(-50, 4000)
                st["fixed"] = {"resource": m["resource"], "start": a, "end": a + r.randint(0, 500)}
                st["freeze"] = r.choice(["done", "running", "committed", "proposed", "proposed"])
            steps.append(st)
        od = {
            "id": f"o{o}",
            "release": r.randint(0, 2000),
            "due": r.randint(500, 9000),
            "weight": r.randint(1, 3),
            "steps": steps,
        }
        if r.random() < 0.5:
            od["ship_to"] = r.choice(sites)["id"]
        orders.append(od)
    return {
        "format": "kumihimo-problem/1",
        "start": r.choice(["2026-12-01T00:00:00+09:00", "2026-11-22T13:37:00+09:00"]),
        "horizon": r.choice([8000, 20000, 40000]),
        "sites": sites,
        "transport": tr,
        "calendars": cals,
        "resources": res,
        "orders": orders,
        "objective": {
            "jpy_per_weighted_late_min": r.choice([0, 1, 10]),
            "jpy_per_moved_step": r.choice([0, 3000]),
            "jpy_per_kg_co2": r.choice([0, 0, 12.5]),
            "makespan": r.random() < 0.2,
        },
    }


def tiny(r: Random) -> dict[str, Any]:
    """Return a problem of up to three steps within nine minutes, small enough to try everything."""
    horizon = r.choice([5, 7, 9])
    sites = [{"id": "s0"}, {"id": "s1"}]
    tr = {
        "minutes": {"s0": {"s1": r.randint(0, 3)}, "s1": {"s0": r.randint(0, 3)}},
        "jpy": {"s0": {"s1": r.randint(0, 9)}, "s1": {"s0": r.randint(0, 9)}},
        "kg_co2": {"s0": {"s1": 0.5}},
    }
    cals = [
        {"id": "c0", "weekly": [[0, 3], [4, 6], [8, 12]]},
        {"id": "c1", "weekly": [[0, 20]], "closed": [[3, 4]], "open": [[3, 4]] if r.random() < 0.3 else []},
    ]
    res = []
    for i in range(r.randint(1, 3)):
        k = {"id": f"r{i}", "site": r.choice(sites)["id"]}
        if r.random() < 0.5:
            k["calendar"] = r.choice(cals)["id"]
        x = r.random()
        if x < 0.2:
            k["capacity"] = 2
        elif x < 0.4:
            k.update(kind="batch", capacity=3)
        elif x < 0.7:
            k["setup"] = {"a": {"b": r.randint(0, 3)}, "b": {"a": r.randint(0, 2)}}
        res.append(k)
    orders = []
    left = r.randint(1, 3)
    while left:
        n = r.randint(1, min(2, left))
        left -= n
        o = len(orders)
        steps = []
        for s in range(n):
            st = {
                "id": f"{s}",
                "after": ["0"] if s and r.random() < 0.7 else [],
                "modes": [
                    {"resource": r.choice(res)["id"], "duration": r.choice([0, 1, 2, 2, 3]), "jpy": r.randint(0, 9)}
                    for _ in range(r.randint(1, 2))
                ],
                "load": r.randint(1, 2),
            }
            if r.random() < 0.8:
                st["family"] = r.choice("ab")
            if r.random() < 0.2:
                m = r.choice(st["modes"])
                a = r.randint(-1, 4)
                st["fixed"] = {"resource": m["resource"], "start": a, "end": a + r.randint(0, 3)}
                st["freeze"] = r.choice(["committed", "proposed"])
            steps.append(st)
        od = {
            "id": f"o{o}",
            "release": r.randint(0, 2),
            "due": r.randint(1, 6),
            "weight": r.randint(1, 3),
            "steps": steps,
        }
        if r.random() < 0.3:
            od["ship_to"] = r.choice(sites)["id"]
        orders.append(od)
    return {
        "format": "kumihimo-problem/1",
        "start": "2026-11-30T00:00:00+09:00",
        "horizon": horizon,
        "sites": sites,
        "transport": tr,
        "calendars": cals,
        "resources": res,
        "orders": orders,
        "objective": {
            "jpy_per_weighted_late_min": r.choice([0, 1, 3]),
            "jpy_per_moved_step": r.choice([0, 4]),
            "jpy_per_kg_co2": r.choice([0, 0, 3]),
            "makespan": r.random() < 0.2,
        },
    }
