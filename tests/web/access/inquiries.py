"""Addresses of the inquiries."""

from __future__ import annotations

from ..conftest import People
from . import Matrix


def rows(people: People) -> Matrix:
    return {}
