"""Functions that only kernels call: compiled into these, without an entrance from Python of their own.

Numba would build that entrance, and a file in the cache, for every function; with tables as arguments they take longer
to build than the functions themselves. Interpreted these functions are plain Python like all others.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from kumihimo.planning import compiled

P = ParamSpec("P")
R = TypeVar("R")


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a function for the use of kernels alone, or return it as it is."""
    if compiled.numba is None:
        return function
    kernel: Callable[P, R] = compiled.numba.njit(nogil=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)(function)
    return kernel
