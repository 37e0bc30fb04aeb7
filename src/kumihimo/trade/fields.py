"""What each command has to tell, and in which form; whatever a database or a hash could not take is refused here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from kumihimo.trade.commands import Objection, refused
from kumihimo.trade.notice import IF_IT_APPLIES, NoticeItem

LONGEST = 10_000
"""Characters of one text."""
LONGEST_NAME = 120
"""Characters of what something is called: the number of a slip or an invoice, a lot, a material."""
LARGEST = 10**12
"""Largest number; a quantity or an amount beyond it is a slip of the pen."""
MOST_ITEMS = 2_000
"""Elements of one list."""

_UNSTORABLE = re.compile("[\0\ud800-\udfff]").search

Fault = tuple[str, str]
"""What was expected, in Japanese and in English."""
Form = Callable[[object], Fault | None]
"""Returns what was expected where a value is not of the form."""


def is_text(value: object, longest: int = LONGEST) -> bool:
    """Whether a value is a text that can be stored and hashed: not empty, not too long, no NUL, no half character."""
    return isinstance(value, str) and 0 < len(value) <= longest and _UNSTORABLE(value) is None


def is_sha256(value: object) -> bool:
    """Whether a value is a SHA-256 as 64 lower-case hexadecimal digits."""
    return isinstance(value, str) and len(value) == 64 and all(sign in "0123456789abcdef" for sign in value)


def text(value: object) -> Fault | None:
    """Text that is not empty."""
    if is_text(value):
        return None
    return f"空でない{LONGEST:,}字以内の文字列", f"a text of 1 to {LONGEST:,} characters"


def name(value: object) -> Fault | None:
    """Name or number by which something is called."""
    if is_text(value, LONGEST_NAME):
        return None
    return f"空でない{LONGEST_NAME}字以内の名前・番号", f"a name or number of 1 to {LONGEST_NAME} characters"


def count(value: object) -> Fault | None:
    """Whole number from 1."""
    if type(value) is int and 1 <= value <= LARGEST:
        return None
    return f"1以上{LARGEST:,}以下の整数", f"a whole number from 1 to {LARGEST:,}"


def whole(value: object) -> Fault | None:
    """Whole number from 0."""
    if type(value) is int and 0 <= value <= LARGEST:
        return None
    return f"0以上{LARGEST:,}以下の整数", f"a whole number from 0 to {LARGEST:,}"


def percent(value: object) -> Fault | None:
    """Whole percent from 0 to 100."""
    return None if type(value) is int and 0 <= value <= 100 else ("0から100の整数", "a whole number from 0 to 100")


def day(value: object) -> Fault | None:
    """Day as ISO text."""
    if isinstance(value, str) and len(value) == 10:
        try:
            date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return None
    return "日付（例 2026-12-04）", "a day (2026-12-04)"


def sha256(value: object) -> Fault | None:
    """SHA-256 of a file."""
    return None if is_sha256(value) else ("SHA-256（小文字の16進64桁）", "a SHA-256 (64 lower-case hexadecimal digits)")


def flag(value: object) -> Fault | None:
    """True or false."""
    return None if isinstance(value, bool) else ("true か false", "true or false")


def _one_of(*values: str) -> Form:
    names = " | ".join(values)

    def form(value: object) -> Fault | None:
        return None if isinstance(value, str) and value in values else (f"{names} のどれか", f"one of {names}")

    return form


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """The keys of one object: those it must have and those it may have."""

    required: Mapping[str, Form]
    optional: Mapping[str, Form]

    def fault(self, value: object) -> tuple[str, str, str] | None:
        """Return (key, what was expected, the same in English) of the first thing that is wrong."""
        if not isinstance(value, dict):
            return "", "オブジェクト {…}", "an object {...}"
        for key, form in self.required.items():
            if key not in value:
                return key, "この項目（ありません）", "this key, which is missing"
            if fault := form(value[key]):
                return key, *fault
        if len(value) > len(self.required):
            for key, inner in value.items():
                if key in self.required:
                    continue
                other = self.optional.get(key)
                if other is None:
                    known = ", ".join((*self.required, *self.optional))
                    return str(key)[:60], f"知っている項目（{known}）", f"a known key ({known})"
                if fault := other(inner):
                    return key, *fault
        return None


def _fields(optional: Mapping[str, Form] | None = None, /, **required: Form) -> Fields:
    return Fields(required=required, optional=optional or {})


def _list_of(fields: Fields, *, least: int = 1) -> Form:
    def form(value: object) -> Fault | None:
        if not isinstance(value, list | tuple) or not least <= len(value) <= MOST_ITEMS:
            return f"{least}件以上{MOST_ITEMS:,}件以下の配列", f"a list of {least} to {MOST_ITEMS:,} elements"
        for at, item in enumerate(value):
            if fault := fields.fault(item):
                key, ja, en = fault
                return f"[{at}].{key} に {ja}", f"at [{at}].{key} {en}"
        return None

    return form


def _notice_value(value: object) -> Fault | None:
    return None if type(value) is int and 0 <= value <= LARGEST else text(value)


def notice(value: object) -> Fault | None:
    """Notice of an order: any of the items, each with a value, a reason why not yet, or not applicable."""
    if not isinstance(value, dict):
        return "オブジェクト {…}", "an object {...}"
    for name, entry in value.items():
        if name not in _ITEMS:
            return f"明示事項の名前（{', '.join(_ITEMS)}）", f"names of items ({', '.join(_ITEMS)})"
        if not isinstance(entry, dict):
            return f"{name} にオブジェクト {{…}}", f"at {name} an object {{...}}"
        keys = entry.keys()
        if keys == _STATED:
            fault = _notice_value(entry["value"])
        elif keys == _OPEN:
            fault = text(entry["undecided_reason"]) or day(entry["planned_date"])
        elif keys == _NOT_APPLICABLE and entry["not_applicable"] is True and name in IF_IT_APPLIES:
            fault = None
        else:
            fault = (
                "value、または undecided_reason と planned_date"
                + ("、または not_applicable: true" if name in IF_IT_APPLIES else ""),
                "value, or undecided_reason with planned_date"
                + (", or not_applicable: true" if name in IF_IT_APPLIES else ""),
            )
        if fault:
            return f"{name} に {fault[0]}", f"at {name} {fault[1]}"
    return None


_ITEMS = tuple(item.value for item in NoticeItem)
_STATED, _OPEN, _NOT_APPLICABLE = {"value"}, {"undecided_reason", "planned_date"}, {"not_applicable"}
_lines = _list_of(
    _fields(
        {"drawing": text, "revision": text, "process": text, "unit_price_jpy": whole},
        no=count, item=text, quantity=count, unit=text,
    )
)  # fmt: skip
_drawings = _list_of(_fields(number=text, revision=text, sha256=sha256), least=0)
_prices = _list_of(_fields(line=count, unit_price_jpy=whole))
_signature = _fields(by=text, reason=text)


def _signed(value: object) -> Fault | None:
    fault = _signature.fault(value)
    return (f"{fault[0]} に {fault[1]}", f"at {fault[0]} {fault[2]}") if fault else None


_verdicts = _list_of(
    _fields({"signature": _signed}, rule=text, colour=_one_of("green", "amber", "red", "unknown")), least=0
)
_ISSUE: Mapping[str, Form] = {"notice": notice, "verdicts": _verdicts, "drawings": _drawings}
_LOT: Mapping[str, Form] = {"lot": name}
_BACK = _fields(
    {**_LOT, "verdicts": _verdicts},
    slip=name, line=count, quantity=count, reason=text, payer=_one_of("supplier", "buyer", "shared"), on=day,
)  # fmt: skip

FIELDS: Mapping[str, Fields] = {
    "draft": _fields(
        {"tolerance_percent": percent, "step": text, "firm": text}, work_order=text, buyer=text, lines=_lines
    ),
    "change_draft": _fields({"tolerance_percent": percent, "firm": text}, lines=_lines),
    "send_rfq": _fields(
        {"drawings": _drawings}, recipients=_list_of(_fields({"channel": text}, firm=text)), answer_by=day
    ),
    "quote": _fields({"valid_until": day, "words": text}, firm=text, prices=_prices, due_on=day, on=day),
    "decline_rfq": _fields({"words": text}, firm=text),
    "approve": _fields(
        {"note": text}, subject=_one_of("order", "cancel"), firm=text, amount_jpy=whole, revision=whole
    ),
    "award": _fields({"prices": _prices, "basis": text}, firm=text),
    "issue": _fields({"due_on": day}, **_ISSUE),
    "confirm_delivery": _fields(revision=count, channel=text, proof=text),
    "accept": _fields(
        {"due_on": day, "prices": _prices, "drawings": _drawings, "words": text}, firm=text, revision=count
    ),
    "counter": _fields({"due_on": day, "prices": _prices, "words": text}, firm=text, revision=count),
    "decline": _fields(firm=text, revision=count, reason=text),
    "uphold": _fields(reason=text),
    "revise": _fields({"due_on": day}, lines=_lines, reason=text, **_ISSUE),
    "settle_notice": _fields({"prices": _prices}, item=_one_of(*_ITEMS), value=_notice_value),
    "request_negotiation": _fields(firm=text, thread=text, words=text),
    "answer_negotiation": _fields(
        {"reason": text}, thread=text, answer=_one_of("agreed", "partly", "refused")
    ),
    "start": _fields(firm=text, on=day),
    "ship": _fields(firm=text, slip=name, on=day, items=_list_of(_fields(_LOT, line=count, quantity=count))),
    "receive": _fields(
        {"unannounced": flag, "place": name},
        slip=name, on=day, items=_list_of(_fields(_LOT, line=count, quantity=count)),
    ),
    "report_loss": _fields({**_LOT}, slip=name, line=count, quantity=count, reason=text),
    "inspect": _fields({**_LOT, "reason": text}, slip=name, line=count, accepted=whole, rejected=whole, on=day),
    "return": _BACK,
    "rework": _BACK,
    "claim": _fields({**_LOT, "verdicts": _verdicts}, slip=name, line=count, quantity=count, reason=text),
    "close": _fields(),
    "close_short": _fields(reason=text, cause=_one_of("supplier", "buyer", "agreed")),
    "invoice": _fields({"self_billed": flag}, firm=text, number=name, amount_jpy=count, on=day),
    "credit_note": _fields(firm=text, number=name, amount_jpy=count, reason=text, on=day),
    "pay": _fields(invoice=name, reference=name, amount_jpy=count, on=day),
    "hold": _fields(reason=text),
    "resume": _fields(reason=text),
    "cancel": _fields(reason=text),
    "supersede": _fields(replaced_by=name, reason=text),
    "confirm_call": _fields(note=text, follow_up=sha256, channel=text),
    "withdraw_call": _fields(note=text, reason=text),
}  # fmt: skip
"""What each kind of command carries."""


def check_data(kind: str, data: Mapping[str, Any]) -> Objection | None:
    """Return an objection where the data of a command is not what its kind asks for."""
    fault = FIELDS[kind].fault(data)
    if fault is None:
        return None
    key, ja, en = fault
    return refused(
        "data",
        f"{kind} の「{key}」を読めません。必要なもの: {ja}。直して送り直してください。",
        f"'{key}' of {kind} cannot be read; expected {en}; mend it and send it again.",
    )
