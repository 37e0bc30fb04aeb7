"""What the web process is made of: it never loads a solver, and it does not start unsafely."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.any_database

TEST = "kumihimo_web.project.settings.test"
PRODUCTION = "kumihimo_web.project.settings.production"


def run(code: str, tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("KUMIHIMO_", "DJANGO_"))}
    own |= {"KUMIHIMO_DATA": str(tmp_path), **environment}
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=own, check=False)


def test_no_solver_is_loaded(tmp_path: Path) -> None:
    code = (
        "import sys, kumihimo_web.project.asgi\n"
        "from django.urls import get_resolver\n"
        "get_resolver().url_patterns\n"
        "print(sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = run(code, tmp_path, DJANGO_SETTINGS_MODULE=TEST)
    assert done.returncode == 0, done.stderr
    for heavy in ("ortools", "numba", "pandas", "cv2"):
        assert f"'{heavy}'" not in done.stdout


@pytest.mark.parametrize(
    ("environment", "missing"),
    [
        ({}, "KUMIHIMO_SECRET_KEY"),
        ({"KUMIHIMO_SECRET_KEY": "short"}, "KUMIHIMO_SECRET_KEY"),
        ({"KUMIHIMO_SECRET_KEY": "x" * 60}, "KUMIHIMO_HOSTS"),
        ({"KUMIHIMO_SECRET_KEY": "x" * 60, "KUMIHIMO_HOSTS": "*"}, "KUMIHIMO_HOSTS"),
        (
            {"KUMIHIMO_SECRET_KEY": "x" * 60, "KUMIHIMO_HOSTS": "a.example", "KUMIHIMO_DATABASE": "oracle://x"},
            "KUMIHIMO_DATABASE",
        ),
        (
            {"KUMIHIMO_SECRET_KEY": "x" * 60, "KUMIHIMO_HOSTS": "a.example", "KUMIHIMO_METRICS_TOKEN": "short"},
            "KUMIHIMO_METRICS_TOKEN",
        ),
    ],
    ids=["nothing", "short secret", "no hosts", "any host", "unknown database", "short token"],
)
def test_production_refuses_to_start_unsafely(environment: dict[str, str], missing: str, tmp_path: Path) -> None:
    done = run("import kumihimo_web.project.asgi", tmp_path, DJANGO_SETTINGS_MODULE=PRODUCTION, **environment)
    assert done.returncode != 0
    assert missing in done.stderr.splitlines()[-1]


def test_production_starts_and_passes_the_deployment_check(tmp_path: Path) -> None:
    environment = {
        "KUMIHIMO_SECRET_KEY": "".join(chr(33 + number) for number in range(60)),
        "KUMIHIMO_HOSTS": "kumihimo.example",
        "DJANGO_SETTINGS_MODULE": PRODUCTION,
    }
    code = (
        "from django.core.management import execute_from_command_line as run\n"
        "run(['x', 'check', '--deploy', '--fail-level', 'WARNING'])"
    )
    done = run(code, tmp_path, **environment)
    assert done.returncode == 0, done.stderr


def test_the_tables_are_those_of_the_models(tmp_path: Path) -> None:
    code = (
        "from django.core.management import execute_from_command_line as run\n"
        "run(['x', 'makemigrations', '--check', '--dry-run'])"
    )
    done = run(code, tmp_path, DJANGO_SETTINGS_MODULE=TEST)
    assert done.returncode == 0, done.stdout + done.stderr
