"""What an inquiry does not say and a price or a date needs: asked back, never filled in silently."""

from __future__ import annotations

from collections.abc import Iterator

from kumihimo.inquiry import shaping
from kumihimo.model import Inquiry, Part
from kumihimo.proposal.proposal import Sentence

_OF_PART = (
    ("processes", "必要な加工（工程）", "the processes"),
    ("materials", "材質", "the material"),
    ("quantity", "数量", "the quantity"),
    ("size_mm", "おおよその寸法", "the rough size"),
)


def missing(inquiry: Inquiry) -> tuple[Sentence, ...]:
    """Return a ready question for everything that is missing and not asked already.

    Parameters
    ----------
    inquiry
        As read; its own questions (what is ambiguous) are not repeated.
    """
    asked = {(question.field, question.part) for question in inquiry.questions}
    found: list[Sentence] = []
    parts = inquiry.parts or (Part(id="", name="", requirements=inquiry.requirements),)
    for part in parts:
        name = part.name if len(parts) > 1 else ""
        shape = shaping.question(part, inquiry)
        if shape is not None:
            asked.add(("processes", part.id))
            ja, en = (f"「{name}」: ", f"{name!r}: ") if name else ("", "")
            found.append(Sentence(ja=f"{ja}{shape.ja}", en=f"{en}{shape.en}"))
        gaps = [(ja, en) for field, ja, en in _gaps(part) if not asked & {(field, name), (field, part.id), (field, "")}]
        if gaps:
            ja = "・".join(ja for ja, _ in gaps)
            en = ", ".join(en for _, en in gaps)
            found.append(
                Sentence(
                    ja=f"{f'「{name}」の' if name else ''}{ja}が書かれていません。教えていただけますでしょうか。",
                    en=f"Please tell us {en}{f' of {name!r}' if name else ''}: the inquiry does not say.",
                )
            )
    whole = inquiry.requirements
    if whole.due_date is None and ("due_date", "") not in asked:
        found.append(Sentence(ja="希望納期をお知らせください。", en="When do you need the goods?"))
    if not whole.prefectures and ("prefectures", "") not in asked:
        found.append(
            Sentence(ja="納入先（都道府県・市区町村）をお知らせください。", en="Where are the goods to be delivered?")
        )
    return tuple(found)


def _gaps(part: Part) -> Iterator[tuple[str, str, str]]:
    needs = part.requirements
    for field, ja, en in _OF_PART:
        value = getattr(needs, field)
        if field == "size_mm" and needs.thickness_mm is not None:
            continue
        if value is None or value == ():
            yield field, ja, en
