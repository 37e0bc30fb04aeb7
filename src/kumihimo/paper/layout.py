"""Where everything on a form lies, in millimetres: the one description that writer, reader and strangers share.

Origin is the top left corner of the page, x runs to the right, y down: see `docs/reference/form-layout.md`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from kumihimo.errors import InputError
from kumihimo.paper.token import FormToken

FORMAT = "kumihimo-form-layout/1"


class FormKind(StrEnum):
    """The forms that come back."""

    ACKNOWLEDGEMENT = "acknowledgement"
    QUOTATION = "quotation"
    REMINDER = "reminder"
    DAILY = "daily"


class Choose(StrEnum):
    """How many boxes of a group may be marked."""

    EXACTLY_ONE = "exactly_one"
    AT_MOST_ONE = "at_most_one"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A short text in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A corner mark: a square of the ArUco dictionary 4X4_50. `x_mm`, `y_mm` are its top left corner."""

    id: int
    x_mm: float
    y_mm: float
    side_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code that holds the token: `symbology` is ``"QRCode"`` or ``"DataMatrix"``; without its quiet zone."""

    symbology: str
    x_mm: float
    y_mm: float
    side_mm: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Boxes that answer one question together."""

    name: str
    choose: Choose
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A square box to be marked; `x_mm`, `y_mm` are the top left corner of its frame, on the middle of the line."""

    name: str
    group: str
    value: str
    x_mm: float
    y_mm: float
    side_mm: float
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """A place for handwriting. It decides nothing: its picture is shown to a person when something was written."""

    name: str
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    label: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class OnlyWith:
    """`groups` may be marked only when `group` has one of `values`; with `required` they then must be."""

    groups: tuple[str, ...]
    group: str
    values: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRule:
    """`month` and `day` are marked both or neither, and such a day exists; together they are the answer `name`."""

    name: str
    month: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberRule:
    """`places` (highest first) are the digits of the number `name`: no gap right of a marked one, and not zero."""

    name: str
    places: tuple[str, ...]


Rule = OnlyWith | DateRule | NumberRule
_RULES: Mapping[str, type[OnlyWith | DateRule | NumberRule]] = {
    "only_with": OnlyWith,
    "date": DateRule,
    "number": NumberRule,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FormLayout:
    """A form: what is printed where, and what the boxes mean.

    Attributes
    ----------
    code
        Kind and version, as in the token.
    width_mm, height_mm
        Page.
    frame_mm
        Thickness of a box's frame, half of it on each side of the box's edge.
    clear_mm
        Around every box nothing else is printed within this distance: there a circle around the box is looked for.
    """

    code: str
    kind: FormKind
    title: Words
    width_mm: float
    height_mm: float
    frame_mm: float
    clear_mm: float
    marks: tuple[Mark, ...]
    codes: tuple[Code, ...]
    groups: tuple[Group, ...]
    boxes: tuple[Box, ...]
    zones: tuple[Zone, ...]
    rules: tuple[Rule, ...]

    def boxes_of(self, group: str) -> tuple[Box, ...]:
        """Return the boxes of a group."""
        return tuple(box for box in self.boxes if box.group == group)


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLayout:
    """A layout as it was printed for one order.

    Attributes
    ----------
    token
        The signed text in both codes.
    order, revision
        The same, readable.
    """

    layout: FormLayout
    token: str
    order: str
    revision: int
    page: int = 1


def issued(layout: FormLayout, token: FormToken, secret: bytes) -> IssuedLayout:
    """Return the layout together with the token that is printed on it."""
    return IssuedLayout(
        layout=layout, token=token.signed(secret), order=token.order, revision=token.revision, page=token.page
    )


def layout_to_json(layout: FormLayout) -> dict[str, Any]:
    """Return the layout as JSON, by the schema of `layout_schema`."""
    rules = []
    for rule in layout.rules:
        name = next(key for key, kind in _RULES.items() if isinstance(rule, kind))
        rules.append({"rule": name, **asdict(rule)})
    document = {
        "format": FORMAT,
        "unit": "mm",
        "origin": "top left corner of the page, x to the right, y down",
        "mark_dictionary": "ArUco 4X4_50",
        **asdict(layout),
        "rules": rules,
    }
    # Tuples become lists, as they would be when the text is read again.
    ready: dict[str, Any] = json.loads(json.dumps(document))
    return ready


def issued_to_json(one: IssuedLayout) -> dict[str, Any]:
    """Return the layout with what was printed in its codes."""
    printed = {"token": one.token, "order": one.order, "revision": one.revision, "page": one.page}
    return {**layout_to_json(one.layout), "issued": printed}


def layout_from_json(document: Any) -> FormLayout:
    """Return the layout in a JSON document, with or without what was printed in its codes.

    Raises
    ------
    InputError
        It is not by the schema, or a box names a group that is not there.
    """
    import jsonschema

    validator = jsonschema.Draft202012Validator(layout_schema())
    wrong = next(iter(sorted(validator.iter_errors(document), key=lambda one: list(map(str, one.path)))), None)
    if wrong is not None:
        raise _not_a_layout(f"{wrong.json_path}: {wrong.message[:200]}")
    layout = FormLayout(
        code=document["code"],
        kind=FormKind(document["kind"]),
        title=Words(**document["title"]),
        width_mm=document["width_mm"],
        height_mm=document["height_mm"],
        frame_mm=document["frame_mm"],
        clear_mm=document["clear_mm"],
        marks=tuple(Mark(**one) for one in document["marks"]),
        codes=tuple(Code(**one) for one in document["codes"]),
        groups=tuple(
            Group(name=one["name"], choose=Choose(one["choose"]), label=Words(**one["label"]))
            for one in document["groups"]
        ),
        boxes=tuple(Box(**{**one, "label": Words(**one["label"])}) for one in document["boxes"]),
        zones=tuple(Zone(**{**one, "label": Words(**one["label"])}) for one in document["zones"]),
        rules=tuple(_rule(one) for one in document["rules"]),
    )
    groups = {group.name for group in layout.groups}
    named = {box.group for box in layout.boxes} | {name for rule in layout.rules for name in groups_of(rule)}
    if not named <= groups:
        raise _not_a_layout(f"groups {sorted(named - groups)} are not in $.groups")
    return layout


def issued_from_json(document: Any) -> IssuedLayout | FormLayout:
    """Return the layout in a JSON document, as it was issued where the document says so."""
    layout = layout_from_json(document)
    return IssuedLayout(layout=layout, **document["issued"]) if "issued" in document else layout


def groups_of(rule: Rule) -> tuple[str, ...]:
    """Return the groups that a rule speaks of."""
    if isinstance(rule, OnlyWith):
        return (*rule.groups, rule.group)
    return (rule.month, rule.day) if isinstance(rule, DateRule) else rule.places


@cache
def layout_schema() -> dict[str, Any]:
    """Return the published JSON schema (2020-12) of a layout."""
    text = (resources.files("kumihimo.paper") / "schema" / "form-layout.schema.json").read_text(encoding="utf-8")
    document: dict[str, Any] = json.loads(text)
    return document


def _rule(document: Mapping[str, Any]) -> Rule:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in document.items() if key != "rule"
    }
    return _RULES[document["rule"]](**values)


def _not_a_layout(what: str) -> InputError:
    return InputError(
        f"用紙レイアウトのJSONではありません（{what}）。`order form` の --layout が書いたものを渡してください。",
        f"not a form layout ({what}); give the file that `kumihimo order form … --layout` wrote.",
    )
