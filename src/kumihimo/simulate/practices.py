"""How each process is usually done: rates, lots, lead times, materials and the shape of the work.

The figures are rules of thumb for small Japanese job shops, meant to give a believable synthetic network. They are
no survey and no price list; `price_bands` tells within which limits the generator stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

HOURLY_SPREAD = (0.55, 1.75)
"""Limits of a drawn price relative to the base of its process (region and firm together)."""
BATCH_MIN_ORDER_JPY = (5000, 20000)
"""Limits in yen of the least charge of heat treatment and coating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """How one process is done.

    Attributes
    ----------
    shape
        ``"block"`` (length, width, height), ``"round"`` (length, diameter), ``"sheet"`` (length, width, thickness),
        ``"tank"`` (what fits into a furnace, a bath or a booth) or ``"any"``.
    works
        Key of `FAMILY_GROUPS`: the families of material it works.
    lots
        Least, economic and largest lot of a middling shop.
    monthly
        Pieces a month of a middling shop.
    """

    process: str
    shape: str
    works: str
    hourly_jpy: int
    setup_jpy: int
    min_order_jpy: int
    lead_days: int
    lots: tuple[int, int, int]
    monthly: int


FAMILY_GROUPS: Mapping[str, tuple[tuple[str, float], ...]] = {
    # family -> share of the shops doing the process that work it; the first one is always worked
    "general": (
        ("steel", 1.0),
        ("aluminium", 0.62),
        ("stainless.austenitic", 0.55),
        ("stainless.martensitic", 0.2),
        ("polymer", 0.25),
        ("brass", 0.25),
        ("iron.grey", 0.2),
        ("copper", 0.12),
        ("titanium", 0.08),
    ),
    "light": (
        ("aluminium", 1.0),
        ("stainless.austenitic", 0.5),
        ("titanium", 0.3),
        ("steel.carbon", 0.5),
        ("polymer", 0.3),
        ("copper", 0.2),
        ("nickel", 0.12),
        ("magnesium", 0.06),
    ),
    "turned": (
        ("stainless.austenitic", 1.0),
        ("brass", 0.6),
        ("steel.free", 0.5),
        ("aluminium", 0.45),
        ("steel.carbon", 0.45),
        ("stainless.martensitic", 0.25),
        ("titanium", 0.2),
        ("polymer", 0.12),
    ),
    "hard": (
        ("steel.tool", 1.0),
        ("steel.alloy", 0.6),
        ("steel.carbon", 0.6),
        ("stainless.martensitic", 0.35),
        ("steel.bearing", 0.3),
        ("carbide", 0.22),
        ("stainless.austenitic", 0.3),
        ("ceramic", 0.06),
    ),
    "shaft": (
        ("steel.alloy", 1.0),
        ("steel.carbon", 0.7),
        ("steel.tool", 0.4),
        ("stainless.austenitic", 0.35),
        ("steel.bearing", 0.3),
        ("stainless.martensitic", 0.25),
        ("carbide", 0.12),
    ),
    "mould": (("steel.mold", 1.0), ("steel.tool", 0.7), ("steel.carbon", 0.5), ("aluminium", 0.3), ("copper", 0.3)),
    "sheet": (
        ("steel.sheet", 1.0),
        ("stainless.austenitic", 0.7),
        ("aluminium.5000", 0.6),
        ("steel.structural", 0.4),
        ("stainless.ferritic", 0.2),
        ("copper", 0.12),
        ("brass", 0.1),
        ("titanium", 0.06),
    ),
    "plate": (("steel.structural", 1.0), ("stainless.austenitic", 0.5), ("steel.tube", 0.4), ("aluminium.5000", 0.25)),
    "quench": (
        ("steel.alloy", 1.0),
        ("steel.carbon", 0.85),
        ("steel.tool", 0.6),
        ("steel.bearing", 0.3),
        ("stainless.martensitic", 0.3),
    ),
    "case": (("steel.alloy", 1.0), ("steel.carbon", 0.55)),
    "ferrous": (("steel.carbon", 1.0), ("steel.structural", 0.8), ("steel.sheet", 0.6), ("steel.alloy", 0.45)),
    "aluminium": (
        ("aluminium.5000", 1.0),
        ("aluminium.6000", 0.85),
        ("aluminium.2000", 0.6),
        ("aluminium.7000", 0.6),
        ("aluminium.cast", 0.3),
    ),
    "plated": (
        ("steel.carbon", 1.0),
        ("steel.structural", 0.55),
        ("stainless.austenitic", 0.3),
        ("brass", 0.35),
        ("aluminium", 0.3),
        ("copper", 0.3),
    ),
    "finished": (("stainless.austenitic", 1.0), ("aluminium", 0.55), ("steel.structural", 0.5), ("brass", 0.35)),
    "painted": (("steel", 1.0), ("aluminium", 0.7), ("stainless", 0.55), ("polymer", 0.15)),
    "diecast": (("aluminium.cast", 1.0), ("magnesium", 0.15)),
    "cast_iron": (("iron.grey", 1.0), ("iron.ductile", 0.7), ("bronze", 0.15)),
    "cast_light": (("aluminium.cast", 1.0), ("bronze", 0.25)),
    "cast_steel": (("steel.cast", 1.0), ("stainless.austenitic", 0.3)),
    "forged": (("steel.carbon", 1.0), ("steel.alloy", 0.75), ("stainless.austenitic", 0.3), ("titanium", 0.12)),
    "moulded": (("polymer", 1.0),),
    "spring": (("stainless.austenitic", 1.0), ("steel.carbon", 0.7), ("bronze", 0.3)),
    "frame": (("titanium", 1.0), ("nickel", 0.4), ("stainless.austenitic", 0.5), ("copper", 0.2)),
    "anything": (("steel", 1.0), ("aluminium", 0.8), ("stainless", 0.75), ("polymer", 0.35), ("brass", 0.25)),
}


