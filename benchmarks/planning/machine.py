"""What the numbers were measured on."""

from __future__ import annotations

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
    """Return a fingerprint of the planner's sources: rows of another engine are not mixed with this one's."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "src" / "kumihimo" / "planning").rglob("*.py")):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(path.read_bytes())
    return f"kumihimo {_version('kumihimo')} {digest.hexdigest()[:8]}"


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
