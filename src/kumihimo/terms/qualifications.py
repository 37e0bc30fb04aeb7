"""What shows that a firm or a person may do the work: certificates and registrations, tests of skill."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kumihimo.terms import tables
from kumihimo.terms.process_list import process_families, processes


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateScheme:
    """A certificate, registration or declaration of a firm or site.

    Attributes
    ----------
    kind
        ``"management"`` (system), ``"process"`` (special process), ``"product"`` (mark, declaration, registration).
    qualifies
        Process ids or process families that it qualifies; empty when it says nothing on a single process.
    expires
        It has an end date that must be checked.
    """

    id: str
    ja: str
    en: str
    kind: str
    qualifies: tuple[str, ...]
    expires: bool
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """A test or licence that a person holds.

    Attributes
    ----------
    kind
        ``"技能検定"`` (trade test, with grade in the id), ``"溶接"``, ``"非破壊"``, ``"検定"`` or ``"資格"``.
    qualifies
        Process ids or process families it speaks for.
    """

    id: str
    ja: str
    en: str
    kind: str
    qualifies: tuple[str, ...]
    aliases: tuple[str, ...]


SKILL_KINDS = ("技能検定", "溶接", "非破壊", "検定", "資格")
CERTIFICATE_KINDS = ("management", "process", "product")


def _checked(row: tables.Row, known: Container[str], kinds: Container[str], name: str) -> tuple[str, ...]:
    if not row["ja"] or not row["en"]:
        raise tables.broken(name, 0, f"{row['id']} needs a Japanese and an English name")
    if row["kind"] not in kinds:
        raise tables.broken(name, 0, f"{row['id']} has unknown kind {row['kind']!r}")
    codes = tables.split(row["qualifies"])
    for code in codes:
        if code not in known:
            raise tables.broken(name, 0, f"{row['id']} qualifies unknown process or family {code!r}")
    return codes


def _refuse_shared_aliases(items: Mapping[str, tuple[str, ...]], name: str) -> None:
    owner: dict[str, str] = {}
    for code, words in items.items():
        for word in words:
            key = tables.fold(word)
            if owner.setdefault(key, code) != code:
                raise tables.broken(name, 0, f"alias {word!r} belongs to {owner[key]!r} and {code!r}")


def build_certificates(
    text: str, known: Container[str], name: str = "certificates.tsv"
) -> Mapping[str, CertificateScheme]:
    """Read the schemes; `known` holds process ids and families. Raises `TermsError`."""
    columns = ("id", "ja", "en", "kind", "qualifies", "expires", "aliases")
    found: dict[str, CertificateScheme] = {}
    for row in tables.parse(text, name, columns, key="id"):
        found[row["id"]] = CertificateScheme(
            id=row["id"],
            ja=row["ja"],
            en=row["en"],
            kind=row["kind"],
            qualifies=_checked(row, known, CERTIFICATE_KINDS, name),
            expires=row["expires"] == "1",
            aliases=tables.split(row["aliases"]),
        )
    _refuse_shared_aliases({code: (code, item.ja, item.en, *item.aliases) for code, item in found.items()}, name)
    return MappingProxyType(found)


def build_skills(text: str, known: Container[str], name: str = "skills.tsv") -> Mapping[str, Skill]:
    """Read the skills; `known` holds process ids and families. Raises `TermsError`."""
    columns = ("id", "ja", "en", "kind", "qualifies", "aliases")
    found: dict[str, Skill] = {}
    for row in tables.parse(text, name, columns, key="id"):
        found[row["id"]] = Skill(
            id=row["id"],
            ja=row["ja"],
            en=row["en"],
            kind=row["kind"],
            qualifies=_checked(row, known, SKILL_KINDS, name),
            aliases=tables.split(row["aliases"]),
        )
    _refuse_shared_aliases({code: (code, item.ja, *item.aliases) for code, item in found.items()}, name)
    return MappingProxyType(found)


@cache
def certificates() -> Mapping[str, CertificateScheme]:
    """Return the certificate schemes by id."""
    return build_certificates(tables.read("certificates.tsv"), {*processes(), *process_families()})


@cache
def skills() -> Mapping[str, Skill]:
    """Return the skills by id."""
    return build_skills(tables.read("skills.tsv"), {*processes(), *process_families()})


@cache
def certificate_lexicon() -> Mapping[str, str]:
    """Return folded word -> certificate id."""
    return {
        tables.fold(word): item.id
        for item in certificates().values()
        for word in (item.id, item.ja, item.en, *item.aliases)
    }
