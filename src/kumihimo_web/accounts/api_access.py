"""Who may call an operation of the API: as `access` for pages. An operation that does not say is closed to all."""

from __future__ import annotations

from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Path, Schema
from ninja.errors import HttpError
from ninja.security.apikey import APIKeyCookie

from kumihimo_web.accounts.access import EVERYBODY
from kumihimo_web.accounts.scope import current_scope, has_scope


class Refused(Schema):
    """Why something was not done, in the language of the caller."""

    detail: str


REFUSALS: dict[int, type[Schema]] = {400: Refused, 401: Refused, 403: Refused}
"""What every operation may answer."""


NO_NUL = r"^[^\x00]*$"
"""Pattern of every text that is taken: the character NUL is refused (`project.no_nul`)."""
Ref = Annotated[str, Path(pattern=NO_NUL)]
"""An id or number in an address."""


class Allowed(APIKeyCookie):
    """Lets in whoever is logged in and has one of the roles; what is sent must carry the token of the form.

    Parameters
    ----------
    roles
        Roles, or sets of roles such as `COORDINATORS`.
    """

    def __init__(self, *roles: str | frozenset[str]) -> None:
        self.roles = frozenset().union(*({role} if isinstance(role, str) else role for role in roles))
        unknown = self.roles - EVERYBODY
        if unknown:
            raise ValueError(f"no such role: {', '.join(sorted(unknown))}")
        self.param_name = settings.SESSION_COOKIE_NAME
        super().__init__(csrf=True)

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        """Return the user; None sends 401."""
        if not has_scope():
            return None
        if current_scope().role not in self.roles:
            raise HttpError(403, _("あなたの役割では使えません。"))
        return request.user
