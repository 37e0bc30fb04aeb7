"""Places to run the application in: a data folder and a database of their own, empty at first."""

from __future__ import annotations

import os
import subprocess
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit


class Place:
    """A data folder and a database of its own, empty at first, used as whoever runs the machine uses them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.backups = folder, folder / "backups"
        self._server = os.environ.get("KUMIHIMO_DATABASE", "")
        self.name = f"backup_{uuid.uuid4().hex[:12]}"
        self.address = ""
        if self._server.startswith("postgres"):
            self._on_server(f'CREATE DATABASE "{self.name}"')
            self.address = urlunsplit(urlsplit(self._server)._replace(path=f"/{self.name}"))

    def script(self, text: str, told: Path | None = None) -> str:
        return self.run("shell", "--no-imports", "-c", text, told=told)

    def run(self, *arguments: str, code: int = 0, told: Path | None = None) -> str:
        own = {key: value for key, value in os.environ.items() if not key.startswith(("KUMIHIMO_", "DJANGO_"))}
        own |= {
            "KUMIHIMO_DATA": str(self.folder),
            "KUMIHIMO_DATABASE": self.address,
            "DJANGO_SETTINGS_MODULE": "kumihimo_web.project.settings.test",
        }
        done = subprocess.run(
            [sys.executable, "-m", "kumihimo_web", *arguments],
            env=own,
            input=f"{told or ''}\n",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def close(self) -> None:
        if self.address:
            self._on_server(f'DROP DATABASE "{self.name}" WITH (FORCE)')

    def _on_server(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]