_TABLE = """
mach.mill3     block general   6500 12000 10000 10 1 30 500     1500
mach.mill_hmc  block general   8000 18000 20000 14 5 100 3000   4000
mach.mill5     block light    10500 22000 30000 14 1 10 300      600
mach.mill_gantry block general 12500 30000 60000 21 1 2 20        40
mach.mill_manual block general 5000  4000  5000  5 1 3 30         150
mach.mill_micro block light   11000 20000 30000 14 1 30 2000     2000
mach.turn_cnc  round general   5800  8000  8000  8 1 50 3000     4000
mach.turn_manual round general 4800  3000  5000  5 1 2 20         120
mach.turn_swiss round turned   4500 18000 30000 14 100 2000 100000 60000
mach.turn_vertical round general 9500 20000 40000 18 1 3 50        80
mach.turnmill  round turned    8500 18000 20000 12 1 50 2000     2500
mach.bore      block general  10000 20000 40000 18 1 2 30         60
mach.jigbore   block hard     12000 18000 30000 14 1 2 30         60
mach.drill     block general   4500  3000  5000  5 1 50 3000    5000
mach.gundrill  block general   8500 12000 20000 10 1 10 500       600
mach.broach    block general   6000  5000  8000  7 1 50 3000    4000
mach.slot      block general   5500  4000  6000  7 1 5 200        300
mach.gear_hob  round case      6500 10000 15000 12 1 50 5000    5000
mach.gear_shape round case     6800 10000 15000 12 1 50 3000    3000
mach.saw       block general   4000  1500  3000  3 1 20 2000    5000
grind.surface  block hard      6500  6000  8000  8 1 10 500      1200
grind.cyl      round shaft      7000  8000 10000  9 1 20 1000    2000
grind.internal round shaft      7200  8000 10000 10 1 20 1000    1800
grind.centerless round shaft    6000 12000 20000  8 100 2000 100000 80000
grind.profile  block hard     10000 14000 20000 12 1 5 100        300
grind.jig      block hard     11500 15000 25000 14 1 3 50         120
grind.gear     round case      9500 15000 25000 14 1 20 1000    1500
grind.lap      block hard      7500  6000 10000 10 1 20 500      1000
grind.hone     round shaft      6500  7000 10000  9 1 50 3000    4000
edm.wire       block hard      5500  7000 10000  8 1 5 200        400
edm.sink       block mould     6000  9000 12000 10 1 3 50         150
edm.hole       block hard      5000  4000  6000  6 1 10 300       800
sheet.laser    sheet sheet     9500  4000  5000  5 1 50 3000   12000
sheet.punch    sheet sheet     7500  5000  6000  6 1 100 5000  15000
sheet.shear    sheet plate     4500  1500  3000  3 1 50 3000   10000
sheet.bend     sheet sheet     5500  4000  5000  5 1 50 2000    8000
sheet.fab      sheet sheet     6000  8000 10000 10 1 20 1000    2000
sheet.plasma   sheet plate     7500  4000  6000  5 1 10 300      1000
sheet.gas      sheet plate     6000  3000  6000  5 1 5 100        400
sheet.waterjet sheet sheet    10000  5000 10000  7 1 10 500       900
fab.can        block plate     6000 10000 20000 14 1 2 30          60
join.tig       block plate     5000  4000  5000  7 1 20 1000    1500
join.mag       block plate     4800  4000  5000  7 1 20 1000    2000
join.spot      sheet sheet     4500  3000  5000  5 10 200 10000 20000
join.laser     block sheet     9500 10000 12000 10 1 50 3000    5000
join.eb        block frame    14000 25000 40000 14 1 20 500       800
join.braze     block finished  6000  8000 10000 10 5 100 5000   8000
join.friction  round ferrous   9000 20000 30000 14 5 100 5000   5000
join.bond      any anything    4500  4000  5000  7 1 50 3000    4000
join.pressfit  block ferrous   4500  3000  5000  5 1 50 3000    5000
form.press_blank sheet sheet   5500 12000 15000 10 100 3000 200000 150000
form.press_prog sheet sheet    7000 30000 40000 14 3000 30000 2000000 900000
form.press_fine sheet sheet    9500 40000 60000 21 3000 20000 500000 300000
form.press_transfer sheet sheet 9000 40000 60000 21 3000 20000 500000 300000
form.deepdraw  sheet sheet     7500 20000 30000 14 100 3000 100000 80000
form.spin      round sheet     6000  8000 10000 10 1 100 5000    6000
form.bend_pipe block plate     5500  6000  8000  8 1 100 5000    8000
form.spring    round spring    4500 10000 10000 10 100 5000 500000 500000
form.forge_hot block forged    9000 35000 50000 25 50 1000 50000 30000
form.forge_cold block forged   7500 40000 50000 25 3000 30000 1000000 600000
form.forge_open block forged   9500 20000 40000 25 1 5 100          100
form.roll_thread round forged  5000 10000 12000  8 100 3000 200000 200000
cast.sand      block cast_iron 7000 15000 20000 25 1 50 2000     2000
cast.diecast   block diecast   8500 40000 50000 20 300 3000 100000 60000
cast.gravity   block cast_light 6500 20000 25000 25 20 300 5000   5000
cast.investment block cast_steel 8000 30000 40000 35 30 500 20000 10000
poly.injection block moulded   4200 15000 15000 14 300 5000 500000 400000
poly.insert    block moulded   4600 18000 20000 16 300 5000 300000 200000
poly.cutting   block moulded   5500  7000  8000  8 1 20 500      1000
poly.vacuumform sheet moulded  4800 12000 15000 12 10 200 5000   6000
poly.urethane  block moulded   5000 30000 40000 10 1 20 100       200
am.poly        block moulded   3500  4000  5000  4 1 5 100         200
am.pbf_metal   block frame    11000 35000 50000 14 1 5 50           60
tool.die_press block hard      7500 40000 200000 35 1 1 5           6
tool.die_mold  block mould     8500 50000 300000 40 1 1 4           5
tool.jig       block general   6500 10000 20000 12 1 2 20          40
ht.qt          tank quench     7500  6000  8000  4 1 200 10000  20000
ht.vacuum      tank quench     9500 10000 10000  5 1 100 3000    5000
ht.carb        tank case       8500 10000 10000  6 1 300 20000  20000
ht.nitride     tank quench     8500 10000 10000  7 1 100 5000    6000
ht.induction   round quench    8000 12000 12000  5 1 300 20000  30000
ht.anneal      tank ferrous    6000  5000  6000  4 1 100 5000   10000
ht.solution    tank aluminium  7500  9000 10000  6 1 100 5000    6000
ht.subzero     tank quench     6500  6000  8000  4 1 50 2000     3000
coat.zn        tank ferrous    5500  4000  7000  4 1 500 50000 200000
coat.ni        tank plated     6000  6000  8000  5 1 300 20000  60000
coat.eni       tank plated     6800  7000  8000  6 1 200 10000  20000
coat.cr        tank plated     6500  8000 10000  6 1 200 10000  30000
coat.hcr       tank ferrous    7500  8000 12000  9 1 20 1000     2000
coat.noble     tank plated     8500 10000 12000  6 1 500 100000 200000
coat.anod      tank aluminium  5800  5000  7000  4 1 200 10000  30000
coat.anod_hard tank aluminium  6800  6000  8000  6 1 100 5000    8000
coat.chem      tank plated     5000  4000  6000  3 1 300 20000  60000
coat.black     tank ferrous    4800  4000  6000  4 1 200 10000  30000
coat.pvd       tank hard       9500 20000 15000  8 1 50 2000     3000
coat.paint     tank painted   5000  6000  8000  6 1 100 3000    5000
coat.powder    tank painted   5200  7000  8000  6 1 100 3000    5000
coat.ed        tank ferrous    6000 12000 12000  6 50 1000 50000 80000
coat.ptfe      tank finished   7000  9000 12000  9 1 50 2000     3000
fin.buff       block finished  4500  3000  5000  7 1 100 5000   10000
fin.barrel     block finished  4000  4000  5000  4 10 1000 50000 100000
fin.epol       tank finished   5800  6000  8000  6 1 100 5000    8000
fin.passiv     tank finished   4800  4000  5000  4 1 200 10000  20000
fin.blast      tank anything   4800  3000  5000  4 1 50 3000     5000
fin.deburr     block anything  3500  1500  3000  3 1 100 10000  20000
fin.print      block anything  4500  5000  6000  5 1 100 10000  20000
assy.mech      any anything    4500  8000 10000 10 1 20 1000     1500
assy.elec      any anything    5000 10000 15000 14 1 5 100         200
insp.cmm       block anything  8000  8000 10000  5 1 10 300        600
insp.general   any anything    3800  3000  5000  3 1 300 30000  40000
insp.ndt       block anything 10000 12000 20000  7 1 10 500        600
insp.leak      any anything    6000  6000 10000  5 1 30 2000      3000
"""


