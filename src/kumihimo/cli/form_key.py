"""The key of the forms on the command line: which file it is, and that it is made where it is missing."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from kumihimo.cli.console import warn
from kumihimo.errors import InputError

KeyOption = Annotated[
    Path | None,
    typer.Option(
        "--key",
        metavar="FILE",
        envvar="KUMIHIMO_FORM_KEY",
        help="用紙に署名する鍵。なければ form が作る / key that signs forms; `form` makes it where it is missing",
    ),
]


def form_key(path: Path | None, *, make: bool, lang: str) -> bytes:
    """Return the key in the file, or in the user's own; with `make`, a new one is written where there is none yet.

    Raises
    ------
    InputError
        The key is missing or too short.
    """
    from kumihimo.paper.form_key import make_form_key, read_form_key

    config = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    path = path or config / "kumihimo" / "form.key"
    if make and make_form_key(path):
        warn(
            f"A new key was written to {path}; keep it, forms are read back only with it."
            if lang == "en"
            else f"新しい鍵を {path} に作りました。用紙を読み返すのに要るので、失くさないでください。"
        )
    if not path.exists():
        raise InputError(
            f"用紙の鍵 {path} がありません。用紙を作った機械の鍵を --key で指定してください。",
            f"the key {path} is missing; name the key of the machine that wrote the forms with --key.",
        )
    return read_form_key(path)
