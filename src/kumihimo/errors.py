"""Every error that Kumihimo raises on purpose.

::

    KumihimoError                what happened, what was expected, what to do next
    ├── InputError               a file or a value that somebody gave us is not usable
    │   ├── FileRefused          too large, encrypted, a bomb, not what its name says
    │   ├── LocatedErrors        a list of problems, each with sheet, row and column
    │   └── UnknownTerm          a code that no code list knows
    ├── TermsError               a code list of ours is inconsistent (a fault of the product)
    ├── NoTeam                   no feasible team; carries the reason
    └── Unavailable              an optional part is not installed or did not answer

The command line turns an `InputError` into exit code 2 and `NoTeam` into exit code 3, never into a traceback.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class KumihimoError(Exception):
    """Base of all errors raised on purpose.

    Parameters
    ----------
    ja, en
        The same sentence in Japanese and in English: what happened, what was expected, what to do next.
    """

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja = ja
        self.en = en

    def text(self, lang: str) -> str:
        """Return the sentence in `lang` (``"ja"`` or ``"en"``)."""
        return self.en if lang == "en" else self.ja


class InputError(KumihimoError):
    """A file or a value that somebody gave us is not usable."""


class FileRefused(InputError):
    """A file that will not be opened: too large, encrypted, a bomb, damaged, or not what its name says."""


class UnknownTerm(InputError):
    """A code that no code list knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """One problem in a table, at the place where a person can find and mend it.

    Attributes
    ----------
    sheet
        Sheet name (workbook), file name (CSV) or JSON path.
    row
        1-based row as the spreadsheet shows it; 0 when the whole sheet is meant.
    column
        Header of the column; empty when the whole row is meant.
    value
        What stands there, as text.
    expected_ja, expected_en
        What was expected there.
    """

    sheet: str
    row: int
    column: str
    value: str
    expected_ja: str
    expected_en: str

    def text(self, lang: str) -> str:
        """Return one line that names the place, the value and what was expected."""
        if lang == "en":
            row = f", row {self.row}" if self.row else ""
            column = f", {self.column}" if self.column else ""
            return f"{self.sheet}{row}{column}: {self.value!r} — expected {self.expected_en}"
        row = f" {self.row}行目" if self.row else ""
        column = f"「{self.column}」" if self.column else ""
        return f"{self.sheet}{row}{column}: 「{self.value}」 → {self.expected_ja}"


class LocatedErrors(InputError):
    """Problems found while reading tables; nothing was imported.

    Parameters
    ----------
    problems
        All problems, in the order of the file.
    """

    def __init__(self, problems: Sequence[Located]) -> None:
        super().__init__(
            f"{len(problems)}件の誤りがあり、取り込みませんでした。",
            f"{len(problems)} problem(s) found; nothing was imported.",
        )
        self.problems = tuple(problems)


class TermsError(KumihimoError):
    """A code list of ours is inconsistent: a fault of the product, found when the list is loaded."""


class NoTeam(KumihimoError):
    """No feasible team exists; the sentence says which requirement of which step kills how many firms."""


class Unavailable(KumihimoError):
    """An optional part is not installed or did not answer."""