def _practices() -> dict[str, Practice]:
    found: dict[str, Practice] = {}
    for line in _TABLE.split("\n"):
        if not line:
            continue
        process, shape, works, *numbers = line.split()
        hourly, setup, least, lead, lot_min, lot_econ, lot_max, monthly = (int(value) for value in numbers)
        found[process] = Practice(
            process=process,
            shape=shape,
            works=works,
            hourly_jpy=hourly,
            setup_jpy=setup,
            min_order_jpy=least,
            lead_days=lead,
            lots=(lot_min, lot_econ, lot_max),
            monthly=monthly,
        )
    return found


PRACTICES: Mapping[str, Practice] = _practices()
"""Process id -> how it is done, for every process that the generator uses."""

USUAL_GRADES: Mapping[str, tuple[str, ...]] = {
    "steel": ("SS400", "S45C", "S50C", "SCM435", "SUJ2", "SKD11"),
    "steel.carbon": ("S45C", "S50C", "S25C"),
    "steel.structural": ("SS400",),
    "steel.sheet": ("SPCC", "SPHC", "SECC", "SGCC"),
    "steel.tube": ("STKM13A",),
    "steel.alloy": ("SCM435", "SCM440", "SCM415", "SNCM439"),
    "steel.free": ("SUM24L",),
    "steel.tool": ("SKD11", "SKD61", "SKS3", "SKH51"),
    "steel.mold": ("NAK80",),
    "steel.bearing": ("SUJ2",),
    "steel.cast": ("SCS13",),
    "stainless": ("SUS304", "SUS316L", "SUS303", "SUS420J2", "SUS630"),
    "stainless.austenitic": ("SUS304", "SUS303", "SUS316L", "SUS304L"),
    "stainless.ferritic": ("SUS430",),
    "stainless.martensitic": ("SUS440C", "SUS420J2"),
    "aluminium": ("A5052", "A6061", "A5056", "A2017", "A7075", "A6063"),
    "aluminium.2000": ("A2017", "A2024"),
    "aluminium.5000": ("A5052", "A5083", "A5056"),
    "aluminium.6000": ("A6061", "A6063"),
    "aluminium.7000": ("A7075",),
    "aluminium.cast": ("ADC12", "AC4C"),
    "copper": ("C1100", "C1020"),
    "brass": ("C3604", "C2801"),
    "bronze": ("C5191", "CAC406"),
    "iron.grey": ("FC250",),
    "iron.ductile": ("FCD450",),
    "titanium": ("TI-GR2", "TI-6AL-4V"),
    "nickel": ("INCONEL718",),
    "magnesium": ("AZ91D",),
    "carbide": ("WC",),
    "polymer": ("POM", "MC901", "ABS", "PC", "PP", "PEEK"),
    "ceramic": ("AL2O3",),
}
"""Family -> grades that a shop would name when asked, the commonest first; a delivery is of one of them."""

