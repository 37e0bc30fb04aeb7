"""Tables set with tabs, bars or wide gaps: a bare number under 数量 is a quantity, under 板厚 a thickness."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left

from kumihimo.inquiry import numbers
from kumihimo.inquiry.scan import Scan

_CELLS = re.compile(r"(?:(?!\s{2,}|\t|[|｜│┃]).)+")
_COLUMNS = {
    "quantity": re.compile(
        r"^(?:数\s*量|個\s*数|員\s*数|本数|枚数|台数|数|qty\.?|quantity|pcs)(?:\s*[(（].{1,4}[)）])?$", re.I
    ),
    "thickness_mm": re.compile(r"^(?:板\s*厚|厚さ|厚み|t|thickness)(?:\s*[(（]\s*mm\s*[)）])?$", re.I),
    "": re.compile(r"^(?:no\.?|№|番号|項番|#|項)$", re.I),
}
_LABEL = re.compile(
    r"品名|名称|部品|品番|図番|材質|材料|加工|工程|処理|寸法|サイズ|備考|item|part|material|process|size", re.I
)
_NUMBER = re.compile(rf"^\s*({numbers.NUM})\s*$")


def _cells(line: str) -> list[tuple[int, int, str]]:
    return [
        (match.start(), match.end(), unicodedata.normalize("NFKC", match[0].strip()))
        for match in _CELLS.finditer(line)
        if match[0].strip()
    ]


def read(scan: Scan) -> None:
    """Read the columns of a table whose first line names at least three columns."""
    normal = scan.normal
    columns: dict[int, str] = {}
    width = 0
    at = 0
    for line in normal.original.split("\n"):
        cells = _cells(line)
        kinds = {
            index: kind
            for index, cell in enumerate(cells)
            for kind, pattern in _COLUMNS.items()
            if pattern.match(cell[2])
        }
        if kinds and len(cells) >= 3 and sum(bool(_LABEL.search(cell[2])) for cell in cells) >= 2:
            columns, width = kinds, len(cells)
        elif columns and len(cells) == width:
            for index, kind in columns.items():
                match = _NUMBER.match(cells[index][2])
                if match is None:
                    continue
                start = bisect_left(normal.starts, at + cells[index][0])
                end = bisect_left(normal.starts, at + cells[index][1])
                value = numbers.plain(match[1])
                if kind == "quantity" and value == int(value) and value > 0:
                    scan.add(kind, (int(value), "once"), start, end)
                elif kind == "thickness_mm":
                    scan.add(kind, value, start, end)
                elif kind:
                    continue
                scan.blank(start, end)
        elif len(cells) < 2:
            columns = {}
        at += len(line) + 1
