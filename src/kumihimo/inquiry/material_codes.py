# ruff: noqa: E501 - a pattern is easier to check in one line
"""Material codes in running text: SUS 304, A5052P-H34, S45C-D, Ti-6Al-4V, アルミの5052, サスサンマルヨン."""

from __future__ import annotations

import re
from functools import cache

from kumihimo import terms
from kumihimo.inquiry.scan import Scan

_B = r"(?=[A-Za-z1-8アインハモ])(?<![A-Za-z0-9.])"
_E = r"(?![A-Za-z0-9])"

# One alternation; the group name tells how the code is put together.
_CODES = re.compile(
    _B
    + r"(?:"
    + r"(?P<sus>SUS[ -]?\d{3}(?: ?J\d| ?[ABC](?![A-Za-z])| ?LN?(?![A-Za-z])| ?N\d?(?![A-Za-z])| ?F(?![A-Za-z])| ?H(?![A-Za-z]))?)(?:[ -]?(?:CSP|TPD?|TKA|HP|CP|W[1-2]?|BA|2B|2D|HL|BG|No\.?\d|#\d{3}|1/2H|B|D|WPB|G))*"
    + r"|(?P<al>(?:A|AL|ALA|AA|アルミ ?)[ -]?[1-8]\d{3})(?:-?(?-i:PS?|BE?D?S?|TE?D?|W|FD|S|N)(?![a-z]))?(?:[ -]?(?-i:H\d{1,3}|T\d{1,4}|O|F)(?![A-Za-z0-9.]))?"
    + r"|(?P<bareal>[1-8]\d{3})[ -]T\d{1,4}"
    + r"|(?P<carbon>S[ -]?\d{2} ?C[K]?)(?:[ -]?(?:D|N|H|B)(?![A-Za-z0-9]))?(?:\((?:H|N|D)\))?"
    + r"|(?P<alloy>(?:SCM|SNCM|SNC|SMN|SMNC|SCR|SACM)[ -]?\d{3}H?)(?:[ -]?(?:D|H|N)(?![A-Za-z0-9]))?"
    + r"|(?P<tool>(?:SKD|SKS|SKH|SKT|SKC|SUJ|SUP|SUM|SK|SUH)[ -]?\d{1,3}(?: ?L(?![A-Za-z])| ?[A-Z](?![A-Za-z0-9]))?)(?:-(?:D|改))?"
    + r"|(?P<plate>SPCC|SPHC|SPCD|SPCE|SPHD|SPHE|SECC|SECD|SGCC|SGHC|SGLCC|SPTE|SPFC ?\d{3}|SPFH ?\d{3}|SAPH ?\d{3}|SEHC|ZAM)(?:[ -](?:SD|SB|T|1B|S|8|4T|[A-Z]{1,2}))?"
    + r"|(?P<struct>(?:SS|SM|SN|SF|SC|SMA)[ -]?\d{3}[ABC]{0,1}|SB410|SGP|STPG ?\d{3}|STKM[ -]?\d{2} ?[A-C]?|STKR ?\d{3}|STK ?\d{3})(?:[ -](?:D|TR))?"
    + r"|(?P<iron>(?:FCD|FCMB|FCAD|FC|FCV)[ -]?\d{2,4}(?:-\d\d)?)"
    + r"|(?P<cast>(?:ADC|ZDC|AC)[ -]?\d{1,2}[A-Z]{0,2})(?:-?(?:T\d|F))?"
    + r"|(?P<copper>C[ -]?[1-7]\d{3})(?:[ -]?[A-Z]{1,3}(?![a-z]))?(?:[ -](?:1/2H|H|O|EH|1/4H))?"
    + r"|(?P<bronze>CAC[ -]?\d{3}[AC]?|BC[ -]?\d[AC]?|PBC[ -]?\d[A-C]?|ALBC[ -]?\d|PB ?102|HBSC ?\d|LBC ?\d)"
    + r"|(?P<scs>SCS[ -]?\d{1,2}[A-Z]?|(?-i:SCH)[ -]?\d{1,2}|SCPH ?\d|SCW[ -]?\d{3})"
    + r"|(?P<ti>TI[ -]?6 ?AL[ -]?4 ?V(?: ?ELI)?|6AL[ -]?4V|6[-・]4 ?(?:チタン|TI)|64チタン|T[PB][ -]?\d{3}[HC]?)"
    + r"|(?P<super>(?:INCONEL|インコネル)[ ]?\d{3}|NCF ?\d{3}|(?:HASTELLOY|ハステロイ)[ -]?[A-Z][ -]?\d{1,4}|(?:MONEL|モネル) ?[K]?-?\d{3})"
    + r"|(?P<mag>AZ[ -]?\d{2}[A-D]?|AM60B?)"
    + r"|(?P<mould>NAK ?\d{2}|HPM[ -]?\d{1,3}|DC ?53|STAVAX|PX ?[0-9]A?|DAC ?\d{0,2}|YXR ?\d{1,2}|ASP ?\d{2}|SLD|PD613|HAP ?\d{2}|DH31S?)"
    + r"|(?P<filled>(?:PA ?(?:6|66|12|46|9T|6T)|PBT|PPS|PET|PC|POM|ABS|PP|PEEK|LCP|PPA|PEI|PES|PSU|mPPE|PPE)[ -]?\(?[GC]F ?\d{1,2}%?\)?)"
    + r"|(?P<mc>MC ?90\d|UHMW-?PE|HDPE)"
    + r")"
    + _E,
    re.I,
)
# SUS303か304, A5052・6061: the second code is short
_SHORT = re.compile(
    r"(?<=\x00)\s*(?:か|または|又は|もしくは|or|と|、|・|/|,|and)\s*(?P<rest>\d{3,4}L?)(?![\d.A-KM-Za-z]|\s*(?:mm|個|本|枚|台|×|円|セット))"
)
_SPOKEN = re.compile(
    r"(?:サス|ステン(?:レス)?の?|ステンレス鋼?の?)\s*(?P<sus>30[1-9]L?|31[06]L?|4[0-4]\d(?:J2|C|F)?|630|631|329J\d)(?!\d|mm|\s*[x×個本枚台])"
    r"|(?:アルミ(?:の|合金の?)?|あるみの?)\s*(?P<al>1050|1100|2011|2014|2017|2024|2219|5052|5056|5083|6061|6063|7075|7N01)(?!\d|mm|\s*[x×個本枚台])"
    r"|(?:真鍮|真ちゅう|しんちゅう|黄銅|快削黄銅)の?\s*C?(?P<copper>3604|2801|2680|3602|3771)(?!\d|mm|\s*[x×個本枚台])"
    r"|(?P<al2>5052|5056|5083|6061|6063|7075|2017|2024|1050)(?=\s*の?アルミ)"
    r"|(?P<kana>(?:サス|エスユーエス)?(?:サンマルサン|サンマルヨン|サンマルシ|サンイチロク(?:エル)?|ヨンサンマル|ヨンヨンマル(?:シー)?|ロクサンマル)"
    r"|エスヨンゴーシー|ヨンゴーシー|エスゴーマルシー|ゴーマルゴーニー|ゴマルゴニ|ロクマルロクイチ|ナナマルナナゴー|エスエスヨンヒャク|エスエス4百)"
)
_SPOKEN_GATE = re.compile(r"[サステアルロゴンエナ][スンクエナルマ]|アルミ|ヨン|ゴー|真鍮|ちゅう|黄銅|あるみ")
_KANA = {
    "サンマルサン": "SUS303", "サンマルヨン": "SUS304", "サンマルシ": "SUS304", "サンイチロク": "SUS316",
    "サンイチロクエル": "SUS316L", "ヨンサンマル": "SUS430", "ヨンヨンマル": "SUS440C", "ヨンヨンマルシー": "SUS440C", "ロクサンマル": "SUS630",
    "エスヨンゴーシー": "S45C", "ヨンゴーシー": "S45C", "エスゴーマルシー": "S50C", "ゴーマルゴーニー": "A5052", "ゴマルゴニ": "A5052",
    "ロクマルロクイチ": "A6061", "ナナマルナナゴー": "A7075", "エスエスヨンヒャク": "SS400", "エスエス4百": "SS400",
}  # fmt: skip
# A fax breaks the code: SUS at the end of one line, 304 on the next
# ステンで、304か316か: the letters are understood
_PAIR = re.compile(
    r"(?<![\d.A-Za-z×φ#])(?P<a>30[1-5]L?|316L?|310S|430)(?P<or>か|または|又は|or|・|、|/)\s*(?P<b>30[1-5]L?|316L?|310S|430)(?![\d.]|\s*(?:mm|個|本|枚|台|×|円))"
)
_BROKEN = re.compile(
    r"(?<![A-Za-z0-9])(?P<head>SUS|SKD|SCM|SKH|SUJ|SPC|SS|FCD|FC|AC|ADC|A)[ ]*\n[ ]*(?P<rest>\d{1,4}[A-Z]?\d?)(?![\d.]|\s*(?:mm|個|本|枚|台|×|円|セット|ヶ|コ|月|年|/))"
)
_SEPARATORS = re.compile(r"[\s-]")
_TITANIUM = re.compile(r"6.{0,2}AL.{0,2}4.?V|6.?4.?(?:チタン|TI)|64チタン", re.I)


