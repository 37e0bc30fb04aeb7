"""FAX by HylaFAX: ``sendfax`` hands a job to its server, ``faxstat`` tells what became of it."""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from kumihimo_web.channels.adapters.base import Doubtful, Later, Letter, Refused, Taken
from kumihimo_web.channels.adapters.fax_pages import pages_of
from kumihimo_web.channels.address_value import dialled

_TIMEOUT_S = 120.0
_GIVEN = re.compile(r"request id is (\d+)")
_JOB = re.compile(r"^\s*(\d+)\s+\d+\s+([A-Z?])\s+(.*)$", re.MULTILINE)
"""Job, priority, state (D done, F failed, others on their way), owner and what the server says of it."""


class HylaFax:
    """FAX by HylaFAX. A job that was given twice is dialled twice."""

    repeats = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter, address: str, key: str) -> Taken:
        """Give the pages of a letter to the server, which dials by itself and gives up after three hours."""
        with tempfile.TemporaryDirectory() as folder:
            paths = []
            for number, page in enumerate(pages_of(letter), start=1):
                ending = "tif" if page.content_type == "image/tiff" else "pdf"
                path = Path(folder) / f"{number}.{ending}"
                path.write_bytes(page.content)
                paths.append(str(path))
            call = ["-n", "-m", "-i", key, "-k", "now + 3 hours", "-d", dialled(address), *paths]
            code, said = self._run("sendfax", call)
        if code != 0:
            raise Later(said or f"sendfax: exit {code}")
        job = _GIVEN.search(said)
        if job is None:
            raise Doubtful(said or "sendfax named no job")
        return Taken(provider_id=job[1], words=said)

    def look(self, provider_id: str) -> Taken | None:
        """Return whether the job is done; raises `Refused` when the server gave it up."""
        try:
            code, said = self._run("faxstat", ["-s", "-d"])
        except (Doubtful, Later):
            return None
        for job, state, rest in _JOB.findall(said) if code == 0 else ():
            if job != provider_id:
                continue
            if state == "D":
                return Taken(provider_id=job, words=rest, is_delivered=True)
            if state == "F":
                raise Refused(rest)
        return None

    def _run(self, program: str, arguments: list[str]) -> tuple[int, str]:
        try:
            done = subprocess.run(
                [str(self._folder / program), *arguments],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_TIMEOUT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Doubtful(f"{program} did not end within {_TIMEOUT_S:.0f} s") from None
        except OSError as why:
            raise Later(f"{program}: {why.strerror}") from None
        return done.returncode, (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace").strip()
