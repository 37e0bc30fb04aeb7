"""Questions that every write asks: their SQL is built once a process; to build it costs more than to ask."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.db.models import QuerySet

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
        built = self._of.get(connection.vendor)
        if built is None:
            built = self._of[connection.vendor] = self._made()
        sql, places, converters = built
        with connection.cursor() as cursor:
            cursor.execute(sql, [values[place] if is_value else place for is_value, place in places])
            rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return [_converted(row, converters) for row in rows] if converters else list(rows)

    def _made(self) -> _Built:
        stands_in = [-987_654_321 - at if kind is int else f"stand-in-{at}" for at, kind in enumerate(self._kinds)]
        compiler = self._build(*stands_in).query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        places = [(True, stands_in.index(one)) if one in stands_in else (False, one) for one in params]
        found = compiler.get_converters([column[0] for column in compiler.select])
        return sql, places, [(at, functions, expression) for at, (functions, expression) in found.items()]


def _converted(row: tuple[Any, ...], converters: list[tuple[int, list[Any], Any]]) -> tuple[Any, ...]:
    """Return a row with the values that Python has for those of the database."""
    values = list(row)
    for at, functions, expression in converters:
        for function in functions:
            values[at] = function(values[at], expression, connection)
    return tuple(values)
