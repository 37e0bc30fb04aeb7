"""The published schema is the model's, and every document that is written is valid against it."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from kumihimo.interop import network_to_json
from kumihimo.interop.network_schema import network_schema, published_schema
from kumihimo.model import Network, Visibility


def test_published_schema_is_the_one_of_the_model() -> None:
    assert published_schema() == network_schema(), "run: python -m kumihimo.interop.network_schema"
    jsonschema.Draft202012Validator.check_schema(published_schema())


@pytest.mark.parametrize("viewer", list(Visibility))
def test_written_documents_are_valid(network: Network, viewer: Visibility) -> None:
    jsonschema.validate(network_to_json(network, viewer=viewer), published_schema())


@pytest.mark.parametrize(
    ("table", "name", "value"),
    [
        ("firms", "legal_form", "kk"),
        ("capabilities", "env_l_mm", -1),
        ("sites", "shipping_weekdays", [7]),
        ("firms", "x", 1),
    ],
)
def test_schema_refuses_wrong_values(network: Network, table: str, name: str, value: Any) -> None:
    document = network_to_json(network)
    document[table][0][name] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, published_schema())
