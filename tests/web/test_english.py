"""English: every text has it, in the catalogue as on the pages; and Japanese pages stay Japanese."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import ngettext, override

from kumihimo_web.design import catalogue
from kumihimo_web.design.language import aside
from kumihimo_web.design.templatetags.ja import counted

from .access import PEOPLE
from .conftest import People
from .test_access_matrix import APPS

pytestmark = pytest.mark.any_database

JAPANESE = re.compile(r"[ぁ-ゖァ-ヺ一-龠々〆]")
FULL_WIDTH = re.compile(r"[\u3000-\u303f\uff00-\uffef・〜]")
"""Punctuation, brackets, spaces and digits of Japanese texts."""
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")
_UNSHOWN = ("script", "style", "template", "datalist", "textarea", "code", "pre")
_WORDS = ("h1", "h2", "h3", "h4", "h5", "label", "legend", "summary", "button", "th", "dt", "caption")
"""Elements that hold words of ours rather than data."""

_IN_BOTH = re.compile(
    r"FAX|PDF|CSV|JSON|Excel|JavaScript|SHA-256|CO[2₂]|Web|IoT|LINE|ISO|English|JIS|Cpk|PPAP|FAI|ppm|ID|Ra|IT|R&R|PVD|DLC|rpm"
    r"|[kcmµ]?[mgVWNt]f?"
)
"""Words that are Latin in Japanese too."""


# The catalogue


def forms(message: Any) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def test_every_text_has_english() -> None:
    places: dict[Any, str] = {}
    for name, _line, words in catalogue.found():
        places.setdefault(words, name)
    missing = [f"{places.get(one.id)}: {one.id}" for one in catalogue.untranslated(catalogue.renewed())]
    assert missing == []


def test_the_catalogue_holds_the_texts_of_the_pages_and_no_others() -> None:
    is_as_written = catalogue.SOURCE.read_bytes() == catalogue.written(catalogue.renewed())
    assert is_as_written, "run: python -m kumihimo_web catalogue --update, and translate what is new"


def test_translations_keep_the_placeholders_and_no_japanese() -> None:
    wrong = []
    for message in catalogue.read():
        if not message.id:
            continue
        asked = sorted(_PLACEHOLDER.findall(message.id[0] if message.pluralizable else message.id))
        kept = all(sorted(_PLACEHOLDER.findall(form)) == asked for form in forms(message))
        if not kept or message.fuzzy or any(map(JAPANESE.search, forms(message))):
            wrong.append((message.id, message.string))
    assert wrong == []


def test_english_is_written_with_english_punctuation() -> None:
    wrong = [message.string for message in catalogue.read() if any(map(FULL_WIDTH.search, forms(message)))]
    assert wrong == []


_A_NUMBER_OF = re.compile(
    r"%\(\w+\)[sd] (?:\w+ )?(?:orders|steps|firms|machines|rows|events|hours|rounds|pcs|stretches|questions|places)\b"
)
_NEVER_ONE = {
    "%(low)d〜%(high)d社",
    "この工程ができる企業に、上から%(most)s社まで声をかける",
    "全部で %(n)s 工程",
    "早いものから %(n)s工程を示しています。",
}


def test_what_is_counted_has_a_singular() -> None:
    left = {
        message.id
        for message in catalogue.read()
        if message.id and not message.pluralizable and _A_NUMBER_OF.search(str(message.string))
    }
    assert left == _NEVER_ONE


def test_counts_in_both_languages() -> None:
    with override("en"):
        assert [counted(n, "order") for n in (0, 1, 1200)] == ["0 orders", "1 order", "1,200 orders"]
        assert counted(1, "machine") + aside("x") == "1 machine (x)"
    with override("ja"):
        assert [counted(n, noun) for n, noun in ((1, "order"), (3, "machine"))] == ["1件", "設備3台"]
        assert aside("架空") == "（架空）"
        assert aside("") == ""


@pytest.mark.parametrize("name", ["bad_request", "broken", "too_large"])
def test_pages_without_a_language_say_everything_in_both(name: str) -> None:
    page = render_to_string(f"project/{name}.html", {"number": "0123456789abcdef"})
    japanese, _, english = page.partition('<section lang="en">')
    assert english
    for tags in (("h1", "h2"), ("p", "p"), ("a", "a"), ("code", "code")):
        assert japanese.count(f"<{tags[0]}") == english.count(f"<{tags[1]}"), tags
    title = re.search("<title>(.*) / (.*) \\|", japanese)
    assert title is not None
    assert JAPANESE.search(title[1])
    assert not JAPANESE.search(title[2] + english.partition("</section>")[0])


def test_one_is_singular() -> None:
    with override("en"):
        said = [ngettext("%(n)d社に声をかけました。", "%(n)d社に声をかけました。", n) % {"n": n} for n in (1, 2)]
    assert said == ["1 firm was asked.", "2 firms were asked."]


# The pages


class Texts(HTMLParser):
    """The texts of a page with the elements they stand in, without what a customer wrote and what is for scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[tuple[str, ...], str]] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("aria-label", "title", "placeholder", "alt"):
            if given.get(name):
                self.found.append(((tag, name), str(given[name])))
        if tag not in ("input", "br", "meta", "link", "img", "hr", "option", "use", "path", "wbr", "col"):
            is_data = given.get("class") == "source-text" or ("lang" in given and tag != "html")
            self._open.append((tag, is_data))

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self._open):
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        inside = tuple(name for name, _ in self._open)
        if data.strip() and not any(is_data for _, is_data in self._open) and not {*inside} & {*_UNSHOWN}:
            self.found.append((inside, " ".join(data.split())))


