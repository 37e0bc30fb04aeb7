"""What the environment decides: database, secret, hosts; the channels have a module of their own beside this.

Nothing else reads environment variables.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from kumihimo_web.project.channel_environment import NAMES as CHANNELS

DATABASE = "KUMIHIMO_DATABASE"
"""``postgresql://user:password@host:port/name`` (or ``…/name?host=/folder/of/the/socket``), ``sqlite:///path``; empty =
SQLite in the data folder."""
CONNECTIONS = "KUMIHIMO_CONNECTIONS"
"""Most connections to PostgreSQL that one process holds open; default 10. A request, and each look of a stream at its
job, takes one and gives it back; whoever finds none waits."""
DATA = "KUMIHIMO_DATA"
"""Folder of the database and of uploaded files; default ``out/web`` of the working folder."""
SECRET = "KUMIHIMO_SECRET_KEY"
"""At least 50 random characters; sessions are signed with it."""
HOSTS = "KUMIHIMO_HOSTS"
"""Names under which the machine is reached, separated by commas."""
ADDRESS = "KUMIHIMO_ADDRESS"
"""What stands before the path of a link in a letter, as ``https://name:8443``; empty = the first of `HOSTS`."""
METRICS_TOKEN = "KUMIHIMO_METRICS_TOKEN"
"""Whoever sends it as ``Authorization: Bearer …`` reads the metrics; empty = only the machine itself."""
FORM_KEY = "KUMIHIMO_FORM_KEY"
"""File with the key that signs forms that are sent out; empty = ``form.key`` in the data folder, made at first use."""
FORM_KEY_NAME = "form.key"
NAMES = (DATABASE, CONNECTIONS, DATA, SECRET, HOSTS, ADDRESS, METRICS_TOKEN, FORM_KEY, *CHANNELS)
"""All that there are; `deploy/` names no others."""
_CONNECTIONS, _FEWEST_CONNECTIONS = 10, 4
"""A worker needs three at a time: for its job, for the job's lease, and to say that it is there."""
_LONGEST_WAIT_S = 10.0
"""Whoever waits longer for a connection is told that the database does not answer."""
_KEPT_AFTER = 5
"""A statement that a connection has carried out so often is planned no more."""
_SHORTEST_SECRET = 50
_SHORTEST_TOKEN = 20


def data_folder() -> Path:
    """Return the folder of the database and of uploaded files; it is made when absent."""
    folder = Path(os.environ.get(DATA) or "out/web").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def database() -> dict[str, Any]:
    """Return Django's settings of the database.

    Raises
    ------
    ImproperlyConfigured
        The address in the environment is of no kind that we know, or the number of connections is none.
    """
    address = os.environ.get(DATABASE, "")
    if not address:
        return _sqlite(data_folder() / "kumihimo.sqlite3")
    parts = urlsplit(address)
    if parts.scheme == "sqlite":
        return _sqlite(Path(parts.path))
    if parts.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "".join(parse_qs(parts.query).get("host", [])),
            "PORT": str(parts.port or ""),
            # Each request has a thread of its own: what Django keeps with the thread is never found again, the pool is.
            "CONN_MAX_AGE": 0,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "pool": {"min_size": 1, "max_size": _connections(), "timeout": _LONGEST_WAIT_S},
                # Only `accounts.prepared` lets the server keep statements; the rest of Django cannot.
                "prepare_threshold": _KEPT_AFTER,
            },
        }
    raise ImproperlyConfigured(
        f"{DATABASE} must begin with postgresql:// or sqlite://, not {parts.scheme or address!r}"
    )


def _connections() -> int:
    given = os.environ.get(CONNECTIONS) or str(_CONNECTIONS)
    if not given.isdecimal() or int(given) < _FEWEST_CONNECTIONS:
        raise ImproperlyConfigured(f"{CONNECTIONS} must be a number, at least {_FEWEST_CONNECTIONS}, not {given!r}")
    return int(given)


def _sqlite(path: Path) -> dict[str, Any]:
    # One writer at a time: a write transaction takes its lock at the start, or two that read first block each other.
    start = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"init_command": start, "transaction_mode": "IMMEDIATE", "timeout": 20},
    }


def secret_key() -> str:
    """Return the secret of a production machine.

    Raises
    ------
    ImproperlyConfigured
        There is none, or it is short enough to be guessed.
    """
    secret = os.environ.get(SECRET, "")
    if len(secret) < _SHORTEST_SECRET:
        raise ImproperlyConfigured(f"{SECRET} must hold at least {_SHORTEST_SECRET} random characters")
    return secret


def form_key_file() -> Path:
    """Return the file with the key that signs forms; it need not be there yet."""
    given = os.environ.get(FORM_KEY, "")
    return Path(given) if given else data_folder() / FORM_KEY_NAME


def hosts() -> list[str]:
    """Return the names under which a production machine is reached.

    Raises
    ------
    ImproperlyConfigured
        None is given, or a wildcard.
    """
    names = [name.strip() for name in os.environ.get(HOSTS, "").split(",") if name.strip()]
    if not names or "*" in names:
        raise ImproperlyConfigured(f"{HOSTS} must name the hosts, separated by commas, without a wildcard")
    return names


def public_address(usual: str) -> str:
    """Return what stands before the path of a link in a letter.

    Parameters
    ----------
    usual
        What it is where the environment says nothing.

    Raises
    ------
    ImproperlyConfigured
        It is no address that a link can begin with.
    """
    address = os.environ.get(ADDRESS, "").strip().rstrip("/") or usual
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"{ADDRESS} must begin with https:// and name a host, with a port where it has one")
    return address


def metrics_token() -> str:
    """Return the token that opens the metrics to other machines; empty where none is set.

    Raises
    ------
    ImproperlyConfigured
        It is short enough to be guessed.
    """
    token = os.environ.get(METRICS_TOKEN, "")
    if token and len(token) < _SHORTEST_TOKEN:
        raise ImproperlyConfigured(f"{METRICS_TOKEN} must hold at least {_SHORTEST_TOKEN} random characters, or none")
    return token
