"""Prefectures, municipalities with coordinates, and the regions and clusters that an inquiry may name.

Codes: JIS X 0401 (two digits, prefecture) and JIS X 0402 with its check digit (six digits, municipality).
The coordinates are those of the town hall (code4fukui/localgovjp, CC0; see NOTICE).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kumihimo.terms import tables
from kumihimo.terms.romaji import BREAK, romaji


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefecture:
    """One of the 47 prefectures; `short` is without 都道府県; degrees WGS 84."""

    code: str
    ja: str
    short: str
    kana: str
    en: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A city, ward, town or village.

    Attributes
    ----------
    code
        Six digits with check digit.
    prefecture
        Two-digit code.
    name
        e.g. ``諏訪市``; a ward of a designated city with the city in front, ``札幌市中央区``.
    city
        The designated city of a ward, else empty.
    ja, en
        With the prefecture: ``長野県諏訪市``, ``Suwa-shi, Nagano``.
    """

    code: str
    prefecture: str
    name: str
    kana: str
    lat: float
    lon: float
    city: str
    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A region or cluster as people say it.

    Attributes
    ----------
    prefectures
        JIS X 0401 codes it touches, the main one first.
    precise
        The name points to these prefectures and nothing else (東大阪); false for a name whose extent people
        disagree on (中部, 首都圏).
    kind
        ``"region"`` or ``"cluster"``.
    """

    name: str
    ja: str
    en: str
    prefectures: tuple[str, ...]
    precise: bool
    kind: str


def lg_code_valid(code6: str) -> bool:
    """Tell whether a six-digit local government code has the right check digit.

    JIS X 0402: weights 6, 5, 4, 3, 2; check digit = last digit of 11 - (sum mod 11).
    """
    if len(code6) != 6 or not (code6.isascii() and code6.isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code6, (6, 5, 4, 3, 2), strict=False))
    return (11 - total % 11) % 10 == int(code6[5])


def _coordinates(row: tables.Row, name: str, code: str) -> tuple[float, float]:
    lat, lon = tables.number(row["lat"], name, code), tables.number(row["lon"], name, code)
    if not (20 <= lat <= 46 and 122 <= lon <= 154):
        raise tables.broken(name, 0, f"{code} lies outside Japan ({lat}, {lon})")
    return lat, lon


def build_prefectures(text: str, name: str = "prefectures.tsv") -> Mapping[str, Prefecture]:
    """Read the prefectures. Raises `TermsError`."""
    found: dict[str, Prefecture] = {}
    for row in tables.parse(text, name, ("code", "ja", "short", "kana", "en", "lat", "lon"), key="code"):
        lat, lon = _coordinates(row, name, row["code"])
        if len(row["code"]) != 2 or not row["code"].isdigit():
            raise tables.broken(name, 0, f"{row['code']!r} is not a two-digit code")
        found[row["code"]] = Prefecture(
            code=row["code"], ja=row["ja"], short=row["short"], kana=row["kana"], en=row["en"], lat=lat, lon=lon
        )
    return MappingProxyType(found)


def build_municipalities(
    text: str, prefectures: Mapping[str, Prefecture], name: str = "municipalities.tsv"
) -> Mapping[str, Municipality]:
    """Read the municipalities. Raises `TermsError` on a bad check digit or an unknown prefecture."""
    found: dict[str, Municipality] = {}
    for row in tables.parse(text, name, ("code", "name", "kana", "lat", "lon"), key="code"):
        code = row["code"]
        if not lg_code_valid(code):
            raise tables.broken(name, 0, f"{code} {row['name']} has a wrong check digit")
        if code[:2] not in prefectures:
            raise tables.broken(name, 0, f"{code} {row['name']} is in no prefecture")
        lat, lon = _coordinates(row, name, code)
        city, _, ward = row["name"].rpartition(" ")
        prefecture = prefectures[code[:2]]
        found[code] = Municipality(
            code=code,
            prefecture=code[:2],
            name=city + ward,
            kana=row["kana"].replace(" ", ""),
            lat=lat,
            lon=lon,
            city=city,
            ja=prefecture.ja + city + ward,
            en=f"{_latin(row['name'], row['kana'])}, {prefecture.en}",
        )
    return MappingProxyType(found)


_KIND = re.compile(r"(.+)(し|く|ちょう|まち|そん|むら)")
_APART = (
    *("とよ|うら", "かつ|うら", "まつ|うら", "こと|うら", "たきの|うえ", "やまの|うち", "わの|うち", "せと|うち"),
    *("こ|うみ", "にしの|おもて", "そ|お"),
)
"""Ends of names whose last part begins with a vowel that does not lengthen the one before: 松浦 is Matsuura."""


def _latin(name: str, kana: str) -> str:
    """Return ``Suwa-shi``; of a ward ``Chuo-ku, Sapporo-shi``: the kind as it is read, to be said on the phone."""
    parts = zip(name.split(" "), kana.split(" "), strict=True)
    return ", ".join(_latin_part(*part) for part in reversed(list(parts)))


def _latin_part(name: str, kana: str) -> str:
    found = _KIND.fullmatch(kana)
    if found is None:
        raise tables.broken("municipalities.tsv", 0, f"{name} {kana} does not end in 市, 区, 町 or 村")
    stem, kind = found.groups()
    for parted in _APART:
        whole = parted.replace(BREAK, "")
        if stem.endswith(whole):
            stem = stem.removesuffix(whole) + parted
    return f"{romaji(stem)}-{romaji(kind).lower()}"


def build_regions(text: str, prefectures: Mapping[str, Prefecture], name: str = "regions.tsv") -> Mapping[str, Region]:
    """Read the regions; the key is the name as people say it. Raises `TermsError`."""
    found: dict[str, Region] = {}
    columns = ("name", "ja", "en", "prefectures", "precise", "kind")
    for row in tables.parse(text, name, columns, key="name"):
        codes = tables.split(row["prefectures"])
        if not codes or any(code not in prefectures for code in codes):
            raise tables.broken(name, 0, f"{row['name']}: unknown prefecture in {row['prefectures']!r}")
        if row["precise"] not in ("0", "1") or row["kind"] not in ("region", "cluster"):
            raise tables.broken(name, 0, f"{row['name']}: precise 0/1 and kind region/cluster expected")
        found[row["name"]] = Region(
            name=row["name"],
            ja=row["ja"],
            en=row["en"],
            prefectures=codes,
            precise=row["precise"] == "1",
            kind=row["kind"],
        )
    return MappingProxyType(found)


@cache
def prefectures() -> Mapping[str, Prefecture]:
    """Return the 47 prefectures by JIS X 0401 code (``"20"``)."""
    return build_prefectures(tables.read("prefectures.tsv"))


@cache
def municipalities() -> Mapping[str, Municipality]:
    """Return all municipalities by six-digit code."""
    return build_municipalities(tables.read("municipalities.tsv"), prefectures())


@cache
def regions() -> Mapping[str, Region]:
    """Return regions and clusters by the name people use (several names may mean one region)."""
    return build_regions(tables.read("regions.tsv"), prefectures())


def find_prefecture(name: str) -> Prefecture | None:
    """Return the prefecture called `name` (長野県, 長野, Nagano, ながのけん), or `None`."""
    return _prefecture_names().get(tables.fold(name))


@cache
def _prefecture_names() -> Mapping[str, Prefecture]:
    names: dict[str, Prefecture] = {}
    for item in prefectures().values():
        for word in (item.ja, item.short, item.kana, item.en, f"{item.en} Prefecture"):
            names[tables.fold(word)] = item
    return names


@cache
def _municipality_names() -> Mapping[str, tuple[Municipality, ...]]:
    names: dict[str, list[Municipality]] = {}
    for item in municipalities().values():
        words = {item.name, item.name.removeprefix(item.city)}
        for word in words:
            names.setdefault(word, []).append(item)
    return {word: tuple(items) for word, items in names.items()}


@cache
def _municipality_stems() -> Mapping[str, tuple[Municipality, ...]]:
    # 諏訪 for 諏訪市: looked at only when no full name fits. Stems of one character (津市 -> 津) stay out.
    stems: dict[str, list[Municipality]] = {}
    for name, items in _municipality_names().items():
        if name[-1] in "市区町村" and len(name) > 2:
            stems.setdefault(name[:-1], []).extend(items)
    return {stem: tuple(items) for stem, items in stems.items()}


def find_municipality(name: str, prefecture: str | None = None) -> tuple[Municipality, ...]:
    """Return the municipalities that `name` may mean.

    Parameters
    ----------
    name
        ``諏訪市``, ``諏訪``, ``長野県諏訪市``, ``諏訪郡下諏訪町``, ``札幌市中央区`` or ``中央区``.
    prefecture
        Two-digit code, to narrow the answer.

    Returns
    -------
    tuple
        Empty when nothing fits; more than one when the name is ambiguous (府中市, 池田町), by code.
    """
    text = "".join(name.split())
    for item in prefectures().values():
        if text.startswith(item.ja) and len(text) > len(item.ja):
            if prefecture is not None and prefecture != item.code:
                return ()
            prefecture, text = item.code, text.removeprefix(item.ja)
            break
    found = _named(text)
    if not found and "郡" in text[1:-1]:
        found = _named(text[text.index("郡", 1) + 1 :])
    if prefecture is not None:
        found = tuple(item for item in found if item.prefecture == prefecture)
    return tuple(sorted(found, key=lambda item: item.code))


def _named(text: str) -> tuple[Municipality, ...]:
    return _municipality_names().get(text) or _municipality_stems().get(text, ())
