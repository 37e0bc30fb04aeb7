"""Forms made of the columns of a table: what may be entered, how it is read, and every mistake at its field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kumihimo.interop.cell import read_cell, show_cell, to_json
from kumihimo.interop.problem import BadValue
from kumihimo.interop.table_spec import Column, table_specs
from kumihimo.interop.workbook_write import column_choices
from kumihimo_web.design.language import language, say
from kumihimo_web.firms.queries import columns_for, references
from kumihimo_web.firms.rules import PROOF

_MOST_OPTIONS = 60
"""A longer code list is offered as suggestions beside a text field."""
_MOST_OFFERED = 1000
"""Ids that a page carries as suggestions; where there are more, one types what one knows."""
_NOT_ENTERED = PROOF | {"id", "firm", "synthetic"}


@dataclass(slots=True, kw_only=True)
class Field:
    """One field on the page.

    Attributes
    ----------
    text
        What was entered, or what stands there.
    error
        What is wrong with it, empty when nothing is.
    stands
        What somebody else has saved instead meanwhile; None where it is the same.
    refs
        Ids that may be named, where the column refers to other rows.
    """

    column: Column
    text: str
    error: str = ""
    stands: str | None = None
    refs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Name of the input."""
        return self.column.name

    @property
    def options(self) -> list[str]:
        """Words that can be chosen; empty for a free value."""
        if self.column.refers_to:
            return list(self.refs) if len(self.refs) <= _MOST_OFFERED else []
        return column_choices(self.column, language())[1]

    @property
    def is_select(self) -> bool:
        """Whether one of few words is chosen."""
        return bool(self.options) and not self.column.is_list and len(self.options) <= _MOST_OPTIONS

    @property
    def unit(self) -> str:
        """Unit of the value; empty where it has none."""
        return say(self.column, "unit")

    @property
    def help(self) -> str:
        """One line for whoever fills it in."""
        return say(self.column, "help")


class RowForm:
    """The fields of one row.

    Parameters
    ----------
    table
        Name of the table.
    firm
        Id of the firm, for what the viewer may see.
    noun
        The row as it stands; None for a new one.
    entered
        What was sent, None when the page is only shown.
    """

    def __init__(self, table: str, firm: str, noun: Any = None, entered: Mapping[str, str] | None = None) -> None:
        self.spec = table_specs()[table]
        self.fields: list[Field] = []
        self.values: dict[str, Any] = {}
        self.is_sent = entered is not None
        known: dict[str, tuple[str, ...]] = {"": ()}
        for column in columns_for(table, firm):
            if column.name in _NOT_ENTERED:
                continue
            stands = None if noun is None else _shown(column, noun)
            if column.refers_to not in known:
                known[column.refers_to] = references(column.refers_to, firm)
            refs = known[column.refers_to]
            field = Field(column=column, text=stands or "", refs=refs)
            if entered is not None and (column.name in entered or noun is None):
                field.text = entered.get(column.name, "").strip()
                self._read(field)
            self.fields.append(field)

    def _read(self, field: Field) -> None:
        column = field.column
        if not field.text:
            if column.required:
                field.error = _("入力してください。")
            self.values[column.name] = None
            return
        try:
            value = read_cell(column, field.text)
        except BadValue as error:
            field.error = _("「%(text)s」は使えません。入れられるもの: %(expected)s") % {
                "text": field.text[:80],
                "expected": say(error),
            }
            return
        named = value if isinstance(value, tuple) else (value,)
        unknown = [one for one in named if one not in field.refs] if column.refers_to else []
        if unknown:
            field.error = _("「%(ref)s」は登録がありません。一覧から選んでください。") % {"ref": str(unknown[0])[:80]}
            return
        self.values[column.name] = to_json(value)

    def compare(self, noun: Any) -> None:
        """Mark the fields that differ from a row as somebody else has saved it."""
        for field in self.fields:
            saved = to_json(getattr(noun, field.name))
            # An empty field is read as None, whatever its column has for nothing.
            if field.name in self.values and self.values[field.name] != (None if saved in ("", []) else saved):
                field.stands = _shown(field.column, noun)

    @property
    def differing(self) -> list[Field]:
        """Fields that differ from what somebody else has saved."""
        return [field for field in self.fields if field.stands is not None]

    @property
    def is_good(self) -> bool:
        """Whether everything that was sent can be used."""
        return self.is_sent and not any(field.error for field in self.fields)

    @property
    def summary(self) -> str:
        """How many fields have to be mended."""
        wrong = sum(bool(field.error) for field in self.fields)
        if not wrong:
            return ""
        return ngettext("%(n)d か所を直してください。", "%(n)d か所を直してください。", wrong) % {"n": wrong}


def _shown(column: Column, noun: Any) -> str:
    """Return a value as it is written into a field; empty for none."""
    found = show_cell(column, getattr(noun, column.name), language())
    return "" if found is None else str(found)
