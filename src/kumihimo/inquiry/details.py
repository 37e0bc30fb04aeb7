"""Details that no requirement holds, gear data and chamfers: noted or asked, so that no price passes them by."""

from __future__ import annotations

import re

from kumihimo.inquiry.numbers import NUM
from kumihimo.inquiry.scan import Scan

_GEAR = re.compile(r"歯車|ギ[ヤア]|モジュール|歯数|ピニオン|スプロケット|\bgears?\b", re.I)
_MODULE = re.compile(rf"(?:モジュール|module)\s*(?:は|:|=|m)*\s*{NUM}", re.I)
_TEETH = re.compile(r"歯数\s*(?:は|:|=|z)*\s*\d{1,3}|(?<![A-Za-z])z\s*=\s*\d{1,3}|\d{1,3}\s*teeth", re.I)
_GRADE = re.compile(
    r"(?:JIS\s*)?(?:B\s*1702(?:\s*-\s*\d)?\s+)?(?<![A-Za-z\d.])N?\s?(?<!\d)1?\d\s*級(?!品|資格|技能)", re.I
)
_CHAMFER = re.compile(
    r"(?:両端|片端|端[面部]|外周|全周|[四4]隅|角部?|穴口|入口|エッジ)(?:面|部)?(?:は|の|を|に|とも)?\s*面取(?:り(?:加工)?|(?!り))"
    r"(?!\s*(?:は|を|量)?\s*[:=]?\s*(?:[CR]\s?\d|0\.\d|\d+(?:\.\d+)?\s*(?:mm|ミリ)|なし|無し|不要|し(?:ない|ません)))",
    re.I,
)


def read(scan: Scan) -> None:
    """Note the data of a gear, ask what its grade covers, and how large a chamfer is that has no size."""
    if _GEAR.search(scan.text):
        for name, pattern in (("gear_module", _MODULE), ("gear_teeth", _TEETH)):
            for match in scan.matches(pattern):
                scan.note(name, match[0], *match.span())
        for match in scan.matches(_GRADE):
            scan.note("gear_grade", match[0], *match.span())
            scan.doubt("tolerances", "vague", *match.span(), key="gear")
            # N7 is no fit here.
            scan.blank(*match.span())
    for match in scan.matches(_CHAMFER):
        scan.doubt("processes", "vague", *match.span(), key="chamfer")
