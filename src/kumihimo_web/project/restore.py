"""Going back to a backup: into an empty database only, and only when everything in the file proves to be whole."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from kumihimo.errors import InputError
from kumihimo_web.accounts.models import Network
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.audit.queries import broken_at, seal_of
from kumihimo_web.project.backup import (
    DATABASE,
    FORMAT,
    IS_DIGEST,
    MANIFEST,
    Manifest,
    evidence_files,
    member_of,
    run_postgresql_tool,
)
from kumihimo_web.project.environment import FORM_KEY_NAME, data_folder


def restore_backup(path: Path) -> Manifest:
    """Bring a backup into the empty database of the settings; on any fault the database is left empty.

    Raises
    ------
    InputError
        The file is damaged, of a newer version or of another kind of database; the database is not empty; or the audit
        lines do not fit together.
    Unavailable
        ``pg_restore`` is missing or fails.
    """
    if connection.introspection.table_names() or any(evidence_files()):
        raise InputError(
            "データベースが空ではありません。今あるものを上書きすることはしません。"
            "空のデータフォルダ(KUMIHIMO_DATA)か、空のデータベース(KUMIHIMO_DATABASE)を指定してください。",
            "The database is not empty, and nothing is overwritten. Name an empty data folder or an empty database.",
        )
    # Beside what it becomes, so that the files need only be given their place.
    with tempfile.TemporaryDirectory(dir=data_folder()) as folder:
        manifest = _unpack(path, Path(folder))
        dump = Path(folder) / DATABASE
        _refuse_what_does_not_fit(manifest)
        try:
            _load(dump)
            call_command("migrate", verbosity=0)
            _check_chains(manifest)
            for sha256 in manifest.evidence:
                target = data_folder() / member_of(sha256)
                target.parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / sha256).replace(target)
            if manifest.form_key:
                key = Path(folder) / FORM_KEY_NAME
                key.chmod(0o600)
                key.replace(data_folder() / FORM_KEY_NAME)
        except BaseException:
            _empty()
            raise
    return manifest


def _unpack(path: Path, folder: Path) -> Manifest:
    try:
        with zipfile.ZipFile(path) as archive:
            told: dict[str, Any] = json.loads(archive.read(MANIFEST))
            if told.get("format") != FORMAT:
                raise InputError(
                    f"このバックアップの形式は {told.get('format')} です。このKumihimoが読めるのは {FORMAT} です。"
                    "作ったときと同じか、それより新しい版を使ってください。",
                    f"This backup has the format {told.get('format')}; this version reads {FORMAT}. "
                    "Use the version that made it, or a newer one.",
                )
            manifest = Manifest(**told)
            wholes = [_extract(archive, DATABASE, folder / DATABASE, manifest.sha256)]
            for sha256 in manifest.evidence:
                if not IS_DIGEST.fullmatch(sha256):
                    raise ValueError(sha256)
                wholes.append(_extract(archive, member_of(sha256), folder / sha256, sha256))
            if manifest.form_key:
                wholes.append(_extract(archive, FORM_KEY_NAME, folder / FORM_KEY_NAME, manifest.form_key))
    except OSError as error:
        raise InputError(
            f"{path} を開けません({error.strerror})。", f"{path} cannot be opened ({error.strerror})."
        ) from error
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, KeyError, TypeError, EOFError, zlib.error) as error:
        raise _damaged(path) from error
    if not all(wholes):
        raise _damaged(path)
    return manifest


def _extract(archive: zipfile.ZipFile, member: str, target: Path, sha256: str) -> bool:
    """Write a member to a file; return whether it is what the manifest says."""
    digest = hashlib.sha256()
    with archive.open(member) as source, target.open("wb") as out:
        while block := source.read(1 << 20):
            digest.update(block)
            out.write(block)
    return digest.hexdigest() == sha256


def _damaged(path: Path) -> InputError:
    return InputError(
        f"{path} は壊れているか、途中で切れているか、Kumihimoのバックアップではありません。"
        "別の日のバックアップを使ってください。",
        f"{path} is damaged, cut off, or no backup of Kumihimo. Use another one.",
    )


def _refuse_what_does_not_fit(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
    newer = sorted(set(manifest.migrations) - known)
    if newer:
        raise InputError(
            f"このバックアップは、新しい版のKumihimo({manifest.version})で作られています。"
            f"先にKumihimoをその版以上に更新してください(この版が知らない変更: {', '.join(newer[:3])})。",
            f"This backup was made by a newer Kumihimo ({manifest.version}); update first "
            f"(unknown here: {', '.join(newer[:3])}).",
        )
    if manifest.engine != connection.vendor:
        raise InputError(
            f"このバックアップは {manifest.engine} のものです。今の設定は {connection.vendor} です。"
            "KUMIHIMO_DATABASE を同じ種類のデータベースにしてください。",
            f"This backup is of {manifest.engine}, the settings name {connection.vendor}; they must be of one kind.",
        )


def _load(dump: Path) -> None:
    connection.close()
    if connection.vendor == "sqlite":
        shutil.copyfile(dump, connection.settings_dict["NAME"])
        return
    run_postgresql_tool(
        "pg_restore",
        "--exit-on-error",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        f"--dbname={_name()}",
        str(dump),
    )


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _check_chains(manifest: Manifest) -> None:
    networks = {str(pk) for pk in Network.objects.values_list("pk", flat=True)}
    for network, (count, seal) in manifest.chains.items():
        with scoped(system_scope(int(network))):
            at = 1 if network not in networks else broken_at()
            if at is None and count and seal_of(count) != seal:
                at = count
        if at is not None:
            raise InputError(
                f"監査ログの鎖が {at} 行目で切れています。誰かがバックアップの中身を書き換えた恐れがあるため、"
                "元に戻しません。別の日のバックアップを使い、調整機関の責任者に知らせてください。",
                f"The chain of audit lines is broken at line {at}: somebody may have changed the backup, so it is "
                "not restored. Use another one, and tell whoever is responsible.",
            )


def _empty() -> None:
    if connection.vendor == "sqlite":
        connection.close()
        path = Path(_name())
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
