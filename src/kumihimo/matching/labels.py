"""Names of codes and numbers as the sentences write them."""

from __future__ import annotations

from collections.abc import Iterable
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


def material_label(code: str) -> tuple[str, str]:
    """Return the Japanese and English name of a family; a grade is its own name."""
    family = terms.material_families().get(code)
    return (code, code) if family is None else (family.ja, family.en)


def scheme_label(scheme: str) -> tuple[str, str]:
    """Return the Japanese and English name of a certificate, or its code twice when no list knows it."""
    known = terms.certificates().get(scheme)
    return (scheme, scheme) if known is None else (known.ja, known.en)


def number(value: float) -> str:
    """Write a number without needless digits, thousands grouped."""
    return f"{value:,.0f}" if value == int(value) and abs(value) >= 1000 else f"{value:g}"


def joined(codes: Iterable[str], lang: int) -> str:
    """Write alternatives; `lang` 0 Japanese, 1 English."""
    return ("または" if lang == 0 else " or ").join(material_label(code)[lang] for code in codes)


def asked_tolerance(need: Need) -> tuple[str, str]:
    """Write the wanted size tolerance in Japanese and English."""
    step = need.step
    nominal = "" if step.tolerance_nominal_mm is None else f"{number(step.tolerance_nominal_mm)}mm"
    width = "" if step.tolerance_mm is None else f"{number(step.tolerance_mm)}mm"
    grade = "" if step.tolerance_it is None else f"IT{step.tolerance_it}"
    ja = [grade or "公差", f"（{'、'.join(filter(None, (nominal and f'寸法{nominal}', width and f'幅{width}')))}）"]
    en = [grade or "tolerance", nominal and f"on {nominal}", width and f"width {width}"]
    return "".join(part for part in ja if part != "（）"), " ".join(filter(None, en))


def span(low: float | None, high: float | None) -> str:
    """Write a range that may be open on a side."""
    return f"{'' if low is None else number(low)}〜{'' if high is None else number(high)}"
