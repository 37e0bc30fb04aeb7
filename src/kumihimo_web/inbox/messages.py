"""Messages of programs: an event of LINE's webhook, and orders as JSON (kumihimo-order-message/1)."""

from __future__ import annotations

import json
import re
from typing import Any

from kumihimo.interop.order_schemas import MESSAGE_FORMAT
from kumihimo.paper.token import FormToken, read_token
from kumihimo.trade.fields import check_data, is_text
from kumihimo.trade.transitions import KINDS, SPOKEN
from kumihimo_web.inbox.reasons import Reason, Why, reason
from kumihimo_web.inbox.rules import MOST_TEXT
from kumihimo_web.inbox.wording import guess, storable

LACKING = frozenset({Why.GONE.value, Why.TOO_LARGE.value, Why.UNFETCHED.value})
"""Why content that LINE keeps was not fetched, in the words of `channels`."""
_LONGEST = 1024 * 1024
_NUMBER = re.compile("[0-9]{1,9}")
_NUMBERS = frozenset({"price", "quantity"})
_CHOICES = frozenset({"answer", "reason", "delay"})


def read_line_event(raw: bytes, secret: bytes, lacking: str = "") -> dict[str, Any]:
    """Return the reading of an event: the answers of a pressed button, else the text for a person.

    Parameters
    ----------
    lacking
        Why the picture or file that it tells of is not here, one of `LACKING`; empty for an event that has none.
    """
    if lacking in LACKING:
        return {"reasons": [reason(Why(lacking)).to_data()]}
    event = _object(raw)
    if event is None:
        return {"reasons": [reason(Why.EMPTY).to_data()]}
    postback = event.get("postback")
    if isinstance(postback, dict):
        return _postback(str(postback.get("data", "")), secret)
    message = event.get("message")
    text = storable(str(message.get("text", ""))) if isinstance(message, dict) else ""
    why = Why.FREE_TEXT if text.strip() else Why.EMPTY
    return {"text": text[:MOST_TEXT], "guess": guess(text), "reasons": [reason(why).to_data()]}


def _postback(data: str, secret: bytes) -> dict[str, Any]:
    """Return what a button says: a signed token as on paper, and answers by the names of the form."""
    head, *pairs = data[:1000].split(";")
    token = read_token(head, secret)
    if not isinstance(token, FormToken):
        return {"text": storable(data[:1000]), "reasons": [reason(Why.FORGED).to_data()]}
    told = dict(pair.partition("=")[::2] for pair in pairs)
    answers: dict[str, Any] = {name: storable(told[name]) for name in _CHOICES if name in told}
    answers |= {name: int(told[name]) for name in _NUMBERS if _NUMBER.fullmatch(told.get(name, ""))}
    if _NUMBER.fullmatch(told.get("month", "")) and _NUMBER.fullmatch(told.get("day", "")):
        answers["date"] = {"month": int(told["month"]), "day": int(told["day"])}
    return {
        "form": {"code": token.code, "order": token.order, "revision": token.revision, "page": token.page},
        "answers": {name: {"value": value, "confidence": 1.0} for name, value in answers.items()},
        "reasons": [],
    }


def read_order_message(raw: bytes) -> dict[str, Any]:
    """Return the reading of a message of a partner's system: a command for an order, or why it is none."""
    document = _object(raw)
    wrong = _fault(document)
    if wrong is not None:
        return {"text": storable(raw[:MOST_TEXT].decode("utf-8", "replace")), "reasons": [wrong.to_data()]}
    assert document is not None
    return {
        "message": {"order": document["order"], "kind": document["kind"], "data": document["data"]},
        "text": json.dumps(document, ensure_ascii=False, indent=1)[:MOST_TEXT],
        "reasons": [],
    }


def _fault(document: dict[str, Any] | None) -> Reason | None:
    if document is None or document.get("format") != MESSAGE_FORMAT:
        return reason(
            Why.REFUSED,
            ja=f"{MESSAGE_FORMAT} のJSONではありません。送り主のシステムの出力を確かめてもらってください。",
            en=f"It is no JSON of {MESSAGE_FORMAT}; ask the sender to check their system.",
        )
    kind, order, data = document.get("kind"), document.get("order"), document.get("data")
    if not isinstance(kind, str) or kind not in SPOKEN:
        return reason(Why.NOT_ALLOWED, kind=KINDS.get(str(kind), (storable(str(kind))[:40],))[0])
    if not is_text(order, 40) or not isinstance(data, dict):
        return reason(
            Why.REFUSED,
            ja="order（注文番号）か data（内容）がありません。",
            en="'order' (its number) or 'data' is missing.",
        )
    objection = check_data(kind, data)
    return None if objection is None else reason(Why.REFUSED, ja=objection.ja, en=objection.en)


def _object(raw: bytes) -> dict[str, Any] | None:
    """Return a JSON object; None for anything else, however deep or wrong it is."""
    if len(raw) > _LONGEST:
        return None
    try:
        found = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _no_number(text: str) -> float:
    raise ValueError(text)
