# ruff: noqa: E501 - a pattern is easier to check in one line
"""Several parts in one inquiry: ①…②…, 部品A:, 1)…, Part 1."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kumihimo.inquiry.scan import Scan


@dataclass(frozen=True, slots=True)
class Section:
    """The stretch of normalised text that describes one part."""

    name: str
    start: int
    end: int


_LABEL_FIRST = r"(?!\s*(?:材質|材料|数量|納期|加工|寸法|サイズ|処理|公差|備考|品名|図面|表面処理|熱処理|精度|その他|用途|納入|納品|希望|検査|単価|予算|認証|工程|material|qty|quantity|due|size))"
_HEADINGS = (
    re.compile(rf"(?P<n>[①-⑳])\s*{_LABEL_FIRST}(?P<name>[^\s、,。:()/]{{0,14}})"),
    re.compile(
        rf"(?:^|(?<=[.。;] )|(?<=。))[ \t・■●◆○【\[<(]*(?P<n>(?:部品|品目|品番|製品|アイテム|パーツ|part|item|no\.?)\s*[:.]?\s*(?:[A-Za-z]|\d{{1,2}}|[一二三四五①-⑤])(?![A-Za-z0-9]))\s*[】\]>):.、 ]*{_LABEL_FIRST}(?P<name>[^\s、,。:()/】]{{0,14}})",
        re.M | re.I,
    ),
    re.compile(rf"^[ \t・]*(?P<n>\(?\d{{1,2}}[).、:])\s*(?!\d){_LABEL_FIRST}(?P<name>[^\s、,。:()/]{{0,14}})", re.M),
    re.compile(rf"^[ \t・]*(?P<n>\(?[A-Fa-f][).、:])\s*{_LABEL_FIRST}(?P<name>[^\s、,。:()/]{{0,14}})", re.M),
    re.compile(rf"^[ \t]*(?P<n>[・●■◆]|-(?= ))\s*{_LABEL_FIRST}(?P<name>[^\s、,。:()/]{{1,14}})", re.M),
)
_COMMON = re.compile(
    r"^[ \t・■※●]*(?:納期|納入|納品|以上|共通|備考|なお|尚|全て|すべて|全部|いずれも|どちらも|両方|各部品|上記|見積|支払|検査|組立|組み立て|最後|最終|これら|3点|2点|[一二三四五2-5]\s*(?:点|部品|種)とも|よろしく|宜しく|数量は|希望納期|delivery|due|all parts|assembly|please|※)",
    re.M | re.I,
)

_COMMON_INLINE = re.compile(
    r"(?<=[.。] )(?=delivery|due|all parts)|(?<=。)(?=納期|納入|納品|以上|いずれも|全て|すべて|共通)", re.I
)


def split(scan: Scan) -> tuple[Section, ...]:
    """Return the sections of the parts; empty when the text describes one part.

    A list is one of parts when at least two entries name a material, a size or a quantity of their own. A list of
    steps (①旋削 ②焼入れ) or of labels (1. 材質 …) is not.
    """
    text = scan.normal.text
    for pattern in _HEADINGS:
        heads = list(pattern.finditer(text))
        if len(heads) < 2:
            continue
        sections = _sections(text, heads)
        if sum(_describes(scan, section) for section in sections) >= 2 and _describes(scan, sections[0]):
            return tuple(section for section in sections if _describes(scan, section))
    return _by_slash(scan)


_SLASH = re.compile(r" / |／|(?<=[個本枚台ヶケコ点])\s*/\s*(?=[^\d\s月年日])")


def _by_slash(scan: Scan) -> tuple[Section, ...]:
    """Two parts on one line with a slash between: ベース A5052 10個 / 軸 S45C φ20×80 20本."""
    text = scan.normal.text
    at = 0
    for line in text.split("\n"):
        cuts = [match.span() for match in _SLASH.finditer(line)]
        if cuts:
            edges = [0, *(end for _, end in cuts)]
            stops = [*(start for start, _ in cuts), len(line)]
            sections = tuple(
                Section(line[start:stop].split()[0][:14] if line[start:stop].split() else "", at + start, at + stop)
                for start, stop in zip(edges, stops, strict=True)
            )
            if all(_is_whole_part(scan, section) for section in sections):
                return sections
        at += len(line) + 1
    return ()


def _is_whole_part(scan: Scan, section: Section) -> bool:
    fields = {item.field for item in scan.found if section.start <= item.start < section.end}
    return "materials" in fields and len(fields & {"processes", "size_mm", "quantity"}) >= 2


def _describes(scan: Scan, section: Section) -> int:
    fields = {item.field for item in scan.found if section.start <= item.start < section.end}
    return int(
        "materials" in fields
        or ("size_mm" in fields and "processes" in fields)
        or ("quantity" in fields and bool(fields & {"processes", "size_mm"}))
    )


def _sections(text: str, heads: list[re.Match[str]]) -> list[Section]:
    sections: list[Section] = []
    longest = 1
    for index, head in enumerate(heads):
        start = head.start()
        if index + 1 < len(heads):
            end = heads[index + 1].start()
            longest = max(longest, len([line for line in text[start:end].split("\n") if line.strip()]))
        else:
            end = _last_end(text, start, longest)
            inline = _COMMON_INLINE.search(text, head.end(), end)
            end = inline.start() if inline else end
        end = min(end, _common_from(text, head.end(), end))
        name = head["name"].strip() or head["n"].strip()
        sections.append(Section(name, start, end))
    return sections


def _common_from(text: str, start: int, end: int) -> int:
    """Return where the lines for all parts begin that follow a part's own lines after an empty line."""
    gap = re.compile(r"\n[ \t]*\n").search(text, start, end)
    while gap:
        if _COMMON.match(text, gap.end()):
            return gap.end()
        gap = re.compile(r"\n[ \t]*\n").search(text, gap.end(), end)
    return end


def _last_end(text: str, start: int, longest: int) -> int:
    """The last part ends at an empty line, at a line for all parts, or when it is as long as the longest before."""
    at = start
    lines = 0
    while at < len(text):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        line = text[at:stop]
        if lines and (not line.strip() or _COMMON.match(line)):
            return at
        lines += 1
        at = stop + 1
        if lines >= longest:
            return min(at, len(text))
    return len(text)
