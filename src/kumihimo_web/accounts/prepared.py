"""What every write asks and adds: the SQL is built once a process; to build it costs more than to carry it out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Field,
    ForeignKey,
    IntegerField,
    Model,
    QuerySet,
    TextField,
)

_Built = tuple[str, list[Any], list[tuple[int, list[Any], Any]]]


class Prepared:
    """A `values_list` query whose values are filled in later.

    Parameters
    ----------
    build
        Makes the query of as many stand-ins as it has values; each of them has to appear in it as it is.
    kinds
        The types of the values: `int` or `str`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type[int] | type[str]) -> None:
        self._build, self._kinds = build, kinds
        self._of: dict[str, _Built] = {}

    def rows(self, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the database answers."""
        here = connections[DEFAULT_DB_ALIAS]
        return self._answer(here, _executed(here, *self._asked(here, values)))

    def rows_after(self, first: Prepared, *values: Any) -> list[tuple[Any, ...]]:
        """Return what the database answers after another query whose answer nobody needs, of the same first value.

        On PostgreSQL both go there on one way, with the begin of the transaction if that is still to come. They stay
        two statements: the second sees what others have committed while the first waited for them.
        """
        here: Any = connections[DEFAULT_DB_ALIAS]
        before, asked = first._asked(here, values[:1]), self._asked(here, values)
        here.ensure_connection()
        with here.wrap_database_errors, here.connection.pipeline() if _is_kept(here) else nullcontext():
            _executed(here, *before, is_first=True)
            cursor = _executed(here, *asked)
        return self._answer(here, cursor)

    def _asked(self, here: BaseDatabaseWrapper, values: Sequence[Any]) -> tuple[str, list[Any]]:
        if here.vendor not in self._of:
            self._of[here.vendor] = self._made(here)
        sql, places, _converters = self._of[here.vendor]
        return sql, [values[place] if is_value else place for is_value, place in places]

    def _answer(self, here: BaseDatabaseWrapper, cursor: CursorWrapper) -> list[tuple[Any, ...]]:
        rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        converters = self._of[here.vendor][2]
        return [_converted(here, row, converters) for row in rows] if converters else list(rows)

    def _made(self, here: BaseDatabaseWrapper) -> _Built:
        stands_in = [-987_654_321 - at if kind is int else f"stand-in-{at}" for at, kind in enumerate(self._kinds)]
        compiler = self._build(*stands_in).query.get_compiler(connection=here)
        sql, params = compiler.as_sql()
        places = [(True, stands_in.index(one)) if one in stands_in else (False, one) for one in params]
        found = compiler.get_converters([column[0] for column in compiler.select])
        return sql, places, [(at, functions, expression) for at, (functions, expression) in found.items()]


_kept: WeakKeyDictionary[Any, tuple[CursorWrapper, CursorWrapper]] = WeakKeyDictionary()
"""Connection to PostgreSQL -> its cursors for statements that the server plans once, not each time."""


def _executed(here: Any, sql: str, values: Sequence[Any], *, is_first: bool = False) -> CursorWrapper:
    """Return a cursor that has carried out a statement; it is good until the next one.

    Parameters
    ----------
    is_first
        Of two that go together; each of them has a cursor.
    """
    made: CursorWrapper
    if not _is_kept(here):
        made = here.cursor()
        made.execute(sql, values)
        return made
    from psycopg import RawCursor

    here.ensure_connection()
    if here.connection not in _kept:
        one, other = (here.make_cursor(RawCursor(here.connection)) for _ in range(2))
        _kept[here.connection] = one, other
    made = _kept[here.connection][is_first]
    made.execute(_numbered(sql), values)
    return made


def _is_kept(here: Any) -> bool:
    # Of a statement that the server keeps, Django cannot log the text.
    return here.vendor == "postgresql" and not here.queries_logged


@lru_cache(maxsize=1000)
def _numbered(sql: str) -> str:
    """Return a statement with $1, $2, … for its values, as PostgreSQL has them."""
    return sql % tuple(f"${at}" for at in range(1, sql.count("%s") + 1))


def _converted(
    here: BaseDatabaseWrapper, row: tuple[Any, ...], converters: list[tuple[int, list[Any], Any]]
) -> tuple[Any, ...]:
    """Return a row with the values that Python has for those of the database."""
    values = list(row)
    for at, functions, expression in converters:
        for function in functions:
            values[at] = function(values[at], expression, here)
    return tuple(values)


@dataclass(frozen=True, slots=True)
class Write:
    """A row that is to be added or changed."""

    sql: str
    values: list[Any]


def carry_out(writes: Sequence[Write]) -> None:
    """Carry out writes that know nothing of each other; on PostgreSQL on one way to the server and back."""
    here = connections[DEFAULT_DB_ALIAS]
    if here.vendor == "postgresql" and len(writes) > 1:
        *others, last = (write.sql for write in writes)
        sql = ", ".join(f"w{at} AS ({one})" for at, one in enumerate(others))
        writes = [Write(f"WITH {sql} {last}", [value for write in writes for value in write.values])]
    for write in writes:
        _executed(here, write.sql, write.values)


class PreparedRow:
    """Adds and changes one row of a table at a time, by the names of its columns; no `save` and no signal is called.

    Parameters
    ----------
    model
        Its rows have a number for a key, and no value that is made when they are saved.
    """

    def __init__(self, model: type[Model]) -> None:
        self._model = model
        fields: list[Field[Any, Any]] = list(model._meta.concrete_fields)
        self._fields = {field.attname: field for field in fields if not field.primary_key}
        self._prepared: dict[str, frozenset[str]] = {}
        self._adding: dict[str, tuple[str, dict[str, Any]]] = {}
        self._changing: dict[tuple[str, ...], str] = {}

    def add(self, **values: Any) -> int:
        """Add a row and return its key; what is not given has the default of its field."""
        here = connections[DEFAULT_DB_ALIAS]
        write = self.added(**values)
        key: int = _executed(here, f"{write.sql} RETURNING {self._quoted(here)[1]}", write.values).fetchone()[0]
        return key

    def added(self, **values: Any) -> Write:
        """Return a row that is to be added; what is not given has the default of its field."""
        here = connections[DEFAULT_DB_ALIAS]
        if here.vendor not in self._adding:
            self._adding[here.vendor] = self._insert(here)
        sql, defaults = self._adding[here.vendor]
        return Write(sql, list((defaults | self._ready(here, values)).values()))

    def changed(self, key: int, values: Mapping[str, Any]) -> Write:
        """Return these columns of a row, which are to be changed."""
        here = connections[DEFAULT_DB_ALIAS]
        names = (here.vendor, *values)
        if names not in self._changing:
            self._changing[names] = self._update(here, values)
        return Write(self._changing[names], [*self._ready(here, values).values(), key])

    def _ready(self, here: BaseDatabaseWrapper, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values as the database takes them."""
        if here.vendor not in self._prepared:
            as_they_are = (*_AS_THEY_ARE, *_ALSO.get(here.vendor, ()))
            others = (name for name, field in self._fields.items() if not isinstance(field, as_they_are))
            self._prepared[here.vendor] = frozenset(others)
        changed = self._prepared[here.vendor].intersection(values)
        return {**values, **{name: self._fields[name].get_db_prep_save(values[name], here) for name in changed}}

    def _insert(self, here: BaseDatabaseWrapper) -> tuple[str, dict[str, Any]]:
        table, _key = self._quoted(here)
        names = ", ".join(here.ops.quote_name(str(field.column)) for field in self._fields.values())
        places = ", ".join("%s" for _name in self._fields)
        defaults = self._ready(here, {name: field.get_default() for name, field in self._fields.items()})
        return f"INSERT INTO {table} ({names}) VALUES ({places})", defaults

    def _update(self, here: BaseDatabaseWrapper, names: Iterable[str]) -> str:
        table, key = self._quoted(here)
        sets = ", ".join(f"{here.ops.quote_name(str(self._fields[name].column))} = %s" for name in names)
        return f"UPDATE {table} SET {sets} WHERE {key} = %s"

    def _quoted(self, here: BaseDatabaseWrapper) -> tuple[str, str]:
        """Return the names of the table and of its key."""
        meta = self._model._meta
        assert meta.pk is not None
        return here.ops.quote_name(meta.db_table), here.ops.quote_name(str(meta.pk.column))


_AS_THEY_ARE = (BooleanField, CharField, ForeignKey, IntegerField, TextField)
"""Their values go to the database as Python has them."""
_ALSO = {"postgresql": (DateField,)}
"""Theirs too, to that database."""
