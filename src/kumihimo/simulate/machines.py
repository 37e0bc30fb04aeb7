"""Machines that the synthetic shops own: size classes of each kind of equipment.

The sizes are usual ones of each class of machine; makers are left unnamed and the models are invented, since no
ability may be attached to a real firm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineClass:
    """One size of a kind of machine.

    Attributes
    ----------
    size_mm
        Strokes x, y, z of a machining centre; length between centres, bar bore and swing diameter of a lathe; length,
        width and largest thickness of a sheet machine; inner length, width and height of a furnace, bath or booth.
    load_kg
        Largest workpiece or charge.
    force
        Press force in kN, clamping force in tf, beam power in kW: what the kind is bought by; 0 where nothing is.
    """

    size_mm: tuple[float, float, float]
    load_kg: float
    force: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineKind:
    """A kind of equipment with its classes, from small to large.

    Attributes
    ----------
    slot
        Name by which the archetypes refer to it.
    kind
        Code in `terms.equipment_kinds`.
    """

    slot: str
    kind: str
    axes: int | None
    classes: tuple[MachineClass, ...]


_TABLE = """
mc3      MC-V       3 500,400,330/300 800,510,510/600 1050,530,510/800 1500,660,610/1500 2050,850,750/3000
mc4      MC-H       4 560,560,560/400 730,730,730/700 1050,900,950/2000
mc5      MC-5X       5 350,350,300/60 500,500,460/200 730,730,500/500 1050,1050,750/1200
gantry   MC-GANTRY   3 2200,1600,700/6000 3200,2100,800/12000 5200,2600,900/20000
micro    MC-MICRO    3 200,150,120/20 300,280,160/50
manmill  MILL-MANUAL - 600,280,350/250 850,310,400/350
lathe    LATHE-NC    2 300,42,210/0 500,51,300/0 650,65,380/0 1100,77,480/0 2100,100,640/0
manlathe LATHE-MANUAL - 550,40,360/0 850,52,480/0 2000,80,640/0
swiss    LATHE-SWISS 5 110,7,7/0 150,12,12/0 210,20,20/0 220,32,32/0 320,38,38/0
vlathe   LATHE-VERT     2 700,0,900/3000 1100,0,1600/8000 1500,0,2500/16000
turnmill TURNMILL    5 650,51,420/0 1050,65,600/0 1550,80,700/0
borer    BORER      4 1200,1000,900/2500 2000,1500,1200/6000
jigborer JIG-BORER   3 650,450,400/500 1000,700,500/1000
drill    DRILL-PRESS       - 500,400,350/200 900,600,500/500
gundrill GUNDRILL    3 700,500,400/1000 1500,900,600/3000
slotter  SLOTTER     - 350,350,300/200 600,500,400/500
hob      GEAR-HOB    6 200,30,150/0 400,50,320/0 800,80,600/0
shaper   GEAR-SHAPER  4 150,30,200/0 250,50,400/0
saw      SAW-BAND         - 500,300,300/0 1000,460,460/0
gsurf    GRIND-S     3 450,150,250/100 600,400,300/400 1000,600,400/900 2000,800,500/3000
gcyl     GRIND-C     2 300,0,150/30 600,0,250/80 1000,0,320/150 2000,0,450/500
gint     GRIND-I     2 125,0,200/20 250,0,350/60 400,0,500/120
gcl      GRIND-CL    1 150,0,25/0 250,0,60/0 400,0,120/0
gprof    GRIND-PROFILE  3 150,100,60/10 200,150,100/20
gjig     GRIND-JIG   3 500,350,300/300 900,600,400/600
ggear    GRIND-GEAR  6 200,0,200/20 400,0,350/60
lap      LAP         - 150,150,40/5 300,300,80/20
hone     HONE        1 200,0,60/0 500,0,150/0
wire     EDM-W       4 370,270,250/400 550,370,310/800 800,600,400/1500
sink     EDM-S       3 350,250,250/500 550,400,350/1000 1000,650,450/3000
hole     EDM-H    3 300,200,250/200 600,400,300/400
laser    LASER-F     3 2438,1219,12/0/2 3048,1524,19/0/4 3048,1524,25/0/6 4096,2048,25/0/12
turret   TURRET     3 1829,1219,3.2/0/200 2500,1270,6/0/300
shear    SHEAR       - 2000,1000,6/0 3050,1500,9/0
bender   BENDER      4 1250,600,3.2/0/500 2100,1200,6/0/800 3100,1500,9/0/1300 4100,1500,16/0/2200
plasma   PLASMA      2 3048,1524,32/0 6096,2438,50/0
gas      GAS-CUT     2 3000,1500,100/0 9000,3000,250/0
jet      WATERJET    3 1500,1000,100/0 3000,1500,150/0
tig      TIG         - 800,600,500/100 1500,1200,1000/500 3000,2000,1500/2000
mag      MIG         - 1500,1000,800/500 3000,2000,1500/3000 6000,2500,2500/8000
robot    ROBOT-W     6 1200,800,600/200 2000,1200,900/500
spot     SPOT        - 800,600,3.2/0 1200,900,4.5/0
lweld    LASER-W     3 200,150,100/10 600,500,400/100
ebeam    EB-W         4 400,400,400/80 900,700,700/300
braze    FURNACE-VAC - 300,300,300/60 600,600,600/250
press    PRESS-MECH  - 250,200,2.3/0/450 400,300,3.2/0/800 600,400,4.5/0/1500 900,600,6/0/3000
servo    PRESS-SERVO - 450,350,3.2/0/1100 700,500,6/0/2000
draw     PRESS-HYD   - 400,400,3.2/0/1000 700,700,6/0/2500 1000,1000,9/0/5000
spin     SPINNER        2 400,0,500/0 600,0,1000/0
pbend    PIPE-BENDER   3 2500,100,100/0 4000,300,300/0
spring   SPRING 6 100,0,30/0 300,0,80/0
hammer   FORGE-PRESS       - 150,120,80/4/8000 300,200,120/15/16000 500,300,200/45/25000
header   FORMER      - 60,12,12/0/600 120,24,24/0/2000
openforge FORGE-HAMMER - 1500,500,500/1000/10000 4000,900,900/6000/30000
rollthr  THREAD-ROLL - 150,0,20/0 400,0,60/0
sandline MOULD-SAND  - 400,300,200/20 800,600,400/150 2000,1500,900/3000
dcm      DIECAST-CC     - 200,150,80/1/135 350,250,120/4/350 550,400,200/10/800
gravity  CAST-GRAV   - 300,250,150/10 500,400,300/40
lostwax  CAST-INV    - 150,100,80/3 300,200,150/15
inj      INJ-MOLD   - 120,100,60/0/50 250,200,100/0/130 400,300,150/0/280 700,500,250/0/650
vform    VACUUM-FORM - 600,500,4/0 1300,1000,6/0
urethane VACUUM-CAST - 400,300,250/0 800,600,500/0
printer  AM-POLY     3 250,250,300/0 400,400,450/0
pbf      AM-METAL    3 245,245,300/0 400,400,400/0
hfurn    FURNACE-GAS - 600,450,400/150 900,600,600/500 1200,900,800/1000
vfurn    FURNACE-VAC - 450,300,300/100 600,450,450/300 1200,900,900/1200
induct   INDUCTION  - 400,0,150/0 1000,0,300/0 2000,0,400/0
nfurn    FURNACE-NIT - 600,600,800/400 1000,1000,1500/1500
subz     SUBZERO     - 400,400,400/100 800,600,600/300
line     PLATING-LINE - 600,300,500/20 1200,500,900/80 2000,700,1200/200 3500,900,1500/600
barrel   PLATING-LINE - 100,60,40/0 150,80,60/0
anodline ANOD-LINE   - 800,300,600/30 1500,500,1000/100 3000,800,1300/300
pvd      PVD         - 300,300,300/50 600,600,700/300
booth    PAINT-BOOTH - 1000,800,800/100 2000,1500,1500/500 4000,2000,2000/2000
powder   PAINT-BOOTH - 1200,800,1000/150 3000,1500,1800/800
edline   ED-LINE     - 1000,500,800/80 2500,1000,1500/400
epol     EPOL-LINE   - 800,400,600/50 2000,800,1000/200
buff     BUFF        - 500,400,300/15 900,700,450/50 2000,1000,600/150
tumbler  BARREL  - 80,50,40/1 200,120,100/5
blast    BLAST       - 700,600,500/100 1500,1200,1000/500
marker   LASER-MARK  - 300,200,150/20 600,400,300/50
bench    ASSY-BENCH  - 1000,800,800/100 3000,2000,2000/2000
wiring   WIRING-BENCH - 1000,800,300/100 2200,1000,600/400
cmm      CMM         3 500,600,400/300 900,1000,600/1200 1200,2200,1000/2000
ct       XRAY-CT     - 250,250,300/15 500,500,600/60
leak     LEAK   - 400,300,300/50 1000,800,600/200
rough    ROUGHNESS   - 100,0,0/0
hard     HARDNESS    - 150,0,0/0
contour  CONTOUR     - 200,0,0/0
round    ROUNDNESS   - 250,0,300/0
proj     PROFILE-PROJ - 300,150,0/0
fluor    XRAY-THICK  - 300,250,100/0
"""


def _machines() -> dict[str, MachineKind]:
    found: dict[str, MachineKind] = {}
    for line in _TABLE.split("\n"):
        if not line:
            continue
        slot, kind, axes, *classes = line.split()
        sizes: list[MachineClass] = []
        for text in classes:
            size, load, *force = text.split("/")
            x, y, z = (float(value) for value in size.split(","))
            sizes.append(MachineClass(size_mm=(x, y, z), load_kg=float(load), force=float(force[0]) if force else 0.0))
        found[slot] = MachineKind(slot=slot, kind=kind, axes=None if axes == "-" else int(axes), classes=tuple(sizes))
    return found


MACHINES: Mapping[str, MachineKind] = _machines()
"""Slot name -> kind of machine."""

INSTRUMENTS = ("cmm", "ct", "leak", "rough", "hard", "contour", "round", "proj", "fluor")
"""Slots that measure: their equipment has calibration dates and is listed as inspection."""
