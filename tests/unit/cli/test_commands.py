"""The command line as a user meets it: output, exit codes, and never a traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import jsonschema
import pytest

from kumihimo.inquiry.json_schema import inquiry_schema
from kumihimo.interop.read_network import write_network
from kumihimo.proposal.to_json import proposal_schema
from kumihimo.simulate import generate_network

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples" / "inquiries"
TODAY = "2026-11-22"


def run(*arguments: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-c", "from kumihimo.cli.app import main; main()", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


@pytest.fixture(scope="module")
def network_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("network") / "n.json"
    write_network(generate_network(300, 7, today=date(2026, 11, 22)), path)
    return path


def test_version_and_help() -> None:
    assert run("--version").stdout.startswith("kumihimo ")
    shown = run("--help").stdout
    for command in ("know", "read", "team", "plan", "propose", "demo"):
        assert command in shown


def test_read_prints_one_json_object_a_line_with_the_file() -> None:
    files = sorted(EXAMPLES.glob("0*"))
    done = run("read", *files, "--today", TODAY, "--json")
    assert done.returncode == 0
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(item["file"]).name for item in lines] == [path.name for path in files]
    for item in lines:
        jsonschema.validate(item, inquiry_schema())


def test_one_bad_file_does_not_stop_the_others(tmp_path: Path) -> None:
    empty = tmp_path / "empty.txt"
    empty.touch()
    done = run("read", empty, EXAMPLES / "02-fax.txt", "--today", TODAY, "--json")
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    assert "空のファイル" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


HOSTILE = {
    "empty.txt": b"",
    "binary.txt": b"\x00\x01\x02",
    "secret.xlsx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "broken.dxf": b"  0\nSECTION\n  2\nENTITIES\n  0\nLINE\n 10\nnot a number\n",
    "broken.step": b"ISO-10303-21;\nHEADER;\nbroken",
    "letter.pdf": b"%PDF-1.7\n",
}


@pytest.mark.parametrize(
    ("command", "names"),
    # One takes one inquiry, and reads it as the others do.
    [("read", [*HOSTILE]), ("propose", [*HOSTILE]), ("team", ["broken.step"])],
    ids=["read", "propose", "team"],
)
def test_hostile_inquiries_give_one_clear_line_each(
    command: str, names: list[str], tmp_path: Path, network_file: Path
) -> None:
    for name in names:
        (tmp_path / name).write_bytes(HOSTILE[name])
    more = {"read": [], "team": ["--network", network_file], "propose": ["--network", network_file, "--out", tmp_path]}
    done = run(command, *(tmp_path / name for name in names), *more[command], "--today", TODAY)
    assert done.returncode == 2
    lines = done.stderr.strip().splitlines()
    assert len(lines) == len(names), done.stderr
    assert [name for name, line in zip(names, lines, strict=True) if name not in line] == []


def test_200_mb_inquiry_and_network(tmp_path: Path, network_file: Path) -> None:
    for name in ("big.txt", "big.xlsx"):
        with (tmp_path / name).open("wb") as file:
            file.truncate(200 * 1024 * 1024)
        done = run("read", tmp_path / name)
        assert done.returncode == 2
        assert "大きすぎます" in done.stderr
    done = run("propose", EXAMPLES / "02-fax.txt", "--network", tmp_path / "big.xlsx", "--out", tmp_path / "o")
    assert done.returncode == 2
    assert "大きすぎます" in done.stderr


def test_propose_writes_everything_and_its_json_is_valid(tmp_path: Path, network_file: Path) -> None:
    out = tmp_path / "out"
    done = run("propose", EXAMPLES / "02-fax.txt", "--network", network_file, "--today", TODAY, "--out", out, "--json")
    assert done.returncode == 0, done.stderr
    proposal = json.loads(done.stdout)
    jsonschema.validate(proposal, proposal_schema())
    for name in ("index.html", "02-fax.html", "02-fax.pdf", "02-fax.json"):
        assert (out / name).stat().st_size > 1000
    for team in proposal["teams"]:
        checked = run("plan", "verify", out / team["problem_file"], out / team["plan_file"])
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_team_is_exit_code_3_with_the_reason(tmp_path: Path, network_file: Path) -> None:
    inquiry = tmp_path / "huge.txt"
    inquiry.write_text("A5052 同時5軸加工 9000×8000×7000mm 3個 2027年1月29日まで", encoding="utf-8")
    done = run("propose", inquiry, "--network", network_file, "--today", TODAY, "--out", tmp_path / "o")
    assert done.returncode == 3
    assert "大きさ超過" in done.stderr
    assert (tmp_path / "o" / "huge.html").exists()


def test_english(tmp_path: Path, network_file: Path) -> None:
    done = run("team", EXAMPLES / "02-fax.txt", "--network", network_file, "--today", TODAY, "--lang", "en")
    assert done.returncode == 0
    assert "Material: S45C" in done.stdout
    assert "Team A" in done.stdout


def test_missing_network_names_the_file(tmp_path: Path) -> None:
    done = run("team", EXAMPLES / "02-fax.txt", "--network", tmp_path / "none.xlsx")
    assert done.returncode == 2
    assert "none.xlsx" in done.stderr


def test_two_inquiries_of_one_name_do_not_overwrite_each_other(tmp_path: Path, network_file: Path) -> None:
    other = tmp_path / "a" / "02-fax.txt"
    other.parent.mkdir()
    shutil.copy(EXAMPLES / "02-fax.txt", other)
    out = tmp_path / "out"
    done = run("propose", EXAMPLES / "02-fax.txt", other, "--network", network_file, "--today", TODAY, "--out", out)
    assert done.returncode == 0
    assert (out / "02-fax.html").exists()
    assert (out / "02-fax-2.html").exists()


def test_demo_without_inquiries_says_what_to_do(tmp_path: Path) -> None:
    done = run("demo", "--out", tmp_path / "out", cwd=tmp_path)
    assert done.returncode == 2
    assert "--inquiries" in done.stderr
