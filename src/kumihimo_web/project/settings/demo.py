"""The demo on one machine: SQLite, a secret of its own kept in the data folder, only this machine may look."""

from __future__ import annotations

import secrets

from kumihimo_web.project.channel_environment import channels
from kumihimo_web.project.environment import data_folder
from kumihimo_web.project.settings.base import *  # noqa: F403


def _kept_secret() -> str:
    """Return the secret of this data folder, made at the first start, so that sessions survive a restart."""
    path = data_folder() / "secret"
    if not path.exists():
        path.write_text(secrets.token_urlsafe(64), encoding="ascii")
        path.chmod(0o600)
    return path.read_text(encoding="ascii")


SECRET_KEY = _kept_secret()
DEBUG = False
# What would go out by mail or FAX can be looked at there.
CHANNELS = channels(outbox=data_folder() / "outbox")
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
INSTALLED_APPS = [*INSTALLED_APPS, "kumihimo_web.demo"]  # noqa: F405
