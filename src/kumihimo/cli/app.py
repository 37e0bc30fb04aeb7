"""`kumihimo`: the commands in the order of the loop — know, read, team, plan, propose, order."""

from __future__ import annotations

import os
import sys

import typer

from kumihimo import __version__
from kumihimo.cli import demo, know, order, plan, propose, read, team
from kumihimo.cli.console import EXIT_BAD_INPUT, warn
from kumihimo.cli.usage import USAGE_ERROR, asked_language, is_only_help, usage_line

EXIT_INTERRUPTED = 130
"""What shells report for a command that Ctrl-C ended."""

app = typer.Typer(
    name="kumihimo",
    help="Kumihimo 組紐 — 小さな工場のネットワークを一つの工場のように / a network of small factories as one plant",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(know.app, name="know")
app.command("read")(read.read)
app.command("team")(team.team)
app.add_typer(plan.app, name="plan")
app.command("propose")(propose.propose)
app.add_typer(order.app, name="order")
app.command("demo")(demo.demo)


def _show_version(value: bool) -> None:
    if value:
        sys.stdout.write(f"kumihimo {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="版 / version"),
) -> None:
    """Know, team, plan: from an inquiry to teams of firms with reasons and dates."""


def main() -> None:
    """Run the command line; a slip of the keyboard is one line, Ctrl-C and a closed pipe end it quietly."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    lang = asked_language(sys.argv[1:])
    code: object = 0
    if {"propose", "demo"} & set(sys.argv[1:2]):
        # The plan of one team is a handful of steps, made before the kernels' compiler would have been loaded.
        os.environ.setdefault("KUMIHIMO_COMPILE", "0")
    try:
        # The parser returns the exit code instead of leaving, so that its own English sentences are not printed.
        code = app(standalone_mode=False)
    except USAGE_ERROR as error:
        if is_only_help(error):
            sys.stderr.write(f"{error}\n")
        else:
            warn(usage_line(error, lang))
        code = EXIT_BAD_INPUT
    except (KeyboardInterrupt, typer.Abort):
        code = EXIT_INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output once more at exit: give it somewhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if code == EXIT_INTERRUPTED:
        warn(
            "Interrupted; nothing more was written."
            if lang == "en"
            else "中断しました。これより後は何も書き込んでいません。"
        )
    sys.exit(code if isinstance(code, int) else 0)
