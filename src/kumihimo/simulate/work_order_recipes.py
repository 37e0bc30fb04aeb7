"""What small job shops are usually asked for together: invented parts with the way they are made."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import cache

from kumihimo import terms
from kumihimo.errors import TermsError


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipeStep:
    """One step of a recipe.

    Attributes
    ----------
    processes
        Any one of them will do.
    after
        Numbers of the steps that must be finished first.
    optional
        Whether the part can be delivered without it.
    """

    processes: tuple[str, ...]
    after: tuple[int, ...]
    optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A kind of part: the grades it is made of, its size and pieces, and its steps."""

    part_ja: str
    grades: tuple[str, ...]
    size_mm: tuple[float, ...]
    round_part: bool
    pieces: tuple[int, ...]
    steps: tuple[RecipeStep, ...]


# Part; grades; size (two figures: length and diameter); fewest and most pieces. Below it the steps: "/" = any of them,
# "?" = may be left out, "&" between branches that run side by side, ">" before the steps where the branches meet.
_TABLE = """
ブラケット; A5052,SPCC,SUS304; 160 90 40; 10 200
  sheet.laser/sheet.punch sheet.bend join.tig/join.spot fin.deburr? insp.general?
カバー; SPCC,SUS304; 300 200 60; 20 300
  sheet.laser/sheet.punch sheet.bend join.spot/join.tig coat.powder/coat.paint insp.general?
制御盤筐体; SPCC,SS400; 600 400 250; 1 12
  sheet.laser/sheet.shear sheet.bend join.mag coat.powder/coat.paint assy.elec?
架台フレーム; SS400; 900 600 500; 1 8
  mach.saw/sheet.gas fab.can/join.mag fin.blast? coat.paint/coat.powder insp.general?
ベースプレート; SS400,S45C; 260 180 25; 2 40
  mach.saw/sheet.gas ht.anneal? mach.mill3 grind.surface? coat.black? insp.general?
取付プレート; A5052,A6061,A7075; 140 90 20; 5 80
  mach.mill3/mach.mill5 mach.drill? coat.anod/coat.anod_hard insp.cmm/insp.general
ハウジング; A6061,A5052; 120 100 60; 4 60
  mach.mill5/mach.mill3 fin.deburr? coat.anod/coat.chem insp.cmm/insp.general
シャフト; S45C,SCM440,SUS420J2; 220 32; 10 150
  mach.saw? mach.turn_cnc ht.induction/ht.qt grind.cyl coat.hcr/coat.black insp.cmm/insp.general
段付きピン; SUS303,SUM24L,C3604; 40 12; 100 1500
  mach.turn_swiss/mach.turn_cnc fin.barrel coat.ni/fin.passiv? insp.general?
ブッシュ; C3604,SUS303; 35 28; 50 400
  mach.turn_cnc fin.deburr/fin.barrel coat.ni/coat.noble? insp.general?
歯車; SCM415,SCM440; 45 90; 10 80
  mach.saw? mach.turn_cnc mach.gear_hob ht.carb/ht.qt grind.cyl/grind.internal insp.general?
フランジ; S45C,SUS304,SS400; 40 150; 5 60
  mach.saw? mach.turn_cnc mach.mill3/mach.drill coat.zn/coat.eni? insp.general?
ローラー; S45C,SUS304; 300 60; 4 40
  mach.saw? mach.turn_cnc grind.cyl coat.hcr insp.cmm/insp.general
パンチ; SKD11; 90 40 40; 2 30
  mach.mill3 ht.vacuum/ht.qt edm.wire grind.surface coat.pvd? insp.cmm/insp.general
金型入れ子; SKD61,SKD11; 120 80 50; 1 12
  mach.mill3/mach.mill5 ht.qt/ht.vacuum grind.surface edm.sink/edm.wire ht.nitride? insp.cmm?
ゲージ; SKD11,SUJ2; 60 40 20; 2 20
  mach.mill3/mach.saw ht.qt/ht.vacuum ht.subzero? grind.surface edm.wire? insp.cmm
順送プレス端子; C2680,SPCC,SUS304; 30 12 4; 1000 8000
  form.press_prog/form.press_blank fin.barrel coat.noble/coat.ni/coat.zn insp.general?
板金クリップ; SPCC,SUS304; 60 25 15; 500 4000
  form.press_blank/form.press_prog sheet.bend? fin.barrel coat.zn/coat.eni
樹脂ケース; ABS,PC,POM; 110 70 30; 200 3000
  poly.injection fin.print? assy.mech insp.general?
樹脂ローラー; POM,MC901; 60 40; 10 120
  poly.cutting/mach.turn_cnc fin.deburr? join.pressfit insp.general?
鋳物ブラケット; FC250; 200 140 80; 5 80
  cast.sand fin.blast mach.mill3 coat.paint? insp.general?
ダイカストカバー; ADC12; 150 110 50; 200 1500
  cast.diecast fin.blast mach.mill3/mach.mill5 coat.chem/coat.powder? insp.general?
搬送ユニット; SUS304,S45C; 180 120 60; 2 20
  mach.mill3 fin.buff? & mach.turn_cnc grind.cyl? > assy.mech insp.general?
治具ユニット; S45C,SKD11; 150 100 40; 1 10
  mach.mill3 grind.surface & edm.wire/mach.mill3 ht.qt? > assy.mech/tool.jig insp.cmm?
"""
PIECES = (
    *(1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 600, 800),
    *(1000, 1200, 1500, 2000, 2500, 3000, 4000, 5000, 6000, 8000),
)
"""Round numbers of pieces, as people order them."""


@cache
def recipes() -> tuple[Recipe, ...]:
    """Return all recipes.

    Raises
    ------
    TermsError
        A grade or a process is in no code list.
    """
    found = []
    lines = _TABLE.strip().split("\n")
    for head, way in zip(lines[::2], lines[1::2], strict=True):
        part, grades, size, pieces = (cell.strip() for cell in head.split(";"))
        sizes = tuple(float(value) for value in size.split())
        fewest, most = (int(value) for value in pieces.split())
        found.append(
            Recipe(
                part_ja=part,
                grades=tuple(_known(code, terms.materials(), part) for code in grades.split(",")),
                size_mm=sizes,
                round_part=len(sizes) == 2,
                pieces=tuple(count for count in PIECES if fewest <= count <= most),
                steps=_steps(way, part),
            )
        )
    return tuple(found)


def _steps(way: str, part: str) -> tuple[RecipeStep, ...]:
    branches, _, together = way.partition(">")
    found: list[RecipeStep] = []
    ends: list[int] = []
    for branch in branches.split("&"):
        after: tuple[int, ...] = ()
        for word in branch.split():
            found.append(_step(word, after, part))
            after = (len(found) - 1,)
        ends += after
    after = tuple(ends)
    for word in together.split():
        found.append(_step(word, after, part))
        after = (len(found) - 1,)
    return tuple(found)


def _step(word: str, after: tuple[int, ...], part: str) -> RecipeStep:
    processes = tuple(_known(code, terms.processes(), part) for code in word.rstrip("?").split("/"))
    return RecipeStep(processes=processes, after=after, optional=word.endswith("?"))


def _known(code: str, known: Container[str], part: str) -> str:
    if code not in known:
        raise TermsError(f"部品「{part}」のコード「{code}」は用語表にありません。", f"{part}: no list knows {code!r}.")
    return code
