"""The cells of a workbook as plain values, read straight from its XML.

Opening a book of 300 firms through openpyxl takes six seconds, most of it for styles and objects that nobody asks for;
this takes one. What it must get right beside the values: dates are numbers with a date format, shared texts carry
readings (*furigana*) that are not part of the text, merged cells hold their value once. (ECMA-376 Part 1, 18.2, 18.3,
18.4, 18.8.) A declared entity of any kind ends the reading: that is how XML bombs begin.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from xml.parsers import expat

from kumihimo import intake
from kumihimo.errors import FileRefused

MAX_MERGED_CELLS = 200_000
"""Cells in merged ranges that are unfolded; a range over a whole sheet would need gigabytes."""

_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_DATE_IDS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))


@dataclass(slots=True, kw_only=True)
class Sheet:
    """One sheet: title, (row, column) -> value with 1-based places, and merged ranges (top, left, bottom, right)."""

    title: str
    cells: dict[tuple[int, int], Any] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Cells:
    """All sheets of a workbook, day 0 of its dates, and which cell each name of the whole book stands for.

    Attributes
    ----------
    names
        Name -> (title of the sheet, row, column); names of ranges and of deleted cells are left out.
    """

    sheets: list[Sheet]
    epoch: date
    names: dict[str, tuple[str, int, int]] = field(default_factory=dict)

    def named(self, name: str) -> Any:
        """Return the value of the cell that a name stands for; None where it is empty or there is no such name."""
        title, row, column = self.names.get(name, ("", 0, 0))
        return next((sheet.cells.get((row, column)) for sheet in self.sheets if sheet.title == title), None)


def read_cells(path: Path, *, max_unpacked: int = intake.MAX_UNPACKED_BYTES) -> Cells:
    """Read the cells of an ``.xlsx`` or ``.xlsm``; formulas count with their last value, macros are not looked at.

    Parameters
    ----------
    max_unpacked
        Most bytes that its parts may have together.

    Raises
    ------
    FileRefused
        It is missing, empty, too large, encrypted, an old ``.xls``, a bomb, damaged, or merged beyond reason.
    """
    if not intake.read_bytes(path).startswith(b"PK\x03\x04"):
        intake.open_workbook(path)  # says what it is instead
    intake.check_archive(path, max_unpacked=max_unpacked)
    try:
        with zipfile.ZipFile(path) as archive:
            return _read(archive, path.name)
    except (
        expat.ExpatError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, IndexError, OverflowError, OSError,
        EOFError, NotImplementedError,
    ):  # fmt: skip
        raise FileRefused(
            f"{path.name}: Excel ブックとして開けません。壊れているようです。Excel で開いて保存し直してください。",
            f"{path.name} cannot be opened as a workbook; it may be damaged. Open it in Excel and save it again.",
        ) from None


def _read(archive: zipfile.ZipFile, name: str) -> Cells:
    book_path = next(
        (target for kind, target in _relations(archive, "").values() if kind == "officeDocument"), "xl/workbook.xml"
    )
    relations = _relations(archive, book_path)
    by_kind = dict(relations.values())
    book = _BookXml()
    book.parse(archive.read(book_path))
    texts = _TextsXml()
    if "sharedStrings" in by_kind:
        texts.parse(archive.read(by_kind["sharedStrings"]))
    styles = _StylesXml()
    if "styles" in by_kind:
        styles.parse(archive.read(by_kind["styles"]))
    epoch = date(1904, 1, 1) if book.date1904 else date(1899, 12, 30)
    sheets, merged = [], 0
    for title, relation in book.sheets:
        kind, target = relations[relation]
        if kind != "worksheet":
            continue
        parser = _SheetXml(title, texts.texts, styles.date_styles(), epoch)
        parser.parse(archive.read(target))
        merged += sum((bottom - top + 1) * (right - left + 1) for top, left, bottom, right in parser.sheet.merged)
        sheets.append(parser.sheet)
    if merged > MAX_MERGED_CELLS:
        raise FileRefused(
            f"{name}: 結合セルが広すぎます（{merged:,} セル）。シート全体の結合を解除して保存し直してください。",
            f"{name} merges {merged:,} cells; undo the merge over the whole sheet and save it again.",
        )
    return Cells(sheets=sheets, epoch=epoch, names=book.names)


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return id -> (kind, path of the target) of the relations of a part."""
    folder, file = posixpath.split(part)
    parser = _RelationsXml()
    parser.parse(archive.read(posixpath.join(folder, "_rels", f"{file}.rels")))
    return {
        identifier: (kind, target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target)))
        for identifier, kind, target in parser.found
    }


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _Xml:
    """A pass over one part; subclasses say what they do at the start and end of an element."""

    def __init__(self) -> None:
        self._text: list[str] = []

    def parse(self, data: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, given: self.start(name.rpartition(":")[2], given)
        parser.EndElementHandler = lambda name: self.end(name.rpartition(":")[2])
        parser.CharacterDataHandler = self._text.append
        parser.EntityDeclHandler = _refuse_entity
        parser.Parse(data, True)

    def start(self, name: str, given: dict[str, str]) -> None:
        """Do nothing at the start of an element."""

    def end(self, name: str) -> None:
        """Do nothing at the end of an element."""


def _refuse_entity(*_: object) -> None:
    raise ValueError("a workbook declares no entities")


class _RelationsXml(_Xml):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, str]] = []

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            self.found.append((given["Id"], given["Type"].rpartition("/")[2], given["Target"]))


