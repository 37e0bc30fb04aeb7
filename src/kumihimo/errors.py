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

import errno
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

    def full_text(self, lang: str) -> str:
        """Return the sentence, and on lines of their own all places where something has to be mended."""
        return self.text(lang)


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
        What stands there, as text; None when something is missing or the place as a whole is wrong.
    expected_ja, expected_en
        What was expected there.
    """

    sheet: str
    row: int
    column: str
    value: str | None
    expected_ja: str
    expected_en: str

    def text(self, lang: str) -> str:
        """Return one line that names the place, the value and what was expected."""
        if lang == "en":
            row = f", row {self.row}" if self.row else ""
            column = f", {self.column}" if self.column else ""
            found = "" if self.value is None else f"{self.value!r} — "
            return f"{self.sheet}{row}{column}: {found}expected {self.expected_en}"
        row = f" {self.row}行目" if self.row else ""
        column = f"「{self.column}」" if self.column else ""
        found = "" if self.value is None else f"「{self.value}」 → "
        return f"{self.sheet}{row}{column}: {found}{self.expected_ja}"


class LocatedErrors(InputError):
    """Problems found while reading tables, each at its place.

    Parameters
    ----------
    problems
        All problems, in the order of the file.
    outcome_ja, outcome_en
        A sentence about what was done, or not done, because of them; empty when there is nothing to say.
    """

    def __init__(self, problems: Sequence[Located], *, outcome_ja: str = "", outcome_en: str = "") -> None:
        super().__init__(
            f"{len(problems)}件の誤りがあります。{outcome_ja}",
            f"{len(problems)} problem(s) found.{' ' if outcome_en else ''}{outcome_en}",
        )
        self.problems = tuple(problems)

    def full_text(self, lang: str) -> str:
        """Return the sentence, and a line for each problem."""
        return "\n".join((self.text(lang), *(problem.text(lang) for problem in self.problems)))


class TermsError(KumihimoError):
    """A code list of ours is inconsistent: a fault of the product, found when the list is loaded."""


class NoTeam(KumihimoError):
    """No feasible team exists; the sentence says which requirement of which step kills how many firms."""


class Unavailable(KumihimoError):
    """An optional part is not installed or did not answer."""


_SYSTEM_JA = {
    errno.ENOENT: "ファイルかフォルダがありません",
    errno.EACCES: "アクセスが許可されていません",
    errno.EPERM: "操作が許可されていません",
    errno.EEXIST: "同じ名前のものがすでにあります",
    errno.ENOTDIR: "フォルダであるべき所がフォルダではありません",
    errno.EISDIR: "ファイルではなくフォルダです",
    errno.ENOSPC: "空き容量がありません",
    errno.EROFS: "書き込みのできない場所です",
    errno.ENAMETOOLONG: "名前が長すぎます",
}


def system_reason_ja(error: OSError) -> str:
    """Return in Japanese why the operating system refused; in its own words where we have none."""
    return _SYSTEM_JA.get(error.errno or 0) or error.strerror or type(error).__name__
