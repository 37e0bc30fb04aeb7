"""The English catalogue: what the pages say, what of it is translated, and the compiled file that Django reads.

The Japanese text in templates and code is the key. GNU gettext is not needed: templates are turned into Python words by
Django, and Babel reads and compiles.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[1]
SOURCE = PACKAGE / "locale/en/LC_MESSAGES/django.po"
COMPILED = SOURCE.with_suffix(".mo")
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}
_BEGUN = datetime(2026, 11, 23, tzinfo=UTC)
_HEAD = "# English texts of the pages; the Japanese ones are the keys. Apache-2.0, as all of Kumihimo."


def found() -> Iterator[tuple[str, int, str | tuple[str, ...]]]:
    """Yield (file, line, text or its forms) of every text that is marked for translation."""
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        if path.suffix == ".py" and "/migrations/" not in name:
            code = path.read_text(encoding="utf-8")
        elif path.suffix == ".html":
            code = templatize(path.read_text(encoding="utf-8"), name)
        else:
            continue
        for line, words, _comments, _context in extract("python", io.BytesIO(code.encode()), keywords=KEYWORDS):
            if words:
                yield name, line, words


def read() -> Catalog:
    """Return the catalogue as it is written."""
    if not SOURCE.exists():
        return Catalog(locale="en", project="Kumihimo", charset="utf-8", creation_date=_BEGUN)
    with SOURCE.open("rb") as file:
        return read_po(file, locale="en")


def update() -> tuple[int, int]:
    """Bring the texts of the pages into the catalogue; return (texts, texts without a translation).

    What is not used any more is dropped; translations stay.
    """
    known = read()
    fresh = Catalog(locale="en", project="Kumihimo", charset="utf-8", fuzzy=False, header_comment=_HEAD)
    fresh.creation_date = known.creation_date
    for name, _line, words in found():
        # Without line numbers, or every edit of a page would change the catalogue.
        old = known.get(words[0] if isinstance(words, tuple) else words)
        translated = old.string if old is not None else ("", "") if isinstance(words, tuple) else ""
        fresh.add(words, translated, locations=[(name, 0)])
    SOURCE.parent.mkdir(parents=True, exist_ok=True)
    with SOURCE.open("wb") as file:
        write_po(file, fresh, width=110, omit_header=False, no_location=True, sort_by_file=True)
    return len(fresh), len(list(untranslated(fresh)))


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Yield the texts that have no English yet."""
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(forms):
            yield message


def compile_catalogue() -> None:
    """Write the file that Django reads."""
    with COMPILED.open("wb") as file:
        write_mo(file, read())
