"""`python -m kumihimo_web serve`: the whole demo on this machine: tables, data, a web process and a worker."""

from __future__ import annotations

import http.client
import io
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any, NoReturn

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from kumihimo_web.demo.processes import GaveUp, Process
from kumihimo_web.design.templatetags.assets import NotBuilt, manifest
from kumihimo_web.project.environment import ADDRESS, data_folder

_HOST = "127.0.0.1"
_PROPOSE = "from kumihimo.cli.app import main; main()"
_LOOK_S = 0.5
_READY_S = 90.0
_COMPILE = "KUMIHIMO_COMPILE"
"""0 = the planner's kernels are interpreted (`kumihimo.planning.compiled`)."""


class Command(BaseCommand):
    """Fill the demo once, then serve it until Ctrl-C or a signal to stop."""

    help = "Fill the demo once and serve it on this machine."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--proposals", metavar="FOLDER", help="meanwhile run `kumihimo demo --out FOLDER` and show its result first"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        port: int = options["port"]
        self._check(port)
        # Both end in the same way: whatever was started is stopped on the way out. Ctrl-C is named too, since a shell
        # without job control starts `command &` with the interrupt ignored.
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGINT, _interrupt)
        # The demo's plan is small, and compiling would take a minute: it is interpreted, unless that was done before.
        os.environ.setdefault(_COMPILE, "0")
        # What it writes to firms leads back to where it is served.
        os.environ.setdefault(ADDRESS, f"http://{_HOST}:{port}")
        started: list[Process] = []
        proposals: subprocess.Popen[bytes] | None = None
        try:
            if options["proposals"]:
                proposals = subprocess.Popen([sys.executable, "-c", _PROPOSE, "demo", "--out", options["proposals"]])
            logins = io.StringIO()
            call_command("seed", stdout=logins)
            web = _process("Webサーバー", "web", "--port", str(port), environment=os.environ)
            started.append(web)
            web.start()
            self._wait_until_ready(port)
            if proposals is not None and proposals.wait():
                self._refuse("チームの提案が途中で止まりました。上の説明を見てください。")
            self._tell(port, logins.getvalue())
            # Not before: until the address is told nobody asks for long work, and the proposals want both cores.
            compiles = {**os.environ, _COMPILE: ""}
            worker = _process("ワーカー", "worker", environment=compiles if _is_warm(compiles) else os.environ)
            started.append(worker)
            worker.start()
            self._watch(started)
        except KeyboardInterrupt:
            self.stdout.write("\n止めています…")
        except GaveUp as error:
            self._refuse(f"{error.process.name}が何度も止まりました。{error.process.log} の最後の行を見てください。")
        finally:
            # A second Ctrl-C must not leave anything running behind.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            if proposals is not None and proposals.poll() is None:
                proposals.terminate()
            for process in started:
                process.stop()
            for process in started:
                process.wait()
        self.stdout.write("止めました。入力したものは残っています。もう一度: make demo")

    def _check(self, port: int) -> None:
        try:
            manifest()
        except NotBuilt:
            self._refuse("画面の部品がまだできていません。先に make assets を実行してください。")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((_HOST, port))
            except OverflowError:
                self._refuse(f"ポート番号は1〜65535です。{port} は使えません。")
            except OSError:
                self._refuse(
                    f"ポート {port} は、ほかのプログラム(前に起動したデモかもしれません)が使っています。"
                    f"それを止めるか、別の番号で起動してください。例: make demo PORT={port % 65535 + 1}"
                )

    def _refuse(self, why: str) -> NoReturn:
        self.stderr.write(why)
        raise SystemExit(1)

    def _wait_until_ready(self, port: int) -> None:
        until = time.monotonic() + _READY_S
        while not _answers(port):
            if time.monotonic() > until:
                self._refuse(f"Webサーバーが起動しません。{data_folder() / 'web.log'} を見てください。")
            time.sleep(0.1)

    def _tell(self, port: int, logins: str) -> None:
        self.stdout.write(
            "\nデモを開いています(合成データ。企業はすべて架空です)。次のどの役割でもログインできます。\n\n"
            f"{logins}\n"
            f"→ http://{_HOST}:{port}\n"
            "終わるときは Ctrl-C を押してください。"
        )
        self.stdout.flush()

    def _watch(self, started: list[Process]) -> NoReturn:
        while True:
            for process in started:
                if process.keep_up():
                    self.stdout.write(f"{process.name}が止まったので、もう一度起動しました。記録: {process.log}")
            time.sleep(_LOOK_S)


def _process(name: str, *arguments: str, environment: Mapping[str, str]) -> Process:
    return Process(name, arguments, log=data_folder() / f"{arguments[0]}.log", environment=environment)


def _is_warm(environment: Mapping[str, str]) -> bool:
    """Return whether the planner's kernels were compiled before; asked of a process that does not interpret them."""
    asked = "from kumihimo.planning.compiled import is_warm; raise SystemExit(not is_warm())"
    return subprocess.run([sys.executable, "-c", asked], env=environment, check=False).returncode == 0


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(_HOST, port, timeout=2)
    try:
        connection.request("GET", "/health/ready/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False
    finally:
        connection.close()


def _interrupt(*_: Any) -> NoReturn:
    raise KeyboardInterrupt
