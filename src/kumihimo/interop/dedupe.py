"""Which entries may be one and the same firm: proposals with reasons. Nothing is ever merged here.

Name, reading, address, phone and corporate number are compared in a folded form. The corporate number is evidence, not
a key: many small firms have none, and a wrong digit happens. Two *different valid* corporate numbers are two firms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from kumihimo import terms
from kumihimo.interop.firm_name import fold_address, fold_kana, fold_name, fold_phone
from kumihimo.model import Network
from kumihimo.terms.corporate_number import corporate_number_valid

THRESHOLD = 0.8
"""Least score that is proposed."""

_MAX_BLOCK = 60
_WINDOW = 4
_DIFFERENT = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is compared of one entry of a list; empty where nothing is known."""

    id: str
    name: str
    kana: str = ""
    address: str = ""
    corporate_number: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """A proposal: two entries may be one firm.

    Attributes
    ----------
    first, second
        Ids, in the order of the list.
    score
        0 to 1; a rank, not a probability.
    reasons_ja, reasons_en
        What agrees, what is alike.
    """

    first: str
    second: str
    score: float
    reasons_ja: tuple[str, ...]
    reasons_en: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Folded:
    id: str
    name: str
    kana: str
    address: str
    number: str
    phone: str


_SORT_KEYS: tuple[Callable[[_Folded], str], ...] = (
    lambda item: item.name,
    lambda item: item.name[::-1],
    lambda item: item.kana,
)


def entries_of(network: Network) -> tuple[Entry, ...]:
    """Return the firms of a network as entries, each with the address of its first site."""
    places: dict[str, str] = {}
    towns = terms.municipalities()
    for site in network.sites:
        town = towns.get(site.municipality)
        address = fold_address(site.address)
        if town is not None and town.name not in address:
            address = town.name + address
        places.setdefault(site.firm, address if site.address else "")
    return tuple(
        Entry(
            id=firm.id,
            name=firm.name,
            kana=firm.name_kana,
            address=places.get(firm.id, ""),
            corporate_number=firm.corporate_number or "",
            phone=firm.phone,
        )
        for firm in network.firms
    )


def find_duplicates(entries: Iterable[Entry], *, threshold: float = THRESHOLD) -> tuple[Duplicate, ...]:
    """Propose pairs that may be one firm.

    Only entries that share a block (folded name, start of the reading, address, phone, corporate number, neighbours in
    the sorted names) are compared, so that 10,000 entries take seconds.

    Parameters
    ----------
    entries
        With unique ids.
    threshold
        Least score.

    Returns
    -------
    tuple of Duplicate
        Highest score first, then in the order of the list.
    """
    folded = [
        _Folded(
            entry.id,
            fold_name(entry.name),
            fold_kana(entry.kana),
            fold_address(entry.address),
            entry.corporate_number if corporate_number_valid(entry.corporate_number) else "",
            fold_phone(entry.phone),
        )
        for entry in entries
    ]
    found = []
    for i, j in sorted(_candidate_pairs(folded)):
        duplicate = _compare(folded[i], folded[j])
        if duplicate is not None and duplicate.score >= threshold:
            found.append(duplicate)
    return tuple(sorted(found, key=lambda item: -item.score))


def _candidate_pairs(folded: Sequence[_Folded]) -> set[tuple[int, int]]:
    blocks: dict[tuple[str, str], list[int]] = defaultdict(list)
    for index, item in enumerate(folded):
        for key in _keys(item):
            blocks[key].append(index)
    pairs: set[tuple[int, int]] = set()
    for members in blocks.values():
        # A block of many (a block of flats, a very common name) says little; its members meet in other blocks.
        if len(members) <= _MAX_BLOCK:
            pairs.update((i, j) for place, i in enumerate(members) for j in members[place + 1 :])
    for text in _SORT_KEYS:
        order = sorted((text(item), index) for index, item in enumerate(folded) if text(item))
        for place, (_, i) in enumerate(order):
            pairs.update((min(i, j), max(i, j)) for _, j in order[place + 1 : place + 1 + _WINDOW])
    return pairs