COATING_UM: Mapping[str, tuple[float, float, float, float]] = {
    # process -> least and largest lower limit, least and largest upper limit
    "coat.zn": (2, 5, 8, 25),
    "coat.ni": (2, 5, 10, 30),
    "coat.eni": (2, 5, 15, 60),
    "coat.cr": (0.1, 0.5, 0.5, 2),
    "coat.hcr": (3, 10, 50, 300),
    "coat.noble": (0.05, 0.3, 2, 10),
    "coat.anod": (3, 6, 12, 25),
    "coat.anod_hard": (10, 20, 40, 80),
    "coat.chem": (0.1, 0.5, 1, 10),
    "coat.black": (0.5, 1, 1.5, 3),
    "coat.pvd": (0.5, 1, 3, 6),
    "coat.paint": (15, 25, 40, 120),
    "coat.powder": (30, 50, 80, 200),
    "coat.ed": (10, 15, 20, 40),
    "coat.ptfe": (10, 20, 30, 80),
}
"""Coating thickness in µm."""

HARDNESS: Mapping[str, tuple[str, float, float, float, float]] = {
    # process -> scale, least and largest lower limit, least and largest upper limit
    "ht.qt": ("HRC", 20, 32, 50, 62),
    "ht.vacuum": ("HRC", 25, 45, 58, 65),
    "ht.carb": ("HRC", 50, 57, 60, 64),
    "ht.nitride": ("HV", 350, 500, 800, 1150),
    "ht.induction": ("HRC", 40, 50, 56, 62),
    "ht.solution": ("HV", 60, 90, 130, 190),
    "coat.hcr": ("HV", 700, 800, 900, 1050),
    "coat.anod_hard": ("HV", 250, 320, 380, 480),
    "coat.eni": ("HV", 450, 500, 550, 950),
}
"""Hardness that the process leaves."""

