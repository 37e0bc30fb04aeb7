"""Who may assess whom, and who may do what with an assessment. Every refusal says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kumihimo.model import Firm
from kumihimo_web.accounts.roles import Role
from kumihimo_web.accounts.scope import Scope
from kumihimo_web.assessments.models import Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A firm that an assessor's office has an interest in, and why."""

    firm: Firm
    reason: str


def why_not_assess(scope: Scope, firm: Firm, ties: Iterable[Tie]) -> str:
    """Return why the scope may not assess a firm, empty when it may.

    Parameters
    ----------
    ties
        What the scope's office has an interest in.
    """
    if scope.role == Role.FACTORY or scope.firm:
        return _("企業は、自社もほかの企業も評価できません。評価は自治体・商工会議所などの評価機関が行います。")
    if scope.role == Role.BUYER:
        return _("発注元は評価できません。評価は自治体・商工会議所などの評価機関が行います。")
    if scope.role != Role.ASSESSOR:
        return _("調整機関は評価を読めますが、評価も署名もできません。評価は評価機関の評価員が行います。")
    for tie in ties:
        names = {"firm": firm.name, "tied": tie.firm.name, "reason": tie.reason}
        if tie.firm.id == firm.id:
            return (
                _("あなたの組織は「%(firm)s」と利害関係があります（%(reason)s）。別の評価機関に頼んでください。")
                % names
            )
        if firm.parent == tie.firm.id or tie.firm.parent == firm.id:
            return (
                _(
                    "「%(firm)s」は、あなたの組織と利害関係がある「%(tied)s」の親会社か子会社です（%(reason)s）。"
                    "別の評価機関に頼んでください。"
                )
                % names
            )
        if tie.firm.id in firm.rivals or firm.id in tie.firm.rivals:
            return (
                _(
                    "「%(firm)s」は、あなたの組織と利害関係がある「%(tied)s」と競い合う企業です（%(reason)s）。"
                    "別の評価機関に頼んでください。"
                )
                % names
            )
    return ""


def writes(scope: Scope, sheet: Sheet) -> bool:
    """Return whether the scope is an assessor of the office that a sheet belongs to."""
    return scope.role == Role.ASSESSOR and scope.organisation == sheet.organisation_id


def is_assessed(scope: Scope, sheet: Sheet) -> bool:
    """Return whether the scope is the firm that a sheet is about."""
    return bool(scope.firm) and scope.firm == sheet.firm


def sees_all(scope: Scope, sheet: Sheet) -> bool:
    """Return whether the scope sees notes, files and people, and not only what is published."""
    return scope.is_coordinator or writes(scope, sheet) or is_assessed(scope, sheet)
