"""The house rules that a tool can hold."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "kumihimo").rglob("*.py"))
SHELL = sorted(p for p in (ROOT / "src" / "kumihimo_web").rglob("*.py") if "migrations" not in p.parts)


def test_import_kumihimo_loads_nothing_heavy() -> None:
    code = "import sys, kumihimo; print(sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("numpy", "ortools", "openpyxl", "ezdxf", "typst", "django", "pandas", "cv2", "PIL"):
        assert f"'{heavy}'" not in loaded


@pytest.mark.parametrize("module", ["kumihimo.model", "kumihimo.terms", "kumihimo.cli.app"])
def test_light_modules_do_not_load_ortools(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{m.split('.')[0] for m in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "'ortools'" not in loaded
    assert "'ezdxf'" not in loaded


def test_ortools_is_imported_only_in_cpsat() -> None:
    guilty = [
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        if "planning/cpsat" not in path.as_posix() and "ortools" in _imports(path)
    ]
    assert guilty == []


def test_library_reads_no_wall_clock() -> None:
    """`today` and `start` are arguments; only the command line may ask what day it is."""
    guilty = []
    for path in SOURCES:
        if "/cli/" in path.as_posix():
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("now", "today", "utcnow")
            ):
                guilty.append(f"{path.relative_to(ROOT).as_posix()}:{node.lineno}")
    assert guilty == []


def test_no_file_is_larger_than_a_concept() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): n
        for path in [*SOURCES, *SHELL]
        if (n := len(path.read_text().splitlines())) > 600
    }
    assert long == {}


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path.name for path in SOURCES if path.stem in ("utils", "util", "helpers", "common", "misc")] == []


def _imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found