Shown = list[tuple[str, str, Texts]]


@pytest.fixture
def pages(people: People, browser: Callable[[str], Any]) -> Callable[[str], Shown]:
    """Return a function: language -> (who, address, texts) of every page that somebody may open."""
    matrix = {key: value for app in APPS for key, value in app.rows(people).items()}

    def show(language: str) -> Shown:
        type(people.coordinator).objects.update(language=language)
        found = []
        for who in PEOPLE:
            client = browser(who)
            for (name, arguments), letters in matrix.items():
                if letters[PEOPLE.index(who)] == "O":
                    answer = client.get(reverse(name, args=arguments), headers={"accept-language": language})
                    if answer.headers.get("Content-Type", "").startswith("text/html"):
                        found.append((who, name, Texts(answer.content.decode())))
        return found

    return show


def data_words() -> re.Pattern[str]:
    """Return what is data: names, titles and notes of every row."""
    words: set[str] = set()
    for model in apps.get_models():
        if not model.__module__.startswith("kumihimo_web"):
            continue
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, models.CharField | models.TextField)]
        for values in model._base_manager.values_list(*(n for n in names if not n.endswith("_ja"))):
            words.update(" ".join(str(value).split()) for value in values if value)
    return re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))) or r"(?!)")


def test_pages_are_english_where_english_is_wanted(pages: Callable[[str], Shown]) -> None:
    shown = pages("en")
    data = data_words()
    left = {
        (name, inside[-1] if inside else "", text)
        for _who, name, texts in shown
        for inside, text in texts.found
        if any(marks.search(data.sub("", text)) for marks in (JAPANESE, FULL_WIDTH))
    }
    assert not left, "\n".join(map(str, sorted(left)))


def test_words_of_japanese_pages_are_japanese(pages: Callable[[str], Shown]) -> None:
    shown = pages("ja")
    data = data_words()
    left = {
        (name, inside[-1], text)
        for _who, name, texts in shown
        for inside, text in texts.found
        if {*inside} & {*_WORDS} and not JAPANESE.search(text)
        if re.search(r"[A-Za-z]{2}", _IN_BOTH.sub("", data.sub("", text)))
    }
    assert not left, "\n".join(map(str, sorted(left)))
