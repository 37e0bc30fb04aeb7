"""A backup brings everything back, elsewhere and later; a bad one brings nothing at all."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .places import Place

PHOTO = b"a photograph"
KEY = "k" * 64
PHOTO_NAME = hashlib.sha256(PHOTO).hexdigest()
MAKE = f"""
import sys
from pathlib import Path
from django.core.management import call_command
from kumihimo_web.accounts.models import Network
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.accounts.services import add_organisation, add_user
from kumihimo_web.audit.models import Line
from kumihimo_web.project.backup import make_backup
from kumihimo_web.project.environment import data_folder

folder = Path(sys.stdin.readline().strip())
call_command("migrate", verbosity=0)
for name in ("一つ目の網", "二つ目の網"):
    network = Network.objects.create(name=name)
    with scoped(system_scope(network.pk)):
        made = add_organisation(network, kind="coordinator", name=name + "の事務局")
        add_user(made, username="user" + str(network.pk), password="a-long-password", role="coordinator")
photo = data_folder() / "evidence" / "{PHOTO_NAME[:2]}" / "{PHOTO_NAME}"
photo.parent.mkdir(parents=True)
photo.write_bytes({PHOTO!r})
(data_folder() / "form.key").write_text({KEY!r})
(photo.parent / "tmphalf").write_bytes(b"half")
make_backup(folder / "good")
first = Line._base_manager.filter(network=1, number=1)
actor = first.get().actor
first.update(actor="somebody else")
make_backup(folder / "changed")
first.update(actor=actor)
last = Line._base_manager.filter(network=2).order_by("number").last()
Line._base_manager.filter(pk=last.pk).delete()
make_backup(folder / "cut off")
"""
TELL = """
from kumihimo_web.accounts.models import Network, User
from kumihimo_web.accounts.scope import scoped, system_scope
from kumihimo_web.accounts.services import add_organisation
from kumihimo_web.audit import queries
for network in Network.objects.order_by("pk"):
    with scoped(system_scope(network.pk)):
        names = list(User.objects.filter(organisation__network=network).values_list("username", flat=True))
        print(network.name, names, *queries.chain_end(), queries.broken_at())
        # Work goes on, numbers and all.
        add_organisation(network, kind="buyer", name="次の組織")
        assert queries.broken_at() is None
"""
TRY = """
import sys
from pathlib import Path
from kumihimo.errors import InputError
from kumihimo_web.project.restore import restore_backup
for path in sorted(Path(sys.stdin.readline().strip()).iterdir()):
    try:
        restore_backup(path)
        print(path.name, "RESTORED", sep=":")
    except InputError as error:
        print(path.name, error.ja, sep=":")
"""


@pytest.fixture(scope="module")
def full(place: Callable[[], Place]) -> Place:
    """A place with two networks, their audit lines and a photograph, of which backups were made in `backups`."""
    made = place()
    made.backups.mkdir()
    made.script(MAKE, made.backups)
    return made


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes]) -> None:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))


def manifest_with(**values: Any) -> Callable[[str, bytes], bytes]:
    return lambda name, content: (
        json.dumps(json.loads(content) | values).encode() if name == "manifest.json" else content
    )


def manifest_of(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        return dict(json.loads(archive.read("manifest.json")))


def test_everything_comes_back_elsewhere_and_what_is_bad_brings_nothing(
    full: Place, place: Callable[[], Place], tmp_path: Path
) -> None:
    good, bad, empty = full.backups / "good", tmp_path / "bad", place()
    bad.mkdir()
    whole, told, photo = good.read_bytes(), manifest_of(good), f"evidence/{PHOTO_NAME[:2]}/{PHOTO_NAME}"
    (bad / "short").write_bytes(whole[:-200])
    (bad / "flipped").write_bytes(whole[:4000] + bytes([whole[4000] ^ 0xFF]) + whole[4001:])
    (bad / "text").write_text("これはバックアップではない", encoding="utf-8")
    (bad / "folder").mkdir()
    rewritten(good, bad / "photo", lambda name, content: content + b" " * (name == photo))
    rewritten(good, bad / "key", lambda name, content: content + b" " * (name == "form.key"))
    rewritten(good, bad / "outside", manifest_with(evidence=["../../outside"]))
    rewritten(good, bad / "newer", manifest_with(migrations=[*told["migrations"], "jobs.0999_later"]))
    rewritten(good, bad / "format", manifest_with(format="kumihimo-backup/2"))
    rewritten(good, bad / "kind", manifest_with(engine="sqlite" if full.address else "postgresql"))
    # Whoever changes the rows can write a manifest too, but not one that fits the notes of the day before.
    for name in ("changed", "cut off"):
        rewritten(full.backups / name, bad / name, manifest_with(chains=told["chains"]))
    answers = dict(line.split(":", 1) for line in empty.script(TRY, bad).splitlines())
    for name, words in {
        "short": "壊れているか",
        "flipped": "壊れているか",
        "text": "壊れているか",
        "folder": "開けません",
        "photo": "壊れているか",
        "key": "壊れているか",
        "outside": "壊れているか",
        "newer": "jobs.0999_later",
        "format": "kumihimo-backup/1",
        "kind": "同じ種類のデータベース",
        "changed": "監査ログの鎖が 1 行目で切れています",
        "cut off": "監査ログの鎖が 2 行目で切れています",
    }.items():
        assert words in answers[name], (name, answers[name])
    # Nothing was left behind: the good one still finds the place empty.
    assert list((empty.folder / "evidence").glob("*/*")) == []
    assert not (empty.folder / "form.key").exists()
    answer = empty.run("restore", str(good))
    assert "戻しました" in answer
    assert "監査ログ 4 行" in answer
    assert [path.read_bytes() for path in (empty.folder / "evidence").glob("*/*")] == [PHOTO]
    assert (empty.folder / "form.key").read_text(encoding="ascii") == KEY
    assert (empty.folder / "form.key").stat().st_mode & 0o077 == 0
    ends = [f"{count} {seal} None" for count, seal in told["chains"].values()]
    lines = empty.script(TELL).splitlines()
    assert lines == [f"一つ目の網 ['user1'] {ends[0]}", f"二つ目の網 ['user2'] {ends[1]}"]
    assert "空ではありません" in empty.run("restore", str(good), code=2)


def test_a_backup_is_for_its_owner_alone_and_never_overwritten(full: Place, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    assert "バックアップを作りました" in full.run("backup", str(file))
    assert oct(file.stat().st_mode)[-3:] == "600"
    assert "上書きはしません" in full.run("backup", str(file), code=2)
    assert "書き込めません" in full.run("backup", str(tmp_path / "nowhere" / "one.backup"), code=2)
    assert [path.name for path in tmp_path.iterdir()] == ["one.backup"]


def test_a_postgresql_without_its_tools_is_told(full: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not full.address:
        pytest.skip("only PostgreSQL needs its tools")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "pg_dump がありません" in full.run("backup", str(tmp_path / "one.backup"), code=2)
    assert not (tmp_path / "one.backup").exists()
