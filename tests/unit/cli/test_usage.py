"""A slip of the keyboard: one line in the user's language, exit code 2."""

from __future__ import annotations

import errno
import sys
from pathlib import Path

import pytest
import typer

from kumihimo.cli import app as command_line
from kumihimo.cli.console import show_error, user_errors
from kumihimo.errors import InputError, Located, LocatedErrors, system_reason_ja


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["kumihimo", *arguments])
    with pytest.raises(SystemExit) as left:
        command_line.main()
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize(
    ("arguments", "ja", "en"),
    [
        (("know", "template"), "オプション --out を指定してください", "Missing option '--out'"),
        (("know", "check"), "引数 NETWORK を指定してください", "Missing argument 'NETWORK'"),
        (("plan", "verify", "p.json"), "引数 PLAN を指定してください", "Missing argument 'PLAN'"),
        (("nope",), "コマンド 'nope' はありません", "No such command 'nope'"),
        (("know", "check", "n", "--bogus"), "オプション --bogus はありません", "No such option: --bogus"),
        (("know", "check", "n", "more"), "余分な引数があります（more）", "extra argument"),
        (("know", "check", "n", "--today", "2026/1/1"), "日付として読めません（例: 2026-11-22）", "does not match"),
        (("know", "generate", "--firms", "x", "--out", "n"), "--firms: 整数ではありません", "valid integer"),
        (("know", "generate", "--firms", "0", "--out", "n"), "--firms: 1 以上にしてください", "equal to 1"),
        (("know", "show", "n", "f", "--viewer", "all"), "'all' は選べません", "is not one of"),
        (("know", "check", "n", "--today"), "オプション '--today' には値が要ります", "requires an argument"),
    ],
)
def test_one_line_in_both_languages(
    arguments: tuple[str, ...],
    ja: str,
    en: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("KUMIHIMO_LANG", raising=False)
    assert run(monkeypatch, *arguments) == 2
    shown = capsys.readouterr()
    assert ja in shown.err
    assert "--help" in shown.err
    assert len(shown.err.strip().splitlines()) == 1
    monkeypatch.setenv("KUMIHIMO_LANG", "en")
    assert run(monkeypatch, *arguments) == 2
    told = capsys.readouterr().err
    assert en in told
    assert told.isascii()
    assert len(told.strip().splitlines()) == 1


def test_an_unknown_language_is_told_in_japanese(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "know", "check", "n", "--lang", "fr") == 2
    assert "--lang: 'fr' は選べません" in capsys.readouterr().err
    assert run(monkeypatch, "nope", "--lang=en") == 2
    assert "No such command" in capsys.readouterr().err


def test_a_group_alone_shows_its_help(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "know") == 2
    shown = capsys.readouterr()
    assert "template" in shown.out + shown.err
    assert run(monkeypatch, "--version") == 0


@pytest.mark.parametrize(("lang", "words"), [("ja", "これより後は何も書き込んでいません"), ("en", "nothing more")])
def test_ctrl_c_says_that_nothing_more_was_written(
    lang: str, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def interrupted(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("kumihimo.cli.know._read", interrupted)
    assert run(monkeypatch, "know", "show", str(tmp_path), "x", "--lang", lang) == 130
    shown = capsys.readouterr().err
    assert words in shown
    assert len(shown.strip().splitlines()) == 1


def test_show_error_is_one_line_or_the_places(capsys: pytest.CaptureFixture[str]) -> None:
    show_error(InputError("空です。", "It is empty."), "ja")
    assert capsys.readouterr().err == "空です。\n"
    place = Located(
        sheet="依頼", row=3, column="数量", value="-5", expected_ja="正の数", expected_en="a positive number"
    )
    show_error(LocatedErrors([place] * 60), "ja")
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == ["60件の誤りがあります。", "  依頼 3行目「数量」: 「-5」 → 正の数"]
    assert lines[-1] == "  … ほか 10 件"
    show_error(LocatedErrors([place]), "en")
    assert capsys.readouterr().err.splitlines()[0] == "1 problem(s) found."


@pytest.mark.parametrize("code", ["ENOENT", "EACCES", "EEXIST", "ENOTDIR", "EISDIR", "ENOSPC"])
def test_what_the_system_refuses_is_told_in_japanese(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    error = OSError(getattr(errno, code), "english words", "x.json")
    assert not any(char.isascii() and char.isalpha() for char in system_reason_ja(error))
    with pytest.raises(typer.Exit), user_errors("ja"):
        raise error
    shown = capsys.readouterr().err
    assert "x.json: 読み書きできません" in shown
    assert "english" not in shown
