"""Handing a finished mail to a mail server, step by step, so that one knows whether it can have gone out."""

from __future__ import annotations

import re
import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP

from kumihimo_web.channels.adapters.base import Doubtful, Later, Letter, Refused, Taken
from kumihimo_web.project.channel_environment import Server

_TIMEOUT_S = 60.0
_NAME = re.compile(r'[\x00-\x1f/\\:*?"<>|]+')


def mail(letter: Letter, *, sender: str, to: str, message_id: str) -> EmailMessage:
    """Return a letter as mail; it says of itself that a program sent it, so that no other program answers."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = to
    made["Subject"] = " ".join(letter.subject.split())
    made["Message-ID"] = message_id
    made["Auto-Submitted"] = "auto-generated"
    made["X-Loop"] = sender
    made.set_content(letter.text, charset="utf-8", cte="base64")
    for one in letter.enclosed:
        main, _slash, sub = one.content_type.partition("/")
        name = _NAME.sub("_", one.name)
        made.add_attachment(one.content, maintype=main, subtype=sub or "octet-stream", filename=name)
    return made


def message_id(sender: str, key: str) -> str:
    """Return the Message-ID of a letter: the same key, the same id, however often it is sent."""
    return f"<{key}@{sender.rpartition('@')[2]}>"


def hand_over(server: Server, message: EmailMessage, *, sender: str, to: str) -> Taken:
    """Hand a mail to the server.

    Raises
    ------
    Refused, Later, Doubtful
        As `Adapter.send` says; doubtful only from the moment at which the text is on its way.
    """
    try:
        client = _greet(server)
    except smtplib.SMTPAuthenticationError as why:
        raise Later(_said(why.smtp_code, why.smtp_error)) from None
    except (OSError, smtplib.SMTPException) as why:
        raise Later(str(why)) from None
    try:
        try:
            _expect(client.mail(sender, ["BODY=8BITMIME"] if client.has_extn("8bitmime") else []))
            _expect(client.rcpt(to))
        except (OSError, smtplib.SMTPException) as why:
            raise Later(str(why)) from None
        try:
            code, said = client.data(message.as_bytes())
        except smtplib.SMTPDataError as why:
            # The server did not want the text to begin with: nothing has gone out.
            raise Later(_said(why.smtp_code, why.smtp_error)) from None
        except (OSError, smtplib.SMTPException) as why:
            raise Doubtful(str(why)) from None
        _expect((code, said))
        return Taken(provider_id=str(message["Message-ID"]), words=_said(code, said))
    finally:
        _leave(client)


def _greet(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.is_tls:
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=_TIMEOUT_S, context=context)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=_TIMEOUT_S)
    try:
        client.ehlo()
        if not server.is_tls and not server.is_this_machine:
            client.starttls(context=context)
            client.ehlo()
        if server.user:
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _expect(answer: tuple[int, bytes]) -> None:
    code, said = answer
    if 500 <= code < 600:
        raise Refused(_said(code, said))
    if not 200 <= code < 300:
        raise Later(_said(code, said))


def _said(code: int, said: bytes | str) -> str:
    return f"{code} {said.decode('utf-8', 'replace') if isinstance(said, bytes) else said}"


def _leave(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()
