"""FAX through a service that takes mail: what is sent to ``0265123456@its-domain`` comes out of that machine."""

from __future__ import annotations

from dataclasses import replace

from kumihimo_web.channels.adapters.base import Letter, Taken
from kumihimo_web.channels.adapters.fax_pages import pages_of
from kumihimo_web.channels.adapters.smtp import hand_over, mail, message_id
from kumihimo_web.channels.address_value import dialled
from kumihimo_web.project.channel_environment import Server


class MailFax:
    """FAX by mail. The service may print the same mail twice, so nothing is sent again without a person."""

    repeats = False

    def __init__(self, server: Server, sender: str, domain: str) -> None:
        self._server, self._sender, self._domain = server, sender, domain

    def send(self, letter: Letter, address: str, key: str) -> Taken:
        """Send the pages of a letter."""
        to = f"{dialled(address)}@{self._domain}"
        pages = replace(letter, text="", enclosed=pages_of(letter))
        made = mail(pages, sender=self._sender, to=to, message_id=message_id(self._sender, key))
        return hand_over(self._server, made, sender=self._sender, to=to)

    def look(self, provider_id: str) -> Taken | None:
        """Know nothing: the service answers by mail, which a person reads."""
        return None
