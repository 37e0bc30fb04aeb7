"""One source, two speeds: kernel functions are compiled by numba, or run as the plain Python they are.

Kernels are written once, in the subset of Python that numba compiles, over integer arrays. Compiled they are some
hundred times faster; interpreted they give the same plans to the last minute (`KUMIHIMO_COMPILE=0`, or where numba
cannot be imported), which is how the tests check the compiler and how the planner runs on platforms without it.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

SWITCH = "KUMIHIMO_COMPILE"
"""Environment variable: 0 = interpret the kernels."""

numba: Any = None
if os.environ.get(SWITCH) != "0":
    with suppress(ImportError):
        numba = importlib.import_module("numba")
is_compiled: bool = numba is not None
_ROOT = Path(__file__).parent


def is_warm() -> bool:
    """Return whether the planner's kernels are compiled already, or need not be."""
    return not is_compiled or _folder(_ROOT / "kernel" / "search.py").is_dir()


def compiled(function: Callable[P, R]) -> Callable[P, R]:
    """Compile a kernel function (cached on disk, runs without the interpreter lock), or return it as it is."""
    return _compile(function, {"no_cfunc_wrapper": True})


def inner(function: Callable[P, R]) -> Callable[P, R]:
    """Do the same for a function that only other kernels call: without a door to Python it compiles much faster."""
    return _compile(function, {"no_cfunc_wrapper": True, "no_cpython_wrapper": True})


def _compile(function: Callable[P, R], options: dict[str, bool]) -> Callable[P, R]:
    if numba is None:
        return function
    before = numba.config.CACHE_DIR
    # numba knows when the file of a function has changed, but not the files of what it calls: those are compiled
    # into it. So every state of the sources has a folder of its own.
    numba.config.CACHE_DIR = str(_folder(Path(function.__code__.co_filename)))
    try:
        kernel: Callable[P, R] = numba.njit(cache=True, nogil=True, **options)(function)
    finally:
        numba.config.CACHE_DIR = before
    return kernel


@cache
def _folder(source: Path) -> Path:
    sources: dict[Path, bytes] = {}
    queue = [source]
    while queue:
        path = queue.pop()
        if path in sources or not path.is_file():
            continue
        sources[path] = path.read_bytes()
        found = re.findall(r"^from kumihimo\.planning\.([\w.]+) import", sources[path].decode(), re.MULTILINE)
        queue += [_ROOT.joinpath(*name.split(".")).with_suffix(".py") for name in found]
    digest = hashlib.sha256(b"\0".join(sources[path] for path in sorted(sources))).hexdigest()[:16]
    return _cache_home() / f"{source.stem}-{digest}"


@cache
def _cache_home() -> Path:
    """Beside the package where that can be written, else in the user's folder for caches, else a temporary one."""
    places = [_ROOT / "__pycache__" / "kernels", Path.home() / ".cache" / "kumihimo" / "kernels"]
    for place in places:
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(place, os.W_OK):
            return place
    return Path(tempfile.gettempdir()) / "kumihimo-kernels"