FLAT_PROCESSES = frozenset({"sheet.laser", "sheet.punch", "sheet.shear", "sheet.plasma", "sheet.gas", "sheet.waterjet"})
"""Processes whose work stays flat: its height is its thickness."""

THICKNESS_FACTOR: Mapping[str, float] = {
    "steel": 1.0,
    "stainless": 0.6,
    "aluminium": 0.55,
    "copper": 0.3,
    "brass": 0.35,
    "bronze": 0.3,
    "titanium": 0.3,
    "polymer": 0.4,
    "nickel": 0.3,
}
"""Largest thickness relative to mild steel, by the root of the material family."""

HARD_TO_CUT: Mapping[str, float] = {
    "titanium": 1.25,
    "nickel": 1.4,
    "carbide": 1.4,
    "ceramic": 1.4,
    "stainless": 1.08,
    "steel.tool": 1.1,
    "aluminium": 0.95,
    "brass": 0.92,
    "polymer": 0.95,
}
"""Factor on the hourly rate by material; the longest matching prefix counts, 1.0 otherwise."""

PREFECTURE_RATE: Mapping[str, float] = {
    "13": 1.15,
    "14": 1.1,
    "11": 1.04,
    "12": 1.04,
    "23": 1.06,
    "27": 1.06,
    "28": 1.03,
    "26": 1.03,
    "22": 1.0,
    "20": 0.97,
    "15": 0.93,
    "18": 0.93,
    "17": 0.94,
    "16": 0.94,
    "40": 0.95,
    "34": 0.98,
    "33": 0.97,
}
"""Factor on all prices by prefecture (JIS X 0401), 0.9 where not listed."""


def is_batch(process: str) -> bool:
    """Tell whether a process is charged by the furnace or bath: heat treatment and plating or painting."""
    return process.startswith(("ht.", "coat."))


def price_bands(process: str) -> dict[str, tuple[int, int]]:
    """Return the limits in yen between which the drawn prices of `process` lie.

    Returns
    -------
    dict
        ``setup_jpy``, ``hourly_jpy`` and ``min_order_jpy``, each (least, largest).
    """
    base = PRACTICES[process]
    low, high = HOURLY_SPREAD
    bands = {
        name: (int(value * low), int(value * high))
        for name, value in (
            ("setup_jpy", base.setup_jpy),
            ("hourly_jpy", base.hourly_jpy),
            ("min_order_jpy", base.min_order_jpy),
        )
    }
    if is_batch(process):
        least, most = bands["min_order_jpy"]
        bands["min_order_jpy"] = (max(least, BATCH_MIN_ORDER_JPY[0]), min(most, BATCH_MIN_ORDER_JPY[1]))
    return bands