class _BookXml(_Xml):
    def __init__(self) -> None:
        super().__init__()
        self.sheets: list[tuple[str, str]] = []
        self.date1904 = False
        self.names: dict[str, tuple[str, int, int]] = {}
        self._name = ""

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "definedName":
            # A name of one sheet comes with a copied sheet; only those of the whole book are unambiguous.
            self._name = "" if "localSheetId" in given else given["name"]
            self._text.clear()
        elif name == "sheet":
            self.sheets.append((given["name"], next(given[key] for key in given if key.rpartition(":")[2] == "id")))
        elif name == "workbookPr":
            self.date1904 = given.get("date1904", "0") in ("1", "true")

    def end(self, name: str) -> None:
        if name == "definedName" and self._name:
            title, _, place = "".join(self._text).rpartition("!")
            found = _REFERENCE.fullmatch(place)
            if found is not None and title:
                bare = title[1:-1].replace("''", "'") if title.startswith("'") else title
                self.names[self._name] = (bare, int(found[2]), _column_number(found[1]))


class _StylesXml(_Xml):
    def __init__(self) -> None:
        super().__init__()
        self._custom: dict[int, str] = {}
        self._styles: list[int] = []
        self._inside = False

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "numFmt":
            self._custom[int(given["numFmtId"])] = given["formatCode"]
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self._styles.append(int(given.get("numFmtId", "0")))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False

    def date_styles(self) -> frozenset[int]:
        """Return the cell styles that show a number as a date."""
        return frozenset(place for place, number in enumerate(self._styles) if self._is_date(number))

    def _is_date(self, number: int) -> bool:
        if number not in self._custom:
            return number in _DATE_IDS
        bare = re.sub(r'"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', "", self._custom[number].lower())
        return any(letter in bare for letter in "yde") and "general" not in bare and "e+" not in bare


class _TextsXml(_Xml):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._reading = False

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "si":
            self._parts = []
        elif name == "t":
            self._text.clear()
        elif name == "rPh":
            self._reading = True

    def end(self, name: str) -> None:
        if name == "t" and not self._reading:
            self._parts.append("".join(self._text))
        elif name == "rPh":
            self._reading = False
        elif name == "si":
            self.texts.append("".join(self._parts))


class _SheetXml(_Xml):
    def __init__(self, title: str, texts: list[str], date_styles: frozenset[int], epoch: date) -> None:
        super().__init__()
        self.sheet = Sheet(title=title)
        self._texts = texts
        self._date_styles = date_styles
        self._epoch = epoch
        self._row = self._column = 0
        self._kind = "n"
        self._style = 0
        self._value: str | None = None
        self._inline: list[str] = []
        self._reading = False
        self._letters: dict[str, int] = {}

    def start(self, name: str, given: dict[str, str]) -> None:
        if name == "c":
            self._place(given.get("r"))
            self._kind = given.get("t", "n")
            self._style = int(given.get("s", "0"))
            self._value = None
            self._inline = []
        elif name in ("v", "t"):
            self._text.clear()
        elif name == "row":
            self._row = int(given["r"]) if "r" in given else self._row + 1
            self._column = 0
        elif name == "rPh":
            self._reading = True
        elif name == "mergeCell":
            first, _, last = given["ref"].partition(":")
            top, left = self._split(first)
            bottom, right = self._split(last or first)
            self.sheet.merged.append((top, left, bottom, right))

    def end(self, name: str) -> None:
        if name == "v":
            self._value = "".join(self._text)
        elif name == "t" and not self._reading:
            self._inline.append("".join(self._text))
        elif name == "rPh":
            self._reading = False
        elif name == "c":
            value = self._read_value()
            if value is not None:
                self.sheet.cells[self._row, self._column] = value

    def _place(self, reference: str | None) -> None:
        if reference is None:
            self._column += 1
        else:
            self._row, self._column = self._split(reference)

    def _split(self, reference: str) -> tuple[int, int]:
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise ValueError(f"{reference!r} is no cell")
        letters = found[1]
        if letters not in self._letters:
            self._letters[letters] = _column_number(letters)
        return int(found[2]), self._letters[letters]

    def _read_value(self) -> Any:
        if self._kind == "inlineStr":
            return "".join(self._inline)
        if self._value is None or self._value == "":
            return None
        match self._kind:
            case "s":
                return self._texts[int(self._value)]
            case "b":
                return self._value == "1"
            case "n":
                return self._number(self._value)
            case "d":
                return datetime.fromisoformat(self._value)
        return self._value

    def _number(self, text: str) -> Any:
        number: int | float = int(text) if text.lstrip("-").isdigit() else float(text)
        if self._style not in self._date_styles or not 1 <= number < 2_958_466:
            return number
        day = datetime(self._epoch.year, self._epoch.month, self._epoch.day) + timedelta(days=number)  # noqa: DTZ001
        return day.date() if number == int(number) else day
