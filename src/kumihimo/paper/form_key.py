"""The key that signs forms and answer sheets: a file that only its owner reads, made once and kept."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from kumihimo import intake
from kumihimo.errors import InputError, system_reason_ja

SHORTEST = 32
"""Characters; what the command writes has twice as many."""
_MOST_BYTES = 4096


def read_form_key(path: Path) -> bytes:
    """Return the key in a file.

    Raises
    ------
    FileRefused
        There is no such file, or it cannot be read.
    InputError
        The key is short enough to be guessed.
    """
    secret = intake.read_bytes(path, max_bytes=_MOST_BYTES).strip()
    if len(secret) < SHORTEST:
        raise InputError(
            f"{path}: 鍵が短すぎます({SHORTEST}文字以上)。用紙を作った機械の鍵を指定するか、消して作り直してください。",
            f"{path}: the key is too short ({SHORTEST} characters at least); name the key of the machine that wrote "
            "the forms, or remove it.",
        )
    return secret


def make_form_key(path: Path) -> bool:
    """Write a new key where there is none; False when there was one, also when another process was faster.

    Raises
    ------
    InputError
        The file cannot be written.
    """
    if path.exists():
        return False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written beside and linked in one step: nobody ever reads half a key.
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".form-key-")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(SHORTEST) + "\n")
            Path(path).hardlink_to(beside)
        except FileExistsError:
            return False
        finally:
            Path(beside).unlink()
    except OSError as error:
        raise InputError(
            f"用紙の鍵 {path} を書き込めません（{system_reason_ja(error)}）。場所と権限を確かめてください。",
            f"the key {path} cannot be written ({error.strerror}); check place and permission.",
        ) from None
    return True
