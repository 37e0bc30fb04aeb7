# ruff: noqa: E501 - a pattern is easier to check in one line
"""Whether an inquiry says how its parts get their shape: heat treatment and plating take it for granted."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kumihimo import terms
from kumihimo.inquiry.normalise import BLANK, normalise
from kumihimo.inquiry.scan import Scan
from kumihimo.model.inquiry import Inquiry, Part, Question
from kumihimo.model.requirement import Requirements

FIELD = "shaping"
"""Field of the question: its answer adds processes, or says that the parts are there already."""
SUPPLIED = "supplied_part"
"""Name of the context value that says so."""
ON_A_PART = frozenset({"assembly", "inspection", "coating", "heat", "finishing"})
"""Process families that work on a part that is there already, and buy no raw material."""
_TREATMENTS = ON_A_PART - {"assembly"}

_WORK = r"(?:処理|加工|焼入れ?|焼き入れ|焼戻し|めっき|メッキ|鍍金|研磨|塗装|窒化|浸炭|調質|アルマイト|コート|コーティング|仕上げ?|バフ|ショット|検査|測定)"
_PATTERN = re.compile(
    r"支給(?!(?:品|材|部品)?(?:の?有無)?(?:は|が|も|[:=]|\s)*(?:なし|無し|無(?=[\s、。]|$)|ナシ|ありません|ございません|不要|しません|でき(?:ません|ない)|ではな))"
    r"|持ち?込み?(?:ます|品|予定|の)|お?預けし|加工済|済み品|完成品|後加工|追加工|二次加工|加工品(?:に|へ|の|を)"
    rf"|{_WORK}(?:だけ|のみ|ノミ)"
    r"|(?:できる|出来る|やれる|対応可能?な?)[^。\n、]{0,4}(?:会社|工場|業者|企業|ところ|とこ|所|屋|メーカー)|(?:めっき|メッキ|熱処理|アルマイト|塗装|研磨|焼入れ?)屋"
    r"|\b(?:customer[- ]supplied|supplied by us|we (?:will )?supply the (?:parts|pieces)|free[- ]issue|finished parts|(?:plating|anodi[sz]ing|heat treat(?:ment|ing)|coating|painting|polishing) only)\b",
    re.I,
)
_OTHER_THING = re.compile(
    r"(?:型|[治冶]具|工具|ゲージ|図面|データ|ねじ|ネジ|ボルト|ナット|座板|箱|梱包材?)(?:は|を|も|の)?[^。\n、]{0,6}$"
)


def read(scan: Scan, parts: Sequence[Part]) -> None:
    """Note the words that say that a part is there already, where no process makes its shape."""
    if not any(is_unshaped(part.requirements) for part in parts):
        return
    for match in _PATTERN.finditer(scan.normal.text):
        # What was only told (前回は支給品でした) has been taken out.
        if scan.text[match.end() - 1] != BLANK and not _is_of_another_thing(match):
            scan.note(SUPPLIED, True, *match.span())


def says_supplied(words: str) -> bool:
    """Tell whether words say that the part is there already."""
    return any(not _is_of_another_thing(match) for match in _PATTERN.finditer(normalise(words).text))


def _is_of_another_thing(match: re.Match[str]) -> bool:
    return bool(_OTHER_THING.search(match.string, max(0, match.start() - 14), match.start()))


def is_unshaped(needs: Requirements) -> bool:
    """Tell whether no process makes the shape: there is none, or only treatments of a part that is there already."""
    families = {terms.process(process).family for process in needs.processes}
    return families <= _TREATMENTS and families != {"inspection"}


def question(part: Part, inquiry: Inquiry) -> Question | None:
    """Return the question how a part gets its shape.

    Returns
    -------
    Question or None
        `None` where a process makes the shape, the part is supplied or was machined elsewhere, or the question was
        asked in other words.
    """
    needs = part.requirements
    if not is_unshaped(needs) or _is_there_already(part, inquiry):
        return None
    if not needs.processes and any(_asks_for_all(one) and one.part in ("", part.id) for one in inquiry.questions):
        return None
    labels = [terms.process(process) for process in needs.processes]
    before_ja = f"「{'、'.join(one.ja for one in labels)}」の前に" if labels else ""
    before_en = f" before {', '.join(one.en for one in labels)}" if labels else ""
    return Question(
        field=FIELD,
        why="missing",
        ja=f"{before_ja}形を作る工程が書かれていません。どう形を作りますか: 削り出し・板金・鋳造・樹脂成形など。それとも、支給品の後加工ですか。",
        en=f"The inquiry names no process that makes the shape{before_en}. How is the part made: machined from solid, sheet metal, casting, moulding, …? Or do you supply it?",
        part=part.id,
    )


def _is_there_already(part: Part, inquiry: Inquiry) -> bool:
    for item in inquiry.context:
        if item.part not in ("", part.id):
            continue
        if item.field == SUPPLIED:
            return True
        known = terms.processes().get(str(item.value)) if item.field == "done_process" else None
        # An extruded section is stock, no part.
        if known is not None and known.family not in ON_A_PART | {"forming"}:
            return True
    return False


def _asks_for_all(asked: Question) -> bool:
    return asked.field == "processes" and asked.why == "missing"
