"""Kinds of shop: what machines they own and which processes they therefore do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """A machine that a shop of this kind owns with some probability, in a range of size classes."""

    slot: str
    share: float
    first_class: int
    last_class: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A process that a shop of this kind offers with some probability, if it owns the machine."""

    process: str
    slot: str
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Upper limits of a kind of shop: people, families of processes (the first process's among them) and rows."""

    employees: int
    families: int
    rows: int


LIMITS: Mapping[str, Limits] = {"onestop": Limits(employees=120, families=3, rows=12)}
"""Nobody does everything in a network of tiny factories: one-stop shops are small, and plate or harden nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archetype:
    """A kind of shop.

    Attributes
    ----------
    share
        Weight among all firms.
    growth
        Shifts the size: 0 like all firms, positive larger.
    words
        What such firms call themselves: (kanji, kana, English).
    precision
        Added to the IT grade: negative for shops that live on precision.
    limits
        What keeps a kind that could do everything small; None: nothing.
    """

    id: str
    ja: str
    share: float
    growth: float
    precision: float
    words: tuple[tuple[str, str, str], ...]
    owned: tuple[Owned, ...]
    offered: tuple[Offered, ...]
    limits: Limits | None = None


_SEIKI = ("精機", "セイキ", "Seiki")
_SEISAKU = ("製作所", "セイサクショ", "Seisakusho")
_SEIKO = ("精工", "セイコウ", "Seiko")
_KIKO = ("機工", "キコウ", "Kiko")
_KOGYO = ("工業", "コウギョウ", "Kogyo")
_KENMA = ("研磨", "ケンマ", "Kenma")
_KANAGATA = ("金型", "カナガタ", "Kanagata")
_BANKIN = ("板金", "バンキン", "Bankin")
_TEKKO = ("鉄工所", "テッコウショ", "Tekkosho")
_NETSU = ("熱処理", "ネツショリ", "Netsushori")
_TOKIN = ("鍍金工業", "トキンコウギョウ", "Tokin Kogyo")
_CHUZO = ("鋳造所", "チュウゾウショ", "Chuzosho")
_TANKO = ("鍛工", "タンコウ", "Tanko")
_JUSHI = ("樹脂", "ジュシ", "Jushi")
_TECH = ("テック", "テック", "Tech")

# id | label | share | growth | precision | words | slot:share:first-last ... | process@slot:share ...
_TABLE: tuple[tuple[str, str, float, float, float, tuple[tuple[str, str, str], ...], str, str], ...] = (
    (
        "mill3",
        "マシニング加工",
        9.0,
        0.0,
        0.0,
        (_SEISAKU, _SEIKI, _KIKO, _TECH),
        "mc3:1:0-4 manmill:.6:0-1 drill:.5:0-1 mc4:.15:0-2 gsurf:.25:0-2 saw:.4:0-1 cmm:.3:0-1 proj:.3:0-0 "
        "rough:.3:0-0",
        "mach.mill3@mc3:1 mach.mill_manual@manmill:.5 mach.drill@drill:.6 mach.mill_hmc@mc4:1 grind.surface@gsurf:.8 "
        "mach.saw@saw:.3 tool.jig@mc3:.35 poly.cutting@mc3:.25 insp.cmm@cmm:.3 fin.deburr@mc3:.15",
    ),
    (
        "mill5",
        "5軸加工",
        2.8,
        0.5,
        -0.4,
        (_SEIKI, _SEIKO, _TECH),
        "mc5:1:0-3 mc3:.85:0-3 wire:.25:0-1 gsurf:.25:0-1 turnmill:.2:0-2 cmm:.75:0-2 rough:.5:0-0 contour:.3:0-0",
        "mach.mill5@mc5:1 mach.mill3@mc3:1 edm.wire@wire:.9 grind.surface@gsurf:.7 mach.turnmill@turnmill:.9 "
        "insp.cmm@cmm:.6 tool.jig@mc3:.3",
    ),
    (
        "lathe",
        "旋盤加工",
        8.0,
        -0.1,
        0.0,
        (_SEISAKU, _SEIKI, _KIKO, _TEKKO),
        "lathe:1:0-4 manlathe:.5:0-2 mc3:.35:0-2 turnmill:.2:0-2 gcyl:.2:0-2 saw:.4:0-1 slotter:.15:0-1 "
        "round:.15:0-0 "
        "rough:.3:0-0",
        "mach.turn_cnc@lathe:1 mach.turn_manual@manlathe:.7 mach.mill3@mc3:.9 mach.turnmill@turnmill:1 "
        "grind.cyl@gcyl:.9 mach.saw@saw:.3 mach.slot@slotter:.9 mach.drill@lathe:.2",
    ),
    (
        "swiss",
        "精密挽物",
        3.6,
        0.3,
        -0.5,
        (_SEIKI, _SEIKO, _SEISAKU),
        "swiss:1:0-4 lathe:.4:0-1 gcl:.3:0-1 rollthr:.15:0-0 tumbler:.35:0-0 proj:.6:0-0 rough:.5:0-0 round:.4:0-0",
        "mach.turn_swiss@swiss:1 mach.turn_cnc@lathe:.9 grind.centerless@gcl:1 form.roll_thread@rollthr:1 "
        "fin.barrel@tumbler:.7 insp.general@proj:.25",
    ),
    (
        "micro",
        "微細・時計部品加工",
        1.5,
        0.1,
        -0.8,
        (_SEIKO, _SEIKI, _TECH),
        "micro:1:0-1 swiss:.4:0-1 wire:.45:0-0 gprof:.35:0-1 lap:.3:0-0 tumbler:.3:0-0 proj:.7:0-0 "
        "contour:.5:0-0 rough:.6:0-0",
        "mach.mill_micro@micro:1 mach.turn_swiss@swiss:1 edm.wire@wire:1 grind.profile@gprof:1 grind.lap@lap:.9 "
        "fin.barrel@tumbler:.6",
    ),
    (
        "large",
        "大物加工",
        1.8,
        0.4,
        0.3,
        (_TEKKO, _KOGYO, _KIKO),
        "gantry:1:0-2 borer:.55:0-1 vlathe:.4:0-2 mc3:.5:3-4 lathe:.3:4-4 gundrill:.15:1-1 mag:.3:1-2",
        "mach.mill_gantry@gantry:1 mach.bore@borer:1 mach.turn_vertical@vlathe:1 mach.mill3@mc3:.9 "
        "mach.turn_cnc@lathe:.9 mach.gundrill@gundrill:.9 fab.can@mag:.7",
    ),
    (
        "grinding",
        "平面・成形研削",
        2.6,
        -0.2,
        -0.5,
        (_KENMA, ("研削", "ケンサク", "Kensaku"), _SEIKI),
        "gsurf:1:0-3 gcyl:.4:0-2 gprof:.35:0-1 gjig:.2:0-1 lap:.3:0-1 wire:.2:0-1 rough:.7:0-0 contour:.3:0-0",
        "grind.surface@gsurf:1 grind.cyl@gcyl:1 grind.profile@gprof:1 grind.jig@gjig:1 grind.lap@lap:.9 "
        "edm.wire@wire:.9 insp.general@rough:.15",
    ),
    (
        "cylgrinding",
        "円筒・内面研削",
        2.0,
        -0.1,
        -0.5,
        (_KENMA, _SEIKO, _SEIKI),
        "gcyl:1:0-3 gint:.65:0-2 gcl:.4:0-2 gsurf:.3:0-1 hone:.25:0-1 lathe:.2:0-2 lap:.12:0-0 rough:.6:0-0 "
        "round:.6:0-0",
        "grind.cyl@gcyl:1 grind.internal@gint:1 grind.centerless@gcl:1 grind.surface@gsurf:.9 grind.hone@hone:1 "
        "mach.turn_cnc@lathe:.8 grind.lap@lap:.9 insp.general@rough:.15",
    ),
    (
        "edm_die",
        "放電・プレス金型",
        4.2,
        0.0,
        -0.4,
        (_KANAGATA, _SEIKI, _KIKO),
        "wire:1:0-2 sink:.6:0-1 hole:.5:0-1 gsurf:.8:0-2 gjig:.1:0-1 mc3:.7:0-2 gprof:.2:0-1 press:.3:0-2 proj:.5:0-0",
        "edm.wire@wire:1 edm.sink@sink:.9 edm.hole@hole:.8 grind.surface@gsurf:.85 grind.jig@gjig:1 "
        "tool.die_press@wire:.6 mach.mill3@mc3:.8 grind.profile@gprof:.9 form.press_blank@press:.7 tool.jig@mc3:.4",
    ),
    (
        "sheet",
        "精密板金",
        7.5,
        0.1,
        0.0,
        (_BANKIN, _SEISAKU, _KOGYO),
        "laser:.8:0-3 turret:.5:0-1 bender:1:0-3 tig:.85:0-2 mag:.5:0-1 spot:.45:0-1 robot:.12:0-1 "
        "powder:.1:0-1 shear:.3:0-1",
        "sheet.laser@laser:1 sheet.punch@turret:.9 sheet.bend@bender:1 sheet.fab@bender:.6 join.tig@tig:.95 "
        "join.mag@mag:.8 join.spot@spot:.8 coat.powder@powder:1 sheet.shear@shear:.7 join.laser@robot:.4 "
        "assy.mech@bender:.15",
    ),
    (
        "laser_job",
        "レーザー切断",
        1.8,
        0.2,
        0.0,
        (_KOGYO, ("レーザー", "レーザー", "Laser"), _KIKO),
        "laser:1:1-3 bender:.7:1-3 plasma:.2:0-1 jet:.15:0-1 shear:.5:0-1 gas:.2:0-1",
        "sheet.laser@laser:1 sheet.bend@bender:.9 sheet.plasma@plasma:1 sheet.waterjet@jet:1 sheet.shear@shear:.8 "
        "sheet.gas@gas:1",
    ),
    (
        "can",
        "製缶・溶接",
        5.0,
        0.0,
        0.3,
        (_TEKKO, _KOGYO, ("鋼業", "コウギョウ", "Kogyo")),
        "mag:1:0-2 tig:.75:0-2 bender:.3:1-3 gas:.3:0-1 plasma:.25:0-1 saw:.7:0-1 pbend:.25:0-1 booth:.3:1-2 "
        "mc3:.12:2-4",
        "fab.can@mag:1 join.mag@mag:1 join.tig@tig:.95 sheet.bend@bender:.8 sheet.gas@gas:.9 sheet.plasma@plasma:.9 "
        "mach.saw@saw:.6 form.bend_pipe@pbend:.9 coat.paint@booth:.6 mach.mill3@mc3:.8",
    ),
    (
        "press",
        "プレス加工",
        6.0,
        0.3,
        0.1,
        (("プレス工業", "プレスコウギョウ", "Press Kogyo"), _KOGYO, _SEISAKU),
        "press:1:0-3 servo:.25:0-1 draw:.3:0-2 spot:.35:0-1 wire:.25:0-1 tumbler:.35:0-1 proj:.4:0-0",
        "form.press_blank@press:1 form.press_prog@press:.7 form.press_transfer@servo:.3 form.deepdraw@draw:1 "
        "form.press_fine@servo:.2 join.spot@spot:.7 tool.die_press@wire:.6 fin.barrel@tumbler:.7 "
        "insp.general@proj:.2",
    ),
    (
        "spin",
        "へら絞り",
        0.8,
        -0.5,
        0.2,
        (("絞製作所", "シボリセイサクショ", "Shibori"), _SEISAKU),
        "spin:1:0-1 draw:.3:0-1 tig:.5:0-1 buff:.4:0-1",
        "form.spin@spin:1 form.deepdraw@draw:.9 join.tig@tig:.7 fin.buff@buff:.8",
    ),
    (
        "heat",
        "熱処理",
        2.6,
        0.6,
        0.0,
        (_NETSU, ("熱錬", "ネツレン", "Netsuren"), _KOGYO),
        "hfurn:1:0-2 induct:.55:0-2 nfurn:.35:0-1 blast:.5:0-1 subz:.25:0-1 hard:.95:0-0",
        "ht.qt@hfurn:1 ht.carb@hfurn:.7 ht.anneal@hfurn:.85 ht.induction@induct:1 ht.nitride@nfurn:1 "
        "ht.subzero@subz:.9 fin.blast@blast:.7 ht.solution@hfurn:.15",
    ),
    (
        "vacuum",
        "真空熱処理",
        2.2,
        0.4,
        0.0,
        (_NETSU, ("真空技研", "シンクウギケン", "Shinku Giken"), _TECH),
        "vfurn:1:0-2 subz:.7:0-1 nfurn:.4:0-1 pvd:.3:0-1 hard:1:0-0 braze:.3:0-1",
        "ht.vacuum@vfurn:1 ht.qt@vfurn:.6 ht.subzero@subz:.9 ht.nitride@nfurn:.9 coat.pvd@pvd:1 ht.anneal@vfurn:.7 "
        "ht.solution@vfurn:.5 join.braze@braze:1",
    ),
    (
        "plating",
        "めっき",
        3.6,
        0.3,
        0.0,
        (_TOKIN, ("表面処理", "ヒョウメンショリ", "Hyomen Shori"), ("鍍金", "トキン", "Tokin")),
        "line:1:0-3 barrel:.6:0-1 fluor:.8:0-0 epol:.2:0-1 tumbler:.2:0-1",
        "coat.zn@line:.6 coat.ni@line:.5 coat.eni@line:.55 coat.cr@line:.25 coat.hcr@line:.3 coat.noble@line:.22 "
        "coat.black@line:.3 coat.chem@line:.3 fin.epol@epol:1 fin.barrel@tumbler:.6 fin.passiv@line:.25",
    ),
    (
        "anodise",
        "アルマイト",
        2.3,
        0.1,
        0.0,
        (("アルマイト", "アルマイト", "Alumite"), _TOKIN, ("軽金属", "ケイキンゾク", "Keikinzoku")),
        "anodline:1:0-2 blast:.4:0-1 fluor:.6:0-0 line:.25:0-1 buff:.2:0-0",
        "coat.anod@anodline:1 coat.anod_hard@anodline:.62 coat.chem@anodline:.6 fin.blast@blast:.8 coat.eni@line:.8 "
        "fin.buff@buff:.7",
    ),
    (
        "polish",
        "バフ研磨",
        3.0,
        -0.6,
        0.0,
        (_KENMA, ("磨工房", "ミガキコウボウ", "Migaki Kobo"), ("研磨工業", "ケンマコウギョウ", "Kenma Kogyo")),
        "buff:1:0-2 tumbler:.35:0-1 epol:.2:0-1 blast:.3:0-1",
        "fin.buff@buff:1 fin.barrel@tumbler:.9 fin.epol@epol:1 fin.blast@blast:.8 fin.passiv@epol:.6 "
        "fin.deburr@buff:.5",
    ),
    (
        "paint",
        "塗装",
        2.6,
        0.0,
        0.0,
        (("塗装", "トソウ", "Toso"), ("塗装工業", "トソウコウギョウ", "Toso Kogyo")),
        "booth:1:0-2 powder:.55:0-1 edline:.2:0-1 blast:.4:0-1 marker:.15:0-1",
        "coat.paint@booth:1 coat.powder@powder:1 coat.ed@edline:1 fin.blast@blast:.8 coat.ptfe@booth:.15 "
        "fin.print@marker:.8",
    ),
    (
        "diecast",
        "ダイカスト",
        1.7,
        1.0,
        0.2,
        (("ダイカスト", "ダイカスト", "Diecast"), _KOGYO, ("軽金属工業", "ケイキンゾクコウギョウ", "Keikinzoku Kogyo")),
        "dcm:1:0-2 gravity:.25:0-1 mc3:.7:0-2 blast:.6:0-1 tumbler:.4:0-1 leak:.4:0-1 cmm:.5:0-1 ct:.15:0-0",
        "cast.diecast@dcm:1 cast.gravity@gravity:.9 mach.mill3@mc3:.9 fin.blast@blast:.6 fin.barrel@tumbler:.6 "
        "insp.leak@leak:.7 fin.deburr@dcm:.4 insp.ndt@ct:.8",
    ),
    (
        "foundry",
        "鋳造",
        2.2,
        0.6,
        0.3,
        (_CHUZO, ("鋳工", "チュウコウ", "Chuko"), ("鋳物工業", "イモノコウギョウ", "Imono Kogyo")),
        "sandline:1:0-2 gravity:.25:0-1 lostwax:.12:0-1 mc3:.3:1-4 blast:.8:0-1 hfurn:.2:1-2 lathe:.25:2-4",
        "cast.sand@sandline:1 cast.gravity@gravity:1 cast.investment@lostwax:1 mach.mill3@mc3:.8 fin.blast@blast:.6 "
        "ht.anneal@hfurn:.8 mach.turn_cnc@lathe:.8 fin.deburr@sandline:.3",
    ),
    (
        "forge",
        "鍛造",
        1.7,
        0.7,
        0.2,
        (_TANKO, ("鍛造", "タンゾウ", "Tanzo"), _KOGYO),
        "hammer:1:0-2 header:.4:0-1 openforge:.12:0-1 rollthr:.35:0-1 hfurn:.4:1-2 blast:.6:0-1 lathe:.4:1-3 "
        "saw:.5:0-1",
        "form.forge_hot@hammer:1 form.forge_cold@header:1 form.forge_open@openforge:1 form.roll_thread@rollthr:1 "
        "ht.qt@hfurn:.7 ht.anneal@hfurn:.6 fin.blast@blast:.7 mach.turn_cnc@lathe:.8 mach.saw@saw:.3",
    ),
    (
        "injection",
        "樹脂成形",
        5.5,
        0.5,
        0.1,
        (_JUSHI, ("化成", "カセイ", "Kasei"), ("成型", "セイケイ", "Seikei")),
        "inj:1:0-3 mc3:.25:0-1 sink:.25:0-1 marker:.3:0-1 printer:.15:0-1 bench:.35:0-0 proj:.4:0-0",
        "poly.injection@inj:1 poly.insert@inj:.55 poly.cutting@mc3:.6 tool.die_mold@sink:.8 fin.print@marker:.8 "
        "am.poly@printer:1 assy.mech@bench:.6 insp.general@proj:.2",
    ),
    (
        "mould",
        "樹脂・ダイカスト金型",
        3.0,
        0.2,
        -0.4,
        (_KANAGATA, ("モールド", "モールド", "Mold"), _SEIKO),
        "mc3:1:1-4 sink:.85:0-2 wire:.6:0-2 mc5:.25:0-2 gsurf:.7:0-2 hole:.4:0-1 buff:.4:0-0 inj:.3:0-2 cmm:.4:0-1",
        "tool.die_mold@mc3:1 edm.sink@sink:.9 edm.wire@wire:.9 mach.mill3@mc3:.9 mach.mill5@mc5:1 "
        "grind.surface@gsurf:.7 edm.hole@hole:.6 fin.buff@buff:.5 poly.injection@inj:.7 insp.cmm@cmm:.3",
    ),
    (
        "proto",
        "試作",
        1.5,
        0.0,
        -0.1,
        (("試作工房", "シサクコウボウ", "Shisaku Kobo"), _TECH, ("モデル", "モデル", "Model")),
        "mc3:1:0-2 printer:.7:0-1 urethane:.5:0-1 vform:.3:0-1 mc5:.3:0-1 pbf:.15:0-1 lathe:.4:0-1 tig:.2:0-0 "
        "buff:.2:0-0",
        "mach.mill3@mc3:1 poly.cutting@mc3:.8 am.poly@printer:1 poly.urethane@urethane:1 poly.vacuumform@vform:1 "
        "mach.mill5@mc5:1 am.pbf_metal@pbf:1 mach.turn_cnc@lathe:.8 join.tig@tig:.6 fin.buff@buff:.6",
    ),
    (
        "spring",
        "ばね",
        1.4,
        0.0,
        0.0,
        (("発條", "ハツジョウ", "Hatsujo"), ("スプリング", "スプリング", "Spring"), _SEISAKU),
        "spring:1:0-1 press:.5:0-1 hfurn:.6:0-0 tumbler:.3:0-0 proj:.3:0-0",
        "form.spring@spring:1 form.press_blank@press:.9 form.press_prog@press:.3 ht.anneal@hfurn:.6 "
        "fin.barrel@tumbler:.6",
    ),
    (
        "gear",
        "歯車",
        2.0,
        0.3,
        -0.2,
        (("歯車", "ハグルマ", "Haguruma"), ("ギヤ", "ギヤ", "Gear"), _SEIKI),
        "hob:1:0-2 shaper:.6:0-1 ggear:.4:0-1 lathe:.8:1-3 gcyl:.4:0-2 gint:.3:0-1 slotter:.4:0-1 induct:.1:0-0 "
        "round:.4:0-0",
        "mach.gear_hob@hob:1 mach.gear_shape@shaper:1 grind.gear@ggear:1 mach.turn_cnc@lathe:.9 grind.cyl@gcyl:.8 "
        "grind.internal@gint:.8 mach.slot@slotter:.8 ht.induction@induct:1 mach.broach@slotter:.2",
    ),
    (
        "fastener",
        "ねじ・圧造",
        2.2,
        0.4,
        0.0,
        (("螺子", "ラシ", "Rashi"), ("ファスナー", "ファスナー", "Fastener"), ("鋲螺", "ビョウラ", "Byora")),
        "header:1:0-1 rollthr:.95:0-1 swiss:.3:1-4 lathe:.3:0-1 tumbler:.3:0-0 proj:.4:0-0",
        "form.forge_cold@header:1 form.roll_thread@rollthr:1 mach.turn_swiss@swiss:1 mach.turn_cnc@lathe:.7 "
        "fin.barrel@tumbler:.6 insp.general@proj:.3",
    ),
    (
        "titanium",
        "チタン・レーザー溶接",
        1.1,
        0.1,
        -0.2,
        (("チタン工芸", "チタンコウゲイ", "Titanium Kogei"), _SEIKO, ("光学", "コウガク", "Kogaku")),
        "lweld:1:0-1 mc3:.6:0-1 press:.5:0-1 buff:.6:0-0 braze:.5:0-0 swiss:.3:0-2 tumbler:.5:0-0 ebeam:.12:0-1",
        "join.laser@lweld:1 mach.mill3@mc3:.8 form.press_blank@press:.8 fin.buff@buff:.8 join.braze@braze:.9 "
        "mach.turn_swiss@swiss:.9 fin.barrel@tumbler:.8 join.eb@ebeam:1",
    ),
    (
        "assembly",
        "組立・ユニット",
        3.0,
        0.6,
        0.0,
        (("電機", "デンキ", "Denki"), ("アセンブリ", "アセンブリ", "Assembly"), _KIKO),
        "bench:1:0-1 wiring:.5:0-1 mc3:.2:0-1 leak:.3:0-1 marker:.3:0-1 cmm:.15:0-1 lathe:.15:0-1",
        "assy.mech@bench:1 assy.elec@wiring:1 join.pressfit@bench:.6 join.bond@bench:.35 mach.mill3@mc3:.8 "
        "insp.leak@leak:.8 insp.general@bench:.5 fin.print@marker:.7 insp.cmm@cmm:.5 mach.turn_cnc@lathe:.7",
    ),
    (
        "lab",
        "測定・検査",
        0.9,
        -0.2,
        -0.2,
        (("計測", "ケイソク", "Keisoku"), ("検査センター", "ケンサセンター", "Kensa Center")),
        "cmm:1:0-2 ct:.45:0-1 contour:.7:0-0 rough:.8:0-0 round:.6:0-0 hard:.7:0-0 leak:.3:0-1 proj:.5:0-0",
        "insp.cmm@cmm:1 insp.ndt@ct:1 insp.general@cmm:.8 insp.leak@leak:.9",
    ),
    (
        "onestop",
        "一貫加工",
        2.2,
        1.3,
        -0.1,
        (_KOGYO, _SEISAKU, _SEIKI),
        "mc3:1:1-4 mc5:.45:1-3 lathe:.9:1-4 gsurf:.6:1-3 gcyl:.5:1-2 wire:.4:0-2 laser:.35:1-3 bender:.35:1-3 "
        "tig:.5:0-2 "
        "anodline:.12:0-1 bench:.8:0-1 cmm:.85:1-2 rough:.7:0-0 booth:.15:1-2",
        "mach.mill3@mc3:1 mach.mill5@mc5:1 mach.turn_cnc@lathe:.95 grind.surface@gsurf:.9 grind.cyl@gcyl:.9 "
        "edm.wire@wire:.9 sheet.laser@laser:.9 sheet.bend@bender:.9 join.tig@tig:.85 "
        "coat.anod@anodline:1 assy.mech@bench:.9 insp.cmm@cmm:.6 coat.paint@booth:.9 tool.jig@mc3:.4",
    ),
)


def _archetypes() -> tuple[Archetype, ...]:
    found: list[Archetype] = []
    for identifier, ja, share, growth, precision, words, owned_text, offered_text in _TABLE:
        owned: list[Owned] = []
        for item in owned_text.split():
            slot, probability, classes = item.split(":")
            first, last = classes.split("-")
            owned.append(Owned(slot=slot, share=float(probability), first_class=int(first), last_class=int(last)))
        offered: list[Offered] = []
        for item in offered_text.split():
            where, probability = item.split(":")
            process, slot = where.split("@")
            offered.append(Offered(process=process, slot=slot, share=float(probability)))
        found.append(
            Archetype(
                id=identifier,
                ja=ja,
                share=share,
                growth=growth,
                precision=precision,
                words=words,
                owned=tuple(owned),
                offered=tuple(offered),
                limits=LIMITS.get(identifier),
            )
        )
    return tuple(found)


ARCHETYPES: tuple[Archetype, ...] = _archetypes()
"""All kinds of shop, in a fixed order."""

BY_ID: Mapping[str, Archetype] = {item.id: item for item in ARCHETYPES}
