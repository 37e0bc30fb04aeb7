"""What the numbers were measured on."""

from __future__ import annotations

import ast
import hashlib
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PEER_PYTHON = ROOT / ".bench-venv" / "bin" / "python"
"""The environment of PyJobShop, which is no dependency of ours: ``python3 -m venv .bench-venv`` and pip install."""
_OWN_PACKAGES = ("numpy", "numba", "ortools")


def load_average() -> float:
    """Return how many processes wanted a core in the last minute."""
    return round(os.getloadavg()[0], 2)


def now() -> str:
    """Return the time of day; a harness may ask for it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ")


def facts() -> dict[str, str]:
    """Return processor, cores, memory and operating system."""
    cpu = platform.processor() or "?"
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.split(":", 1)[1].strip() for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        cpu = names[0] if names else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cpu": cpu,
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
    }


def engine_version() -> str:
    """Return a fingerprint of the planner: rows of another engine are not mixed with this one's.

    Comments and docstrings do not count: a better sentence does not make hours of measurements void.
    """
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src" / "kumihimo" / "planning").rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(ast.dump(_without_docstrings(path.read_text(encoding="utf-8"))).encode())
    return f"kumihimo {_version('kumihimo')} {digest.hexdigest()[:8]}"


def _without_docstrings(source: str) -> ast.Module:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            node.body = [
                item for item in node.body if not (isinstance(item, ast.Expr) and isinstance(item.value, ast.Constant))
            ]
    return tree


def library_versions() -> dict[str, str]:
    """Return the versions of what the engine and the peer in our environment stand on."""
    return {name: _version(name) for name in _OWN_PACKAGES}


def peer_versions() -> dict[str, str]:
    """Return the versions in the environment of PyJobShop; empty when it is not installed."""
    if not PEER_PYTHON.exists():
        return {}
    code = "from importlib.metadata import version as v; print(v('pyjobshop'), v('ortools'))"
    done = subprocess.run([PEER_PYTHON, "-c", code], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        return {}
    pyjobshop, ortools = done.stdout.split()
    return {"pyjobshop": pyjobshop, "ortools": ortools}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
