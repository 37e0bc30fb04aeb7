"""What `deploy/` says fits the program: its variables, its commands, its limits, and the static files of production."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import get_commands
from django.urls import reverse

from kumihimo_web.project import environment
from kumihimo_web.project.upload_limit import MOST_BYTES

pytestmark = pytest.mark.any_database

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OWN = [name for name, service in COMPOSE["services"].items() if service.get("image", "").startswith("kumihimo")]

PROGRAMS = {
    "tesseract": {"tesseract-ocr", "tesseract-ocr-jpn"},
    "pg_dump": {"postgresql-client-15"},
    "pg_restore": {"postgresql-client-15"},
}
"""What the application calls -> its Debian packages. A FAX server's programs lie in a folder of the machine."""


def text_of(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def test_the_example_names_every_variable_and_no_other() -> None:
    named = re.findall(r"^([A-Z_]+)=", text_of("environment.example"), re.MULTILINE)
    assert sorted(named) == sorted((*environment.NAMES, "DJANGO_SETTINGS_MODULE"))


def test_the_example_as_it_is_starts_nothing() -> None:
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", text_of("environment.example"), re.MULTILINE))
    assert given["DJANGO_SETTINGS_MODULE"].endswith("production")
    assert given[environment.SECRET] == given[environment.HOSTS] == ""


def test_every_command_is_there() -> None:
    texts = [text_of("compose.yaml"), text_of("Dockerfile"), *(unit.read_text(encoding="utf-8") for unit in UNITS)]
    called = {
        name
        for text in texts
        for name in re.findall(r'kumihimo-web"?,? "?([a-z]+)', text.replace("/bin/kumihimo-web", "kumihimo-web"))
    }
    assert called == {"web", "worker", "migrate", "collectstatic", "backup", "clearsessions"}
    assert called <= set(get_commands())


def test_only_nginx_can_be_reached_from_outside() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    # Mail, FAX and LINE are called by the worker alone.
    assert [name for name, service in services.items() if "outgoing" in service["networks"]] == ["worker"]
    assert not (COMPOSE["networks"]["outgoing"] or {}).get("internal")
    assert services["database"]["env_file"] != services["web"]["env_file"]


@pytest.mark.parametrize("name", OWN)
def test_containers_of_ours_have_no_rights(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["cap_drop"] == ["ALL"]
    assert service["read_only"] is True
    assert "no-new-privileges:true" in service["security_opt"]


def test_images_are_pinned_and_ours_does_not_run_as_root() -> None:
    assert sorted(OWN) == ["prepare", "web", "worker"]
    bases = re.findall(r"^FROM (\S+)", text_of("Dockerfile"), re.MULTILINE)
    bases += [service["image"] for name, service in COMPOSE["services"].items() if name not in OWN]
    for image in bases:
        assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?-[a-z-]+", image), image
    assert re.findall(r"^USER (\S+)", text_of("Dockerfile"), re.MULTILINE)[-1] == "kumihimo"


def test_the_image_has_every_program_that_is_called() -> None:
    sources = "".join(path.read_text("utf-8") for path in (DEPLOY.parent / "src").rglob("*.py"))
    called = set(re.findall(r'which\("([a-z_]+)"', sources)) | set(re.findall(r'"(pg_[a-z]+)"', sources))
    assert called == PROGRAMS.keys(), "name the Debian package of a program that is new"
    (installed,) = re.findall(r"install -y --no-install-recommends ([^>]+)>/dev/null", text_of("Dockerfile"))
    assert set().union(*PROGRAMS.values()) == set(installed.split())


def test_the_dump_is_of_the_version_of_the_database() -> None:
    (version,) = re.findall(r"postgresql-client-(\d+)", text_of("Dockerfile"))
    assert COMPOSE["services"]["database"]["image"].startswith(f"postgres:{version}.")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_have_few_rights(unit: Path) -> None:
    lines = unit.read_text(encoding="utf-8").splitlines()
    for needed in (
        "User=kumihimo",
        "NoNewPrivileges=true",
        "ProtectSystem=strict",
        "ProtectHome=true",
        "PrivateTmp=true",
        "CapabilityBoundingSet=",
        "EnvironmentFile=/etc/kumihimo/environment",
    ):
        assert needed in lines, needed


def test_nginx_knows_the_limits_and_the_streams_and_adds_no_second_header() -> None:
    text = text_of("nginx.conf")
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", text)
    assert int(megabytes) * 1024 * 1024 > MOST_BYTES
    (streams,) = re.findall(r"location ~ (\S+) \{\n\s+proxy_buffering off;", text)
    assert re.fullmatch(streams.strip("^$"), reverse("job_events", args=["0f8fad5b-d9cb-469f-a165-70867728950e"]))
    assert f"location {reverse('metrics')} {{ return 404; }}" in text
    assert f"location {reverse('account_login')} {{" in text
    assert "add_header" not in text
    assert "$proxy_add_x_forwarded_for" not in text


def test_nginx_takes_its_file(tmp_path: Path) -> None:
    program = shutil.which("nginx")
    if program is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("nginx is not installed: its file was not tried")
    self_signed = ["-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=kumihimo.example", "-days", "1"]
    files = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run(["openssl", "req", *self_signed, *files], check=True, capture_output=True)
    text = (
        text_of("nginx.conf")
        .replace("/etc/nginx/tls", str(tmp_path))
        .replace("server web:8000", "server 127.0.0.1:8000")
    )
    (tmp_path / "nginx.conf").write_text(text, encoding="utf-8")
    done = subprocess.run(
        [program, "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_threat_model_names_tests_that_there_are() -> None:
    root = DEPLOY.parent
    named = set(
        re.findall(r"`((?:tests/)?[\w/]*test_\w+\.py)(?:::(test_\w+))?`", (root / "THREAT_MODEL.md").read_text("utf-8"))
    )
    assert len(named) > 20
    for file, test in named:
        path = root / (file if file.startswith("tests/") else f"tests/web/{file}")
        assert path.is_file(), file
        assert not test or f"def {test}(" in path.read_text("utf-8"), f"{file}::{test}"


STATIC = """
import re
import django
django.setup()
from django.core.management import call_command
from django.test import Client
call_command("collectstatic", interactive=False, verbosity=0)
call_command("migrate", verbosity=0)
client = Client(headers={"host": "kumihimo.example"})
assert client.get("/health/ready/", headers={"host": "127.0.0.1:8001"}).status_code == 200
assert client.get("/account/login/")["Location"].startswith("https://kumihimo.example/")
page = client.get("/account/login/", secure=True)
assert "max-age=31536000" in page["Strict-Transport-Security"]
script, = re.findall(r'<script type="module" src="([^"]+)"', page.content.decode())
styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.content.decode())
for address in [script, *styles]:
    answer = client.get(address, secure=True)
    assert answer.status_code == 200, address
    assert "immutable" in answer["Cache-Control"], answer["Cache-Control"]
    assert b"".join(answer.streaming_content)
print(len(styles), page.cookies["csrftoken"]["secure"])
"""


def test_production_collects_its_files_into_the_data_folder_and_serves_them(tmp_path: Path) -> None:
    own = {key: value for key, value in os.environ.items() if not key.startswith(("KUMIHIMO_", "DJANGO_"))}
    own |= {
        environment.DATA: str(tmp_path),
        environment.SECRET: "".join(chr(33 + number) for number in range(60)),
        environment.HOSTS: "kumihimo.example",
        "DJANGO_SETTINGS_MODULE": "kumihimo_web.project.settings.production",
    }
    done = subprocess.run([sys.executable, "-c", STATIC], env=own, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    count, is_secure = done.stdout.split()[-2:]
    assert int(count) >= 1
    assert is_secure == "True"
    assert (tmp_path / "static" / "dist" / "manifest.json").is_file()
