"""`python -m kumihimo_web begin`: a network, its coordinating office and its first administrator."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandParser

from kumihimo_web.accounts.services import begin_network


class Command(BaseCommand):
    """Begin a network: everybody else is added on the pages, by the administrator that this makes."""

    help = "Make a network, its coordinating office and its first administrator; prints the password once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--network", required=True, help="name of the network")
        parser.add_argument("--office", required=True, help="name of the coordinating office")
        parser.add_argument("--user", required=True, help="name that the administrator logs in with")
        parser.add_argument("--person", required=True, help="the administrator's own name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        try:
            user, password = begin_network(
                name=options["network"], office=options["office"], username=options["user"], last_name=options["person"]
            )
        except ValidationError as error:
            self.stderr.write("\n".join(error.messages) + "\n何も作っていません。直してもう一度実行してください。")
            sys.exit(2)
        self.stdout.write(
            f"ネットワーク「{options['network']}」を作りました。\n利用者名: {user.username}\nパスワード: {password}\n"
            "パスワードはもう表示できません。ログインしたら、「設定」→「パスワードを変える」で変えてください。"
        )