@cache
def _grades() -> dict[str, str]:
    return {terms.fold(code).replace("-", ""): code for code in terms.materials()}


def as_code(written: str, kind: str) -> str:
    """Return the grade as the table writes it; a grade outside the table is given as written, without blanks."""
    bare = _SEPARATORS.sub("", written).upper().replace("アルミ", "A")
    if kind == "ti" and _TITANIUM.search(written):
        return "TI-6AL-4V"
    if kind == "filled":
        alias = terms.material_lexicon().get(terms.fold(written))
        plain = written.upper().replace(" ", "").replace("(", "-").strip(")%").replace("-", "")
        return alias.targets[0] if alias else re.sub(r"(?=[GC]F\d)", "-", plain)
    if kind in ("al", "bareal"):
        bare = "A" + bare.lstrip("AL")
    if kind == "copper" and not bare.startswith("C"):
        bare = "C" + bare
    if kind == "sus" and not bare.startswith("SUS"):
        bare = "SUS" + bare
    known = _grades()
    if bare.lower() in known:
        return known[bare.lower()]
    alias = terms.material_lexicon().get(terms.fold(written)) or terms.material_lexicon().get(bare.lower())
    if alias is not None and len(alias.targets) == 1 and alias.targets[0] in terms.materials():
        return alias.targets[0]
    return bare


