"""Which ways out and in this machine has, by its settings."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from kumihimo.model import Channel
from kumihimo_web.channels.adapters.base import Adapter, Source
from kumihimo_web.channels.adapters.fax_folder import FaxFolder
from kumihimo_web.channels.adapters.hylafax import HylaFax
from kumihimo_web.channels.adapters.line import Line
from kumihimo_web.channels.adapters.line_contents import LineContents
from kumihimo_web.channels.adapters.mail import Mail, Mailbox
from kumihimo_web.channels.adapters.mail_fax import MailFax
from kumihimo_web.channels.adapters.outbox import Outbox
from kumihimo_web.channels.adapters.web import Web
from kumihimo_web.project.channel_environment import ChannelSettings


def adapter_of(channel: str) -> Adapter | None:
    """Return the way out of a channel; None where this machine has none, and for the telephone, which a person uses."""
    given: ChannelSettings = settings.CHANNELS
    if channel == Channel.WEB:
        return Web()
    if channel == Channel.LINE:
        return Line(given.line, given.line_token) if given.line else None
    if channel in (Channel.MAIL, Channel.EXCEL) and given.smtp:
        return Mail(given.smtp, given.mail_from)
    if channel == Channel.FAX and given.hylafax_folder:
        return HylaFax(given.hylafax_folder)
    if channel == Channel.FAX and given.smtp and given.mail_fax_domain:
        return MailFax(given.smtp, given.mail_from, given.mail_fax_domain)
    if channel in (Channel.MAIL, Channel.EXCEL, Channel.FAX) and given.outbox:
        return Outbox(given.outbox, channel)
    return None


def line_contents() -> LineContents | None:
    """Return where pictures and files that people send on LINE are; None where this machine has no LINE."""
    given: ChannelSettings = settings.CHANNELS
    return LineContents(given.line_data, given.line_token) if given.line_data else None


def sources() -> tuple[Source, ...]:
    """Return the ways in that have to be looked at from time to time."""
    given: ChannelSettings = settings.CHANNELS
    found: list[Source] = []
    if given.imap:
        found.append(Mailbox(given.imap, fax_domain=given.mail_fax_domain))
    if given.fax_folder:
        found.append(FaxFolder(given.fax_folder, timezone.now))
    return tuple(found)
