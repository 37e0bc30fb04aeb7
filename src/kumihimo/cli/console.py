"""How every command speaks: tables on standard output, progress and errors on standard error, never a traceback.

Exit codes: 0 done, 2 bad input, 3 no feasible team.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer

from kumihimo.errors import KumihimoError, LocatedErrors, NoTeam, system_reason_ja
from kumihimo.intake import CONTROLS, without_controls

EXIT_BAD_INPUT = 2
EXIT_NO_TEAM = 3

MAX_PROBLEMS_SHOWN = 50


class Lang(StrEnum):
    """Languages of the output."""

    JA = "ja"
    EN = "en"


LangOption = Annotated[Lang, typer.Option("--lang", envvar="KUMIHIMO_LANG", help="表示の言語 / language of the output")]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON で出力 / print JSON")]


def say(text: str) -> None:
    """Print a line for people on standard output."""
    sys.stdout.write(without_controls(text) + "\n")


def warn(text: str) -> None:
    """Print a line for people on standard error."""
    sys.stderr.write(without_controls(text) + "\n")


def print_json(value: Any, *, line: bool = False) -> None:
    """Print JSON on standard output, readable or (with `line`) on one line."""
    text = json.dumps(value, ensure_ascii=False, indent=None if line else 2)
    # JSON escapes the old control characters itself; the rest is escaped here, so that the value stays the same.
    lines = text.split("\n")
    sys.stdout.write("\n".join(CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", one) for one in lines) + "\n")


def show_error(error: KumihimoError, lang: str, *, name: str = "") -> None:
    """Print an error on standard error: one line, followed by the place of each problem where it has a list of them.

    Parameters
    ----------
    name
        Of the file among several that it is about: the error begins like the blocks of the others on standard output.
    """
    text = error.text(lang)
    warn(f"■ {name}: {text.removeprefix(f'{name}: ')}" if name else text)
    if not isinstance(error, LocatedErrors):
        return
    for problem in error.problems[:MAX_PROBLEMS_SHOWN]:
        warn(f"  {problem.text(lang)}")
    rest = len(error.problems) - MAX_PROBLEMS_SHOWN
    if rest > 0:
        warn(f"  … and {rest} more" if lang == "en" else f"  … ほか {rest} 件")


@contextmanager
def user_errors(lang: str) -> Iterator[None]:
    """Turn the errors that a user can cause into clear lines and an exit code.

    Raises
    ------
    typer.Exit
        With code 2 for bad input and 3 for no feasible team.
    """
    try:
        yield
    except NoTeam as error:
        show_error(error, lang)
        raise typer.Exit(EXIT_NO_TEAM) from None
    except KumihimoError as error:
        show_error(error, lang)
        raise typer.Exit(EXIT_BAD_INPUT) from None
    except BrokenPipeError:
        # Whoever read our output has gone away (`| head`): `main` ends quietly.
        raise
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        if lang == "en":
            warn(f"{place}cannot be read or written ({error.strerror}).")
        else:
            warn(f"{place}読み書きできません（{system_reason_ja(error)}）。")
        raise typer.Exit(EXIT_BAD_INPUT) from None


@contextmanager
def progress(title: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error while something long runs; silent where nobody watches.

    Yields
    ------
    Callable[[int], None]
        Call it with the number of units done so far.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total)

        def done(units: int) -> None:
            bar.update(task, completed=units)

        yield done