_SPRING_STRIP = re.compile(r"[ -]?CSP", re.I)
_NOT_CODES = frozenset({"SC", "C1", "SLD"})


def read(scan: Scan) -> None:
    """Find all codes; each is blanked, so its digits are read as nothing else."""
    for match in scan.matches(_CODES):
        kind = match.lastgroup or ""
        for name, value in match.groupdict().items():
            if value is not None:
                kind = name
        code = as_code(match[kind], kind)
        if kind == "sus" and _SPRING_STRIP.search(match[0]):
            # spring strip is a grade of its own (JIS G 4313)
            code += "-CSP"
        scan.add("materials", code, *match.span())
        scan.blank(*match.span())
    for match in scan.matches(_PAIR) if "ステン" in scan.text or "SUS" in scan.normal.text else ():
        for name in ("a", "b"):
            scan.add("materials", "SUS" + match[name], *match.span(name), confidence=0.8)
        scan.blank(*match.span())
    for match in scan.matches(_BROKEN):
        code = as_code(match["head"] + match["rest"], "")
        if code in terms.materials():
            scan.add("materials", code, *match.span(), confidence=0.8)
            scan.blank(*match.span())
    for match in scan.matches(_SHORT):
        base = next((item for item in scan.found if item.end == match.start()), None)
        if base is not None:
            head = "SUS" if str(base.value).startswith("SUS") else "A" if str(base.value).startswith("A") else ""
            code = as_code(head + match["rest"], "sus" if head == "SUS" else "al")
            if head and code in terms.materials():
                scan.add("materials", code, *match.span("rest"))
                scan.blank(*match.span("rest"))
    for match in scan.matches(_SPOKEN) if _SPOKEN_GATE.search(scan.text) else ():
        if match["kana"]:
            word = match["kana"].removeprefix("サス").removeprefix("エスユーエス")
            code = _KANA.get(word) or _KANA.get(match["kana"], "")
        else:
            kind = next(name for name in ("sus", "al", "copper", "al2") if match[name])
            code = as_code(match[kind], kind.rstrip("2"))
        if code:
            scan.add("materials", code, *match.span(), confidence=0.9)
            scan.blank(*match.span())
