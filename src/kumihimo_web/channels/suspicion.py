"""Mails that no person wrote to us: what we sent ourselves, automatic answers, notices that a mail did not arrive."""

from __future__ import annotations

import re
from email.message import Message

from kumihimo_web.channels.incoming import words_of
from kumihimo_web.channels.states import Held

MOST_A_DAY = 20
"""Mails of one sender within 24 hours that are read without asking."""
_AUTOMATIC = frozenset({"bulk", "junk", "list", "auto_reply"})
_OURS = re.compile(r"<[0-9a-f]{40}@([^<>\s@]{1,250})>")


def suspicion(mail: Message, *, own: str, is_fax: bool) -> Held:
    """Return why a mail is stopped, `Held.NONE` when it is not.

    Parameters
    ----------
    own
        Address from which we send.
    is_fax
        Whether a FAX service sent it: a program, and none the worse for it.
    """
    domain = own.rpartition("@")[2]
    told = _OURS.fullmatch(str(mail.get("Message-ID", "")).strip())
    if own and ((told and told[1].lower() == domain) or own in str(mail.get("X-Loop", "")).lower()):
        return Held.LOOP
    if mail.get_content_type() == "multipart/report" or str(mail.get("Return-Path", "")).strip() == "<>":
        return Held.BOUNCE
    submitted = str(mail.get("Auto-Submitted", "no")).strip().lower()
    is_listed = words_of(mail.get("Precedence", "")).lower() in _AUTOMATIC or mail.get("List-Id") is not None
    if not is_fax and (not submitted.startswith("no") or is_listed):
        return Held.AUTOMATIC
    return Held.NONE


def undelivered(mail: Message) -> str:
    """Return the Message-ID of ours that a notice says did not arrive for good; empty when it says no such thing."""
    failed, told = False, ""
    for number, part in enumerate(mail.walk()):
        if number > 50:
            break
        if part.get("Action") is not None:
            failed = failed or words_of(part.get("Action", "")).lower() == "failed"
        if part is not mail and part.get("Message-ID") is not None:
            told = str(part.get("Message-ID", "")).strip()
        elif part.get_content_type() == "text/rfc822-headers":
            found = re.search(r"(?im)^message-id:\s*(<[^>\s]{1,300}>)", str(part.get_payload())[:65_536])
            told = found[1] if found else told
    return told if failed and _OURS.fullmatch(told) else ""
