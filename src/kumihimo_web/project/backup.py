"""One file that holds everything: the database, the files of evidence, and a manifest to check both by.

The file is a zip archive: ``manifest.json``, ``database`` (a SQLite file, or what ``pg_dump`` writes in its custom
format), ``evidence/ab/abcd…``, each file under its SHA-256, and ``form.key``, without which the answers to forms that
are out could not be read. To go on elsewhere needs nothing else but
the environment.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from kumihimo import __version__
from kumihimo.errors import InputError, Unavailable
from kumihimo_web.accounts.models import Network
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit.queries import chain_end
from kumihimo_web.project.environment import FORM_KEY_NAME, data_folder

FORMAT = "kumihimo-backup/1"
MANIFEST, DATABASE, EVIDENCE = "manifest.json", "database", "evidence"
IS_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup says about itself.

    Attributes
    ----------
    made_at
        Moment, ISO 8601.
    version
        Of the program that made it.
    engine
        ``"sqlite"`` or ``"postgresql"``: a backup goes back into the kind of database it came from.
    migrations
        Names such as ``"jobs.0001_initial"`` of all that were applied.
    chains
        Network -> [number of audit lines, seal of the last]: lines cut off at the end are found too.
    sha256
        Of the member ``database``.
    evidence
        SHA-256 of every file of evidence.
    form_key
        SHA-256 of the key that signs forms; empty where none was made in the data folder.
    """

    made_at: str
    version: str
    engine: str
    migrations: list[str]
    chains: dict[str, tuple[int, str]]
    sha256: str
    evidence: list[str]
    form_key: str = ""
    format: str = FORMAT


def make_backup(path: Path) -> Manifest:
    """Write a backup while the application goes on; readers and writers are not held up.

    Raises
    ------
    InputError
        The file is there already, or cannot be written.
    Unavailable
        ``pg_dump`` is missing or fails.
    """
    if path.exists():
        raise InputError(
            f"{path} はもうあります。上書きはしません。別の名前を指定してください。",
            f"{path} exists and is not overwritten; choose another name.",
        )
    part = path.with_name(path.name + ".part")
    try:
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            dump = Path(folder) / DATABASE
            # What the manifest says is read first: lines that are added meanwhile come on top of it.
            migrations, chains = applied_migrations(), chain_ends()
            _dump(dump)
            # Files are written before the row that names them: those of the dump are all there by now.
            evidence = sorted(evidence_files())
            key = data_folder() / FORM_KEY_NAME
            manifest = Manifest(
                made_at=timezone.localtime().isoformat(timespec="seconds"),
                version=__version__,
                engine=connection.vendor,
                migrations=migrations,
                chains=chains,
                sha256=_sha256(dump),
                evidence=[path.name for path in evidence],
                form_key=_sha256(key) if key.exists() else "",
            )
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
                with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
                    archive.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
                    archive.write(dump, DATABASE)
                    for file in evidence:
                        archive.write(file, member_of(file.name))
                    if manifest.form_key:
                        archive.write(key, FORM_KEY_NAME)
                out.flush()
                os.fsync(out.fileno())
        part.replace(path)
    except OSError as error:
        raise InputError(
            f"{path} に書き込めません({error.strerror})。フォルダがあるか、空きがあるかを確かめてください。",
            f"{path} cannot be written ({error.strerror}); look whether its folder exists and has room.",
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return manifest


def applied_migrations() -> list[str]:
    """Return the migrations that the database has."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def chain_ends() -> dict[str, tuple[int, str]]:
    """Return number and seal of the last audit line of every network."""
    ends = {}
    for network in Network.objects.order_by("pk"):
        with scoped(system_scope(network.pk)):
            ends[str(network.pk)] = chain_end()
    return ends


def evidence_files() -> Iterator[Path]:
    """Return the files of evidence; half-written ones have other names."""
    return (path for path in (data_folder() / EVIDENCE).glob("*/*") if IS_DIGEST.fullmatch(path.name))


def member_of(sha256: str) -> str:
    """Return where a file of evidence stands in the archive, and in the data folder."""
    return f"{EVIDENCE}/{sha256[:2]}/{sha256}"


def _sha256(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _dump(path: Path) -> None:
    if connection.vendor == "sqlite":
        with (
            closing(sqlite3.connect(str(connection.settings_dict["NAME"]))) as source,
            closing(sqlite3.connect(path)) as target,
        ):
            source.backup(target)
        return
    run_postgresql_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def run_postgresql_tool(name: str, *arguments: str) -> None:
    """Run a program of PostgreSQL on the database of the settings.

    Raises
    ------
    Unavailable
        It is not installed, or it fails.
    """
    program = shutil.which(name)
    if program is None:
        raise Unavailable(
            f"{name} がありません。PostgreSQL の道具を入れてください(Debian: apt-get install postgresql-client)。",
            f"{name} is missing; install the client programs of PostgreSQL.",
        )
    # The password goes through the environment: arguments can be read by everybody on the machine.
    own: dict[str, Any] = connection.settings_dict
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    environment = {**os.environ, **{name: str(own[key]) for name, key in named.items() if own[key]}}
    done = subprocess.run(
        [program, *arguments], env=environment, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["?"])[-1]
        raise Unavailable(f"{name} が失敗しました: {last}", f"{name} failed: {last}")
