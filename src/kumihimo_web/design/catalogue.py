"""The English catalogue: what the pages say, what of it is translated, and the compiled file that Django reads.

The Japanese text in templates and code is the key. GNU gettext is not needed: templates are turned into Python words by
Django, and Babel reads and compiles.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
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
_HEAD = r"""# English texts of the pages; the Japanese ones are the keys. Apache-2.0, as all of Kumihimo.
msgid ""
msgstr ""
"Language: en\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""
"""Our own, because Babel's holds its version and the time, and would change without any text changing."""


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
        return Catalog(locale="en")
    with SOURCE.open("rb") as file:
        return read_po(file, locale="en")


def renewed() -> Catalog:
    """Return the catalogue with the texts that the pages have now, and their translations.

    What is not used any more is dropped; a new text has no translation yet.
    """
    known = read()
    fresh = Catalog(locale="en", fuzzy=False)
    for name, _line, words in found():
        # Without line numbers, or every edit of a page would change the catalogue.
        has_forms = isinstance(words, tuple)
        old = known.get(words[0] if has_forms else words)
        # A text that has come to be counted needs its English anew.
        is_known = old is not None and old.pluralizable == has_forms
        translated = old.string if old is not None and is_known else ("", "") if has_forms else ""
        fresh.add(words, translated, locations=[(name, 0)])
    return fresh


def written(catalogue: Catalog) -> bytes:
    """Return a catalogue as the file that stands in the repository."""
    file = io.BytesIO(_HEAD.encode())
    file.seek(0, io.SEEK_END)
    write_po(file, catalogue, width=110, omit_header=True, no_location=True, sort_by_file=True)
    return file.getvalue()


def update() -> tuple[int, int]:
    """Bring the texts of the pages into the catalogue; return (texts, texts without a translation)."""
    fresh = renewed()
    SOURCE.parent.mkdir(parents=True, exist_ok=True)
    SOURCE.write_bytes(written(fresh))
    return len(fresh), len(list(untranslated(fresh)))


def untranslated(catalogue: Catalog) -> Iterator[Message]:
    """Yield the texts that have no English yet."""
    for message in catalogue:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id and not all(forms):
            yield message


def is_compiled() -> bool:
    """Return whether the file that Django reads is there and as new as the catalogue."""
    return COMPILED.exists() and COMPILED.stat().st_mtime >= SOURCE.stat().st_mtime


def compile_catalogue() -> None:
    """Write the file that Django reads; whoever reads meanwhile finds the old one or the new one, whole."""
    with tempfile.NamedTemporaryFile(dir=COMPILED.parent, delete=False) as file:
        write_mo(file, read())
    Path(file.name).chmod(0o644)
    Path(file.name).replace(COMPILED)
