"""Names of codes and numbers as the sentences write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from types import MappingProxyType

from kumihimo import terms
from kumihimo.matching.verdicts import Need

FORM_LABELS = MappingProxyType(
    {
        "flatness": ("平面度", "flatness"),
        "roundness": ("真円度", "roundness"),
        "position": ("位置度", "position"),
        "cylindricity": ("円筒度", "cylindricity"),
        "parallelism": ("平行度", "parallelism"),
        "perpendicularity": ("直角度", "perpendicularity"),
        "straightness": ("真直度", "straightness"),
        "concentricity": ("同心度", "concentricity"),
        "coaxiality": ("同軸度", "coaxiality"),
        "angularity": ("傾斜度", "angularity"),
        "runout": ("振れ", "run-out"),
        "total_runout": ("全振れ", "total run-out"),
        "profile": ("輪郭度", "profile"),
        "symmetry": ("対称度", "symmetry"),
    }
)


def process_label(process: str) -> tuple[str, str]:
    """Return the Japanese and English name of a process, or its code twice when no list knows it."""
    known = terms.processes().get(process)
    return (process, process) if known is None else (known.ja, known.en)


MATERIAL_DISPLAY = MappingProxyType(
    {
        "TI-GR1": ("純チタン1種", "Ti grade 1"),
        "TI-GR2": ("純チタン2種", "Ti grade 2"),
        "TI-GR3": ("純チタン3種", "Ti grade 3"),
        "TI-GR4": ("純チタン4種", "Ti grade 4"),
        "TI-6AL-4V": ("Ti-6Al-4V", "Ti-6Al-4V"),
        "TI-6AL-4V-ELI": ("Ti-6Al-4V ELI", "Ti-6Al-4V ELI"),
        "TI-15-3": ("Ti-15-3", "Ti-15-3"),
        "SUS303CU": ("SUS303Cu", "SUS303Cu"),
        "SUS316TI": ("SUS316Ti", "SUS316Ti"),
        "INCONEL600": ("インコネル600", "Inconel 600"),
        "INCONEL625": ("インコネル625", "Inconel 625"),
        "INCONEL718": ("インコネル718", "Inconel 718"),
        "INCOLOY800": ("インコロイ800", "Incoloy 800"),
        "INCOLOY825": ("インコロイ825", "Incoloy 825"),
        "HASTELLOY-C22": ("ハステロイC-22", "Hastelloy C-22"),
        "HASTELLOY-C276": ("ハステロイC-276", "Hastelloy C-276"),
        "HASTELLOY-X": ("ハステロイX", "Hastelloy X"),
        "WASPALOY": ("ワスパロイ", "Waspaloy"),
        "MONEL400": ("モネル400", "Monel 400"),
        "MONEL-K500": ("モネルK-500", "Monel K-500"),
        "NI200": ("ニッケル200", "Nickel 200"),
        "KOVAR": ("コバール", "Kovar"),
        "INVAR": ("インバー", "Invar"),
        "SUPER-INVAR": ("スーパーインバー", "Super Invar"),
        "PERMALLOY": ("パーマロイ", "Permalloy"),
        "42ALLOY": ("42アロイ", "42 Alloy"),
        "STELLITE6": ("ステライト6", "Stellite 6"),
        "CO-CR-MO": ("Co-Cr-Mo", "Co-Cr-Mo"),
        "ALUMIGO-HARD": ("アルミゴHARD", "Alumigo Hard"),
        "CUW": ("銅タングステン", "CuW"),
        "TUNGSTEN": ("タングステン", "tungsten"),
        "MOLYBDENUM": ("モリブデン", "molybdenum"),
        "TANTALUM": ("タンタル", "tantalum"),
        "NIOBIUM": ("ニオブ", "niobium"),
        "HEAVY-ALLOY": ("ヘビーアロイ", "heavy alloy"),
        "GOLD": ("金", "gold"),
        "SILVER": ("銀", "silver"),
        "PLATINUM": ("白金", "platinum"),
        "BAKELITE": ("ベークライト", "Bakelite"),
        "GLASS-EPOXY": ("ガラエポ", "glass epoxy"),
        "EPOXY": ("エポキシ", "epoxy"),
        "CHEMIWOOD": ("ケミカルウッド", "tooling board"),
        "CHLOROPRENE": ("クロロプレンゴム", "chloroprene rubber"),
        "NATURAL-RUBBER": ("天然ゴム", "natural rubber"),
        "AL2O3": ("Al₂O₃", "Al₂O₃"),
        "ZRO2": ("ZrO₂", "ZrO₂"),
        "SI3N4": ("Si₃N₄", "Si₃N₄"),
        "SIC": ("SiC", "SiC"),
        "ALN": ("AlN", "AlN"),
        "MACOR": ("マコール", "Macor"),
        "QUARTZ": ("石英ガラス", "quartz glass"),
        "SODA-GLASS": ("ソーダガラス", "soda-lime glass"),
        "BOROSILICATE": ("ホウケイ酸ガラス", "borosilicate glass"),
        "SILICON": ("シリコン", "silicon"),
        "SAPPHIRE": ("サファイア", "sapphire"),
    }
)
"""How people write the grades whose code is not what they write; all others are written as their code."""


def material_label(code: str) -> tuple[str, str]:
    """Return the Japanese and English name of a family, or a grade as people write it."""
    family = terms.material_families().get(code)
    return MATERIAL_DISPLAY.get(code, (code, code)) if family is None else (family.ja, family.en)


def scheme_label(scheme: str) -> tuple[str, str]:
    """Return the Japanese and English name of a certificate, or its code twice when no list knows it."""
    known = terms.certificates().get(scheme)
    return (scheme, scheme) if known is None else (known.ja, known.en)


def number(value: float) -> str:
    """Write a number without needless digits, thousands grouped."""
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 1000 else f"{value:g}"


def counted(value: int, noun: str) -> str:
    """Write a number of things in English.

    >>> counted(1, "piece"), counted(2000, "piece")
    ('1 piece', '2,000 pieces')
    """
    return f"{number(value)} {noun}{'' if value == 1 else 's'}"


WEEKDAYS_JA = "月火水木金土日"


def day_ja(day: date | None) -> str:
    """Write a day: ``2026年12月4日(金)``; in English it is written as in ISO 8601."""
    if day is None:
        return "不明"
    return f"{day.year}年{day.month}月{day.day}日({WEEKDAYS_JA[day.weekday()]})"


def joined(codes: Iterable[str], lang: int) -> str:
    """Write alternatives; `lang` 0 Japanese, 1 English."""
    return ("または" if lang == 0 else " or ").join(material_label(code)[lang] for code in codes)


def asked_tolerance(need: Need) -> tuple[str, str]:
    """Write the wanted size tolerance in Japanese and English."""
    step = need.step
    nominal = "" if step.tolerance_nominal_mm is None else number(step.tolerance_nominal_mm)
    width = "" if step.tolerance_mm is None else number(step.tolerance_mm)
    grade = "" if step.tolerance_it is None else f"IT{step.tolerance_it}"
    ja = [grade or "公差", f"（{'、'.join(filter(None, (nominal and f'寸法{nominal}mm', width and f'幅{width}mm')))}）"]
    en = [(grade or "tolerance") + (nominal and f" on {nominal} mm"), width and f"width {width} mm"]
    return "".join(part for part in ja if part != "（）"), ", ".join(filter(None, en))


def span(low: float | None, high: float | None, unit: str = "") -> tuple[str, str]:
    """Write a range in Japanese and English; either side may be open.

    >>> span(5, None, "µm")
    ('5µm以上', '5 µm or more')
    """
    if low is None and high is None:
        return "不明", "unknown"
    space = " " if unit else ""
    if low is None or high is None:
        ja, en = ("以下", "or less") if low is None else ("以上", "or more")
        value = number(max(limit for limit in (low, high) if limit is not None))
        return f"{value}{unit}{ja}", f"{value}{space}{unit} {en}"
    both = number(low) if low == high else ""
    return (
        f"{both or f'{number(low)}〜{number(high)}'}{unit}",
        f"{both or f'{number(low)} to {number(high)}'}{space}{unit}",
    )


def bounds(low: float | None, high: float | None) -> str:
    """Write a range without words, for values that stand alone: ``5–8``, ``≥5``, ``≤8``."""
    if low is None or high is None:
        return f"≥{number(low)}" if low is not None else f"≤{number(high)}" if high is not None else ""
    return number(low) if low == high else f"{number(low)}–{number(high)}"
