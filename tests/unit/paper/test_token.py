"""Nobody else can make a form of ours, and a form cannot be turned into another one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumihimo.errors import InputError
from kumihimo.paper.token import Forged, FormToken, read_token

SECRET = b"s" * 32
TOKEN = FormToken(code="A1", order="PO-2026-000123", revision=2)


def test_signed_token_reads_back() -> None:
    text = TOKEN.signed(SECRET)
    assert text.startswith("KH1.A1.PO-2026-000123.2.1.")
    assert read_token(text, SECRET) == TOKEN


@given(at=st.integers(min_value=0, max_value=200), sign=st.characters(codec="utf-8"))
def test_a_token_with_one_other_character_is_forged(at: int, sign: str) -> None:
    text = TOKEN.signed(SECRET)
    at %= len(text)
    changed = text[:at] + sign + text[at + 1 :]
    if changed != text:
        assert isinstance(read_token(changed, SECRET), Forged)


@given(text=st.text(max_size=120))
def test_any_other_text_is_forged(text: str) -> None:
    assert isinstance(read_token(text, SECRET), Forged)


def test_another_key_does_not_open_it() -> None:
    assert isinstance(read_token(TOKEN.signed(SECRET), b"t" * 32), Forged)


def test_a_signed_text_that_is_no_token_is_forged() -> None:
    """Even our own signature does not make revision 0 a revision."""
    from kumihimo.paper.token import _signature

    body = "KH1.A1.PO-1.0.1"
    assert isinstance(read_token(f"{body}.{_signature(body, SECRET)}", SECRET), Forged)


@pytest.mark.parametrize("order", ["", "po-1", "PO.1", "注文1", "P" * 41, "-PO"])
def test_an_order_number_that_a_code_cannot_hold_is_refused(order: str) -> None:
    with pytest.raises(InputError, match="capitals, digits"):
        FormToken(code="A1", order=order, revision=1)
