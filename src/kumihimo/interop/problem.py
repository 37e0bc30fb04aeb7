"""What is wrong with a value, before anybody knows in which cell it stands."""

from __future__ import annotations


class BadValue(ValueError):
    """A value that cannot be used.

    Parameters
    ----------
    ja, en
        What was expected, as a phrase that follows "→" in `errors.Located`.
    """

    def __init__(self, ja: str, en: str) -> None:
        super().__init__(en)
        self.ja = ja
        self.en = en