def _keys(item: _Folded) -> Iterator[tuple[str, str]]:
    if item.number:
        yield "number", item.number
    if item.phone:
        yield "phone", item.phone
    if item.address:
        yield "address", item.address
        yield "name and place", item.name[:2] + item.address[:6]
    yield "name", item.name
    if len(item.name) >= 4:
        yield "start", item.name[:4]
        yield "end", item.name[-4:]
    if len(item.kana) >= 4:
        yield "kana", item.kana[:5]


def _compare(a: _Folded, b: _Folded) -> Duplicate | None:
    if a.number and b.number:
        if a.number != b.number:
            return None
        return _proposal(a, b, 1.0, [("法人番号が同じ", "same corporate number")])
    name = _likeness(a.name, b.name)
    kana = _likeness(a.kana, b.kana) if a.kana and b.kana else None
    place = _address_likeness(a.address, b.address)
    same_phone = bool(a.phone) and a.phone == b.phone

    reasons: list[tuple[str, str]] = []
    if name == 1.0:
        reasons.append(("企業名が同じ（法人格の書き方を除く）", "same name but for the legal form"))
    elif name > _DIFFERENT:
        reasons.append(("企業名が1〜2字違い", "names differ by a character or two"))
    if kana == 1.0:
        reasons.append(("カナが同じ", "same reading"))
    elif kana is not None and kana > _DIFFERENT:
        reasons.append(("カナが1〜2字違い", "readings differ by a character or two"))
    if place == 1.0:
        reasons.append(("住所が同じ", "same address"))
    elif place is not None and place >= 0.9:
        reasons.append(("住所が似ている", "similar address"))
    if same_phone:
        reasons.append(("電話が同じ", "same phone"))

    # A misspelt name keeps its reading, so an equal reading lifts the name; a different reading is another firm.
    alike = name
    if kana == 1.0:
        alike = max(name, 0.5 * (name + 1.0))
    elif kana is not None and kana <= _DIFFERENT:
        alike = min(name, _DIFFERENT)
    near = place if place is not None else (0.75 if name == 1.0 else 0.5 * name)
    score = 0.6 * alike + 0.4 * near
    if same_phone:
        score = max(score, 0.55 + 0.4 * alike)
    return _proposal(a, b, score, reasons) if reasons else None


def _likeness(a: str, b: str) -> float:
    """Return 1 for the same text, 0.8 to 0.95 for a slip of the pen, at most `_DIFFERENT` for anything else.

    Firms at one address like to be called alike (甲精工, 甲精工販売), so likeness in percent of the letters is not
    enough: only one wrong, missing or swapped letter in a text of four, or two in a text of eight, count as a slip.
    """
    if a == b:
        return 1.0 if a else 0.0
    from rapidfuzz import fuzz
    from rapidfuzz.distance import OSA

    longest = max(len(a), len(b))
    slips = OSA.distance(a, b, score_cutoff=2)
    if slips == 1 and longest >= 4:
        return 0.95
    if slips == 2 and longest >= 8:
        return 0.8
    return min(_DIFFERENT, fuzz.ratio(a, b) / 100)


def _address_likeness(a: str, b: str) -> float | None:
    """Return 1 for the same address, less for a near one; a different house number is a different place."""
    if not a or not b:
        return None
    if a == b:
        return 1.0
    from rapidfuzz import fuzz

    town_a, house_a = _town_and_house(a)
    town_b, house_b = _town_and_house(b)
    towns = fuzz.ratio(town_a, town_b) / 100
    if house_a == house_b and house_a:
        return 0.95 * towns
    shorter, longer = sorted((house_a, house_b), key=len)
    if not shorter or longer.startswith(shorter + "-"):
        return 0.85 * towns  # one of them leaves out the house or the building
    return 0.4 * towns


def _town_and_house(address: str) -> tuple[str, str]:
    place = next((index for index, char in enumerate(address) if char.isdigit()), len(address))
    return address[:place], address[place:]


def _proposal(a: _Folded, b: _Folded, score: float, reasons: list[tuple[str, str]]) -> Duplicate:
    return Duplicate(
        first=a.id,
        second=b.id,
        score=round(score, 3),
        reasons_ja=tuple(ja for ja, _ in reasons),
        reasons_en=tuple(en for _, en in reasons),
    )
