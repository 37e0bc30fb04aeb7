"""Making many objects at once."""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def in_bulk() -> Iterator[None]:
    """Keep the collector of reference cycles out while many objects are made that all stay.

    At 100,000 steps it would walk millions of objects again and again and find nothing, for as long as the work takes.
    """
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()


def make_all(kind: type[T], count: int, **columns: Iterable[object]) -> list[T]:
    """Return as many objects of a frozen class with slots, one column for each of its fields.

    Writing column by column takes a quarter of the time of as many calls of `__init__`.
    """
    made: list[T] = list(map(object.__new__, repeat(kind, count)))
    for name, column in columns.items():
        deque(map(getattr(kind, name).__set__, made, column), maxlen=0)
    return made
