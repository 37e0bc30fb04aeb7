"""What is said when a command is typed wrongly: one line in the language of the user, where the parser knows English.

The parser (click, or the copy of it that newer Typer versions carry) tells its mistakes by class and by English
sentence; the classes are looked up through Typer, so that it does not matter whose they are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from typing import Any

import typer

USAGE_ERROR: type[Exception] = typer.BadParameter.__mro__[1]
"""Class of every mistake in a command line."""

_WAYS: tuple[tuple[str, str], ...] = (
    (r"No such command (.+?)\.?", "コマンド {0} はありません"),
    (r"No such option:? (.+?)(?: Did you mean .*| \(Possible options: .*)?", "オプション {0} はありません"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.*)\)", "余分な引数があります（{0}）"),
    (r"Option (.+?) requires an argument\.?", "オプション {0} には値が要ります"),
    (r"Option (.+?) requires (\d+) arguments\.?", "オプション {0} には値が{1}個要ります"),
    (r"Option (.+?) does not take a value\.?", "オプション {0} に値は付けられません"),
    (r"Missing command\.?", "コマンドを指定してください"),
)
_VALUES: tuple[tuple[str, str], ...] = (
    (r"(.+) does not match the formats? .*", "{0} は日付として読めません（例: 2026-11-22）"),
    (r"(?:Input should be|.+ is not) a valid integer.*", "整数ではありません"),
    (r"(?:Input should be|.+ is not) a valid (?:float|number).*", "数値ではありません"),
    (r"Input should be greater than or equal to (.+)", "{0} 以上にしてください"),
    (r"Input should be less than or equal to (.+)", "{0} 以下にしてください"),
    (r"Input should be greater than (.+)", "{0} より大きくしてください"),
    (r"Input should be a finite number", "有限の数にしてください"),
    (r"(.+) is not in the range (.+?)\.?", "{0} は範囲（{1}）の外です"),
    (r"(.+) is not one of (.+?)\.?", "{0} は選べません（{1} のどれか）"),
)
"""Sentences about a value, of click and of the validation library behind newer Typer versions."""


def asked_language(arguments: Sequence[str]) -> str:
    """Return ``"ja"`` or ``"en"`` as the arguments or KUMIHIMO_LANG say, readable even where parsing them failed."""
    said = os.environ.get("KUMIHIMO_LANG", "")
    for at, word in enumerate(arguments):
        if word == "--lang" and at + 1 < len(arguments):
            said = arguments[at + 1]
        elif word.startswith("--lang="):
            said = word.removeprefix("--lang=")
    return "en" if said == "en" else "ja"


def usage_line(error: Any, lang: str) -> str:
    """Return one line that names the mistake and where help is found.

    Parameters
    ----------
    error
        A `USAGE_ERROR`.
    """
    context = error.ctx
    command = _command(context)
    if lang == "en":
        message = " ".join(error.format_message().split()).replace("Value error, ", "")
        return f"{message.rstrip('.')}. See `{command} --help`."
    return f"{_japanese(error)}。使い方は {command} --help で見られます。"


def is_only_help(error: Any) -> bool:
    """Tell whether nothing but the name of a group of commands was typed, so that its help is the answer."""
    return type(error).__name__ == "NoArgsIsHelpError"


def _command(context: Any) -> str:
    path = context.command_path if context is not None else ""
    # Started as a module or from a test, the first word is the name of a script.
    return " ".join(["kumihimo", *path.split()[1:]])


def _japanese(error: Any) -> str:
    kind = type(error).__name__
    if kind == "MissingParameter":
        is_option = (error.param_type or getattr(error.param, "param_type_name", "")) == "option"
        return f"{'オプション' if is_option else '引数'} {_name(error)} を指定してください"
    message = " ".join(str(error.message).split()).removeprefix("Value error, ")
    if kind == "BadParameter":
        return f"{_name(error)}: {_first(_VALUES, message)}"
    return _first(_WAYS, message)


def _name(error: Any) -> str:
    parameter = error.param
    if parameter is None:
        return str(error.param_hint or "")
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.metavar or parameter.name.upper())


def _first(ways: Sequence[tuple[str, str]], message: str) -> str:
    for pattern, words in ways:
        if found := re.fullmatch(pattern, message):
            return words.format(*found.groups())
    return message.rstrip(".")
