"""One attribute of a noun: its Japanese label, its unit and who may see it.

The label stands beside the field, once, so that the workbook template, the profile sheet, the error messages and the
reference documentation all call it by the same name.
"""

from __future__ import annotations

from dataclasses import MISSING, dataclass, field, fields
from enum import StrEnum
from typing import Any


class Visibility(StrEnum):
    """Who may see a value, from everybody to the firm alone. Whoever may see a level may see all levels above it."""

    PUBLIC = "public"
    NETWORK = "network"
    COORDINATOR = "coordinator"
    OWN = "own"


_OPENNESS = tuple(Visibility)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """What is known about one field of a noun.

    Attributes
    ----------
    name
        English identifier, as in the code.
    ja
        Japanese label, as in the workbook header.
    see
        Who may see it.
    unit
        Unit shown behind the label, e.g. ``"mm"``; empty when it has none.
    terms
        Name of the code list in `kumihimo.terms` that the value comes from; empty when free.
    help_ja
        One line for whoever fills it in.
    """

    name: str
    ja: str
    see: Visibility
    unit: str
    terms: str
    help_ja: str


def attr(
    ja: str,
    *,
    see: Visibility = Visibility.NETWORK,
    unit: str = "",
    terms: str = "",
    help_ja: str = "",
    default: Any = MISSING,
) -> Any:
    """Declare a dataclass field with its label, unit, code list and visibility."""
    metadata = {"ja": ja, "see": see, "unit": unit, "terms": terms, "help_ja": help_ja}
    return field(default=default, metadata=metadata)


def attributes(noun: type) -> tuple[Attribute, ...]:
    """Return the attributes of a noun in the order in which they are declared."""
    return tuple(
        Attribute(
            name=item.name,
            ja=item.metadata.get("ja", item.name),
            see=item.metadata.get("see", Visibility.NETWORK),
            unit=item.metadata.get("unit", ""),
            terms=item.metadata.get("terms", ""),
            help_ja=item.metadata.get("help_ja", ""),
        )
        for item in fields(noun)
    )


def visible_attributes(noun: type, viewer: Visibility) -> tuple[Attribute, ...]:
    """Return the attributes of a noun that a viewer at level `viewer` may see."""
    rank = _OPENNESS.index(viewer)
    return tuple(item for item in attributes(noun) if _OPENNESS.index(item.see) <= rank)
