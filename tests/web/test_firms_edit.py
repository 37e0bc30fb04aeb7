"""Two people edit one firm: whoever was slower sees which fields differ, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.urls import reverse

from kumihimo_web.firms.models import Firm

from .conftest import OWN_FIRM, People

Browser = Callable[[str], Any]


def sent_of(page: str) -> dict[str, str]:
    """Return what a browser would send of the form on a page."""
    fields = dict(re.findall(r'<input[^>]* name="([a-z_]+)" value="([^"]*)"', page))
    for name, options in re.findall(r'<select[^>]* name="([a-z_]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r"<option selected>([^<]*)<", options)
        fields[name] = chosen[1] if chosen else ""
    return fields


def test_only_what_differs_is_shown_to_the_slower(people: People, browser: Browser) -> None:
    client, address = browser("factory"), reverse("firm_edit", args=["firms", OWN_FIRM])
    page = str(client.get(address).content.decode())
    assert Firm._base_manager.get(ref=OWN_FIRM).name in page
    sent = sent_of(page)
    assert client.post(address, {**sent, "employees": "77", "said": "電話"}).status_code == 302
    answer = client.post(address, {**sent, "employees": "35", "said": "電話"})
    assert answer.status_code == 409
    form = answer.context["form"]
    assert [(field.name, field.stands, field.text) for field in form.differing] == [("employees", "77", "35")]
    told = str(answer.content.decode())
    assert "保存されているのは「77」、あなたの入力は「35」" in told
    assert told.count("保存されているのは「") == 2
    # What is saved once more is what was seen now.
    assert client.post(address, {**sent_of(told), "said": "電話"}).status_code == 302
    assert Firm._base_manager.get(ref=OWN_FIRM).data["employees"] == 35
