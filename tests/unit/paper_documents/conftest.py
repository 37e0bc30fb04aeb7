"""The examples of the repository, and what is needed to look into a PDF."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdf
import pytest

from kumihimo.paper.document import Document
from kumihimo.paper.document_json import document_from_json
from kumihimo.paper.kinds import DocumentKind

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "orders"
FILES = {
    "order": "rfq order reminder order_change supplied_material",
    "goods": "quotation acknowledgement delivery_note invoice",
    "received": "receipt inspection payment_notice return_note",
    "daily": "daily",
}
FILE_OF = {kind: name for name, kinds in FILES.items() for kind in kinds.split()}


@pytest.fixture(scope="session")
def example() -> Callable[[str], dict[str, Any]]:
    """The JSON of the example that holds what a kind prints."""

    def read(kind: str) -> dict[str, Any]:
        path = EXAMPLES / f"document-{FILE_OF[kind]}.json"
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return document

    return read


@pytest.fixture(scope="session")
def made(example: Callable[[str], dict[str, Any]]) -> Callable[..., Document]:
    """A document of the example, with some values of the JSON changed."""

    def make(kind: str, lang: str = "ja", **changes: Any) -> Document:
        return document_from_json({**example(kind), **changes}, DocumentKind(kind), lang=lang)

    return make


@pytest.fixture(scope="session")
def pages() -> Callable[[bytes], list[str]]:
    """The text of each page without any blanks: where a line was broken does not matter."""

    def read(pdf: bytes) -> list[str]:
        return [re.sub(r"\s", "", page.extract_text()) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]

    return read
