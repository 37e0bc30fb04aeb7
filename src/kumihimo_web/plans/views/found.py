"""What an address names, or 404: nobody can tell what is not there from what is not theirs."""

from __future__ import annotations

from uuid import uuid4

from django.http import Http404

from kumihimo_web.plans import queries
from kumihimo_web.plans.models import PlanOrder, Version


def version(number: int) -> Version:
    """Return a version that the scope may see."""
    found = queries.version(number)
    if found is None:
        raise Http404
    return found


def current() -> Version:
    """Return the version that is being carried out."""
    found = queries.current()
    if found is None:
        raise Http404
    return found


def order(of: Version, ref: str) -> PlanOrder:
    """Return an order of a version."""
    found = queries.order(of, ref)
    if found is None:
        raise Http404
    return found


def new_wish() -> str:
    """Return the key of a form: sent twice, it is one wish."""
    return uuid4().hex
